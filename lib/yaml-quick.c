/*
 * The quick reader: takes exactly the YAML that our writer writes, ten times faster than
 * libyaml, and leaves all else, errors too, to it. The record fuzzer holds the two against
 * each other, values and positions.
 */
#include <string.h>

#include "async/record.h"
#include "async/text.h"
#include "yaml.h"

#define MAX_EVENTS (RECORD_MAX_EVENTS - 100) /* near the limit libyaml counts, and tells */

struct quick {
	struct pool *pool;
	const char *at, *end;
	const char *counted; /* up to here `column` is right */
	int line, column;    /* in characters, from 1 */
	size_t events;
};

static bool is_key_first(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_key(char c)
{
	return is_key_first(c) || (c >= '0' && c <= '9') || c == '-';
}

/* Between brackets: where a plain text may begin and end, and what it may hold. */
static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || c == '_' ||
	       c == '/' || (unsigned char)c >= 0x80;
}

static bool is_words(char c)
{
	return is_word(c) || c == ' ' || c == '.' || c == '@' || c == '+' || c == '-';
}

static bool take(struct quick *quick, char c)
{
	if (quick->at == quick->end || *quick->at != c)
		return false;
	quick->at++;
	return true;
}

static bool take_line_end(struct quick *quick)
{
	if (!take(quick, '\n'))
		return false;
	quick->line++;
	quick->column = 1;
	quick->counted = quick->at;
	return true;
}

/* A node that begins here. */
static struct node *begin(struct quick *quick, enum node_type type)
{
	struct node *node = node_new(quick->pool, type);

	for (; quick->counted < quick->at; quick->counted++)
		quick->column += ((unsigned char)*quick->counted & 0xc0) != 0x80;
	node->line = quick->line;
	node->column = quick->column;
	quick->events += type == NODE_TEXT ? 1 : 2;
	return node;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789ABCDEF", *at = c ? strchr(digits, c) : NULL;

	return at ? (int)(at - digits) : -1;
}

