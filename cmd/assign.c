/* async assign: hand a part over to somebody else. */
#include <string.h>

#include "acts.h"
#include "ask.h"
#include "cmd.h"
#include "recipients.h"

/* Whom to hand it to. */
struct assign {
	struct texts to;
};

/* What was escalated goes along with what it came of. */
static size_t count_open(const struct place *place, const struct event *ask)
{
	size_t nr = 0;

	for (size_t i = 0; i < place->thread.nr_parts; i++)
		nr += place->thread.parts[i].ask == ask->rec && !place->thread.parts[i].step &&
		      !part_state_is_settled(place->thread.parts[i].state);
	return nr;
}

/* The author has asked several: whose part is it? */
static int say_whose(const struct place *place, const struct event *ask)
{
	struct buf open = BUF_INIT;

	for (size_t i = 0; i < place->thread.nr_parts; i++) {
		const struct part *part = &place->thread.parts[i];

		if (part->ask == ask->rec && !part_state_is_settled(part->state))
			buf_addf(&open, "%s%s", open.len ? ", " : "", part->person->shown);
	}
	error_set(ERR_INVALID, "%s is open for %s: whose part is handed over?", place->id, open.ptr);
	error_hint("--for <who> says it");
	buf_release(&open);
	return ERR_INVALID;
}

/*
 * The part that is handed over: mine, or as the author that of whom I name, or the only one that
 * is open. NULL in `*out` if it was told that there is none.
 */
static int find_part(const struct part **out, struct acts *acts, const struct place *place,
		     const struct event *ask)
{
	const struct part *part = thread_part_in(&place->thread, ask->rec, acts->whom);

	*out = NULL;
	if (!part && (ask->by != acts->me || acts->whom != acts->me))
		return acts_not_asked(acts, place);
	if (part && part_state_is_settled(part->state))
		return acts_tell(acts, "%s is %s already (%s)", place->id, part_state_name(part->state),
				 part->outcome);
	if (!part)
		part = place_open_part(place, ask, NULL);
	if (!part)
		return acts_tell(acts, "%s: nothing is open", place->id);
	if (acts->whom == acts->me && part->person != acts->me && count_open(place, ask) > 1)
		return say_whose(place, ask);
	*out = part;
	return 0;
}

static int tell(struct acts *acts, const struct place *place, const struct event *ask,
		const struct thread *after, const struct person *person)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < after->nr_parts; i++) {
		const struct part *part = &after->parts[i];

		if (part->ask != ask->rec || part->person != person)
			continue;
		buf_reset(&line);
		part_put_due(&line, acts->wl, part);
		acts_tell(acts, "%s handed over to %s%s: %s", place->id, acts_name(acts, person),
			  place_open_part(place, ask, person) ? ", who was asked already" : "", line.ptr);
		part_warn(acts->wl, part);
	}
	buf_release(&line);
	return 0;
}

static int not_a_group(void)
{
	error_set(ERR_INVALID, "a part is handed over to people, not to a group");
	error_hint("name them: --to ben,chi");
	return ERR_INVALID;
}

/* Put the people into the mark; they must be others than the one whose part it is. */
static int set_people(struct record *mark, struct acts *acts, const struct part *part)
{
	const struct assign *assign = acts->act->data;
	struct person *person;
	int rc = 0;

	for (size_t i = 0; i < assign->to.nr && rc == 0; i++) {
		if (*assign->to.v[i] == '@' || !strncmp(assign->to.v[i], "all:@", 5))
			return not_a_group();
		rc = recipients_person(&person, acts->wl, assign->to.v[i]);
		if (rc == 0 && person == part->person)
			rc = error_set(ERR_INVALID, "it is the part of %s already", person->shown);
		if (rc == 0 && !node_list_has(record_node(mark, "to"), person->handle))
			record_add(mark, "to", person->handle);
	}
	return rc;
}

static int hand_over(struct acts *acts, const struct place *place, const struct event *ask,
		     const struct part *part)
{
	struct thread after = THREAD_INIT;
	struct record *mark;
	int rc;

	rc = acts_mark(&mark, acts, place, &ask->rec->id);
	if (rc == 0)
		rc = set_people(mark, acts, part);
	if (rc == 0)
		rc = acts_try(&after, acts, place);
	if (rc == 0)
		NODE_EACH(name, record_node(acts_last(acts), "to"))
			tell(acts, place, ask, &after, team_person(acts->team, name->text));
	thread_release(&after);
	return rc;
}

static int not_yours(const struct acts *acts, const struct place *place)
{
	const struct event *ask = acts_ask(place, acts->whom);

	if (!ask)
		return acts_not_asked(acts, place);
	error_set(ERR_INVALID, "you cannot hand over the part of %s", acts->whom->shown);
	error_hint("only %s can, or %s, who asked", acts->whom->shown, ask->by ? ask->by->shown : "nobody");
	return ERR_INVALID;
}

static int each(struct acts *acts, const struct place *place)
{
	const struct event *ask = acts_ask(place, acts->me);
	const struct part *part;
	int rc;

	if (acts->whom != acts->me && (!ask || ask->by != acts->me))
		return not_yours(acts, place);
	if (!ask)
		return acts_not_asked(acts, place);
	rc = find_part(&part, acts, place, ask);
	return rc == 0 && part ? hand_over(acts, place, ask, part) : rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct assign assign = { .to = { .nr = 0 } };
	struct act act = { .verb = VERB_ASSIGN, .each = each, .data = &assign };
	const struct opt opts[] = {
		OPT_LIST(0, "to", &assign.to, "who", "who takes it over"),
		OPT_PERSON(0, "for", &act.on_behalf, "whose part, where you have asked for it"),
		OPT_ACT(&act),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_assign, opts, &argc, &argv, 0, -1);

	if (rc)
		return rc;
	if (!assign.to.nr)
		return error_set(ERR_USAGE, "hand it over to whom? --to <who> says it");
	return acts_run(wl, &act, argc, argv);
}

const struct cmd cmd_assign = {
	.name = "assign",
	.usage = "--to <who> [--for <who>] [-m <text>] <id>…",
	.summary = "hand your part over to somebody else",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
