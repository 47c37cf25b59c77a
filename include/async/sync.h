/*
 * Exchanging records with other clones: fetch, look at what came, join, push, and again while
 * others were faster.
 */
#ifndef ASYNC_SYNC_H
#define ASYNC_SYNC_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/buf.h"
#include "async/id.h"
#include "async/verify.h"
#include "async/worklog.h"

struct sync_options {
	const char *remote; /* NULL: async.remote, or origin */
	bool fetch_only, push_only;
	bool join;          /* take in a log that was begun apart, too */
	bool may_ask;       /* git may ask at the terminal */
	/*
	 * Send only what this makes on top of `base`, which has all of ours and of theirs, and is read as
	 * one log: a commit, which is no branch's; or it leaves `*tip`, and nothing is sent. Called once
	 * theirs is here, and again each time that others were faster: what it made last is what was sent.
	 */
	int (*claim)(struct id *tip, const struct id *base, void *data);
	void *data;
};

/* What a remote no longer has that it had. */
enum sync_lapse {
	SYNC_STEADY,
	SYNC_BACK,      /* it is where it was before */
	SYNC_REWRITTEN, /* it has another history */
	SYNC_GONE,      /* it has no log any more */
};

/* Both sides changed the same thing of a person, a calendar or the policy. */
struct sync_clash {
	enum record_kind kind;
	char *about;  /* the person's key, or the calendar's name; "" of the policy */
	char *key;    /* "zone" */
	char *by;     /* the key of whoever wrote the later change, which counts */
	bool ours;    /* that one went, the other came */
	bool by_same; /* one and the same wrote both */
};

struct sync {
	char *remote;       /* with whom */
	bool adopted;       /* there was no log here: theirs is taken up ... */
	bool founded;       /* ... or none there: ours is the first */
	bool merged;        /* a merge commit was made */
	struct id *in;      /* records that came, sorted by id */
	size_t nr_in;
	size_t nr_out;      /* records that were sent, */
	size_t nr_left;     /* or, with fetch_only, that were not */
	size_t tries;       /* how often it was begun to send: more than once, where others were first */
	enum sync_lapse lapse;
	struct id was;      /* of a lapse: what it had, */
	time_t was_at;      /* and when; */
	bool is_here;       /* this clone has it still, */
	bool is_restored;   /* and so has the remote again */
	struct sync_clash *clashes;
	size_t nr_clashes, alloc_clashes;
	struct verify found; /* what is wrong with what came: it was taken in all the same */
	bool is_unlooked;    /* that is not known: it was too much, */
	char *why_unlooked;  /* or could not be done, for this reason; else NULL */
	struct buf says;    /* git's own words, in lines: other people's text */
};

#define SYNC_INIT { .found = VERIFY_INIT, .says = BUF_INIT }
void sync_release(struct sync *sync);

/*
 * Exchange with a remote. What came is in the log afterwards also where sending failed, or is
 * read along with it. ERR_NOTFOUND: no such remote, or no log on either side; ERR_INVALID: theirs is
 * refused; ERR_FAILED: cannot be reached, refused, rejected, or others were faster again and
 * again. `says` is set in any case.
 */
int sync_run(struct sync *out, struct worklog *wl, const struct sync_options *options);

/* Join a commit that came here in another way (an id or ref, as git names them): `remote` is its name. */
int sync_merge(struct sync *out, struct worklog *wl, const char *commit, bool join);

/* Is this record among those that came? */
bool sync_has_brought(const struct sync *sync, const struct id *id);

/*
 * async.autoSync=write: after a command that wrote, begin a sync in the background, by `argv` (of this
 * program, ending with NULL), which then calls sync_queue(). Nothing is waited for, and no failure told.
 */
void sync_after_write(struct worklog *wl, const char *const *argv);

/*
 * In the background: wait until the one before is over. False: another waits already, and will
 * send what is here, too.
 */
bool sync_queue(struct worklog *wl);

/* Put down what went wrong with a sync in the background (NULL: nothing), for the next command to tell. */
void sync_put_trouble(struct worklog *wl, const char *why);

/* Append that, once; false: there is none. */
bool sync_take_trouble(struct buf *out, struct worklog *wl);

/* Was the log exchanged with this remote before (NULL: async.remote, or origin)? */
bool sync_knows(struct worklog *wl, const char *remote);

/* Begin a sync in the background by `argv`, as sync_after_write() does, whatever async.autoSync says. */
void sync_begin(const char *const *argv);

/* When this clone was last in step with a remote; 0: never, or that is not known. */
time_t sync_last(struct worklog *wl);

#endif
