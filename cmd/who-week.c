/* async who --week: who works when, as a picture in my zone. */
#include <stdlib.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "print.h"
#include "who.h"

#define DAYS 7
#define TOGETHER "together"
#define LEAST_NAME 10 /* columns that names get before days do */

/* What a cell holds, in seconds. */
struct cell {
	long work, focus, away;
};

struct week {
	struct worklog *wl;
	const struct attendees *people;
	const struct zone *zone;
	int32_t monday;
	int per_day;       /* cells of a day */
	int name_width;
	time_t *edges;     /* DAYS * per_day + 1: the cells, by my clock (worktime S2) */
	struct cell *cells;
	struct listing *list; /* of --json, --format and -z */
	bool blocks;          /* as print_has_blocks() */
	const char *person;   /* whose stretches are listed; NULL: everybody's together */
	int rc;
};

/* -- the looks of a cell ----------------------------------------------------------------- */

enum glyph { ALL, SOME, FOCUS, AWAY, OFF, NO_TIME };

static const struct {
	const char *block, *ascii;
	enum color color;
	const char *what; /* in the legend */
} glyphs[] = {
	[ALL] = { "█", "#", COLOR_DONE, "at work" },
	[SOME] = { "▄", "+", COLOR_DONE, "part of it" },
	[FOCUS] = { "▒", "f", COLOR_SOON, "focus" },
	[AWAY] = { "x", "x", COLOR_NONE, "time off or holiday" },
	[OFF] = { "·", ".", COLOR_DIM, "out of hours" },
	[NO_TIME] = { " ", " ", COLOR_NONE, NULL }, /* an hour that the clock skips */
};

static const char *sign(const struct week *week, enum glyph glyph)
{
	return week->blocks ? glyphs[glyph].block : glyphs[glyph].ascii;
}

static enum glyph glyph_of(const struct cell *cell, long length)
{
	if (length <= 0)
		return NO_TIME;
	if (cell->focus > cell->work)
		return FOCUS;
	if (cell->work)
		return cell->work + cell->focus == length ? ALL : SOME;
	return cell->away ? AWAY : OFF;
}

/* -- the cells ----------------------------------------------------------------------------- */

/* As many cells for a day as have room; names give way down to LEAST_NAME. */
static void choose_widths(struct week *week)
{
	static const int choices[] = { 96, 48, 24, 12, 8, 6, 4 };
	int width = print_width() ? print_width() : 80, longest = text_width(TOGETHER);
	size_t i = 0;

	for (size_t k = 0; k < week->people->nr; k++)
		if (text_width(week->people->v[k].shown) > longest)
			longest = text_width(week->people->v[k].shown);
	while (i < NR(choices) - 1 && LEAST_NAME + DAYS * (choices[i] + 1) > width)
		i++;
	week->per_day = choices[i];
	week->name_width = width - DAYS * (week->per_day + 1);
	if (week->name_width > longest)
		week->name_width = longest;
	if (week->name_width < LEAST_NAME)
		week->name_width = LEAST_NAME;
}

static void lay_out(struct week *week)
{
	int nr = DAYS * week->per_day;
	long length = 86400 / week->per_day;

	week->edges = xcalloc((size_t)nr + 1, sizeof(*week->edges));
	week->cells = xcalloc((size_t)nr, sizeof(*week->cells));
	for (int i = 0; i <= nr; i++)
		week->edges[i] = zone_instant(week->zone, week->monday + i / week->per_day, i % week->per_day * length);
}

static time_t week_begin(const struct week *week)
{
	return week->edges[0];
}

static time_t week_end(const struct week *week)
{
	return week->edges[DAYS * week->per_day];
}

/* Spread a stretch over the cells. */
static void fill(const struct stretch *stretch, void *data)
{
	struct week *week = data;
	int low = 0, high = DAYS * week->per_day;

	while (low < high) { /* the first cell that ends after the stretch begins */
		int mid = low + (high - low) / 2;

		if (week->edges[mid + 1] <= stretch->from)
			low = mid + 1;
		else
			high = mid;
	}
	for (int i = low; i < DAYS * week->per_day && week->edges[i] < stretch->to; i++) {
		time_t from = week->edges[i] > stretch->from ? week->edges[i] : stretch->from;
		time_t to = week->edges[i + 1] < stretch->to ? week->edges[i + 1] : stretch->to;

		if (from >= to)
			continue;
		if (stretch->what == PRESENT)
			week->cells[i].work += (long)(to - from);
		else if (stretch->what == PRESENT_FOCUS)
			week->cells[i].focus += (long)(to - from);
		else if (stretch->what != ABSENT_HOURS)
			week->cells[i].away += (long)(to - from);
	}
}

