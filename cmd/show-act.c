/* What each record of a thread says, in words. */
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "print.h"
#include "show.h"

const char *event_what(const struct event *event)
{
	const char *key = event->rec->kind == KIND_MARK ? "verb" : event->rec->kind == KIND_POST ? "type" : "kind";
	const char *text = record_text(event->rec, key);

	return text ? text : post_type_name(event->rec->type);
}

/* The event that an event hangs on, or NULL. */
static const struct event *parent_of(const struct thread *thread, const struct event *event)
{
	struct id id;

	return record_parent(event->rec, &id) ? thread_event(thread, &id) : NULL;
}

static void put_text(struct buf *out, const char *text)
{
	print_safe(out, text ? text : "?", false);
}

/* A name in a record, as people are shown. */
static void put_person(struct buf *out, struct worklog *wl, const char *name)
{
	struct team *team;

	put_text(out, name && worklog_team(&team, wl) == 0 ? team_person(team, name)->shown : name);
}

/* "a, b"; of people if `wl` is given. */
static void put_list(struct buf *out, struct worklog *wl, const struct node *list)
{
	const char *lead = "";

	NODE_EACH(item, list) {
		buf_puts(out, lead);
		if (wl)
			put_person(out, wl, item->text);
		else
			put_text(out, item->text);
		lead = ", ";
	}
}

/* Everybody a post asks: "ben, any of @backend". */
static void put_asked(struct buf *out, struct worklog *wl, const struct record *rec)
{
	const char *lead = record_node(rec, "to") ? ", " : "";

	put_list(out, wl, record_node(rec, "to"));
	NODE_EACH(item, record_node(rec, "any")) {
		const char *group = node_get_text(item, "group");

		buf_addf(out, "%sany of %s", lead, group ? "@" : "");
		if (group)
			put_text(out, group);
		else
			put_list(out, wl, node_get(item, "of"));
		lead = ", ";
	}
}

/* `by` of a record: an instant in my zone, or a date. */
static void put_by(struct buf *out, struct worklog *wl, const struct record *rec)
{
	int32_t day;
	time_t at;

	if (record_instant(rec, "by", &at))
		format_time(out, at, worklog_zone(wl));
	else if (day_parse(&day, record_text(rec, "by")))
		format_day(out, day);
	else
		put_text(out, record_text(rec, "by"));
}

/* What an extend gives or asks for: "1d more", "time until …", "the level urgent". */
static void put_terms(struct buf *out, struct worklog *wl, const struct record *rec)
{
	if (record_text(rec, "by")) {
		buf_puts(out, "time until ");
		put_by(out, wl, rec);
	} else if (record_text(rec, "level")) {
		buf_puts(out, "the level ");
		put_text(out, record_text(rec, "level"));
	} else {
		put_text(out, record_text(rec, "within"));
		buf_puts(out, " more");
	}
}

static bool has_terms(const struct record *rec)
{
	return record_text(rec, "by") || record_text(rec, "within") || record_text(rec, "level");
}

/* What was granted: its own terms, else those of the request, and whose that was. */
static void put_granted(struct buf *out, struct worklog *wl, const struct thread *thread, const struct record *rec)
{
	const struct event *request = NULL;
	struct id id;

	if (record_id(rec, "accept", &id))
		request = thread_event(thread, &id);
	buf_puts(out, "granted ");
	if (request) {
		const struct person *whose = request->on_behalf ? request->on_behalf : request->by;

		put_text(out, whose ? whose->shown : NULL);
		buf_putc(out, ' ');
	}
	if (has_terms(rec))
		put_terms(out, wl, rec);
	else if (request && request->rec->kind == KIND_MARK && request->rec->verb == VERB_EXTEND)
		put_terms(out, wl, request->rec);
	else
		buf_puts(out, "the time that was asked for");
}

static void put_extend(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	const struct event *parent = parent_of(thread, event);

	if (record_text(event->rec, "accept")) {
		put_granted(out, wl, thread, event->rec);
		return;
	}
	buf_puts(out, !parent || parent->by != event->by ? "asked for " : "gave ");
	if (event->on_behalf && parent && parent->by == event->by) {
		put_text(out, event->on_behalf->shown);
		buf_putc(out, ' ');
	}
	put_terms(out, wl, event->rec);
}

static void put_assign(struct buf *out, struct worklog *wl, const struct event *event)
{
	buf_puts(out, "handed ");
	if (event->on_behalf) {
		buf_puts(out, "the part of ");
		put_text(out, event->on_behalf->shown);
		buf_putc(out, ' ');
	}
	buf_puts(out, "over to ");
	put_list(out, wl, record_node(event->rec, "to"));
}

void show_taken_back(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *target)
{
	bool again = false;

	/* What took something back and is taken back itself leaves it as it was. */
	for (size_t i = 0; target && target->rec->verb == VERB_RETRACT && i < thread->nr_events; i++) {
		target = parent_of(thread, target);
		again = !again;
	}
	if (!target || target->rec->kind != KIND_MARK) {
		buf_puts(out, again ? "put it back" : "retracted it");
		return;
	}
	buf_puts(out, again ? "put back: " : "took back: ");
	show_deed(out, wl, thread, target);
}

