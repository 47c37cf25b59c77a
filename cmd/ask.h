/* The options that post and reply share: whom to ask, what is needed, by when. */
#ifndef ASK_H
#define ASK_H

#include "async/record.h"
#include "async/thread.h"
#include "async/worklog.h"
#include "links.h"
#include "opts.h"

struct ask {
	struct texts to, cc, tags;
	struct links links;
	const char *level; /* or NULL */
	int need;          /* index in need_words, -1: not given */
	struct span within;
	struct when by;
};

#define ASK_INIT { .need = -1 }

#define OPT_ASK(ask)                                                                                    \
	OPT_LIST(0, "to", &(ask)->to, "who", "ask: a handle, an address, @group (one of them), all:@group"), \
	OPT_LIST(0, "cc", &(ask)->cc, "who", "let them know; they owe no answer"),                       \
	OPT_LEVEL('l', "level", &(ask)->level, "how soon an answer is expected"),                       \
	OPT_SPAN(0, "within", &(ask)->within, "how long they have, in their working time"),             \
	OPT_WHEN(0, "by", &(ask)->by, "when an answer is due, instead"),                                \
	OPT_WORD(0, "need", &(ask)->need, need_words, "what", "reply, ack, approval, done or read"),    \
	OPT_LIST('t', "tag", &(ask)->tags, "tag", "put a tag on it"),                                   \
	OPT_LINKS(&(ask)->links), OPT_TRANSCRIPT(&(ask)->links)

/* Put how long somebody has into a record. */
void ask_set_within(struct record *rec, const struct span *span);

/*
 * Put a level (NULL: the default one) and what it means now into a record; but for the duration
 * where `timed` is false. ERR_NOTFOUND if there is no such level.
 */
int ask_freeze_level(struct record *rec, struct worklog *wl, const char *level, bool timed);

/*
 * Put what the options say into a post of mine. Level, duration, clock and focus are frozen in it
 * (worktime S14). `again` is a post whose level and duration hold if none are given, or NULL.
 */
int ask_fill(struct record *rec, struct worklog *wl, const struct ask *ask, const struct record *again);

/* Append when a part is due, in their time and mine: "due ~Tue 2026-03-03 12:00 CET (11:00 UTC)". */
void part_put_due(struct buf *out, struct worklog *wl, const struct part *part);

/* Warn where that is never, or leaves no working time (S9, S10). */
void part_warn(struct worklog *wl, const struct part *part);

/*
 * Tell whom a post (written, of `thread`) asks and by when, in their time and mine, a line for
 * each, beginning with `id`; warn where there is no working time before it is due.
 */
void ask_tell(struct worklog *wl, const struct thread *thread, const struct record *post,
	      const char *id);

/*
 * Append the same as comment lines for the editor, of a post that is not written yet (its id is
 * zero) in a thread folded with it: whom it asks, by when in their time and mine, where they are
 * now, and on what their due times stand. Nothing in a record can end a comment.
 */
void ask_put_comments(struct buf *out, struct worklog *wl, const struct thread *thread, const struct record *post);

#endif
