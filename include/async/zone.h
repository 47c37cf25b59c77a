/*
 * Time zones, read from the system's TZif files (RFC 8536: version 2+ block and
 * the POSIX footer). $TZDIR, else /usr/share/zoneinfo. Why not a library:
 * worktime.md (libical and ICU are wrong for some zones, glibc's is global).
 */
#ifndef ASYNC_ZONE_H
#define ASYNC_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct zone;

/*
 * Load a zone by its IANA name ("Europe/Berlin"; "UTC" needs no file). The caller
 * owns `*out` and drops it with zone_free(). ERR_INVALID with a message naming the
 * zone for a name of other characters than [A-Za-z0-9_+/-], an unknown zone, a
 * damaged file or one with leap seconds.
 */
int zone_load(struct zone **out, const char *name);

/* Another owner of the same zone; each owner calls zone_free(). */
struct zone *zone_ref(struct zone *zone);
void zone_free(struct zone *zone);

const char *zone_name(const struct zone *zone);

/* The system's zone: $TZ if it names one, else where /etc/localtime points, else /etc/timezone, else "UTC". */
void zone_system_name(char *out, size_t size);

/* Seconds east of UTC at an instant; the abbreviation ("CET"), if asked for, belongs to the zone. */
int32_t zone_offset(const struct zone *zone, time_t at, const char **abbreviation);

/*
 * The first instant at which the local clock shows `second` of `day` or later
 * (worktime S2); `second` counts from midnight and may be negative or above a day.
 */
time_t zone_instant(const struct zone *zone, int32_t day, long second);

/* What the local clock shows: the date, and the second after its midnight. */
void zone_local(const struct zone *zone, time_t at, int32_t *day, long *second);

/* Is this local time shown twice (so that printing it needs the offset)? */
bool zone_is_repeated(const struct zone *zone, time_t at);

#endif
