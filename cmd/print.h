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

#include <stdarg.h>
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
	VALUE_RANGES,  /* "12-21,30-35"; a list of lists of two numbers in JSON */
};

enum {
	COLUMN = 1,    /* shown without --format */
	ELASTIC = 2,   /* this column takes what is left of the width, and is cut with "…" */
	RIGHT = 4,     /* aligned right */
	BOLD = 8,
	DIM = 16,
	WHOLE = 32,    /* never cut, rather left out */
	KEPT = 64,     /* where there is no room for all, left out last; what is DIM goes first */
};

struct field {
	const char *name; /* in --json and --format */
	enum value_type type;
	const char *help; /* for the manual */
	unsigned flags;
};

/* Colours by meaning, from git's color.async.<slot>. */
enum color { COLOR_NONE, COLOR_ID, COLOR_OVERDUE, COLOR_SOON, COLOR_DONE, COLOR_DIM, COLOR_BOLD, COLOR_HEADER, COLOR_MATCH };

struct value {
	const char *text;         /* TEXT, LIST, PERSON, PEOPLE, RANGES */
	const struct id *id;
	time_t time;
	long long number;         /* SPAN, WORK, NUMBER, BOOL */
	bool none;                /* of these: there is no such number */
	enum color color;         /* of the cell */
	const char *column;       /* what to show in a column instead of the plain form, or NULL */
};

struct listing;

/*
 * Begin rows of the kind `what` (in JSON "kind": …). How they look is said by --json, --format
 * and -z; else they are columns: on a terminal aligned and cut to its width, the elastic one
 * first; in a pipe with two spaces between them. Empty ones are left out. ERR_USAGE for a
 * template that names a field there is not. `wl` may be NULL.
 */
int listing_begin(struct listing **out, struct worklog *wl, const char *what, const struct field *fields, size_t nr);

/* A section: only for people, never in JSON, -z or --format; shown if a row follows. */
void listing_heading(struct listing *list, const char *text);

/* Values are copied. ERR_FAILED once standard output cannot be written: stop there. */
int listing_row(struct listing *list, const struct value *values);

/* Is this field of a row printed? */
bool listing_wants(const struct listing *list, size_t field);

/* Print what is left (columns need all widths) and free it; NULL is allowed. 0, or as listing_row(). */
int listing_end(struct listing *list);

/* Is the output for programs (--json, --format, -z)? */
bool print_is_machine(void);
bool print_is_json(void);

/* Print for people. Data from a record goes through print_safe() first. */
void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void print_colored(enum color color, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Bytes as they are (a record's YAML, JSON made with json.h); on a terminal what could harm it
 * is escaped as by print_safe().
 */
void print_bytes(const void *data, size_t len);

/* One line on standard error, escaped: "who: …". */
void print_said_by(const char *who, const char *fmt, va_list ap);

/* The same of a "warning". */
void print_warning(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/*
 * Append data from a record so that a terminal cannot be harmed: printable UTF-8 passes;
 * controls, bidi and invisible characters and invalid bytes become \xNN or \u{N}. `lines`:
 * LF and TAB pass too.
 */
void print_safe(struct buf *out, const char *text, bool lines);

/* Columns on screen that a (safe) text takes; and cut to `width` columns with "…". */
int text_width(const char *text);
void text_cut(struct buf *out, const char *text, int width);

/*
 * Print `text` escaped, each line after `indent` spaces; on a terminal wrapped to its width, but
 * for lines that begin with white space (code, tables).
 */
void print_text(const char *text, int indent);

/*
 * End a line of which `used` columns are taken with a (safe) text; on a terminal it is wrapped
 * like that, and goes on after `indent` spaces.
 */
void print_wrapped(enum color color, const char *line, int used, int indent);

/* "Tue 2026-03-03 12:00 CET" (S18); the offset too in a repeated hour; "never" for DUE_NEVER. */
void format_time(struct buf *out, time_t at, const struct zone *zone);
void format_day(struct buf *out, int32_t day); /* "Tue 2026-03-03" */
/* For columns: "today 12:00", "Tue 12:00" within six days ahead, else "2026-03-03 12:00". */
void format_time_short(struct buf *out, time_t at, time_t now, const struct zone *zone);
/* "2d 4h", "35m", "now": at most two units; "-2h" below zero. */
void format_span(struct buf *out, long long seconds);
/* "in 2d 4h", "35m ago", "now", "never". */
void format_relative(struct buf *out, time_t at, time_t now);
/* Working minutes as "1h 30m", "12h" (working time is never told in days). */
void format_work(struct buf *out, long long minutes);

int print_width(void);       /* of the terminal, or 0 */
bool print_has_color(void);
bool print_has_blocks(void); /* █ and the like can be shown: the locale is one of UTF-8 */

/* Where colours and their use are configured; called by main(). */
void color_config(struct worklog *wl);

/* The escape sequence of a colour, "" without colours; and what ends it. */
const char *color_begin(enum color color);
const char *color_end(enum color color);

/* Called by main(): before anything else; and by commands that may page, before run(). */
void print_begin(void);
void pager_allow(struct worklog *wl);

/* The pager, if one is allowed and wanted, begins with the first output for people. */
void pager_start(void);
void pager_wait(void);

/* 0, or ERR_FAILED with a message once standard output could not be written. */
int print_check(void);

/* Hand on what was printed up to here: for who prints, waits, and prints again. As print_check(). */
int print_flush(void);

/*
 * Flush, wait for the pager, and see that everything was written: `rc`, or ERR_FAILED with a
 * message if it is no failure already.
 */
int print_end(int rc);

/*
 * A text from the editor: GIT_EDITOR, core.editor (user's configuration), VISUAL, EDITOR, vi.
 * `initial` may hold comment lines ("# …"): lines that begin with "#" are stripped again.
 * `name` names the file ("post"). An empty text: ERR_FAILED "aborting: empty message". No
 * terminal: ERR_USAGE. The text is a draft (draft.h) until edit_done(); when the command fails
 * before, main() says where it is.
 */
int edit_text(struct buf *out, struct worklog *wl, const char *name, const char *initial);
void edit_done(void);

/*
 * Append a text as it was edited without its comment lines and the blank lines around it; a line
 * that begins with \# begins with # then.
 */
void edit_strip(struct buf *out, const char *text);

/* The other way round, so that every line of a text survives the editor: as `initial` may hold it. */
void edit_escape(struct buf *out, const char *text);

#endif
