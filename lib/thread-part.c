/* Parts and their rounds: each person's obligation, and the clocks it has had. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "thread-fold.h"

/* The place in the table of a person's parts in an ask: taken by them, or free. */
static size_t *slot(const struct fold *fold, size_t ask, const struct person *person)
{
	uint64_t hash = ((uint64_t)(uintptr_t)person / sizeof(*person) + ask * 0x100000001b3) * 0x9e3779b97f4a7c15;
	size_t i = (size_t)(hash >> 20) & (fold->table_size - 1);

	while (fold->table[i] != NONE) {
		const struct draft *draft = &fold->drafts[fold->table[i]];

		if (draft->ask == ask && draft->part.person == person)
			break;
		i = (i + 1) & (fold->table_size - 1);
	}
	return &fold->table[i];
}

static void grow_table(struct fold *fold)
{
	size_t *old = fold->table, nr = fold->table_size;

	fold->table_size = nr ? 2 * nr : 64;
	fold->table = xmalloc(fold->table_size * sizeof(*fold->table));
	memset(fold->table, 0xff, fold->table_size * sizeof(*fold->table)); /* NONE */
	for (size_t i = 0; i < nr; i++)
		if (old[i] != NONE)
			*slot(fold, fold->drafts[old[i]].ask, fold->drafts[old[i]].part.person) = old[i];
	free(old);
}

size_t part_find(const struct fold *fold, size_t ask, const struct person *person)
{
	return fold->table_size ? *slot(fold, ask, person) : NONE;
}

static bool clock_by(struct round *out, const struct record *rec)
{
	const char *by = record_text(rec, "by");

	if (!by)
		return false;
	return record_instant(rec, "by", &out->by_at) || day_parse(&out->by_day, by);
}

static bool clock_within(struct round *out, const struct record *rec)
{
	const char *within = record_text(rec, "within"), *clock = record_text(rec, "clock"),
		   *focus = record_text(rec, "focus");

	if (!within || !span_parse(&out->expect.within, within))
		return false;
	out->expect.clock = clock && strcmp(clock, "calendar") == 0 ? CLOCK_CALENDAR : CLOCK_WORK;
	out->expect.focus = focus && strcmp(focus, "count") == 0 ? FOCUS_COUNT : FOCUS_PAUSE;
	return true;
}

static struct round new_clock(const struct record *rec)
{
	return (struct round){ .begun_by = rec, .start_at = rec->date, .as_of = rec->date, .by_day = DAY_NONE };
}

void clock_of_level(struct round *clock, const struct fold *fold, const char *level)
{
	if (!team_level(fold->team, level, &clock->expect) && level)
		team_level(fold->team, NULL, &clock->expect);
}

bool clock_of_record(struct round *out, const struct fold *fold, const struct record *rec)
{
	const char *level = record_text(rec, "level");

	*out = new_clock(rec);
	return clock_by(out, rec) || clock_within(out, rec) ||
	       (level && team_level(fold->team, level, &out->expect));
}

struct round clock_of_ask(const struct fold *fold, const struct record *rec)
{
	struct round clock;

	if (!clock_of_record(&clock, fold, rec))
		clock_of_level(&clock, fold, NULL);
	return clock;
}

struct round clock_again(const struct fold *fold, const struct draft *draft, const struct record *rec)
{
	const struct round *terms = &draft->terms;
	struct round clock = new_clock(rec);

	clock.expect = terms->expect;
	if (terms->by_at > rec->date)
		clock.by_at = terms->by_at;
	else if (terms->by_day != DAY_NONE && terms->by_day >= day_of_instant(rec->date))
		clock.by_day = terms->by_day;
	else if (terms->by_at || terms->by_day != DAY_NONE) /* that moment has passed: what its level would give */
		clock_of_level(&clock, fold, draft->part.level);
	return clock;
}

const struct calendar_version *round_calendars(struct team *team, struct person *person, const struct round *round,
					       size_t *nr)
{
	return team_calendars_from(team, person, round->as_of, nr);
}

time_t round_due(struct team *team, struct person *person, const struct round *round, time_t until,
		 struct due_move *moves, size_t *nr_moves)
{
	const struct calendar_version *v;
	size_t nr, unused;

	if (!nr_moves)
		nr_moves = &unused;
	*nr_moves = 0;
	if (round->by_at)
		return round->by_at;
	if (round->start_at > INSTANT_MAX)
		return DUE_NEVER;
	v = round_calendars(team, person, round, &nr);
	return worktime_live_due(v, nr, round->start_at, &round->expect, round->by_day, until, moves, nr_moves);
}

static struct round *current(struct draft *draft)
{
	return &draft->part.rounds[draft->part.nr_rounds - 1];
}

time_t part_due(const struct fold *fold, size_t part, time_t at)
{
	struct draft *draft = &fold->drafts[part];

	return round_due(fold->team, draft->part.person, current(draft), at, NULL, NULL);
}

static void end_round(struct fold *fold, size_t part, const struct record *rec)
{
	struct round *round = current(&fold->drafts[part]);

	round->due_at = part_due(fold, part, rec->date);
	round->ended_by = rec;
}

static void add_round(struct fold *fold, struct draft *draft, const struct round *clock)
{
	struct part *part = &draft->part;

	if (part->nr_rounds == draft->alloc_rounds) {
		size_t alloc = draft->alloc_rounds ? 2 * draft->alloc_rounds : 1;
		struct round *rounds = pool_alloc(&fold->out->pool, alloc * sizeof(*rounds));

		if (part->nr_rounds)
			memcpy(rounds, part->rounds, part->nr_rounds * sizeof(*rounds));
		part->rounds = rounds;
		draft->alloc_rounds = alloc;
	}
	part->rounds[part->nr_rounds++] = *clock;
	fold->nr_rounds++;
}

