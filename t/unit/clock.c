/* Instants and civil dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "async/clock.h"
#include "async/error.h"

static void test_instants(void **state)
{
	static const struct {
		const char *text;
		long long strict, loose; /* -1: refused */
	} rows[] = {
		{ "1970-01-01T00:00:00Z", 0, 0 },
		{ "2026-11-22T10:15:30Z", 1795342530, 1795342530 },
		{ "2100-12-31T23:59:59Z", 4133980799, 4133980799 },
		{ "2000-02-29T12:00:00Z", 951825600, 951825600 },
		{ "2026-11-22T10:15Z", -1, 1795342500 },
		{ "2026-11-22T10:15:30+02:00", -1, 1795335330 },
		{ "2026-11-22T10:15-05:30", -1, 1795362300 },
		{ "1970-01-01T01:00:00+01:00", -1, 0 },
		{ "1969-12-31T23:59:59Z", -1, -1 },
		{ "1970-01-01T00:00:00+00:01", -1, -1 },
		{ "2101-01-01T00:00:00Z", -1, -1 },
		{ "2100-12-31T23:59:59-00:01", -1, -1 },
		{ "2100-02-29T00:00:00Z", -1, -1 },
		{ "2026-02-30T00:00:00Z", -1, -1 },
		{ "2026-00-10T00:00:00Z", -1, -1 },
		{ "2026-13-10T00:00:00Z", -1, -1 },
		{ "2026-11-00T00:00:00Z", -1, -1 },
		{ "2026-11-22T24:00:00Z", -1, -1 },
		{ "2026-11-22T10:60:00Z", -1, -1 },
		{ "2026-11-22T10:15:60Z", -1, -1 },
		{ "2026-11-22t10:15:30Z", -1, -1 },
		{ "2026-11-22T10:15:30z", -1, -1 },
		{ "2026-11-22 10:15:30Z", -1, -1 },
		{ "2026-11-22T10:15:30", -1, -1 },
		{ "2026-11-22T10:15:30ZZ", -1, -1 },
		{ "2026-11-22T10:15:30.5Z", -1, -1 },
		{ "2026-11-22T10:15:30+2:00", -1, -1 },
		{ "2026-11-22T10:15:30+24:00", -1, -1 },
		{ "2026-11-22T10:15:30+02:60", -1, -1 },
		{ "2026-11-22T10:1", -1, -1 },
		{ "2026-11-22T10:15:", -1, -1 },
		{ "2026-11-22T1", -1, -1 },
		{ "2026-11-22T", -1, -1 },
		{ "2026-11-22", -1, -1 },
		{ "+026-11-22T10:15:30Z", -1, -1 },
		{ "2026-1-22T10:15:30Z", -1, -1 },
		{ "", -1, -1 },
		{ "now", -1, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		time_t at = -1;

		assert_int_equal(instant_parse(&at, rows[i].text), rows[i].strict >= 0);
		assert_int_equal(at, rows[i].strict);
		at = -1;
		assert_int_equal(instant_parse_loose(&at, rows[i].text), rows[i].loose >= 0);
		assert_int_equal(at, rows[i].loose);
	}
}

static void test_every_date(void **state)
{
	int32_t last, day;
	int y, m, d;
	int months[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year = 1970, month = 1, mday = 1;

	(void)state;
	assert_true(day_parse(&last, "2100-12-31"));
	for (day = 0; day <= last; day++) {
		char text[DAY_TEXT], instant[INSTANT_TEXT];
		int32_t again;
		time_t at;

		day_to_civil(day, &y, &m, &d);
		assert_int_equal(y, year);
		assert_int_equal(m, month);
		assert_int_equal(d, mday);
		assert_int_equal(day_from_civil(y, m, d), day);
		assert_int_equal(day_weekday(day), (day + 3) % 7);
		day_format(text, day);
		assert_true(day_parse(&again, text) && again == day);
		at = (time_t)day * 86400 + day % 86400;
		instant_format(instant, at);
		assert_memory_equal(instant, text, 10);
		assert_true(instant_parse(&at, instant) && at == (time_t)day * 86400 + day % 86400);
		assert_int_equal(day_of_instant(at), day);

		months[1] = (year % 4 == 0 && year % 100) || year % 400 == 0 ? 29 : 28;
		if (++mday > months[month - 1]) {
			mday = 1;
			if (++month > 12) {
				month = 1;
				year++;
			}
		}
	}
	assert_int_equal(year, 2101);
}

static void test_before_1970(void **state)
{
	(void)state;
	assert_int_equal(day_of_instant(-1), -1);
	assert_int_equal(day_of_instant(-86400), -1);
	assert_int_equal(day_of_instant(-86401), -2);
	assert_int_equal(day_weekday(-1), 2);
	assert_int_equal(day_from_civil(1969, 12, 31), -1);
	assert_int_equal(day_from_civil(1600, 3, 1), -135080);
}

static void test_wrong_dates(void **state)
{
	static const char *const wrong[] = { "",	   "2026",	"2026-11",    "2026-11-2",   "2026-11-22 ",
					     " 2026-11-22", "2026-02-29", "1969-12-31", "2101-01-01", "2026/11/22",
					     "20261122",    "2026-11-31", "2026-11-22T00:00" };
	int32_t day = 7;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_false(day_parse(&day, wrong[i]));
	assert_int_equal(day, 7); /* what cannot be read leaves what was there */
}

static void test_local_times(void **state)
{
	int32_t day;
	int second;

	(void)state;
	assert_true(local_parse(&day, &second, "1970-01-02T13:00"));
	assert_int_equal(day, 1);
	assert_int_equal(second, 13 * 3600);
	assert_true(local_parse(&day, &second, "1970-01-02 13:00:59"));
	assert_int_equal(second, 13 * 3600 + 59);
	assert_false(local_parse(&day, &second, "1970-01-02T13:00Z"));
	assert_false(local_parse(&day, &second, "1970-01-02T24:00"));
	assert_false(local_parse(&day, &second, "1970-01-02"));
	assert_false(local_parse(&day, &second, "1970-01-02T13"));
}

static void test_minutes(void **state)
{
	static const struct {
		const char *text;
		int minute; /* -1: refused */
	} rows[] = { { "00:00", 0 },   { "09:05", 545 }, { "24:00", 1440 }, { "24:01", -1 }, { "23:60", -1 },
		     { "9:00", -1 },   { "09:0", -1 },	 { "09.00", -1 },   { "-9:00", -1 }, { "09:000", -1 },
		     { "99:00", -1 }, { "", -1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int minute = -1;

		assert_int_equal(minute_parse(&minute, rows[i].text, strlen(rows[i].text)), rows[i].minute >= 0);
		assert_int_equal(minute, rows[i].minute);
	}
}

static void test_now(void **state)
{
	time_t now;

	(void)state;
	setenv("ASYNC_NOW", "2026-03-02T09:00:00Z", 1);
	assert_int_equal(clock_now(&now), 0);
	assert_int_equal(now, 1772442000);
	setenv("ASYNC_NOW", "tomorrow", 1);
	assert_int_equal(clock_now(&now), ERR_INVALID);
	assert_non_null(strstr(error_last(), "'tomorrow'"));
	unsetenv("ASYNC_NOW");
	assert_int_equal(clock_now(&now), 0);
	assert_true(now > 1772442000 - 86400 * 365);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_instants),    cmocka_unit_test(test_every_date),
		cmocka_unit_test(test_before_1970), cmocka_unit_test(test_wrong_dates),
		cmocka_unit_test(test_local_times), cmocka_unit_test(test_minutes),
		cmocka_unit_test(test_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
