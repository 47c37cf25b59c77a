/*
 * Reminders: what is said to somebody about their part in an ask, and when (worktime S11, S17).
 * Pure: no I/O, no clock. That something was said is a mark without an author, of verb `remind` or
 * `escalate`, which names person, round and stage: each is said once, whoever says it.
 */
#ifndef ASYNC_REMINDER_H
#define ASYNC_REMINDER_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/id.h"
#include "async/team.h"
#include "async/thread.h"
#include "async/worktime.h"

#define STAGE_NAME 16
#define SHARES_MAX 8
#define REPEATS_MAX 24
#define STAGES_MAX (1 + SHARES_MAX + REPEATS_MAX)

/* When there is something to say: the key `remind` of the policy. */
struct reminder_rule {
	int shares[SHARES_MAX]; /* percent of the time to answer, the smallest first */
	size_t nr_shares;
	struct span every;      /* from the due time to the first repeat, and on to the next */
	int times;              /* how many repeats */
	int cap;                /* at most so many messages a day to one person; kept, and held to by nobody yet */
};

/* As the policy has it; built-in: at 50 and 100 %, then every day, three times; 20 messages a day. */
void reminder_rule(struct reminder_rule *out, const struct team *team);

/* NULL, or why this is no value of the policy's key `remind`. */
const char *reminder_rule_wrong(const struct node *value);

/* A moment at which something is said. */
struct stage {
	char name[STAGE_NAME]; /* as its mark names it: "50%", "100%", "late-1"; of escalation "step-1" */
	enum verb verb;        /* of its mark: VERB_REMIND or VERB_ESCALATE */
	time_t at;
};

/*
 * The stages of a round of the part, in order; how many: for whom it is escalated to that it is,
 * then the reminders. None where nothing is ever due.
 */
size_t round_stages(struct stage v[STAGES_MAX], struct team *team, const struct part *part,
		    const struct round *round);

struct reminder {
	struct stage stage;
	const struct round *round; /* of the part: its current one; the mark names the record that began it */
	time_t from;               /* from when it may be said: they are at work, and not in focus if that counts */
};

/*
 * What is to be said next about a part: the newest stage that can be said at `now` and was not,
 * else the first one to come. What came before something that was said is not said any more. False: nothing
 * will be said in this round, because it has ended, is acked, or all was said.
 */
bool reminder_next(struct reminder *out, struct team *team, const struct thread *thread, const struct part *part,
		   time_t now);

/*
 * Of a stage of the current round that was said, and did not arrive: is it still the newest that
 * there is to say?
 */
bool reminder_again(struct reminder *out, struct team *team, const struct thread *thread, const struct part *part,
		    const char *stage, time_t now);

/* Is `now` a moment at which this person may be reminded of the round? */
bool reminder_may_be_said(struct team *team, struct person *person, const struct round *round, time_t now);

/* Why one that was written does not count, as thread_fold() says it. */
extern const char reminder_not_asked[], reminder_too_early[];

/* The round of the part that this `remind` or `escalate` mark names, or NULL. */
const struct round *reminder_round(const struct part *part, const struct record *mark);

#endif
