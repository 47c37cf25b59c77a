/* Moments as people type them. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/worktime.h"
#include "opts.h"

#define MAX_WORDS 8
#define MAX_TEXT 80
#define DAY_SECONDS 86400L

/* How a date that lies on the wrong side of now comes again. */
enum again { NEVER, DAILY, WEEKLY, YEARLY };

struct reading {
	const char *text; /* as typed, for messages */
	time_t now;
	const struct zone *zone;
	struct zone *own_zone; /* named in the text */
	bool past;
	int32_t today; /* in the zone */
	long second_now;

	char copy[MAX_TEXT];
	char *words[MAX_WORDS];
	size_t nr, at; /* words, and which is next */

	bool has_day, has_time, has_instant;
	enum again again;
	int32_t day;
	long second;
	time_t instant;
	int32_t offset; /* of the time; NO_OFFSET: the zone's */
};

#define NO_OFFSET INT32_MIN

static int refuse(const struct reading *r, const char *why)
{
	error_set(ERR_INVALID, "'%s' is not a time%s%s", r->text, *why ? ": " : "", why);
	error_hint("write it as 17:00, fri, fri 17:00, tomorrow, in 2h, %s,\n"
		   "2026-12-01, 2026-12-01 09:00, 2026-12-01 09:00 Asia/Tokyo or 2026-12-01T09:00:00Z",
		   r->past ? "yesterday, 3 days ago" : "in 3 days");
	return ERR_INVALID;
}

static int find_name(const char *word, const char *const *names, int nr)
{
	for (int i = 0; i < nr; i++) {
		size_t len = strlen(word);

		/* "mon", "tues", "thurs": any beginning of three letters or more */
		if (len >= 3 && len <= strlen(names[i]) && !strncasecmp(word, names[i], len))
			return i;
	}
	return -1;
}

static int weekday_of(const char *word)
{
	static const char *const names[] = { "monday", "tuesday", "wednesday", "thursday",
					     "friday", "saturday", "sunday" };

	return find_name(word, names, 7);
}

static int month_of(const char *word)
{
	static const char *const names[] = { "january", "february", "march",	 "april",   "may",	"june",
					     "july",	"august",   "september", "october", "november", "december" };

	return find_name(word, names, 12) + 1;
}

/* A number of at most `digits` digits at `*text`, which moves behind it; -1 if there is none. */
static int take_number(const char **text, int digits)
{
	int number = 0, i;

	for (i = 0; i < digits && isdigit((unsigned char)**text); i++)
		number = number * 10 + *(*text)++ - '0';
	return i ? number : -1;
}

/* "09:00", "9:00", "09:00:30", "5pm", "5:30pm", "noon"; "24:00" is the end of a date. */
static bool read_time(long *second, const char *word)
{
	int hour, minute = 0, sec = 0;

	if (!strcasecmp(word, "noon")) {
		*second = DAY_SECONDS / 2;
		return true;
	}
	hour = take_number(&word, 2);
	if (hour < 0 || (*word != ':' && tolower((unsigned char)*word) != 'a' && tolower((unsigned char)*word) != 'p'))
		return false;
	if (*word == ':') {
		if (!isdigit((unsigned char)word[1]) || !isdigit((unsigned char)word[2]))
			return false;
		word++;
		minute = take_number(&word, 2);
	}
	if (*word == ':') {
		if (!isdigit((unsigned char)word[1]) || !isdigit((unsigned char)word[2]))
			return false;
		word++;
		sec = take_number(&word, 2);
	}
	if (*word) {
		bool pm = !strcasecmp(word, "pm");

		if ((!pm && strcasecmp(word, "am") != 0) || hour < 1 || hour > 12)
			return false;
		hour = hour % 12 + (pm ? 12 : 0);
	}
	*second = hour * 3600L + minute * 60 + sec;
	return minute < 60 && sec < 60 && *second <= DAY_SECONDS;
}

