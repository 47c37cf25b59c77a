/*
 * A person's calendar over time (worktime S14).
 *
 * The fold takes down which keys changed when: of a person, of the policy, of each
 * calendar of holidays. Here that is played back for one person, on demand: a team of
 * thousands has hundreds of thousands of versions, of which a command needs a handful.
 */
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "team-internal.h"

static const char *const calendar_keys[CALENDAR_KEYS] = {
	[CALENDAR_ZONE] = "zone",         [CALENDAR_HOURS] = "hours", [CALENDAR_HOURS_ON] = "hours_on",
	[CALENDAR_HOLIDAYS] = "holidays", [CALENDAR_FOCUS] = "focus", [CALENDAR_AWAY] = "away",
	[CALENDAR_CANCEL] = "cancel",
};

enum calendar_key calendar_key_of(const char *key)
{
	int i = 0;

	while (i < CALENDAR_KEYS && strcmp(calendar_keys[i], key) != 0)
		i++;
	return (enum calendar_key)i;
}

/* What is said of a version: bits 0 to 6 are the person's keys, from SHARED on the team's. */
#define SHARED 8
#define TEAM_KEYS (1u << CALENDAR_ZONE | 1u << CALENDAR_HOURS | 1u << CALENDAR_HOURS_ON | 1u << CALENDAR_FOCUS)

static const char *label(unsigned reasons)
{
	static const struct {
		unsigned bit;
		const char *text;
	} labels[] = {
		{ 1u << CALENDAR_CANCEL, "time off cancelled" },
		{ 1u << CALENDAR_AWAY, "time off" },
		{ 1u << CALENDAR_HOURS, "hours" },
		{ 1u << CALENDAR_ZONE, "zone" },
		{ 1u << CALENDAR_HOURS_ON, "hours of a date" },
		{ 1u << CALENDAR_HOLIDAYS, "holidays" },
		{ 1u << CALENDAR_FOCUS, "focus" },
		{ 1u << (SHARED + CALENDAR_HOURS), "team hours" },
		{ 1u << (SHARED + CALENDAR_ZONE), "team zone" },
		{ 1u << (SHARED + CALENDAR_HOURS_ON), "team hours of a date" },
		{ 1u << (SHARED + CALENDAR_HOLIDAYS), "holidays" },
		{ 1u << (SHARED + CALENDAR_FOCUS), "team focus" },
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		if (reasons & labels[i].bit)
			return labels[i].text;
	return NULL;
}

static bool is_date(const struct node *entry)
{
	int32_t day;

	return entry->type != NODE_TEXT || day_parse(&day, entry->text);
}

/* The value as a calendar would hold it: of a set what is added, names of calendars aside. */
static struct node *plain_value(struct pool *pool, const char *key, const struct node *value)
{
	struct node *plain = fold_share(pool, value);

	if (fold_is_change(value)) {
		if (!node_get(value, "add"))
			return NULL;
		plain = fold_share(pool, node_get(value, "add"));
	}
	if (!strcmp(key, "holidays")) {
		struct node *days = node_new(pool, NODE_LIST);

		NODE_EACH(entry, plain)
			if (is_date(entry))
				node_append(days, fold_share(pool, entry));
		plain = days;
	}
	return plain;
}

const char *calendar_key_wrong(struct team *team, const char *key, const struct node *value)
{
	struct pool pool = POOL_INIT;
	struct calendar *cal = NULL;
	struct node *map, *plain;
	const char *why = NULL;

	if (calendar_key_of(key) >= CALENDAR_CANCEL || (value->type == NODE_TEXT && !*value->text))
		return NULL;
	plain = plain_value(&pool, key, value);
	if (plain) {
		map = node_new(&pool, NODE_MAP);
		node_set(&pool, map, key, plain);
		if (calendar_new(&cal, map, NULL, NULL) < 0) {
			why = pool_strdup(&team->fold_pool, error_last());
			error_clear();
		}
	}
	calendar_free(cal);
	pool_release(&pool);
	return why;
}

void calendar_change(struct member *member, size_t event, enum calendar_key key, const struct node *value,
		     size_t cancelled)
{
	GROW(member->changes, member->nr_changes, member->alloc_changes);
	member->changes[member->nr_changes++] = (struct change){ event, key, value, cancelled };
}

static void timeline_add(struct team *team, struct timeline *timeline, size_t event, const struct node *value)
{
	GROW(timeline->v, timeline->nr, timeline->alloc);
	timeline->v[timeline->nr].event = event;
	timeline->v[timeline->nr++].value = value;
	GROW(team->shared, team->nr_shared, team->alloc_shared);
	team->shared[team->nr_shared++] = (struct shared){ event, timeline };
}

void calendar_note_holidays(struct team *team, struct timeline *timeline, size_t event)
{
	const struct node *days = node_get(timeline->state, "holidays");

	timeline_add(team, timeline, event,
		     days ? fold_copy_entries(&team->fold_pool, days) : node_new(&team->fold_pool, NODE_LIST));
}

void calendar_note_policy(struct team *team, size_t event)
{
	struct node *map = node_new(&team->fold_pool, NODE_MAP);

	for (int key = 0; key < CALENDAR_AWAY; key++) {
		const struct node *value = node_get(team->policy, calendar_keys[key]);

		if (value)
			node_set(&team->fold_pool, map, calendar_keys[key],
				 fold_copy_entries(&team->fold_pool, value));
	}
	timeline_add(team, &team->policy_times, event, map);
}

/* As it was after `event`; NULL: nothing yet. */
static const struct node *timeline_at(const struct timeline *timeline, size_t event)
{
	size_t low = 0, high = timeline->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (timeline->v[mid].event <= event)
			low = mid + 1;
		else
			high = mid;
	}
	return low ? timeline->v[low - 1].value : NULL;
}

