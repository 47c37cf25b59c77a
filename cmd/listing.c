/* Rows: collected into columns, or handed at once to JSON or a template. */
#include "listing.h"

#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "cmd.h"

/* So many rows wait to be aligned; a longer list is aligned in pieces, in constant memory. */
#define CHUNK 1000

/* Columns are not cut below this: the elastic one, a part of the width; and others of words. */
#define LEAST_ELASTIC (print_width() / 3)
#define LEAST_WORDS 8
/* Words longer than this are cut before the elastic column is. */
#define LONG_WORDS 16

#define GAP 2 /* between columns */

struct cell {
	const char *text;
	int width;
	enum color color;
};

/* A row, or a heading: `cells` is then NULL. */
struct line {
	const char *heading;
	struct cell *cells;
};

int listing_begin(struct listing **out, struct worklog *wl, const char *what, const struct field *fields, size_t nr)
{
	struct listing *list = xcalloc(1, sizeof(*list));
	char name[256];
	int rc = 0;

	*list = (struct listing){ .wl = wl, .what = what, .fields = fields, .nr = nr };
	if (wl) {
		list->now = worklog_now(wl);
		list->zone = worklog_zone(wl);
	} else {
		zone_system_name(name, sizeof(name));
		rc = clock_now(&list->now);
		if (!rc)
			rc = zone_load(&list->own_zone, name);
		list->zone = list->own_zone;
	}
	if (!rc && globals.format)
		rc = template_new(&list->template, list, globals.format);
	*out = list;
	if (rc < 0) {
		listing_end(list);
		*out = NULL;
	}
	return rc;
}

bool listing_wants(const struct listing *list, size_t field)
{
	if (list->template)
		return template_has(list->template, field);
	return print_is_json() || (list->fields[field].flags & COLUMN);
}

const char *listing_person(const struct listing *list, const char *key, bool handle)
{
	const struct who *who = list->wl ? worklog_who(list->wl, key) : NULL;

	if (!who)
		return key;
	return handle ? who->handle : who->shown;
}

static void put_people(struct buf *out, const struct listing *list, const char *keys)
{
	char *copy = xstrdup(keys), *rest = copy, *key;
	const char *lead = "";

	while ((key = strsep(&rest, ","))) {
		if (!*key)
			continue;
		buf_puts(out, lead);
		print_safe(out, listing_person(list, key, false), false);
		lead = ", ";
	}
	free(copy);
}

static void put_list(struct buf *out, const char *items)
{
	for (; *items; items += *items == ',') {
		size_t len = strcspn(items, ",");
		char *item = xstrndup(items, len);

		print_safe(out, item, false);
		if (items[len])
			buf_puts(out, ", ");
		free(item);
		items += len;
	}
}

static void put_id(struct buf *out, const struct listing *list, const struct id *id)
{
	char hex[ID_HEX + 1];

	if (list->wl) {
		worklog_short_id(hex, list->wl, id);
		buf_puts(out, hex);
	} else {
		id_hex(hex, id);
		buf_add(out, hex, ID_MIN_SHOWN);
	}
}

void listing_plain(struct buf *out, const struct listing *list, const struct field *field,
		   const struct value *value)
{
	if (value->none)
		return;
	switch (field->type) {
	case VALUE_TEXT:
	case VALUE_RANGES:
		print_safe(out, value->text ? value->text : "", false);
		break;
	case VALUE_ID:
		if (value->id && !id_is_zero(value->id))
			put_id(out, list, value->id);
		break;
	case VALUE_TIME:
		if (value->time)
			format_time_short(out, value->time, list->now, list->zone);
		break;
	case VALUE_SPAN:
		format_span(out, value->number);
		break;
	case VALUE_WORK:
		format_work(out, value->number);
		break;
	case VALUE_NUMBER:
		buf_addf(out, "%lld", value->number);
		break;
	case VALUE_BOOL:
		buf_puts(out, value->number ? "yes" : "no");
		break;
	case VALUE_LIST:
		put_list(out, value->text ? value->text : "");
		break;
	case VALUE_PERSON:
		print_safe(out, value->text ? listing_person(list, value->text, false) : "", false);
		break;
	case VALUE_PEOPLE:
		put_people(out, list, value->text ? value->text : "");
		break;
	}
}

