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
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
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
#define WIRE_LIMIT ((size_t)64 << 10)
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

/*
 * The lock on the ref that a marker names is cleared away if it is the dead one's. A marker without an
 * id (all zeros) is of a ref that nobody but those under its lock ever moves.
 */
static bool heal_ref(struct repo *repo, const char *marker)
{
	struct id id;
	char *path;

	if (strlen(marker) <= ID_HEX || marker[ID_HEX] != ' ' || !id_parse(&id, marker, ID_HEX) ||
	    !repo_ref_is_valid(marker + ID_HEX + 1))
		return false;
	path = xstrfmt("%s/%s.lock", repo->place.common_dir, marker + ID_HEX + 1);
	if (access(path, F_OK) == 0 && (id_is_zero(&id) || is_left_behind(path, marker)))
		unlink(path);
	free(path);
	return true;
}

/* We hold the flock, so whoever left a marker in it is dead: clear away the lock it left with it. */
static void heal(struct repo *repo)
{
	char marker[MARKER_MAX + 1] = "";
	ssize_t len = pread(repo->lock_fd, marker, MARKER_MAX, 0);

	if (len <= 0)
		return;
	marker[strcspn(marker, "\n")] = '\0';
	if (heal_ref(repo, marker))
		checkout_heal(repo, marker);
	if (ftruncate(repo->lock_fd, 0) < 0)
		return; /* it is found, and judged by its content, again */
}

/* ---- the lock */

/* A file that only we write to: a plain one, that has no other name. */
static int open_own(int dir_fd, const char *name)
{
	int fd = openat(dir_fd, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0666);
	struct stat st;
	int cause;

	if (fd < 0)
		return fd;
	cause = fstat(fd, &st) < 0 ? errno : !S_ISREG(st.st_mode) || st.st_nlink != 1 ? EMLINK : 0;
	if (cause) {
		close(fd);
		errno = cause;
		return -1;
	}
	return fd;
}

