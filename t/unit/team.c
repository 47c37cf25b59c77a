/* Who is who, and whose records count (design sections 2, 4, 5). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "async/buf.h"
#include "async/clock.h"
#include "async/error.h"
#include "async/team.h"

#define FOUNDER "ana@x.org"
#define NR(v) (sizeof(v) / sizeof((v)[0]))

/* An id that depends on nothing but the text. */
static struct id id_of(const char *text)
{
	struct id id = { { 0 } };
	uint64_t sum = 0xcbf29ce484222325u;

	for (; *text; text++)
		sum = (sum ^ (unsigned char)*text) * 0x100000001b3u;
	memcpy(id.raw, &sum, sizeof(sum));
	return id;
}

/*
 * "person ben ana | handle: b, zone: UTC": a record of that kind about ben by ana, on day
 * `day` of November 2026; `<address` at the end names who committed it. "$" stands for the
 * id of the record before.
 */
static void add(struct team *team, const char *line, int day, struct id *last)
{
	char kind[16], about[64], from[64], hex[ID_HEX + 1], text[2048];
	const char *rest = strchr(line, '|') + 1, *committer = strrchr(line, '<');
	struct record rec = RECORD_INIT;
	struct buf keys = BUF_INIT;

	assert_int_equal(sscanf(line, "%15s %63s %63s", kind, about, from), 3);
	id_hex(hex, last);
	for (const char *at = rest; *at && at != committer; at++) {
		if (*at == '$')
			buf_puts(&keys, hex);
		else
			buf_putc(&keys, *at);
	}
	buf_rtrim(&keys);
	snprintf(text, sizeof(text), "{async: 1, kind: %s, from: \"%s\", date: 2026-11-%02dT09:00:00Z%s%s%s%s%s}",
		 kind, from, day, !strcmp(kind, "policy") ? "" : ", ",
		 !strcmp(kind, "policy") ? "" : !strcmp(kind, "away") ? "person" : kind,
		 !strcmp(kind, "policy") ? "" : ": ", !strcmp(kind, "policy") ? "" : about,
		 keys.len ? ", " : "");
	text[strlen(text) - 1] = '\0';
	buf_puts(&keys, "}");
	if (strlen(text) + keys.len < sizeof(text))
		strcat(text, keys.ptr);
	if (record_parse(&rec, text, strlen(text), "test") < 0)
		fail_msg("%s: %s", text, error_last());
	rec.id = id_of(text);
	*last = rec.id;
	team_add(team, &rec, committer ? committer + 1 : NULL);
	buf_release(&keys);
}

/* What most stories begin with: ana founded the log, ben and chi are in it, dee is ben's deputy. */
static const char *const everybody[] = {
	"person ana@x.org ana@x.org | name: Ana, zone: Europe/Berlin",
	"person ana@x.org ana@x.org | handle: ana",
	"person ben@x.org ana | handle: ben, name: Ben Okoro, zone: Africa/Lagos, groups: {add: [backend]}",
	"person chi@x.org chi@x.org | name: Chi",
	"person dee@x.org dee@x.org | name: Dee",
	"person ben ben | deputy: dee@x.org",
};

static struct team *team_told(const char *const *lines, size_t nr)
{
	struct team *team = team_new(FOUNDER);
	struct id last = { { 0 } };

	for (size_t i = 0; i < NR(everybody); i++)
		add(team, everybody[i], 1 + (int)i, &last);
	for (size_t i = 0; i < nr && lines[i]; i++)
		add(team, lines[i], 10 + (int)i, &last);
	team_fold(team, INSTANT_MAX);
	return team;
}

static const struct team_event *last_event(struct team *team)
{
	size_t nr;
	const struct team_event *events = team_events(team, &nr);

	return &events[nr - 1];
}

static void put_plain(struct buf *out, const struct node *node)
{
	const char *ends = !node ? "" : node->type == NODE_LIST ? "[]" : node->type == NODE_MAP ? "{}" : "";

	if (!node) {
		buf_puts(out, "-");
		return;
	}
	if (*ends)
		buf_putc(out, ends[0]);
	if (node->text)
		buf_puts(out, node->text);
	NODE_EACH(entry, node) {
		if (entry != node->first)
			buf_puts(out, ", ");
		if (entry->key)
			buf_addf(out, "%s: ", entry->key);
		put_plain(out, entry);
	}
	if (*ends)
		buf_putc(out, ends[1]);
}

/* "ben.zone", "policy.default", "calendar.de", "@backend", "?ben" (whose name it is). */
static void probe(struct buf *out, struct team *team, const char *what)
{
	const char *dot = strrchr(what, '.');
	char *who;

	if (*what == '@') {
		size_t nr;
		struct person *const *v = team_group(team, what, &nr);

		if (!v)
			buf_puts(out, "-");
		for (size_t i = 0; i < nr; i++)
			buf_addf(out, "%s%s", i ? " " : "", v[i]->key);
		return;
	}
	if (*what == '?') {
		const struct person *person = team_find(team, what + 1);

		buf_puts(out, person ? person->key : "-");
		return;
	}
	who = xstrndup(what, (size_t)(dot - what));
	if (!strcmp(who, "policy"))
		put_plain(out, node_get(team_policy(team), dot + 1));
	else if (!strcmp(who, "calendar"))
		put_plain(out, team_holidays(team, dot + 1));
	else if (!strcmp(dot, ".shown"))
		buf_puts(out, team_person(team, who)->shown);
	else if (!strcmp(dot, ".away"))
		put_plain(out, team_away(team, team_person(team, who)));
	else
		put_plain(out, node_get(team_person(team, who)->state, dot + 1));
	free(who);
}

