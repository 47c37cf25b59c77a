/*
 * The question that lists records, also by their words.
 *
 * The full text gives what it found by record number, which is about the order in which records
 * came here, and everything else is in order of date. So of a common word the records with the
 * highest numbers are taken, and no more than are needed to be sure that the newest that are
 * asked for are among them; of a rare one, all.
 */
#include <stdlib.h>

#include "async/alloc.h"
#include "index-question.h"

/* So many of those found are taken first, */
#define FIRST 64
/* and so many at most: beyond it is better to walk through all records. */
#define MOST 4096

static int record_of(sqlite3_stmt *stmt, const struct question *question)
{
	int flags = sqlite3_column_int(stmt, 14);
	struct record_row row = {
		.kind = (enum record_kind)sqlite3_column_int(stmt, 7),
		.what = column_or_empty(stmt, 8),
		.from = column_text(stmt, 9),
		.subject = column_or_empty(stmt, 10),
		.about = column_text(stmt, 11),
		.date = sqlite3_column_int64(stmt, 12),
		.why_not = column_text(stmt, 13),
		.waits = (flags & RECORD_WAITS) != 0,
		.redacted = (flags & TEXTS_REDACTED) != 0,
	};

	index_join_id(&row.id, stmt, 0);
	index_join_id(&row.root, stmt, 2);
	index_join_id(&row.target, stmt, 4);
	if (sqlite3_column_type(stmt, 4) == SQLITE_NULL)
		column_id(&row.target, stmt, 6);
	row.kind_name = row.kind == KIND_UNKNOWN ? row.what : record_kind_name(row.kind);
	return question->each.record(&row, question->data);
}

#define COLUMNS                                                                                                   \
	"SELECT record.prefix, record.rest, root.prefix, root.rest, parent.prefix, parent.rest, orphan.target, " \
	"record.kind, what.text, author.key, post.subject, admin.about, record.date, why.text, record.flags"
#define JOINS                                                                                             \
	" LEFT JOIN record root ON root.n = record.root LEFT JOIN record parent ON parent.n = record.parent " \
	"LEFT JOIN orphan ON orphan.n = record.n LEFT JOIN post ON post.n = record.root "                     \
	"LEFT JOIN admin ON admin.n = record.n "                                                              \
	"LEFT JOIN text what ON what.n = record.what LEFT JOIN person author ON author.n = record.author "    \
	"LEFT JOIN text why ON why.n = record.why"

/* -- the SQL -------------------------------------------------------------------------------- */

/* How records are come by. */
enum way {
	BY_DATE,       /* there are no words to be found */
	FOUND_TAKEN,   /* those taken are looked up, and sorted */
	FOUND_BY_DATE, /* all are walked through, and what was not found is passed over */
	FOUND_BY_RANK,
};

/* The numbers of records that were found, the highest first. */
struct taken {
	int64_t *v;
	size_t nr, alloc;
	bool all; /* there are no more */
};

/* Only what is in the end shown is worth all the joins. */
#define TOP " FROM (SELECT record.n AS n FROM record LEFT JOIN post ON post.n = record.root WHERE record.n IN ("
#define TOP_RANKED                                                                                  \
	" FROM (SELECT record.n AS n, found.rank AS rank FROM (SELECT rowid AS n, bm25(words, 4.0) AS rank " \
	"FROM words WHERE words MATCH ?) AS found CROSS JOIN record ON record.n = found.n "             \
	"LEFT JOIN post ON post.n = record.root"
#define OF_TOP ") AS top CROSS JOIN record ON record.n = top.n" JOINS

static void put_order(struct question *question, const struct query *query, enum way way, const char *rank)
{
	static const char *const order[] = { "record.date", "record.prefix", "record.rest", NULL };
	/* What is new are a few: sorting them is cheaper than to go through the log by date. */
	static const char *const few[] = { "+record.date", "record.prefix", "record.rest", NULL };

	if (way == FOUND_BY_RANK)
		buf_addf(&question->sql, " ORDER BY %s, record.date DESC, record.prefix DESC, record.rest DESC", rank);
	else
		question_order(question, !query->reverse, query->arrived ? few : order);
}

static void put_way(struct question *question, const struct query *query, enum way way, const struct taken *taken)
{
	buf_puts(&question->sql, COLUMNS);
	if (way == FOUND_TAKEN) {
		buf_puts(&question->sql, TOP);
		for (size_t i = 0; i < taken->nr; i++)
			buf_addf(&question->sql, "%s%lld", i ? "," : "", (long long)taken->v[i]);
		buf_putc(&question->sql, ')');
		question->glue = " AND ";
	} else if (way == FOUND_BY_RANK) {
		buf_puts(&question->sql, TOP_RANKED);
		question_own_text(question, index_match(query->words));
	} else {
		buf_puts(&question->sql, " FROM record" JOINS);
	}
	if (way != FOUND_BY_DATE)
		return;
	/* The + keeps it from being the way to the records. */
	question_and(question, "+record.n IN (SELECT rowid FROM words WHERE words MATCH ?)");
	question_own_text(question, index_match(query->words));
}

static int compose(struct question *question, struct index *index, const struct query *query, enum way way,
		   const struct taken *taken)
{
	struct query rest = *query;
	int rc;

	rest.words = NULL;
	put_way(question, query, way, taken);
	rc = question_where(question, index, &rest, ROWS_RECORDS);
	question_news(question, index, query);
	put_order(question, query, way, "found.rank");
	question_limit(question, query->limit);
	if (way != FOUND_TAKEN && way != FOUND_BY_RANK)
		return rc;
	buf_puts(&question->sql, OF_TOP);
	put_order(question, query, way, "top.rank");
	return rc;
}

