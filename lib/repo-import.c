/*
 * Many records at once: their blobs go into a pack as they come; trees and commits follow
 * at the end, from all paths in order, so that every folder is written about once.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "repo-pack.h"

#define FILES_PER_COMMIT 5000
#define FEW 100               /* so few files need no pack (as git's fastimport.unpackLimit) */
#define FEW_BYTES ((size_t)1 << 20)

/* A path, taken apart: a million of them are kept at once. */
struct spot {
	char date[10]; /* "2026/03/02" */
	bool is_record; /* ends in ".yaml" */
	struct id name, blob;
};

struct repo_import {
	struct repo *repo;
	char *objects_dir;
	struct repo_file *few; /* all files, while they are few; owned copies */
	size_t nr_few, few_bytes;
	struct pack *pack;
	struct spot *v;
	size_t nr, alloc;
	const char *message;
	struct id commit;
};

int repo_import_begin(struct repo_import **out, struct repo *repo)
{
	struct repo_import *import = xcalloc(1, sizeof(*import));

	import->repo = repo;
	import->objects_dir = xstrfmt("%s/objects", repo->place.common_dir);
	import->few = xcalloc(FEW, sizeof(*import->few));
	*out = import;
	return 0;
}

static void release_few(struct repo_import *import)
{
	for (size_t i = 0; i < import->nr_few; i++) {
		free((char *)(uintptr_t)import->few[i].path);
		free((void *)(uintptr_t)import->few[i].data);
	}
	import->nr_few = import->few_bytes = 0;
}

void repo_import_free(struct repo_import *import)
{
	if (!import)
		return;
	release_few(import);
	pack_free(import->pack);
	free(import->few);
	free(import->v);
	free(import->objects_dir);
	free(import);
}

static bool parse_spot(struct spot *out, const char *path, const struct id *blob)
{
	size_t len = strlen(path), start = strlen("log/YYYY/MM/DD/");

	memset(out, 0, sizeof(*out));
	if (len < start + ID_HEX || strncmp(path, "log/", 4) != 0 || path[start - 1] != '/')
		return false;
	memcpy(out->date, path + 4, sizeof(out->date));
	out->is_record = strcmp(path + start + ID_HEX, ".yaml") == 0;
	out->blob = *blob;
	return (out->is_record || len == start + ID_HEX) && id_parse(&out->name, path + start, ID_HEX);
}

static void format_spot(char out[80], const struct spot *spot)
{
	char hex[ID_HEX + 1];

	id_hex(hex, &spot->name);
	snprintf(out, 80, "log/%.10s/%s%s", spot->date, hex, spot->is_record ? ".yaml" : "");
}

/* The same order as of the paths. */
static int order_spots(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	int cmp = memcmp(x->date, y->date, sizeof(x->date));

	if (!cmp)
		cmp = id_cmp(&x->name, &y->name);
	return cmp ? cmp : x->is_record - y->is_record;
}

static int add_packed(struct repo_import *import, const struct repo_file *file, const struct id *id)
{
	int rc = pack_add(import->pack, PACK_BLOB, id, file->data, file->len);

	if (rc < 0)
		return rc;
	GROW(import->v, import->nr, import->alloc);
	if (!parse_spot(&import->v[import->nr], file->path, id))
		BUG("'%s' is no record's path", file->path);
	import->nr++;
	return 0;
}

/* They are no longer few: what was kept goes into a pack. */
static int begin_pack(struct repo_import *import)
{
	int rc = pack_new(&import->pack, import->objects_dir);

	for (size_t i = 0; i < import->nr_few && rc == 0; i++) {
		struct id id;

		repo_hash(&id, import->few[i].data, import->few[i].len);
		rc = add_packed(import, &import->few[i], &id);
	}
	release_few(import);
	return rc;
}

static void keep(struct repo_import *import, const struct repo_file *file)
{
	void *copy = xmalloc(file->len);

	memcpy(copy, file->data, file->len);
	import->few[import->nr_few++] = (struct repo_file){ xstrdup(file->path), copy, file->len };
	import->few_bytes += file->len;
}

int repo_import_add(struct repo_import *import, const struct repo_file *file, const struct id *id)
{
	int rc = 0;

	if (!import->pack && import->nr_few < FEW && import->few_bytes + file->len < FEW_BYTES) {
		keep(import, file);
		return 0;
	}
	if (!import->pack)
		rc = begin_pack(import);
	return rc < 0 ? rc : add_packed(import, file, id);
}

