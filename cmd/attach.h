/* Files beside a record: --attach puts them there, 'show --save' gets them back. */
#ifndef ATTACH_H
#define ATTACH_H

#include "async/thread.h"
#include "async/worklog.h"
#include "opts.h"

/* What --attach names, and what was read. */
struct attach {
	struct texts paths;
	struct buf *files;
	size_t nr;
};

#define OPT_ATTACH(a) OPT_TEXTS(0, "attach", &(a)->paths, "file", "put a file beside it")

/*
 * Read the files, and enter them in the record's `attach`. Each failure names its file: missing,
 * a folder, too large (with what to do), a name that no record may hold, the same name again.
 */
int attach_read(struct attach *attach, struct worklog *wl, struct record *rec);
void attach_release(struct attach *attach);

/*
 * Write the file called `name` of the thread, of the record `id` if that has one: to `path`, or
 * (NULL) under its own name in the current folder. ERR_NOTFOUND with the names there are;
 * ERR_AMBIGUOUS; ERR_INVALID for a name that is no mere file name. Nothing is ever replaced.
 */
int attach_save(struct worklog *wl, const struct thread *thread, const struct id *id, const char *name,
		const char *path);

/* Append "report.pdf, 12 KiB". */
void attach_put(struct buf *out, const struct node *file);

#endif
