/* The questions that list rows. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/error.h"
#include "index-internal.h"

/* A question: SQL that grows, its parameters, and how far its rows have been handed out. */
struct question {
	struct buf sql;
	struct param {
		const char *text; /* NULL: the number */
		int64_t number;
	} params[24];
	int nr;
	const char *glue; /* WHERE, then AND */
	int (*row)(sqlite3_stmt *stmt, const struct question *question);
	union {
		int (*part)(const struct part_row *row, void *data);
		int (*post)(const struct post_row *row, void *data);
		int (*record)(const struct record_row *row, void *data);
		int (*id)(const struct id *id, void *data);
		int (*file)(const char *path, const char *reason, void *data);
	} each; /* the caller's */
	void *data;
	const char *hex; /* ids only: what they must begin with, `len` digits */
	size_t len;
	size_t done;
};

#define QUESTION_INIT(r, type, e, d) \
	{ .sql = BUF_INIT, .glue = " WHERE ", .row = (r), .each.type = (e), .data = (d) }

static void add_number(struct question *question, int64_t number)
{
	question->params[question->nr++].number = number;
}

static void add_text(struct question *question, const char *text)
{
	question->params[question->nr++].text = text;
}

/* One more condition; its parameters follow. */
static void where(struct question *question, const char *condition)
{
	buf_puts(&question->sql, question->glue);
	buf_puts(&question->sql, condition);
	question->glue = " AND ";
}

static void where_number(struct question *question, const char *condition, int64_t number)
{
	where(question, condition);
	add_number(question, number);
}

static void where_text(struct question *question, const char *condition, const char *text)
{
	if (!text)
		return;
	where(question, condition);
	add_text(question, text);
}

