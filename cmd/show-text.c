/* A thread as people read it. */
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/zone.h"
#include "print.h"
#include "show.h"

#define INDENT 4 /* of texts below the line that says whose they are */

/* The head: "Key:    value". */

static void put_colored_key(const char *key, enum color color, const char *value)
{
	print_colored(COLOR_DIM, "%-8s", key);
	print_colored(color, "%s", value);
	print("\n");
}

static void put_key(const char *key, const char *value)
{
	put_colored_key(key, COLOR_NONE, value);
}

static void put_safe_key(const char *key, const char *value)
{
	struct buf safe = BUF_INIT;

	print_safe(&safe, value, false);
	put_key(key, safe.ptr);
	buf_release(&safe);
}

static void put_subject(struct worklog *wl, const struct thread *thread)
{
	struct buf safe = BUF_INIT;
	char hex[ID_HEX + 1];

	worklog_short_id(hex, wl, &thread->root->id);
	print_colored(COLOR_ID, "%s", hex);
	print_safe(&safe, thread->redacted ? "(redacted)" : thread->subject, false);
	print_colored(COLOR_BOLD, " %s", safe.ptr);
	print("\n");
	buf_release(&safe);
}

static void put_from(struct worklog *wl, const struct thread *thread)
{
	const struct event *root = &thread->events[0];
	struct buf line = BUF_INIT;

	print_safe(&line, root->by ? root->by->shown : "async", false);
	buf_puts(&line, ", ");
	format_time(&line, root->rec->date, worklog_zone(wl));
	buf_puts(&line, " (");
	format_relative(&line, root->rec->date, worklog_now(wl));
	buf_putc(&line, ')');
	put_key("From:", line.ptr);
	buf_release(&line);
}

/* "open, due tomorrow 10:00", "met", "retracted"; nothing for what asks nobody. */
static void put_state(struct worklog *wl, const struct thread *thread)
{
	bool late = thread->state == THREAD_OPEN && thread->due_at < worklog_now(wl);
	struct buf line = BUF_INIT;

	if (thread->retracted)
		buf_puts(&line, "retracted");
	else if (thread->state != THREAD_NONE)
		buf_puts(&line, thread_state_name(thread->state));
	if (thread->state == THREAD_OPEN) {
		buf_puts(&line, late ? ", overdue since " : ", due ");
		format_time_short(&line, thread->due_at, worklog_now(wl), worklog_zone(wl));
	}
	if (thread->superseded)
		buf_addf(&line, "%sthe text was changed", line.len ? "; " : "");
	if (line.len)
		put_colored_key("State:", late ? COLOR_OVERDUE : COLOR_NONE, line.ptr);
	buf_release(&line);
}

/* What was expected, in words: "standard: a reply within 1d". */
static void put_expected(const struct thread *thread)
{
	static const char *const needs[] = {
		[NEED_UNKNOWN] = "an answer", [NEED_REPLY] = "a reply", [NEED_ACK] = "an ack",
		[NEED_APPROVAL] = "an approval", [NEED_DONE] = "it is to be done", [NEED_READ] = "it is to be read",
	};
	const struct record *root = thread->root;
	const char *level = record_text(root, "level"), *within = record_text(root, "within");
	const char *clock = record_text(root, "clock");
	struct buf line = BUF_INIT;

	if (!record_asks(root))
		return;
	buf_puts(&line, needs[record_need(root)]);
	if (within)
		buf_addf(&line, " within %s%s", within, clock && !strcmp(clock, "calendar") ? " by the calendar" : "");
	if (level) {
		buf_puts(&line, " (");
		print_safe(&line, level, false);
		buf_putc(&line, ')');
	}
	put_key("Needs:", line.ptr);
	buf_release(&line);
}

static void put_tags(const struct thread *thread)
{
	struct buf line = BUF_INIT;

	NODE_EACH(tag, thread->tags)
		buf_addf(&line, "%s%s", line.len ? ", " : "", tag->text);
	if (line.len)
		put_safe_key("Tags:", line.ptr);
	buf_release(&line);
}

/* "commit 1a2b3c4d", "https://example.com/v/31  Walkthrough": the first key says of what kind it is. */
static void put_link(struct buf *out, const struct node *link)
{
	const char *url = node_get_text(link, "url"), *title = node_get_text(link, "title");

	if (url)
		print_safe(out, url, false);
	else
		NODE_EACH(entry, link)
			if (entry->text && entry->text != title) {
				buf_addf(out, "%s%s ", out->len ? " " : "", entry->key);
				print_safe(out, entry->text, false);
			}
	if (title) {
		buf_puts(out, "  ");
		print_safe(out, title, false);
	}
}

static void put_links(const struct event *event, const char *key)
{
	struct buf line = BUF_INIT;

	NODE_EACH(link, event->links) {
		buf_reset(&line);
		put_link(&line, link);
		if (key)
			put_key(key, line.ptr);
		else
			print("%*slink: %s\n", INDENT, "", line.ptr);
	}
	buf_release(&line);
}

