/* A board: posts in columns, side by side where there is room. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "posts.h"

#define LEAST_COLUMN 22 /* narrower ones stand below one another */
#define GAP 3           /* between columns */

struct card_line {
	const char *id, *text; /* safe; `id` may be NULL */
	enum color color;
};

struct column {
	const char *name;
	struct query query;
	size_t total; /* posts there are */
	struct card_line *lines;
	size_t nr, alloc;
};

struct board {
	struct worklog *wl;
	const struct query *query; /* of all of it */
	const char *prefix;        /* of tags */
	struct column *columns;
	size_t nr, alloc;
	struct pool pool;
};

/* Put a column's own terms before those of the whole. */
static struct column *add_column(struct board *board, const char *name, struct query *own)
{
	struct query_term *last = own->terms;
	struct column *column;

	while (last->next)
		last = last->next;
	last->next = board->query->terms;
	GROW(board->columns, board->nr, board->alloc);
	column = &board->columns[board->nr++];
	*column = (struct column){ .name = name, .query = *board->query };
	column->query.terms = own->terms;
	return column;
}

static int columns_by_state(struct board *board)
{
	static const struct {
		const char *name, *terms;
	} states[] = {
		{ "overdue", "state:overdue" },
		{ "open", "state:open -state:overdue,acked" },
		{ "acked", "state:acked -state:overdue" },
		{ "met", "state:met" },
		{ "withdrawn", "state:withdrawn" },
	};
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < NR(states); i++) {
		struct query own = { .terms = NULL };

		rc = query_parse(&own, &board->pool, states[i].terms);
		if (rc == 0)
			add_column(board, states[i].name, &own);
	}
	return rc;
}

static int column_of_tag(const char *tag, void *data)
{
	struct board *board = data;
	struct query own = { .terms = NULL };
	struct query_term *term;

	tag = pool_strdup(&board->pool, tag);
	term = query_term_new(&own, &board->pool, QUERY_TAG, tag);
	term->v = pool_alloc(&board->pool, sizeof(*term->v));
	term->v[term->nr++] = tag;
	add_column(board, tag + strlen(board->prefix), &own);
	return 0;
}

/* Leave out columns in which nothing stands. */
static int count_columns(struct board *board)
{
	size_t nr = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < board->nr; i++) {
		struct query all = board->columns[i].query;

		all.limit = 0;
		rc = worklog_count_posts(&board->columns[i].total, board->wl, &all);
		if (board->columns[i].total)
			board->columns[nr++] = board->columns[i];
	}
	board->nr = nr;
	return rc;
}

/* -- one below the other ----------------------------------------------------------------------- */

static void put_title(struct buf *out, const struct column *column)
{
	size_t limit = column->query.limit;

	print_safe(out, *column->name ? column->name : "(no name)", false);
	if (limit && column->total > limit)
		buf_addf(out, " (%zu of %zu)", limit, column->total);
	else
		buf_addf(out, " (%zu)", column->total);
}

static int print_column(const struct column *column, struct posts *posts)
{
	struct buf title = BUF_INIT;
	int rc;

	put_title(&title, column);
	listing_heading(posts->list, title.ptr);
	posts->column = column->name;
	rc = worklog_posts(posts->wl, &column->query, posts_row, posts);
	buf_release(&title);
	return rc;
}

static int print_stacked(const struct board *board)
{
	struct posts posts;
	int rc, ended;

	rc = posts_begin(&posts, board->wl);
	if (rc < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < board->nr; i++)
		rc = print_column(&board->columns[i], &posts);
	ended = posts_end(&posts);
	return rc < 0 ? rc : ended;
}

/* -- side by side ------------------------------------------------------------------------------ */

static void add_line(struct column *column, const char *id, const char *text, enum color color)
{
	GROW(column->lines, column->nr, column->alloc);
	column->lines[column->nr++] = (struct card_line){ id, text, color };
}

static const char *shown(struct board *board, const char *key)
{
	struct buf out = BUF_INIT;
	const char *text;

	print_safe(&out, worklog_who(board->wl, key)->shown, false);
	text = pool_strdup(&board->pool, out.ptr);
	buf_release(&out);
	return text;
}

/* "ana to ben, chi" */
static const char *people_of(struct board *board, const struct post_row *row)
{
	char *keys = xstrdup(row->to), *rest = keys, *key;
	struct buf out = BUF_INIT;
	const char *text, *lead = " to ";

	buf_puts(&out, shown(board, row->from));
	while (*row->to && (key = strsep(&rest, ","))) {
		buf_addf(&out, "%s%s", lead, shown(board, key));
		lead = ", ";
	}
	text = pool_strdup(&board->pool, out.ptr);
	buf_release(&out);
	free(keys);
	return text;
}

