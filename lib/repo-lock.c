/*
 * The write lock, and what a writer that is killed leaves behind.
 *
 * Writers of async queue (lock.h), of which git itself knows nothing. A writer killed while
 * it holds git's own lock on the ref would block everybody for ever; so before touching the
 * ref it leaves a marker, the id it is about to publish, in the file it holds the flock on.
 * The next writer that finds a marker knows its owner is dead, and removes exactly that
 * lock. (So it is with the lock on the index of a work tree that has the branch checked out,
 * repo-staging.c.)
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "lock.h"
#include "repo-git.h"

#define LOCK_SECONDS 60 /* how long to queue behind other writers */
#define SETTLE_MILLISECONDS 100

/* ---- what is left behind */

char *repo_ref_lock_path(const struct repo *repo)
{
	return xstrfmt("%s/%s.lock", repo->place.common_dir, repo->ref);
}

/* A marker is a line: the id, and the ref that was to be moved there. */
#define MARKER_MAX (ID_HEX + 1 + 1024)

/* Is the lock's content the dead writer's: its id, or nothing yet (and that for a while)? */
static bool is_left_behind(const char *path, const char *marker)
{
	struct buf text = BUF_INIT;
	struct stat before, after;
	bool yes = false;

	if (stat(path, &before) == 0 && buf_read_file(&text, path, 4096) == 0) {
		if (text.len >= ID_HEX) {
			yes = strncmp(text.ptr, marker, ID_HEX) == 0;
		} else if (text.len == 0) {
			/* git's own lock is empty too, but only for a moment. */
			repo_sleep(SETTLE_MILLISECONDS);
			yes = stat(path, &after) == 0 && after.st_ino == before.st_ino && after.st_size == 0;
		}
	}
	buf_release(&text);
	return yes;
}

/* We hold the flock, so whoever left a marker in it is dead: clear away the lock it left with it. */
static void heal(struct repo *repo)
{
	char marker[MARKER_MAX + 1] = "";
	struct id id;
	ssize_t len = pread(repo->lock_fd, marker, MARKER_MAX, 0);

	if (len <= 0)
		return;
	marker[strcspn(marker, "\n")] = '\0';
	if (strlen(marker) > ID_HEX && marker[ID_HEX] == ' ' && id_parse(&id, marker, ID_HEX) &&
	    repo_ref_is_valid(marker + ID_HEX + 1)) {
		char *path = xstrfmt("%s/%s.lock", repo->place.common_dir, marker + ID_HEX + 1);

		if (is_left_behind(path, marker))
			unlink(path);
		free(path);
		checkout_heal(repo, marker);
	}
	if (ftruncate(repo->lock_fd, 0) < 0)
		return; /* it is found, and judged by its content, again */
}

/* ---- the lock */

/* A file that only we write to: a plain one, that has no other name. */
static int open_own(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink != 1)) {
		close(fd);
		errno = EMLINK;
		return -1;
	}
	return fd;
}

static int open_files(struct repo *repo, const char *dir)
{
	int dir_fd;

	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return -1;
	dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dir_fd < 0)
		return -1;
	repo->queue_fd = open_own(dir_fd, "queue");
	repo->lock_fd = open_own(dir_fd, "lock");
	close(dir_fd);
	return repo->lock_fd;
}

int repo_lock(struct repo *repo)
{
	char *dir;
	int rc = 0;

	if (repo->lock_fd >= 0)
		return 0;
	dir = xstrfmt("%s/async", repo->place.common_dir);
	if (open_files(repo, dir) < 0)
		rc = error_set(ERR_FAILED, "cannot write to '%s': %s", dir, strerror(errno));
	else if (lock_wait(repo->lock_fd, LOCK_EX, repo->queue_fd, LOCK_SECONDS) < 0)
		rc = error_set(ERR_FAILED, "cannot lock '%s/lock': %s", dir,
			       errno == EINTR ? "another async has held it for a minute" : strerror(errno));
	if (rc == 0)
		heal(repo);
	else
		repo_unlock(repo);
	free(dir);
	return rc;
}

void repo_unlock(struct repo *repo)
{
	if (repo->lock_fd >= 0)
		close(repo->lock_fd);
	if (repo->queue_fd >= 0)
		close(repo->queue_fd); /* the next in the queue wakes: now the lock is free */
	repo->lock_fd = repo->queue_fd = -1;
}

/* ---- the marker */

int repo_mark(struct repo *repo, const char *ref, const struct id *id)
{
	char hex[ID_HEX + 1], *marker;
	ssize_t len;
	int rc = 0;

	id_hex(hex, id);
	marker = xstrfmt("%s %s\n", hex, ref);
	len = (ssize_t)strlen(marker);
	if (len <= MARKER_MAX && pwrite(repo->lock_fd, marker, (size_t)len, 0) != len)
		rc = error_set(ERR_FAILED, "cannot write '%s/async/lock': %s", repo->place.common_dir, strerror(errno));
	free(marker);
	return rc;
}

void repo_unmark(struct repo *repo)
{
	if (ftruncate(repo->lock_fd, 0) < 0)
		return; /* the next writer finds the marker, and that nothing is left behind */
}