static enum color cell_color(const struct field *field, const struct value *value)
{
	if (value->color)
		return value->color;
	if (field->flags & BOLD)
		return COLOR_BOLD;
	if (field->flags & DIM)
		return COLOR_DIM;
	return field->type == VALUE_ID ? COLOR_ID : COLOR_NONE;
}

static void fill_cell(struct cell *cell, struct listing *list, const struct field *field,
		      const struct value *value)
{
	struct buf text = BUF_INIT;

	if (value->column)
		print_safe(&text, value->column, false);
	else
		listing_plain(&text, list, field, value);
	cell->text = pool_strndup(&list->pool, text.ptr, text.len);
	cell->width = text_width(cell->text);
	cell->color = cell_color(field, value);
	buf_release(&text);
}

/* How narrow a column can be: words can be cut, an id, a time or a number cannot. */
static int least_width(const struct field *field, int width)
{
	int least = width;

	if (field->flags & WHOLE)
		return width;
	if (field->flags & ELASTIC)
		least = LEAST_ELASTIC;
	else if (field->type == VALUE_TEXT || field->type == VALUE_LIST || field->type == VALUE_PERSON ||
		 field->type == VALUE_PEOPLE)
		least = LEAST_WORDS;
	return width < least ? width : least;
}

/* How long a column that is not elastic matters: 0, and it is the first to go, to 2. */
static int importance(const struct field *field)
{
	if (field->flags & KEPT)
		return 2;
	return field->flags & DIM ? 0 : 1;
}

/* Leave out columns until the rest has room at its narrowest: the least important, from the right end. */
static void leave_out(int *widths, const struct listing *list)
{
	int total = -GAP;

	for (size_t i = 0; i < list->nr; i++)
		if (widths[i])
			total += least_width(&list->fields[i], widths[i]) + GAP;
	for (int least = 0; least <= 2; least++)
		for (size_t i = list->nr; i-- > 1 && total > print_width();) {
			const struct field *field = &list->fields[i];

			if (!widths[i] || (field->flags & ELASTIC) || importance(field) != least)
				continue;
			total -= least_width(field, widths[i]) + GAP;
			widths[i] = 0;
		}
}

/*
 * Which column gives way: long words down to what most of them take, the elastic one as far as
 * it goes, then the widest; -1: none can.
 */
static int giving_way(const int *widths, const struct listing *list)
{
	int widest = -1, elastic = -1;

	for (size_t i = 0; i < list->nr; i++) {
		if (widths[i] == least_width(&list->fields[i], widths[i]))
			continue;
		if (list->fields[i].flags & ELASTIC)
			elastic = (int)i;
		else if (widest < 0 || widths[i] > widths[widest])
			widest = (int)i;
	}
	if (elastic >= 0 && (widest < 0 || widths[widest] <= LONG_WORDS))
		return elastic;
	return widest;
}

/* The width of each column; 0: not shown. */
static void measure(int *widths, const struct listing *list)
{
	int total = -GAP, column;

	for (size_t i = 0; i < list->nr; i++)
		for (size_t k = 0; k < list->nr_lines; k++)
			if (list->lines[k].cells && list->lines[k].cells[i].width > widths[i])
				widths[i] = list->lines[k].cells[i].width;
	leave_out(widths, list);
	for (size_t i = 0; i < list->nr; i++)
		total += widths[i] ? widths[i] + GAP : 0;
	for (; total > print_width() && (column = giving_way(widths, list)) >= 0; total--)
		widths[column]--;
}

static void put_cell(struct buf *out, const struct cell *cell, const struct field *field, int width)
{
	const char *color = *cell->text ? color_begin(cell->color) : "";
	struct buf text = BUF_INIT;
	int pad;

	text_cut(&text, cell->text, width);
	pad = width - text_width(text.ptr); /* a wide character that was cut leaves more than was asked */
	if (field->flags & RIGHT)
		buf_pad(out, ' ', (size_t)pad);
	buf_puts(out, color);
	buf_puts(out, text.ptr);
	buf_puts(out, *color ? color_end(cell->color) : "");
	if (!(field->flags & RIGHT))
		buf_pad(out, ' ', (size_t)pad);
	buf_release(&text);
}

