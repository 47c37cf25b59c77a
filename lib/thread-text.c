/* The texts of a thread: the newest of each post, what is hidden, and the tags in force. */
#include <stdlib.h>
#include <string.h>

#include "thread-fold.h"

static const char *text_or(const struct record *rec, const char *key, const char *otherwise)
{
	const char *text = record_text(rec, key);

	return text ? text : otherwise;
}

static bool is_verb(const struct event *event, enum verb verb)
{
	return event->rec->kind == KIND_MARK && event->rec->verb == verb;
}

/* A redaction hides a mark's text wherever it would be shown: so these are found first. */
static void find_redacted(struct fold *fold)
{
	for (size_t i = 0; i < fold->out->nr_events; i++)
		if (is_verb(fold_event(fold, i), VERB_REDACT) && fold_event(fold, i)->counts)
			fold_event(fold, fold->entries[i].parent)->redacted = true;
}

static void own_text(struct event *event)
{
	event->subject = "";
	event->hidden = event->redacted;
	if (event->redacted && event->rec->kind != KIND_POST)
		return;
	if (event->rec->kind == KIND_POST) {
		event->redacted = false; /* until it is the redaction's turn */
		event->subject = text_or(event->rec, "subject", "");
		event->body = record_text(event->rec, "body");
		event->links = record_node(event->rec, "links");
		event->attach = record_node(event->rec, "attach");
		event->transcript = record_text(event->rec, "transcript");
	} else {
		event->body = record_text(event->rec, "note");
		if (is_verb(event, VERB_SUPERSEDE)) /* its text and links become those of what it names */
			return;
		if (!event->body)
			event->body = record_text(event->rec, "body");
		event->links = record_node(event->rec, "links");
	}
}

/* The text that the post has now, given by `by`, as the newest of its texts. */
static void keep_text(struct fold *fold, struct event *post, struct event *by)
{
	struct text_version *text = pool_alloc(&fold->out->pool, sizeof(*text));

	*text = (struct text_version){
		.by = by, .subject = post->subject, .body = post->body, .links = post->links,
		.redacted = post->redacted, .older = post->texts,
	};
	post->texts = text;
}

/* A later text stands in for what it names; what it does not name stays. */
static void replace_text(struct fold *fold, struct event *post, struct event *by)
{
	const struct node *links = record_node(by->rec, "links");

	if (by->redacted)
		return;
	if (!post->texts)
		keep_text(fold, post, post);
	post->subject = text_or(by->rec, "subject", post->subject);
	post->body = text_or(by->rec, "body", post->body);
	if (links)
		post->links = links;
	post->superseded = true;
	post->redacted = false;
	keep_text(fold, post, by);
	by->texts = post->texts;
}

/* What was said up to here is hidden; the author may say it anew. */
static void hide_text(struct event *event)
{
	event->subject = "";
	event->body = NULL;
	event->links = NULL;
	event->attach = NULL;
	event->transcript = NULL;
	event->redacted = event->hidden = true;
	for (struct text_version *text = event->texts; text && !text->redacted; text = text->older) {
		text->subject = "";
		text->body = NULL;
		text->links = NULL;
		text->redacted = text->by->hidden = true;
	}
}

/* A tag set or taken away. */
struct change {
	const char *tag;
	size_t at;
	bool on;
};

static int compare_changes(const void *a, const void *b)
{
	const struct change *left = a, *right = b;
	int order = strcmp(left->tag, right->tag);

	return order ? order : (left->at > right->at) - (left->at < right->at);
}

static size_t count_tags(const struct thread *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < out->nr_events; i++) {
		const struct node *tags = record_node(out->events[i].rec, "tags");

		nr += tags ? tags->nr : 0;
	}
	return nr;
}

/* Everything that sets or takes away a tag of the thread, in order. */
static size_t collect_changes(struct change *v, const struct thread *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < out->nr_events; i++) {
		const struct event *event = &out->events[i];
		bool is_post = event->rec->kind == KIND_POST;

		if (!is_post && !is_verb(event, VERB_TAG) && !is_verb(event, VERB_UNTAG))
			continue;
		if (!event->counts && i > 0)
			continue;
		NODE_EACH(tag, record_node(event->rec, "tags")) {
			v[nr] = (struct change){ tag->text, nr, !is_verb(event, VERB_UNTAG) };
			nr++;
		}
	}
	return nr;
}

static void find_tags(struct thread *out)
{
	struct change *v = xmalloc(count_tags(out) * sizeof(*v));
	struct node *tags = node_new(&out->pool, NODE_LIST);
	size_t nr = collect_changes(v, out);

	qsort(v, nr, sizeof(*v), compare_changes);
	for (size_t i = 0; i < nr; i++) {
		bool is_last = i + 1 == nr || strcmp(v[i].tag, v[i + 1].tag) != 0;

		if (is_last && v[i].on)
			node_append_text(&out->pool, tags, v[i].tag);
	}
	free(v);
	out->tags = tags;
}

void fold_texts(struct fold *fold)
{
	struct thread *out = fold->out;
	const struct event *root = &out->events[0];

	find_redacted(fold);
	for (size_t i = 0; i < out->nr_events; i++) {
		struct event *event = &out->events[i], *target;

		own_text(event);
		if (fold->entries[i].parent == NONE || !event->counts)
			continue;
		target = fold_event(fold, fold->entries[i].parent);
		if (is_verb(event, VERB_SUPERSEDE))
			replace_text(fold, target, event);
		else if (is_verb(event, VERB_REDACT))
			hide_text(target);
	}
	find_tags(out);
	out->subject = root->subject;
	out->body = root->body;
	out->retracted = root->retracted;
	out->redacted = root->redacted;
	out->superseded = root->superseded;
}
