/*
 * Putting files into a tree, from raw bytes to raw bytes: each folder on the way is read
 * once and written once, whatever number of files goes into it.
 *
 * Files come in path order, which is also git's order of entries in every folder. So
 * there is one open folder per level, of which all before the last file is finished
 * (`out`) and all behind it is still as it was (`base` from `at`).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define LEVELS 8

struct level {
	char *name;       /* in the folder above; NULL at the top */
	struct id id;     /* as it was; zero: it is new */
	struct buf base;  /* its entries as they were */
	size_t at;        /* how far they are in `out` */
	struct buf out;
	bool changed;
};

struct splice {
	struct splice_store store;
	struct level v[LEVELS];
	int nr;
	char *last; /* the path added last */
};

int path_order(const char *a, const char *b)
{
	return strcmp(a, b);
}

static void put_entry(struct buf *out, const char *name, size_t len, unsigned mode, const struct id *id)
{
	buf_addf(out, "%o ", mode);
	buf_add(out, name, len);
	buf_putc(out, '\0');
	buf_add(out, id->raw, ID_RAW);
}

static int damaged_folder(const struct level *level)
{
	return error_set(ERR_INVALID, "the listing of folder '%s' is damaged", level->name ? level->name : "/");
}

/*
 * Carry over what comes before `name`. `*old` gets the id of the entry of that name, which is
 * then left out, or zero. ERR_INVALID if the name is taken by something of another kind.
 */
static int advance(struct id *old, struct level *level, const char *name, size_t len, unsigned mode)
{
	size_t at = level->at, next = at;
	struct tree_entry entry;
	bool damaged, past = false;

	memset(old, 0, sizeof(*old));
	while (tree_next(&entry, &level->base, &next, &damaged)) {
		int cmp = tree_order(entry.name, entry.len, entry.mode == MODE_FOLDER, name, len,
				     mode == MODE_FOLDER);

		if (entry.len == len && memcmp(entry.name, name, len) == 0) {
			if (entry.mode != mode)
				return error_set(ERR_INVALID, "'%.*s' on the branch is not what a log has there",
						 (int)len, name);
			if (past) /* it is there twice, or out of order: which one would be left out? */
				return damaged_folder(level);
			*old = entry.id;
		} else if (cmp > 0 && (entry.len < len || memcmp(entry.name, name, len) != 0)) {
			break; /* nothing further on can have this name */
		}
		past |= cmp >= 0;
		if (!past)
			at = next;
	}
	if (damaged)
		return damaged_folder(level);
	buf_add(&level->out, level->base.ptr + level->at, at - level->at);
	level->at = at;
	return 0;
}

/* Step over the entry that advance() found. */
static void skip_entry(struct level *level)
{
	struct tree_entry entry;
	bool damaged;

	tree_next(&entry, &level->base, &level->at, &damaged);
}

static int open_level(struct splice *splice, const char *name, const struct id *id)
{
	struct level *level = &splice->v[splice->nr++];

	*level = (struct level){ .name = name ? xstrdup(name) : NULL, .id = *id, .base = BUF_INIT, .out = BUF_INIT };
	return id_is_zero(id) ? 0 : splice->store.read(&level->base, id, splice->store.data);
}

/* Store the folder as it is now; `below` (may be NULL) is the open folder in it, stored as `below_id`. */
static int store_level(struct id *id, struct splice *splice, const struct level *level, const struct level *below,
		       const struct id *below_id)
{
	struct buf whole = BUF_INIT;
	int rc;

	if (!level->changed && !(below && below->changed) && !id_is_zero(&level->id)) {
		*id = level->id;
		return 0;
	}
	buf_grow(&whole, level->out.len + level->base.len + 300);
	buf_add(&whole, level->out.ptr, level->out.len);
	if (below && !id_is_zero(below_id))
		put_entry(&whole, below->name, strlen(below->name), MODE_FOLDER, below_id);
	buf_add(&whole, level->base.ptr + level->at, level->base.len - level->at);
	rc = splice->store.write(id, &whole, splice->store.data);
	buf_release(&whole);
	return rc;
}