static void bind_params(sqlite3_stmt *stmt, const struct question *question)
{
	for (int i = 0; i < question->nr; i++)
		if (question->params[i].text)
			sqlite3_bind_text(stmt, i + 1, question->params[i].text, -1, SQLITE_STATIC);
		else
			sqlite3_bind_int64(stmt, i + 1, question->params[i].number);
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
	sqlite3_stmt *stmt = NULL;
	size_t seen = 0;
	int step, rc = 0;

	if (sqlite3_prepare_v2(con->db, question->sql.ptr, -1, &stmt, NULL) != SQLITE_OK)
		return index_failed(index);
	bind_params(stmt, question);
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

static int ask(struct index *index, struct question *question)
{
	int rc = index_try(index, run, question);

	buf_release(&question->sql);
	return rc;
}

static const char *column(sqlite3_stmt *stmt, int i)
{
	return (const char *)sqlite3_column_text(stmt, i);
}

static const char *column_or_empty(sqlite3_stmt *stmt, int i)
{
	const char *text = column(stmt, i);

	return text ? text : "";
}

/* -- conditions that several questions share --------------------------------------------- */

#define PERSON "(SELECT n FROM person WHERE key = ?)"
/* The person, and those who are gone and whose deputy they are. */
#define ANSWERED_BY                                                                                              \
	"(SELECT asked.n FROM person JOIN person asked ON asked.n = person.n OR asked.deputy = person.n " \
	"WHERE person.key = ?)"
#define TEXT "(SELECT n FROM text WHERE text = ?)"
#define FOUND "(SELECT rowid FROM words WHERE words MATCH ?)"

static void order_by(struct question *question, bool descending, const char *const *keys)
{
	buf_puts(&question->sql, " ORDER BY ");
	for (size_t i = 0; keys[i]; i++)
		buf_addf(&question->sql, "%s%s%s", i ? ", " : "", keys[i], descending ? " DESC" : "");
}

static void add_limit(struct question *question, size_t limit)
{
	if (!limit)
		return;
	buf_puts(&question->sql, " LIMIT ?");
	add_number(question, limit > INT64_MAX ? INT64_MAX : (int64_t)limit);
}

/* -- parts ------------------------------------------------------------------------------- */

static int part_of(sqlite3_stmt *stmt, const struct question *question)
{
	struct part_row row = {
		.subject = column_or_empty(stmt, 4),
		.from = column(stmt, 5),
		.to = column_or_empty(stmt, 6),
		.level = column(stmt, 7),
		.group = column(stmt, 8),
		.item = sqlite3_column_int(stmt, 9) - 1,
		.need = (enum need)sqlite3_column_int(stmt, 10),
		.state = (enum part_state)sqlite3_column_int(stmt, 11),
		.outcome = column(stmt, 12),
		.post_at = sqlite3_column_int64(stmt, 13),
		.asked_at = sqlite3_column_int64(stmt, 14),
		.due_at = sqlite3_column_int64(stmt, 15),
		.asked_due_at = sqlite3_column_int64(stmt, 16),
		.acked_at = sqlite3_column_int64(stmt, 17),
		.promised_at = sqlite3_column_int64(stmt, 18),
		.settled_at = sqlite3_column_int64(stmt, 19),
		.assumed = sqlite3_column_int(stmt, 20) != 0,
	};

	index_join_id(&row.post, stmt, 0);
	index_join_id(&row.root, stmt, 2);
	return question->each.part(&row, question->data);
}

static void where_part(struct question *question, const struct query *query)
{
	if (query->states == STATES_UNSETTLED)
		where(question, "part.state < 2"); /* as the partial indexes say it */
	else if (query->states)
		where_number(question, "(? >> part.state) & 1", query->states);
	where_text(question, "part.person IN " ANSWERED_BY, query->to);
	where_text(question, "part.author = " PERSON, query->from);
	where_text(question, "part.level = " TEXT, query->level);
	if (query->need)
		where_number(question, "part.need = ?", query->need);
	if (query->type)
		where_number(question, "post.type = ?", query->type);
	if (query->since)
		where_number(question, "part.post_at >= ?", query->since);
	if (query->until)
		where_number(question, "part.post_at < ?", query->until);
	if (query->due_before)
		where_number(question, "part.due < ?", query->due_before);
	where_text(question, "EXISTS (SELECT 1 FROM tag WHERE tag.root = part.root AND tag = " TEXT ")", query->tag);
}

/* A record by its id: its number and its thread's root, 0 if it is in none. */
struct place {
	const struct id *id;
	int64_t n, root;
	time_t date;
};

static int find_place(struct index *index, void *data)
{
	struct place *place = data;
	const unsigned char *rest;
	sqlite3_stmt *stmt;
	int64_t prefix;
	int rc;

	index_prefix(&prefix, &rest, place->id);
	stmt = index_stmt(index, "SELECT n, root, date FROM record WHERE prefix = ? AND rest = ?", "ib", prefix, rest,
			  (size_t)(ID_RAW - 8));
	rc = index_step(index, stmt);
	place->n = rc == 1 ? sqlite3_column_int64(stmt, 0) : 0;
	place->root = rc == 1 ? sqlite3_column_int64(stmt, 1) : 0;
	place->date = rc == 1 ? sqlite3_column_int64(stmt, 2) : 0;
	if (rc == 1)
		sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

static int where_thread(struct index *index, struct question *question, const struct query *query, const char *condition)
{
	struct place place = { .id = query->thread };
	int rc;

	if (!query->thread)
		return 0;
	rc = index_try(index, find_place, &place);
	where_number(question, condition, place.root ? place.root : -1);
	return rc;
}

int index_parts(struct index *index, const struct query *query, int (*each)(const struct part_row *, void *),
		void *data)
{
	static const char *const order[] = { "part.due", "part.post_at", "ask.prefix", "ask.rest", "part.seq", NULL };
	struct question question = QUESTION_INIT(part_of, part, each, data);
	char *match = NULL;
	int rc;

	buf_puts(&question.sql,
		 "SELECT ask.prefix, ask.rest, root.prefix, root.rest, post.subject, author.key, person.key, "
		 "level.text, grp.text, part.item, part.need, part.state, outcome.text, part.post_at, "
		 "coalesce(part.asked_at, part.post_at), part.due, coalesce(part.asked_due, part.due), part.acked, "
		 "part.promised, part.settled, part.assumed "
		 "FROM part CROSS JOIN record ask ON ask.n = part.ask CROSS JOIN record root ON root.n = part.root "
		 "CROSS JOIN post ON post.n = part.root CROSS JOIN person ON person.n = part.person "
		 "LEFT JOIN person author ON author.n = part.author LEFT JOIN text level ON level.n = part.level "
		 "LEFT JOIN text grp ON grp.n = part.grp LEFT JOIN text outcome ON outcome.n = part.outcome");
	rc = index_match(&match, query->words);
	if (rc == 0)
		rc = where_thread(index, &question, query, "part.root = ?");
	where_part(&question, query);
	where_text(&question, "part.root IN (SELECT root FROM record WHERE n IN " FOUND ")", match);
	order_by(&question, query->reverse, order);
	add_limit(&question, query->limit);
	if (rc == 0)
		rc = ask(index, &question);
	buf_release(&question.sql);
	free(match);
	return rc;
}

/* -- posts ------------------------------------------------------------------------------- */

static int post_of(sqlite3_stmt *stmt, const struct question *question)
{
	int flags = sqlite3_column_int(stmt, 15);
	struct post_row row = {
		.subject = column_or_empty(stmt, 2),
		.from = column(stmt, 3),
		.type = (enum post_type)sqlite3_column_int(stmt, 4),
		.type_name = column_or_empty(stmt, 5),
		.level = column(stmt, 6),
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

/* Somebody is asked: the person, in one of the states, if they are given. */
static void where_asked(struct question *question, const struct query *query)
{
	if (!query->to && !query->part_states && !query->need)
		return;
	where(question, "EXISTS (SELECT 1 FROM part WHERE part.root = post.n");
	where_text(question, "person = " PERSON, query->to);
	if (query->part_states)
		where_number(question, "(? >> part.state) & 1", query->part_states);
	if (query->need)
		where_number(question, "part.need = ?", query->need);
	buf_putc(&question->sql, ')');
}

static void where_post(struct question *question, const struct query *query)
{
	if (query->states == STATE(THREAD_OPEN))
		where(question, "post.state = 1"); /* as the partial index says it */
	else if (query->states)
		where_number(question, "(? >> post.state) & 1", query->states);
	where_text(question, "post.author = " PERSON, query->from);
	where_asked(question, query);
	where_text(question, "post.level = " TEXT, query->level);
	if (query->type)
		where_number(question, "post.type = ?", query->type);
	if (query->since)
		where_number(question, "post.date >= ?", query->since);
	if (query->until)
		where_number(question, "post.date < ?", query->until);
	if (query->due_before)
		where_number(question, "post.due < ?", query->due_before);
	where_text(question, "EXISTS (SELECT 1 FROM tag WHERE tag.root = post.n AND tag = " TEXT ")", query->tag);
}

int index_posts(struct index *index, const struct query *query, int (*each)(const struct post_row *, void *),
		void *data)
{
	static const char *const order[] = { "post.date", "record.prefix", "record.rest", NULL };
	struct question question = QUESTION_INIT(post_of, post, each, data);
	char *match = NULL;
	int rc;

	buf_puts(&question.sql,
		 "SELECT record.prefix, record.rest, post.subject, author.key, post.type, what.text, level.text, post.tags, "
		 "post.state, post.date, post.due, coalesce(post.last, post.date), post.replies, post.parts, post.open, "
		 "post.flags, CASE WHEN post.parts THEN (SELECT group_concat(key) FROM (SELECT key FROM part "
		 "JOIN person ON person.n = part.person WHERE part.root = post.n GROUP BY key ORDER BY min(seq))) END "
		 "FROM post CROSS JOIN record ON record.n = post.n LEFT JOIN person author ON author.n = post.author "
		 "LEFT JOIN text what ON what.n = post.what LEFT JOIN text level ON level.n = post.level");
	rc = index_match(&match, query->words);
	if (rc == 0)
		rc = where_thread(index, &question, query, "post.n = ?");
	where_post(&question, query);
	where_text(&question, "post.n IN (SELECT root FROM record WHERE n IN " FOUND ")", match);
	order_by(&question, !query->reverse, order);
	add_limit(&question, query->limit);
	if (rc == 0)
		rc = ask(index, &question);
	buf_release(&question.sql);
	free(match);
	return rc;
}

/* -- records ----------------------------------------------------------------------------- */

static int record_of(sqlite3_stmt *stmt, const struct question *question)
{
	struct record_row row = {
		.kind = (enum record_kind)sqlite3_column_int(stmt, 7),
		.what = column_or_empty(stmt, 8),
		.from = column(stmt, 9),
		.subject = column_or_empty(stmt, 10),
		.date = sqlite3_column_int64(stmt, 11),
		.why_not = column(stmt, 12),
		.redacted = sqlite3_column_int(stmt, 13) != 0,
	};

	index_join_id(&row.id, stmt, 0);
	index_join_id(&row.root, stmt, 2);
	index_join_id(&row.target, stmt, 4);
	if (sqlite3_column_type(stmt, 4) == SQLITE_NULL)
		column_id(&row.target, stmt, 6);
	row.kind_name = row.kind == KIND_UNKNOWN ? row.what : record_kind_name(row.kind);
	return question->each.record(&row, question->data);
}

static void where_record(struct question *question, const struct query *query)
{
	if (query->states)
		where_number(question, "(? >> post.state) & 1", query->states);
	where_text(question, "record.author = " PERSON, query->from);
	where_asked(question, query);
	where_text(question, "post.level = " TEXT, query->level);
	if (query->type)
		where_number(question, "post.type = ?", query->type);
	if (query->since)
		where_number(question, "record.date >= ?", query->since);
	if (query->until)
		where_number(question, "record.date < ?", query->until);
	if (query->due_before)
		where_number(question, "post.due < ?", query->due_before);
	where_text(question, "EXISTS (SELECT 1 FROM tag WHERE tag.root = post.n AND tag = " TEXT ")", query->tag);
}

int index_records(struct index *index, const struct query *query,
		  int (*each)(const struct record_row *, void *), void *data)
{
	static const char *const order[] = { "record.date", "record.prefix", "record.rest", NULL };
	struct question question = QUESTION_INIT(record_of, record, each, data);
	char *match = NULL;
	int rc;

	buf_puts(&question.sql,
		 "SELECT record.prefix, record.rest, root.prefix, root.rest, parent.prefix, parent.rest, orphan.target, "
		 "record.kind, what.text, author.key, post.subject, record.date, why.text, record.hidden FROM record "
		 "LEFT JOIN record root ON root.n = record.root LEFT JOIN record parent ON parent.n = record.parent "
		 "LEFT JOIN orphan ON orphan.n = record.n LEFT JOIN post ON post.n = record.root "
		 "LEFT JOIN text what ON what.n = record.what LEFT JOIN person author ON author.n = record.author "
		 "LEFT JOIN text why ON why.n = record.why");
	rc = index_match(&match, query->words);
	if (rc == 0)
		rc = where_thread(index, &question, query, "record.root = ?");
	where_record(&question, query);
	where_text(&question, "record.n IN " FOUND, match);
	order_by(&question, !query->reverse, order);
	add_limit(&question, query->limit);
	if (rc == 0)
		rc = ask(index, &question);
	buf_release(&question.sql);
	free(match);
	return rc;
}

/* -- ids --------------------------------------------------------------------------------- */

static int id_of(sqlite3_stmt *stmt, const struct question *question)
{
	struct id id;

	index_join_id(&id, stmt, 0);
	if (question->hex && !id_has_prefix(&id, question->hex, question->len))
		return 0;
	return question->each.id(&id, question->data);
}

/* Forty digits that begin with `hex` and go on with `fill`. */
static void pad_id(struct id *out, const char *hex, size_t len, char fill)
{
	char digits[ID_HEX + 1];

	for (size_t i = 0; i < ID_HEX; i++) {
		char c = i < len ? hex[i] : fill;

		digits[i] = (char)(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);
	}
	digits[ID_HEX] = '\0';
	if (!id_parse(out, digits, ID_HEX))
		memset(out, 0, sizeof(*out));
}

int index_each_prefix(struct index *index, const char *hex, size_t len,
		      int (*each)(const struct id *id, void *data), void *data)
{
	struct question question = QUESTION_INIT(id_of, id, each, data);
	const unsigned char *first_rest, *last_rest;
	struct id first, last;
	int64_t from, to;

	question.hex = hex;
	question.len = len;
	pad_id(&first, hex, len, '0');
	pad_id(&last, hex, len, 'f');
	index_prefix(&from, &first_rest, &first);
	index_prefix(&to, &last_rest, &last);
	buf_puts(&question.sql, "SELECT prefix, rest FROM record");
	where_number(&question, "prefix >= ?", from);
	where_number(&question, "prefix <= ?", to);
	buf_puts(&question.sql, " ORDER BY prefix, rest");
	return ask(index, &question);
}

struct neighbours {
	const struct id *id;
	size_t common; /* digits shared with the nearest other id */
};

static void compare_beside(struct neighbours *beside, const struct id *other)
{
	size_t common = id_common(beside->id, other);

	if (common > beside->common && common < ID_HEX)
		beside->common = common;
}

/* All that share the first 16 digits: hardly ever more than the one itself. */
static int compare_twins(struct index *index, struct neighbours *beside, int64_t prefix)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT prefix, rest FROM record WHERE prefix = ?1", "i", prefix);
	struct id other;
	int rc;

	while ((rc = index_step(index, stmt)) == 1) {
		index_join_id(&other, stmt, 0);
		compare_beside(beside, &other);
	}
	return rc;
}

/*
 * Next to an id in their order stand those that share most with it. The prefixes alone are
 * asked for, because the index of ids holds them and a row would be another page to read.
 */
static int find_neighbours(struct index *index, void *data)
{
	struct neighbours *beside = data;
	const unsigned char *rest;
	sqlite3_stmt *stmt;
	struct id other;
	int64_t prefix;
	bool twins;
	int rc;

	index_prefix(&prefix, &rest, beside->id);
	stmt = index_stmt(index,
			  "SELECT (SELECT prefix FROM record WHERE prefix > ?1 ORDER BY prefix LIMIT 1), "
			  "(SELECT prefix FROM record WHERE prefix < ?1 ORDER BY prefix DESC LIMIT 1), "
			  "(SELECT count(*) FROM record WHERE prefix = ?1)",
			  "i", prefix);
	rc = index_step(index, stmt);
	if (rc != 1)
		return rc;
	for (int column = 0; column < 2; column++) {
		if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
			continue;
		index_join_id(&other, stmt, column);
		memset(other.raw + 8, 0, ID_RAW - 8); /* the column behind it is not its rest */
		compare_beside(beside, &other);
	}
	twins = sqlite3_column_int64(stmt, 2) > 1;
	sqlite3_reset(stmt);
	return twins ? compare_twins(index, beside, prefix) : 0;
}

size_t index_unique_digits(struct index *index, const struct id *id)
{
	struct neighbours beside = { .id = id };

	if (index_try(index, find_neighbours, &beside) < 0)
		return ID_HEX;
	return beside.common < ID_MIN_SHOWN ? ID_MIN_SHOWN : beside.common + 1;
}

static int no_record(const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	return error_set(ERR_NOTFOUND, "no record '%s' in this log", hex);
}

int index_path(char out[RECORD_PATH], struct index *index, const struct id *id)
{
	struct place place = { .id = id };
	int rc;

	rc = index_try(index, find_place, &place);
	if (rc < 0)
		return rc;
	if (!place.n)
		return no_record(id);
	record_path(out, place.date, id);
	return 0;
}

int index_each_in_thread(struct index *index, const struct id *id,
			 int (*each)(const struct id *id, void *data), void *data)
{
	struct question question = QUESTION_INIT(id_of, id, each, data);
	struct place place = { .id = id };
	int rc;

	rc = index_try(index, find_place, &place);
	if (rc == 0 && !place.n)
		rc = no_record(id);
	if (rc < 0 || !place.root)
		return rc;
	/* One after the other, each by its index: OR would go through all records. */
	buf_puts(&question.sql, "SELECT prefix, rest, 0 AS late, date FROM record WHERE n = ? UNION ALL "
				"SELECT prefix, rest, 1, date FROM record WHERE root = ? AND parent > 0 "
				"ORDER BY late, date, prefix, rest");
	add_number(&question, place.root);
	add_number(&question, place.root);
	return ask(index, &question);
}

struct subject {
	const char *text;
	struct id *out;
	bool found;
};

static int find_subject(struct index *index, void *data)
{
	struct subject *subject = data;
	sqlite3_stmt *stmt;
	int rc;

	stmt = index_stmt(index,
			  "SELECT prefix, rest FROM post CROSS JOIN record ON record.n = post.n WHERE state = 1 AND "
			  "instr(subject, ?) ORDER BY post.date DESC, prefix DESC, rest DESC LIMIT 1",
			  "t", subject->text);
	rc = index_step(index, stmt);
	if (rc != 1)
		return rc;
	index_join_id(subject->out, stmt, 0);
	subject->found = true;
	sqlite3_reset(stmt);
	return 0;
}

int index_find_subject(struct id *out, struct index *index, const char *text)
{
	struct subject subject = { .text = text, .out = out };
	int rc;

	rc = index_try(index, find_subject, &subject);
	if (rc == 0 && !subject.found)
		rc = error_set(ERR_NOTFOUND, "no open post has '%s' in its subject", text);
	return rc;
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

	buf_puts(&question.sql, "SELECT path, reason FROM unreadable ORDER BY path");
	return ask(index, &question);
}
