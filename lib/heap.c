/* A binary heap by date. */
#include "heap.h"

#include <stdlib.h>

#include "async/alloc.h"

void heap_release(struct heap *heap)
{
	free(heap->v);
	*heap = (struct heap)HEAP_INIT;
}

void heap_push(struct heap *heap, time_t at, size_t index)
{
	size_t place = heap->nr;

	GROW(heap->v, heap->nr, heap->alloc);
	for (heap->nr++; place; place = (place - 1) / 2) {
		const struct dated *up = &heap->v[(place - 1) / 2];

		if (up->at >= at)
			break;
		heap->v[place] = *up;
	}
	heap->v[place] = (struct dated){ at, index };
}

size_t heap_pop(struct heap *heap)
{
	size_t top = heap->v[0].index, place = 0;
	struct dated last = heap->v[--heap->nr];

	for (;;) {
		size_t child = 2 * place + 1;

		if (child >= heap->nr)
			break;
		if (child + 1 < heap->nr && heap->v[child + 1].at > heap->v[child].at)
			child++;
		if (last.at >= heap->v[child].at)
			break;
		heap->v[place] = heap->v[child];
		place = child;
	}
	heap->v[place] = last;
	return top;
}
