/*
 * A calendar from its keys. What people wrote becomes sorted arrays here, once, so that
 * calendar-walk.c need not check, sort or allocate anything.
 */
#include "calendar.h"

#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"

#define WHOLE_DATE ((struct window){ 0, 2 * DAY_MINUTES })

static const char *const day_names[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* How much of a wrong value an error quotes: whole characters, some sixty bytes. */
static int quoted(const char *text)
{
	int len = (int)strnlen(text, 60);

	while (len == 60 && len > 56 && ((unsigned char)text[len] & 0xC0) == 0x80)
		len--;
	return len;
}

/* `key` (say, "hours fri") has the value of `node`, which is wrong; say what is right. */
static int wrong(const char *key, const struct node *node, const char *allowed)
{
	static const char *const types[] = { "nothing", NULL, "a list", "a map" };
	int rc;

	if (node->type == NODE_TEXT)
		rc = error_set(ERR_INVALID, "%s is '%.*s', not %s", key, quoted(node->text), node->text, allowed);
	else
		rc = error_set(ERR_INVALID, "%s is %s, not %s", key, types[node->type], allowed);
	if (node->line)
		rc = error_prefix(rc, "line %d", node->line);
	return rc;
}

/* The same with a name that is part of the key: of a day, an entry. */
static int wrong_part(const char *key, const char *part, const struct node *node, const char *allowed)
{
	char *whole = xstrfmt("%s %.*s", key, quoted(part), part);
	int rc = wrong(whole, node, allowed);

	free(whole);
	return rc;
}

/* The next word of a text: its length, and `*text` at its beginning; 0 at the end. */
static size_t word(const char **text)
{
	*text += strspn(*text, " ");
	return strcspn(*text, " ");
}

/* Put windows in order and unite those that overlap or touch. */
static void unite(struct windows *windows)
{
	struct window *v = windows->v;
	int nr = 0;

	for (int i = 1; i < windows->nr; i++)
		for (int k = i; k > 0 && v[k - 1].from > v[k].from; k--) {
			struct window swap = v[k];

			v[k] = v[k - 1];
			v[k - 1] = swap;
		}
	for (int i = 0; i < windows->nr; i++) {
		if (nr && v[i].from <= v[nr - 1].to) {
			if (v[i].to > v[nr - 1].to)
				v[nr - 1].to = v[i].to;
		} else {
			v[nr++] = v[i];
		}
	}
	windows->nr = nr;
}

/* "09:00-12:00", to the next date if the end is not after the beginning (S3). */
static bool window_parse(struct window *out, const char *text, size_t len)
{
	if (len != 11 || text[5] != '-' || !minute_parse(&out->from, text, 5) ||
	    !minute_parse(&out->to, text + 6, 5))
		return false;
	if (out->from == DAY_MINUTES || out->from == out->to)
		return false;
	if (out->to < out->from)
		out->to += DAY_MINUTES;
	return true;
}

/* Add "09:00-12:00 13:00-17:00" to `windows`; false if it is anything else, or too much. */
static bool windows_parse(struct windows *windows, const char *text)
{
	size_t len;

	for (; (len = word(&text)) > 0; text += len) {
		if (windows->nr == WINDOWS_MAX || !window_parse(&windows->v[windows->nr], text, len))
			return false;
		windows->nr++;
	}
	unite(windows);
	return true;
}

#define WINDOWS_ALLOWED "times like 09:00-12:00 13:00-17:00 (00:00 to 24:00, a day has at most 16)"
#define HOURS_ALLOWED WINDOWS_ALLOWED ", or none"

static int hours_value(struct windows *out, const char *key, const struct node *node)
{
	out->nr = 0;
	if (node->type != NODE_TEXT)
		return wrong_part(key, node->key, node, HOURS_ALLOWED);
	if (strcmp(node->text, "none") == 0 || windows_parse(out, node->text))
		return 0;
	return wrong_part(key, node->key, node, HOURS_ALLOWED);
}

static int day_by_name(const char *name)
{
	for (int i = 0; i < 7; i++)
		if (strncmp(name, day_names[i], 3) == 0)
			return i;
	return -1;
}

/* "mon", "mon-thu", "sat-mon", "mon wed fri": bits, Monday's is 1. False also for a day named twice. */
static bool days_parse(unsigned *out, const char *text)
{
	size_t len;

	for (; (len = word(&text)) > 0; text += len) {
		int from = len >= 3 ? day_by_name(text) : -1;
		int to = from;

		if (len == 7 && text[3] == '-')
			to = day_by_name(text + 4);
		else if (len != 3)
			return false;
		if (from < 0 || to < 0)
			return false;
		for (int day = from;; day = (day + 1) % 7) {
			if (*out & 1u << day)
				return false;
			*out |= 1u << day;
			if (day == to)
				break;
		}
	}
	return *out != 0;
}

#define DAYS_ALLOWED "days like mon, mon-fri or mon wed fri, each named once"

static int parse_hours(struct calendar *cal, const struct node *map)
{
	unsigned all = 0;

	if (map->type != NODE_MAP)
		return wrong("hours", map, "a map of days, like {mon-fri: \"09:00-17:00\"}");
	NODE_EACH(entry, map) {
		struct windows windows;
		unsigned before = all;
		int rc;

		if (!days_parse(&all, entry->key)) {
			struct node name = { .type = NODE_TEXT, .text = entry->key, .line = entry->line };

			return wrong("a day of hours", &name, DAYS_ALLOWED);
		}
		rc = hours_value(&windows, "hours", entry);
		if (rc < 0)
			return rc;
		for (int day = 0; day < 7; day++)
			if ((all & ~before) & 1u << day)
				cal->week[day] = windows;
	}
	return 0;
}

static void default_hours(struct calendar *cal)
{
	for (int day = 0; day < 5; day++) {
		cal->week[day].nr = 1;
		cal->week[day].v[0] = (struct window){ 9 * 60, 17 * 60 };
	}
}

static int too_many(const char *key, const struct node *node)
{
	return wrong(key, node, "a text or list of at most 8192 entries");
}

static int by_day(const void *a, const void *b)
{
	int32_t x = ((const struct dated_windows *)a)->day, y = ((const struct dated_windows *)b)->day;

	return (x > y) - (x < y);
}

static int parse_hours_on(struct calendar *cal, const struct node *map)
{
	if (map->type != NODE_MAP)
		return wrong("hours_on", map, "a map of dates, like {\"2026-05-02\": \"10:00-14:00\"}");
	if (map->nr > ENTRIES_MAX)
		return too_many("hours_on", map);
	NODE_EACH(entry, map) {
		struct dated_windows *on;
		int rc;

		GROW(cal->hours_on, cal->nr_hours_on, cal->alloc_hours_on);
		on = &cal->hours_on[cal->nr_hours_on++];
		if (!day_parse(&on->day, entry->key)) {
			struct node name = { .type = NODE_TEXT, .text = entry->key, .line = entry->line };

			return wrong("a date of hours_on", &name, "a date like 2026-05-02");
		}
		rc = hours_value(&on->windows, "hours_on", entry);
		if (rc < 0)
			return rc;
	}
	if (cal->nr_hours_on)
		qsort(cal->hours_on, cal->nr_hours_on, sizeof(*cal->hours_on), by_day);
	return 0;
}

/* A time of day in an entry; `*out` stays if there is none. */
static int entry_minute(int *out, const char *key, const struct node *entry, const char *part, int max)
{
	const struct node *node = node_get(entry, part);
	int minute;

	if (!node)
		return 0;
	if (node->type != NODE_TEXT || !minute_parse(&minute, node->text, strlen(node->text)) || minute > max)
		return wrong_part(key, part, node, "a time like 12:00 (an end may be 24:00)");
	*out = minute;
	return 0;
}

static int entry_date(int32_t *out, const char *key, const struct node *entry)
{
	const struct node *node = node_get(entry, "date");

	if (!node)
		return wrong(key, entry, "an entry with a date");
	if (node->type != NODE_TEXT || !day_parse(out, node->text))
		return wrong_part(key, "date", node, "a date like 2026-12-24");
	return 0;
}

static int parse_holiday(struct calendar *cal, const struct node *entry)
{
	const struct node *to = node_get(entry, "to");
	const char *name = node_get_text(entry, "name");
	struct holiday *holiday;
	int rc;

	GROW(cal->holidays, cal->nr_holidays, cal->alloc_holidays);
	holiday = &cal->holidays[cal->nr_holidays++];
	*holiday = (struct holiday){ .window = WHOLE_DATE };
	if (entry->type == NODE_TEXT)
		return day_parse(&holiday->day, entry->text) ?
			       0 :
			       wrong("a holiday", entry, "a date like 2026-12-24, or the name of a calendar");
	if (entry->type != NODE_MAP)
		return wrong("a holiday", entry, "a date, or a map like {date: \"2026-12-24\", from: \"12:00\"}");
	rc = entry_date(&holiday->day, "holiday", entry);
	if (rc < 0)
		return rc;
	rc = entry_minute(&holiday->window.from, "holiday", entry, "from", DAY_MINUTES - 1);
	if (rc < 0)
		return rc;
	rc = entry_minute(&holiday->window.to, "holiday", entry, "to", DAY_MINUTES);
	if (rc < 0)
		return rc;
	if (holiday->window.from >= holiday->window.to)
		return wrong("holiday to", to, "a time after its 'from'");
	if (name)
		holiday->label = pool_strdup(&cal->pool, name);
	return 0;
}

/* The holidays of a calendar by name. */
static int add_named(struct calendar *cal, const struct node *entry, calendar_lookup *lookup, void *data)
{
	const struct node *list = lookup ? lookup(entry->text, data) : NULL;

	if (!list)
		return wrong("a holiday", entry,
			     lookup ? "a date, or the name of a calendar of this log" :
				      "a date (a calendar's name needs a log)");
	NODE_EACH(holiday, list) {
		int rc;

		if (cal->nr_holidays == HOLIDAYS_MAX)
			return wrong("holidays", entry, "named calendars of at most 65536 entries together");
		rc = parse_holiday(cal, holiday);
		if (rc < 0)
			return error_prefix(rc, "calendar '%.*s'", quoted(entry->text), entry->text);
	}
	return 0;
}

static int by_window(const void *a, const void *b)
{
	const struct holiday *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	if (x->window.from != y->window.from)
		return x->window.from < y->window.from ? -1 : 1;
	if (x->window.to != y->window.to)
		return x->window.to > y->window.to ? -1 : 1;
	return strcmp(y->label ? y->label : "", x->label ? x->label : ""); /* a name before none */
}

/* Make the windows of each date lie apart; what lies in another one goes. */
static int sort_holidays(struct calendar *cal, const struct node *node)
{
	struct holiday *v = cal->holidays;
	size_t nr = 0, of_day = 0;

	if (cal->nr_holidays)
		qsort(v, cal->nr_holidays, sizeof(*v), by_window);
	for (size_t i = 0; i < cal->nr_holidays; i++) {
		struct holiday holiday = v[i];

		if (nr && v[nr - 1].day == holiday.day) {
			if (holiday.window.from < v[nr - 1].window.to)
				holiday.window.from = v[nr - 1].window.to;
			if (holiday.window.from >= holiday.window.to)
				continue;
			of_day++;
		} else {
			of_day = 1;
		}
		if (of_day > WINDOWS_MAX)
			return wrong("holidays", node, "at most 16 parts of one date");
		v[nr++] = holiday;
	}
	cal->nr_holidays = nr;
	return 0;
}

static bool looks_like_date(const char *text)
{
	return *text >= '0' && *text <= '9';
}

static int parse_holidays(struct calendar *cal, const struct node *list, calendar_lookup *lookup, void *data)
{
	if (list->type != NODE_LIST)
		return wrong("holidays", list, "a list of dates and names of calendars");
	if (list->nr > ENTRIES_MAX)
		return too_many("holidays", list);
	NODE_EACH(entry, list) {
		int rc;

		if (entry->type == NODE_TEXT && !looks_like_date(entry->text))
			rc = add_named(cal, entry, lookup, data);
		else
			rc = parse_holiday(cal, entry);
		if (rc < 0)
			return rc;
	}
	return sort_holidays(cal, list);
}

/* An end of time off: a date, or a moment. */
struct edge {
	bool is_date;
	int32_t day;
	time_t at;
};

static int away_edge(struct edge *out, const struct calendar *cal, const struct node *node, const char *part)
{
	int second;

	*out = (struct edge){ 0 };
	if (node->type == NODE_TEXT) {
		if (day_parse(&out->day, node->text)) {
			out->is_date = true;
			return 0;
		}
		if (local_parse(&out->day, &second, node->text)) {
			out->at = minute_up(zone_instant(cal->zone, out->day, second));
			return 0;
		}
		if (instant_parse_loose(&out->at, node->text)) {
			out->at = minute_up(out->at);
			return 0;
		}
	}
	return wrong_part("away", part, node, "a date like 2026-08-03, or a time like 2026-08-03T13:00");
}

static void add_days_off(struct calendar *cal, int32_t from, int32_t to)
{
	GROW(cal->days_off, cal->nr_days_off, cal->alloc_days_off);
	cal->days_off[cal->nr_days_off++] = (struct days_off){ from, to };
}

static void add_time_off(struct calendar *cal, time_t from, time_t to)
{
	GROW(cal->time_off, cal->nr_time_off, cal->alloc_time_off);
	cal->time_off[cal->nr_time_off++] = (struct time_off){ from, to };
}

/* Dates take the shifts that belong to them; if one end is a time, a date at the other means its midnight. */
static int parse_away_entry(struct calendar *cal, const struct node *entry)
{
	const struct node *from_node = node_get(entry, "from"), *to_node = node_get(entry, "to");
	struct edge from, to;
	int rc;

	if (!from_node)
		return wrong("away", entry, "an entry with from, like {from: \"2026-08-03\", to: \"2026-08-14\"}");
	rc = away_edge(&from, cal, from_node, "from");
	if (rc < 0)
		return rc;
	if (!to_node && !from.is_date)
		return wrong("away", entry, "an entry whose 'from' is a date or which has a 'to'");
	to = from;
	rc = to_node ? away_edge(&to, cal, to_node, "to") : 0;
	if (rc < 0)
		return rc;

	if (from.is_date && to.is_date) {
		if (to.day < from.day)
			return wrong("away to", to_node, "a date from its 'from' on");
		add_days_off(cal, from.day, to.day);
		return 0;
	}
	if (from.is_date)
		from.at = calendar_instant(cal, from.day, 0);
	if (to.is_date)
		to.at = calendar_instant(cal, to.day, DAY_MINUTES);
	if (to.at < from.at || (to.at == from.at && !from.is_date && !to.is_date))
		return wrong("away to", to_node, "a time after its 'from'");
	add_time_off(cal, from.at, to.at);
	return 0;
}

static int by_days_off(const void *a, const void *b)
{
	const struct days_off *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static int by_time_off(const void *a, const void *b)
{
	const struct time_off *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

static void sort_away(struct calendar *cal)
{
	size_t nr = 0;

	if (cal->nr_days_off)
		qsort(cal->days_off, cal->nr_days_off, sizeof(*cal->days_off), by_days_off);
	for (size_t i = 0; i < cal->nr_days_off; i++) {
		struct days_off *next = &cal->days_off[i], *last = &cal->days_off[nr - 1];

		if (!nr || next->from > last->to + 1)
			cal->days_off[nr++] = *next;
		else if (next->to > last->to)
			last->to = next->to;
	}
	cal->nr_days_off = nr;

	nr = 0;
	if (cal->nr_time_off)
		qsort(cal->time_off, cal->nr_time_off, sizeof(*cal->time_off), by_time_off);
	for (size_t i = 0; i < cal->nr_time_off; i++) {
		struct time_off *next = &cal->time_off[i], *last = &cal->time_off[nr - 1];

		if (!nr || next->from > last->to)
			cal->time_off[nr++] = *next;
		else if (next->to > last->to)
			last->to = next->to;
	}
	cal->nr_time_off = nr;
}

static int parse_away(struct calendar *cal, const struct node *list)
{
	if (list->type != NODE_LIST)
		return wrong("away", list, "a list like [{from: \"2026-08-03\", to: \"2026-08-14\"}]");
	if (list->nr > ENTRIES_MAX)
		return too_many("away", list);
	NODE_EACH(entry, list) {
		int rc;

		if (entry->type != NODE_MAP)
			return wrong("away", entry, "an entry like {from: \"2026-08-03\", to: \"2026-08-14\"}");
		rc = parse_away_entry(cal, entry);
		if (rc < 0)
			return rc;
	}
	sort_away(cal);
	return 0;
}

static int parse_focus_entry(struct calendar *cal, const struct node *entry)
{
	const struct node *days = node_get(entry, "days"), *hours = node_get(entry, "hours");
	struct dated_windows *on;
	unsigned bits = 0;

	if (!hours || !days == !node_get(entry, "date"))
		return wrong("focus", entry, "an entry with hours and either days or a date");
	if (hours->type != NODE_TEXT)
		return wrong_part("focus", "hours", hours, WINDOWS_ALLOWED);
	if (days && (days->type != NODE_TEXT || !days_parse(&bits, days->text)))
		return wrong_part("focus", "days", days, DAYS_ALLOWED);
	for (int day = 0; day < 7; day++)
		if (bits & 1u << day && !windows_parse(&cal->focus_week[day], hours->text))
			return wrong_part("focus", "hours", hours, WINDOWS_ALLOWED);
	if (days)
		return hours->text[strspn(hours->text, " ")] ? 0 : wrong_part("focus", "hours", hours, WINDOWS_ALLOWED);

	GROW(cal->focus_on, cal->nr_focus_on, cal->alloc_focus_on);
	on = &cal->focus_on[cal->nr_focus_on++];
	on->windows.nr = 0;
	if (!windows_parse(&on->windows, hours->text) || !on->windows.nr)
		return wrong_part("focus", "hours", hours, WINDOWS_ALLOWED);
	return entry_date(&on->day, "focus", entry);
}

/* One entry of a date: unite what several said of it. */
static int sort_focus(struct calendar *cal, const struct node *node)
{
	size_t nr = 0;

	if (cal->nr_focus_on)
		qsort(cal->focus_on, cal->nr_focus_on, sizeof(*cal->focus_on), by_day);
	for (size_t i = 0; i < cal->nr_focus_on; i++) {
		struct dated_windows *next = &cal->focus_on[i], *last = &cal->focus_on[nr - 1];

		if (!nr || last->day != next->day) {
			cal->focus_on[nr++] = *next;
			continue;
		}
		for (int k = 0; k < next->windows.nr; k++) {
			if (last->windows.nr == WINDOWS_MAX)
				return wrong("focus", node, "at most 16 blocks of one date");
			last->windows.v[last->windows.nr++] = next->windows.v[k];
			unite(&last->windows);
		}
	}
	cal->nr_focus_on = nr;
	return 0;
}

static int parse_focus(struct calendar *cal, const struct node *list)
{
	if (list->type != NODE_LIST)
		return wrong("focus", list, "a list like [{days: mon wed, hours: \"09:00-11:00\"}]");
	if (list->nr > ENTRIES_MAX)
		return too_many("focus", list);
	NODE_EACH(entry, list) {
		int rc;

		if (entry->type != NODE_MAP)
			return wrong("focus", entry, "an entry like {days: mon wed, hours: \"09:00-11:00\"}");
		rc = parse_focus_entry(cal, entry);
		if (rc < 0)
			return rc;
		cal->has_focus = true;
	}
	return sort_focus(cal, list);
}

static int parse_zone(struct calendar *cal, const struct node *node)
{
	int rc;

	if (!node)
		return zone_load(&cal->zone, "UTC");
	if (node->type != NODE_TEXT)
		return wrong("zone", node, "a zone like Europe/Berlin");
	rc = zone_load(&cal->zone, node->text);
	if (rc < 0)
		rc = error_prefix(rc, "zone");
	if (rc < 0 && node->line)
		rc = error_prefix(rc, "line %d", node->line);
	return rc;
}

/* A key of the map; null, as JSON may have it, is the same as none. */
static const struct node *key(const struct node *map, const char *name)
{
	const struct node *node = node_get(map, name);

	return node && node->type != NODE_NULL ? node : NULL;
}

static int parse(struct calendar *cal, const struct node *map, calendar_lookup *lookup, void *data)
{
	const struct node *hours = key(map, "hours"), *hours_on = key(map, "hours_on");
	const struct node *holidays = key(map, "holidays"), *away = key(map, "away"), *focus = key(map, "focus");
	int rc;

	if (map && map->type == NODE_NULL)
		map = NULL;
	if (map && map->type != NODE_MAP)
		return wrong("the calendar", map, "a map of keys, like {zone: Europe/Berlin}");
	cal->assumed = !hours || !key(map, "zone");
	rc = parse_zone(cal, key(map, "zone"));
	if (rc == 0 && hours)
		rc = parse_hours(cal, hours);
	else if (rc == 0)
		default_hours(cal);
	if (rc == 0 && hours_on)
		rc = parse_hours_on(cal, hours_on);
	if (rc == 0 && holidays)
		rc = parse_holidays(cal, holidays, lookup, data);
	if (rc == 0 && away)
		rc = parse_away(cal, away);
	if (rc == 0 && focus)
		rc = parse_focus(cal, focus);
	return rc;
}

int calendar_new(struct calendar **out, const struct node *map, calendar_lookup *lookup, void *data)
{
	struct calendar *cal = xcalloc(1, sizeof(*cal));
	int rc;

	*out = NULL;
	cal->refs = 1;
	rc = parse(cal, map, lookup, data);
	if (rc < 0)
		calendar_free(cal);
	else
		*out = cal;
	return rc;
}

struct calendar *calendar_ref(struct calendar *cal)
{
	cal->refs++;
	return cal;
}

void calendar_free(struct calendar *cal)
{
	if (!cal || --cal->refs)
		return;
	zone_free(cal->zone);
	free(cal->hours_on);
	free(cal->holidays);
	free(cal->days_off);
	free(cal->time_off);
	free(cal->focus_on);
	pool_release(&cal->pool);
	free(cal);
}

struct zone *calendar_zone(const struct calendar *cal)
{
	return cal->zone;
}

bool calendar_is_assumed(const struct calendar *cal)
{
	return cal->assumed;
}
