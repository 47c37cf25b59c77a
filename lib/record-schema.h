/*
 * The shape of records: which keys each kind has, in which order, and what they may hold.
 *
 * One table (record-schema.c) says all of it; reading, checking and writing go by it.
 */
#ifndef RECORD_SCHEMA_H
#define RECORD_SCHEMA_H

#include "async/record.h"

enum form {
	FORM_AUTO,  /* as yaml_put_entry() decides */
	FORM_PLAIN, /* never quoted: a whole number, an instant */
	FORM_BLOCK, /* always a block, if one can hold it */
};

/*
 * The rank of a key of the record's map: its place among the known keys of its kind, or
 * SCHEMA_UNKNOWN. `hint` is the rank of the key before it (-1: none), where to look first.
 */
#define SCHEMA_UNKNOWN 1000
int schema_rank(enum record_kind kind, const char *key, int hint);

/* The same for a key of any map further in. */
int schema_inner_rank(const char *key);

/* How the value of a known key is written. */
enum form schema_form(enum record_kind kind, int rank);

/*
 * Is it a valid record as far as its keys and values go? rec->kind, type and verb must be
 * set. ERR_INVALID: "name:line:column: key: expected …, not '…'" (without what is not known);
 * ERR_NEWER for a later format.
 */
int schema_check(const struct record *rec, const char *name);

/*
 * Read a record as record_parse_at() does; `resolve` (or NULL) is called between reading the
 * YAML and checking it, and may change values.
 */
int record_read(struct record *out, const char *text, size_t len, const char *name, int first_line,
		int (*resolve)(struct record *rec, void *data), void *data);

/* Set kind, type, verb, from and date from the map. */
void record_derive(struct record *rec);

#endif
