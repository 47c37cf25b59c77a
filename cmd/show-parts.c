/* Who is asked in a thread, and how their parts stand. */
#include <stdlib.h>
#include <string.h>

#include "async/zone.h"
#include "print.h"
#include "show.h"

enum { F_WHO, F_GROUP, F_STATE, F_DUE, F_THEIRS, F_LEFT, F_OUTCOME, F_NR };

static const struct field fields[F_NR] = {
	[F_WHO] = { "who", VALUE_TEXT, "", COLUMN },
	[F_GROUP] = { "group", VALUE_TEXT, "", COLUMN | DIM },
	[F_STATE] = { "state", VALUE_TEXT, "", COLUMN | KEPT | WHOLE },
	[F_DUE] = { "due", VALUE_TEXT, "", COLUMN | KEPT | WHOLE },
	[F_THEIRS] = { "theirs", VALUE_TEXT, "", COLUMN | DIM | WHOLE },
	[F_LEFT] = { "left", VALUE_TEXT, "", COLUMN | WHOLE },
	[F_OUTCOME] = { "outcome", VALUE_TEXT, "", COLUMN | DIM | ELASTIC },
};

static bool is_late(const struct part *part, time_t now)
{
	return !part_state_is_settled(part->state) && part->due_at < now;
}

/* The same moment where they are, if their clock shows another time. */
static void put_their_time(struct buf *out, struct worklog *wl, const struct part *part)
{
	const struct zone *theirs = calendar_zone(worklog_calendar(wl, part->person->key));
	const char *abbreviation;
	int32_t my_day, day;
	long second;

	if (part->due_at == DUE_NEVER ||
	    zone_offset(theirs, part->due_at, &abbreviation) == zone_offset(worklog_zone(wl), part->due_at, NULL))
		return;
	zone_local(worklog_zone(wl), part->due_at, &my_day, &second);
	zone_local(theirs, part->due_at, &day, &second);
	if (day != my_day || zone_is_repeated(theirs, part->due_at))
		format_time(out, part->due_at, theirs);
	else
		buf_addf(out, "%02ld:%02ld %s", second / 3600, second / 60 % 60, abbreviation);
}

/* "4h of work left", "2h late (1h of work)". */
static void put_left(struct buf *out, struct worklog *wl, const struct part *part)
{
	const struct calendar *cal = worklog_calendar(wl, part->person->key);
	enum focus_mode focus = part->rounds[part->nr_rounds - 1].expect.focus;
	time_t now = worklog_now(wl);

	if (part_state_is_settled(part->state) || part->due_at == DUE_NEVER)
		return;
	if (!is_late(part, now)) {
		format_work(out, worktime_between(cal, now, part->due_at, focus));
		buf_puts(out, " of work left");
		return;
	}
	format_span(out, now - part->due_at < 60 ? 60 : now - part->due_at);
	buf_puts(out, " late (");
	format_work(out, worktime_between(cal, part->due_at, now, focus));
	buf_puts(out, " of work)");
}

/* What began a further round. */
static const char *begun_by(const struct round *round)
{
	switch (round->begun_by->kind == KIND_MARK ? round->begun_by->verb : VERB_UNKNOWN) {
	case VERB_EXTEND:
		return "extended";
	case VERB_REOPEN:
		return "reopened";
	default:
		return "asked again";
	}
}

static void put_outcome(struct buf *out, struct worklog *wl, const struct part *part)
{
	time_t at = part_state_is_settled(part->state) ? part->settled_at : part->acked_at;

	if (part->step && !part_state_is_settled(part->state))
		buf_addf(out, "escalated: %s has not answered%s", part->escalated_for->shown,
			 part->outcome || at ? ", " : "");
	if (part->promised_at && !part_state_is_settled(part->state)) {
		buf_puts(out, "promised");
		return;
	}
	if (part->outcome && strcmp(part->outcome, "ack") != 0)
		buf_puts(out, part->outcome);
	else if (!at && part->nr_rounds > 1 && !part->step)
		buf_puts(out, begun_by(&part->rounds[part->nr_rounds - 1]));
	if (at) {
		buf_puts(out, out->len ? ", " : "");
		format_time_short(out, at, worklog_now(wl), worklog_zone(wl));
	}
}

