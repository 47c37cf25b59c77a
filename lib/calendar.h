/*
 * A calendar as it is walked. Private to calendar.c (making one), calendar-parse.c (its
 * keys), calendar-walk.c (its hours, date by date) and the worktime modules (the rules).
 *
 * Times of day are minutes after the midnight of the date a shift belongs to: 22:00 to
 * 06:00 is 1320 to 1800. All set arithmetic on them is safe across clock changes, because
 * "the first moment at which the clock shows T or later" never runs backwards in T.
 */
#ifndef CALENDAR_H
#define CALENDAR_H

#include "async/worktime.h"

#define DAY_MINUTES 1440
#define WINDOWS_MAX 16         /* a day: shifts, holidays' parts, focus blocks */
#define ENTRIES_MAX 8192       /* of hours_on, holidays, away or focus as they are written */
#define HOLIDAYS_MAX 65536     /* with all named calendars written out */
#define WALK_DATES 1830        /* how far a due time is looked for (S9) */

/* A stretch of minutes, `to` not in it. */
struct window {
	int from, to;
};

/* Windows of one day: in order, apart from each other. */
struct windows {
	int nr;
	struct window v[WINDOWS_MAX];
};

struct dated_windows {
	int32_t day;
	struct windows windows;
};

/* `from` 0 and `to` 2880 takes the whole date, with what runs past midnight. */
struct holiday {
	int32_t day;
	struct window window;
	const char *label; /* or NULL */
};

/* Both ends included. */
struct days_off {
	int32_t from, to;
};

struct time_off {
	time_t from, to;
};

/* All arrays are sorted; what overlapped was united. */
struct calendar {
	size_t refs;
	struct pool pool;
	struct zone *zone;
	bool assumed;
	struct windows week[7]; /* 0 is Monday */
	struct dated_windows *hours_on;
	size_t nr_hours_on, alloc_hours_on;
	struct holiday *holidays;
	size_t nr_holidays, alloc_holidays;
	struct days_off *days_off;
	size_t nr_days_off, alloc_days_off;
	struct time_off *time_off;
	size_t nr_time_off, alloc_time_off;
	bool has_focus;
	struct windows focus_week[7];
	struct dated_windows *focus_on;
	size_t nr_focus_on, alloc_focus_on;
};

/* Fill a new calendar from its keys, sorted: as calendar_new(). */
int calendar_parse(struct calendar *cal, const struct node *map, calendar_lookup *lookup, void *data);

/* Put windows in order and unite those that overlap or touch. */
void windows_unite(struct windows *windows);

/* Put each array in order and make its entries lie apart. False: more than WINDOWS_MAX on one date. */
void calendar_sort_hours_on(struct calendar *cal);
bool calendar_sort_holidays(struct calendar *cal);
void calendar_sort_away(struct calendar *cal);
bool calendar_sort_focus(struct calendar *cal);

/* The instant of a minute of a date, in whole minutes (S1, S2). */
time_t calendar_instant(const struct calendar *cal, int32_t day, int minute);

/* The date the local clock shows. */
int32_t calendar_day(const struct calendar *cal, time_t at);

/* Part of the hours that a date would have without holidays, time off and focus. */
struct slot {
	int32_t day; /* the date that its shift belongs to */
	time_t from, to;
	enum presence what; /* never ABSENT_HOURS */
	bool scheduled;     /* in the date's schedule: not taken by a holiday or whole-date time off */
	const char *label;  /* of a holiday, or NULL */
};

#define PIECES_MAX (3 * WINDOWS_MAX)
#define FOCUS_MAX (6 * WINDOWS_MAX)

/* A way through the slots of a calendar, in order of date, and of time within it. */
struct walk {
	const struct calendar *cal;
	int32_t day, last_day;
	int carry; /* minutes after midnight that the shifts of the date before have taken */
	struct piece {
		struct window window;
		enum presence what;
		const char *label;
	} pieces[PIECES_MAX];
	int nr_pieces, piece;
	time_t pos, end; /* what is left of the current piece */
	size_t off;      /* the first time off that may still matter */
	struct time_off focus[FOCUS_MAX];
	int nr_focus, focus_at;
};

/* Begin with the shifts that may reach `at` (S3: two dates of run-up); end after those of `last_day`. */
void walk_begin(struct walk *walk, const struct calendar *cal, time_t at, int32_t last_day);

/* The next slot; false at the end. Slots never overlap unless one is not scheduled. */
bool walk_next(struct walk *walk, struct slot *out);

bool slot_counts(const struct slot *slot, enum focus_mode focus);

/* The next slot that counts, from the moment `from` on; what lies before it is cut off. */
bool walk_next_counting(struct walk *walk, struct slot *out, time_t from, enum focus_mode focus);

/* Round up to the minute (S1). */
time_t minute_up(time_t at);

#endif
