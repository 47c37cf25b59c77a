/* Words to be found, as people type them, as an expression of the full text index. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "index-internal.h"

/* A word, or a phrase in quotes. */
struct term {
	const char *text;
	size_t len;
	bool quoted;
	bool open;     /* a * behind it: any end will do */
	bool either;   /* OR between it and the one before */
};

struct terms {
	struct term *v;
	size_t nr, alloc;
};

/* The next term, perhaps of no bytes; false at the end. */
static bool next_term(struct term *out, const char **at)
{
	const char *p = *at + strspn(*at, " \t\n");

	if (!*p)
		return false;
	*out = (struct term){ .quoted = *p == '"' };
	out->text = p + out->quoted;
	out->len = out->quoted ? strcspn(out->text, "\"") : strcspn(out->text, " \t\n\"");
	p = out->text + out->len;
	p += out->quoted && *p;
	if (out->quoted && *p == '*') {
		out->open = true;
		p++;
	} else if (!out->quoted && out->len && out->text[out->len - 1] == '*') {
		out->open = true;
		out->len--;
	}
	*at = p;
	return true;
}

static void read_terms(struct terms *out, const char *words)
{
	bool either = false;
	struct term term;

	while (next_term(&term, &words)) {
		if (!term.quoted && term.len == 2 && !memcmp(term.text, "OR", 2)) {
			either = true;
			continue;
		}
		if (!term.len)
			continue;
		term.either = either && out->nr;
		either = false;
		GROW(out->v, out->nr, out->alloc);
		out->v[out->nr++] = term;
	}
}

/* FTS5 takes all that stands between quotes for text, and there are none within. */
static void put_term(struct buf *out, const struct term *term, const char *glue)
{
	buf_addf(out, "%s\"%.*s\"%s", out->len ? glue : "", (int)term->len, term->text, term->open ? "*" : "");
}

/*
 * Single words first, side by side, for so FTS5 passes over what has neither letter nor digit
 * ("release - plan"), while it would find nothing for it behind an AND.
 */
static void put_terms(struct buf *out, const struct terms *terms)
{
	struct buf choices = BUF_INIT, choice = BUF_INIT;

	for (size_t i = 0, end; i < terms->nr; i = end) {
		for (end = i + 1; end < terms->nr && terms->v[end].either; end++)
			;
		if (end == i + 1) {
			put_term(out, &terms->v[i], " ");
			continue;
		}
		buf_reset(&choice);
		for (size_t k = i; k < end; k++)
			put_term(&choice, &terms->v[k], " OR ");
		buf_addf(&choices, "%s(%s)", choices.len ? " AND " : "", choice.ptr);
	}
	buf_addf(out, "%s%s", out->len && choices.len ? " AND " : "", choices.ptr);
	buf_release(&choice);
	buf_release(&choices);
}

char *index_match(const char *words)
{
	struct terms terms = { .v = NULL };
	struct buf out = BUF_INIT;

	read_terms(&terms, words);
	put_terms(&out, &terms);
	if (!out.len)
		buf_puts(&out, "\"\"");
	free(terms.v);
	return buf_detach(&out);
}
