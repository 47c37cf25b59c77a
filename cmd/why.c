/* async why: how each due time came about. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "cmd.h"
#include "explain.h"
#include "operands.h"
#include "opts.h"
#include "pairs.h"
#include "print.h"
#include "show.h"

#define INDENT 4 /* of a line that goes on */

struct asking {
	struct worklog *wl;
	struct team *team;
	struct thread thread;
	struct listing *list; /* of --format and -z */
	const struct person **whom; /* of --for: only these */
	size_t nr_whom;
	size_t nr_threads;    /* told so far */
};

/* How a round came to its due time. */
struct account {
	const struct calendar_version *v;
	struct due_move *moves;
	size_t nr_moves;
	const struct calendar *cal; /* the one it was counted with last */
};

static void account_of(struct account *out, const struct asking *asking, const struct part *part,
		       const struct round *round)
{
	time_t until = round->ended_by ? round->ended_by->date : DUE_NEVER;
	size_t nr;

	out->v = round_calendars(asking->team, part->person, round, &nr);
	out->moves = xcalloc(nr, sizeof(*out->moves));
	round_due(asking->team, part->person, round, until, out->moves, &out->nr_moves);
	if (out->nr_moves)
		out->cal = out->v[out->moves[out->nr_moves - 1].version].cal;
	else
		out->cal = team_calendar(asking->team, part->person,
					 round->as_of > round->start_at ? round->as_of : round->start_at);
}

static bool is_by(const struct round *round)
{
	return round->by_at || round->by_day != DAY_NONE;
}

/* For people. */

/* "Tue 2026-03-03 12:00 CET", and mine where it differs. */
static void put_time(struct buf *out, const struct asking *asking, time_t at, const struct zone *zone)
{
	const struct zone *mine = worklog_zone(asking->wl);

	format_time(out, at, zone);
	if (at == DUE_NEVER || zone_offset(zone, at, NULL) == zone_offset(mine, at, NULL))
		return;
	buf_puts(out, " (");
	format_time(out, at, mine);
	buf_putc(out, ')');
}

/* What there was time for: "4h of working time", "1d by the calendar". */
static void put_expectation(struct buf *out, const struct round *round)
{
	char day[DAY_TEXT];

	if (round->by_at) {
		buf_puts(out, "the moment that was named");
	} else if (round->by_day != DAY_NONE) {
		day_format(day, round->by_day);
		buf_addf(out, "the last moment at work on %s or before", day);
	} else {
		span_format(out, &round->expect.within);
		buf_puts(out, round->expect.clock == CLOCK_CALENDAR ? " by the calendar" : " of working time");
		buf_puts(out, round->expect.focus == FOCUS_COUNT ? ", focus counts" : "");
	}
}

/* "escalated, step 1: ben had not answered by Tue 2026-03-03 10:00 CET". */
static void put_step(struct buf *out, const struct part *part, const struct round *round, const struct zone *zone)
{
	buf_addf(out, "escalated, step %d", round->step);
	if (!part->escalated_for)
		return;
	buf_puts(out, ": ");
	print_safe(out, part->escalated_for->shown, false);
	buf_puts(out, " had not answered by ");
	format_time(out, part->missed_at, zone);
}

/* Who began the round and when: "Mon 2026-03-02 10:00 CET  ana asked: 1d of working time". */
static void print_begin_of(const struct asking *asking, const struct part *part, const struct round *round,
			   const struct zone *zone)
{
	time_t at = round->step ? round->start_at : round->begun_by->date;
	const struct event *event = thread_event(&asking->thread, &round->begun_by->id);
	struct buf line = BUF_INIT;

	format_time(&line, at, zone);
	buf_puts(&line, "  ");
	if (round->step) {
		put_step(&line, part, round, zone);
	} else if (event->rec->kind == KIND_POST) {
		print_safe(&line, event->by ? event->by->shown : "async", false);
		buf_puts(&line, " asked");
	} else {
		show_act(&line, asking->wl, &asking->thread, event);
	}
	if (!is_by(round)) {
		buf_puts(&line, ": ");
		put_expectation(&line, round);
	}
	print("\n");
	print_wrapped(COLOR_NONE, line.ptr, 0, INDENT);
	buf_reset(&line);
	if (!is_by(round) && round->start_at != at) {
		buf_puts(&line, "counted from ");
		format_time(&line, round->start_at, zone);
		print_wrapped(COLOR_NONE, line.ptr, 0, INDENT);
	}
	buf_release(&line);
}

