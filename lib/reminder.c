/* Reminders: the stages of a round, and which of them is to be said next. */
#include "async/reminder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"

#define CAP_MAX 1000

/* -- what the policy says ------------------------------------------------------------ */

/* A whole number up to `most` with `tail` behind it, and no other way to write it; -1. */
static int number_of(const char *text, const char *tail, int most)
{
	size_t digits = strspn(text, "0123456789");

	if (!digits || digits > 4 || (digits > 1 && *text == '0') || strcmp(text + digits, tail) != 0)
		return -1;
	return atoi(text) <= most ? atoi(text) : -1;
}

static bool take_shares(struct reminder_rule *out, const struct node *list)
{
	out->nr_shares = 0;
	if (list->type != NODE_LIST || list->nr > SHARES_MAX)
		return false;
	NODE_EACH(item, list) {
		int share = item->text ? number_of(item->text, "%", 100) : -1;

		if (share < 1 || (out->nr_shares && share <= out->shares[out->nr_shares - 1]))
			return false;
		out->shares[out->nr_shares++] = share;
	}
	return true;
}

/* What an entry of the rule is set to; NULL for one that is to be removed. */
static const struct node *entry_of(const struct node *value, const char *key)
{
	const struct node *entry = node_get(value, key);

	return entry && entry->type == NODE_TEXT && !*entry->text ? NULL : entry;
}

static const char *take_rule(struct reminder_rule *out, const struct node *value)
{
	const struct node *at = entry_of(value, "at"), *every = entry_of(value, "every"),
			  *times = entry_of(value, "times"), *cap = entry_of(value, "cap");

	*out = (struct reminder_rule){ .shares = { 50, 100 }, .nr_shares = 2, .every = { .days = 1 }, .times = 3, .cap = 20 };
	if (value && value->type != NODE_MAP && !(value->type == NODE_TEXT && !*value->text))
		return "'remind' is a map such as {at: [50%, 100%], every: 1d, times: 3}";
	if (at && !take_shares(out, at))
		return "'remind' has at: at most 8 shares of the time from 1% to 100%, the smallest first";
	if (every && !(every->text && span_parse(&out->every, every->text)))
		return "'remind' has every: a duration such as 1d or 4h";
	if (times)
		out->times = times->text ? number_of(times->text, "", REPEATS_MAX) : -1;
	if (out->times < 0)
		return "'remind' has times: a number from 0 to 24";
	if (cap)
		out->cap = cap->text ? number_of(cap->text, "", CAP_MAX) : -1;
	return out->cap < 1 ? "'remind' has cap: a number from 1 to 1000" : NULL;
}

_Static_assert(REPEATS_MAX == 24 && CAP_MAX == 1000, "the messages say so");

const char *reminder_rule_wrong(const struct node *value)
{
	struct reminder_rule rule;

	return take_rule(&rule, value);
}

void reminder_rule(struct reminder_rule *out, const struct team *team)
{
	take_rule(out, node_get(team_policy(team), "remind")); /* what was wrong did not come into the policy */
}

/* -- stages --------------------------------------------------------------------------- */

/* The calendar that the due time was counted with, which is the one in force when it comes. */
static struct calendar *calendar_of(struct team *team, const struct part *part, const struct round *round, time_t at)
{
	return team_calendar(team, part->person, at > round->as_of ? at : round->as_of);
}

static void add_stage(struct stage *v, size_t *nr, enum verb verb, time_t at, const char *name, int number)
{
	v[*nr] = (struct stage){ .verb = verb, .at = at };
	snprintf(v[*nr].name, sizeof(v[*nr].name), name, number);
	(*nr)++;
}

