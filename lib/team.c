/* The team: what is asked of it. */
#include "async/team.h"

#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "team-internal.h"

struct team *team_new(const char *founder)
{
	struct team *team = xcalloc(1, sizeof(*team));

	team->by_key.any_case = team->names.any_case = team->locals.any_case = true;
	if (founder && *founder)
		team->founder = pool_strdup(&team->pool, founder);
	team_fold(team, INSTANT_MAX);
	return team;
}

static void member_release(struct member *member)
{
	calendar_forget(member);
	free(member->deputies.v);
	free(member->maintains.v);
	free(member->gone.v);
	free(member->changes);
	free(member->versions);
}

void team_free(struct team *team)
{
	if (!team)
		return;
	for (size_t i = 0; i < team->nr_events; i++) {
		struct record *rec = (struct record *)team->events[i].rec;

		record_release(rec);
		free(rec);
	}
	for (size_t i = 0; i < team->nr_all; i++)
		member_release(team->all[i]);
	for (size_t i = 0; i < team->nr_calendars; i++)
		free(team->calendars[i]->v);
	free(team->calendars);
	free(team->policy_times.v);
	free(team->ladders.v);
	free(team->events);
	free(team->all);
	free(team->known);
	free(team->shared);
	table_release(&team->by_key);
	table_release(&team->names);
	table_release(&team->locals);
	table_release(&team->groups);
	table_release(&team->group_moves);
	table_release(&team->redactions);
	table_release(&team->signatures);
	table_release(&team->calendars_by_name);
	pool_release(&team->fold_pool);
	pool_release(&team->pool);
	free(team);
}

void team_add(struct team *team, struct record *rec, const char *committer)
{
	struct record *own = xmalloc(sizeof(*own));
	struct team_event *event;

	*own = (struct record)RECORD_INIT;
	record_move(own, rec);
	GROW(team->events, team->nr_events, team->alloc_events);
	event = &team->events[team->nr_events++];
	*event = (struct team_event){
		.rec = own, .committer = committer ? pool_strdup(&team->pool, committer) : NULL, .why = "not folded yet",
	};
}

void team_add_good(struct team *team, struct record *rec, const char *committer)
{
	team_add(team, rec, committer);
	team->events[team->nr_events - 1].good = true;
}

void team_set_source(struct team *team, int (*read)(struct buf *out, const struct id *id, int64_t number, void *data),
		     void *data)
{
	team->read = read;
	team->source = data;
}

void team_add_off(struct team *team, const struct id *id, time_t date, const char *key, int64_t number)
{
	struct record rec = { .id = *id, .kind = KIND_AWAY, .date = date };
	struct unread *unread = pool_alloc(&team->pool, sizeof(*unread));

	unread->key = pool_strdup(&team->pool, key);
	unread->number = number;
	team_add(team, &rec, NULL);
	team->events[team->nr_events - 1].unread = unread;
}

/* It was read when it came in; what cannot be read now, which nobody has seen yet, says nothing. */
void team_read(struct team *team, size_t event)
{
	const struct unread *unread = team->events[event].unread;
	struct record *rec = (struct record *)team->events[event].rec;
	struct record whole = RECORD_INIT;
	struct buf text = BUF_INIT;

	team->events[event].unread = NULL;
	if (!unread)
		return;
	if (team->read(&text, &rec->id, unread->number, team->source) == 0 &&
	    record_parse(&whole, text.ptr, text.len, "time off") == 0) {
		whole.id = rec->id;
		record_move(rec, &whole);
	}
	error_clear();
	buf_release(&text);
}

void team_read_all(struct team *team)
{
	for (size_t i = 0; i < team->nr_events; i++)
		if (team->events[i].unread)
			team_read(team, i);
}

const struct team_event *team_events(struct team *team, size_t *nr)
{
	team_read_all(team);
	*nr = team->nr_events;
	return team->events;
}

const struct team_event *team_event_of(struct team *team, const struct id *id)
{
	team_read_all(team);
	for (size_t i = 0; i < team->nr_events; i++)
		if (id_equal(&team->events[i].rec->id, id))
			return &team->events[i];
	return NULL;
}

