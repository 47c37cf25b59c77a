/* A due time while the calendar lives: S14. Pure over the versions of a calendar. */
#include "async/clock.h"
#include "calendar.h"

/* What is asked for; the due time of it in one version of the calendar. */
struct question {
	const struct expectation *expect;
	int32_t day; /* DAY_NONE: `expect` */
};

static time_t due_in(const struct calendar *cal, time_t start, const struct question *question)
{
	if (question->day != DAY_NONE)
		return worktime_due_on(cal, start, question->day, NULL);
	return worktime_due(cal, start, question->expect);
}

/*
 * The due time after a change at `version->at`. An earlier one never makes late at once:
 * what is left is at least the whole duration from the change on, or the old due time.
 */
static time_t due_after_change(const struct calendar_version *version, time_t start, time_t was,
			       const struct question *question)
{
	time_t now = due_in(version->cal, start, question);
	time_t afresh;

	if (now >= was)
		return now;
	afresh = due_in(version->cal, version->at, question);
	if (now < afresh)
		now = afresh;
	return now < was ? now : was;
}

time_t worktime_live_due(const struct calendar_version *v, size_t nr, time_t start,
			 const struct expectation *expect, int32_t day, time_t answered,
			 struct due_move *moves, size_t *nr_moves)
{
	const struct question question = { .expect = expect, .day = day };
	size_t i = 1, nr_moved = 0;
	time_t due;

	while (i < nr && v[i].at <= start)
		i++;
	due = due_in(v[i - 1].cal, start, &question);
	for (; i < nr && v[i].at <= due && v[i].at <= answered; i++) {
		time_t now = due_after_change(&v[i], start, due, &question);

		if (now == due)
			continue;
		if (moves)
			moves[nr_moved] = (struct due_move){ .was = due, .now = now, .version = i };
		nr_moved++;
		due = now;
	}
	if (nr_moves)
		*nr_moves = nr_moved;
	return due;
}
