/* Why it is due then, and what somebody is doing now: time as it is shown (S18). */
#include <string.h>

#include "calendar.h"

#define NEAR_DATES 5

/* Every stretch of time in order, with what it is. */
struct stretches {
	const struct calendar *cal;
	struct walk walk, hole_walk; /* the schedule; what holidays and time off took from it */
	struct slot slot, hole;
	bool has_slot, has_hole;
	time_t pos, to;
};

static bool next_of(struct walk *walk, struct slot *out, bool scheduled)
{
	while (walk_next(walk, out))
		if (out->scheduled == scheduled)
			return true;
	return false;
}

static void stretches_begin(struct stretches *s, const struct calendar *cal, time_t from, time_t to)
{
	int32_t last_day = calendar_day(cal, to) + 1;

	s->cal = cal;
	s->pos = from;
	s->to = to;
	walk_begin(&s->walk, cal, from, last_day);
	walk_begin(&s->hole_walk, cal, from, last_day);
	s->has_slot = next_of(&s->walk, &s->slot, true);
	s->has_hole = next_of(&s->hole_walk, &s->hole, false);
}

/* The next piece: the schedule comes before a hole of the date before, a hole before the night. */
static bool next_piece(struct stretches *s, struct stretch *out)
{
	time_t to = s->to;

	if (s->pos >= s->to)
		return false;
	while (s->has_slot && s->slot.to <= s->pos)
		s->has_slot = next_of(&s->walk, &s->slot, true);
	while (s->has_hole && s->hole.to <= s->pos)
		s->has_hole = next_of(&s->hole_walk, &s->hole, false);

	out->from = s->pos;
	out->what = ABSENT_HOURS;
	out->label = NULL;
	if (s->has_slot && s->slot.from <= s->pos) {
		out->what = s->slot.what;
		to = s->slot.to;
	} else {
		if (s->has_hole && s->hole.from <= s->pos) {
			out->what = s->hole.what;
			out->label = s->hole.label;
			to = s->hole.to;
		} else if (s->has_hole && s->hole.from < to) {
			to = s->hole.from;
		}
		if (s->has_slot && s->slot.from < to)
			to = s->slot.from;
	}
	out->to = s->pos = to < s->to ? to : s->to;
	return true;
}

static bool is_same(const struct stretch *a, const struct stretch *b)
{
	if (a->what != b->what || !a->label != !b->label)
		return false;
	return !a->label || strcmp(a->label, b->label) == 0;
}

void worktime_explain(const struct calendar *cal, time_t from, time_t to, enum focus_mode focus,
		      void (*each)(const struct stretch *stretch, void *data), void *data)
{
	struct stretch whole = { 0 }, piece;
	struct stretches s;

	if (from >= to)
		return;
	stretches_begin(&s, cal, from, to);
	next_piece(&s, &whole);
	for (;;) {
		bool more = next_piece(&s, &piece);

		if (more && is_same(&whole, &piece)) {
			whole.to = piece.to;
			continue;
		}
		whole.counts = whole.what == PRESENT || (whole.what == PRESENT_FOCUS && focus == FOCUS_COUNT);
		each(&whole, data);
		if (!more)
			return;
		whole = piece;
	}
}

static bool is_at_work(enum presence what)
{
	return what == PRESENT || what == PRESENT_FOCUS;
}

static enum presence presence_within(const struct calendar *cal, time_t at, int dates, time_t *until)
{
	struct stretch piece = { .what = ABSENT_HOURS };
	enum presence what;
	struct stretches s;

	stretches_begin(&s, cal, at, at + (time_t)dates * DAY_MINUTES * 60);
	next_piece(&s, &piece);
	what = piece.what;
	*until = DUE_NEVER;
	while (next_piece(&s, &piece)) {
		if (is_at_work(what) ? piece.what != what : is_at_work(piece.what)) {
			*until = piece.from;
			break;
		}
		if (what == ABSENT_HOURS) /* the night before a holiday: they are back after it */
			what = piece.what;
	}
	return what;
}

/* Nearly everybody is back within days, and the next holiday need not be looked for behind them. */
enum presence worktime_presence(const struct calendar *cal, time_t at, time_t *until)
{
	enum presence what = presence_within(cal, at, NEAR_DATES, until);

	return *until == DUE_NEVER ? presence_within(cal, at, WALK_DATES, until) : what;
}
