/*
 * One record while the team is folded: what team-fold.c and team-person.c share.
 */
#ifndef TEAM_FOLD_H
#define TEAM_FOLD_H

#include "team-internal.h"

/* What an author may do to a person. */
enum right {
	RIGHT_NONE,
	RIGHT_FOUND, /* found somebody else: name, one address, zone and hours */
	RIGHT_SELF,
	RIGHT_ALL, /* a maintainer */
};

/* One record while it is folded. */
struct folding {
	struct team *team;
	const struct record *rec;
	const char *committer;
	size_t event;
	struct member *author; /* NULL: not known when it was written */
	struct member *owner;  /* whom it is about */
	enum right right;
	bool counts;
	struct buf why; /* why not, or which keys do not */
};

/* Say why something does not count. */
void folding_refuse(struct folding *fold, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * What identity rests on must be committed by an address of its author's: else it is refused. An
 * address that they had announced, and now commit by, is theirs for good.
 */
bool folding_is_by_author(struct folding *fold);

/* Is it a key that says what record this is, not what is to hold? */
bool folding_is_heading(const char *key);

/* A person record. */
void folding_person(struct folding *fold);

/* They have left; may change everything; may act for `owner`. For the last two NULL is nobody. */
bool member_is_gone(const struct member *member);
bool member_is_maintainer(const struct member *member);
bool member_is_deputy(const struct team *team, const struct member *deputy, const struct member *owner);

/* Take down whether somebody is one of @maintainers, and has left, from now on. */
void member_note_maintainer(struct team *team, struct member *member, time_t at);
void member_note_gone(struct member *member, time_t at);

#endif
