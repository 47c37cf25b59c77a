/*
 * What of the log can be trusted: its history looked at commit by commit.
 *
 * Every commit must only have added records, where they belong; every record must be readable,
 * committed by its author, and dated as its commit is. What was found good is remembered in the
 * user's private state, so that the next time only what is new is looked at, and a history that
 * was rewritten since is found.
 */
#ifndef ASYNC_VERIFY_H
#define ASYNC_VERIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/id.h"
#include "async/worklog.h"

/* What is wrong, the most serious first. */
enum finding_what {
	FINDING_REWRITTEN,  /* the history that was there is not there any more */
	FINDING_REMOVED,    /* a record is gone */
	FINDING_FOREIGN,    /* something that does not belong in a log, or is not what its name says */
	FINDING_MERGE,      /* a merge is not the union of its parents */
	FINDING_KEY,        /* somebody has a key that was not known before */
	FINDING_MISMATCH,   /* committed by somebody else than its author */
	FINDING_SIGNATURE,  /* signed by another key, or wrongly */
	FINDING_UNREADABLE, /* it cannot be read */
	FINDING_AHEAD,      /* dated more than 24 h ahead */
	FINDING_DATE,       /* dated otherwise than committed */
	FINDING_UNSIGNED,   /* only where signatures are required */
	FINDING_HANDLE,     /* two claim one handle */
	FINDING_ATTACHMENT, /* a file that no record lists */
	FINDING_UNKNOWN,    /* of a kind that this async does not know: nothing wrong */
	FINDING_REMINDER,   /* one that does not count: somebody may have been reminded who need not have been */
};
const char *finding_word(enum finding_what what);

/* Is it merely worth saying? */
bool finding_is_note(enum finding_what what);

struct finding {
	enum finding_what what;
	struct id commit; /* zero: none */
	char *path;       /* of the file, or NULL */
	char *text;       /* the whole of it, in words */
};

/* How much was looked at, this time and before. */
struct verify_counts {
	size_t commits, records;
	size_t is_signed, claimed, imported, mismatch; /* of these records, and no more than one */
	size_t unchecked; /* commits signed otherwise than by ssh */
};

struct verify {
	struct finding *v; /* the most serious first */
	size_t nr, alloc;
	struct verify_counts counts;
	size_t commits_now; /* looked at this time */
	size_t left_out;    /* findings of before, less serious than those, for which there was no room */
	bool shallow;       /* the history ends where this clone does */
};
#define VERIFY_INIT { .nr = 0 }
void verify_release(struct verify *verify);

struct verify_options {
	const char *since;          /* look only at what does not lead to this commit; NULL */
	bool full;                  /* look at everything again */
	bool require_signed;
	const struct person *trust; /* whose keys of now are to be known from now on; or NULL */
};

/*
 * Look. Findings are no failure. ERR_NOTFOUND: no commit `since`. What was found is remembered
 * but with `since`; where there is no private state, everything is looked at each time.
 */
int verify_run(struct verify *out, struct worklog *wl, const struct verify_options *options);

/* Only who is who: two who claim one handle, and keys that are not those this user knows. */
int verify_people(struct verify *out, struct worklog *wl);

#endif
