/*
 * What a server does about a push: it takes in nothing that a clone would have to refuse, or that
 * verify would tell of afterwards. Nothing is written.
 */
#ifndef ASYNC_RECEIVE_H
#define ASYNC_RECEIVE_H

#include <stddef.h>

#include "async/id.h"
#include "async/verify.h"
#include "async/worklog.h"

/* A ref that is to be moved, as git tells its hooks. */
struct receive_update {
	struct id old, new; /* zero: it is to be made, or to go */
	const char *ref;    /* "refs/heads/async", */
	size_t ref_len;     /* not ended by NUL */
};

/*
 * Read "<old> <new> <ref>", a line of `len` bytes without its end; the ref points into it. ERR_INVALID: it
 * is none.
 */
int receive_parse(struct receive_update *out, const char *line, size_t len);

/*
 * May the ref be moved so? What is in the way comes in `out`, which is to be released; other refs
 * than the log's are not looked at. `wl` was opened with `receiving`. ERR_*: it could not be told,
 * and must not be moved.
 */
int receive_check(struct verify *out, struct worklog *wl, const struct receive_update *update);

#endif
