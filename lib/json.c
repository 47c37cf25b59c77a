/* JSON and nodes: jansson reads, our own writer writes. */
#include "async/json.h"

#include <jansson.h>
#include <string.h>

#include "async/error.h"
#include "async/record.h"
#include "async/text.h"

static int convert(struct node **out, struct pool *pool, const json_t *json, int depth);

static int convert_list(struct node *list, struct pool *pool, const json_t *json, int depth)
{
	struct node *entry;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(json); i++) {
		rc = convert(&entry, pool, json_array_get(json, i), depth);
		if (rc == 0)
			node_append(list, entry);
	}
	return rc;
}

/* jansson has refused duplicate keys, so entries need not be looked up. */
static int convert_map(struct node *map, struct pool *pool, json_t *json, int depth)
{
	struct node *entry;
	const char *key;
	json_t *value;
	int rc = 0;

	json_object_foreach(json, key, value) {
		rc = convert(&entry, pool, value, depth);
		if (rc < 0)
			break;
		entry->key = pool_strdup(pool, key);
		node_append(map, entry);
	}
	return rc;
}

static const char *scalar_text(struct pool *pool, const json_t *json)
{
	switch (json_typeof(json)) {
	case JSON_STRING:
		return pool_strndup(pool, json_string_value(json), json_string_length(json));
	case JSON_INTEGER:
		return pool_strfmt(pool, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
	case JSON_REAL:
		return pool_strfmt(pool, "%.17g", json_real_value(json));
	default:
		return json_is_true(json) ? "true" : "false";
	}
}

static int convert(struct node **out, struct pool *pool, const json_t *json, int depth)
{
	static const enum node_type types[] = {
		[JSON_OBJECT] = NODE_MAP,   [JSON_ARRAY] = NODE_LIST, [JSON_STRING] = NODE_TEXT,
		[JSON_INTEGER] = NODE_TEXT, [JSON_REAL] = NODE_TEXT,  [JSON_TRUE] = NODE_TEXT,
		[JSON_FALSE] = NODE_TEXT,   [JSON_NULL] = NODE_NULL,
	};
	struct node *node = node_new(pool, types[json_typeof(json)]);

	*out = node;
	if (node->type == NODE_TEXT)
		node->text = scalar_text(pool, json);
	if (node->type != NODE_LIST && node->type != NODE_MAP)
		return 0;
	if (depth == RECORD_MAX_DEPTH)
		return error_set(ERR_INVALID, "JSON: lists and maps are nested more than %d deep",
				 RECORD_MAX_DEPTH);
	return node->type == NODE_LIST ? convert_list(node, pool, json, depth + 1) :
					 convert_map(node, pool, (json_t *)json, depth + 1);
}

int json_parse(struct node **out, struct pool *pool, const char *text, size_t len)
{
	json_error_t problem;
	json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
	int rc;

	*out = NULL;
	if (!json)
		return error_set(ERR_INVALID, "JSON: line %d column %d: %s", problem.line, problem.column,
				 problem.text);
	rc = convert(out, pool, json, 0);
	if (rc < 0)
		*out = NULL;
	json_decref(json);
	return rc;
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
		buf_addf(out, "\\u%04x\\u%04x", (unsigned)(0xd800 + ((c - 0x10000) >> 10)),
			 (unsigned)(0xdc00 + ((c - 0x10000) & 0x3ff)));
	else
		buf_addf(out, "\\u%04x", (unsigned)c);
}

/* How many bytes from here on stand for themselves: most texts have no others. */
static size_t plain_length(const char *text)
{
	size_t len = 0;

	while (text[len] >= ' ' && text[len] < 0x7f && text[len] != '"' && text[len] != '\\')
		len++;
	return len;
}

/* One other character; how many bytes it takes. */
static size_t put_character(struct buf *out, const char *text)
{
	size_t used;
	uint32_t c = char_decode(&used, text, strnlen(text, 4)); /* no character is longer */

	if (c == CHAR_INVALID)
		buf_puts(out, "\\ufffd");
	else if (c < 0x7f || char_class(c) != CHAR_TEXT)
		put_escaped(out, c);
	else
		buf_add(out, text, used);
	return used;
}

void json_put_text(struct buf *out, const char *text)
{
	if (!text) {
		buf_puts(out, "null");
		return;
	}
	buf_putc(out, '"');
	while (*text) {
		size_t plain = plain_length(text);

		buf_add(out, text, plain);
		text += plain;
		if (*text)
			text += put_character(out, text);
	}
	buf_putc(out, '"');
}

static void put_entries(struct buf *out, const struct node *node)
{
	NODE_EACH(entry, node) {
		if (entry != node->first)
			buf_puts(out, ", ");
		if (node->type == NODE_MAP) {
			json_put_text(out, entry->key);
			buf_puts(out, ": ");
		}
		json_put(out, entry);
	}
}

void json_put(struct buf *out, const struct node *node)
{
	switch (node->type) {
	case NODE_NULL:
		buf_puts(out, "null");
		break;
	case NODE_TEXT:
		json_put_text(out, node->text);
		break;
	case NODE_LIST:
		buf_putc(out, '[');
		put_entries(out, node);
		buf_putc(out, ']');
		break;
	case NODE_MAP:
		buf_putc(out, '{');
		put_entries(out, node);
		buf_putc(out, '}');
		break;
	}
}
