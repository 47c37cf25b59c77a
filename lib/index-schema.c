/* The tables of the index. */
#include <string.h>
#include <stdlib.h>

#include "async/alloc.h"
#include "index-internal.h"

/*
 * Texts that come again and again (levels, outcomes, reasons) stand once, in `text`; people
 * once, in `person`. NULL stands for 0 or for "as the column before it" and costs no byte.
 * Schemas are parsed at every start, so tables are few and have no constraints that only
 * repeat what the code does.
 */
static const char tables[] =
	"CREATE TABLE meta(schema INT, local, remote, root, founder, counts_from INT, recheck_at INT, last_at INT,"
	" records INT, unreadable INT, lost INT, sequence INT, base INT);"
	/* root: of its thread; parent: what it hangs on, NULL also if that is not here */
	"CREATE TABLE record(n INTEGER PRIMARY KEY, prefix INT, rest, date INT, kind INT, what INT, author INT,"
	" root INT, parent INT, why INT, flags INT);"
	/* whose words are found for a record (0: none are), where that is not only itself */
	"CREATE TABLE said(n INTEGER PRIMARY KEY, subject INT, body INT, links INT, files INT, transcript INT);"
	/* records that hang on what is not here, or on what has no thread */
	"CREATE TABLE orphan(n INTEGER PRIMARY KEY, target);"
	/* threads, by their root */
	"CREATE TABLE post(n INTEGER PRIMARY KEY, subject TEXT, author INT, type INT, what INT, level INT, state INT,"
	" date INT, due INT, last INT, replies INT, parts INT, open INT, flags INT, tags TEXT);"
	/* answered: the first answer; took: that in minutes of their working time, NULL if none of it;
	   remind: when there is something to be said next, NULL: never; step: of escalation, that began it,
	   because `late` had not answered when it was due: `missed` */
	"CREATE TABLE part(root INT, seq INT, ask INT, person INT, author INT, item INT, grp INT, need INT, level INT,"
	" state INT, outcome INT, post_at INT, asked_at INT, due INT, asked_due INT, acked INT, promised INT,"
	" settled INT, assumed INT, waits INT, answered INT, took INT, remind INT, step INT, late INT,"
	" missed INT,"
	" PRIMARY KEY(root, seq)) WITHOUT ROWID;"
	"CREATE TABLE tag(root INT, tag INT, PRIMARY KEY(root, tag)) WITHOUT ROWID;"
	/* when a record dated ahead begins to count in a thread (root 0: in the team), or a step of escalation comes */
	"CREATE TABLE recheck(at INT, root INT, PRIMARY KEY(at, root)) WITHOUT ROWID;"
	"CREATE TABLE text(n INTEGER PRIMARY KEY, text TEXT UNIQUE);"
	/* deputy: whoever answers for them; of somebody who is gone the parts are theirs. groups: "a,b" */
	"CREATE TABLE person(n INTEGER PRIMARY KEY, key TEXT UNIQUE, handle TEXT, shown TEXT, name TEXT, gone INT,"
	" deputy INT, groups TEXT);"
	"CREATE TABLE alias(name TEXT PRIMARY KEY, person INT) WITHOUT ROWID;"
	"CREATE TABLE calendar(person INTEGER PRIMARY KEY, at INT, assumed INT, map TEXT);"
	/* about: which person or calendar; good: it counts, with all of its keys; off: whose time off it is (their
	   key), if it counts and is nothing else */
	"CREATE TABLE admin(n INTEGER PRIMARY KEY, id, date INT, about TEXT, committer TEXT, good INT, off TEXT);"
	/* apart: time off, which is most of them, is hardly ever read */
	"CREATE TABLE admin_text(n INTEGER PRIMARY KEY, text);"
	/* path: of a file that cannot be read; else NULL, as the two after it */
	"CREATE TABLE redaction(id PRIMARY KEY, committer TEXT, path TEXT, author TEXT, date INT) WITHOUT ROWID;"
	/* of person records about keys. key: that signed the commit, NULL if none did; refused: it was given up
	   where this commit was not known */
	"CREATE TABLE signature(id PRIMARY KEY, path TEXT, made_by, key TEXT, refused INT) WITHOUT ROWID;"
	"CREATE TABLE unreadable(path TEXT PRIMARY KEY, reason TEXT, retry INT, hidden INT) WITHOUT ROWID;"
	/* objects that could not be read, to be looked for again; record: a record and nothing else */
	"CREATE TABLE lost(record INT, object, type INT, size INT, PRIMARY KEY(record, object)) WITHOUT ROWID;"
	/* Without the texts: what is shown of them is read from git. */
	"CREATE VIRTUAL TABLE words USING fts5(" INDEX_WORDS ", content='');"
	"INSERT INTO meta(schema) VALUES (NULL);";