/* Playing back. */

struct replay {
	const struct team *team;
	const struct member *member;
	struct pool pool;       /* of `own` */
	struct node *own;       /* the person's calendar keys now */
	bool *cancelled;        /* by index of member->changes */
	size_t next_change, next_shared;
	size_t event;           /* the last that was applied */
	bool begun;             /* one was */
	struct pool map_pool;   /* of `map` */
	struct node *map;       /* what the calendar is made from now; NULL: not put together yet */
};

static void add_holidays(struct pool *pool, struct node *out, const struct replay *replay, const struct node *list,
			 const struct node *done, size_t event)
{
	NODE_EACH(entry, list) {
		const struct timeline *timeline;

		if (is_date(entry)) {
			node_append(out, fold_share(pool, entry));
			continue;
		}
		timeline = table_get(&replay->team->calendars_by_name, entry->text);
		if (!timeline || node_list_has(done, entry->text))
			continue;
		NODE_EACH(day, timeline_at(timeline, event))
			node_append(out, fold_share(pool, day));
	}
}

/* Of the first `nr` changes; if there is too much, the newest. */
static struct node *away_list(struct pool *pool, const struct member *member, size_t nr, const bool *cancelled)
{
	struct node *list = node_new(pool, NODE_LIST);
	size_t from = nr, total = 0;

	for (; from > 0 && total < FOLD_MAX_ENTRIES; from--)
		if (member->changes[from - 1].key == CALENDAR_AWAY && !cancelled[from - 1])
			total += member->changes[from - 1].value->nr;
	for (size_t i = from; i < nr; i++) {
		if (member->changes[i].key != CALENDAR_AWAY || cancelled[i])
			continue;
		NODE_EACH(entry, member->changes[i].value)
			node_append(list, fold_share(pool, entry));
	}
	return list;
}

static void cancel(bool *cancelled, const struct member *member, size_t at)
{
	const struct change *change = &member->changes[at];

	for (size_t i = 0; i < at; i++)
		if (member->changes[i].event == change->cancelled)
			cancelled[i] = true;
}

static bool has_times(const struct node *map)
{
	return node_get(map, "hours") && node_get(map, "zone");
}