static void release_level(struct level *level)
{
	free(level->name);
	buf_release(&level->base);
	buf_release(&level->out);
}

/* The last file of the deepest open folder is in: store it, and enter it in the one above. */
static int close_level(struct splice *splice)
{
	struct level *level = &splice->v[splice->nr - 1], *above = level - 1;
	struct id id;
	int rc = store_level(&id, splice, level, NULL, NULL);

	if (rc < 0)
		return rc;
	put_entry(&above->out, level->name, strlen(level->name), MODE_FOLDER, &id);
	above->changed |= level->changed;
	release_level(level);
	splice->nr--;
	return 0;
}

static int enter(struct splice *splice, const char *name, size_t len)
{
	struct level *level = &splice->v[splice->nr - 1];
	char *copy = xstrndup(name, len);
	struct id id;
	int rc = advance(&id, level, name, len, MODE_FOLDER);

	if (rc == 0 && splice->nr == LEVELS)
		BUG("a path of more than %d folders", LEVELS);
	if (rc == 0 && !id_is_zero(&id))
		skip_entry(level);
	if (rc == 0)
		rc = open_level(splice, copy, &id);
	free(copy);
	return rc;
}

/* Close what the path is not in, open what it is; `*file` is its last part. */
static int go_to(struct splice *splice, const char *path, const char **file)
{
	const char *p = path;
	int depth = 1, rc = 0;

	for (; depth < splice->nr; depth++) {
		size_t len = strcspn(p, "/");

		if (!p[len] || strlen(splice->v[depth].name) != len || memcmp(p, splice->v[depth].name, len) != 0)
			break;
		p += len + 1;
	}
	while (rc == 0 && splice->nr > depth)
		rc = close_level(splice);
	while (rc == 0 && strchr(p, '/')) {
		size_t len = strcspn(p, "/");

		rc = enter(splice, p, len);
		p += len + 1;
	}
	*file = p;
	return rc;
}

int splice_new(struct splice **out, const struct id *base, const struct splice_store *store)
{
	struct splice *splice = xcalloc(1, sizeof(*splice));
	int rc;

	splice->store = *store;
	rc = open_level(splice, NULL, base);
	if (rc < 0) {
		splice_free(splice);
		splice = NULL;
	}
	*out = splice;
	return rc;
}

void splice_free(struct splice *splice)
{
	if (!splice)
		return;
	for (int i = 0; i < splice->nr; i++)
		release_level(&splice->v[i]);
	free(splice->last);
	free(splice);
}

int splice_add(bool *added, struct splice *splice, const char *path, const struct id *id)
{
	int cmp = splice->last ? path_order(splice->last, path) : -1;
	struct level *level;
	const char *file;
	struct id old;
	int rc;

	if (cmp > 0)
		BUG("'%s' added after '%s'", path, splice->last);
	*added = false;
	if (cmp == 0)
		return 0;
	free(splice->last);
	splice->last = xstrdup(path);
	rc = go_to(splice, path, &file);
	if (rc < 0)
		return rc;
	level = &splice->v[splice->nr - 1];
	rc = advance(&old, level, file, strlen(file), MODE_FILE);
	if (rc < 0 || !id_is_zero(&old))
		return rc;
	put_entry(&level->out, file, strlen(file), MODE_FILE, id);
	level->changed = *added = true;
	return 0;
}

int splice_end(struct id *tree, struct splice *splice)
{
	struct level *below = NULL;
	struct id below_id;
	bool changed = false;

	for (int i = splice->nr; i--;) {
		struct level *level = &splice->v[i];
		struct id id;
		int rc = store_level(&id, splice, level, below, &below_id);

		if (rc < 0)
			return rc;
		changed |= level->changed;
		level->changed = changed; /* what is stored in it is not what it was */
		below = level;
		below_id = id;
	}
	*tree = below_id;
	return 0;
}
