/*
 * Memory that is always there: allocators that abort when it runs out.
 *
 * A work log is small and a command is short; handling exhaustion at every call
 * would double the code and test nothing. A pool frees many small things at once.
 */
#ifndef ASYNC_ALLOC_H
#define ASYNC_ALLOC_H

#include <stdarg.h>
#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t nr, size_t size);
void *xrealloc(void *ptr, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t len);

/* Printf into new memory, which the caller frees. */
char *xstrfmt(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Make room for one more element in `v` (with `nr` used of `alloc`). */
#define GROW(v, nr, alloc)                                                         \
	do {                                                                       \
		if ((nr) >= (alloc)) {                                             \
			(alloc) = (alloc) ? 2 * (alloc) : 8;                       \
			(v) = xrealloc((v), (alloc) * sizeof(*(v)));               \
		}                                                                  \
	} while (0)

/* Memory that is released all at once. */
struct pool {
	struct pool_block *blocks;
};

#define POOL_INIT { 0 }

/* Zeroed, aligned for any type; valid until pool_release(). */
void *pool_alloc(struct pool *pool, size_t size);

/* A copy of `len` bytes with a NUL after them. */
char *pool_strndup(struct pool *pool, const char *text, size_t len);
char *pool_strdup(struct pool *pool, const char *text);
char *pool_strfmt(struct pool *pool, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Free all of it; the pool can be used again. */
void pool_release(struct pool *pool);

#endif
