/* Where a text comes from: -m, --file, standard input, the editor. */
#ifndef MESSAGE_H
#define MESSAGE_H

#include "async/buf.h"
#include "opts.h"

struct message {
	struct texts paragraphs; /* -m, given again for another paragraph */
	const char *file;        /* --file, "-" for standard input; or NULL */
	bool again;              /* --again: what is kept of an earlier text */
};

#define OPT_MESSAGE(m)                                                                                  \
	OPT_TEXTS('m', "message", &(m)->paragraphs, "text", "the text; given again: another paragraph"), \
	OPT_TEXT('F', "file", &(m)->file, "file", "read the text from a file, - for standard input")

/* For what asks for a text by message_ask(). */
#define OPT_AGAIN(m) OPT_FLAG(0, "again", &(m)->again, "go on with the text that was kept when writing it failed")

bool message_is_given(const struct message *message);

/* Will message_ask() open the editor? */
bool message_is_edited(const struct message *message);

/*
 * Append the text that -m or --file give, ending in one line end if there is any. ERR_INVALID
 * for what no record may hold, ERR_USAGE for both.
 */
int message_read(struct buf *out, const struct message *message);

/*
 * The same; where neither is given, standard input if that is no terminal, else the editor with
 * `initial` (edit_text()). With --again a text that was kept stands before that, in the editor if
 * there is a terminal. ERR_FAILED if the text is empty. `name` says which text it is: "post".
 */
int message_ask(struct buf *out, struct worklog *wl, const struct message *message, const char *name,
		const char *initial);

/* Cut a text into its first line and the rest without the blank lines between: both are the caller's to free. */
void message_split(char **subject, char **body, const char *text);

#endif
