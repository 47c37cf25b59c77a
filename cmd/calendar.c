/* async calendar: calendars of holidays that people and the policy name. */
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/nearest.h"
#include "async/team.h"
#include "change.h"
#include "cmd.h"
#include "opts.h"
#include "print.h"
#include "write.h"

enum { F_NAME, F_DAYS, F_NEXT, F_NEXT_NAME, F_PEOPLE, F_TEAM, F_NR };

static const struct field fields[F_NR] = {
	[F_NAME] = { "calendar", VALUE_TEXT, "its name", COLUMN },
	[F_DAYS] = { "days", VALUE_NUMBER, "how many days it holds", COLUMN | RIGHT },
	[F_NEXT] = { "next", VALUE_TEXT, "the next of them", COLUMN | KEPT | WHOLE },
	[F_NEXT_NAME] = { "name", VALUE_TEXT, "what that day is called", COLUMN | ELASTIC },
	[F_PEOPLE] = { "people", VALUE_NUMBER, "how many people name it", COLUMN | RIGHT },
	[F_TEAM] = { "team", VALUE_BOOL, "the policy names it: it is everybody's", COLUMN },
};

enum { D_DATE, D_DAY, D_FROM, D_TO, D_NAME, D_NR };

static const struct field day_fields[D_NR] = {
	[D_DATE] = { "date", VALUE_TEXT, "the date", COLUMN | KEPT | WHOLE },
	[D_DAY] = { "weekday", VALUE_TEXT, "its day of the week", COLUMN | WHOLE },
	[D_FROM] = { "from", VALUE_TEXT, "where only a part of the day is off: from when", COLUMN | WHOLE },
	[D_TO] = { "to", VALUE_TEXT, "till when", COLUMN | WHOLE },
	[D_NAME] = { "name", VALUE_TEXT, "what the day is called", COLUMN | ELASTIC },
};

static const char *date_of(const struct node *entry)
{
	return entry->text ? entry->text : node_get_text(entry, "date");
}

static void today(char out[DAY_TEXT], struct worklog *wl)
{
	int32_t day;
	long second;

	zone_local(worklog_zone(wl), worklog_now(wl), &day, &second);
	day_format(out, day);
}

/* The first day of the list that is not over, or NULL. */
static const struct node *next_day(const struct node *days, const char *now)
{
	const struct node *next = NULL;

	NODE_EACH(entry, days)
		if (strcmp(date_of(entry), now) >= 0 && (!next || strcmp(date_of(entry), date_of(next)) < 0))
			next = entry;
	return next;
}

static size_t count_users(const struct team *team, const char *name)
{
	size_t nr = 0;

	for (size_t i = 0; i < team_count(team); i++)
		nr += !team_get(team, i)->gone && node_list_has(node_get(team_get(team, i)->state, "holidays"), name);
	return nr;
}

static bool is_teams(const struct team *team, const char *name)
{
	return node_list_has(node_get(team_policy(team), "holidays"), name);
}

static int list(struct worklog *wl)
{
	char now[DAY_TEXT];
	struct listing *rows;
	struct team *team;
	int rc, ended;

	rc = worklog_team(&team, wl);
	if (rc == 0)
		rc = listing_begin(&rows, wl, "calendar", fields, F_NR);
	if (rc < 0)
		return rc;
	today(now, wl);
	NODE_EACH(name, team_calendar_names(team)) {
		const struct node *days = team_holidays(team, name->text), *next = next_day(days, now);

		if (rc == 0)
			rc = listing_row(rows, (struct value[F_NR]){
				[F_NAME] = { .text = name->text },
				[F_DAYS] = { .number = days ? (long long)days->nr : 0 },
				[F_NEXT] = { .text = next ? date_of(next) : NULL },
				[F_NEXT_NAME] = { .text = next ? node_get_text(next, "name") : NULL },
				[F_PEOPLE] = { .number = (long long)count_users(team, name->text) },
				[F_TEAM] = { .number = is_teams(team, name->text) },
			});
	}
	ended = listing_end(rows);
	return rc < 0 ? rc : ended;
}

static int cmp_days(const void *a, const void *b)
{
	return strcmp(date_of(*(const struct node *const *)a), date_of(*(const struct node *const *)b));
}