static void put_person(struct buf *out, struct team *team, struct person *person)
{
	const struct calendar_version *v;
	size_t nr;

	buf_addf(out, "%s %s %s\n", person->key, person->shown, person->deputy ? person->deputy->key : "-");
	put_plain(out, person->state);
	put_plain(out, person->names);
	v = team_calendars(team, person, &nr);
	for (size_t i = 0; i < nr; i++) {
		buf_addf(out, "\n%lld %s ", (long long)v[i].at, v[i].why ? v[i].why : "-");
		put_plain(out, team_calendar_map(team, person, i));
	}
	put_plain(out, team_away(team, person));
}

/* All that a team says, in one text. */
static void put_team(struct buf *out, struct team *team)
{
	const struct team_event *events;
	struct buf text = BUF_INIT;
	size_t nr;

	for (size_t i = 0; i < team_count(team); i++)
		put_person(out, team, team_get(team, i));
	put_plain(out, team_policy(team));
	events = team_events(team, &nr);
	for (size_t i = 0; i < nr; i++) {
		record_format(&text, events[i].rec);
		buf_addf(out, "\n%d %s %s\n", events[i].counts, events[i].why ? events[i].why : "-",
			 events[i].off ? events[i].off->key : "-");
	}
	buf_add(out, text.ptr, text.len);
	buf_release(&text);
}

/* The source is the other team's events; the number says which. */
static int read_event(struct buf *out, const struct id *id, int64_t number, void *data)
{
	const struct team_event *events;
	size_t nr;

	events = team_events(data, &nr);
	assert_true((size_t)number < nr && id_equal(&events[number].rec->id, id));
	record_format(out, events[number].rec);
	return 0;
}

/* The same records with what the fold has found, of time off only that. */
static struct team *team_unread(struct team *from)
{
	struct team *team = team_new(FOUNDER);
	const struct team_event *events;
	size_t nr;

	team_set_source(team, read_event, from);
	events = team_events(from, &nr);
	for (size_t i = nr; i-- > 0;) {
		struct record rec = RECORD_INIT;
		struct buf text = BUF_INIT;

		record_format(&text, events[i].rec); /* which puts its keys into order */
		buf_release(&text);
		if (events[i].off) {
			team_add_off(team, &events[i].rec->id, events[i].rec->date, events[i].off->key, (int64_t)i);
		} else {
			record_init(&rec, events[i].rec->kind, events[i].rec->from, events[i].rec->date);
			NODE_EACH(entry, events[i].rec->root)
				if (!node_get(rec.root, entry->key))
					record_set_node(&rec, entry->key, entry);
			rec.id = events[i].rec->id;
			if (events[i].counts && !events[i].why)
				team_add_good(team, &rec, events[i].committer);
			else
				team_add(team, &rec, events[i].committer);
		}
	}
	team_fold(team, INSTANT_MAX);
	return team;
}

/* Nobody sees whether time off was read: not when asked first, nor after another fold. */
static void check_unread(const char *name, struct team *team)
{
	struct team *unread = team_unread(team);
	struct buf all = BUF_INIT, same = BUF_INIT, again = BUF_INIT;
	size_t at = 0;

	team_fold(team, INSTANT_MAX); /* their texts were put into order */
	put_team(&all, team);
	put_team(&same, unread);
	team_fold(unread, INSTANT_MAX);
	put_team(&again, unread);
	while (at < all.len && at < same.len && at < again.len && all.ptr[at] == same.ptr[at] && all.ptr[at] == again.ptr[at])
		at++;
	if (at < all.len || at < same.len || at < again.len)
		fail_msg("%s: '%.80s', not '%.80s', and once more '%.80s'", name, same.ptr + at, all.ptr + at, again.ptr + at);
	buf_release(&all);
	buf_release(&same);
	buf_release(&again);
	team_free(unread);
}

struct row {
	const char *name;
	const char *lines[4];
	const char *why; /* a part of the last one's; NULL: it counts, with nothing to say; "+…": counts, but … */
	const char *probe, *is;
};

