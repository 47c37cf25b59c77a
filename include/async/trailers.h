/*
 * Trailers: the lines "Key: value" that end a commit's message, by git's own rules. Pure; the
 * message may be anybody's.
 *
 * libgit2 has a reader of them, too: it takes what stands behind a line "---" for a patch, which
 * it is not in a commit, and it would have to be started first.
 */
#ifndef ASYNC_TRAILERS_H
#define ASYNC_TRAILERS_H

#include <stddef.h>

struct trailer {
	const char *key;   /* as it is written */
	const char *value; /* without white space around it; of several lines the ends are one space */
};

/*
 * Call `each` for each trailer, in order: those of the last paragraph, if that is not the first
 * one and is made of trailers alone (or has one that git makes, and at least a quarter are). A
 * non-zero return ends it and is returned. `message` ends at its first NUL or after `len` bytes.
 */
int trailers_each(const char *message, size_t len, int (*each)(const struct trailer *, void *data), void *data);

#endif
