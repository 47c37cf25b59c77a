/* Time zones: names and files, and the two questions that everything else rests on. */
#include "async/zone.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/buf.h"
#include "async/clock.h"
#include "async/error.h"
#include "zone-file.h"

#define ZONE_DIR "/usr/share/zoneinfo"
#define FILE_MAX ((size_t)1 << 20)
#define NAME_MAX_LENGTH 100
#define DAY_SECONDS 86400

int32_t zone_add_type(struct zone *zone, int32_t offset, const char *abbreviation, size_t len)
{
	struct local_type *type;

	for (size_t i = 0; i < zone->nr_types; i++) {
		type = &zone->types[i];
		if (type->offset == offset && strlen(type->abbreviation) == len &&
		    memcmp(type->abbreviation, abbreviation, len) == 0)
			return (int32_t)i;
	}
	GROW(zone->types, zone->nr_types, zone->alloc_types);
	type = &zone->types[zone->nr_types];
	type->offset = offset;
	type->abbreviation = pool_strndup(&zone->pool, abbreviation, len);
	if (zone->nr_types == 0 || offset > zone->max_offset)
		zone->max_offset = offset;
	return (int32_t)zone->nr_types++;
}

void zone_add_shift(struct zone *zone, int64_t at, int32_t type)
{
	GROW(zone->shifts, zone->nr_shifts, zone->alloc_shifts);
	zone->shifts[zone->nr_shifts].at = at;
	zone->shifts[zone->nr_shifts].type = type;
	zone->nr_shifts++;
}

static struct zone *zone_new(const char *name)
{
	struct zone *zone = xcalloc(1, sizeof(*zone));

	zone->refs = 1;
	zone->name = xstrdup(name);
	return zone;
}

struct zone *zone_ref(struct zone *zone)
{
	zone->refs++;
	return zone;
}

void zone_free(struct zone *zone)
{
	if (!zone || --zone->refs)
		return;
	pool_release(&zone->pool);
	free(zone->types);
	free(zone->shifts);
	free(zone->name);
	free(zone);
}

const char *zone_name(const struct zone *zone)
{
	return zone->name;
}

/*
 * Zones that were loaded stay: a team of thousands lives in a few dozen, and reading a
 * file costs a thousand times a question. The key is the path: $TZDIR may change in tests.
 */
#define CACHE_MAX 1024

static struct {
	struct {
		char *path;
		struct zone *zone;
	} *v;
	size_t nr, alloc;
} cache;

static struct zone *cache_find(const char *path)
{
	for (size_t i = 0; i < cache.nr; i++)
		if (strcmp(cache.v[i].path, path) == 0)
			return zone_ref(cache.v[i].zone);
	return NULL;
}

static void cache_keep(const char *path, struct zone *zone)
{
	if (cache.nr == CACHE_MAX)
		return;
	GROW(cache.v, cache.nr, cache.alloc);
	cache.v[cache.nr].path = xstrdup(path);
	cache.v[cache.nr].zone = zone_ref(zone);
	cache.nr++;
}

/* Names that a zone may have; "localtime" and "posixrules" mean something else on each machine. */
static bool is_zone_name(const char *name)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+/-";
	size_t len = strspn(name, allowed);

	return len > 0 && len <= NAME_MAX_LENGTH && !name[len] && name[0] != '/' && name[len - 1] != '/' &&
	       !strstr(name, "//") && strcmp(name, "localtime") != 0 && strcmp(name, "posixrules") != 0;
}

static int load_file(struct zone *zone, const char *path)
{
	struct buf data = BUF_INIT;
	const char *why;
	int rc;

	rc = buf_read_file(&data, path, FILE_MAX);
	if (rc == ERR_NOTFOUND)
		rc = error_set(ERR_INVALID, "there is no zone '%s' in %s", zone->name,
			       getenv("TZDIR") ? "$TZDIR" : ZONE_DIR);
	else if (rc < 0)
		rc = error_prefix(ERR_INVALID, "zone '%s'", zone->name);
	else if (!zone_file_parse(zone, (unsigned char *)data.ptr, data.len, &why))
		rc = error_set(ERR_INVALID, "zone '%s' cannot be read: %s", zone->name, why);
	buf_release(&data);
	return rc;
}

int zone_load(struct zone **out, const char *name)
{
	const char *dir = getenv("TZDIR");
	struct buf path = BUF_INIT;
	struct zone *zone = NULL;
	int rc = 0;

	*out = NULL;
	if (!is_zone_name(name))
		return error_set(ERR_INVALID, "'%.100s' is not the name of a zone; one is like Europe/Berlin", name);
	buf_addf(&path, "%s/%s", dir && *dir ? dir : ZONE_DIR, name);
	zone = cache_find(path.ptr);
	if (zone)
		goto done;

	zone = zone_new(name);
	if (strcmp(name, "UTC") == 0)
		zone_add_shift(zone, INT64_MIN, zone_add_type(zone, 0, "UTC", 3));
	else
		rc = load_file(zone, path.ptr);
	if (rc < 0)
		goto done;
	cache_keep(path.ptr, zone);
done:
	buf_release(&path);
	if (rc < 0)
		zone_free(zone);
	else
		*out = zone;
	return rc;
}

