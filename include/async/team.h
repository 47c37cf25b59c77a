/*
 * Who is who, when they work, and what the team has agreed: the fold of all
 * person, away, calendar and policy records (design sections 2, 4, 5).
 *
 * The state of a person or of the policy is a map in plain form (the form of
 * files, `me` and `team`): a record's keys replace it, and add/drop change its
 * sets. What may not count (design section 2, "who counts") changes nothing and is
 * told with a reason.
 */
#ifndef ASYNC_TEAM_H
#define ASYNC_TEAM_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/record.h"
#include "async/worktime.h"

struct team;

struct person {
	const char *key;    /* the address (or, unknown to the log, the name) that found this person first; never changes */
	const char *handle; /* what records are written with now: a short handle, else the address */
	const char *shown;  /* what people are shown: the handle, or an address's local part while that is unique */
	const char *name;   /* "Ben Okoro", or NULL */
	const struct node *names;     /* list: every handle and address that means this person */
	const struct node *addresses; /* list: addresses that count */
	const struct node *unconfirmed; /* list: names too, but no proof of who wrote until a commit by one confirms it */
	const struct node *state;     /* map: all folded keys, plain form; NULL if unknown */
	struct person *deputy;        /* or NULL */
	bool known;         /* has a person record that counts */
	bool gone;          /* left the team */
	size_t number;      /* from 0, in the order of founding; SIZE_MAX if unknown */
};

/*
 * A team without records. `founder` is the address of the log's founder (its root
 * commit), who is the first maintainer. End it with team_free().
 */
struct team *team_new(const char *founder);
void team_free(struct team *team);

/*
 * Add a record of kind person, away, calendar or policy, or a mark that retracts one of these
 * (or such a mark); it is moved out of `rec`, whose id must be set. `committer` is the address that the commit which brought it is
 * by (its author), or NULL where that is not checked. Order does not matter.
 */
void team_add(struct team *team, struct record *rec, const char *committer);

/* The same for one of which an earlier fold has found every key good: their values are not looked at again. */
void team_add_good(struct team *team, struct record *rec, const char *committer);

/*
 * Add an away record as an earlier fold of the same records has found it to be: time off of
 * the person called `key`, and nothing else (team_event.off). It is read from the source when
 * somebody asks for it: most time off is history that no question comes to.
 */
void team_add_off(struct team *team, const struct id *id, time_t date, const char *key, int64_t number);

/* Where the text of such a record comes from: `read` appends it. The number is what it was added with. */
void team_set_source(struct team *team, int (*read)(struct buf *out, const struct id *id, int64_t number, void *data),
		     void *data);

/*
 * Fold what was added, in order of (date, id), as it counts at `now`: a record dated
 * more than 24 h after it waits. Call after adding, before asking. Persons and their
 * texts stay where they are as long as the team lives; lists, maps and calendars are
 * those of the last fold.
 */
void team_fold(struct team *team, time_t now);

/* The known person whom a handle, alias, address or unique local part means, as people type it; NULL if none. */
struct person *team_find(const struct team *team, const char *name);

/* The same for a name in a record: never NULL; a name nobody has is a person not known. */
struct person *team_person(struct team *team, const char *name);

/* All known persons, in the order of `number`. */
size_t team_count(const struct team *team);
struct person *team_get(const struct team *team, size_t number);

/* The nearest name to a mistyped one, or NULL. */
const char *team_suggest(const struct team *team, const char *name);

/* The members of a group, not those who have left; a list of `nr` persons valid until the next fold. NULL: no such group. */
struct person *const *team_group(const struct team *team, const char *group, size_t *nr);

/* Those who were in it at a moment, and had not left; `nr` of them, by their number. The caller frees the list. */
struct person **team_group_at(struct team *team, const char *group, time_t at, size_t *nr);

/* Was the person one of `@maintainers` at that moment? */
bool team_is_maintainer(const struct team *team, const struct person *person, time_t at);

/* Whose deputy was whose at that moment; of a person without one NULL. Had the person left? */
bool team_is_deputy(const struct team *team, const struct person *deputy, const struct person *person, time_t at);
struct person *team_deputy_at(const struct team *team, const struct person *person, time_t at);
bool team_is_gone_at(const struct team *team, const struct person *person, time_t at);

/*
 * The person's calendar over time (S14): every version, the first valid from ever on.
 * A change of their own record, of time off, of the policy's calendar keys or of a
 * calendar they name begins a new version. Owned by the team.
 */
