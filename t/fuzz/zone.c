/*
 * Any bytes as a zone file: what is taken has shifts in order and offsets in range, and every instant is
 * shown by a local clock that leads back to it, or to the first of two.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/zone.h"
#include "zone-file.h"

static void check_parts(const struct zone *zone)
{
	if (!zone->nr_types || !zone->nr_shifts || zone->shifts[0].at != INT64_MIN)
		BUG("it has no beginning");
	for (size_t i = 0; i < zone->nr_types; i++)
		if (zone->types[i].offset < ZONE_OFFSET_MIN || zone->types[i].offset > ZONE_OFFSET_MAX ||
		    zone->types[i].offset > zone->max_offset)
			BUG("an offset is out of range");
	for (size_t i = 0; i < zone->nr_shifts; i++)
		if (zone->shifts[i].type < 0 || (size_t)zone->shifts[i].type >= zone->nr_types ||
		    (i && zone->shifts[i].at <= zone->shifts[i - 1].at))
			BUG("shift %zu is out of order, or of no type", i);
}

static void check_instant(const struct zone *zone, time_t at)
{
	int32_t day;
	long second;
	time_t first;

	if (at < INSTANT_MIN || at > INSTANT_MAX)
		return;
	zone_local(zone, at, &day, &second);
	if (second < 0 || second >= 86400)
		BUG("no second of a day: %ld", second);
	first = zone_instant(zone, day, second);
	if (first > at || (first < at && !zone_is_repeated(zone, at)))
		BUG("%lld shows what %lld does", (long long)at, (long long)first);
}

FUZZER(zone)
{
	struct zone *zone = xcalloc(1, sizeof(*zone));
	const char *why = NULL;

	zone->refs = 1;
	zone->name = xstrdup("fuzz");
	if (zone_file_parse(zone, (const unsigned char *)data, len, &why)) {
		check_parts(zone);
		for (size_t i = 0; i < zone->nr_shifts && i < 500; i++)
			for (int beside = -1; i && beside <= 1; beside++)
				if (zone->shifts[i].at >= INSTANT_MIN && zone->shifts[i].at <= INSTANT_MAX)
					check_instant(zone, zone->shifts[i].at + beside);
		for (time_t at = INSTANT_MIN; at <= INSTANT_MAX; at += INSTANT_MAX / 97)
			check_instant(zone, at);
	} else if (!why) {
		BUG("refused without a word");
	}
	zone_free(zone);
}
