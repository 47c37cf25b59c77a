/* Derived marks: a reminder counts once its time has come, and the same one once, whichever copies exist. */
#include <stdlib.h>
#include <string.h>

#include "async/reminder.h"
#include "thread-fold.h"

const char reminder_not_asked[] = "they were not asked so";
const char reminder_too_early[] = "said before its time";

/* The part that the mark is about, and its round; NULL. A part need not be the one that speaks for the person. */
static const struct part *find_part(const struct round **round, const struct fold *fold, const struct record *mark)
{
	const char *name = record_text(mark, "person");
	struct id target;
	size_t ask = name && record_parent(mark, &target) ? fold_find(fold, &target) : NONE;

	if (ask != NONE)
		EACH_PART_OF(i, fold, ask, team_person(fold->team, name)) {
			*round = reminder_round(&fold->drafts[i].part, mark);
			if (*round)
				return &fold->drafts[i].part;
		}
	return NULL;
}

/* What a mark says was said: NULL if that may be so, else why it cannot be. */
static const char *derived_wrong(const struct fold *fold, const struct event *event)
{
	const char *stage = record_text(event->rec, "stage");
	const struct round *round;
	const struct part *part = find_part(&round, fold, event->rec);
	struct stage v[STAGES_MAX];
	size_t nr;

	if (!part)
		return reminder_not_asked;
	nr = round_stages(v, fold->team, part, round);
	for (size_t i = 0; i < nr; i++)
		if (stage && !strcmp(stage, v[i].name))
			return event->rec->date < v[i].at ? reminder_too_early : NULL;
	/* A reminder may be of a stage that the policy had before; steps are taken by the policy of their moment. */
	return event->rec->verb == VERB_ESCALATE ? reminder_not_asked : NULL;
}

static bool is_derived(const struct record *rec)
{
	return !rec->from && rec->kind == KIND_MARK && (rec->verb == VERB_REMIND || rec->verb == VERB_ESCALATE);
}

static void check_derived(struct fold *fold)
{
	for (size_t i = 0; i < fold->out->nr_events; i++) {
		struct event *event = &fold->out->events[i];

		if (!is_derived(event->rec) || !event->counts)
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