static void put_origin(const struct thread *thread)
{
	const struct node *origin = record_node(thread->root, "origin");
	const char *system = node_get_text(origin, "system"), *url = node_get_text(origin, "url");
	struct buf line = BUF_INIT;

	if (!system)
		return;
	buf_addf(&line, "imported from %s%s%s", system, url ? ", " : "", url ? url : "");
	put_safe_key("Origin:", line.ptr);
	buf_release(&line);
}

static void put_head(struct worklog *wl, const struct thread *thread)
{
	put_subject(wl, thread);
	put_from(wl, thread);
	put_state(wl, thread);
	put_expected(thread);
	put_tags(thread);
	put_links(&thread->events[0], "Link:");
	put_origin(thread);
}

/* The table of those who were asked. */

enum { F_WHO, F_GROUP, F_STATE, F_DUE, F_THEIRS, F_LEFT, F_OUTCOME, F_NR };

static const struct field fields[F_NR] = {
	[F_WHO] = { "who", VALUE_TEXT, "", COLUMN },
	[F_GROUP] = { "group", VALUE_TEXT, "", COLUMN | DIM },
	[F_STATE] = { "state", VALUE_TEXT, "", COLUMN },
	[F_DUE] = { "due", VALUE_TEXT, "", COLUMN },
	[F_THEIRS] = { "theirs", VALUE_TEXT, "", COLUMN | DIM },
	[F_LEFT] = { "left", VALUE_TEXT, "", COLUMN },
	[F_OUTCOME] = { "outcome", VALUE_TEXT, "", COLUMN | DIM | ELASTIC },
};

static bool is_settled(const struct part *part)
{
	return part->state == PART_MET || part->state == PART_WITHDRAWN;
}

static bool is_late(const struct part *part, time_t now)
{
	return !is_settled(part) && part->due_at < now;
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

	if (is_settled(part) || part->due_at == DUE_NEVER)
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

static void put_outcome(struct buf *out, struct worklog *wl, const struct part *part)
{
	time_t at = is_settled(part) ? part->settled_at : part->acked_at;

	if (part->promised_at && !is_settled(part)) {
		buf_puts(out, "promised");
		return;
	}
	if (part->outcome && strcmp(part->outcome, "ack") != 0)
		buf_puts(out, part->outcome);
	else if (!at && part->nr_rounds > 1)
		buf_puts(out, "asked again");
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

	if (is_settled(part) || worklog_team(&team, wl) < 0)
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
		[F_DUE] = { .text = is_settled(part) ? "" : due.ptr, .color = color },
		[F_THEIRS] = { .text = is_settled(part) ? "" : theirs.ptr },
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

static int put_parts(struct worklog *wl, const struct thread *thread)
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

/* What was said and done. */

static void put_body(const struct event *event)
{
	if (event->redacted)
		print("%*s(redacted)\n", INDENT, "");
	else if (event->body)
		print_text(event->body, INDENT);
}

/* A reply may have a subject of its own. */
static void put_own_subject(const struct event *event)
{
	if (event->rec->kind == KIND_POST && *event->subject)
		print_text(event->subject, INDENT);
}

static bool has_text(const struct event *event)
{
	return event->redacted || event->body || event->links ||
	       (event->rec->kind == KIND_POST && *event->subject);
}

static void put_event(struct worklog *wl, const struct thread *thread, const struct event *event)
{
	struct buf line = BUF_INIT;
	char hex[ID_HEX + 1];

	worklog_short_id(hex, wl, &event->rec->id);
	print_colored(COLOR_ID, "%s", hex);
	format_time(&line, event->rec->date, worklog_zone(wl));
	print_colored(COLOR_DIM, " %s  ", line.ptr);
	buf_reset(&line);
	show_act(&line, wl, thread, event);
	print("%s\n", line.ptr);
	if (event->why)
		print_colored(COLOR_DIM, "%*s%s%s\n", INDENT, "", event->retracted ? "" : "not counted: ", event->why);
	put_own_subject(event);
	put_body(event);
	put_links(event, NULL);
	buf_release(&line);
}

int show_text(struct worklog *wl, const struct thread *thread)
{
	bool gap = true;
	int rc;

	put_head(wl, thread);
	rc = put_parts(wl, thread);
	if (thread->body || thread->redacted) {
		print("\n");
		put_body(&thread->events[0]);
	}
	for (size_t i = 1; rc == 0 && i < thread->nr_events; i++) {
		const struct event *event = &thread->events[i];

		if (gap || has_text(event)) /* texts stand apart; marks without one stay together */
			print("\n");
		put_event(wl, thread, event);
		gap = has_text(event);
		rc = print_check();
	}
	return rc;
}
