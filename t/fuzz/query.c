/*
 * Any text as a query: what was read, written out again, reads as the same terms.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/query.h"

static void put_query(struct buf *out, const struct query *query)
{
	for (const struct query_term *term = query->terms; term; term = term->next)
		buf_addf(out, "%s ", term->text);
	if (query->words)
		buf_puts(out, query->words);
}

static bool same_term(const struct query_term *a, const struct query_term *b)
{
	if (a->field != b->field || a->negated != b->negated || a->bits != b->bits || a->relation != b->relation ||
	    a->nr != b->nr)
		return false;
	for (size_t i = 0; i < a->nr; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return true;
}

static void compare(const struct query *a, const struct query *b)
{
	const struct query_term *other = b->terms;

	for (const struct query_term *term = a->terms; term; term = term->next, other = other->next)
		if (!other || !same_term(term, other))
			BUG("'%s' reads as something else", term->text);
	if (other || !a->words != !b->words || (a->words && strcmp(a->words, b->words) != 0))
		BUG("it has more, or other words: %s", b->words ? b->words : "");
}

static void check_term(const struct query_term *term)
{
	for (size_t i = 0; i < term->nr; i++)
		if (!*term->v[i])
			BUG("'%s' has an empty value", term->text);
	if (term->relation != ':' && (term->field != QUERY_DUE || !strchr("<>", term->relation)))
		BUG("'%s' compares", term->text);
	if ((term->field == QUERY_STATE || term->field == QUERY_TYPE || term->field == QUERY_NEED) && !term->bits)
		BUG("'%s' means nothing", term->text);
}

FUZZER(query)
{
	char *text = xstrndup(data, len);
	struct query query = { 0 }, again = { 0 };
	struct pool pool = POOL_INIT;
	struct buf form = BUF_INIT;

	if (query_parse(&query, &pool, text) == 0) {
		for (const struct query_term *term = query.terms; term; term = term->next)
			check_term(term);
		put_query(&form, &query);
		if (query_parse(&again, &pool, form.ptr) < 0)
			BUG("its own form is refused: %s", error_last());
		compare(&query, &again);
	} else if (!*error_last()) {
		BUG("refused without a word");
	}
	error_clear();
	query_is_negated_field(text);
	pool_release(&pool);
	buf_release(&form);
	free(text);
}
