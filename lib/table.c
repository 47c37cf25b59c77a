/* A table from texts to pointers: open addressing, at most half full. */
#include "table.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"

static unsigned char lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c | 0x20) : c;
}

bool text_same(const char *a, const char *b)
{
	while (*a && lower((unsigned char)*a) == lower((unsigned char)*b)) {
		a++;
		b++;
	}
	return lower((unsigned char)*a) == lower((unsigned char)*b);
}

/* FNV-1a of the lower-case form, which serves both kinds of table. */
static size_t hash(const char *key)
{
	uint64_t sum = 0xcbf29ce484222325u;

	for (; *key; key++)
		sum = (sum ^ lower((unsigned char)*key)) * 0x100000001b3u;
	return (size_t)(sum ^ sum >> 32);
}

static struct table_slot *find(const struct table *table, const char *key)
{
	size_t mask = table->alloc - 1;

	for (size_t i = hash(key) & mask;; i = (i + 1) & mask) {
		struct table_slot *slot = &table->slots[i];

		if (!slot->key || (table->any_case ? text_same(slot->key, key) : !strcmp(slot->key, key)))
			return slot;
	}
}

static void grow(struct table *table)
{
	struct table_slot *old = table->slots;
	size_t alloc = table->alloc;

	table->alloc = alloc ? 2 * alloc : 16;
	table->slots = xcalloc(table->alloc, sizeof(*table->slots));
	for (size_t i = 0; i < alloc; i++)
		if (old[i].key)
			*find(table, old[i].key) = old[i];
	free(old);
}

void *table_get(const struct table *table, const char *key)
{
	return table->alloc ? find(table, key)->value : NULL;
}

void table_set(struct table *table, const char *key, void *value)
{
	struct table_slot *slot;

	if (2 * (table->nr + 1) > table->alloc)
		grow(table);
	slot = find(table, key);
	if (!slot->key) {
		slot->key = key;
		table->nr++;
	}
	slot->value = value;
}

void table_clear(struct table *table)
{
	if (table->alloc)
		memset(table->slots, 0, table->alloc * sizeof(*table->slots));
	table->nr = 0;
}

void table_release(struct table *table)
{
	free(table->slots);
	table->slots = NULL;
	table->nr = table->alloc = 0;
}
