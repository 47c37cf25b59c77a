/*
 * The fold: records in order, and whether each may change what it wants to change
 * (design section 2, "who counts").
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "async/buf.h"
#include "async/clock.h"
#include "team-internal.h"

#define AHEAD_MAX (24 * 3600)
#define WHY_MAX 400 /* what is said of one record: hostile ones could make it long */

/* What an author may do to a person. */
enum right {
	RIGHT_NONE,
	RIGHT_FOUND, /* found somebody else: name, one address, zone and hours */
	RIGHT_SELF,
	RIGHT_ALL, /* a maintainer */
};

/* One record while it is folded. */
struct folding {
	struct team *team;
	const struct record *rec;
	const char *committer;
	size_t event;
	struct member *author; /* NULL: not known when it was written */
	struct member *owner;  /* whom it is about */
	enum right right;
	bool counts;
	struct buf why; /* why not, or which keys do not */
};

/* Say why something does not count. */
__attribute__((format(printf, 2, 3)))
static void refuse(struct folding *fold, const char *fmt, ...)
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

static bool is_gone(const struct member *member)
{
	const char *status = node_get_text(member->state, "status");

	return status && !strcmp(status, "gone");
}

static bool is_maintainer(const struct member *member)
{
	return member && !is_gone(member) && node_list_has(node_get(member->state, "groups"), MAINTAINERS);
}

static bool is_deputy(const struct team *team, const struct member *deputy, const struct member *owner)
{
	const char *name = node_get_text(owner->state, "deputy");

	return name && deputy && deputy != owner && names_owner(team, name) == deputy;
}

/* Take down whether somebody is one of @maintainers from now on. */
static void note_maintainer(struct team *team, struct member *member, time_t at)
{
	const char *was = history_at(&member->maintains, INSTANT_MAX);
	bool is = is_maintainer(member);

	if (is == (was && *was))
		return;
	history_add(&member->maintains, at, is ? member->pub.key : "");
	team->nr_maintainers += is ? 1 : -1;
}

/* From now on records that are committed by this address are theirs. */
static void give_address(struct folding *fold, struct member *member, const char *text)
{
	const char *waiting = list_same(member->unconfirmed, text);
	struct node *entry = node_new(&fold->team->fold_pool, NODE_TEXT);

	if (waiting)
		fold_drop_text(member->unconfirmed, waiting);
	entry->text = text;
	node_append(member->addresses, entry);
}

/* An address that its owner had announced, and now commits by, is theirs for good. */
static bool confirm(struct folding *fold)
{
	const char *waiting = list_same(fold->author->unconfirmed, fold->committer);

	if (!waiting)
		return false;
	names_claim(fold->team, fold->author, waiting, true);
	give_address(fold, fold->author, waiting);
	return true;
}

/* What identity rests on must be committed by an address of its author's. */
static bool is_by_author(struct folding *fold)
{
	bool by;

	if (!fold->committer)
		return true;
	if (fold->author)
		by = list_same(fold->author->addresses, fold->committer) || confirm(fold);
	else
		by = text_same(fold->rec->from, fold->committer);
	if (!by)
		refuse(fold, "MISMATCH: committed by %s", fold->committer);
	return by;
}

/* Persons. */

/*
 * Whom the record is about; NULL: it founds somebody. An address that was only announced
 * yields to who founds with it, and never gets what a maintainer gives to its real owner.
 */
static void find_owner(struct folding *fold, const char *name)
{
	struct member *owner = names_owner(fold->team, name);
	bool theirs = !fold->author && text_same(name, fold->rec->from);

	fold->owner = owner;
	if (!owner || names_are_firm(fold->team, name))
		return;
	if (theirs || (is_maintainer(fold->author) && fold->author != owner)) {
		names_yield(fold->team, name);
		fold->owner = NULL;
	}
}

/* May the author write this record at all, and how much of it counts? */
static enum right person_right(struct folding *fold, const char *name)
{
	bool founding = !fold->owner || !fold->owner->pub.known, address = strchr(name, '@');

