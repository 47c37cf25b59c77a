/*
 * Inside of thread_fold(): a thread while its records are counted, one after the other.
 *
 *	thread.c         puts the records in order, says which were retracted, ends the fold
 *	thread-apply.c   one record in its turn: whom it concerns, whether it counts
 *	thread-ask.c     asking
 *	thread-answer.c  answering
 *	thread-change.c  reopening, handing over, more time
 *	thread-text.c    the newest text, what is hidden, the tags
 *	thread-part.c    parts and their rounds
 *	thread-escalate.c  who is asked besides when an answer does not come
 *	thread-remind.c  what was said to whom, by nobody in particular
 *	need.c           which answer meets which need
 *
 * Records and parts are told by their place in a list, as the lists grow.
 */
#ifndef THREAD_FOLD_H
#define THREAD_FOLD_H

#include <stdint.h>

#include "async/clock.h"
#include "async/thread.h"
#include "heap.h"

#define NONE SIZE_MAX

/* What anybody can write is bounded: more rounds in one thread, or asks above a record, are not followed. */
#define MAX_ROUNDS 100000
#define MAX_ASKS_ABOVE 256

/* What the fold knows of an event beyond what it tells; at the same place as the event. */
struct entry {
	size_t parent;                  /* what it hangs on; NONE */
	size_t ask;                     /* the nearest ask, itself or above; NONE */
	size_t first_part, last_part;   /* of an ask */
	size_t unsettled;               /* how many of them are */
	int nr_items;                   /* of `any`, those of escalation with them */
	const char *system;             /* of `origin`, or NULL: not imported */
	bool requests, granted;         /* it asks for more time; the author has granted that */
};

/* A part in the making. */
struct draft {
	struct part part;
	size_t ask;                     /* the entry */
	size_t next_in_ask;             /* NONE */
	size_t next_of_person;          /* the same person's next part in the same ask; NONE */
	size_t alloc_rounds;
	struct round terms;             /* the clock that asking again, reopening or handing over sets anew */
	time_t asked_at;                /* when the asking began that now runs (S16: the original start) */
	bool promised;                  /* its round is a promise */
	time_t missed_at;               /* when its round is due, if there is no answer before */
	int step, next_step;            /* of escalation in this round: the last one taken, the next one */
	time_t step_at;                 /* when that one comes; DUE_NEVER */
	size_t first_call;              /* whom that has asked besides; of an item the first part has them; NONE */
	size_t origin, origins;         /* of who was asked so: for whose part, and for how many unsettled ones */
};

/* That a part made another one, which stands as long as the first is unsettled. */
struct escalated {
	size_t to;
	size_t next;                    /* of the same part; NONE */
	time_t at;
};

struct fold {
	struct thread *out;
	struct team *team;
	time_t now;
	struct entry *entries;
	size_t *by_id;                  /* events in order of id */
	struct draft *drafts;
	size_t nr_drafts, alloc_drafts, nr_rounds, unsettled;
	size_t *table;                  /* hash of (ask, person) to the first part */
	size_t table_size;
	bool escalates;                 /* the policy says something of that */
	struct heap steps;              /* drafts by the moment of their next step, the sign turned */
	struct escalated *calls;
	size_t nr_calls, alloc_calls, nr_steps;
};

static inline struct event *fold_event(const struct fold *fold, size_t event)
{
	return &fold->out->events[event];
}

#define EACH_PART(i, fold, ask)                                                    \
	for (size_t i = (fold)->entries[ask].first_part; i != NONE; i = (fold)->drafts[i].next_in_ask)
#define EACH_PART_OF(i, fold, ask, person)                                         \
	for (size_t i = part_find(fold, ask, person); i != NONE; i = (fold)->drafts[i].next_of_person)

/* thread.c */

/* The event with this id, or NONE. */
size_t fold_find(const struct fold *fold, const struct id *id);

/* thread-apply.c: and what the verbs need to know. */

void fold_apply(struct fold *fold, size_t event);

