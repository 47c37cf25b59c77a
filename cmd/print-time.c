/* Times and spans as people read them (worktime S18). */
#include "async/clock.h"
#include "async/worktime.h"
#include "print.h"

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };

static void put_offset(struct buf *out, int32_t offset)
{
	int32_t minutes = (offset < 0 ? -offset : offset) / 60;

	buf_addf(out, " %c%02d:%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static void put_clock(struct buf *out, long second)
{
	buf_addf(out, "%02ld:%02ld", second / 3600, second / 60 % 60);
}

void format_time(struct buf *out, time_t at, const struct zone *zone)
{
	const char *abbreviation;
	int32_t day, offset;
	long second;

	if (at == DUE_NEVER) {
		buf_puts(out, "never");
		return;
	}
	offset = zone_offset(zone, at, &abbreviation);
	zone_local(zone, at, &day, &second);
	format_day(out, day);
	buf_putc(out, ' ');
	put_clock(out, second);
	buf_addf(out, " %s", abbreviation);
	if (zone_is_repeated(zone, at))
		put_offset(out, offset);
}

void format_day(struct buf *out, int32_t day)
{
	char date[DAY_TEXT];

	day_format(date, day);
	buf_addf(out, "%s %s", weekdays[day_weekday(day)], date);
}

void format_time_short(struct buf *out, time_t at, time_t now, const struct zone *zone)
{
	char date[DAY_TEXT];
	int32_t day, today;
	long second;

	if (at == DUE_NEVER) {
		buf_puts(out, "never");
		return;
	}
	zone_local(zone, now, &today, &second);
	zone_local(zone, at, &day, &second);
	day_format(date, day);
	if (day == today - 1)
		buf_puts(out, "yesterday ");
	else if (day == today)
		buf_puts(out, "today ");
	else if (day == today + 1)
		buf_puts(out, "tomorrow ");
	else if (day > today && day < today + 7)
		buf_addf(out, "%s ", weekdays[day_weekday(day)]);
	else
		buf_addf(out, "%s ", date);
	put_clock(out, second);
}

void format_span(struct buf *out, long long seconds)
{
	long long minutes = (seconds < 0 ? -seconds : seconds) / 60;
	long long days = minutes / 1440, hours = minutes / 60 % 24;

	if (!minutes) {
		buf_puts(out, "now");
		return;
	}
	if (seconds < 0)
		buf_putc(out, '-');
	minutes %= 60;
	if (days && hours)
		buf_addf(out, "%lldd %lldh", days, hours);
	else if (days)
		buf_addf(out, "%lldd", days);
	else if (hours && minutes)
		buf_addf(out, "%lldh %lldm", hours, minutes);
	else if (hours)
		buf_addf(out, "%lldh", hours);
	else
		buf_addf(out, "%lldm", minutes);
}

void format_relative(struct buf *out, time_t at, time_t now)
{
	long long away = at == DUE_NEVER ? 0 : (long long)at - now;

	if (at == DUE_NEVER) {
		buf_puts(out, "never");
		return;
	}
	if (away >= 60)
		buf_puts(out, "in ");
	format_span(out, away < 0 ? -away : away);
	if (away <= -60)
		buf_puts(out, " ago");
}

void format_work(struct buf *out, long long minutes)
{
	if (minutes < 0) {
		buf_putc(out, '-');
		minutes = -minutes;
	}
	if (minutes >= 60 && minutes % 60)
		buf_addf(out, "%lldh %lldm", minutes / 60, minutes % 60);
	else if (minutes >= 60)
		buf_addf(out, "%lldh", minutes / 60);
	else
		buf_addf(out, "%lldm", minutes);
}
