/* Where somebody is at a moment, until when, and when several are at work together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/json.h"
#include "async/worktime.h"

static time_t instant(const char *text)
{
	time_t at = 0;

	if (!instant_parse_loose(&at, text))
		fail_msg("'%s' is no instant", text);
	return at;
}

/* From JSON with single quotes, which read better here. */
static struct calendar *calendar(const char *json)
{
	char *text = xstrdup(json);
	struct calendar *cal = NULL;
	struct pool pool = POOL_INIT;
	struct node *map;

	for (char *c = text; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	if (json_parse(&map, &pool, text, strlen(text)) < 0 || calendar_new(&cal, map, NULL, NULL) < 0)
		fail_msg("%s: %s", json, error_last());
	pool_release(&pool);
	free(text);
	return cal;
}

#define NIGHTS "{'zone': 'Europe/Berlin', 'hours': {'mon-sun': '22:00-06:00'}}"
#define BUSY                                                                                            \
	"{'zone': 'Europe/Berlin', 'hours': {'mon-fri': '09:00-12:00 13:00-17:00'}, "                   \
	"'focus': [{'days': 'wed', 'hours': '10:00-14:00'}], 'holidays': ['2026-03-05'], "              \
	"'away': [{'from': '2026-03-09', 'to': '2026-03-13'}, {'from': '2026-03-03T15:00', 'to': '2026-03-03T16:00'}]}"
#define GAP "{'zone': 'Europe/Berlin', 'hours': {'sun': '01:30-02:30 02:45-05:00'}}"
#define YEARS_OFF "{'zone': 'UTC', 'away': [{'from': '2026-03-01', 'to': '2031-02-20'}]}"
#define EVER_OFF "{'zone': 'UTC', 'away': [{'from': '2026-03-01', 'to': '2032-03-01'}]}"

static void test_presence(void **state)
{
	static const struct {
		const char *cal, *at;
		enum presence what;
		const char *until; /* NULL: never */
	} rows[] = {
		/* night shifts, and nights on which the clock changes */
		{ NIGHTS, "2026-03-02T21:59+01:00", ABSENT_HOURS, "2026-03-02T22:00+01:00" },
		{ NIGHTS, "2026-03-02T22:00+01:00", PRESENT, "2026-03-03T06:00+01:00" },
		{ NIGHTS, "2026-03-03T05:59+01:00", PRESENT, "2026-03-03T06:00+01:00" },
		{ NIGHTS, "2026-03-28T23:00+01:00", PRESENT, "2026-03-29T06:00+02:00" },
		{ NIGHTS, "2026-10-24T23:00+02:00", PRESENT, "2026-10-25T06:00+01:00" },
		/* 02:00 to 03:00 is skipped: the first shift ends, and the second begins, with the jump */
		{ GAP, "2026-03-29T01:30+01:00", PRESENT, "2026-03-29T05:00+02:00" },
		{ GAP, "2026-03-29T03:00+02:00", PRESENT, "2026-03-29T05:00+02:00" },
		/* 02:00 to 03:00 comes twice: an edge counts the first time */
		{ GAP, "2026-10-25T02:29+02:00", PRESENT, "2026-10-25T02:30+02:00" },
		{ GAP, "2026-10-25T02:30+02:00", ABSENT_HOURS, "2026-10-25T02:45+02:00" },
		{ GAP, "2026-10-25T02:30+01:00", PRESENT, "2026-10-25T05:00+01:00" },
		/* lunch, focus over it, an hour off, a holiday, a week off */
		{ BUSY, "2026-03-02T11:00+01:00", PRESENT, "2026-03-02T12:00+01:00" },
		{ BUSY, "2026-03-02T12:00+01:00", ABSENT_HOURS, "2026-03-02T13:00+01:00" },
		{ BUSY, "2026-03-03T15:00+01:00", ABSENT_AWAY, "2026-03-03T16:00+01:00" },
		{ BUSY, "2026-03-04T09:00+01:00", PRESENT, "2026-03-04T10:00+01:00" },
		{ BUSY, "2026-03-04T10:00+01:00", PRESENT_FOCUS, "2026-03-04T12:00+01:00" },
		{ BUSY, "2026-03-04T12:30+01:00", ABSENT_HOURS, "2026-03-04T13:00+01:00" },
		{ BUSY, "2026-03-04T13:59+01:00", PRESENT_FOCUS, "2026-03-04T14:00+01:00" },
		{ BUSY, "2026-03-04T18:00+01:00", ABSENT_HOLIDAY, "2026-03-06T09:00+01:00" },
		{ BUSY, "2026-03-06T18:00+01:00", ABSENT_AWAY, "2026-03-16T09:00+01:00" },
		/* far ahead, and never */
		{ YEARS_OFF, "2026-03-02T09:00Z", ABSENT_AWAY, "2031-02-21T09:00Z" },
		{ EVER_OFF, "2026-03-02T09:00Z", ABSENT_AWAY, NULL },
		{ "{'hours': {}}", "2026-03-02T09:00Z", ABSENT_HOURS, NULL },
		{ "{'hours': {'mon-sun': '00:00-24:00'}}", "2026-03-02T09:00Z", PRESENT, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct calendar *cal = calendar(rows[i].cal);
		time_t until, want = rows[i].until ? instant(rows[i].until) : DUE_NEVER;
		enum presence what = worktime_presence(cal, instant(rows[i].at), &until);
		char found[INSTANT_TEXT] = "never";

		if (until != DUE_NEVER)
			instant_format(found, until);
		if (what != rows[i].what || until != want)
			fail_msg("%s at %s: %d until %s", rows[i].cal, rows[i].at, (int)what, found);
		calendar_free(cal);
	}
}

static void put_stretch(const struct stretch *stretch, void *data)
{
	char from[INSTANT_TEXT], to[INSTANT_TEXT];
	struct buf *out = data;

	instant_format(from, stretch->from);
	instant_format(to, stretch->to);
	buf_addf(out, "%s%.16s/%.16s", out->len ? " " : "", from, to);
}

static void test_common(void **state)
{
	static const struct {
		const char *cals[4];
		const char *from, *to, *want;
	} rows[] = {
		{ { "{}" }, "2026-03-02T08:00Z", "2026-03-03T10:00Z",
		  "2026-03-02T09:00/2026-03-02T17:00 2026-03-03T09:00/2026-03-03T10:00" },
		{ { "{}" }, "2026-03-02T09:00:01Z", "2026-03-02T12:00Z", "2026-03-02T09:01/2026-03-02T12:00" },
		{ { "{}", "{'zone': 'America/New_York'}" }, "2026-03-02T00:00Z", "2026-03-04T00:00Z",
		  "2026-03-02T14:00/2026-03-02T17:00 2026-03-03T14:00/2026-03-03T17:00" },
		/* New York has summer time three weeks before Berlin */
		{ { "{'zone': 'Europe/Berlin'}", "{'zone': 'America/New_York'}" }, "2026-03-06T00:00Z", "2026-03-10T00:00Z",
		  "2026-03-06T14:00/2026-03-06T16:00 2026-03-09T13:00/2026-03-09T16:00" },
		{ { "{}", "{'zone': 'America/New_York'}", "{'zone': 'Asia/Tokyo'}" }, "2026-03-02T00:00Z",
		  "2026-04-02T00:00Z", "" },
		/* focus and lunch of either are not in it */
		{ { "{}", BUSY }, "2026-03-04T09:00Z", "2026-03-07T00:00Z",
		  "2026-03-04T13:00/2026-03-04T16:00 2026-03-06T09:00/2026-03-06T11:00 2026-03-06T12:00/2026-03-06T16:00" },
		/* a shift that another one continues is one stretch */
		{ { "{'hours': {'mon-sun': '00:00-24:00'}}", NIGHTS }, "2026-03-02T20:00Z", "2026-03-03T20:00Z",
		  "2026-03-02T21:00/2026-03-03T05:00" },
		{ { "{'hours': {'mon-sun': '00:00-24:00'}}", "{'hours': {'mon-sun': '00:00-24:00'}}" },
		  "2026-03-02T20:00Z", "2026-03-05T20:00Z", "2026-03-02T20:00/2026-03-05T20:00" },
		{ { "{}", "{'hours': {}}" }, "2026-03-02T00:00Z", "2026-04-02T00:00Z", "" },
		{ { "{}" }, "2026-03-02T12:00Z", "2026-03-02T12:00Z", "" },
		{ { NULL }, "2026-03-02T00:00Z", "2026-04-02T00:00Z", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct calendar *cals[4];
		struct buf found = BUF_INIT;
		size_t nr = 0;

		for (; rows[i].cals[nr]; nr++)
			cals[nr] = calendar(rows[i].cals[nr]);
		worktime_common(cals, nr, instant(rows[i].from), instant(rows[i].to), put_stretch, &found);
		assert_string_equal(found.ptr, rows[i].want);
		buf_release(&found);
		while (nr)
			calendar_free(cals[--nr]);
	}
}

/* Every five minutes (all edges are such): together is when each one is at work. */
static void test_common_step_by_step(void **state)
{
	struct calendar *cals[3] = { calendar(BUSY), calendar(NIGHTS), calendar("{'zone': 'Asia/Kolkata'}") };
	time_t from = instant("2026-03-02T00:00Z"), to = instant("2026-03-16T00:00Z");
	struct buf one = BUF_INIT, both = BUF_INIT;

	(void)state;
	for (size_t other = 1; other < 3; other++) {
		struct calendar *pair[2] = { cals[0], cals[other] };
		struct stretch open = { 0 };
		time_t until;

		buf_reset(&one);
		buf_reset(&both);
		for (time_t at = from; at <= to; at += 300) {
			bool together = at < to && worktime_presence(pair[0], at, &until) == PRESENT &&
					worktime_presence(pair[1], at, &until) == PRESENT;

			if (together && !open.from)
				open.from = at;
			open.to = at;
			if (!together && open.from) {
				put_stretch(&open, &one);
				open.from = 0;
			}
		}
		worktime_common(pair, 2, from, to, put_stretch, &both);
		assert_string_equal(both.ptr, one.ptr);
		assert_true(other == 1 || one.len > 0);
	}
	for (size_t i = 0; i < 3; i++)
		calendar_free(cals[i]);
	buf_release(&one);
	buf_release(&both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_presence),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_common_step_by_step),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
