/* The rules of working time: S6 to S11. Pure: a calendar, a start, an expectation; no clock. */
#include "async/worktime.h"

#include "async/clock.h"
#include "calendar.h"

/* The end of `minutes` of counting time from `start` on (S6). */
static time_t due_after_minutes(const struct calendar *cal, time_t start, int64_t minutes,
				enum focus_mode focus, int32_t last_day)
{
	int64_t left = minutes * 60;
	struct walk walk;
	struct slot slot;

	walk_begin(&walk, cal, start, last_day);
	while (walk_next_counting(&walk, &slot, start, focus)) {
		if (slot.to - slot.from >= left)
			return slot.from + left;
		left -= slot.to - slot.from;
	}
	return DUE_NEVER;
}

/* Where the clock of days starts: the first counting slot, and whether it is the opening of its date. */
static bool first_counting(struct walk *walk, struct slot *out, bool *is_opening, time_t start,
			   enum focus_mode focus)
{
	int32_t opened = DAY_NONE; /* the date whose opening is known */
	time_t opening = 0;

	while (walk_next(walk, out)) {
		if (!out->scheduled)
			continue;
		if (out->day != opened) {
			opened = out->day;
			opening = out->from;
		}
		if (out->to <= start || !slot_counts(out, focus))
			continue;
		if (out->from < start)
			out->from = start;
		*is_opening = out->from == opening;
		return true;
	}
	return false;
}

time_t worktime_clock_start(const struct calendar *cal, time_t start, enum focus_mode focus, bool *is_opening)
{
	struct walk walk;
	struct slot slot;

	start = minute_up(start);
	walk_begin(&walk, cal, start, calendar_day(cal, start) + WALK_DATES - 1);
	return first_counting(&walk, &slot, is_opening, start, focus) ? slot.from : DUE_NEVER;
}

/* Read on to the `nr`-th working day after `day` (0: `day` itself); `slot` is then its first one. */
static bool skip_days(struct walk *walk, struct slot *slot, int nr, enum focus_mode focus)
{
	int32_t day = slot->day;

	while (nr > 0) {
		if (!walk_next_counting(walk, slot, slot->to, focus))
			return false;
		if (slot->day != day) {
			day = slot->day;
			nr--;
		}
	}
	return true;
}

/* The end of the counting time of the date that `slot` begins. */
static time_t end_of_day(struct walk *walk, const struct slot *first, enum focus_mode focus)
{
	struct slot slot = *first;
	time_t end;

	do
		end = slot.to;
	while (walk_next_counting(walk, &slot, end, focus) && slot.day == first->day);
	return end;
}

/* `at` if it is in the date's counting time or at an edge; else the last such moment before; else the first. */
static time_t nearest_counting(struct walk *walk, const struct slot *first, time_t at, enum focus_mode focus)
{
	struct slot slot = *first;
	time_t best = first->from;

	do {
		if (at < slot.from)
			break;
		best = at < slot.to ? at : slot.to;
	} while (best < at && walk_next_counting(walk, &slot, slot.to, focus) && slot.day == first->day);
	return best;
}

/* S7: whole days from an opening, else the same local time on the N-th working day after. */
static time_t due_after_days(const struct calendar *cal, time_t start, int32_t days, enum focus_mode focus,
			     int32_t last_day)
{
	struct walk walk;
	struct slot slot;
	bool is_opening;
	int32_t day, shown;
	long second;

	walk_begin(&walk, cal, start, last_day);
	if (!first_counting(&walk, &slot, &is_opening, start, focus))
		return DUE_NEVER;
	if (is_opening)
		return skip_days(&walk, &slot, days - 1, focus) ? end_of_day(&walk, &slot, focus) : DUE_NEVER;

	zone_local(cal->zone, slot.from, &shown, &second);
	day = slot.day;
	if (!skip_days(&walk, &slot, days, focus))
		return DUE_NEVER;
	second += (long)(shown - day) * 86400; /* past midnight in a night shift */
	return nearest_counting(&walk, &slot, minute_up(zone_instant(cal->zone, slot.day, second)), focus);
}

