/* The derived index: opened fresh, brought up to date, or made anew. */
#include "index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "index-internal.h"

/* Pages in the write-ahead log above which they are moved to the file: every start reads the log whole. */
#define MAX_WAL_PAGES 96

static bool is_fresh(const struct index *index)
{
	const struct meta *meta = &index->meta;

	return id_equal(&meta->tips.local, &index->tips.local) && id_equal(&meta->tips.remote, &index->tips.remote) &&
	       index->now >= meta->counts_from && index->now < meta->recheck_at && index->regained == REGAINED_NOTHING;
}

/*
 * Do the file and its write-ahead log belong together? Each change counts up a number in both a
 * row and the file's header, and the row says what the header said when the log was written: a log
 * of another file, one that lost its end after a part of it had been moved to the file, or an older
 * copy of the file beside a newer log show a row that does not fit the header.
 */
static bool is_whole(const struct index *index)
{
	const struct meta *meta = &index->meta;
	uint32_t in_file = index_vfs_version(index->con->db);

	return in_file && meta->base <= in_file && in_file <= meta->sequence && meta->sequence - in_file < 1u << 20;
}

static int count_wal(void *data, sqlite3 *db, const char *name, int pages)
{
	int *wal_pages = data;

	(void)db;
	(void)name;
	*wal_pages = pages;
	return SQLITE_OK;
}

/*
 * Move the write-ahead log to the file, unless somebody is reading the old pages: then the
 * next writer does it. Only this waits for the disk: the log must be there before the file is
 * changed, and the file before the log is cut. A log that loses its end with the power is
 * merely an older one.
 */
