/* The trailers that a branch's name suggests, offered as comments where a message is edited. */
#include "hook.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "print.h"

#define MESSAGE_LIMIT ((size_t)4 << 20)
#define HEAD_LIMIT 4096
#define LEAST_DIGITS 7

/* What begins a comment; 0: comments would stay in the message, or nobody knows. */
static char comment_char(struct worklog *wl)
{
	char *cleanup = worklog_config(wl, "commit.cleanup"), *set = worklog_config(wl, "core.commentChar");
	char c = set ? *set : '#';

	if (cleanup && strcmp(cleanup, "strip") != 0 && strcmp(cleanup, "default") != 0)
		c = 0;
	if (set && strlen(set) != 1)
		c = 0;
	free(cleanup);
	free(set);
	return c;
}

/* An ask that is open and whose id begins so; false: there is none. */
static bool find_ask(struct id *out, struct buf *subject, struct worklog *wl, const char *prefix)
{
	struct thread thread = THREAD_INIT;
	bool open = worklog_find(out, wl, prefix) == 0 && worklog_thread(&thread, wl, out) == 0 &&
		    thread.state == THREAD_OPEN;

	if (open)
		print_safe(subject, thread.redacted ? "(redacted)" : thread.subject, false);
	thread_release(&thread);
	return open;
}

/* "ben/3f2a9c1-fix-login": a word of seven digits or more, at most a whole id. */
static bool find_in_branch(struct id *out, struct buf *subject, struct hook_call *call)
{
	char *path = xstrfmt("%s/HEAD", call->code->git_dir), *rest, *word;
	struct buf head = BUF_INIT;
	bool found = false;

	if (buf_read_file(&head, path, HEAD_LIMIT) == 0 && !strncmp(head.ptr, "ref: refs/heads/", 16)) {
		buf_rtrim(&head);
		rest = head.ptr + 16;
		while (!found && (word = strsep(&rest, "/-_.")))
			found = strlen(word) >= LEAST_DIGITS && id_is_prefix(word, strlen(word)) &&
				find_ask(out, subject, call->wl, word);
	}
	buf_release(&head);
	free(path);
	return found;
}

/* Before git's own comments, with a line between, so that it is a paragraph of its own. */
static void put_offer(struct buf *out, const struct buf *message, char c, const char *id, const char *subject)
{
	const char *at = message->ptr;

	while (*at && *at != c)
		at += strcspn(at, "\n") + (at[strcspn(at, "\n")] == '\n');
	buf_add(out, message->ptr, (size_t)(at - message->ptr));
	buf_addf(out, "\n%c This branch is about %s: %s\n", c, id, subject);
	buf_addf(out, "%c Without the %c, one of these lines settles it, or links this commit:\n", c, c);
	buf_addf(out, "%cAsync-Closes: %s\n%cAsync-Refs: %s\n%c\n", c, id, c, id, c);
	buf_puts(out, at);
}

static int rewrite(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
	bool done = fd >= 0 && buf_write(fd, text);

	if (fd >= 0 && close(fd) < 0)
		done = false;
	return done ? 0 : error_set(ERR_FAILED, "cannot write '%s'", path);
}

static int offer_it(struct hook_call *call, char c, const struct id *id, const char *subject)
{
	struct buf message = BUF_INIT, text = BUF_INIT;
	char hex[ID_HEX + 1];
	int rc = buf_read_file(&message, call->argv[0], MESSAGE_LIMIT);

	worklog_short_id(hex, call->wl, id);
	if (rc == 0 && !strcasestr(message.ptr, "\nasync-")) {
		put_offer(&text, &message, c, hex, subject);
		rc = rewrite(call->argv[0], &text);
	}
	buf_release(&text);
	buf_release(&message);
	return rc;
}

/* <file> [<source> [<commit>]]: not where no editor is opened, which git tells by an editor ":". */
int hook_prepare_commit_msg(struct hook_call *call)
{
	const char *source = call->argc > 1 ? call->argv[1] : "", *editor = getenv("GIT_EDITOR");
	struct buf subject = BUF_INIT;
	char c = comment_char(call->wl);
	struct id id;
	int rc = 0;

	if (!call->argc || !c || (editor && !strcmp(editor, ":")))
		return 0;
	if (*source && strcmp(source, "template") != 0 && strcmp(source, "message") != 0)
		return 0;
	if (find_in_branch(&id, &subject, call))
		rc = offer_it(call, c, &id, subject.ptr);
	else
		error_clear();
	buf_release(&subject);
	return rc;
}
