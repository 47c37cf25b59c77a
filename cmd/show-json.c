/* A thread as one JSON object (async-json(5)). */
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
	buf_putc(out, '}');
}

static void put_event(struct buf *out, const struct event *event)
{
	struct id parent;

	pair_next(out);
	buf_putc(out, '{');
	pair_id(out, "id", &event->rec->id);
	pair_text(out, "kind", record_kind_name(event->rec->kind));
	pair_text(out, "what", event_what(event));
	pair_person(out, "from", event->by);
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

void show_json(struct buf *out, const struct thread *thread)
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
		put_event(out, &thread->events[i]);
	buf_puts(out, "]}");
}
