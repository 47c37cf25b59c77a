/*
 * Record ids: the git blob id of the record's bytes (SHA-1, as the repository's).
 */
#ifndef ASYNC_ID_H
#define ASYNC_ID_H

#include <stdbool.h>
#include <stddef.h>

#define ID_RAW 20
#define ID_HEX 40
#define ID_MIN_PREFIX 4 /* the shortest prefix that is accepted */
#define ID_MIN_SHOWN 7  /* the shortest that is printed */

struct id {
	unsigned char raw[ID_RAW];
};

/* All 40 lower-case digits and nothing else; false if it is anything else. */
bool id_parse(struct id *out, const char *hex, size_t len);

/* Forty digits and a NUL. */
void id_hex(char out[ID_HEX + 1], const struct id *id);

int id_cmp(const struct id *a, const struct id *b);
bool id_equal(const struct id *a, const struct id *b);
bool id_is_zero(const struct id *id);

/* Is `hex` a prefix that may be looked up: 4 to 40 digits, either case? */
bool id_is_prefix(const char *hex, size_t len);

/* Does the id begin with these digits? */
bool id_has_prefix(const struct id *id, const char *hex, size_t len);

/* How many leading digits two ids share. */
size_t id_common(const struct id *a, const struct id *b);

#endif
