/* What changes a part that is there: reopening, handing over, more time, another level. */
#include "async/clock.h"
#include "thread-fold.h"

/* Reopening. */

static bool can_reopen(const struct fold *fold, size_t part)
{
	const struct part *at = &fold->drafts[part].part;

	if (at->state == PART_WITHDRAWN)
		return !at->step; /* else it comes again by itself, if it must */
	return part_is_settled(fold, part) && (at->settled_by->kind != KIND_MARK || at->settled_by->verb != VERB_ASSIGN);
}

/* Did this person settle it as the author of the whole thread? Then they can reopen it likewise. */
static bool is_settled_with_thread(const struct fold *fold, const struct part *part, const struct person *by)
{
	const struct record *rec = part->settled_by;
	struct id target;

	return rec && rec->kind == KIND_MARK && rec->verb == VERB_DONE && record_parent(rec, &target) &&
	       id_equal(&target, &fold->out->root->id) && team_person(fold->team, rec->from) == by;
}

static bool reopen_part(struct fold *fold, size_t part, const struct record *rec)
{
	if (!can_reopen(fold, part) || !fold_has_room(fold, 1))
		return false;
	fold_ask_again(fold, part, rec);
	return true;
}

static size_t reopen_asked(struct fold *fold, size_t ask, const struct record *rec)
{
	size_t nr = 0;

	EACH_PART(i, fold, ask)
		nr += reopen_part(fold, i, rec);
	return nr;
}

/* The author of the whole thread reopens what they asked, and what they settled with it. */
static size_t reopen_thread(struct fold *fold, size_t event)
{
	const struct event *at = fold_event(fold, event);
	size_t nr = 0;

	for (size_t i = 0; fold->unsettled < fold->nr_drafts && i < fold->nr_drafts; i++) {
		const struct draft *draft = &fold->drafts[i];

		if (draft->ask == 0 || (!fold_event(fold, draft->ask)->retracted &&
					is_settled_with_thread(fold, &draft->part, at->by)))
			nr += reopen_part(fold, i, at->rec);
	}
	return nr;
}

static size_t reopen_own(struct fold *fold, size_t event, size_t ask)
{
	const struct event *at = fold_event(fold, event);
	size_t nr = 0;

	EACH_PART_OF(i, fold, ask, at->by)
		if (fold->drafts[i].part.state == PART_MET && fold_has_room(fold, 1)) {
			fold_ask_again(fold, i, at->rec);
			nr++;
		}
	return nr;
}

const char *fold_reopen(struct fold *fold, size_t event, size_t target)
{
	const struct event *at = fold_event(fold, event);
	size_t ask = fold_nearest_ask(fold, target, at->by, true), nr;

	if (ask == NONE && !(target == 0 && fold_is_author(fold, event, 0)))
		return fold_not_asked(fold, target);
	if (ask != NONE && fold_is_foreign(fold, event, ask))
		return fold_foreign;
	if (ask != NONE && fold_event(fold, ask)->retracted)
		return "that ask was retracted";
	if (target == 0 && fold_is_author(fold, event, 0))
		nr = reopen_thread(fold, event);
	else if (fold_is_author(fold, event, ask))
		nr = reopen_asked(fold, ask, at->rec);
	else
		nr = reopen_own(fold, event, ask);
	return nr ? NULL : "nothing to reopen";
}

/* Handing over. */

static void hand_to(struct fold *fold, size_t ask, size_t from, struct person *person, const struct record *rec)
{
	struct part part = fold->drafts[from].part;
	struct round clock = clock_again(fold, &fold->drafts[from], rec);
	size_t have = part_find(fold, ask, person);

	if (have != NONE) {
		if (!part_is_settled(fold, have) && (!fold->drafts[have].part.step || part.step))
			return;
		escalate_handed(fold, from, have);
		fold_ask_again(fold, have, rec);
		return;
	}
	part = (struct part){
		.person = person, .item = part.item, .group = part.group, .need = part.need, .level = part.level,
		.step = part.step,
	};
	part_add(fold, ask, &part, &clock);
	escalate_handed(fold, from, fold->nr_drafts - 1);
}

static const char *handed_to(struct fold *fold, const struct node *to)
{
	struct buf text = BUF_INIT;
	const char *out;

	NODE_EACH(name, to)
		buf_addf(&text, "%s%s", text.len ? ", " : "handed over to ",
			 team_person(fold->team, name->text)->shown);
	out = pool_strdup(&fold->out->pool, text.ptr);
	buf_release(&text);
	return out;
}

