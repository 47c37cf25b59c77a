/* Rows of records, of any kind: what log, status and watch print. */
#ifndef TRAIL_H
#define TRAIL_H

#include "async/query.h"
#include "async/worklog.h"
#include "print.h"

struct trail {
	struct worklog *wl;
	struct listing *list; /* NULL: patches for people */
	bool patch;           /* with each record as it is stored */
	bool told;            /* "acked", not "ack": what others did, for people */
	bool any;             /* a row was printed */
};

/* Begin; `patch` and `told` are set by the caller before. */
int trail_begin(struct trail *trail, struct worklog *wl);

/* Print one row: to be handed to worklog_records() with the trail. */
int trail_row(const struct record_row *row, void *trail);

int trail_end(struct trail *trail);

#endif
