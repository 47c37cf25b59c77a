/*
 * A question to the index: SQL that grows with what is asked, its parameters, and rows that are
 * handed out one by one.
 */
#ifndef INDEX_QUESTION_H
#define INDEX_QUESTION_H

#include "async/buf.h"
#include "index-internal.h"

struct question {
	struct buf sql;
	struct param {
		const char *text; /* NULL: the number */
		char *own;        /* the same, to be freed; or NULL */
		int64_t number;
	} *params;
	size_t nr, alloc;
	const char *glue; /* WHERE, then AND */
	int (*row)(sqlite3_stmt *stmt, const struct question *question);
	union {
		int (*part)(const struct part_row *row, void *data);
		int (*due)(const struct due_row *row, void *data);
		int (*outcome)(const struct outcome_row *row, void *data);
		int (*post)(const struct post_row *row, void *data);
		int (*record)(const struct record_row *row, void *data);
		int (*id)(const struct id *id, void *data);
		int (*reminder)(const struct id *root, const char *person, void *data);
		int (*tag)(const char *tag, void *data);
		int (*file)(const char *path, const char *reason, void *data);
	} each; /* the caller's */
	void *data;
	const char *hex; /* ids only: what they must begin with, `len` digits */
	size_t len;
	size_t done;     /* how many rows have been handed out */
};

#define QUESTION_INIT(r, type, e, d) \
	{ .sql = BUF_INIT, .glue = " WHERE ", .row = (r), .each.type = (e), .data = (d) }

/* index-question.c: ask it, and free it. */
int question_ask(struct index *index, struct question *question);
void question_release(struct question *question);

/* Prepare SQL that has the question's parameters. ERR_INDEX. */
int question_prepare(sqlite3_stmt **out, struct index *index, const struct question *question, const char *sql);

/* The end of the SQL: the order by `keys` (ending with NULL), at most `limit` rows (0: all). */
void question_order(struct question *question, bool descending, const char *const *keys);
void question_limit(struct question *question, size_t limit);

/* The parameters of what was last put into the SQL; texts must live until it is asked. */
void question_number(struct question *question, int64_t number);
void question_text(struct question *question, const char *text);
void question_own_text(struct question *question, char *text); /* is freed with it */

/* A text of the row at hand, which ends with it; NULL, or "". */
const char *column_text(sqlite3_stmt *stmt, int i);
const char *column_or_empty(sqlite3_stmt *stmt, int i);

/* index-where.c: the conditions of a query, for rows of one of these. */
enum rows { ROWS_PARTS, ROWS_POSTS, ROWS_RECORDS };
int question_where(struct question *question, struct index *index, const struct query *query, enum rows rows);
/* One more condition; its parameters follow. */
void question_and(struct question *question, const char *condition);

/* index-arrival.c: the conditions on records that say what is new. */
void question_news(struct question *question, struct index *index, const struct query *query);

/* index-ids.c: a record by its id: its number and its thread's root, 0 if it is in none. */
struct place {
	const struct id *id;
	int64_t n, root;
	time_t date;
};
int index_place_of(struct index *index, void *place);

#endif
