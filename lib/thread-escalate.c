/*
 * Escalation (worktime S17): whose answer does not come is not asked alone any more. It follows from
 * the policy and the clock: each step is taken in its turn among the records, by what the policy,
 * the groups and the deputy were at that moment, so that nothing written later changes what was asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "thread-fold.h"

/* Each step may look at all who are asked: more of them in one thread are not followed. */
#define MAX_STEPS 3000

static const struct round *current(const struct draft *draft)
{
	return &draft->part.rounds[draft->part.nr_rounds - 1];
}

/* -- when ------------------------------------------------------------------------------ */

/* The calendar in which the steps of a round are counted: the one in force when it is due. */
static struct calendar *calendar_of(const struct fold *fold, const struct draft *draft)
{
	time_t as_of = current(draft)->as_of;

	return team_calendar(fold->team, draft->part.person, draft->missed_at > as_of ? draft->missed_at : as_of);
}

static time_t step_moment(const struct fold *fold, const struct draft *draft, const struct span *after, int step)
{
	struct expectation expect = {
		.within = { .days = after->days * step, .minutes = after->minutes * step },
		.focus = current(draft)->expect.focus,
	};
	time_t at = worktime_due(calendar_of(fold, draft), draft->missed_at, &expect);

	return at > INSTANT_MAX ? DUE_NEVER : at;
}

/* Whom the first step goes to before all others, if anybody. */
static struct person *deputy_of(const struct fold *fold, const struct draft *draft, const struct span *after)
{
	return team_deputy_at(fold->team, draft->part.person, step_moment(fold, draft, after, 1));
}

static int count_steps(const struct fold *fold, const struct draft *draft, const struct escalation *rule)
{
	size_t nr = rule->to ? rule->to->nr : 0;

	if (nr && nr < ESCALATION_STEPS && deputy_of(fold, draft, &rule->after))
		nr++;
	return (int)nr;
}

/* The first step after the last one that the policy, as it is at the step's moment, puts at `from` or later. */
static void find_step(const struct fold *fold, struct draft *draft, time_t from)
{
	struct escalation rule;

	draft->step_at = DUE_NEVER;
	for (time_t at = from; at != DUE_NEVER && draft->step_at == DUE_NEVER; at = rule.until) {
		int nr;

		team_escalation(&rule, fold->team, draft->part.level, at);
		nr = count_steps(fold, draft, &rule);
		for (int step = draft->step + 1; step <= nr; step++) {
			time_t moment = step_moment(fold, draft, &rule.after, step);

			if (moment < at)
				continue;
			if (moment < rule.until) {
				draft->step_at = moment;
				draft->next_step = step;
			}
			break;
		}
	}
}

static void plan(struct fold *fold, size_t part, time_t from)
{
	struct draft *draft = &fold->drafts[part];

	find_step(fold, draft, from);
	if (draft->step_at != DUE_NEVER)
		heap_push(&fold->steps, -draft->step_at, part); /* the heap gives the latest */
}

void escalate_begin(struct fold *fold, size_t part)
{
	struct draft *draft = &fold->drafts[part];

	draft->step = 0;
	draft->step_at = DUE_NEVER;
	if (!fold->escalates || draft->part.step)
		return;
	draft->missed_at = part_due(fold, part, DUE_NEVER);
	if (draft->missed_at != DUE_NEVER)
		plan(fold, part, draft->missed_at);
}

/* -- to whom --------------------------------------------------------------------------- */

/* What one step asks of whom. */
struct call {
	size_t from;          /* the part that was not answered */
	struct part part;     /* of those who are asked besides; `item` once there is one */
	struct round clock;
	bool any;             /* one of them is to answer */
};

/* The part that its person still owes in that ask, or NONE. */
static size_t find_owed(const struct fold *fold, size_t ask, const struct person *person)
{
	EACH_PART_OF(i, fold, ask, person)
		if (!part_is_settled(fold, i))
			return i;
	return NONE;
}

/* The part that keeps what came of it: itself, or of an item the first one. */
static struct draft *keeper(const struct fold *fold, size_t part)
{
	size_t ask = fold->drafts[part].ask;
	int item = fold->drafts[part].part.item;

	if (item >= 0)
		EACH_PART(i, fold, ask)
			if (fold->drafts[i].part.item == item)
				return &fold->drafts[i];
	return &fold->drafts[part];
}

/* One pass: has this round asked them before? */
static bool was_called(const struct fold *fold, size_t part, const struct person *person)
{
	time_t since = current(&fold->drafts[part])->begun_by->date;

	for (size_t i = keeper(fold, part)->first_call; i != NONE; i = fold->calls[i].next)
		if (fold->calls[i].at >= since && fold->drafts[fold->calls[i].to].part.person == person)
			return true;
	return false;
}