/* A change of their calendar moved it, perhaps one that was synced late (S14): 'why' tells it all. */
static void put_move(struct buf *out, struct worklog *wl, const struct part *part)
{
	const struct round *round = &part->rounds[part->nr_rounds - 1];
	const struct calendar_version *v;
	struct due_move *moves;
	struct team *team;
	size_t nr, nr_moves;

	if (part_state_is_settled(part->state) || worklog_team(&team, wl) < 0)
		return;
	v = round_calendars(team, part->person, round, &nr);
	moves = xcalloc(nr, sizeof(*moves));
	round_due(team, part->person, round, DUE_NEVER, moves, &nr_moves);
	if (nr_moves) {
		buf_puts(out, out->len ? ", was " : "was ");
		format_time_short(out, moves[0].was, worklog_now(wl), worklog_zone(wl));
		buf_addf(out, ": %s", v[moves[nr_moves - 1].version].why);
	}
	free(moves);
}

static enum color state_color(const struct part *part, time_t now)
{
	if (is_late(part, now))
		return COLOR_OVERDUE;
	return part->state == PART_MET ? COLOR_DONE : part->state == PART_WITHDRAWN ? COLOR_DIM : COLOR_NONE;
}

static int put_part(struct listing *list, struct worklog *wl, const struct part *part)
{
	struct buf due = BUF_INIT, theirs = BUF_INIT, left = BUF_INIT, outcome = BUF_INIT, group = BUF_INIT;
	bool late = is_late(part, worklog_now(wl));
	enum color color = state_color(part, worklog_now(wl));
	int rc;

	if (part->assumed)
		buf_putc(&due, '~');
	format_time_short(&due, part->due_at, worklog_now(wl), worklog_zone(wl));
	put_their_time(&theirs, wl, part);
	put_left(&left, wl, part);
	put_outcome(&outcome, wl, part);
	put_move(&outcome, wl, part);
	if (part->item >= 0)
		buf_addf(&group, "any of %s%s", part->group ? "@" : "", part->group ? part->group : "them");
	rc = listing_row(list, (const struct value[F_NR]){
		[F_WHO] = { .text = part->person->shown },
		[F_GROUP] = { .text = group.ptr },
		[F_STATE] = { .text = late ? "overdue" : part_state_name(part->state), .color = color },
		[F_DUE] = { .text = part_state_is_settled(part->state) ? "" : due.ptr, .color = color },
		[F_THEIRS] = { .text = part_state_is_settled(part->state) ? "" : theirs.ptr },
		[F_LEFT] = { .text = left.ptr, .color = color },
		[F_OUTCOME] = { .text = outcome.ptr },
	});
	buf_release(&due);
	buf_release(&theirs);
	buf_release(&left);
	buf_release(&outcome);
	buf_release(&group);
	return rc;
}

/* What a reply asks stands under a heading of its own. */
static void put_ask(struct listing *list, struct worklog *wl, const struct thread *thread, const struct record *ask)
{
	struct buf line = BUF_INIT;
	char hex[ID_HEX + 1];
	struct team *team;

	if (ask == thread->root)
		return;
	worklog_short_id(hex, wl, &ask->id);
	if (ask->from && worklog_team(&team, wl) == 0)
		buf_addf(&line, "%s asks in %s", team_person(team, ask->from)->shown, hex);
	else
		buf_addf(&line, "asked in %s", hex);
	listing_heading(list, line.ptr);
	buf_release(&line);
}

int show_parts(struct worklog *wl, const struct thread *thread)
{
	struct listing *list;
	int rc, ended;

	if (!thread->nr_parts)
		return 0;
	rc = listing_begin(&list, wl, "part", fields, F_NR);
	if (rc < 0)
		return rc;
	print("\n");
	for (size_t i = 0; i < thread->nr_parts && rc == 0; i++) {
		if (i == 0 || thread->parts[i].ask != thread->parts[i - 1].ask)
			put_ask(list, wl, thread, thread->parts[i].ask);
		rc = put_part(list, wl, &thread->parts[i]);
	}
	ended = listing_end(list);
	return rc < 0 ? rc : ended;
}
