/* On a server: what git receive-pack asks before it takes in a push, and after. */
#include "async/receive.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/buf.h"
#include "cmd.h"
#include "hook.h"
#include "print.h"

#define MAX_TOLD 12
#define MAX_LINE ((size_t)64 << 10)

/* The repository that git names, whatever the environment of who pushes says of others. */
static int open_here(struct worklog **out, bool no_log)
{
	const struct worklog_options options = {
		.git_dir = globals.log.git_dir, .log = globals.log.log, .no_log = no_log, .receiving = true,
	};

	return worklog_open(out, &options);
}

/* "async: MISMATCH: ack 3f2a9c1 says that … (commit 0123456789ab)", each in a line. */
static void tell(const struct finding *finding)
{
	char hex[ID_HEX + 1];

	id_hex(hex, &finding->commit);
	hex[12] = '\0';
	if (strstr(finding->text, hex) || id_is_zero(&finding->commit))
		hook_tell("%s: %s", finding_word(finding->what), finding->text);
	else
		hook_tell("%s: %s (commit %s)", finding_word(finding->what), finding->text, hex);
}

static int answer(const struct verify *refused)
{
	for (size_t i = 0; i < refused->nr && i < MAX_TOLD; i++)
		tell(&refused->v[i]);
	if (refused->nr > MAX_TOLD)
		hook_tell("and %zu more", refused->nr - MAX_TOLD);
	if (refused->nr)
		fprintf(stderr, "hint: nothing was taken in; 'man async-hook' has the server's rules\n");
	return refused->nr ? EXIT_NO : EXIT_YES;
}

static int decide(struct worklog *wl, const char *line, size_t len)
{
	struct receive_update update;
	struct verify refused = VERIFY_INIT;
	int rc = receive_parse(&update, line, len);

	if (rc == 0)
		rc = receive_check(&refused, wl, &update);
	if (rc == 0)
		rc = answer(&refused);
	verify_release(&refused);
	return rc;
}

/* Each line of standard input is a ref; one that may not be moved keeps all of them where they are. */
static int decide_all(struct worklog *wl)
{
	char *line = NULL;
	size_t alloc = 0;
	ssize_t len;
	int rc = EXIT_YES;

	while (rc == EXIT_YES && (len = getline(&line, &alloc, stdin)) > 0) {
		if ((size_t)len > MAX_LINE)
			rc = error_set(ERR_INVALID, "a line of %zd bytes names no ref", len);
		else if (*line != '\n')
			rc = decide(wl, line, (size_t)len - (line[len - 1] == '\n'));
	}
	if (rc == EXIT_YES && ferror(stdin))
		rc = error_set(ERR_FAILED, "cannot read what is to be moved");
	free(line);
	return rc;
}

int hook_pre_receive(int argc, char **argv)
{
	struct worklog *wl = NULL;
	int rc;

	(void)argv;
	if (argc)
		return error_set(ERR_USAGE, "git gives pre-receive no arguments, but lines '<old> <new> <ref>' to read");
	rc = open_here(&wl, true);
	if (rc == 0)
		rc = decide_all(wl);
	worklog_close(wl);
	return rc;
}

int hook_update(int argc, char **argv)
{
	struct worklog *wl = NULL;
	struct buf line = BUF_INIT;
	int rc;

	if (argc != 3)
		return error_set(ERR_USAGE, "git gives update three arguments: <ref> <old> <new>");
	buf_addf(&line, "%s %s %s", argv[1], argv[2], argv[0]);
	rc = open_here(&wl, true);
	if (rc == 0)
		rc = decide(wl, line.ptr, line.len);
	buf_release(&line);
	worklog_close(wl);
	return rc;
}

/* After the push: nothing is decided any more, and a failure is nobody's to act on who pushes. */
int hook_post_receive(int argc, char **argv)
{
	struct worklog *wl = NULL;
	struct arrival arrival;
	int rc;

	(void)argv;
	if (argc)
		return error_set(ERR_USAGE, "git gives post-receive no arguments");
	rc = open_here(&wl, false);
	if (rc == 0)
		rc = worklog_newest(&arrival, wl);
	if (rc < 0 && rc != ERR_NOTFOUND)
		hook_tell("post-receive: %s", error_last());
	error_clear();
	worklog_close(wl);
	return EXIT_YES;
}
