/*
 * How a record changes a state: key by key, the last counts; sets change by `add`
 * and `drop`, entry by entry (design section 4).
 *
 * A state is a map in plain form: a set is the list or map of its entries. States
 * share texts and inner values with the records, which must outlive them.
 */
#ifndef FOLD_H
#define FOLD_H

#include <stdbool.h>

#include "async/node.h"

/* A set takes no more entries than this; what comes later is left out. */
#define FOLD_MAX_ENTRIES 1000

/* Is this the value of a set-valued key: a map of nothing but `add` and `drop`? */
bool fold_is_change(const struct node *value);

/*
 * Change `key` of `state` by a record's value. An empty text removes the key; add and
 * drop change the set (drop first, so that a record that does both leaves the entry in).
 * True if the state is now another.
 */
bool fold_key(struct pool *pool, struct node *state, const char *key, const struct node *value);

/* The same for a key whose entries change one by one: those named are set, or removed by an empty text. */
bool fold_merge(struct pool *pool, struct node *state, const char *key, const struct node *value);

/* A node of its own with the same content, which is shared and so must not change. */
struct node *fold_share(struct pool *pool, const struct node *value);

/* A list or map of its own: entries can be added and dropped, the original stays. */
struct node *fold_copy_entries(struct pool *pool, const struct node *set);

/* Remove a text from a list of texts; false if it is not there. */
bool fold_drop_text(struct node *list, const char *text);

#endif
