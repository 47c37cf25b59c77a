/*
 * Writing: one commit, and moving the branch. git does not know our queue of writers
 * (repo-lock.c), so the branch moves by compare-and-swap and a lost race is tried again.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "repo-git.h"
#include "run.h"

#define RETRY_MILLISECONDS 10000
#define GC_AUTO 6700 /* git's own default */

void repo_sleep(long milliseconds)
{
	struct timespec span = { milliseconds / 1000, milliseconds % 1000 * 1000000 };

	while (nanosleep(&span, &span) < 0 && errno == EINTR)
		;
}

/* ---- trying again */

bool repo_is_durable(struct repo *repo)
{
	char *fsync_what = repo_config(repo, "core.fsync");
	bool yes = repo_config_is_true(repo, "async.durable", false) ||
		   repo_config_is_true(repo, "core.fsyncobjectfiles", false) ||
		   (fsync_what && *fsync_what && strcmp(fsync_what, "none") != 0);

	free(fsync_what);
	return yes;
}

/* libgit2 syncs the files it writes, but not the folder that a new fan-out folder is in. */
static int sync_folder(const struct repo *repo, const char *name)
{
	char *path = xstrfmt("%s/%s", repo->place.common_dir, name);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 ? -1 : fsync(fd);

	if (rc < 0)
		rc = error_set(ERR_FAILED, "cannot sync '%s': %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(path);
	return rc;
}

/* The folders of a ref that is not there yet, made and synced, so that only the ref itself is left to be. */
static int make_ref_folders(const struct repo *repo)
{
	char *folder = xstrdup(repo->ref);
	int rc = 0;

	for (char *slash = folder; (slash = strchr(slash, '/')) && rc == 0; *slash++ = '/') {
		char *path;

		*slash = '\0';
		path = xstrfmt("%s/%s", repo->place.common_dir, folder);
		if (mkdir(path, 0777) == 0) {
			char *last = strrchr(folder, '/');

			if (last)
				*last = '\0';
			rc = sync_folder(repo, last ? folder : ".");
			if (last)
				*last = '/';
		}
		free(path);
	}
	free(folder);
	return rc;
}

/* How long to give way to git: as git itself is told to, or much longer than git does, since a post is not retyped. */
static long retry_milliseconds(struct repo *repo)
{
	char *value = repo_config(repo, "core.filesreflocktimeout");
	int64_t milliseconds = settings_number(value, RETRY_MILLISECONDS);

	free(value);
	return milliseconds < 0 || milliseconds > LONG_MAX ? LONG_MAX : (long)milliseconds;
}

int repo_retry(struct repo *repo, int (*attempt)(struct repo *repo, void *data), void *data)
{
	bool held = repo->lock_fd >= 0;
	unsigned seed = (unsigned)getpid();
	long patience = retry_milliseconds(repo), waited = 0;
	int rc = repo_lock(repo);

	if (rc < 0)
		return rc;
	for (long limit = 2;; limit = limit < 500 ? 2 * limit : limit) {
		long span;

		rc = attempt(repo, data);
		if (rc != ERR_CONFLICT || waited > patience)
			break;
		span = 1 + rand_r(&seed) % limit;
		repo_sleep(span);
		waited += span;
	}
	if (rc == ERR_CONFLICT) {
		char *path = repo_ref_lock_path(repo);

		rc = ERR_FAILED; /* with the message of the last attempt */
		repo_tell_lock_file(repo->ref, path);
		free(path);
	}
	if (!held)
		repo_unlock(repo);
	return rc;
}

/* ---- the branch */

int repo_write_base(struct id *base, struct id *local, struct repo *repo)
{
	struct tips tips;
	bool behind;
	int rc = repo_tips(&tips, repo);

	if (rc < 0)
		return rc;
	*local = *base = tips.local;
	if (id_is_zero(&tips.local)) {
		*base = tips.remote;
	} else if (!id_is_zero(&tips.remote)) {
		rc = repo_is_ancestor(&behind, repo, &tips.local, &tips.remote);
		if (rc == 0 && behind)
			*base = tips.remote;
	}
	return rc;
}

/* A branch "async" and a branch "async/x" cannot both be: which one is in the way? */
static int check_collision(struct repo *repo)
{
	char *glob = xstrfmt("%s/*", repo->ref), *above = xstrdup(repo->ref);
	git_reference_iterator *iterator = NULL;
	const char *name = NULL;
	char *slash;
	int rc = 0;

	if (git_reference_iterator_glob_new(&iterator, repo->git, glob) == 0 &&
	    git_reference_next_name(&name, iterator) == 0)
		rc = error_set(ERR_INVALID, "the branch '%s' cannot be made beside '%s'", repo->branch,
			       name + strlen("refs/heads/"));
	git_reference_iterator_free(iterator);
	while (rc == 0 && (slash = strrchr(above, '/')) && slash - above > (long)strlen("refs/heads")) {
		git_oid id;

		*slash = '\0';
		if (git_reference_name_to_id(&id, repo->git, above) == 0)
			rc = error_set(ERR_INVALID, "the branch '%s' cannot be made beside '%s'", repo->branch,
				       above + strlen("refs/heads/"));
	}
	if (rc < 0)
		repo_hint_other_branch(repo);
	free(above);
	free(glob);
	return rc;
}

/* `old` zero: it is not there; NULL: it does not matter where it is. */
static int set_ref(struct repo *repo, const char *name, const struct id *old, const struct id *new, const char *message)
{
	git_reference *ref = NULL;
	int rc;

	if (!old || id_is_zero(old))
		rc = git_reference_create(&ref, repo->git, name, as_oid(new), !old, message);
	else
		rc = git_reference_create_matching(&ref, repo->git, name, as_oid(new), 1, as_oid(old), message);
	git_reference_free(ref);
	return rc < 0 ? error_git(rc, "cannot move '%s'", name) : 0;
}

/* The reflog says who: libgit2 would take the configuration's identity only. */
static int set_ident(struct repo *repo)
{
	char *name = NULL, *address = NULL;
	int rc = repo_identity(repo, &name, &address);

	if (rc == 0 && git_repository_set_ident(repo->git, name, address) < 0)
		rc = error_git(-1, "cannot use the identity");
	free(name);
	free(address);
	return rc;
}

/* A failure to sync comes after the ref has moved; what counts is where it is. The message stays. */
static bool has_moved(struct repo *repo, const char *name, const struct id *new)
{
	char *message = xstrdup(error_last());
	struct id now;
	bool moved = repo_read_ref(&now, repo, name) == 0 && id_equal(&now, new);

	error_set(ERR_FAILED, "%s", message);
	free(message);
	return moved;
}

/* Under the write lock, with the marker, so that the lock of a killed one is cleared away; not to be interrupted. */
static int move_ref(struct repo *repo, const char *name, const struct id *old, const struct id *new, const char *message)
{
	sigset_t stop, before;
	int rc = repo_check_ref(repo, name);

	if (rc == 0)
		rc = repo_mark(repo, name, new);
	if (rc == 0) {
		sigemptyset(&stop);
		sigaddset(&stop, SIGINT);
		sigaddset(&stop, SIGTERM);
		sigaddset(&stop, SIGHUP);
		sigprocmask(SIG_BLOCK, &stop, &before);
		rc = set_ref(repo, name, old, new, message);
		if (rc == ERR_FAILED && has_moved(repo, name, new))
			rc = 0;
		sigprocmask(SIG_SETMASK, &before, NULL);
	}
	repo_unmark(repo);
	return rc;
}

int repo_move_ref(struct repo *repo, const struct id *old, const struct id *new, const char *message)
{
	char *line = xstrfmt("async: %.*s", (int)strcspn(message, "\n"), message);
	int rc = repo_need_git(repo);

	if (rc == 0)
		rc = set_ident(repo);
	if (rc == 0 && id_is_zero(old))
		rc = check_collision(repo);
	if (rc == 0 && repo_is_durable(repo))
		rc = sync_folder(repo, "objects");
	if (rc == 0 && repo_is_durable(repo) && id_is_zero(old))
		rc = make_ref_folders(repo);
	if (rc == 0)
		rc = move_ref(repo, repo->ref, old, new, line);
	free(line);
	return rc;
}

struct tracking {
	const char *ref;
	const struct id *id;
};

static int track(struct repo *repo, void *data)
{
	const struct tracking *tracking = data;
	int rc = repo_need_git(repo);

	if (rc == 0)
		rc = set_ident(repo);
	return rc < 0 ? rc : move_ref(repo, tracking->ref, NULL, tracking->id, "async: fetch");
}

int repo_track(struct repo *repo, const char *ref, const struct id *id)
{
	struct tracking tracking = { ref, id };

	return repo_retry(repo, track, &tracking);
}

/* ---- one commit */

static void put_person(struct buf *out, const char *role, const char *name, const char *address, time_t now)
{
	struct tm tm;
	long offset;

	localtime_r(&now, &tm);
	offset = labs(tm.tm_gmtoff) / 60;
	buf_addf(out, "%s %s <%s> %lld %c%02ld%02ld\n", role, name, address, (long long)now,
		 tm.tm_gmtoff < 0 ? '-' : '+', offset / 60, offset % 60);
}

/* The header's end, with the signature in it, and the message. */
static void put_message(struct buf *out, const struct buf *signature, const char *message)
{
	if (signature->len) {
		buf_puts(out, "gpgsig ");
		for (const char *p = signature->ptr; *p; p++) {
			buf_putc(out, *p);
			if (*p == '\n' && p[1])
				buf_putc(out, ' ');
		}
		if (out->ptr[out->len - 1] != '\n')
			buf_putc(out, '\n');
	}
	buf_putc(out, '\n');
	buf_puts(out, message);
	if (out->ptr[out->len - 1] != '\n')
		buf_putc(out, '\n');
}

int repo_commit_text(struct buf *out, struct repo *repo, const struct id *tree, const struct id *parents, size_t nr,
		     const char *message)
{
	char hex[ID_HEX + 1], *name = NULL, *address = NULL;
	struct buf signature = BUF_INIT, whole = BUF_INIT;
	time_t now;
	int rc = clock_now(&now);

	if (rc == 0)
		rc = repo_identity(repo, &name, &address);
	if (rc < 0)
		return rc;
	id_hex(hex, tree);
	buf_addf(out, "tree %s\n", hex);
	for (size_t i = 0; i < nr; i++) {
		id_hex(hex, &parents[i]);
		buf_addf(out, "parent %s\n", hex);
	}
	put_person(out, "author", name, address, now);
	put_person(out, "committer", name, address, now);
	/* What is signed is the commit as it would be without a signature. */
	buf_add(&whole, out->ptr, out->len);
	put_message(&whole, &signature, message);
	rc = repo_sign(&signature, repo, &whole);
	if (rc == 0)
		put_message(out, &signature, message);
	buf_release(&signature);
	buf_release(&whole);
	free(name);
	free(address);
	return rc;
}

struct writing {
	const struct repo_file **files; /* sorted */
	struct id *ids;                 /* of their content, in the same order */
	size_t nr;
	const char *message;
	struct id commit;
};

static int read_tree(struct buf *out, const struct id *tree, void *data)
{
	return repo_hint_damage(repo_object(out, data, tree, GIT_OBJECT_TREE, TREE_LIMIT), data);
}

static int write_tree(struct id *out, const struct buf *tree, void *data)
{
	return repo_store(out, data, GIT_OBJECT_TREE, tree->ptr, tree->len);
}

struct splice_store repo_splice_store(struct repo *repo)
{
	return (struct splice_store){ read_tree, write_tree, repo };
}

/* The base's tree with the files in it; `*added` is how many were not there. */
static int make_tree(struct id *tree, size_t *added, struct repo *repo, const struct id *base,
		     const struct writing *writing)
{
	const struct splice_store store = repo_splice_store(repo);
	struct splice *splice = NULL;
	int rc = splice_new(&splice, base, &store);

	*added = 0;
	for (size_t i = 0; i < writing->nr && rc == 0; i++) {
		bool is_new;

		rc = splice_add(&is_new, splice, writing->files[i]->path, &writing->ids[i]);
		*added += is_new;
	}
	if (rc == 0 && *added)
		rc = splice_end(tree, splice);
	splice_free(splice);
	return rc;
}

int repo_store_commit(struct id *out, struct repo *repo, const struct id *tree, const struct id *parents, size_t nr,
		      const char *message)
{
	struct buf text = BUF_INIT;
	int rc = repo_commit_text(&text, repo, tree, parents, nr, message);

	if (rc == 0)
		rc = repo_store(out, repo, GIT_OBJECT_COMMIT, text.ptr, text.len);
	buf_release(&text);
	return rc;
}

static int attempt(struct repo *repo, void *data)
{
	struct writing *writing = data;
	struct checkout *checkout = NULL;
	struct id base, local, tree;
	struct commit parsed = { 0 };
	size_t added = 0;
	int rc = repo_write_base(&base, &local, repo);

	if (rc == 0)
		rc = checkout_prepare(&checkout, repo);
	if (rc == 0)
		rc = repo_read_commit(&parsed, repo, &base);
	if (rc == 0)
		rc = make_tree(&tree, &added, repo, &parsed.tree, writing);
	if (rc < 0)
		goto done;
	writing->commit = base;
	if (!added)
		goto done;
	rc = repo_store_commit(&writing->commit, repo, &tree, &base, 1, writing->message);
	if (rc == 0)
		rc = checkout_advance(checkout, &local, &writing->commit);
	if (rc == 0)
		rc = repo_move_ref(repo, &local, &writing->commit, writing->message);
	if (rc == 0)
		repo->checked.local = writing->commit; /* the same log, with more in it */
done:
	commit_release(&parsed);
	checkout_free(checkout);
	return rc;
}

static int order_files(const void *a, const void *b)
{
	const struct repo_file *const *x = a, *const *y = b;

	return path_order((*x)->path, (*y)->path);
}

/* git's own measure: as many objects in one of 256 folders as there may be in all. */
static bool is_crowded(struct repo *repo)
{
	char *limit = repo_config(repo, "gc.auto"), *path = xstrfmt("%s/objects/17", repo->place.common_dir);
	DIR *dir = opendir(path);
	int64_t most = settings_number(limit, GC_AUTO), nr = 0;
	struct dirent *entry;

	while (dir && most > 0 && (entry = readdir(dir)))
		nr += entry->d_name[0] != '.';
	if (dir)
		closedir(dir);
	free(path);
	free(limit);
	return most > 0 && nr > (most + 255) / 256;
}

/* By a hook: git is at work here, waits for us, and may yet take back what it has so far. */
static bool is_within_git(void)
{
	return getenv("ASYNC_NESTED") || getenv("GIT_INDEX_FILE") || getenv("GIT_QUARANTINE_PATH");
}

/* A post is seven loose objects, and libgit2 never packs any: leave that to git, in the background. */
static void tidy(struct repo *repo)
{
	const char *const argv[] = { "git", "--git-dir", repo->place.common_dir, "maintenance", "run", "--auto", "--quiet",
				     NULL };
	const struct run run = { .argv = argv, .unset = run_git_local_env };

	/* That it cannot be started does not concern the write, which is done. */
	if (!is_within_git() && is_crowded(repo) && repo_config_is_true(repo, "maintenance.auto", true))
		run_detached(&run);
}

/* The files in order, and their blobs stored. To be ended with end_writing(). */
static int begin_writing(struct writing *writing, struct repo *repo, const struct repo_file *files, size_t nr)
{
	int rc = 0;

	writing->files = xcalloc(nr, sizeof(const struct repo_file *));
	writing->ids = xcalloc(nr, sizeof(*writing->ids));
	writing->nr = nr;
	for (size_t i = 0; i < nr; i++)
		writing->files[i] = &files[i];
	qsort(writing->files, nr, sizeof(const struct repo_file *), order_files);
	for (size_t i = 0; i < nr && rc == 0; i++)
		rc = repo_store(&writing->ids[i], repo, GIT_OBJECT_BLOB, writing->files[i]->data, writing->files[i]->len);
	return rc;
}

static void end_writing(struct writing *writing)
{
	free(writing->files);
	free(writing->ids);
}

int repo_commit(struct id *commit, struct repo *repo, const struct repo_file *files, size_t nr, const char *message)
{
	struct writing writing = { .message = message };
	char *name = NULL, *address = NULL;
	int rc = repo_identity(repo, &name, &address); /* before anything is written */

	free(name);
	free(address);
	if (rc < 0)
		return rc;
	rc = begin_writing(&writing, repo, files, nr);
	if (rc == 0)
		rc = repo_retry(repo, attempt, &writing);
	if (rc == 0)
		tidy(repo);
	*commit = writing.commit;
	end_writing(&writing);
	return rc;
}

int repo_compose(struct id *commit, struct repo *repo, const struct id *base, const struct repo_file *files, size_t nr,
		 const char *message)
{
	struct writing writing = { .message = message };
	struct commit parsed = { 0 };
	struct id tree;
	size_t added = 0;
	int rc = repo_need_git(repo);

	if (rc == 0)
		rc = repo_read_commit(&parsed, repo, base);
	if (rc == 0)
		rc = begin_writing(&writing, repo, files, nr);
	if (rc == 0)
		rc = make_tree(&tree, &added, repo, &parsed.tree, &writing);
	*commit = *base;
	if (rc == 0 && added)
		rc = repo_store_commit(commit, repo, &tree, base, 1, message);
	end_writing(&writing);
	commit_release(&parsed);
	return rc;
}
