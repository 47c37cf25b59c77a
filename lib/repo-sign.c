/*
 * Signing a commit the way git would: commit.gpgSign, gpg.format, user.signingKey.
 *
 * Whether to sign and with which key may come from the repository; which program is
 * started comes from the user's own and the system's configuration only.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "run.h"

#define PUBLIC_LIMIT ((size_t)64 << 10)

/* What the signer said on standard error, as the reason. */
static int failed(const char *program, struct buf *errors)
{
	buf_rtrim(errors);
	return error_set(ERR_FAILED, "'%s' could not sign the commit%s%s", program, errors->len ? ": " : "", errors->ptr);
}

static int sign_by(struct buf *out, struct buf *errors, const char *const *argv, const struct buf *data)
{
	const struct run run = {
		.argv = argv,
		.input = data->ptr,
		.input_len = data->len,
		.output = out,
		.errors = errors,
		.may_ask = true,
	};
	int status = run_program(&run);

	if (status < 0)
		return status;
	return status == 0 && out->len ? 0 : failed(argv[0], errors);
}

static int sign_gpg(struct buf *out, const char *program, const char *key, const struct buf *data)
{
	const char *const argv[] = { program, "--status-fd=2", "-bsau", key, NULL };
	struct buf errors = BUF_INIT;
	int rc = sign_by(out, &errors, argv, data);

	/* gpg may end well without having signed; git looks for this line too. */
	if (rc == 0 && !strstr(errors.ptr, "[GNUPG:] SIG_CREATED "))
		rc = failed(program, &errors);
	buf_release(&errors);
	return rc;
}

/* A key given as text ("key::ssh-ed25519 …") must be in a file for ssh-keygen; its secret is the agent's. */
static int write_key(char **path, struct repo *repo, const char *key)
{
	size_t len = strlen(key);
	int fd;

	*path = xstrfmt("%s/async/key.XXXXXX", repo->place.common_dir);
	fd = mkostemp(*path, O_CLOEXEC);
	if (fd < 0 || write(fd, key, len) != (ssize_t)len || write(fd, "\n", 1) != 1) {
		int rc = error_set(ERR_FAILED, "cannot write '%s': %s", *path, strerror(errno));

		if (fd >= 0)
			close(fd);
		return rc;
	}
	close(fd);
	return 0;
}

/* Is it the key itself instead of where it is? Then the text of it. */
static const char *literal_key(const char *key)
{
	if (strncmp(key, "key::", 5) == 0)
		return key + 5;
	return strncmp(key, "ssh-", 4) == 0 ? key : NULL;
}

static int sign_ssh(struct buf *out, struct repo *repo, const char *program, const char *key, const struct buf *data)
{
	bool literal = literal_key(key);
	char *path = NULL;
	struct buf errors = BUF_INIT;
	int rc = 0;

	if (literal)
		rc = write_key(&path, repo, literal_key(key));
	else
		path = repo_expand_path(key, NULL);
	if (rc == 0) {
		const char *const argv[] = { program, "-Y", "sign", "-n", "git", "-f", path, literal ? "-U" : NULL, NULL };

		rc = sign_by(out, &errors, argv, data);
	}
	if (literal)
		unlink(path);
	buf_release(&errors);
	free(path);
	return rc;
}

/* The program for this format: the format's own setting, for OpenPGP also the older one, or the usual name. */
static char *signer(struct repo *repo, const char *format, const char *usual)
{
	char *name = xstrfmt("gpg.%s.program", format);
	char *program = repo_config_user(repo, name);

	free(name);
	if (!program && strcmp(format, "openpgp") == 0)
		program = repo_config_user(repo, "gpg.program");
	return program ? program : xstrdup(usual);
}

/* Without user.signingKey, gpg is asked for the key of the committer. */
static char *committer(struct repo *repo)
{
	char *name = NULL, *address = NULL, *whole = NULL;

	if (repo_identity(repo, &name, &address) == 0)
		whole = xstrfmt("%s <%s>", name, address);
	free(name);
	free(address);
	return whole;
}

/* The public half of a key that is in a file: there, or in that of the same name with .pub. */
static void read_public(struct buf *out, const char *key)
{
	char *path = repo_expand_path(key, NULL), *public = xstrfmt("%s.pub", path);

	if (access(public, R_OK) != 0 || buf_read_file(out, public, PUBLIC_LIMIT) < 0)
		if (buf_read_file(out, path, PUBLIC_LIMIT) < 0)
			buf_reset(out);
	error_clear();
	free(public);
	free(path);
}

char *repo_signing_key(struct repo *repo)
{
	char *key = repo_config(repo, "user.signingkey"), *out = NULL;
	struct buf line = BUF_INIT;

	if (key && literal_key(key))
		buf_puts(&line, literal_key(key));
	else if (key)
		read_public(&line, key);
	buf_setlen(&line, strcspn(line.ptr, "\r\n"));
	if (line.len && !strstr(line.ptr, "PRIVATE KEY"))
		out = xstrdup(line.ptr);
	buf_release(&line);
	free(key);
	return out;
}

char *repo_signer(struct repo *repo)
{
	char *format = repo_config(repo, "gpg.format"), *out = NULL;

	if (repo_config_is_true(repo, "commit.gpgsign", false) && format && strcmp(format, "ssh") == 0)
		out = repo_signing_key(repo);
	free(format);
	return out;
}

int repo_sign(struct buf *out, struct repo *repo, const struct buf *commit)
{
	char *format = NULL, *key = NULL, *program = NULL;
	int rc = 0;

	if (!repo_config_is_true(repo, "commit.gpgsign", false))
		return 0;
	format = repo_config(repo, "gpg.format");
	if (!format)
		format = xstrdup("openpgp");
	key = repo_config(repo, "user.signingkey");
	if (strcmp(format, "ssh") == 0) {
		program = signer(repo, format, "ssh-keygen");
		rc = key ? sign_ssh(out, repo, program, key, commit)
			 : error_set(ERR_FAILED, "user.signingKey needs to be set for ssh signing");
	} else if (strcmp(format, "openpgp") == 0 || strcmp(format, "x509") == 0) {
		program = signer(repo, format, strcmp(format, "x509") == 0 ? "gpgsm" : "gpg");
		if (!key)
			key = committer(repo);
		rc = sign_gpg(out, program, key ? key : "", commit);
	} else {
		rc = error_set(ERR_FAILED, "gpg.format: '%s' is none of openpgp, x509, ssh", format);
	}
	free(program);
	free(key);
	free(format);
	return rc;
}
