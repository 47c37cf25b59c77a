/*
 * A table from texts to pointers: what people, groups and calendars are found by.
 */
#ifndef TABLE_H
#define TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct table_slot {
	const char *key; /* NULL: free */
	void *value;
};

struct table {
	struct table_slot *slots;
	size_t nr, alloc;
	bool any_case; /* ASCII letters count the same in either case (addresses) */
};

#define TABLE_INIT { .slots = NULL }

void table_release(struct table *table);

/* Forget everything, keep the memory. */
void table_clear(struct table *table);

/* The value of a key; NULL if there is none. */
void *table_get(const struct table *table, const char *key);

/* Set a value (NULL: as if there were none). The key is kept: it must live as long as the table. */
void table_set(struct table *table, const char *key, void *value);

/* Equal but for the case of ASCII letters? */
bool text_same(const char *a, const char *b);

#endif