static size_t encode(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* \xNN, \uNNNN, \UNNNNNNNN of a character that may be in a record. */
static bool take_numbered(struct quick *quick, int digits, char **to)
{
	uint32_t c = 0;

	if (quick->end - quick->at < digits)
		return false;
	for (int i = 0; i < digits; i++) {
		int digit = hex_digit(*quick->at++);

		if (digit < 0 || c > 0x1fffff)
			return false;
		c = c << 4 | (uint32_t)digit;
	}
	if (char_class(c) == CHAR_BAD)
		return false;
	*to += encode(*to, c);
	return true;
}

static bool take_escape(struct quick *quick, char **to)
{
	if (quick->at == quick->end)
		return false;
	switch (*quick->at++) {
	case '"':
		*(*to)++ = '"';
		return true;
	case '\\':
		*(*to)++ = '\\';
		return true;
	case 'n':
		*(*to)++ = '\n';
		return true;
	case 't':
		*(*to)++ = '\t';
		return true;
	case 'x':
		return take_numbered(quick, 2, to);
	case 'u':
		return take_numbered(quick, 4, to);
	case 'U':
		return take_numbered(quick, 8, to);
	default:
		return false;
	}
}

/* A double-quoted text on one line; NULL: not ours. No escape makes more bytes than it has. */
static const char *take_quoted(struct quick *quick)
{
	const char *from = quick->at + 1, *close = from;
	char *text, *to;

	while (close < quick->end && *close != '"' && *close != '\n')
		close += 1 + (*close == '\\' && close + 1 < quick->end);
	if (close >= quick->end || *close != '"')
		return NULL;
	text = to = pool_strndup(quick->pool, from, (size_t)(close - from));
	for (quick->at = from; quick->at < close;) {
		char c = *quick->at++;

		if (c != '\\')
			*to++ = c;
		else if (!take_escape(quick, &to))
			return NULL;
	}
	if (quick->at != close)
		return NULL;
	*to = '\0';
	quick->at++;
	return text;
}

/* A word or words between brackets, as yaml_put_scalar() leaves them plain. */
static const char *take_flow_plain(struct quick *quick)
{
	const char *from = quick->at, *to = from;

	while (to < quick->end && is_words(*to))
		to++;
	if (to == from || !is_word(*from) || !is_word(to[-1]))
		return NULL;
	quick->at = to;
	return pool_strndup(quick->pool, from, (size_t)(to - from));
}

static const char *take_flow_text(struct quick *quick)
{
	if (quick->at == quick->end)
		return NULL;
	return *quick->at == '"' ? take_quoted(quick) : take_flow_plain(quick);
}

static struct node *take_flow(struct quick *quick, int depth);

static bool take_flow_key(struct quick *quick, const char **key)
{
	size_t at;
	uint32_t c;

	*key = take_flow_text(quick);
	if (!*key || !**key || strlen(*key) > YAML_MAX_KEY || strpbrk(*key, "\n\t") ||
	    text_find_odd(&at, &c, *key, strlen(*key)))
		return false;
	quick->events++;
	return take(quick, ':') && take(quick, ' ');
}

/* The entries after "[" or "{", and what closes them. */
static bool take_flow_entries(struct quick *quick, struct node *node, char close, int depth)
{
	const char *key = NULL;
	struct node *entry;

	if (take(quick, close))
		return true;
	do {
		if (node->first && !take(quick, ' '))
			return false;
		if (node->type == NODE_MAP && !take_flow_key(quick, &key))
			return false;
		entry = take_flow(quick, depth + 1);
		if (!entry || quick->events > MAX_EVENTS)
			return false;
		entry->key = key;
		node_append(node, entry);
	} while (take(quick, ','));
	return take(quick, close) && (node->type == NODE_LIST || !node_find_twice(node));
}

static struct node *take_flow(struct quick *quick, int depth)
{
	char first = quick->at < quick->end ? *quick->at : '\0';
	struct node *node;

	if (first != '[' && first != '{') {
		node = begin(quick, NODE_TEXT);
		node->text = take_flow_text(quick);
		return node->text ? node : NULL;
	}
	if (depth == RECORD_MAX_DEPTH)
		return NULL;
	node = begin(quick, first == '[' ? NODE_LIST : NODE_MAP);
	quick->at++;
	return take_flow_entries(quick, node, first == '[' ? ']' : '}', depth) ? node : NULL;
}

/* After "key: ", to the end of the line. */
static const char *take_plain(struct quick *quick)
{
	const char *from = quick->at, *to = memchr(from, '\n', (size_t)(quick->end - from));

	if (!to || to == from || strchr("-?:,[]{}#&*!|>'\"%@` \t", *from) || to[-1] == ' ' || to[-1] == ':')
		return NULL;
	for (const char *c = from + 1; c < to; c++)
		if (*c == '\t' || (*c == ' ' && c[-1] == ':') || (*c == '#' && c[-1] == ' '))
			return NULL;
	quick->at = to;
	return pool_strndup(quick->pool, from, (size_t)(to - from));
}

/* Go past the lines of a block: each is empty, or indented by two and not empty then. */
static bool skip_block_lines(struct quick *quick)
{
	while (quick->at < quick->end && (*quick->at == ' ' || *quick->at == '\n')) {
		const char *line_end = memchr(quick->at, '\n', (size_t)(quick->end - quick->at));

		if (!line_end)
			return false;
		if (line_end != quick->at && (line_end - quick->at < 3 || quick->at[1] != ' '))
			return false;
		quick->at = line_end;
		take_line_end(quick);
	}
	return true;
}

/* Take the indentation out of the lines of a block; how many bytes are left? */
static size_t unindent(char *text, size_t len)
{
	char *to = text;

	for (char *from = text, *line_end; from < text + len; from = line_end) {
		from += *from == ' ' ? 2 : 0;
		line_end = (char *)memchr(from, '\n', (size_t)(text + len - from)) + 1;
		memmove(to, from, (size_t)(line_end - from));
		to += line_end - from;
	}
	return (size_t)(to - text);
}

/* After "|". The head must be the one that yaml_put_block() would have written. */
static const char *take_block(struct quick *quick)
{
	bool indented = take(quick, '2');
	char chomp = take(quick, '-') ? '-' : take(quick, '+') ? '+' : '\0';
	const char *from = quick->at + 1;
	char *text;
	size_t len;

	if (!take_line_end(quick) || !skip_block_lines(quick) || quick->at == from)
		return NULL;
	text = pool_strndup(quick->pool, from, (size_t)(quick->at - from));
	len = unindent(text, (size_t)(quick->at - from));
	if (indented != (strchr(" \t\n", text[0]) != NULL))
		return NULL;
	if ((chomp == '+') != (len == 1 || text[len - 2] == '\n'))
		return NULL;
	text[len - (chomp == '-')] = '\0';
	return text;
}

/* "  - …" lines below "key:". */
static struct node *take_items(struct quick *quick)
{
	struct node *list = NULL, *item;

	while (quick->end - quick->at > 4 && !memcmp(quick->at, "  - ", 4)) {
		quick->at += 2;
		if (!list)
			list = begin(quick, NODE_LIST);
		quick->at += 2;
		item = take_flow(quick, 2);
		if (!item || !take_line_end(quick) || quick->events > MAX_EVENTS)
			return NULL;
		node_append(list, item);
	}
	return list;
}

static struct node *take_value(struct quick *quick)
{
	struct node *node;
	char first;

	if (take_line_end(quick))
		return take_items(quick);
	if (!take(quick, ' ') || quick->at == quick->end)
		return NULL;
	first = *quick->at;
	if (first == '[' || first == '{') {
		node = take_flow(quick, 1);
		return node && take_line_end(quick) ? node : NULL;
	}
	node = begin(quick, NODE_TEXT);
	if (first == '|') {
		quick->at++;
		node->text = take_block(quick);
		return node->text ? node : NULL;
	}
	node->text = first == '"' ? take_quoted(quick) : take_plain(quick);
	return node->text && take_line_end(quick) ? node : NULL;
}

static bool take_entry(struct quick *quick, struct node *map)
{
	const char *from = quick->at, *key;
	struct node *value;

	if (!is_key_first(*from))
		return false;
	while (quick->at < quick->end && is_key(*quick->at))
		quick->at++;
	if (quick->at - from > YAML_MAX_KEY)
		return false;
	key = pool_strndup(quick->pool, from, (size_t)(quick->at - from));
	quick->events++;
	if (!take(quick, ':'))
		return false;
	value = take_value(quick);
	if (!value || quick->events > MAX_EVENTS)
		return false;
	value->key = key;
	node_append(map, value);
	return true;
}

struct node *yaml_parse_quick(struct pool *pool, const char *text, size_t len, int first_line)
{
	struct quick quick = {
		.pool = pool, .at = text, .end = text + len, .counted = text, .line = first_line, .column = 1,
	};
	struct node *map;

	if (!len || !is_key_first(*text))
		return NULL;
	map = begin(&quick, NODE_MAP);
	while (quick.at < quick.end)
		if (!take_entry(&quick, map))
			return NULL;
	return node_find_twice(map) ? NULL : map;
}
