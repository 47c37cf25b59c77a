/* Reading YAML: libyaml's events become nodes; all that could surprise is refused. */
#include "yaml.h"

#include <string.h>
#include <yaml.h>

#include "async/error.h"
#include "async/record.h"
#include "async/text.h"

struct reader {
	yaml_parser_t parser;
	struct pool *pool;
	const char *name;
	int line_offset;
	struct node *open[RECORD_MAX_DEPTH]; /* the lists and maps that are not yet closed */
	int depth;
	size_t events;
	const char *key; /* read, its value not yet */
	struct node *root;
};

__attribute__((format(printf, 4, 5)))
static int fail(const struct reader *reader, int line, int column, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	error_set(ERR_INVALID, "%d:%d: %s", line + reader->line_offset, column, text.ptr);
	if (reader->name && *reader->name)
		error_set(ERR_INVALID, "%s:%s", reader->name, error_last());
	buf_release(&text);
	return ERR_INVALID;
}

static int fail_at(const struct reader *reader, const yaml_mark_t *mark, const char *what)
{
	return fail(reader, (int)mark->line + 1, (int)mark->column + 1, "%s", what);
}

/* Line and column (in characters, as libyaml counts) of a byte. */
static void locate(const char *text, size_t at, int *line, int *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < at; i++) {
		if (text[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

/* The raw text: hidden characters may stand in it, those that are no text may not. */
static int check_text(const struct reader *reader, const char *text, size_t len)
{
	size_t at, from = 0, used;
	int line, column;
	uint32_t c;

	while (text_find_odd(&at, &c, text + from, len - from)) {
		at += from;
		if (char_class(c) == CHAR_BAD || c == 0xfeff) {
			locate(text, at, &line, &column);
			if (c == CHAR_INVALID)
				return fail(reader, line, column, "expected UTF-8, found byte 0x%02x",
					    (unsigned char)text[at]);
			return fail(reader, line, column, "expected text, found U+%04X, %s", (unsigned)c,
				    char_describe(c));
		}
		char_decode(&used, text + at, len - at);
		from = at + used;
	}
	return 0;
}

/* Escapes in double quotes can make what the raw text must not hold. */
static int check_scalar(const struct reader *reader, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length, at, from = 0, used;
	uint32_t c;

	if (event->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE)
		return 0;
	while (text_find_odd(&at, &c, text + from, len - from)) {
		if (char_class(c) == CHAR_BAD)
			return fail(reader, (int)event->start_mark.line + 1, (int)event->start_mark.column + 1,
				    "expected text, found an escaped U+%04X, %s", (unsigned)c, char_describe(c));
		char_decode(&used, text + from + at, len - from - at);
		from += at + used;
	}
	return 0;
}

static int take_key(struct reader *reader, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length, at;
	uint32_t c;

	if (!len || len > YAML_MAX_KEY || memchr(text, '\n', len) || memchr(text, '\t', len) ||
	    text_find_odd(&at, &c, text, len))
		return fail_at(reader, &event->start_mark,
			       "expected a key of 1 to 64 bytes of printable characters");
	reader->key = pool_strndup(reader->pool, text, len);
	return 0;
}

static struct node *add(struct reader *reader, const yaml_event_t *event, enum node_type type)
{
	struct node *node = node_new(reader->pool, type);

	node->line = (int)event->start_mark.line + 1 + reader->line_offset;
	node->column = (int)event->start_mark.column + 1;
	node->key = reader->key;
	reader->key = NULL;
	if (reader->depth)
		node_append(reader->open[reader->depth - 1], node);
	else
		reader->root = node;
	return node;
}

static bool wants_key(const struct reader *reader)
{
	return reader->depth && reader->open[reader->depth - 1]->type == NODE_MAP && !reader->key;
}

static int take_scalar(struct reader *reader, const yaml_event_t *event)
{
	struct node *node;
	int rc;

	if (event->data.scalar.anchor)
		return fail_at(reader, &event->start_mark, "anchors (&) are not allowed");
	if (event->data.scalar.tag)
		return fail_at(reader, &event->start_mark, "tags (!) are not allowed");
	rc = check_scalar(reader, event);
	if (rc < 0)
		return rc;
	if (wants_key(reader))
		return take_key(reader, event);
	if (!reader->depth)
		return fail_at(reader, &event->start_mark, "expected 'key: value' lines");
	node = add(reader, event, NODE_TEXT);
	node->text = pool_strndup(reader->pool, (const char *)event->data.scalar.value,
				  event->data.scalar.length);
	return 0;
}

static int open_node(struct reader *reader, const yaml_event_t *event, enum node_type type, bool odd)
{
	if (odd)
		return fail_at(reader, &event->start_mark, "anchors (&) and tags (!) are not allowed");
	if (wants_key(reader))
		return fail_at(reader, &event->start_mark, "expected a key, found a list or map");
	if (!reader->depth && type != NODE_MAP)
		return fail_at(reader, &event->start_mark, "expected 'key: value' lines, found a list");
	if (reader->depth == RECORD_MAX_DEPTH)
		return fail(reader, (int)event->start_mark.line + 1, (int)event->start_mark.column + 1,
			    "lists and maps are nested more than %d deep", RECORD_MAX_DEPTH);
	reader->open[reader->depth] = add(reader, event, type);
	reader->depth++;
	return 0;
}

static int close_node(struct reader *reader)
{
	const struct node *node = reader->open[--reader->depth], *twice;

	if (node->type != NODE_MAP)
		return 0;
	twice = node_find_twice(node);
	if (twice)
		return fail(reader, twice->line - reader->line_offset, twice->column,
			    "the key '%s' is there twice", twice->key);
	return 0;
}

static int check_document(const struct reader *reader, const yaml_event_t *event)
{
	if (event->data.document_start.version_directive ||
	    event->data.document_start.tag_directives.start != event->data.document_start.tag_directives.end)
		return fail_at(reader, &event->start_mark, "directives (%) are not allowed");
	if (reader->root)
		return fail_at(reader, &event->start_mark, "expected one document, found a second");
	return 0;
}

static int take(struct reader *reader, const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return check_document(reader, event);
	case YAML_ALIAS_EVENT:
		return fail_at(reader, &event->start_mark, "aliases (*) are not allowed");
	case YAML_SCALAR_EVENT:
		return take_scalar(reader, event);
	case YAML_SEQUENCE_START_EVENT:
		return open_node(reader, event, NODE_LIST,
				 event->data.sequence_start.anchor || event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return open_node(reader, event, NODE_MAP,
				 event->data.mapping_start.anchor || event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		return close_node(reader);
	default:
		return 0;
	}
}

static int fail_syntax(const struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const char *problem = parser->problem ? parser->problem : "something that is not YAML";

	if (parser->error == YAML_MEMORY_ERROR)
		error_out_of_memory();
	return fail(reader, (int)parser->problem_mark.line + 1, (int)parser->problem_mark.column + 1,
		    "expected YAML, but %s", problem);
}

static int read_events(struct reader *reader)
{
	yaml_event_t event;
	bool more = true;
	int rc = 0;

	while (more && rc == 0) {
		if (!yaml_parser_parse(&reader->parser, &event))
			return fail_syntax(reader);
		more = event.type != YAML_STREAM_END_EVENT;
		if (++reader->events > RECORD_MAX_EVENTS)
			rc = fail(reader, (int)event.start_mark.line + 1, (int)event.start_mark.column + 1,
				  "more than %d values and marks", RECORD_MAX_EVENTS);
		else
			rc = take(reader, &event);
		yaml_event_delete(&event);
	}
	if (rc == 0 && !reader->root)
		rc = fail(reader, 1, 1, "expected 'key: value' lines, found nothing");
	return rc;
}

int yaml_parse_events(struct node **out, struct pool *pool, const char *text, size_t len, const char *name,
		      int first_line)
{
	struct reader reader = { .pool = pool, .name = name, .line_offset = first_line - 1 };
	int rc;

	*out = NULL;
	if (!yaml_parser_initialize(&reader.parser))
		error_out_of_memory();
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)text, len);
	rc = read_events(&reader);
	if (rc == 0)
		*out = reader.root;
	yaml_parser_delete(&reader.parser);
	return rc;
}

int yaml_parse_at(struct node **out, struct pool *pool, const char *text, size_t len, size_t max_bytes,
		  const char *name, int first_line)
{
	const struct reader reader = { .pool = pool, .name = name, .line_offset = first_line - 1 };
	int rc;

	*out = NULL;
	if (len > max_bytes)
		return fail(&reader, 1, 1, "expected at most %zu bytes", max_bytes);
	rc = check_text(&reader, text, len);
	if (rc < 0)
		return rc;
	*out = yaml_parse_quick(pool, text, len, first_line);
	return *out ? 0 : yaml_parse_events(out, pool, text, len, name, first_line);
}

int yaml_parse(struct node **out, struct pool *pool, const char *text, size_t len, size_t max_bytes,
	       const char *name)
{
	return yaml_parse_at(out, pool, text, len, max_bytes, name, 1);
}
