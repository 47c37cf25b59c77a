/* What became of what was asked: every part there is, in one pass. */
#include "index-question.h"

static int outcome_of(sqlite3_stmt *stmt, const struct question *question)
{
	struct outcome_row row = {
		.to = column_or_empty(stmt, 0),
		.level = column_text(stmt, 1),
		.tags = column_or_empty(stmt, 2),
		.state = (enum part_state)sqlite3_column_int(stmt, 3),
		.post_at = sqlite3_column_int64(stmt, 4),
		.due_at = sqlite3_column_int64(stmt, 5),
		.asked_due_at = sqlite3_column_int64(stmt, 6),
		.answered_at = sqlite3_column_int64(stmt, 7),
		.took_minutes = (long)sqlite3_column_int64(stmt, 8),
	};

	row.handed_over = row.state == PART_MET && !row.answered_at;
	return question->each.outcome(&row, question->data);
}

int index_outcomes(struct index *index, const struct query *query, int (*each)(const struct outcome_row *, void *),
		   void *data)
{
	struct question question = QUESTION_INIT(outcome_of, outcome, each, data);
	int rc;

	buf_puts(&question.sql,
		 "SELECT person.key, level.text, post.tags, part.state, part.post_at, part.due, "
		 "coalesce(part.asked_due, part.due), part.answered, part.took "
		 "FROM part CROSS JOIN post ON post.n = part.root CROSS JOIN person ON person.n = part.person "
		 "LEFT JOIN text level ON level.n = part.level");
	rc = question_where(&question, index, query, ROWS_PARTS);
	if (rc == 0)
		rc = question_ask(index, &question);
	question_release(&question);
	return rc;
}
