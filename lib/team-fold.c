/*
 * The fold: records in order, and whether each may change what it wants to change
 * (design section 2, "who counts").
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "async/buf.h"
#include "async/clock.h"
#include "team-fold.h"

#define AHEAD_MAX (24 * 3600)
#define WHY_MAX 400 /* what is said of one record: hostile ones could make it long */

void folding_refuse(struct folding *fold, const char *fmt, ...)
{
	va_list ap;

	if (fold->why.len > WHY_MAX)
		return;
	if (fold->why.len)
		buf_puts(&fold->why, "; ");
	va_start(ap, fmt);
	buf_vaddf(&fold->why, fmt, ap);
	va_end(ap);
}

bool folding_is_heading(const char *key)
{
	static const char *const headings[] = { "async", "kind", "from", "for", "date", "person", "note" };

	for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
		if (!strcmp(headings[i], key))
			return true;
	return false;
}

bool member_is_gone(const struct member *member)
{
	const char *status = node_get_text(member->state, "status");

	return status && !strcmp(status, "gone");
}

bool member_is_maintainer(const struct member *member)
{
	return member && !member_is_gone(member) && node_list_has(node_get(member->state, "groups"), MAINTAINERS);
}

bool member_is_deputy(const struct team *team, const struct member *deputy, const struct member *owner)
{
	const char *name = node_get_text(owner->state, "deputy");

	return name && deputy && deputy != owner && names_owner(team, name) == deputy;
}

void member_note_maintainer(struct team *team, struct member *member, time_t at)
{
	const char *was = history_at(&member->maintains, INSTANT_MAX);
	bool is = member_is_maintainer(member);

	if (is == (was && *was))
		return;
	history_add(&member->maintains, at, is ? member->pub.key : "");
	team->nr_maintainers += is ? 1 : -1;
}

void member_note_gone(struct member *member, time_t at)
{
	const char *was = history_at(&member->gone, INSTANT_MAX);
	bool is = member_is_gone(member);

	if (is != (was && *was))
		history_add(&member->gone, at, is ? member->pub.key : "");
}

/* Time off. */

static void cancel_away(struct folding *fold, const struct id *id)
{
	struct member *owner = fold->owner;

	for (size_t i = owner->nr_changes; i > 0; i--) {
		const struct change *change = &owner->changes[i - 1];

		if (change->key != CALENDAR_AWAY || !id_equal(&fold->team->events[change->event].rec->id, id))
			continue;
		calendar_change(owner, fold->event, CALENDAR_CANCEL, NULL, change->event);
		fold->counts = true;
		return;
	}
	folding_refuse(fold, "what it cancels is no time off of %s's that counts", owner->pub.handle);
}

static void fold_away(struct folding *fold)
{
	const char *name = record_text(fold->rec, "person"), *why;
	const struct node *away = record_node(fold->rec, "away");
	bool cancels;
	struct id id;

	fold->owner = name ? names_owner(fold->team, name) : NULL;
	if (!fold->owner || !fold->owner->pub.known) {
		folding_refuse(fold, "nobody is called '%.80s'", name ? name : "");
		return;
	}
	if (fold->author != fold->owner && !member_is_maintainer(fold->author) &&
	    !member_is_deputy(fold->team, fold->author, fold->owner)) {
		folding_refuse(fold, "only %s, their deputy and @maintainers may change this", fold->owner->pub.handle);
		return;
	}
	cancels = record_id(fold->rec, "cancel", &id);
	if (cancels)
		cancel_away(fold, &id);
	why = away ? calendar_key_wrong(fold->team, "away", away) : NULL;
	if (why) {
		folding_refuse(fold, "%s", why);
	} else if (away) {
		calendar_change(fold->owner, fold->event, CALENDAR_AWAY, away, 0);
		fold->counts = true;
		if (!cancels)
			fold->team->events[fold->event].off = &fold->owner->pub;
	}
}

/* Calendars of holidays, and the policy. */

static bool is_by_maintainer(struct folding *fold, const char *what)
{
	if (!folding_is_by_author(fold))
		return false;
	if (member_is_maintainer(fold->author))
		return true;
	folding_refuse(fold, "only @maintainers may change %s", what);
	return false;
}

static struct timeline *calendar_named(struct team *team, const char *name)
{
	struct timeline *timeline = table_get(&team->calendars_by_name, name);

	if (timeline)
		return timeline;
	timeline = pool_alloc(&team->fold_pool, sizeof(*timeline));
	timeline->name = name;
	timeline->state = node_new(&team->fold_pool, NODE_MAP);
	table_set(&team->calendars_by_name, name, timeline);
	GROW(team->calendars, team->nr_calendars, team->alloc_calendars);
	team->calendars[team->nr_calendars++] = timeline;
	node_append_text(&team->fold_pool, team->calendar_names, name);
	return timeline;
}

/* A calendar holds days, not names of other calendars. */
static bool names_calendars(const struct node *value)
{
	int32_t day;

	NODE_EACH(entry, node_get(value, "add"))
		if (entry->text && !day_parse(&day, entry->text))
			return true;
	return false;
}

