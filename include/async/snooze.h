/*
 * Threads that I do not want to see in my inbox for a while: private to one user on one
 * machine, never shared, and no excuse: what is due comes back a day after it at the latest.
 */
#ifndef ASYNC_SNOOZE_H
#define ASYNC_SNOOZE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/id.h"
#include "async/worklog.h"

/* In real seconds: so long after it is due a part can be hidden, and no longer. */
#define SNOOZE_PAST_DUE ((time_t)24 * 60 * 60)

struct snooze {
	struct id root; /* of the thread */
	time_t until;   /* hidden while now < until; 0: not at all (to clear one) */
};

struct snoozes {
	struct snooze *v;
	size_t nr, alloc;
};

#define SNOOZES_INIT { .v = NULL }

/* Those that are not over; none where the state folder cannot be read. */
void snoozes_load(struct snoozes *snoozes, struct worklog *wl);
void snoozes_release(struct snoozes *snoozes);

/* Until when a part of the thread that is due at `due_at` (0, DUE_NEVER) is hidden; 0: it is not. */
time_t snoozes_until(const struct snoozes *snoozes, const struct id *root, time_t due_at, time_t now);

/* What is wanted, as far as it is allowed: not past due + SNOOZE_PAST_DUE. */
time_t snooze_allowed(time_t wanted, time_t due_at);

/* Snooze these, or clear them; NULL clears all. ERR_FAILED: the state folder cannot be written. */
int worklog_snooze(struct worklog *wl, const struct snooze *v, size_t nr);

#endif
