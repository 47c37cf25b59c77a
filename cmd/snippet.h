/* A piece of a text around the words that were found in it, on one line. */
#ifndef SNIPPET_H
#define SNIPPET_H

#include <stdbool.h>
#include <stddef.h>

#include "async/buf.h"

struct snippet {
	struct buf text;
	struct range {
		size_t begin, end; /* bytes of `text` */
		size_t at;         /* where it stands in the whole text, without the marks */
	} *found;
	size_t nr, alloc;
	size_t at; /* of the word around which it was cut */
};

#define SNIPPET_INIT { .text = BUF_INIT }
void snippet_release(struct snippet *snippet);

/*
 * Cut a text with found words marked (struct found) to at most `width` columns, where most of
 * the different words are; "…" stands for what is left out. `safe`: escaped as by print_safe().
 * False if nothing is marked in it.
 */
bool snippet_cut(struct snippet *out, const char *marked, int width, bool safe);

/* Append it as it is shown, with the found words coloured. */
void snippet_put(struct buf *out, const struct snippet *snippet);

/* Append "12-21,30-35": where the found words stand, counted in characters. */
void snippet_put_ranges(struct buf *out, const struct snippet *snippet);

#endif
