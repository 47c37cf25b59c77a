/*
 * Notices: reminders on their way to people. What is to be said now is found in the log and claimed
 * by a mark for each, after which nobody else says it; whoever claimed them delivers them, once. What
 * could not be delivered is kept in private state, and may be tried again as long as nothing newer
 * is to be said.
 */
#ifndef ASYNC_NOTICE_H
#define ASYNC_NOTICE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/alloc.h"
#include "async/reminder.h"
#include "async/sync.h"
#include "async/worklog.h"

/* One thing to say to one person. Texts live as long as the list, and are as records have them: not escaped. */
struct notice {
	struct id root, ask, round; /* round: the record that began it */
	struct stage stage;
	const char *person, *from;  /* keys: who is reminded, and who asks */
	const char *escalated_for;  /* a key: whose answer did not come; NULL: they were asked themselves */
	const char *subject;        /* of the ask; "" if it is hidden */
	const char *body;           /* or NULL */
	const char *level;          /* or NULL */
	enum need need;
	time_t asked_at, due_at;
	bool assumed;               /* due by assumed hours */
	bool urgent;                /* it does not wait for focus to end, or for the digest */
	bool promised;              /* due is what they promised */
	bool again;                 /* it was claimed before, and could not be delivered */
	const char *why_not;        /* why it is not to be delivered now, or NULL */
};

struct notices {
	struct pool pool;
	struct notice *v; /* by person, the urgent ones first, then by due time */
	size_t nr, alloc;
};
#define NOTICES_INIT { .nr = 0 }
void notices_release(struct notices *notices);

/* Of whom. Whoever cannot be told costs nothing, unless `all` are asked for: these have a `why_not` then. */
struct notice_query {
	const char *whom; /* a key; NULL: everybody */
	bool all;
	const char *(*refuses)(const struct person *person, void *data); /* why they cannot be told, or NULL */
	void *data;
};

/* Find what is to be said now; nothing is written. */
int notices_find(struct notices *out, struct worklog *wl, const struct notice_query *query);

/*
 * The same, and write the marks, in one commit. Of several at once in one clone each notice is one's
 * only. On failure nothing is to be delivered.
 */
int notices_claim(struct notices *out, struct worklog *wl, const struct notice_query *query);

/*
 * The same among all clones that do so: theirs is fetched, the marks are sent, and what is claimed is
 * what was not there yet when they arrived. Nobody but who sent them first says it. On failure
 * (the remote cannot be reached) nothing is to be delivered. `sync` says what came, in any case.
 */
int notices_claim_synced(struct notices *out, struct sync *sync, struct worklog *wl, const struct notice_query *query,
			 bool may_ask);

/*
 * Add what was claimed here before and could not be delivered, and is still the newest to be
 * said; it is forgotten at the same time, so that whoever gets it is the only one.
 */
int notices_retry(struct notices *out, struct worklog *wl, const struct notice_query *query);

/* Keep one that could not be delivered. ERR_FAILED: that cannot be, and nobody will try it again. */
int notice_keep(struct worklog *wl, const struct notice *notice);

#endif
