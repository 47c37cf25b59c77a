/* A thread as one JSON object (async-json(5)). */
#include <stdlib.h>

#include "async/alloc.h"
#include "async/json.h"
#include "pairs.h"
#include "show.h"

static void put_part(struct buf *out, const struct part *part)
{
	pair_next(out);
	buf_putc(out, '{');
	pair_id(out, "id", &part->ask->id);
	pair_person(out, "to", part->person);
	pair_text(out, "state", part_state_name(part->state));
	pair_text(out, "outcome", part->outcome);
	pair_text(out, "need", need_name(part->need));
	pair_text(out, "level", part->level);
	pair_text(out, "group", part->group);
	pair_number(out, "item", part->item);
	pair_time(out, "asked", part->rounds[0].start_at);
	pair_time(out, "due", part->due_at);
	pair_time(out, "asked_due", part->asked_due_at);
	pair_time(out, "acked", part->acked_at);
	pair_time(out, "promised", part->promised_at);
	pair_time(out, "settled", part->settled_at);
	pair_bool(out, "assumed", part->assumed);
	pair_number(out, "rounds", (long long)part->nr_rounds);
	pair_number(out, "step", part->step);
	pair_person(out, "escalated_for", part->escalated_for);
	pair_time(out, "missed", part->missed_at);
	buf_putc(out, '}');
}

/* What the post or a supersede of it said; what it did not name is as it was before. */
static void put_text(struct buf *out, const struct text_version *text)
{
	const struct record *rec = text->by->rec;

	pair_next(out);
	buf_putc(out, '{');
	pair_id(out, "id", &rec->id);
	pair_person(out, "from", text->by->by);
	pair_time(out, "date", rec->date);
	pair_text(out, "subject", record_text(rec, "subject") ? text->subject : NULL);
	pair_text(out, "text", record_text(rec, "body") ? text->body : NULL);
	pair_list(out, "links", record_node(rec, "links") ? text->links : NULL);
	pair_bool(out, "redacted", text->redacted);
	buf_putc(out, '}');
}

/* The first text first: they are kept the other way round. */
static void put_texts(struct buf *out, const struct text_version *newest)
{
	const struct text_version **v;
	size_t nr = 0, at = 0;

	for (const struct text_version *text = newest; text; text = text->older)
		nr++;
	v = xcalloc(nr, sizeof(*v));
	for (const struct text_version *text = newest; text; text = text->older)
		v[at++] = text;
	pair_key(out, "texts");
	buf_putc(out, '[');
	while (at--)
		put_text(out, v[at]);
	buf_putc(out, ']');
	free(v);
}

/* All that the record says, but for a text that is hidden. */
static void put_record(struct buf *out, const struct event *event)
{
	pair_key(out, "record");
	if (event->hidden)
		buf_puts(out, "null");
	else
		json_put(out, event->rec->root);
}

static void put_event(struct buf *out, const struct event *event, const struct authorship *author)
{
	struct id parent;

	pair_next(out);
	buf_putc(out, '{');
	pair_id(out, "id", &event->rec->id);
	pair_text(out, "kind", record_kind_name(event->rec->kind));
	pair_text(out, "what", event_what(event));
	pair_person(out, "from", event->by);
	pair_text(out, "authorship", authorship_name(author->word));
	pair_text(out, "committer", author->committer);
	pair_person(out, "for", event->on_behalf);
	pair_time(out, "date", event->rec->date);
	pair_id(out, "target", record_parent(event->rec, &parent) ? &parent : NULL);
	pair_text(out, "subject", event->rec->kind == KIND_POST ? event->subject : NULL);
	pair_text(out, "text", event->body);
	pair_list(out, "links", event->links);
	pair_bool(out, "counts", event->counts);
	pair_text(out, "why_not", event->why);
	pair_bool(out, "retracted", event->retracted);
	pair_bool(out, "redacted", event->redacted);
	pair_bool(out, "superseded", event->superseded);
	put_texts(out, event->rec->kind == KIND_POST ? event->texts : NULL);
	put_record(out, event);
	buf_putc(out, '}');
}

static void put_head(struct buf *out, const struct thread *thread)
{
	const struct event *root = &thread->events[0];

	buf_puts(out, "{\"v\":1,\"kind\":\"thread\"");
	pair_id(out, "id", &root->rec->id);
	pair_text(out, "subject", thread->subject);
	pair_text(out, "type", event_what(root));
	pair_person(out, "from", root->by);
	pair_time(out, "date", root->rec->date);
	pair_text(out, "state", thread_state_name(thread->state));
	pair_time(out, "due", thread->due_at);
	pair_text(out, "level", record_text(root->rec, "level"));
	pair_list(out, "tags", thread->tags);
	pair_bool(out, "retracted", thread->retracted);
	pair_bool(out, "redacted", thread->redacted);
}

void show_json(struct buf *out, const struct thread *thread, const struct authorship *authors)
{
	put_head(out, thread);
	pair_key(out, "parts");
	buf_putc(out, '[');
	for (size_t i = 0; i < thread->nr_parts; i++)
		put_part(out, &thread->parts[i]);
	buf_putc(out, ']');
	pair_key(out, "events");
	buf_putc(out, '[');
	for (size_t i = 0; i < thread->nr_events; i++)
		put_event(out, &thread->events[i], &authors[i]);
	buf_puts(out, "]}");
}
