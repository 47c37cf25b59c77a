/*
 * A calendar: making one. What people wrote becomes sorted arrays here, once, so that
 * calendar-walk.c need not check, sort or allocate anything.
 */
#include "calendar.h"

#include <stdlib.h>
#include <string.h>

/* Put windows in order and unite those that overlap or touch. */
void windows_unite(struct windows *windows)
{
	struct window *v = windows->v;
	int nr = 0;

	for (int i = 1; i < windows->nr; i++)
		for (int k = i; k > 0 && v[k - 1].from > v[k].from; k--) {
			struct window swap = v[k];

			v[k] = v[k - 1];
			v[k - 1] = swap;
		}
	for (int i = 0; i < windows->nr; i++) {
		if (nr && v[i].from <= v[nr - 1].to) {
			if (v[i].to > v[nr - 1].to)
				v[nr - 1].to = v[i].to;
		} else {
			v[nr++] = v[i];
		}
	}
	windows->nr = nr;
}

static int by_day(const void *a, const void *b)
{
	int32_t x = ((const struct dated_windows *)a)->day, y = ((const struct dated_windows *)b)->day;

	return (x > y) - (x < y);
}

void calendar_sort_hours_on(struct calendar *cal)
{
	if (cal->nr_hours_on)
		qsort(cal->hours_on, cal->nr_hours_on, sizeof(*cal->hours_on), by_day);
}

static int by_window(const void *a, const void *b)
{
	const struct holiday *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->window.from != y->window.from)
		return x->window.from < y->window.from ? -1 : 1;
	if (x->window.to != y->window.to)
		return x->window.to > y->window.to ? -1 : 1;
	return strcmp(y->label ? y->label : "", x->label ? x->label : ""); /* a name before none */
}

/* Make the windows of each date lie apart; what lies in another one goes. */
bool calendar_sort_holidays(struct calendar *cal)
{
	struct holiday *v = cal->holidays;
	size_t nr = 0, of_day = 0;

	if (cal->nr_holidays)
		qsort(v, cal->nr_holidays, sizeof(*v), by_window);
	for (size_t i = 0; i < cal->nr_holidays; i++) {
		struct holiday holiday = v[i];

		if (nr && v[nr - 1].day == holiday.day) {
			if (holiday.window.from < v[nr - 1].window.to)
				holiday.window.from = v[nr - 1].window.to;
			if (holiday.window.from >= holiday.window.to)
				continue;
			of_day++;
		} else {
			of_day = 1;
		}
		if (of_day > WINDOWS_MAX)
			return false;
		v[nr++] = holiday;
	}
	cal->nr_holidays = nr;
	return true;
}

static int by_days_off(const void *a, const void *b)
{
	const struct days_off *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static int by_time_off(const void *a, const void *b)
{
	const struct time_off *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

void calendar_sort_away(struct calendar *cal)
{
	size_t nr = 0;

	if (cal->nr_days_off)
		qsort(cal->days_off, cal->nr_days_off, sizeof(*cal->days_off), by_days_off);
	for (size_t i = 0; i < cal->nr_days_off; i++) {
		struct days_off *next = &cal->days_off[i], *last = nr ? &cal->days_off[nr - 1] : NULL;

		if (!nr || next->from > last->to + 1)
			cal->days_off[nr++] = *next;
		else if (next->to > last->to)
			last->to = next->to;
	}
	cal->nr_days_off = nr;

	nr = 0;
	if (cal->nr_time_off)
		qsort(cal->time_off, cal->nr_time_off, sizeof(*cal->time_off), by_time_off);
	for (size_t i = 0; i < cal->nr_time_off; i++) {
		struct time_off *next = &cal->time_off[i], *last = nr ? &cal->time_off[nr - 1] : NULL;

		if (!nr || next->from > last->to)
			cal->time_off[nr++] = *next;
		else if (next->to > last->to)
			last->to = next->to;
	}
	cal->nr_time_off = nr;
}

/* One entry of a date: unite what several said of it. */
bool calendar_sort_focus(struct calendar *cal)
{
	size_t nr = 0;

	if (cal->nr_focus_on)
		qsort(cal->focus_on, cal->nr_focus_on, sizeof(*cal->focus_on), by_day);
	for (size_t i = 0; i < cal->nr_focus_on; i++) {
		struct dated_windows *next = &cal->focus_on[i], *last = nr ? &cal->focus_on[nr - 1] : NULL;

		if (!nr || last->day != next->day) {
			cal->focus_on[nr++] = *next;
			continue;
		}
		for (int k = 0; k < next->windows.nr; k++) {
			if (last->windows.nr == WINDOWS_MAX)
				return false;
			last->windows.v[last->windows.nr++] = next->windows.v[k];
			windows_unite(&last->windows);
		}
	}
	cal->nr_focus_on = nr;
	return true;
}

int calendar_new(struct calendar **out, const struct node *map, calendar_lookup *lookup, void *data)
{
	struct calendar *cal = xcalloc(1, sizeof(*cal));
	int rc;

	*out = NULL;
	cal->refs = 1;
	rc = calendar_parse(cal, map, lookup, data);
	if (rc < 0)
		calendar_free(cal);
	else
		*out = cal;
	return rc;
}

struct calendar *calendar_ref(struct calendar *cal)
{
	cal->refs++;
	return cal;
}

void calendar_free(struct calendar *cal)
{
	if (!cal || --cal->refs)
		return;
	zone_free(cal->zone);
	free(cal->hours_on);
	free(cal->holidays);
	free(cal->days_off);
	free(cal->time_off);
	free(cal->focus_on);
	pool_release(&cal->pool);
	free(cal);
}

struct zone *calendar_zone(const struct calendar *cal)
{
	return cal->zone;
}

bool calendar_is_assumed(const struct calendar *cal)
{
	return cal->assumed;
}
