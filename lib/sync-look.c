/*
 * What came in, looked at as verify would: who committed it, with which date and signature. It is kept
 * whatever is found (a log only grows), but not taken in silently.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "incoming.h"
#include "sync-internal.h"
#include "verify-internal.h"

#define MOST ((size_t)1000) /* records: nobody waits for more at a sync, and verify looks at any number */

struct members {
	const struct sync *sync;
	bool any; /* of the records that came are of people, calendars or the policy */
};

static int note_member(const struct id *id, void *data)
{
	struct members *members = data;

	members->any |= sync_has_brought(members->sync, id);
	return 0;
}

/* A claim to a handle is told when it comes; keys until they are accepted. */
static bool is_news(const struct sync *sync, const struct finding *finding)
{
	const char *name = finding->path ? strrchr(finding->path, '/') : NULL;
	struct id id;

	return !name || (strlen(name) > ID_HEX && id_parse(&id, name + 1, ID_HEX) && sync_has_brought(sync, &id));
}

/* Who is who now: only if something came that may have changed it. */
static int look_at_people(struct sync *sync, struct worklog *wl)
{
	struct verify people = VERIFY_INIT, *out = &sync->found;
	struct members members = { .sync = sync };
	struct index *index;
	int rc = worklog_index(&index, wl);

	if (rc == 0)
		rc = index_each_in_team(index, note_member, &members);
	if (rc == 0 && members.any)
		rc = verify_people(&people, wl);
	for (size_t i = 0; i < people.nr; i++) {
		if (!is_news(sync, &people.v[i]))
			continue;
		GROW(out->v, out->nr, out->alloc);
		out->v[out->nr++] = people.v[i];
		people.v[i] = (struct finding){ .path = NULL };
	}
	verify_release(&people);
	return rc;
}

static int look(struct sync *sync, struct worklog *wl, const struct id *tip, const struct id *trusted, size_t nr)
{
	struct incoming incoming = {
		.repo = wl->repo, .now = wl->now, .trusted = trusted, .nr_trusted = nr, .tip = *tip, .join = true
	};
	int rc = worklog_team(&incoming.team, wl);

	if (rc == 0)
		rc = incoming_check(&sync->found, &incoming);
	return rc < 0 ? rc : look_at_people(sync, wl);
}

void look_at_what_came(struct sync *sync, struct worklog *wl, const struct id *tip, const struct id *trusted, size_t nr)
{
	sync->is_unlooked = sync->nr_in > MOST;
	if (!sync->nr_in || sync->is_unlooked)
		return;
	if (look(sync, wl, tip, trusted, nr) < 0) {
		sync->why_unlooked = xstrdup(error_last());
		sync->is_unlooked = true;
		error_clear();
	}
	verify_drop_notes(&sync->found);
	verify_sort(&sync->found);
}
