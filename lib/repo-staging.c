/*
 * The index of a work tree, changed under git's own lock.
 *
 * libgit2 would take index.lock itself and leave it behind when it is killed, where it
 * blocks us and git for ever. Here the lock comes into being with the id of the commit
 * that is on its way, which the marker in our own lock (repo-commit.c) names too. So it
 * proves whose it was, and the next writer clears it away. The new index is written
 * beside it, as a copy, and takes the old one's place at once.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define INDEX_LIMIT ((size_t)1 << 30)

struct staging {
	char *index, *lock, *copy; /* paths */
	bool locked;
	git_index *git; /* of the copy */
};

static struct staging *staging_new(const char *git_dir)
{
	struct staging *staging = xcalloc(1, sizeof(*staging));

	staging->index = xstrfmt("%s/index", git_dir);
	staging->lock = xstrfmt("%s/index.lock", git_dir);
	staging->copy = xstrfmt("%s/index.async", git_dir);
	return staging;
}

/* The copy is ours alone, whoever left it: we hold the write lock. */
static void remove_copy(const struct staging *staging)
{
	char *lock = xstrfmt("%s.lock", staging->copy); /* libgit2's, while it writes the copy */

	unlink(lock);
	unlink(staging->copy);
	free(lock);
}

static bool put_new(const char *path, const struct buf *data)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
	bool ok = fd >= 0 && buf_write(fd, data);

	if (fd >= 0 && close(fd) < 0)
		ok = false;
	return ok;
}

/* Nobody must see the lock empty; only where files cannot be linked it is so for a moment. */
static bool put_lock(const struct staging *staging, const struct buf *mark)
{
	if (!put_new(staging->copy, mark))
		return false;
	if (link(staging->copy, staging->lock) < 0 && (errno == EEXIST || !put_new(staging->lock, mark)))
		return false;
	unlink(staging->copy);
	return true;
}

static int take_lock(struct staging *staging, const struct id *id)
{
	char hex[ID_HEX + 1];
	struct buf mark = BUF_INIT;
	int rc = 0;

	id_hex(hex, id);
	buf_addf(&mark, "%s\n", hex);
	remove_copy(staging);
	staging->locked = put_lock(staging, &mark);
	if (!staging->locked && errno == EEXIST)
		rc = error_set(ERR_CONFLICT, "'%s' exists: another git seems to run there", staging->lock);
	else if (!staging->locked)
		rc = error_set(ERR_FAILED, "cannot write '%s': %s", staging->lock, strerror(errno));
	buf_release(&mark);
	return rc;
}

static int copy_index(const struct staging *staging)
{
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, staging->index, INDEX_LIMIT);

	if (rc == ERR_NOTFOUND) /* nothing was ever staged there */
		rc = 0;
	else if (rc == 0 && !put_new(staging->copy, &text))
		rc = error_set(ERR_FAILED, "cannot write '%s': %s", staging->copy, strerror(errno));
	buf_release(&text);
	return rc;
}

int staging_open(struct staging **out, const char *git_dir, const struct id *id)
{
	struct staging *staging = staging_new(git_dir);
	int rc = take_lock(staging, id);

	if (rc == 0)
		rc = copy_index(staging);
	if (rc == 0) {
		rc = git_index_open(&staging->git, staging->copy);
		if (rc < 0)
			rc = error_git(rc, "cannot read '%s'", staging->index);
	}
	if (rc < 0) {
		staging_close(staging);
		staging = NULL;
	}
	*out = staging;
	return rc;
}

int staging_add(struct staging *staging, const git_index_entry *entry)
{
	int rc = git_index_add(staging->git, entry);

	return rc < 0 ? error_git(rc, "cannot add '%s' to '%s'", entry->path, staging->index) : 0;
}

int staging_write(struct staging *staging)
{
	int rc = git_index_write(staging->git);

	if (rc < 0)
		return error_git(rc, "cannot write '%s'", staging->index);
	if (rename(staging->copy, staging->index) < 0)
		return error_set(ERR_FAILED, "cannot write '%s': %s", staging->index, strerror(errno));
	return 0;
}

void staging_close(struct staging *staging)
{
	if (!staging)
		return;
	git_index_free(staging->git);
	if (staging->locked) {
		remove_copy(staging);
		unlink(staging->lock);
	}
	free(staging->copy);
	free(staging->lock);
	free(staging->index);
	free(staging);
}

void staging_heal(const char *git_dir, const char *marker)
{
	struct staging *staging = staging_new(git_dir);
	struct buf text = BUF_INIT;

	if (access(staging->lock, F_OK) == 0 && buf_read_file(&text, staging->lock, ID_HEX + 1) == 0 &&
	    text.len == ID_HEX + 1 && strncmp(text.ptr, marker, ID_HEX) == 0) {
		remove_copy(staging);
		unlink(staging->lock);
	}
	buf_release(&text);
	staging_close(staging);
}
