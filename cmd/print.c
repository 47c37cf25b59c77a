/* Output for people: one way out, one place that escapes, one that finds out a failed write. */
#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

#include "async/error.h"
#include "async/text.h"
#include "cmd.h"
#include "listing.h"

static bool terminal;
static int columns;     /* of the terminal, or 0 */
static int write_errno; /* why the first write failed, or 0 */

static int terminal_columns(void)
{
	const char *given = getenv("COLUMNS");
	struct winsize size;

	if (given && atoi(given) > 0)
		return atoi(given);
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col)
		return size.ws_col;
	return 80;
}

void print_begin(void)
{
	terminal = isatty(STDOUT_FILENO);
	columns = terminal ? terminal_columns() : 0;
}

int print_width(void)
{
	return columns;
}

bool print_has_blocks(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };
	const char *locale = NULL;

	for (size_t i = 0; i < NR(names) && !(locale && *locale); i++)
		locale = getenv(names[i]);
	return locale && (strcasestr(locale, "UTF-8") || strcasestr(locale, "UTF8"));
}

bool print_is_machine(void)
{
	return globals.json || globals.format || globals.nul;
}

bool print_is_json(void)
{
	return globals.json;
}

static void put_char(struct buf *out, uint32_t c, const char *text, size_t len, bool lines)
{
	if ((c == '\n' || c == '\t') ? lines : char_class(c) == CHAR_TEXT)
		buf_add(out, text, len);
	else if (c == CHAR_INVALID || c < 0x80)
		buf_addf(out, "\\x%02X", (unsigned char)*text);
	else
		buf_addf(out, "\\u{%04X}", (unsigned)c);
}

static void safe_bytes(struct buf *out, const char *text, size_t len, bool lines)
{
	while (len) {
		size_t used;
		uint32_t c = char_decode(&used, text, len);

		put_char(out, c, text, used, lines);
		text += used;
		len -= used;
	}
}

void print_safe(struct buf *out, const char *text, bool lines)
{
	safe_bytes(out, text, strlen(text), lines);
}

#define TAB 8        /* columns; more than they can be where a line is indented */
#define ZWJ 0x200D  /* joins emoji to one */
#define VS16 0xFE0F /* makes a sign an emoji */

static bool is_between(uint32_t c, uint32_t first, uint32_t last)
{
	return first <= c && c <= last;
}

/* Terminals give a vowel sign that stands beside its letter a column, which utf8proc does not. */
static int code_width(uint32_t c)
{
	if (c == CHAR_INVALID || utf8proc_category((utf8proc_int32_t)c) == UTF8PROC_CATEGORY_MC)
		return 1;
	return utf8proc_charwidth((utf8proc_int32_t)c);
}

/* Is `c` drawn into the `width` columns of what stands before it, `last` at its end? */
static bool is_joined(uint32_t c, uint32_t last, int width)
{
	if (width == 2 && (last == ZWJ || is_between(c, 0x1F3FB, 0x1F3FF))) /* the latter: a skin's colour */
		return true;
	return code_width(c) == 0;
}

/*
 * How wide what stands at `text` is, and how many bytes it takes: a character with what is drawn
 * into it, such as accents; a flag, a family or another emoji of several characters.
 */
static int char_width(const char *text, size_t *len)
{
	uint32_t c, last;
	size_t used;
	int width;

	*len = 1;
	if (*text >= ' ' && *text <= '~' && !(text[1] & 0x80)) /* nearly all */
		return 1;
	c = char_decode(len, text, strnlen(text, 4));
	width = code_width(c);
	for (last = c; text[*len]; *len += used, last = c) {
		c = char_decode(&used, text + *len, strnlen(text + *len, 4));
		if (c == VS16 || (is_between(c, 0x1F1E6, 0x1F1FF) && is_between(last, 0x1F1E6, 0x1F1FF) && width == 1))
			width = 2; /* two letters are a flag */
		else if (!is_joined(c, last, width))
			break;
	}
	return width;
}

