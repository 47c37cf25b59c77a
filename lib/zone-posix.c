/*
 * The rule at the end of a zone file, in the form of POSIX's TZ with RFC 8536's
 * extensions (hours from -167 to 167): what holds after the last shift of the file.
 *
 * It is written out to the end of what async can express, two shifts a year, so
 * that every question has one way to its answer.
 */
#include <string.h>

#include "async/clock.h"
#include "zone-file.h"

#define LAST_YEAR 2106 /* a calendar clock may run five years past 2100 */
#define DAY_SECONDS 86400

enum form { JULIAN, DAY_OF_YEAR, MONTH_WEEK_DAY };

/* When, in a year, daylight time begins or ends: local time of what held before. */
struct edge {
	enum form form;
	int day;                  /* Jn: 1-365, never 29 February; n: 0-365 */
	int month, week, weekday; /* Mm.w.d: 0 is Sunday, week 5 is the last */
	int32_t second;           /* may be negative or above a day */
};

struct rule {
	int32_t winter, summer; /* types: standard and daylight time */
	bool has_summer;
	struct edge begin, end;
};

/* Digits at `*p`: at most `max`; moves behind them. */
static bool number(int *out, const char **p, int max)
{
	const char *start = *p;
	int value = 0;

	while (**p >= '0' && **p <= '9') {
		value = 10 * value + (*(*p)++ - '0');
		if (value > max)
			return false;
	}
	*out = value;
	return *p > start;
}

static bool expect(const char **p, char c)
{
	if (**p != c)
		return false;
	(*p)++;
	return true;
}

/* "[+-]h[h[h]][:mm[:ss]]" */
static bool duration(int32_t *out, const char **p, int max_hours)
{
	int sign = **p == '-' ? -1 : 1;
	int h, m = 0, s = 0;

	if (**p == '-' || **p == '+')
		(*p)++;
	if (!number(&h, p, max_hours))
		return false;
	if (expect(p, ':')) {
		if (!number(&m, p, 59))
			return false;
		if (expect(p, ':') && !number(&s, p, 59))
			return false;
	}
	*out = sign * (h * 3600 + m * 60 + s);
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "CET" or "<+03>"; three characters or more. */
static bool designation(const char **name, size_t *len, const char **p)
{
	bool quoted = expect(p, '<');

	*name = *p;
	while (is_letter(**p) ||
	       (quoted && ((**p >= '0' && **p <= '9') || **p == '+' || **p == '-')))
		(*p)++;
	*len = (size_t)(*p - *name);
	return *len >= 3 && (!quoted || expect(p, '>'));
}

static bool read_edge(struct edge *out, const char **p)
{
	bool ok;

	if (expect(p, 'M')) {
		out->form = MONTH_WEEK_DAY;
		ok = number(&out->month, p, 12) && out->month >= 1 && expect(p, '.') &&
		     number(&out->week, p, 5) && out->week >= 1 && expect(p, '.') &&
		     number(&out->weekday, p, 6);
	} else if (expect(p, 'J')) {
		out->form = JULIAN;
		ok = number(&out->day, p, 365) && out->day >= 1;
	} else {
		out->form = DAY_OF_YEAR;
		ok = number(&out->day, p, 365);
	}
	out->second = 2 * 3600;
	return ok && (!expect(p, '/') || duration(&out->second, p, 167));
}

static bool read_rule(struct rule *out, struct zone *zone, const char *p)
{
	const char *name;
	int32_t west;
	size_t len;

	if (!designation(&name, &len, &p) || !duration(&west, &p, 24))
		return false;
	out->winter = zone_add_type(zone, -west, name, len);
	out->has_summer = *p != '\0';
	if (!out->has_summer)
		return true;

	if (!designation(&name, &len, &p))
		return false;
	west -= 3600;
	if (*p != ',' && !duration(&west, &p, 24))
		return false;
	out->summer = zone_add_type(zone, -west, name, len);
	return expect(&p, ',') && read_edge(&out->begin, &p) && expect(&p, ',') &&
	       read_edge(&out->end, &p) && *p == '\0';
}

static int32_t edge_day(const struct edge *edge, int year)
{
	int32_t first = day_from_civil(year, 1, 1);
	int32_t day;

	if (edge->form == DAY_OF_YEAR)
		return first + edge->day;
	if (edge->form == JULIAN) /* counted as if there were no leap day */
		return first + edge->day - 1 +
		       (edge->day >= 60 && day_from_civil(year, 3, 1) - first == 60);

	first = day_from_civil(year, edge->month, 1);
	day = first + (edge->weekday + 6 - day_weekday(first) + 7) % 7 + 7 * (edge->week - 1);
	while (day >= (edge->month == 12 ? day_from_civil(year + 1, 1, 1) : day_from_civil(year, edge->month + 1, 1)))
		day -= 7;
	return day;
}

static int64_t edge_at(const struct edge *edge, int year, int32_t offset_before)
{
	return (int64_t)edge_day(edge, year) * DAY_SECONDS + edge->second - offset_before;
}

/* Add a shift that comes after those there are; at the same instant the later word counts. */
static void extend(struct zone *zone, int64_t at, int32_t type, int64_t after)
{
	struct shift *last = &zone->shifts[zone->nr_shifts - 1];

	if (at <= after)
		return;
	if (last->at >= at)
		last->type = type;
	else if (last->type != type)
		zone_add_shift(zone, at, type);
}

/*
 * The two edges of each year in order of time. Of two at one instant the beginning of
 * daylight time counts: "EST5EDT,0/0,J365/25" is daylight time all the year.
 */
static void write_out(struct zone *zone, const struct rule *rule)
{
	int32_t winter = zone->types[rule->winter].offset, summer = zone->types[rule->summer].offset;
	int64_t after = zone->shifts[zone->nr_shifts - 1].at;
	int year = 1969, month, mday;

	if (after > (int64_t)day_from_civil(1970, 1, 1) * DAY_SECONDS) {
		if (after > (int64_t)day_from_civil(LAST_YEAR, 1, 1) * DAY_SECONDS)
			return;
		day_to_civil((int32_t)(after / DAY_SECONDS), &year, &month, &mday);
		year--;
	}
	for (; year <= LAST_YEAR; year++) {
		int64_t begin = edge_at(&rule->begin, year, winter);
		int64_t end = edge_at(&rule->end, year, summer);

		if (begin < end) {
			extend(zone, begin, rule->summer, after);
			extend(zone, end, rule->winter, after);
		} else {
			extend(zone, end, rule->winter, after);
			extend(zone, begin, rule->summer, after);
		}
	}
}

bool zone_posix_extend(struct zone *zone, const char *footer)
{
	struct rule rule = { 0 };

	if (!read_rule(&rule, zone, footer))
		return false;
	if (rule.has_summer)
		write_out(zone, &rule);
	return true;
}
