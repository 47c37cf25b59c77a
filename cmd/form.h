/*
 * Settings of a person or of the policy, as people type them (`zone=Asia/Tokyo`,
 * `holidays+=de`) or edit them: both change a map in plain form, and the record is
 * what lies between the map before and after.
 */
#ifndef FORM_H
#define FORM_H

#include "async/node.h"
#include "async/record.h"
#include "async/worklog.h"

enum setting_type {
	SETTING_TEXT,
	SETTING_ZONE,
	SETTING_HOURS,    /* "mon-fri 09:00-12:00 13:00-17:00, sat 10:00-12:00" */
	SETTING_HOURS_ON, /* "2026-05-02 10:00-14:00, 2026-05-04 none" */
	SETTING_HOLIDAYS, /* "de, 2026-12-24 12:00- Christmas Eve" */
	SETTING_FOCUS,    /* "mon wed 09:00-11:00, 2026-03-03 14:00-16:00" */
	SETTING_NAMES,    /* "a, b" */
	SETTING_KEYS,     /* "ssh-ed25519 AAAA… a comment", a file with such a line, or user.signingKey */
	SETTING_PERSON,   /* any name of somebody the log knows */
	SETTING_LEVEL,    /* one of the policy's levels */
	SETTING_SPAN,     /* "24h" */
	SETTING_REQUIRE,  /* "signed" */
	SETTING_NOTIFY,   /* "mail", "exec:slack", "none"; "09:00" */
	SETTING_DOMAIN,   /* "example.org" */
};

struct setting {
	const char *key;   /* as in records and the plain form */
	const char *other; /* may be typed instead: "group" for "groups"; or NULL */
	enum setting_type type;
};

extern const struct setting person_form[], policy_form[]; /* end with a NULL key */

struct form {
	struct pool pool;
	struct worklog *wl;
	const struct setting *known;
	struct node *was, *is; /* plain form, in the pool */
};

/* Begin with a state in plain form, or NULL: nothing is set. It is copied. */
void form_begin(struct form *form, struct worklog *wl, const struct setting *known, const struct node *state);
void form_release(struct form *form);

/* `key=value`, `key=` (as if never set), and for sets `key+=value`, `key-=value`. ERR_USAGE, ERR_INVALID. */
int form_take(struct form *form, const char *text);

/* All of them in the editor, under these comment lines; `name` names the file. */
int form_edit(struct form *form, const char *name, const char *comments);

/* Put the changes into the record; how many keys there are. ERR_INVALID for a value that makes no calendar. */
int form_put(struct form *form, struct record *rec, size_t *nr);

/* Read a typed value as plain form. `*out` is NULL for an empty text. (form-value.c) */
int form_value(struct node **out, struct pool *pool, struct worklog *wl, const struct setting *setting,
	       const char *text);

#endif
