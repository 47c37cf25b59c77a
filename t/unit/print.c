/* What is printed: escaping, width, times and spans as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "async/clock.h"
#include "async/worktime.h"
#include "cmd.h"
#include "print.h"

static int differs(const struct buf *got, const char *what, const char *want)
{
	if (!strcmp(got->ptr, want))
		return 0;
	print_error("%s: '%s', not '%s'\n", what, got->ptr, want);
	return 1;
}

static void what_harms_a_terminal_is_escaped(void **state)
{
	static const struct {
		const char *text, *line, *lines;
	} rows[] = {
		{ "", "", "" },
		{ "plain, and Ünïcödé 漢字 🎉", "plain, and Ünïcödé 漢字 🎉", NULL },
		{ "a\nb\tc", "a\\x0Ab\\x09c", "a\nb\tc" },
		{ "\033[31mred\033[0m", "\\x1B[31mred\\x1B[0m", NULL },
		{ "bell\a back\b cr\r del\x7f", "bell\\x07 back\\x08 cr\\x0D del\\x7F", NULL },
		{ "c1 \xc2\x9b""31m nel \xc2\x85", "c1 \\u{009B}31m nel \\u{0085}", NULL },
		{ "bidi \xe2\x80\xae evil \xe2\x81\xa6", "bidi \\u{202E} evil \\u{2066}", NULL },
		{ "zero\xe2\x80\x8bwidth \xef\xbb\xbf", "zero\\u{200B}width \\u{FEFF}", NULL },
		{ "tag \xf3\xa0\x81\x81", "tag \\u{E0041}", NULL },
		{ "bad \xff\xfe \xc3", "bad \\xFF\\xFE \\xC3", NULL },
		{ "overlong \xc0\xaf surrogate \xed\xa0\x80", "overlong \\xC0\\xAF surrogate \\xED\\xA0\\x80", NULL },
		{ "separator \xe2\x80\xa8", "separator \\u{2028}", NULL },
		{ "family 👩‍👩‍👧 joined", "family 👩‍👩‍👧 joined", NULL },
		{ "a\\b", "a\\b", NULL },
	};
	struct buf out = BUF_INIT;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		buf_reset(&out);
		print_safe(&out, rows[i].text, false);
		bad += differs(&out, "one line", rows[i].line);
		buf_reset(&out);
		print_safe(&out, rows[i].text, true);
		bad += differs(&out, "lines", rows[i].lines ? rows[i].lines : rows[i].line);
	}
	buf_release(&out);
	assert_int_equal(bad, 0);
}

static void widths_are_those_of_a_screen(void **state)
{
	static const struct {
		const char *text;
		int width;
	} rows[] = {
		{ "", 0 },	{ "abc", 3 },	   { "Ünïcödé", 7 }, { "漢字", 4 },
		{ "🎉", 2 },	{ "e\xcc\x81", 1 }, { "ｆｕｌｌ", 8 },  { "한글", 4 },
		{ "…", 1 },	{ "👨‍👩‍👧‍👦", 2 },  { "👍🏽x", 3 },	 { "🇩🇪🇯🇵", 4 },
		{ "❤️", 2 },	{ "🏳️‍🌈!", 3 },	   { "हिन्दी", 5 },	 { "\xff" "é", 2 },
	};

	(void)state;
	for (size_t i = 0; i < NR(rows); i++)
		if (text_width(rows[i].text) != rows[i].width)
			fail_msg("'%s' is %d wide, not %d", rows[i].text, text_width(rows[i].text), rows[i].width);
}

static void a_cut_text_fits(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *want;
	} rows[] = {
		{ "abc", 3, "abc" },	 { "abcd", 3, "ab…" },	 { "漢字漢字", 5, "漢字…" },
		{ "漢字漢字", 4, "漢…" }, { "abc", 1, "…" },	 { "abc", 0, "" },
		{ "e\xcc\x81xyz", 3, "e\xcc\x81x…" }, { "👨‍👩‍👧‍👦abc", 4, "👨‍👩‍👧‍👦a…" }, { "🇩🇪🇯🇵", 3, "🇩🇪…" },
	};
	struct buf out = BUF_INIT;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		buf_reset(&out);
		text_cut(&out, rows[i].text, rows[i].width);
		bad += differs(&out, rows[i].text, rows[i].want);
	}
	buf_release(&out);
	assert_int_equal(bad, 0);
}

static void times_name_weekday_and_zone(void **state)
{
	static const struct {
		const char *zone, *at, *want;
	} rows[] = {
		{ "Europe/Berlin", "2026-03-03T11:00:00Z", "Tue 2026-03-03 12:00 CET" },
		{ "Europe/Berlin", "2026-07-01T11:00:59Z", "Wed 2026-07-01 13:00 CEST" },
		{ "Asia/Tokyo", "2026-03-03T15:00:00Z", "Wed 2026-03-04 00:00 JST" },
		{ "America/New_York", "2026-03-04T04:59:00Z", "Tue 2026-03-03 23:59 EST" },
		{ "UTC", "1970-01-01T00:00:00Z", "Thu 1970-01-01 00:00 UTC" },
		{ "Asia/Kathmandu", "2026-03-03T11:00:00Z", "Tue 2026-03-03 16:45 +0545" },
		/* in a repeated hour the offset tells which */
		{ "Europe/Berlin", "2026-10-25T00:30:00Z", "Sun 2026-10-25 02:30 CEST +02:00" },
		{ "Europe/Berlin", "2026-10-25T01:30:00Z", "Sun 2026-10-25 02:30 CET +01:00" },
		{ "Europe/Berlin", "2026-10-25T02:30:00Z", "Sun 2026-10-25 03:30 CET" },
	};
	struct buf out = BUF_INIT;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		struct zone *zone = NULL;
		time_t at;

		assert_true(instant_parse(&at, rows[i].at));
		assert_int_equal(zone_load(&zone, rows[i].zone), 0);
		buf_reset(&out);
		format_time(&out, at, zone);
		bad += differs(&out, rows[i].at, rows[i].want);
		zone_free(zone);
	}
	buf_release(&out);
	assert_int_equal(bad, 0);
}

