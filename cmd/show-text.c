/* A thread as people read it. */
#include <string.h>

#include "attach.h"
#include "links.h"
#include "print.h"
#include "show.h"

#define INDENT 4 /* of texts below the line that says whose they are */
#define VALUES 8 /* of the head's values, behind their keys */

/* Marks of one kind in a row, without a text: more than these are told by the first and the last. */
#define RUN 5

/* The head: "Key:    value". */

static void put_colored_key(const char *key, enum color color, const char *value)
{
	print_colored(COLOR_DIM, "%-*s", VALUES, key);
	print_wrapped(color, value, VALUES, VALUES);
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
	print(" ");
	print_safe(&safe, thread->redacted ? "(redacted)" : thread->subject, false);
	print_wrapped(COLOR_BOLD, safe.ptr, (int)strlen(hex) + 1, VALUES);
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
	if (level)
		buf_addf(&line, " (%s)", level);
	put_safe_key("Needs:", line.ptr);
	buf_release(&line);
}

/* What it is, where its line of those who are asked does not say it. */
static void put_type(const struct thread *thread)
{
	enum post_type type = thread->root->type;

	if (type != TYPE_ASK && type != TYPE_NOTE)
		put_safe_key("Type:", event_what(&thread->events[0]));
}

static void put_copies(struct worklog *wl, const struct thread *thread)
{
	const struct node *copies = record_node(thread->root, "cc");
	struct buf line = BUF_INIT;
	struct team *team;

	if (!copies || worklog_team(&team, wl) < 0)
		return;
	NODE_EACH(name, copies)
		buf_addf(&line, "%s%s", line.len ? ", " : "", team_person(team, name->text)->shown);
	put_safe_key("Cc:", line.ptr);
	buf_release(&line);
}

/* "today 12:00 by ana" */
static void put_change(struct buf *out, struct worklog *wl, const struct event *post)
{
	const struct event *by = post->texts->by;

	format_time_short(out, by->rec->date, worklog_now(wl), worklog_zone(wl));
	buf_puts(out, " by ");
	print_safe(out, by->by ? by->by->shown : "async", false);
}