static void put_row(struct buf *out, const struct listing *list, const struct cell *cells, const int *widths)
{
	const char *gap = "";

	for (size_t i = 0; i < list->nr; i++) {
		if (!widths[i])
			continue;
		buf_puts(out, gap);
		put_cell(out, &cells[i], &list->fields[i], widths[i]);
		gap = "  ";
	}
	buf_rtrim(out);
	buf_putc(out, '\n');
}

/* Not on a terminal: a row looks the same whichever rows are around it. */
static void put_piped(struct buf *out, const struct listing *list, const struct cell *cells)
{
	const char *gap = "";

	for (size_t i = 0; i < list->nr; i++) {
		if (!*cells[i].text)
			continue;
		buf_puts(out, gap);
		put_cell(out, &cells[i], &list->fields[i], cells[i].width);
		gap = "  ";
	}
	buf_putc(out, '\n');
}

static void put_heading(struct buf *out, const char *text)
{
	buf_puts(out, color_begin(COLOR_HEADER));
	print_safe(out, text, false);
	buf_puts(out, color_end(COLOR_HEADER));
	buf_putc(out, '\n');
}

/* Print the rows that wait. */
static void flush_lines(struct listing *list)
{
	int *widths = xcalloc(list->nr, sizeof(*widths));
	struct buf out = BUF_INIT;

	if (print_width())
		measure(widths, list);
	for (size_t i = 0; i < list->nr_lines; i++) {
		buf_reset(&out);
		if (list->lines[i].cells && !print_width())
			put_piped(&out, list, list->lines[i].cells);
		else if (list->lines[i].cells)
			put_row(&out, list, list->lines[i].cells, widths);
		else
			put_heading(&out, list->lines[i].heading);
		print_raw(out.ptr, out.len);
	}
	buf_release(&out);
	free(widths);
	list->nr_lines = 0;
	list->heading = NULL;
	pool_release(&list->pool);
}

static void add_line(struct listing *list, struct line line)
{
	GROW(list->lines, list->nr_lines, list->alloc_lines);
	list->lines[list->nr_lines++] = line;
}

void listing_heading(struct listing *list, const char *text)
{
	if (!print_is_machine())
		list->heading = pool_strdup(&list->pool, text);
}

static void add_row(struct listing *list, const struct value *values)
{
	struct cell *cells;

	if (list->heading)
		add_line(list, (struct line){ .heading = list->heading });
	list->heading = NULL;
	cells = pool_alloc(&list->pool, list->nr * sizeof(*cells));
	for (size_t i = 0; i < list->nr; i++)
		if (list->fields[i].flags & COLUMN)
			fill_cell(&cells[i], list, &list->fields[i], &values[i]);
		else
			cells[i].text = "";
	add_line(list, (struct line){ .cells = cells });
	if (list->nr_lines >= CHUNK || !print_width())
		flush_lines(list);
}

/* -z alone: the columns, a TAB between them (a TAB within one is escaped). */
static void put_tabbed(struct buf *out, const struct listing *list, const struct value *values)
{
	const char *lead = "";

	for (size_t i = 0; i < list->nr; i++) {
		if (!(list->fields[i].flags & COLUMN))
			continue;
		buf_puts(out, lead);
		if (values[i].column)
			print_safe(out, values[i].column, false);
		else
			listing_plain(out, list, &list->fields[i], &values[i]);
		lead = "\t";
	}
}

int listing_row(struct listing *list, const struct value *values)
{
	struct buf out = BUF_INIT;

	if (!print_is_machine()) {
		add_row(list, values);
	} else {
		if (globals.json)
			listing_json(&out, list, values);
		else if (list->template)
			template_fill(&out, list, values);
		else
			put_tabbed(&out, list, values);
		buf_putc(&out, globals.nul ? '\0' : '\n');
		print_raw(out.ptr, out.len);
		buf_release(&out);
	}
	return print_check();
}

int listing_end(struct listing *list)
{
	if (!list)
		return 0;
	if (list->nr_lines)
		flush_lines(list);
	pool_release(&list->pool);
	template_free(list->template);
	zone_free(list->own_zone);
	free(list->lines);
	free(list);
	return print_check();
}