/* "+02:00", "-0330" */
static bool read_offset(int32_t *offset, const char *word)
{
	int sign = *word == '-' ? -1 : 1, hour, minute;

	if (*word != '+' && *word != '-')
		return false;
	word++;
	hour = take_number(&word, 2);
	if (*word == ':')
		word++;
	minute = take_number(&word, 2);
	*offset = sign * (hour * 3600 + minute * 60);
	return hour >= 0 && hour <= 14 && minute >= 0 && minute < 60 && !*word;
}

enum unit { UNIT_NONE, UNIT_MINUTE, UNIT_HOUR, UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR };

static enum unit unit_of(const char *word)
{
	static const struct {
		const char *name;
		enum unit unit;
	} units[] = {
		{ "m", UNIT_MINUTE },	  { "min", UNIT_MINUTE },   { "mins", UNIT_MINUTE },
		{ "minute", UNIT_MINUTE }, { "minutes", UNIT_MINUTE }, { "h", UNIT_HOUR },
		{ "hr", UNIT_HOUR },	  { "hour", UNIT_HOUR },    { "hours", UNIT_HOUR },
		{ "d", UNIT_DAY },	  { "day", UNIT_DAY },	    { "days", UNIT_DAY },
		{ "w", UNIT_WEEK },	  { "week", UNIT_WEEK },    { "weeks", UNIT_WEEK },
		{ "month", UNIT_MONTH },  { "months", UNIT_MONTH }, { "year", UNIT_YEAR },
		{ "years", UNIT_YEAR },
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (!strcasecmp(word, units[i].name))
			return units[i].unit;
	return UNIT_NONE;
}

/* "1h30m", as durations are written: minutes. */
static bool read_hours(int *minutes, const char *word)
{
	int hours = take_number(&word, 4);

	if (hours < 0 || *word++ != 'h')
		return false;
	*minutes = take_number(&word, 2);
	if (*minutes < 0 || strcmp(word, "m") != 0)
		return false;
	*minutes += 60 * hours;
	return true;
}

/* "3 days", "3d", "an hour", "1h30m": an amount and its unit from the next words. */
static bool take_amount(struct reading *r, int *amount, enum unit *unit)
{
	const char *word = r->at < r->nr ? r->words[r->at] : "";
	size_t used = 1;

	if (read_hours(amount, word)) {
		*unit = UNIT_MINUTE;
		r->at++;
		return true;
	}
	if (!strcasecmp(word, "a") || !strcasecmp(word, "an")) {
		*amount = 1;
		word = "";
	} else {
		*amount = take_number(&word, 4);
	}
	if (*amount < 0)
		return false;
	if (!*word && r->at + 1 < r->nr) {
		word = r->words[r->at + 1];
		used = 2;
	}
	*unit = unit_of(word);
	if (*unit == UNIT_NONE)
		return false;
	r->at += used;
	return true;
}

static int32_t add_months(int32_t day, int months)
{
	static const int length[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, mday, last;

	day_to_civil(day, &year, &month, &mday);
	months += year * 12 + month - 1;
	year = months / 12;
	month = months % 12 + 1;
	last = length[month - 1];
	if (month == 2 && (year % 4 || (year % 100 == 0 && year % 400)))
		last = 28;
	return day_from_civil(year, month, mday < last ? mday : last);
}

/*
 * Away from now: minutes and hours give an instant; days and more a date ahead ("in 3 days"),
 * or the same time of day back ("3 days ago").
 */
static void go_away(struct reading *r, int amount, enum unit unit, int sign)
{
	amount *= sign;
	if (unit == UNIT_MINUTE || unit == UNIT_HOUR) {
		r->has_instant = true;
		r->instant = r->now + (time_t)amount * (unit == UNIT_HOUR ? 3600 : 60);
		return;
	}
	r->has_day = true;
	if (unit == UNIT_DAY || unit == UNIT_WEEK)
		r->day = r->today + amount * (unit == UNIT_WEEK ? 7 : 1);
	else
		r->day = add_months(r->today, amount * (unit == UNIT_YEAR ? 12 : 1));
}

/* "in 3 days", "+3d", "3 days ago", and (past) "3d": 1 if it was one, 0 if not. */
static int take_distance(struct reading *r)
{
	bool plus = *r->words[r->at] == '+', in = plus || !strcasecmp(r->words[r->at], "in");
	size_t begin = r->at;
	enum unit unit;
	int amount;

	if (plus)
		r->words[r->at]++;
	else
		r->at += in;
	if (!take_amount(r, &amount, &unit)) {
		r->at = begin;
		return in ? refuse(r, plus ? "'+' wants a number and a unit" : "'in' wants a number and a unit") : 0;
	}
	if (in) {
		go_away(r, amount, unit, 1);
		return 1;
	}
	if (r->at < r->nr && !strcasecmp(r->words[r->at], "ago"))
		r->at++;
	else if (!r->past)
		return refuse(r, "it is a duration; put 'in' before it, or 'ago' behind it");
	go_away(r, amount, unit, -1);
	if (r->has_day && r->at == r->nr) {
		r->has_time = true;
		r->second = r->second_now;
	}
	return 1;
}

static void set_day(struct reading *r, int32_t day, enum again again)
{
	r->has_day = true;
	r->day = day;
	r->again = again;
}

/* The nearest such weekday, today among them; "next" and "last" leave today out. */
static void set_weekday(struct reading *r, int weekday, const char *which)
{
	int ahead = (weekday - day_weekday(r->today) + 7) % 7;

	if (which && !strcasecmp(which, "next"))
		set_day(r, r->today + (ahead ? ahead : 7), NEVER);
	else if (which)
		set_day(r, r->today + ahead - 7, NEVER);
	else if (r->past)
		set_day(r, r->today - (7 - ahead) % 7, WEEKLY);
	else
		set_day(r, r->today + ahead, WEEKLY);
}

/* "this fri" is "fri". */
static bool take_this(struct reading *r)
{
	if (strcasecmp(r->words[r->at], "this") != 0 || r->at + 1 >= r->nr || weekday_of(r->words[r->at + 1]) < 0)
		return false;
	set_weekday(r, weekday_of(r->words[r->at + 1]), NULL);
	r->at += 2;
	return true;
}

static int take_next_or_last(struct reading *r)
{
	const char *which = r->words[r->at], *word = r->at + 1 < r->nr ? r->words[r->at + 1] : "";
	int sign = !strcasecmp(which, "next") ? 1 : -1, weekday = weekday_of(word);
	enum unit unit = unit_of(word);

	if (sign < 0 && strcasecmp(which, "last") != 0)
		return 0;
	if (weekday >= 0)
		set_weekday(r, weekday, which);
	else if (unit >= UNIT_WEEK && strlen(word) > 1)
		go_away(r, 1, unit, sign);
	else
		return refuse(r, sign > 0 ? "'next' wants a weekday, week, month or year" :
					    "'last' wants a weekday, week, month or year");
	r->at += 2;
	return 1;
}

/* That date if there is one, else DAY_NONE. */
static int32_t date_of(int year, int month, int mday)
{
	int32_t day = day_from_civil(year, month, mday);
	int y, m, d;

	day_to_civil(day, &y, &m, &d);
	return m == month && d == mday ? day : DAY_NONE;
}

/* From `year` on (or back) the first that has this date: a 29th of February may take eight years. */
static int32_t nearest_date(int year, int month, int mday, int sign)
{
	int32_t day = DAY_NONE;

	for (int i = 0; day == DAY_NONE && i <= 8; i++)
		day = date_of(year + sign * i, month, mday);
	return day;
}

static bool read_year(int *year, const char *word)
{
	*year = take_number(&word, 4);
	return *year > 999 && !*word;
}

/* "1 dec", "dec 1", with a year or without. */
static int take_month(struct reading *r)
{
	const char *first = r->words[r->at], *second = r->at + 1 < r->nr ? r->words[r->at + 1] : "", *number;
	int month = month_of(first), year, mday, ignored;
	int32_t day;

	number = month ? second : first;
	if (!month)
		month = month_of(second);
	mday = take_number(&number, 2);
	if (!month || mday < 1 || *number)
		return 0;
	r->at += 2;
	if (r->at < r->nr && read_year(&year, r->words[r->at])) {
		r->at++;
		day = date_of(year, month, mday);
		set_day(r, day, NEVER);
	} else {
		day_to_civil(r->today, &year, &ignored, &ignored);
		day = nearest_date(year, month, mday, r->past ? -1 : 1);
		set_day(r, day, YEARLY);
	}
	return day == DAY_NONE ? refuse(r, "there is no such date") : 1;
}

static int take_day(struct reading *r)
{
	const char *word;
	int32_t day;
	int rc;

	if (!strcasecmp(r->words[r->at], "on") && r->at + 1 < r->nr)
		r->at++;
	if (take_this(r))
		return 1;
	word = r->words[r->at];
	if (day_parse(&day, word))
		set_day(r, day, NEVER);
	else if (!strcasecmp(word, "today"))
		set_day(r, r->today, NEVER);
	else if (!strcasecmp(word, "tomorrow"))
		set_day(r, r->today + 1, NEVER);
	else if (!strcasecmp(word, "yesterday"))
		set_day(r, r->today - 1, NEVER);
	else if (weekday_of(word) >= 0)
		set_weekday(r, weekday_of(word), NULL);
	else {
		rc = take_month(r);
		return rc ? rc : take_next_or_last(r);
	}
	r->at++;
	return 1;
}

/* "5 pm" */
static bool take_apart(struct reading *r)
{
	char glued[16];

	if (r->at + 1 >= r->nr || (strcasecmp(r->words[r->at + 1], "am") != 0 && strcasecmp(r->words[r->at + 1], "pm") != 0))
		return false;
	snprintf(glued, sizeof(glued), "%s%s", r->words[r->at], r->words[r->at + 1]);
	if (!read_time(&r->second, glued))
		return false;
	r->at += 2;
	return true;
}

static int take_time(struct reading *r)
{
	if (!strcasecmp(r->words[r->at], "at") && r->at + 1 < r->nr)
		r->at++;
	if (!take_apart(r) && !read_time(&r->second, r->words[r->at++])) {
		r->at--;
		return 0;
	}
	r->has_time = true;
	if (r->at < r->nr && read_offset(&r->offset, r->words[r->at]))
		r->at++;
	return 1;
}

/* Words that say a time to people, but not which. */
static const char *why_not(const char *word)
{
	if (!strcasecmp(word, "midnight"))
		return "it ends one date and begins another; write 24:00 or 00:00";
	if (!strcasecmp(word, "eod") || !strcasecmp(word, "tonight"))
		return "write the hour, such as 17:00";
	return "";
}

static int take_word(struct reading *r)
{
	bool given = r->has_day || r->has_instant;
	int rc = r->has_time ? 0 : take_time(r);

	if (!rc && !given)
		rc = take_distance(r);
	if (!rc && !given)
		rc = take_day(r);
	return rc ? rc : refuse(r, why_not(r->words[r->at]));
}

/* A word that names a zone says in which the others are read. */
static int take_zone(struct reading *r)
{
	for (size_t i = 0; i < r->nr; i++) {
		const char *word = r->words[i];
		int rc;

		if (!strchr(word, '/') && strcmp(word, "UTC") != 0 && strcmp(word, "Z") != 0)
			continue;
		if (r->own_zone || isdigit((unsigned char)*word))
			return refuse(r, r->own_zone ? "it names two zones" : "write a date as 2026-12-01");
		rc = zone_load(&r->own_zone, *word == 'Z' ? "UTC" : word);
		if (rc < 0)
			return rc;
		r->zone = r->own_zone;
		memmove(&r->words[i], &r->words[i + 1], (r->nr - i - 1) * sizeof(r->words[0]));
		r->nr--;
		i--;
	}
	return 0;
}

static int split(struct reading *r)
{
	char *rest = r->copy, *word;

	if (strlen(r->text) >= sizeof(r->copy))
		return refuse(r, "it is too long");
	strcpy(r->copy, r->text);
	/* "2026-12-01T09:00" is "2026-12-01 09:00" */
	if (strlen(r->copy) > 11 && r->copy[4] == '-' && r->copy[7] == '-' && r->copy[10] == 'T')
		r->copy[10] = ' ';
	while ((word = strsep(&rest, " \t\n"))) {
		if (!*word)
			continue;
		if (r->nr == MAX_WORDS)
			return refuse(r, "it has too many words");
		r->words[r->nr++] = word;
	}
	return r->nr ? 0 : refuse(r, "it is empty");
}

static time_t local_instant(const struct reading *r, int32_t day)
{
	if (r->offset != NO_OFFSET)
		return (time_t)day * DAY_SECONDS + r->second - r->offset;
	return zone_instant(r->zone, day, r->second);
}

/* The next such date, or (past) the last one. */
static int32_t step(const struct reading *r, int32_t day)
{
	int sign = r->past ? -1 : 1, year, month, mday;

	if (r->again == YEARLY) {
		day_to_civil(day, &year, &month, &mday);
		return nearest_date(year + sign, month, mday, sign);
	}
	return day + sign * (r->again == WEEKLY ? 7 : 1);
}

static bool is_wrong_side(const struct reading *r, time_t at)
{
	return r->past ? at > r->now : at <= r->now;
}

static void resolve_day(struct reading *r, struct when *out)
{
	if (r->again == YEARLY && (r->past ? r->day > r->today : r->day < r->today))
		r->day = step(r, r->day);
	out->is_day = true;
	out->day = r->day;
	out->at = zone_instant(r->zone, r->day, 0);
}

static void resolve_time(struct reading *r, struct when *out)
{
	if (!r->has_day) {
		r->day = r->today;
		r->again = DAILY;
	}
	out->at = local_instant(r, r->day);
	if (r->again != NEVER && is_wrong_side(r, out->at))
		out->at = local_instant(r, step(r, r->day));
}

/* East of Greenwich the date is the next one before 2100 is over, west of it the one before 1970. */
static bool is_within(int32_t day)
{
	return day >= 0 && day <= day_of_instant(INSTANT_MAX);
}

static int resolve(struct reading *r, struct when *out)
{
	out->given = true;
	out->day = DAY_NONE;
	if (r->has_instant && r->has_time)
		return refuse(r, "");
	if (r->has_instant)
		out->at = r->instant;
	else if (r->has_time)
		resolve_time(r, out);
	else if (r->own_zone)
		return refuse(r, "a zone needs a time of day");
	else
		resolve_day(r, out);
	if (out->at < INSTANT_MIN || out->at > INSTANT_MAX || (out->is_day && !is_within(out->day)))
		return refuse(r, "it is not within 1970 to 2100");
	return 0;
}

static int read_words(struct reading *r)
{
	int rc = take_zone(r);

	if (rc < 0)
		return rc;
	zone_local(r->zone, r->now, &r->today, &r->second_now);
	if (r->nr == 1 && !strcasecmp(r->words[0], "now")) {
		r->has_instant = true;
		r->instant = r->now;
		return 0;
	}
	if (!r->nr)
		return refuse(r, "a zone needs a time of day");
	for (rc = 1; rc > 0 && r->at < r->nr;)
		rc = take_word(r);
	return rc < 0 ? rc : 0;
}

int when_parse(struct when *out, const char *text, time_t now, const struct zone *zone, bool past)
{
	struct reading r = { .text = text, .now = now, .zone = zone, .past = past, .offset = NO_OFFSET };
	int rc;

	*out = (struct when){ 0 };
	if (instant_parse_loose(&out->at, text)) {
		out->given = true;
		out->day = DAY_NONE;
		return 0;
	}
	rc = split(&r);
	if (!rc)
		rc = read_words(&r);
	if (!rc)
		rc = resolve(&r, out);
	if (rc < 0)
		*out = (struct when){ 0 };
	zone_free(r.own_zone);
	return rc;
}