const struct calendar_version *team_calendars(struct team *team, struct person *person, size_t *nr);

/* Only those that bear on what began at `at`: the one in force then, and later ones. Others are not even made. */
const struct calendar_version *team_calendars_from(struct team *team, struct person *person, time_t at, size_t *nr);

/* How many versions there are, and since when the newest holds; makes none. */
size_t team_calendar_count(struct team *team, struct person *person, time_t *since);

/* The calendar as of `at`: never NULL (S9). Owned by the team. */
struct calendar *team_calendar(struct team *team, struct person *person, time_t at);

/* The keys that version `i` was made from, in plain form, names of calendars written out; `assumed` if hours or zone are the team's. */
const struct node *team_calendar_map(struct team *team, struct person *person, size_t i);

/* The time off that stands now, past or to come: a list in plain form, or NULL. */
const struct node *team_away(struct team *team, struct person *person);

/* The policy in plain form: levels, default, zone, hours, …; built-in values filled in. */
const struct node *team_policy(const struct team *team);

/* The same without hours that nobody has set. */
const struct node *team_policy_said(const struct team *team);

/* A level's expectation; false if there is no such level. NULL `name`: the default level. */
bool team_level(const struct team *team, const char *name, struct expectation *out);
const char *team_default_level(const struct team *team);

/*
 * Escalation (worktime S17): what the policy says of a level (NULL: of that of an ask without one) at
 * a moment. Step k comes k times `after` past due, and goes to the k-th of `to`, or with a deputy, to
 * whom the first goes, to the one before it.
 */
#define ESCALATION_STEPS 3
struct escalation {
	struct span after;
	const struct node *to; /* texts: a name, "@group" (one of them), "all:@group" (each); NULL: no escalation */
	time_t until;          /* from then on the policy says something else; DUE_NEVER */
};
void team_escalation(struct escalation *out, const struct team *team, const char *level, time_t at);

/* Has the policy ever said anything of it? */
bool team_escalates(const struct team *team);

/* NULL, or why this is no value of the policy's key `escalate`; the text may be the pool's. */
const char *escalation_wrong(struct pool *pool, const struct node *value);

/* The holiday entries of a calendar by name (a list), or NULL; and the names of all, as a list. */
const struct node *team_holidays(const struct team *team, const char *calendar);
const struct node *team_calendar_names(const struct team *team);

/*
 * Take down that the redaction `id` came with a commit of `committer`; and ask whether what
 * its author says of themselves is borne out: false if that commit is by nobody of that name.
 * Of what nothing is known, true.
 */
void team_add_redaction(struct team *team, const struct id *id, const char *committer);
bool team_trusts_redaction(const struct team *team, const struct record *rec);

/*
 * Take down by which ssh key ("type base64", "" for none) the commit was signed that brought the person
 * record `id`; whoever says so has checked it. A further key counts if its record was signed with one
 * that the person had before.
 */
void team_add_signature(struct team *team, const struct id *id, const char *key);

/* Take down that keys were known already where that record stands in history, or the one that signed it given up. */
void team_refuse_keys(struct team *team, const struct id *id);

/* Are these two one public key, whatever their comments say? And how much of the text is type and key? */
bool key_same(const char *a, const char *b);
size_t key_length(const char *key);

/* All records that were added, in order, with the reason why one does not count (NULL: it counts; some keys may not: `partly`). */
struct team_event {
	const struct record *rec;
	const char *committer;
	bool counts;
	const char *why; /* why not, or which keys do not */
	const char *taken; /* a handle that it claimed and somebody else has, or NULL */
	bool keys;         /* it changed the person's keys, */
	bool first_keys;   /* as the first who said any; */
	bool keys_refused; /* or would have, had it been that, or signed */
	bool retracted;    /* its author took it back before its date */
	const struct person *off; /* whose time off it brought, if it did that and nothing else */
	const struct unread *unread; /* the team's own, */
	bool good;                   /* and so is this */
};
const struct team_event *team_events(struct team *team, size_t *nr);

/* That of one record; NULL: it was not added. */
const struct team_event *team_event_of(struct team *team, const struct id *id);

/*
 * What would become of this record if it were written now by a commit of `committer`, signed with
 * the key `signer` (NULL: not signed)?
 * True if it would count; `why` gets why not, or which keys would not. The team is the
 * same afterwards, as after a fold.
 */
bool team_try(struct team *team, const struct record *rec, const char *committer, const char *signer,
	      struct buf *why);

#endif
