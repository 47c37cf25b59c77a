/* Signatures in commits, as other people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "async/buf.h"
#include "verify-internal.h"

#define HEAD "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor A <a@x> 1 +0000\ncommitter A <a@x> 1 +0000\n"
#define BEGIN "gpgsig -----BEGIN SSH SIGNATURE-----\n"
#define END " -----END SSH SIGNATURE-----\n"
/* "SSHSIG", version 1, and a key of 15 bytes: type "ssh-x", and "key" */
#define KEY " U1NIU0lHAAAAAQAAABAAAAAFc3NoLXgAAAADa2V5\n"

static void finds_signatures(void **state)
{
	static const struct {
		const char *title, *commit;
		enum signature how;
		const char *key;
	} cases[] = {
		{ "none", HEAD "\nx\n", SIGNATURE_NONE, NULL },
		{ "only in the message", HEAD "\nx\ngpgsig " BEGIN KEY END, SIGNATURE_NONE, NULL },
		{ "ssh", HEAD BEGIN KEY END "\nx\n", SIGNATURE_SSH, "ssh-x AAAABXNzaC14AAAAA2tleQ==" },
		{ "before another header", HEAD BEGIN KEY END "encoding x\n\nx\n", SIGNATURE_SSH,
		  "ssh-x AAAABXNzaC14AAAAA2tleQ==" },
		{ "the first of two", HEAD BEGIN KEY END BEGIN " AAAA\n" END "\nx\n", SIGNATURE_SSH,
		  "ssh-x AAAABXNzaC14AAAAA2tleQ==" },
		{ "OpenPGP", HEAD "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n\nx\n", SIGNATURE_OTHER, NULL },
		{ "X.509", HEAD "gpgsig -----BEGIN SIGNED MESSAGE-----\n abc\n\nx\n", SIGNATURE_OTHER, NULL },
		{ "without an end", HEAD BEGIN KEY "\nx\n", SIGNATURE_BAD, NULL },
		{ "empty", HEAD BEGIN END "\nx\n", SIGNATURE_BAD, NULL },
		{ "no base64", HEAD BEGIN " U1NI*\n" END "\nx\n", SIGNATURE_BAD, NULL },
		{ "another magic word", HEAD BEGIN " AAAAAAAAAAAAAQAAABAAAAAFc3NoLXgAAAADa2V5\n" END "\nx\n", SIGNATURE_BAD,
		  NULL },
		{ "cut off within the key", HEAD BEGIN " U1NIU0lHAAAAAQAAABAAAAAFc3No\n" END "\nx\n", SIGNATURE_BAD, NULL },
		{ "a length beyond all", HEAD BEGIN " U1NIU0lHAAAAAf////8AAAAFc3NoLXgAAAADa2V5\n" END "\nx\n", SIGNATURE_BAD,
		  NULL },
		{ "an inner length beyond all", HEAD BEGIN " U1NIU0lHAAAAAQAAABD/////c3NoLXgAAAADa2V5\n" END "\nx\n",
		  SIGNATURE_BAD, NULL },
		{ "a type with a line end", HEAD BEGIN " U1NIU0lHAAAAAQAAABAAAAAFc3MKLXgAAAADa2V5\n" END "\nx\n", SIGNATURE_BAD,
		  NULL },
		{ "no end of the headers", HEAD BEGIN KEY END, SIGNATURE_SSH, "ssh-x AAAABXNzaC14AAAAA2tleQ==" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf commit = BUF_INIT;
		char *key;

		buf_puts(&commit, cases[i].commit);
		if (signature_of(&key, &commit) != cases[i].how)
			fail_msg("%s: %d", cases[i].title, (int)signature_of(&key, &commit));
		if (cases[i].key && (!key || strcmp(key, cases[i].key) != 0))
			fail_msg("%s: %s", cases[i].title, key ? key : "no key");
		if (!cases[i].key)
			assert_null(key);
		free(key);
		buf_release(&commit);
	}
}

static void tells_keys_apart(void **state)
{
	static const struct {
		const char *a, *b;
		bool same;
	} cases[] = {
		{ "ssh-x AAAA", "ssh-x AAAA", true },
		{ "ssh-x AAAA", "ssh-x AAAA ana at home", true },
		{ "ssh-x AAAA", "ssh-x AAAB", false },
		{ "ssh-x AAAA", "ssh-x AAAAB", false },
		{ "ssh-x AAAA", "ssh-y AAAA", false },
		{ "ssh-x", "ssh-x", true },
		{ "ssh-x", "ssh-x AAAA", false },
		{ "", "", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (key_same(cases[i].a, cases[i].b) != cases[i].same || key_same(cases[i].b, cases[i].a) != cases[i].same)
			fail_msg("'%s' and '%s'", cases[i].a, cases[i].b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_signatures),
		cmocka_unit_test(tells_keys_apart),
	};

	return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
