/*
 * Waiting for the log to move: by writers and fetches on this machine at once, and by others as
 * often as it is fetched. No clock but the one that cannot be set.
 */
#ifndef ASYNC_WATCH_H
#define ASYNC_WATCH_H

#include "async/worklog.h"

struct watch;

struct watch_options {
	long timeout_seconds; /* how long to wait in all; -1: for ever */
	long fetch_seconds;   /* fetch the log from async.remote at once, and then this often; 0: never */
};

/*
 * Begin to watch an open log. ERR_NOTFOUND if it is to be fetched and there is no remote, or the
 * remote's branch is fetched nowhere, with the remedy. End it with watch_close().
 */
int watch_open(struct watch **out, struct worklog *wl, const struct watch_options *options);
void watch_close(struct watch *watch);

/*
 * Wait until something happened. WATCH_MOVED: the log has moved, and `wl` knows what it has now.
 * WATCH_OVER: the time is over; the first fetch was awaited. WATCH_TROUBLE: a fetch failed where
 * the one before did not; watch_trouble() says why, and waiting goes on. A log that cannot be
 * read for a while has not moved.
 */
enum watch_event { WATCH_OVER, WATCH_MOVED, WATCH_TROUBLE };
enum watch_event watch_next(struct watch *watch);
const char *watch_trouble(const struct watch *watch);

#endif
