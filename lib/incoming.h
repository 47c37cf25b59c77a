/*
 * What comes in from somebody else, looked at before it is trusted: by sync, and by the hook of a
 * server. It is told in the words of verify, whose looks at single commits these are.
 */
#ifndef INCOMING_H
#define INCOMING_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/verify.h"
#include "repo.h"

struct team;

/*
 * All of it at once, whatever its commits did on the way: has `to` what `from` (zero: nothing) has,
 * and more only where it belongs? `*fault` says in words what is wrong, "'log/…' was removed"; the
 * caller frees; NULL: nothing. `join`: its README may be another. It opens the folders that differ,
 * and no file.
 */
int incoming_fault(char **fault, struct repo *repo, const struct id *from, const struct id *to, bool join);

/* Commit by commit, which is all that can be asked of what leads from what is trusted to a tip. */
struct incoming {
	struct repo *repo;
	struct team *team;         /* all who are known to what leads to the tip */
	time_t now;
	const struct id *trusted;  /* what leads to these is not looked at; zero ones are left out */
	size_t nr_trusted;
	struct id tip;
	bool join;                 /* it may have a root that what is trusted lacks */
	bool require_signed;
	time_t tolerance;          /* seconds that a clock may be off; 0: dates as verify has them */
	size_t max_changes;        /* records and files that may be added at once; 0: any number */
};

/*
 * Look. Findings are no failure; they come with the most serious first. ERR_INVALID: more than
 * `max_changes`. Nothing is remembered, and nothing written.
 */
int incoming_check(struct verify *out, const struct incoming *incoming);

/*
 * Who is who, by all that leads to `tip` of a repository whose index may be missing or older: what
 * an index in the folder `dir` knows is taken, the rest is read. The caller frees it. Nothing is
 * written. ERR_INVALID: no commit of a log.
 */
int incoming_team(struct team **out, struct repo *repo, const char *dir, const struct id *tip, time_t now);

/* Add to the team of `from` what leads to `to` besides. */
int incoming_team_add(struct team *team, struct repo *repo, const struct id *from, const struct id *to, time_t now);

/* Is that a reason for nobody to take it in? Else it is said loudly, and kept, but by a server. */
bool incoming_is_refused(enum finding_what what);

#endif
