/* When several people are at work together. Pure over their calendars. */
#include <stdlib.h>

#include "async/alloc.h"
#include "calendar.h"

/* One person's way through their hours. */
struct lane {
	struct walk walk;
	struct slot slot;
};

static bool begin_lanes(struct lane *lanes, struct calendar *const *v, size_t nr, time_t from, time_t to)
{
	for (size_t i = 0; i < nr; i++) {
		walk_begin(&lanes[i].walk, v[i], from, calendar_day(v[i], to) + 1);
		if (!walk_next_counting(&lanes[i].walk, &lanes[i].slot, from, FOCUS_PAUSE))
			return false;
	}
	return nr > 0;
}

/* The next stretch from `from` on in which every lane is at work; false: there is none. */
static bool next_common(struct stretch *out, struct lane *lanes, size_t nr, time_t from)
{
	size_t agreed = 0;

	out->from = from;
	for (size_t i = 0; agreed < nr; i = (i + 1) % nr) {
		struct lane *lane = &lanes[i];

		if (lane->slot.to <= out->from &&
		    !walk_next_counting(&lane->walk, &lane->slot, out->from, FOCUS_PAUSE))
			return false;
		if (lane->slot.from > out->from) {
			out->from = lane->slot.from;
			agreed = 0;
		}
		agreed++;
	}
	out->to = lanes[0].slot.to;
	for (size_t i = 1; i < nr; i++)
		if (lanes[i].slot.to < out->to)
			out->to = lanes[i].slot.to;
	return true;
}

void worktime_common(struct calendar *const *v, size_t nr, time_t from, time_t to,
		     void (*each)(const struct stretch *stretch, void *data), void *data)
{
	struct lane *lanes = xcalloc(nr ? nr : 1, sizeof(*lanes));
	struct stretch whole = { .what = PRESENT, .counts = true }, piece = whole;
	bool more;

	from = minute_up(from);
	more = from < to && begin_lanes(lanes, v, nr, from, to) && next_common(&whole, lanes, nr, from);
	while (more && whole.from < to) {
		more = next_common(&piece, lanes, nr, whole.to);
		if (more && piece.from == whole.to) { /* where one shift meets another */
			whole.to = piece.to;
			continue;
		}
		if (whole.to > to)
			whole.to = to;
		each(&whole, data);
		whole = piece;
	}
	free(lanes);
}