static void empty(struct week *week)
{
	for (int i = 0; i < DAYS * week->per_day; i++)
		week->cells[i] = (struct cell){ 0 };
}

static struct calendar **calendars_of(const struct attendees *people)
{
	struct calendar **cals = xcalloc(people->nr + 1, sizeof(struct calendar *));

	for (size_t i = 0; i < people->nr; i++)
		cals[i] = people->v[i].cal;
	return cals;
}

/* -- for people ------------------------------------------------------------------------------ */

static void put_name(struct buf *out, const struct week *week, const char *name)
{
	struct buf safe = BUF_INIT, cut = BUF_INIT;

	print_safe(&safe, name, false);
	text_cut(&cut, safe.ptr, week->name_width);
	buf_puts(out, cut.ptr);
	buf_pad(out, ' ', (size_t)(week->name_width - text_width(cut.ptr)));
	buf_release(&safe);
	buf_release(&cut);
}

static void print_line(struct buf *line)
{
	buf_rtrim(line);
	print("%s\n", line->ptr);
	buf_reset(line);
}

static void put_cells(struct buf *out, const struct week *week)
{
	enum color color = COLOR_NONE;

	for (int i = 0; i < DAYS * week->per_day; i++) {
		enum glyph glyph = glyph_of(&week->cells[i], (long)(week->edges[i + 1] - week->edges[i]));

		if (glyphs[glyph].color != color || i % week->per_day == 0) {
			buf_puts(out, color_end(color));
			color = glyphs[glyph].color;
			buf_puts(out, i % week->per_day ? "" : " ");
			buf_puts(out, color_begin(color));
		}
		buf_puts(out, sign(week, glyph));
	}
	buf_puts(out, color_end(color));
}

static void print_cells(struct week *week, const char *name)
{
	struct buf line = BUF_INIT;

	put_name(&line, week, name);
	put_cells(&line, week);
	print_line(&line);
	buf_release(&line);
	empty(week);
}

/* "Mon 2026-03-02 to Sun 2026-03-08, Europe/Berlin" */
static void print_title(const struct week *week)
{
	struct buf line = BUF_INIT;

	format_day(&line, week->monday);
	buf_puts(&line, " to ");
	format_day(&line, week->monday + DAYS - 1);
	buf_addf(&line, ", %s", zone_name(week->zone));
	print_colored(COLOR_HEADER, "%s", line.ptr);
	print("\n\n");
	buf_release(&line);
}

static void print_days(const struct week *week)
{
	struct buf line = BUF_INIT, day = BUF_INIT;

	put_name(&line, week, "");
	for (int i = 0; i < DAYS; i++) {
		char date[DAY_TEXT];

		buf_reset(&day);
		format_day(&day, week->monday + i);
		buf_setlen(&day, 4);
		day_format(date, week->monday + i);
		buf_puts(&day, date + sizeof("2026-03-") - 1);
		if ((size_t)week->per_day < day.len)
			buf_setlen(&day, sizeof("Mon") - 1);
		buf_addf(&line, " %-*s", week->per_day, day.ptr);
	}
	print_line(&line);
	buf_release(&line);
	buf_release(&day);
}

/* The hours, as many as stand apart. */
static void print_hours(const struct week *week)
{
	static const int steps[] = { 1, 2, 3, 6, 12 };
	struct buf line = BUF_INIT, day = BUF_INIT;
	size_t i = 0;

	while (i < NR(steps) - 1 && steps[i] * week->per_day < 3 * 24)
		i++;
	for (int hour = 0; hour < 24; hour += steps[i]) {
		buf_pad(&day, ' ', (size_t)(hour * week->per_day / 24) - day.len);
		buf_addf(&day, "%d", hour);
	}
	put_name(&line, week, "");
	for (int k = 0; k < DAYS; k++)
		buf_addf(&line, " %-*s", week->per_day, day.ptr);
	print_line(&line);
	buf_release(&line);
	buf_release(&day);
}

static void print_now(const struct week *week)
{
	time_t now = worklog_now(week->wl);
	struct buf line = BUF_INIT;
	int i = 0;

	if (now < week_begin(week) || now >= week_end(week))
		return;
	while (week->edges[i + 1] <= now)
		i++;
	put_name(&line, week, "now");
	buf_pad(&line, ' ', (size_t)(i + i / week->per_day) + 1);
	buf_puts(&line, week->blocks ? "▼" : "v");
	print_line(&line);
	buf_release(&line);
}

