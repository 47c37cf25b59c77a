/*
 * Working time. t/worktime/table.jsonl has the rows of the rules and some hundreds more
 * over forty zones, as t/worktime/reference.py found them minute by minute.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/json.h"
#include "async/worktime.h"

#define TABLE "t/worktime/table.jsonl"
#define TABLE_ROWS 500 /* at least */

static time_t instant(const char *text)
{
	time_t at = 0;

	if (!text || !instant_parse_loose(&at, text))
		fail_msg("'%s' is no instant", text);
	return at;
}

static const char *text_of(char out[INSTANT_TEXT], time_t at)
{
	if (at == DUE_NEVER)
		strcpy(out, "never");
	else
		instant_format(out, at);
	return out;
}

static const struct node *list_named(const char *name, void *data)
{
	return node_get(data, name);
}

static struct calendar *calendar_of(const struct node *map)
{
	struct calendar *cal;

	if (calendar_new(&cal, map, NULL, NULL) < 0)
		fail_msg("%s", error_last());
	return cal;
}

/* A calendar from JSON with single quotes, which read better here. */
static int calendar_json(struct calendar **out, const char *json)
{
	char *text = xstrdup(json);
	struct pool pool = POOL_INIT;
	struct node *map;
	int rc;

	for (char *p = text; *p; p++)
		if (*p == '\'')
			*p = '"';
	rc = json_parse(&map, &pool, text, strlen(text));
	if (rc == 0)
		rc = calendar_new(out, map, NULL, NULL);
	free(text);
	pool_release(&pool);
	return rc;
}

static struct calendar *calendar(const char *json)
{
	struct calendar *cal;

	if (calendar_json(&cal, json) < 0)
		fail_msg("%s", error_last());
	return cal;
}

/* ---- the table */

struct asked {
	time_t start;
	struct expectation expect;
	int32_t day;
	const char *by; /* an instant */
};

static void read_asked(struct asked *out, const struct node *q)
{
	const char *within = node_get_text(q, "within"), *by = node_get_text(q, "by");
	const char *clock = node_get_text(q, "clock"), *focus = node_get_text(q, "focus");

	*out = (struct asked){ .start = instant(node_get_text(q, "start")), .day = DAY_NONE };
	if (within)
		assert_true(span_parse(&out->expect.within, within));
	if (by && !day_parse(&out->day, by))
		out->by = by;
	out->expect.clock = clock && strcmp(clock, "calendar") == 0 ? CLOCK_CALENDAR : CLOCK_WORK;
	out->expect.focus = focus && strcmp(focus, "count") == 0 ? FOCUS_COUNT : FOCUS_PAUSE;
}

static time_t ask(const struct asked *asked, const struct calendar *cal, bool *outside)
{
	*outside = false;
	if (asked->day != DAY_NONE)
		return worktime_due_on(cal, asked->start, asked->day, outside);
	if (!asked->by)
		return worktime_due(cal, asked->start, &asked->expect);
	*outside = !worktime_is_between(cal, asked->start, instant(asked->by));
	return instant(asked->by);
}

static void check_live(const char *name, const struct node *q, const struct node *answer, const struct asked *asked)
{
	const struct node *versions = node_get(q, "versions"), *want = node_get(answer, "moves")->first;
	const char *answered = node_get_text(q, "answered");
	struct calendar_version v[8];
	struct due_move moves[8];
	size_t nr = 0, nr_moves;
	char was[INSTANT_TEXT], now[INSTANT_TEXT];

	NODE_EACH(version, versions) {
		v[nr].at = version == versions->first ? 0 : instant(node_get_text(version, "at"));
		v[nr].cal = calendar_of(node_get(version, "calendar"));
		v[nr].why = "";
		nr++;
	}
	text_of(now, worktime_live_due(v, nr, asked->start, &asked->expect, asked->day,
				       answered ? instant(answered) : DUE_NEVER, moves, &nr_moves));
	if (strcmp(now, node_get_text(answer, "due") ? node_get_text(answer, "due") : "never") != 0)
		fail_msg("%s: %s instead of %s", name, now, node_get_text(answer, "due"));
	assert_int_equal(nr_moves, node_get(answer, "moves")->nr);
	for (size_t i = 0; i < nr_moves; i++, want = want->next) {
		const struct node *part = want->first;

		assert_int_equal(moves[i].version, atoi(part->text));
		part = part->next;
		assert_string_equal(text_of(was, moves[i].was), part->text ? part->text : "never");
		part = part->next;
		assert_string_equal(text_of(now, moves[i].now), part->text ? part->text : "never");
	}
	while (nr)
		calendar_free(v[--nr].cal);
}

