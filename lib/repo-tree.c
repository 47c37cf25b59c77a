/*
 * What differs between the trees of two commits, opening only folders that do.
 *
 * Trees come from other people and git accepts almost anything in them, so each level
 * says what may be there; an entry that may not be is reported as odd and not followed.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "repo-git.h"

enum { LEVEL_TOP, LEVEL_LOG, LEVEL_YEAR, LEVEL_MONTH, LEVEL_DAY };

/* Ids of folders that were opened: no folder belongs under two dates, so a second time is an attack. */
struct seen {
	struct id *v;
	size_t nr, size; /* a power of two, or 0 */
};

struct side {
	struct seen seen;
	bool added; /* what only this side has, was added (else: is gone) */
};

struct walk {
	struct repo *repo;
	struct buf path;
	struct side old, new;
	repo_each *each;
	void *data;
};

/* A folder's entries; `reason` of those that do not belong. */
struct listed {
	struct tree_entry entry;
	const char *reason;
};
struct folder {
	struct buf raw;
	struct listed *v;
	size_t nr, alloc;
};
#define FOLDER_INIT { .raw = BUF_INIT }

static bool insert(struct seen *seen, const struct id *id)
{
	size_t at;

	memcpy(&at, id->raw, sizeof(at));
	for (at &= seen->size - 1; !id_is_zero(&seen->v[at]); at = (at + 1) & (seen->size - 1))
		if (id_equal(&seen->v[at], id))
			return false;
	seen->v[at] = *id;
	return true;
}

/* false if it was there already */
static bool seen_add(struct seen *seen, const struct id *id)
{
	if (2 * seen->nr >= seen->size) {
		struct seen larger = { .nr = seen->nr, .size = seen->size ? 2 * seen->size : 256 };

		larger.v = xcalloc(larger.size, sizeof(*larger.v));
		for (size_t i = 0; i < seen->size; i++)
			if (!id_is_zero(&seen->v[i]))
				insert(&larger, &seen->v[i]);
		free(seen->v);
		*seen = larger;
	}
	if (!insert(seen, id))
		return false;
	seen->nr++;
	return true;
}

static bool is_number(const struct tree_entry *entry, size_t digits, int low, int high)
{
	int value = 0;

	if (entry->len != digits)
		return false;
	for (size_t i = 0; i < digits; i++) {
		if (entry->name[i] < '0' || entry->name[i] > '9')
			return false;
		value = 10 * value + (entry->name[i] - '0');
	}
	return value >= low && value <= high;
}

static bool is_named(const struct tree_entry *entry, const char *name)
{
	return entry->len == strlen(name) && memcmp(entry->name, name, entry->len) == 0;
}

static bool is_readme(const struct tree_entry *entry)
{
	return is_named(entry, "README.md") && entry->mode == MODE_FILE;
}

/* Does this day, below "log/YYYY/MM" in `path`, exist? */
static bool is_day(const struct buf *path, const struct tree_entry *entry)
{
	char text[DAY_TEXT];
	int32_t day;

	if (!is_number(entry, 2, 1, 31) || path->len < strlen("log/YYYY/MM"))
		return false;
	memcpy(text, path->ptr + 4, 7);
	text[4] = text[7] = '-';
	memcpy(text + 8, entry->name, 2);
	text[10] = '\0';
	return day_parse(&day, text);
}

static const char *odd_mode(unsigned mode)
{
	switch (mode) {
	case MODE_FOLDER:
		return "is a folder";
	case MODE_FILE:
		return "is a file, not a folder";
	case 0100755:
		return "is executable";
	case 0120000:
		return "is a symbolic link";
	case 0160000:
		return "is a submodule";
	default:
		return "has an unusual mode";
	}
}

