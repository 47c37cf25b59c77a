/* What the values of a record may be. */
#include "record-values.h"

#include <stdio.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/text.h"
#include "async/worktime.h"

#define MAX_LINE 500
#define MAX_LINK 4000
#define SHOWN 40 /* bytes of a wrong value that a message shows */

int check_fail(const struct check *check, const struct node *at, const char *fmt, ...)
{
	const char *name = check->name ? check->name : "";
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (at && at->line)
		error_set(ERR_INVALID, "%s%s%d:%d: %s", name, *name ? ":" : "", at->line, at->column,
			  text.ptr);
	else
		error_set(ERR_INVALID, "%s%s%s", name, *name ? ": " : "", text.ptr);
	buf_release(&text);
	return ERR_INVALID;
}

static void describe(struct buf *out, const struct node *value)
{
	size_t len;

	switch (value->type) {
	case NODE_NULL:
		buf_puts(out, "null");
		return;
	case NODE_LIST:
		buf_puts(out, value->nr ? "a list" : "an empty list");
		return;
	case NODE_MAP:
		buf_puts(out, value->nr ? "a map" : "an empty map");
		return;
	case NODE_TEXT:
		len = text_clip(value->text, SHOWN);
		if (strcspn(value->text, "\n") < len)
			len = strcspn(value->text, "\n");
		buf_addf(out, "'%.*s%s'", (int)len, value->text, value->text[len] ? "…" : "");
	}
}

/* "key: inner key: expected WHAT, not VALUE" */
static int expected(const struct check *check, const struct node *value, const char *what)
{
	struct buf got = BUF_INIT;
	bool inner = value->key && strcmp(value->key, check->key);

	describe(&got, value);
	check_fail(check, value, "%s: %s%sexpected %s, not %s", check->key, inner ? value->key : "",
		   inner ? ": " : "", what, got.ptr);
	buf_release(&got);
	return ERR_INVALID;
}

/* Values that are one text. */

static bool is_one_line(const char *text)
{
	return *text && !strpbrk(text, "\n\t");
}

int value_any(const struct check *check, const struct node *value)
{
	(void)check;
	(void)value;
	return 0;
}

int value_number(const struct check *check, const struct node *value)
{
	const char *text = value->text;

	if (!text || *text == '0' || !*text || strlen(text) > 9 || text[strspn(text, "0123456789")])
		return expected(check, value, "a whole number");
	return 0;
}

int value_instant(const struct check *check, const struct node *value)
{
	time_t at;

	if (!value->text || !instant_parse(&at, value->text))
		return expected(check, value, "an instant such as 2026-11-22T10:15:30Z");
	return 0;
}

int value_instant_or_day(const struct check *check, const struct node *value)
{
	time_t at;
	int32_t day;

	if (!value->text || (!instant_parse(&at, value->text) && !day_parse(&day, value->text)))
		return expected(check, value,
				"an instant such as 2026-11-22T10:15:30Z or a date such as \"2026-11-22\"");
	return 0;
}

static int value_day(const struct check *check, const struct node *value)
{
	int32_t out;

	if (!value->text || !day_parse(&out, value->text))
		return expected(check, value, "a date such as \"2026-11-22\"");
	return 0;
}

int value_span(const struct check *check, const struct node *value)
{
	struct span out;

	if (!value->text || !span_parse(&out, value->text))
		return expected(check, value, "a duration such as 4h, 1d or 1d4h30m");
	return 0;
}

int value_line(const struct check *check, const struct node *value)
{
	if (!value->text || !is_one_line(value->text))
		return expected(check, value, "one line of text");
	if (strlen(value->text) > MAX_LINE)
		return expected(check, value, "at most 500 bytes");
	return 0;
}

int value_subject(const struct check *check, const struct node *value)
{
	_Static_assert(MAX_LINE == RECORD_MAX_SUBJECT, "a subject is a line");
	return value_line(check, value);
}

int value_text(const struct check *check, const struct node *value)
{
	if (!value->text || !*value->text)
		return expected(check, value, "a text");
	return 0;
}

