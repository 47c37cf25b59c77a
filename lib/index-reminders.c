/* Which threads have something to be said, and to whom; and what was said that should not have been. */
#include "async/reminder.h"
#include "index-question.h"

static int hand_out(sqlite3_stmt *stmt, const struct question *question)
{
	struct id root;

	index_join_id(&root, stmt, 0);
	return question->each.reminder(&root, column_text(stmt, 2), question->data);
}

int index_reminders(struct index *index, int (*each)(const struct id *root, const char *person, void *data), void *data)
{
	struct question question = QUESTION_INIT(hand_out, reminder, each, data);

	buf_puts(&question.sql, "SELECT record.prefix, record.rest, person.key FROM part"
				" CROSS JOIN record ON record.n = part.root CROSS JOIN person ON person.n = part.person");
	question_and(&question, "part.remind <= ?");
	question_number(&question, index->now);
	/* + : by the index of reminders, not by that of persons, which has all parts. */
	buf_puts(&question.sql, " ORDER BY +part.person");
	return question_ask(index, &question);
}

static int hand_out_id(sqlite3_stmt *stmt, const struct question *question)
{
	struct id id;

	index_join_id(&id, stmt, 0);
	return question->each.id(&id, question->data);
}

/* They have no author, and so are few among the records. */
int index_false_reminders(struct index *index, int (*each)(const struct id *id, void *data), void *data)
{
	struct question question = QUESTION_INIT(hand_out_id, id, each, data);

	buf_puts(&question.sql, "SELECT prefix, rest FROM record JOIN text ON text.n = why");
	question_and(&question, "author IS NULL");
	question_and(&question, "text IN (?, ?)");
	question_text(&question, reminder_not_asked);
	question_text(&question, reminder_too_early);
	return question_ask(index, &question);
}
