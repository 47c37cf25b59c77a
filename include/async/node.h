/*
 * Values as they stand in YAML and JSON: text, lists, maps.
 *
 * Every scalar is text here: what a word means is decided by the module that
 * wants a number, an instant or a name, never by a YAML resolver. Text holds no
 * NUL: readers refuse it. All nodes live in a pool and are freed with it.
 */
#ifndef ASYNC_NODE_H
#define ASYNC_NODE_H

#include <stdbool.h>
#include <stddef.h>

#include "async/alloc.h"

enum node_type {
	NODE_NULL, /* JSON null; never in a record */
	NODE_TEXT,
	NODE_LIST,
	NODE_MAP,
};

struct node {
	enum node_type type;
	const char *key;           /* of an entry of a map, else NULL */
	const char *text;          /* of NODE_TEXT, else NULL */
	struct node *first, *last; /* entries of a list or map, in order */
	struct node *next;
	size_t nr;        /* how many entries */
	int line, column; /* where it was read, from 1; 0 if it was made */
};

#define NODE_EACH(entry, parent)                                                   \
	for (const struct node *entry = (parent) ? (parent)->first : NULL; entry; entry = entry->next)

struct node *node_new(struct pool *pool, enum node_type type);
struct node *node_text(struct pool *pool, const char *text);

/* Put `value` at the end of a list, or under `key` in a map (replacing, in its place). */
void node_append(struct node *list, struct node *value);
void node_set(struct pool *pool, struct node *map, const char *key, struct node *value);

/* The same for text, which is copied. */
void node_append_text(struct pool *pool, struct node *list, const char *text);
void node_set_text(struct pool *pool, struct node *map, const char *key, const char *text);

/* Remove an entry; false if there is none of that name. */
bool node_drop(struct node *map, const char *key);

/* The entry of a map; NULL if there is none, or `map` is NULL or no map. */
struct node *node_get(const struct node *map, const char *key);

/* The text of an entry; NULL if there is none or it is no text. */
const char *node_get_text(const struct node *map, const char *key);

/* An entry of a map whose key is there before it, too; NULL if each is there once. */
const struct node *node_find_twice(const struct node *map);

/* Is `text` one of the texts of a list? */
bool node_list_has(const struct node *list, const char *text);

/* A deep copy in `pool`, without key; and deep equality (maps in any order). */
struct node *node_copy(struct pool *pool, const struct node *node);
bool node_equal(const struct node *a, const struct node *b);

#endif
