/* What comes in from somebody else, looked at before it is trusted. */
#include "incoming.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "verify-internal.h"

bool incoming_is_refused(enum finding_what what)
{
	switch (what) {
	case FINDING_REWRITTEN:
	case FINDING_REMOVED:
	case FINDING_FOREIGN:
	case FINDING_MERGE:
	case FINDING_UNREADABLE:
		return true;
	default:
		return false;
	}
}

/* ---- all of it at once */

/* The first thing that was done to what there was, else the first that does not belong. */
static char *first_fault(const struct changes *changes)
{
	const struct verify *found = changes->verifier->out;
	char hex[ID_HEX + 1];

	if (found->nr)
		return xstrdup(found->v[0].text);
	if (!changes->nr)
		return NULL;
	id_hex(hex, &changes->v[0].id);
	return xstrfmt("'%s' %s (object %s)", changes->v[0].path, changes->v[0].reason, hex);
}

int incoming_fault(char **fault, struct repo *repo, const struct id *from, const struct id *to, bool join)
{
	struct verify found = VERIFY_INIT;
	struct verifier verifier = { .repo = repo, .out = &found };
	struct repo_parent base = { .number = REPO_BEFORE };
	struct repo_step all = { .id = *to, .parents = &base, .nr_parents = !id_is_zero(from) };
	struct changes changes = { .verifier = &verifier, .step = &all, .odd_only = true };
	int rc = repo_commit_tree(&all.tree, &all.readme, repo, to);

	*fault = NULL;
	if (rc == 0 && all.nr_parents)
		rc = repo_commit_tree(&base.tree, &base.readme, repo, from);
	if (join)
		base.readme = all.readme;
	if (rc == 0)
		rc = changes_find(&changes);
	if (rc == 0)
		*fault = first_fault(&changes);
	changes_release(&changes);
	verify_release(&found);
	return rc;
}

/* ---- commit by commit */

struct looking {
	struct verifier verifier;
	const struct incoming *incoming;
	bool has_root; /* the log has one, which is no stranger */
};

/* A log has one beginning, unless two are joined on purpose. */
static void check_root(struct looking *looking, const struct repo_step *step)
{
	char hex[ID_HEX + 1];

	if (step->damaged || step->nr_parents)
		return;
	if (looking->has_root && !looking->incoming->join)
		verify_find(&looking->verifier, FINDING_FOREIGN, &step->id, NULL,
			    "commit %s of %s is the beginning of another log", short_id(hex, &step->id), step->author);
	looking->has_root = true;
}

static int look_at(const struct repo_step *step, void *data)
{
	struct looking *looking = data;

	check_root(looking, step);
	return verify_commit(&looking->verifier, step);
}

static bool is_trusted(const struct incoming *incoming, const char *path)
{
	bool found = false;

	for (size_t i = 0; i < incoming->nr_trusted && !found; i++) {
		struct id id;

		found = !id_is_zero(&incoming->trusted[i]) &&
			repo_lookup(&id, incoming->repo, &incoming->trusted[i], path) == 0;
	}
	error_clear();
	return found;
}

/* Keys that were brought by what is trusted already are known from the beginning. */
static void recall_keys(struct looking *looking)
{
	const struct team_event *events;
	size_t nr;

	events = team_events(looking->verifier.team, &nr);
	for (size_t i = 0; i < nr; i++) {
		char path[RECORD_PATH];

		if (!events[i].rec || !events[i].keys)
			continue;
		record_path(path, events[i].rec->date, &events[i].rec->id);
		if (is_trusted(looking->incoming, path))
			keys_learn(&looking->verifier, NULL, events[i].rec);
	}
}

static int look(struct looking *looking)
{
	const struct incoming *incoming = looking->incoming;

	people_load(&looking->verifier);
	recall_keys(looking);
	for (size_t i = 0; i < incoming->nr_trusted; i++)
		looking->has_root |= !id_is_zero(&incoming->trusted[i]);
	return repo_walk(incoming->repo, &incoming->tip, 1, incoming->trusted, incoming->nr_trusted, look_at, looking);
}

/* Two clocks may be off to either side; and no less is allowed than what writers make by themselves. */
static void allow(struct verify_dates *dates, time_t tolerance)
{
	dates->ahead = dates->commit_ahead = tolerance;
	dates->before = tolerance > dates->before ? tolerance : dates->before;
	dates->after = tolerance > dates->after ? tolerance : dates->after;
	dates->behind = 2 * tolerance > dates->behind ? 2 * tolerance : dates->behind;
}

int incoming_check(struct verify *out, const struct incoming *incoming)
{
	const struct verify_options options = { .require_signed = incoming->require_signed };
	struct looking looking = {
		.incoming = incoming,
		.verifier = {
			.repo = incoming->repo,
			.options = &options,
			.out = out,
			.team = incoming->team,
			.now = incoming->now,
			.dates = VERIFY_DATES,
			.max_changes = incoming->max_changes,
			.good_now = BUF_INIT,
		},
	};
	int rc;

	*out = (struct verify)VERIFY_INIT;
	if (incoming->tolerance)
		allow(&looking.verifier.dates, incoming->tolerance);
	out->shallow = repo_is_shallow(incoming->repo);
	rc = look(&looking);
	if (rc == 0)
		keys_confirm(&looking.verifier);
	verify_sort(out);
	verifier_release(&looking.verifier);
	return rc;
}
