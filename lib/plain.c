/* Settings in plain form, and the record that leads from one to another. */
#include "async/plain.h"

#include <string.h>

#include "yaml.h"

void plain_format(struct buf *out, const struct node *map)
{
	yaml_put_map(out, map, 0);
}

void plain_format_value(struct buf *out, const struct node *value)
{
	if (value->type == NODE_TEXT)
		yaml_put_scalar(out, value->text, false);
	else
		yaml_put_flow(out, value);
}

int plain_parse(struct node **out, struct pool *pool, const char *text, size_t len, const char *name)
{
	if (!text[strspn(text, " \n")]) {
		*out = node_new(pool, NODE_MAP);
		return 0;
	}
	return yaml_parse(out, pool, text, len, RECORD_MAX_BYTES, name);
}

bool plain_is_set(const char *key)
{
	static const char *const sets[] = { "addresses", "groups", "holidays", "keys", "hours_on", "focus" };

	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++)
		if (!strcmp(sets[i], key))
			return true;
	return false;
}

static bool has_entry(const struct node *set, const struct node *wanted)
{
	const struct node *present = wanted->key ? node_get(set, wanted->key) : NULL;

	if (wanted->key)
		return present && node_equal(present, wanted);
	NODE_EACH(entry, set)
		if (node_equal(entry, wanted))
			return true;
	return false;
}

/* A map's entries are dropped by their keys, a list's as they are. */
static void add_entries(struct record *rec, struct node *changes, const struct node *was, const struct node *is)
{
	struct pool *pool = &rec->pool;
	bool map = (is && is->type == NODE_MAP) || (!is && was->type == NODE_MAP);
	struct node *add = node_new(pool, map ? NODE_MAP : NODE_LIST), *drop = node_new(pool, NODE_LIST);

	NODE_EACH(entry, is) {
		if (has_entry(was, entry))
			continue;
		if (map)
			node_set(pool, add, entry->key, node_copy(pool, entry));
		else
			node_append(add, node_copy(pool, entry));
	}
	NODE_EACH(entry, was) {
		if (map && !node_get(is, entry->key))
			node_append_text(pool, drop, entry->key);
		else if (!map && !has_entry(is, entry))
			node_append(drop, node_copy(pool, entry));
	}
	if (add->nr)
		node_set(pool, changes, "add", add);
	if (drop->nr)
		node_set(pool, changes, "drop", drop);
}

bool plain_is_rules(const char *key)
{
	return !strcmp(key, "levels") || !strcmp(key, "remind") || !strcmp(key, "escalate");
}

/* Rules change one by one; an empty text ends one. */
static void add_rules(struct record *rec, struct node *changes, const struct node *was, const struct node *is)
{
	NODE_EACH(rule, is)
		if (!has_entry(was, rule))
			node_set(&rec->pool, changes, rule->key, node_copy(&rec->pool, rule));
	NODE_EACH(rule, was)
		if (!node_get(is, rule->key))
			node_set_text(&rec->pool, changes, rule->key, "");
}

bool plain_change(struct record *rec, const char *key, const struct node *was, const struct node *is)
{
	struct node *changes = node_new(&rec->pool, NODE_MAP);

	if ((!was && !is) || (was && is && node_equal(was, is)))
		return false;
	if (plain_is_set(key))
		add_entries(rec, changes, was, is);
	else if (plain_is_rules(key))
		add_rules(rec, changes, was, is);
	else if (is)
		changes = node_copy(&rec->pool, is);
	else
		changes = node_text(&rec->pool, "");
	if (changes->type == NODE_MAP && !changes->nr && (plain_is_set(key) || plain_is_rules(key)))
		return false; /* only another order */
	record_set_node(rec, key, changes);
	return true;
}