	if (is_maintainer(fold->author))
		return RIGHT_ALL;
	if (fold->owner && fold->owner == fold->author)
		return RIGHT_SELF;
	if (!fold->owner && !fold->author && address && text_same(name, fold->rec->from))
		return RIGHT_SELF;
	if (founding && address)
		return RIGHT_FOUND;
	if (founding)
		refuse(fold, "nobody is called '%.80s', and only @maintainers may give a handle", name);
	else
		refuse(fold, "only %s and @maintainers may change this", fold->owner->pub.handle);
	return RIGHT_NONE;
}

static void found(struct folding *fold, const char *name)
{
	struct team *team = fold->team;
	struct member *owner = fold->owner;

	if (!owner) {
		owner = team_member(team, name);
		if (strcmp(owner->pub.key, name) != 0)
			owner->pub.key = pool_strdup(&team->pool, name);
		owner->pub.handle = owner->pub.key;
		names_claim(team, owner, owner->pub.key, true);
	}
	if (!owner->state)
		owner->state = node_new(&team->fold_pool, NODE_MAP);
	owner->pub.known = true;
	owner->pub.number = team->nr_known;
	GROW(team->known, team->nr_known, team->alloc_known);
	team->known[team->nr_known++] = owner;
	fold->owner = owner;
	fold->counts = true;
}

static void set_handle(struct folding *fold, const char *text)
{
	struct member *owner = fold->owner, *other = names_owner(fold->team, text);

	if (!*text)
		text = owner->addresses->first ? owner->addresses->first->text : owner->pub.key;
	if (!strcmp(text, owner->pub.handle)) {
		fold->counts = true;
	} else if (list_same(owner->addresses, text)) {
		owner->pub.handle = text;
		fold->counts = true;
	} else if (fold->right != RIGHT_ALL) {
		refuse(fold, "handle: only @maintainers may give one");
	} else if (strchr(text, '@')) {
		refuse(fold, "handle: '%.80s' is not one of %s's addresses", text, owner->pub.handle);
	} else if (!names_claim(fold->team, owner, text, true)) {
		refuse(fold, "handle '%s' is already %s's", text, other->pub.key);
	} else {
		owner->pub.handle = text;
		fold->counts = true;
	}
}

static void add_address(struct folding *fold, const char *text)
{
	struct member *owner = fold->owner;
	bool sure = fold->right == RIGHT_ALL;

	if (!address_is_valid(text)) {
		refuse(fold, "addresses: '%.80s' is no address", text);
	} else if (list_same(owner->addresses, text)) {
		fold->counts = true;
	} else if (fold->right == RIGHT_FOUND) {
		refuse(fold, "addresses: only %s and @maintainers may add '%.80s'", owner->pub.handle, text);
	} else if (!names_claim(fold->team, owner, text, sure)) {
		refuse(fold, "address '%.80s' is already %s's", text,
		       names_owner(fold->team, text)->pub.key);
	} else if (sure) {
		give_address(fold, owner, text);
		fold->counts = true;
	} else {
		fold->counts = true;
		if (!list_same(owner->unconfirmed, text))
			node_append_text(&fold->team->fold_pool, owner->unconfirmed, text);
		refuse(fold, "address '%.80s' waits for a commit by it, or for @maintainers", text);
	}
}

static void drop_address(struct folding *fold, const char *text)
{
	struct member *owner = fold->owner;
	const char *counted = list_same(owner->addresses, text);
	const char *waiting = list_same(owner->unconfirmed, text);

	if (waiting)
		fold_drop_text(owner->unconfirmed, waiting);
	if (counted && owner->addresses->nr == 1) {
		refuse(fold, "addresses: '%.80s' is the last one", text);
		return;
	}
	if (counted)
		fold_drop_text(owner->addresses, counted);
	if (counted && text_same(owner->pub.handle, text))
		owner->pub.handle = owner->addresses->first->text;
	fold->counts = true;
}

