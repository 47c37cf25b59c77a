/* People: a form for one, rows for many, and how one is changed. */
#include "people.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/plain.h"
#include "async/team.h"
#include "async/worktime.h"
#include "change.h"
#include "presence.h"
#include "print.h"

enum { F_PERSON, F_NAME, F_TIME, F_STATE, F_UNTIL, F_ZONE, F_GROUPS, F_ADDRESSES, F_DEPUTY, F_GONE, F_ASSUMED, F_NR };

static const struct field fields[F_NR] = {
	[F_PERSON] = { "person", VALUE_PERSON, "the handle", COLUMN },
	[F_NAME] = { "name", VALUE_TEXT, "their name", COLUMN | ELASTIC },
	[F_TIME] = { "time", VALUE_TEXT, "the time of day where they are", COLUMN | WHOLE },
	[F_STATE] = { "state", VALUE_TEXT, "working, focus, off, holiday, away or gone", COLUMN | KEPT | WHOLE },
	[F_UNTIL] = { "until", VALUE_TIME, "how long they are at work; else when they are back", COLUMN },
	[F_ZONE] = { "zone", VALUE_TEXT, "their time zone", COLUMN | DIM | WHOLE },
	[F_GROUPS] = { "groups", VALUE_LIST, "the groups they are in", COLUMN },
	[F_ADDRESSES] = { "addresses", VALUE_LIST, "addresses that prove who they are", 0 },
	[F_DEPUTY] = { "deputy", VALUE_PERSON, "who may answer for them", 0 },
	[F_GONE] = { "gone", VALUE_BOOL, "they have left the team", 0 },
	[F_ASSUMED] = { "assumed", VALUE_BOOL, "their hours or zone are not known but assumed", 0 },
};

static void put_list(struct buf *out, const struct node *list)
{
	NODE_EACH(entry, list)
		if (entry->text)
			buf_addf(out, "%s%s", out->len ? "," : "", entry->text);
}

/*
 * The calendar is asked for at the end of time, as all that is known: what was written in this
 * very second is dated a second ahead, and what is ahead by more counts for nothing yet.
 */
static int print_row(struct listing *list, struct worklog *wl, struct team *team, struct person *person)
{
	struct calendar *cal = team_calendar(team, person, INSTANT_MAX);
	struct buf local = BUF_INIT, groups = BUF_INIT, addresses = BUF_INIT, until_text = BUF_INIT;
	struct whereabouts where = whereabouts_at(cal, worklog_now(wl));
	struct value v[F_NR] = {
		[F_PERSON] = { .text = person->key },
		[F_NAME] = { .text = person->name },
		[F_STATE] = { .text = person->gone ? "gone" : presence_word(where.what) },
		[F_UNTIL] = { .time = person->gone ? 0 : where.until },
		[F_ZONE] = { .text = zone_name(calendar_zone(cal)) },
		[F_DEPUTY] = { .text = person->deputy ? person->deputy->key : NULL },
		[F_GONE] = { .number = person->gone },
		[F_ASSUMED] = { .number = calendar_is_assumed(cal) },
	};
	int rc;

	format_local(&local, worklog_now(wl), calendar_zone(cal));
	if (!person->gone)
		format_until(&until_text, where.until, worklog_now(wl), worklog_zone(wl));
	put_list(&groups, node_get(person->state, "groups"));
	put_list(&addresses, person->addresses);
	v[F_TIME].text = local.ptr;
	v[F_UNTIL].column = until_text.ptr;
	v[F_GROUPS].text = groups.ptr;
	v[F_ADDRESSES].text = addresses.ptr;
	if (where.what == PRESENT && !person->gone)
		v[F_STATE].color = COLOR_DONE;
	else
		v[F_STATE].color = COLOR_DIM;
	rc = listing_row(list, v);
	buf_release(&until_text);
	buf_release(&local);
	buf_release(&groups);
	buf_release(&addresses);
	return rc;
}

