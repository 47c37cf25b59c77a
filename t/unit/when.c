/* Moments as people type them: what is understood, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "async/buf.h"
#include "async/clock.h"
#include "async/error.h"
#include "opts.h"

/* It is Wednesday, 2026-11-25, 14:30 in Berlin (13:30Z). */
#define NOW "2026-11-25T13:30:00Z"
#define ZONE "Europe/Berlin"

struct row {
	const char *text;
	const char *ahead; /* a date, an instant, or what is wrong with it ("!…") */
	const char *back;  /* the same looking back; NULL: as ahead */
};

static const struct row rows[] = {
	/* a time alone: the next, or the last */
	{ "17:00", "2026-11-25T16:00:00Z", "2026-11-24T16:00:00Z" },
	{ "9:00", "2026-11-26T08:00:00Z", "2026-11-25T08:00:00Z" },
	{ "09:00", "2026-11-26T08:00:00Z", "2026-11-25T08:00:00Z" },
	{ "14:30", "2026-11-26T13:30:00Z", "2026-11-25T13:30:00Z" },
	{ "14:31", "2026-11-25T13:31:00Z", "2026-11-24T13:31:00Z" },
	{ "00:00", "2026-11-25T23:00:00Z", "2026-11-24T23:00:00Z" },
	{ "24:00", "2026-11-25T23:00:00Z", "2026-11-24T23:00:00Z" },
	{ "17:00:30", "2026-11-25T16:00:30Z", "2026-11-24T16:00:30Z" },
	{ "at 17:00", "2026-11-25T16:00:00Z", "2026-11-24T16:00:00Z" },
	{ "5pm", "2026-11-25T16:00:00Z", "2026-11-24T16:00:00Z" },
	{ "5:30pm", "2026-11-25T16:30:00Z", "2026-11-24T16:30:00Z" },
	{ "5PM", "2026-11-25T16:00:00Z", "2026-11-24T16:00:00Z" },
	{ "5 pm", "2026-11-25T16:00:00Z", "2026-11-24T16:00:00Z" },
	{ "5:30 PM", "2026-11-25T16:30:00Z", "2026-11-24T16:30:00Z" },
	{ "fri at 5 pm", "2026-11-27T16:00:00Z", "2026-11-20T16:00:00Z" },
	{ "9am", "2026-11-26T08:00:00Z", "2026-11-25T08:00:00Z" },
	{ "12am", "2026-11-25T23:00:00Z", "2026-11-24T23:00:00Z" },
	{ "12pm", "2026-11-26T11:00:00Z", "2026-11-25T11:00:00Z" },
	{ "noon", "2026-11-26T11:00:00Z", "2026-11-25T11:00:00Z" },
	{ "  17:00  ", "2026-11-25T16:00:00Z", "2026-11-24T16:00:00Z" },
	{ "17:00 Asia/Tokyo", "2026-11-26T08:00:00Z", "2026-11-25T08:00:00Z" },
	{ "17:00 UTC", "2026-11-25T17:00:00Z", "2026-11-24T17:00:00Z" },
	{ "17:00 Z", "2026-11-25T17:00:00Z", "2026-11-24T17:00:00Z" },
	{ "17:00 +02:00", "2026-11-25T15:00:00Z", "2026-11-24T15:00:00Z" },
	{ "17:00 -0330", "2026-11-25T20:30:00Z", "2026-11-24T20:30:00Z" },

	/* weekdays: today is one, unless its time has gone by */
	{ "fri", "2026-11-27", "2026-11-20" },
	{ "Fri", "2026-11-27", "2026-11-20" },
	{ "FRIDAY", "2026-11-27", "2026-11-20" },
	{ "friday", "2026-11-27", "2026-11-20" },
	{ "thurs", "2026-11-26", "2026-11-19" },
	{ "tues", "2026-12-01", "2026-11-24" },
	{ "mon", "2026-11-30", "2026-11-23" },
	{ "wed", "2026-11-25", "2026-11-25" },
	{ "sun", "2026-11-29", "2026-11-22" },
	{ "sat", "2026-11-28", "2026-11-21" },
	{ "fri 17:00", "2026-11-27T16:00:00Z", "2026-11-20T16:00:00Z" },
	{ "fri at 17:00", "2026-11-27T16:00:00Z", "2026-11-20T16:00:00Z" },
	{ "fri 5pm", "2026-11-27T16:00:00Z", "2026-11-20T16:00:00Z" },
	{ "17:00 fri", "2026-11-27T16:00:00Z", "2026-11-20T16:00:00Z" },
	{ "wed 17:00", "2026-11-25T16:00:00Z", "2026-11-18T16:00:00Z" },
	{ "wed 09:00", "2026-12-02T08:00:00Z", "2026-11-25T08:00:00Z" },
	{ "fri 24:00", "2026-11-27T23:00:00Z", "2026-11-20T23:00:00Z" },
	{ "fri 17:00 Asia/Tokyo", "2026-11-27T08:00:00Z", "2026-11-20T08:00:00Z" },
	{ "fri 17:00 America/New_York", "2026-11-27T22:00:00Z", "2026-11-20T22:00:00Z" },
	{ "this fri", "2026-11-27", "2026-11-20" },
	{ "this wed 17:00", "2026-11-25T16:00:00Z", "2026-11-18T16:00:00Z" },
	{ "on fri", "2026-11-27", "2026-11-20" },
	{ "on 2026-12-01 at 09:00", "2026-12-01T08:00:00Z", NULL },
	{ "next fri", "2026-11-27", NULL },
	{ "next wed", "2026-12-02", NULL },
	{ "next mon", "2026-11-30", NULL },
	{ "next monday 10:00", "2026-11-30T09:00:00Z", NULL },
	{ "last fri", "2026-11-20", NULL },
	{ "last wed", "2026-11-18", NULL },
	{ "last mon", "2026-11-23", NULL },
	{ "last mon 10:00", "2026-11-23T09:00:00Z", NULL },

	/* words for days; these keep their side */
	{ "today", "2026-11-25", NULL },
	{ "today 17:00", "2026-11-25T16:00:00Z", NULL },
	{ "today 09:00", "2026-11-25T08:00:00Z", NULL },
	{ "today at noon", "2026-11-25T11:00:00Z", NULL },
	{ "tomorrow", "2026-11-26", NULL },
	{ "Tomorrow", "2026-11-26", NULL },
	{ "tomorrow 9:00", "2026-11-26T08:00:00Z", NULL },
	{ "tomorrow at 9am", "2026-11-26T08:00:00Z", NULL },
	{ "9:00 tomorrow", "2026-11-26T08:00:00Z", NULL },
	{ "tomorrow 00:30 Asia/Tokyo", "2026-11-25T15:30:00Z", NULL },
	{ "today 09:00 America/Los_Angeles", "2026-11-25T17:00:00Z", NULL },
	{ "yesterday", "2026-11-24", NULL },
	{ "yesterday 17:00", "2026-11-24T16:00:00Z", NULL },
	{ "now", "2026-11-25T13:30:00Z", NULL },
	{ "NOW", "2026-11-25T13:30:00Z", NULL },
	{ "next week", "2026-12-02", NULL },
	{ "next month", "2026-12-25", NULL },
	{ "next year", "2027-11-25", NULL },
	{ "last week", "2026-11-18", NULL },
	{ "last month", "2026-10-25", NULL },

	/* away from now: an instant in hours, a date in days */
	{ "in 2h", "2026-11-25T15:30:00Z", NULL },
	{ "in 2 h", "2026-11-25T15:30:00Z", NULL },
	{ "in 2 hours", "2026-11-25T15:30:00Z", NULL },
	{ "in an hour", "2026-11-25T14:30:00Z", NULL },
	{ "in 30m", "2026-11-25T14:00:00Z", NULL },
	{ "in 30 min", "2026-11-25T14:00:00Z", NULL },
	{ "in 90 minutes", "2026-11-25T15:00:00Z", NULL },
	{ "in 1h30m", "2026-11-25T15:00:00Z", NULL },
	{ "+2h", "2026-11-25T15:30:00Z", NULL },
	{ "+1h30m", "2026-11-25T15:00:00Z", NULL },
	{ "+3d", "2026-11-28", NULL },
	{ "+3 days 10:00", "2026-11-28T09:00:00Z", NULL },
	{ "1h30m ago", "2026-11-25T12:00:00Z", NULL },
	{ "in 3 days", "2026-11-28", NULL },
	{ "in 3d", "2026-11-28", NULL },
	{ "in a day", "2026-11-26", NULL },
	{ "in 1 day", "2026-11-26", NULL },
	{ "in 3 days 10:00", "2026-11-28T09:00:00Z", NULL },
	{ "in 3 days at 10:00", "2026-11-28T09:00:00Z", NULL },
	{ "in 2 weeks", "2026-12-09", NULL },
	{ "in a week", "2026-12-02", NULL },
	{ "in 2w", "2026-12-09", NULL },
	{ "in 1 month", "2026-12-25", NULL },
	{ "in 3 months", "2027-02-25", NULL },
	{ "in a year", "2027-11-25", NULL },
	{ "in 150 days", "2027-04-24", NULL },
	{ "In 2 Hours", "2026-11-25T15:30:00Z", NULL },
	{ "3 days ago", "2026-11-22T13:30:00Z", NULL },
	{ "a day ago", "2026-11-24T13:30:00Z", NULL },
	{ "1 week ago", "2026-11-18T13:30:00Z", NULL },
	{ "2h ago", "2026-11-25T11:30:00Z", NULL },
	{ "2 hours ago", "2026-11-25T11:30:00Z", NULL },
	{ "30 minutes ago", "2026-11-25T13:00:00Z", NULL },
	{ "an hour ago", "2026-11-25T12:30:00Z", NULL },
	{ "1 month ago", "2026-10-25T13:30:00Z", NULL }, /* 14:30, not at an edge */
	{ "3 days ago 09:00", "2026-11-22T08:00:00Z", NULL },
	{ "3d", "!it is a duration", "2026-11-22T13:30:00Z" },
	{ "2h", "!it is a duration", "2026-11-25T11:30:00Z" },
	{ "3 days", "!it is a duration", "2026-11-22T13:30:00Z" },
	{ "2w", "!it is a duration", "2026-11-11T13:30:00Z" },

	/* dates */
	{ "2026-12-01", "2026-12-01", NULL },
	{ "2026-11-01", "2026-11-01", NULL },
	{ "2028-02-29", "2028-02-29", NULL },
	{ "2026-12-01 09:00", "2026-12-01T08:00:00Z", NULL },
	{ "2026-12-01 9:00", "2026-12-01T08:00:00Z", NULL },
	{ "2026-12-01 09:00:30", "2026-12-01T08:00:30Z", NULL },
	{ "2026-12-01 at 5pm", "2026-12-01T16:00:00Z", NULL },
	{ "2026-12-01 09:00 Asia/Tokyo", "2026-12-01T00:00:00Z", NULL },
	{ "2026-12-01 09:00 UTC", "2026-12-01T09:00:00Z", NULL },
	{ "2026-12-01 09:00 +05:30", "2026-12-01T03:30:00Z", NULL },
	{ "Asia/Tokyo 2026-12-01 09:00", "2026-12-01T00:00:00Z", NULL },
	{ "2026-12-01T09:00", "2026-12-01T08:00:00Z", NULL },
	{ "2026-12-01T09:00:30", "2026-12-01T08:00:30Z", NULL },
	{ "2026-12-01T09:00 Asia/Tokyo", "2026-12-01T00:00:00Z", NULL },
	{ "2026-12-01T09:00:00Z", "2026-12-01T09:00:00Z", NULL },
	{ "2026-12-01T09:00Z", "2026-12-01T09:00:00Z", NULL },
	{ "2026-12-01T09:00:00+02:00", "2026-12-01T07:00:00Z", NULL },
	{ "2026-12-01T09:00-08:00", "2026-12-01T17:00:00Z", NULL },
	{ "1970-01-02T00:00:00Z", "1970-01-02T00:00:00Z", NULL },
	{ "2100-12-31T23:59:59Z", "2100-12-31T23:59:59Z", NULL },
	{ "1 dec", "2026-12-01", "2025-12-01" },
	{ "dec 1", "2026-12-01", "2025-12-01" },
	{ "1 december", "2026-12-01", "2025-12-01" },
	{ "December 1 09:00", "2026-12-01T08:00:00Z", "2025-12-01T08:00:00Z" },
	{ "1 dec 2027", "2027-12-01", NULL },
	{ "dec 1 2025", "2025-12-01", NULL },
	{ "1 Dec 2027 09:00", "2027-12-01T08:00:00Z", NULL },
	{ "3 mar", "2027-03-03", "2026-03-03" },
	{ "25 nov", "2026-11-25", "2026-11-25" },
	{ "25 nov 09:00", "2027-11-25T08:00:00Z", "2026-11-25T08:00:00Z" },
	{ "may 1", "2027-05-01", "2026-05-01" },

	/* the clock changes: a skipped time comes with the jump, a repeated one the first time */
	{ "2027-03-28 02:30", "2027-03-28T01:00:00Z", NULL },
	{ "2026-10-25 02:30", "2026-10-25T00:30:00Z", NULL },

	/* what is no time says so */
	{ "", "!it is empty", NULL },
	{ "   ", "!it is empty", NULL },
	{ "soon", "!", NULL },
	{ "9", "!", NULL },
	{ "17", "!", NULL },
	{ "1700", "!", NULL },
	{ "25:00", "!", NULL },
	{ "24:01", "!", NULL },
	{ "12:60", "!", NULL },
	{ "12:5", "!", NULL },
	{ "12:00:60", "!", NULL },
	{ "13pm", "!", NULL },
	{ "0am", "!", NULL },
	{ "17.00", "!", NULL },
	{ "-1:00", "!", NULL },
	{ "fr", "!", NULL },
	{ "fryday", "!", NULL },
	{ "midnight", "!it ends one date", NULL },
	{ "2026-13-01", "!", NULL },
	{ "2026-02-30", "!", NULL },
	{ "2027-02-29", "!", NULL },
	{ "2026-1-1", "!", NULL },
	{ "01.12.2026", "!", NULL },
	{ "1/12/2026", "!write a date as", NULL },
	{ "12/01", "!write a date as", NULL },
	{ "30 feb", "!there is no such date", NULL },
	{ "31 nov", "!there is no such date", NULL },
	{ "0 dec", "!", NULL },
	{ "2101-01-01", "!", NULL },
	{ "1969-12-31", "!", NULL },
	{ "in 9999 years", "!", NULL },
	{ "in", "!'in' wants", NULL },
	{ "in days", "!'in' wants", NULL },
	{ "in 3", "!'in' wants", NULL },
	{ "in 3 parsecs", "!'in' wants", NULL },
	{ "in -3 days", "!'in' wants", NULL },
	{ "in 99999 days", "!'in' wants", NULL },
	{ "next", "!'next' wants", NULL },
	{ "next time", "!'next' wants", NULL },
	{ "last", "!'last' wants", NULL },
	{ "ago", "!", NULL },
	{ "at", "!", NULL },
	{ "fri sat", "!", NULL },
	{ "17:00 18:00", "!", NULL },
	{ "tomorrow 17:00 18:00", "!", NULL },
	{ "in 2h 17:00", "!", NULL },
	{ "now 17:00", "!", NULL },
	{ "fri Asia/Tokyo", "!a zone needs", NULL },
	{ "2026-12-01 Asia/Tokyo", "!a zone needs", NULL },
	{ "Asia/Tokyo", "!a zone needs", NULL },
	{ "17:00 Asia/Tokyo Europe/Berlin", "!it names two zones", NULL },
	{ "17:00 Mars/Olympus", "!Mars/Olympus", NULL },
	{ "17:00 ../../etc/passwd", "!", NULL },
	{ "17:00 CET", "!", NULL },
	{ "17:00 +99:00", "!", NULL },
	{ "2026-12-01T25:00:00Z", "!", NULL },
	{ "2026-12-01T09:00:00+99:00", "!", NULL },
	{ "fri 17:00 please", "!", NULL },
	{ "tomorrow tomorrow tomorrow tomorrow tomorrow tomorrow tomorrow tomorrow tomorrow", "!it is too long",
	  NULL },
	{ "a b c d e f g h i j", "!it has too many words", NULL },
	{ "1h30m", "!it is a duration", "2026-11-25T12:00:00Z" },
	{ "1h30", "!", NULL },
	{ "in 1d4h", "!'in' wants", NULL },
	{ "+2", "!'+' wants", NULL },
	{ "+", "!'+' wants", NULL },
	{ "+09:00", "!'+' wants", NULL },
	{ "13 pm", "!", NULL },
	{ "pm", "!", NULL },
	{ "this", "!", NULL },
	{ "this week", "!", NULL },
	{ "on", "!", NULL },
	{ "fri eod", "!write the hour", NULL },
	{ "\033[31m17:00", "!", NULL },
	{ "17:00\xff", "!", NULL },
};