static void change_addresses(struct folding *fold, const struct node *value)
{
	const struct node *drop = node_get(value, "drop");

	if (drop && fold->right == RIGHT_FOUND)
		refuse(fold, "addresses: only %s and @maintainers may drop one", fold->owner->pub.handle);
	else
		NODE_EACH(entry, drop)
			if (entry->text)
				drop_address(fold, entry->text);
	NODE_EACH(entry, node_get(value, "add"))
		if (entry->text)
			add_address(fold, entry->text);
}

static void change_calendar_key(struct folding *fold, enum calendar_key key, const struct node *value)
{
	struct member *owner = fold->owner;
	bool good = fold->team->events[fold->event].good;
	const char *why = good ? NULL : calendar_key_wrong(fold->team, value->key, value);

	if (why) {
		refuse(fold, "%s", why);
		return;
	}
	fold->counts = true;
	if (fold_key(&fold->team->fold_pool, owner->state, value->key, value))
		calendar_change(owner, fold->event, key, value, 0);
}

static void change_deputy(struct folding *fold, const struct node *value)
{
	struct member *owner = fold->owner;

	fold->counts = true;
	if (value->text && fold_key(&fold->team->fold_pool, owner->state, "deputy", value))
		history_add(&owner->deputies, fold->rec->date, value->text);
}

/* A further key speaks for the person: until signatures are looked at, maintainers vouch for it. */
static void change_keys(struct folding *fold, const struct node *value)
{
	struct member *owner = fold->owner;

	if (owner->has_keys && fold->right != RIGHT_ALL) {
		refuse(fold, "keys: a further one counts only from @maintainers");
		return;
	}
	fold->counts = true;
	fold_key(&fold->team->fold_pool, owner->state, "keys", value);
	owner->has_keys |= node_get(owner->state, "keys") != NULL;
}

static bool is_heading(const char *key)
{
	static const char *const headings[] = { "async", "kind", "from", "for", "date", "person", "note" };

	for (size_t i = 0; i < sizeof(headings) / sizeof(*headings); i++)
		if (!strcmp(headings[i], key))
			return true;
	return false;
}

/* One key of a person record. */
static void change_person(struct folding *fold, const struct node *value)
{
	enum calendar_key key = calendar_key_of(value->key);
	bool simple = !strcmp(value->key, "name") || key == CALENDAR_ZONE || key == CALENDAR_HOURS;

	if (!strcmp(value->key, "handle") && value->text) {
		set_handle(fold, value->text);
	} else if (!strcmp(value->key, "addresses")) {
		change_addresses(fold, value);
	} else if (fold->right == RIGHT_FOUND && !simple) {
		refuse(fold, "%.80s: only %s and @maintainers may set it", value->key, fold->owner->pub.handle);
	} else if (key < CALENDAR_AWAY) {
		change_calendar_key(fold, key, value);
	} else if (key == CALENDAR_AWAY) {
		refuse(fold, "away: time off is a record of its own");
	} else if (!strcmp(value->key, "groups") && fold->right != RIGHT_ALL) {
		refuse(fold, "groups: only @maintainers may change them");
	} else if (!strcmp(value->key, "deputy")) {
		change_deputy(fold, value);
	} else if (!strcmp(value->key, "keys")) {
		change_keys(fold, value);
	} else {
		fold->counts = true;
		fold_key(&fold->team->fold_pool, fold->owner->state, value->key, value);
	}
}

/* Would the last one leave @maintainers by this? */
static bool would_empty(const struct folding *fold)
{
	const struct node *groups = record_node(fold->rec, "groups");
	const char *status = record_text(fold->rec, "status");
	bool leaves = status && !strcmp(status, "gone");

	if (fold->right == RIGHT_FOUND || !is_maintainer(fold->owner) || fold->team->nr_maintainers != 1)
		return false;
	if (fold->right == RIGHT_ALL && node_list_has(node_get(groups, "drop"), MAINTAINERS))
		leaves |= !node_list_has(node_get(groups, "add"), MAINTAINERS);
	if (groups && groups->type == NODE_TEXT)
		leaves |= fold->right == RIGHT_ALL;
	return leaves;
}

