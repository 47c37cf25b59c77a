/*
 * Who may commit as whom, and whose keys are whose.
 *
 * Of addresses it counts since when somebody has them, by the dates of records that count. Of keys,
 * which prove more, it counts where in the history they were brought and given up: no date that
 * somebody wrote makes a key valid that was given up.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/team.h"
#include "state.h"
#include "verify-internal.h"

#define PINNED "keys"
#define MAX_KEY_EVENTS ((size_t)8192)

/* Since when an address is somebody's. */
struct known_address {
	const struct person *person;
	time_t since;
	struct known_address *other; /* it was somebody else's, too */
};

static void note_address(struct verifier *verifier, const struct person *person, const char *address, time_t since)
{
	struct known_address *first = table_get(&verifier->addresses, address), *known;

	for (known = first; known; known = known->other)
		if (known->person == person)
			return; /* events come in order: it was theirs before */
	known = pool_alloc(&verifier->pool, sizeof(*known));
	*known = (struct known_address){ person, since, first };
	table_set(&verifier->addresses, address, known);
}

/* Two that claim one handle: the other one is known by the address. */
static void tell_handle(struct verifier *verifier, const struct team_event *event)
{
	static const struct id none;
	const char *name = record_text(event->rec, "person");
	char path[RECORD_PATH];

	record_path(path, event->rec->date, &event->rec->id);
	verify_find(verifier, FINDING_HANDLE, &none, path, "'%s' was claimed for %s, but is already %s's", event->taken,
		    team_person(verifier->team, name)->handle, team_person(verifier->team, event->taken)->key);
}

static void note_event(struct verifier *verifier, const struct team_event *event)
{
	const char *name = event->rec->kind == KIND_PERSON ? record_text(event->rec, "person") : NULL;
	char *hex = pool_alloc(&verifier->pool, ID_HEX + 1);
	const struct person *person;

	id_hex(hex, &event->rec->id);
	table_set(&verifier->events, hex, (void *)(uintptr_t)event);
	if (!event->counts || !name)
		return;
	person = team_person(verifier->team, name);
	if (strchr(name, '@'))
		note_address(verifier, person, name, event->rec->date);
	NODE_EACH(entry, node_get(record_node(event->rec, "addresses"), "add"))
		if (entry->text)
			note_address(verifier, person, entry->text, event->rec->date);
}

void people_load(struct verifier *verifier)
{
	const struct team_event *events;
	size_t nr;

	verifier->addresses.any_case = true;
	events = team_events(verifier->team, &nr);
	for (size_t i = 0; i < nr; i++)
		if (events[i].rec)
			note_event(verifier, &events[i]);
}

bool people_may_commit(const struct verifier *verifier, const struct record *rec, const char *author)
{
	const struct known_address *known = table_get(&verifier->addresses, author);
	const struct person *person;

	if (text_same(rec->from, author))
		return true;
	person = team_person(verifier->team, rec->from);
	if (text_same(person->key, author)) /* the founder needs no record */
		return true;
	NODE_EACH(entry, person->unconfirmed)
		if (text_same(entry->text, author))
			return false;
	while (known && known->person != person)
		known = known->other;
	return known && known->since <= rec->date;
}

/* ---- keys: "type base64", and perhaps a comment */

struct key_set *key_set_new(struct verifier *verifier)
{
	size_t words = verifier->nr_keys / 64 + 1;
	struct key_set *set = xcalloc(1, sizeof(*set) + words * sizeof(*set->bits));

	set->nr = words * 64;
	GROW(verifier->sets, verifier->nr_sets, verifier->alloc_sets);
	verifier->sets[verifier->nr_sets++] = set;
	return set;
}

bool key_set_has(const struct key_set *set, size_t event)
{
	return set && event < set->nr && (set->bits[event / 64] >> event % 64 & 1);
}

void key_set_add(struct key_set *set, size_t event)
{
	set->bits[event / 64] |= (uint64_t)1 << event % 64;
}

static bool includes(const struct key_set *set, const struct key_set *other)
{
	for (size_t i = 0; other && i < other->nr; i++)
		if (key_set_has(other, i) && !key_set_has(set, i))
			return false;
	return true;
}

static struct key_set *join(struct verifier *verifier, const struct key_set *a, const struct key_set *b)
{
	struct key_set *set = key_set_new(verifier);

	for (size_t i = 0; i < verifier->nr_keys; i++)
		if (key_set_has(a, i) || key_set_has(b, i))
			key_set_add(set, i);
	return set;
}

/* The set at a commit of before: what was noted of the tip that it is, or event by event. */
int keys_at(const struct key_set **out, struct verifier *verifier, const struct id *commit)
{
	const struct id *tips[] = { &verifier->before.local, &verifier->before.remote };
	struct key_set *set;
	int rc = 0;

	*out = verifier->keys_trusted;
	if (*out)
		return 0;
	for (int i = 0; i < 2; i++)
		if (id_equal(commit, tips[i])) {
			*out = verifier->keys_before[i];
			return 0;
		}
	if (!verifier->nr_keys)
		return 0;
	*out = set = key_set_new(verifier);
	for (size_t i = 0; i < verifier->nr_keys && rc == 0; i++) {
		bool contained = false;

		rc = repo_is_ancestor(&contained, verifier->repo, &verifier->keys[i].commit, commit);
		if (contained)
			key_set_add(set, i);
	}
	return rc;
}

