/*
 * One record: the immutable YAML file that everything is made of (async-record(5)).
 *
 * A record is a map of values (node.h) whose shape a table in record-schema.c describes:
 * which keys a kind has, in which order they are written, and what each may hold.
 * Reading keeps keys, kinds, types and verbs it does not know.
 */
#ifndef ASYNC_RECORD_H
#define ASYNC_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/buf.h"
#include "async/id.h"
#include "async/node.h"

/* Limits (design section 4). */
#define RECORD_MAX_BYTES ((size_t)256 * 1024)
#define RECORD_MAX_DEPTH 8
#define RECORD_MAX_EVENTS 8192
#define RECORD_MAX_RECIPIENTS 1000
#define RECORD_MAX_TAGS 100
#define RECORD_MAX_TAG 64
#define RECORD_MAX_SUBJECT 500
#define RECORD_FORMAT 1

enum record_kind {
	KIND_UNKNOWN, /* of a newer async: kept and listed */
	KIND_POST,
	KIND_MARK,
	KIND_PERSON,
	KIND_AWAY,
	KIND_CALENDAR,
	KIND_POLICY,
};

enum post_type {
	TYPE_UNKNOWN,
	TYPE_ASK,
	TYPE_NOTE,
	TYPE_DECISION,
	TYPE_AGENDA,
	TYPE_CHECKIN,
	TYPE_TOOL,
};

enum verb {
	VERB_UNKNOWN,
	VERB_ACK,
	VERB_DONE,
	VERB_APPROVE,
	VERB_REJECT,
	VERB_READ,
	VERB_REOPEN,
	VERB_ASSIGN,
	VERB_EXTEND,
	VERB_TAG,
	VERB_UNTAG,
	VERB_RETRACT,
	VERB_SUPERSEDE,
	VERB_REDACT,
	VERB_REMIND,
	VERB_LINK,
	VERB_ESCALATE,
};

enum need { NEED_UNKNOWN, NEED_REPLY, NEED_ACK, NEED_APPROVAL, NEED_DONE, NEED_READ };

struct record {
	struct pool pool;
	struct node *root;
	struct id id; /* zero until somebody who can hash has set it */
	enum record_kind kind;
	enum post_type type; /* of a post: given, else ask if somebody is asked, else note */
	enum verb verb;      /* of a mark */
	time_t date;
	const char *from;    /* NULL in a derived record */
};

#define RECORD_INIT { .root = NULL }

/* The words of the format; "?" for an unknown one, and the unknown one for a strange word. */
const char *record_kind_name(enum record_kind kind);
bool kind_is_admin(enum record_kind kind); /* of the team: person, away, calendar, policy */
const char *post_type_name(enum post_type type);
const char *verb_name(enum verb verb);
const char *need_name(enum need need);
enum verb verb_from_name(const char *name);
enum need need_from_name(const char *name);
enum post_type post_type_from_name(const char *name);

/* The words of all types and needs, in their order but without the unknown one; each ends with NULL. */
extern const char *const post_type_words[], *const need_words[];

/*
 * Read one record. `name` (a path or id) begins every message:
 * "name:line:column: what was expected". ERR_INVALID if it breaks the format or a
 * limit, ERR_NEWER if it says `async: 2` or more. On failure `*out` is RECORD_INIT.
 * `out->id` stays zero.
 */
int record_parse(struct record *out, const char *text, size_t len, const char *name);

/* The same for a document of a stream, whose first line is `first_line` there. */
int record_parse_at(struct record *out, const char *text, size_t len, const char *name, int first_line);

/* Begin a record; `from` may be NULL (derived). End it with record_release(). */
void record_init(struct record *rec, enum record_kind kind, const char *from, time_t date);
void record_release(struct record *rec);
void record_move(struct record *to, struct record *from);

/*
 * Fill it; texts and nodes are copied. A NULL or empty text, or a NULL node, removes the key.
 * In a person or policy record a key whose text is empty removes that key from the person or
 * policy: record_set_node() with such a text makes one.
 */
void record_set(struct record *rec, const char *key, const char *text);
void record_set_id(struct record *rec, const char *key, const struct id *id);
void record_set_node(struct record *rec, const char *key, const struct node *value);
void record_add(struct record *rec, const char *key, const char *text); /* to a list of texts */
void record_set_date(struct record *rec, time_t date);

/* Append the canonical bytes. The record must be valid: record_check() says whether. */
void record_format(struct buf *out, const struct record *rec);

/*
 * May it be written: does it keep the rules of record_parse() and of text_check(), and does
 * its canonical form read back as the same record? ERR_INVALID with the key and the reason.
 */
int record_check(struct record *rec, const char *name);

/* The same, and much cheaper, for a record that was just read from these bytes, if they are canonical. */
int record_check_read(struct record *rec, const char *text, size_t len, const char *name);

/* Are these bytes the canonical form of the record read from them? */
bool record_is_canonical(const struct record *rec, const char *text, size_t len);

/* Values by key: NULL (or false) if absent. They live as long as the record. */
const char *record_text(const struct record *rec, const char *key);
const struct node *record_node(const struct record *rec, const char *key);
bool record_id(const struct record *rec, const char *key, struct id *out);
bool record_instant(const struct record *rec, const char *key, time_t *out);
enum need record_need(const struct record *rec); /* of a post; NEED_REPLY if not given */

/* Does the post ask anybody (`to` or `any` not empty)? */
bool record_asks(const struct record *rec);

/* What it hangs on: `re` of a post, `target` of a mark; false for a root or an id that is none. */
bool record_parent(const struct record *rec, struct id *out);

/* The order of all records: (date, id). */
int record_cmp(const struct record *a, const struct record *b);

/* "log/2026/11/22/<40 digits>.yaml", by the UTC date. */
#define RECORD_PATH 64
void record_path(char out[RECORD_PATH], time_t date, const struct id *id);

/* Does a path end so: a file of a log that is none is an attachment, or does not belong there? */
bool path_is_record(const char *path);

/* Is this a handle: 1 to 64 of [a-z0-9._-], beginning with a letter or digit; or an address? */
bool handle_is_valid(const char *text);
bool address_is_valid(const char *text);

/*
 * May this text come from a person (command line, file, editor)? Valid UTF-8 without
 * NUL, CR, controls but LF and TAB, and bidi or invisible format characters; a
 * `one_line` text also without LF and TAB. ERR_INVALID, message beginning with `what`.
 */
int text_check(const char *text, size_t len, bool one_line, const char *what);

#endif