/* The only unsettled part that was asked for; NONE: there are several, or none. */
static size_t only_part(const struct fold *fold, size_t ask)
{
	size_t only = NONE;

	EACH_PART(i, fold, ask) {
		if (part_is_settled(fold, i) || fold->drafts[i].part.step)
			continue;
		if (only != NONE)
			return NONE;
		only = i;
	}
	return only;
}

/* Whose part the author hands over: the person they name, else their own, else the only one. */
static size_t part_to_assign(const struct fold *fold, size_t event, size_t ask)
{
	const struct event *at = fold_event(fold, event);
	size_t part = part_find(fold, ask, at->on_behalf ? at->on_behalf : at->by);

	if (part == NONE && !at->on_behalf && fold_is_author(fold, event, ask))
		return only_part(fold, ask);
	return part;
}

static const char *assign_part(struct fold *fold, size_t event, size_t ask, size_t part)
{
	const struct record *rec = fold_event(fold, event)->rec;
	const struct node *to = record_node(rec, "to");

	if (part_is_settled(fold, part))
		return "that part is settled";
	if (!fold_has_room(fold, to ? to->nr : 0))
		return fold_too_much;
	NODE_EACH(name, to)
		if (team_person(fold->team, name->text) == fold->drafts[part].part.person)
			return "hands a part to its owner";
	part_settle(fold, part, PART_MET, rec, handed_to(fold, to));
	NODE_EACH(name, to)
		hand_to(fold, ask, part, team_person(fold->team, name->text), rec);
	return NULL;
}

const char *fold_assign(struct fold *fold, size_t event, size_t target)
{
	const struct event *at = fold_event(fold, event);
	size_t ask = fold_nearest_ask(fold, target, at->by, true), part;

	if (ask == NONE)
		return fold_not_asked(fold, target);
	if (fold_is_foreign(fold, event, ask))
		return fold_foreign;
	if (at->on_behalf && !fold_is_author(fold, event, ask))
		return "only the author hands over the part of somebody else";
	part = part_to_assign(fold, event, ask);
	if (part == NONE)
		return at->on_behalf ? "that person was not asked" :
								"does not say whose part";
	return assign_part(fold, event, ask, part);
}

/* More time, another level. */

/* S16: lowering gives the new level from the original start; raising is never later than it was. */
static struct round relevel(struct fold *fold, size_t part, const struct round *level)
{
	struct draft *draft = &fold->drafts[part];
	struct person *person = draft->part.person;
	struct round old = draft->part.rounds[draft->part.nr_rounds - 1], clock = *level;
	time_t now = level->begun_by->date, old_due = part_due(fold, part, now);

	clock.start_at = clock.as_of = draft->asked_at;
	if (round_due(fold->team, person, &clock, now, NULL, NULL) >= old_due)
		return clock;
	clock.start_at = clock.as_of = now;
	if (round_due(fold->team, person, &clock, now, NULL, NULL) <= old_due)
		return clock;
	old.begun_by = level->begun_by;
	old.step = 0;
	return old;
}

/* Extend one part by what `terms` says, in the name of the event. False if it says nothing. */
static bool extend_part(struct fold *fold, size_t event, size_t part, const struct record *terms)
{
	const struct record *rec = fold_event(fold, event)->rec;
	const char *level = record_text(terms, "level");
	struct round clock;

	if (!clock_of_record(&clock, fold, terms))
		return false;
	clock.begun_by = rec;
	clock.as_of = rec->date;
	if (clock.by_at || clock.by_day != DAY_NONE) {
		clock.start_at = rec->date;
	} else if (level) {
		struct round *asked = &fold->drafts[part].terms;

		clock.start_at = rec->date;
		asked->expect = clock.expect;
		asked->by_at = 0;
		asked->by_day = DAY_NONE;
		clock = relevel(fold, part, &clock);
	} else {
		const struct expectation *old = &fold->drafts[part].terms.expect;

		clock.start_at = part_due(fold, part, rec->date);
		clock.expect.clock = record_text(terms, "clock") ? clock.expect.clock : old->clock;
		clock.expect.focus = record_text(terms, "focus") ? clock.expect.focus : old->focus;
	}
	if (level)
		fold->drafts[part].part.level = level;
	part_begin(fold, part, &clock);
	return true;
}

