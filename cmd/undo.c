/* async undo: take back what I did last. */
#include "away.h"
#include "cmd.h"
#include "takeback.h"

struct last {
	struct id id;
	bool found;
};

static int take_row(const struct record_row *row, void *data)
{
	struct last *last = data;

	last->found = !row->why_not || row->waits;
	last->id = row->id;
	return last->found;
}

/* The newest record of mine that counts, or asks for more time and waits. */
static int find_last(struct id *out, struct worklog *wl)
{
	struct query query = { .limit = 0 };
	struct last last = { .found = false };
	int rc;

	rc = worklog_my_key(&query.from, wl);
	if (rc == 0)
		rc = worklog_records(wl, &query, take_row, &last);
	if (rc < 0)
		return rc;
	if (!last.found)
		return error_set(ERR_NOTFOUND, "there is nothing of yours to undo");
	*out = last.id;
	return 0;
}

/* What was said of people, calendars and the policy has no counterpart: it is said anew. */
static int cannot_undo(struct worklog *wl, const struct record *rec)
{
	static const struct {
		const char *about, *remedy;
	} words[] = {
		[KIND_UNKNOWN] = { "something of a newer async", "that async may know how" },
		[KIND_PERSON] = { "a person", "say what is to hold now: 'async me' or 'async team edit'" },
		[KIND_AWAY] = { "time off that was cancelled", "say the time off anew: 'async away'" },
		[KIND_CALENDAR] = { "a calendar", "say what is to hold now: 'async calendar'" },
		[KIND_POLICY] = { "the policy", "say what is to hold now: 'async policy'" },
	};
	char hex[ID_HEX + 1];

	worklog_short_id(hex, wl, &rec->id);
	error_set(ERR_INVALID, "%s cannot be undone: it is about %s", hex, words[rec->kind].about);
	error_hint("%s", words[rec->kind].remedy);
	return ERR_INVALID;
}

static int undo(struct worklog *wl, const struct act *act, const struct id *id)
{
	struct record rec = RECORD_INIT;
	char hex[ID_HEX + 1];
	char *operand = hex;
	bool said = false;
	int rc;

	id_hex(hex, id);
	rc = worklog_read(&rec, wl, id);
	if (rc < 0)
		return rc;
	if (rec.kind == KIND_MARK || rec.date > worklog_now(wl))
		rc = take_back_said(&said, wl, id, act);
	if (rc < 0 || said)
		;
	else if (rec.kind == KIND_POST || rec.kind == KIND_MARK)
		rc = acts_run(wl, act, 1, &operand);
	else if (rec.kind == KIND_AWAY && record_node(&rec, "away"))
		rc = away_cancel(wl, hex, &act->note, act->dry);
	else
		rc = cannot_undo(wl, &rec);
	record_release(&rec);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct act act = { .verb = VERB_RETRACT, .each = take_back };
	const struct opt opts[] = {
		OPT_MESSAGE(&act.note),
		OPT_FLAG('q', "quiet", &act.quiet, "print the full ids of what was written only"),
		OPT_DRY_RUN(&act.dry),
		OPT_END
	};
	struct id id;
	int rc = opts_parse(wl, &cmd_undo, opts, &argc, &argv, 0, 1);

	if (rc)
		return rc;
	rc = argc ? worklog_find(&id, wl, argv[0]) : find_last(&id, wl);
	return rc < 0 ? rc : undo(wl, &act, &id);
}

const struct cmd cmd_undo = {
	.name = "undo",
	.usage = "[-n] [-m <text>] [<id>]",
	.summary = "take back what you did last",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
