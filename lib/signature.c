/*
 * Signatures of commits, as git makes them with ssh keys.
 *
 * git's own verdict is not enough: it takes a key for good that is named in a file which the
 * repository's configuration chooses, by the date that the commit claims, whoever wrote it. Here
 * ssh-keygen is asked one thing only: is this the signature of this key?
 */
#include "signature.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "run.h"

#define HEADER "gpgsig "
#define BEGIN_SSH "-----BEGIN SSH SIGNATURE-----"
#define END_SSH "-----END SSH SIGNATURE-----"
#define MAGIC "SSHSIG"
#define SIGNER "author" /* what the key is called in the file that ssh-keygen reads */

/* Divide a commit into the text that was signed and its signature; false if there is none. */
static bool divide(struct buf *signed_text, struct buf *signature, const struct buf *commit)
{
	const char *line = commit->ptr, *end = commit->ptr + commit->len;
	bool inside = false, found = false;

	while (line < end && *line != '\n') {
		const char *stop = memchr(line, '\n', (size_t)(end - line));
		size_t len = stop ? (size_t)(stop - line) + 1 : (size_t)(end - line);

		if (inside && *line == ' ') {
			buf_add(signature, line + 1, len - 1);
		} else if (!found && !strncmp(line, HEADER, strlen(HEADER))) {
			buf_add(signature, line + strlen(HEADER), len - strlen(HEADER));
			inside = found = true;
		} else {
			buf_add(signed_text, line, len);
			inside = false;
		}
		line += len;
	}
	buf_add(signed_text, line, (size_t)(end - line));
	return found;
}

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_digit(char c)
{
	const char *at = c ? strchr(base64, c) : NULL;

	return at ? (int)(at - base64) : -1;
}

/* The bytes of a signature's armour; false if it is none. */
static bool unwrap(struct buf *out, const char *armour)
{
	const char *p = armour + strlen(BEGIN_SSH), *end = strstr(armour, END_SSH);
	unsigned bits = 0, value = 0;

	for (; end && p < end && *p != '='; p++) {
		int digit = base64_digit(*p);

		if (digit < 0 && *p != '\n')
			return false;
		if (digit < 0)
			continue;
		value = value << 6 | (unsigned)digit;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_putc(out, (char)(value >> bits & 0xff));
		}
	}
	return end;
}

static void put_base64(struct buf *out, const unsigned char *data, size_t len)
{
	for (size_t i = 0; i < len; i += 3) {
		unsigned value = (unsigned)data[i] << 16 | (i + 1 < len ? (unsigned)data[i + 1] << 8 : 0) |
				 (i + 2 < len ? data[i + 2] : 0);

		buf_putc(out, base64[value >> 18]);
		buf_putc(out, base64[value >> 12 & 63]);
		buf_putc(out, i + 1 < len ? base64[value >> 6 & 63] : '=');
		buf_putc(out, i + 2 < len ? base64[value & 63] : '=');
	}
}

/* A length and so many bytes at `*at`: moves behind it. */
static bool take_string(const unsigned char **data, size_t *len, const struct buf *from, size_t *at)
{
	const unsigned char *p = (const unsigned char *)from->ptr + *at;

	if (from->len - *at < 4)
		return false;
	*len = (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
	*data = p + 4;
	if (from->len - *at - 4 < *len)
		return false;
	*at += 4 + *len;
	return true;
}

/* The public key is in the signature: after its magic word and version, "type" and all again as a blob. */
static char *key_in(const struct buf *signature)
{
	const unsigned char *key, *type;
	size_t key_len, type_len, at = strlen(MAGIC) + 4, within = 0;
	struct buf blob = BUF_INIT, out = BUF_INIT;
	bool good = signature->len > at && !memcmp(signature->ptr, MAGIC, strlen(MAGIC)) &&
		    take_string(&key, &key_len, signature, &at);

	if (good) {
		buf_add(&blob, key, key_len);
		good = take_string(&type, &type_len, &blob, &within);
		for (size_t i = 0; good && i < type_len; i++)
			good = type[i] > ' ' && type[i] < 0x7f;
	}
	if (good) {
		buf_add(&out, type, type_len);
		buf_putc(&out, ' ');
		put_base64(&out, key, key_len);
	}
	buf_release(&blob);
	return good ? buf_detach(&out) : NULL;
}

enum signature signature_of(char **key, const struct buf *commit)
{
	struct buf text = BUF_INIT, armour = BUF_INIT, bytes = BUF_INIT;
	enum signature how = SIGNATURE_OTHER;

	*key = NULL;
	if (!strstr(commit->ptr, "\n" HEADER))
		return SIGNATURE_NONE;
	if (!divide(&text, &armour, commit)) {
		how = SIGNATURE_NONE;
	} else if (!strncmp(armour.ptr, BEGIN_SSH, strlen(BEGIN_SSH))) {
		if (unwrap(&bytes, armour.ptr))
			*key = key_in(&bytes);
		how = *key ? SIGNATURE_SSH : SIGNATURE_BAD;
	}
	buf_release(&bytes);
	buf_release(&armour);
	buf_release(&text);
	return how;
}

/* A file without a name, for the programs that we start: ssh-keygen reads files only, and we leave none behind. */
static char *lend(int *fd, const char *name, const struct buf *text)
{
	*fd = memfd_create(name, MFD_CLOEXEC);
	if (*fd < 0 || !buf_write(*fd, text))
		return NULL;
	return xstrfmt("/proc/%ld/fd/%d", (long)getpid(), *fd);
}

static int ask(bool *good, const char *allowed, const char *signature, const struct buf *text)
{
	const char *const argv[] = { "ssh-keygen", "-Y", "verify", "-n", "git", "-I", SIGNER, "-f", allowed, "-s",
				     signature, NULL };
	const struct run run = { .argv = argv, .input = text->ptr, .input_len = text->len };
	int status = run_program(&run);

	if (status < 0)
		error_hint("signatures are checked by ssh-keygen, a part of OpenSSH");
	*good = status == 0;
	return status < 0 ? status : 0;
}

static int ask_with(bool *good, const struct buf *text, const struct buf *armour, const char *key)
{
	struct buf line = BUF_INIT;
	int key_fd = -1, signature_fd = -1, rc;
	char *allowed, *signature;

	buf_addf(&line, SIGNER " namespaces=\"git\" %s\n", key);
	allowed = lend(&key_fd, "allowed", &line);
	signature = lend(&signature_fd, "signature", armour);
	if (allowed && signature)
		rc = ask(good, allowed, signature, text);
	else
		rc = error_set(ERR_FAILED, "cannot lend a signature to ssh-keygen: %s", strerror(errno));
	if (key_fd >= 0)
		close(key_fd);
	if (signature_fd >= 0)
		close(signature_fd);
	free(signature);
	free(allowed);
	buf_release(&line);
	return rc;
}

int signature_is_by(bool *good, const struct buf *commit, const char *key)
{
	struct buf text = BUF_INIT, armour = BUF_INIT;
	int rc;

	divide(&text, &armour, commit);
	rc = ask_with(good, &text, &armour, key);
	buf_release(&armour);
	buf_release(&text);
	return rc;
}
