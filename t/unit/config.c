/* git's configuration where we read it ourselves: as git does, or not at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "async/error.h"
#include "repo-git.h"
#include "run.h"

#define NR(v) (sizeof(v) / sizeof(*(v)))

static const struct {
	const char *text;
	bool plain; /* ours to read */
} files[] = {
	{ "", true },
	{ "\n\n", true },
	{ "[core]\n\tbare = false\n", true },
	{ "[core]\n\tbare = false", true },
	{ "[core]\nbare\n", true },
	{ "[core] bare = true\n\teditor=vi\n", true },
	{ "[Core]\n\tBare = TRUE\n", true },
	{ "# a comment\n; another\n[user] # here, too\n\tname = Ana ; and here\n", true },
	{ "[user]\n\tname = Ana  Abel  \n\temail =  ana@example.com\t\n", false }, /* a tab at the end */
	{ "[user]\n\tname = Ana  Abel  \n\temail =   ana@example.com \n", true },
	{ "[user]\n\tname = \"Ana # Abel\" # no\n", true },
	{ "[user]\n\tname = \" Ana \" \n", true },
	{ "[user]\n\tname = A\"n\"a \"b\" c\n", true },
	{ "[user]\n\tname = \"\"\n\temail =\n\tsigningkey = # none\n", true },
	{ "[alias]\n\tx = \"!f() { echo \\\"$1\\\" \\\\ \\t; }; f\"\n", true },
	{ "[alias]\n\tx = say \\n \\\"a\\\"  \n", true },
	{ "[remote \"origin\"]\n\turl = /srv/x.git\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n", true },
	{ "[remote \"a.b c\"]\n\turl = x\n[remote   \"Caps\"]\n\turl = y\n", true },
	{ "[remote \"q\\\"u\\\\o\\te\"]\n\turl = x\n", true },
	{ "[remote \"\"]\n\turl = x\n", true },
	{ "[a]\n\tx = 1\n[b]\n\tx = 2\n[a]\n\tx = 3\n\ty = \xc3\xa4\n", true },
	{ "[a-b1]\n\tc-d2 = e\n", true },
	{ "[a]\n\tx = y=z\n\tn = a;b\n\tm = a#b\n", true },
	{ "[a]\n\tx == y\n\tn = [b]\n", true },
	{ "[a]b=c\n[d]\n", true },
	{ "  [a]\n  b = c\n   # d\n", true },
	/* rare: left to libgit2 */
	{ "[include]\n\tpath = x\n", false },
	{ "[INCLUDE]\n\tpath = x\n", false },
	{ "[includeIf \"gitdir:/x\"]\n\tpath = x\n", false },
	{ "[a.b]\n\tc = d\n", false },
	{ "[a]\n\tb = c \\\n d\n", false },
	{ "[a]\n\tb = \"c \\\n d\"\n", false },
	{ "[a]\n\tb = c\td\n", false },
	{ "[a]\r\n\tb = c\r\n", false },
	{ "\xef\xbb\xbf[a]\n\tb = c\n", false },
	{ "[a]\n\tb = c\\bd\n", false },
	/* wrong: libgit2 says so */
	{ "b = c\n", false },
	{ "[a\n\tb = c\n", false },
	{ "[]\n\tb = c\n", false },
	{ "[a] \"b\"\n", false },
	{ "[a \"b\n\"]\n\tc = d\n", false },
	{ "[a \"b]\n", false },
	{ "[a \"b\\", false },
	{ "[a \"b\" ]\n\tc = d\n", false },
	{ "[a]\n\tb = \"c\n", false },
	{ "[a]\n\tb = c\\", false },
	{ "[a]\n\tb = \\x\n", false },
	{ "[a]\n\t1b = c\n", false },
	{ "[a]\n\tb c\n", false },
	{ "[a]\n\tb_c = d\n", false },
	{ "[a]\n\tb\x01 = d\n", false },
};

/* As `git config --list -z` has them, but true for a name alone. */
static void put_settings(struct buf *out, const struct settings *settings)
{
	for (size_t i = 0; i < settings->nr; i++)
		buf_addf(out, "%s\n%s|", settings->v[i].name, settings->v[i].value);
}

static void ask_git(struct buf *out, const char *text)
{
	static const char *const argv[] = { "git", "config", "--file", "-", "--list", "-z", NULL };
	struct buf listed = BUF_INIT;
	const struct run run = { .argv = argv, .input = text, .input_len = strlen(text), .output = &listed };

	if (run_program(&run) != 0)
		fail_msg("git does not take '%s'", text);
	for (const char *p = listed.ptr; p < listed.ptr + listed.len; p += strlen(p) + 1)
		buf_addf(out, "%s%s|", p, strchr(p, '\n') ? "" : "\ntrue");
	buf_release(&listed);
}

static void test_plain_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(files); i++) {
		struct settings settings = { 0 };
		struct buf ours = BUF_INIT, theirs = BUF_INIT;

		if (settings_read_plain(&settings, files[i].text, strlen(files[i].text)) != files[i].plain)
			fail_msg("'%s': plain is not %d", files[i].text, files[i].plain);
		if (files[i].plain) {
			put_settings(&ours, &settings);
			ask_git(&theirs, files[i].text);
			assert_string_equal(ours.ptr, theirs.ptr);
		}
		settings_release(&settings);
		buf_release(&ours);
		buf_release(&theirs);
	}
}

/* Cut anywhere it is read, given up or wrong, and never beyond its end. */
static void test_cut_files(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(files); i++)
		for (size_t len = strlen(files[i].text); len--;) {
			struct settings settings = { 0 };
			char *part = malloc(len ? len : 1);

			assert_non_null(part);
			memcpy(part, files[i].text, len);
			settings_read_plain(&settings, part, len);
			settings_release(&settings);
			free(part);
		}
	settings_read_plain(&(struct settings){ 0 }, "a\0b", 3);
}

static void test_values(void **state)
{
	static const struct {
		const char *text;
		int truth; /* -1: neither */
		int64_t number;
	} values[] = {
		{ "true", 1, -7 }, { "Yes", 1, -7 }, { "ON", 1, -7 }, { "1", 1, 1 }, { "-3", 1, -3 }, { "2k", 1, 2048 },
		{ "false", 0, -7 }, { "no", 0, -7 }, { "off", 0, -7 }, { "0", 0, 0 }, { "", 0, -7 }, { "3M", 1, 3 << 20 },
		{ "maybe", -1, -7 }, { "1x", -1, -7 }, { "4g", -1, INT64_C(4) << 30 }, { "9999999999999999999", -1, -7 },
		{ "9999999999999g", -1, -7 }, { "0x10", 1, 16 }, { "k", -1, -7 },
	};

	(void)state;
	for (size_t i = 0; i < NR(values); i++) {
		int yes = settings_is_true(values[i].text, true), no = settings_is_true(values[i].text, false);

		if ((yes == no ? yes : -1) != values[i].truth || settings_number(values[i].text, -7) != values[i].number)
			fail_msg("'%s': %d %d, %lld", values[i].text, yes, no,
				 (long long)settings_number(values[i].text, -7));
	}
	assert_true(settings_is_true(NULL, true));
	assert_int_equal(settings_number(NULL, 5), 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_files),
		cmocka_unit_test(test_cut_files),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