static const struct row rows[] = {
	/* founding */
	{ "anybody joins", { "person eve@x.org eve@x.org | name: Eve" }, NULL, "?eve@x.org", "eve@x.org" },
	{ "anybody brings somebody", { "person eve@x.org chi@x.org | name: Eve, zone: UTC" }, NULL, "eve@x.org.zone",
	  "UTC" },
	{ "with hours, and the address", { "person eve@x.org chi@x.org | hours: {mon: \"09:00-10:00\"}, addresses: {add: [eve@x.org]}" },
	  NULL, "eve@x.org.hours", "{mon: 09:00-10:00}" },
	{ "but no other address", { "person eve@x.org chi@x.org | addresses: {add: [e@y.org]}" }, "+only eve@x.org",
	  "eve@x.org.addresses", "[eve@x.org]" },
	{ "no deputy", { "person eve@x.org chi@x.org | deputy: chi@x.org, name: E" }, "+deputy: only", "eve@x.org.deputy",
	  "-" },
	{ "no groups", { "person eve@x.org chi@x.org | groups: {add: [backend]}" }, "+groups: only", "@backend",
	  "ben@x.org" },
	{ "no handle", { "person eve@x.org chi@x.org | handle: eve" }, "+handle: only", "eve@x.org.handle", "eve@x.org" },
	{ "no bare handle", { "person eve chi@x.org | name: Eve" }, "nobody is called 'eve'", "?eve", "-" },
	{ "a maintainer gives it all", { "person eve@x.org ana | handle: eve, addresses: {add: [e@y.org]}, groups: {add: [backend]}" },
	  NULL, "@backend", "ben@x.org eve@x.org" },
	{ "a maintainer founds by a handle", { "person eve ana | addresses: {add: [e@y.org]}" }, NULL, "?e@y.org", "eve" },
	{ "founding oneself sets all", { "person eve@x.org eve@x.org | deputy: ben, hours: {}" }, NULL, "eve@x.org.deputy",
	  "ben" },
	{ "but groups", { "person eve@x.org eve@x.org | groups: {add: [backend]}" }, "+groups: only", "@backend",
	  "ben@x.org" },
	{ "by who is not known and is not oneself", { "person eve@x.org zoe@x.org | name: Eve" }, NULL, "?eve@x.org",
	  "eve@x.org" },

	/* changing */
	{ "oneself", { "person ben ben | zone: Asia/Tokyo" }, NULL, "ben.zone", "Asia/Tokyo" },
	{ "a maintainer", { "person ben ana | zone: Asia/Tokyo" }, NULL, "ben.zone", "Asia/Tokyo" },
	{ "nobody else", { "person ben chi@x.org | zone: Asia/Tokyo" }, "only ben and @maintainers", "ben.zone",
	  "Africa/Lagos" },
	{ "not the deputy", { "person ben dee@x.org | zone: Asia/Tokyo" }, "only ben", "ben.zone", "Africa/Lagos" },
	{ "not a stranger", { "person ben zoe@x.org | zone: Asia/Tokyo" }, "only ben", "ben.zone", "Africa/Lagos" },
	{ "by an address", { "person ben@x.org ben@x.org | zone: UTC" }, NULL, "ben.zone", "UTC" },
	{ "own groups do not count", { "person ben ben | groups: {add: [maintainers]}" }, "groups: only", "@maintainers",
	  "ana@x.org" },
	{ "own handle does not count", { "person ben ben | handle: benny, zone: UTC" }, "+handle: only", "ben.zone", "UTC" },
	{ "back to one's address", { "person ben ben | handle: ben@x.org" }, NULL, "ben.handle", "ben@x.org" },
	{ "an address is not just a handle", { "person ben ana | handle: b@y.org" }, "not one of ben's", "ben.handle", "ben" },
	{ "a new handle", { "person ben ana | handle: bo" }, NULL, "bo.handle", "bo" },
	{ "the old one stays an alias", { "person ben ana | handle: bo" }, NULL, "?ben", "ben@x.org" },
	{ "and is given to nobody", { "person ben ana | handle: bo", "person chi@x.org ana | handle: ben" },
	  "handle 'ben' is already ben@x.org's", "chi@x.org.handle", "chi@x.org" },
	{ "but may come back", { "person ben ana | handle: bo", "person bo ana | handle: ben" }, NULL, "bo.handle", "ben" },
	{ "two claims on one handle: the first keeps it",
	  { "person chi@x.org ana | handle: c", "person dee@x.org ana | handle: c, name: D" }, "+handle 'c' is already chi@x.org's",
	  "?c", "chi@x.org" },
	{ "an empty text removes", { "person ben ben | zone: \"\"" }, NULL, "ben.zone", "-" },
	{ "an empty text gives up the handle", { "person ben ana | handle: \"\"" }, NULL, "ben.handle", "ben@x.org" },
	{ "a key of a newer async is kept", { "person ben ben | shoes: {add: [red]}" }, NULL, "ben.shoes", "[red]" },
	{ "a zone that is none", { "person ben ben | zone: Europe/Nowhere, name: B" }, "+Nowhere", "ben.zone", "Africa/Lagos" },
	{ "hours that are none", { "person ben ben | hours: {mon: late}" }, "late", "ben.hours", "-" },
	{ "time off is a record of its own", { "person ben ben | away: [{from: \"2026-12-01\"}]" }, "away: time off",
	  "ben.away", "-" },
	{ "imported", { "person ben ben | zone: UTC, origin: {system: s, id: \"1\"}" }, "imported", "ben.zone",
	  "Africa/Lagos" },

	/* addresses */
	{ "a maintainer's address counts", { "person ben ana | addresses: {add: [b@y.org]}" }, NULL, "ben.addresses",
	  "[ben@x.org, b@y.org]" },
	{ "one's own waits", { "person ben ben | addresses: {add: [b@y.org]}" }, "+waits for a commit", "ben.addresses",
	  "[ben@x.org]" },
	{ "but is a name", { "person ben ben | addresses: {add: [b@y.org]}" }, "+waits", "?b@y.org", "ben@x.org" },
	{ "a commit by it confirms it",
	  { "person ben ben | addresses: {add: [b@y.org]} <ben@x.org", "person ben ben | name: B <b@y.org" }, NULL,
	  "ben.addresses", "[ben@x.org, b@y.org]" },
	{ "then it does not yield",
	  { "person ben ben | addresses: {add: [b@y.org]} <ben@x.org", "person ben ben | name: B <b@y.org",
	    "person b@y.org b@y.org | name: Bo <b@y.org" }, NULL, "?b@y.org", "ben@x.org" },
	{ "till then it yields", { "person ben ben | addresses: {add: [b@y.org]}", "person b@y.org b@y.org | name: Bo <b@y.org" },
	  NULL, "?b@y.org", "b@y.org" },
	{ "not to a claim", { "person ben ben | addresses: {add: [b@y.org]}", "person b@y.org b@y.org | name: Bo <ben@x.org" },
	  "MISMATCH", "?b@y.org", "ben@x.org" },
	{ "not to somebody else's founding", { "person ben ben | addresses: {add: [b@y.org]}", "person b@y.org chi@x.org | name: Bo" },
	  "only ben", "?b@y.org", "ben@x.org" },
	{ "what a maintainer gives goes to the real one",
	  { "person chi@x.org chi@x.org | addresses: {add: [boss@x.org]}", "person boss@x.org ana | handle: boss" }, NULL,
	  "chi@x.org.handle", "chi@x.org" },
	{ "no confirmation by oneself", { "person ben ben | addresses: {add: [m@y.org]} <m@y.org" }, "MISMATCH",
	  "ben.addresses", "[ben@x.org]" },
	{ "another's address", { "person ben ana | addresses: {add: [chi@x.org]}" }, "is already chi@x.org's",
	  "ben.addresses", "[ben@x.org]" },
	{ "an address less", { "person ben ana | addresses: {add: [b@y.org]}", "person ben ben | addresses: {drop: [ben@x.org]}" },
	  NULL, "ben.addresses", "[b@y.org]" },
	{ "but not the last", { "person ben ben | addresses: {drop: [ben@x.org]}" }, "the last one", "ben.addresses",
	  "[ben@x.org]" },
	{ "letters of an address count the same in either case", { "person ben Ben@X.org | zone: UTC <BEN@x.org" }, NULL,
	  "ben.zone", "UTC" },

	/* who committed it */
	{ "by the author", { "person ben ben | zone: UTC <ben@x.org" }, NULL, "ben.zone", "UTC" },
	{ "by somebody else", { "person ben ben | zone: UTC <chi@x.org" }, "MISMATCH: committed by chi@x.org", "ben.zone",
	  "Africa/Lagos" },
	{ "a maintainer's, by somebody else", { "person ben ana | zone: UTC <ben@x.org" }, "MISMATCH", "ben.zone",
	  "Africa/Lagos" },
	{ "founding by somebody else", { "person eve@x.org eve@x.org | name: E <chi@x.org" }, "MISMATCH", "?eve@x.org", "-" },
	{ "policy by somebody else", { "policy - ana | default: low <chi@x.org" }, "MISMATCH", "policy.default", "standard" },
	{ "calendar by somebody else", { "calendar de ana | holidays: {add: [\"2026-12-25\"]} <chi@x.org" }, "MISMATCH",
	  "calendar.de", "-" },
	{ "time off is only claimed", { "away ben ben | away: [{from: \"2026-12-01\"}] <chi@x.org" }, NULL, "ben.away",
	  "[{from: 2026-12-01}]" },

	/* groups, maintainers */
	{ "the founder maintains", { "person ben ana | groups: {add: [leads]}" }, NULL, "@leads", "ben@x.org" },
	{ "no such group", { "person ben ana | zone: UTC" }, NULL, "@nobody", "-" },
	{ "a second maintainer", { "person ben ana | groups: {add: [maintainers]}", "person chi@x.org ben | groups: {add: [leads]}" },
	  NULL, "@leads", "chi@x.org" },
	{ "the last maintainer stays", { "person ana ana | groups: {drop: [maintainers]}, name: A" }, "nobody in @maintainers",
	  "ana.name", "Ana" },
	{ "and does not leave", { "person ana ana | status: gone" }, "nobody in @maintainers", "@maintainers", "ana@x.org" },
	{ "the last but one may", { "person ben ana | groups: {add: [maintainers]}", "person ana ana | groups: {drop: [maintainers]}" },
	  NULL, "@maintainers", "ben@x.org" },
	{ "who left does not maintain",
	  { "person ben ana | groups: {add: [maintainers]}", "person ben ben | status: gone", "policy - ben | default: low" },
	  "only @maintainers", "policy.default", "standard" },
	{ "leaving", { "person ben ben | status: gone" }, NULL, "@backend", "" },
	{ "coming back", { "person ben ben | status: gone", "person ben ana | status: member" }, NULL, "@backend", "ben@x.org" },

	/* keys */
	{ "the first key", { "person ben ben | keys: {add: [k1]}" }, NULL, "ben.keys", "[k1]" },
	{ "a further key", { "person ben ben | keys: {add: [k1]}", "person ben ben | keys: {add: [k2]}" }, "further one",
	  "ben.keys", "[k1]" },
	{ "not after dropping either",
	  { "person ben ben | keys: {add: [k1]}", "person ben ana | keys: {drop: [k1]}", "person ben ben | keys: {add: [k2]}" },
	  "further one", "ben.keys", "-" },
	{ "a maintainer vouches", { "person ben ben | keys: {add: [k1]}", "person ben ana | keys: {add: [k2]}" }, NULL,
	  "ben.keys", "[k1, k2]" },

	/* time off */
	{ "one's own", { "away ben ben | away: [{from: \"2026-12-01\", to: \"2026-12-03\"}]" }, NULL, "ben.away",
	  "[{from: 2026-12-01, to: 2026-12-03}]" },
	{ "by the deputy", { "away ben dee@x.org | away: [{from: \"2026-12-01\"}]" }, NULL, "ben.away",
	  "[{from: 2026-12-01}]" },
	{ "by a maintainer", { "away ben ana | away: [{from: \"2026-12-01\"}]" }, NULL, "ben.away", "[{from: 2026-12-01}]" },
	{ "by nobody else", { "away ben chi@x.org | away: [{from: \"2026-12-01\"}]" }, "only ben, their deputy", "ben.away",
	  "-" },
	{ "of nobody", { "away eve@x.org ana | away: [{from: \"2026-12-01\"}]" }, "nobody is called", "?eve@x.org", "-" },
	{ "at no time", { "away ben ben | away: [{from: soon}]" }, "soon", "ben.away", "-" },
	{ "cancelled", { "away ben ben | away: [{from: \"2026-12-01\"}]", "away ben ben | cancel: $" }, NULL, "ben.away", "-" },
	{ "one of two", { "away ben ben | away: [{from: \"2026-12-01\"}]", "away ben ben | away: [{from: \"2026-12-02\"}]",
			  "away ben dee@x.org | cancel: $" }, NULL, "ben.away", "[{from: 2026-12-01}]" },
	{ "cancelled by nobody else", { "away ben ben | away: [{from: \"2026-12-01\"}]", "away ben chi@x.org | cancel: $" },
	  "only ben", "ben.away", "[{from: 2026-12-01}]" },
	{ "another's time off", { "away ben ben | away: [{from: \"2026-12-01\"}]", "away ana ana | cancel: $" },
	  "no time off of ana's", "ben.away", "[{from: 2026-12-01}]" },
	{ "imported time off", { "away ben ben | away: [{from: \"2026-12-01\"}], origin: {system: s, id: \"1\"}" }, "imported",
	  "ben.away", "-" },

	/* calendars and policy */
	{ "a calendar", { "calendar de ana | holidays: {add: [{date: \"2026-12-25\", name: Christmas}, \"2026-12-26\"]}" }, NULL,
	  "calendar.de", "[{date: 2026-12-25, name: Christmas}, 2026-12-26]" },
	{ "by nobody else", { "calendar de ben | holidays: {add: [\"2026-12-26\"]}" }, "only @maintainers", "calendar.de", "-" },
	{ "a day less", { "calendar de ana | holidays: {add: [\"2026-12-25\", \"2026-12-26\"]}",
			  "calendar de ana | holidays: {drop: [\"2026-12-25\"]}" }, NULL, "calendar.de", "[2026-12-26]" },
	{ "no calendar of calendars", { "calendar de ana | holidays: {add: [at]}" }, "not names", "calendar.de", "-" },
	{ "policy", { "policy - ana | default: low, zone: Europe/Berlin" }, NULL, "policy.zone", "Europe/Berlin" },
	{ "policy by nobody else", { "policy - ben | default: low" }, "only @maintainers", "policy.default", "standard" },
	{ "a level", { "policy - ana | levels: {urgent: {within: 2h}, later: {within: 9d}}" }, NULL, "policy.levels",
	  "{urgent: {within: 2h}, standard: {within: 1d}, low: {within: 3d}, later: {within: 9d}}" },
	{ "a level less", { "policy - ana | levels: {low: \"\"}" }, NULL, "policy.levels",
	  "{urgent: {within: 4h, focus: count}, standard: {within: 1d}}" },
	{ "built-in hours", { "policy - ana | zone: UTC" }, NULL, "policy.hours", "{mon-fri: 09:00-17:00}" },
	{ "a zone of nowhere", { "policy - ana | zone: Europe/Nowhere, default: low" }, "+Nowhere", "policy.default", "low" },
	{ "policy imported", { "policy - ana | default: low, origin: {system: s, id: \"1\"}" }, "imported",
	  "policy.default", "standard" },

	/* names people type */
	{ "a local part", { "person eve@x.org eve@x.org | name: E" }, NULL, "?eve", "eve@x.org" },
	{ "is shown", { "person eve@x.org eve@x.org | name: E" }, NULL, "eve@x.org.shown", "eve" },
	{ "of two", { "person eve@x.org eve@x.org | name: E", "person eve@y.org eve@y.org | name: E" }, NULL, "?eve", "-" },
	{ "is not shown", { "person eve@x.org eve@x.org | name: E", "person eve@y.org eve@y.org | name: E" }, NULL,
	  "eve@x.org.shown", "eve@x.org" },
	{ "a handle goes before a local part", { "person ben@y.org ben@y.org | name: B" }, NULL, "?ben", "ben@x.org" },
	{ "and is not shown for another", { "person ben@y.org ben@y.org | name: B" }, NULL, "ben@y.org.shown", "ben@y.org" },
	{ "a local part means nobody in a record", { "person chi chi | zone: UTC" }, "nobody is called 'chi'", "chi@x.org.zone",
	  "-" },
};

