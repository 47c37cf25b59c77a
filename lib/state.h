/*
 * Private state: what concerns one user of one machine and is never shared
 * (the post last written, drafts, …), below ${XDG_STATE_HOME:-~/.local/state}/async/.
 */
#ifndef STATE_H
#define STATE_H

#include "async/buf.h"
#include "async/id.h"

/*
 * Append the path of the file `name` in the state folder of the log with this root, and
 * make the folders (0700). ERR_FAILED with a message: no home, or not to be written.
 */
int state_path(struct buf *out, const struct id *root, const char *name);

/* Append what the file holds (at most 1 MiB). ERR_NOTFOUND, without a message, if there is none. */
int state_read(struct buf *out, const struct id *root, const char *name);

/* Replace the file (0600) as a whole: a reader sees the old text or the new. */
int state_write(const struct id *root, const char *name, const char *text);

#endif
