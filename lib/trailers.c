/* Trailers of a commit's message, by git's rules (its trailer.c). */
#include "async/trailers.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "async/buf.h"

struct line {
	const char *ptr;
	size_t len; /* without its end */
};

/* The line at `at`, which is moved behind it. */
static struct line take_line(const char *text, size_t len, size_t *at)
{
	const char *from = text + *at, *end = memchr(from, '\n', len - *at);
	struct line line = { from, end ? (size_t)(end - from) : len - *at };

	*at += line.len + (end != NULL);
	return line;
}

static bool is_space(char c)
{
	return c && strchr(" \t\r\v\f", c);
}

static bool is_blank(const struct line *line)
{
	for (size_t i = 0; i < line->len; i++)
		if (!is_space(line->ptr[i]))
			return false;
	return true;
}

static bool begins(const struct line *line, const char *prefix)
{
	return line->len >= strlen(prefix) && !memcmp(line->ptr, prefix, strlen(prefix));
}

/* How long the key is before its ":"; 0: this is no trailer. */
static size_t key_length(const struct line *line)
{
	size_t key = 0, at;

	while (key < line->len && (isalnum((unsigned char)line->ptr[key]) || line->ptr[key] == '-'))
		key++;
	for (at = key; at < line->len && (line->ptr[at] == ' ' || line->ptr[at] == '\t'); at++)
		;
	return at < line->len && line->ptr[at] == ':' ? key : 0;
}

/* What a paragraph is made of. */
struct paragraph {
	size_t start, end;
	size_t trailers, others; /* lines; an indented one goes on what is before it */
	bool made_by_git;
};

static void count_line(struct paragraph *p, const struct line *line)
{
	if (line->ptr[0] == '#')
		return;
	if (begins(line, "Signed-off-by: ") || begins(line, "(cherry picked from commit ")) {
		p->trailers++;
		p->made_by_git = true;
	} else if (key_length(line)) {
		p->trailers++;
	} else if (!is_space(line->ptr[0]) || !p->trailers) {
		p->others++;
	}
}

/* The last paragraph, if it is one of trailers; the first one is the title. */
static bool find_paragraph(struct paragraph *out, const char *text, size_t len)
{
	struct paragraph p = { 0 };
	size_t nr = 0;
	bool inside = false;

	for (size_t at = 0; at < len;) {
		size_t start = at;
		struct line line = take_line(text, len, &at);

		if (is_blank(&line)) {
			inside = false;
			continue;
		}
		if (!inside) {
			p = (struct paragraph){ .start = start };
			nr++;
			inside = true;
		}
		p.end = at;
		count_line(&p, &line);
	}
	*out = p;
	return nr > 1 && p.trailers && (!p.others || (p.made_by_git && p.trailers * 3 >= p.others));
}

static void add_trimmed(struct buf *out, const char *text, size_t len)
{
	while (len && is_space(*text)) {
		text++;
		len--;
	}
	while (len && is_space(text[len - 1]))
		len--;
	if (out->len && len)
		buf_putc(out, ' ');
	buf_add(out, text, len);
}

int trailers_each(const char *message, size_t len, int (*each)(const struct trailer *, void *data), void *data)
{
	struct buf key = BUF_INIT, value = BUF_INIT;
	struct paragraph p;
	int rc = 0;

	len = strnlen(message, len);
	if (!find_paragraph(&p, message, len))
		return 0;
	for (size_t at = p.start; at < p.end && rc == 0;) {
		struct line line = take_line(message, p.end, &at);
		size_t key_len = line.ptr[0] == '#' ? 0 : key_length(&line), colon;

		if (!key_len)
			continue;
		buf_reset(&key);
		buf_reset(&value);
		buf_add(&key, line.ptr, key_len);
		colon = (size_t)((const char *)memchr(line.ptr, ':', line.len) - line.ptr);
		add_trimmed(&value, line.ptr + colon + 1, line.len - colon - 1);
		for (size_t next = at; next < p.end; at = next) {
			line = take_line(message, p.end, &next);
			if (!is_space(line.ptr[0]))
				break;
			add_trimmed(&value, line.ptr, line.len);
		}
		rc = each(&(struct trailer){ key.ptr, value.ptr }, data);
	}
	buf_release(&key);
	buf_release(&value);
	return rc;
}
