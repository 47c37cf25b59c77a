/* Where objects are read from: each folder of them, and in each loose files and packs. */
#include "repo-store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "repo-packed.h"

#define ALTERNATES_LIMIT ((size_t)64 << 10)
#define ALTERNATES_DEPTH 5

/* One "objects" folder. */
struct shelf {
	char *dir;
	dev_t device; /* and */
	ino_t inode;  /* which folder that is, by whatever path */
	struct packs *packs;
};

struct store {
	struct shelf *v; /* the repository's own first; the others once they are needed */
	size_t nr, alloc;
	bool complete;   /* the others are there */
	bool last_was_packed;
};

void store_add(struct store *store, const char *dir)
{
	struct stat st = { .st_ino = 0 };

	if (stat(dir, &st) < 0)
		st.st_ino = 0; /* it may come to be */
	GROW(store->v, store->nr, store->alloc);
	store->v[store->nr++] = (struct shelf){ xstrdup(dir), st.st_dev, st.st_ino, packs_new(dir) };
}

/* A folder, and none of those that are there already. */
static bool is_further(const struct store *store, const char *dir)
{
	struct stat st;

	if (stat(dir, &st) < 0 || !S_ISDIR(st.st_mode))
		return false;
	for (size_t i = 0; i < store->nr; i++)
		if (store->v[i].inode == st.st_ino && store->v[i].device == st.st_dev)
			return false;
	return true;
}

struct store *store_new(const char *objects_dir)
{
	struct store *store = xcalloc(1, sizeof(*store));

	store_add(store, objects_dir);
	return store;
}

void store_free(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < store->nr; i++) {
		packs_free(store->v[i].packs);
		free(store->v[i].dir);
	}
	free(store->v);
	free(store);
}

/* Those that a folder's info/alternates names, and theirs. Each once: a list of itself would have no end. */
static void add_alternates(struct store *store, const char *dir, int depth)
{
	char *list = xstrfmt("%s/info/alternates", dir);
	struct buf text = BUF_INIT;

	if (depth < ALTERNATES_DEPTH && buf_read_file(&text, list, ALTERNATES_LIMIT) == 0) {
		for (char *line = text.ptr, *next; line && *line; line = next) {
			char *target;

			next = strchr(line, '\n');
			if (next)
				*next++ = '\0';
			if (!*line || *line == '#')
				continue;
			target = repo_expand_path(line, dir);
			if (is_further(store, target)) {
				store_add(store, target);
				add_alternates(store, target, depth + 1);
			}
			free(target);
		}
	}
	buf_release(&text);
	free(list);
	error_clear();
}

/* The `i`-th folder, NULL if there are not so many. */
static struct shelf *shelf_at(struct store *store, size_t i)
{
	if (i && !store->complete) {
		store->complete = true;
		add_alternates(store, store->v[0].dir, 0);
	}
	return i < store->nr ? &store->v[i] : NULL;
}

bool object_is(const struct id *id, enum pack_type type, const void *data, size_t len)
{
	struct id is;

	object_id(&is, (git_object_t)type, data, len);
	return id_equal(&is, id);
}

enum find found_damaged(struct found_object *out, const char *path, int cause)
{
	buf_reset(out->where);
	buf_puts(out->where, path);
	out->cause = cause;
	return FIND_DAMAGED;
}

/* In one folder, whichever of the two ways found the last object first. */
static enum find read_shelf(struct found_object *out, struct store *store, struct shelf *shelf, const struct id *id,
			    size_t limit)
{
	bool packed = store->last_was_packed;
	enum find best = FIND_NOWHERE;

	for (int way = 0; way < 2; way++, packed = !packed) {
		enum find found = packed ? packs_read(out, shelf->packs, id, limit) :
					   loose_read(out, shelf->dir, id, limit);

		if (found == FIND_GOOD) {
			store->last_was_packed = packed;
			return found;
		}
		if (found > best)
			best = found;
	}
	return best;
}

static enum find read_shelves(struct found_object *out, struct store *store, const struct id *id, size_t limit)
{
	enum find best = FIND_NOWHERE;
	struct shelf *shelf;

	for (size_t i = 0; (shelf = shelf_at(store, i)); i++) {
		enum find found = read_shelf(out, store, shelf, id, limit);

		if (found == FIND_GOOD)
			return found;
		if (found > best)
			best = found;
	}
	return best;
}

void store_look_again(struct store *store)
{
	for (size_t i = 0; i < store->nr; i++)
		packs_look_again(store->v[i].packs);
}

/* It is not the object's fault, and nobody must remember that it could not be read. */
static bool is_passing(int cause)
{
	return cause == EMFILE || cause == ENFILE || cause == ENOMEM || cause == EINTR;
}

int store_read(struct buf *out, enum pack_type *type, struct store *store, const struct id *id, size_t limit)
{
	struct buf where = BUF_INIT;
	struct found_object found = { .text = out, .where = &where };
	enum find how = read_shelves(&found, store, id, limit);
	char hex[ID_HEX + 1];
	int rc = 0;

	if (how == FIND_NOWHERE || how == FIND_DAMAGED) { /* git may have packed it meanwhile */
		store_look_again(store);
		how = read_shelves(&found, store, id, limit);
	}
	id_hex(hex, id);
	*type = found.type;
	if (how == FIND_NOWHERE)
		rc = error_set(ERR_NOTFOUND, "object %s is missing", hex);
	else if (how == FIND_LARGE)
		rc = error_set(ERR_INVALID, "object %s has %zu bytes, more than %zu", hex, found.size, limit);
	else if (how == FIND_DAMAGED && found.cause)
		rc = error_set(is_passing(found.cause) ? ERR_FAILED : ERR_INVALID, "cannot read object %s from '%s': %s", hex,
			       where.ptr, strerror(found.cause));
	else if (how == FIND_DAMAGED)
		rc = error_set(ERR_INVALID, "object %s is damaged in '%s'", hex, where.ptr);
	buf_release(&where);
	return rc;
}

