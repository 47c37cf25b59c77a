/* Texts from people: read from where they said, refused if a record may not hold them. */
#include "message.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/record.h"
#include "draft.h"
#include "print.h"

bool message_is_given(const struct message *message)
{
	return message->paragraphs.nr || message->file;
}

bool message_is_edited(const struct message *message)
{
	return !message_is_given(message) && isatty(STDIN_FILENO);
}

static int read_stdin(struct buf *out)
{
	int rc;

	errno = 0;
	rc = buf_read(out, STDIN_FILENO, RECORD_MAX_BYTES);
	if (rc == ERR_INVALID)
		return error_set(rc, "standard input: more than %zu KiB", RECORD_MAX_BYTES / 1024);
	if (rc < 0)
		return error_set(rc, "standard input: %s", strerror(errno));
	draft_hold(out->ptr);
	return 0;
}

/* What is kept: one line end at the end, none for an empty text. */
static int finish(struct buf *out, const char *what)
{
	buf_rtrim(out);
	if (out->len)
		buf_putc(out, '\n');
	return text_check(out->ptr, out->len, false, what);
}

int message_read(struct buf *out, const struct message *message)
{
	int rc;

	if (message->file && message->paragraphs.nr)
		return error_set(ERR_USAGE, "-m and --file both give the text; use one of them");
	if (message->file) {
		rc = strcmp(message->file, "-") ? buf_read_file(out, message->file, RECORD_MAX_BYTES) : read_stdin(out);
		return rc < 0 ? rc : finish(out, strcmp(message->file, "-") ? message->file : "standard input");
	}
	for (size_t i = 0; i < message->paragraphs.nr; i++) {
		buf_puts(out, i ? "\n\n" : "");
		buf_puts(out, message->paragraphs.v[i]);
	}
	return finish(out, "-m");
}

/* What an earlier command could not write, to be gone on with. */
static int read_draft(struct buf *out, struct worklog *wl, const struct message *message, const char *name)
{
	struct buf text = BUF_INIT;
	int rc;

	if (message_is_given(message))
		return error_set(ERR_USAGE, "--again goes on with a text that is kept; -m and --file give another");
	rc = draft_take(&text, wl, name);
	if (rc == 0)
		edit_strip(out, text.ptr);
	buf_release(&text);
	return rc;
}

/* Before the template stands what is kept. */
static int ask_again(struct buf *out, struct worklog *wl, const struct message *message, const char *name,
		     const char *initial)
{
	struct buf text = BUF_INIT, template = BUF_INIT;
	int rc;

	rc = read_draft(&text, wl, message, name);
	if (rc == 0 && isatty(STDIN_FILENO)) {
		edit_escape(&template, text.ptr);
		buf_addf(&template, "\n%s", initial);
		rc = edit_text(out, wl, name, template.ptr);
	} else if (rc == 0) {
		buf_puts(out, text.ptr);
	}
	buf_release(&template);
	buf_release(&text);
	return rc;
}

/* In the editor; it says if an earlier text is waiting. */
static int edit_new(struct buf *out, struct worklog *wl, const char *name, const char *initial)
{
	time_t left_at = draft_allows_again() ? draft_left_at(wl, name) : 0;
	struct buf text = BUF_INIT;
	int rc;

	buf_puts(&text, initial);
	if (left_at) {
		buf_puts(&text, "#\n# A text of ");
		format_time(&text, left_at, worklog_zone(wl));
		buf_puts(&text, " could not be written and is kept: --again goes on with it.\n");
	}
	rc = edit_text(out, wl, name, text.ptr);
	buf_release(&text);
	return rc;
}

int message_ask(struct buf *out, struct worklog *wl, const struct message *message, const char *name,
		const char *initial)
{
	const struct message from_stdin = { .file = "-" };
	int rc;

	if (message->again)
		rc = ask_again(out, wl, message, name, initial);
	else if (message_is_given(message))
		rc = message_read(out, message);
	else if (!isatty(STDIN_FILENO))
		rc = message_read(out, &from_stdin);
	else
		rc = edit_new(out, wl, name, initial);
	if (rc == 0)
		rc = finish(out, "the text");
	if (rc == 0 && !out->len) {
		rc = error_set(ERR_FAILED, "aborting: the text is empty");
		error_hint("give it with -m, --file or on standard input");
	}
	return rc;
}

void message_split(char **subject, char **body, const char *text)
{
	size_t len;

	text += strspn(text, "\n");
	len = strcspn(text, "\n");
	*subject = xstrndup(text, len);
	text += len;
	*body = xstrdup(text + strspn(text, "\n"));
}