static const char *odd_file(const struct tree_entry *entry)
{
	struct id id;
	bool is_record = entry->len == ID_HEX + 5 && memcmp(entry->name + ID_HEX, ".yaml", 5) == 0;

	if (entry->mode != MODE_FILE)
		return odd_mode(entry->mode);
	if (!(is_record || entry->len == ID_HEX) || !id_parse(&id, entry->name, ID_HEX))
		return "is not named as a record";
	return id_equal(&id, &entry->id) ? NULL : "is not named by the id of its content";
}

/* Why an entry does not belong in its folder; NULL if it does. */
static const char *judge(const struct walk *walk, int level, const struct tree_entry *entry)
{
	bool named;

	switch (level) {
	case LEVEL_TOP:
		if (is_readme(entry))
			return NULL;
		named = is_named(entry, "log");
		break;
	case LEVEL_LOG:
		named = is_number(entry, 4, 1970, 2100);
		break;
	case LEVEL_YEAR:
		named = is_number(entry, 2, 1, 12);
		break;
	case LEVEL_MONTH:
		named = is_day(&walk->path, entry);
		break;
	default:
		return odd_file(entry);
	}
	if (!named)
		return "does not belong in a log";
	return entry->mode == MODE_FOLDER ? NULL : odd_mode(entry->mode);
}

static int order(const struct tree_entry *a, const struct tree_entry *b)
{
	return tree_order(a->name, a->len, a->mode == MODE_FOLDER, b->name, b->len, b->mode == MODE_FOLDER);
}

static int order_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int cmp = order(&x->entry, &y->entry);

	return cmp ? cmp : id_cmp(&x->entry.id, &y->entry.id);
}

static void folder_release(struct folder *folder)
{
	buf_release(&folder->raw);
	free(folder->v);
}

/* Entries in order, those that break it marked; what cannot be read any more is one entry without a name. */
static void list(struct folder *out)
{
	struct tree_entry entry;
	bool damaged = false, sorted = true;
	size_t at = 0, last = 0;

	while (tree_next(&entry, &out->raw, &at, &damaged)) {
		const char *reason = NULL;

		if (out->nr && order(&out->v[last].entry, &entry) >= 0) {
			reason = order(&out->v[last].entry, &entry) == 0 ? "is there twice" : "is out of order";
			sorted = false;
		} else {
			last = out->nr;
		}
		GROW(out->v, out->nr, out->alloc);
		out->v[out->nr++] = (struct listed){ entry, reason };
	}
	if (!sorted)
		qsort(out->v, out->nr, sizeof(*out->v), order_listed);
	if (damaged) {
		GROW(out->v, out->nr, out->alloc);
		out->v[out->nr++] = (struct listed){ { .name = "?", .len = 1 }, "the folder's listing is damaged" };
	}
}

static const struct lost not_lost;

static int report(struct walk *walk, const struct side *side, const struct id *id, const char *reason,
		  const struct lost *lost)
{
	const struct repo_entry entry = {
		.path = walk->path.ptr,
		.id = *id,
		.added = side->added,
		.odd = reason,
		.reason = reason,
		.lost = *lost,
	};

	return walk->each(&entry, walk->data);
}

/* Read one side's folder. One that cannot be read is reported, and is then as if it were empty. */
static int open_folder(struct folder *out, struct walk *walk, struct side *side, const struct id *id, int level)
{
	char *reason;
	int rc;

	if (id_is_zero(id))
		return 0;
	if (level >= LEVEL_YEAR && !seen_add(&side->seen, id))
		return report(walk, side, id, "is the same folder as another", &not_lost);
	rc = repo_object(&out->raw, walk->repo, id, GIT_OBJECT_TREE, TREE_LIMIT);
	if (rc == 0) {
		list(out);
		return 0;
	}
	if (level == LEVEL_TOP || !side->added || *error_last_hint())
		return rc; /* nothing to compare with; or it was never fetched, and the hint says so */
	reason = xstrdup(error_last());
	rc = report(walk, side, id, reason, &walk->repo->lost);
	free(reason);
	return rc;
}

static int walk_folders(struct walk *walk, const struct id *old, const struct id *new, int level);

