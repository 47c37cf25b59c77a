/* async who: who is at work now, and who comes next. */
#include "who.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/nearest.h"
#include "presence.h"
#include "print.h"

/* -- whom it is about ------------------------------------------------------------------ */

static bool is_in_group(const struct teammate *mate, const char *group)
{
	size_t len = strlen(group);

	for (const char *at = mate->groups; at && *at; at += strcspn(at, ","), at += *at == ',')
		if (strcspn(at, ",") == len && !strncmp(at, group, len))
			return true;
	return false;
}

static void add(struct attendees *people, struct worklog *wl, const struct teammate *mate)
{
	GROW(people->v, people->nr, people->alloc);
	people->v[people->nr++] = (struct attendee){
		.key = mate->key, .shown = mate->shown, .deputy = mate->deputy, .gone = mate->gone,
		.cal = worklog_calendar(wl, mate->key),
	};
}

static void add_once(struct attendees *people, struct worklog *wl, const struct teammate *mate)
{
	for (size_t i = 0; i < people->nr; i++)
		if (!strcmp(people->v[i].key, mate->key))
			return;
	add(people, wl, mate);
}

/* Somebody who was asked, but is not in the team, is known by an address only. */
static void add_key(struct attendees *people, struct worklog *wl, const char *key)
{
	const struct teammate nobody = { .key = key, .shown = key };

	for (size_t i = 0; i < people->nr_team; i++)
		if (!strcmp(people->team[i].key, key)) {
			add_once(people, wl, &people->team[i]);
			return;
		}
	add_once(people, wl, &nobody);
}

static int no_group(const struct attendees *people, const char *group)
{
	const char **names = NULL, *suggestion;
	size_t nr = 0, alloc = 0;
	struct pool pool = POOL_INIT;

	for (size_t i = 0; i < people->nr_team; i++) {
		char *rest = people->team[i].groups ? pool_strdup(&pool, people->team[i].groups) : NULL, *name;

		while ((name = strsep(&rest, ","))) {
			GROW(names, nr, alloc);
			names[nr++] = name;
		}
	}
	GROW(names, nr, alloc);
	names[nr] = NULL;
	suggestion = nearest(group, names);
	error_set(ERR_NOTFOUND, "there is no group '@%s'", group);
	if (suggestion)
		error_hint("did you mean '@%s'?", suggestion);
	else
		error_hint("'async team' shows the groups");
	free(names);
	pool_release(&pool);
	return ERR_NOTFOUND;
}

static int add_group(struct attendees *people, struct worklog *wl, const char *group)
{
	bool known = false;

	for (size_t i = 0; i < people->nr_team; i++) {
		const struct teammate *mate = &people->team[i];

		if (!is_in_group(mate, group))
			continue;
		known = true;
		if (!mate->gone)
			add_once(people, wl, mate);
	}
	return known ? 0 : no_group(people, group);
}

static int add_named(struct attendees *people, struct worklog *wl, const char *name)
{
	const char *key;
	int rc;

	if (*name == '@')
		return add_group(people, wl, name + 1);
	rc = worklog_find_key(&key, wl, name);
	if (rc == 0)
		add_key(people, wl, key);
	return rc;
}

/* Those named, else the team. */
static int collect(struct attendees *people, struct worklog *wl, const char *const *names, size_t nr)
{
	int rc;

	rc = worklog_everybody(&people->team, &people->nr_team, wl);
	for (size_t i = 0; rc == 0 && i < nr; i++)
		rc = add_named(people, wl, names[i]);
	for (size_t i = 0; rc == 0 && !nr && i < people->nr_team; i++)
		if (!people->team[i].gone)
			add(people, wl, &people->team[i]);
	return rc;
}

/* -- now ------------------------------------------------------------------------------- */

enum { F_PERSON, F_TIME, F_STATE, F_UNTIL, F_THERE, F_DEPUTY, F_ZONE, F_ASSUMED, F_NR };

