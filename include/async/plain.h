/*
 * Settings in plain form: the map of a person, of the policy, as `me`, `team` and
 * `policy` show it and an editor takes it back; and the record between two of them.
 */
#ifndef ASYNC_PLAIN_H
#define ASYNC_PLAIN_H

#include "async/buf.h"
#include "async/node.h"
#include "async/record.h"

/* Append the map as YAML, a key a line. */
void plain_format(struct buf *out, const struct node *map);

/* Append one value on one line, as it would stand after its key. */
void plain_format_value(struct buf *out, const struct node *value);

/* Read it back; ERR_INVALID: "name:line:column: …". Nodes live in `pool`. An empty text is an empty map. */
int plain_parse(struct node **out, struct pool *pool, const char *text, size_t len, const char *name);

/* Is it a set-valued key, which records change by add and drop? */
bool plain_is_set(const char *key);

/* Is it a key of the policy that is a map of rules, of which each changes alone? An empty text ends one. */
bool plain_is_rules(const char *key);

/*
 * Make `rec` change the value of `key` from `was` to `is`; NULL: it is not there. True if
 * there is anything to change. Nodes are copied.
 */
bool plain_change(struct record *rec, const char *key, const struct node *was, const struct node *is);

#endif
