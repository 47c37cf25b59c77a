/* Writing YAML so that every reader, of 1.1 or 1.2, gets back the very same text. */
#include <string.h>
#include <strings.h>

#include "async/text.h"
#include "yaml.h"

#define DIGITS "0123456789"

/* What YAML 1.1 or 1.2 takes for a boolean, null, merge key, default, infinity or no number; 5 bytes at most. */
static bool is_special_word(const char *text)
{
	static const char *const words[] = { "y",    "n",   "yes", "no", "on", "off",  "true",
					     "false", "null", "~",   "=",  "<<", NULL };
	const char *number = text + (*text == '+' || *text == '-');

	if (!strchr("yYnNoOtTfFiI~=<.+-", *text)) /* most words are none, at first sight */
		return false;
	number += *number == '.';
	if (!strcasecmp(number, "inf") || !strcasecmp(number, "nan"))
		return true;
	for (const char *const *word = words; *word; word++)
		if (!strcasecmp(text, *word))
			return true;
	return false;
}

/*
 * Integers of every base, floats, sexagesimals, dates and times, with or without
 * separators, of any YAML: more strings than any one reader takes for these.
 */
static bool is_number_like(const char *text)
{
	size_t len;

	if (!strchr(DIGITS "+-._,:", *text))
		return false;
	len = strspn(text, DIGITS "+-._,:tTzZ ");
	if (!text[len])
		return true;
	len = strspn(text, DIGITS "+-._,:");
	if (text[len] == 'e' || text[len] == 'E') {
		const char *exponent = text + len + 1;

		exponent += *exponent == '+' || *exponent == '-';
		if (!exponent[strspn(exponent, DIGITS "_")])
			return true;
	}
	text += *text == '+' || *text == '-';
	if (*text++ != '0' || !*text || !text[1])
		return false;
	if (*text == 'x' || *text == 'X')
		return !text[1 + strspn(text + 1, DIGITS "abcdefABCDEF_")];
	if (*text == 'o' || *text == 'O')
		return !text[1 + strspn(text + 1, "01234567_")];
	return (*text == 'b' || *text == 'B') && !text[1 + strspn(text + 1, "01_")];
}

/* After "key: " on a line of its own. */
static bool is_plain_in_block(const char *text, size_t len)
{
	return !strchr("-?:,[]{}#&*!|>'\"%@`= \t", text[0]) && text[len - 1] != ' ' && text[len - 1] != ':' &&
	       !strpbrk(text, "\n\t") && !strstr(text, ": ") && !strstr(text, " #");
}

/* Between brackets: only what no reader was ever seen to stumble over. */
static bool is_plain_in_flow(const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		bool is_word = c >= 0x80 || c == '_' || c == '/' || (c >= '0' && c <= '9') ||
			       (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		if (!is_word && (!i || i == len - 1 || !strchr(" .@+-", c)))
			return false;
	}
	return true;
}

static bool is_plain(const char *text, size_t len, bool in_flow)
{
	size_t at;
	uint32_t c;

	if (!len || (len <= 5 && is_special_word(text)) || is_number_like(text) || text_find_odd(&at, &c, text, len))
		return false;
	return in_flow ? is_plain_in_flow(text, len) : is_plain_in_block(text, len);
}

static void put_escaped(struct buf *out, uint32_t c)
{
	if (c == '\n')
		buf_puts(out, "\\n");
	else if (c == '\t')
		buf_puts(out, "\\t");
	else if (c == '"' || c == '\\')
		buf_addf(out, "\\%c", (int)c);
	else if (c > 0xffff)
		buf_addf(out, "\\U%08X", (unsigned)c);
	else
		buf_addf(out, c > 0xff ? "\\u%04X" : "\\x%02X", (unsigned)c);
}

