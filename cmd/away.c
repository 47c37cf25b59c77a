/* async away: say when somebody is not there, list it, take it back. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "async/team.h"
#include "away.h"
#include "change.h"
#include "cmd.h"
#include "message.h"
#include "opts.h"
#include "print.h"
#include "write.h"

#define LOCAL_TEXT 32 /* "2026-03-02T13:00", and what the compiler fears */

enum { F_ID, F_PERSON, F_FROM, F_TO, F_NOTE, F_BY, F_DATE, F_STATE, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the record that says so; it is what --cancel wants", COLUMN },
	[F_PERSON] = { "person", VALUE_PERSON, "who is away", COLUMN },
	[F_FROM] = { "from", VALUE_TEXT, "the first date, or the time in their zone", COLUMN | KEPT | WHOLE },
	[F_TO] = { "to", VALUE_TEXT, "the last date, or the time at which they are back", COLUMN | KEPT | WHOLE },
	[F_NOTE] = { "note", VALUE_TEXT, "a word about it", COLUMN | ELASTIC },
	[F_BY] = { "by", VALUE_PERSON, "who said so", 0 },
	[F_DATE] = { "date", VALUE_TIME, "when it was said", 0 },
	[F_STATE] = { "state", VALUE_TEXT, "ahead, now, over or cancelled", COLUMN | DIM | WHOLE },
};

/* One stretch of time off, as instants. */
struct stretch_off {
	time_t begin, end; /* end: the first moment after it */
};

/* A date or a local time of a record, in the person's zone; `after`: a date is over at its end. */
static bool local_instant(time_t *out, const struct zone *zone, const char *text, bool after)
{
	char day_text[DAY_TEXT] = "";
	int minute = 0;
	int32_t day;

	memcpy(day_text, text, strnlen(text, DAY_TEXT - 1));
	if (!day_parse(&day, day_text))
		return false;
	if (!text[DAY_TEXT - 1])
		day += after;
	else if (!minute_parse(&minute, text + DAY_TEXT, strlen(text + DAY_TEXT)))
		return false;
	*out = zone_instant(zone, day, minute * 60L);
	return true;
}

static bool stretch_of(struct stretch_off *out, const struct zone *zone, const struct node *entry)
{
	const char *from = node_get_text(entry, "from"), *to = node_get_text(entry, "to");

	return from && local_instant(&out->begin, zone, from, false) &&
	       local_instant(&out->end, zone, to ? to : from, true);
}

/* Is there a record that takes this one back, and counts? */
static bool is_cancelled(const struct team_event *events, size_t nr, const struct id *id)
{
	struct id cancelled;

	for (size_t i = 0; i < nr; i++)
		if (events[i].counts && events[i].rec->kind == KIND_AWAY &&
		    record_id(events[i].rec, "cancel", &cancelled) && id_equal(&cancelled, id))
			return true;
	return false;
}

/* Which time off is listed. */
struct away_list {
	struct worklog *wl;
	struct team *team;
	struct listing *rows;
	struct person *only;
	bool all; /* also what is over or cancelled */
};

static int list_entry(struct away_list *list, const struct record *rec, const struct node *entry, bool cancelled)
{
	struct person *person = team_person(list->team, record_text(rec, "person"));
	struct zone *zone = calendar_zone(team_calendar(list->team, person, INSTANT_MAX));
	const char *to = node_get_text(entry, "to"), *state;
	time_t now = worklog_now(list->wl);
	struct stretch_off off;

	if (!stretch_of(&off, zone, entry))
		return 0;
	state = cancelled ? "cancelled" : off.end <= now ? "over" : off.begin <= now ? "now" : "ahead";
	if (!list->all && (cancelled || off.end <= now))
		return 0;
	return listing_row(list->rows, (struct value[F_NR]){
		[F_ID] = { .id = &rec->id },
		[F_PERSON] = { .text = person->key },
		[F_FROM] = { .text = node_get_text(entry, "from") },
		[F_TO] = { .text = to ? to : node_get_text(entry, "from") },
		[F_NOTE] = { .text = record_text(rec, "note") },
		[F_BY] = { .text = team_person(list->team, rec->from)->key },
		[F_DATE] = { .time = rec->date },
		[F_STATE] = { .text = state },
	});
}

static int list_all(struct away_list *list)
{
	size_t nr;
	const struct team_event *events = team_events(list->team, &nr);
	int rc = 0;

	for (size_t i = 0; i < nr && rc == 0; i++) {
		const struct record *rec = events[i].rec;

		if (!events[i].counts || rec->kind != KIND_AWAY)
			continue;
		if (list->only && team_person(list->team, record_text(rec, "person")) != list->only)
			continue;
		NODE_EACH(entry, record_node(rec, "away"))
			if (rc == 0)
				rc = list_entry(list, rec, entry, is_cancelled(events, nr, &rec->id));
	}
	return rc;
}

