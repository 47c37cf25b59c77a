/* Markdown to HTML, by cmark. */
#include "async/markdown.h"

#include <cmark.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Does the character mean something in the middle of a line, or to what finds addresses in a text? */
static bool means(char before, char c, char after)
{
	switch (c) {
	case ':': /* not in 14:10, nor at the end of a word */
		return !(is_digit(before) && is_digit(after)) && after && after != ' ';
	case '.': /* "www." */
		return before == 'w' || before == 'W';
	default:
		return strchr("\\`*_[]<>&|~^$!@#", c);
	}
}

void markdown_put_text(struct buf *out, const char *text)
{
	for (char before = ' '; *text; before = *text++) {
		if (means(before, *text, text[1]))
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
}

static void put_escaped(struct buf *out, const char *text)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			buf_puts(out, "&amp;");
			break;
		case '<':
			buf_puts(out, "&lt;");
			break;
		case '>':
			buf_puts(out, "&gt;");
			break;
		default:
			buf_putc(out, *text);
		}
}

void markdown_put_html(struct buf *out, const char *title, const char *markdown)
{
	char *body = cmark_markdown_to_html(markdown, strlen(markdown), CMARK_OPT_DEFAULT);

	buf_puts(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
		 "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">\n<title>");
	put_escaped(out, title);
	buf_addf(out, "</title>\n</head>\n<body>\n%s</body>\n</html>\n", body);
	free(body);
}