static int read_tree(struct buf *out, const struct id *tree, void *data)
{
	struct repo_import *import = data;

	return repo_object(out, import->repo, tree, GIT_OBJECT_TREE, TREE_LIMIT);
}

static int write_tree(struct id *out, const struct buf *tree, void *data)
{
	struct repo_import *import = data;

	object_id(out, GIT_OBJECT_TREE, tree->ptr, tree->len);
	return pack_add(import->pack, PACK_TREE, out, tree->ptr, tree->len);
}

/* The message, its first line with " (2 of 20)" where there is more than one commit. */
static char *number_message(const char *message, size_t n, size_t of)
{
	size_t line = strcspn(message, "\n");

	if (of == 1)
		return xstrdup(message);
	return xstrfmt("%.*s (%zu of %zu)%s", (int)line, message, n, of, message + line);
}

static int add_commit(struct repo_import *import, struct splice *splice, size_t n, size_t of)
{
	char *message = number_message(import->message, n, of);
	struct buf text = BUF_INIT;
	struct id tree;
	int rc = splice_end(&tree, splice);

	if (rc == 0)
		rc = repo_commit_text(&text, import->repo, &tree, &import->commit, 1, message);
	if (rc == 0) {
		object_id(&import->commit, GIT_OBJECT_COMMIT, text.ptr, text.len);
		rc = pack_add(import->pack, PACK_COMMIT, &import->commit, text.ptr, text.len);
	}
	buf_release(&text);
	free(message);
	return rc;
}

/* Trees and commits on top of `import->commit`, whose tree is `base`. */
static int add_commits(struct repo_import *import, const struct id *base)
{
	const struct splice_store store = { read_tree, write_tree, import };
	size_t of = (import->nr + FILES_PER_COMMIT - 1) / FILES_PER_COMMIT, added = 0;
	struct splice *splice = NULL;
	int rc = splice_new(&splice, base, &store);

	for (size_t i = 0; i < import->nr && rc == 0; i++) {
		char path[80];
		bool is_new;

		format_spot(path, &import->v[i]);
		rc = splice_add(&is_new, splice, path, &import->v[i].blob);
		added += is_new;
		if (rc == 0 && added && ((i + 1) % FILES_PER_COMMIT == 0 || i + 1 == import->nr)) {
			rc = add_commit(import, splice, i / FILES_PER_COMMIT + 1, of);
			added = 0;
		}
	}
	splice_free(splice);
	return rc;
}

/* Publish the pack, if there is anything new; after a lost race the next one holds only trees and commits. */
static int publish(struct repo_import *import)
{
	int rc = pack_end(import->pack, repo_is_durable(import->repo));

	pack_free(import->pack);
	import->pack = NULL;
	if (rc == 0)
		repo_look_again(import->repo);
	return rc;
}

static int attempt(struct repo *repo, void *data)
{
	struct repo_import *import = data;
	struct checkout *checkout = NULL;
	struct commit parsed = { 0 };
	struct id base, local;
	int rc = repo_write_base(&base, &local, repo);

	if (rc == 0)
		rc = checkout_prepare(&checkout, repo);
	if (rc == 0)
		rc = repo_read_commit(&parsed, repo, &base);
	if (rc == 0 && !import->pack)
		rc = pack_new(&import->pack, import->objects_dir);
	if (rc < 0)
		goto done;
	import->commit = base;
	rc = add_commits(import, &parsed.tree);
	if (rc < 0 || id_equal(&import->commit, &base))
		goto done; /* all was there already: the pack is dropped */
	rc = publish(import);
	if (rc == 0)
		rc = checkout_advance(checkout, &local, &import->commit);
	if (rc == 0)
		rc = repo_move_ref(repo, &local, &import->commit, import->message);
done:
	commit_release(&parsed);
	checkout_free(checkout);
	return rc;
}

int repo_import_end(struct id *commit, struct repo_import *import, const char *message)
{
	int rc;

	if (!import->pack)
		return repo_commit(commit, import->repo, import->few, import->nr_few, message);
	qsort(import->v, import->nr, sizeof(*import->v), order_spots);
	import->message = message;
	rc = repo_retry(import->repo, attempt, import);
	*commit = import->commit;
	return rc;
}
