/* Where people are now, and the words for it. */
#include "presence.h"

#include "async/clock.h"
#include "print.h"

const char *presence_word(enum presence what)
{
	static const char *const words[] = {
		[PRESENT] = "working",         [PRESENT_FOCUS] = "focus", [ABSENT_HOURS] = "off",
		[ABSENT_HOLIDAY] = "holiday", [ABSENT_AWAY] = "away",
	};

	return words[what];
}

struct whereabouts whereabouts_at(const struct calendar *cal, time_t at)
{
	struct whereabouts where;

	where.what = worktime_presence(cal, at, &where.until);
	return where;
}

void format_local(struct buf *out, time_t at, const struct zone *zone)
{
	static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	int32_t day;
	long second;

	zone_local(zone, at, &day, &second);
	buf_addf(out, "%s %02ld:%02ld", days[day_weekday(day)], second / 3600, second / 60 % 60);
}

void format_until(struct buf *out, time_t until, time_t now, const struct zone *zone)
{
	if (until == DUE_NEVER)
		return;
	buf_puts(out, "until ");
	format_time_short(out, until, now, zone);
}
