/* How long somebody has: "1d", "4h", "1h30m", "1d4h". */
#include <string.h>

#include "async/worktime.h"

#define MINUTES_MAX (SPAN_DAYS_MAX * 24 * 60)

/* Read "<number><unit>" at `*text` into `*out` and move behind it; false if it is not of this unit. */
static bool part(int32_t *out, const char **text, char unit, int32_t max)
{
	const char *p = *text;
	int32_t value = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		value = 10 * value + (*p - '0');
		if (value > max)
			return false;
	}
	if (*p != unit)
		return false;
	*out = value;
	*text = p + 1;
	return true;
}

bool span_parse(struct span *out, const char *text)
{
	int32_t days = 0, hours = 0, minutes = 0;

	part(&days, &text, 'd', SPAN_DAYS_MAX);
	part(&hours, &text, 'h', SPAN_DAYS_MAX * 24);
	part(&minutes, &text, 'm', MINUTES_MAX);
	minutes += hours * 60;
	if (*text || minutes > MINUTES_MAX || days + minutes == 0)
		return false;
	out->days = days;
	out->minutes = minutes;
	return true;
}

void span_format(struct buf *out, const struct span *span)
{
	int32_t hours = span->minutes / 60, minutes = span->minutes % 60;

	if (span->days)
		buf_addf(out, "%dd", (int)span->days);
	if (hours)
		buf_addf(out, "%dh", (int)hours);
	if (minutes)
		buf_addf(out, "%dm", (int)minutes);
}
