/*
 * Output: rows as columns, JSON lines, a template, or NUL-terminated; times, people
 * and texts for people. One place decides about colour, width and escaping.
 *
 * A command that lists declares its fields once and gives each row its values:
 *
 *	static const struct field fields[] = {
 *		{ "id",      VALUE_ID,   "the post's id", COLUMN },
 *		{ "due",     VALUE_TIME, "when an answer is due", COLUMN },
 *		{ "subject", VALUE_TEXT, "what it is about", COLUMN | ELASTIC },
 *		{ "level",   VALUE_TEXT, "its level", 0 },
 *	};
 *	listing_begin(&list, wl, "overdue", fields, NR(fields));
 *	   … listing_row(&list, values) for each row …
 *	listing_end(&list);
 */
#ifndef PRINT_H
#define PRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/buf.h"
#include "async/worklog.h"
#include "async/zone.h"

#define NR(v) (sizeof(v) / sizeof((v)[0]))

enum value_type {
	VALUE_TEXT,    /* NULL: none */
	VALUE_ID,      /* zero: none; short in columns, 40 digits in JSON */
	VALUE_TIME,    /* 0: none; DUE_NEVER: "never", null in JSON */
	VALUE_SPAN,    /* seconds: "1h late"-like spans, "2d 4h"; a number in JSON */
	VALUE_WORK,    /* working minutes; a number in JSON */
	VALUE_NUMBER,
	VALUE_BOOL,
	VALUE_LIST,    /* comma separated in, a list in JSON */
	VALUE_PERSON,  /* a key; shown name in columns, handle in JSON */
	VALUE_PEOPLE,  /* comma separated keys; a list of handles in JSON */
};

enum {
	COLUMN = 1,    /* shown without --format */
	ELASTIC = 2,   /* this column takes what is left of the width, and is cut with "…" */
	RIGHT = 4,     /* aligned right */
	BOLD = 8,
	DIM = 16,
};

struct field {
	const char *name; /* in --json and --format */
	enum value_type type;
	const char *help; /* for the manual */
	unsigned flags;
};

/* Colours by meaning, from git's color.async.<slot>. */
enum color { COLOR_NONE, COLOR_ID, COLOR_OVERDUE, COLOR_SOON, COLOR_DONE, COLOR_DIM, COLOR_BOLD, COLOR_HEADER };

struct value {
	const char *text;         /* TEXT, LIST, PERSON, PEOPLE */
	const struct id *id;
	time_t time;
	long long number;         /* SPAN, WORK, NUMBER, BOOL */
	enum color color;         /* of the cell */
	const char *column;       /* what to show in a column instead of the plain form, or NULL */
};

struct listing;

/* `what` names the kind of row in JSON ("kind": …). Looks at the global --json, --format, -z. */
int listing_begin(struct listing **out, struct worklog *wl, const char *what, const struct field *fields, size_t nr);
void listing_heading(struct listing *list, const char *text); /* a section: only for people, never in JSON, -z or --format */
int listing_row(struct listing *list, const struct value *values);
/* Print what is left (columns need all widths) and free it. Says how many records could not be read: EXIT_UNREADABLE. */
int listing_end(struct listing *list);
bool listing_is_empty(const struct listing *list);

/* Is the output for programs (--json, --format, -z)? */
bool print_is_machine(void);
bool print_is_json(void);

/* Print for people. Data from a record goes through print_safe() first. */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_colored(enum color color, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* One warning or note on standard error: "warning: …". */
void print_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Append data from a record so that a terminal cannot be harmed: printable UTF-8 passes;
 * controls, bidi and invisible characters and invalid bytes become \xNN or \u{N}. `lines`:
 * LF and TAB pass too.
 */
void print_safe(struct buf *out, const char *text, bool lines);

/* Columns on screen that a text takes; and cut to `width` columns with "…". */
int text_width(const char *text);
void text_cut(struct buf *out, const char *text, int width);

/* Wrap `text` to the width of the output, each line after `indent` spaces, escaped. */
void print_text(const char *text, int indent);

/* "Tue 2026-03-03 12:00 CET" (S18); the offset too in a repeated hour; "never" for DUE_NEVER. */
void format_time(struct buf *out, time_t at, const struct zone *zone);
/* Without the date where it is near: "today 12:00", "Tue 12:00", else the date; for columns. */
void format_time_short(struct buf *out, time_t at, time_t now, const struct zone *zone);
/* "2d 4h", "35m", "now": at most two units. */
void format_span(struct buf *out, long long seconds);
/* Working minutes as "1h 30m", "12h" (working time is never told in days). */
void format_work(struct buf *out, long long minutes);

int print_width(void);       /* of the terminal, or 0 */
bool print_has_color(void);

/* Begin the pager if output is a terminal and git would; called by main() for CMD_LOOK. */
void pager_start(struct worklog *wl);
/* Flush, wait for the pager, and say whether everything was written: ERR_FAILED with a message. */
int print_end(void);

/*
 * A text from the editor: GIT_EDITOR, core.editor (user's configuration), VISUAL, EDITOR, vi.
 * `initial` may hold comment lines ("# …") that are stripped again. An empty text: ERR_FAILED
 * "aborting: empty message". The text is kept in the state folder until edit_done().
 */
int edit_text(struct buf *out, struct worklog *wl, const char *name, const char *initial);
void edit_done(struct worklog *wl);

#endif
