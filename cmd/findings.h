/* What is wrong with commits, a line or a row each: what verify and sync share. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "async/verify.h"
#include "cmd.h"

/* "MISMATCH: …", to be escaped. */
void finding_put(struct buf *out, const struct finding *finding);

/* Print them all: for people, or as rows of kind `finding`. */
int findings_tell(struct worklog *wl, const struct verify *verify);

#endif