static void add_counted(const struct stretch *s, void *data)
{
	if (s->counts)
		*(int64_t *)data += (s->to - s->from) / 60;
}

/* What is explained adds up to what was counted, and to what was asked for. */
static void check_sums(const char *name, const struct calendar *cal, const struct asked *asked, time_t due)
{
	time_t start = (asked->start + 59) / 60 * 60;
	int64_t sum = 0;

	if (due == DUE_NEVER || asked->expect.clock == CLOCK_CALENDAR || due % 60)
		return;
	worktime_explain(cal, start, due, asked->expect.focus, add_counted, &sum);
	if (sum != worktime_between(cal, asked->start, due, asked->expect.focus))
		fail_msg("%s: explained %d minutes, counted %d", name, (int)sum,
			 (int)worktime_between(cal, asked->start, due, asked->expect.focus));
	if (!asked->by && asked->day == DAY_NONE && !asked->expect.within.days &&
	    sum != asked->expect.within.minutes)
		fail_msg("%s: %d minutes instead of %d", name, (int)sum, (int)asked->expect.within.minutes);
}

static void check_row(const struct node *row)
{
	const struct node *q = node_get(row, "question"), *answer = node_get(row, "answer");
	const char *name = node_get_text(row, "name"), *want = node_get_text(answer, "due");
	struct calendar *cal;
	struct asked asked;
	char due[INSTANT_TEXT];
	bool outside;
	time_t at;

	read_asked(&asked, q);
	if (node_get(q, "versions")) {
		check_live(name, q, answer, &asked);
		return;
	}
	cal = calendar_of(node_get(q, "calendar"));
	if (node_get(q, "share")) {
		at = worktime_share(cal, asked.start, instant(node_get_text(q, "until")),
				    atoi(node_get_text(q, "share")), &asked.expect);
		outside = false;
	} else {
		at = ask(&asked, cal, &outside);
		check_sums(name, cal, &asked, at);
	}
	if (strcmp(text_of(due, at), want ? want : "never") != 0)
		fail_msg("%s: %s instead of %s", name, due, want);
	assert_int_equal(outside, node_get(answer, "outside") != NULL);
	calendar_free(cal);
}

static void test_table(void **state)
{
	FILE *table = fopen(TABLE, "r");
	size_t size = 0, nr = 0;
	char *line = NULL;
	ssize_t len;

	(void)state;
	if (!table)
		fail_msg("no %s here: run it from the top of the tree", TABLE);
	while ((len = getline(&line, &size, table)) > 0) {
		struct pool pool = POOL_INIT;
		struct node *row;

		if (json_parse(&row, &pool, line, (size_t)len) < 0)
			fail_msg("%s", error_last());
		check_row(row);
		pool_release(&pool);
		nr++;
	}
	assert_true(nr >= TABLE_ROWS);
	free(line);
	fclose(table);
}

/* ---- spans */

