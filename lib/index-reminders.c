/* Which threads have something to be said to somebody. */
#include "index-question.h"

static int root_of(sqlite3_stmt *stmt, const struct question *question)
{
	struct id root;

	index_join_id(&root, stmt, 0);
	return question->each.id(&root, question->data);
}

int index_reminders(struct index *index, int (*each)(const struct id *root, void *data), void *data)
{
	struct question question = QUESTION_INIT(root_of, id, each, data);

	buf_puts(&question.sql, "SELECT DISTINCT record.prefix, record.rest FROM part CROSS JOIN record ON record.n = part.root");
	question_and(&question, "part.remind <= ?");
	question_number(&question, index->now);
	return question_ask(index, &question);
}
