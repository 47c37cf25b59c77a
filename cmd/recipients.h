/* Whom a post asks: what --to and --cc say, as a record holds it (worktime S12). */
#ifndef RECIPIENTS_H
#define RECIPIENTS_H

#include "async/record.h"
#include "async/worklog.h"
#include "opts.h"

/*
 * Put people (handles, addresses, "@group": one of them, "all:@group": each) into `to` and `any`
 * of a post of mine. Groups are written out, without me and without people who left. ERR_NOTFOUND
 * with a suggestion; ERR_INVALID for me, for people who left, and for a group that has nobody else.
 */
int recipients_ask(struct record *rec, struct worklog *wl, const struct texts *names);

/* The same for `cc`; a group is its members. */
int recipients_copy(struct record *rec, struct worklog *wl, const struct texts *names);

/* The members of "@group", valid until the team changes; ERR_NOTFOUND with a suggestion. */
int recipients_group(struct person *const **out, size_t *nr, struct worklog *wl, const char *name);

/* A person by name; ERR_NOTFOUND with a suggestion, ERR_INVALID for one who has left. */
int recipients_person(struct person **out, struct worklog *wl, const char *name);

#endif
