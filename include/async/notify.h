/*
 * How somebody wants to be told: the keys `notify` and `digest` of their person record.
 */
#ifndef ASYNC_NOTIFY_H
#define ASYNC_NOTIFY_H

#include <time.h>

#include "async/node.h"
#include "async/team.h"
#include "async/zone.h"

enum notify_way {
	NOTIFY_UNSAID,
	NOTIFY_MAIL,
	NOTIFY_EXEC, /* by a command that whoever reminds has under this name */
	NOTIFY_NONE,
};

struct notify {
	enum notify_way way;
	const char *text;    /* as they said it; NULL: not */
	const char *command; /* of NOTIFY_EXEC its name: a letter, then letters, digits and '-' */
	int digest;          /* the minute of the day in which what is not urgent is told; -1: at once */
};

/* What a person has said; texts live as long as the team. */
void notify_of(struct notify *out, const struct person *person);

/* Where mail reaches them: the first address that counts, or the one they were asked by; NULL: nowhere. */
const char *notify_address(const struct person *person);

/* The last moment up to `now` at which what is not urgent is told; `now` where that is at once. */
time_t notify_last_digest(const struct notify *notify, const struct zone *zone, time_t now);

/* NULL, or why this is no value of the person's key `notify` or `digest`; of other keys, NULL. */
const char *notify_wrong(const char *key, const struct node *value);

#endif
