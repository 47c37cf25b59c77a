/*
 * Any bytes as a calendar file: what is taken answers every question within its bounds and in a bounded
 * time, and what is due after some working time has that much of it before it.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/worktime.h"
#include "yaml.h"

#define FILE_MAX ((size_t)1 << 20)

static void check_due(const struct calendar *cal, time_t start, const struct expectation *expect)
{
	time_t due = worktime_due(cal, start, expect), share;

	if (due < start)
		BUG("due before it began");
	if (due == DUE_NEVER)
		return;
	if (!expect->within.days && expect->clock == CLOCK_WORK &&
	    worktime_between(cal, start, due, expect->focus) != expect->within.minutes)
		BUG("not so many minutes until then");
	share = worktime_share(cal, start, due, 50, expect);
	if (share < start || share > due)
		BUG("half of it is not within it");
}

static void check_calendar(const struct calendar *cal)
{
	static const time_t starts[] = { 0, 1772442000, 1774746000, 1792888200 };
	static const struct expectation expects[] = {
		{ .within = { .minutes = 90 } },
		{ .within = { .days = 2 }, .focus = FOCUS_COUNT },
		{ .within = { .days = 1, .minutes = 30 }, .clock = CLOCK_CALENDAR },
	};
	time_t until;

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		for (size_t k = 0; k < sizeof(expects) / sizeof(*expects); k++)
			check_due(cal, starts[i], &expects[k]);
		worktime_presence(cal, starts[i], &until);
		if (until <= starts[i])
			BUG("it ended before it began");
		if (worktime_next(cal, starts[i], FOCUS_PAUSE) < starts[i])
			BUG("the next moment lies before this one");
	}
}

FUZZER(calendar)
{
	struct pool pool = POOL_INIT;
	struct node *map;
	struct calendar *cal = NULL;

	if (yaml_parse(&map, &pool, data, len, FILE_MAX, "input") == 0 && calendar_check_keys(map) == 0 &&
	    calendar_new(&cal, map, NULL, NULL) == 0)
		check_calendar(cal);
	else if (!*error_last())
		BUG("refused without a word");
	error_clear();
	calendar_free(cal);
	pool_release(&pool);
}
