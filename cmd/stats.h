/* async stats: figures of what was asked (stats.c), and how they are shown (stats-table.c). */
#ifndef STATS_H
#define STATS_H

#include <stddef.h>

#include "async/worklog.h"

#define STATS_WEEKS 12

/* What is counted: everything, or what has one level, tag, group or person. */
enum by { BY_ALL, BY_LEVEL, BY_GROUP, BY_TAG, BY_PERSON, BY_NR };

struct tally {
	char *name;       /* NULL: what has none; of a person the key */
	size_t asked;
	size_t in_time, late; /* the first answer, against the due time that was asked */
	size_t open, overdue; /* now; overdue ones are open */
	size_t missed;    /* overdue ones that were never answered */
	size_t withdrawn; /* never answered: taken back, handed over, or another answered */
	int *took;        /* working minutes until each first answer; sorted once all are there */
	size_t nr_took, alloc_took;
	unsigned weeks[STATS_WEEKS]; /* how many were asked in each of the last weeks */
};

/* Those of one kind, in order of name; then, to be shown, in order of how many were asked. */
struct tallies {
	struct tally *v;
	size_t nr, alloc;
};

/*
 * The working minutes within which so many percent of the first answers came, by nearest rank:
 * the value at place ceil(percent · n / 100) of n in order. -1: there are none.
 */
long long tally_percentile(const struct tally *tally, unsigned percent);

/* Of those answered or overdue, in percent, how many were in time; -1: there are none. */
int tally_percent_in_time(const struct tally *tally);

/* For people: a table of those kinds that are in `shown` (bits), of each kind at most `most` rows (0: all). */
void stats_print(struct worklog *wl, const struct tallies *all, unsigned shown, size_t most);

/* The word for a kind: "all", "level", … */
const char *by_name(enum by by);

#endif
