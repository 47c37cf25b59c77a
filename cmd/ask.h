/* The options that post and reply share: whom to ask, what is needed, by when. */
#ifndef ASK_H
#define ASK_H

#include "async/record.h"
#include "async/thread.h"
#include "async/worklog.h"
#include "opts.h"

struct ask {
	struct texts to, cc, tags, links;
	const char *level; /* or NULL */
	int need;          /* index in need_words, -1: not given */
	struct span within;
	struct when by;
};

#define ASK_INIT { .need = -1 }

extern const char *const need_words[];

#define OPT_ASK(ask)                                                                                    \
	OPT_LIST(0, "to", &(ask)->to, "who", "ask: a handle, an address, @group (one of them), all:@group"), \
	OPT_LIST(0, "cc", &(ask)->cc, "who", "let them know; they owe no answer"),                       \
	OPT_LEVEL('l', "level", &(ask)->level, "how soon an answer is expected"),                       \
	OPT_SPAN(0, "within", &(ask)->within, "how long they have, in their working time"),             \
	OPT_WHEN(0, "by", &(ask)->by, "when an answer is due, instead"),                                \
	OPT_WORD(0, "need", &(ask)->need, need_words, "what", "reply, ack, approval, done or read"),    \
	OPT_LIST('t', "tag", &(ask)->tags, "tag", "put a tag on it"),                                   \
	OPT_TEXTS(0, "link", &(ask)->links, "link", "a URL, a commit or a record it is about")

/*
 * Put what the options say into a post of mine. Level, duration, clock and focus are frozen in it
 * (worktime S14). `again` is a post whose level and duration hold if none are given, or NULL.
 */
int ask_fill(struct record *rec, struct worklog *wl, const struct ask *ask, const struct record *again);

/*
 * Tell whom a post (written, of `thread`) asks and by when, in their time and mine, a line for
 * each, beginning with `id`; warn where there is no working time before it is due.
 */
void ask_tell(struct worklog *wl, const struct thread *thread, const struct record *post,
	      const char *id);

#endif
