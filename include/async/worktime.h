/*
 * Working time: by when a person can be expected to answer (worktime.md S1-S15).
 *
 * Instants are time_t; spans are days and minutes of working time. A calendar
 * does no I/O once it is made and never changes, so it can be shared.
 */
#ifndef ASYNC_WORKTIME_H
#define ASYNC_WORKTIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "async/buf.h"
#include "async/node.h"
#include "async/zone.h"

/* "1d", "4h", "1h30m", "1d4h": days first, then minutes; never both zero (S7). */
struct span {
	int32_t days;
	int32_t minutes;
};

#define SPAN_DAYS_MAX 1830

/* False for anything else than NdNhNm in that order with a total above zero (at most 1,830 days). */
bool span_parse(struct span *out, const char *text);
void span_format(struct buf *out, const struct span *span);

enum clock_mode { CLOCK_WORK, CLOCK_CALENDAR };
enum focus_mode { FOCUS_PAUSE, FOCUS_COUNT };

struct expectation {
	struct span within;
	enum clock_mode clock;
	enum focus_mode focus;
};

/* No working time within 1,830 days (S9). Later than every instant. */
#define DUE_NEVER ((time_t)INT64_MAX)

struct calendar;

/*
 * Make a calendar from its keys (zone, hours, hours_on, holidays, away, focus: the
 * plain form of the `--calendar` file). `holidays` may name calendars: `lookup`
 * returns the list of holiday entries ({date, from, to, name}) of one, NULL if
 * there is none (then ERR_INVALID); without `lookup` every name is an error.
 * Without `hours`: Mon-Fri 09:00-17:00; without `zone`: UTC; each makes the
 * calendar "assumed" (S9), and so does the key `assumed`, for a map put together
 * from what others have said. Unknown keys are ignored, wrong values are ERR_INVALID
 * with a message naming key, value and what is allowed (and the line if known).
 * The caller owns `*out`; `map` may be NULL (all defaults) and is not kept.
 */
typedef const struct node *calendar_lookup(const char *name, void *data);
int calendar_new(struct calendar **out, const struct node *map, calendar_lookup *lookup, void *data);
struct calendar *calendar_ref(struct calendar *cal);
void calendar_free(struct calendar *cal);

/*
 * What is typed by hand has no keys that a newer async may know: ERR_INVALID for one that
 * is no calendar's, in `map` or in an entry, with those that are. For files and --batch.
 */
int calendar_check_keys(const struct node *map);

/* Make a calendar from a YAML file of its keys, checked like that; names of calendars are errors. */
int calendar_read_file(struct calendar **out, const char *path);

struct zone *calendar_zone(const struct calendar *cal); /* borrowed */
bool calendar_is_assumed(const struct calendar *cal);

/*
 * The last moment that is still in time, counted from `start`; DUE_NEVER (S6-S8). From a
 * start at the end of 2100 it may lie after INSTANT_MAX: whoever lets people ask refuses that.
 */
time_t worktime_due(const struct calendar *cal, time_t start, const struct expectation *expect);

/*
 * S7: when the clock of a span of days starts, and whether that is the opening of its date
 * (then whole days count, else the same local time). DUE_NEVER.
 */
time_t worktime_clock_start(const struct calendar *cal, time_t start, enum focus_mode focus, bool *is_opening);

/*
 * S10: the due time of a date alone, asked at `start`: the end of the last moment at work
 * after it that belongs to that date or an earlier one. None left: the end of that date
 * there, and `*outside` (may be NULL) is set.
 */
time_t worktime_due_on(const struct calendar *cal, time_t start, int32_t day, bool *outside);

/* Is there a moment at work in [from, to)? Focus does not matter (S10: else warn). */
bool worktime_is_between(const struct calendar *cal, time_t from, time_t to);

/*
 * S11: the moment at which `percent` of the counting time from `start` to `due` has passed;
 * `due` for 100 or where nothing counts. Repeats are worktime_due() from the one before.
 */
time_t worktime_share(const struct calendar *cal, time_t start, time_t due, int percent,
		      const struct expectation *expect);

/* Counting minutes of [from, to) rounded as S1; 0 if to <= from. */
int64_t worktime_between(const struct calendar *cal, time_t from, time_t to, enum focus_mode focus);

/* The first moment at or after `at` that counts; DUE_NEVER. */
time_t worktime_next(const struct calendar *cal, time_t at, enum focus_mode focus);

/*
 * What a person is doing at an instant. `*until`: while at work, when work or focus ends or
 * begins; else when they are back at work, and the answer is then the first reason on the
 * way there that is more than the end of the day ("away" on the evening before). DUE_NEVER:
 * it stays so for 1,830 days.
 */
enum presence { PRESENT, PRESENT_FOCUS, ABSENT_HOURS, ABSENT_HOLIDAY, ABSENT_AWAY };
enum presence worktime_presence(const struct calendar *cal, time_t at, time_t *until);

/*
 * One stretch between start and due. `what` says whether it counts (PRESENT) or why
 * it does not (with CLOCK_CALENDAR all counts); `label` is the name of the holiday or
 * NULL and lives as long as the calendar.
 */
struct stretch {
	time_t from, to;
	enum presence what;
	bool counts;
	const char *label;
};

/* Call `each` for the stretches of [from, to), in order, nights included as ABSENT_HOURS. */
void worktime_explain(const struct calendar *cal, time_t from, time_t to, enum focus_mode focus,
		      void (*each)(const struct stretch *stretch, void *data), void *data);

/*
 * Call `each` for the stretches of [from, to) in which all of `nr` people are at work and none
 * is in focus, in order, apart from each other, in whole minutes.
 */
void worktime_common(struct calendar *const *v, size_t nr, time_t from, time_t to,
		     void (*each)(const struct stretch *stretch, void *data), void *data);

/* A calendar as it stood from `at` on: what S14 calls live. `why` is for people ("time off"). */
struct calendar_version {
	time_t at;
	struct calendar *cal;
	const char *why;
};

/* How a due time moved: from `was` to `now` by version `version` of the list. */
struct due_move {
	time_t was, now;
	size_t version;
};

/*
 * S14: the due time with the calendar live. `v[0]` is the calendar as of the post;
 * the others follow in order of `at`. `day` != DAY_NONE means `--by` a date (S10),
 * and `expect` is not read. `answered` is the moment of the answer, or DUE_NEVER.
 * `moves` (if not NULL) gets up to `nr` entries; `*nr_moves` says how many.
 */
time_t worktime_live_due(const struct calendar_version *v, size_t nr, time_t start,
			 const struct expectation *expect, int32_t day, time_t answered,
			 struct due_move *moves, size_t *nr_moves);

#endif