size_t round_stages(struct stage v[STAGES_MAX], struct team *team, const struct part *part,
		    const struct round *round)
{
	struct reminder_rule rule;
	struct expectation again;
	time_t at = round->due_at;
	struct calendar *cal;
	size_t nr = 0;

	if (at == DUE_NEVER)
		return 0;
	if (round->step)
		add_stage(v, &nr, VERB_ESCALATE, round->start_at, "step-%d", round->step);
	reminder_rule(&rule, team);
	cal = calendar_of(team, part, round, at);
	for (size_t i = 0; i < rule.nr_shares; i++)
		add_stage(v, &nr, VERB_REMIND, worktime_share(cal, round->start_at, at, rule.shares[i], &round->expect),
			  "%d%%", rule.shares[i]);
	again = (struct expectation){ .within = rule.every, .focus = round->expect.focus };
	for (int i = 1; i <= rule.times; i++) {
		at = worktime_due(calendar_of(team, part, round, at), at, &again);
		if (at == DUE_NEVER || at > INSTANT_MAX)
			break;
		add_stage(v, &nr, VERB_REMIND, at, "late-%d", i);
	}
	return nr;
}

const struct round *reminder_round(const struct part *part, const struct record *mark)
{
	const char *name = record_text(mark, "round");
	struct id id;

	if (!name || !id_parse(&id, name, strlen(name)))
		return NULL;
	for (size_t i = 0; i < part->nr_rounds; i++)
		if (id_equal(&part->rounds[i].begun_by->id, &id))
			return &part->rounds[i];
	return NULL;
}

/* -- what is next ---------------------------------------------------------------------- */

static bool was_said(struct team *team, const struct thread *thread, const struct part *part,
		     const struct round *round, const struct stage *stage)
{
	for (size_t i = 0; i < thread->nr_events; i++) {
		const struct record *rec = thread->events[i].rec;
		const char *name = record_text(rec, "stage"), *person = record_text(rec, "person");
		struct id target;

		if (!thread->events[i].counts || rec->kind != KIND_MARK || rec->verb != stage->verb || !name || !person)
			continue;
		if (!strcmp(name, stage->name) && record_parent(rec, &target) && id_equal(&target, &part->ask->id) &&
		    team_person(team, person) == part->person && reminder_round(part, rec) == round)
			return true;
	}
	return false;
}

/* They wait for no answer: it is there, or they have said that it will come. */
static bool is_quiet(const struct part *part)
{
	return part_state_is_settled(part->state) || (part->acked_at && !part->promised_at) || part->person->gone;
}

bool reminder_may_be_said(struct team *team, struct person *person, const struct round *round, time_t now)
{
	time_t minute = now - ((now % 60) + 60) % 60;

	return worktime_next(team_calendar(team, person, now), minute, round->expect.focus) == minute;
}

bool reminder_again(struct reminder *out, struct team *team, const struct thread *thread, const struct part *part,
		    const char *stage, time_t now)
{
	const struct round *round = part->nr_rounds ? &part->rounds[part->nr_rounds - 1] : NULL;
	struct stage v[STAGES_MAX];
	struct calendar *cal;
	size_t nr, i;

	if (!round || is_quiet(part))
		return false;
	nr = round_stages(v, team, part, round);
	for (i = 0; i < nr && strcmp(v[i].name, stage) != 0; i++)
		;
	if (i == nr)
		return false;
	cal = team_calendar(team, part->person, INSTANT_MAX);
	*out = (struct reminder){ .stage = v[i], .round = round, .from = v[i].at };
	for (i++; i < nr; i++)
		if (was_said(team, thread, part, round, &v[i]) || worktime_next(cal, v[i].at, round->expect.focus) <= now)
			return false;
	return true;
}

bool reminder_next(struct reminder *out, struct team *team, const struct thread *thread, const struct part *part,
		   time_t now)
{
	const struct round *round = part->nr_rounds ? &part->rounds[part->nr_rounds - 1] : NULL;
	struct stage v[STAGES_MAX];
	struct calendar *cal;
	bool found = false;
	size_t nr, i;

	if (!round || is_quiet(part))
		return false;
	nr = round_stages(v, team, part, round);
	for (i = nr; i > 0 && !was_said(team, thread, part, round, &v[i - 1]); i--)
		;
	cal = team_calendar(team, part->person, INSTANT_MAX);
	for (; i < nr; i++) {
		time_t from = worktime_next(cal, v[i].at, round->expect.focus);

		if (from == DUE_NEVER || (found && from > now))
			break;
		*out = (struct reminder){ .stage = v[i], .round = round, .from = from };
		found = true;
		if (from > now)
			break;
	}
	return found;
}