static void put_reminder(struct buf *out, struct worklog *wl, const struct event *event, const char *did)
{
	buf_addf(out, "%s ", did);
	put_person(out, wl, record_text(event->rec, "person"));
	if (record_text(event->rec, "stage")) {
		buf_puts(out, " (");
		put_text(out, record_text(event->rec, "stage"));
		buf_putc(out, ')');
	}
}

static void put_mark(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	static const char *const deeds[] = {
		[VERB_ACK] = "acked",         [VERB_DONE] = "marked it done", [VERB_APPROVE] = "approved",
		[VERB_REJECT] = "rejected",   [VERB_READ] = "has read it",    [VERB_REOPEN] = "reopened it",
		[VERB_SUPERSEDE] = "changed the text", [VERB_REDACT] = "hid the text",
		[VERB_LINK] = "linked it",
	};
	const struct record *rec = event->rec;

	switch (rec->verb) {
	case VERB_ASSIGN:
		put_assign(out, wl, event);
		return;
	case VERB_RETRACT:
		show_taken_back(out, wl, thread, parent_of(thread, event));
		return;
	case VERB_TAG:
		buf_puts(out, "tagged it ");
		put_list(out, NULL, record_node(rec, "tags"));
		return;
	case VERB_UNTAG:
		buf_puts(out, "took off the tag ");
		put_list(out, NULL, record_node(rec, "tags"));
		return;
	case VERB_EXTEND:
		put_extend(out, wl, thread, event);
		return;
	case VERB_REMIND:
		put_reminder(out, wl, event, "reminded");
		return;
	case VERB_ESCALATE:
		put_reminder(out, wl, event, "escalated to");
		return;
	case VERB_UNKNOWN:
		put_text(out, record_text(rec, "verb"));
		return;
	default:
		buf_puts(out, deeds[rec->verb]);
	}
	if (rec->verb == VERB_ACK && record_text(rec, "by")) {
		buf_puts(out, ": an answer by ");
		put_by(out, wl, rec);
	}
}

static void put_post(struct buf *out, struct worklog *wl, const struct event *event, bool is_root)
{
	buf_puts(out, is_root ? "posted" : "replied");
	if (!record_asks(event->rec))
		return;
	buf_puts(out, " and asked ");
	put_asked(out, wl, event->rec);
}

/* What it hangs on, unless that is the root. */
static void put_parent(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	char hex[ID_HEX + 1];
	struct id parent;

	if (!record_parent(event->rec, &parent) || id_equal(&parent, &thread->root->id))
		return;
	worklog_short_id(hex, wl, &parent);
	buf_addf(out, " (%s %s)", event->rec->kind == KIND_POST ? "to" : "of", hex);
}

/* Is it said in the words for it already on whose behalf it was? */
static bool names_whom(const struct thread *thread, const struct event *event)
{
	const struct record *rec = event->rec;
	const struct event *parent = parent_of(thread, event);

	if (rec->kind != KIND_MARK)
		return false;
	return rec->verb == VERB_ASSIGN || (rec->verb == VERB_EXTEND && parent && parent->by == event->by);
}

void show_deed(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	if (event->rec->kind == KIND_MARK)
		put_mark(out, wl, thread, event);
	else
		put_post(out, wl, event, event == thread->events);
	if (event->on_behalf && !names_whom(thread, event)) {
		buf_puts(out, " for ");
		put_text(out, event->on_behalf->shown);
	}
}

void show_act(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	put_text(out, event->by ? event->by->shown : "async");
	buf_putc(out, ' ');
	show_deed(out, wl, thread, event);
	put_parent(out, wl, thread, event);
}

/* The author learns how to grant it; the others, whose turn it is. */
static void put_waiting(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	const struct event *ask = parent_of(thread, event);
	struct person *me = NULL;
	char hex[ID_HEX + 1];

	if (worklog_me(&me, wl) < 0)
		error_clear();
	worklog_short_id(hex, wl, &event->rec->id);
	if (me && ask && ask->by == me) {
		buf_addf(out, "grant it with: async extend --accept %s", hex);
		return;
	}
	buf_puts(out, "waits for ");
	put_text(out, ask && ask->by ? ask->by->shown : NULL);
}

void show_author(struct buf *out, struct worklog *wl, const struct event *event, const struct authorship *author)
{
	if (author->word == AUTHORSHIP_MISMATCH) {
		buf_puts(out, "MISMATCH: committed by ");
		put_text(out, author->committer);
		if (author->wrong)
			buf_addf(out, ", %s", author->wrong);
		return;
	}
	if (!author->committer || (event->rec->from && author->word != AUTHORSHIP_IMPORTED))
		return;
	buf_puts(out, event->rec->from ? "imported by " : "sent by ");
	put_person(out, wl, author->committer);
}

void show_why(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	if (event->waits)
		put_waiting(out, wl, thread, event);
	if (event->waits || !event->why)
		return;
	if (event->retracted) {
		buf_puts(out, "taken back");
		return;
	}
	buf_puts(out, "not counted: ");
	put_text(out, event->why);
}
