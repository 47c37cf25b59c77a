/*
 * What the parts of the team share: team.c (questions), team-fold.c (order, and who
 * counts), team-person.c (persons), team-names.c (identity), team-history.c (what was so
 * when), team-calendar.c (versions), policy.c (levels), escalation.c (whom to ask besides).
 *
 * A fold begins from nothing each time. What lives as long as the team: records,
 * members and their texts. What a fold makes (nodes, lists) lives until the next.
 */
#ifndef TEAM_INTERNAL_H
#define TEAM_INTERNAL_H

#include "async/team.h"
#include "fold.h"
#include "table.h"
#include "trace.h"

#define MAINTAINERS "maintainers"
#define KEYS_REFUSED "refused" /* in place of the key that signed a record */

/* Something that was so from a moment on. */
struct since {
	time_t at;
	const void *what; /* a deputy's name; of @maintainers "" (no) or their key (yes), of who has left likewise; … */
};

struct history {
	struct since *v;
	size_t nr, alloc;
};

/* The keys that calendars are made of; a bit for each says what changed. */
enum calendar_key {
	CALENDAR_ZONE,
	CALENDAR_HOURS,
	CALENDAR_HOURS_ON,
	CALENDAR_HOLIDAYS,
	CALENDAR_FOCUS,
	CALENDAR_AWAY,
	CALENDAR_CANCEL, /* not a key of calendars: of away records */
	CALENDAR_KEYS,
};

/* A record that nobody has asked for yet (team_add_off()). */
struct unread {
	const char *key; /* the person's */
	int64_t number;
};

/* One key of a person's record that counts and bears on their calendar. */
struct change {
	size_t event;
	enum calendar_key key;
	const struct node *value; /* as in the record; NULL: not read yet */
	size_t cancelled;         /* CALENDAR_CANCEL: the event that brought the time off */
};

/* How a calendar of holidays, or the policy's part of everybody's calendar, was after an event. */
struct snapshot {
	size_t event;
	const struct node *value;
};

struct timeline {
	const char *name; /* of the calendar */
	struct snapshot *v;
	size_t nr, alloc;
	struct node *state; /* as it is now, while folding */
};

/* An event that may change many people's calendars: the policy's keys, or one calendar of holidays. */
struct shared {
	size_t event;
	const struct timeline *timeline;
};

/* A person, and what only the team knows of them. */
struct member {
	struct person pub;
	struct node *state, *names, *addresses;
	struct node *unconfirmed; /* addresses that do not count yet */
	bool has_keys;            /* ever had one: a further one needs proof */
	struct history deputies, maintains, gone;
	bool is_in; /* scratch of team_group_at() */
	struct change *changes;
	size_t nr_changes, alloc_changes;
	struct calendar_version *versions; /* cal is NULL until it is asked for */
	const struct node **maps;          /* of the versions, as far as asked for */
	size_t nr_versions, alloc_versions;
	size_t made_from;                  /* from this version on they have their calendars */
	const struct node *away;           /* once it was asked for */
};

/* A name, and whose it is. */
struct name {
	const char *text;
	struct member *owner; /* NULL: it was an unconfirmed address that founded somebody else */
	bool firm;            /* else it is an address that yields to who founds with it */
};

struct team {
	struct pool pool;        /* lives as long as the team */
	struct pool fold_pool;   /* until the next fold */
	const char *founder;
	int (*read)(struct buf *out, const struct id *id, int64_t number, void *data); /* of what is unread */
	void *source;
	struct team_event *events;
	size_t nr_events, alloc_events;
	struct trace *traces;    /* of all events, while they are folded, if there are marks; else NULL */
	struct member **all;     /* known or not, as they were met first */
	size_t nr_all, alloc_all;
	struct table by_key;     /* every member */
	struct table names;      /* struct name */
	struct table locals;     /* local parts: the member, or &ambiguous */
	struct member **known;
	size_t nr_known, alloc_known;
	struct table groups;     /* struct group, as asked for */
	struct table group_moves; /* by group: who came and left, in order (team-history.c) */
	struct table redactions; /* by id: the committer's address */
	struct table signatures; /* of person records, by id: the key, "", or KEYS_REFUSED */
	struct node *policy;
	struct node *policy_said; /* without the hours that are filled in */
	struct timeline policy_times;
	struct history ladders;  /* struct ladders (escalation.c) */
	struct timeline **calendars;
	size_t nr_calendars, alloc_calendars;
	struct table calendars_by_name;
	struct node *calendar_names;
	struct shared *shared;   /* in order of the events */
	size_t nr_shared, alloc_shared;
	size_t nr_maintainers;   /* who have not left */
	time_t now;              /* of the last fold */
};

/* team.c */
void team_read(struct team *team, size_t event); /* if it is not read yet */
void team_read_all(struct team *team);
struct member *team_member(struct team *team, const char *key); /* made if new */
void member_reset(struct team *team, struct member *member);

/* team-history.c: what is added must not be older than what is there. */
void history_add(struct history *history, time_t at, const void *what);
const void *history_at(const struct history *history, time_t at); /* NULL: nothing yet */
void team_note_group(struct team *team, struct member *who, const char *group, time_t at, bool in);
int person_cmp(const void *a, const void *b); /* of pointers to persons: by number */

/* team-names.c */
struct member *names_owner(const struct team *team, const char *text); /* NULL: nobody's */
bool names_are_firm(const struct team *team, const char *text);
/* False if it is somebody else's for good. */
bool names_claim(struct team *team, struct member *member, const char *text, bool firm);
void names_yield(struct team *team, const char *text);
/* The entry of a list that is this text in either case; NULL: none. */
const char *list_same(const struct node *list, const char *text);
/* Whose unique local part this is; NULL if nobody's or several have it. */
struct member *local_owner(const struct team *team, const char *local);
/* After a fold: local parts, and what people are shown. */
void names_finish(struct team *team);

/* team-calendar.c */
/* NULL, or why no calendar could be made with this value of a record's key. */
const char *calendar_key_wrong(struct team *team, const char *key, const struct node *value);
/* Which of calendar_keys it is; CALENDAR_KEYS: none. */
enum calendar_key calendar_key_of(const char *key);
void calendar_change(struct member *member, size_t event, enum calendar_key key, const struct node *value,
		     size_t cancelled);
/* Take down how a calendar of holidays, or the policy's calendar keys, are after an event. */
void calendar_note_holidays(struct team *team, struct timeline *timeline, size_t event);
void calendar_note_policy(struct team *team, size_t event);
/* Drop the versions: the next fold makes others. */
void calendar_forget(struct member *member);

/* policy.c */
/* Without `hours`: assumed ones must not look as if the team had set them (S9). */
struct node *policy_builtin(struct pool *pool);
/* After a fold: fill in what nobody has set. */
void policy_finish(struct team *team);
/* Change it by a record's key; NULL, or why that does not count. */
const char *policy_change(struct team *team, const char *key, const struct node *value, bool *changed);

/* escalation.c */
/* Take down what the policy says of it from now on, if that is another. */
void escalation_note(struct team *team, time_t at);

#endif
