/* Rows of parts (who owes what answer): the fields that overdue, inbox and status share. */
#ifndef PARTS_H
#define PARTS_H

#include "async/query.h"
#include "async/seen.h"
#include "async/snooze.h"
#include "async/worklog.h"
#include "print.h"

/* A list of parts under way. */
struct parts {
	struct worklog *wl;
	struct listing *list;
	struct field *fields; /* of this listing, and where each value is found */
	int *order;
	size_t nr;
	const char *section; /* of status, or NULL */
	const char *whose;   /* the person whose parts are listed (their key), or NULL: everybody's */
	const struct seen *seen; /* of inbox: tells what is new, or NULL */
	const struct snoozes *snoozes; /* what these say is hidden, or NULL: nothing is */
	bool all;            /* hide nothing, only mark it */
	size_t shown, limit; /* rows printed; at most this many (0: all) */
	struct id *posts;    /* the posts of the rows printed: room for `limit`; or NULL */
	size_t total;        /* rows there are */
	size_t late, today;  /* of these: overdue; due before my day ends, not overdue */
	size_t snoozed;      /* rows that are hidden (or marked), not among the total unless `all` */
};

/* Begin a listing of the kind `what` that shows these fields (ending with NULL) as columns. */
int parts_begin(struct parts *parts, struct worklog *wl, const char *what, const char *const *columns);

/* Print the parts that match, under a heading (or NULL); counts begin at 0 again. */
int parts_list(struct parts *parts, const struct query *query, const char *heading);

int parts_end(struct parts *parts);

/* Only count, print nothing; `snoozes` may be NULL. */
int parts_count(struct parts *parts, struct worklog *wl, const struct query *query, const struct snoozes *snoozes);

/* Append "2 overdue, 1 due today"; "3 open" where none is either; nothing where nothing waits. */
void parts_put_counts(struct buf *out, const struct parts *parts, const char *today);

/* The instant before which a part is overdue: late means now > due. */
time_t parts_overdue_before(const struct worklog *wl);

#endif
