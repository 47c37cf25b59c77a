/* Reading and storing objects: blobs as they are, trees and commits from their raw bytes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "repo-store.h"
#include "sha1.h"

void object_id(struct id *out, git_object_t type, const void *data, size_t len)
{
	char header[32];
	int header_len = snprintf(header, sizeof(header), "%s %zu", git_object_type2string(type), len) + 1;
	struct sha1 sha;

	sha1_init(&sha);
	sha1_add(&sha, header, (size_t)header_len);
	sha1_add(&sha, data, len);
	sha1_end(out, &sha);
}

void repo_hash(struct id *out, const void *data, size_t len)
{
	object_id(out, GIT_OBJECT_BLOB, data, len);
}

/* The remote that a partial clone leaves objects to, NULL in a whole one. The caller frees. */
static char *promisor(struct repo *repo)
{
	char *name = repo_config(repo, "extensions.partialclone"), *key;

	if (name || !repo->remote)
		return name;
	key = xstrfmt("remote.%s.promisor", repo->remote);
	if (repo_config_is_true(repo, key, false))
		name = xstrdup(repo->remote);
	free(key);
	return name;
}

static int missing(struct repo *repo, const char *hex)
{
	char *remote = promisor(repo);
	int rc = error_set(ERR_NOTFOUND, "object %s is missing", hex);

	if (remote) {
		error_set(rc, "object %s was not fetched: this is a partial clone", hex);
		error_hint("fetch the log whole: 'git fetch --refetch --no-filter %s %s'", remote, repo->branch);
	}
	free(remote);
	return rc;
}

_Static_assert((int)GIT_OBJECT_COMMIT == (int)PACK_COMMIT && (int)GIT_OBJECT_TREE == (int)PACK_TREE &&
		       (int)GIT_OBJECT_BLOB == (int)PACK_BLOB && (int)GIT_OBJECT_TAG == (int)PACK_TAG,
	       "one number for a type");

struct store *repo_objects(struct repo *repo)
{
	char *dir;

	if (!repo->objects) {
		dir = xstrfmt("%s/objects", repo->place.common_dir);
		repo->objects = store_new(dir);
		if (repo->sent_dir)
			store_add(repo->objects, repo->sent_dir);
		free(dir);
	}
	return repo->objects;
}

void repo_look_again(struct repo *repo)
{
	store_look_again(repo_objects(repo));
}

int repo_object(struct buf *out, struct repo *repo, const struct id *id, git_object_t type, size_t limit)
{
	size_t before = out->len;
	enum pack_type found;
	char hex[ID_HEX + 1];
	int rc = store_read(out, &found, repo_objects(repo), id, limit);

	id_hex(hex, id);
	repo->lost = (struct lost){ *id, type, limit };
	if (rc == ERR_NOTFOUND)
		return missing(repo, hex);
	if (rc == 0 && found != (enum pack_type)type) {
		buf_setlen(out, before);
		rc = error_set(ERR_INVALID, "object %s is a %s, not a %s", hex, git_object_type2string((git_object_t)found),
			       git_object_type2string(type));
	}
	if (rc == 0)
		repo->lost = (struct lost){ .type = 0 };
	return rc;
}

bool repo_is_found(struct repo *repo, const struct lost *lost)
{
	struct buf text = BUF_INIT;
	bool found = repo_object(&text, repo, &lost->id, (git_object_t)lost->type, lost->limit) == 0;

	error_clear();
	buf_release(&text);
	return found;
}

int repo_read(struct buf *out, struct repo *repo, const struct id *id, size_t limit)
{
	return repo_object(out, repo, id, GIT_OBJECT_BLOB, limit);
}

#define WRITE_TRIES 5

int repo_store(struct id *out, struct repo *repo, git_object_t type, const void *data, size_t len)
{
	git_oid oid;
	int rc = repo_need_git(repo);

	if (rc < 0)
		return rc;
	rc = -1;
	/* git gc removes a folder that has become empty, also between its making and the rename into it. */
	for (int tries = 0; rc < 0 && tries < WRITE_TRIES; tries++)
		rc = git_odb_write(&oid, repo->odb, data, len, type);
	if (rc < 0) {
		error_git(rc, "cannot write to '%s/objects'", repo->place.common_dir);
		return ERR_FAILED;
	}
	from_oid(out, &oid);
	return 0;
}

/* ---- commits */

/* A header line "name <40 digits>" at `*p`: moves behind it. */
static bool take_id(struct id *out, const char **p, const char *name)
{
	size_t len = strlen(name);

	if (strncmp(*p, name, len) != 0 || (*p)[len] != ' ' || strnlen(*p + len + 1, ID_HEX + 1) <= ID_HEX ||
	    (*p)[len + 1 + ID_HEX] != '\n' || !id_parse(out, *p + len + 1, ID_HEX))
		return false;
	*p += len + 1 + ID_HEX + 1;
	return true;
}

/* "author Name <address> 1234 +0100": the address (the caller frees) and the instant. */
static bool take_person(char **address, time_t *at, const char **p, const char *name)
{
	size_t len = strlen(name), line = strcspn(*p, "\n");
	const char *open = memchr(*p, '<', line), *close;

	if (strncmp(*p, name, len) != 0 || (*p)[len] != ' ' || !(*p)[line] || !open)
		return false;
	close = memchr(open, '>', (size_t)(*p + line - open));
	if (!close)
		return false;
	if (address)
		*address = xstrndup(open + 1, (size_t)(close - open) - 1);
	if (at) /* without a number it is 1970, whatever stands in the next line */
		*at = close[1] == ' ' && strchr("-0123456789", close[2]) ? (time_t)strtoll(close + 2, NULL, 10) : 0;
	*p += line + 1;
	return true;
}