static int show(struct worklog *wl, struct person *only, bool all)
{
	struct away_list list = { .wl = wl, .only = only, .all = all };
	int rc, ended;

	rc = worklog_team(&list.team, wl);
	if (rc == 0)
		rc = listing_begin(&list.rows, wl, "away", fields, F_NR);
	if (rc < 0)
		return rc;
	rc = list_all(&list);
	ended = listing_end(list.rows);
	return rc < 0 ? rc : ended;
}

/* What was typed, in the person's zone: a date stays one, an instant becomes their local time. */
static void put_local(char out[LOCAL_TEXT], const struct when *when, const struct zone *zone, bool up)
{
	int32_t day = when->day;
	long second;

	if (when->is_day) {
		day_format(out, day);
		return;
	}
	zone_local(zone, when->at + (up ? 59 : 0), &day, &second);
	day_format(out, day);
	snprintf(out + DAY_TEXT - 1, LOCAL_TEXT - DAY_TEXT + 1, "T%02d:%02d", (int)(second / 3600 % 24),
		 (int)(second / 60 % 60));
}

static char *join(int argc, char **argv)
{
	struct buf text = BUF_INIT;

	for (int i = 0; i < argc; i++)
		buf_addf(&text, "%s%s", i ? " " : "", argv[i]);
	return buf_detach(&text);
}

/* The end is the next such moment after now; if that is before the beginning, after the beginning. */
static int read_end(struct when *to, struct worklog *wl, const struct when *from, const char *text)
{
	int rc = when_parse(to, text, worklog_now(wl), worklog_zone(wl), false);

	if (rc == 0 && (to->is_day ? to->at < from->at && to->day != from->day : to->at <= from->at))
		rc = when_parse(to, text, from->at, worklog_zone(wl), false);
	return rc;
}

/* "<when>..<when>", or one date. */
static int read_stretch(struct when *from, struct when *to, struct worklog *wl, char *text)
{
	char *dots = strstr(text, "..");
	int rc;

	if (dots)
		*dots = '\0';
	rc = when_parse(from, text, worklog_now(wl), worklog_zone(wl), false);
	if (rc < 0)
		return rc;
	if (!dots) {
		*to = *from;
		if (from->is_day)
			return 0;
		error_set(ERR_USAGE, "till when? Write %s..<when>; a date alone needs no end", text);
		return ERR_USAGE;
	}
	dots += 2;
	return read_end(to, wl, from, dots + (*dots == '.'));
}

static void add_entry(struct record *rec, const char *from, const char *to)
{
	struct node *list = node_new(&rec->pool, NODE_LIST), *entry = node_new(&rec->pool, NODE_MAP);

	node_set_text(&rec->pool, entry, "from", from);
	if (strcmp(from, to) != 0)
		node_set_text(&rec->pool, entry, "to", to);
	node_append(list, entry);
	record_set_node(rec, "away", list);
}

/* "3f2a9c1  ben is away from 2026-03-03 to 2026-03-05 (Africa/Lagos), working time off: 24h" */
static void tell(struct worklog *wl, struct record *rec, struct person *person, struct calendar *before)
{
	struct zone *zone = person->known ? calendar_zone(before) : worklog_zone(wl);
	const struct node *entry = record_node(rec, "away")->first;
	const char *from = node_get_text(entry, "from"), *to = node_get_text(entry, "to");
	struct buf line = BUF_INIT;
	struct stretch_off off;
	char id[ID_HEX + 1];

	worklog_short_id(id, wl, &rec->id);
	buf_addf(&line, "%s  ", id);
	print_safe(&line, person->shown, false);
	buf_addf(&line, " is away %s%s%s%s (%s)", to ? "from " : "on ", from, to ? " to " : "", to ? to : "",
		 zone_name(zone));
	if (stretch_of(&off, zone, entry)) {
		buf_puts(&line, ", working time off: ");
		format_work(&line, worktime_between(before, off.begin, off.end, FOCUS_COUNT));
	}
	print("%s\n", line.ptr);
	buf_release(&line);
}

/* Whose time off: `--for`, else mine; somebody new is added by the write itself. */
static int whose(struct person **out, struct worklog *wl, struct person *given)
{
	struct team *team;
	int rc = worklog_me(out, wl);

	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	if (given)
		*out = given;
	else if (!*out)
		*out = team_person(team, worklog_address(wl));
	return 0;
}

