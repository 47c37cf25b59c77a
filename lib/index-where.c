/* The conditions of a query, as SQL. */

#include "async/alloc.h"
#include "async/error.h"
#include "index-question.h"

/* Where each kind of row has what a term asks for. */
struct columns {
	const char *root, *author, *level, *date;
};

static const struct columns columns_of[] = {
	[ROWS_PARTS] = { "part.root", "part.author", "part.level", "part.post_at" },
	[ROWS_POSTS] = { "post.n", "post.author", "post.level", "post.date" },
	[ROWS_RECORDS] = { "record.root", "record.author", "post.level", "record.date" },
};

/* What is being written: the conditions of `terms` for such rows. */
struct where {
	struct question *question;
	struct index *index;
	const struct query_term *terms;
	enum rows rows;
	size_t limit; /* how many rows are wanted; 0: all */
};

static void put(const struct where *where, const char *sql)
{
	buf_puts(&where->question->sql, sql);
}

/* " = (SELECT …)" for one name, " IN (SELECT …)" for several. */
static void put_names(const struct where *where, const char *table, const char *column, const struct query_term *term)
{
	buf_addf(&where->question->sql, " %s (SELECT n FROM %s WHERE %s IN (", term->nr > 1 ? "IN" : "=", table, column);
	for (size_t i = 0; i < term->nr; i++) {
		put(where, i ? ", ?" : "?");
		question_text(where->question, term->v[i]);
	}
	put(where, "))");
}

/*
 * Several authors are looked for on the way through the dates: an index would give the records
 * of each, all of them to be sorted for the newest few.
 */
static void put_people(const struct where *where, const char *column, const struct query_term *term)
{
	put(where, term->nr > 1 ? "+" : "");
	put(where, column);
	put_names(where, "person", "key", term);
}

/* The part is theirs to answer: they are asked, or are the deputy of somebody gone who is. */
static void put_answered_by(const struct where *where, const struct query_term *term)
{
	put(where, "part.person IN (SELECT asked.n FROM person JOIN person asked "
		   "ON asked.n = person.n OR (asked.gone AND asked.deputy = person.n) WHERE person.n");
	put_names(where, "person", "key", term);
	put(where, ")");
}

/* The values of `words`, of which one must hold. */
static void put_any(const struct where *where, const struct query_term *term, const char *const *words)
{
	const char *glue = "";

	for (unsigned i = 0; term->bits >> i; i++) {
		if (!(term->bits & 1u << i))
			continue;
		buf_addf(&where->question->sql, "%s%s", glue, words[i]);
		glue = " OR ";
		if (i == QUERY_OVERDUE)
			question_number(where->question, where->index->now);
	}
}

/* As the partial indexes say it, where they do. */
static void put_state(const struct where *where, const struct query_term *term)
{
	static const char *const of_part[] = {
		[QUERY_OPEN] = "part.state < 2",
		[QUERY_OVERDUE] = "part.state < 2 AND part.due < ?",
		[QUERY_ACKED] = "part.state = 1",
		[QUERY_MET] = "part.state = 2",
		[QUERY_WITHDRAWN] = "part.state = 3",
		[QUERY_NONE] = "0",
		[QUERY_ALL] = "1",
	};
	static const char *const of_thread[] = {
		[QUERY_OPEN] = "post.state = 1",
		[QUERY_OVERDUE] = "post.state = 1 AND post.due < ?",
		[QUERY_ACKED] = "post.state = 1 AND EXISTS (SELECT 1 FROM part WHERE part.root = post.n AND part.state = 1)",
		[QUERY_MET] = "post.state = 2",
		[QUERY_WITHDRAWN] = "post.state = 3",
		[QUERY_NONE] = "post.state = 0",
		[QUERY_ALL] = "1",
	};

	put_any(where, term, where->rows == ROWS_PARTS ? of_part : of_thread);
}

static void put_bits(const struct where *where, const char *column, unsigned bits)
{
	buf_addf(&where->question->sql, "(? >> %s) & 1", column);
	question_number(where->question, bits);
}

static void put_need(const struct where *where, const struct query_term *term)
{
	if (where->rows != ROWS_PARTS)
		buf_addf(&where->question->sql, "EXISTS (SELECT 1 FROM part WHERE part.root = %s AND ",
			 columns_of[where->rows].root);
	put_bits(where, "part.need", term->bits);
	if (where->rows != ROWS_PARTS)
		put(where, ")");
}

static void put_span(const struct where *where, const char *column, const struct query_term *term)
{
	if (!term->begin && !term->end)
		put(where, "1");
	if (term->begin) {
		buf_addf(&where->question->sql, "%s >= ?%s", column, term->end ? " AND " : "");
		question_number(where->question, term->begin);
	}
	if (term->end) {
		buf_addf(&where->question->sql, "%s < ?", column);
		question_number(where->question, term->end);
	}
}

static void put_tag(const struct where *where, const struct query_term *term)
{
	buf_addf(&where->question->sql, "EXISTS (SELECT 1 FROM tag WHERE tag.root = %s AND tag.tag",
		 columns_of[where->rows].root);
	put_names(where, "text", "text", term);
	put(where, ")");
}

