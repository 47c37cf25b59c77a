/* One thread: its records in the order in which they count, and what they add up to. */
#include "async/thread.h"

#include <stdlib.h>
#include <string.h>

#include "thread-fold.h"

#define AHEAD ((time_t)24 * 3600)      /* a record further ahead of the clock has to wait */
#define NEAR_AHEAD ((time_t)10 * 60)   /* a date further ahead pushes no writer's date */

/* Order: by (date, id), but none before what it hangs on, for clocks differ. */

/* What is known of a record before it has its place. */
struct waiting {
	const struct record *rec;
	size_t parent;                 /* among the records; NONE */
	size_t first_child, last_child; /* that wait for it, */
	size_t next;                   /* in order */
	size_t place;                  /* NONE: still waits */
};

struct line {
	struct waiting *v;
	size_t nr;
	size_t *by_id;
	size_t *order; /* in which they count */
	size_t nr_order;
};

static int compare(const void *a, const void *b)
{
	const struct waiting *left = a, *right = b;

	return record_cmp(left->rec, right->rec);
}

static int compare_id(const void *a, const void *b, void *data)
{
	const struct waiting *v = data;

	return id_cmp(&v[*(const size_t *)a].rec->id, &v[*(const size_t *)b].rec->id);
}

static size_t find_record(const struct line *line, const struct id *id)
{
	size_t low = 0, high = line->nr;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = id_cmp(&line->v[line->by_id[mid]].rec->id, id);

		if (order == 0)
			return line->by_id[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NONE;
}

static void line_up(struct line *line, struct record *const *recs, size_t nr)
{
	struct id parent;

	*line = (struct line){ .nr = nr };
	line->v = xcalloc(nr, sizeof(*line->v));
	line->by_id = xmalloc(nr * sizeof(*line->by_id));
	line->order = xmalloc(nr * sizeof(*line->order));
	for (size_t i = 0; i < nr; i++)
		line->v[i].rec = recs[i];
	qsort(line->v, nr, sizeof(*line->v), compare);
	for (size_t i = 0; i < nr; i++)
		line->by_id[i] = i;
	qsort_r(line->by_id, nr, sizeof(*line->by_id), compare_id, line->v);
	for (size_t i = 0; i < nr; i++) {
		struct waiting *at = &line->v[i];

		at->first_child = at->last_child = at->next = at->place = NONE;
		at->parent = record_parent(at->rec, &parent) ? find_record(line, &parent) : NONE;
	}
}

/* Put one in its place, and then those that waited for it. */
static void place(struct line *line, size_t i)
{
	size_t done = line->nr_order;

	line->v[i].place = line->nr_order;
	line->order[line->nr_order++] = i;
	for (; done < line->nr_order; done++)
		for (size_t child = line->v[line->order[done]].first_child; child != NONE;
		     child = line->v[child].next) {
			if (line->v[child].place != NONE)
				continue;
			line->v[child].place = line->nr_order;
			line->order[line->nr_order++] = child;
		}
}

static void wait_for(struct line *line, size_t parent, size_t i)
{
	struct waiting *at = &line->v[parent];

	if (at->first_child == NONE)
		at->first_child = i;
	else
		line->v[at->last_child].next = i;
	at->last_child = i;
}

/* The post that began it; where that is not here, the first post, else the first record. */
static size_t find_root(const struct line *line)
{
	struct id parent;
	size_t first_post = NONE;

	for (size_t i = 0; i < line->nr; i++) {
		if (line->v[i].parent != NONE)
			continue;
		if (!record_parent(line->v[i].rec, &parent))
			return i;
		if (first_post == NONE && line->v[i].rec->kind == KIND_POST)
			first_post = i;
	}
	return first_post != NONE ? first_post : 0;
}

static void put_in_order(struct line *line)
{
	size_t root = find_root(line);

	place(line, root);
	for (size_t i = 0; i < line->nr; i++) {
		size_t parent = line->v[i].parent;

		if (i == root)
			continue;
		if (parent == NONE || line->v[parent].place != NONE)
			place(line, i);
		else
			wait_for(line, parent, i);
	}
	for (size_t i = 0; i < line->nr; i++) /* ids that no hash made can hang on each other */
		if (line->v[i].place == NONE) {
			line->v[i].parent = NONE;
			place(line, i);
		}
}

static void release_line(struct line *line)
{
	free(line->v);
	free(line->by_id);
	free(line->order);
}

/* The events, before any of them is applied. */

static const char *system_of(const struct record *rec)
{
	const struct node *origin = record_node(rec, "origin");
	const char *system = node_get_text(origin, "system");

	return !origin ? NULL : system ? system : "";
}

static struct person *person_of(struct team *team, const struct record *rec, const char *key)
{
	const char *name = record_text(rec, key);

	return rec->from && name ? team_person(team, name) : NULL;
}

static void add_event(struct fold *fold, const struct line *line, size_t i)
{
	struct event *event = &fold->out->events[fold->out->nr_events];
	struct entry *entry = &fold->entries[fold->out->nr_events++];
	const struct waiting *from = &line->v[i];

	event->rec = from->rec;
	event->counts = true;
	event->by = person_of(fold->team, from->rec, "from");
	event->on_behalf = person_of(fold->team, from->rec, "for");
	if (event->on_behalf == event->by)
		event->on_behalf = NULL;
	*entry = (struct entry){ .first_part = NONE, .last_part = NONE, .ask = NONE };
	entry->parent = from->parent == NONE ? NONE : line->v[from->parent].place;
	entry->system = system_of(from->rec);
}

static void begin(struct fold *fold, struct record *const *recs, size_t nr)
{
	struct thread *out = fold->out;
	struct line line;

	line_up(&line, recs, nr);
	put_in_order(&line);
	out->events = pool_alloc(&out->pool, nr * sizeof(*out->events));
	fold->entries = xcalloc(nr, sizeof(*fold->entries));
	fold->by_id = xmalloc(nr * sizeof(*fold->by_id));
	for (size_t i = 0; i < line.nr_order; i++)
		add_event(fold, &line, line.order[i]);
	for (size_t i = 0; i < nr; i++)
		fold->by_id[i] = line.v[line.by_id[i]].place;
	out->root = out->events[0].rec;
	release_line(&line);
}

size_t fold_find(const struct fold *fold, const struct id *id)
{
	size_t low = 0, high = fold->out->nr_events;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		int order = id_cmp(&fold_event(fold, fold->by_id[mid])->rec->id, id);

		if (order == 0)
			return fold->by_id[mid];
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NONE;
}

/* Dates ahead, and what was taken back. */

/* What was imported is exempt from date rules. */
static bool is_ahead(const struct fold *fold, size_t event)
{
	return !fold->entries[event].system && fold_event(fold, event)->rec->date - AHEAD > fold->now;
}

/*
 * What its author has retracted is as if it were not there; a retract that is itself retracted
 * is not. Those come later in the order: so from the end.
 */
static void find_retracted(struct fold *fold)
{
	for (size_t i = fold->out->nr_events; i-- > 0;) {
		const struct event *event = fold_event(fold, i);
		size_t target = fold->entries[i].parent;

		if (event->rec->kind != KIND_MARK || event->rec->verb != VERB_RETRACT || target == NONE)
			continue;
		if (!event->retracted && !is_ahead(fold, i) && fold_is_author(fold, i, target) &&
		    !fold_is_foreign(fold, i, target))
			fold_event(fold, target)->retracted = true;
	}
}

static void wait_until(struct fold *fold, size_t event)
{
	struct event *at = fold_event(fold, event);

	at->counts = false;
	at->why = "its date is more than a day ahead";
	if (at->rec->date - AHEAD < fold->out->recheck_at)
		fold->out->recheck_at = at->rec->date - AHEAD;
}

/* Whom an answer was asked of until then, by the clock alone, is known before it comes. */
static void apply(struct fold *fold, size_t event)
{
	time_t date = fold_event(fold, event)->rec->date;

	escalate_until(fold, date < fold->now + AHEAD ? date : fold->now + AHEAD);
	fold_apply(fold, event);
}

static void apply_all(struct fold *fold)
{
	for (size_t i = 0; i < fold->out->nr_events; i++) {
		size_t parent = fold->entries[i].parent;

		if (parent != NONE)
			fold->entries[i].ask = fold->entries[parent].ask;
		if (is_ahead(fold, i) && !fold_event(fold, i)->retracted)
			wait_until(fold, i);
		else
			apply(fold, i);
	}
}

/* The sum. */

static void sum_up(struct thread *out)
{
	bool met = false, open = false;

	for (size_t i = 0; i < out->nr_parts; i++) {
		const struct part *part = &out->parts[i];

		if (!part_state_is_settled(part->state)) {
			if (!open || part->due_at < out->due_at)
				out->due_at = part->due_at;
			open = true;
		}
		met |= part->state == PART_MET;
	}
	if (out->nr_parts)
		out->state = open ? THREAD_OPEN : met ? THREAD_MET : THREAD_WITHDRAWN;
}

void thread_fold(struct thread *out, struct team *team, struct record *const *recs, size_t nr, time_t now)
{
	struct fold fold = { .out = out, .team = team, .now = now };

	*out = (struct thread)THREAD_INIT;
	out->recheck_at = DUE_NEVER;
	out->stepped_at = INSTANT_MIN;
	fold.escalates = team_escalates(team);
	out->subject = "";
	if (!nr)
		return;
	begin(&fold, recs, nr);
	find_retracted(&fold);
	apply_all(&fold);
	escalate_finish(&fold);
	fold_requests(&fold);
	parts_finish(&fold);
	fold_derived(&fold);
	fold_texts(&fold);
	sum_up(out);
	free(fold.entries);
	free(fold.by_id);
	free(fold.drafts);
	free(fold.table);
}

void thread_fold_more(struct thread *out, struct team *team, const struct thread *thread,
		      struct record *const *more, size_t nr, time_t now)
{
	struct record **recs = xcalloc(thread->nr_events + nr, sizeof(*recs));
	size_t all = 0;

	for (size_t i = 0; i < thread->nr_events; i++)
		recs[all++] = (struct record *)thread->events[i].rec;
	for (size_t i = 0; i < nr; i++)
		recs[all++] = more[i];
	thread_fold(out, team, recs, all, now);
	free(recs);
}

void thread_release(struct thread *thread)
{
	pool_release(&thread->pool);
	*thread = (struct thread)THREAD_INIT;
}

/* Questions to a folded thread. */

const struct event *thread_event(const struct thread *thread, const struct id *id)
{
	for (size_t i = 0; i < thread->nr_events; i++)
		if (id_equal(&thread->events[i].rec->id, id))
			return &thread->events[i];
	return NULL;
}

const struct part *thread_part_in(const struct thread *thread, const struct record *ask, const struct person *person)
{
	for (size_t i = 0; i < thread->nr_parts; i++)
		if (thread->parts[i].ask == ask && thread->parts[i].person == person)
			return &thread->parts[i];
	return NULL;
}

struct part *thread_part(const struct thread *thread, const struct person *person)
{
	struct part *newest = NULL;

	for (size_t i = thread->nr_parts; i-- > 0;) {
		struct part *part = &thread->parts[i];

		if (part->person != person)
			continue;
		if (!part_state_is_settled(part->state))
			return part;
		if (!newest)
			newest = part;
	}
	return newest;
}

/* Does the order of this record and a new one matter? */
static bool is_ordered(const struct record *rec)
{
	switch (rec->kind == KIND_MARK ? rec->verb : VERB_UNKNOWN) {
	case VERB_ACK:
	case VERB_DONE:
	case VERB_APPROVE:
	case VERB_REJECT:
	case VERB_READ:
	case VERB_REOPEN:
	case VERB_ASSIGN:
	case VERB_EXTEND:
	case VERB_RETRACT:
		return true;
	default:
		return rec->kind == KIND_POST && record_node(rec, "re");
	}
}

time_t thread_next_date(const struct thread *thread, time_t now)
{
	time_t date = now;

	for (size_t i = 0; i < thread->nr_events; i++) {
		const struct event *event = &thread->events[i];
		time_t after = event->rec->date + 1;

		if (event->counts && is_ordered(event->rec) && after <= now + NEAR_AHEAD + 1 && after > date)
			date = after;
	}
	return date;
}
