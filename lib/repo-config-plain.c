/*
 * A configuration file as most are: sections, names and values, comments, quotes.
 *
 * Starting libgit2 to read a few lines takes longer than most answers. What is read here
 * is read as git reads it; at anything rare (an include, a line that ends in a backslash,
 * a stray control character, a mistake) it gives up, and libgit2 reads all files instead.
 */
#include <ctype.h>
#include <string.h>

#include "async/alloc.h"
#include "repo-git.h"

struct reader {
	const char *p, *end;
	struct buf name; /* "section.subsection." and then the key */
	size_t section;  /* how much of it is the section */
	struct buf value;
};

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '-';
}

static void skip_blanks(struct reader *in)
{
	while (in->p < in->end && (*in->p == ' ' || *in->p == '\t'))
		in->p++;
}

static bool is_at_end(const struct reader *in)
{
	return in->p == in->end || *in->p == '\n' || *in->p == '#' || *in->p == ';';
}

static void skip_line(struct reader *in)
{
	const char *newline = memchr(in->p, '\n', (size_t)(in->end - in->p));

	in->p = newline ? newline + 1 : in->end;
}

/* Letters in lower case, digits and dashes; false if there are none. */
static bool take_name(struct reader *in)
{
	const char *begin = in->p;

	for (; in->p < in->end && is_name_byte(*in->p); in->p++)
		buf_putc(&in->name, (char)tolower((unsigned char)*in->p));
	return in->p > begin;
}

/* Between quotes, exactly; a backslash stands for what follows it. */
static bool take_subsection(struct reader *in)
{
	for (in->p++; in->p < in->end && *in->p != '"'; in->p++) {
		if (*in->p == '\\')
			in->p++;
		if (in->p == in->end || *in->p == '\n')
			return false;
		buf_putc(&in->name, *in->p);
	}
	return in->p++ < in->end;
}

/* "[section]" or "[section "subsection"]". One that includes other files is not for us. */
static bool take_section(struct reader *in)
{
	in->p++;
	buf_reset(&in->name);
	if (!take_name(in) || !strcmp(in->name.ptr, "include") || !strcmp(in->name.ptr, "includeif"))
		return false;
	buf_putc(&in->name, '.');
	if (in->p < in->end && *in->p == ' ') {
		skip_blanks(in);
		if (in->p == in->end || *in->p != '"' || !take_subsection(in))
			return false;
		buf_putc(&in->name, '.');
	}
	in->section = in->name.len;
	return in->p < in->end && *in->p++ == ']';
}

static bool take_escape(struct reader *in)
{
	static const char from[] = "nt\"\\", to[] = "\n\t\"\\";
	const char *found = in->p + 1 < in->end ? memchr(from, in->p[1], strlen(from)) : NULL;

	if (!found)
		return false;
	buf_putc(&in->value, to[found - from]);
	in->p += 2;
	return true;
}

/* To the end of the line, or to a comment; blanks at the end count in quotes only. */
static bool take_value(struct reader *in)
{
	bool quoted = false;
	size_t solid = 0;

	buf_reset(&in->value);
	while (in->p < in->end && *in->p != '\n' && (quoted || !is_at_end(in))) {
		bool blank = *in->p == ' ' && !quoted;

		if (*in->p == '"') {
			quoted = !quoted;
			in->p++;
		} else if (*in->p == '\\') {
			if (!take_escape(in))
				return false;
		} else if (*in->p == '\t' && !quoted) {
			return false;
		} else {
			buf_putc(&in->value, *in->p++);
		}
		if (!blank)
			solid = in->value.len;
	}
	buf_setlen(&in->value, solid);
	return !quoted;
}

/* "name = value"; the name alone is true. */
static bool take_setting(struct settings *out, struct reader *in)
{
	const char *value = "true";

	if (!in->section || !isalpha((unsigned char)*in->p))
		return false;
	buf_setlen(&in->name, in->section);
	take_name(in);
	skip_blanks(in);
	if (!is_at_end(in)) {
		if (*in->p++ != '=')
			return false;
		skip_blanks(in);
		if (!take_value(in))
			return false;
		value = in->value.ptr;
	}
	settings_add(out, in->name.ptr, in->name.len, value);
	return true;
}

/* The bytes that an ordinary file is made of; NUL would end a value, and a carriage return may. */
static bool is_ordinary(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < ' ' && text[i] != '\n' && text[i] != '\t')
			return false;
	return len < 3 || memcmp(text, "\xef\xbb\xbf", 3) != 0;
}

bool settings_read_plain(struct settings *out, const char *text, size_t len)
{
	struct reader in = { .p = text, .end = text + len, .name = BUF_INIT, .value = BUF_INIT };
	bool good = is_ordinary(text, len);

	while (good && in.p < in.end) {
		skip_blanks(&in);
		if (is_at_end(&in))
			skip_line(&in);
		else
			good = *in.p == '[' ? take_section(&in) : take_setting(out, &in);
	}
	buf_release(&in.name);
	buf_release(&in.value);
	return good;
}