/* Extend the open parts of a person, or (NULL) of everybody. */
static const char *extend_open(struct fold *fold, size_t event, size_t ask, const struct person *person,
			const struct record *terms)
{
	size_t nr = 0;

	if (!fold->entries[ask].unsettled)
		return "no part is open";
	EACH_PART(i, fold, ask) {
		if (part_is_settled(fold, i) || (person && fold->drafts[i].part.person != person))
			continue;
		if (!fold_has_room(fold, 1))
			return fold_too_much;
		if (!extend_part(fold, event, i, terms))
			return "there is no such level";
		nr++;
	}
	return nr ? NULL : "that part is settled, or was never asked for";
}

/* The request that the author grants: a recipient's extend of the same ask. */
static size_t find_request(const struct fold *fold, size_t ask, const struct id *id)
{
	size_t request = fold_find(fold, id);
	const struct event *at;

	if (request == NONE)
		return NONE;
	at = fold_event(fold, request);
	if (at->rec->kind != KIND_MARK || at->rec->verb != VERB_EXTEND || at->retracted || !at->by)
		return NONE;
	if (!fold_may_answer(fold, request) || part_find(fold, ask, fold_answerer(fold, request)) == NONE)
		return NONE;
	return request;
}

static const char *grant(struct fold *fold, size_t event, size_t ask, const struct id *accept)
{
	const struct record *rec = fold_event(fold, event)->rec;
	size_t request = find_request(fold, ask, accept);
	bool own_terms = record_text(rec, "by") || record_text(rec, "within") || record_text(rec, "level");
	const char *why;

	if (request == NONE)
		return "accepts a request that is not here";
	why = extend_open(fold, event, ask, fold_answerer(fold, request),
			  own_terms ? rec : fold_event(fold, request)->rec);
	if (why)
		return why;
	fold->entries[request].granted = true;
	fold_event(fold, request)->counts = true;
	fold_event(fold, request)->why = NULL;
	return NULL;
}

const char *fold_extend(struct fold *fold, size_t event, size_t target)
{
	const struct event *at = fold_event(fold, event);
	size_t ask = fold_nearest_ask(fold, target, at->by, true);
	struct id accept;

	if (ask != NONE && fold_is_author(fold, event, ask)) {
		if (fold_is_foreign(fold, event, ask))
			return fold_foreign;
		if (record_id(at->rec, "accept", &accept))
			return grant(fold, event, ask, &accept);
		return extend_open(fold, event, ask, at->on_behalf, at->rec);
	}
	if (!fold_may_answer(fold, event))
		return fold_not_deputy(fold, event);
	if (fold_nearest_ask(fold, target, fold_answerer(fold, event), false) == NONE)
		return fold_not_asked(fold, target);
	if (fold->entries[event].granted)
		return NULL;
	if (record_text(at->rec, "accept"))
		return "only the author grants more time";
	fold->entries[event].requests = true;
	return "asks for more time; granted by 'async extend --accept'";
}

/* Has the author, since then, set this part another clock? A promise is the recipient's own. */
static bool has_new_clock(const struct fold *fold, size_t part, size_t since)
{
	const struct part *at = &fold->drafts[part].part;
	const struct record *begun_by = at->rounds[at->nr_rounds - 1].begun_by;
	bool is_promise = begun_by->kind == KIND_MARK && begun_by->verb == VERB_ACK;

	return !is_promise && fold_find(fold, &begun_by->id) > since;
}

static void tell_request(struct fold *fold, size_t event, size_t part)
{
	const char *within = record_text(fold_event(fold, event)->rec, "within");

	fold_event(fold, event)->waits = fold->drafts[part].part.waits = true;
	fold->drafts[part].part.outcome = !within ? "asks for more time" :
		pool_strfmt(&fold->out->pool, "asks for %s more", within);
}

void fold_requests(struct fold *fold)
{
	for (size_t event = 0; event < fold->out->nr_events; event++) {
		const struct entry *entry = &fold->entries[event];
		size_t ask;

		if (!entry->requests || entry->granted)
			continue;
		ask = fold_nearest_ask(fold, entry->parent, fold_answerer(fold, event), false);
		EACH_PART_OF(i, fold, ask, fold_answerer(fold, event))
			if (!part_is_settled(fold, i) && !has_new_clock(fold, i, event))
				tell_request(fold, event, i);
	}
}