static void print_moves(const struct account *account, const struct zone *zone)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < account->nr_moves; i++) {
		const struct due_move *move = &account->moves[i];

		buf_reset(&line);
		buf_puts(&line, "was ");
		format_time(&line, move->was, zone);
		buf_puts(&line, ", now ");
		format_time(&line, move->now, zone);
		buf_puts(&line, ": ");
		print_safe(&line, account->v[move->version].why ? account->v[move->version].why : "another calendar",
			   false);
		print_wrapped(COLOR_NONE, line.ptr, 0, INDENT);
	}
	buf_release(&line);
}

static void print_due(const struct asking *asking, const struct part *part, const struct round *round,
		      const struct zone *zone)
{
	struct buf line = BUF_INIT;
	bool late = round == &part->rounds[part->nr_rounds - 1] && !part_state_is_settled(part->state) &&
		    round->due_at < worklog_now(asking->wl);

	buf_puts(&line, "due ");
	put_time(&line, asking, round->due_at, zone);
	if (is_by(round)) {
		buf_puts(&line, ": ");
		put_expectation(&line, round);
	}
	if (round->due_at == DUE_NEVER)
		buf_puts(&line, ": not enough working time within 1,830 days");
	if (round->outside)
		buf_puts(&line, ", with no working time before it");
	print_wrapped(late ? COLOR_OVERDUE : COLOR_BOLD, line.ptr, 0, INDENT);
	buf_release(&line);
}

/* What settled it, before it was asked again: "ended Tue 2026-03-03 09:00 UTC: dee replied". */
static void print_end_of(const struct asking *asking, const struct part *part, const struct round *round,
			 const struct zone *zone)
{
	struct buf line = BUF_INIT;

	if (round == &part->rounds[part->nr_rounds - 1] || !round->ended_by || round->ended_by == round[1].begun_by)
		return;
	buf_puts(&line, "ended ");
	format_time(&line, round->ended_by->date, zone);
	buf_puts(&line, ": ");
	show_act(&line, asking->wl, &asking->thread, thread_event(&asking->thread, &round->ended_by->id));
	print_wrapped(COLOR_NONE, line.ptr, 0, INDENT);
	buf_release(&line);
}

static void print_round(const struct asking *asking, const struct part *part, const struct round *round)
{
	struct account account;
	const struct zone *zone;

	account_of(&account, asking, part, round);
	zone = calendar_zone(account.cal);
	print_begin_of(asking, part, round, zone);
	if (!is_by(round))
		explain_print(account.cal, round->start_at, round->due_at, &round->expect);
	print_moves(&account, zone);
	print_due(asking, part, round, zone);
	print_end_of(asking, part, round, zone);
	free(account.moves);
}

/* How it ended: "met (reply), Tue 2026-03-03 12:00 CET". */
static void print_state(const struct asking *asking, const struct part *part)
{
	struct buf line = BUF_INIT;

	if (part->state == PART_OPEN && !part->outcome)
		return;
	buf_puts(&line, part_state_name(part->state));
	if (part->outcome && strcmp(part->outcome, "ack") != 0) {
		buf_puts(&line, " (");
		print_safe(&line, part->outcome, false);
		buf_putc(&line, ')');
	}
	if (part->settled_at || part->acked_at) {
		buf_puts(&line, ", ");
		format_time(&line, part->settled_at ? part->settled_at : part->acked_at, worklog_zone(asking->wl));
	}
	print("%s\n", line.ptr);
	buf_release(&line);
}

static void print_part(const struct asking *asking, const struct part *part)
{
	const struct calendar *cal = worklog_calendar(asking->wl, part->person->key);
	struct buf name = BUF_INIT;

	print_safe(&name, part->person->shown, false);
	print("\n");
	print_colored(COLOR_HEADER, "%s", name.ptr);
	print(" (%s%s)\n", zone_name(calendar_zone(cal)),
	      calendar_is_assumed(cal) ? ", assumed hours" : "");
	for (size_t i = 0; i < part->nr_rounds; i++)
		print_round(asking, part, &part->rounds[i]);
	print_state(asking, part);
	buf_release(&name);
}

static void print_subject(const struct asking *asking)
{
	const struct thread *thread = &asking->thread;
	struct buf safe = BUF_INIT;
	char hex[ID_HEX + 1];

	worklog_short_id(hex, asking->wl, &thread->root->id);
	print_safe(&safe, thread->redacted ? "(redacted)" : thread->subject, false);
	print_colored(COLOR_ID, "%s", hex);
	print(" ");
	print_wrapped(COLOR_BOLD, safe.ptr, (int)strlen(hex) + 1, (int)strlen(hex) + 1);
	if (!thread->nr_parts)
		print("asks nobody\n");
	buf_release(&safe);
}

/* As JSON: an object for each part. */

/* What began it: a post's type, a mark's verb. */
static const char *begun_by(const struct asking *asking, const struct round *round)
{
	return round->step ? verb_name(VERB_ESCALATE) : event_what(thread_event(&asking->thread, &round->begun_by->id));
}