static int show_days(struct worklog *wl, const struct node *days)
{
	static const char *const names[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	const struct node **v = xcalloc(days->nr, sizeof(*v));
	struct listing *rows;
	size_t nr = 0;
	int32_t day;
	int rc, ended;

	NODE_EACH(entry, days)
		v[nr++] = entry;
	qsort(v, nr, sizeof(*v), cmp_days);
	rc = listing_begin(&rows, wl, "holiday", day_fields, D_NR);
	for (size_t i = 0; rc == 0 && i < nr; i++)
		if (day_parse(&day, date_of(v[i])))
			rc = listing_row(rows, (struct value[D_NR]){
				[D_DATE] = { .text = date_of(v[i]) },
				[D_DAY] = { .text = names[day_weekday(day)] },
				[D_FROM] = { .text = node_get_text(v[i], "from") },
				[D_TO] = { .text = node_get_text(v[i], "to") },
				[D_NAME] = { .text = node_get_text(v[i], "name") },
			});
	free(v);
	ended = listing_end(rows);
	return rc < 0 ? rc : ended;
}

static const char *nearest_calendar(const struct team *team, const char *name)
{
	const struct node *names = team_calendar_names(team);
	const char **v = xcalloc(names->nr + 1, sizeof(*v)), *found;
	size_t nr = 0;

	NODE_EACH(entry, names)
		v[nr++] = entry->text;
	found = nearest(name, v);
	free(v);
	return found;
}

static int find_calendar(const struct node **out, struct worklog *wl, const char *name)
{
	struct team *team;
	const char *suggestion;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	*out = team_holidays(team, name);
	if (*out)
		return 0;
	suggestion = nearest_calendar(team, name);
	error_set(ERR_NOTFOUND, "there is no calendar '%s'", name);
	if (suggestion)
		error_hint("did you mean '%s'?", suggestion);
	else
		error_hint("'async calendar add %s <date> [<name of the day>]' begins it", name);
	return ERR_NOTFOUND;
}

static int show(struct worklog *wl, const char *name)
{
	const struct node *days = NULL;
	int rc = find_calendar(&days, wl, name);

	return rc < 0 ? rc : show_days(wl, days);
}

static int read_day(char out[DAY_TEXT], struct worklog *wl, const char *text)
{
	struct when when;
	int rc = when_parse(&when, text, worklog_now(wl), worklog_zone(wl), false);

	if (rc == 0 && !when.is_day) {
		error_set(ERR_INVALID, "'%s' is not a date", text);
		error_hint("a date such as 2026-12-24; a part of it with --from and --to");
		rc = ERR_INVALID;
	}
	if (rc == 0)
		day_format(out, when.day);
	return rc;
}

/* What the record adds, and what it drops first; each may be NULL. */
static void set_change(struct record *rec, const char *name, struct node *add, struct node *drop)
{
	struct node *changes = node_new(&rec->pool, NODE_MAP), *entries[] = { add, drop };
	static const char *const how[] = { "add", "drop" };

	for (size_t i = 0; i < NR(entries); i++) {
		struct node *list = node_new(&rec->pool, NODE_LIST);

		if (!entries[i])
			continue;
		node_append(list, entries[i]);
		node_set(&rec->pool, changes, how[i], list);
	}
	record_set(rec, "calendar", name);
	record_set_node(rec, "holidays", changes);
}

static bool is_whole(const struct node *day)
{
	return !node_get(day, "from") && !node_get(day, "to");
}

/* A whole day takes the place of what is there for its date, and yields to its parts. */
static bool replaces(const struct node *days, const struct node *day)
{
	NODE_EACH(entry, days)
		if (!strcmp(date_of(entry), date_of(day)) && (is_whole(day) || is_whole(entry)))
			return true;
	return false;
}

/* A day of which nothing more is known is its date alone. */
static struct node *make_day(struct pool *pool, const char *date, const char *from, const char *to, int argc, char **argv)
{
	struct node *day = node_new(pool, NODE_MAP);
	struct buf name = BUF_INIT;

	for (int i = 0; i < argc; i++)
		buf_addf(&name, "%s%s", i ? " " : "", argv[i]);
	if (!name.len && !from && !to)
		return node_text(pool, date);
	node_set_text(pool, day, "date", date);
	if (from)
		node_set_text(pool, day, "from", from);
	if (to)
		node_set_text(pool, day, "to", to);
	if (name.len)
		node_set_text(pool, day, "name", name.ptr);
	buf_release(&name);
	return day;
}

static void tell(struct worklog *wl, const char *what, const char *name, const char *date)
{
	struct buf safe = BUF_INIT;
	struct team *team;
	const char *used = "";

	if (worklog_team(&team, wl) == 0 && !is_teams(team, name) && !count_users(team, name))
		used = "; nobody names this calendar yet (policy set holidays+=…, me holidays+=…)";
	print_safe(&safe, name, false);
	print("%s: %s %s%s\n", safe.ptr, what, date, used);
	buf_release(&safe);
}

static int add(struct worklog *wl, const char *from, const char *to, bool dry, int argc, char **argv)
{
	struct record rec = RECORD_INIT;
	char date[DAY_TEXT];
	struct node *day;
	struct team *team;
	int rc;

	if (argc < 2)
		return form_wants(&cmd_calendar, "add", "a calendar and a date");
	rc = read_day(date, wl, argv[1]);
	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc == 0)
		rc = change_begin(&rec, wl, KIND_CALENDAR);
	if (rc < 0)
		return rc;
	day = make_day(&rec.pool, date, from, to, argc - 2, argv + 2);
	set_change(&rec, argv[0], day,
		   replaces(team_holidays(team, argv[0]), day) ? node_text(&rec.pool, date) : NULL);
	rc = change_write(wl, &rec, dry);
	if (rc == 0 && !dry)
		tell(wl, "added", argv[0], date);
	record_release(&rec);
	return rc;
}

