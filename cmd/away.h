/* Time off, for other commands than `away`. */
#ifndef AWAY_H
#define AWAY_H

#include "async/worklog.h"
#include "message.h"

/* Take the time off back that the record `spec` says, from now on; tell it, and what moves. */
int away_cancel(struct worklog *wl, const char *spec, const struct message *message, bool dry);

#endif