static void fold_person(struct folding *fold)
{
	const char *name = record_text(fold->rec, "person");

	if (!name || !is_by_author(fold))
		return;
	find_owner(fold, name);
	fold->right = person_right(fold, name);
	if (fold->right == RIGHT_NONE)
		return;
	if (would_empty(fold)) {
		refuse(fold, "it would leave nobody in @maintainers");
		return;
	}
	if (!fold->owner || !fold->owner->pub.known)
		found(fold, name);
	NODE_EACH(value, fold->rec->root)
		if (!is_heading(value->key))
			change_person(fold, value);
	note_maintainer(fold->team, fold->owner, fold->rec->date);
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
	refuse(fold, "what it cancels is no time off of %s's that counts", owner->pub.handle);
}

static void fold_away(struct folding *fold)
{
	const char *name = record_text(fold->rec, "person"), *why;
	const struct node *away = record_node(fold->rec, "away");
	bool cancels;
	struct id id;

	fold->owner = name ? names_owner(fold->team, name) : NULL;
	if (!fold->owner || !fold->owner->pub.known) {
		refuse(fold, "nobody is called '%.80s'", name ? name : "");
		return;
	}
	if (fold->author != fold->owner && !is_maintainer(fold->author) &&
	    !is_deputy(fold->team, fold->author, fold->owner)) {
		refuse(fold, "only %s, their deputy and @maintainers may change this", fold->owner->pub.handle);
		return;
	}
	cancels = record_id(fold->rec, "cancel", &id);
	if (cancels)
		cancel_away(fold, &id);
	why = away ? calendar_key_wrong(fold->team, "away", away) : NULL;
	if (why) {
		refuse(fold, "%s", why);
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
	if (!is_by_author(fold))
		return false;
	if (is_maintainer(fold->author))
		return true;
	refuse(fold, "only @maintainers may change %s", what);
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
		refuse(fold, "%s", why);
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

		if (is_heading(value->key))
			continue;
		why = policy_change(fold->team, value->key, value, &changed);
		if (why)
			refuse(fold, "%s", why);
		else
			fold->counts = true;
		calendar |= changed && calendar_key_of(value->key) < CALENDAR_AWAY;
	}
	if (calendar)
		calendar_note_policy(fold->team, fold->event);
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
	if (names_are_firm(team, from))
		fold.author = names_owner(team, from);
	if (out->rec->date > now && out->rec->date - now > AHEAD_MAX)
		refuse(&fold, "dated more than 24 h ahead");
	else if (!*from)
		refuse(&fold, "it has no author");
	else if (record_node(out->rec, "origin"))
		refuse(&fold, "imported");
	else if (out->rec->kind == KIND_PERSON)
		fold_person(&fold);
	else if (out->rec->kind == KIND_AWAY)
		fold_away(&fold);
	else if (out->rec->kind == KIND_CALENDAR)
		fold_calendar(&fold);
	else if (out->rec->kind == KIND_POLICY)
		fold_policy(&fold);
	if (!fold.counts && !fold.why.len)
		refuse(&fold, "it changes nothing");
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
	note_maintainer(team, founder, INSTANT_MIN);
}

static void reset(struct team *team)
{
	for (size_t i = 0; i < team->nr_calendars; i++)
		free(team->calendars[i]->v);
	team->nr_calendars = team->nr_known = team->nr_shared = team->nr_maintainers = 0;
	team->policy_times.nr = 0;
	table_clear(&team->names);
	table_clear(&team->locals);
	table_clear(&team->groups);
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
	person->gone = is_gone(member);
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
		fold_event(team, i, now);
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

bool team_try(struct team *team, const struct record *rec, const char *committer, struct buf *why)
{
	struct record copy = RECORD_INIT;
	const struct record *own;
	bool counts = false;
	size_t at = 0;

	team_read_all(team); /* what is known of them is without this one */
	record_init(&copy, rec->kind, rec->from, next_date(team, rec->date));
	NODE_EACH(entry, rec->root)
		if (!node_get(copy.root, entry->key))
			record_set_node(&copy, entry->key, entry);
	team_add(team, &copy, committer);
	own = team->events[team->nr_events - 1].rec;
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
