/* Telling what an exchange of records brought: what sync and merge-logs share. */
#ifndef EXCHANGE_H
#define EXCHANGE_H

#include "async/sync.h"
#include "cmd.h"

/* Print what came, what went, and what of it waits on me; for people or as one row. */
int exchange_tell(struct worklog *wl, const struct sync *sync);

/*
 * Call `each` with what is to be said loudly, whatever else is printed: that the remote no longer has
 * what it had, and what of the records that came cannot be trusted. Other people's text is in it.
 */
void exchange_alarms(struct worklog *wl, const struct sync *sync, void (*each)(const char *alarm, void *data), void *data);

/* The same as warnings. */
void exchange_warn(struct worklog *wl, const struct sync *sync);

/* git's own words on standard error, escaped. */
void exchange_tell_says(const struct sync *sync);

/* async.autoSync: sync in the background what was written, by this program at the same log. */
void exchange_in_background(struct worklog *wl);

/* The same without being asked by it, with this remote (NULL: that of the log). */
void exchange_begin(const char *remote);

#endif