#define FOUND "SELECT rowid FROM words WHERE words MATCH ?"

/* -- what is rare ------------------------------------------------------------------------------- */

/* So few are looked up and sorted faster than met with on the way through all dates, */
#define FEW 1000

/*
 * unless the way is short, because it ends with the first ones met: for `limit` of n among all
 * records that is after all / n * limit. To look one up takes as long as to pass a dozen.
 */
static int64_t how_few(const struct where *where)
{
	uint64_t passed = where->limit * (uint64_t)where->index->meta.records / 12;
	int64_t few = 32;

	if (!where->limit || where->limit > FEW || where->terms->next)
		return FEW;
	while (few < FEW && (uint64_t)(few * few) < passed)
		few += 32;
	return few;
}

/* What an index finds at once: the threads of a tag, a person, a level or a need, the records of a word. */
static void put_indexed(const struct where *where, const struct query_term *term)
{
	if (term->field == QUERY_TAG) {
		put(where, "SELECT root FROM tag WHERE tag");
		put_names(where, "text", "text", term);
	} else if (term->field == QUERY_TO) {
		put(where, "SELECT root FROM part WHERE person");
		put_names(where, "person", "key", term);
	} else if (term->field == QUERY_LEVEL) {
		put(where, "SELECT n FROM post WHERE level");
		put_names(where, "text", "text", term);
	} else if (term->field == QUERY_NEED) {
		put(where, "SELECT root FROM part WHERE need > 1 AND need IN (-1");
		for (int need = NEED_REPLY + 1; term->bits >> need; need++)
			if (term->bits & 1u << need)
				buf_addf(&where->question->sql, ", %d", need);
		put(where, ")");
	} else {
		put(where, FOUND);
		question_own_text(where->question, index_match(term->v[0]));
	}
}

static int take_count(sqlite3_stmt *stmt, const struct question *question)
{
	*(int64_t *)question->data = sqlite3_column_int64(stmt, 0);
	return 0;
}

static bool is_rare(const struct where *where, const struct query_term *term)
{
	int64_t few = how_few(where), nr = few;
	struct question question = QUESTION_INIT(take_count, id, NULL, &nr);
	const struct where indexed = { .question = &question };

	buf_puts(&question.sql, "SELECT count(*) FROM (");
	put_indexed(&indexed, term);
	buf_puts(&question.sql, " LIMIT ?)");
	question_number(&question, few);
	if (question_ask(where->index, &question) < 0)
		error_clear(); /* it decides nothing but the way */
	return nr < few;
}

/* Is there an index of it? Of needs there is one of all but the common one. */
static bool has_index(const struct query_term *term)
{
	return term->field == QUERY_TAG || term->field == QUERY_TO || term->field == QUERY_LEVEL ||
	       (term->field == QUERY_NEED && !(term->bits & 1u << NEED_REPLY));
}

/* Of threads found by their parts, those with the tags: to see that takes less than to read each post. */
static void put_tags_of_parts(const struct where *where)
{
	const struct where of_part = { where->question, where->index, NULL, ROWS_PARTS, 0 };

	for (const struct query_term *term = where->terms; term; term = term->next)
		if (term->field == QUERY_TAG && !term->negated) {
			put(where, " AND ");
			put_tag(&of_part, term);
		}
}

/* Begin with the threads of what is rare; whether they match is for the terms to say. */
static void add_rare(const struct where *where)
{
	for (const struct query_term *term = where->terms; term; term = term->next) {
		if (where->rows == ROWS_PARTS || term->negated || !has_index(term) || !is_rare(where, term))
			continue;
		question_and(where->question, columns_of[where->rows].root);
		put(where, " IN (");
		put_indexed(where, term);
		if (term->field == QUERY_TO || term->field == QUERY_NEED)
			put_tags_of_parts(where);
		put(where, ")");
		return;
	}
}

/* Threads are found by each of their records: from those on, or, if they are many, thread by thread. */
static void put_words(const struct where *where, const struct query_term *term)
{
	const char *root = columns_of[where->rows].root;

	if (where->rows == ROWS_RECORDS)
		put(where, "record.n IN (");
	else if (is_rare(where, term))
		buf_addf(&where->question->sql, "%s IN (SELECT root FROM record WHERE n IN (", root);
	else
		buf_addf(&where->question->sql, "EXISTS (SELECT 1 FROM record WHERE root = %s AND +n IN (", root);
	put_indexed(where, term);
	put(where, where->rows == ROWS_RECORDS ? ")" : "))");
}

static void put_asked(const struct where *where, const struct query_term *term);