static void test_who_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		const struct row *row = &rows[i];
		struct team *team = team_told(row->lines, NR(row->lines));
		const struct team_event *event = last_event(team);
		const char *why = row->why ? row->why + (*row->why == '+') : NULL;
		bool counts = !row->why || *row->why == '+';
		struct buf is = BUF_INIT;

		if (event->counts != counts || !why != !event->why || (why && !strstr(event->why, why)))
			fail_msg("%s: counts %d, '%s'", row->name, event->counts, event->why ? event->why : "");
		probe(&is, team, row->probe);
		if (strcmp(is.ptr, row->is) != 0)
			fail_msg("%s: %s is '%s', not '%s'", row->name, row->probe, is.ptr, row->is);
		check_unread(row->name, team);
		buf_release(&is);
		team_free(team);
	}
}

/* The same records, added in any order, make the same team; and so does folding again. */
static void test_order_does_not_matter(void **state)
{
	static const char *const probes[] = { "ben.handle", "?c", "ben.addresses", "ben.away", "@backend", "ben.zone",
					      "calendar.de", "policy.levels", "chi@x.org.handle" };
	static const char *const lines[] = {
		"person chi@x.org ana | handle: c", "person dee@x.org ana | handle: c",
		"person ben ben | addresses: {add: [b@y.org]} <ben@x.org", "person ben ben | zone: UTC <b@y.org",
		"away ben ben | away: [{from: \"2026-12-01\"}]", "away ben dee@x.org | cancel: $",
		"calendar de ana | holidays: {add: [\"2026-12-25\"]}", "policy - ana | levels: {low: \"\"}",
		"policy - ben | default: low",
	};
	struct buf first = BUF_INIT;

	(void)state;
	for (size_t turn = 0; turn < 12; turn++) {
		struct team *team = team_new(FOUNDER), *told = team_told(lines, NR(lines));
		size_t nr;
		const struct team_event *events = team_events(told, &nr);
		struct buf is = BUF_INIT;

		for (size_t i = 0; i < nr; i++) { /* 7 and 11 have no divisor in common with 15 */
			const struct team_event *event = &events[(i * (turn % 2 ? 7 : 11) + turn) % nr];
			struct record rec = RECORD_INIT;
			struct buf text = BUF_INIT;

			record_format(&text, event->rec);
			assert_int_equal(record_parse(&rec, text.ptr, text.len, "test"), 0);
			rec.id = event->rec->id;
			team_add(team, &rec, event->committer);
			if (i == nr / 2)
				team_fold(team, INSTANT_MAX);
			buf_release(&text);
		}
		team_fold(team, INSTANT_MAX);
		for (size_t i = 0; i < NR(probes); i++) {
			probe(&is, team, probes[i]);
			buf_putc(&is, '\n');
		}
		events = team_events(team, &nr);
		for (size_t i = 0; i < nr; i++)
			buf_addf(&is, "%d %s\n", events[i].counts, events[i].why ? events[i].why : "");
		if (turn == 0)
			buf_puts(&first, is.ptr);
		assert_string_equal(first.ptr, is.ptr);
		buf_release(&is);
		team_free(team);
		team_free(told);
	}
	buf_release(&first);
}