/* What holds now: the person's own keys, else the policy's (assumed, S9); holidays of both. */
static struct node *build(struct pool *pool, const struct replay *replay)
{
	size_t event = replay->event;
	const struct node *policy = replay->begun ? timeline_at(&replay->team->policy_times, event) : NULL;
	struct node *map = node_new(pool, NODE_MAP), *holidays = node_new(pool, NODE_LIST), *away;

	for (int key = 0; key < CALENDAR_AWAY; key++) {
		const struct node *value = node_get(replay->own, calendar_keys[key]);

		if (key == CALENDAR_HOLIDAYS) {
			add_holidays(pool, holidays, replay, node_get(policy, "holidays"), NULL, event);
			add_holidays(pool, holidays, replay, value, node_get(policy, "holidays"), event);
			if (holidays->nr)
				node_set(pool, map, "holidays", holidays);
			continue;
		}
		if (!value)
			value = node_get(policy, calendar_keys[key]);
		if (value)
			node_set(pool, map, calendar_keys[key], fold_copy_entries(pool, value));
	}
	away = away_list(pool, replay->member, replay->next_change, replay->cancelled);
	if (away->nr)
		node_set(pool, map, "away", away);
	if (has_times(map) && !has_times(replay->own))
		node_set_text(pool, map, "assumed", "true");
	return map;
}

/* The same, put together when it is asked for: most versions nobody looks at. */
static const struct node *current_map(struct replay *replay)
{
	if (!replay->map)
		replay->map = build(&replay->map_pool, replay);
	return replay->map;
}

static void forget_map(struct replay *replay)
{
	pool_release(&replay->map_pool);
	replay->map = NULL;
}

/* Apply the person's own changes of this event; the bits of the keys that became another. */
static unsigned apply_own(struct replay *replay, size_t event)
{
	const struct member *member = replay->member;
	unsigned reasons = 0;

	for (; replay->next_change < member->nr_changes; replay->next_change++) {
		size_t at = replay->next_change;
		const struct change *change = &member->changes[at];

		if (change->event != event)
			break;
		if (change->key == CALENDAR_CANCEL) {
			cancel(replay->cancelled, member, at);
			reasons |= 1u << CALENDAR_CANCEL;
		} else if (change->key == CALENDAR_AWAY ||
			   fold_key(&replay->pool, replay->own, calendar_keys[change->key], change->value)) {
			reasons |= 1u << change->key;
		}
	}
	return reasons;
}

/* The keys that a change of the team's may give another value. */
static unsigned shared_reasons(const struct replay *replay, const struct shared *shared)
{
	const struct node *policy = timeline_at(&replay->team->policy_times, shared->event);
	const char *name = shared->timeline->name;

	if (shared->timeline == &replay->team->policy_times)
		return (TEAM_KEYS | 1u << CALENDAR_HOLIDAYS) << SHARED;
	if (node_list_has(node_get(policy, "holidays"), name) ||
	    node_list_has(node_get(replay->own, "holidays"), name))
		return 1u << (SHARED + CALENDAR_HOLIDAYS);
	return 0;
}

/* Of the reasons given, those that hold: the key has another value now. */
static unsigned real_reasons(unsigned reasons, const struct node *old, const struct node *map)
{
	unsigned real = reasons & (1u << CALENDAR_HOURS_ON | 1u << CALENDAR_FOCUS | 1u << CALENDAR_AWAY);

	if (!node_get(old, "assumed") != !node_get(map, "assumed")) /* the same hours, but now known */
		return reasons;
	for (int key = 0; key <= CALENDAR_CANCEL; key++) {
		const char *name = calendar_keys[key == CALENDAR_CANCEL ? CALENDAR_AWAY : key];
		unsigned bits = reasons & (1u << key | 1u << (SHARED + key)) & ~real;
		const struct node *was = node_get(old, name), *is = node_get(map, name);

		if (bits && (was || is) && !(was && is && node_equal(was, is)))
			real |= bits;
	}
	return real;
}

