/*
 * Texts on their way into the log: what somebody typed is in a private file until it is written,
 * so that nothing is lost when that fails. One at a time: a command asks for one text.
 */
#ifndef DRAFT_H
#define DRAFT_H

#include <stdbool.h>

#include "async/buf.h"
#include "async/worklog.h"

/* The name of a text that goes on only under this post: "reply-3f2a9c1be0d9". The caller frees. */
char *draft_name(const char *what, const struct id *post);

/* Put a text that is about to be edited into a new file; `name` says what it is for ("post"). */
int draft_begin(struct worklog *wl, const char *name, const char *text);

/* That file; NULL: there is none. */
const char *draft_path(void);

/* A text that came by standard input, to be kept, too, if the command fails and somebody is watching. */
void draft_hold(const char *text);

/* When did an earlier command of that name leave a text behind? 0: there is none. */
time_t draft_left_at(struct worklog *wl, const char *name);

/*
 * Go on with the newest of those: append it as it is in its file, which draft_end() removes.
 * ERR_NOTFOUND with a message.
 */
int draft_take(struct buf *out, struct worklog *wl, const char *name);

/* It is worth nothing: remove the file. And: it is written, so that an earlier one has served, too. */
void draft_drop(void);
void draft_end(void);

/* The command that is under way takes --again. */
void draft_allow_again(void);
bool draft_allows_again(void);

/*
 * The command has failed: append hints, a line each, that say where the text is and how to go on
 * with it, from the command line as it was typed. Nothing where there is no text.
 */
void draft_tell(struct buf *out, struct worklog *wl, int argc, char *const *argv);

#endif