static void note_call(struct fold *fold, size_t from, size_t to, time_t at)
{
	struct draft *draft = keeper(fold, from);

	GROW(fold->calls, fold->nr_calls, fold->alloc_calls);
	fold->calls[fold->nr_calls] = (struct escalated){ .to = to, .next = draft->first_call, .at = at };
	draft->first_call = fold->nr_calls++;
	fold->drafts[to].origins++;
}

/*
 * What the round is begun by, which with the ask and the person names it to the marks: the ask, unless
 * they had a part in it before, which has that name.
 */
static const struct record *begun_by(const struct fold *fold, size_t ask, const struct person *person)
{
	const struct record *rec = fold_event(fold, ask)->rec;

	EACH_PART_OF(i, fold, ask, person)
		rec = fold->drafts[i].part.settled_by;
	return rec;
}

static void call_new(struct fold *fold, struct call *call, struct person *person)
{
	size_t ask = fold->drafts[call->from].ask;
	struct round clock = call->clock;

	if (call->any && call->part.item < 0)
		call->part.item = fold->entries[ask].nr_items++;
	call->part.person = person;
	clock.begun_by = begun_by(fold, ask, person);
	clock.step = call->part.step;
	part_add(fold, ask, &call->part, &clock);
	fold->drafts[fold->nr_drafts - 1].origin = call->from;
	note_call(fold, call->from, fold->nr_drafts - 1, call->clock.start_at);
}

/* Nobody is asked twice, nor who has left, nor who asked. */
static void call_one(struct fold *fold, struct call *call, struct person *person)
{
	const struct draft *draft = &fold->drafts[call->from];
	size_t owed = find_owed(fold, draft->ask, person);

	if (person == fold_event(fold, draft->ask)->by || person == draft->part.person ||
	    team_is_gone_at(fold->team, person, call->clock.start_at) ||
	    !fold_has_room(fold, 1) || fold->nr_calls >= MAX_ROUNDS)
		return;
	if (owed == NONE && !was_called(fold, call->from, person))
		call_new(fold, call, person);
	else if (owed != NONE && fold->drafts[owed].part.step)
		note_call(fold, call->from, owed, call->clock.start_at);
}

/* "ben", "@leads", "all:@leads". */
static void call_named(struct fold *fold, struct call *call, const char *name)
{
	bool each = !strncmp(name, "all:@", 5);
	const char *group = each ? name + 5 : name + 1;
	struct person **v;
	size_t nr;

	if (!each && *name != '@') {
		call_one(fold, call, team_person(fold->team, name));
		return;
	}
	call->any = !each;
	call->part.group = each ? NULL : group;
	v = team_group_at(fold->team, group, call->clock.start_at, &nr);
	for (size_t i = 0; i < nr; i++)
		call_one(fold, call, v[i]);
	free(v);
}

/* -- a step ---------------------------------------------------------------------------- */

/* The same duration: what was expected, or the working time there was until a moment that was named. */
static struct round clock_of(const struct fold *fold, const struct draft *draft, time_t at)
{
	const struct round *missed = current(draft);
	struct round clock = { .start_at = at, .as_of = at, .by_day = DAY_NONE, .expect = missed->expect };
	int64_t minutes;

	if (!missed->by_at && missed->by_day == DAY_NONE)
		return clock;
	minutes = worktime_between(calendar_of(fold, draft), missed->start_at, draft->missed_at, missed->expect.focus);
	clock.expect = (struct expectation){ .within.minutes = (int32_t)minutes, .focus = missed->expect.focus };
	if (!minutes)
		clock_of_level(&clock, fold, draft->part.level);
	return clock;
}

/* Somebody has said that they are at it: the person, or of an item anybody. A promise that has passed is none. */
static bool is_taken(const struct fold *fold, size_t part)
{
	const struct draft *draft = &fold->drafts[part];

	if (draft->part.state == PART_ACKED || draft->part.item < 0)
		return draft->part.state == PART_ACKED && !draft->promised;
	EACH_PART(i, fold, draft->ask)
		if (fold->drafts[i].part.item == draft->part.item && fold->drafts[i].part.state == PART_ACKED)
			return true;
	return false;
}

/* An item takes each step once, not once for each of them. */
static void note_step(struct fold *fold, size_t part, int step)
{
	size_t ask = fold->drafts[part].ask;
	int item = fold->drafts[part].part.item;

	fold->drafts[part].step = step;
	if (item >= 0)
		EACH_PART(i, fold, ask)
			if (fold->drafts[i].part.item == item && fold->drafts[i].step < step)
				fold->drafts[i].step = step;
}

