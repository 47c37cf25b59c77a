/* The questions about ids: which begin so, which belong together, which a text means. */
#include <string.h>

#include "async/error.h"
#include "index-question.h"

int index_place_of(struct index *index, void *data)
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

int index_id_of(struct id *out, struct index *index, int64_t n)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT prefix, rest FROM record WHERE n = ?", "i", n);
	int rc = index_step(index, stmt);

	if (rc != 1)
		return rc;
	index_join_id(out, stmt, 0);
	sqlite3_reset(stmt);
	return 1;
}

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
	question_and(&question, "prefix >= ?");
	question_number(&question, from);
	question_and(&question, "prefix <= ?");
	question_number(&question, to);
	buf_puts(&question.sql, " ORDER BY prefix, rest");
	return question_ask(index, &question);
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

	rc = index_try(index, index_place_of, &place);
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

	rc = index_try(index, index_place_of, &place);
	if (rc == 0 && !place.n)
		rc = no_record(id);
	if (rc < 0 || !place.root)
		return rc;
	/* One after the other, each by its index: OR would go through all records. */
	buf_puts(&question.sql, "SELECT prefix, rest, 0 AS late, date FROM record WHERE n = ? UNION ALL "
				"SELECT prefix, rest, 1, date FROM record WHERE root = ? AND parent > 0 "
				"ORDER BY late, date, prefix, rest");
	question_number(&question, place.root);
	question_number(&question, place.root);
	return question_ask(index, &question);
}

struct subject {
	const char *text;
	bool open;
	struct id *out;
	bool found;
};

static int find_subject(struct index *index, void *data)
{
	struct subject *subject = data;
	sqlite3_stmt *stmt;
	int rc;

	stmt = index_stmt(index,
			  subject->open ?
				  "SELECT prefix, rest FROM post CROSS JOIN record ON record.n = post.n WHERE state = 1 "
				  "AND instr(subject, ?) ORDER BY post.date DESC, prefix DESC, rest DESC LIMIT 1" :
				  "SELECT prefix, rest FROM post CROSS JOIN record ON record.n = post.n "
				  "WHERE instr(subject, ?) ORDER BY post.date DESC, prefix DESC, rest DESC LIMIT 1",
			  "t", subject->text);
	rc = index_step(index, stmt);
	if (rc != 1)
		return rc;
	index_join_id(subject->out, stmt, 0);
	subject->found = true;
	sqlite3_reset(stmt);
	return 0;
}

int index_find_subject(struct id *out, struct index *index, const char *text, bool open)
{
	struct subject subject = { .text = text, .open = open, .out = out };
	int rc;

	rc = index_try(index, find_subject, &subject);
	if (rc == 0 && !subject.found)
		rc = error_set(ERR_NOTFOUND, "no %spost has '%s' in its subject", open ? "open " : "", text);
	return rc;
}