static int cmp_shown(const void *a, const void *b)
{
	const struct person *one = *(struct person *const *)a, *two = *(struct person *const *)b;

	return strcmp(one->shown, two->shown);
}

/* Those to list, by what they are shown as; the caller frees. */
static struct person **sorted(size_t *nr, const struct team *team, bool all)
{
	struct person **v = xcalloc(team_count(team), sizeof(*v));

	*nr = 0;
	for (size_t i = 0; i < team_count(team); i++)
		if (all || !team_get(team, i)->gone)
			v[(*nr)++] = team_get(team, i);
	qsort(v, *nr, sizeof(*v), cmp_shown);
	return v;
}

static int print_rows(struct worklog *wl, struct team *team, struct person *const *v, size_t nr)
{
	struct listing *rows = NULL;
	int rc, ended;

	rc = listing_begin(&rows, wl, "person", fields, F_NR);
	if (rc < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < nr; i++)
		rc = print_row(rows, wl, team, v[i]);
	ended = listing_end(rows);
	return rc < 0 ? rc : ended;
}

int people_list(struct worklog *wl, bool all)
{
	struct person **v;
	struct team *team;
	size_t nr;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	v = sorted(&nr, team, all);
	rc = print_rows(wl, team, v, nr);
	free(v);
	return rc;
}

/* "Mon 2026-03-02 10:00 CET, working until 17:00" */
static void print_now(struct worklog *wl, struct calendar *cal)
{
	struct zone *zone = calendar_zone(cal);
	time_t now = worklog_now(wl);
	struct whereabouts where = whereabouts_at(cal, now);
	struct buf line = BUF_INIT;

	format_time(&line, now, zone);
	buf_addf(&line, ", %s ", presence_word(where.what));
	if (where.until == DUE_NEVER)
		buf_puts(&line, "for as long as can be seen");
	else
		format_until(&line, where.until, now, zone);
	print("now: %s\n", line.ptr);
	buf_release(&line);
}

static void print_key(const char *key, const struct node *value, const char *comment)
{
	struct buf text = BUF_INIT, safe = BUF_INIT;

	plain_format_value(&text, value);
	print_safe(&safe, text.ptr, false);
	print("%s: %s%s%s\n", key, safe.ptr, *comment ? "   # " : "", comment);
	buf_release(&text);
	buf_release(&safe);
}

/* Time off that is not over; the rest is history. */
static const struct node *away_ahead(struct pool *pool, const struct node *away, struct calendar *cal, time_t now)
{
	struct node *ahead = node_new(pool, NODE_LIST);
	char today[DAY_TEXT];
	int32_t day;
	long second;

	zone_local(calendar_zone(cal), now, &day, &second);
	day_format(today, day);
	NODE_EACH(entry, away) {
		const char *to = node_get_text(entry, "to"), *from = node_get_text(entry, "from");

		if (strncmp(to ? to : from, today, DAY_TEXT - 1) >= 0)
			node_append(ahead, node_copy(pool, entry));
	}
	return ahead->nr ? ahead : NULL;
}

static bool is_calendar_default(const char *key)
{
	return !strcmp(key, "zone") || !strcmp(key, "hours") || !strcmp(key, "hours_on") || !strcmp(key, "focus");
}

/* What holds for somebody who has not said it: the team's, else what is assumed (S9). */
static void print_default(struct team *team, struct person *person, const char *key)
{
	const struct node *map, *value;
	time_t since;

	map = team_calendar_map(team, person, team_calendar_count(team, person, &since) - 1);
	value = node_get(map, key);
	if (value)
		print_key(key, value, "the team's");
	else if (!strcmp(key, "zone"))
		print("zone: UTC   # assumed\n");
	else if (!strcmp(key, "hours"))
		print("hours: {mon-fri: \"09:00-17:00\"}   # assumed\n");
}

