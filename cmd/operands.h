/* The records that a command is told to act on: operands, or a list on standard input. */
#ifndef OPERANDS_H
#define OPERANDS_H

#include "async/id.h"
#include "async/worklog.h"

struct ids {
	struct id *v;
	size_t nr, alloc;
};

#define OPT_STDIN(v) OPT_FLAG(0, "stdin", v, "read the ids from standard input too, the first word of each line")

/*
 * Find every operand, and with `from_stdin` the first word of each line of standard input; each
 * id once. ERR_USAGE if there is none. The caller frees out->v.
 */
int operands_find(struct ids *out, struct worklog *wl, int argc, char **argv, bool from_stdin);

#endif