static void near_times_are_short(void **state)
{
	/* It is Wednesday 2026-11-25, 14:30 in Berlin. */
	static const struct {
		const char *at, *want;
	} rows[] = {
		{ "2026-11-25T16:00:00Z", "today 17:00" },	   { "2026-11-24T23:00:00Z", "today 00:00" },
		{ "2026-11-24T22:59:00Z", "yesterday 23:59" },	   { "2026-11-26T08:00:00Z", "tomorrow 09:00" },
		{ "2026-11-27T08:00:00Z", "Fri 09:00" },	   { "2026-12-01T08:00:00Z", "Tue 09:00" },
		{ "2026-12-02T08:00:00Z", "2026-12-02 09:00" },	   { "2026-11-23T08:00:00Z", "2026-11-23 09:00" },
		{ "2027-11-25T08:00:00Z", "2027-11-25 09:00" },
	};
	struct buf out = BUF_INIT;
	struct zone *zone = NULL;
	time_t now, at;
	int bad = 0;

	(void)state;
	assert_int_equal(zone_load(&zone, "Europe/Berlin"), 0);
	assert_true(instant_parse(&now, "2026-11-25T13:30:00Z"));
	for (size_t i = 0; i < NR(rows); i++) {
		assert_true(instant_parse(&at, rows[i].at));
		buf_reset(&out);
		format_time_short(&out, at, now, zone);
		bad += differs(&out, rows[i].at, rows[i].want);
	}
	buf_reset(&out);
	format_time_short(&out, DUE_NEVER, now, zone);
	bad += differs(&out, "never", "never");
	buf_release(&out);
	zone_free(zone);
	assert_int_equal(bad, 0);
}

static void spans_have_two_units_at_most(void **state)
{
	static const struct {
		long long number;
		const char *span, *relative, *work;
	} rows[] = {
		{ 0, "now", "now", "0m" },
		{ 59, "now", "now", "59m" },
		{ 60, "1m", "in 1m", "1h" },
		{ 3599, "59m", "in 59m", "59h 59m" },
		{ 3600, "1h", "in 1h", "60h" },
		{ 5400, "1h 30m", "in 1h 30m", "90h" },
		{ 86400, "1d", "in 1d", "1440h" },
		{ 86400 + 59 * 60, "1d", "in 1d", "1499h" },
		{ 187200, "2d 4h", "in 2d 4h", "3120h" },
		{ 8640000, "100d", "in 100d", "144000h" },
		{ -5400, "-1h 30m", "1h 30m ago", "-90h" },
		{ -59, "now", "now", "-59m" },
	};
	struct buf out = BUF_INIT;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		buf_reset(&out);
		format_span(&out, rows[i].number);
		bad += differs(&out, "span", rows[i].span);
		buf_reset(&out);
		format_relative(&out, (time_t)(1000000000 + rows[i].number), 1000000000);
		bad += differs(&out, "relative", rows[i].relative);
		buf_reset(&out);
		format_work(&out, rows[i].number);
		bad += differs(&out, "work", rows[i].work);
	}
	buf_reset(&out);
	format_relative(&out, DUE_NEVER, 1000000000);
	bad += differs(&out, "relative", "never");
	buf_release(&out);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_harms_a_terminal_is_escaped),
		cmocka_unit_test(widths_are_those_of_a_screen),
		cmocka_unit_test(a_cut_text_fits),
		cmocka_unit_test(times_name_weekday_and_zone),
		cmocka_unit_test(near_times_are_short),
		cmocka_unit_test(spans_have_two_units_at_most),
	};

	return cmocka_run_group_tests_name("print", tests, NULL, NULL);
}
