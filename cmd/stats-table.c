/* Figures as a table, with small bars and sparklines on a terminal. */

#include "chart.h"
#include "print.h"
#include "stats.h"

#define GAP 2
#define BAR 5         /* columns */
#define LEAST_WEEKS 4 /* fewer tell nothing */
#define MOST_NAME 24
#define LEAST_NAME 8
#define LEFT_OUT (-1) /* a column's width, where there is no room for it */

enum { C_NAME, C_ASKED, C_IN_TIME, C_LATE, C_OPEN, C_OVERDUE, C_WITHDRAWN, C_MEDIAN, C_P90, C_NR };

static const char *const heads[][C_NR] = {
	{ "", "", "in", "", "", "over-", "with-", "first", "answer" },
	{ "", "asked", "time", "late", "open", "due", "drawn", "median", "90 %" },
};

struct table {
	struct worklog *wl;
	int widths[C_NR];
	int most_name; /* a name is cut to this */
	int weeks; /* how many the sparklines show; 0: none */
	bool bar;
};

static void put_work(struct buf *out, long long minutes)
{
	if (minutes >= 0)
		format_work(out, minutes);
	else
		buf_putc(out, '-');
}

static void put_name(struct buf *out, const struct table *table, enum by by, const struct tally *tally)
{
	struct buf safe = BUF_INIT;

	if (by == BY_ALL)
		buf_puts(&safe, "all");
	else if (!tally->name)
		buf_puts(&safe, "(none)");
	else
		print_safe(&safe, by == BY_PERSON ? worklog_who(table->wl, tally->name)->shown : tally->name, false);
	text_cut(out, safe.ptr, table->most_name);
	buf_release(&safe);
}

static void put_cell(struct buf *out, const struct table *table, enum by by, const struct tally *tally, int column)
{
	int percent = tally_percent_in_time(tally);

	switch (column) {
	case C_NAME:
		put_name(out, table, by, tally);
		break;
	case C_ASKED:
		buf_addf(out, "%zu", tally->asked);
		break;
	case C_IN_TIME:
		if (table->bar && percent >= 0) {
			chart_bar(out, (size_t)percent, 100, BAR);
			buf_addf(out, " %3d%%", percent);
		} else {
			buf_addf(out, percent >= 0 ? "%d%%" : "-", percent);
		}
		break;
	case C_LATE:
		buf_addf(out, "%zu", tally->late);
		break;
	case C_OPEN:
		buf_addf(out, "%zu", tally->open);
		break;
	case C_OVERDUE:
		buf_addf(out, "%zu", tally->overdue);
		break;
	case C_WITHDRAWN:
		buf_addf(out, "%zu", tally->withdrawn);
		break;
	case C_MEDIAN:
		put_work(out, tally_percentile(tally, 50));
		break;
	case C_P90:
		put_work(out, tally_percentile(tally, 90));
		break;
	}
}

static void widen(struct table *table, enum by by, const struct tally *tally)
{
	struct buf cell = BUF_INIT;

	for (int i = 0; i < C_NR; i++) {
		buf_reset(&cell);
		put_cell(&cell, table, by, tally, i);
		if (text_width(cell.ptr) > table->widths[i])
			table->widths[i] = text_width(cell.ptr);
	}
	buf_release(&cell);
}

/* How many rows of a kind are shown. */
static size_t rows_of(const struct tallies *tallies, size_t most)
{
	return most && tallies->nr > most ? most : tallies->nr;
}

/* So many columns too wide: what was withdrawn tells least, then the ends of names. */
static void narrow(struct table *table, int excess)
{
	excess -= table->widths[C_WITHDRAWN] + GAP;
	table->widths[C_WITHDRAWN] = LEFT_OUT;
	if (excess <= 0)
		return;
	table->most_name = table->widths[C_NAME] - excess;
	if (table->most_name < LEAST_NAME)
		table->most_name = LEAST_NAME;
	table->widths[C_NAME] = table->most_name;
}

