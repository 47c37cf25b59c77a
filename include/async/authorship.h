/*
 * How far it can be believed who wrote a record: one word, from the commit that brought it
 * (design section 5). What async verify finds of the whole history, asked for some records.
 */
#ifndef ASYNC_AUTHORSHIP_H
#define ASYNC_AUTHORSHIP_H

#include <stdbool.h>
#include <stddef.h>

#include "async/record.h"
#include "async/worklog.h"

enum authorship_word {
	AUTHORSHIP_UNTOLD,   /* nobody is named as its author, or its commit was not found */
	AUTHORSHIP_SIGNED,   /* by an ssh key that its author had at that place in history */
	AUTHORSHIP_CLAIMED,  /* its commit is by an address of its author's */
	AUTHORSHIP_IMPORTED, /* it comes from elsewhere: its committer vouches for it */
	AUTHORSHIP_MISMATCH, /* its commit is by somebody else, or signed with another's key */
};

/* "signed", "claimed", "imported", "MISMATCH"; NULL: untold. */
const char *authorship_name(enum authorship_word word);

struct authorship {
	enum authorship_word word;
	char *committer;   /* the address its commit is by; NULL: it was not found */
	const char *wrong; /* of a MISMATCH: what is, behind "committed by … "; or NULL */
};

/*
 * Tell it of each record. Not `thorough`, which is cheap whatever the length of the history: what was
 * imported, what async verify found to be wrong, and what the newest AUTHORSHIP_NEAR commits brought;
 * signatures that were never checked count as claims. Thorough: all of them, and ssh-keygen is asked once
 * about each commit. The caller ends the list with authorship_release().
 */
#define AUTHORSHIP_NEAR 50
int authorship_tell(struct authorship *out, struct worklog *wl, const struct record *const *recs, size_t nr,
		    bool thorough);
void authorship_release(struct authorship *v, size_t nr);

#endif
