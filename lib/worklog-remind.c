/* What is to be said to whom now. */
#include "async/reminder.h"

#include <stdlib.h>

#include "worklog-internal.h"

struct roots {
	struct id *v;
	size_t nr, alloc;
};

static int add_root(const struct id *root, void *data)
{
	struct roots *roots = data;

	GROW(roots->v, roots->nr, roots->alloc);
	roots->v[roots->nr++] = *root;
	return 0;
}

static int say_in(struct worklog *wl, struct team *team, const struct id *root, reminder_each *each, void *data)
{
	struct thread thread = THREAD_INIT;
	int rc;

	rc = worklog_thread(&thread, wl, root);
	for (size_t i = 0; i < thread.nr_parts && rc == 0; i++) {
		const struct part *part = &thread.parts[i];
		struct reminder reminder;

		if (reminder_next(&reminder, team, &thread, part, wl->now) && reminder.from <= wl->now &&
		    reminder_may_be_said(team, part->person, reminder.round, wl->now))
			rc = each(&thread, part, &reminder, data);
	}
	thread_release(&thread);
	return rc;
}

int worklog_reminders(struct worklog *wl, reminder_each *each, void *data)
{
	struct roots roots = { .nr = 0 };
	struct index *index;
	struct team *team;
	int rc;

	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_reminders(index, add_root, &roots);
	if (rc == 0 && roots.nr)
		rc = worklog_team(&team, wl);
	for (size_t i = 0; i < roots.nr && rc == 0; i++)
		rc = say_in(wl, team, &roots.v[i], each, data);
	free(roots.v);
	return rc;
}
