/* The query grammar: what people type, as terms (async-query(7)). */
#include "async/query.h"

#include <string.h>
#include <strings.h>

#include "async/buf.h"
#include "async/error.h"
#include "async/nearest.h"

#define SPACE " \t\r\n"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

const char *const query_states[] = { "open", "overdue", "acked", "met", "withdrawn", "none", "all", NULL };

/* In the order in which a message lists them. */
static const struct field {
	const char *name;
	enum query_field field;
	const char *const *words; /* that it takes; NULL: any */
	const char *example;
} fields[] = {
	{ "from", QUERY_FROM, NULL, "from:ana, from:ana,ben or from:me" },
	{ "to", QUERY_TO, NULL, "to:ana, to:ana,ben or to:me" },
	{ "state", QUERY_STATE, query_states, "state:open" },
	{ "due", QUERY_DUE, NULL, "'due<:fri', 'due>:fri' or due:today" },
	{ "tag", QUERY_TAG, NULL, "tag:release or tag:release,docs" },
	{ "level", QUERY_LEVEL, NULL, "level:urgent" },
	{ "type", QUERY_TYPE, post_type_words, "type:decision" },
	{ "need", QUERY_NEED, need_words, "need:approval" },
	{ "since", QUERY_SINCE, NULL, "since:yesterday" },
	{ "until", QUERY_UNTIL, NULL, "until:2026-12-01" },
};

/* More would be more than SQLite takes in one statement; nobody types as many. */
#define MAX_TERMS 100
#define MAX_VALUES 100

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

/* What is being read. */
struct reading {
	struct query *query;
	struct pool *pool;
	struct buf words;    /* that must be there */
	size_t nr;           /* terms so far */
	bool after_word;     /* the term before was such a word, */
	bool after_or;       /* or OR */
};

static const struct field *find_field(const char *name, size_t len)
{
	for (size_t i = 0; i < NR_FIELDS; i++)
		if (strlen(fields[i].name) == len && !strncasecmp(fields[i].name, name, len))
			return &fields[i];
	return NULL;
}

const char *query_field_at(enum query_field *field, const char *const **words, size_t i)
{
	if (i >= NR_FIELDS)
		return NULL;
	*field = fields[i].field;
	*words = fields[i].words;
	return fields[i].name;
}

static const struct field *field_of(enum query_field which)
{
	const struct field *field = fields;

	while (field->field != which)
		field++;
	return field;
}

static void put_fields(struct buf *out)
{
	for (size_t i = 0; i < NR_FIELDS; i++)
		buf_addf(out, "%s%s%s:", i ? " " : "", fields[i].name, fields[i].field == QUERY_DUE ? "<" : "");
}

static int unknown_field(const char *text, const char *name, size_t len)
{
	const char *names[NR_FIELDS + 1] = { NULL }, *suggestion;
	struct buf known = BUF_INIT, word = BUF_INIT;

	for (size_t i = 0; i < NR_FIELDS; i++)
		names[i] = fields[i].name;
	buf_add(&word, name, len);
	suggestion = nearest(word.ptr, names);
	error_set(ERR_USAGE, "'%s': there is no field '%s'", text, word.ptr);
	put_fields(&known);
	if (suggestion)
		error_hint("the nearest is %s: (to find it as words, put it in double quotes)", suggestion);
	else
		error_hint("the fields are %s\nto find it as words, put it in double quotes", known.ptr);
	buf_release(&word);
	buf_release(&known);
	return ERR_USAGE;
}

static int wants(const char *text, const struct field *field, const char *what)
{
	error_set(ERR_USAGE, "'%s' %s", text, what);
	error_hint("write it as %s", field->example);
	return ERR_USAGE;
}

/* -- values ------------------------------------------------------------------------------- */

