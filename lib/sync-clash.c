/*
 * What was changed here and there between two syncs: of one key the later record counts, so the
 * other's author should hear of it. Sets are changed entry by entry, and clash only where one side
 * adds what the other drops.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/team.h"
#include "fold.h"
#include "sync-internal.h"
#include "table.h"

/* ---- comparing */

/* The last that either side said of one thing: [1] is ours. */
struct slot {
	const struct node *value[2];
	const struct clash_side *by[2];
	const struct clash_side *last;
	const char *key;
};

struct slots {
	struct pool pool;
	struct table table; /* struct slot, by "kind, about, key and perhaps entry" in lines */
	struct slot **v;    /* in the order in which they were first met */
	size_t nr, alloc;
};

static void put(struct slots *slots, const struct clash_side *side, const char *key, const char *entry,
		const struct node *value)
{
	const char *name = pool_strfmt(&slots->pool, "%d\n%s\n%s\n%s", (int)side->rec->kind, side->about, key, entry);
	struct slot *slot = table_get(&slots->table, name);

	if (!slot) {
		slot = pool_alloc(&slots->pool, sizeof(*slot));
		slot->key = key;
		table_set(&slots->table, name, slot);
		GROW(slots->v, slots->nr, slots->alloc);
		slots->v[slots->nr++] = slot;
	}
	slot->value[side->ours] = value;
	slot->by[side->ours] = slot->last = side;
}

/* Entries are alike if they are added, or are dropped, on both sides: which of the two is the value. */
static void put_changes(struct slots *slots, const struct clash_side *side, const struct node *change)
{
	const char *const words[] = { "drop", "add" };

	for (int i = 0; i < 2; i++)
		NODE_EACH(entry, node_get(change, words[i]))
			if (entry->text)
				put(slots, side, change->key, entry->text, node_text(&slots->pool, words[i]));
}

/* Levels are set one by one (policy.c). */
static bool is_merged(const struct clash_side *side, const struct node *value)
{
	return side->rec->kind == KIND_POLICY && value->type == NODE_MAP && !strcmp(value->key, "levels");
}

static void put_record(struct slots *slots, const struct clash_side *side)
{
	static const char *const headings[] = {
		"async", "kind", "from", "for", "date", "note", "person", "calendar", "copy", NULL,
	};

	NODE_EACH(value, side->rec->root) {
		const char *const *heading = headings;

		while (*heading && strcmp(*heading, value->key) != 0)
			heading++;
		if (*heading)
			continue;
		if (fold_is_change(value))
			put_changes(slots, side, value);
		else if (is_merged(side, value))
			NODE_EACH(entry, value)
				put(slots, side, value->key, entry->key, entry);
		else
			put(slots, side, value->key, "", value);
	}
}

static bool is_told(const struct sync *out, const struct slot *slot)
{
	for (size_t i = 0; i < out->nr_clashes; i++)
		if (out->clashes[i].kind == slot->last->rec->kind && !strcmp(out->clashes[i].about, slot->last->about) &&
		    !strcmp(out->clashes[i].key, slot->key))
			return true;
	return false;
}

static void tell(struct sync *out, const struct slot *slot)
{
	const char *ours = slot->by[1]->rec->from, *theirs = slot->by[0]->rec->from;

	GROW(out->clashes, out->nr_clashes, out->alloc_clashes);
	out->clashes[out->nr_clashes++] = (struct sync_clash){
		.kind = slot->last->rec->kind,
		.about = xstrdup(slot->last->about),
		.key = xstrdup(slot->key),
		.by = xstrdup(slot->last->rec->from),
		.ours = slot->last->ours,
		.by_same = !strcmp(ours, theirs),
	};
}

void clashes_find(struct sync *out, const struct clash_side *sides, size_t nr)
{
	struct slots slots = { .nr = 0 };

	for (size_t i = 0; i < nr; i++)
		if (sides[i].rec->from)
			put_record(&slots, &sides[i]);
	for (size_t i = 0; i < slots.nr; i++) {
		const struct slot *slot = slots.v[i];

		if (slot->by[0] && slot->by[1] && !node_equal(slot->value[0], slot->value[1]) && !is_told(out, slot))
			tell(out, slot);
	}
	free(slots.v);
	table_release(&slots.table);
	pool_release(&slots.pool);
}

/* ---- of what came and went */

struct sides {
	const struct repo_ids *in, *out;
	size_t nr[2]; /* how many are of the team: [1] of ours */
};

static int order_ids(const void *a, const void *b)
{
	return id_cmp(a, b);
}

static bool has(const struct repo_ids *ids, const struct id *id)
{
	return ids->nr && bsearch(id, ids->v, ids->nr, sizeof(*ids->v), order_ids);
}

static int count(const struct id *id, void *data)
{
	struct sides *sides = data;

	sides->nr[0] += has(sides->in, id);
	sides->nr[1] += has(sides->out, id);
	return 0;
}

static const char *about(struct team *team, const struct record *rec)
{
	const char *name = record_text(rec, rec->kind == KIND_PERSON ? "person" : "calendar");

	if (rec->kind == KIND_PERSON && name)
		return team_person(team, name)->key;
	return rec->kind == KIND_CALENDAR && name ? name : "";
}

static int compare(struct sync *out, struct worklog *wl, const struct sides *sides)
{
	const struct team_event *events;
	struct clash_side *v;
	struct team *team;
	size_t nr, used = 0;
	int rc = worklog_team(&team, wl);

	if (rc < 0)
		return rc;
	events = team_events(team, &nr);
	v = xcalloc(nr + 1, sizeof(*v));
	for (size_t i = 0; i < nr; i++) {
		const struct record *rec = events[i].rec;
		bool ours = rec && has(sides->out, &rec->id);

		if (rec && events[i].counts && kind_is_admin(rec->kind) && rec->kind != KIND_AWAY &&
		    (ours || has(sides->in, &rec->id)))
			v[used++] = (struct clash_side){ about(team, rec), rec, ours };
	}
	clashes_find(out, v, used);
	for (size_t i = 0; i < out->nr_clashes; i++) {
		char *key = xstrdup(team_person(team, out->clashes[i].by)->key);

		free(out->clashes[i].by);
		out->clashes[i].by = key;
	}
	free(v);
	return 0;
}

/* The team is loaded only if both sides said something of it. */
int clashes_tell(struct sync *out, struct worklog *wl, const struct repo_ids *sent)
{
	const struct repo_ids came = { .v = out->in, .nr = out->nr_in };
	struct sides sides = { .in = &came, .out = sent };
	struct index *index;
	int rc = 0;

	if (!came.nr || !sent->nr)
		return 0;
	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_each_in_team(index, count, &sides);
	return rc < 0 || !sides.nr[0] || !sides.nr[1] ? rc : compare(out, wl, &sides);
}