static void put_expected(struct buf *out, const struct round *round)
{
	struct buf span = BUF_INIT;
	char day[DAY_TEXT], at[INSTANT_TEXT];

	if (!is_by(round))
		span_format(&span, &round->expect.within);
	pair_text(out, "within", is_by(round) ? NULL : span.ptr);
	pair_text(out, "clock", is_by(round) ? NULL : round->expect.clock == CLOCK_CALENDAR ? "calendar" : "work");
	pair_text(out, "focus", is_by(round) ? NULL : round->expect.focus == FOCUS_COUNT ? "count" : "pause");
	if (round->by_at)
		instant_format(at, round->by_at);
	else if (is_by(round))
		day_format(day, round->by_day);
	pair_text(out, "by", round->by_at ? at : is_by(round) ? day : NULL);
	buf_release(&span);
}

static void put_moves(struct buf *out, const struct account *account)
{
	pair_key(out, "moves");
	buf_putc(out, '[');
	for (size_t i = 0; i < account->nr_moves; i++) {
		const struct due_move *move = &account->moves[i];

		pair_next(out);
		buf_putc(out, '{');
		pair_time(out, "was", move->was);
		pair_time(out, "now", move->now);
		pair_time(out, "date", account->v[move->version].at);
		pair_text(out, "why", account->v[move->version].why);
		buf_putc(out, '}');
	}
	buf_putc(out, ']');
}

static void put_round(struct buf *out, const struct asking *asking, const struct part *part,
		      const struct round *round)
{
	struct account account;

	account_of(&account, asking, part, round);
	pair_next(out);
	buf_putc(out, '{');
	pair_id(out, "begun_by", &round->begun_by->id);
	pair_text(out, "what", begun_by(asking, round));
	pair_time(out, "start", round->start_at);
	put_expected(out, round);
	pair_time(out, "due", round->due_at);
	pair_bool(out, "outside", round->outside);
	put_moves(out, &account);
	pair_key(out, "explain");
	if (is_by(round))
		buf_puts(out, "[]");
	else
		explain_json(out, account.cal, round->start_at, round->due_at, &round->expect);
	pair_id(out, "ended_by", round->ended_by ? &round->ended_by->id : NULL);
	buf_putc(out, '}');
	free(account.moves);
}

static int print_json(const struct asking *asking, const struct part *part)
{
	struct calendar *cal = worklog_calendar(asking->wl, part->person->key);
	struct buf out = BUF_INIT;

	buf_puts(&out, "{\"v\":1,\"kind\":\"why\"");
	pair_id(&out, "id", &part->ask->id);
	pair_person(&out, "to", part->person);
	pair_text(&out, "zone", zone_name(calendar_zone(cal)));
	pair_bool(&out, "assumed", part->assumed);
	pair_text(&out, "state", part_state_name(part->state));
	pair_text(&out, "outcome", part->outcome);
	pair_time(&out, "due", part->due_at);
	pair_time(&out, "settled", part->settled_at);
	pair_number(&out, "step", part->step);
	pair_person(&out, "escalated_for", part->escalated_for);
	pair_time(&out, "missed", part->missed_at);
	pair_key(&out, "rounds");
	buf_putc(&out, '[');
	for (size_t i = 0; i < part->nr_rounds; i++)
		put_round(&out, asking, part, &part->rounds[i]);
	buf_puts(&out, "]}");
	return pairs_print(&out);
}

/* For --format and -z: a row for each round. */

enum { F_ID, F_TO, F_ROUND, F_WHAT, F_START, F_EXPECTED, F_DUE, F_MOVES, F_STATE, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the post that asks", COLUMN },
	[F_TO] = { "to", VALUE_PERSON, "who is asked", COLUMN | KEPT },
	[F_ROUND] = { "round", VALUE_NUMBER, "which round, from 1", COLUMN },
	[F_WHAT] = { "what", VALUE_TEXT, "what began it: a post's type, a mark's verb, or escalate", COLUMN },
	[F_START] = { "start", VALUE_TIME, "from when it counts", COLUMN },
	[F_EXPECTED] = { "expected", VALUE_TEXT, "what there was time for", COLUMN },
	[F_DUE] = { "due", VALUE_TIME, "when it is due", COLUMN | KEPT },
	[F_MOVES] = { "moves", VALUE_NUMBER, "how often a change of the calendar moved it", 0 },
	[F_STATE] = { "state", VALUE_TEXT, "of the part: open, acked, met or withdrawn", 0 },
};