/* As nobody has said anything of them: all that a fold makes is forgotten. */
void member_reset(struct team *team, struct member *member)
{
	struct person *person = &member->pub;
	struct pool *pool = &team->fold_pool;

	calendar_forget(member);
	member->names = node_new(pool, NODE_LIST);
	member->addresses = node_new(pool, NODE_LIST);
	member->unconfirmed = node_new(pool, NODE_LIST);
	node_append_text(pool, member->names, person->key);
	if (address_is_valid(person->key))
		node_append_text(pool, member->addresses, person->key);
	member->state = NULL;
	member->away = NULL;
	member->has_keys = false;
	member->deputies.nr = member->maintains.nr = member->gone.nr = member->nr_changes = 0;
	*person = (struct person){
		.key = person->key, .handle = person->key, .shown = person->key, .names = member->names,
		.addresses = member->addresses, .unconfirmed = member->unconfirmed, .number = SIZE_MAX,
	};
}

struct member *team_member(struct team *team, const char *key)
{
	struct member *member = table_get(&team->by_key, key);

	if (member)
		return member;
	member = pool_alloc(&team->pool, sizeof(*member));
	member->pub.key = member->pub.handle = member->pub.shown = pool_strdup(&team->pool, key);
	member_reset(team, member);
	table_set(&team->by_key, member->pub.key, member);
	GROW(team->all, team->nr_all, team->alloc_all);
	team->all[team->nr_all++] = member;
	return member;
}

void team_add_redaction(struct team *team, const struct id *id, const char *committer)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	table_set(&team->redactions, pool_strdup(&team->pool, hex), pool_strdup(&team->pool, committer));
}

void team_add_signature(struct team *team, const struct id *id, const char *key)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	table_set(&team->signatures, pool_strdup(&team->pool, hex), pool_strdup(&team->pool, key));
}

void team_refuse_keys(struct team *team, const struct id *id)
{
	team_add_signature(team, id, KEYS_REFUSED);
}

/* An address that was theirs once will do: what was hidden stays hidden. */
bool team_trusts_redaction(const struct team *team, const struct record *rec)
{
	const struct member *author = rec->from ? names_owner(team, rec->from) : NULL;
	const char *committer;
	char hex[ID_HEX + 1];

	id_hex(hex, &rec->id);
	committer = table_get(&team->redactions, hex);
	if (!committer)
		return true;
	if (!author)
		return rec->from && text_same(rec->from, committer);
	return list_same(author->names, committer) && !list_same(author->unconfirmed, committer);
}

struct person *team_find(const struct team *team, const char *name)
{
	struct member *member = names_owner(team, name);

	if (!member)
		member = local_owner(team, name);
	return member && member->pub.known ? &member->pub : NULL;
}

struct person *team_person(struct team *team, const char *name)
{
	struct member *member = names_owner(team, name);

	return &(member ? member : team_member(team, name))->pub;
}

size_t team_count(const struct team *team)
{
	return team->nr_known;
}

struct person *team_get(const struct team *team, size_t number)
{
	return &team->known[number]->pub;
}

struct group {
	struct person **v;
	size_t nr;
};

static bool is_member_of(const struct member *member, const char *group)
{
	return node_list_has(node_get(member->state, "groups"), group) && !member->pub.gone;
}

/* Has anybody ever been in it? A group whose members have all left is empty, not unknown. */
static struct group *collect_group(struct team *team, const char *name)
{
	struct group *group = NULL;

	for (size_t i = 0; i < team->nr_all; i++) {
		struct member *member = team->all[i];

		if (!node_list_has(node_get(member->state, "groups"), name))
			continue;
		if (!group) {
			group = pool_alloc(&team->fold_pool, sizeof(*group));
			group->v = pool_alloc(&team->fold_pool, team->nr_all * sizeof(*group->v));
		}
		if (is_member_of(member, name))
			group->v[group->nr++] = &member->pub;
	}
	return group;
}

struct person *const *team_group(const struct team *team, const char *name, size_t *nr)
{
	struct team *own = (struct team *)team; /* what was asked is remembered */
	struct group *group;

	name += *name == '@';
	group = table_get(&team->groups, name);
	if (!group) {
		group = collect_group(own, name);
		if (group) {
			qsort(group->v, group->nr, sizeof(*group->v), person_cmp);
			table_set(&own->groups, pool_strdup(&own->fold_pool, name), group);
		}
	}
	*nr = group ? group->nr : 0;
	return group ? group->v : NULL;
}

const struct node *team_holidays(const struct team *team, const char *calendar)
{
	const struct timeline *timeline = table_get(&team->calendars_by_name, calendar);

	return timeline && timeline->nr ? timeline->v[timeline->nr - 1].value : NULL;
}

const struct node *team_calendar_names(const struct team *team)
{
	return team->calendar_names;
}
