/* Values as they stand in YAML and JSON. */
#include "async/node.h"

#include <stdlib.h>
#include <string.h>

#include "async/error.h"

struct node *node_new(struct pool *pool, enum node_type type)
{
	struct node *node = pool_alloc(pool, sizeof(*node));

	node->type = type;
	return node;
}

struct node *node_text(struct pool *pool, const char *text)
{
	struct node *node = node_new(pool, NODE_TEXT);

	node->text = pool_strdup(pool, text);
	return node;
}

void node_append(struct node *list, struct node *value)
{
	value->next = NULL;
	if (list->last)
		list->last->next = value;
	else
		list->first = value;
	list->last = value;
	list->nr++;
}

/* The entry before the one called `key`, so that it can be unlinked; NULL if that is the first or missing. */
static struct node *before(const struct node *map, const char *key)
{
	struct node *prev = NULL;

	for (struct node *entry = map->first; entry; prev = entry, entry = entry->next)
		if (!strcmp(entry->key, key))
			return prev;
	return NULL;
}

static void replace(struct node *map, struct node *old, struct node *value)
{
	struct node *prev = before(map, old->key);

	value->next = old->next;
	if (prev)
		prev->next = value;
	else
		map->first = value;
	if (map->last == old)
		map->last = value;
}

void node_set(struct pool *pool, struct node *map, const char *key, struct node *value)
{
	struct node *old = node_get(map, key);

	if (map->type != NODE_MAP)
		BUG("'%s' put into something that is no map", key);
	if (old == value)
		return;
	value->key = old ? old->key : pool_strdup(pool, key);
	if (old)
		replace(map, old, value);
	else
		node_append(map, value);
}

void node_append_text(struct pool *pool, struct node *list, const char *text)
{
	node_append(list, node_text(pool, text));
}

void node_set_text(struct pool *pool, struct node *map, const char *key, const char *text)
{
	node_set(pool, map, key, node_text(pool, text));
}

bool node_drop(struct node *map, const char *key)
{
	struct node *entry = node_get(map, key), *prev;

	if (!entry)
		return false;
	prev = before(map, key);
	if (prev)
		prev->next = entry->next;
	else
		map->first = entry->next;
	if (map->last == entry)
		map->last = prev;
	map->nr--;
	return true;
}

struct node *node_get(const struct node *map, const char *key)
{
	if (!map || map->type != NODE_MAP)
		return NULL;
	for (struct node *entry = map->first; entry; entry = entry->next)
		if (!strcmp(entry->key, key))
			return entry;
	return NULL;
}

const char *node_get_text(const struct node *map, const char *key)
{
	const struct node *entry = node_get(map, key);

	return entry ? entry->text : NULL;
}

bool node_list_has(const struct node *list, const char *text)
{
	if (!list || list->type != NODE_LIST)
		return false;
	NODE_EACH(entry, list)
		if (entry->text && !strcmp(entry->text, text))
			return true;
	return false;
}

static int compare_keys(const void *a, const void *b)
{
	const struct node *const *left = a, *const *right = b;

	return strcmp((*left)->key, (*right)->key);
}

/* Sorting finds the two in a map of thousands, where comparing all with all would take seconds. */
static const struct node *find_twice_sorted(const struct node *map)
{
	const struct node **v = xmalloc(map->nr * sizeof(*v));
	const struct node *twice = NULL;
	size_t nr = 0;

	NODE_EACH(entry, map)
		v[nr++] = entry;
	qsort(v, nr, sizeof(*v), compare_keys);
	for (size_t i = 1; i < nr && !twice; i++)
		if (!strcmp(v[i - 1]->key, v[i]->key))
			twice = v[i]->line < v[i - 1]->line ? v[i - 1] : v[i];
	free(v);
	return twice;
}

const struct node *node_find_twice(const struct node *map)
{
	if (map->nr > 32)
		return find_twice_sorted(map);
	NODE_EACH(entry, map)
		for (const struct node *other = entry->next; other; other = other->next)
			if (!strcmp(entry->key, other->key))
				return other;
	return NULL;
}

struct node *node_copy(struct pool *pool, const struct node *node)
{
	struct node *copy = node_new(pool, node->type);

	copy->line = node->line;
	copy->column = node->column;
	if (node->text)
		copy->text = pool_strdup(pool, node->text);
	NODE_EACH(entry, node) {
		struct node *child = node_copy(pool, entry);

		if (entry->key)
			child->key = pool_strdup(pool, entry->key);
		node_append(copy, child);
	}
	return copy;
}

static bool lists_equal(const struct node *a, const struct node *b)
{
	const struct node *other = b->first;

	NODE_EACH(entry, a) {
		if (!node_equal(entry, other))
			return false;
		other = other->next;
	}
	return true;
}

/* Maps mostly come in the same order: look at the neighbour before searching. */
static bool maps_equal(const struct node *a, const struct node *b)
{
	const struct node *other = b->first;

	NODE_EACH(entry, a) {
		if (!other || strcmp(other->key, entry->key))
			other = node_get(b, entry->key);
		if (!other || !node_equal(entry, other))
			return false;
		other = other->next;
	}
	return true;
}

bool node_equal(const struct node *a, const struct node *b)
{
	if (!a || !b || a->type != b->type || a->nr != b->nr)
		return a == b;
	switch (a->type) {
	case NODE_NULL:
		return true;
	case NODE_TEXT:
		return !strcmp(a->text, b->text);
	case NODE_LIST:
		return lists_equal(a, b);
	case NODE_MAP:
		return maps_equal(a, b);
	}
	return false;
}