static void take_step(struct fold *fold, size_t part, int step, time_t at)
{
	const struct draft *draft = &fold->drafts[part];
	struct call call = { .from = part, .clock = clock_of(fold, draft, at) };
	struct escalation rule;
	struct person *deputy;
	const struct node *to;

	team_escalation(&rule, fold->team, draft->part.level, at);
	call.part = (struct part){
		.item = -1, .need = draft->part.need, .level = draft->part.level, .step = step,
		.escalated_for = draft->part.person, .missed_at = draft->missed_at,
	};
	deputy = deputy_of(fold, draft, &rule.after);
	to = rule.to->first;
	for (int i = deputy ? 2 : 1; i < step && to; i++)
		to = to->next;
	fold->out->stepped_at = at;
	note_step(fold, part, step);
	if (deputy && step == 1)
		call_one(fold, &call, deputy);
	else if (to)
		call_named(fold, &call, to->text);
}

void escalate_until(struct fold *fold, time_t until)
{
	while (fold->steps.nr && -fold->steps.v[0].at <= until) {
		time_t at = -fold->steps.v[0].at;
		size_t part = heap_pop(&fold->steps);
		struct draft *draft = &fold->drafts[part];

		if (draft->step_at != at || part_is_settled(fold, part))
			continue; /* of a round that has ended */
		if (draft->next_step > draft->step && !is_taken(fold, part) && fold->nr_steps++ < MAX_STEPS)
			take_step(fold, part, draft->next_step, at);
		draft = &fold->drafts[part];
		if (draft->step < draft->next_step)
			draft->step = draft->next_step; /* it came, and asked nobody */
		plan(fold, part, at);
	}
}

/* -- and when the answer comes ----------------------------------------------------------- */

/* The part, or another of its item, that is still owed; NONE. */
static size_t find_unsettled(const struct fold *fold, size_t part)
{
	size_t ask = fold->drafts[part].ask;
	int item = fold->drafts[part].part.item;

	if (!part_is_settled(fold, part))
		return part;
	if (item >= 0)
		EACH_PART(i, fold, ask)
			if (fold->drafts[i].part.item == item && !part_is_settled(fold, i))
				return i;
	return NONE;
}

void escalate_settled(struct fold *fold, size_t part, const struct record *rec)
{
	bool handed = rec->kind == KIND_MARK && rec->verb == VERB_ASSIGN;
	const struct part *at = &fold->drafts[part].part;
	const char *outcome = at->outcome;
	struct draft *draft;
	size_t next;

	if (!fold->nr_calls || at->step)
		return;
	draft = keeper(fold, part);
	next = draft->first_call;
	if (next == NONE || find_unsettled(fold, part) != NONE)
		return;
	if (at->state == PART_MET && !handed)
		outcome = pool_strfmt(&fold->out->pool, "answered by %s", at->person->shown);
	draft->first_call = NONE;
	for (; next != NONE; next = fold->calls[next].next) {
		size_t to = fold->calls[next].to;

		if (--fold->drafts[to].origins == 0 && fold->drafts[to].part.step && !part_is_settled(fold, to))
			part_settle(fold, to, PART_WITHDRAWN, rec, outcome);
	}
}

void escalate_handed(struct fold *fold, size_t from, size_t to)
{
	const struct draft *given = &fold->drafts[from];
	struct draft *draft = &fold->drafts[to];

	draft->part.step = given->part.step;
	draft->part.escalated_for = given->part.escalated_for;
	draft->part.missed_at = given->part.missed_at;
	draft->origin = given->origin;
	if (given->part.step && !part_is_settled(fold, given->origin))
		note_call(fold, given->origin, to, current(draft)->begun_by->date);
}

/* For whom it still is, where the first for whom it was has answered. */
static void find_origins(struct fold *fold)
{
	for (size_t i = 0; fold->nr_calls && i < fold->nr_drafts; i++) {
		size_t from = fold->drafts[i].first_call != NONE ? find_unsettled(fold, i) : NONE;

		for (size_t at = fold->drafts[i].first_call; from != NONE && at != NONE; at = fold->calls[at].next) {
			struct draft *to = &fold->drafts[fold->calls[at].to];

			if (!part_is_settled(fold, to->origin) || part_is_settled(fold, fold->calls[at].to))
				continue;
			to->origin = from;
			to->part.escalated_for = fold->drafts[from].part.person;
			to->part.missed_at = fold->drafts[from].missed_at;
		}
	}
}

void escalate_finish(struct fold *fold)
{
	escalate_until(fold, fold->now);
	find_origins(fold);
	for (; fold->steps.nr; heap_pop(&fold->steps)) {
		const struct dated *next = &fold->steps.v[0];

		if (fold->drafts[next->index].step_at != -next->at || part_is_settled(fold, next->index))
			continue;
		if (-next->at < fold->out->recheck_at)
			fold->out->recheck_at = -next->at;
		break;
	}
	heap_release(&fold->steps);
	free(fold->calls);
}
