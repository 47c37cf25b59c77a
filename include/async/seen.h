/*
 * What I have seen: private to one user on one machine, never shared, and never the reason that
 * a look fails. What the state folder does not hold, or not in a way that can be read, was not
 * seen.
 */
#ifndef ASYNC_SEEN_H
#define ASYNC_SEEN_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/id.h"
#include "async/query.h"
#include "async/worklog.h"

/*
 * For each of the threads seen last, how much others had said in it then; of all others what is
 * dated up to `before` counts as seen.
 */
struct seen {
	time_t before;
	struct sight {
		struct id root;
		size_t others; /* records by others */
		time_t at;     /* the newest date of one of them */
	} *v;
	size_t nr, alloc;
};

#define SEEN_INIT { .before = 0 }

void seen_load(struct seen *seen, struct worklog *wl);
void seen_release(struct seen *seen);

/*
 * Have others said something in this thread that I have not seen? What came before a record of
 * mine in it counts as seen, too, unless it came here later than I looked.
 */
bool seen_is_new(const struct seen *seen, struct worklog *wl, const struct id *root);

/*
 * I see the thread that `id` is in as it is now. It is put down when the log is closed; under
 * --at not at all. worklog_append() sees to it for the threads that I write in.
 */
void worklog_saw(struct worklog *wl, const struct id *id);

/*
 * How far the log had come when I last looked at it as a whole (`status`): false if I never
 * did. And I do so now: nothing is written if nothing came since `last` (NULL: never).
 */
bool worklog_last_look(struct arrival *out, struct worklog *wl);
void worklog_look(struct worklog *wl, const struct arrival *last);

/*
 * The same under another name, the name of a private file, for who tells each thing once: how far
 * the log had come when `arrival` was kept; false if none was.
 */
bool worklog_recall(struct arrival *out, struct worklog *wl, const char *name);
int worklog_keep(struct worklog *wl, const char *name, const struct arrival *arrival);

#endif
