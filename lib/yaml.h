/*
 * YAML ⇄ nodes: the reader (libyaml's events, nothing else of it) and our own writer.
 */
#ifndef YAML_READER_H
#define YAML_READER_H

#include "async/buf.h"
#include "async/node.h"

/*
 * Read one YAML document that is a map. Refused: more than `max_bytes`, depth or
 * events over the limits of record.h, anchors, aliases, tags, directives, a second
 * document, duplicate or non-scalar keys, control characters, raw NEL, LS, PS and
 * lone CR, invalid UTF-8. ERR_INVALID: "name:line:column: …". Nodes live in `pool`.
 */
int yaml_parse(struct node **out, struct pool *pool, const char *text, size_t len, size_t max_bytes,
	       const char *name);

/*
 * Append `text` as a scalar: plain if every YAML 1.1 and 1.2 reader takes it for this
 * string, else double-quoted. `in_flow`: inside [] or {}.
 */
void yaml_put_scalar(struct buf *out, const char *text, bool in_flow);

/* Append `text` as a literal block (`|`) indented by `indent`, or double-quoted if no block can hold it. */
void yaml_put_block(struct buf *out, const char *text, int indent);

/* Append a whole value in flow style. */
void yaml_put_flow(struct buf *out, const struct node *node);

/* Append a map in the style of records: lists of texts in flow, other lists as `- {…}` items. */
void yaml_put_map(struct buf *out, const struct node *map, int indent);

#endif