/* The private folder, made if it is missing; -1. */
static int open_folder(const char *dir)
{
	if (mkdir(dir, 0777) < 0 && errno != EEXIST)
		return -1;
	return open(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
}

static int open_files(struct repo *repo, const char *dir)
{
	int dir_fd = open_folder(dir);

	if (dir_fd < 0)
		return -1;
	repo->queue_fd = open_own(dir_fd, "queue");
	repo->lock_fd = open_own(dir_fd, "lock");
	close(dir_fd);
	return repo->lock_fd;
}

/* Who holds the flock: the kernel says so by the file's number; 0: it does not say. */
static long find_holder(int fd)
{
	FILE *locks = fopen("/proc/locks", "re");
	unsigned long long number;
	char line[256];
	long holder = 0, pid;
	struct stat st;

	while (locks && fstat(fd, &st) == 0 && !holder && fgets(line, sizeof(line), locks))
		if (sscanf(line, "%*s FLOCK %*s WRITE %ld %*x:%*x:%llu", &pid, &number) == 2 && number == st.st_ino)
			holder = pid;
	if (locks)
		fclose(locks);
	return holder;
}

/* lock_wait() knows no 0. */
int repo_lock_seconds(struct repo *repo, int otherwise)
{
	char *value = repo_config(repo, "core.filesreflocktimeout");
	int64_t milliseconds = settings_number(value, (int64_t)otherwise * 1000);

	free(value);
	if (milliseconds < 0 || milliseconds > INT32_MAX)
		return otherwise;
	return milliseconds ? (int)((milliseconds + 999) / 1000) : 1;
}

static int held_too_long(const struct repo *repo, const char *dir, int seconds)
{
	long holder = find_holder(repo->lock_fd);

	if (!holder)
		return error_set(ERR_FAILED, "cannot lock '%s/lock': another async has held it for %d s", dir, seconds);
	error_set(ERR_FAILED, "cannot lock '%s/lock': process %ld has held it for %d s", dir, holder, seconds);
	error_hint("if it is stopped or stuck, end it: the lock goes with it");
	return ERR_FAILED;
}

int repo_lock(struct repo *repo)
{
	int seconds;
	char *dir;
	int rc = 0;

	if (repo->lock_fd >= 0)
		return 0;
	rc = repo_need_git(repo); /* now, because nobody should wait for that behind us */
	if (rc < 0)
		return rc;
	dir = xstrfmt("%s/async", repo->place.common_dir);
	seconds = repo_lock_seconds(repo, LOCK_SECONDS);
	if (open_files(repo, dir) < 0)
		rc = error_set(ERR_FAILED, "cannot write to '%s': %s", dir, strerror(errno));
	else if (lock_wait(repo->lock_fd, LOCK_EX, repo->queue_fd, seconds) < 0)
		rc = errno == EINTR ? held_too_long(repo, dir, seconds) :
				      error_set(ERR_FAILED, "cannot lock '%s/lock': %s", dir, strerror(errno));
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

/* The caller frees. */
static char *make_marker(const char *ref, const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	return xstrfmt("%s %s\n", hex, ref);
}

static int cannot_mark(const struct repo *repo, const char *name)
{
	return error_set(ERR_FAILED, "cannot write '%s/async/%s': %s", repo->place.common_dir, name, strerror(errno));
}

int repo_mark(struct repo *repo, const char *ref, const struct id *id)
{
	char *marker = make_marker(ref, id);
	ssize_t len = (ssize_t)strlen(marker);
	int rc = 0;

	if (len <= MARKER_MAX && pwrite(repo->lock_fd, marker, (size_t)len, 0) != len)
		rc = cannot_mark(repo, "lock");
	free(marker);
	return rc;
}

void repo_unmark(struct repo *repo)
{
	if (ftruncate(repo->lock_fd, 0) < 0)
		return; /* the next writer finds the marker, and that nothing is left behind */
}

/* ---- those that run git, which moves refs for them */

#define SINCE "since %lld.%ld\n" /* before each of their markers */

static bool is_since(const struct timespec *at, const struct timespec *since)
{
	return at->tv_sec > since->tv_sec || (at->tv_sec == since->tv_sec && at->tv_nsec >= since->tv_nsec);
}

/* When the first of those who left markers began: since then, nobody has found them all gone. */
static bool began(struct timespec *since, int fd)
{
	char line[64] = "";
	long long seconds;

	if (pread(fd, line, sizeof(line) - 1, 0) <= 0 || sscanf(line, SINCE, &seconds, &since->tv_nsec) != 2)
		return false;
	since->tv_sec = (time_t)seconds;
	return true;
}

/*
 * git leaves a pack that it could not finish (tmp_pack_…) to a later gc, for two weeks; a server that
 * breaks off again and again would fill the disk. What is younger than the first marker and open in no
 * program (that is what a lease proves) was left by a fetch of ours. (Not than the last marker: git
 * goes on when we are killed, and may die only after others have come and gone.)
 */
static void sweep_packs(const struct repo *repo)
{
	char *dir = xstrfmt("%s/objects/pack", repo->place.common_dir);
	struct timespec since = { 0 };
	DIR *packs = began(&since, repo->wire_fd) ? opendir(dir) : NULL;
	struct dirent *entry;
	struct stat st;

	while (packs && (entry = readdir(packs))) {
		int fd = -1;

		if (strncmp(entry->d_name, "tmp_pack_", 9) == 0)
			fd = openat(dirfd(packs), entry->d_name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (fd < 0)
			continue;
		if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && is_since(&st.st_ctim, &since) &&
		    fcntl(fd, F_SETLEASE, F_RDLCK) == 0)
			unlinkat(dirfd(packs), entry->d_name, 0);
		close(fd);
	}
	if (packs)
		closedir(packs);
	free(dir);
}

/* Nobody else is at it: what their markers name was left behind by dead ones. */
static void heal_wire(struct repo *repo)
{
	struct buf markers = BUF_INIT;

	if (lseek(repo->wire_fd, 0, SEEK_END) > repo->wire_marked)
		sweep_packs(repo);
	if (lseek(repo->wire_fd, 0, SEEK_SET) == 0 && buf_read(&markers, repo->wire_fd, WIRE_LIMIT) == 0)
		for (char *p = markers.ptr, *end; (end = strchr(p, '\n')); p = end + 1) {
			*end = '\0';
			heal_ref(repo, p);
		}
	if (ftruncate(repo->wire_fd, 0) < 0)
		errno = 0; /* they are found, and judged, again */
	repo->wire_marked = 0;
	buf_release(&markers);
}

int repo_wire_open(struct repo *repo)
{
	char *dir = xstrfmt("%s/async", repo->place.common_dir);
	int dir_fd = open_folder(dir);

	repo->wire_fd = dir_fd < 0 ? -1 : open_own(dir_fd, "wire");
	if (dir_fd >= 0)
		close(dir_fd);
	free(dir);
	if (repo->wire_fd < 0)
		return cannot_mark(repo, "wire");
	/* git inherits it, and so holds it for as long as it runs, also if we are killed. */
	fcntl(repo->wire_fd, F_SETFD, 0);
	fcntl(repo->wire_fd, F_SETFL, O_APPEND);
	repo->wire_marked = 0;
	if (flock(repo->wire_fd, LOCK_EX | LOCK_NB) == 0)
		heal_wire(repo);
	if (flock(repo->wire_fd, LOCK_SH) < 0)
		return error_set(ERR_FAILED, "cannot lock '%s/async/wire': %s", repo->place.common_dir, strerror(errno));
	return 0;
}

int repo_wire_mark(struct repo *repo, const char *ref, const struct id *id)
{
	static const struct id nobody;
	char *marker = make_marker(ref, id ? id : &nobody);
	struct buf text = BUF_INIT;
	struct stat st;
	int rc = 0;

	/* The time is the file's own, of when it was emptied if this is the first: no other clock gave the packs theirs. */
	if (fstat(repo->wire_fd, &st) == 0)
		buf_addf(&text, SINCE, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	buf_addf(&text, "%s", marker);
	if (write(repo->wire_fd, text.ptr, text.len) != (ssize_t)text.len)
		rc = cannot_mark(repo, "wire");
	else
		repo->wire_marked += (off_t)text.len;
	buf_release(&text);
	free(marker);
	return rc;
}

void repo_wire_sweep(struct repo *repo)
{
	if (repo->wire_fd < 0 || flock(repo->wire_fd, LOCK_EX | LOCK_NB) < 0)
		return;
	sweep_packs(repo);
	flock(repo->wire_fd, LOCK_SH); /* what is still to be done, others may do beside us */
}

void repo_wire_close(struct repo *repo)
{
	if (repo->wire_fd < 0)
		return;
	if (flock(repo->wire_fd, LOCK_EX | LOCK_NB) == 0)
		heal_wire(repo);
	close(repo->wire_fd);
	repo->wire_fd = -1;
}
