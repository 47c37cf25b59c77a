/*
 * One record in its turn: whom it concerns, whether it counts (design: "who counts").
 */
#include <string.h>

#include "thread-fold.h"

/* Whose answer it is: the person it is given for, else its author. */
struct person *fold_answerer(const struct fold *fold, size_t event)
{
	const struct event *at = fold_event(fold, event);

	return at->on_behalf ? at->on_behalf : at->by;
}

bool fold_may_answer(const struct fold *fold, size_t event)
{
	const struct event *at = fold_event(fold, event);

	return !at->on_behalf || team_is_deputy(fold->team, at->by, at->on_behalf, at->rec->date);
}

const char *fold_not_deputy(const struct fold *fold, size_t event)
{
	return pool_strfmt(&fold->out->pool, "not the deputy of %s", fold_event(fold, event)->on_behalf->shown);
}

/* What was imported changes only what came from the same system. */
bool fold_is_foreign(const struct fold *fold, size_t event, size_t changed)
{
	const char *system = fold->entries[event].system, *other = fold->entries[changed].system;

	return system && (!other || strcmp(system, other) != 0);
}

const char fold_foreign[] = "imported: changes only what was imported from the same system";
const char fold_too_much[] = "more is asked in this thread than can be followed";

size_t fold_ask_above(const struct fold *fold, size_t ask)
{
	size_t parent = fold->entries[ask].parent;

	return parent == NONE ? NONE : fold->entries[parent].ask;
}

/* The nearest ask at or above `from` in which the person has a part, or (`author`) which is theirs. */
size_t fold_nearest_ask(const struct fold *fold, size_t from, const struct person *person, bool author)
{
	size_t ask = from == NONE ? NONE : fold->entries[from].ask;

	for (int i = 0; ask != NONE && i < MAX_ASKS_ABOVE; i++, ask = fold_ask_above(fold, ask)) {
		if (part_find(fold, ask, person) != NONE)
			return ask;
		if (author && fold_event(fold, ask)->by == person)
			return ask;
	}
	return NONE;
}

bool fold_is_author(const struct fold *fold, size_t event, size_t of)
{
	return fold_event(fold, event)->by && fold_event(fold, event)->by == fold_event(fold, of)->by;
}

bool fold_has_room(const struct fold *fold, size_t rounds)
{
	return rounds <= MAX_ROUNDS && fold->nr_rounds <= MAX_ROUNDS - rounds;
}

/* Why nobody waits for that person's answer to `target`. */
const char *fold_not_asked(const struct fold *fold, size_t target)
{
	return fold->entries[target].ask == NONE ? "asks nobody" : "not asked";
}

static const char *retract(struct fold *fold, size_t event, size_t target)
{
	const struct event *at = fold_event(fold, event);

	if (!fold_is_author(fold, event, target))
		return "only its author may retract it";
	EACH_PART(i, fold, target)
		if (!part_is_settled(fold, i))
			part_settle(fold, i, PART_WITHDRAWN, at->rec, "retracted");
	return NULL;
}

static const char *supersede(struct fold *fold, size_t event, size_t target)
{
	const struct record *rec = fold_event(fold, target)->rec;

	if (rec->kind != KIND_POST)
		return "only a post has a text to replace";
	if (!fold_is_author(fold, event, target) && !record_node(rec, "page"))
		return "only its author may replace the text";
	return NULL;
}

static const char *redact(struct fold *fold, size_t event, size_t target)
{
	const struct event *at = fold_event(fold, event);

	if (!team_trusts_redaction(fold->team, at->rec))
		return "MISMATCH: committed by somebody else";
	if (fold_is_author(fold, event, target) || team_is_maintainer(fold->team, at->by, at->rec->date))
		return NULL;
	return "only its author or a maintainer may redact it";
}

static const char *act(struct fold *fold, size_t event, size_t target)
{
	switch (fold_event(fold, event)->rec->verb) {
	case VERB_ACK:
	case VERB_APPROVE:
	case VERB_REJECT:
	case VERB_READ:
		return fold_answer(fold, event, target);
	case VERB_DONE:
		return fold_done(fold, event, target);
	case VERB_REOPEN:
		return fold_reopen(fold, event, target);
	case VERB_ASSIGN:
		return fold_assign(fold, event, target);
	case VERB_EXTEND:
		return fold_extend(fold, event, target);
	case VERB_RETRACT:
		return retract(fold, event, target);
	case VERB_SUPERSEDE:
		return supersede(fold, event, target);
	case VERB_REDACT:
		return redact(fold, event, target);
	case VERB_TAG:
	case VERB_UNTAG:
	case VERB_LINK:
		return NULL;
	default:
		return "a verb this async does not know";
	}
}

static const char *mark(struct fold *fold, size_t event)
{
	const struct record *rec = fold_event(fold, event)->rec;
	bool derived = rec->verb == VERB_REMIND || rec->verb == VERB_ESCALATE;
	size_t target = fold->entries[event].parent;

	if (target == NONE)
		return "what it is about is not here";
	if (derived)
		return rec->from ? "a reminder has no author" : NULL;
	if (!rec->from)
		return "has no author";
	if (fold_is_foreign(fold, event, target))
		return fold_foreign;
	return act(fold, event, target);
}

static void refuse(struct fold *fold, size_t event, const char *why)
{
	fold_event(fold, event)->counts = false;
	fold_event(fold, event)->why = why;
}

void fold_apply(struct fold *fold, size_t event)
{
	const struct event *at = fold_event(fold, event);
	const char *why = NULL;

	if (at->rec->kind == KIND_POST)
		why = fold_post(fold, event);
	else if (at->rec->kind == KIND_MARK && !at->retracted)
		why = mark(fold, event);
	if (at->retracted)
		why = "retracted";
	if (why)
		refuse(fold, event, why);
}
