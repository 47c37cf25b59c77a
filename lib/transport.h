/*
 * The wire: the log fetched from and pushed to a remote by the user's own git, which knows their
 * keys, helpers and proxies. What git says is other people's text: it is collected, without its
 * chatter about progress, for the caller to show.
 */
#ifndef TRANSPORT_H
#define TRANSPORT_H

#include "repo.h"

/*
 * What git is told before the remote and the refspec that it is to fetch, how much to say, and --end-of-options.
 * A partial clone gets the log whole: nothing of it is fetched later, while somebody reads.
 */
#define GIT_FETCH                                                                                            \
	"-c", "fetch.fsckObjects=true", "fetch", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", \
		"--no-auto-gc", "--no-filter"

/* What keeps git and ssh from asking anybody for anything; the environment's part of it, ending with NULL. */
extern const char *const transport_silent[];

/*
 * The user's git on this repository with these arguments, ending with NULL. None of the
 * repository's hooks runs. `limits` may be NULL. Its exit status, or ERR_FAILED.
 */
struct transport_limits {
	int timeout_seconds; /* without a word; 0: 120 */
	size_t largest;      /* bytes of a file that it writes; 0: any number */
};
int transport_git(struct buf *output, struct buf *errors, struct repo *repo, bool may_ask, const char *const *args,
		  const struct transport_limits *limits);

struct transport {
	struct repo *repo;
	const char *remote;
	bool may_ask;    /* git and ssh may ask at the terminal: somebody sits there */
	struct transport_limits limits; /* async.syncTimeout and async.maxFetch: transport_open() reads them */
	struct buf says; /* what git said the last time, in lines */
};

/*
 * Is the remote one that can be talked to? ERR_NOTFOUND or ERR_INVALID, with the remedy; ERR_FAILED,
 * also if a setting is no number.
 * To be closed in any case.
 */
int transport_open(struct transport *transport);
void transport_close(struct transport *transport);

/*
 * Fetch the remote's log under a name of our own: nothing else moves, and nobody reads it before
 * it was looked at. Zero: the remote has none. ERR_FAILED says in its own words whether the
 * remote cannot be reached, refuses, is no repository, or sent what is damaged or too much.
 */
int transport_fetch(struct id *out, struct transport *transport);

/*
 * Send the log up to `tip`. ERR_CONFLICT: somebody else was faster, fetch and try again (or the
 * remote's own lock was held). ERR_FAILED: it cannot be reached, it refuses, or a hook rejected it.
 */
int transport_push(struct transport *transport, const struct id *tip);

#endif