int text_width(const char *text)
{
	int width = 0;
	size_t len;

	for (; *text; text += len)
		width += char_width(text, &len);
	return width;
}

void text_cut(struct buf *out, const char *text, int width)
{
	int used = 0;
	size_t len;

	if (text_width(text) <= width) {
		buf_puts(out, text);
		return;
	}
	for (; *text; text += len) {
		used += char_width(text, &len);
		if (used > width - 1)
			break;
		buf_add(out, text, len);
	}
	if (width > 0)
		buf_puts(out, "…");
}

/* The one way to standard output; keeps why the first write failed. */
void print_raw(const char *data, size_t len)
{
	pager_start();
	if (fwrite(data, 1, len, stdout) < len && !write_errno)
		write_errno = errno;
}

void print(const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	print_raw(text.ptr, text.len);
	buf_release(&text);
}

void print_colored(enum color color, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	buf_puts(&text, color_begin(color));
	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	buf_puts(&text, color_end(color));
	print_raw(text.ptr, text.len);
	buf_release(&text);
}

void print_bytes(const void *data, size_t len)
{
	struct buf safe = BUF_INIT;

	if (terminal) {
		safe_bytes(&safe, data, len, true);
		data = safe.ptr;
		len = safe.len;
	}
	print_raw(data, len);
	buf_release(&safe);
}

void print_said_by(const char *who, const char *fmt, va_list ap)
{
	struct buf text = BUF_INIT, safe = BUF_INIT;

	buf_vaddf(&text, fmt, ap);
	print_safe(&safe, text.ptr, false);
	fprintf(stderr, "%s: %s\n", who, safe.ptr);
	buf_release(&text);
	buf_release(&safe);
}

void print_warning(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_said_by("warning", fmt, ap);
	va_end(ap);
}

/*
 * How many bytes of `line` fit into `width` columns, ending at a space or behind a wide character
 * (scripts that are written without spaces) if there is one.
 */
static size_t fitting(const char *line, int width)
{
	size_t fits = 0, len, at = 0;
	int used = 0;

	for (; line[at]; at += len) {
		int taken = char_width(line + at, &len);

		used += line[at] == '\t' ? TAB - used % TAB : taken;
		if (used > width && fits)
			return fits;
		if (line[at] == ' ' || line[at] == '\t')
			fits = at;
		else if (taken == 2)
			fits = used <= width ? at + len : fits;
	}
	return used > width && fits ? fits : at;
}

void print_wrapped(enum color color, const char *line, int used, int indent)
{
	bool as_it_is = columns <= indent + 20 || *line == ' ' || *line == '\t';

	for (;;) {
		size_t len = as_it_is ? strlen(line) : fitting(line, columns - used);

		print_colored(color, "%.*s", (int)len, line);
		print("\n");
		line += len;
		line += strspn(line, " \t");
		if (!*line)
			return;
		print("%*s", indent, "");
		used = indent;
	}
}

void print_text(const char *text, int indent)
{
	struct buf safe = BUF_INIT;
	char *rest, *line;

	print_safe(&safe, text, true);
	buf_rtrim(&safe);
	rest = safe.ptr;
	while ((line = strsep(&rest, "\n"))) {
		print("%*s", *line ? indent : 0, "");
		print_wrapped(COLOR_NONE, line, indent, indent);
	}
	buf_release(&safe);
}

int print_check(void)
{
	if (!write_errno)
		return 0;
	return error_set(ERR_FAILED, "cannot write to standard output: %s", strerror(write_errno));
}

int print_flush(void)
{
	if (fflush(stdout) == EOF && !write_errno)
		write_errno = errno;
	return print_check();
}

int print_end(int rc)
{
	if (fflush(stdout) == EOF && !write_errno)
		write_errno = errno;
	if (fclose(stdout) == EOF && !write_errno)
		write_errno = errno;
	pager_wait();
	return rc < 0 || !write_errno ? rc : print_check();
}
