/* From record to record, to the end. */
#include "trace.h"

#include <stdlib.h>

#define UNKNOWN (TRACE_NONE - 1)

static int compare(const void *a, const void *b)
{
	const struct trace *x = a, *y = b;

	return id_cmp(&x->id, &y->id);
}

const struct trace *traces_find(const struct trace *v, size_t nr, const struct id *id)
{
	const struct trace key = { .id = *id };

	return nr ? bsearch(&key, v, nr, sizeof(*v), compare) : NULL;
}

/* All on the way to what is known already, or to where it ends, have the same end. */
static void follow(struct trace *v, size_t nr, size_t first)
{
	size_t at = first, end, steps = 0;

	while (v[at].end == UNKNOWN && v[at].next != TRACE_NONE && steps++ < nr)
		at = v[at].next;
	end = v[at].end != UNKNOWN ? v[at].end : TRACE_NONE;
	for (at = first; at != TRACE_NONE && v[at].end == UNKNOWN; at = v[at].next)
		v[at].end = end;
}

void traces_follow(struct trace *v, size_t nr)
{
	if (nr)
		qsort(v, nr, sizeof(*v), compare);
	for (size_t i = 0; i < nr; i++) {
		const struct trace *next = v[i].is_end ? NULL : traces_find(v, nr, &v[i].target);

		v[i].next = next ? (size_t)(next - v) : TRACE_NONE;
		v[i].end = v[i].is_end ? i : UNKNOWN;
	}
	for (size_t i = 0; i < nr; i++)
		follow(v, nr, i);
}