/* S8: real time; days by the local clock. */
static time_t due_by_calendar(const struct calendar *cal, time_t start, const struct span *within)
{
	int32_t day;
	long second;

	if (within->days) {
		zone_local(cal->zone, start, &day, &second);
		start = minute_up(zone_instant(cal->zone, day + within->days, second));
	}
	return start + (time_t)within->minutes * 60;
}

time_t worktime_due(const struct calendar *cal, time_t start, const struct expectation *expect)
{
	const struct span *within = &expect->within;
	int32_t last_day;
	time_t due;

	start = minute_up(start);
	if (expect->clock == CLOCK_CALENDAR)
		return due_by_calendar(cal, start, within);

	last_day = calendar_day(cal, start) + WALK_DATES - 1;
	due = start;
	if (within->days)
		due = due_after_days(cal, due, within->days, expect->focus, last_day);
	if (within->minutes && due != DUE_NEVER)
		due = due_after_minutes(cal, due, within->minutes, expect->focus, last_day);
	return due;
}

/* The end of the last moment at work in shifts of these dates, both included; `start` if it is not later. */
static time_t last_at_work(const struct calendar *cal, time_t start, int32_t from_day, int32_t to_day)
{
	struct walk walk;
	struct slot slot;
	time_t end = start;

	walk_begin(&walk, cal, calendar_instant(cal, from_day, 0), to_day);
	while (walk_next_counting(&walk, &slot, start, FOCUS_COUNT))
		end = slot.to;
	return end;
}

/* Looks back from the date in steps, because most people work in the week before any date. */
time_t worktime_due_on(const struct calendar *cal, time_t start, int32_t day, bool *outside)
{
	int32_t first, to = day, step = 7;
	time_t end;

	start = minute_up(start);
	first = calendar_day(cal, start) - 2;
	if (outside)
		*outside = false;
	for (; to >= first; to -= step, step *= 2) {
		end = last_at_work(cal, start, to - step > first ? to - step : first, to);
		if (end > start)
			return end;
		if (to - step <= first)
			break;
	}
	if (outside)
		*outside = true;
	return calendar_instant(cal, day, DAY_MINUTES);
}

bool worktime_is_between(const struct calendar *cal, time_t from, time_t to)
{
	time_t next = worktime_next(cal, from, FOCUS_COUNT);

	return next < minute_up(to);
}

int64_t worktime_between(const struct calendar *cal, time_t from, time_t to, enum focus_mode focus)
{
	int64_t seconds = 0;
	struct walk walk;
	struct slot slot;

	from = minute_up(from);
	to = minute_up(to);
	if (to <= from)
		return 0;
	walk_begin(&walk, cal, from, calendar_day(cal, to) + 1);
	while (walk_next_counting(&walk, &slot, from, focus) && slot.from < to)
		seconds += (slot.to < to ? slot.to : to) - slot.from;
	return seconds / 60;
}

time_t worktime_share(const struct calendar *cal, time_t start, time_t due, int percent,
		      const struct expectation *expect)
{
	bool real = expect->clock == CLOCK_CALENDAR;
	int64_t whole, part;

	start = minute_up(start);
	if (due == DUE_NEVER || percent >= 100 || due <= start)
		return due;
	whole = real ? (minute_up(due) - start) / 60 : worktime_between(cal, start, due, expect->focus);
	part = (whole * percent + 99) / 100;
	if (whole == 0)
		return due;
	if (real || part == 0)
		return start + part * 60;
	return due_after_minutes(cal, start, part, expect->focus, calendar_day(cal, due) + 1);
}

time_t worktime_next(const struct calendar *cal, time_t at, enum focus_mode focus)
{
	struct walk walk;
	struct slot slot;

	at = minute_up(at);
	walk_begin(&walk, cal, at, calendar_day(cal, at) + WALK_DATES - 1);
	return walk_next_counting(&walk, &slot, at, focus) ? slot.from : DUE_NEVER;
}
