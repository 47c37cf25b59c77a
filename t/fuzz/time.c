/*
 * Any text as a time that somebody types, a date, a span: it is within 1970 to 2100 and on the side
 * that was asked for where the text leaves that open; printed and read again it is the same.
 *
 * The first byte chooses zone, now and side.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "async/worktime.h"
#include "opts.h"

static void check_when(const char *text, unsigned how)
{
	static const char *const zones[] = { "UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe" };
	static const time_t nows[] = { 0, 1772442000, 1774746000, INSTANT_MAX };
	struct zone *zone;
	struct when when = { 0 }, again = { 0 };
	time_t now = nows[how >> 2 & 3];
	char form[INSTANT_TEXT];

	if (zone_load(&zone, zones[how & 3]) < 0)
		BUG("%s", error_last());
	if (when_parse(&when, text, now, zone, how >> 4 & 1) < 0) {
		if (!*error_last())
			BUG("refused without a word");
	} else {
		if (when.at < INSTANT_MIN || when.at > INSTANT_MAX)
			BUG("'%s' is out of range: %lld", text, (long long)when.at);
		if (when.is_day)
			day_format(form, when.day);
		else
			instant_format(form, when.at);
		if (when_parse(&again, form, now, zone, false) < 0 || again.is_day != when.is_day ||
		    (when.is_day ? again.day != when.day : again.at != when.at))
			BUG("'%s' was read as %s, which reads as something else", text, form);
	}
	error_clear();
	zone_free(zone);
}

static void check_instant(const char *text)
{
	char form[INSTANT_TEXT];
	time_t at, again;

	if (instant_parse(&at, text)) {
		instant_format(form, at);
		if (strcmp(form, text) != 0)
			BUG("'%s' has another form, %s", text, form);
	}
	if (instant_parse_loose(&at, text)) {
		if (at < INSTANT_MIN || at > INSTANT_MAX)
			BUG("'%s' is out of range", text);
		instant_format(form, at);
		if (!instant_parse(&again, form) || again != at)
			BUG("'%s' is not what it was", form);
	}
}

static void check_day(const char *text)
{
	char form[DAY_TEXT];
	int32_t day;
	int second, year, month, mday;

	if (day_parse(&day, text)) {
		day_format(form, day);
		day_to_civil(day, &year, &month, &mday);
		if (strcmp(form, text) != 0 || day_from_civil(year, month, mday) != day)
			BUG("'%s' is another date, %s", text, form);
	}
	if (local_parse(&day, &second, text) && (second < 0 || second > 86400))
		BUG("'%s' is no time of a day", text);
}

static void check_span(const char *text)
{
	struct span span, again;
	struct buf form = BUF_INIT;

	if (span_parse(&span, text)) {
		span_format(&form, &span);
		if (span.days < 0 || span.minutes < 0 || (!span.days && !span.minutes) || span.days > SPAN_DAYS_MAX)
			BUG("'%s' is out of range", text);
		if (!span_parse(&again, form.ptr) || again.days != span.days || again.minutes != span.minutes)
			BUG("'%s' reads as another than %s", text, form.ptr);
	}
	buf_release(&form);
}

FUZZER(time)
{
	char *text = len ? xstrndup(data + 1, len - 1) : xstrdup("");
	int minute;

	check_when(text, len ? (unsigned char)*data : 0);
	check_instant(text);
	check_day(text);
	check_span(text);
	if (minute_parse(&minute, text, strlen(text)) && (minute < 0 || minute > 1440))
		BUG("'%s' is no minute of a day", text);
	free(text);
}