static int write_away(struct worklog *wl, struct record *rec, struct person *person, bool dry)
{
	const char *key = person->key;
	struct dues before;
	struct team *team;
	struct calendar *cal;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	cal = calendar_ref(team_calendar(team, person, INSTANT_MAX));
	rc = dues_read(&before, wl, key);
	if (rc == 0)
		rc = change_write(wl, rec, dry);
	if (rc == 0 && !dry && record_node(rec, "away"))
		tell(wl, rec, person, cal);
	if (rc == 0 && !dry)
		rc = dues_print_moved(&before, wl, key);
	dues_release(&before);
	calendar_free(cal);
	return rc;
}

static int add_note(struct record *rec, const struct message *message)
{
	struct buf note = BUF_INIT;
	int rc = message_is_given(message) ? message_read(&note, message) : 0;

	buf_rtrim(&note);
	if (rc == 0)
		record_set(rec, "note", note.ptr);
	buf_release(&note);
	return rc;
}

static int say(struct worklog *wl, struct person *given, const struct message *message, bool dry, char *typed)
{
	char from_text[LOCAL_TEXT], to_text[LOCAL_TEXT];
	struct record rec = RECORD_INIT;
	struct when from, to;
	struct person *person;
	struct team *team;
	struct zone *zone;
	int rc;

	rc = read_stretch(&from, &to, wl, typed);
	if (rc == 0)
		rc = change_begin(&rec, wl, KIND_AWAY);
	if (rc == 0)
		rc = whose(&person, wl, given);
	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc < 0)
		goto done;
	zone = person->known ? calendar_zone(team_calendar(team, person, INSTANT_MAX)) : worklog_zone(wl);
	put_local(from_text, &from, zone, false);
	put_local(to_text, &to, zone, true);
	if (strncmp(to_text, from_text, DAY_TEXT - 1) < 0 ||
	    (!from.is_day && !to.is_day && strcmp(to_text, from_text) <= 0)) {
		rc = error_set(ERR_INVALID, "%s is not after %s", to_text, from_text);
		goto done;
	}
	record_set(&rec, "person", person->handle);
	add_entry(&rec, from_text, to_text);
	rc = add_note(&rec, message);
	if (rc == 0)
		rc = write_away(wl, &rec, person, dry);
done:
	record_release(&rec);
	return rc;
}

int away_cancel(struct worklog *wl, const char *spec, const struct message *message, bool dry)
{
	struct record away = RECORD_INIT, rec = RECORD_INIT;
	struct person *person;
	struct team *team;
	struct id id;
	int rc;

	rc = worklog_find(&id, wl, spec);
	if (rc == 0)
		rc = worklog_read(&away, wl, &id);
	if (rc == 0 && (away.kind != KIND_AWAY || !record_node(&away, "away"))) {
		rc = error_set(ERR_INVALID, "'%s' is not time off", spec);
		error_hint("'async away' lists it with its id");
	}
	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc == 0)
		rc = change_begin(&rec, wl, KIND_AWAY);
	if (rc < 0)
		goto done;
	person = team_person(team, record_text(&away, "person"));
	record_set(&rec, "person", person->handle);
	record_set_id(&rec, "cancel", &id);
	rc = add_note(&rec, message);
	if (rc == 0)
		rc = write_away(wl, &rec, person, dry);
	if (rc == 0 && !dry) {
		struct buf who = BUF_INIT;

		print_safe(&who, person->shown, false);
		print("cancelled: %s is there again\n", who.ptr);
		buf_release(&who);
	}
done:
	record_release(&rec);
	record_release(&away);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct message message = { .file = NULL };
	const char *cancelled = NULL;
	struct person *person = NULL;
	bool all = false, dry = false;
	const struct opt opts[] = {
		OPT_PERSON(0, "for", &person, "whose time off, instead of mine"),
		OPT_TEXT(0, "cancel", &cancelled, "id", "take this time off back, from now on"),
		OPT_FLAG('a', "all", &all, "list also what is over or cancelled"),
		OPT_MESSAGE(&message),
		OPT_DRY_RUN(&dry),
		OPT_END
	};
	char *typed;
	int rc;

	rc = opts_parse(wl, &cmd_away, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	if (cancelled && argc)
		return error_set(ERR_USAGE, "--cancel takes no time: it ends now");
	if (cancelled)
		return away_cancel(wl, cancelled, &message, dry);
	if (!argc)
		return show(wl, person, all);
	typed = join(argc, argv);
	rc = say(wl, person, &message, dry, typed);
	free(typed);
	return rc;
}

const struct cmd cmd_away = {
	.name = "away",
	.usage = "[-n] [--for <who>] [-m <text>] <when>[..<when>]\n"
		 "[-n] [-m <text>] --cancel <id>\n"
		 "[--for <who>] [--all]",
	.summary = "say when you are not there, or list who is not",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
