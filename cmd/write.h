/* Writing from a command: the log, or with --dry-run a look at what would be written. */
#ifndef WRITE_H
#define WRITE_H

#include "async/record.h"
#include "async/worklog.h"
#include "attach.h"
#include "opts.h"

#define OPT_DRY_RUN(v) OPT_FLAG('n', "dry-run", v, "print what would be written, and write nothing")

/* worklog_append(), and tell somebody the log did not know that they were added. */
int write_records(struct worklog *wl, struct record *recs, size_t nr, const char *subject);
int write_with_files(struct worklog *wl, struct record *rec, const struct attach *attach, const char *subject);

/* Print the records' YAML, as documents of one stream, after the same checks. */
int write_dry(struct record *recs, size_t nr);

/* Put a moment into a record: an instant, or a date alone. */
void write_when(struct record *rec, const char *key, const struct when *when);

/* ERR_INVALID, with the remedy, unless I (NULL: unknown to the log) am the deputy of `whom`. */
int deputy_must_be_me(struct worklog *wl, const struct person *me, const struct person *whom);

/* ERR_INVALID if what `option` says is over already. */
int when_must_be_ahead(struct worklog *wl, const struct when *when, const char *option);

#endif