/* May what is said at this event be what holds already, so that both must be looked at? */
static bool may_be_same(const struct replay *replay, const struct shared *shared, size_t event)
{
	const unsigned sure = 1u << CALENDAR_HOURS_ON | 1u << CALENDAR_FOCUS | 1u << CALENDAR_AWAY;
	const struct member *member = replay->member;

	for (size_t i = replay->next_change; i < member->nr_changes && member->changes[i].event == event; i++)
		if (!(1u << member->changes[i].key & sure))
			return true;
	return shared && shared->timeline == &replay->team->policy_times;
}

/* Go past the next event that may change the calendar; its reasons, 0: it did not. */
static unsigned step(struct replay *replay, size_t event)
{
	const struct team *team = replay->team;
	const struct shared *shared = NULL;
	struct pool old_pool = POOL_INIT;
	struct node *old = NULL;
	unsigned reasons;

	if (replay->next_shared < team->nr_shared && team->shared[replay->next_shared].event == event)
		shared = &team->shared[replay->next_shared++];
	if (may_be_same(replay, shared, event)) {
		current_map(replay);
		old = replay->map;
		old_pool = replay->map_pool;
		replay->map = NULL;
		replay->map_pool = (struct pool)POOL_INIT;
	}
	reasons = apply_own(replay, event);
	replay->event = event;
	replay->begun = true;
	if (shared)
		reasons |= shared_reasons(replay, shared);
	if (old)
		reasons = real_reasons(reasons, old, current_map(replay));
	else if (reasons)
		forget_map(replay);
	pool_release(&old_pool);
	return reasons;
}

/* The event to go to next; false at the end. */
static bool next_event(size_t *out, const struct replay *replay)
{
	const struct member *member = replay->member;
	bool own = replay->next_change < member->nr_changes;
	bool shared = replay->next_shared < replay->team->nr_shared;
	size_t mine = own ? member->changes[replay->next_change].event : 0;
	size_t theirs = shared ? replay->team->shared[replay->next_shared].event : 0;

	if (!own && !shared)
		return false;
	*out = !own || (shared && theirs < mine) ? theirs : mine;
	return true;
}

/* Called for each version, in order; current_map() is what it is made from. */
typedef void visit_version(struct replay *replay, size_t version, time_t at, unsigned reasons, void *data);

/* Changes of one second make one version: nothing can be due between them. */
static void play(const struct team *team, const struct member *member, visit_version *visit, void *data)
{
	struct replay replay = { .team = team, .member = member };
	unsigned reasons = 0;
	size_t version = 0, event;
	time_t at = 0;

	replay.own = node_new(&replay.pool, NODE_MAP);
	replay.cancelled = xcalloc(member->nr_changes, sizeof(*replay.cancelled));
	while (next_event(&event, &replay)) {
		time_t date = team->events[event].rec->date;

		if ((reasons || !version) && date != at) {
			visit(&replay, version++, at, reasons, data);
			reasons = 0;
		}
		at = date;
		reasons |= step(&replay, event);
	}
	if (reasons || !version)
		visit(&replay, version, version ? at : 0, reasons, data);
	free(replay.cancelled);
	pool_release(&replay.map_pool);
	pool_release(&replay.pool);
}

/* Versions, as they are asked for. */

static void list_version(struct replay *replay, size_t version, time_t at, unsigned reasons, void *data)
{
	struct member *member = data;

	(void)replay;
	(void)version;
	GROW(member->versions, member->nr_versions, member->alloc_versions);
	member->versions[member->nr_versions++] = (struct calendar_version){ at, NULL, label(reasons) };
}

/* What the person's time off says, if nobody has asked for it before. */
static void read_changes(struct team *team, struct member *member)
{
	for (size_t i = 0; i < member->nr_changes; i++) {
		struct change *change = &member->changes[i];

		if (change->value || change->key != CALENDAR_AWAY)
			continue;
		team_read(team, change->event);
		change->value = record_node(team->events[change->event].rec, "away");
		if (!change->value)
			change->value = node_new(&team->fold_pool, NODE_LIST);
	}
}

static void list_versions(struct team *team, struct member *member)
{
	if (member->nr_versions)
		return;
	read_changes(team, member);
	play(team, member, list_version, member);
	member->maps = xcalloc(member->nr_versions, sizeof(*member->maps));
	member->made_from = member->nr_versions;
}