bool commit_parse(struct commit *out, const char *text)
{
	const char *p = text;

	memset(out, 0, sizeof(*out));
	if (!take_id(&out->tree, &p, "tree"))
		return false;
	while (out->nr_parents < PARENT_LIMIT && take_id(&out->parents[out->nr_parents], &p, "parent"))
		out->nr_parents++;
	return take_person(&out->author, NULL, &p, "author") &&
	       take_person(NULL, &out->committed_at, &p, "committer");
}

int repo_read_commit(struct commit *out, struct repo *repo, const struct id *id)
{
	char hex[ID_HEX + 1];
	struct buf text = BUF_INIT;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = repo_commit_stored(&text, repo, id);
	if (rc == 0 && !commit_parse(out, text.ptr)) {
		id_hex(hex, id);
		rc = error_set(ERR_INVALID, "commit %s is malformed", hex);
	}
	if (rc < 0)
		commit_release(out);
	buf_release(&text);
	return rc;
}

int repo_commit_stored(struct buf *out, struct repo *repo, const struct id *commit)
{
	return repo_object(out, repo, commit, GIT_OBJECT_COMMIT, COMMIT_LIMIT);
}

void commit_release(struct commit *commit)
{
	free(commit->author);
	commit->author = NULL;
}

/* ---- trees */

static bool take_mode(unsigned *mode, const char **p, const char *end)
{
	const char *start = *p;

	*mode = 0;
	while (*p < end && **p >= '0' && **p <= '7' && *p - start < 7)
		*mode = *mode * 8 + (unsigned)(*(*p)++ - '0');
	if (*p == start || *start == '0' || *p == end || **p != ' ')
		return false;
	(*p)++;
	return true;
}

bool tree_next(struct tree_entry *out, const struct buf *tree, size_t *at, bool *damaged)
{
	const char *p = tree->ptr + *at, *end = tree->ptr + tree->len, *nul;

	*damaged = false;
	if (p == end)
		return false;
	*damaged = true;
	if (!take_mode(&out->mode, &p, end))
		return false;
	nul = memchr(p, '\0', (size_t)(end - p));
	if (!nul || nul == p || end - nul - 1 < ID_RAW)
		return false;
	out->name = p;
	out->len = (size_t)(nul - p);
	memcpy(out->id.raw, nul + 1, ID_RAW);
	*at = (size_t)(nul + 1 + ID_RAW - tree->ptr);
	*damaged = false;
	return true;
}

int tree_order(const char *a, size_t a_len, bool a_is_folder, const char *b, size_t b_len, bool b_is_folder)
{
	size_t len = a_len < b_len ? a_len : b_len;
	int cmp = memcmp(a, b, len);
	int a_next, b_next;

	if (cmp)
		return cmp;
	a_next = a_len > len ? (unsigned char)a[len] : a_is_folder ? '/' : 0;
	b_next = b_len > len ? (unsigned char)b[len] : b_is_folder ? '/' : 0;
	return a_next - b_next;
}

bool tree_find(struct tree_entry *out, const struct buf *tree, const char *name, size_t len)
{
	bool damaged;

	for (size_t at = 0; tree_next(out, tree, &at, &damaged);)
		if (out->len == len && memcmp(out->name, name, len) == 0)
			return true;
	return false;
}

bool repo_is_damage(int rc)
{
	return (rc == ERR_INVALID || rc == ERR_NOTFOUND) && !*error_last_hint();
}

/* The first `len` bytes of a path, a folder's. One that is not there is not the same as a path that is not in it. */
static int read_folder(struct buf *out, struct repo *repo, const struct id *tree, const char *path, int len)
{
	int rc = repo_object(out, repo, tree, GIT_OBJECT_TREE, TREE_LIMIT);

	if (rc == ERR_NOTFOUND)
		rc = ERR_INVALID;
	return rc < 0 && len ? error_prefix(rc, "%.*s", len, path) : rc;
}

int repo_path_in_tree(struct id *out, struct repo *repo, const struct id *tree, const char *path, bool folder)
{
	struct buf raw = BUF_INIT;
	struct id at = *tree;
	const char *p = path;
	int rc = 0;

	for (;;) {
		size_t len = strcspn(p, "/");
		bool last = !p[len];
		struct tree_entry entry;

		buf_reset(&raw);
		rc = read_folder(&raw, repo, &at, path, p == path ? 0 : (int)(p - path) - 1);
		if (rc < 0)
			break;
		if (!tree_find(&entry, &raw, p, len) ||
		    entry.mode != (unsigned)(last && !folder ? MODE_FILE : MODE_FOLDER)) {
			rc = error_set(ERR_NOTFOUND, "no '%s' in the log", path);
			break;
		}
		at = entry.id;
		if (last)
			break;
		p += len + 1;
	}
	if (rc == 0)
		*out = at;
	buf_release(&raw);
	return rc;
}

int repo_lookup(struct id *out, struct repo *repo, const struct id *commit, const char *path)
{
	struct commit parsed;
	int rc = repo_read_commit(&parsed, repo, commit);

	if (rc < 0)
		return rc == ERR_NOTFOUND ? ERR_INVALID : rc;
	rc = repo_path_in_tree(out, repo, &parsed.tree, path, false);
	commit_release(&parsed);
	return rc;
}