static time_t at(int day, int hour)
{
	return (time_t)day_from_civil(2026, 11, day) * 86400 + hour * 3600;
}

static void test_records_ahead_wait(void **state)
{
	static const char *const lines[] = { "person ben ben | zone: UTC" }; /* on the 10th, 09:00 */
	struct team *team = team_told(lines, NR(lines));

	(void)state;
	team_fold(team, at(9, 8));
	assert_false(last_event(team)->counts);
	assert_non_null(strstr(last_event(team)->why, "ahead"));
	assert_string_equal(node_get_text(team_person(team, "ben")->state, "zone"), "Africa/Lagos");
	team_fold(team, at(9, 9));
	assert_true(last_event(team)->counts);
	assert_string_equal(node_get_text(team_person(team, "ben")->state, "zone"), "UTC");
	team_free(team);
}

static void test_at_that_moment(void **state)
{
	static const char *const lines[] = {
		"person ben ana | groups: {add: [maintainers]}", "person ben ben | deputy: chi@x.org",
		"person ben ana | groups: {drop: [maintainers]}", "person ben ben | deputy: \"\"",
	};
	struct team *team = team_told(lines, NR(lines));
	struct person *ana = team_find(team, "ana"), *ben = team_find(team, "ben");
	struct person *chi = team_find(team, "chi"), *dee = team_find(team, "dee");

	(void)state;
	assert_true(team_is_maintainer(team, ana, 0));
	assert_false(team_is_maintainer(team, ben, at(10, 8)));
	assert_true(team_is_maintainer(team, ben, at(10, 9)));
	assert_true(team_is_maintainer(team, ben, at(12, 8)));
	assert_false(team_is_maintainer(team, ben, at(12, 9)));
	assert_true(team_is_deputy(team, dee, ben, at(11, 8)));
	assert_false(team_is_deputy(team, dee, ben, at(11, 9)));
	assert_true(team_is_deputy(team, chi, ben, at(11, 9)));
	assert_false(team_is_deputy(team, chi, ben, at(13, 9)));
	assert_null(ben->deputy);
	team_free(team);
}