static int list_round(const struct asking *asking, const struct part *part, size_t i)
{
	const struct round *round = &part->rounds[i];
	struct buf expected = BUF_INIT;
	struct account account;
	int rc;

	account_of(&account, asking, part, round);
	put_expectation(&expected, round);
	rc = listing_row(asking->list, (const struct value[F_NR]){
		[F_ID] = { .id = &part->ask->id },
		[F_TO] = { .text = part->person->key },
		[F_ROUND] = { .number = (long long)i + 1 },
		[F_WHAT] = { .text = begun_by(asking, round) },
		[F_START] = { .time = round->start_at },
		[F_EXPECTED] = { .text = expected.ptr },
		[F_DUE] = { .time = round->due_at },
		[F_MOVES] = { .number = (long long)account.nr_moves },
		[F_STATE] = { .text = part_state_name(part->state) },
	});
	buf_release(&expected);
	free(account.moves);
	return rc;
}

static int tell_part(const struct asking *asking, const struct part *part)
{
	int rc = 0;

	if (print_is_json())
		return print_json(asking, part);
	if (!print_is_machine()) {
		print_part(asking, part);
		return print_check();
	}
	for (size_t i = 0; rc == 0 && i < part->nr_rounds; i++)
		rc = list_round(asking, part, i);
	return rc;
}

/* Does this very record ask? Then only what it asks; else the whole thread. */
static bool is_ask(const struct thread *thread, const struct id *id)
{
	for (size_t i = 0; i < thread->nr_parts; i++)
		if (id_equal(&thread->parts[i].ask->id, id))
			return true;
	return false;
}

static bool is_wanted(const struct asking *asking, const struct part *part, const struct id *ask)
{
	bool wanted = !asking->nr_whom;

	for (size_t i = 0; i < asking->nr_whom; i++)
		wanted |= part->person == asking->whom[i];
	return wanted && (!ask || id_equal(&part->ask->id, ask));
}

/* The thread of one id, if somebody in it is wanted. */
static int tell(struct asking *asking, const struct id *id)
{
	const struct thread *thread = &asking->thread;
	const struct id *ask = is_ask(thread, id) ? id : NULL;
	bool any = !asking->nr_whom;
	int rc = 0;

	for (size_t i = 0; i < thread->nr_parts; i++)
		any |= is_wanted(asking, &thread->parts[i], ask);
	if (!any)
		return 0;
	if (!print_is_machine()) {
		print("%s", asking->nr_threads ? "\n" : "");
		print_subject(asking);
	}
	asking->nr_threads++;
	for (size_t i = 0; rc == 0 && i < thread->nr_parts; i++)
		if (is_wanted(asking, &thread->parts[i], ask))
			rc = tell_part(asking, &thread->parts[i]);
	return rc;
}

static int find_people(struct asking *asking, const struct texts *names)
{
	struct person *person;
	int rc = 0;

	asking->whom = xcalloc(names->nr + 1, sizeof(const struct person *));
	for (size_t i = 0; rc == 0 && i < names->nr; i++) {
		rc = worklog_find_person(&person, asking->wl, names->v[i]);
		if (rc == 0)
			asking->whom[asking->nr_whom++] = person;
	}
	return rc;
}

static int tell_all(struct asking *asking, const struct ids *ids)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < ids->nr; i++) {
		rc = worklog_thread(&asking->thread, asking->wl, &ids->v[i]);
		if (rc == 0)
			rc = worklog_team(&asking->team, asking->wl);
		if (rc == 0)
			rc = tell(asking, &ids->v[i]);
		thread_release(&asking->thread);
	}
	if (rc == 0 && !asking->nr_threads)
		rc = error_set(ERR_NOTFOUND, "%s is not asked there",
			       asking->nr_whom == 1 ? asking->whom[0]->shown : "none of them");
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct asking asking = { .wl = wl, .thread = THREAD_INIT };
	struct texts names = { 0 };
	bool from_stdin = false;
	const struct opt opts[] = {
		OPT_LIST(0, "for", &names, "who", "only of these people"),
		OPT_STDIN(&from_stdin),
		OPT_END
	};
	struct ids ids = { .v = NULL };
	int rc, ended;

	rc = opts_parse(wl, &cmd_why, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	rc = operands_find(&ids, wl, argc, argv, from_stdin);
	if (rc == 0)
		rc = find_people(&asking, &names);
	if (rc == 0 && print_is_machine() && !print_is_json())
		rc = listing_begin(&asking.list, wl, "why", fields, F_NR);
	if (rc == 0 && ids.nr)
		rc = tell_all(&asking, &ids);
	ended = listing_end(asking.list);
	free(asking.whom);
	free(ids.v);
	return rc < 0 ? rc : ended;
}

const struct cmd cmd_why = {
	.name = "why",
	.usage = "[--for <who>,…] <id>…",
	.summary = "tell how each due time came about",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
