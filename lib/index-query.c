/* The questions that list parts and posts. */
#include "index-question.h"

/* -- parts ------------------------------------------------------------------------------- */

static int part_of(sqlite3_stmt *stmt, const struct question *question)
{
	struct part_row row = {
		.subject = column_or_empty(stmt, 4),
		.from = column_text(stmt, 5),
		.to = column_or_empty(stmt, 6),
		.level = column_text(stmt, 7),
		.group = column_text(stmt, 8),
		.item = sqlite3_column_int(stmt, 9) - 1,
		.need = (enum need)sqlite3_column_int(stmt, 10),
		.state = (enum part_state)sqlite3_column_int(stmt, 11),
		.outcome = column_text(stmt, 12),
		.post_at = sqlite3_column_int64(stmt, 13),
		.asked_at = sqlite3_column_int64(stmt, 14),
		.due_at = sqlite3_column_int64(stmt, 15),
		.asked_due_at = sqlite3_column_int64(stmt, 16),
		.acked_at = sqlite3_column_int64(stmt, 17),
		.promised_at = sqlite3_column_int64(stmt, 18),
		.settled_at = sqlite3_column_int64(stmt, 19),
		.assumed = sqlite3_column_int(stmt, 20) != 0,
		.waits = sqlite3_column_int(stmt, 21) != 0,
		.step = sqlite3_column_int(stmt, 22),
		.escalated_for = column_text(stmt, 23),
		.missed_at = sqlite3_column_int64(stmt, 24),
	};

	index_join_id(&row.post, stmt, 0);
	index_join_id(&row.root, stmt, 2);
	return question->each.part(&row, question->data);
}

int index_parts(struct index *index, const struct query *query, int (*each)(const struct part_row *, void *),
		void *data)
{
	static const char *const order[] = { "part.due", "part.post_at", "ask.prefix", "ask.rest", "part.seq", NULL };
	struct question question = QUESTION_INIT(part_of, part, each, data);
	int rc;

	buf_puts(&question.sql,
		 "SELECT ask.prefix, ask.rest, root.prefix, root.rest, post.subject, author.key, person.key, "
		 "level.text, grp.text, part.item, part.need, part.state, outcome.text, part.post_at, "
		 "coalesce(part.asked_at, part.post_at), part.due, coalesce(part.asked_due, part.due), part.acked, "
		 "part.promised, part.settled, part.assumed, part.waits, part.step, late.key, part.missed "
		 "FROM part CROSS JOIN record ask ON ask.n = part.ask CROSS JOIN record root ON root.n = part.root "
		 "CROSS JOIN post ON post.n = part.root CROSS JOIN person ON person.n = part.person "
		 "LEFT JOIN person author ON author.n = part.author LEFT JOIN text level ON level.n = part.level "
		 "LEFT JOIN person late ON late.n = part.late LEFT JOIN text grp ON grp.n = part.grp LEFT JOIN text outcome ON outcome.n = part.outcome");
	rc = question_where(&question, index, query, ROWS_PARTS);
	question_order(&question, query->reverse, order);
	question_limit(&question, query->limit);
	if (rc == 0)
		rc = question_ask(index, &question);
	question_release(&question);
	return rc;
}

static int due_of(sqlite3_stmt *stmt, const struct question *question)
{
	struct due_row row = {
		.due_at = sqlite3_column_int64(stmt, 2),
		.state = (enum part_state)sqlite3_column_int(stmt, 3),
	};

	index_join_id(&row.root, stmt, 0);
	return question->each.due(&row, question->data);
}

int index_dues(struct index *index, const struct query *query, int (*each)(const struct due_row *, void *), void *data)
{
	struct question question = QUESTION_INIT(due_of, due, each, data);
	int rc;

	buf_puts(&question.sql, "SELECT root.prefix, root.rest, part.due, part.state FROM part "
				"CROSS JOIN record root ON root.n = part.root CROSS JOIN post ON post.n = part.root");
	rc = question_where(&question, index, query, ROWS_PARTS);
	if (rc == 0)
		rc = question_ask(index, &question);
	question_release(&question);
	return rc;
}

/* -- posts ------------------------------------------------------------------------------- */

static int post_of(sqlite3_stmt *stmt, const struct question *question)
{
	int flags = sqlite3_column_int(stmt, 15);
	struct post_row row = {
		.subject = column_or_empty(stmt, 2),
		.from = column_text(stmt, 3),
		.type = (enum post_type)sqlite3_column_int(stmt, 4),
		.type_name = column_or_empty(stmt, 5),
		.level = column_text(stmt, 6),
		.to = column_or_empty(stmt, 16),
		.tags = column_or_empty(stmt, 7),
		.state = (enum thread_state)sqlite3_column_int(stmt, 8),
		.date = sqlite3_column_int64(stmt, 9),
		.due_at = sqlite3_column_int64(stmt, 10),
		.last_at = sqlite3_column_int64(stmt, 11),
		.replies = (size_t)sqlite3_column_int64(stmt, 12),
		.parts = (size_t)sqlite3_column_int64(stmt, 13),
		.open = (size_t)sqlite3_column_int64(stmt, 14),
		.retracted = (flags & 1) != 0,
		.redacted = (flags & 2) != 0,
	};

	index_join_id(&row.id, stmt, 0);
	return question->each.post(&row, question->data);
}