/* A kind, type, verb: a newer async may have others, but they look like this. */
int value_word(const struct check *check, const struct node *value)
{
	const char *at = value->text;

	if (!at || *at < 'a' || *at > 'z' || strlen(at) > 64 ||
	    at[strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789_-")])
		return expected(check, value, "a word of lower-case letters");
	return 0;
}

static int one_of(const struct check *check, const struct node *value, const char *a, const char *b)
{
	char what[64];

	if (value->text && (!strcmp(value->text, a) || !strcmp(value->text, b)))
		return 0;
	snprintf(what, sizeof(what), "%s or %s", a, b);
	return expected(check, value, what);
}

int value_clock_mode(const struct check *check, const struct node *value)
{
	return one_of(check, value, "work", "calendar");
}

int value_focus_mode(const struct check *check, const struct node *value)
{
	return one_of(check, value, "pause", "count");
}

int value_status(const struct check *check, const struct node *value)
{
	return one_of(check, value, "member", "gone");
}

/* A name that people type: of a level, group, calendar, or a tag. */
static bool is_name(const char *text)
{
	size_t len = strlen(text), at;
	uint32_t c;

	return len && len <= RECORD_MAX_TAG && !strchr("-@", text[0]) && !strpbrk(text, " \t\n,") &&
	       !text_find_odd(&at, &c, text, len);
}

int value_name(const struct check *check, const struct node *value)
{
	if (!value->text || !is_name(value->text))
		return expected(check, value, "a name of 1 to 64 bytes without spaces and commas");
	return 0;
}

int value_handle(const struct check *check, const struct node *value)
{
	if (!value->text || !handle_is_valid(value->text))
		return expected(check, value, "a handle such as ben, or an address");
	return 0;
}

static int value_address(const struct check *check, const struct node *value)
{
	if (!value->text || !address_is_valid(value->text))
		return expected(check, value, "an address such as ben@example.com");
	return 0;
}

int value_zone(const struct check *check, const struct node *value)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-";
	const char *at = value->text;

	if (!at || !*at || strlen(at) > 64 || *at == '/' || at[strspn(at, allowed)])
		return expected(check, value, "a time zone such as Europe/Berlin");
	return 0;
}

int value_id(const struct check *check, const struct node *value)
{
	struct id out;

	if (!value->text || !id_parse(&out, value->text, strlen(value->text)))
		return expected(check, value, "a record id of 40 digits");
	return 0;
}

/* Values that hold others. */

static int each(const struct check *check, const struct node *list, check_value *entry_check, const char *what)
{
	int rc = 0;

	if (list->type != NODE_LIST || !list->first)
		return expected(check, list, what);
	NODE_EACH(entry, list)
		if (rc == 0)
			rc = entry_check(check, entry);
	return rc;
}

int value_handles(const struct check *check, const struct node *value)
{
	return each(check, value, value_handle, "a list of handles");
}

int value_tags(const struct check *check, const struct node *value)
{
	if (value->nr > RECORD_MAX_TAGS)
		return check_fail(check, value, "%s: expected at most %d, not %zu", check->key, RECORD_MAX_TAGS,
			    value->nr);
	return each(check, value, value_name, "a list of tags");
}

/* A key of an inner map that may be absent. */
static int optional(const struct check *check, const struct node *map, const char *key, check_value *value_check)
{
	const struct node *value = node_get(map, key);

	return value ? value_check(check, value) : 0;
}

static int required(const struct check *check, const struct node *map, const char *key, check_value *value_check)
{
	const struct node *value = node_get(map, key);

	if (!value)
		return check_fail(check, map, "%s: expected the key '%s' in the map", check->key, key);
	return value_check(check, value);
}

static int value_any_item(const struct check *check, const struct node *value)
{
	int rc;

	if (value->type != NODE_MAP)
		return expected(check, value, "a map {of: [handle, …]}");
	rc = optional(check, value, "group", value_name);
	return rc < 0 ? rc : required(check, value, "of", value_handles);
}

int value_any_items(const struct check *check, const struct node *value)
{
	return each(check, value, value_any_item, "a list of maps {of: [handle, …]}");
}

int value_short_text(const struct check *check, const struct node *value)
{
	if (!value->text || !is_one_line(value->text) || strlen(value->text) > MAX_LINK)
		return expected(check, value, "one line of at most 4,000 bytes");
	return 0;
}

static int value_link_item(const struct check *check, const struct node *value)
{
	static const char *const keys[] = { "id", "commit", "path", "url", "title" };
	int rc = 0;

	if (value->type != NODE_MAP || !value->first)
		return expected(check, value, "a map such as {url: …, title: …}");
	for (size_t i = 0; rc == 0 && i < sizeof(keys) / sizeof(*keys); i++)
		rc = optional(check, value, keys[i], value_short_text);
	return rc;
}

int value_links(const struct check *check, const struct node *value)
{
	return each(check, value, value_link_item, "a list of maps such as {url: …, title: …}");
}

static int value_size(const struct check *check, const struct node *value)
{
	const char *at = value->text;

	if (!at || !*at || strlen(at) > 18 || at[strspn(at, "0123456789")])
		return expected(check, value, "a number of bytes");
	return 0;
}

static int value_attachment(const struct check *check, const struct node *value)
{
	int rc;

	if (value->type != NODE_MAP)
		return expected(check, value, "a map {id: …, name: …, size: …}");
	rc = required(check, value, "id", value_id);
	if (rc == 0)
		rc = required(check, value, "name", value_line);
	if (rc == 0)
		rc = required(check, value, "size", value_size);
	return rc < 0 ? rc : optional(check, value, "media", value_line);
}

int value_attachments(const struct check *check, const struct node *value)
{
	return each(check, value, value_attachment, "a list of maps {id: …, name: …, size: …}");
}

int value_origin(const struct check *check, const struct node *value)
{
	int rc;

	if (value->type != NODE_MAP)
		return expected(check, value, "a map {system: …, id: …}");
	rc = required(check, value, "system", value_line);
	if (rc == 0)
		rc = required(check, value, "id", value_short_text);
	return rc < 0 ? rc : optional(check, value, "url", value_short_text);
}

static int value_texts(const struct check *check, const struct node *value)
{
	if (value->type != NODE_MAP)
		return expected(check, value, "a map");
	NODE_EACH(entry, value)
		if (!entry->text || strchr(entry->text, '\n'))
			return expected(check, entry, "one line of text");
	return 0;
}

int value_hours(const struct check *check, const struct node *value)
{
	if (value->type != NODE_MAP)
		return expected(check, value, "a map such as {mon-fri: \"09:00-17:00\"}");
	return value_texts(check, value);
}

/* {add: …, drop: …}, at least one of them. */
static int changes(const struct check *check, const struct node *value, check_value *add, check_value *drop)
{
	int rc;

	if (value->type != NODE_MAP || (!node_get(value, "add") && !node_get(value, "drop")))
		return expected(check, value, "a map {add: …, drop: …}");
	rc = optional(check, value, "add", add);
	return rc < 0 ? rc : optional(check, value, "drop", drop);
}

static int value_names_list(const struct check *check, const struct node *value)
{
	return each(check, value, value_name, "a list of names");
}

static int value_address_list(const struct check *check, const struct node *value)
{
	return each(check, value, value_address, "a list of addresses");
}

static int value_text_list(const struct check *check, const struct node *value)
{
	return each(check, value, value_short_text, "a list of texts");
}

static int value_day_list(const struct check *check, const struct node *value)
{
	return each(check, value, value_day, "a list of dates");
}

static int value_holiday(const struct check *check, const struct node *value)
{
	int rc;

	if (value->type == NODE_TEXT)
		return value_name(check, value);
	rc = value_texts(check, value);
	return rc < 0 ? rc : required(check, value, "date", value_day);
}

static int value_holiday_list(const struct check *check, const struct node *value)
{
	return each(check, value, value_holiday, "a list of dates, calendar names and maps {date: …}");
}

static int value_text_maps(const struct check *check, const struct node *value)
{
	return each(check, value, value_texts, "a list of maps");
}

static int value_day_hours(const struct check *check, const struct node *value)
{
	int32_t out;

	NODE_EACH(entry, value)
		if (entry->key && !day_parse(&out, entry->key))
			return check_fail(check, entry, "%s: expected dates as keys, not '%s'", check->key, entry->key);
	return value_texts(check, value);
}

int value_groups(const struct check *check, const struct node *value)
{
	return changes(check, value, value_names_list, value_names_list);
}

int value_addresses(const struct check *check, const struct node *value)
{
	return changes(check, value, value_address_list, value_address_list);
}

int value_keys(const struct check *check, const struct node *value)
{
	return changes(check, value, value_text_list, value_text_list);
}

int value_holidays(const struct check *check, const struct node *value)
{
	return changes(check, value, value_holiday_list, value_holiday_list);
}

int value_focus_blocks(const struct check *check, const struct node *value)
{
	return changes(check, value, value_text_maps, value_text_maps);
}

int value_hours_on(const struct check *check, const struct node *value)
{
	return changes(check, value, value_day_hours, value_day_list);
}

static int value_away_item(const struct check *check, const struct node *value)
{
	int rc = value_texts(check, value);

	return rc < 0 ? rc : required(check, value, "from", value_line);
}

int value_away_items(const struct check *check, const struct node *value)
{
	return each(check, value, value_away_item, "a list of maps {from: …, to: …}");
}

int value_levels(const struct check *check, const struct node *value)
{
	int rc = 0;

	if (value->type != NODE_MAP)
		return expected(check, value, "a map of levels");
	NODE_EACH(level, value) {
		if (!is_name(level->key))
			return check_fail(check, level, "levels: expected a name without spaces, not '%s'", level->key);
		if (level->text && !*level->text)
			continue; /* this level is no more */
		if (level->type != NODE_MAP)
			return expected(check, level, "a map such as {within: 1d}");
		rc = required(check, level, "within", value_span);
		if (rc == 0)
			rc = optional(check, level, "clock", value_clock_mode);
		if (rc == 0)
			rc = optional(check, level, "focus", value_focus_mode);
		if (rc < 0)
			return rc;
	}
	return 0;
}
