/*
 * Records that hang on records: where each comes to in the end. Chains may be as long as somebody cared
 * to write them, so none is gone along twice. Pure.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "async/id.h"

#define TRACE_NONE SIZE_MAX

struct trace {
	struct id id, target; /* `target`: what it hangs on, if it is no end */
	bool is_end;
	size_t of;            /* the caller's number of it */
	size_t next, end;     /* places in the list: of its target, and of the end behind that; or TRACE_NONE */
};

/* Sort the list by id, and set `next` and `end` of each. An end's end is itself. */
void traces_follow(struct trace *v, size_t nr);

/* NULL: it is not in a list that was followed. */
const struct trace *traces_find(const struct trace *v, size_t nr, const struct id *id);

#endif