static void test_spans(void **state)
{
	static const struct {
		const char *text;
		int days, minutes; /* -1: refused */
		const char *again;
	} rows[] = {
		{ "1d", 1, 0, "1d" },	      { "4h", 0, 240, "4h" },	  { "30m", 0, 30, "30m" },
		{ "90m", 0, 90, "1h30m" },    { "1h30m", 0, 90, "1h30m" }, { "1d4h", 1, 240, "1d4h" },
		{ "2d30m", 2, 30, "2d30m" },  { "1d2h3m", 1, 123, "1d2h3m" }, { "007h", 0, 420, "7h" },
		{ "0d4h", 0, 240, "4h" },     { "24h", 0, 1440, "24h" },  { "1830d", 1830, 0, "1830d" },
		{ "43920h", 0, 2635200, "43920h" },
		{ "1831d", -1, 0, 0 },	      { "43921h", -1, 0, 0 },	  { "43920h1m", -1, 0, 0 },
		{ "2635201m", -1, 0, 0 },     { "0d", -1, 0, 0 },	  { "0h0m", -1, 0, 0 },
		{ "4h1d", -1, 0, 0 },	      { "1m1h", -1, 0, 0 },	  { "1h1h", -1, 0, 0 },
		{ "1.5h", -1, 0, 0 },	      { "-1h", -1, 0, 0 },	  { "+1h", -1, 0, 0 },
		{ "4", -1, 0, 0 },	      { "h", -1, 0, 0 },	  { "", -1, 0, 0 },
		{ " 4h", -1, 0, 0 },	      { "4h ", -1, 0, 0 },	  { "4 h", -1, 0, 0 },
		{ "4H", -1, 0, 0 },	      { "1w", -1, 0, 0 },	  { "99999999999999999999h", -1, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span span = { -1, 0 };
		struct buf again = BUF_INIT;

		if (span_parse(&span, rows[i].text) != (rows[i].days >= 0))
			fail_msg("'%s'", rows[i].text);
		assert_int_equal(span.days, rows[i].days);
		assert_int_equal(span.minutes, rows[i].minutes);
		if (rows[i].again) {
			span_format(&again, &span);
			assert_string_equal(again.ptr, rows[i].again);
		}
		buf_release(&again);
	}
}

/* ---- what a calendar may say */

static void test_wrong_calendars(void **state)
{
	static const struct {
		const char *json;
		const char *message; /* a part of it: the key and the value */
	} rows[] = {
		{ "'mon'", "the calendar is 'mon', not a map" },
		{ "[]", "the calendar is a list" },
		{ "{'zone': 'Mars/Base'}", "zone: there is no zone 'Mars/Base'" },
		{ "{'zone': '../UTC'}", "zone: '../UTC' is not the name of a zone" },
		{ "{'zone': ['UTC']}", "zone is a list, not a zone like Europe/Berlin" },
		{ "{'hours': '09:00-17:00'}", "hours is '09:00-17:00', not a map of days" },
		{ "{'hours': {'mo': 'none'}}", "a day of hours is 'mo', not days like" },
		{ "{'hours': {'Mon': 'none'}}", "a day of hours is 'Mon'" },
		{ "{'hours': {'monday': 'none'}}", "a day of hours is 'monday'" },
		{ "{'hours': {'mon-': 'none'}}", "a day of hours is 'mon-'" },
		{ "{'hours': {'mon-mon-mon': 'none'}}", "a day of hours is 'mon-mon-mon'" },
		{ "{'hours': {'': 'none'}}", "a day of hours is ''" },
		{ "{'hours': {'mon-fri': 'none', 'tue': '09:00-10:00'}}", "a day of hours is 'tue'" },
		{ "{'hours': {'mon mon': 'none'}}", "a day of hours is 'mon mon'" },
		{ "{'hours': {'mon': '9-17'}}", "hours mon is '9-17', not times like 09:00-12:00 13:00-17:00" },
		{ "{'hours': {'mon': '09:00-09:00'}}", "hours mon is '09:00-09:00'" },
		{ "{'hours': {'mon': '24:00-09:00'}}", "hours mon is '24:00-09:00'" },
		{ "{'hours': {'mon': '09:00-24:01'}}", "hours mon is '09:00-24:01'" },
		{ "{'hours': {'mon': '09:00 - 17:00'}}", "hours mon is '09:00 - 17:00'" },
		{ "{'hours': {'mon': '09:00-12:00,13:00-17:00'}}", "hours mon is '09:00-12:00,13:00-17:00'" },
		{ "{'hours': {'mon': 'closed'}}", "hours mon is 'closed'" },
		{ "{'hours': {'mon': ['09:00-17:00']}}", "hours mon is a list" },
		{ "{'hours': {'mon': null}}", "hours mon is nothing" },
		{ "{'hours': {'mon': '00:00-00:01 00:02-00:03 00:04-00:05 00:06-00:07 00:08-00:09 00:10-00:11 "
		  "00:12-00:13 00:14-00:15 00:16-00:17 00:18-00:19 00:20-00:21 00:22-00:23 00:24-00:25 "
		  "00:26-00:27 00:28-00:29 00:30-00:31 00:32-00:33'}}",
		  "a day has at most 16" },
		{ "{'hours_on': ['2026-05-02']}", "hours_on is a list, not a map of dates" },
		{ "{'hours_on': {'2026-02-30': 'none'}}", "a date of hours_on is '2026-02-30'" },
		{ "{'hours_on': {'2026-05-02': 'nine'}}", "hours_on 2026-05-02 is 'nine'" },
		{ "{'holidays': 'de'}", "holidays is 'de', not a list" },
		{ "{'holidays': ['de']}", "a holiday is 'de', not a date (a calendar's name needs a log)" },
		{ "{'holidays': ['2026-13-01']}", "a holiday is '2026-13-01', not a date" },
		{ "{'holidays': [['2026-12-25']]}", "a holiday is a list" },
		{ "{'holidays': [{'from': '12:00'}]}", "holiday is a map, not an entry with a date" },
		{ "{'holidays': [{'date': '24.12.2026'}]}", "holiday date is '24.12.2026'" },
		{ "{'holidays': [{'date': '2026-12-24', 'from': 'noon'}]}", "holiday from is 'noon'" },
		{ "{'holidays': [{'date': '2026-12-24', 'from': '24:00'}]}", "holiday from is '24:00'" },
		{ "{'holidays': [{'date': '2026-12-24', 'to': '24:01'}]}", "holiday to is '24:01'" },
		{ "{'holidays': [{'date': '2026-12-24', 'from': '12:00', 'to': '12:00'}]}",
		  "holiday to is '12:00', not a time after its 'from'" },
		{ "{'away': {}}", "away is a map, not a list" },
		{ "{'away': ['2026-08-03']}", "away is '2026-08-03', not an entry like" },
		{ "{'away': [{'to': '2026-08-03'}]}", "away is a map, not an entry with from" },
		{ "{'away': [{'from': 'monday'}]}", "away from is 'monday', not a date like" },
		{ "{'away': [{'from': '2026-08-03T13:00'}]}", "away is a map, not an entry whose 'from' is a date" },
		{ "{'away': [{'from': '2026-08-03', 'to': '2026-08-02'}]}", "away to is '2026-08-02'" },
		{ "{'away': [{'from': '2026-08-03T13:00', 'to': '2026-08-03T13:00'}]}", "away to is '2026-08-03T13:00'" },
		{ "{'away': [{'from': '2026-08-03T13:00', 'to': '2026-08-02'}]}", "away to is '2026-08-02'" },
		{ "{'away': [{'from': '2026-08-03T13:00Z', 'to': '2026-08-03T12:00Z'}]}", "away to is '2026-08-03T12:00Z'" },
		{ "{'focus': '09:00-11:00'}", "focus is '09:00-11:00', not a list" },
		{ "{'focus': ['mon']}", "focus is 'mon', not an entry like" },
		{ "{'focus': [{'days': 'mon'}]}", "focus is a map, not an entry with hours" },
		{ "{'focus': [{'hours': '09:00-11:00'}]}", "focus is a map, not an entry with hours and either" },
		{ "{'focus': [{'days': 'mon', 'date': '2026-03-02', 'hours': '09:00-11:00'}]}", "either days or a date" },
		{ "{'focus': [{'days': 'never', 'hours': '09:00-11:00'}]}", "focus days is 'never'" },
		{ "{'focus': [{'days': 'mon', 'hours': 'none'}]}", "focus hours is 'none'" },
		{ "{'focus': [{'days': 'mon', 'hours': ''}]}", "focus hours is ''" },
		{ "{'focus': [{'date': 'today', 'hours': '09:00-11:00'}]}", "focus date is 'today'" },
	};
	struct calendar *cal;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (calendar_json(&cal, rows[i].json) != ERR_INVALID)
			fail_msg("taken: %s", rows[i].json);
		assert_null(cal);
		if (!strstr(error_last(), rows[i].message))
			fail_msg("%s: '%s' does not say '%s'", rows[i].json, error_last(), rows[i].message);
	}
}

