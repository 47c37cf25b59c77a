/* What is to be said to whom now. */
#include "async/reminder.h"

#include <stdlib.h>
#include <string.h>

#include "worklog-internal.h"

/* What the index has: threads, and to whom something may have to be said in them, person by person. */
struct rows {
	struct row {
		struct id root;
		const char *key; /* in `pool`, one for all rows of a person */
	} *v;
	size_t nr, alloc;
	struct pool pool;
};

static int add_row(const struct id *root, const char *key, void *data)
{
	struct rows *rows = data;
	const char *last = rows->nr ? rows->v[rows->nr - 1].key : NULL;

	GROW(rows->v, rows->nr, rows->alloc);
	rows->v[rows->nr++] = (struct row){ *root, last && !strcmp(last, key) ? last : pool_strdup(&rows->pool, key) };
	return 0;
}

/* At work at all? Of what pauses in focus that is asked again. */
static bool is_at_work(struct worklog *wl, const char *key)
{
	time_t minute = wl->now - ((wl->now % 60) + 60) % 60;

	return worktime_next(worklog_calendar(wl, key), minute, FOCUS_COUNT) == minute;
}

/* Only who is at work is worth to know who is who, which takes longer than all of this. */
static int is_wanted(bool *out, struct worklog *wl, const char *key, const struct reminder_filter *filter)
{
	struct team *team;
	int rc = 0;

	*out = is_at_work(wl, key);
	if (!*out || !filter->wants)
		return 0;
	rc = worklog_team(&team, wl);
	if (rc == 0)
		*out = filter->wants(team_person(team, key), filter->data);
	return rc;
}

/* Leave those that can be said to somebody now. */
static int keep_wanted(struct rows *rows, struct worklog *wl, const struct reminder_filter *filter)
{
	const char *last = NULL;
	bool wanted = false;
	size_t nr = 0;
	int rc = 0;

	for (size_t i = 0; i < rows->nr && rc == 0; i++) {
		if (rows->v[i].key != last)
			rc = is_wanted(&wanted, wl, rows->v[i].key, filter);
		last = rows->v[i].key;
		if (wanted)
			rows->v[nr++] = rows->v[i];
	}
	rows->nr = nr;
	return rc;
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

static int compare_roots(const void *a, const void *b)
{
	return id_cmp(&((const struct row *)a)->root, &((const struct row *)b)->root);
}

int worklog_reminders(struct worklog *wl, const struct reminder_filter *filter, reminder_each *each, void *data)
{
	struct rows rows = { .nr = 0 };
	struct index *index;
	struct team *team;
	int rc;

	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_reminders(index, add_row, &rows);
	if (rc == 0)
		rc = keep_wanted(&rows, wl, filter);
	if (rc == 0 && rows.nr)
		rc = worklog_team(&team, wl);
	if (rows.nr)
		qsort(rows.v, rows.nr, sizeof(*rows.v), compare_roots);
	for (size_t i = 0; i < rows.nr && rc == 0; i++)
		if (i == 0 || !id_equal(&rows.v[i - 1].root, &rows.v[i].root))
			rc = say_in(wl, team, &rows.v[i].root, filter, each, data);
	pool_release(&rows.pool);
	free(rows.v);
	return rc;
}
