/*
 * Which of the log a command wants, and the rows it gets back.
 */
#ifndef ASYNC_QUERY_H
#define ASYNC_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/id.h"
#include "async/record.h"
#include "async/thread.h"
#include "async/worktime.h"

/* Bits of `states`. */
#define STATE(state) (1u << (state))
#define STATES_UNSETTLED (STATE(PART_OPEN) | STATE(PART_ACKED))

/* All that is given must hold; zero or NULL means any. Names are persons' keys (person.key). */
struct query {
	const char *from;       /* the author of the post */
	const char *to;         /* the person asked; of parts also who is to answer, the asked one being gone */
	unsigned states;        /* of the part, or (posts) of the thread: bits of STATE(part or thread state) */
	unsigned part_states;   /* posts: some part is in one of these, bits of STATE() */
	const char *level;
	const char *tag;
	enum post_type type;
	enum need need;
	time_t since, until;    /* the post's date: since <= date < until */
	time_t due_before;      /* due_at < this */
	/*
	 * Full text, accents and case apart: all of these words must be in it. "two words" is a
	 * phrase, relea* any word that begins so; of a OR b one is enough, -c must not be there.
	 */
	const char *words;
	const struct id *thread; /* records of one thread only */
	size_t limit;           /* 0: all */
	bool reverse;           /* the other way round */
};

/* One person's part in an ask. Texts belong to the row and end with the callback. */
struct part_row {
	struct id post;    /* the post that asks */
	struct id root;    /* of its thread */
	const char *subject;
	const char *from;  /* keys: worklog_who() knows more */
	const char *to;
	const char *level; /* or NULL */
	const char *group; /* of an `any` item, or NULL */
	int item;          /* -1: named in `to` */
	enum need need;
	enum part_state state;
	const char *outcome; /* or NULL */
	time_t post_at, asked_at, due_at, asked_due_at, acked_at, promised_at, settled_at; /* 0: none; DUE_NEVER */
	bool assumed;
};

/* One thread, by its root post. */
struct post_row {
	struct id id;
	const char *subject;
	const char *from;
	enum post_type type;
	const char *type_name;
	const char *level;   /* or NULL */
	const char *to;      /* keys of those asked, comma separated */
	const char *tags;    /* comma separated */
	enum thread_state state;
	time_t date, due_at; /* due_at: the earliest of the open parts; 0: none, DUE_NEVER */
	time_t last_at;      /* newest record of the thread */
	size_t replies;
	size_t parts, open;  /* how many asked, how many still open or acked */
	bool retracted, redacted;
};

/* One record of any kind, for the audit trail. */
struct record_row {
	struct id id;
	struct id root;      /* its thread's root, or zero */
	struct id target;    /* what it hangs on, or zero */
	enum record_kind kind;
	const char *kind_name;
	const char *what;    /* a post's type, a mark's verb, else the kind */
	const char *from;    /* key, or NULL */
	const char *subject; /* of the post it is or hangs on; "" */
	time_t date;
	const char *why_not; /* why it does not count, or NULL */
	bool redacted;       /* its text is hidden */
};

#endif