static int not_a_word(const struct query_term *term, const struct field *field, const char *value)
{
	const char *suggestion = nearest(value, field->words);
	struct buf known = BUF_INIT;

	for (const char *const *word = field->words; *word; word++)
		buf_addf(&known, "%s%s", known.len ? ", " : "", *word);
	error_set(ERR_USAGE, "'%s': '%s' is not one of %s", term->text, value, known.ptr);
	if (suggestion)
		error_hint("did you mean %s:%s?", field->name, suggestion);
	buf_release(&known);
	return ERR_USAGE;
}

static int add_word(struct query_term *term, const struct field *field, const char *value)
{
	size_t i = 0;

	while (field->words[i] && strcasecmp(field->words[i], value) != 0)
		i++;
	if (!field->words[i])
		return not_a_word(term, field, value);
	if (term->field == QUERY_TYPE || term->field == QUERY_NEED)
		i++; /* the unknown one has no word */
	term->bits |= 1u << i;
	return 0;
}

static bool takes_time(enum query_field field)
{
	return field == QUERY_DUE || field == QUERY_SINCE || field == QUERY_UNTIL;
}

/* "a,b" is two; in double quotes a comma is one. The quotes go. */
static int split_value(struct query_term *term, struct pool *pool, const struct field *field, const char *value)
{
	size_t most = 1;
	bool quoted = false;
	char *out;

	for (const char *c = value; *c; c++)
		most += *c == ',';
	if (most > MAX_VALUES)
		return error_set(ERR_USAGE, "%s: has %zu values, and one term takes %d", field->name, most, MAX_VALUES);
	term->v = pool_alloc(pool, most * sizeof(*term->v));
	out = pool_strdup(pool, value);
	term->v[term->nr++] = out;
	for (; *value; value++) {
		if (*value == '"') {
			quoted = !quoted;
		} else if (*value == ',' && !quoted && !takes_time(term->field)) {
			*out++ = '\0';
			term->v[term->nr++] = out;
		} else {
			*out++ = *value;
		}
	}
	*out = '\0';
	for (size_t i = 0; i < term->nr; i++)
		if (!*term->v[i])
			return wants(term->text, field, term->nr > 1 ? "has an empty value" : "wants a value");
	return 0;
}

static int read_value(struct query_term *term, struct pool *pool, const struct field *field, const char *value)
{
	int rc;

	if (!*value)
		return wants(term->text, field, "wants a value");
	rc = split_value(term, pool, field, value);
	for (size_t i = 0; rc == 0 && field->words && i < term->nr; i++)
		rc = add_word(term, field, term->v[i]);
	return rc;
}

static void append(struct query *query, struct query_term *term)
{
	struct query_term **end = &query->terms;

	while (*end)
		end = &(*end)->next;
	*end = term;
}

struct query_term *query_term_new(struct query *query, struct pool *pool, enum query_field field, const char *text)
{
	struct query_term *term = pool_alloc(pool, sizeof(*term));

	*term = (struct query_term){ .field = field, .text = text, .relation = ':' };
	append(query, term);
	return term;
}

int query_add(struct query *query, struct pool *pool, enum query_field which, const char *value)
{
	const struct field *field = field_of(which);
	const char *text = pool_strfmt(pool, "%s:%s", field->name, value);

	return read_value(query_term_new(query, pool, which, text), pool, field, value);
}

/* -- terms -------------------------------------------------------------------------------- */

/*
 * How long the name of a field is that a term begins with; 0: it is words. A field is letters, a
 * colon, and something behind it; so "10:30", "http://…", "std::vector" and "todo:" are words. The
 * colon of a comparison may be left out: "due<fri".
 */
static size_t field_length(const char *text)
{
	size_t len = strspn(text, LETTERS);
	bool compares = text[len] == '<' || text[len] == '>';
	size_t colon = len + compares;

	if (!len || (text[colon] != ':' && !compares))
		return 0;
	if (find_field(text, len))
		return len;
	if (text[colon] != ':')
		return 0;
	return text[colon + 1] && text[colon + 1] != ':' && strncmp(text + colon + 1, "//", 2) != 0 ? len : 0;
}

