/*
 * What the files of the sync module share (include/async/sync.h is its face).
 *
 *	sync.c             fetch, join, push, again
 *	sync-pin.c         what each remote had the last time
 *	sync-clash.c       what was changed on both sides
 *	sync-look.c        whether what came can be trusted
 *	sync-background.c  after a write, by itself
 */
#ifndef SYNC_INTERNAL_H
#define SYNC_INTERNAL_H

#include "async/sync.h"
#include "worklog-internal.h"

/* ---- sync-pin.c */

/* What a remote had when we were last in step with it. */
struct pin {
	struct id tip; /* zero: it was not met before, or that is not known */
	time_t at;
};

/* What we know of the remote. */
void pin_read(struct pin *out, struct worklog *wl, const char *remote);

/* From now on it has `tip`. Where there is no private state, that is forgotten. */
void pin_write(struct worklog *wl, const char *remote, const struct id *tip);

/* What became of a remote that has `theirs` (zero: nothing) now. */
int pin_compare(enum sync_lapse *out, struct worklog *wl, const struct pin *pin, const struct id *theirs);

/* ---- sync-clash.c */

/* A record about people, calendars or the policy that counts, and of which side it is. */
struct clash_side {
	const char *about; /* the person's key, or the calendar; "" of the policy */
	const struct record *rec;
	bool ours;
};

/*
 * Which keys were changed on both sides, to different ends; `sides` are in the order of the records.
 * Appends to out->clashes. Pure.
 */
void clashes_find(struct sync *out, const struct clash_side *sides, size_t nr);

/* The same of what came and what went, sorted by id both. */
int clashes_tell(struct sync *out, struct worklog *wl, const struct repo_ids *sent);

/* ---- sync-look.c */

/*
 * Look at what led to `tip` and not to what is trusted. It fills what struct sync says of that, and
 * never fails.
 */
void look_at_what_came(struct sync *sync, struct worklog *wl, const struct id *tip, const struct id *trusted, size_t nr);

#endif
