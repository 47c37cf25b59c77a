/* A record's canonical bytes: every key in its place, every value in its one form. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/record.h"
#include "record-schema.h"
#include "yaml.h"

struct ranked {
	struct node *entry;
	int rank;
};

static int compare(const struct ranked *a, const struct ranked *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return strcmp(a->entry->key, b->entry->key);
}

static int compare_ranked(const void *a, const void *b)
{
	return compare(a, b);
}

static int rank_of(const struct record *rec, const struct node *map, const char *key, int hint)
{
	return map == rec->root ? schema_rank(rec->kind, key, hint) : schema_inner_rank(key);
}

static bool is_in_order(const struct record *rec, const struct node *map)
{
	struct ranked last = { NULL, -1 };

	for (struct node *entry = map->first; entry; entry = entry->next) {
		struct ranked now = { entry, rank_of(rec, map, entry->key, last.rank) };

		if (last.entry && compare(&last, &now) > 0)
			return false;
		last = now;
	}
	return true;
}

static void sort(const struct record *rec, struct node *map)
{
	struct ranked *v = xmalloc(map->nr * sizeof(*v));
	size_t nr = 0;

	for (struct node *entry = map->first; entry; entry = entry->next) {
		v[nr].entry = entry;
		v[nr++].rank = rank_of(rec, map, entry->key, -1);
	}
	qsort(v, nr, sizeof(*v), compare_ranked);
	map->first = map->last = NULL;
	map->nr = 0;
	for (size_t i = 0; i < nr; i++)
		node_append(map, v[i].entry);
	free(v);
}

/*
 * Bring a map and all maps in it into the order they are written in. The order means
 * nothing, so a record that is otherwise const may be changed like this.
 */
static void put_in_order(const struct record *rec, struct node *node)
{
	if (node->type == NODE_MAP && !is_in_order(rec, node))
		sort(rec, node);
	for (struct node *entry = node->first; entry; entry = entry->next)
		if (entry->first)
			put_in_order(rec, entry);
}

/* `by` is plain as an instant and quoted as a date, which YAML 1.1 would take for one. */
static bool is_plain_instant(const struct node *entry)
{
	time_t at;

	return !strcmp(entry->key, "by") && entry->text && instant_parse(&at, entry->text);
}

static void put_entry(struct buf *out, const struct node *entry, enum form form)
{
	if (form == FORM_PLAIN || is_plain_instant(entry)) {
		buf_puts(out, entry->key);
		buf_puts(out, ": ");
		buf_puts(out, entry->text);
		buf_putc(out, '\n');
	} else if (form == FORM_BLOCK) {
		buf_puts(out, entry->key);
		buf_puts(out, ": ");
		yaml_put_block(out, entry->text, 2);
	} else {
		yaml_put_entry(out, entry, 0);
	}
}

void record_format(struct buf *out, const struct record *rec)
{
	int rank = -1;

	put_in_order(rec, rec->root);
	NODE_EACH(entry, rec->root) {
		rank = schema_rank(rec->kind, entry->key, rank);
		put_entry(out, entry, schema_form(rec->kind, rank));
	}
}

bool record_is_canonical(const struct record *rec, const char *text, size_t len)
{
	struct buf bytes = BUF_INIT;
	bool same;

	record_format(&bytes, rec);
	same = bytes.len == len && !memcmp(bytes.ptr, text, len);
	buf_release(&bytes);
	return same;
}
