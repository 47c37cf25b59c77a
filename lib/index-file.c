/*
 * Where the index is kept, its connection, and its two locks.
 *
 * Who reads holds `index.read` shared; who writes holds `index.lock`. A writer only adds to
 * the write-ahead log, which disturbs no reader, because each has looked once how far it
 * goes. Moving the log into the file does, and so needs `index.read` alone; where others
 * are reading it is left to the next writer. Both locks go with their process.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "index-internal.h"
#include "lock.h"

/* How long to wait for a lock, and how often that, as long as its holders get on: it may be made anew. */
#define LOCK_SECONDS 10
#define LOCK_WAITS 6

static bool is_our_dir(const char *dir)
{
	struct stat st;

	return lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
	       access(dir, R_OK | W_OK | X_OK) == 0;
}

static bool make_dir(const char *dir)
{
	return is_our_dir(dir) || (mkdir(dir, 0700) == 0 && is_our_dir(dir));
}

/* "~/.cache/async/<hash of the log's folder>", made if need be; NULL if that cannot be. */
static char *cache_dir(const char *log_dir)
{
	const char *home = getenv("HOME"), *base = getenv("XDG_CACHE_HOME");
	char hex[ID_HEX + 1];
	struct id hash;
	char *top, *async, *dir = NULL;

	if (base && *base == '/')
		top = xstrdup(base);
	else if (home && *home == '/')
		top = xstrfmt("%s/.cache", home);
	else
		return NULL;
	repo_hash(&hash, log_dir, strlen(log_dir));
	id_hex(hex, &hash);
	async = xstrfmt("%s/async", top);
	if (make_dir(top) && make_dir(async))
		dir = xstrfmt("%s/%s", async, hex);
	if (dir && !make_dir(dir)) {
		free(dir);
		dir = NULL;
	}
	free(async);
	free(top);
	return dir;
}

bool index_place(struct index *index, const char *log_dir, int where)
{
	char *dir = NULL;

	free(index->dir);
	free(index->path);
	index->dir = index->path = NULL;
	index->stuck = false;
	if (where == 2)
		return true;
	if (!log_dir || index->at)
		return false;
	if (where == 1)
		dir = cache_dir(log_dir);
	else if (make_dir(log_dir))
		dir = xstrdup(log_dir);
	if (dir)
		index->dir = realpath(dir, NULL); /* SQLite is told to follow no link on the way */
	free(dir);
	if (index->dir)
		index->path = xstrfmt("%s/index.db", index->dir);
	return index->path != NULL;
}

/* A file that only we write to: a plain one, that has no other name. */
static bool is_own(const struct stat *st)
{
	return S_ISREG(st->st_mode) && st->st_uid == geteuid() && st->st_nlink == 1;
}

bool index_path_is_ours(const struct index *index, bool *exists)
{
	struct stat st;
	char *wal = xstrfmt("%s-wal", index->path);
	bool ours = lstat(wal, &st) != 0 || is_own(&st);

	free(wal);
	*exists = lstat(index->path, &st) == 0;
	return ours && (!*exists || is_own(&st));
}

char *index_path_made(const struct index *index)
{
	return xstrfmt("%s/index.new", index->dir);
}

void index_path_stamp(struct stamp *out, const struct index *index)
{
	char *wal = xstrfmt("%s-wal", index->path);
	struct stat st;

	memset(out, 0, sizeof(*out));
	if (stat(index->path, &st) == 0)
		out->file = st.st_ino;
	if (stat(wal, &st) == 0) {
		out->wal_size = st.st_size;
		out->wal_changed = st.st_mtim;
	}
	free(wal);
}

static void set_up_sqlite(void)
{
	static bool done;

	if (done)
		return;
	sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	done = true;
}

/* What only a database that is being read or brought up to date is kept from, or spared. */
static void protect(sqlite3 *db)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL); /* it waits for the disk */
}

int index_connect(struct index *index, const char *path)
{
	struct connection *con = xcalloc(1, sizeof(*con));
	bool is_new = !path || strcmp(path, index->path) != 0;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	const char *vfs;
	int rc;

	set_up_sqlite();
	vfs = index_vfs();
	index_forget_connection(index);
	index->con = con;
	if (is_new)
		flags |= SQLITE_OPEN_CREATE;
	rc = sqlite3_open_v2(path ? path : ":memory:", &con->db, flags, vfs);
	if (rc != SQLITE_OK)
		return index_failed(index);
	sqlite3_extended_result_codes(con->db, 1);
	sqlite3_wal_autocheckpoint(con->db, 0);
	sqlite3_db_config(con->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(con->db, SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0, NULL);
	sqlite3_limit(con->db, SQLITE_LIMIT_ATTACHED, 0);
	sqlite3_limit(con->db, SQLITE_LIMIT_LENGTH, 16 << 20);
	if (!is_new)
		protect(con->db);
	return index_exec(index, "PRAGMA locking_mode = exclusive");
}

void index_forget_connection(struct index *index)
{
	struct connection *con = index->con;

	index->con = NULL;
	if (!con)
		return;
	con->next = index->retired;
	index->retired = con;
}

/* What those change who hold a lock, unless they stand still. */
struct progress {
	struct stamp file;
	off_t made_size;
	struct timespec made_changed;
};

static void look_for_progress(struct progress *out, const struct index *index)
{
	char *made = index_path_made(index);
	struct stat st;

	memset(out, 0, sizeof(*out));
	index_path_stamp(&out->file, index);
	if (stat(made, &st) == 0) {
		out->made_size = st.st_size;
		out->made_changed = st.st_mtim;
	}
	free(made);
}

/* Wait for a lock that others hold; false: for too long. */
static bool wait_for(const struct index *index, int fd, int how)
{
	int seconds = repo_lock_seconds(index->repo, LOCK_SECONDS);
	struct progress before, after;

	look_for_progress(&after, index);
	for (int i = 0; i < LOCK_WAITS; i++) {
		before = after;
		if (lock_wait(fd, how, -1, seconds) == 0)
			return true;
		look_for_progress(&after, index);
		if (!memcmp(&before, &after, sizeof(after)))
			break;
	}
	return false;
}

/* Take or change a lock; false if others hold it, or held it when it was asked for before. */
static bool take(struct index *index, int fd, int how)
{
	if (flock(fd, how | LOCK_NB) == 0)
		return true;
	index->stuck = index->stuck || errno != EWOULDBLOCK || !wait_for(index, fd, how);
	return !index->stuck;
}

static int open_lock(const struct index *index, const char *name)
{
	char *path = xstrfmt("%s/%s", index->dir, name);
	struct stat st;
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);

	free(path);
	if (fd >= 0 && (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

int index_lock(struct index *index)
{
	int fd = open_lock(index, "index.lock");

	if (fd >= 0 && !take(index, fd, LOCK_EX)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool index_lock_reading(struct index *index)
{
	if (index->reading < 0)
		index->reading = open_lock(index, "index.read");
	return index->reading >= 0 && take(index, index->reading, LOCK_SH);
}

bool index_lock_alone(struct index *index)
{
	if (index->reading < 0)
		index->reading = open_lock(index, "index.read");
	return index->reading >= 0 && flock(index->reading, LOCK_EX | LOCK_NB) == 0;
}

void index_unlock_reading(struct index *index)
{
	if (index->reading >= 0)
		close(index->reading);
	index->reading = -1;
}
