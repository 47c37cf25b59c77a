/*
 * YAML ⇄ nodes: libyaml's events (nothing else of it), a quick reader of what we write
 * ourselves, and our own writer.
 */
#ifndef YAML_READER_H
#define YAML_READER_H

#include "async/buf.h"
#include "async/node.h"

/*
 * Read one YAML document that is a map. Refused: more than `max_bytes`, depth or
 * events over the limits of record.h, anchors, aliases, tags, directives, a second
 * document, duplicate, empty, odd or non-scalar keys, control characters, line ends
 * other than LF, invalid UTF-8. ERR_INVALID: "name:line:column: …" (no name: without
 * "name:"). Nodes live in `pool`.
 */
int yaml_parse(struct node **out, struct pool *pool, const char *text, size_t len, size_t max_bytes,
	       const char *name);

#define YAML_MAX_KEY 64

/* The same for a document of a stream, whose first line is `first_line` there. */
int yaml_parse_at(struct node **out, struct pool *pool, const char *text, size_t len, size_t max_bytes,
		  const char *name, int first_line);

/*
 * The two ways that yaml_parse() goes with text that holds nothing bad: quickly, if it is
 * as our writer writes it (else NULL), or by libyaml. Where both take it, both give the same.
 */
struct node *yaml_parse_quick(struct pool *pool, const char *text, size_t len, int first_line);
int yaml_parse_events(struct node **out, struct pool *pool, const char *text, size_t len, const char *name,
		      int first_line);

/*
 * Append `text` as a scalar: plain if every YAML 1.1 and 1.2 reader takes it for this
 * string, else double-quoted. `in_flow`: inside [] or {}.
 */
void yaml_put_scalar(struct buf *out, const char *text, bool in_flow);

/*
 * Append `text` as a literal block (`|`) indented by `indent`, two more than its key, or
 * double-quoted if no block can hold it (empty; hidden characters). Ends with a line end.
 */
void yaml_put_block(struct buf *out, const char *text, int indent);

/* Append a whole value in flow style. */
void yaml_put_flow(struct buf *out, const struct node *node);

/*
 * Append one entry of a map, `indent` spaces before its key: a text of several lines as a
 * block, a list of texts and a map in flow on the same line, another list as `- …` items.
 */
void yaml_put_entry(struct buf *out, const struct node *entry, int indent);

/* Append all entries of a map like that. */
void yaml_put_map(struct buf *out, const struct node *map, int indent);

#endif