/* -- how many are needed -------------------------------------------------------------------- */

struct search {
	const struct query *query;
	struct taken *taken;
	enum way way;
};

/* Take those found until there are `nr`, or none is left from `lowest` on. */
static int take(struct taken *taken, struct index *index, sqlite3_stmt *stmt, size_t nr, int64_t lowest)
{
	while (!taken->all && taken->nr < nr && (!taken->nr || taken->v[taken->nr - 1] >= lowest)) {
		int step = sqlite3_step(stmt);

		if (step != SQLITE_ROW && step != SQLITE_DONE)
			return index_failed(index);
		taken->all = step == SQLITE_DONE;
		if (taken->all)
			break;
		GROW(taken->v, taken->nr, taken->alloc);
		taken->v[taken->nr++] = sqlite3_column_int64(stmt, 0);
	}
	return 0;
}

/* How many of those taken are asked for, at most as many as are wanted, and the date of the last. */
static int count_wanted(size_t *nr, time_t *date, struct index *index, const struct search *search)
{
	struct question question = QUESTION_INIT(record_of, record, NULL, NULL);
	struct buf sql = BUF_INIT;
	sqlite3_stmt *stmt = NULL;
	int rc;

	rc = compose(&question, index, search->query, FOUND_TAKEN, search->taken);
	buf_addf(&sql, "SELECT count(*), min(date) FROM (%s)", question.sql.ptr);
	if (rc == 0)
		rc = question_prepare(&stmt, index, &question, sql.ptr);
	if (rc == 0 && sqlite3_step(stmt) != SQLITE_ROW)
		rc = index_failed(index);
	if (rc == 0) {
		*nr = (size_t)sqlite3_column_int64(stmt, 0);
		*date = sqlite3_column_int64(stmt, 1);
	}
	sqlite3_finalize(stmt);
	question_release(&question);
	buf_release(&sql);
	return rc;
}

/*
 * The lowest number of a post or mark as new as this, if it is below those taken: a day's records
 * are numbered by their ids, and some come late. (The + keeps it from going through all by number.)
 */
static int find_lowest(int64_t *out, struct index *index, time_t date, const struct taken *taken)
{
	sqlite3_stmt *stmt;
	int rc;

	_Static_assert(KIND_POST == 1 && KIND_MARK == 2, "the others have no words");
	stmt = index_stmt(index, "SELECT min(+n) FROM record WHERE date >= ? AND +n < ? AND kind <= 2", "ii",
			  (int64_t)date, taken->v[taken->nr - 1]);
	*out = INT64_MAX;
	rc = index_step(index, stmt);
	if (rc == 1 && sqlite3_column_type(stmt, 0) != SQLITE_NULL)
		*out = sqlite3_column_int64(stmt, 0);
	if (rc == 1)
		sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

/* Take as many as must hold the newest that are asked for. */
static int take_newest(struct search *search, struct index *index, sqlite3_stmt *stmt)
{
	struct taken *taken = search->taken;
	size_t wanted = 0, limit = search->query->limit;
	int64_t lowest = INT64_MAX;
	time_t date = 0;
	int rc = 0;

	for (size_t nr = FIRST; rc == 0 && !taken->all && wanted < limit && nr <= MOST; nr *= 4) {
		rc = take(taken, index, stmt, nr, INT64_MIN);
		if (rc == 0 && !taken->all && nr > limit)
			rc = count_wanted(&wanted, &date, index, search);
	}
	if (rc == 0 && !taken->all && wanted == limit)
		rc = find_lowest(&lowest, index, date, taken);
	if (rc == 0 && !taken->all && wanted == limit)
		rc = take(taken, index, stmt, MOST + 1, lowest);
	if (rc == 0 && !taken->all && (wanted < limit || taken->nr > MOST))
		search->way = FOUND_BY_DATE;
	return rc;
}

static int take_found(struct index *index, void *data)
{
	struct search *search = data;
	const struct query *query = search->query;
	struct question question = QUESTION_INIT(record_of, record, NULL, NULL);
	sqlite3_stmt *stmt = NULL;
	int rc;

	search->way = FOUND_TAKEN;
	search->taken->nr = 0;
	search->taken->all = false;
	question_own_text(&question, index_match(query->words));
	rc = question_prepare(&stmt, index, &question, "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC");
	if (rc == 0 && query->limit && !query->reverse)
		rc = take_newest(search, index, stmt);
	else if (rc == 0)
		rc = take(search->taken, index, stmt, MOST, INT64_MIN);
	if (rc == 0 && !search->taken->all && (!query->limit || query->reverse))
		search->way = FOUND_BY_DATE;
	sqlite3_finalize(stmt);
	question_release(&question);
	return rc;
}

int index_records(struct index *index, const struct query *query,
		  int (*each)(const struct record_row *, void *), void *data)
{
	struct question question = QUESTION_INIT(record_of, record, each, data);
	struct taken taken = { .v = NULL };
	struct search search = { query, &taken, BY_DATE };
	int rc = 0;

	if (query->words && query->by_rank)
		search.way = FOUND_BY_RANK;
	else if (query->words)
		rc = index_try(index, take_found, &search);
	if (rc == 0)
		rc = compose(&question, index, query, search.way, &taken);
	if (rc == 0)
		rc = question_ask(index, &question);
	question_release(&question);
	free(taken.v);
	return rc;
}
