/* What each record of a thread says, in words. */
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "print.h"
#include "show.h"

const char *event_what(const struct event *event)
{
	const char *key = event->rec->kind == KIND_MARK ? "verb" : event->rec->kind == KIND_POST ? "type" : "kind";
	const char *text = record_text(event->rec, key);

	return text ? text : post_type_name(event->rec->type);
}

const struct event *event_parent(const struct thread *thread, const struct event *event)
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

/* What an extend gives: "1d more", "until …", "the level urgent". */
static void put_terms(struct buf *out, struct worklog *wl, const struct record *rec)
{
	if (record_text(rec, "by")) {
		buf_puts(out, "until ");
		put_by(out, wl, rec);
	} else if (record_text(rec, "level")) {
		buf_puts(out, "the level ");
		put_text(out, record_text(rec, "level"));
	} else {
		put_text(out, record_text(rec, "within"));
		buf_puts(out, " more");
	}
}

static void put_extend(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	const struct event *parent = event_parent(thread, event);
	bool is_request = !record_text(event->rec, "accept") && (!parent || parent->by != event->by);
	bool has_terms = record_text(event->rec, "by") || record_text(event->rec, "within") ||
			 record_text(event->rec, "level");

	buf_puts(out, is_request ? "asked for " : "gave ");
	if (has_terms)
		put_terms(out, wl, event->rec);
	else
		buf_puts(out, "the time that was asked for");
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
		[VERB_RETRACT] = "retracted", [VERB_SUPERSEDE] = "changed the text",
		[VERB_REDACT] = "hid the text",
	};
	const struct record *rec = event->rec;

	switch (rec->verb) {
	case VERB_ASSIGN:
		buf_puts(out, "handed over to ");
		put_list(out, wl, record_node(rec, "to"));
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

void show_act(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event)
{
	put_text(out, event->by ? event->by->shown : "async");
	buf_putc(out, ' ');
	if (event->rec->kind == KIND_MARK)
		put_mark(out, wl, thread, event);
	else
		put_post(out, wl, event, event == thread->events);
	if (event->on_behalf) {
		buf_puts(out, " for ");
		put_text(out, event->on_behalf->shown);
	}
	put_parent(out, wl, thread, event);
}
