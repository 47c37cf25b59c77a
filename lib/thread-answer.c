/* Answers to what was asked, and the author who is satisfied. */
#include "thread-fold.h"

static const char *outcome_of(enum verb verb)
{
	switch (verb) {
	case VERB_APPROVE:
		return "approved";
	case VERB_REJECT:
		return "rejected";
	case VERB_UNKNOWN:
		return "reply";
	default:
		return verb_name(verb);
	}
}

/* One has answered for all of an `any` item. */
static void settle_item(struct fold *fold, size_t answered, const struct record *rec)
{
	const struct draft *draft = &fold->drafts[answered];
	const char *outcome;

	if (draft->part.item < 0 || !fold->entries[draft->ask].unsettled)
		return;
	outcome = pool_strfmt(&fold->out->pool, "answered by %s", draft->part.person->shown);
	EACH_PART(i, fold, draft->ask)
		if (fold->drafts[i].part.item == draft->part.item && !part_is_settled(fold, i))
			part_settle(fold, i, PART_WITHDRAWN, rec, outcome);
}

/* An ack that does not meet the need: seen, and perhaps a promise, which is a clock of its own. */
static const char *acknowledge(struct fold *fold, size_t part, const struct record *rec)
{
	struct round clock;

	if (record_text(rec, "by") && clock_of_record(&clock, fold, rec)) {
		if (!fold_has_room(fold, 1))
			return fold_too_much;
		part_begin(fold, part, &clock);
		fold->drafts[part].promised = true;
	}
	fold->drafts[part].part.state = PART_ACKED;
	fold->drafts[part].part.outcome = outcome_of(VERB_ACK);
	if (!fold->drafts[part].part.acked_at)
		fold->drafts[part].part.acked_at = rec->date;
	return NULL;
}

/* Somebody who has approved may think better of it, as long as it is their own word. */
static void decide_again(struct part *part, const struct record *rec, enum verb verb)
{
	bool own = part->settled_by->kind != KIND_MARK || part->settled_by->verb != VERB_ASSIGN;

	if (part->state != PART_MET || !own || (verb != VERB_APPROVE && verb != VERB_REJECT))
		return;
	part->outcome = outcome_of(verb);
	part->settled_by = rec;
}

static const char *answer_part(struct fold *fold, size_t part, const struct record *rec, enum verb verb)
{
	struct part *at = &fold->drafts[part].part;

	if (part_is_settled(fold, part)) {
		decide_again(at, rec, verb);
	} else if (need_is_met(at->need, verb, verb == VERB_UNKNOWN)) {
		part_settle(fold, part, PART_MET, rec, outcome_of(verb));
		settle_item(fold, part, rec);
	} else if (verb == VERB_ACK) {
		return acknowledge(fold, part, rec);
	} else {
		at->outcome = outcome_of(verb);
	}
	return NULL;
}

/* An answer to an ask in which that person has a part; a reply is VERB_UNKNOWN. */
const char *fold_answer_ask(struct fold *fold, size_t event, size_t ask, enum verb verb)
{
	const char *why = NULL;

	if (fold_is_foreign(fold, event, ask))
		return fold_foreign;
	EACH_PART_OF(i, fold, ask, fold_answerer(fold, event)) {
		why = answer_part(fold, i, fold_event(fold, event)->rec, verb);
		if (why)
			break;
	}
	return why;
}

const char *fold_answer(struct fold *fold, size_t event, size_t target)
{
	enum verb verb = fold_event(fold, event)->rec->verb;
	size_t ask;

	if (!fold_may_answer(fold, event))
		return fold_not_deputy(fold, event);
	ask = fold_nearest_ask(fold, target, fold_answerer(fold, event), false);
	if (ask != NONE)
		return fold_answer_ask(fold, event, ask, verb);
	return verb == VERB_READ ? NULL : fold_not_asked(fold, target);
}

/* The author is satisfied: what they owe themselves is done, the rest is asked no longer. */
static void settle_by_author(struct fold *fold, size_t event, size_t part)
{
	const struct event *at = fold_event(fold, event);
	const struct part *asked = &fold->drafts[part].part;

	if (part_is_settled(fold, part))
		return;
	if (asked->person == at->by && need_is_met(asked->need, VERB_DONE, false))
		part_settle(fold, part, PART_MET, at->rec, outcome_of(VERB_DONE));
	else
		part_settle(fold, part, PART_WITHDRAWN, at->rec, "settled by the author");
}

static const char *done_with_thread(struct fold *fold, size_t event)
{
	if (!fold->nr_drafts)
		return fold_not_asked(fold, 0);
	for (size_t i = 0; fold->unsettled && i < fold->nr_drafts; i++)
		settle_by_author(fold, event, i);
	return NULL;
}

const char *fold_done(struct fold *fold, size_t event, size_t target)
{
	const struct event *at = fold_event(fold, event);
	size_t ask = fold_nearest_ask(fold, target, at->by, true);

	if (at->on_behalf)
		return fold_answer(fold, event, target);
	if (target == 0 && fold_is_author(fold, event, 0))
		return done_with_thread(fold, event);
	if (ask == NONE || !fold_is_author(fold, event, ask))
		return fold_answer(fold, event, target);
	if (fold_is_foreign(fold, event, ask))
		return fold_foreign;
	if (fold->entries[ask].unsettled)
		EACH_PART(i, fold, ask)
			settle_by_author(fold, event, i);
	return NULL;
}
