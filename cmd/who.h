/* async who: the people it is about, and a file for each way to show them. */
#ifndef WHO_H
#define WHO_H

#include "async/worklog.h"
#include "opts.h"

struct attendee {
	const char *key, *shown;
	const char *deputy; /* their key, or NULL */
	bool gone;
	struct calendar *cal;
};

struct attendees {
	struct attendee *v;
	size_t nr, alloc;
	struct teammate *team; /* everybody */
	size_t nr_team;
};

/* A picture of the week that `day` is in: who-week.c. */
int who_week(struct worklog *wl, const struct attendees *people, int32_t day);

/* When they are at work together, for `at_least` so long, in the days from now on: who-overlap.c. */
struct overlap_query {
	long minutes; /* at least */
	int days;     /* to look at */
};
int who_overlap(struct worklog *wl, const struct attendees *people, const struct overlap_query *query);

#endif
