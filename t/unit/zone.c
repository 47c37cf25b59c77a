/* Time zones: the system's, and files made by hand, good and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/clock.h"
#include "async/error.h"
#include "async/zone.h"
#include "zone-file.h"

static time_t instant(const char *text)
{
	time_t at = 0;

	if (!instant_parse_loose(&at, text))
		fail_msg("'%s' is no instant", text);
	return at;
}

static struct zone *load(const char *name)
{
	struct zone *zone;

	if (zone_load(&zone, name) < 0)
		fail_msg("%s", error_last());
	return zone;
}

static void test_offsets(void **state)
{
	static const struct {
		const char *zone, *at, *abbreviation;
		int32_t offset;
	} rows[] = {
		{ "UTC", "2026-01-01T00:00Z", "UTC", 0 },
		{ "Europe/Berlin", "2026-03-29T00:59:59Z", "CET", 3600 },
		{ "Europe/Berlin", "2026-03-29T01:00:00Z", "CEST", 7200 },
		{ "Europe/Berlin", "2026-10-25T01:00:00Z", "CET", 3600 },
		{ "Europe/Berlin", "2099-07-01T00:00:00Z", "CEST", 7200 },
		{ "Europe/Berlin", "2100-12-31T23:59:59Z", "CET", 3600 },
		{ "Europe/Dublin", "2050-07-01T00:00:00Z", "IST", 3600 },
		{ "Europe/Dublin", "2050-12-01T00:00:00Z", "GMT", 0 },
		{ "America/New_York", "2090-07-01T00:00:00Z", "EDT", -14400 },
		{ "Asia/Kathmandu", "1985-12-31T00:00:00Z", "+0530", 19800 },
		{ "Asia/Kathmandu", "2026-01-01T00:00:00Z", "+0545", 20700 },
		{ "Australia/Lord_Howe", "2080-01-01T00:00:00Z", "+11", 39600 },
		{ "Australia/Lord_Howe", "2080-07-01T00:00:00Z", "+1030", 37800 },
		{ "Pacific/Apia", "2011-12-30T09:59:59Z", "-10", -36000 },
		{ "Pacific/Apia", "2011-12-30T10:00:00Z", "+14", 50400 },
		{ "Africa/Casablanca", "2026-03-01T12:00:00Z", "+00", 0 },
		{ "Africa/Casablanca", "2026-06-01T12:00:00Z", "+01", 3600 },
		{ "Africa/Monrovia", "1971-01-01T00:00:00Z", "MMT", -2670 },
		{ "Africa/Cairo", "2060-07-01T12:00:00Z", "EEST", 10800 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct zone *zone = load(rows[i].zone);
		const char *abbreviation;

		assert_int_equal(zone_offset(zone, instant(rows[i].at), &abbreviation), rows[i].offset);
		assert_string_equal(abbreviation, rows[i].abbreviation);
		assert_string_equal(zone_name(zone), rows[i].zone);
		zone_free(zone);
	}
}

/* S2: a time that is skipped comes with the jump, one that is repeated the first time. */
static void test_first_instant(void **state)
{
	static const struct {
		const char *zone, *date;
		long second;
		const char *at;
	} rows[] = {
		{ "Europe/Berlin", "2026-03-29", 7199, "2026-03-29T00:59:59Z" },
		{ "Europe/Berlin", "2026-03-29", 7200, "2026-03-29T01:00:00Z" },
		{ "Europe/Berlin", "2026-03-29", 9000, "2026-03-29T01:00:00Z" },
		{ "Europe/Berlin", "2026-03-29", 10800, "2026-03-29T01:00:00Z" },
		{ "Europe/Berlin", "2026-03-29", 10860, "2026-03-29T01:01:00Z" },
		{ "Europe/Berlin", "2026-10-25", 9000, "2026-10-25T00:30:00Z" },
		{ "Europe/Berlin", "2026-10-25", 10800, "2026-10-25T02:00:00Z" },
		{ "Europe/Berlin", "2026-10-24", 86400 + 9000, "2026-10-25T00:30:00Z" },
		{ "Europe/Berlin", "2026-10-26", -86400 + 9000, "2026-10-25T00:30:00Z" },
		{ "Pacific/Apia", "2011-12-30", 0, "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-30", 43200, "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-31", 0, "2011-12-30T10:00:00Z" },
		{ "Pacific/Apia", "2011-12-31", 60, "2011-12-30T10:01:00Z" },
		/* midnight comes, and then the hour before it again */
		{ "America/St_Johns", "1988-10-30", 0, "1988-10-30T01:30:00Z" },
		{ "America/Havana", "2026-03-08", 0, "2026-03-08T05:00:00Z" },
		{ "UTC", "2100-12-31", 86399, "2100-12-31T23:59:59Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct zone *zone = load(rows[i].zone);
		char text[INSTANT_TEXT];
		int32_t day;

		assert_true(day_parse(&day, rows[i].date));
		instant_format(text, zone_instant(zone, day, rows[i].second));
		assert_string_equal(text, rows[i].at);
		zone_free(zone);
	}
}

/* zone_local() and zone_instant() undo each other, but for what is repeated. */
static void test_there_and_back(void **state)
{
	static const char *const names[] = { "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu",
					     "America/Havana", "Africa/Casablanca", "Africa/Monrovia", "Etc/GMT-14" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct zone *zone = load(names[i]);

		for (time_t at = INSTANT_MIN; at < INSTANT_MAX; at += 100003) {
			int32_t day;
			long second;
			time_t first;

			zone_local(zone, at, &day, &second);
			assert_in_range(second, 0, 86399);
			assert_int_equal((time_t)day * 86400 + second - zone_offset(zone, at, NULL), at);
			first = zone_instant(zone, day, second);
			assert_true(first <= at);
			assert_true(first == at || zone_is_repeated(zone, at));
		}
		zone_free(zone);
	}
}

static void test_repeated(void **state)
{
	struct zone *zone = load("Europe/Berlin");

	(void)state;
	assert_false(zone_is_repeated(zone, instant("2026-10-24T23:59:59Z")));
	assert_true(zone_is_repeated(zone, instant("2026-10-25T00:00:00Z")));
	assert_true(zone_is_repeated(zone, instant("2026-10-25T00:59:59Z")));
	assert_true(zone_is_repeated(zone, instant("2026-10-25T01:00:00Z")));
	assert_true(zone_is_repeated(zone, instant("2026-10-25T01:59:59Z")));
	assert_false(zone_is_repeated(zone, instant("2026-10-25T02:00:00Z")));
	assert_false(zone_is_repeated(zone, instant("2026-03-29T01:00:00Z")));
	zone_free(zone);
}

static void test_names(void **state)
{
	static const char *const wrong[] = { "",	      "/etc/passwd",	"../../../etc/passwd", "Europe/../UTC", ".",
					     "Europe",	      "Europe/",	"Europe//Berlin",      "Mars/Base",	"Europe/Berlin ",
					     "Europe/Berlin\n", "Europe\\Berlin", "zone.tab",	       "leapseconds",	"localtime",
					     "posixrules",    "\xff",		"right/Europe/Berlin" };
	char longest[300];
	struct zone *zone;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_int_equal(zone_load(&zone, wrong[i]), ERR_INVALID);
		assert_null(zone);
		assert_non_null(strstr(error_last(), "zone"));
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(zone_load(&zone, longest), ERR_INVALID);
}

static void test_system_name(void **state)
{
	char name[64];

	(void)state;
	setenv("TZ", "Asia/Tokyo", 1);
	zone_system_name(name, sizeof(name));
	assert_string_equal(name, "Asia/Tokyo");
	setenv("TZ", ":America/Lima", 1);
	zone_system_name(name, sizeof(name));
	assert_string_equal(name, "America/Lima");
	setenv("TZ", "/usr/share/zoneinfo/Europe/Oslo", 1);
	zone_system_name(name, sizeof(name));
	assert_string_equal(name, "Europe/Oslo");
	setenv("TZ", "", 1);
	zone_system_name(name, sizeof(name));
	assert_string_equal(name, "UTC");
	setenv("TZ", "nonsense", 1);
	zone_system_name(name, sizeof(name));
	assert_string_not_equal(name, "nonsense");
	unsetenv("TZ");
	zone_system_name(name, sizeof(name));
	assert_true(*name);
}

/* ---- files made by hand */

static void put32(struct buf *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_putc(out, (char)(value >> shift & 0xff));
}

static void put64(struct buf *out, int64_t value)
{
	put32(out, (uint32_t)((uint64_t)value >> 32));
	put32(out, (uint32_t)value);
}

static void put_header(struct buf *out, char version, uint32_t leap, uint32_t times, uint32_t types, uint32_t chars)
{
	buf_add(out, "TZif", 4);
	buf_putc(out, version);
	buf_pad(out, '\0', 15);
	put32(out, 0);
	put32(out, 0);
	put32(out, leap);
	put32(out, times);
	put32(out, types);
	put32(out, chars);
}

static void put_type(struct buf *out, int32_t offset, char index)
{
	put32(out, (uint32_t)offset);
	buf_putc(out, 0);
	buf_putc(out, index);
}

/* Two types, "AAA" (offset 0) and "BBB" (an hour), one shift in 2000, and a footer. */
static void make_file(struct buf *out, const char *footer, uint32_t leap)
{
	put_header(out, '2', 0, 0, 1, 4);
	put_type(out, 0, 0);
	buf_add(out, "AAA", 4);

	put_header(out, '2', leap, 1, 2, 8);
	put64(out, 946684800);
	buf_putc(out, 1);
	put_type(out, 0, 0);
	put_type(out, 3600, 4);
	buf_add(out, "AAA\0BBB", 8);
	for (uint32_t i = 0; i < leap; i++) {
		put64(out, 78796800);
		put32(out, 1);
	}
	buf_addf(out, "\n%s\n", footer);
}

static struct zone *new_zone(void)
{
	struct zone *zone = xcalloc(1, sizeof(*zone));

	zone->refs = 1;
	zone->name = xstrdup("made");
	return zone;
}

static bool parse(struct zone **out, const struct buf *file)
{
	const char *why;

	*out = new_zone();
	return zone_file_parse(*out, (const unsigned char *)file->ptr, file->len, &why);
}

static void test_footers(void **state)
{
	static const struct {
		const char *footer;
		const char *at;
		int32_t offset;
	} rows[] = {
		{ "BBB-1", "2050-07-01T00:00Z", 3600 },
		{ "<+01>-1", "2050-07-01T00:00Z", 3600 },
		{ "BBB-1CCC,M3.5.0,M10.5.0/3", "2050-03-27T00:59Z", 3600 },
		{ "BBB-1CCC,M3.5.0,M10.5.0/3", "2050-03-27T01:00Z", 7200 },
		{ "BBB-1CCC,M3.5.0,M10.5.0/3", "2050-10-30T00:59Z", 7200 },
		{ "BBB-1CCC,M3.5.0,M10.5.0/3", "2050-10-30T01:00Z", 3600 },
		{ "BBB-1<-03>3:30:15,J60/0,300", "2052-02-29T22:59Z", 3600 }, /* J60 is 1 March, always */
		{ "BBB-1<-03>3:30:15,J60/0,300", "2052-02-29T23:00Z", -12615 },
		{ "BBB-1<-03>3:30:15,J60/0,300", "2051-02-28T23:00Z", -12615 },
		{ "BBB-1CCC,59/0,J365", "2052-02-28T23:00Z", 7200 }, /* 59 counts from 0: 29 February */
		{ "BBB-1CCC,59/0,J365", "2051-02-28T23:00Z", 7200 },
		{ "BBB-1CCC,59/0,J365", "2052-02-28T22:59Z", 3600 },
		{ "BBB-1CCC,M3.4.4/50,M10.4.4/50", "2050-03-26T00:59Z", 3600 }, /* Thursday and 50 h */
		{ "BBB-1CCC,M3.4.4/50,M10.4.4/50", "2050-03-26T01:00Z", 7200 },
		{ "BBB-1CCC,M3.5.0/-2,M10.5.0/-1", "2050-03-26T20:59Z", 3600 }, /* Saturday 22:00 */
		{ "BBB-1CCC,M3.5.0/-2,M10.5.0/-1", "2050-03-26T21:00Z", 7200 },
		{ "BBB-1CCC,M10.1.0,M4.1.0/3", "2050-01-01T00:00Z", 7200 }, /* the south */
		{ "BBB-1CCC,M10.1.0,M4.1.0/3", "2050-07-01T00:00Z", 3600 },
		{ "BBB-1CCC,0/0,J365/25", "2050-01-01T00:00Z", 7200 }, /* all the year */
		{ "BBB-1CCC,0/0,J365/25", "2050-12-31T23:30Z", 7200 },
		{ "BBB-1CCC,0/0,J365/25", "2052-12-31T23:30Z", 7200 },
		{ "", "2050-07-01T00:00Z", 3600 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf file = BUF_INIT;
		struct zone *zone;

		make_file(&file, rows[i].footer, 0);
		assert_true(parse(&zone, &file));
		if (zone_offset(zone, instant(rows[i].at), NULL) != rows[i].offset)
			fail_msg("%s at %s: %d", rows[i].footer, rows[i].at,
				 zone_offset(zone, instant(rows[i].at), NULL));
		assert_int_equal(zone_offset(zone, instant("1999-12-31T23:59:59Z"), NULL), 0);
		zone_free(zone);
		buf_release(&file);
	}
}

static void test_wrong_footers(void **state)
{
	static const char *const wrong[] = {
		"B-1",	      "BB-1",		  "BBB",	      "<+01-1",		    "BBB-25",
		"BBB-1CCC",   "BBB-1CCC,M3.5.0",  "BBB-1CCC,M3.5.0,", "BBB-1CCC,M13.5.0,J1", "BBB-1CCC,M0.5.0,J1",
		"BBB-1CCC,M3.6.0,J1", "BBB-1CCC,M3.0.0,J1", "BBB-1CCC,M3.5.7,J1", "BBB-1CCC,J0,J1", "BBB-1CCC,J366,J1",
		"BBB-1CCC,366,J1", "BBB-1CCC,1/168,J1", "BBB-1CCC,1,2,3", "BBB-1:60",	    "BBB-1 ",
		"BBB-1CCC,1/,2", "BBB--1",	  "BBB-99999999999999999999", "BBB-1CCC-25,1,2", ",",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct buf file = BUF_INIT;
		struct zone *zone;

		make_file(&file, wrong[i], 0);
		if (parse(&zone, &file))
			fail_msg("'%s' was taken", wrong[i]);
		zone_free(zone);
		buf_release(&file);
	}
}

/* Ask a zone, however odd, a few questions: none may hang or read what is not there. */
static void question(const struct zone *zone)
{
	for (time_t at = 0; at < INSTANT_MAX; at += 50000017) {
		const char *abbreviation;
		int32_t day;
		long second;

		zone_offset(zone, at, &abbreviation);
		assert_true(strlen(abbreviation) < 300);
		zone_local(zone, at, &day, &second);
		zone_instant(zone, day, second);
		zone_is_repeated(zone, at);
	}
}

/* In memory of exactly its length, so that a sanitizer sees every step too far. */
static void try_bytes(const char *bytes, size_t len)
{
	unsigned char *exact = xmalloc(len);
	struct zone *zone = new_zone();
	const char *why;

	memcpy(exact, bytes, len);
	if (zone_file_parse(zone, exact, len, &why))
		question(zone);
	zone_free(zone);
	free(exact);
}

static void damage(const char *bytes, size_t len)
{
	char *copy = xmalloc(len);

	for (size_t cut = 0; cut < len; cut++)
		try_bytes(bytes, cut);
	for (size_t i = 0; i < len; i++) {
		static const unsigned char values[] = { 0x00, 0x01, 0x7f, 0x80, 0xff };

		for (size_t k = 0; k < sizeof(values); k++) {
			memcpy(copy, bytes, len);
			copy[i] = (char)values[k];
			try_bytes(copy, len);
		}
	}
	free(copy);
}

static void test_damaged_files(void **state)
{
	struct buf file = BUF_INIT, system = BUF_INIT;

	(void)state;
	make_file(&file, "BBB-1CCC,M3.5.0,M10.5.0/3", 0);
	damage(file.ptr, file.len);
	assert_int_equal(buf_read_file(&system, "/usr/share/zoneinfo/Asia/Kathmandu", 1 << 20), 0);
	damage(system.ptr, system.len);
	buf_release(&file);
	buf_release(&system);
}

static void refuse(struct buf *file, const char *want)
{
	struct zone *zone = new_zone();
	const char *why;

	assert_false(zone_file_parse(zone, (const unsigned char *)file->ptr, file->len, &why));
	assert_string_equal(why, want);
	zone_free(zone);
	buf_release(file);
}

static void test_refused_files(void **state)
{
	struct buf file = BUF_INIT;

	(void)state;
	make_file(&file, "BBB-1", 1);
	refuse(&file, "the file counts leap seconds");

	put_header(&file, '\0', 0, 0, 1, 4);
	put_type(&file, 0, 0);
	buf_add(&file, "AAA", 4);
	refuse(&file, "the file is of version 1, without times after 2037");

	put_header(&file, '2', 0, 0xffffffff, 0xffffffff, 0xffffffff);
	refuse(&file, "the file is damaged");
	buf_puts(&file, "not a zone");
	refuse(&file, "the file is damaged");
}

/* $TZDIR is where files come from; a file that is none is named. */
static void test_folder(void **state)
{
	char dir[] = "/tmp/async-zone-XXXXXX";
	struct buf file = BUF_INIT;
	struct zone *zone;
	char *path;
	FILE *out;

	(void)state;
	assert_non_null(mkdtemp(dir));
	path = xstrfmt("%s/Made", dir);
	make_file(&file, "BBB-1", 0);
	out = fopen(path, "w");
	assert_non_null(out);
	assert_int_equal(fwrite(file.ptr, 1, file.len, out), file.len);
	fclose(out);
	setenv("TZDIR", dir, 1);
	zone = load("Made");
	assert_int_equal(zone_offset(zone, 1000000000, NULL), 3600);
	zone_free(zone);
	assert_int_equal(zone_load(&zone, "Europe/Berlin"), ERR_INVALID);
	assert_int_equal(zone_load(&zone, "UTC"), 0);
	zone_free(zone);
	unsetenv("TZDIR");
	unlink(path);
	rmdir(dir);
	free(path);
	buf_release(&file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_offsets),	      cmocka_unit_test(test_first_instant),
		cmocka_unit_test(test_there_and_back), cmocka_unit_test(test_repeated),
		cmocka_unit_test(test_names),	      cmocka_unit_test(test_system_name),
		cmocka_unit_test(test_footers),	      cmocka_unit_test(test_wrong_footers),
		cmocka_unit_test(test_damaged_files), cmocka_unit_test(test_refused_files),
		cmocka_unit_test(test_folder),
	};

	unsetenv("TZDIR");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
