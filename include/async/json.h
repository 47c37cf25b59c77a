/*
 * JSON ⇄ nodes. The only module that knows jansson.
 */
#ifndef ASYNC_JSON_H
#define ASYNC_JSON_H

#include "async/buf.h"
#include "async/node.h"

/*
 * Read one JSON value; numbers and booleans become texts, null NODE_NULL. Nodes live
 * in `pool`. ERR_INVALID for anything that is not JSON, duplicate keys, NUL in a text, or more
 * than 8 levels; the message says where.
 */
int json_parse(struct node **out, struct pool *pool, const char *text, size_t len);

/*
 * Append a JSON string with its quotes. Control, bidi and invisible characters are
 * written as \\uXXXX, invalid bytes as U+FFFD: the output is always valid, one line, and
 * harmless on a terminal. NULL gives null.
 */
void json_put_text(struct buf *out, const char *text);

/* Append a whole value on one line. */
void json_put(struct buf *out, const struct node *node);

#endif
