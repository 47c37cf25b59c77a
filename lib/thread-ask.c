/* Asking: a post makes parts, or asks again for those there are. */
#include <string.h>

#include "thread-fold.h"

static size_t count_asked(const struct record *rec)
{
	const struct node *to = record_node(rec, "to");
	size_t nr = to ? to->nr : 0;

	NODE_EACH(item, record_node(rec, "any"))
		nr += node_get(item, "of") ? node_get(item, "of")->nr : 0;
	return nr;
}

/* The part of a person that the same author asked for further up: asking again is a new round of it. */
static size_t asked_above(const struct fold *fold, size_t event, const struct person *person)
{
	size_t parent = fold->entries[event].parent;
	size_t ask = parent == NONE ? NONE : fold->entries[parent].ask;

	for (int i = 0; ask != NONE && i < MAX_ASKS_ABOVE; i++, ask = fold_ask_above(fold, ask))
		if (fold_is_author(fold, event, ask) && !fold_event(fold, ask)->retracted &&
		    part_find(fold, ask, person) != NONE)
			return part_find(fold, ask, person);
	return NONE;
}

/* Ask again for a part: with the clock of `rec` if it sets one, else with the same terms. */
void fold_ask_again(struct fold *fold, size_t part, const struct record *rec)
{
	struct draft *draft = &fold->drafts[part];
	const char *level = record_text(rec, "level");
	struct round clock;

	if (record_text(rec, "need"))
		draft->part.need = record_need(rec);
	if (level)
		draft->part.level = level;
	if (!clock_of_record(&clock, fold, rec))
		clock = clock_again(fold, draft, rec);
	draft->terms = clock;
	draft->asked_at = clock.start_at;
	part_begin(fold, part, &clock);
}

/* Asked for by name, it is theirs, and no longer only by escalation. */
static void ask_above(struct fold *fold, size_t part, const struct record *rec)
{
	fold->drafts[part].part.step = 0;
	fold_ask_again(fold, part, rec);
}

static struct part part_of(const struct record *rec, struct person *person)
{
	return (struct part){
		.person = person,
		.item = -1,
		.need = record_need(rec),
		.level = record_text(rec, "level"),
	};
}

/* Somebody who is named twice is asked once. */
static bool is_begun_by(const struct fold *fold, size_t part, const struct record *rec)
{
	const struct part *at = &fold->drafts[part].part;

	return at->rounds[at->nr_rounds - 1].begun_by == rec;
}

static void ask_each(struct fold *fold, size_t event, const struct round *clock)
{
	const struct record *rec = fold_event(fold, event)->rec;
	bool retracted = fold_event(fold, event)->retracted;

	NODE_EACH(name, record_node(rec, "to")) {
		struct person *person = team_person(fold->team, name->text);
		size_t above = asked_above(fold, event, person);
		struct part part = part_of(rec, person);

		if (above == NONE && part_find(fold, event, person) == NONE)
			part_add(fold, event, &part, clock);
		else if (above != NONE && !retracted && !is_begun_by(fold, above, rec))
			ask_above(fold, above, rec);
	}
}

/* Were all of an `any` item asked as one item before, by the same author? */
static bool is_item_above(const struct fold *fold, size_t event, const struct node *of)
{
	size_t first = NONE;

	NODE_EACH(name, of) {
		size_t part = asked_above(fold, event, team_person(fold->team, name->text));

		if (part == NONE || fold->drafts[part].part.item < 0)
			return false;
		if (first == NONE)
			first = part;
		if (fold->drafts[part].ask != fold->drafts[first].ask ||
		    fold->drafts[part].part.item != fold->drafts[first].part.item)
			return false;
	}
	return first != NONE;
}

static bool is_in_item(const struct fold *fold, size_t ask, const struct person *person, int item)
{
	EACH_PART_OF(i, fold, ask, person)
		if (fold->drafts[i].part.item == item)
			return true;
	return false;
}

static void ask_any(struct fold *fold, size_t event, const struct node *any, int item, const struct round *clock)
{
	const struct record *rec = fold_event(fold, event)->rec;
	const struct node *of = node_get(any, "of");
	bool again = is_item_above(fold, event, of), retracted = fold_event(fold, event)->retracted;

	NODE_EACH(name, of) {
		struct person *person = team_person(fold->team, name->text);
		struct part part = part_of(rec, person);

		part.item = item;
		part.group = node_get_text(any, "group");
		if (!again && !is_in_item(fold, event, person, item))
			part_add(fold, event, &part, clock);
		else if (again && !retracted && !is_begun_by(fold, asked_above(fold, event, person), rec))
			ask_above(fold, asked_above(fold, event, person), rec);
	}
}

static bool owes_nothing(const struct record *rec)
{
	const struct node *origin = record_node(rec, "origin");
	const char *live = node_get_text(origin, "live");

	return origin && (!live || strcmp(live, "true") != 0);
}

static const char *ask(struct fold *fold, size_t event)
{
	const struct record *rec = fold_event(fold, event)->rec;
	struct round clock = clock_of_ask(fold, rec);
	int item = 0;

	if (owes_nothing(rec))
		return NULL;
	if (!rec->from && rec->type != TYPE_CHECKIN)
		return "asks in nobody's name";
	if (!fold_has_room(fold, count_asked(rec)))
		return fold_too_much;
	ask_each(fold, event, &clock);
	NODE_EACH(any, record_node(rec, "any"))
		ask_any(fold, event, any, item++, &clock);
	fold->entries[event].nr_items = item;
	if (fold->entries[event].first_part != NONE)
		fold->entries[event].ask = event;
	return NULL;
}

const char *fold_post(struct fold *fold, size_t event)
{
	const struct event *at = fold_event(fold, event);
	size_t above = NONE;
	const char *why = NULL;

	if (!fold_may_answer(fold, event))
		return fold_not_deputy(fold, event);
	if (fold->entries[event].parent != NONE && !at->retracted && at->by)
		above = fold_nearest_ask(fold, fold->entries[event].parent, fold_answerer(fold, event), false);
	if (above != NONE)
		why = fold_answer_ask(fold, event, above, VERB_UNKNOWN);
	if (!why && record_asks(at->rec))
		why = ask(fold, event);
	return why;
}
