/* Handing messages over to other programs. */
#include "async/deliver.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "run.h"

#define SENDMAIL "/usr/sbin/sendmail"
#define TIMEOUT_SECONDS 60
#define SAYS_LIMIT 4096
#define SIGNALLED 128 /* and above: ended by a signal, or a shell whose command was */

/* The first line that says something. */
static void put_reason(struct buf *out, const struct buf *says)
{
	const char *line = says->ptr + strspn(says->ptr, " \t\r\n");
	size_t len = strcspn(line, "\r\n");

	if (len)
		buf_addf(out, ": %.*s", (int)(len < 200 ? len : 200), line);
}

static int feed(const char *const *argv, const char *name, const struct buf *input)
{
	struct buf says = BUF_INIT, reason = BUF_INIT;
	const struct run run = {
		.argv = argv,
		.unset = run_git_local_env,
		.input = input->ptr,
		.input_len = input->len,
		.errors = &says,
		.limit = SAYS_LIMIT,
		.timeout_seconds = TIMEOUT_SECONDS,
	};
	int status = run_program(&run);

	put_reason(&reason, &says);
	if (status > SIGNALLED)
		status = error_set(ERR_AMBIGUOUS, "'%s' was ended by signal %d%s", name, status - SIGNALLED, reason.ptr);
	else if (status > 0)
		status = error_set(ERR_FAILED, "'%s' failed with status %d%s", name, status, reason.ptr);
	buf_release(&reason);
	buf_release(&says);
	return status;
}

/* -- sendmail ------------------------------------------------------------------------------- */

/* The user's, or NULL: the usual one. The caller frees. */
static char *configured(struct worklog *wl)
{
	char *command = worklog_config_user(wl, "async.sendmail");

	if (!command || !*command) {
		free(command);
		command = worklog_config_user(wl, "sendemail.sendmailcmd");
	}
	if (command && *command)
		return command;
	free(command);
	return NULL;
}

int deliver_mail_ready(struct worklog *wl)
{
	char *command = configured(wl);
	int rc = 0;

	if (!command && access(SENDMAIL, X_OK) < 0) {
		rc = error_set(ERR_FAILED, "there is no program to send mail with: no %s", SENDMAIL);
		error_hint("install one, or name it: git config --global async.sendmail <command>");
	}
	free(command);
	return rc;
}

/* What is configured may be a command with options: the shell divides it, and nothing else. */
int deliver_mail(struct worklog *wl, const char *envelope, const char *to, const struct buf *message)
{
	char *command = configured(wl), *script = command ? xstrfmt("%s \"$@\"", command) : NULL;
	const char *const by_shell[] = { "/bin/sh", "-c", script, command, "-i", "-f", envelope, "--", to, NULL };
	const char *const direct[] = { SENDMAIL, "-i", "-f", envelope, "--", to, NULL };
	int rc = feed(command ? by_shell : direct, command ? command : SENDMAIL, message);

	free(script);
	free(command);
	return rc;
}

int deliver_exec(const char *command, const struct buf *input)
{
	const char *const argv[] = { "/bin/sh", "-c", command, NULL };

	return feed(argv, command, input);
}