/* Hang the newest draft on its ask, and on the same person's other parts there. */
static void link_part(struct fold *fold)
{
	size_t new = fold->nr_drafts - 1;
	struct draft *draft = &fold->drafts[new];
	struct entry *ask = &fold->entries[draft->ask];
	size_t *place;

	ask->unsettled++;
	fold->unsettled++;
	if (ask->first_part == NONE)
		ask->first_part = new;
	else
		fold->drafts[ask->last_part].next_in_ask = new;
	ask->last_part = new;

	if (2 * fold->nr_drafts > fold->table_size)
		grow_table(fold);
	place = slot(fold, draft->ask, draft->part.person);
	while (*place != NONE)
		place = &fold->drafts[*place].next_of_person;
	*place = new;
}

void part_add(struct fold *fold, size_t ask, const struct part *part, const struct round *clock)
{
	struct draft *draft;

	GROW(fold->drafts, fold->nr_drafts, fold->alloc_drafts);
	draft = &fold->drafts[fold->nr_drafts++];
	*draft = (struct draft){
		.part = *part,
		.ask = ask,
		.next_in_ask = NONE,
		.next_of_person = NONE,
		.terms = *clock,
		.asked_at = clock->start_at,
		.first_call = NONE,
	};
	draft->part.ask = fold->out->events[ask].rec;
	add_round(fold, draft, clock);
	link_part(fold);
	escalate_begin(fold, fold->nr_drafts - 1);
}

void part_begin(struct fold *fold, size_t part, const struct round *clock)
{
	struct draft *draft = &fold->drafts[part];

	if (part_is_settled(fold, part)) {
		fold->entries[draft->ask].unsettled++;
		fold->unsettled++;
	} else {
		end_round(fold, part, clock->begun_by);
	}
	add_round(fold, draft, clock);
	draft->part.state = PART_OPEN;
	draft->part.outcome = NULL;
	draft->part.settled_by = NULL;
	draft->part.settled_at = draft->part.acked_at = 0;
	draft->promised = false;
	escalate_begin(fold, part);
}

bool part_is_settled(const struct fold *fold, size_t part)
{
	return part_state_is_settled(fold->drafts[part].part.state);
}

void part_settle(struct fold *fold, size_t part, enum part_state state, const struct record *rec,
		 const char *outcome)
{
	struct draft *draft = &fold->drafts[part];

	end_round(fold, part, rec);
	fold->entries[draft->ask].unsettled--;
	fold->unsettled--;
	draft->part.state = state;
	draft->part.outcome = outcome;
	draft->part.settled_by = rec;
	draft->part.settled_at = rec->date;
	if (state == PART_MET && !draft->part.answered_at && !(rec->kind == KIND_MARK && rec->verb == VERB_ASSIGN))
		draft->part.answered_at = rec->date;
	escalate_settled(fold, part, rec);
}

/* Which calendar the due time was counted with last tells whether hours were assumed (S9, S10). */
static void tell_calendar(const struct fold *fold, struct part *part, struct round *round)
{
	time_t at = round->due_at < part->settled_at || !part->settled_at ? round->due_at : part->settled_at;
	struct calendar *cal;

	if (round->by_at)
		return;
	cal = team_calendar(fold->team, part->person, at < round->as_of ? round->as_of : at);
	part->assumed = calendar_is_assumed(cal);
	if (round->by_day != DAY_NONE)
		worktime_due_on(cal, round->start_at, round->by_day, &round->outside);
}

static void finish(struct fold *fold, size_t i)
{
	struct draft *draft = &fold->drafts[i];
	struct part *part = &draft->part;
	struct person *person = part->person;
	struct round *round = current(draft);

	if (!part_is_settled(fold, i)) {
		round->due_at = part_due(fold, i, DUE_NEVER);
		if (person->gone) { /* and who has left waits for nothing */
			part->outcome = !person->deputy ? "gone" :
					pool_strfmt(&fold->out->pool, "gone, with deputy %s", person->deputy->shown);
			part->waits = false;
		}
	}
	tell_calendar(fold, part, round);
	if (!part->step) {
		part->escalated_for = NULL;
		part->missed_at = 0;
	}
	part->asked_due_at = part->rounds[0].due_at;
	part->due_at = round->due_at;
	part->promised_at = draft->promised ? round->due_at : 0;
}

/* What is still owed is told first, then what was met. */
static int rank(const struct fold *fold, size_t part)
{
	return !part_is_settled(fold, part) ? 2 : fold->drafts[part].part.state == PART_MET;
}

/* Who is named and is also one of a group, or of two groups, owes one answer, which one part tells. */
static bool speaks_for_person(const struct fold *fold, size_t part)
{
	const struct draft *draft = &fold->drafts[part];
	size_t best = NONE;

	EACH_PART_OF(i, fold, draft->ask, draft->part.person)
		if (best == NONE || rank(fold, i) > rank(fold, best))
			best = i;
	return best == part;
}

void parts_finish(struct fold *fold)
{
	struct thread *out = fold->out;

	out->parts = pool_alloc(&out->pool, fold->nr_drafts * sizeof(*out->parts));
	for (size_t e = 0; e < out->nr_events; e++)
		for (size_t i = fold->entries[e].first_part; i != NONE; i = fold->drafts[i].next_in_ask) {
			finish(fold, i);
			if (speaks_for_person(fold, i))
				out->parts[out->nr_parts++] = fold->drafts[i].part;
		}
}
