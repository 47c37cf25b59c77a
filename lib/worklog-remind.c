/* What is to be said to whom now. */
#include "async/reminder.h"

#include <stdlib.h>
#include <string.h>

#include "worklog-internal.h"

/* Threads to look at, and the person whom the rows are about at the moment: they come person by person. */
struct finding_roots {
	struct team *team;
	const struct reminder_filter *filter;
	time_t now;
	const char *key; /* the last one's, a copy in `pool`; NULL: there was none */
	bool wanted;     /* may they be told anything? */
	struct pool pool;
	struct id *v;
	size_t nr, alloc;
};

/* At work at all? Of what pauses in focus that is asked again. */
static bool is_at_work(struct team *team, struct person *person, time_t now)
{
	time_t minute = now - ((now % 60) + 60) % 60;

	return worktime_next(team_calendar(team, person, now), minute, FOCUS_COUNT) == minute;
}

static bool is_wanted(struct finding_roots *finding, const char *key)
{
	struct person *person = team_person(finding->team, key);
	const struct reminder_filter *filter = finding->filter;

	return (!filter->wants || filter->wants(person, filter->data)) && is_at_work(finding->team, person, finding->now);
}

static int add_root(const struct id *root, const char *key, void *data)
{
	struct finding_roots *finding = data;

	if (!finding->key || strcmp(finding->key, key) != 0) {
		finding->key = pool_strdup(&finding->pool, key);
		finding->wanted = is_wanted(finding, finding->key);
	}
	if (!finding->wanted)
		return 0;
	GROW(finding->v, finding->nr, finding->alloc);
	finding->v[finding->nr++] = *root;
	return 0;
}

static int say_in(struct worklog *wl, struct team *team, const struct id *root, const struct reminder_filter *filter,
		  reminder_each *each, void *data)
{
	struct thread thread = THREAD_INIT;
	int rc;

	rc = worklog_thread(&thread, wl, root);
	for (size_t i = 0; i < thread.nr_parts && rc == 0; i++) {
		const struct part *part = &thread.parts[i];
		struct reminder reminder;

		if (reminder_next(&reminder, team, &thread, part, wl->now) && reminder.from <= wl->now &&
		    (!filter->wants || filter->wants(part->person, filter->data)) &&
		    reminder_may_be_said(team, part->person, reminder.round, wl->now))
			rc = each(&thread, part, &reminder, data);
	}
	thread_release(&thread);
	return rc;
}

static int compare_ids(const void *a, const void *b)
{
	return id_cmp(a, b);
}

/* Several parts of one thread are several rows. */
static void make_unique(struct finding_roots *finding)
{
	size_t nr = 0;

	if (finding->nr)
		qsort(finding->v, finding->nr, sizeof(*finding->v), compare_ids);
	for (size_t i = 0; i < finding->nr; i++)
		if (!nr || !id_equal(&finding->v[nr - 1], &finding->v[i]))
			finding->v[nr++] = finding->v[i];
	finding->nr = nr;
}

static int nothing_more(const struct id *root, const char *key, void *data)
{
	(void)root;
	(void)key;
	*(bool *)data = true;
	return 1;
}

/* One question, and mostly the answer is no: who is who, nobody needs to know then. */
static int is_there_any(bool *any, struct index *index)
{
	int rc;

	*any = false;
	rc = index_reminders(index, nothing_more, any);
	return rc < 0 ? rc : 0;
}

int worklog_reminders(struct worklog *wl, const struct reminder_filter *filter, reminder_each *each, void *data)
{
	struct finding_roots finding = { .filter = filter, .now = wl->now };
	struct index *index;
	bool any = false;
	int rc;

	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = is_there_any(&any, index);
	if (rc < 0 || !any)
		return rc;
	rc = worklog_team(&finding.team, wl);
	if (rc == 0)
		rc = index_reminders(index, add_root, &finding);
	make_unique(&finding);
	for (size_t i = 0; i < finding.nr && rc == 0; i++)
		rc = say_in(wl, finding.team, &finding.v[i], filter, each, data);
	pool_release(&finding.pool);
	free(finding.v);
	return rc;
}
