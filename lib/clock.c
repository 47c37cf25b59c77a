/* Instants and civil dates: the only reader of the time. */
#include "async/clock.h"

#include <stdlib.h>
#include <string.h>

#include "async/error.h"

#define DAY_SECONDS 86400
#define YEAR_MIN 1970
#define YEAR_MAX 2100

int clock_now(time_t *out)
{
	const char *seam = getenv("ASYNC_NOW");
	struct timespec ts;

	if (seam && *seam) {
		if (instant_parse_loose(out, seam))
			return 0;
		return error_set(ERR_INVALID, "ASYNC_NOW is '%s', not an instant like 2026-11-22T10:15:30Z", seam);
	}
	if (clock_gettime(CLOCK_REALTIME, &ts) < 0 || ts.tv_sec < INSTANT_MIN || ts.tv_sec > INSTANT_MAX)
		return error_set(ERR_INVALID, "the system's clock does not show a year from %d to %d", YEAR_MIN, YEAR_MAX);
	*out = ts.tv_sec;
	return 0;
}

long long clock_ticks(void)
{
	struct timespec ts = { 0, 0 };

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* The number that the `nr` digits at `text` make, or -1. */
static int digits(const char *text, int nr)
{
	int value = 0;

	for (int i = 0; i < nr; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		value = 10 * value + (text[i] - '0');
	}
	return value;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return length[month - 1] + (month == 2 && is_leap(year));
}

/* Read "YYYY-MM-DD" at the beginning of a text; what follows is the caller's. */
static bool date_prefix(int32_t *out, const char *text)
{
	int year, month, mday;

	if (strnlen(text, 10) < 10 || text[4] != '-' || text[7] != '-')
		return false;
	year = digits(text, 4);
	month = digits(text + 5, 2);
	mday = digits(text + 8, 2);
	if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || mday < 1 ||
	    mday > month_length(year, month))
		return false;
	*out = day_from_civil(year, month, mday);
	return true;
}

/* Read "HH:MM" or "HH:MM:SS" and move `*text` behind it. */
static bool time_of_day(int *second, const char **text)
{
	const char *p = *text;
	int h, m, s = 0;

	if (strnlen(p, 5) < 5 || p[2] != ':')
		return false;
	h = digits(p, 2);
	m = digits(p + 3, 2);
	p += 5;
	if (*p == ':') {
		if (strnlen(p, 3) < 3)
			return false;
		s = digits(p + 1, 2);
		p += 3;
	}
	if (h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
		return false;
	*second = h * 3600 + m * 60 + s;
	*text = p;
	return true;
}

/* "Z" or "+02:00", as seconds east of UTC; nothing may follow. */
static bool offset_suffix(int *offset, const char *text)
{
	int h, m;

	if (strcmp(text, "Z") == 0) {
		*offset = 0;
		return true;
	}
	if (strlen(text) != 6 || (*text != '+' && *text != '-') || text[3] != ':')
		return false;
	h = digits(text + 1, 2);
	m = digits(text + 4, 2);
	if (h < 0 || h > 23 || m < 0 || m > 59)
		return false;
	*offset = (*text == '-' ? -1 : 1) * (h * 3600 + m * 60);
	return true;
}

bool instant_parse_loose(time_t *out, const char *text)
{
	int32_t day;
	int second, offset;
	time_t at;

	if (!date_prefix(&day, text) || text[10] != 'T')
		return false;
	text += 11;
	if (!time_of_day(&second, &text) || !offset_suffix(&offset, text))
		return false;
	at = (time_t)day * DAY_SECONDS + second - offset;
	if (at < INSTANT_MIN || at > INSTANT_MAX)
		return false;
	*out = at;
	return true;
}

bool instant_parse(time_t *out, const char *text)
{
	return strlen(text) == INSTANT_TEXT - 1 && text[INSTANT_TEXT - 2] == 'Z' && instant_parse_loose(out, text);
}

bool local_parse(int32_t *day, int *second, const char *text)
{
	int32_t date;
	int time;

	if (!date_prefix(&date, text) || (text[10] != 'T' && text[10] != ' '))
		return false;
	text += 11;
	if (!time_of_day(&time, &text) || *text)
		return false;
	*day = date;
	*second = time;
	return true;
}

/* Two digits at `out`: a table is faster than printf, and a listing prints thousands. */
static void put2(char *out, int value)
{
	out[0] = (char)('0' + value / 10 % 10);
	out[1] = (char)('0' + value % 10);
}

void instant_format(char out[INSTANT_TEXT], time_t at)
{
	int32_t day = day_of_instant(at);
	int second = (int)(at - (time_t)day * DAY_SECONDS);

	day_format(out, day);
	out[10] = 'T';
	put2(out + 11, second / 3600);
	out[13] = ':';
	put2(out + 14, second / 60 % 60);
	out[16] = ':';
	put2(out + 17, second % 60);
	out[19] = 'Z';
	out[20] = '\0';
}

bool day_parse(int32_t *out, const char *text)
{
	int32_t day;

	if (!date_prefix(&day, text) || text[10])
		return false;
	*out = day;
	return true;
}

void day_format(char out[DAY_TEXT], int32_t day)
{
	int year, month, mday;

	day_to_civil(day, &year, &month, &mday);
	put2(out, year / 100);
	put2(out + 2, year);
	out[4] = '-';
	put2(out + 5, month);
	out[7] = '-';
	put2(out + 8, mday);
	out[10] = '\0';
}

/*
 * Years are counted from March, so that the leap day is the last one; an era is the
 * 400 years after which the calendar repeats. 719468 days lie between 0000-03-01 and 1970.
 */
int32_t day_from_civil(int year, int month, int mday)
{
	int y = month > 2 ? year : year - 1;
	int era = (y >= 0 ? y : y - 399) / 400;
	int of_era = y - era * 400;
	int of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + mday - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void day_to_civil(int32_t day, int *year, int *month, int *mday)
{
	int z = day + 719468;
	int era = (z >= 0 ? z : z - 146096) / 146097;
	int of_era = z - era * 146097;
	int y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int of_year = of_era - (365 * y + y / 4 - y / 100);
	int m = (5 * of_year + 2) / 153; /* 0 is March */

	*mday = of_year - (153 * m + 2) / 5 + 1;
	*month = m < 10 ? m + 3 : m - 9;
	*year = y + era * 400 + (*month <= 2);
}

int day_weekday(int32_t day)
{
	int w = (day + 3) % 7; /* 1970-01-01 was a Thursday */

	return w < 0 ? w + 7 : w;
}

int32_t day_of_instant(time_t at)
{
	time_t day = at / DAY_SECONDS;

	if (at % DAY_SECONDS < 0)
		day--;
	return (int32_t)day;
}

bool minute_parse(int *out, const char *text, size_t len)
{
	int h, m;

	if (len != 5 || text[2] != ':')
		return false;
	h = digits(text, 2);
	m = digits(text + 3, 2);
	if (h < 0 || m < 0 || m > 59 || h * 60 + m > 24 * 60)
		return false;
	*out = h * 60 + m;
	return true;
}