int keys_arrive(struct verifier *verifier, const struct repo_step *step)
{
	const struct key_set *keys = NULL;
	struct place_at *place;
	int rc = 0;

	GROW(verifier->places, verifier->nr_places, verifier->alloc_places);
	place = &verifier->places[verifier->nr_places++];
	*place = (struct place_at){ .parents = { REPO_BEFORE, REPO_BEFORE } };
	for (size_t i = 0; i < step->nr_parents && rc == 0; i++) {
		const struct repo_parent *parent = &step->parents[i];
		const struct key_set *theirs = NULL;

		if (i < 2)
			place->parents[i] = parent->number;
		if (parent->number != REPO_BEFORE)
			theirs = verifier->places[parent->number].keys;
		else if (!parent->missing && !parent->damaged)
			rc = keys_at(&theirs, verifier, &parent->id);
		if (!keys || includes(theirs, keys))
			keys = theirs;
		else if (!includes(keys, theirs))
			keys = join(verifier, keys, theirs);
	}
	place->keys = keys;
	return rc;
}

/* False: there are too many to be true. */
static bool put_event(struct verifier *verifier, const struct person *person, const char *key, bool added,
		      const struct repo_step *step)
{
	if (verifier->nr_keys == MAX_KEY_EVENTS || !*key)
		return false;
	GROW(verifier->keys, verifier->nr_keys, verifier->alloc_keys);
	verifier->keys[verifier->nr_keys++] = (struct key_event){
		.person = person, .key = key, .added = added, .number = step ? step->number : REPO_BEFORE,
	};
	if (step)
		verifier->keys[verifier->nr_keys - 1].commit = step->id;
	return true;
}

/* `step` NULL: before all that is looked at. */
static void add_event(struct verifier *verifier, const struct repo_step *step, const struct person *person,
		      const char *key, bool added)
{
	const struct key_set **keys = step ? &verifier->places[step->number].keys : &verifier->keys_trusted;

	if (!put_event(verifier, person, key, added, step))
		return;
	*keys = join(verifier, *keys, NULL);
	key_set_add((struct key_set *)(uintptr_t)*keys, verifier->nr_keys - 1);
}

/* A list instead of a change takes the place of all there were. */
static void give_up_others(struct verifier *verifier, const struct repo_step *step, const struct person *person,
			   const struct node *list)
{
	size_t nr = verifier->nr_keys;

	for (size_t i = 0; i < nr; i++) {
		const char *key = verifier->keys[i].key;
		bool kept = verifier->keys[i].person != person || !verifier->keys[i].added;

		NODE_EACH(entry, list)
			kept |= entry->text && key_same(entry->text, key);
		if (!kept)
			add_event(verifier, step, person, key, false);
	}
}

const struct record *keys_change(const struct verifier *verifier, const struct id *id)
{
	const struct team_event *event;
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	event = table_get(&verifier->events, hex);
	return event && event->keys ? event->rec : NULL;
}

void keys_learn(struct verifier *verifier, const struct repo_step *step, const struct record *rec)
{
	const struct person *person = team_person(verifier->team, record_text(rec, "person"));
	const struct node *keys = record_node(rec, "keys");

	if (keys->type == NODE_LIST)
		give_up_others(verifier, step, person, keys);
	NODE_EACH(entry, node_get(keys, "drop"))
		if (entry->text)
			add_event(verifier, step, person, entry->text, false);
	NODE_EACH(entry, keys->type == NODE_LIST ? keys : node_get(keys, "add"))
		if (entry->text)
			add_event(verifier, step, person, entry->text, true);
}

bool keys_are_brought(const struct verifier *verifier, const struct person *person, const char *key)
{
	const struct team_event *events;
	size_t nr;

	events = team_events(verifier->team, &nr);
	for (size_t i = 0; i < nr; i++) {
		const struct node *keys = events[i].keys && events[i].counts ? record_node(events[i].rec, "keys") : NULL;

		if (!keys || team_person(verifier->team, record_text(events[i].rec, "person")) != person)
			continue;
		NODE_EACH(entry, keys->type == NODE_LIST ? keys : node_get(keys, "add"))
			if (entry->text && key_same(entry->text, key))
				return true;
	}
	return false;
}

/*
 * Of events on one line of history the last counts: they are in the order of their commits. One that
 * gives a key up may be signed with it for the last time.
 */
enum key_standing keys_standing(size_t *event, const struct verifier *verifier, const struct repo_step *step,
				const struct person *person, const char *key)
{
	const struct key_set *set = verifier->places[step->number].keys;
	enum key_standing standing = KEY_NONE_KNOWN;

	for (size_t i = 0; i < verifier->nr_keys; i++) {
		const struct key_event *at = &verifier->keys[i];

		if (at->person != person || !key_set_has(set, i) || (!at->added && id_equal(&at->commit, &step->id)))
			continue;
		if (!key_same(at->key, key)) {
			standing = standing == KEY_NONE_KNOWN ? KEY_ANOTHERS : standing;
			continue;
		}
		standing = at->added ? KEY_VALID : KEY_GIVEN_UP;
		if (at->added)
			*event = i;
	}
	return standing;
}