/* The figures have room first, then as many weeks as there is room for, then bars. */
static void measure(struct table *table, const struct tallies *all, unsigned shown, size_t most)
{
	int total = 0, room;

	for (int i = 0; i < C_NR; i++)
		for (size_t k = 0; k < NR(heads); k++)
			if (text_width(heads[k][i]) > table->widths[i])
				table->widths[i] = text_width(heads[k][i]);
	for (enum by by = 0; by < BY_NR; by++)
		for (size_t i = 0; shown & 1u << by && i < rows_of(&all[by], most); i++)
			widen(table, by, &all[by].v[i]);
	for (int i = 0; i < C_NR; i++)
		total += table->widths[i] + GAP;
	room = print_width() - total;
	if (print_width() && room + GAP < 0)
		narrow(table, -(room + GAP));
	if (room >= BAR + 1 + LEAST_WEEKS) {
		table->bar = true;
		table->widths[C_IN_TIME] = BAR + 5;
		room -= BAR + 1;
	}
	table->weeks = room >= STATS_WEEKS ? STATS_WEEKS : room >= LEAST_WEEKS ? room : 0;
}

static void put_padded(struct buf *out, const struct table *table, int column, const char *text)
{
	int pad = table->widths[column] - text_width(text);

	if (table->widths[column] == LEFT_OUT)
		return;
	if (column)
		buf_pad(out, ' ', (size_t)(GAP + pad));
	buf_puts(out, text);
	if (!column)
		buf_pad(out, ' ', (size_t)pad);
}

static void print_line(struct buf *line)
{
	buf_rtrim(line);
	print("%s\n", line->ptr);
	buf_reset(line);
}

static void print_heads(const struct table *table)
{
	static const char *const weekly[] = { "asked", "a week" };
	struct buf line = BUF_INIT;

	for (size_t k = 0; k < NR(heads); k++) {
		for (int i = 0; i < C_NR; i++)
			put_padded(&line, table, i, heads[k][i]);
		if (table->weeks)
			buf_addf(&line, "  %s", weekly[k]);
		buf_rtrim(&line);
		print_colored(COLOR_DIM, "%s", line.ptr);
		print("\n");
		buf_reset(&line);
	}
	buf_release(&line);
}

static void put_weeks(struct buf *out, const struct table *table, const struct tally *tally)
{
	const unsigned *v = tally->weeks + STATS_WEEKS - table->weeks;
	unsigned most = 0;

	for (int i = 0; i < table->weeks; i++)
		if (v[i] > most)
			most = v[i];
	buf_puts(out, "  ");
	chart_spark(out, v, (size_t)table->weeks, most);
}

static void print_tally(const struct table *table, enum by by, const struct tally *tally)
{
	struct buf line = BUF_INIT, cell = BUF_INIT;

	for (int i = 0; i < C_NR; i++) {
		enum color color = i == C_OVERDUE && tally->overdue ? COLOR_OVERDUE : COLOR_NONE;

		buf_reset(&cell);
		put_cell(&cell, table, by, tally, i);
		buf_puts(&line, color_begin(color));
		put_padded(&line, table, i, cell.ptr);
		buf_puts(&line, color_end(color));
	}
	if (table->weeks)
		put_weeks(&line, table, tally);
	print_line(&line);
	buf_release(&line);
	buf_release(&cell);
}

static void print_kind(const struct table *table, enum by by, const struct tallies *tallies, size_t most)
{
	size_t nr = rows_of(tallies, most);

	if (by != BY_ALL) {
		print("\n");
		print_colored(COLOR_HEADER, "by %s", by_name(by));
		print("\n");
	}
	for (size_t i = 0; i < nr; i++)
		print_tally(table, by, &tallies->v[i]);
	if (nr < tallies->nr)
		print("and %zu more; --by %s shows all\n", tallies->nr - nr, by_name(by));
}

void stats_print(struct worklog *wl, const struct tallies *all, unsigned shown, size_t most)
{
	struct table table = { .wl = wl, .most_name = MOST_NAME };

	if (!all[BY_ALL].nr) {
		print("Nobody was asked.\n");
		return;
	}
	shown |= 1u << BY_ALL;
	measure(&table, all, shown, most);
	print_heads(&table);
	for (enum by by = 0; by < BY_NR; by++)
		if (shown & 1u << by)
			print_kind(&table, by, &all[by], most);
}
