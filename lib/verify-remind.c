/* Reminders that do not count: who sent them may have a wrong clock, or mean no good. */
#include <stdlib.h>

#include "async/alloc.h"
#include "async/error.h"
#include "verify-internal.h"

#define MAX_TOLD 100 /* of more only how many */

struct false_reminders {
	struct id ids[MAX_TOLD];
	char paths[MAX_TOLD][RECORD_PATH];
	char *whoms[MAX_TOLD];   /* "to ben (50%)"; owned, */
	char *reasons[MAX_TOLD]; /* as these */
	size_t nr, found;
};

static int take(const struct id *id, void *data)
{
	struct false_reminders *reminders = data;

	if (reminders->found < MAX_TOLD)
		reminders->ids[reminders->found] = *id;
	reminders->found++;
	return 0;
}

static int look_at(struct false_reminders *reminders, struct worklog *wl, const struct id *id)
{
	struct thread thread = THREAD_INIT;
	int rc = worklog_thread(&thread, wl, id);
	const struct event *event = rc == 0 ? thread_event(&thread, id) : NULL;

	if (event && event->why) {
		const char *person = record_text(event->rec, "person"), *stage = record_text(event->rec, "stage");

		record_path(reminders->paths[reminders->nr], event->rec->date, id);
		reminders->whoms[reminders->nr] = xstrfmt("to %s (%s)", person ? person : "?", stage ? stage : "?");
		reminders->reasons[reminders->nr++] = xstrdup(event->why);
	}
	thread_release(&thread);
	return rc;
}

/* With whose commits brought them, as far as that can be told. */
static int tell(struct verifier *verifier, const struct false_reminders *reminders)
{
	struct introducer senders[MAX_TOLD];
	const char *paths[MAX_TOLD];
	struct repo_gaps gaps = { .nr = 0 };
	int rc;

	for (size_t i = 0; i < reminders->nr; i++)
		paths[i] = reminders->paths[i];
	rc = repo_find_introducers(senders, &gaps, verifier->repo, &verifier->wl->tips, paths, reminders->nr, SIZE_MAX);
	for (size_t i = 0; i < reminders->nr; i++) {
		const char *sender = senders[i].author ? senders[i].author : "?";

		if (rc == 0)
			verify_find(verifier, FINDING_REMINDER, &senders[i].commit, paths[i], "%s, sent by %s, does not count: %s",
				    reminders->whoms[i], sender, reminders->reasons[i]);
		free(senders[i].author);
	}
	repo_gaps_release(&gaps);
	return rc;
}

int reminders_check(struct verifier *verifier)
{
	static const struct id none;
	struct false_reminders *reminders = xcalloc(1, sizeof(*reminders));
	struct index *index;
	int rc = worklog_index(&index, verifier->wl);

	if (rc == 0)
		rc = index_false_reminders(index, take, reminders);
	for (size_t i = 0; i < reminders->found && i < MAX_TOLD && rc == 0; i++)
		rc = look_at(reminders, verifier->wl, &reminders->ids[i]);
	if (rc == 0 && reminders->nr)
		rc = tell(verifier, reminders);
	if (rc == 0 && reminders->found > MAX_TOLD)
		verify_find(verifier, FINDING_REMINDER, &none, NULL, "%zu more do not count", reminders->found - MAX_TOLD);
	for (size_t i = 0; i < reminders->nr; i++) {
		free(reminders->whoms[i]);
		free(reminders->reasons[i]);
	}
	free(reminders);
	return rc;
}
