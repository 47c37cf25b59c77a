/* Allocators that do not return NULL, and pools. */
#include "async/alloc.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/error.h"

static void *checked(void *ptr)
{
	if (!ptr)
		error_out_of_memory();
	return ptr;
}

void *xmalloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *xcalloc(size_t nr, size_t size)
{
	return checked(calloc(nr ? nr : 1, size ? size : 1));
}

void *xrealloc(void *ptr, size_t size)
{
	return checked(realloc(ptr, size ? size : 1));
}

char *xstrdup(const char *text)
{
	return checked(strdup(text));
}

char *xstrndup(const char *text, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *xstrfmt(const char *fmt, ...)
{
	va_list ap;
	char *text;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	return checked(len < 0 ? NULL : text);
}

/* Blocks double in size, so that a record costs one and a whole log a few dozen. */
#define FIRST_BLOCK ((size_t)2000)
#define LARGEST_BLOCK ((size_t)1 << 20)

struct pool_block {
	struct pool_block *next;
	size_t used, size;
	alignas(max_align_t) char data[];
};

static struct pool_block *add_block(struct pool *pool, size_t need)
{
	size_t size = pool->blocks ? 2 * pool->blocks->size : FIRST_BLOCK;
	struct pool_block *block;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < need)
		size = need;
	block = xmalloc(sizeof(*block) + size);
	block->next = pool->blocks;
	block->used = 0;
	block->size = size;
	pool->blocks = block;
	return block;
}

static void *take(struct pool *pool, size_t size, size_t align)
{
	struct pool_block *block = pool->blocks;
	size_t at = block ? (block->used + align - 1) & ~(align - 1) : 0;

	if (!block || at > block->size || block->size - at < size) {
		block = add_block(pool, size);
		at = 0;
	}
	block->used = at + size;
	return block->data + at;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	return memset(take(pool, size, alignof(max_align_t)), 0, size);
}

char *pool_strndup(struct pool *pool, const char *text, size_t len)
{
	char *copy = take(pool, len + 1, 1);

	if (len)
		memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

char *pool_strdup(struct pool *pool, const char *text)
{
	return pool_strndup(pool, text, strlen(text));
}

char *pool_strfmt(struct pool *pool, const char *fmt, ...)
{
	va_list ap;
	char *text, *copy;
	int len;

	va_start(ap, fmt);
	len = vasprintf(&text, fmt, ap);
	va_end(ap);
	checked(len < 0 ? NULL : text);
	copy = pool_strndup(pool, text, (size_t)len);
	free(text);
	return copy;
}

void pool_release(struct pool *pool)
{
	while (pool->blocks) {
		struct pool_block *next = pool->blocks->next;

		free(pool->blocks);
		pool->blocks = next;
	}
}
