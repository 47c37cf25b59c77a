/* How a record changes a state in plain form. */
#include "fold.h"

#include <string.h>

struct node *fold_share(struct pool *pool, const struct node *value)
{
	struct node *copy = node_new(pool, value->type);

	copy->text = value->text;
	copy->first = value->first;
	copy->last = value->last;
	copy->nr = value->nr;
	return copy;
}

struct node *fold_copy_entries(struct pool *pool, const struct node *set)
{
	struct node *copy = node_new(pool, set->type);

	copy->text = set->text;
	NODE_EACH(entry, set) {
		struct node *own = fold_share(pool, entry);

		own->key = entry->key;
		node_append(copy, own);
	}
	return copy;
}

bool fold_is_change(const struct node *value)
{
	if (value->type != NODE_MAP || !value->nr)
		return false;
	NODE_EACH(entry, value)
		if (strcmp(entry->key, "add") != 0 && strcmp(entry->key, "drop") != 0)
			return false;
	return true;
}

/* The same entry of a list? Of a day's entries, what it is called does not matter. */
static bool is_same_entry(const struct node *a, const struct node *b)
{
	size_t nr = 0;

	if (a->type != b->type)
		return false;
	if (a->type == NODE_TEXT)
		return !strcmp(a->text, b->text);
	if (a->type != NODE_MAP || !node_get(a, "date"))
		return node_equal(a, b);
	NODE_EACH(entry, a) {
		const struct node *other = node_get(b, entry->key);

		if (!strcmp(entry->key, "name"))
			continue;
		if (!other || !node_equal(entry, other))
			return false;
		nr++;
	}
	return nr == b->nr - (node_get(b, "name") ? 1 : 0);
}

/* `drop` names an entry as it was added, or all entries of a day by its date. */
static bool is_dropped_by(const struct node *entry, const struct node *drop)
{
	const char *date = node_get_text(entry, "date");

	if (drop->type == NODE_TEXT && date)
		return !strcmp(drop->text, date);
	return is_same_entry(entry, drop);
}

static void unlink_entry(struct node *list, struct node *before, struct node *entry)
{
	if (before)
		before->next = entry->next;
	else
		list->first = entry->next;
	if (list->last == entry)
		list->last = before;
	list->nr--;
}

static bool drop_entries(struct node *list, const struct node *drop)
{
	struct node *before = NULL, *next;
	bool changed = false;

	for (struct node *entry = list->first; entry; entry = next) {
		next = entry->next;
		if (is_dropped_by(entry, drop)) {
			unlink_entry(list, before, entry);
			changed = true;
		} else {
			before = entry;
		}
	}
	return changed;
}

bool fold_drop_text(struct node *list, const char *text)
{
	struct node drop = { .type = NODE_TEXT, .text = text };

	return drop_entries(list, &drop);
}

/* Give a present entry the content of another, in its place. */
static void become(struct node *entry, const struct node *other)
{
	entry->type = other->type;
	entry->text = other->text;
	entry->first = other->first;
	entry->last = other->last;
	entry->nr = other->nr;
}

static bool add_entry(struct pool *pool, struct node *list, const struct node *add)
{
	for (struct node *entry = list->first; entry; entry = entry->next) {
		if (!is_same_entry(entry, add))
			continue;
		if (node_equal(entry, add))
			return false;
		become(entry, add);
		return true;
	}
	if (list->nr >= FOLD_MAX_ENTRIES)
		return false;
	node_append(list, fold_share(pool, add));
	return true;
}

static bool set_entry(struct pool *pool, struct node *map, const struct node *add)
{
	struct node *entry = node_get(map, add->key);

	if (entry && node_equal(entry, add))
		return false;
	if (entry)
		become(entry, add);
	else if (map->nr < FOLD_MAX_ENTRIES)
		node_set(pool, map, add->key, fold_share(pool, add));
	else
		return false;
	return true;
}

/* The set under `key`, made if it is not there. A set is a map if what is added is one. */
static struct node *get_set(struct pool *pool, struct node *state, const char *key, const struct node *add)
{
	enum node_type type = add && add->type == NODE_MAP ? NODE_MAP : NODE_LIST;
	struct node *set = node_get(state, key);

	if (set && set->type != NODE_TEXT && (!add || set->type == type))
		return set;
	if (!add)
		return NULL;
	set = node_new(pool, type);
	node_set(pool, state, key, set);
	return set;
}

static bool change_set(struct pool *pool, struct node *state, const char *key, const struct node *value)
{
	const struct node *add = node_get(value, "add");
	struct node *set = get_set(pool, state, key, add);
	bool changed = false;

	if (!set)
		return false;
	NODE_EACH(entry, node_get(value, "drop")) {
		if (set->type == NODE_LIST)
			changed |= drop_entries(set, entry);
		else if (entry->type == NODE_TEXT)
			changed |= node_drop(set, entry->text);
	}
	NODE_EACH(entry, add)
		changed |= set->type == NODE_LIST ? add_entry(pool, set, entry) : set_entry(pool, set, entry);
	if (!set->nr)
		node_drop(state, key);
	return changed;
}

bool fold_key(struct pool *pool, struct node *state, const char *key, const struct node *value)
{
	const struct node *present = node_get(state, key);

	if (fold_is_change(value))
		return change_set(pool, state, key, value);
	if (value->type == NODE_TEXT && !*value->text)
		return node_drop(state, key);
	if (present && node_equal(present, value))
		return false;
	node_set(pool, state, key, fold_share(pool, value));
	return true;
}

bool fold_merge(struct pool *pool, struct node *state, const char *key, const struct node *value)
{
	struct node *map = node_get(state, key);
	bool changed = false;

	if (value->type != NODE_MAP)
		return fold_key(pool, state, key, value);
	if (!map || map->type != NODE_MAP) {
		map = node_new(pool, NODE_MAP);
		node_set(pool, state, key, map);
	}
	NODE_EACH(entry, value) {
		if (entry->type == NODE_TEXT && !*entry->text)
			changed |= node_drop(map, entry->key);
		else
			changed |= set_entry(pool, map, entry);
	}
	return changed;
}