static void put_term(const struct where *where, const struct query_term *term)
{
	const struct columns *columns = &columns_of[where->rows];

	switch (term->field) {
	case QUERY_WORD:
		put_words(where, term);
		break;
	case QUERY_FROM:
		put_people(where, columns->author, term);
		break;
	case QUERY_TO:
		if (where->rows == ROWS_PARTS)
			put_answered_by(where, term);
		else
			put_asked(where, term);
		break;
	case QUERY_STATE:
		put_state(where, term);
		break;
	case QUERY_NEED:
		put_need(where, term);
		break;
	case QUERY_LEVEL:
		put(where, "+"); /* only what is rare is come by so: see add_rare() */
		put(where, columns->level);
		put_names(where, "text", "text", term);
		break;
	case QUERY_TAG:
		put_tag(where, term);
		break;
	case QUERY_TYPE:
		put_bits(where, "post.type", term->bits);
		break;
	case QUERY_DUE:
		put_span(where, where->rows == ROWS_PARTS ? "part.due" : "post.due", term);
		break;
	case QUERY_SINCE:
	case QUERY_UNTIL:
		put_span(where, columns->date, term);
		break;
	}
}

static void add_term(const struct where *where, const struct query_term *term)
{
	question_and(where->question, "(");
	put_term(where, term);
	put(where, term->negated ? ") IS NOT TRUE" : ")");
}

/* Of one part of the thread, if it is asked for somebody's. */
static bool is_of_part(const struct query_term *term)
{
	return term->field == QUERY_STATE || term->field == QUERY_NEED || term->field == QUERY_DUE;
}

static bool asks_somebody(const struct query_term *terms)
{
	for (; terms; terms = terms->next)
		if (terms->field == QUERY_TO && !terms->negated)
			return true;
	return false;
}

/* They have a part in the thread; (unless negated) it is the one that state, need and due speak of. */
static void put_asked(const struct where *where, const struct query_term *term)
{
	const struct where of_part = { where->question, where->index, NULL, ROWS_PARTS, 0 };

	buf_addf(&where->question->sql, "EXISTS (SELECT 1 FROM part WHERE part.root = %s AND ",
		 columns_of[where->rows].root);
	put_people(where, "part.person", term);
	for (const struct query_term *other = where->terms; other && !term->negated; other = other->next)
		if (is_of_part(other))
			add_term(&of_part, other);
	put(where, ")");
}

static void add_terms(const struct where *where)
{
	bool of_part = where->rows != ROWS_PARTS && asks_somebody(where->terms);

	for (const struct query_term *term = where->terms; term; term = term->next)
		if (!of_part || !is_of_part(term))
			add_term(where, term);
}

/* -- the fields that callers set --------------------------------------------------------------- */

/* As many as can be set, before the terms of the grammar. */
struct given {
	struct query_term v[6];
	size_t nr;
};

static struct query_term *give(struct given *given, enum query_field field)
{
	struct query_term *term = &given->v[given->nr++];

	term->field = field;
	return term;
}

static void give_text(struct given *given, enum query_field field, const char *const *text)
{
	struct query_term *term;

	if (!*text)
		return;
	term = give(given, field);
	term->v = (const char **)text;
	term->nr = 1;
}

static const struct query_term *all_terms(struct given *given, const struct query *query)
{
	give_text(given, QUERY_FROM, &query->from);
	give_text(given, QUERY_TO, &query->to);
	give_text(given, QUERY_WORD, &query->words);
	if (query->since)
		give(given, QUERY_SINCE)->begin = query->since;
	if (query->until)
		give(given, QUERY_UNTIL)->end = query->until;
	if (query->due_before)
		give(given, QUERY_DUE)->end = query->due_before;
	for (size_t i = 0; i < given->nr; i++)
		given->v[i].next = i + 1 < given->nr ? &given->v[i + 1] : query->terms;
	return given->nr ? given->v : query->terms;
}

static int add_thread(const struct where *where, const struct query *query)
{
	struct place place = { .id = query->thread };
	int rc;

	if (!query->thread)
		return 0;
	rc = index_try(where->index, index_place_of, &place);
	question_and(where->question, columns_of[where->rows].root);
	put(where, " = ?");
	question_number(where->question, place.root ? place.root : -1);
	return rc;
}

static int add_touched(const struct where *where, const struct query *query)
{
	struct question *question = where->question;
	int rc;

	if (!query->touched)
		return 0;
	question_and(question, columns_of[where->rows].root);
	put(where, " IN (SELECT record.root FROM record");
	question->glue = " WHERE ";
	rc = question_where(question, where->index, query->touched, ROWS_RECORDS);
	question_news(question, where->index, query->touched);
	question->glue = " AND ";
	put(where, ")");
	return rc;
}

static void add_states(const struct where *where, unsigned states)
{
	const char *column = where->rows == ROWS_PARTS ? "part.state" : "post.state";

	if (!states)
		return;
	question_and(where->question, "");
	if (where->rows == ROWS_PARTS && states == STATES_UNSETTLED)
		put(where, "part.state < 2"); /* as the partial indexes say it */
	else
		put_bits(where, column, states);
}

int question_where(struct question *question, struct index *index, const struct query *query, enum rows rows)
{
	struct given given = { .nr = 0 };
	const struct where where = { question, index, all_terms(&given, query), rows, query->limit };
	int rc;

	rc = add_thread(&where, query);
	if (rc == 0)
		rc = add_touched(&where, query);
	add_states(&where, query->states);
	add_rare(&where);
	add_terms(&where);
	return rc;
}
