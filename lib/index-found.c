/*
 * The texts of records that were found, with the words that were found in them marked. The index
 * does not keep texts: they are read from git, and put for a moment into a full text table in
 * memory, so that the same tokenizer sees the same words.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "index-rows.h"

struct marker {
	struct index *index;
	sqlite3 *db;
	sqlite3_stmt *put, *mark;
	struct found found;
	struct buf texts[TEXT_COLUMNS], transcript;
	int (*each)(const struct record_row *row, const struct found *found, void *data);
	void *data;
};

static const char put_sql[] = "INSERT INTO words VALUES (?, ?, ?, ?, ?)";
static const char mark_sql[] =
	"SELECT highlight(words, 0, ?2, ?3), highlight(words, 1, ?2, ?3), highlight(words, 2, ?2, ?3), "
	"highlight(words, 3, ?2, ?3), highlight(words, 4, ?2, ?3) FROM words WHERE words MATCH ?1";

static int marker_failed(struct marker *marker)
{
	return error_set(ERR_FAILED, "cannot mark what was found: %s",
			 marker->db ? sqlite3_errmsg(marker->db) : "out of memory");
}

static int open_marker(struct marker *marker, const char *words)
{
	static const char begin[] = { FOUND_BEGIN }, end[] = { FOUND_END };
	char *match = index_match(words);
	int rc = 0;

	if (sqlite3_open_v2(":memory:", &marker->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK ||
	    sqlite3_exec(marker->db, "CREATE VIRTUAL TABLE words USING fts5(" INDEX_WORDS ")", NULL, NULL, NULL) !=
		    SQLITE_OK ||
	    sqlite3_prepare_v2(marker->db, put_sql, -1, &marker->put, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(marker->db, mark_sql, -1, &marker->mark, NULL) != SQLITE_OK)
		rc = marker_failed(marker);
	if (rc == 0) {
		sqlite3_bind_text(marker->mark, 1, match, -1, SQLITE_TRANSIENT);
		sqlite3_bind_text(marker->mark, 2, begin, sizeof(begin), SQLITE_STATIC);
		sqlite3_bind_text(marker->mark, 3, end, sizeof(end), SQLITE_STATIC);
	}
	free(match);
	return rc;
}

static void close_marker(struct marker *marker)
{
	sqlite3_finalize(marker->put);
	sqlite3_finalize(marker->mark);
	sqlite3_close(marker->db);
	for (int i = 0; i < TEXT_COLUMNS; i++)
		buf_release(&marker->texts[i]);
	buf_release(&marker->transcript);
}

/* -- the texts ------------------------------------------------------------------------------ */

/* Whose texts are found for a record, by number, as index-texts.c has put them. */
struct sources {
	const struct id *of;
	struct id said_by[TEXT_COLUMNS]; /* zero: nothing is */
};

static int find_sources(struct index *index, void *data)
{
	struct sources *sources = data;
	int64_t said_by[TEXT_COLUMNS];
	const unsigned char *rest;
	sqlite3_stmt *stmt;
	int64_t prefix;
	int rc;

	for (int i = 0; i < TEXT_COLUMNS; i++)
		sources->said_by[i] = *sources->of;
	index_prefix(&prefix, &rest, sources->of);
	stmt = index_stmt(index,
			  "SELECT said.subject, said.body, said.links, said.files, said.transcript FROM record "
			  "JOIN said ON said.n = record.n WHERE prefix = ? AND rest = ?",
			  "ib", prefix, rest, (size_t)(ID_RAW - 8));
	rc = index_step(index, stmt);
	if (rc != 1)
		return rc;
	for (int i = 0; i < TEXT_COLUMNS; i++)
		said_by[i] = sqlite3_column_int64(stmt, i);
	sqlite3_reset(stmt);
	rc = 0;
	for (int i = 0; i < TEXT_COLUMNS && rc == 0; i++) {
		int known = 1;

		memset(&sources->said_by[i], 0, sizeof(sources->said_by[i]));
		if (said_by[i])
			known = index_id_of(&sources->said_by[i], index, said_by[i]);
		rc = known == 1 ? 0 : ERR_INDEX;
	}
	return rc;
}

