/*
 * What the files of the verify module share (include/async/verify.h is its face).
 *
 *	verify.c           from the tips to what is told
 *	verify-changes.c   one commit, or all that came at once: what it changed
 *	verify-commit.c    one commit: whether it might add what it did
 *	verify-people.c    who may commit as whom, and whose keys are whose, as of a place in history
 *	verify-sign.c      signatures that were found to be good
 *	verify-state.c     what the last one found
 *	verify-remind.c    reminders that do not count
 */
#ifndef VERIFY_INTERNAL_H
#define VERIFY_INTERNAL_H

#include <stdint.h>

#include "async/verify.h"
#include "repo.h"
#include "signature.h"
#include "table.h"
#include "worklog-internal.h"

/* The beginning and end of a key's validity in the history: a commit that brought either. */
struct key_event {
	const struct person *person;
	const char *key;    /* "ssh-ed25519 AAAA…" */
	bool added;         /* else it was given up */
	struct id commit;
	size_t number;      /* of that commit in this walk, or REPO_BEFORE */
};

/* Which events of `keys` lie in the history of a place. */
struct key_set {
	size_t nr;
	uint64_t bits[];
};

/* A record that counts as signed unless its key turns out to have been given up beside it. */
struct signed_record {
	size_t number; /* of its commit */
	size_t added;  /* the event that brought its key */
	struct id commit;
	char *path;
};

/* How far dates may be off, in seconds. */
struct verify_dates {
	long long before; /* a record before its commit; */
	long long after;  /* a record after its commit: writers date after what they answer; */
	long long behind; /* a commit before one that it is built on; */
	long long ahead;  /* a record after now; */
	long long commit_ahead; /* a commit after now; 0: no matter */
};
#define VERIFY_DATES { .before = 300, .after = 900, .behind = 300, .ahead = 86400 }

struct verifier {
	struct worklog *wl; /* NULL: nothing is remembered of what was found */
	struct repo *repo;
	const struct verify_options *options;
	struct verify *out;
	struct team *team;
	time_t now;
	struct verify_dates dates;
	size_t max_changes; /* what is more, in all commits, ends it with ERR_INVALID and `too_many`; 0: no matter */
	size_t nr_changes;
	bool too_many;
	struct pool pool;
	struct table addresses; /* struct known_address, by address */
	struct table events;    /* struct team_event, by the record's id */

	/* by number of commit in this walk */
	struct place_at {
		size_t parents[2]; /* REPO_BEFORE: none, or not in it */
		const struct key_set *keys;
	} *places;
	size_t nr_places, alloc_places;

	struct key_event *keys;
	size_t nr_keys, alloc_keys;
	struct key_set **sets; /* owned */
	size_t nr_sets, alloc_sets;
	struct tips seen_before; /* where the tips were the last time; */
	struct tips before;      /* what leads there is not looked at again */
	const struct key_set *keys_before[2]; /* of these */
	const struct key_set *keys_trusted;   /* or of all commits of before alike; NULL: that is not known */
	const struct key_set *keys_now[2];    /* of the tips */
	struct table good;      /* commits whose signature was found to be good, now or before */
	struct buf good_now;    /* of these the new ones: their ids in lines */
	struct signed_record *to_confirm;
	size_t nr_to_confirm, alloc_to_confirm;
};

/* Take down a finding; `path` may be NULL. */
void verify_find(struct verifier *verifier, enum finding_what what, const struct id *commit, const char *path,
		 const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/* The most serious first, each once. */
void verify_sort(struct verify *out);

/* Leave out what is only worth saying: who asks whether something is wrong need not hear of it. */
void verify_drop_notes(struct verify *out);

void verifier_release(struct verifier *verifier);

/* ---- verify-changes.c */

/* Something that a commit has and a parent has not. */
struct change {
	char *path;
	struct id id;
	const char *reason; /* of what does not belong; owned by `reasons` */
	size_t parents;     /* how many of them have not, */
	size_t met;         /* and the last of these */
};

struct changes {
	struct verifier *verifier;
	const struct repo_step *step; /* without an author it is no commit, but all that came at once */
	bool odd_only;       /* proper additions are no matter, and of the others only the first */
	struct change *v;
	size_t nr, alloc;
	size_t parent;       /* that it is compared with, from 0 */
	struct id gone;      /* what was found to be gone last */
	const char *damaged; /* a folder that cannot be read: what is missing below it was not removed */
	struct pool reasons;
};

/* What no parent has; what is gone, and a README that was touched, are findings. */
int changes_find(struct changes *changes);
void changes_release(struct changes *changes);

/* Of what does not belong: is it an object that git has not, or not whole? */
bool reason_is_damage(const char *reason);

static inline bool parent_is_here(const struct repo_parent *parent)
{
	return !parent->missing && !parent->damaged;
}

/* The beginning of an id, for people. */
const char *short_id(char out[ID_HEX + 1], const struct id *id);

/* ---- verify-commit.c */

int verify_commit(struct verifier *verifier, const struct repo_step *step);

/* ---- verify-people.c */

/* Take what `team` knows. */
void people_load(struct verifier *verifier);

/* Could this commit's author write that record? */
bool people_may_commit(const struct verifier *verifier, const struct record *rec, const char *author);

/* The events in the history of a commit that was verified before. NULL: none. */
int keys_at(const struct key_set **out, struct verifier *verifier, const struct id *commit);

/* The keys as of the parents of a commit: to be called for each, in their order. */
int keys_arrive(struct verifier *verifier, const struct repo_step *step);

/* The record about keys that this one is, if it counts; else NULL. */
const struct record *keys_change(const struct verifier *verifier, const struct id *id);

/*
 * Take such a record, which the commit brings, for what it says. `step` NULL: it came before all
 * that is looked at, whose commits have the same keys then.
 */
void keys_learn(struct verifier *verifier, const struct repo_step *step, const struct record *rec);

/* Is there a record that counts and gives this key to the person? */
bool keys_are_brought(const struct verifier *verifier, const struct person *person, const char *key);

/* Has this person any key at a commit? */
bool keys_any(const struct verifier *verifier, const struct repo_step *step, const struct person *person);

/* What is known of a key at a commit; `*event` is the one that brought it. */
enum key_standing { KEY_NONE_KNOWN, KEY_ANOTHERS, KEY_GIVEN_UP, KEY_VALID };
enum key_standing keys_standing(size_t *event, const struct verifier *verifier, const struct repo_step *step,
				const struct person *person, const char *key);

/* Once all is known: keys that were given up beside what they signed. */
void keys_confirm(struct verifier *verifier);

/* Two who claim one handle, and keys that are not those this user knows. */
int people_compare(struct verifier *verifier);

/* The set of events with these numbers; owned by the verifier. */
struct key_set *key_set_new(struct verifier *verifier);
bool key_set_has(const struct key_set *set, size_t event);
void key_set_add(struct key_set *set, size_t event);

/* ---- verify-sign.c */

/* Which were good before, so that ssh-keygen is asked once about each; and those that are new. */
void signatures_load(struct verifier *verifier);
void signatures_save(struct verifier *verifier);

/* Is it the signature of this key? ERR_FAILED: there is no ssh-keygen to ask. */
int signature_check(bool *good, struct verifier *verifier, const struct repo_step *step, const char *key);

/* ---- verify-remind.c: it is worth saying, as of now, since calendars and asks may have changed after them. */
int reminders_check(struct verifier *verifier);

/* ---- verify-state.c */

/* What was found before, and up to where. Nothing if there is none or it cannot be used. */
void verify_load(struct verifier *verifier);
void verify_save(struct verifier *verifier);

#endif