static int drop(struct worklog *wl, bool dry, int argc, char **argv)
{
	const struct node *days = NULL;
	struct record rec = RECORD_INIT;
	char date[DAY_TEXT];
	bool there = false;
	int rc;

	if (argc != 2)
		return form_wants(&cmd_calendar, "drop", "a calendar and a date");
	rc = find_calendar(&days, wl, argv[0]);
	if (rc == 0)
		rc = read_day(date, wl, argv[1]);
	if (rc < 0)
		return rc;
	NODE_EACH(entry, days)
		there |= !strcmp(date_of(entry), date);
	if (!there)
		return error_set(ERR_NOTFOUND, "%s has no %s", argv[0], date);
	rc = change_begin(&rec, wl, KIND_CALENDAR);
	if (rc < 0)
		return rc;
	set_change(&rec, argv[0], NULL, node_text(&rec.pool, date));
	rc = change_write(wl, &rec, dry);
	if (rc == 0 && !dry)
		tell(wl, "dropped", argv[0], date);
	record_release(&rec);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	const char *from = NULL, *to = NULL;
	bool dry = false;
	const struct opt opts[] = {
		OPT_TEXT(0, "from", &from, "time", "with 'add': only this part of the day is off, from 12:00"),
		OPT_TEXT(0, "to", &to, "time", "with 'add': till then"),
		OPT_DRY_RUN(&dry),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_calendar, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	if (!argc)
		return list(wl);
	if (!strcmp(argv[0], "add"))
		return add(wl, from, to, dry, argc - 1, argv + 1);
	if (!strcmp(argv[0], "drop"))
		return drop(wl, dry, argc - 1, argv + 1);
	if (!strcmp(argv[0], "show") && argc == 2)
		return show(wl, argv[1]);
	if (!strcmp(argv[0], "show"))
		return form_wants(&cmd_calendar, "show", "one calendar");
	return argc == 1 ? show(wl, argv[0]) : form_unknown(&cmd_calendar, argv[0]);
}

const struct cmd cmd_calendar = {
	.name = "calendar",
	.usage = "[<calendar>]\n"
		 "show <calendar>\n"
		 "add [-n] [--from <time>] [--to <time>] <calendar> <date> [<name of the day>]\n"
		 "drop [-n] <calendar> <date>",
	.summary = "list calendars of holidays, or change one",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