bool query_is_negated_field(const char *arg)
{
	size_t len = *arg == '-' ? field_length(arg + 1) : 0;

	return len && find_field(arg + 1, len);
}

static int read_field(struct reading *r, const char *text, const char *name, size_t len)
{
	const struct field *field = find_field(name, len);
	const char *colon = name + len;
	struct query_term *term;

	if (!field)
		return unknown_field(text, name, len);
	term = query_term_new(r->query, r->pool, field->field, text);
	term->negated = name > text;
	if (*colon != ':')
		term->relation = *colon++;
	if (term->relation != ':' && field->field != QUERY_DUE)
		return wants(text, field, "is no comparison: only due: takes one");
	if (field->field == QUERY_DUE && *colon == ':' && (colon[1] == '<' || colon[1] == '>'))
		return wants(text, field, "has its comparison behind the colon");
	return read_value(term, r->pool, field, colon + (*colon == ':'));
}

static int misplaced_or(void)
{
	error_set(ERR_USAGE, "'OR' stands between two words that are to be found");
	error_hint("values of one field are divided by a comma: from:ana,ben");
	return ERR_USAGE;
}

static int read_or(struct reading *r)
{
	if (!r->after_word || r->after_or)
		return misplaced_or();
	buf_puts(&r->words, " OR");
	r->after_or = true;
	return 0;
}

static int read_word(struct reading *r, const char *text)
{
	bool negated = *text == '-' && text[1]; /* a dash alone is one between words */
	struct query_term *term;

	if (!text[negated + strspn(text + negated, "\"*")])
		return error_set(ERR_USAGE, "'%s' is nothing that could be found", text);
	if (!negated) {
		buf_addf(&r->words, "%s%s", r->words.len ? " " : "", text);
		return 0;
	}
	term = query_term_new(r->query, r->pool, QUERY_WORD, text);
	term->negated = true;
	term->v = pool_alloc(r->pool, sizeof(*term->v));
	term->v[term->nr++] = text + 1;
	return 0;
}

static int read_term(struct reading *r, const char *text)
{
	bool negated = *text == '-' && text[1], is_word;
	size_t len = field_length(text + negated);
	int rc;

	if (++r->nr > MAX_TERMS)
		return error_set(ERR_USAGE, "a query has at most %d terms", MAX_TERMS);
	if (!strcmp(text, "OR"))
		return read_or(r);
	is_word = !len && !negated;
	if (r->after_or && !is_word)
		return misplaced_or();
	rc = len ? read_field(r, text, text + negated, len) : read_word(r, text);
	r->after_word = is_word;
	r->after_or = false;
	return rc;
}

/* The next term of `*text`, which moves behind it: up to white space that is not in quotes. NULL: no more. */
static int take_term(const char **out, struct pool *pool, const char **text)
{
	const char *begin = *text + strspn(*text, SPACE), *end = begin;
	bool quoted = false;

	for (; *end && (quoted || !strchr(SPACE, *end)); end++)
		quoted ^= *end == '"';
	*text = end;
	*out = end > begin ? pool_strndup(pool, begin, (size_t)(end - begin)) : NULL;
	if (!quoted)
		return 0;
	error_set(ERR_USAGE, "'%s': a quote is opened and not closed", *out);
	error_hint("words in double quotes are found as they stand, one after the other");
	return ERR_USAGE;
}

int query_parse(struct query *query, struct pool *pool, const char *text)
{
	struct reading r = { .query = query, .pool = pool, .words = BUF_INIT };
	const char *term;
	int rc;

	do {
		rc = take_term(&term, pool, &text);
		if (rc == 0 && term)
			rc = read_term(&r, term);
	} while (rc == 0 && term);
	if (rc == 0 && r.after_or)
		rc = misplaced_or();
	if (rc == 0 && r.words.len)
		query->words = query->words ? pool_strfmt(pool, "%s %s", query->words, r.words.ptr) :
					      pool_strdup(pool, r.words.ptr);
	buf_release(&r.words);
	return rc;
}
