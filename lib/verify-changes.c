/*
 * What a commit changed: what no parent of it has, and what it should have kept.
 *
 * The same serves for all that came in at once, looked at as if one commit had done it.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "verify-internal.h"

void changes_release(struct changes *changes)
{
	for (size_t i = 0; i < changes->nr; i++)
		free(changes->v[i].path);
	free(changes->v);
	pool_release(&changes->reasons);
}

const char *short_id(char out[ID_HEX + 1], const struct id *id)
{
	id_hex(out, id);
	out[12] = '\0';
	return out;
}

static int order_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = strcmp(x->path, y->path);

	return order ? order : id_cmp(&x->id, &y->id);
}

/* A further parent has it not, either. */
static void meet_again(struct changes *changes, const struct repo_entry *entry)
{
	const struct change key = { .path = (char *)(uintptr_t)entry->path, .id = entry->id };
	struct change *change = changes->nr ? bsearch(&key, changes->v, changes->nr, sizeof(key), order_changes) : NULL;

	if (!change || change->met == changes->parent)
		return;
	change->met = changes->parent;
	change->parents++;
}

bool reason_is_damage(const char *reason)
{
	return reason && (!strncmp(reason, "cannot read object ", 19) || !strncmp(reason, "object ", 7));
}

static bool is_below(const char *path, const char *folder)
{
	size_t len = folder ? strlen(folder) : 0;

	return folder && !strncmp(path, folder, len) && path[len] == '/';
}

static void tell_removed(struct changes *changes, const struct repo_entry *entry)
{
	const struct repo_step *step = changes->step;
	char hex[ID_HEX + 1];

	if (step->author)
		verify_find(changes->verifier, FINDING_REMOVED, &step->id, entry->path, "%s, by commit %s of %s",
			    entry->path, short_id(hex, &step->id), step->author);
	else
		verify_find(changes->verifier, FINDING_REMOVED, &step->id, entry->path, "'%s' was removed", entry->path);
	changes->gone = entry->id;
}

/* Something else under the path of what has just been found to be gone: both are named, and that is all. */
static bool tell_replaced(struct changes *changes, const struct repo_entry *entry)
{
	struct verify *out = changes->verifier->out;
	struct finding *last = out->nr ? &out->v[out->nr - 1] : NULL;
	char was[ID_HEX + 1], is[ID_HEX + 1];

	if (!last || last->what != FINDING_REMOVED || !last->path || strcmp(last->path, entry->path) != 0 ||
	    changes->step->author)
		return false;
	id_hex(was, &changes->gone);
	id_hex(is, &entry->id);
	free(last->text);
	last->text = xstrfmt("'%s' was %s and is now %s, which is damaged or forged", entry->path, was, is);
	return true;
}

static int add_change(struct changes *changes, const struct repo_entry *entry)
{
	size_t limit = changes->verifier->max_changes;
	struct change *change;

	if (changes->odd_only && (!entry->odd || changes->nr))
		return 0;
	if (limit && changes->verifier->nr_changes == limit) {
		changes->verifier->too_many = true;
		return error_set(ERR_INVALID, "more than %zu records and files at once", limit);
	}
	changes->verifier->nr_changes++;
	GROW(changes->v, changes->nr, changes->alloc);
	change = &changes->v[changes->nr++];
	*change = (struct change){ .path = xstrdup(entry->path), .id = entry->id, .parents = 1 };
	if (entry->reason)
		change->reason = pool_strdup(&changes->reasons, entry->reason);
	return 0;
}

static int take(const struct repo_entry *entry, void *data)
{
	struct changes *changes = data;

	if (entry->added && entry->odd && reason_is_damage(entry->reason))
		changes->damaged = pool_strdup(&changes->reasons, entry->path);
	if (!entry->added) {
		if (!entry->odd && !is_below(entry->path, changes->damaged))
			tell_removed(changes, entry);
		return 0;
	}
	if (changes->parent) {
		meet_again(changes, entry);
		return 0;
	}
	return tell_replaced(changes, entry) ? 0 : add_change(changes, entry);
}

/* A folder that cannot be read hides what this commit did, not what the others did. */
static int compare_with(struct changes *changes, const struct id *tree)
{
	const struct repo_step *step = changes->step;
	char hex[ID_HEX + 1];
	int rc = repo_diff_trees(changes->verifier->repo, tree, &step->tree, take, changes);

	if (rc == 0 || *error_last_hint() || (rc != ERR_INVALID && rc != ERR_NOTFOUND) || changes->verifier->too_many)
		return rc;
	verify_find(changes->verifier, FINDING_UNREADABLE, &step->id, NULL, "what commit %s added cannot be told: %s",
		    short_id(hex, &step->id), error_last());
	error_clear();
	return 0;
}

static void check_readme(struct changes *changes)
{
	const struct repo_step *step = changes->step;
	const char *how = id_is_zero(&step->readme) ? "left out" : "changed";
	char hex[ID_HEX + 1];
	bool kept = !step->nr_parents;

	if (step->hidden)
		return; /* which is told of as damage */
	for (size_t i = 0; i < step->nr_parents; i++)
		kept |= !parent_is_here(&step->parents[i]) || step->parents[i].hidden ||
			id_equal(&step->parents[i].readme, &step->readme);
	if (kept && !id_is_zero(&step->readme))
		return;
	if (step->author)
		verify_find(changes->verifier, FINDING_FOREIGN, &step->id, "README.md", "README.md was %s by commit %s of %s",
			    how, short_id(hex, &step->id), step->author);
	else
		verify_find(changes->verifier, FINDING_FOREIGN, &step->id, "README.md", "'README.md' was %s", how);
}

int changes_find(struct changes *changes)
{
	static const struct id none;
	const struct repo_step *step = changes->step;
	size_t nr = 0, parents = 0;
	int rc = 0;

	check_readme(changes);
	for (size_t i = 0; i < step->nr_parents; i++)
		parents += parent_is_here(&step->parents[i]);
	if (!step->nr_parents)
		rc = compare_with(changes, &none);
	for (size_t i = 0; i < step->nr_parents && rc == 0; i++) {
		if (!parent_is_here(&step->parents[i]))
			continue;
		if (changes->parent == 1 && changes->nr)
			qsort(changes->v, changes->nr, sizeof(*changes->v), order_changes);
		rc = compare_with(changes, &step->parents[i].tree);
		changes->parent++;
	}
	for (size_t i = 0; i < changes->nr; i++) {
		if (changes->v[i].parents == (parents ? parents : 1))
			changes->v[nr++] = changes->v[i];
		else
			free(changes->v[i].path);
	}
	changes->nr = nr;
	return rc;
}