static void put_quoted(struct buf *out, const char *text, size_t len)
{
	size_t used;

	buf_putc(out, '"');
	for (size_t i = 0; i < len; i += used) {
		uint32_t c = char_decode(&used, text + i, len - i);

		if (c == '\n' || c == '\t' || c == '"' || c == '\\' || char_class(c) != CHAR_TEXT)
			put_escaped(out, c);
		else
			buf_add(out, text + i, used);
	}
	buf_putc(out, '"');
}

void yaml_put_scalar(struct buf *out, const char *text, bool in_flow)
{
	size_t len = strlen(text);

	if (is_plain(text, len, in_flow))
		buf_add(out, text, len);
	else
		put_quoted(out, text, len);
}

/*
 * "|" and what must be said beside it: where the indentation ends, if the text begins
 * with white space; and that it ends with no line end or with several.
 */
static void put_block_head(struct buf *out, const char *text, size_t len)
{
	buf_putc(out, '|');
	if (strchr(" \t\n", text[0]))
		buf_putc(out, '2');
	if (text[len - 1] != '\n')
		buf_putc(out, '-');
	else if (len == 1 || text[len - 2] == '\n')
		buf_putc(out, '+');
	buf_putc(out, '\n');
}

void yaml_put_block(struct buf *out, const char *text, int indent)
{
	size_t len = strlen(text), at;
	uint32_t c;

	if (!len || text_find_odd(&at, &c, text, len)) {
		put_quoted(out, text, len);
		buf_putc(out, '\n');
		return;
	}
	put_block_head(out, text, len);
	while (*text) {
		size_t line = strcspn(text, "\n");

		if (line)
			buf_pad(out, ' ', (size_t)indent);
		buf_add(out, text, line);
		buf_putc(out, '\n');
		text += line + (text[line] == '\n');
	}
}

static void put_flow_entries(struct buf *out, const struct node *node)
{
	NODE_EACH(entry, node) {
		if (entry != node->first)
			buf_puts(out, ", ");
		if (node->type == NODE_MAP) {
			yaml_put_scalar(out, entry->key, true);
			buf_puts(out, ": ");
		}
		yaml_put_flow(out, entry);
	}
}

void yaml_put_flow(struct buf *out, const struct node *node)
{
	switch (node->type) {
	case NODE_NULL:
		buf_puts(out, "null");
		break;
	case NODE_TEXT:
		yaml_put_scalar(out, node->text, true);
		break;
	case NODE_LIST:
		buf_putc(out, '[');
		put_flow_entries(out, node);
		buf_putc(out, ']');
		break;
	case NODE_MAP:
		buf_putc(out, '{');
		put_flow_entries(out, node);
		buf_putc(out, '}');
		break;
	}
}

static bool is_list_of_items(const struct node *node)
{
	if (node->type != NODE_LIST)
		return false;
	NODE_EACH(entry, node)
		if (entry->type != NODE_TEXT)
			return true;
	return false;
}

static void put_items(struct buf *out, const struct node *list, int indent)
{
	buf_putc(out, '\n');
	NODE_EACH(entry, list) {
		buf_pad(out, ' ', (size_t)indent);
		buf_puts(out, "- ");
		yaml_put_flow(out, entry);
		buf_putc(out, '\n');
	}
}

void yaml_put_entry(struct buf *out, const struct node *entry, int indent)
{
	buf_pad(out, ' ', (size_t)indent);
	yaml_put_scalar(out, entry->key, true);
	buf_putc(out, ':');
	if (is_list_of_items(entry)) {
		put_items(out, entry, indent + 2);
		return;
	}
	buf_putc(out, ' ');
	if (entry->type == NODE_TEXT && strchr(entry->text, '\n')) {
		yaml_put_block(out, entry->text, indent + 2);
		return;
	}
	if (entry->type == NODE_TEXT)
		yaml_put_scalar(out, entry->text, false);
	else
		yaml_put_flow(out, entry);
	buf_putc(out, '\n');
}

void yaml_put_map(struct buf *out, const struct node *map, int indent)
{
	NODE_EACH(entry, map)
		yaml_put_entry(out, entry, indent);
}
