/* The hours of a calendar, date by date: S2 to S5. */
#include "async/clock.h"
#include "calendar.h"

time_t minute_up(time_t at)
{
	time_t rest = at % 60;

	return rest > 0 ? at + 60 - rest : at - rest;
}

time_t calendar_instant(const struct calendar *cal, int32_t day, int minute)
{
	return minute_up(zone_instant(cal->zone, day, minute * 60L));
}

int32_t calendar_day(const struct calendar *cal, time_t at)
{
	int32_t day;
	long second;

	zone_local(cal->zone, at, &day, &second);
	return day;
}

static const struct windows *windows_on(const struct dated_windows *v, size_t nr, int32_t day)
{
	size_t low = 0;

	while (low < nr) {
		size_t middle = low + (nr - low) / 2;

		if (v[middle].day == day)
			return &v[middle].windows;
		if (v[middle].day < day)
			low = middle + 1;
		else
			nr = middle;
	}
	return NULL;
}

static bool is_day_off(const struct calendar *cal, int32_t day)
{
	size_t low = 0, high = cal->nr_days_off;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cal->days_off[middle].to < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low < cal->nr_days_off && cal->days_off[low].from <= day;
}

/* The first holiday of a date or a later one. */
static size_t holiday_from(const struct calendar *cal, int32_t day)
{
	size_t low = 0, high = cal->nr_holidays;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cal->holidays[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static size_t time_off_from(const struct calendar *cal, time_t at)
{
	size_t low = 0, high = cal->nr_time_off;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cal->time_off[middle].to <= at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void add_piece(struct walk *walk, int from, int to, enum presence what, const char *label)
{
	struct piece *piece = &walk->pieces[walk->nr_pieces];

	if (from >= to)
		return;
	piece->window.from = from;
	piece->window.to = to;
	piece->what = what;
	piece->label = label;
	walk->nr_pieces++;
}

/* Cut the holidays of the date, from number `h` on, out of a shift. */
static void cut_holidays(struct walk *walk, struct window shift, size_t h)
{
	const struct calendar *cal = walk->cal;

	for (; h < cal->nr_holidays && cal->holidays[h].day == walk->day && shift.from < shift.to; h++) {
		struct window hole = cal->holidays[h].window;

		if (hole.to <= shift.from || hole.from >= shift.to)
			continue;
		if (hole.from < shift.from)
			hole.from = shift.from;
		if (hole.to > shift.to)
			hole.to = shift.to;
		add_piece(walk, shift.from, hole.from, PRESENT, NULL);
		add_piece(walk, hole.from, hole.to, ABSENT_HOLIDAY, cal->holidays[h].label);
		shift.from = hole.to;
	}
	add_piece(walk, shift.from, shift.to, PRESENT, NULL);
}

/*
 * The date's shifts as pieces, in its own minutes. Only a shift that is worked keeps the
 * minutes after midnight from the next date: a holiday's night shift takes nothing.
 */
static void cut_date(struct walk *walk)
{
	const struct calendar *cal = walk->cal;
	const struct windows *on = windows_on(cal->hours_on, cal->nr_hours_on, walk->day);
	const struct windows *hours = on ? on : &cal->week[day_weekday(walk->day)];
	size_t h = on ? cal->nr_holidays : holiday_from(cal, walk->day);
	bool off = is_day_off(cal, walk->day);
	int carry = walk->carry;

	walk->nr_pieces = walk->piece = 0;
	walk->carry = 0;
	for (int i = 0; i < hours->nr; i++) {
		struct window shift = hours->v[i];

		if (shift.from < carry)
			shift.from = carry;
		if (off)
			add_piece(walk, shift.from, shift.to, ABSENT_AWAY, NULL);
		else
			cut_holidays(walk, shift, h);
	}
	for (int i = 0; i < walk->nr_pieces; i++)
		if (walk->pieces[i].what == PRESENT && walk->pieces[i].window.to > DAY_MINUTES)
			walk->carry = walk->pieces[i].window.to - DAY_MINUTES;
}

/* Add a focus block, in order of time, uniting it with those it touches. */
static void add_focus(struct walk *walk, time_t from, time_t to)
{
	struct time_off *v = walk->focus;
	int i = walk->nr_focus;

	if (from >= to)
		return;
	while (i > 0 && v[i - 1].from > from) {
		v[i] = v[i - 1];
		i--;
	}
	v[i].from = from;
	v[i].to = to;
	walk->nr_focus++;
}

static void add_focus_of(struct walk *walk, const struct windows *windows, int32_t day)
{
	for (int i = 0; windows && i < windows->nr; i++)
		add_focus(walk, calendar_instant(walk->cal, day, windows->v[i].from),
			  calendar_instant(walk->cal, day, windows->v[i].to));
}

/* Focus is by the clock, not by shifts: yesterday's block may run on, tomorrow's may meet a night shift. */
static void find_focus(struct walk *walk)
{
	const struct calendar *cal = walk->cal;

	walk->nr_focus = walk->focus_at = 0;
	if (!cal->has_focus || !walk->nr_pieces)
		return;
	for (int32_t day = walk->day - 1; day <= walk->day + 1; day++) {
		add_focus_of(walk, &cal->focus_week[day_weekday(day)], day);
		add_focus_of(walk, windows_on(cal->focus_on, cal->nr_focus_on, day), day);
	}
}

void walk_begin(struct walk *walk, const struct calendar *cal, time_t at, int32_t last_day)
{
	walk->cal = cal;
	walk->day = calendar_day(cal, at) - 2;
	walk->last_day = last_day;
	walk->carry = 0;
	walk->pos = walk->end = 0;
	walk->off = time_off_from(cal, at - 4 * DAY_MINUTES * 60);
	cut_date(walk);
	find_focus(walk);
}

/* Go to the next piece that has a length; false after the last date. */
static bool next_piece(struct walk *walk)
{
	do {
		const struct window *window;

		while (walk->piece == walk->nr_pieces) {
			if (walk->day >= walk->last_day)
				return false;
			walk->day++;
			cut_date(walk);
			find_focus(walk);
		}
		window = &walk->pieces[walk->piece++].window;
		walk->pos = calendar_instant(walk->cal, walk->day, window->from);
		walk->end = calendar_instant(walk->cal, walk->day, window->to);
	} while (walk->pos >= walk->end);
	return true;
}

/* End `slot` where `hole` begins, or turn it into the hole if it lies in it. */
static bool meets(struct slot *slot, const struct time_off *hole, enum presence what)
{
	bool inside = hole->from <= slot->from;
	time_t edge = inside ? hole->to : hole->from;

	if (inside)
		slot->what = what;
	if (edge < slot->to)
		slot->to = edge;
	return inside;
}

/* What a scheduled piece begins with: time off comes before focus. */
static void cut_slot(struct walk *walk, struct slot *slot)
{
	const struct calendar *cal = walk->cal;

	while (walk->off < cal->nr_time_off && cal->time_off[walk->off].to <= slot->from)
		walk->off++;
	if (walk->off < cal->nr_time_off && meets(slot, &cal->time_off[walk->off], ABSENT_AWAY))
		return;
	while (walk->focus_at < walk->nr_focus && walk->focus[walk->focus_at].to <= slot->from)
		walk->focus_at++;
	if (walk->focus_at < walk->nr_focus)
		meets(slot, &walk->focus[walk->focus_at], PRESENT_FOCUS);
}

bool walk_next(struct walk *walk, struct slot *out)
{
	const struct piece *piece;

	if (walk->pos >= walk->end && !next_piece(walk))
		return false;
	piece = &walk->pieces[walk->piece - 1];
	out->day = walk->day;
	out->from = walk->pos;
	out->to = walk->end;
	out->what = piece->what;
	out->label = piece->label;
	out->scheduled = piece->what == PRESENT;
	if (out->scheduled)
		cut_slot(walk, out);
	walk->pos = out->to;
	return true;
}

bool slot_counts(const struct slot *slot, enum focus_mode focus)
{
	return slot->what == PRESENT || (slot->what == PRESENT_FOCUS && focus == FOCUS_COUNT);
}

bool walk_next_counting(struct walk *walk, struct slot *out, time_t from, enum focus_mode focus)
{
	while (walk_next(walk, out)) {
		if (out->to <= from || !slot_counts(out, focus))
			continue;
		if (out->from < from)
			out->from = from;
		return true;
	}
	return false;
}
