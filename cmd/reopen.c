/* async reopen: what was settled is open again, with a new clock. */
#include "acts.h"
#include "ask.h"
#include "cmd.h"

/* Is it one of the parts that I can reopen by this post: those I ask for, or my own? */
static bool is_meant(const struct acts *acts, const struct place *place, const struct event *ask,
		     const struct part *part)
{
	bool whole = place->post->rec == place->thread.root && place->post->by == acts->me;

	if (whole)
		return true;
	return part->ask == ask->rec && (ask->by == acts->me || part->person == acts->me);
}

/* What I settled can be opened again; as the author not what was handed over, which somebody else has. */
static bool can_reopen(const struct acts *acts, const struct event *ask, const struct part *part)
{
	const struct record *by = part->settled_by;
	bool handed_over = part->state == PART_MET && by->kind == KIND_MARK && by->verb == VERB_ASSIGN;

	return part_state_is_settled(part->state) && !(handed_over && ask->by == acts->me);
}

static int tell(struct acts *acts, const struct place *place, const struct part *part)
{
	struct buf line = BUF_INIT;

	part_put_due(&line, acts->wl, part);
	acts_tell(acts, "%s reopened for %s: %s", place->id, acts_name(acts, part->person), line.ptr);
	part_warn(acts->wl, part);
	buf_release(&line);
	return 0;
}

static int reopen(struct acts *acts, const struct place *place)
{
	struct thread after = THREAD_INIT;
	struct record *mark;
	int rc;

	rc = acts_mark(&mark, acts, place, &place->post->rec->id);
	if (rc == 0)
		rc = acts_try(&after, acts, place);
	for (size_t i = 0; rc == 0 && i < after.nr_parts; i++) {
		const struct part *part = &after.parts[i];

		if (part->rounds[part->nr_rounds - 1].begun_by == acts_last(acts))
			tell(acts, place, part);
	}
	thread_release(&after);
	return rc;
}

/* My part was withdrawn: that was not my decision. */
static int not_mine(const struct place *place, const struct event *ask, const struct part *part)
{
	error_set(ERR_INVALID, "%s is withdrawn (%s)", place->id, part->outcome);
	error_hint("only %s, who asked, can reopen it", ask->by ? ask->by->shown : "who asked");
	return ERR_INVALID;
}

static int each(struct acts *acts, const struct place *place)
{
	const struct event *ask = acts_ask(place, acts->me);
	bool any = false, open = false;

	if (!ask)
		return acts_not_asked(acts, place);
	if (ask->retracted)
		return error_set(ERR_INVALID, "%s is retracted: post it anew", place->id);
	for (size_t i = 0; i < place->thread.nr_parts; i++) {
		const struct part *part = &place->thread.parts[i];

		if (!is_meant(acts, place, ask, part))
			continue;
		if (part->state == PART_WITHDRAWN && ask->by != acts->me && part->person == acts->me)
			return not_mine(place, ask, part);
		any |= can_reopen(acts, ask, part);
		open |= !part_state_is_settled(part->state);
	}
	return open && !any ? acts_tell(acts, "%s is open already", place->id) : reopen(acts, place);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct act act = { .verb = VERB_REOPEN, .each = each };
	const struct opt opts[] = { OPT_ACT(&act), OPT_END };
	int rc = opts_parse(wl, &cmd_reopen, opts, &argc, &argv, 0, -1);

	return rc ? rc : acts_run(wl, &act, argc, argv);
}

const struct cmd cmd_reopen = {
	.name = "reopen",
	.usage = "[-m <text>] <id>…",
	.summary = "open again what was settled, with a new clock",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