/* What is shown is the newest text; how to see the others. */
static void put_changed(struct worklog *wl, const struct thread *thread)
{
	const struct event *root = &thread->events[0];
	struct buf line = BUF_INIT;
	char hex[ID_HEX + 1];

	if (!root->superseded)
		return;
	worklog_short_id(hex, wl, &thread->root->id);
	buf_puts(&line, "changed ");
	put_change(&line, wl, root);
	buf_addf(&line, "; older: async show --history %s", hex);
	put_key("Text:", line.ptr);
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

/* A line below an event. */
static void put_line(const char *lead, const char *safe)
{
	print("%*s%s", INDENT, "", lead);
	print_wrapped(COLOR_NONE, safe, INDENT + (int)strlen(lead), INDENT + (int)strlen(lead));
}

/* With a key in the head, else below an event. */
static void put_links(const struct node *links, const char *transcript, const char *key)
{
	struct buf line = BUF_INIT;

	NODE_EACH(link, links) {
		buf_reset(&line);
		links_put(&line, link);
		links_put_transcript(&line, link, links, transcript);
		if (key)
			put_key(key, line.ptr);
		else
			put_line("link: ", line.ptr);
	}
	buf_release(&line);
}

static void put_files(const struct node *files, const char *key)
{
	struct buf line = BUF_INIT;

	NODE_EACH(file, files) {
		buf_reset(&line);
		attach_put(&line, file);
		if (key)
			put_key(key, line.ptr);
		else
			put_line("file: ", line.ptr);
	}
	buf_release(&line);
}

static void put_origin(struct worklog *wl, const struct thread *thread, const struct authorship *author)
{
	const struct node *origin = record_node(thread->root, "origin");
	const char *system = node_get_text(origin, "system"), *url = node_get_text(origin, "url");
	struct buf line = BUF_INIT;

	if (!system)
		return;
	show_author(&line, wl, &thread->events[0], author);
	buf_puts(&line, line.len ? " from " : "imported from ");
	print_safe(&line, system, false);
	if (url) {
		buf_puts(&line, ", ");
		print_safe(&line, url, false);
	}
	put_key("Origin:", line.ptr);
	buf_release(&line);
}

/* Whoever says they are somebody else must not be overlooked. */
static void put_mismatch(struct worklog *wl, const struct event *event, const struct authorship *author, int indent)
{
	struct buf line = BUF_INIT;

	if (author->word == AUTHORSHIP_MISMATCH) {
		show_author(&line, wl, event, author);
		print("%*s", indent, "");
		print_wrapped(COLOR_OVERDUE, line.ptr, indent, indent);
	}
	buf_release(&line);
}

static void put_head(struct worklog *wl, const struct thread *thread, const struct authorship *author, bool history)
{
	put_subject(wl, thread);
	put_from(wl, thread);
	put_mismatch(wl, &thread->events[0], author, VALUES);
	put_copies(wl, thread);
	put_type(thread);
	put_state(wl, thread);
	if (!history)
		put_changed(wl, thread);
	put_expected(thread);
	put_tags(thread);
	put_links(thread->events[0].links, thread->events[0].transcript, "Link:");
	put_files(thread->events[0].attach, "File:");
	put_origin(wl, thread, author);
}

/* What was said and done. */

/* A text, or that it is redacted. */
static void put_text(const char *subject, const char *body, bool redacted)
{
	if (redacted)
		print("%*s(redacted)\n", INDENT, "");
	if (*subject)
		print_text(subject, INDENT);
	if (*subject && body)
		print("\n");
	if (body)
		print_text(body, INDENT);
}

static bool has_text(const struct event *event)
{
	return event->redacted || event->body || event->links || event->attach ||
	       (event->rec->kind == KIND_POST && *event->subject);
}

/* With --history: what a post said at first, and what each supersede put in its place. */
static void put_old_text(const struct event *event)
{
	const struct record *rec = event->rec;
	const struct text_version *text = event->texts;
	struct buf subject = BUF_INIT;

	while (rec->kind == KIND_POST && text->older)
		text = text->older;
	if (!text->redacted && record_text(rec, "subject"))
		buf_addf(&subject, "Subject: %s", text->subject);
	put_text(subject.ptr, record_text(rec, "body") ? text->body : NULL, text->redacted);
	put_links(record_node(rec, "links") ? text->links : NULL, NULL, NULL);
	buf_release(&subject);
}

/* It was imported with the post, as the head says. */
static bool came_with_root(const struct thread *thread, const struct authorship *authors, size_t i)
{
	const char *system = node_get_text(record_node(thread->events[i].rec, "origin"), "system");
	const char *of_root = node_get_text(record_node(thread->root, "origin"), "system");
	const char *committer = authors[i].committer, *root_committer = authors[0].committer;

	return system && of_root && !strcmp(system, of_root) && committer && root_committer &&
	       !strcasecmp(committer, root_committer);
}

static void put_act(struct worklog *wl, const struct thread *thread, const struct authorship *authors, size_t i)
{
	const struct event *event = &thread->events[i];
	struct buf time = BUF_INIT, line = BUF_INIT, author = BUF_INIT;
	char hex[ID_HEX + 1];

	worklog_short_id(hex, wl, &event->rec->id);
	print_colored(COLOR_ID, "%s", hex);
	format_time(&time, event->rec->date, worklog_zone(wl));
	print_colored(COLOR_DIM, " %s  ", time.ptr);
	show_act(&line, wl, thread, event);
	if (authors[i].word != AUTHORSHIP_MISMATCH && !came_with_root(thread, authors, i))
		show_author(&author, wl, event, &authors[i]);
	if (author.len)
		buf_addf(&line, ", %s", author.ptr);
	print_wrapped(COLOR_NONE, line.ptr, (int)strlen(hex) + 3 + text_width(time.ptr), INDENT);
	buf_release(&author);
	buf_release(&time);
	buf_release(&line);
}

static void put_notes(struct worklog *wl, const struct thread *thread, const struct event *event, bool history)
{
	struct buf line = BUF_INIT;

	show_why(&line, wl, thread, event);
	if (line.len)
		print_colored(COLOR_DIM, "%*s%s\n", INDENT, "", line.ptr);
	buf_reset(&line);
	if (event->superseded && !history) {
		put_change(&line, wl, event);
		print_colored(COLOR_DIM, "%*stext changed %s; older: --history\n", INDENT, "", line.ptr);
	}
	buf_release(&line);
}

static void put_event(struct worklog *wl, const struct thread *thread, const struct authorship *authors, size_t i,
		      bool history)
{
	const struct event *event = &thread->events[i];

	put_act(wl, thread, authors, i);
	put_mismatch(wl, event, &authors[i], INDENT);
	put_notes(wl, thread, event, history);
	if (history && event->texts) {
		put_old_text(event);
	} else {
		put_text(event->rec->kind == KIND_POST ? event->subject : "", event->body, event->redacted);
		put_links(event->links, event->transcript, NULL);
	}
	put_files(event->attach, NULL);
}

static bool is_alike(const struct thread *thread, const struct authorship *authors, size_t i, size_t k)
{
	const struct event *a = &thread->events[i], *b = &thread->events[k];

	if (authors[i].word == AUTHORSHIP_MISMATCH || authors[k].word == AUTHORSHIP_MISMATCH)
		return false;
	return a->rec->kind == KIND_MARK && b->rec->kind == KIND_MARK && a->rec->verb == b->rec->verb &&
	       !has_text(a) && !has_text(b) && a->counts == b->counts && !a->waits && !b->waits;
}

/* How many events from this one on are of one sort and say no more than that they happened. */
static size_t run_length(const struct thread *thread, const struct authorship *authors, size_t first)
{
	size_t nr = 1;

	while (first + nr < thread->nr_events && is_alike(thread, authors, first, first + nr))
		nr++;
	return nr;
}

static int put_events(struct worklog *wl, const struct thread *thread, const struct authorship *authors, bool history)
{
	bool gap = true;
	int rc = 0;

	for (size_t i = history ? 0 : 1; rc == 0 && i < thread->nr_events; i++) {
		const struct event *event = &thread->events[i];
		bool text = has_text(event) || (history && event->texts);
		size_t run = history ? 1 : run_length(thread, authors, i);

		if (gap || text) /* texts stand apart; marks without one stay together */
			print("\n");
		put_event(wl, thread, authors, i, history);
		gap = text;
		if (run > RUN) {
			print_colored(COLOR_DIM, "%*s… %zu more like this: --history\n", INDENT, "", run - 2);
			i += run - 2;
		}
		rc = print_check();
	}
	return rc;
}

int show_text(struct worklog *wl, const struct thread *thread, const struct authorship *authors, bool history)
{
	int rc;

	put_head(wl, thread, &authors[0], history);
	rc = show_parts(wl, thread);
	if (!history && (thread->body || thread->redacted)) {
		print("\n");
		put_text("", thread->body, thread->redacted);
	}
	return rc < 0 ? rc : put_events(wl, thread, authors, history);
}