static void test_persons(void **state)
{
	struct team *team = team_told(NULL, 0), *empty = team_new(FOUNDER);
	struct person *ben = team_find(team, "ben"), *zoe = team_person(team, "zoe@x.org");
	size_t nr;

	(void)state;
	assert_int_equal(team_count(team), 4);
	assert_ptr_equal(team_get(team, ben->number), ben);
	assert_ptr_equal(team_person(team, "BEN@x.org"), ben);
	assert_ptr_equal(ben->deputy, team_find(team, "dee@x.org"));
	assert_string_equal(ben->name, "Ben Okoro");
	assert_false(zoe->known);
	assert_ptr_equal(team_person(team, "zoe@x.org"), zoe);
	assert_null(team_find(team, "zoe@x.org"));
	assert_string_equal(zoe->shown, "zoe@x.org");
	assert_string_equal(team_suggest(team, "bne"), "ben");
	assert_string_equal(team_suggest(team, "chj"), "chi");
	assert_null(team_suggest(team, "xerxes"));
	team_fold(team, INSTANT_MAX);
	assert_ptr_equal(team_find(team, "ben"), ben);
	assert_ptr_equal(team_person(team, "zoe@x.org"), zoe);

	assert_int_equal(team_count(empty), 0);
	assert_null(team_find(empty, FOUNDER));
	assert_true(team_is_maintainer(empty, team_person(empty, FOUNDER), 0));
	assert_ptr_equal(*team_group(empty, "maintainers", &nr), team_person(empty, FOUNDER));
	team_free(empty);
	team_free(team);
}

static void test_levels(void **state)
{
	static const char *const lines[] = {
		"policy - ana | default: low, levels: {now: {within: 30m, clock: calendar}, low: {within: 1d4h}}",
		"policy - ana | levels: {urgent: \"\"}", "policy - ana | default: nothing",
	};
	struct team *team = team_told(lines, 1);
	struct expectation expect;

	(void)state;
	assert_string_equal(team_default_level(team), "low");
	assert_true(team_level(team, NULL, &expect));
	assert_int_equal(expect.within.days, 1);
	assert_int_equal(expect.within.minutes, 240);
	assert_int_equal(expect.clock, CLOCK_WORK);
	assert_true(team_level(team, "urgent", &expect));
	assert_int_equal(expect.focus, FOCUS_COUNT);
	assert_true(team_level(team, "now", &expect));
	assert_int_equal(expect.clock, CLOCK_CALENDAR);
	assert_int_equal(expect.focus, FOCUS_PAUSE);
	assert_false(team_level(team, "never", &expect));
	team_free(team);

	team = team_told(lines, NR(lines));
	assert_false(team_level(team, "urgent", &expect));
	assert_string_equal(team_default_level(team), "standard");
	team_free(team);
}

/* Versions (S14): "day why" of each. */
struct versions {
	const char *name, *who;
	const char *lines[6];
	const char *versions;
};

