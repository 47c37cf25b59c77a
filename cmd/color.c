/* Colours by meaning: git's color.async, color.ui and color.async.<slot>. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "async/alloc.h"
#include "cmd.h"
#include "print.h"

static const struct {
	const char *name; /* of the slot */
	const char *normal;
} slots[] = {
	[COLOR_NONE] = { NULL, NULL },
	[COLOR_ID] = { "id", "cyan" },
	[COLOR_OVERDUE] = { "overdue", "bold red" },
	[COLOR_SOON] = { "soon", "magenta" },
	[COLOR_DONE] = { "done", "green" },
	[COLOR_DIM] = { "dim", "dim" },
	[COLOR_BOLD] = { "bold", "bold" },
	[COLOR_HEADER] = { "header", "bold" },
	[COLOR_MATCH] = { "match", "bold red" },
};

/* The words of git's colours: attributes set and "no…" unset them, names and numbers are colours. */
static const struct {
	const char *name;
	int code;
} attributes[] = {
	{ "reset", 0 },	 { "bold", 1 },	   { "dim", 2 },    { "italic", 3 },
	{ "ul", 4 },	 { "blink", 5 },   { "reverse", 7 }, { "strike", 9 },
	{ "nobold", 22 }, { "nodim", 22 }, { "noitalic", 23 }, { "noul", 24 },
	{ "noblink", 25 }, { "noreverse", 27 }, { "nostrike", 29 },
};

static const char *const names[] = { "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white" };

static struct worklog *config_log;
static char *sequences[NR(slots)]; /* made on first use; they live as long as the program */
static int enabled = -1;

static bool is_word(const char *word, size_t len, const char *name)
{
	return strlen(name) == len && !strncasecmp(word, name, len);
}

static bool put_name(struct buf *out, const char *word, size_t len, int base)
{
	if (len > 6 && !strncasecmp(word, "bright", 6)) {
		base += 60;
		word += 6;
		len -= 6;
	}
	for (size_t i = 0; i < NR(names); i++) {
		if (!is_word(word, len, names[i]))
			continue;
		buf_addf(out, "%d", base + (int)i);
		return true;
	}
	return false;
}

/* A colour of 256, or #rrggbb. */
static bool put_number(struct buf *out, const char *word, size_t len, int base)
{
	unsigned red, green, blue;
	char *end;
	long number;

	if (len == 7 && sscanf(word, "#%2x%2x%2x", &red, &green, &blue) == 3) {
		buf_addf(out, "%d;2;%u;%u;%u", base + 8, red, green, blue);
		return true;
	}
	number = strtol(word, &end, 10);
	if (end != word + len || number < 0 || number > 255)
		return false;
	buf_addf(out, "%d;5;%ld", base + 8, number);
	return true;
}

static bool put_attribute(struct buf *out, const char *word, size_t len)
{
	char plain[16];
	size_t used = 0;

	for (size_t i = 0; i < len && used < sizeof(plain); i++)
		if (word[i] != '-')
			plain[used++] = word[i];
	for (size_t i = 0; i < NR(attributes); i++) {
		if (!is_word(plain, used, attributes[i].name))
			continue;
		buf_addf(out, "%d", attributes[i].code);
		return true;
	}
	return false;
}

/* Append the escape sequence of a colour as git writes it; false if it is none. */
static bool put_color(struct buf *out, const char *text)
{
	size_t begin = out->len;
	int base = 30; /* first the text's colour, then the ground's */

	buf_puts(out, "\033[");
	while (*(text += strspn(text, " \t"))) {
		size_t len = strcspn(text, " \t");

		if (is_word(text, len, "normal") || is_word(text, len, "default")) {
			base = 40;
		} else if (put_attribute(out, text, len)) {
			buf_putc(out, ';');
		} else if (base <= 40 && (put_name(out, text, len, base) || put_number(out, text, len, base))) {
			buf_putc(out, ';');
			base += 10;
		} else {
			buf_setlen(out, begin);
			return false;
		}
		text += len;
	}
	if (out->len == begin + 2) {
		buf_setlen(out, begin);
		return true;
	}
	out->ptr[out->len - 1] = 'm'; /* instead of the last ';' */
	return true;
}

static char *make_sequence(enum color color)
{
	struct buf sequence = BUF_INIT;
	char *key = xstrfmt("color.async.%s", slots[color].name);
	char *given = worklog_config(config_log, key);

	if (given && !put_color(&sequence, given))
		print_warning("%s: '%s' is not a colour", key, given);
	if (!given)
		put_color(&sequence, slots[color].normal);
	free(given);
	free(key);
	return buf_detach(&sequence);
}

static bool is_off(const char *key, bool *off)
{
	char *given = worklog_config(config_log, key);
	bool set = given;

	*off = given && (!strcasecmp(given, "never") || !strcasecmp(given, "false") || !strcasecmp(given, "no") ||
			 !strcasecmp(given, "off") || !strcmp(given, "0"));
	free(given);
	return set;
}

/* "always" in the configuration still needs a terminal: what is piped is for programs. */
static bool terminal_has_color(void)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");
	bool off;

	if (!print_width() || (no_color && *no_color) || !term || !strcmp(term, "dumb"))
		return false;
	if (!is_off("color.async", &off))
		is_off("color.ui", &off);
	return !off;
}

void color_config(struct worklog *wl)
{
	config_log = wl;
}

bool print_has_color(void)
{
	if (enabled < 0)
		enabled = globals.color >= 0 ? globals.color : terminal_has_color();
	return enabled;
}

const char *color_begin(enum color color)
{
	if (color == COLOR_NONE || !print_has_color())
		return "";
	if (!sequences[color])
		sequences[color] = make_sequence(color);
	return sequences[color];
}

const char *color_end(enum color color)
{
	return *color_begin(color) ? "\033[m" : "";
}