static const char *due_of(struct board *board, const struct post_row *row)
{
	struct buf out = BUF_INIT;
	const char *text;

	if (row->due_at)
		format_time_short(&out, row->due_at, worklog_now(board->wl), worklog_zone(board->wl));
	text = pool_strdup(&board->pool, out.ptr);
	buf_release(&out);
	return text;
}

/* Whose cards are being collected. */
struct collect {
	struct board *board;
	struct column *column;
};

/* Its id and due time, what it is about, and who. */
static int add_card(const struct post_row *row, void *data)
{
	const struct collect *collect = data;
	struct column *column = collect->column;
	struct board *board = collect->board;
	bool late = row->due_at && row->due_at < worklog_now(board->wl);
	struct buf subject = BUF_INIT;
	char hex[ID_HEX + 1];

	worklog_short_id(hex, board->wl, &row->id);
	print_safe(&subject, row->redacted ? "(redacted)" : row->subject, false);
	if (column->nr)
		add_line(column, NULL, "", COLOR_NONE);
	add_line(column, pool_strdup(&board->pool, hex), due_of(board, row), late ? COLOR_OVERDUE : COLOR_NONE);
	add_line(column, NULL, pool_strdup(&board->pool, subject.ptr), COLOR_NONE);
	add_line(column, NULL, people_of(board, row), COLOR_DIM);
	buf_release(&subject);
	return 0;
}

static void put_padded(struct buf *out, const char *text, enum color color, int width)
{
	struct buf cut = BUF_INIT;
	int pad;

	text_cut(&cut, text, width);
	pad = width - text_width(cut.ptr);
	if (cut.len)
		buf_addf(out, "%s%s%s", color_begin(color), cut.ptr, color_end(color));
	buf_pad(out, ' ', (size_t)pad);
	buf_release(&cut);
}

static void put_line(struct buf *out, const struct card_line *line, int width)
{
	int id_width = line->id ? (int)strlen(line->id) + 1 : 0;

	if (line->id)
		put_padded(out, line->id, COLOR_ID, id_width);
	put_padded(out, line->text, line->color, width - id_width);
}

static void print_titles(const struct board *board, int width)
{
	struct buf out = BUF_INIT, title = BUF_INIT;

	for (size_t i = 0; i < board->nr; i++) {
		buf_reset(&title);
		put_title(&title, &board->columns[i]);
		buf_pad(&out, ' ', i ? GAP : 0);
		put_padded(&out, title.ptr, COLOR_HEADER, width);
	}
	buf_rtrim(&out);
	print("%s\n", out.ptr);
	buf_release(&title);
	buf_release(&out);
}

static void print_cards(const struct board *board, int width)
{
	static const struct card_line none = { .text = "" };
	struct buf out = BUF_INIT;
	bool any = true;

	for (size_t at = 0; any; at++) {
		any = false;
		buf_reset(&out);
		for (size_t i = 0; i < board->nr; i++) {
			const struct column *column = &board->columns[i];

			any = any || at < column->nr;
			buf_pad(&out, ' ', i ? GAP : 0);
			put_line(&out, at < column->nr ? &column->lines[at] : &none, width);
		}
		buf_rtrim(&out);
		if (any)
			print("%s\n", out.ptr);
	}
	buf_release(&out);
}

static int print_beside(struct board *board, int width)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < board->nr; i++) {
		struct collect collect = { board, &board->columns[i] };

		rc = worklog_posts(board->wl, &board->columns[i].query, add_card, &collect);
	}
	if (rc < 0)
		return rc;
	print_titles(board, width);
	print_cards(board, width);
	return print_check();
}

/* How wide a column can be; 0: they must stand below one another. */
static int width_of_columns(const struct board *board)
{
	int width;

	if (print_is_machine() || !print_width() || !board->nr)
		return 0;
	width = (print_width() + GAP) / (int)board->nr - GAP;
	return width < LEAST_COLUMN ? 0 : width;
}

int board_print(struct worklog *wl, const struct query *query, const char *prefix)
{
	struct board board = { .wl = wl, .query = query, .prefix = prefix };
	int rc, width;

	rc = *prefix ? worklog_tags(wl, prefix, column_of_tag, &board) : columns_by_state(&board);
	if (rc == 0)
		rc = count_columns(&board);
	width = width_of_columns(&board);
	if (rc == 0)
		rc = width ? print_beside(&board, width) : print_stacked(&board);
	for (size_t i = 0; i < board.nr; i++)
		free(board.columns[i].lines);
	free(board.columns);
	pool_release(&board.pool);
	return rc;
}