static void checkpoint(struct index *index)
{
	if (index_lock_alone(index) && index_exec(index, "PRAGMA synchronous = normal") == 0)
		sqlite3_wal_checkpoint_v2(index->con->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
	error_clear();
}

/* A team that nobody has seen yet, and that new records may change. */
static void forget_team(struct index *index)
{
	if (!index->opened)
		index_forget_team(index);
}

/* Those of an index that is there were found to be a log's when it was made; others are looked at now. */
static int look_up_tips(struct index *index)
{
	return index->opened ? 0 : repo_tips(&index->tips, index->repo);
}

/* 1: to be made anew. */
static int update_in_transaction(struct index *index)
{
	int rc;

	if (index->now < index->meta.counts_from || index->regained == REGAINED_HISTORY)
		return 1;
	forget_team(index);
	rc = index_update(index);
	if (rc != 0)
		return rc;
	index->meta.base = index_vfs_version(index->con->db);
	index->meta.sequence++;
	return index_save_meta(index);
}

static int update(struct index *index)
{
	int wal_pages = 0, rc;

	sqlite3_wal_hook(index->con->db, count_wal, &wal_pages);
	rc = index_exec(index, "PRAGMA synchronous = off; PRAGMA secure_delete = off; BEGIN IMMEDIATE");
	if (rc < 0)
		return rc;
	rc = update_in_transaction(index);
	if (rc == 0)
		rc = index_exec(index, "COMMIT");
	else
		sqlite3_exec(index->con->db, "ROLLBACK", NULL, NULL, NULL);
	sqlite3_wal_hook(index->con->db, NULL, NULL);
	if (rc == 0 && wal_pages > MAX_WAL_PAGES)
		checkpoint(index);
	return rc;
}

/* Connect and look: 0 if it is an index of ours, 1 if it must be made anew. */
static int look(struct index *index)
{
	bool exists;
	int rc;

	if (!index_path_is_ours(index, &exists) || !exists)
		return 1;
	rc = index_connect(index, index->path);
	if (rc == 0)
		rc = index_load_meta(index);
	if (rc == 0 && !is_whole(index))
		return 1;
	return rc == 0 ? index_look_for_lost(index) : rc;
}

/* By one who may write. */
static int bring_up_to_date(struct index *index)
{
	int rc = look_up_tips(index);

	if (rc == 0 && !is_fresh(index))
		rc = update(index);
	if (rc == 0 && !index_lock_reading(index))
		rc = ERR_INDEX;
	return rc == 0 ? index_exec(index, "BEGIN") : rc;
}

static int open_to_write(struct index *index)
{
	int rc = look(index);

	return rc == 0 ? bring_up_to_date(index) : rc;
}

/*
 * Have two others brought the file up to date, one after the other, since we read this
 * sequence? The second looked at the tips after we did, and what it made is as good as what
 * we would make: of many that wait at once one works, not each.
 */
static bool is_done_by_others(struct index *index, uint32_t sequence)
{
	uint32_t changes = index->meta.sequence - sequence;

	if (index->opened || changes < 2 || changes >= 1u << 20)
		return false;
	index->tips = index->meta.tips;
	return is_fresh(index);
}

/* Under the lock, for which we may have waited. */
static int look_again(struct index *index, const struct stamp *before)
{
	uint32_t sequence = index->meta.sequence;
	struct stamp after;
	int rc = 0;

	index_path_stamp(&after, index);
	if (memcmp(before, &after, sizeof(after)) != 0) /* somebody was faster */
		rc = look(index);
	if (rc == 0 && before->file == after.file && is_done_by_others(index, sequence))
		return index_lock_reading(index) ? index_exec(index, "BEGIN") : ERR_INDEX;
	return rc == 0 ? bring_up_to_date(index) : rc;
}

/* The index that is there: 0 if it answers for the tips now, 1 if it must be made anew. */
static int open_existing(struct index *index)
{
	struct stamp before;
	int lock, rc;

	if (!index_lock_reading(index))
		return ERR_INDEX;
	index_path_stamp(&before, index);
	rc = look(index);
	if (rc != 0)
		return rc;
	if (is_fresh(index))
		return index_exec(index, "BEGIN");
	lock = index_lock(index);
	if (lock < 0)
		return ERR_INDEX;
	rc = look_again(index, &before);
	close(lock);
	return rc;
}

/* Make tables and rows in the database that is open and empty. */
static int build(struct index *index)
{
	uint32_t first;
	int rc;

	forget_team(index);
	sqlite3_randomness(sizeof(first), &first);
	rc = index_exec(index, "PRAGMA journal_mode = off; PRAGMA synchronous = off; PRAGMA secure_delete = off; "
			       "PRAGMA temp_store = memory; PRAGMA cache_size = -16000");
	if (rc == 0)
		rc = index_create_tables(index);
	if (rc == 0)
		rc = index_exec(index, "BEGIN");
	if (rc == 0)
		rc = index_fill(index);
	if (rc < 0)
		return rc;
	index->meta.sequence = 1 + (first >> 2); /* whatever, but its own */
	rc = index_save_meta(index);
	return rc == 0 ? index_exec(index, "COMMIT") : rc;
}

static void remove_with(const char *path, const char *suffix)
{
	char *name = xstrfmt("%s%s", path, suffix);

	unlink(name);
	free(name);
}

static int build_file(struct index *index)
{
	char *made = index_path_made(index);
	int rc;

	unlink(made);
	remove_with(made, "-wal");
	rc = index_connect(index, made);
	if (rc == 0)
		rc = build(index);
	if (rc == 0)
		rc = index_exec(index, "PRAGMA journal_mode = wal");
	connection_free(index->con);
	index->con = NULL;
	if (rc == 0) {
		remove_with(index->path, "-wal");
		if (rename(made, index->path) != 0)
			rc = ERR_INDEX;
	}
	if (rc < 0)
		unlink(made);
	free(made);
	return rc;
}

/* Make the file anew, once for all that find it missing. */
static int renew_file(struct index *index, bool forced)
{
	int lock, rc = 1;

	index_unlock_reading(index);
	lock = index_lock(index);
	if (lock < 0)
		return ERR_INDEX;
	if (!forced) /* somebody else may have made it while we waited */
		rc = open_to_write(index);
	if (rc == 1 || rc == ERR_INDEX) {
		rc = look_up_tips(index);
		if (rc == 0)
			rc = build_file(index);
		if (rc == 0)
			rc = open_to_write(index);
		if (rc == 1)
			rc = ERR_INDEX;
	}
	close(lock);
	return rc;
}

static int build_in_memory(struct index *index)
{
	int rc = look_up_tips(index);

	if (rc < 0)
		return rc;
	index_unlock_reading(index);
	rc = index_connect(index, NULL);
	return rc == 0 ? build(index) : rc;
}

/* From the place that is chosen on, down to memory, which must do. */
static int renew(struct index *index, bool forced)
{
	int rc = ERR_INDEX;

	for (; index->where < 2 && rc == ERR_INDEX; index->where += rc == ERR_INDEX)
		if (index_place(index, index->log_dir, index->where)) {
			rc = forced ? 1 : open_existing(index);
			if (rc == 1 || rc == ERR_INDEX)
				rc = renew_file(index, forced);
		}
	if (rc != ERR_INDEX)
		return rc;
	index_place(index, NULL, 2);
	rc = build_in_memory(index);
	return rc == ERR_INDEX ? ERR_FAILED : rc;
}

int index_open(struct index **out, struct repo *repo, const struct tips *tips, const struct index_options *options)
{
	struct index *index = xcalloc(1, sizeof(*index));
	int rc;

	*out = NULL;
	index->repo = repo;
	index->previous = options->previous;
	index->reading = -1;
	index->tips = *tips;
	index->now = options->at ? options->at : options->now;
	index->at = options->at;
	index->log_dir = options->dir ? xstrdup(options->dir) : NULL;
	rc = renew(index, options->rebuild);
	index->opened = true;
	if (rc < 0)
		index_close(index);
	else
		*out = index;
	return rc;
}

/* The file as it is. 0, or whatever is the matter with it. */
static int recall(struct index *index)
{
	char *path = xstrfmt("%s/index.read", index->log_dir);
	int rc = access(path, R_OK | W_OK) == 0 && index_place(index, index->log_dir, 0) && index_lock_reading(index) ?
			 look(index) : ERR_INDEX;

	index->where = 2; /* no other is made in its place */
	index->opened = true;
	index->tips = index->meta.tips;
	if (rc == 0)
		rc = index_exec(index, "BEGIN");
	if (rc == 0)
		rc = index_load_team(index, true);
	free(path);
	return rc;
}

int index_recall_team(struct team **out, struct tips *tips, struct repo *repo, const struct index_options *options)
{
	struct index *index = xcalloc(1, sizeof(*index));
	int rc;

	*out = NULL;
	index->repo = repo;
	index->reading = -1;
	index->now = options->now;
	index->log_dir = xstrdup(options->dir);
	rc = recall(index);
	*tips = index->meta.tips;
	if (rc == 0) {
		*out = index->team;
		index->team = NULL; /* no record of it is left to be read from us */
	}
	index_close(index);
	return rc == 0 ? 0 : error_set(ERR_NOTFOUND, "no index can be used in '%s'", options->dir);
}

void index_close(struct index *index)
{
	if (!index)
		return;
	index_forget_connection(index);
	index_unlock_reading(index);
	while (index->retired) {
		struct connection *con = index->retired;

		index->retired = con->next;
		connection_free(con);
	}
	index_people_release(index);
	pool_release(&index->pool);
	free(index->meta.founder);
	free(index->failure);
	free(index->log_dir);
	free(index->dir);
	free(index->path);
	free(index);
}

/* Damage was found while reading. First a new file, then memory. */
static int recover(struct index *index)
{
	int rc;

	if (index->where >= 2)
		return ERR_FAILED;
	if (index->rebuilds++)
		index->where = 2;
	rc = renew(index, true);
	if (rc < 0)
		index->failure = xstrdup(error_last()); /* what there is now is a part */
	return rc;
}

int index_try(struct index *index, int (*fn)(struct index *index, void *data), void *data)
{
	int rc;

	if (index->failure)
		return error_set(ERR_FAILED, "%s", index->failure);
	while ((rc = fn(index, data)) == ERR_INDEX) {
		rc = recover(index);
		if (rc < 0)
			break;
	}
	return rc;
}

void index_root(struct id *out, const struct index *index)
{
	*out = index->meta.root;
}

size_t index_count(struct index *index)
{
	return (size_t)index->meta.records;
}

size_t index_unreadable(struct index *index)
{
	return (size_t)index->meta.unreadable;
}