static void test_odd_calendars(void **state)
{
	static const char *const right[] = {
		"{}",
		"{'hours': {}}",
		"{'zone': null, 'hours': null, 'hours_on': null, 'holidays': null, 'away': null, 'focus': null}",
		"{'of a newer async': [1, 2, {}]}",
		"{'hours': {'mon wed  fri': ' 09:00-10:00  11:00-12:00 '}}",
		"{'hours': {'sun-sat': '22:00-21:59'}}",
		"{'hours_on': {'2026-05-02': ''}, 'holidays': []}",
		"{'holidays': ['2026-12-25', '2026-12-25', {'date': '2026-12-25', 'to': '24:00'}]}",
		"{'away': [{'from': '2011-12-30T09:00', 'to': '2011-12-30T17:00'}], 'zone': 'Pacific/Apia'}",
		"{'away': [{'from': '2026-08-03T13:00', 'to': '2026-08-03T01:00Z'}], 'zone': 'Asia/Tokyo'}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
		calendar_free(calendar(right[i]));
}

static void test_assumed(void **state)
{
	static const struct {
		const char *json;
		bool assumed;
	} rows[] = {
		{ "null", true },
		{ "{}", true },
		{ "{'zone': 'UTC'}", true },
		{ "{'hours': {}}", true },
		{ "{'zone': 'UTC', 'hours': {}}", false },
		{ "{'zone': 'UTC', 'hours': {}, 'assumed': true}", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct calendar *cal = calendar(rows[i].json);

		assert_int_equal(calendar_is_assumed(cal), rows[i].assumed);
		assert_string_equal(zone_name(calendar_zone(cal)), "UTC");
		calendar_free(cal);
	}
}

/* Names of calendars are looked up, and their entries count as written there. */
static void test_named_holidays(void **state)
{
	static const char logs[] = "{\"de\": [\"2026-03-02\", {\"date\": \"2026-03-03\", \"to\": \"12:00\"}], "
				   "\"bad\": [\"de\"]}";
	static const char wants[] = "{\"holidays\": [\"de\"]}", bad[] = "{\"holidays\": [\"bad\"]}",
			  none[] = "{\"holidays\": [\"fr\"]}";
	struct expectation expect = { .within = { 0, 60 } };
	struct pool pool = POOL_INIT;
	struct node *data, *map;
	struct calendar *cal;

	(void)state;
	assert_int_equal(json_parse(&data, &pool, logs, strlen(logs)), 0);
	assert_int_equal(json_parse(&map, &pool, wants, strlen(wants)), 0);
	assert_int_equal(calendar_new(&cal, map, list_named, data), 0);
	assert_int_equal(worktime_due(cal, instant("2026-03-02T09:00Z"), &expect), instant("2026-03-03T13:00Z"));
	calendar_free(cal);
	assert_int_equal(json_parse(&map, &pool, none, strlen(none)), 0);
	assert_int_equal(calendar_new(&cal, map, list_named, data), ERR_INVALID);
	assert_non_null(strstr(error_last(), "'fr'"));
	assert_int_equal(json_parse(&map, &pool, bad, strlen(bad)), 0);
	assert_int_equal(calendar_new(&cal, map, list_named, data), ERR_INVALID);
	assert_non_null(strstr(error_last(), "calendar 'bad'"));
	pool_release(&pool);
}

/* As many entries as are allowed, all in the way; one more is refused. */
static void test_limits(void **state)
{
	struct expectation expect = { .within = { 0, 600 } };
	struct pool pool = POOL_INIT;
	struct node *map = node_new(&pool, NODE_MAP), *away = node_new(&pool, NODE_LIST);
	struct node *focus = node_new(&pool, NODE_LIST), *hours = node_new(&pool, NODE_MAP);
	struct calendar *cal;

	(void)state;
	for (int i = 0; i < 8192; i++) {
		struct node *entry = node_new(&pool, NODE_MAP);
		char from[INSTANT_TEXT], to[INSTANT_TEXT];

		instant_format(from, instant("2026-03-02T00:00Z") + i * 120);
		instant_format(to, instant("2026-03-02T00:01Z") + i * 120);
		node_set_text(&pool, entry, "from", from);
		node_set_text(&pool, entry, "to", to);
		node_append(away, entry);
		entry = node_new(&pool, NODE_MAP);
		node_set_text(&pool, entry, "days", i % 2 ? "mon-fri" : "sat-mon");
		node_set_text(&pool, entry, "hours", "09:00-09:30 10:00-10:05");
		node_append(focus, entry);
	}
	node_set_text(&pool, hours, "mon-sun", "00:00-24:00");
	node_set(&pool, map, "hours", hours);
	node_set(&pool, map, "away", away);
	node_set(&pool, map, "focus", focus);
	assert_int_equal(calendar_new(&cal, map, NULL, NULL), 0);
	/* every second minute is off, and 17 of those that are left are focus */
	assert_int_equal(worktime_due(cal, instant("2026-03-02T00:00Z"), &expect), instant("2026-03-02T20:34Z"));
	calendar_free(cal);
	node_append(away, node_copy(&pool, away->first));
	assert_int_equal(calendar_new(&cal, map, NULL, NULL), ERR_INVALID);
	assert_non_null(strstr(error_last(), "8192"));
	pool_release(&pool);
}

/* ---- explaining */

static void put_stretch(const struct stretch *s, void *data)
{
	static const char marks[] = "wfhHa";
	char text[INSTANT_TEXT];

	instant_format(text, s->from);
	text[16] = '\0';
	buf_addf(data, "%s%s %c%s%s", ((struct buf *)data)->len ? ", " : "", text + 8, marks[s->what],
		 s->counts ? "+" : "", s->label ? s->label : "");
}

static void test_explain(void **state)
{
	static const struct {
		const char *json, *from, *to, *want;
		enum focus_mode focus;
	} rows[] = {
		{ "{}", "2026-03-06T16:00Z", "2026-03-09T10:00Z", "06T16:00 w+, 06T17:00 h, 09T09:00 w+", FOCUS_PAUSE },
		{ "{'focus': [{'days': 'mon', 'hours': '08:00-10:00'}]}", "2026-03-02T07:00Z", "2026-03-02T11:00Z",
		  "02T07:00 h, 02T09:00 f, 02T10:00 w+", FOCUS_PAUSE },
		{ "{'focus': [{'days': 'mon', 'hours': '08:00-10:00'}]}", "2026-03-02T07:00Z", "2026-03-02T11:00Z",
		  "02T07:00 h, 02T09:00 f+, 02T10:00 w+", FOCUS_COUNT },
		{ "{'holidays': [{'date': '2026-03-03', 'name': 'Fair'}], 'away': [{'from': '2026-03-04'}]}",
		  "2026-03-02T16:30Z", "2026-03-05T10:00Z",
		  "02T16:30 w+, 02T17:00 h, 03T09:00 HFair, 03T17:00 h, 04T09:00 a, 04T17:00 h, 05T09:00 w+",
		  FOCUS_PAUSE },
		/* a holiday's night shift keeps no minute from the next date's */
		{ "{'hours': {'mon': '22:00-10:00', 'tue': '08:00-12:00'}, 'holidays': ['2026-03-02']}",
		  "2026-03-02T21:00Z", "2026-03-03T12:00Z", "02T21:00 h, 02T22:00 H, 03T08:00 w+", FOCUS_PAUSE },
		{ "{'hours': {'mon-sun': '00:00-24:00'}}", "2026-03-02T00:00Z", "2026-03-09T00:00Z", "02T00:00 w+",
		  FOCUS_PAUSE },
		{ "{'hours': {}}", "2026-03-02T00:00Z", "2026-03-09T00:00Z", "02T00:00 h", FOCUS_PAUSE },
		{ "{}", "2026-03-02T10:00Z", "2026-03-02T10:00Z", "", FOCUS_PAUSE },
		{ "{}", "2026-03-02T10:00Z", "2026-03-01T10:00Z", "", FOCUS_PAUSE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct calendar *cal = calendar(rows[i].json);
		struct buf found = BUF_INIT;

		worktime_explain(cal, instant(rows[i].from), instant(rows[i].to), rows[i].focus, put_stretch, &found);
		assert_string_equal(found.ptr, rows[i].want);
		buf_release(&found);
		calendar_free(cal);
	}
}

static void test_presence(void **state)
{
	static const char json[] = "{'focus': [{'days': 'mon', 'hours': '10:00-12:00'}], "
				   "'holidays': ['2026-03-04'], 'away': [{'from': '2026-03-06T12:00', 'to': '2026-03-09'}]}";
	static const struct {
		const char *at;
		enum presence what;
		const char *until;
	} rows[] = {
		{ "2026-03-02T09:00Z", PRESENT, "2026-03-02T10:00:00Z" },
		{ "2026-03-02T09:59:59Z", PRESENT, "2026-03-02T10:00:00Z" },
		{ "2026-03-02T10:00Z", PRESENT_FOCUS, "2026-03-02T12:00:00Z" },
		{ "2026-03-02T12:00Z", PRESENT, "2026-03-02T17:00:00Z" },
		{ "2026-03-02T17:00Z", ABSENT_HOURS, "2026-03-03T09:00:00Z" },
		{ "2026-03-03T18:00Z", ABSENT_HOLIDAY, "2026-03-05T09:00:00Z" },
		{ "2026-03-04T10:00Z", ABSENT_HOLIDAY, "2026-03-05T09:00:00Z" },
		{ "2026-03-06T13:00Z", ABSENT_AWAY, "2026-03-10T09:00:00Z" },
		{ "2026-03-07T13:00Z", ABSENT_AWAY, "2026-03-10T09:00:00Z" },
		{ "2026-03-09T17:30Z", ABSENT_HOURS, "2026-03-10T09:00:00Z" },
	};
	struct calendar *cal = calendar(json), *never = calendar("{'hours': {}}");
	char text[INSTANT_TEXT];
	time_t until;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(worktime_presence(cal, instant(rows[i].at), &until), rows[i].what);
		assert_string_equal(text_of(text, until), rows[i].until);
	}
	assert_int_equal(worktime_presence(never, instant("2026-03-02T09:00Z"), &until), ABSENT_HOURS);
	assert_true(until == DUE_NEVER);
	calendar_free(cal);
	calendar_free(never);
}

static void test_next_and_opening(void **state)
{
	struct calendar *cal = calendar("{'focus': [{'days': 'mon', 'hours': '09:00-10:00'}]}");
	struct calendar *never = calendar("{'hours': {}}");
	bool opening;

	(void)state;
	assert_int_equal(worktime_next(cal, instant("2026-03-02T08:00Z"), FOCUS_PAUSE), instant("2026-03-02T10:00Z"));
	assert_int_equal(worktime_next(cal, instant("2026-03-02T08:00Z"), FOCUS_COUNT), instant("2026-03-02T09:00Z"));
	assert_int_equal(worktime_next(cal, instant("2026-03-02T11:00:01Z"), FOCUS_COUNT), instant("2026-03-02T11:01Z"));
	assert_int_equal(worktime_next(cal, instant("2026-03-06T17:00Z"), FOCUS_PAUSE), instant("2026-03-09T10:00Z"));
	assert_true(worktime_next(never, instant("2026-03-06T17:00Z"), FOCUS_PAUSE) == DUE_NEVER);

	assert_int_equal(worktime_clock_start(cal, instant("2026-03-02T08:00Z"), FOCUS_PAUSE, &opening),
			 instant("2026-03-02T10:00Z"));
	assert_false(opening); /* focus is over in mid-day */
	assert_int_equal(worktime_clock_start(cal, instant("2026-03-02T08:00Z"), FOCUS_COUNT, &opening),
			 instant("2026-03-02T09:00Z"));
	assert_true(opening);
	assert_true(worktime_clock_start(never, 0, FOCUS_COUNT, &opening) == DUE_NEVER);
	calendar_free(cal);
	calendar_free(never);
}

/* The ends of the years that async knows: no wrap, no endless search. */
static void test_ends_of_time(void **state)
{
	struct calendar *cal = calendar("{'zone': 'Pacific/Apia'}"), *never = calendar("{'hours': {}}");
	struct expectation day = { .within = { 1, 0 } }, years = { .within = { 1830, 0 }, .clock = CLOCK_CALENDAR };
	bool outside;
	int32_t last;

	(void)state;
	assert_true(day_parse(&last, "2100-12-31"));
	assert_true(worktime_due(cal, INSTANT_MIN, &day) > INSTANT_MIN);
	assert_true(worktime_due(cal, INSTANT_MAX, &day) > INSTANT_MAX);
	assert_true(worktime_due(cal, INSTANT_MAX, &years) > INSTANT_MAX);
	assert_true(worktime_due(never, INSTANT_MAX, &day) == DUE_NEVER);
	assert_int_equal(worktime_due_on(never, INSTANT_MIN, last, &outside), INSTANT_MAX + 1);
	assert_true(outside);
	worktime_due_on(cal, INSTANT_MIN, 0, &outside);
	assert_int_equal(worktime_due_on(never, INSTANT_MAX, 0, &outside), 86400);
	assert_true(outside);
	assert_int_equal(worktime_between(cal, 5, 5, FOCUS_PAUSE), 0);
	assert_int_equal(worktime_between(cal, 500, 5, FOCUS_PAUSE), 0);
	calendar_free(cal);
	calendar_free(never);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_table),	       cmocka_unit_test(test_spans),
		cmocka_unit_test(test_wrong_calendars), cmocka_unit_test(test_odd_calendars),
		cmocka_unit_test(test_assumed),	       cmocka_unit_test(test_named_holidays),
		cmocka_unit_test(test_limits),	       cmocka_unit_test(test_explain),
		cmocka_unit_test(test_presence),       cmocka_unit_test(test_next_and_opening),
		cmocka_unit_test(test_ends_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
