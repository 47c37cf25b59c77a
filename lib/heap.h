/*
 * A heap of places in somebody's list, the newest first: how a history is walked by date.
 */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>
#include <time.h>

struct heap {
	struct dated {
		time_t at;
		size_t index;
	} *v;
	size_t nr, alloc;
};

#define HEAP_INIT { .v = NULL }

void heap_release(struct heap *heap);
void heap_push(struct heap *heap, time_t at, size_t index);

/* Take out the newest; which of several of one moment comes first is not said. There must be one. */
size_t heap_pop(struct heap *heap);

#endif
