/* A question to the index: its SQL, its parameters, and its rows one by one. */
#include "index-question.h"

#include <stdlib.h>

#include "async/alloc.h"

static struct param *new_param(struct question *question)
{
	struct param *param;

	GROW(question->params, question->nr, question->alloc);
	param = &question->params[question->nr++];
	*param = (struct param){ .text = NULL };
	return param;
}

void question_number(struct question *question, int64_t number)
{
	new_param(question)->number = number;
}

void question_text(struct question *question, const char *text)
{
	new_param(question)->text = text;
}

void question_own_text(struct question *question, char *text)
{
	struct param *param = new_param(question);

	param->text = param->own = text;
}

void question_and(struct question *question, const char *condition)
{
	buf_puts(&question->sql, question->glue);
	buf_puts(&question->sql, condition);
	question->glue = " AND ";
}

static void bind_params(sqlite3_stmt *stmt, const struct question *question)
{
	for (size_t i = 0; i < question->nr; i++)
		if (question->params[i].text)
			sqlite3_bind_text(stmt, (int)i + 1, question->params[i].text, -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(stmt, (int)i + 1, question->params[i].number);
}

int question_prepare(sqlite3_stmt **out, struct index *index, const struct question *question, const char *sql)
{
	*out = NULL;
	if (sqlite3_prepare_v2(index->con->db, sql, -1, out, NULL) != SQLITE_OK)
		return index_failed(index);
	bind_params(*out, question);
	return 0;
}

void question_order(struct question *question, bool descending, const char *const *keys)
{
	buf_puts(&question->sql, " ORDER BY ");
	for (size_t i = 0; keys[i]; i++)
		buf_addf(&question->sql, "%s%s%s", i ? ", " : "", keys[i], descending ? " DESC" : "");
}

void question_limit(struct question *question, size_t limit)
{
	if (!limit)
		return;
	buf_puts(&question->sql, " LIMIT ?");
	question_number(question, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
}

/*
 * Hand out the rows. A second run, after damage was found on the way (perhaps by a question
 * that the caller asked in between), goes on behind those handed out already: it is the same
 * question to the same records.
 */
static int run(struct index *index, void *data)
{
	struct question *question = data;
	struct connection *con = index->con;
	sqlite3_stmt *stmt;
	size_t seen = 0;
	int step, rc;

	rc = question_prepare(&stmt, index, question, question->sql.ptr);
	if (rc < 0)
		return rc;
	while ((step = sqlite3_step(stmt)) == SQLITE_ROW && rc == 0 && index->con == con)
		if (seen++ == question->done) {
			question->done++;
			rc = question->row(stmt, question);
		}
	if (index->con == con && rc == 0 && step != SQLITE_DONE)
		rc = index_failed(index);
	sqlite3_finalize(stmt);
	if (index->con != con && rc == 0)
		return run(index, data);
	return rc;
}

int question_ask(struct index *index, struct question *question)
{
	int rc = index_try(index, run, question);

	question_release(question);
	return rc;
}

void question_release(struct question *question)
{
	for (size_t i = 0; i < question->nr; i++)
		free(question->params[i].own);
	free(question->params);
	question->params = NULL;
	question->nr = question->alloc = 0;
	buf_release(&question->sql);
}

const char *column_text(sqlite3_stmt *stmt, int i)
{
	return (const char *)sqlite3_column_text(stmt, i);
}

const char *column_or_empty(sqlite3_stmt *stmt, int i)
{
	const char *text = column_text(stmt, i);

	return text ? text : "";
}