/* An entry with no partner of its name, or with another: all of it was added, or is gone. */
static int walk_one(struct walk *walk, struct side *side, const struct listed *listed, int level)
{
	static const struct id none;
	const struct id *id = &listed->entry.id;

	if (listed->reason || level == LEVEL_DAY)
		return report(walk, side, id, listed->reason, &not_lost);
	if (listed->entry.mode != MODE_FOLDER)
		return 0; /* README.md */
	return side->added ? walk_folders(walk, &none, id, level + 1) : walk_folders(walk, id, &none, level + 1);
}

/* Only of what differs is it asked whether it belongs there: most of a folder does not. */
static void judge_listed(const struct walk *walk, struct listed *listed, int level)
{
	if (listed && !listed->reason)
		listed->reason = judge(walk, level, &listed->entry);
}

static bool is_same(const struct listed *old, const struct listed *new)
{
	return old && new && id_equal(&old->entry.id, &new->entry.id) && old->entry.mode == new->entry.mode &&
	       !old->reason == !new->reason;
}

static int walk_entry(struct walk *walk, struct listed *old, struct listed *new, int level)
{
	const struct tree_entry *named = old ? &old->entry : &new->entry;
	size_t len = walk->path.len;
	int rc = 0;

	if (is_same(old, new))
		return 0;
	judge_listed(walk, old, level);
	judge_listed(walk, new, level);
	if (level != LEVEL_TOP)
		buf_putc(&walk->path, '/');
	buf_add(&walk->path, named->name, named->len);
	if (is_same(old, new))
		rc = 0;
	else if (old && new && !old->reason && !new->reason && named->mode == MODE_FOLDER)
		rc = walk_folders(walk, &old->entry.id, &new->entry.id, level + 1);
	else {
		if (old)
			rc = walk_one(walk, &walk->old, old, level);
		if (new && rc == 0)
			rc = walk_one(walk, &walk->new, new, level);
	}
	buf_setlen(&walk->path, len);
	return rc;
}

/* Both listings in lock step. */
static int walk_folders(struct walk *walk, const struct id *old, const struct id *new, int level)
{
	struct folder a = FOLDER_INIT, b = FOLDER_INIT;
	size_t i = 0, j = 0;
	int rc = open_folder(&a, walk, &walk->old, old, level);

	if (rc == 0)
		rc = open_folder(&b, walk, &walk->new, new, level);
	while (rc == 0 && (i < a.nr || j < b.nr)) {
		int cmp = i == a.nr ? 1 : j == b.nr ? -1 : order(&a.v[i].entry, &b.v[j].entry);

		rc = walk_entry(walk, cmp <= 0 ? &a.v[i] : NULL, cmp >= 0 ? &b.v[j] : NULL, level);
		i += cmp <= 0;
		j += cmp >= 0;
	}
	folder_release(&a);
	folder_release(&b);
	return rc;
}

int repo_diff_trees(struct repo *repo, const struct id *from, const struct id *to, repo_each *each, void *data)
{
	struct walk walk = { .repo = repo, .path = BUF_INIT, .new.added = true, .each = each, .data = data };
	int rc = id_equal(from, to) ? 0 : walk_folders(&walk, from, to, LEVEL_TOP);

	buf_release(&walk.path);
	free(walk.old.seen.v);
	free(walk.new.seen.v);
	return rc;
}

int repo_diff(struct repo *repo, const struct id *from, const struct id *to, repo_each *each, void *data)
{
	struct commit old = { 0 }, new = { 0 };
	int rc = 0;

	if (from && !id_is_zero(from))
		rc = repo_read_commit(&old, repo, from);
	if (rc == 0)
		rc = repo_read_commit(&new, repo, to);
	if (rc == 0)
		rc = repo_diff_trees(repo, &old.tree, &new.tree, each, data);
	commit_release(&old);
	commit_release(&new);
	return rc;
}
