/* Derived marks: a reminder counts once its time has come, and the same one once, whichever copies exist. */
#include <stdlib.h>
#include <string.h>

#include "async/reminder.h"
#include "thread-fold.h"

/* What a mark says was said: NULL if that may be so, else why it cannot be. */
static const char *derived_wrong(const struct fold *fold, const struct event *event)
{
	const char *name = record_text(event->rec, "person"), *stage = record_text(event->rec, "stage");
	const struct part *part = NULL;
	const struct round *round;
	struct stage v[STAGES_MAX];
	struct id target;
	size_t nr;

	if (name && record_parent(event->rec, &target) && fold_find(fold, &target) != NONE)
		part = thread_part_in(fold->out, fold_event(fold, fold_find(fold, &target))->rec,
				      team_person(fold->team, name));
	round = part ? reminder_round(part, event->rec) : NULL;
	if (!round)
		return "they were not asked so";
	nr = round_stages(v, fold->team, part, round);
	for (size_t i = 0; i < nr; i++)
		if (stage && !strcmp(stage, v[i].name) && event->rec->date < v[i].at)
			return "said before its time";
	return NULL;
}

static void check_derived(struct fold *fold)
{
	for (size_t i = 0; i < fold->out->nr_events; i++) {
		struct event *event = &fold->out->events[i];

		if (event->rec->from || event->rec->kind != KIND_MARK || !event->counts || event->rec->verb != VERB_REMIND)
			continue;
		event->why = derived_wrong(fold, event);
		event->counts = !event->why;
	}
}

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

static int compare_derived(const void *a, const void *b)
{
	static const char *const keys[] = { "target", "verb", "person", "round", "stage" };
	const struct event *left = *(struct event *const *)a, *right = *(struct event *const *)b;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		int order = compare_text(record_text(left->rec, keys[i]), record_text(right->rec, keys[i]));

		if (order)
			return order;
	}
	return 0;
}

static int compare_derived_then_place(const void *a, const void *b)
{
	const struct event *left = *(struct event *const *)a, *right = *(struct event *const *)b;
	int order = compare_derived(a, b);

	return order ? order : (left > right) - (left < right);
}

static void count_derived_once(struct fold *fold)
{
	struct thread *out = fold->out;
	struct event **v = xmalloc(out->nr_events * sizeof(*v));
	size_t nr = 0;

	for (size_t i = 0; i < out->nr_events; i++)
		if (!out->events[i].rec->from && out->events[i].rec->kind == KIND_MARK && out->events[i].counts)
			v[nr++] = &out->events[i];
	qsort(v, nr, sizeof(*v), compare_derived_then_place);
	for (size_t i = 1; i < nr; i++)
		if (compare_derived(&v[i - 1], &v[i]) == 0) {
			v[i]->counts = false;
			v[i]->why = "said already";
		}
	free(v);
}

void fold_derived(struct fold *fold)
{
	check_derived(fold);
	count_derived_once(fold);
}