bool store_has(struct store *store, const struct id *id)
{
	struct shelf *shelf;

	for (int again = 0; again < 2; again++) {
		for (size_t i = 0; (shelf = shelf_at(store, i)); i++)
			if (loose_has(shelf->dir, id) || packs_have(shelf->packs, id))
				return true;
		store_look_again(store);
	}
	return false;
}

bool store_freshen(struct store *store, const struct id *id)
{
	struct buf text = BUF_INIT, where = BUF_INIT;
	struct found_object found = { .text = &text, .where = &where };
	bool whole = read_shelves(&found, store, id, SIZE_MAX) == FIND_GOOD;
	struct shelf *shelf;

	for (size_t i = 0; whole && (shelf = shelf_at(store, i)); i++) {
		loose_freshen(shelf->dir, id);
		packs_freshen(shelf->packs, id);
	}
	buf_release(&text);
	buf_release(&where);
	return whole;
}

/* Those that begin with some digits. */
struct candidates {
	struct id id;
	size_t nr; /* different ones, of which two are enough */
};

static int take_candidate(const struct id *id, void *data)
{
	struct candidates *candidates = data;

	if (candidates->nr && id_equal(id, &candidates->id))
		return 0;
	candidates->id = *id;
	return ++candidates->nr > 1;
}

int store_find_prefix(struct id *out, struct store *store, const char *digits, size_t len)
{
	struct candidates candidates = { .nr = 0 };
	struct shelf *shelf;

	store_look_again(store);
	for (size_t i = 0; candidates.nr < 2 && (shelf = shelf_at(store, i)); i++) {
		loose_each(shelf->dir, digits, len, take_candidate, &candidates);
		packs_each(shelf->packs, digits, len, take_candidate, &candidates);
	}
	*out = candidates.id;
	return candidates.nr > 1 ? ERR_AMBIGUOUS : candidates.nr ? 0 : ERR_NOTFOUND;
}

/* ---- for libgit2 */

struct backend {
	git_odb_backend base;
	struct store *store;
};

static struct store *store_of(git_odb_backend *backend)
{
	return ((struct backend *)backend)->store;
}

static int failed(int rc)
{
	git_error_set_str(GIT_ERROR_ODB, error_last());
	error_clear();
	return rc == ERR_NOTFOUND ? GIT_ENOTFOUND : GIT_ERROR;
}

static int backend_read(void **out, size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *oid)
{
	struct buf text = BUF_INIT;
	enum pack_type found;
	struct id id;
	int rc;

	from_oid(&id, oid);
	rc = store_read(&text, &found, store_of(backend), &id, SIZE_MAX);
	if (rc == 0) {
		*out = git_odb_backend_data_alloc(backend, text.len + 1);
		*size = text.len;
		*type = (git_object_t)found;
		if (*out)
			memcpy(*out, text.len ? text.ptr : "", text.len + 1);
		rc = *out ? 0 : GIT_ERROR;
	} else {
		rc = failed(rc);
	}
	buf_release(&text);
	return rc;
}

static int backend_header(size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *oid)
{
	void *data = NULL;
	int rc = backend_read(&data, size, type, backend, oid);

	git_odb_backend_data_free(backend, data);
	return rc;
}

static int backend_exists(git_odb_backend *backend, const git_oid *oid)
{
	struct id id;

	from_oid(&id, oid);
	return store_has(store_of(backend), &id);
}

/* What is damaged is written anew. */
static int backend_freshen(git_odb_backend *backend, const git_oid *oid)
{
	struct id id;

	from_oid(&id, oid);
	return store_freshen(store_of(backend), &id) ? 0 : GIT_ENOTFOUND;
}

static void backend_free(git_odb_backend *backend)
{
	free(backend);
}

/* libgit2's own backend of loose objects, left to write. */
static int add_writer(git_odb *odb, const char *objects_dir)
{
	git_odb_backend *loose = NULL;
	int rc = git_odb_backend_loose(&loose, objects_dir, -1, 0, 0, 0);

	if (rc < 0)
		return rc;
	loose->read = NULL;
	loose->read_prefix = NULL;
	loose->read_header = NULL;
	loose->readstream = NULL;
	loose->exists = NULL;
	loose->exists_prefix = NULL;
	loose->freshen = NULL;
	loose->foreach = NULL;
	rc = git_odb_add_backend(odb, loose, 1);
	if (rc < 0)
		loose->free(loose);
	return rc;
}

int repo_make_odb(git_odb **out, struct store *store, const char *objects_dir)
{
	struct backend *backend = xcalloc(1, sizeof(*backend));
	int rc = git_odb_new(out);

	git_odb_init_backend(&backend->base, GIT_ODB_BACKEND_VERSION);
	backend->base.read = backend_read;
	backend->base.read_header = backend_header;
	backend->base.exists = backend_exists;
	backend->base.freshen = backend_freshen;
	backend->base.free = backend_free;
	backend->store = store;
	if (rc == 0)
		rc = git_odb_add_backend(*out, &backend->base, 2);
	if (rc < 0)
		free(backend);
	else
		rc = add_writer(*out, objects_dir);
	return rc < 0 ? error_git(rc, "cannot open '%s'", objects_dir) : 0;
}
