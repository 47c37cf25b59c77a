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

/*
 * Append what the file holds (at most 1 MiB): lines of text, in which a NUL that does not belong
 * there ends a line. ERR_NOTFOUND, without a message, if there is none.
 */
int state_read(struct buf *out, const struct id *root, const char *name);

/* Replace the file (0600) as a whole: a reader sees the old text or the new. */
int state_write(const struct id *root, const char *name, const char *text);

/*
 * Replace it by what `change` makes of its text ("" if there is none, or it cannot be read), so
 * that of two who do this at once neither loses what the other did. Nobody waits for long: a
 * holder that was stopped is passed over. A negative return of `change` ends it.
 */
int state_change(const struct id *root, const char *name,
		 int (*change)(struct buf *out, const char *before, void *data), void *data);

#endif
