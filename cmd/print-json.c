/* A row as one JSON object on one line (async-json(5)). */
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/json.h"
#include "async/worktime.h"
#include "listing.h"

/* Digits and the like: nothing in it to be escaped. Rows are many, and printf is slow. */
static void put_plain(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	buf_puts(out, text);
	buf_putc(out, '"');
}

static void put_id(struct buf *out, const struct id *id)
{
	char hex[ID_HEX + 1];

	if (!id || id_is_zero(id)) {
		buf_puts(out, "null");
		return;
	}
	id_hex(hex, id);
	put_plain(out, hex);
}

static void put_time(struct buf *out, time_t at)
{
	char text[INSTANT_TEXT];

	if (!at || at == DUE_NEVER) {
		buf_puts(out, "null");
		return;
	}
	instant_format(text, at);
	put_plain(out, text);
}

/* "a,b" as a list; names of persons as records are written. */
static void put_list(struct buf *out, const struct listing *list, const char *items, bool people)
{
	char *copy = xstrdup(items ? items : ""), *rest = copy, *item;
	const char *lead = "";

	buf_putc(out, '[');
	while ((item = strsep(&rest, ","))) {
		if (!*item)
			continue;
		buf_puts(out, lead);
		json_put_text(out, people ? listing_person(list, item, true) : item);
		lead = ",";
	}
	buf_putc(out, ']');
	free(copy);
}

static void put_ranges(struct buf *out, const char *ranges)
{
	buf_puts(out, *ranges ? "[[" : "[");
	for (; *ranges; ranges++)
		if (*ranges == ',')
			buf_puts(out, "],[");
		else
			buf_putc(out, (char)(*ranges == '-' ? ',' : *ranges));
	buf_puts(out, out->ptr[out->len - 1] == '[' ? "]" : "]]");
}

static void put_value(struct buf *out, const struct listing *list, const struct field *field,
		      const struct value *value)
{
	if (value->none) {
		buf_puts(out, "null");
		return;
	}
	switch (field->type) {
	case VALUE_TEXT:
		json_put_text(out, value->text);
		break;
	case VALUE_ID:
		put_id(out, value->id);
		break;
	case VALUE_TIME:
		put_time(out, value->time);
		break;
	case VALUE_SPAN:
	case VALUE_WORK:
	case VALUE_NUMBER:
		buf_addf(out, "%lld", value->number);
		break;
	case VALUE_BOOL:
		buf_puts(out, value->number ? "true" : "false");
		break;
	case VALUE_LIST:
		put_list(out, list, value->text, false);
		break;
	case VALUE_PERSON:
		json_put_text(out, value->text ? listing_person(list, value->text, true) : NULL);
		break;
	case VALUE_PEOPLE:
		put_list(out, list, value->text, true);
		break;
	case VALUE_RANGES:
		put_ranges(out, value->text ? value->text : "");
		break;
	}
}

void listing_json(struct buf *out, const struct listing *list, const struct value *values)
{
	buf_puts(out, "{\"v\":1,\"kind\":");
	put_plain(out, list->what);
	for (size_t i = 0; i < list->nr; i++) {
		buf_putc(out, ',');
		put_plain(out, list->fields[i].name);
		buf_putc(out, ':');
		put_value(out, list, &list->fields[i], &values[i]);
	}
	buf_putc(out, '}');
}