static int read_source(struct record *out, struct index *index, const struct id *id)
{
	struct buf text = BUF_INIT;
	char hex[ID_HEX + 1];
	int rc;

	id_hex(hex, id);
	rc = repo_read(&text, index->repo, id, RECORD_MAX_BYTES);
	if (rc == 0)
		rc = record_parse(out, text.ptr, text.len, hex);
	buf_release(&text);
	return rc;
}

/* All that one record gives: mostly it is one that gives all. */
static int put_texts(struct marker *marker, const struct sources *sources, const struct id *by)
{
	bool other = !id_equal(by, sources->of);
	struct record rec = RECORD_INIT;
	int rc;

	rc = read_source(&rec, marker->index, by);
	for (int i = 0; i < TEXT_COLUMNS && rc == 0; i++)
		if (id_equal(&sources->said_by[i], by))
			texts_put(&marker->texts[i], &rec, i, other);
	if (rc == 0 && id_equal(&sources->said_by[TEXT_TRANSCRIPT], by) && record_text(&rec, "transcript"))
		buf_puts(&marker->transcript, record_text(&rec, "transcript"));
	record_release(&rec);
	return rc;
}

static int read_texts(struct marker *marker, const struct id *id)
{
	struct sources sources = { .of = id };
	int rc;

	for (int i = 0; i < TEXT_COLUMNS; i++)
		buf_reset(&marker->texts[i]);
	buf_reset(&marker->transcript);
	rc = index_try(marker->index, find_sources, &sources);
	for (int i = 0; i < TEXT_COLUMNS && rc == 0; i++) {
		bool done = id_is_zero(&sources.said_by[i]);

		for (int k = 0; k < i; k++)
			done |= id_equal(&sources.said_by[k], &sources.said_by[i]);
		if (!done)
			rc = put_texts(marker, &sources, &sources.said_by[i]);
	}
	return rc;
}

/* -- the words ------------------------------------------------------------------------------ */

static void keep_marked(struct marker *marker)
{
	for (int i = 0; i < TEXT_COLUMNS; i++) {
		const char *text = (const char *)sqlite3_column_text(marker->mark, i);

		buf_reset(&marker->texts[i]);
		buf_puts(&marker->texts[i], text ? text : "");
	}
}

/* In a transaction that is never ended, so that the table is always empty again. */
static int mark_texts(struct marker *marker)
{
	int rc = 0, step;

	if (sqlite3_exec(marker->db, "BEGIN", NULL, NULL, NULL) != SQLITE_OK)
		return marker_failed(marker);
	for (int i = 0; i < TEXT_COLUMNS; i++)
		sqlite3_bind_text(marker->put, i + 1, marker->texts[i].ptr, (int)marker->texts[i].len, SQLITE_STATIC);
	step = sqlite3_step(marker->put);
	sqlite3_reset(marker->put);
	if (step == SQLITE_DONE)
		step = sqlite3_step(marker->mark);
	if (step == SQLITE_ROW)
		keep_marked(marker);
	else if (step != SQLITE_DONE)
		rc = marker_failed(marker);
	sqlite3_reset(marker->mark);
	if (sqlite3_exec(marker->db, "ROLLBACK", NULL, NULL, NULL) != SQLITE_OK && rc == 0)
		rc = marker_failed(marker);
	return rc;
}

static int found_record(const struct record_row *row, void *data)
{
	struct marker *marker = data;
	int rc;

	rc = read_texts(marker, &row->id);
	if (rc == ERR_NOTFOUND || rc == ERR_INVALID) { /* it was found, if it cannot be read any more */
		error_clear();
		rc = 0;
	}
	if (rc == 0)
		rc = mark_texts(marker);
	for (int i = 0; i < TEXT_COLUMNS; i++)
		marker->found.text[i] = marker->texts[i].ptr;
	marker->found.transcript = marker->transcript.ptr;
	return rc < 0 ? rc : marker->each(row, &marker->found, marker->data);
}

int index_search(struct index *index, const struct query *query,
		 int (*each)(const struct record_row *row, const struct found *found, void *data), void *data)
{
	struct marker marker = { .index = index, .transcript = BUF_INIT, .each = each, .data = data };
	int rc;

	for (int i = 0; i < TEXT_COLUMNS; i++)
		marker.texts[i] = (struct buf)BUF_INIT;
	rc = open_marker(&marker, query->words);
	if (rc == 0)
		rc = index_records(index, query, found_record, &marker);
	close_marker(&marker);
	return rc;
}