/* What was found good key by key makes a calendar; should it not, keys go until it does. */
static struct calendar *make_calendar(const struct node *map)
{
	struct pool pool = POOL_INIT;
	struct node *rest = fold_copy_entries(&pool, map);
	struct calendar *cal = NULL;

	for (int key = CALENDAR_AWAY; calendar_new(&cal, rest, NULL, NULL) < 0; key--) {
		if (key < 0)
			BUG("no calendar without keys: %s", error_last());
		node_drop(rest, calendar_keys[key]);
		error_clear();
	}
	pool_release(&pool);
	return cal;
}

static void make_version(struct replay *replay, size_t version, time_t at, unsigned reasons, void *data)
{
	struct member *member = data;

	(void)at;
	(void)reasons;
	if (version >= member->made_from && !member->versions[version].cal)
		member->versions[version].cal = make_calendar(current_map(replay));
}

struct wanted {
	struct team *team;
	size_t version;
	const struct node *map;
};

static void keep_map(struct replay *replay, size_t version, time_t at, unsigned reasons, void *data)
{
	struct wanted *wanted = data;

	(void)at;
	(void)reasons;
	if (version == wanted->version)
		wanted->map = node_copy(&wanted->team->fold_pool, current_map(replay));
}

const struct node *team_calendar_map(struct team *team, struct person *person, size_t i)
{
	struct member *member = (struct member *)person;
	struct wanted wanted = { .team = team, .version = i };

	list_versions(team, member);
	if (i >= member->nr_versions)
		BUG("version %zu of %zu", i, member->nr_versions);
	if (!member->maps[i]) {
		play(team, member, keep_map, &wanted);
		member->maps[i] = wanted.map;
	}
	return member->maps[i];
}

/* The version in force at a moment: the newest that is not later. */
static size_t version_at(const struct member *member, time_t at)
{
	size_t low = 0, high = member->nr_versions;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (member->versions[mid].at <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

const struct calendar_version *team_calendars_from(struct team *team, struct person *person, time_t at, size_t *nr)
{
	struct member *member = (struct member *)person;
	size_t from;

	list_versions(team, member);
	from = version_at(member, at);
	if (from < member->made_from) {
		member->made_from = from;
		play(team, member, make_version, member);
	}
	*nr = member->nr_versions - from;
	return member->versions + from;
}

const struct calendar_version *team_calendars(struct team *team, struct person *person, size_t *nr)
{
	return team_calendars_from(team, person, INSTANT_MIN, nr);
}

size_t team_calendar_count(struct team *team, struct person *person, time_t *since)
{
	struct member *member = (struct member *)person;

	list_versions(team, member);
	*since = member->versions[member->nr_versions - 1].at;
	return member->nr_versions;
}

struct calendar *team_calendar(struct team *team, struct person *person, time_t at)
{
	struct member *member = (struct member *)person;
	struct calendar_version *version;
	size_t i;

	list_versions(team, member);
	i = version_at(member, at);
	version = &member->versions[i];
	if (!version->cal)
		version->cal = make_calendar(team_calendar_map(team, person, i));
	return version->cal;
}

const struct node *team_away(struct team *team, struct person *person)
{
	struct member *member = (struct member *)person;
	bool *cancelled;

	read_changes(team, member);
	cancelled = xcalloc(member->nr_changes, sizeof(*cancelled));
	for (size_t i = 0; i < member->nr_changes; i++)
		if (member->changes[i].key == CALENDAR_CANCEL)
			cancel(cancelled, member, i);
	if (!member->away)
		member->away = away_list(&team->fold_pool, member, member->nr_changes, cancelled);
	free(cancelled);
	return member->away->nr ? member->away : NULL;
}

void calendar_forget(struct member *member)
{
	for (size_t i = 0; i < member->nr_versions; i++)
		calendar_free(member->versions[i].cal);
	member->nr_versions = member->made_from = 0;
	free(member->maps);
	member->maps = NULL;
}