static void print_together(struct week *week)
{
	struct calendar **cals = calendars_of(week->people);

	worktime_common(cals, week->people->nr, week_begin(week), week_end(week), fill, week);
	free(cals);
	print_cells(week, TOGETHER);
}

/* What the signs mean, and how long a cell is; in as many lines as it takes. */
static void print_legend(const struct week *week)
{
	int width = print_width() ? print_width() : 80, used = 0;
	struct buf line = BUF_INIT, length = BUF_INIT;

	format_work(&length, 1440 / week->per_day);
	for (enum glyph glyph = ALL; glyph <= NO_TIME; glyph++) {
		bool last = glyph == NO_TIME;
		const char *mark = last ? "each cell is" : sign(week, glyph);
		const char *what = last ? length.ptr : glyphs[glyph].what;
		int needs = text_width(mark) + 1 + text_width(what);

		if (used && used + 2 + needs > width) {
			buf_putc(&line, '\n');
			used = 0;
		}
		buf_addf(&line, "%s%s%s%s %s", used ? "  " : "", color_begin(glyphs[glyph].color), mark,
			 color_end(glyphs[glyph].color), what);
		used += (used ? 2 : 0) + needs;
	}
	print("\n%s\n", line.ptr);
	buf_release(&line);
	buf_release(&length);
}

static int print_picture(struct week *week)
{
	print_title(week);
	print_days(week);
	print_hours(week);
	print_now(week);
	for (size_t i = 0; i < week->people->nr; i++) {
		worktime_explain(week->people->v[i].cal, week_begin(week), week_end(week), FOCUS_COUNT, fill, week);
		print_cells(week, week->people->v[i].shown);
	}
	if (week->people->nr > 1)
		print_together(week);
	print_legend(week);
	return print_check();
}

/* -- for programs ---------------------------------------------------------------------------- */

enum { F_PERSON, F_WHAT, F_FROM, F_TO, F_MINUTES, F_NAME, F_NR };

static const struct field fields[F_NR] = {
	[F_PERSON] = { "person", VALUE_PERSON, "who; none: all of them together", COLUMN },
	[F_WHAT] = { "what", VALUE_TEXT, "work, focus, away, holiday or together", COLUMN },
	[F_FROM] = { "from", VALUE_TIME, "from when", COLUMN },
	[F_TO] = { "to", VALUE_TIME, "until when", COLUMN },
	[F_MINUTES] = { "minutes", VALUE_WORK, "how long", COLUMN },
	[F_NAME] = { "name", VALUE_TEXT, "of the holiday", COLUMN },
};

static void list_stretch(const struct stretch *stretch, void *data)
{
	static const char *const words[] = {
		[PRESENT] = "work", [PRESENT_FOCUS] = "focus", [ABSENT_HOLIDAY] = "holiday", [ABSENT_AWAY] = "away",
	};
	struct week *week = data;

	if (stretch->what == ABSENT_HOURS || week->rc < 0)
		return;
	week->rc = listing_row(week->list, (const struct value[F_NR]){
		[F_PERSON] = { .text = week->person },
		[F_WHAT] = { .text = week->person ? words[stretch->what] : "together" },
		[F_FROM] = { .time = stretch->from },
		[F_TO] = { .time = stretch->to },
		[F_MINUTES] = { .number = (long long)(stretch->to - stretch->from) / 60 },
		[F_NAME] = { .text = stretch->label },
	});
}

static int list_stretches(struct week *week)
{
	struct calendar **cals = calendars_of(week->people);
	int ended;

	week->rc = listing_begin(&week->list, week->wl, "hours", fields, F_NR);
	for (size_t i = 0; week->rc == 0 && i < week->people->nr; i++) {
		week->person = week->people->v[i].key;
		worktime_explain(cals[i], week_begin(week), week_end(week), FOCUS_COUNT, list_stretch, week);
	}
	week->person = NULL;
	if (week->rc == 0 && week->people->nr > 1)
		worktime_common(cals, week->people->nr, week_begin(week), week_end(week), list_stretch, week);
	ended = listing_end(week->list);
	free(cals);
	return week->rc < 0 ? week->rc : ended;
}

int who_week(struct worklog *wl, const struct attendees *people, int32_t day)
{
	struct week week = {
		.wl = wl, .people = people, .zone = worklog_zone(wl), .monday = day - day_weekday(day),
		.blocks = print_has_blocks(),
	};
	int rc = 0;

	choose_widths(&week);
	lay_out(&week);
	if (print_is_machine())
		rc = list_stretches(&week);
	else if (people->nr)
		rc = print_picture(&week);
	free(week.edges);
	free(week.cells);
	return rc;
}
