/*
 * What a zone is made of. Private to zone.c (names, files, questions), zone-file.c
 * (the TZif format) and zone-posix.c (the footer's rule for the years to come).
 */
#ifndef ZONE_FILE_H
#define ZONE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "async/alloc.h"

/* A local time type: how far from UTC, and what it is called. */
struct local_type {
	int32_t offset; /* seconds east of UTC */
	const char *abbreviation;
};

/* From `at` on this type holds, until the next shift. */
struct shift {
	int64_t at;
	int32_t type; /* index in `types` */
};

struct zone {
	size_t refs;
	char *name;
	struct pool pool;
	struct local_type *types;
	size_t nr_types, alloc_types;
	struct shift *shifts; /* by time; the first is before everything */
	size_t nr_shifts, alloc_shifts;
	int32_t max_offset; /* of all types */
};

/* As RFC 8536 bounds them: strictly between -25 h and +26 h. */
#define ZONE_OFFSET_MIN (-25 * 3600 + 1)
#define ZONE_OFFSET_MAX (26 * 3600 - 1)

/*
 * Fill types and shifts from the bytes of a file. False if they are no zone, with
 * `*why` in a few words; the zone is then to be freed.
 */
bool zone_file_parse(struct zone *zone, const unsigned char *data, size_t len, const char **why);

/*
 * Append the shifts that a footer ("CET-1CEST,M3.5.0,M10.5.0/3") makes after those there
 * are. False: it is no such rule.
 */
bool zone_posix_extend(struct zone *zone, const char *footer);

/* The index of a type, which is added if there is none like it. */
int32_t zone_add_type(struct zone *zone, int32_t offset, const char *abbreviation, size_t len);
void zone_add_shift(struct zone *zone, int64_t at, int32_t type);

#endif