/* Whose answer it is: the person it is given `for`, else its author; may it be given for them? */
struct person *fold_answerer(const struct fold *fold, size_t event);
bool fold_may_answer(const struct fold *fold, size_t event);

bool fold_is_author(const struct fold *fold, size_t event, size_t of);

/* The next ask above an ask; the nearest at or above `from` in which the person has a part, or (`author`) which is theirs. */
size_t fold_ask_above(const struct fold *fold, size_t ask);
size_t fold_nearest_ask(const struct fold *fold, size_t from, const struct person *person, bool author);

/* What was imported changes only what came from the same system. */
bool fold_is_foreign(const struct fold *fold, size_t event, size_t changed);

/* May this many rounds be added? */
bool fold_has_room(const struct fold *fold, size_t rounds);

/* Reasons why a record does not count. */
extern const char fold_foreign[], fold_too_much[];
const char *fold_not_deputy(const struct fold *fold, size_t event);
const char *fold_not_asked(const struct fold *fold, size_t target);

/*
 * What posts and verbs do. Each returns NULL, or why the record does not count.
 */

/* thread-ask.c: a post answers what its author was asked above, and asks. */
const char *fold_post(struct fold *fold, size_t event);

/* Ask again for a part: with the clock of `rec` if it sets one, else with the same terms. */
void fold_ask_again(struct fold *fold, size_t part, const struct record *rec);

/* thread-answer.c: a mark that answers; the same to an ask that is known (a reply is VERB_UNKNOWN). */
const char *fold_answer(struct fold *fold, size_t event, size_t target);
const char *fold_answer_ask(struct fold *fold, size_t event, size_t ask, enum verb verb);
const char *fold_done(struct fold *fold, size_t event, size_t target);

/* thread-change.c */
const char *fold_reopen(struct fold *fold, size_t event, size_t target);
const char *fold_assign(struct fold *fold, size_t event, size_t target);
const char *fold_extend(struct fold *fold, size_t event, size_t target);
void fold_requests(struct fold *fold); /* at the end: which requests for more time still wait */

/* thread-text.c: texts, tags and what is hidden, of the folded thread. */
void fold_texts(struct fold *fold);

/* thread-part.c */

/* The clock that a record sets: its `by`, `within` or `level`; false if it has none of them. */
bool clock_of_record(struct round *out, const struct fold *fold, const struct record *rec);

/* The clock of an ask: as above, else the team's default level. */
struct round clock_of_ask(const struct fold *fold, const struct record *rec);

/* What a level (NULL: the default) gives somebody. */
void clock_of_level(struct round *clock, const struct fold *fold, const char *level);

/* The terms of a part once more, from the date of `rec` on. */
struct round clock_again(const struct fold *fold, const struct draft *draft, const struct record *rec);

/* The first part of a person in an ask, or NONE. */
size_t part_find(const struct fold *fold, size_t ask, const struct person *person);

/* A new, open part of an ask with its first round. */
void part_add(struct fold *fold, size_t ask, const struct part *part, const struct round *clock);

/* Begin the next round, which ends the one that runs; the part is open again and not acked. */
void part_begin(struct fold *fold, size_t part, const struct round *clock);

/* The due time of the current round as it stood at `at`. */
time_t part_due(const struct fold *fold, size_t part, time_t at);

bool part_is_settled(const struct fold *fold, size_t part);
void part_settle(struct fold *fold, size_t part, enum part_state state, const struct record *rec,
		 const char *outcome);

/* Put the parts and their due times into the thread. */
void parts_finish(struct fold *fold);

/*
 * thread-escalate.c: a round of a part begins; the steps up to a moment are taken; the part is settled,
 * and with it what came of it; what came of one is handed on; all records were counted.
 */
void escalate_begin(struct fold *fold, size_t part);
void escalate_until(struct fold *fold, time_t until);
void escalate_settled(struct fold *fold, size_t part, const struct record *rec);
void escalate_handed(struct fold *fold, size_t from, size_t to);
void escalate_finish(struct fold *fold);

/* thread-remind.c: with the parts in the thread, which marks without an author count. */
void fold_derived(struct fold *fold);

#endif
