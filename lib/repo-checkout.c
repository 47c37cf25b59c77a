/*
 * Work trees that have the log's branch checked out.
 *
 * If the branch moved under such a work tree, its index would lack the new records, git
 * would show them as staged for deletion, and the next commit there would delete them. So
 * files and index entries are put there first and the branch moves last; a crash in
 * between shows additions. Where that cannot be done safely, nothing is written at all.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define FILE_LIMIT ((size_t)1 << 30)

struct checkout {
	struct repo *repo;
	struct work_tree {
		char *path, *git_dir;
		struct staging *staging; /* open while it is brought along */
	} *v;
	size_t nr, alloc;
};

void checkout_free(struct checkout *checkout)
{
	if (!checkout)
		return;
	for (size_t i = 0; i < checkout->nr; i++) {
		staging_close(checkout->v[i].staging);
		free(checkout->v[i].git_dir);
		free(checkout->v[i].path);
	}
	free(checkout->v);
	free(checkout);
}

static bool exists(const char *dir, const char *name)
{
	char *path = xstrfmt("%s/%s", dir, name);
	bool yes = access(path, F_OK) == 0;

	free(path);
	return yes;
}

/* Does this small file hold exactly `prefix` and the name of our branch? */
static bool names_branch(struct repo *repo, const char *dir, const char *name, const char *prefix)
{
	char *path = xstrfmt("%s/%s", dir, name);
	struct buf text = BUF_INIT;
	bool yes = false;

	if (access(path, F_OK) == 0 && buf_read_file(&text, path, 4096) == 0) {
		buf_rtrim(&text);
		yes = strncmp(text.ptr, prefix, strlen(prefix)) == 0 &&
		      strcmp(text.ptr + strlen(prefix), repo->ref) == 0;
	}
	buf_release(&text);
	free(path);
	return yes;
}

static int busy(struct repo *repo, const char *what, const char *path)
{
	error_set(ERR_FAILED, "the log's branch '%s' is checked out in '%s', where %s", repo->branch, path, what);
	error_hint("finish that there, or check out another branch, and try again");
	return ERR_FAILED;
}

/* What is under way there that a new commit on the branch would disturb? */
static int check_idle(struct repo *repo, const char *git_dir, const char *path)
{
	if (names_branch(repo, git_dir, "rebase-merge/head-name", "") ||
	    names_branch(repo, git_dir, "rebase-apply/head-name", ""))
		return busy(repo, "a rebase is under way", path);
	if (!names_branch(repo, git_dir, "HEAD", "ref: "))
		return 0;
	if (exists(git_dir, "MERGE_HEAD"))
		return busy(repo, "a merge is under way", path);
	if (exists(git_dir, "CHERRY_PICK_HEAD") || exists(git_dir, "REVERT_HEAD"))
		return busy(repo, "a cherry-pick or revert is under way", path);
	if (exists(git_dir, "index.lock")) {
		error_set(ERR_CONFLICT, "'%s/index.lock' exists: another git seems to run in '%s'", git_dir, path);
		error_hint("if none is running there, remove that file");
		return ERR_CONFLICT;
	}
	return 0;
}

static int no_work_tree(struct repo *repo, const char *path)
{
	error_set(ERR_FAILED, "the log's branch '%s' is checked out in '%s', which is missing", repo->branch, path);
	error_hint("if that work tree is gone for good, 'git worktree prune' forgets it");
	return ERR_FAILED;
}

/* One git directory and the work tree that belongs to it (NULL: not known). */
static int look_at(struct checkout *checkout, const char *git_dir, const char *path)
{
	struct repo *repo = checkout->repo;
	int rc = check_idle(repo, git_dir, path ? path : git_dir);

	if (rc < 0 || !names_branch(repo, git_dir, "HEAD", "ref: "))
		return rc;
	if (!path || access(path, F_OK) < 0)
		return no_work_tree(repo, path ? path : git_dir);
	GROW(checkout->v, checkout->nr, checkout->alloc);
	checkout->v[checkout->nr++] = (struct work_tree){ .path = xstrdup(path), .git_dir = xstrdup(git_dir) };
	return 0;
}