static void show(struct buf *out, const struct when *when)
{
	char day[DAY_TEXT], instant[INSTANT_TEXT];

	if (when->is_day) {
		day_format(day, when->day);
		buf_puts(out, day);
	} else {
		instant_format(instant, when->at);
		buf_puts(out, instant);
	}
}

/* Is it the refusal that was expected, with what would be accepted? */
static bool is_refusal(const char *text, const char *want)
{
	/* an unknown zone is the zone's to tell, and its message says it all */
	return strstr(error_last(), want) && (*error_last_hint() || strchr(text, '/'));
}

static int check(const char *text, const char *want, bool past, const struct zone *zone, time_t now)
{
	struct buf got = BUF_INIT;
	struct when when;
	int rc, bad;

	error_clear();
	rc = when_parse(&when, text, now, zone, past);
	if (rc < 0)
		buf_addf(&got, "!%s", error_last());
	else
		show(&got, &when);
	if (*want == '!')
		bad = rc != ERR_INVALID || when.given || !is_refusal(text, want + 1);
	else
		bad = rc < 0 || !when.given || strcmp(got.ptr, want) != 0;
	if (bad)
		print_error("'%s' looking %s: %s, not %s\n", text, past ? "back" : "ahead", got.ptr, want);
	buf_release(&got);
	return bad;
}