static void fold_calendar(struct folding *fold)
{
	const char *name = record_text(fold->rec, "calendar"), *why;
	const struct node *value = record_node(fold->rec, "holidays");
	struct timeline *timeline;

	if (!name || !is_by_maintainer(fold, "calendars"))
		return;
	why = value ? calendar_key_wrong(fold->team, "holidays", value) : NULL;
	if (!why && value && names_calendars(value))
		why = "a calendar holds days, not names of calendars";
	if (why) {
		folding_refuse(fold, "%s", why);
		return;
	}
	fold->counts = true;
	timeline = calendar_named(fold->team, name);
	if (value && fold_key(&fold->team->fold_pool, timeline->state, "holidays", value))
		calendar_note_holidays(fold->team, timeline, fold->event);
}

static void fold_policy(struct folding *fold)
{
	bool calendar = false;

	if (!is_by_maintainer(fold, "the policy"))
		return;
	NODE_EACH(value, fold->rec->root) {
		const char *why;
		bool changed;

		if (folding_is_heading(value->key))
			continue;
		why = policy_change(fold->team, value->key, value, &changed);
		if (why)
			folding_refuse(fold, "%s", why);
		else
			fold->counts = true;
		calendar |= changed && calendar_key_of(value->key) < CALENDAR_AWAY;
	}
	if (calendar)
		calendar_note_policy(fold->team, fold->event);
	escalation_note(fold->team, fold->rec->date);
}

/* What was taken back before its date. */

/* What each mark is on, and about which record it is in the end; none if there are no marks. */
static void find_targets(struct team *team)
{
	bool any = false;

	for (size_t i = 0; i < team->nr_events && !any; i++)
		any = team->events[i].rec->kind == KIND_MARK;
	if (!any)
		return;
	team->traces = xcalloc(team->nr_events, sizeof(*team->traces));
	for (size_t i = 0; i < team->nr_events; i++) {
		const struct record *rec = team->events[i].rec;

		team->traces[i] = (struct trace){ .id = rec->id, .is_end = rec->kind != KIND_MARK, .of = i };
		if (rec->kind == KIND_MARK)
			record_parent(rec, &team->traces[i].target);
	}
	traces_follow(team->traces, team->nr_events);
}

static struct team_event *event_at(struct team *team, size_t trace)
{
	return trace == TRACE_NONE ? NULL : &team->events[team->traces[trace].of];
}

/* What it takes back comes later in the order, or it is too late. */
static void fold_retract(struct folding *fold)
{
	const struct trace *trace = traces_find(fold->team->traces, fold->team->nr_events, &fold->rec->id);
	struct team_event *target = event_at(fold->team, trace->next), *said = event_at(fold->team, trace->end);

	if (!target || !said)
		folding_refuse(fold, "what it is about is not here");
	else if (!folding_is_by_author(fold))
		return;
	else if (!fold->author || names_owner(fold->team, target->rec->from ? target->rec->from : "") != fold->author)
		folding_refuse(fold, "only its author may retract it");
	else if (said->rec->date <= fold->rec->date)
		folding_refuse(fold, "its date is not ahead any more");
	else if (target->rec->kind == KIND_MARK && !target->counts)
		folding_refuse(fold, "what it takes back does not count");
	else
		fold->counts = true;
	if (!fold->counts)
		return;
	said->retracted = !said->retracted;
	if (target == said)
		return;
	target->retracted = true;
	target->counts = false;
	target->why = "retracted";
}

/* All of it. */

/* What it comes to is known, and what it says nobody needs yet. */
static void fold_unread(struct team *team, size_t event)
{
	struct team_event *out = &team->events[event];
	struct member *owner = team_member(team, out->unread->key);

	calendar_change(owner, event, CALENDAR_AWAY, NULL, 0);
	out->counts = true;
	out->why = NULL;
	out->off = &owner->pub;
}

static void fold_event(struct team *team, size_t event, time_t now)
{
	struct team_event *out = &team->events[event];
	struct folding fold = {
		.team = team, .rec = out->rec, .committer = out->committer, .event = event, .why = BUF_INIT,
	};
	const char *from = out->rec->from ? out->rec->from : "";

	if (out->unread) {
		fold_unread(team, event);
		return;
	}
	out->off = NULL;
	out->taken = NULL;
	out->keys = out->first_keys = out->keys_refused = false;
	if (names_are_firm(team, from))
		fold.author = names_owner(team, from);
	if (out->rec->date > now && out->rec->date - now > AHEAD_MAX)
		folding_refuse(&fold, "dated more than 24 h ahead");
	else if (out->retracted)
		folding_refuse(&fold, "retracted");
	else if (!*from)
		folding_refuse(&fold, "it has no author");
	else if (record_node(out->rec, "origin"))
		folding_refuse(&fold, "imported");
	else if (out->rec->kind == KIND_PERSON)
		folding_person(&fold);
	else if (out->rec->kind == KIND_AWAY)
		fold_away(&fold);
	else if (out->rec->kind == KIND_CALENDAR)
		fold_calendar(&fold);
	else if (out->rec->kind == KIND_POLICY)
		fold_policy(&fold);
	else if (out->rec->kind == KIND_MARK)
		fold_retract(&fold);
	if (!fold.counts && !fold.why.len)
		folding_refuse(&fold, "it changes nothing");
	out->counts = fold.counts;
	out->why = fold.why.len ? pool_strdup(&team->pool, fold.why.ptr) : NULL;
	buf_release(&fold.why);
}