static const struct field fields[F_NR] = {
	[F_PERSON] = { "person", VALUE_PERSON, "the handle", COLUMN },
	[F_TIME] = { "time", VALUE_TEXT, "the time of day where they are", COLUMN | KEPT | WHOLE },
	[F_STATE] = { "state", VALUE_TEXT, "working, focus, off, holiday, away or gone", COLUMN | KEPT | WHOLE },
	[F_UNTIL] = { "until", VALUE_TIME, "how long they are so; when they are back", COLUMN | KEPT },
	[F_THERE] = { "there", VALUE_TEXT, "the same in their time", COLUMN | WHOLE | DIM },
	[F_DEPUTY] = { "deputy", VALUE_PERSON, "who may answer for them", COLUMN | WHOLE },
	[F_ZONE] = { "zone", VALUE_TEXT, "their time zone", COLUMN | WHOLE | DIM },
	[F_ASSUMED] = { "assumed", VALUE_BOOL, "their hours or zone are not known but assumed", 0 },
};

struct row {
	const struct attendee *person;
	struct whereabouts where;
};

static int rank(const struct row *row)
{
	if (row->person->gone)
		return 3;
	return row->where.what == PRESENT ? 0 : row->where.what == PRESENT_FOCUS ? 1 : 2;
}

/* At work first, who leaves soon before who stays; then who comes next. */
static int cmp_rows(const void *a, const void *b)
{
	const struct row *one = a, *two = b;

	if (rank(one) != rank(two))
		return rank(one) - rank(two);
	if (one->where.until != two->where.until)
		return one->where.until < two->where.until ? -1 : 1;
	return strcmp(one->person->shown, two->person->shown);
}

static enum color color_of(const struct row *row)
{
	static const enum color colors[] = { COLOR_DONE, COLOR_SOON, COLOR_DIM, COLOR_DIM };

	return colors[rank(row)];
}

/* "10:00", with the day where it is another one than mine; nothing where our clocks agree. */
static void put_there(struct buf *out, time_t at, const struct zone *theirs, const struct zone *mine)
{
	int32_t day, my_day;
	long second;

	if (at == DUE_NEVER || zone_offset(theirs, at, NULL) == zone_offset(mine, at, NULL))
		return;
	zone_local(mine, at, &my_day, &second);
	zone_local(theirs, at, &day, &second);
	if (day != my_day)
		format_local(out, at, theirs);
	else
		buf_addf(out, "%02ld:%02ld", second / 3600, second / 60 % 60);
}

static int print_row(struct listing *list, struct worklog *wl, const struct row *row)
{
	const struct attendee *person = row->person;
	struct zone *zone = calendar_zone(person->cal);
	struct buf local = BUF_INIT, until = BUF_INIT, there = BUF_INIT;
	struct buf there_column = BUF_INIT, deputy_column = BUF_INIT;
	const char *deputy = person->deputy ? worklog_who(wl, person->deputy)->shown : NULL;
	bool assumed = calendar_is_assumed(person->cal);
	bool absent = row->where.what == ABSENT_AWAY || row->where.what == ABSENT_HOLIDAY || person->gone;
	int rc;

	format_local(&local, worklog_now(wl), zone);
	if (!person->gone) {
		format_until(&until, row->where.until, worklog_now(wl), worklog_zone(wl));
		buf_puts(&until, !assumed ? "" : until.len ? " ~" : "~");
		put_there(&there, row->where.until, zone, worklog_zone(wl));
	}
	if (there.len)
		buf_addf(&there_column, "%s there", there.ptr);
	if (deputy && absent)
		buf_addf(&deputy_column, "deputy %s", deputy);
	rc = listing_row(list, (const struct value[F_NR]){
		[F_PERSON] = { .text = person->key },
		[F_TIME] = { .text = local.ptr },
		[F_STATE] = { .text = person->gone ? "gone" : presence_word(row->where.what), .color = color_of(row) },
		[F_UNTIL] = { .time = person->gone ? 0 : row->where.until, .column = until.ptr },
		[F_THERE] = { .text = there.len ? there.ptr : NULL, .column = there_column.ptr },
		[F_DEPUTY] = { .text = person->deputy, .column = deputy_column.ptr },
		[F_ZONE] = { .text = zone_name(zone) },
		[F_ASSUMED] = { .number = assumed },
	});
	buf_release(&local);
	buf_release(&until);
	buf_release(&there);
	buf_release(&there_column);
	buf_release(&deputy_column);
	return rc;
}