static void as_people_type(void **state)
{
	struct zone *zone = NULL;
	time_t now;
	int bad = 0;

	(void)state;
	assert_true(instant_parse(&now, NOW));
	assert_int_equal(zone_load(&zone, ZONE), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bad += check(rows[i].text, rows[i].ahead, false, zone, now);
		bad += check(rows[i].text, rows[i].back ? rows[i].back : rows[i].ahead, true, zone, now);
	}
	zone_free(zone);
	assert_int_equal(bad, 0);
	assert_true(sizeof(rows) / sizeof(rows[0]) >= 150);
}

static void a_date_begins_in_its_zone(void **state)
{
	struct zone *zone = NULL;
	struct when when;
	time_t now, want;

	(void)state;
	assert_true(instant_parse(&now, NOW) && instant_parse(&want, "2026-11-26T23:00:00Z"));
	assert_int_equal(zone_load(&zone, ZONE), 0);
	assert_int_equal(when_parse(&when, "fri", now, zone, false), 0);
	assert_true(when.is_day && when.at == want);
	zone_free(zone);
}

static void months_end_where_they_end(void **state)
{
	static const struct {
		const char *now, *text, *want;
	} ends[] = {
		{ "2026-01-31T12:00:00Z", "in 1 month", "2026-02-28" },
		{ "2027-12-31T12:00:00Z", "in 2 months", "2028-02-29" },
		{ "2028-02-29T12:00:00Z", "in a year", "2029-02-28" },
		{ "2026-11-25T12:00:00Z", "29 feb", "2028-02-29" },
		{ "2026-12-31T12:00:00Z", "tomorrow", "2027-01-01" },
	};
	struct zone *zone = NULL;
	int bad = 0;
	time_t now;

	(void)state;
	assert_int_equal(zone_load(&zone, "UTC"), 0);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		assert_true(instant_parse(&now, ends[i].now));
		bad += check(ends[i].text, ends[i].want, false, zone, now);
	}
	zone_free(zone);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_people_type),
		cmocka_unit_test(a_date_begins_in_its_zone),
		cmocka_unit_test(months_end_where_they_end),
	};

	return cmocka_run_group_tests_name("when", tests, NULL, NULL);
}