static const struct versions version_rows[] = {
	{ "nobody knows them", "zoe@x.org", { NULL }, "0 -" },
	{ "nothing but a name", "chi", { NULL }, "0 -" },
	{ "a zone", "ben", { NULL }, "0 -, 3 zone" },
	{ "the same again", "ben", { "person ben ben | zone: Africa/Lagos, name: B" }, "0 -, 3 zone" },
	{ "what does not count", "ben", { "person ben chi@x.org | zone: UTC" }, "0 -, 3 zone" },
	{ "hours and focus", "ben",
	  { "person ben ben | hours: {mon: \"09:00-10:00\"}", "person ben ben | focus: {add: [{days: mon, hours: \"09:00-10:00\"}]}" },
	  "0 -, 3 zone, 10 hours, 11 focus" },
	{ "time off", "ben", { "away ben ben | away: [{from: \"2026-12-01\"}]", "away ben ben | cancel: $" },
	  "0 -, 3 zone, 10 time off, 11 time off cancelled" },
	{ "a cancelled one is cancelled once", "ben",
	  { "away ben ben | away: [{from: \"2026-12-01\"}]", "away ben ben | cancel: $", "person ben ben | hours_on: {add: {\"2026-12-01\": none}}" },
	  "0 -, 3 zone, 10 time off, 11 time off cancelled, 12 hours of a date" },
	{ "the team's zone reaches who has none", "chi", { "policy - ana | zone: UTC" }, "0 -, 10 team zone" },
	{ "and not who has one", "ben", { "policy - ana | zone: UTC" }, "0 -, 3 zone" },
	{ "the team's hours", "ben", { "policy - ana | hours: {mon: \"09:00-10:00\"}" }, "0 -, 3 zone, 10 team hours" },
	{ "the team's hours as one's own", "ben",
	  { "policy - ana | hours: {mon: \"09:00-10:00\"}", "person ben ben | hours: {mon: \"09:00-10:00\"}",
	    "policy - ana | hours: {tue: \"09:00-10:00\"}" }, "0 -, 3 zone, 10 team hours, 11 hours" },
	{ "a level is no calendar", "ben", { "policy - ana | default: low" }, "0 -, 3 zone" },
	{ "holidays of the team", "chi", { "calendar de ana | holidays: {add: [\"2026-12-25\"]}", "policy - ana | holidays: {add: [de]}",
					   "calendar de ana | holidays: {add: [\"2026-12-26\"]}" },
	  "0 -, 11 holidays, 12 holidays" },
	{ "holidays of somebody else", "chi", { "calendar de ana | holidays: {add: [\"2026-12-25\"]}", "person ben ben | holidays: {add: [de]}" },
	  "0 -" },
	{ "named before it is there", "chi", { "person chi@x.org chi@x.org | holidays: {add: [de]}", "calendar de ana | holidays: {add: [\"2026-12-25\"]}" },
	  "0 -, 11 holidays" },
	{ "named twice", "chi", { "calendar de ana | holidays: {add: [\"2026-12-25\"]}", "policy - ana | holidays: {add: [de]}",
				  "person chi@x.org chi@x.org | holidays: {add: [de]}" }, "0 -, 11 holidays" },
};

static void test_versions(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(version_rows); i++) {
		const struct versions *row = &version_rows[i];
		struct team *team = team_told(row->lines, NR(row->lines));
		struct person *person = team_find(team, row->who);
		const struct calendar_version *v;
		struct buf is = BUF_INIT;
		size_t nr;

		v = team_calendars(team, person ? person : team_person(team, row->who), &nr);
		for (size_t k = 0; k < nr; k++) {
			int year, month, day;

			day_to_civil(day_of_instant(v[k].at), &year, &month, &day);
			buf_addf(&is, "%s%d %s", k ? ", " : "", v[k].at ? day : 0, v[k].why ? v[k].why : "-");
			assert_non_null(v[k].cal);
		}
		if (strcmp(is.ptr, row->versions) != 0)
			fail_msg("%s: '%s', not '%s'", row->name, is.ptr, row->versions);
		check_unread(row->name, team);
		buf_release(&is);
		team_free(team);
	}
}

/* S14's example on a calendar that is live: Mon 16:00 `1d`, away Tue-Thu, back Wed 10:00. */
static void test_live_due(void **state)
{
	static const char *const lines[] = {
		"person ben ben | zone: UTC", "away ben ben | away: [{from: \"2026-11-17\", to: \"2026-11-19\"}]",
	};
	struct expectation expect = { .within = { .days = 1 } };
	struct team *team = team_told(lines, NR(lines));
	struct person *ben = team_find(team, "ben");
	const struct calendar_version *v;
	size_t nr;

	(void)state;
	assert_int_equal(worktime_due(team_calendar(team, ben, at(16, 16)), at(16, 16), &expect), at(20, 16));
	assert_int_equal(worktime_due(team_calendar(team, ben, at(10, 16)), at(16, 16), &expect), at(17, 16));
	v = team_calendars_from(team, ben, at(10, 16), &nr);
	assert_int_equal(nr, 2);
	assert_int_equal(v[0].at, at(10, 9));
	v = team_calendars(team, ben, &nr);
	assert_int_equal(nr, 4);
	for (size_t i = 0; i < nr; i++)
		assert_non_null(v[i].cal);
	assert_int_equal(v[nr - 1].at, at(11, 9));
	assert_ptr_equal(v[nr - 1].cal, team_calendar(team, ben, INSTANT_MAX));
	assert_string_equal(zone_name(calendar_zone(v[nr - 1].cal)), "UTC");
	team_free(team);
}

static void test_calendar_map(void **state)
{
	static const char *const lines[] = {
		"calendar de ana | holidays: {add: [{date: \"2026-12-25\", name: Christmas}]}",
		"policy - ana | holidays: {add: [de, unknown, \"2026-12-31\"]}, hours: {mon: \"09:00-10:00\"}",
		"away ben ben | away: [{from: \"2026-12-01\"}]",
	};
	struct team *team = team_told(lines, NR(lines));
	struct person *ben = team_find(team, "ben");
	struct buf is = BUF_INIT;
	size_t nr;

	(void)state;
	team_calendars(team, ben, &nr);
	put_plain(&is, team_calendar_map(team, ben, nr - 1));
	assert_string_equal(is.ptr, "{zone: Africa/Lagos, hours: {mon: 09:00-10:00}, holidays: [{date: 2026-12-25, "
				    "name: Christmas}, 2026-12-31], away: [{from: 2026-12-01}], assumed: true}");
	buf_reset(&is);
	put_plain(&is, team_calendar_map(team, ben, 0));
	assert_string_equal(is.ptr, "{}");
	assert_true(calendar_is_assumed(team_calendar(team, ben, 0)));
	assert_true(calendar_is_assumed(team_calendar(team, ben, INSTANT_MAX)));
	buf_release(&is);
	team_free(team);
}