static int who_now(struct worklog *wl, const struct attendees *people)
{
	struct row *rows = xcalloc(people->nr, sizeof(*rows));
	struct listing *list = NULL;
	int rc, ended;

	for (size_t i = 0; i < people->nr; i++) {
		rows[i].person = &people->v[i];
		rows[i].where = whereabouts_at(people->v[i].cal, worklog_now(wl));
	}
	qsort(rows, people->nr, sizeof(*rows), cmp_rows);
	rc = listing_begin(&list, wl, "who", fields, F_NR);
	for (size_t i = 0; rc == 0 && i < people->nr; i++)
		rc = print_row(list, wl, &rows[i]);
	ended = listing_end(list);
	free(rows);
	return rc < 0 ? rc : ended;
}

/* -- the command ----------------------------------------------------------------------- */

struct request {
	struct when week;
	struct texts overlap;
	struct span at_least, within;
};

static int check(const struct request *request, int argc)
{
	bool overlap = request->overlap.nr, span = request->at_least.days || request->at_least.minutes;

	if (overlap && request->week.given)
		return error_set(ERR_USAGE, "--week and --overlap are two questions: ask one at a time");
	if (overlap && argc) {
		error_set(ERR_USAGE, "--overlap names its people itself: --overlap a,b");
		error_hint("'async who --week' shows when everybody named, or the team, is at work together");
		return ERR_USAGE;
	}
	if (!overlap && (span || request->within.days || request->within.minutes))
		return error_set(ERR_USAGE, "--at-least and --within go with --overlap");
	if (request->at_least.days) {
		error_set(ERR_USAGE, "--at-least wants hours and minutes");
		error_hint("such as 30m or 1h30m");
		return ERR_USAGE;
	}
	if (request->within.minutes) {
		error_set(ERR_USAGE, "--within wants whole days");
		error_hint("such as 5d");
		return ERR_USAGE;
	}
	return 0;
}

static int32_t my_day(struct worklog *wl, const struct when *when)
{
	int32_t day;
	long second;

	if (when->is_day)
		return when->day;
	zone_local(worklog_zone(wl), when->at, &day, &second);
	return day;
}

static int answer(struct worklog *wl, const struct request *request, const struct attendees *people)
{
	const struct overlap_query query = {
		.minutes = request->at_least.minutes ? request->at_least.minutes : 1,
		.days = request->within.days ? request->within.days : 7,
	};

	if (request->overlap.nr)
		return who_overlap(wl, people, &query);
	if (request->week.given)
		return who_week(wl, people, my_day(wl, &request->week));
	return who_now(wl, people);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct request request = { 0 };
	struct attendees people = { 0 };
	const struct opt opts[] = {
		OPT_WHEN_OR('w', "week", &request.week, "today", "a picture of this week, or of that of a date"),
		OPT_LIST('o', "overlap", &request.overlap, "who", "when these are at work together"),
		OPT_SPAN(0, "at-least", &request.at_least, "with --overlap: for so long or longer"),
		OPT_SPAN(0, "within", &request.within, "with --overlap: look so many days ahead (7d)"),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_who, opts, &argc, &argv, 0, -1);
	if (rc == 0)
		rc = check(&request, argc);
	if (rc)
		return rc;
	if (request.overlap.nr)
		rc = collect(&people, wl, request.overlap.v, request.overlap.nr);
	else
		rc = collect(&people, wl, (const char *const *)argv, (size_t)argc);
	if (rc == 0)
		rc = answer(wl, &request, &people);
	free(people.v);
	free(people.team);
	return rc;
}

const struct cmd cmd_who = {
	.name = "who",
	.usage = "[<who>…]\n"
		 "--week[=<when>] [<who>…]\n"
		 "--overlap <who>,… [--at-least <duration>] [--within <duration>]",
	.summary = "tell who is at work, until when, and when people overlap",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
