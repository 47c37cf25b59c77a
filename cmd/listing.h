/*
 * What the three ways to print a row share: columns (listing.c), JSON lines
 * (print-json.c), and a template (print-format.c).
 */
#ifndef LISTING_H
#define LISTING_H

#include "print.h"

struct template;

struct listing {
	struct worklog *wl; /* or NULL */
	const char *what;
	const struct field *fields;
	size_t nr;
	time_t now;
	struct zone *zone;    /* times are shown in; borrowed or `own_zone` */
	struct zone *own_zone;
	struct template *template; /* of --format, or NULL */
	struct pool pool;     /* of the rows that wait to be aligned */
	struct line *lines;
	size_t nr_lines, alloc_lines;
	const char *heading;  /* waits for its first row, in the pool */
};

/* Bytes that are safe already. */
void print_raw(const char *data, size_t len);

/* A person's key as it is shown, or (`handle`) as records are written. */
const char *listing_person(const struct listing *list, const char *key, bool handle);

/* A value as a column shows it, escaped, on one line. */
void listing_plain(struct buf *out, const struct listing *list, const struct field *field,
		   const struct value *value);

/* Append one row as a JSON object, without a line end. */
void listing_json(struct buf *out, const struct listing *list, const struct value *values);

/* Read a template once, then fill it for each row. ERR_USAGE: names what there is. */
int template_new(struct template **out, const struct listing *list, const char *text);
void template_fill(struct buf *out, const struct listing *list, const struct value *values);
bool template_has(const struct template *template, size_t field);
void template_free(struct template *template);

#endif