/* The founder is the first maintainer, be there a person record or not. */
static void add_founder(struct team *team)
{
	struct member *founder = team_member(team, team->founder);
	struct node *groups = node_new(&team->fold_pool, NODE_LIST);

	names_claim(team, founder, founder->pub.key, true);
	founder->state = node_new(&team->fold_pool, NODE_MAP);
	node_append_text(&team->fold_pool, groups, MAINTAINERS);
	node_set(&team->fold_pool, founder->state, "groups", groups);
	member_note_maintainer(team, founder, INSTANT_MIN);
	team_note_group(team, founder, MAINTAINERS, INSTANT_MIN, true);
}

static void reset(struct team *team)
{
	for (size_t i = 0; i < team->nr_calendars; i++)
		free(team->calendars[i]->v);
	team->nr_calendars = team->nr_known = team->nr_shared = team->nr_maintainers = 0;
	team->policy_times.nr = team->ladders.nr = 0;
	table_clear(&team->names);
	table_clear(&team->locals);
	table_clear(&team->groups);
	table_clear(&team->group_moves);
	table_clear(&team->calendars_by_name);
	pool_release(&team->fold_pool);
	for (size_t i = 0; i < team->nr_all; i++)
		member_reset(team, team->all[i]);
	team->policy = policy_builtin(&team->fold_pool);
	team->policy_times.name = "";
	team->calendar_names = node_new(&team->fold_pool, NODE_LIST);
	if (team->founder)
		add_founder(team);
}

static void finish_member(struct team *team, struct member *member)
{
	struct person *person = &member->pub;
	const char *deputy = node_get_text(member->state, "deputy");

	if (!person->known)
		return;
	person->state = member->state;
	person->name = node_get_text(member->state, "name");
	person->gone = member_is_gone(member);
	if (deputy && names_owner(team, deputy) && names_owner(team, deputy) != member)
		person->deputy = &names_owner(team, deputy)->pub;
	node_set_text(&team->fold_pool, member->state, "handle", person->handle);
	node_set(&team->fold_pool, member->state, "addresses", fold_share(&team->fold_pool, member->addresses));
}

static int cmp_event(const void *a, const void *b)
{
	return record_cmp(((const struct team_event *)a)->rec, ((const struct team_event *)b)->rec);
}

void team_fold(struct team *team, time_t now)
{
	team->now = now;
	reset(team);
	if (team->nr_events)
		qsort(team->events, team->nr_events, sizeof(*team->events), cmp_event);
	for (size_t i = 0; i < team->nr_events; i++)
		team->events[i].retracted = false;
	find_targets(team);
	for (size_t i = 0; i < team->nr_events; i++)
		fold_event(team, i, now);
	free(team->traces);
	team->traces = NULL;
	for (size_t i = 0; i < team->nr_all; i++)
		finish_member(team, team->all[i]);
	names_finish(team);
	policy_finish(team);
}

/* The date that a writer would give it: after all that is there (design section 4). */
static time_t next_date(const struct team *team, time_t date)
{
	for (size_t i = 0; i < team->nr_events; i++) {
		time_t theirs = team->events[i].rec->date;

		if (theirs >= date && theirs <= team->now + AHEAD_MAX)
			date = theirs + 1;
	}
	return date;
}

bool team_try(struct team *team, const struct record *rec, const char *committer, const char *signer,
	      struct buf *why)
{
	struct record copy = RECORD_INIT;
	const struct record *own;
	bool counts = false;
	size_t at = 0;

	team_read_all(team); /* what is known of them is without this one */
	record_init(&copy, rec->kind, rec->from, rec->kind == KIND_MARK ? rec->date : next_date(team, rec->date));
	NODE_EACH(entry, rec->root)
		if (!node_get(copy.root, entry->key))
			record_set_node(&copy, entry->key, entry);
	team_add(team, &copy, committer);
	own = team->events[team->nr_events - 1].rec;
	team_add_signature(team, &own->id, signer ? signer : "");
	team_fold(team, team->now);
	while (team->events[at].rec != own)
		at++;
	counts = team->events[at].counts;
	buf_puts(why, team->events[at].why ? team->events[at].why : "");
	record_release((struct record *)own);
	free((void *)own);
	memmove(&team->events[at], &team->events[at + 1], (--team->nr_events - at) * sizeof(*team->events));
	team_fold(team, team->now);
	return counts;
}