static void print_form(struct worklog *wl, struct team *team, struct person *person)
{
	struct calendar *cal = team_calendar(team, person, INSTANT_MAX);
	struct pool pool = POOL_INIT;
	const struct node *away = away_ahead(&pool, team_away(team, person), cal, worklog_now(wl));

	for (const struct setting *s = person_form; s->key; s++) {
		const struct node *value = node_get(person->state, s->key);

		if (value)
			print_key(s->key, value, "");
		else if (is_calendar_default(s->key))
			print_default(team, person, s->key);
		if (!strcmp(s->key, "addresses") && person->unconfirmed && person->unconfirmed->nr)
			print_key("unconfirmed", person->unconfirmed, "count once a commit by them is here");
	}
	NODE_EACH(value, person->state) {
		const struct setting *s = person_form;

		while (s->key && strcmp(s->key, value->key) != 0)
			s++;
		if (!s->key)
			print_key(value->key, value, "");
	}
	if (away)
		print_key("away", away, "");
	print_now(wl, cal);
	pool_release(&pool);
}

int people_show(struct worklog *wl, struct person *person)
{
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	if (print_is_machine())
		return print_rows(wl, team, &person, 1);
	print_form(wl, team, person);
	return 0;
}

/* After a change: the keys that `rec` changed, as they are now, and what that means right now. */
static int tell_change(struct worklog *wl, const char *key, const struct record *rec)
{
	struct person *person;
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	person = team_person(team, key);
	for (const struct setting *s = person_form; s->key; s++) {
		const struct node *value = node_get(person->state, s->key);

		if (!record_node(rec, s->key))
			continue;
		if (value)
			print_key(s->key, value, "");
		else if (is_calendar_default(s->key))
			print_default(team, person, s->key);
		else
			print("%s: none\n", s->key);
	}
	if (!person->gone)
		print_now(wl, team_calendar(team, person, INSTANT_MAX));
	return 0;
}

static const char edit_comments[] =
	"\n"
	"# Change, add or remove lines; what you leave alone stays as it is for others too.\n"
	"# zone: Europe/Berlin\n"
	"# hours: {mon-thu: \"09:00-12:00 13:00-17:00\", fri: \"09:00-15:00\"}\n"
	"# hours_on: {\"2026-05-02\": \"10:00-14:00\", \"2026-05-04\": none}\n"
	"# holidays: [de, {date: \"2026-12-24\", from: \"12:00\", name: Christmas Eve}]\n"
	"# focus: [{days: mon wed, hours: \"09:00-11:00\"}]\n"
	"# Time off is said with 'async away'; handle and groups count from @maintainers.\n";

/* The changes of operands or the editor, in the record; ERR_FAILED if there are none. */
static int collect(struct worklog *wl, struct record *rec, const struct people_change *change, int argc, char **argv)
{
	struct form form;
	size_t nr = 0;
	int rc = 0;

	form_begin(&form, wl, person_form, change->state);
	for (int i = 0; i < argc && rc == 0; i++)
		rc = form_take(&form, argv[i]);
	if (rc == 0 && change->edit)
		rc = form_edit(&form, "settings", edit_comments);
	if (rc == 0)
		rc = form_put(&form, rec, &nr);
	form_release(&form);
	return rc < 0 ? rc : nr != 0;
}

int people_change(struct worklog *wl, struct record *rec, const struct people_change *change, int argc, char **argv)
{
	struct dues before;
	int rc;

	rc = collect(wl, rec, change, argc, argv);
	if (rc == 0) {
		print("nothing to change\n");
		edit_done();
		return 0;
	}
	record_set(rec, "person", change->about);
	if (rc > 0)
		rc = worklog_date(rec, wl, NULL);
	if (rc < 0)
		return rc;
	rc = dues_read(&before, wl, change->key);
	if (rc == 0)
		rc = change_write(wl, rec, change->dry);
	if (rc == 0)
		edit_done();
	if (rc == 0 && !change->dry)
		rc = tell_change(wl, change->key, rec);
	if (rc == 0 && !change->dry)
		rc = dues_print_moved(&before, wl, change->key);
	dues_release(&before);
	return rc;
}
