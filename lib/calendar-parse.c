/* The keys of a calendar, as people wrote them; each wrong value is named with what is allowed. */
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "calendar.h"

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
	windows_unite(windows);
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
	calendar_sort_hours_on(cal);
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
	return calendar_sort_holidays(cal) ? 0 : wrong("holidays", list, "at most 16 parts of one date");
}

/* An end of time off: a date, a local time, or an instant. */
struct edge {
	enum { EDGE_DATE, EDGE_LOCAL, EDGE_INSTANT } form;
	int32_t day;
	int second; /* of the day */
	time_t at;
};

static int away_edge(struct edge *out, const struct calendar *cal, const struct node *node, const char *part)
{
	*out = (struct edge){ .form = EDGE_DATE };
	if (node->type == NODE_TEXT) {
		if (day_parse(&out->day, node->text))
			return 0;
		if (local_parse(&out->day, &out->second, node->text)) {
			out->form = EDGE_LOCAL;
			out->at = minute_up(zone_instant(cal->zone, out->day, out->second));
			return 0;
		}
		if (instant_parse_loose(&out->at, node->text)) {
			out->form = EDGE_INSTANT;
			out->at = minute_up(out->at);
			return 0;
		}
	}
	return wrong_part("away", part, node, "a date like 2026-08-03, or a time like 2026-08-03T13:00");
}

/* Only as it is written: which of a local time and an instant comes first depends on the zone. */
static bool is_backwards(const struct edge *from, const struct edge *to)
{
	if (from->form == EDGE_INSTANT || to->form == EDGE_INSTANT)
		return from->form == to->form && to->at <= from->at;
	if (from->day != to->day)
		return to->day < from->day;
	return to->form == EDGE_LOCAL && to->second <= from->second;
}

static void add_days_off(struct calendar *cal, int32_t from, int32_t to)
{
	GROW(cal->days_off, cal->nr_days_off, cal->alloc_days_off);
	cal->days_off[cal->nr_days_off++] = (struct days_off){ from, to };
}

static void add_time_off(struct calendar *cal, time_t from, time_t to)
{
	if (from >= to) /* a time that the clock skips has no length */
		return;
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
	if (!to_node && from.form != EDGE_DATE)
		return wrong("away", entry, "an entry whose 'from' is a date or which has a 'to'");
	to = from;
	rc = to_node ? away_edge(&to, cal, to_node, "to") : 0;
	if (rc < 0)
		return rc;
	if (to_node && is_backwards(&from, &to))
		return wrong("away to", to_node, "a date from its 'from' on, or a time after it");

	if (from.form == EDGE_DATE && to.form == EDGE_DATE) {
		add_days_off(cal, from.day, to.day);
		return 0;
	}
	if (from.form == EDGE_DATE)
		from.at = calendar_instant(cal, from.day, 0);
	if (to.form == EDGE_DATE)
		to.at = calendar_instant(cal, to.day, DAY_MINUTES);
	add_time_off(cal, from.at, to.at);
	return 0;
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
	calendar_sort_away(cal);
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
	return calendar_sort_focus(cal) ? 0 : wrong("focus", list, "at most 16 blocks of one date");
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

int calendar_parse(struct calendar *cal, const struct node *map, calendar_lookup *lookup, void *data)
{
	const struct node *hours = key(map, "hours"), *hours_on = key(map, "hours_on");
	const struct node *holidays = key(map, "holidays"), *away = key(map, "away"), *focus = key(map, "focus");
	int rc;

	if (map && map->type == NODE_NULL)
		map = NULL;
	if (map && map->type != NODE_MAP)
		return wrong("the calendar", map, "a map of keys, like {zone: Europe/Berlin}");
	cal->assumed = !hours || !key(map, "zone") || key(map, "assumed");
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
