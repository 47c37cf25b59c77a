/* async who --overlap: when people are at work together. */
#include <stdlib.h>

#include "async/alloc.h"
#include "print.h"
#include "presence.h"
#include "who.h"

#define DAY_SECONDS 86400

enum { F_FROM, F_TO, F_MINUTES, F_PEOPLE, F_LOCAL, F_NR };

static const struct field fields[F_NR] = {
	[F_FROM] = { "from", VALUE_TIME, "from when they are at work together", COLUMN },
	[F_TO] = { "to", VALUE_TIME, "until when", 0 },
	[F_MINUTES] = { "minutes", VALUE_WORK, "how long", COLUMN | RIGHT },
	[F_PEOPLE] = { "people", VALUE_PEOPLE, "who", 0 },
	[F_LOCAL] = { "local", VALUE_LIST, "the same in each one's own time", COLUMN | ELASTIC },
};

struct overlaps {
	struct worklog *wl;
	const struct attendees *people;
	const struct overlap_query *query;
	time_t end; /* of the days to look at: what begins before it is shown whole */
	struct listing *list;
	char *keys; /* of the people, comma separated */
	size_t nr;  /* found */
	int rc;
};

static void put_end(struct buf *out, time_t to, const struct zone *zone)
{
	int32_t day;
	long second;

	zone_local(zone, to, &day, &second);
	if (second == 0)
		second = 86400;
	buf_addf(out, "-%02ld:%02ld", second / 3600, second / 60 % 60);
}

/* "ben 14:00-16:00", with the day where it is another one than mine. */
static void put_local(struct buf *out, const struct attendee *person, const struct stretch *stretch,
		      const struct zone *mine)
{
	const struct zone *zone = calendar_zone(person->cal);
	int32_t day, my_day;
	long second;

	zone_local(mine, stretch->from, &my_day, &second);
	zone_local(zone, stretch->from, &day, &second);
	buf_addf(out, "%s%s ", out->len ? "," : "", person->shown);
	if (day != my_day)
		format_local(out, stretch->from, zone);
	else
		buf_addf(out, "%02ld:%02ld", second / 3600, second / 60 % 60);
	put_end(out, stretch->to, zone);
}

static void each_overlap(const struct stretch *stretch, void *data)
{
	struct overlaps *all = data;
	const struct zone *zone = worklog_zone(all->wl);
	struct buf mine = BUF_INIT, local = BUF_INIT;
	long minutes = (long)(stretch->to - stretch->from) / 60;

	if (minutes < all->query->minutes || stretch->from >= all->end || all->rc < 0)
		return;
	all->nr++;
	format_time_short(&mine, stretch->from, worklog_now(all->wl), zone);
	put_end(&mine, stretch->to, zone);
	for (size_t i = 0; i < all->people->nr; i++)
		put_local(&local, &all->people->v[i], stretch, zone);
	all->rc = listing_row(all->list, (const struct value[F_NR]){
		[F_FROM] = { .time = stretch->from, .column = mine.ptr },
		[F_TO] = { .time = stretch->to },
		[F_MINUTES] = { .number = minutes },
		[F_PEOPLE] = { .text = all->keys },
		[F_LOCAL] = { .text = local.ptr },
	});
	buf_release(&mine);
	buf_release(&local);
}

static char *keys_of(const struct attendees *people)
{
	struct buf keys = BUF_INIT;

	for (size_t i = 0; i < people->nr; i++)
		buf_addf(&keys, "%s%s", i ? "," : "", people->v[i].key);
	return buf_detach(&keys);
}

static void find(struct overlaps *all)
{
	const struct attendees *people = all->people;
	struct calendar **cals = xcalloc(people->nr + 1, sizeof(struct calendar *));
	time_t now = worklog_now(all->wl);

	for (size_t i = 0; i < people->nr; i++)
		cals[i] = people->v[i].cal;
	all->end = now + (time_t)all->query->days * DAY_SECONDS;
	worktime_common(cals, people->nr, now, all->end + DAY_SECONDS, each_overlap, all);
	free(cals);
}

static void tell_none(const struct overlaps *all)
{
	const struct overlap_query *query = all->query;
	struct buf length = BUF_INIT;

	if (query->minutes > 1)
		format_work(&length, query->minutes);
	print("They are not at work together%s%s within %d day%s.\n", length.len ? " for " : "", length.ptr, query->days,
	      query->days == 1 ? "" : "s");
	buf_release(&length);
}

int who_overlap(struct worklog *wl, const struct attendees *people, const struct overlap_query *query)
{
	struct overlaps all = { .wl = wl, .people = people, .query = query };
	int ended;

	all.rc = listing_begin(&all.list, wl, "overlap", fields, F_NR);
	if (all.rc < 0)
		return all.rc;
	all.keys = keys_of(people);
	find(&all);
	ended = listing_end(all.list);
	if (all.rc == 0 && ended == 0 && !all.nr && !print_is_machine())
		tell_none(&all);
	free(all.keys);
	return all.rc < 0 ? all.rc : ended;
}
