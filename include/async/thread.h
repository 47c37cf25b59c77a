/*
 * What records add up to: the state of an ask, and of each person's part in it.
 *
 * One pure function from the records of a thread and the team to obligations
 * (design section 2; worktime S12, S14-S17). No I/O, no clock.
 */
#ifndef ASYNC_THREAD_H
#define ASYNC_THREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/record.h"
#include "async/team.h"
#include "async/worktime.h"

enum part_state { PART_OPEN, PART_ACKED, PART_MET, PART_WITHDRAWN };
const char *part_state_name(enum part_state state);

/* Met or withdrawn: nothing is to be done any more. */
bool part_state_is_settled(enum part_state state);

/* A stretch of a part with one clock. */
struct round {
	const struct record *begun_by; /* the ask, a reopen, extend, promise (ack), assign, … */
	const struct record *ended_by; /* the answer, or what began the next round; NULL: it runs */
	time_t start_at;               /* the clock's start; DUE_NEVER where a due time that never comes was extended */
	time_t as_of;                  /* it starts with the calendar of that moment (S14) */
	struct expectation expect;     /* unless by_at or by_day says otherwise */
	time_t by_at;                  /* `by` an instant, else 0 */
	int32_t by_day;                /* `by` a date, else DAY_NONE */
	time_t due_at;                 /* with S14 and S16 applied; DUE_NEVER */
	bool outside;                  /* S10: no working time left before that date's end */
	int step;                      /* of escalation, if that began it; else 0 */
};

/* An obligation: one person's part in an ask. */
struct part {
	const struct record *ask; /* the post that asks: the root or a reply */
	struct person *person;
	int item;                 /* which of `any`, from 0, those of escalation behind them; -1: named in `to` */
	const char *group;        /* of the `any` item, or NULL */
	enum need need;
	const char *level;        /* or NULL */
	enum part_state state;
	bool waits;               /* they asked for more time, and the author has not answered */
	const char *outcome;      /* how it stands: "reply", "done", "handed over", "asks for 2d more", …; NULL while nothing happened */
	const struct record *settled_by; /* or NULL */
	time_t settled_at;        /* 0: not settled */
	time_t answered_at;       /* the first answer that was what was needed, reopened since or not; 0: none */
	time_t acked_at;          /* of this round; 0: not */
	time_t promised_at;       /* an ack's `by`; 0: none */
	time_t asked_due_at;      /* due of the first round: what was asked (stats, why) */
	time_t due_at;            /* of the round that runs or ran last; DUE_NEVER */
	bool assumed;             /* counted by assumed hours (S9) */
	int step;                 /* of escalation: it came of an answer that did not come; 0: it was asked for */
	const struct person *escalated_for; /* whose answer; NULL */
	time_t missed_at;         /* when that was due; 0 */
	struct round *rounds;     /* the last one is current */
	size_t nr_rounds;
};

/* A text that a post has or had. */
struct text_version {
	struct event *by;         /* the post itself, or the supersede that gave it */
	const char *subject;      /* "" if there is none or it is redacted */
	const char *body;         /* or NULL */
	const struct node *links; /* or NULL */
	bool redacted;
	struct text_version *older; /* NULL: it is the first */
};

/* A record of the thread as it counts. */
struct event {
	const struct record *rec;
	struct person *by;        /* NULL: derived */
	struct person *on_behalf; /* of `for`, or NULL */
	bool counts;
	const char *why;          /* why it does not count, or NULL */
	bool waits;               /* it asks for more time, and the author has not answered */
	bool retracted, redacted, superseded;
	const char *subject;      /* of a post, the newest: supersede applied; "" if there is none or it is redacted */
	const char *body;         /* of a post, the newest, or a mark's note; NULL */
	const struct node *links; /* of a post, the newest; NULL */
	const struct node *attach; /* of a post: the files beside it; NULL */
	const char *transcript;   /* of a post: the words of the recording it links to; NULL */
	struct text_version *texts; /* of a post whose text was changed: the newest; of what changed it: its own; else NULL */
	bool hidden;              /* a text in the record is redacted: it is not to be shown as it is */
};

enum thread_state {
	THREAD_NONE,      /* asks nobody */
	THREAD_OPEN,      /* somebody's part is open or acked */
	THREAD_MET,       /* all is settled, and somebody's part was met */
	THREAD_WITHDRAWN, /* all is settled, and nobody's part was met */
};
const char *thread_state_name(enum thread_state state);

struct thread {
	struct pool pool;
	const struct record *root;
	struct event *events; /* all records in order, the root first, none before what it answers */
	size_t nr_events;
	struct part *parts;   /* by ask, then as named there; of a person one in each ask */
	size_t nr_parts;
	enum thread_state state;
	const char *subject;  /* the newest text: supersede applied; "" if redacted */
	const char *body;     /* or NULL */
	const struct node *tags; /* list of the tags in force, sorted */
	bool retracted, redacted, superseded;
	time_t due_at;        /* of the open parts: the earliest; 0: none is open */
	time_t stepped_at;    /* the newest step of escalation; INSTANT_MIN: none */
	time_t recheck_at;    /* a record dated ahead begins to count then, or a step comes; DUE_NEVER: none */
};

#define THREAD_INIT { .root = NULL }

/*
 * Fold the records of one thread (root, replies, marks; any order, no duplicates).
 * Records dated more than 24 h after `now` do not count yet. Texts in `out` belong to
 * the records and the team, which must outlive it. Never fails: what makes no sense
 * does not count and says why.
 */
void thread_fold(struct thread *out, struct team *team, struct record *const *recs, size_t nr, time_t now);
void thread_release(struct thread *thread);

/* The same for the records of a folded thread and `more`: what would become of it. */
void thread_fold_more(struct thread *out, struct team *team, const struct thread *thread,
		      struct record *const *more, size_t nr, time_t now);

/* The record of the thread with this id, or NULL. */
const struct event *thread_event(const struct thread *thread, const struct id *id);

/* The (first) part of a person in this ask, the record of a post; NULL: it does not ask them. */
const struct part *thread_part_in(const struct thread *thread, const struct record *ask, const struct person *person);

/* The part of a person that an answer would settle now (the newest unsettled, else the newest); NULL: not asked. */
struct part *thread_part(const struct thread *thread, const struct person *person);

/*
 * The calendars that a round's due time is counted with: the one it started with, then the
 * later ones (S14); never less than one. And the due time itself, as worktime_live_due(),
 * with what was recorded until `until` (DUE_NEVER: all); `moves`, if not NULL, has room for as
 * many as there are calendars.
 */
const struct calendar_version *round_calendars(struct team *team, struct person *person, const struct round *round,
					       size_t *nr);
time_t round_due(struct team *team, struct person *person, const struct round *round, time_t until,
		 struct due_move *moves, size_t *nr_moves);

/* Would this answer by its kind meet this need? (design: "what meets what"; a reply is VERB_UNKNOWN with `reply`) */
bool need_is_met(enum need need, enum verb verb, bool reply);

/*
 * The date a new record must carry (design section 4): the later of `now` and 1 s after
 * the newest counted ack, answer, reopen, assign, extend or retract of the thread that
 * is at most 10 minutes ahead of `now`.
 */
time_t thread_next_date(const struct thread *thread, time_t now);

#endif