/* S9: the team's hours are as good as any for counting, but the person has not told theirs. */
static void test_assumed(void **state)
{
	static const char *const lines[] = {
		"policy - ana | hours: {mon: \"09:00-10:00\"}, zone: UTC",
		"person ben ben | hours: {mon: \"09:00-10:00\"}",
		"person ben ben | hours: \"\"",
		"person chi chi | hours: {mon: \"09:00-10:00\"}, zone: \"\"",
	};
	struct team *team = team_told(lines, NR(lines));
	const struct calendar_version *v;
	size_t nr;

	(void)state;
	v = team_calendars(team, team_find(team, "ben"), &nr);
	assert_int_equal(nr, 5);
	assert_true(calendar_is_assumed(v[2].cal));
	assert_false(calendar_is_assumed(v[3].cal));
	assert_true(calendar_is_assumed(v[4].cal));
	assert_true(calendar_is_assumed(team_calendar(team, team_find(team, "chi"), INSTANT_MAX)));
	team_free(team);
}

/* A thousand people and ten thousand records: nothing here may grow with their product. */
static void test_many(void **state)
{
	struct team *team = team_new(FOUNDER);
	struct id last = { { 0 } };
	char line[256];
	size_t nr;

	(void)state;
	add(team, everybody[0], 1, &last);
	for (int i = 0; i < 1000; i++) {
		snprintf(line, sizeof(line), "person p%d@x.org ana@x.org | handle: p%d, zone: Europe/Berlin", i, i);
		add(team, line, 2, &last);
	}
	for (int i = 0; i < 9000; i++) {
		snprintf(line, sizeof(line), "away p%d p%d | away: [{from: \"2026-12-%02d\"}], note: %d", i % 1000, i % 1000,
			 1 + i % 28, i);
		add(team, line, 3 + i % 20, &last);
	}
	team_fold(team, INSTANT_MAX);
	assert_int_equal(team_count(team), 1001);
	assert_int_equal(team_away(team, team_find(team, "p7"))->nr, 9);
	assert_non_null(team_calendars(team, team_find(team, "p7"), &nr));
	assert_true(nr > 2);
	check_unread("many", team);
	team_free(team);
}

/* What would become of a record, without adding it. */
static void test_try(void **state)
{
	struct team *team = team_told(NULL, 0);
	struct person *ben = team_find(team, "ben");
	struct record rec = RECORD_INIT;
	struct buf why = BUF_INIT;
	size_t before, after;

	(void)state;
	team_events(team, &before);
	record_init(&rec, KIND_PERSON, "ben", at(6, 9)); /* the date of ben's last */
	record_set(&rec, "person", "ben");
	record_set(&rec, "zone", "UTC");
	assert_true(team_try(team, &rec, "ben@x.org", NULL, &why));
	assert_string_equal(why.ptr, "");
	record_set(&rec, "handle", "benny");
	assert_true(team_try(team, &rec, "ben@x.org", NULL, &why));
	assert_non_null(strstr(why.ptr, "handle: only"));
	buf_reset(&why);
	assert_false(team_try(team, &rec, "chi@x.org", NULL, &why));
	assert_non_null(strstr(why.ptr, "MISMATCH"));
	record_release(&rec);
	team_events(team, &after);
	assert_int_equal(before, after);
	assert_ptr_equal(team_find(team, "ben"), ben);
	assert_string_equal(node_get_text(ben->state, "zone"), "Africa/Lagos");
	buf_release(&why);
	team_free(team);
}

/* A further key of one's own: signed with one there is, and not refused for its place in history. */
static void test_own_keys(void **state)
{
	static const struct {
		const char *signer;
		const char *keys;
	} cases[] = {
		{ NULL, "[ssh-a AAAA1 ben]" },
		{ "", "[ssh-a AAAA1 ben]" },
		{ "ssh-a AAAA2", "[ssh-a AAAA1 ben]" },
		{ "ssh-a AAAA", "[ssh-a AAAA1 ben]" },
		{ "refused", "[ssh-a AAAA1 ben]" },
		{ "ssh-a AAAA1", "[ssh-a AAAA1 ben, ssh-a AAAA2]" },
	};

	(void)state;
	for (size_t i = 0; i < NR(cases); i++) {
		static const char *const lines[] = {
			"person ben ben | keys: {add: [ssh-a AAAA1 ben]}", "person ben ben | keys: {add: [ssh-a AAAA2]}",
		};
		struct team *team = team_told(lines, 2);
		const struct team_event *event = last_event(team);
		struct buf keys = BUF_INIT;

		assert_true(event->keys_refused);
		if (cases[i].signer)
			team_add_signature(team, &event->rec->id, cases[i].signer);
		team_fold(team, INSTANT_MAX);
		put_plain(&keys, node_get(team_find(team, "ben")->state, "keys"));
		assert_string_equal(keys.ptr, cases[i].keys);
		assert_int_equal(last_event(team)->keys, i == 5);
		assert_int_equal(last_event(team)->first_keys, false);
		buf_release(&keys);
		team_free(team);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_own_keys),
		cmocka_unit_test(test_who_counts),
		cmocka_unit_test(test_order_does_not_matter),
		cmocka_unit_test(test_records_ahead_wait),
		cmocka_unit_test(test_at_that_moment),
		cmocka_unit_test(test_persons),
		cmocka_unit_test(test_levels),
		cmocka_unit_test(test_versions),
		cmocka_unit_test(test_live_due),
		cmocka_unit_test(test_calendar_map), cmocka_unit_test(test_assumed),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_try),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