/* Where the main work tree is; NULL: a bare repository, or nowhere that can be told. */
static char *main_work_tree(struct repo *repo)
{
	const char *common = repo->place.common_dir;
	char *setting = repo_config(repo, "core.worktree");
	size_t len = strlen(common);
	char *path = NULL;

	if (setting)
		path = repo_expand_path(setting, common);
	else if (len > 5 && strcmp(common + len - 5, "/.git") == 0)
		path = xstrndup(common, len - 5);
	else if (repo->place.work_tree && strcmp(repo->place.git_dir, common) == 0)
		path = xstrdup(repo->place.work_tree);
	free(setting);
	return path;
}

static int look_at_main(struct checkout *checkout)
{
	char *path;
	int rc;

	if (repo_config_is_true(checkout->repo, "core.bare", false))
		return 0;
	path = main_work_tree(checkout->repo);
	rc = look_at(checkout, checkout->repo->place.common_dir, path);
	free(path);
	return rc;
}

/* A linked worktree's git directory says where its ".git" file is. */
static int look_at_linked(struct checkout *checkout, const char *git_dir)
{
	char *file = xstrfmt("%s/gitdir", git_dir), *path = NULL;
	struct buf text = BUF_INIT;
	int rc = 0;

	if (access(file, F_OK) == 0 && buf_read_file(&text, file, 65536) == 0) {
		buf_rtrim(&text);
		path = repo_expand_path(text.ptr, git_dir);
		if (strlen(path) > 5 && strcmp(path + strlen(path) - 5, "/.git") == 0)
			path[strlen(path) - 5] = '\0';
		rc = look_at(checkout, git_dir, path);
	}
	buf_release(&text);
	free(path);
	free(file);
	return rc;
}

int checkout_prepare(struct checkout **out, struct repo *repo)
{
	struct checkout *checkout = xcalloc(1, sizeof(*checkout));
	char *dir = xstrfmt("%s/worktrees", repo->place.common_dir);
	DIR *list = opendir(dir);
	struct dirent *entry;
	int rc;

	checkout->repo = repo;
	rc = look_at_main(checkout);
	while (list && rc == 0 && (entry = readdir(list))) {
		char *git_dir;

		if (entry->d_name[0] == '.')
			continue;
		git_dir = xstrfmt("%s/%s", dir, entry->d_name);
		rc = look_at_linked(checkout, git_dir);
		free(git_dir);
	}
	if (list)
		closedir(list);
	free(dir);
	if (rc < 0) {
		checkout_free(checkout);
		checkout = NULL;
	}
	*out = checkout;
	return rc;
}

/* The folder that a file is to be in, made where it is missing; no link is followed. */
static int open_parent(int top, const char *path)
{
	int fd = dup(top);

	for (const char *p = path, *slash; fd >= 0 && (slash = strchr(p, '/')); p = slash + 1) {
		char *name = xstrndup(p, (size_t)(slash - p));
		int next;

		if (mkdirat(fd, name, 0777) < 0 && errno != EEXIST) {
			free(name);
			close(fd);
			return -1;
		}
		next = openat(fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		free(name);
		close(fd);
		fd = next;
	}
	return fd;
}

/*
 * A file that is there already must be this very one (an attempt before this got so far), or
 * the beginning of it (it was killed): then write the rest.
 */
static bool complete_file(int dir, const char *name, const struct buf *data)
{
	struct stat st;
	bool whole = fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && (size_t)st.st_size == data->len;
	int fd = openat(dir, name, (whole ? O_RDONLY : O_RDWR) | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct buf text = BUF_INIT, rest;
	bool ok = false;

	if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (size_t)st.st_size <= data->len)
		ok = buf_read(&text, fd, data->len) == 0 && memcmp(text.ptr, data->ptr, text.len) == 0;
	if (ok && !whole) {
		rest = (struct buf){ .ptr = data->ptr + text.len, .len = data->len - text.len };
		ok = st.st_nlink == 1 && buf_write(fd, &rest);
	}
	if (fd >= 0)
		close(fd);
	buf_release(&text);
	return ok;
}

static int put_file(struct stat *st, const struct work_tree *tree, const char *path, const struct buf *data)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	int top = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int dir = top < 0 ? -1 : open_parent(top, path), fd = -1, rc = 0;

	if (dir >= 0)
		fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	if (fd >= 0 ? !buf_write(fd, data) : dir < 0 || errno != EEXIST)
		rc = error_set(ERR_FAILED, "cannot write '%s/%s': %s", tree->path, path, strerror(errno));
	else if (fd < 0 && !complete_file(dir, name, data))
		rc = error_set(ERR_FAILED, "'%s/%s' is in the way of a record", tree->path, path);
	else if (fstatat(dir, name, st, AT_SYMLINK_NOFOLLOW) < 0)
		rc = error_set(ERR_FAILED, "cannot look at '%s/%s': %s", tree->path, path, strerror(errno));
	if (rc < 0 && fd >= 0)
		unlinkat(dir, name, 0);
	if (fd >= 0)
		close(fd);
	if (dir >= 0)
		close(dir);
	if (top >= 0)
		close(top);
	return rc;
}

