/* Telling what an exchange of records brought: what sync and merge-logs share. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "async/sync.h"
#include "cmd.h"

/* Print what came, what went, and what of it waits on me; for people or as one row. */
int exchange_tell(struct worklog *wl, const struct sync *sync);

/*
 * What is to be said of the remote, whatever else is printed: that it no longer has what it had. A sentence
 * is appended, without what came of others unescaped; false: there is nothing.
 */
bool exchange_alarm(struct buf *out, struct worklog *wl, const struct sync *sync);

/* git's own words on standard error, escaped. */
void exchange_tell_says(const struct sync *sync);

/* async.autoSync: sync in the background what was written, by this program at the same log. */
void exchange_in_background(struct worklog *wl);

#endif