bool keys_any(const struct verifier *verifier, const struct repo_step *step, const struct person *person)
{
	const struct key_set *set = verifier->places[step->number].keys;
	size_t event;

	for (size_t i = 0; i < verifier->nr_keys; i++)
		if (verifier->keys[i].person == person && verifier->keys[i].added && key_set_has(set, i) &&
		    keys_standing(&event, verifier, step, person, verifier->keys[i].key) == KEY_VALID)
			return true;
	return false;
}

/* ---- keys that were given up on another line of history than that of what they signed */

/* The commits of this walk that lead to number `top`. */
static bool *find_ancestors(const struct verifier *verifier, size_t top)
{
	bool *leads = xcalloc(verifier->nr_places + 1, sizeof(*leads));

	leads[top] = true;
	for (size_t i = top + 1; i-- > 0;)
		for (int p = 0; leads[i] && p < 2; p++)
			if (verifier->places[i].parents[p] != REPO_BEFORE)
				leads[verifier->places[i].parents[p]] = true;
	return leads;
}

static void refuse_beside(struct verifier *verifier, const struct key_event *given_up)
{
	struct verify_counts *counts = &verifier->out->counts;
	bool *leads = given_up->number == REPO_BEFORE ? NULL : find_ancestors(verifier, given_up->number);
	size_t event = (size_t)(given_up - verifier->keys);

	for (size_t i = 0; i < verifier->nr_to_confirm; i++) {
		const struct signed_record *record = &verifier->to_confirm[i];
		const struct key_event *added = &verifier->keys[record->added];

		if (added->person != given_up->person || !key_same(added->key, given_up->key) ||
		    key_set_has(verifier->places[record->number].keys, event) || (leads && leads[record->number]))
			continue;
		verify_find(verifier, FINDING_SIGNATURE, &record->commit, record->path,
			    "%s is signed with a key of %s's, which they have given up elsewhere meanwhile", record->path,
			    given_up->person->shown);
		counts->is_signed--;
		counts->mismatch++;
	}
	free(leads);
}

void keys_confirm(struct verifier *verifier)
{
	for (size_t i = 0; i < verifier->nr_keys; i++)
		if (!verifier->keys[i].added)
			refuse_beside(verifier, &verifier->keys[i]);
}

/* ---- keys that this user knows: "<person> <type> <base64>" */


static const char *end_of_key(const char *key)
{
	static char end[16];
	size_t len = key_length(key), nr = len < 12 ? len : 12;

	memcpy(end, key + len - nr, nr);
	end[nr] = '\0';
	return end;
}

/* The line of a known key of this person; or of any. */
static bool is_pinned(const char *text, const char *person, const char *key)
{
	size_t len = strlen(person);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		const char *rest = line + len + 1;
		size_t all = key ? key_length(key) : 0;

		if (!strncmp(line, person, len) && line[len] == ' ' &&
		    (!key || (!strncmp(rest, key, all) && (rest[all] == '\n' || !rest[all]))))
			return true;
	}
	return false;
}

static void pin(struct buf *out, const char *before, struct verifier *verifier, const struct person *person)
{
	static const struct id none;
	const struct node *keys = node_get(person->state, "keys");
	bool trusted = verifier->options->trust == person, met = is_pinned(before, person->key, NULL);

	NODE_EACH(entry, keys) {
		if (!entry->text || strchr(entry->text, '\n'))
			continue;
		if (!trusted && met && !is_pinned(before, person->key, entry->text))
			verify_find(verifier, FINDING_KEY, &none, NULL,
				    "%s has a new key, …%s: ask them, then 'async verify --trust=%s'", person->shown,
				    end_of_key(entry->text), person->shown);
		else if (!is_pinned(out->ptr, person->key, entry->text))
			buf_addf(out, "%s %.*s\n", person->key, (int)key_length(entry->text), entry->text);
	}
}

static int pin_all(struct buf *out, const char *before, void *data)
{
	struct verifier *verifier = data;

	buf_puts(out, before);
	for (size_t i = 0; i < team_count(verifier->team); i++)
		pin(out, before, verifier, team_get(verifier->team, i));
	return 0;
}

int people_compare(struct verifier *verifier)
{
	const struct team_event *events;
	struct id root;
	size_t nr;
	int rc = worklog_root(verifier->wl, &root);

	events = team_events(verifier->team, &nr);
	for (size_t i = 0; i < nr; i++)
		if (events[i].rec && events[i].taken && record_text(events[i].rec, "person"))
			tell_handle(verifier, &events[i]);

	if (rc == 0 && state_change(&root, PINNED, pin_all, verifier) < 0)
		error_clear(); /* no private state: nobody is known from before */
	return rc;
}