static int put_entry(struct work_tree *tree, const char *path, const struct id *id, const struct stat *st)
{
	git_index_entry entry = {
		.ctime = { (int32_t)st->st_ctim.tv_sec, (uint32_t)st->st_ctim.tv_nsec },
		.mtime = { (int32_t)st->st_mtim.tv_sec, (uint32_t)st->st_mtim.tv_nsec },
		.dev = (uint32_t)st->st_dev,
		.ino = (uint32_t)st->st_ino,
		.mode = MODE_FILE,
		.uid = st->st_uid,
		.gid = st->st_gid,
		.file_size = (uint32_t)st->st_size,
		.path = path,
	};

	git_oid_cpy(&entry.id, as_oid(id));
	return staging_add(tree->staging, &entry);
}

static int put(struct checkout *checkout, const char *path, const struct id *id)
{
	struct buf data = BUF_INIT;
	struct stat st;
	int rc = repo_object(&data, checkout->repo, id, GIT_OBJECT_BLOB, FILE_LIMIT);

	for (size_t i = 0; i < checkout->nr && rc == 0; i++) {
		rc = put_file(&st, &checkout->v[i], path, &data);
		if (rc == 0)
			rc = put_entry(&checkout->v[i], path, id, &st);
	}
	buf_release(&data);
	return rc;
}

static int put_added(const struct repo_entry *entry, void *data)
{
	return entry->added && !entry->odd ? put(data, entry->path, &entry->id) : 0;
}

static int put_all(struct checkout *checkout, const struct id *old, const struct id *new)
{
	struct id readme;
	int rc = 0;

	if (id_is_zero(old)) {
		rc = repo_lookup(&readme, checkout->repo, new, "README.md");
		if (rc == 0)
			rc = put(checkout, "README.md", &readme);
	}
	return rc < 0 ? rc : repo_diff(checkout->repo, old, new, put_added, checkout);
}

int checkout_advance(struct checkout *checkout, const struct id *old, const struct id *new)
{
	int rc;

	if (!checkout->nr)
		return 0;
	rc = repo_mark(checkout->repo, checkout->repo->ref, new);
	for (size_t i = 0; i < checkout->nr && rc == 0; i++)
		rc = staging_open(&checkout->v[i].staging, checkout->v[i].git_dir, new);
	if (rc == 0)
		rc = put_all(checkout, old, new);
	for (size_t i = 0; i < checkout->nr && rc == 0; i++)
		rc = staging_write(checkout->v[i].staging);
	for (size_t i = 0; i < checkout->nr; i++) {
		staging_close(checkout->v[i].staging);
		checkout->v[i].staging = NULL;
	}
	if (rc < 0)
		repo_unmark(checkout->repo);
	return rc;
}

void checkout_heal(struct repo *repo, const char *marker)
{
	char *dir = xstrfmt("%s/worktrees", repo->place.common_dir);
	DIR *list = opendir(dir);
	struct dirent *entry;

	staging_heal(repo->place.common_dir, marker);
	while (list && (entry = readdir(list))) {
		char *git_dir = xstrfmt("%s/%s", dir, entry->d_name);

		if (entry->d_name[0] != '.')
			staging_heal(git_dir, marker);
		free(git_dir);
	}
	if (list)
		closedir(list);
	free(dir);
}
