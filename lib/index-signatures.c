/* With which keys the commits were signed that change people's keys: a further one rests on that. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "index-files.h"
#include "signature.h"

/* The key that signed a commit; NULL if none did, or there is nobody who could tell. */
static char *signer_of(const struct buf *commit)
{
	char *key = NULL;
	bool good = false;

	if (signature_of(&key, commit) == SIGNATURE_SSH && signature_is_by(&good, commit, key) < 0)
		error_clear();
	if (!good) {
		free(key);
		key = NULL;
	}
	return key;
}

static int put(struct index *index, const struct admin *admin)
{
	struct introducer by = { .author = NULL };
	struct repo_gaps gaps = { .nr = 0 }; /* told of where committers are looked for */
	const char *path = admin->path;
	struct buf text = BUF_INIT;
	char *key = NULL;
	int rc = repo_find_introducers(&by, &gaps, index->repo, &index->tips, &path, 1, SIZE_MAX);

	if (rc == 0 && by.author)
		rc = repo_commit_stored(&text, index->repo, &by.commit);
	if (rc == 0 && by.author) {
		key = signer_of(&text);
		rc = index_run(index, "INSERT OR REPLACE INTO signature(id, path, made_by, key) VALUES (?, ?, ?, ?)",
			       "dtdt", &admin->item->rec.id, admin->path, &by.commit, key);
	}
	free(key);
	free(by.author);
	buf_release(&text);
	repo_gaps_release(&gaps);
	return rc;
}

int signatures_put(const struct admins *admins, struct index *index)
{
	int rc = 0;

	for (size_t i = 0; i < admins->nr && rc == 0; i++) {
		const struct record *rec = &admins->v[i].item->rec;

		if (rec->kind == KIND_PERSON && record_node(rec, "keys"))
			rc = put(index, &admins->v[i]);
	}
	return rc;
}

int signatures_tell(struct index *index, struct team *team)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT id, key, refused FROM signature", "");
	struct id id;
	int rc;

	while ((rc = index_step(index, stmt)) == 1) {
		const char *key = (const char *)sqlite3_column_text(stmt, 1);

		if (!column_id(&id, stmt, 0))
			continue;
		if (sqlite3_column_int(stmt, 2))
			team_refuse_keys(team, &id);
		else if (key)
			team_add_signature(team, &id, key);
	}
	return rc;
}

struct keys_commit {
	struct id *out;
	const struct id *rec;
};

static int find_commit(struct index *index, void *data)
{
	const struct keys_commit *keys = data;
	sqlite3_stmt *stmt = index_stmt(index, "SELECT made_by FROM signature WHERE id = ?", "d", keys->rec);
	int rc = index_step(index, stmt);

	memset(keys->out, 0, sizeof(*keys->out));
	if (rc == 1) {
		column_id(keys->out, stmt, 0);
		sqlite3_reset(stmt);
	}
	return rc < 0 ? rc : 0;
}

int index_keys_commit(struct id *out, struct index *index, const struct id *rec)
{
	struct keys_commit keys = { out, rec };

	return index_try(index, find_commit, &keys);
}

/* ---- where they stand in the history */

struct signed_change {
	struct id id, commit;
	char *path, *key;
	const struct team_event *event; /* what became of it in the team, or NULL, */
	const struct person *whose;     /* and whose keys it is about */
};

struct signed_changes {
	struct signed_change *v;
	size_t nr, alloc;
};

static int load(struct signed_changes *out, struct index *index, struct team *team)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT id, made_by, path, key FROM signature WHERE refused IS NULL", "");
	int rc;

	while ((rc = index_step(index, stmt)) == 1) {
		const char *key = (const char *)sqlite3_column_text(stmt, 3);
		struct signed_change *change;

		GROW(out->v, out->nr, out->alloc);
		change = &out->v[out->nr++];
		*change = (struct signed_change){ .path = xstrdup((const char *)sqlite3_column_text(stmt, 2)),
						  .key = key ? xstrdup(key) : NULL };
		column_id(&change->id, stmt, 0);
		column_id(&change->commit, stmt, 1);
		change->event = team_event_of(team, &change->id);
		if (change->event)
			change->whose = team_person(team, record_text(change->event->rec, "person"));
	}
	return rc;
}

static void release(struct signed_changes *changes)
{
	for (size_t i = 0; i < changes->nr; i++) {
		free(changes->v[i].path);
		free(changes->v[i].key);
	}
	free(changes->v);
}

static bool counts(const struct signed_change *change)
{
	return change->event && change->event->counts && change->event->keys;
}

static bool gives_up(const struct signed_change *change, const char *key)
{
	const struct node *keys = record_node(change->event->rec, "keys");
	bool kept = false;

	if (keys->type == NODE_MAP) {
		NODE_EACH(entry, node_get(keys, "drop"))
			if (entry->text && key_same(entry->text, key))
				return true;
		return false;
	}
	NODE_EACH(entry, keys)
		kept |= entry->text && key_same(entry->text, key);
	return !kept;
}

/* Does `change`, which rests on its key, or on being the first, stand where it cannot be that? */
static int is_belied(bool *out, struct index *index, const struct signed_change *change, const struct signed_change *other)
{
	const struct signed_change *later = other, *earlier = change;
	bool known, first = change->event->first_keys;
	struct id id;
	int rc;

	*out = false;
	if (first) { /* by its date; so the other must not have been there before */
		later = change;
		earlier = other;
	} else if (!change->key || !counts(other) || !gives_up(other, change->key)) {
		return 0;
	}
	rc = repo_lookup(&id, index->repo, &later->commit, earlier->path);
	known = rc == 0;
	if (repo_is_damage(rc)) /* which is told by who looks into that commit for itself */
		return 0;
	if (rc == ERR_NOTFOUND)
		rc = 0;
	*out = rc == 0 && known == first;
	return rc;
}

/* Is there another change of the same person's keys that belies it? */
static int is_wrong(bool *out, struct index *index, const struct signed_changes *all, const struct signed_change *change)
{
	int rc = 0;

	*out = false;
	for (size_t i = 0; i < all->nr && rc == 0 && !*out; i++) {
		const struct signed_change *other = &all->v[i];

		if (other->whose != change->whose || !(other->event->keys || other->event->keys_refused) ||
		    id_equal(&other->commit, &change->commit))
			continue;
		rc = is_belied(out, index, change, other);
	}
	return rc;
}

static int refuse(struct index *index, struct team *team, const struct signed_change *change)
{
	team_refuse_keys(team, &change->id);
	return index_run(index, "UPDATE signature SET refused = 1 WHERE id = ?", "d", &change->id);
}

/* One at a time: what a refused one gave up was not given up. */
static int judge_once(bool *again, struct index *index, struct team *team)
{
	struct signed_changes all = { .nr = 0 };
	int rc = load(&all, index, team);

	*again = false;
	for (size_t i = 0; i < all.nr && rc == 0 && !*again; i++) {
		if (!counts(&all.v[i]))
			continue;
		rc = is_wrong(again, index, &all, &all.v[i]);
		if (rc == 0 && *again)
			rc = refuse(index, team, &all.v[i]);
	}
	release(&all);
	return rc;
}

int signatures_judge(struct index *index, struct team *team)
{
	bool again = true;
	int rc = 0;

	while (rc == 0 && again) {
		rc = judge_once(&again, index, team);
		if (rc == 0 && again)
			team_fold(team, index->now);
	}
	error_clear();
	return rc;
}