/* Newest first is what the index of dates gives at once; what is sorted otherwise is that among equals. */
static void order_posts(struct question *question, const struct query *query, const char *last)
{
	static const char *const newest[] = { "post.date", "record.prefix", "record.rest", NULL };
	static const char *const keys[] = {
		[SORT_DUE] = "post.due",
		[SORT_LAST] = "coalesce(post.last, post.date)",
		[SORT_SUBJECT] = "post.subject COLLATE NOCASE",
		[SORT_FROM] = "(SELECT shown FROM person WHERE person.n = post.author) COLLATE NOCASE",
		[SORT_REPLIES] = "coalesce(post.replies, 0)",
	};

	if (query->sort == SORT_NONE || query->sort == SORT_DATE) {
		question_order(question, query->reverse == (query->sort == SORT_DATE), newest);
		return;
	}
	buf_addf(&question->sql, " ORDER BY %s%s%s, post.date DESC, %s", query->sort == SORT_DUE ? "post.due IS NULL, " : "",
		 keys[query->sort], query->reverse ? " DESC" : "", last);
}

/*
 * Of many that are sorted, only those that are wanted are to be read: they are picked first, by
 * what stands in `post`. To look up the id of each, for the order of equals, would take ten
 * times as long as all else.
 */
static int where_posts(struct question *question, struct index *index, const struct query *query)
{
	bool pick = query->sort > SORT_DATE && query->limit;
	int rc;

	if (pick)
		buf_puts(&question->sql, " WHERE post.n IN (SELECT post.n FROM post");
	rc = question_where(question, index, query, ROWS_POSTS);
	order_posts(question, query, pick ? "post.n" : "record.prefix, record.rest");
	question_limit(question, query->limit);
	if (!pick)
		return rc;
	buf_putc(&question->sql, ')');
	order_posts(question, query, "record.prefix, record.rest");
	return rc;
}

int index_posts(struct index *index, const struct query *query, int (*each)(const struct post_row *, void *),
		void *data)
{
	struct question question = QUESTION_INIT(post_of, post, each, data);
	int rc;

	buf_puts(&question.sql,
		 "SELECT record.prefix, record.rest, post.subject, author.key, post.type, what.text, level.text, post.tags, "
		 "post.state, post.date, post.due, coalesce(post.last, post.date), post.replies, post.parts, post.open, "
		 "post.flags, CASE WHEN post.parts THEN (SELECT group_concat(key) FROM (SELECT key FROM part "
		 "JOIN person ON person.n = part.person WHERE part.root = post.n GROUP BY key ORDER BY min(seq))) END "
		 "FROM post CROSS JOIN record ON record.n = post.n LEFT JOIN person author ON author.n = post.author "
		 "LEFT JOIN text what ON what.n = post.what LEFT JOIN text level ON level.n = post.level");
	rc = where_posts(&question, index, query);
	if (rc == 0)
		rc = question_ask(index, &question);
	question_release(&question);
	return rc;
}

static int count_of(sqlite3_stmt *stmt, const struct question *question)
{
	*(size_t *)question->data = (size_t)sqlite3_column_int64(stmt, 0);
	return 0;
}

int index_count_posts(size_t *out, struct index *index, const struct query *query)
{
	struct question question = QUESTION_INIT(count_of, post, NULL, out);
	int rc;

	*out = 0;
	buf_puts(&question.sql, "SELECT count(*) FROM (SELECT 1 FROM post");
	rc = question_where(&question, index, query, ROWS_POSTS);
	question_limit(&question, query->limit);
	buf_putc(&question.sql, ')');
	if (rc == 0)
		rc = question_ask(index, &question);
	question_release(&question);
	return rc;
}

static int tag_of(sqlite3_stmt *stmt, const struct question *question)
{
	return question->each.tag(column_or_empty(stmt, 0), question->data);
}

int index_tags(struct index *index, const char *prefix, int (*each)(const char *tag, void *data), void *data)
{
	struct question question = QUESTION_INIT(tag_of, tag, each, data);

	buf_puts(&question.sql, "SELECT text FROM text WHERE text >= ? AND substr(text, 1, length(?)) = ? AND "
				"EXISTS (SELECT 1 FROM tag WHERE tag.tag = text.n) ORDER BY text");
	for (int i = 0; i < 3; i++)
		question_text(&question, prefix);
	return question_ask(index, &question);
}

/* -- what could not be read ---------------------------------------------------------------- */

static int unreadable_of(sqlite3_stmt *stmt, const struct question *question)
{
	return question->each.file(column_or_empty(stmt, 0), column_or_empty(stmt, 1), question->data);
}

int index_each_unreadable(struct index *index, int (*each)(const char *path, const char *reason, void *data),
			  void *data)
{
	struct question question = QUESTION_INIT(unreadable_of, file, each, data);

	buf_puts(&question.sql, "SELECT path, reason FROM unreadable WHERE hidden IS NULL ORDER BY path");
	return question_ask(index, &question);
}