static const char indexes[] =
	"CREATE INDEX record_id ON record(prefix);"
	"CREATE INDEX record_date ON record(date);"
	"CREATE INDEX record_author ON record(author, date);"
	"CREATE INDEX record_root ON record(root);"
	"CREATE INDEX orphan_target ON orphan(target);"
	"CREATE INDEX post_date ON post(date);"
	"CREATE INDEX post_author ON post(author, date);"
	"CREATE INDEX post_open ON post(date) WHERE state = 1;"
	"CREATE INDEX post_level ON post(level);"
	"CREATE INDEX tag_roots ON tag(tag);"
	"CREATE INDEX part_need ON part(need) WHERE need > 1;"
	"CREATE INDEX part_asked ON part(person);"
	"CREATE INDEX part_person ON part(person, due) WHERE state < 2;"
	"CREATE INDEX part_author ON part(author, due) WHERE state < 2;"
	"CREATE INDEX part_due ON part(due) WHERE state < 2;"
	"CREATE INDEX part_remind ON part(remind) WHERE remind NOT NULL;";

_Static_assert(PART_OPEN == 0 && PART_ACKED == 1 && PART_MET == 2, "the partial indexes say state < 2");
_Static_assert(NEED_REPLY == 1 && NEED_UNKNOWN == 0, "the index of what is needed leaves out what most are asked for");
_Static_assert(THREAD_OPEN == 1, "post_open says state = 1");

static int set_pragma(struct index *index, const char *name, long long value)
{
	char *sql = xstrfmt("PRAGMA %s = %lld", name, value);
	int rc = index_exec(index, sql);

	free(sql);
	return rc;
}

int index_create_tables(struct index *index)
{
	int reserve = 8; /* of each page, for its checksum */
	int rc;

	sqlite3_file_control(index->con->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
	rc = set_pragma(index, "application_id", INDEX_APPLICATION);
	return rc == 0 ? index_exec(index, tables) : rc;
}

int index_create_indexes(struct index *index)
{
	return index_exec(index, indexes);
}

int index_load_meta(struct index *index)
{
	struct meta *meta = &index->meta;
	const char *founder;
	sqlite3_stmt *stmt;

	stmt = index_stmt(index, "SELECT schema, local, remote, founder, counts_from, recheck_at, last_at, records, "
			  "unreadable, sequence, root, lost, base FROM meta", "");
	if (index_step(index, stmt) != 1)
		return ERR_INDEX;
	if (sqlite3_column_int(stmt, 0) != INDEX_SCHEMA) {
		sqlite3_reset(stmt);
		return 1;
	}
	column_id(&meta->tips.local, stmt, 1);
	column_id(&meta->tips.remote, stmt, 2);
	column_id(&meta->root, stmt, 10);
	founder = (const char *)sqlite3_column_text(stmt, 3);
	free(meta->founder);
	meta->founder = founder ? xstrdup(founder) : NULL;
	meta->counts_from = sqlite3_column_int64(stmt, 4);
	meta->recheck_at = sqlite3_column_int64(stmt, 5);
	meta->last_at = sqlite3_column_int64(stmt, 6);
	meta->records = sqlite3_column_int64(stmt, 7);
	meta->unreadable = sqlite3_column_int64(stmt, 8);
	meta->sequence = (uint32_t)sqlite3_column_int64(stmt, 9);
	meta->lost = sqlite3_column_int64(stmt, 11);
	meta->base = (uint32_t)sqlite3_column_int64(stmt, 12);
	sqlite3_reset(stmt);
	return 0;
}

int index_save_meta(struct index *index)
{
	const struct meta *meta = &index->meta;
	int rc;

	rc = index_run(index,
		       "UPDATE meta SET schema = ?, local = ?, remote = ?, root = ?, founder = ?, counts_from = ?, "
		       "last_at = ?, records = ?, sequence = ?, base = ?, lost = (SELECT count(*) FROM lost), "
		       "unreadable = (SELECT count(*) FROM unreadable WHERE hidden IS NULL), "
		       "recheck_at = (SELECT coalesce(min(at), 9223372036854775807) FROM recheck)",
		       "idddtiiiii", (int64_t)INDEX_SCHEMA, &meta->tips.local, &meta->tips.remote, &meta->root,
		       meta->founder, (int64_t)meta->counts_from, (int64_t)meta->last_at, meta->records, (int64_t)meta->sequence,
		       (int64_t)meta->base);
	if (rc == 0)
		rc = set_pragma(index, "user_version", meta->sequence);
	return rc == 0 ? index_load_meta(index) : rc;
}