static bool can_load(const char *name)
{
	struct zone *zone;

	if (zone_load(&zone, name) < 0) {
		error_clear();
		return false;
	}
	zone_free(zone);
	return true;
}

static bool use_name(char *out, size_t size, const char *name)
{
	if (strcmp(name, "Etc/UTC") == 0 || !*name)
		name = "UTC";
	return (size_t)snprintf(out, size, "%s", name) < size && can_load(name);
}

/* The part of a path behind "zoneinfo/", or NULL. */
static const char *below_zoneinfo(const char *path)
{
	const char *at = strstr(path, "/zoneinfo/");

	return at ? at + strlen("/zoneinfo/") : NULL;
}

static bool name_from_environment(char *out, size_t size)
{
	const char *tz = getenv("TZ");

	if (!tz)
		return false;
	if (*tz == ':')
		tz++;
	if (*tz == '/')
		tz = below_zoneinfo(tz);
	return tz && use_name(out, size, tz);
}

static bool name_from_link(char *out, size_t size)
{
	char target[PATH_MAX];
	ssize_t len = readlink("/etc/localtime", target, sizeof(target) - 1);
	const char *name;

	if (len < 0)
		return false;
	target[len] = '\0';
	name = below_zoneinfo(target);
	return name && use_name(out, size, name);
}

static bool name_from_file(char *out, size_t size)
{
	struct buf text = BUF_INIT;
	bool ok = false;

	if (buf_read_file(&text, "/etc/timezone", NAME_MAX_LENGTH + 1) == 0) {
		buf_rtrim(&text);
		ok = text.len && use_name(out, size, text.ptr);
	} else {
		error_clear();
	}
	buf_release(&text);
	return ok;
}

void zone_system_name(char *out, size_t size)
{
	if (name_from_environment(out, size) || name_from_link(out, size) || name_from_file(out, size))
		return;
	snprintf(out, size, "UTC");
}

/* The index of the shift in force at an instant. */
static size_t shift_at(const struct zone *zone, int64_t at)
{
	size_t low = 0, high = zone->nr_shifts; /* shifts[low].at <= at < shifts[high].at */

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (zone->shifts[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static int32_t shift_offset(const struct zone *zone, size_t i)
{
	return zone->types[zone->shifts[i].type].offset;
}

static int64_t shift_end(const struct zone *zone, size_t i)
{
	return i + 1 < zone->nr_shifts ? zone->shifts[i + 1].at : INT64_MAX;
}

int32_t zone_offset(const struct zone *zone, time_t at, const char **abbreviation)
{
	const struct local_type *type = &zone->types[zone->shifts[shift_at(zone, at)].type];

	if (abbreviation)
		*abbreviation = type->abbreviation;
	return type->offset;
}

/*
 * Before `wanted - max_offset` no clock of this zone can show `wanted`. From there on the
 * first stretch of one offset in which the clock gets that far has the answer: at the
 * moment itself, or at the stretch's beginning if the clock jumps over it.
 */
time_t zone_instant(const struct zone *zone, int32_t day, long second)
{
	int64_t wanted = (int64_t)day * DAY_SECONDS + second;

	for (size_t i = shift_at(zone, wanted - zone->max_offset);; i++) {
		int64_t at = wanted - shift_offset(zone, i);

		if (at < zone->shifts[i].at)
			at = zone->shifts[i].at;
		if (at < shift_end(zone, i))
			return (time_t)at;
	}
}

void zone_local(const struct zone *zone, time_t at, int32_t *day, long *second)
{
	int64_t local = (int64_t)at + zone_offset(zone, at, NULL);

	*day = day_of_instant((time_t)local);
	*second = (long)(local - (int64_t)*day * DAY_SECONDS);
}

bool zone_is_repeated(const struct zone *zone, time_t at)
{
	size_t i = shift_at(zone, at);
	int64_t local = (int64_t)at + shift_offset(zone, i);

	if (zone_instant(zone, 0, (long)local) < at)
		return true;
	while (++i < zone->nr_shifts && zone->shifts[i].at - at < 2 * DAY_SECONDS) {
		int64_t again = local - shift_offset(zone, i);

		if (again >= zone->shifts[i].at && again < shift_end(zone, i))
			return true;
	}
	return false;
}
