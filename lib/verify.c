/* From the tips of the log to what can be trusted of it. */
#include "async/verify.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "verify-internal.h"

static const char *const words[] = {
	[FINDING_REWRITTEN] = "rewritten",   [FINDING_REMOVED] = "removed",     [FINDING_FOREIGN] = "foreign",
	[FINDING_MERGE] = "merge",           [FINDING_KEY] = "key",             [FINDING_MISMATCH] = "MISMATCH",
	[FINDING_SIGNATURE] = "signature",   [FINDING_UNREADABLE] = "unreadable", [FINDING_AHEAD] = "ahead",
	[FINDING_DATE] = "date",             [FINDING_UNSIGNED] = "unsigned",   [FINDING_HANDLE] = "handle",
	[FINDING_ATTACHMENT] = "attachment", [FINDING_UNKNOWN] = "unknown",     [FINDING_REMINDER] = "reminder",
};

const char *finding_word(enum finding_what what)
{
	return words[what];
}

bool finding_is_note(enum finding_what what)
{
	return what == FINDING_UNKNOWN || what == FINDING_REMINDER;
}

static void finding_release(struct finding *finding)
{
	free(finding->path);
	free(finding->text);
}

void verify_release(struct verify *verify)
{
	for (size_t i = 0; i < verify->nr; i++)
		finding_release(&verify->v[i]);
	free(verify->v);
	*verify = (struct verify)VERIFY_INIT;
}

void verify_find(struct verifier *verifier, enum finding_what what, const struct id *commit, const char *path,
		 const char *fmt, ...)
{
	struct verify *out = verifier->out;
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	GROW(out->v, out->nr, out->alloc);
	out->v[out->nr++] = (struct finding){ what, *commit, path ? xstrdup(path) : NULL, buf_detach(&text) };
}

/* ---- the tips */

/* What was there must be there still: a log only grows. */
static int check_tip(struct verifier *verifier, const char *ref, const struct id *before, const struct id *now)
{
	const char *shown = repo_ref_shown(ref);
	char was[ID_HEX + 1], is[ID_HEX + 1];
	bool kept;
	int rc;

	if (id_is_zero(before))
		return 0;
	id_hex(was, before);
	if (id_is_zero(now)) {
		verify_find(verifier, FINDING_REWRITTEN, before, NULL, "'%s' is gone; it was at %.12s", shown, was);
		return 0;
	}
	id_hex(is, now);
	rc = repo_is_ancestor(&kept, verifier->repo, before, now);
	if (rc == 0 && !kept)
		verify_find(verifier, FINDING_REWRITTEN, now, NULL,
			    "'%s' lost %.12s, verified last; now at %.12s", shown, was, is);
	return rc;
}

static int check_tips(struct verifier *verifier)
{
	const struct tips *before = &verifier->seen_before, *now = &verifier->wl->tips;
	const char *tracking = repo_tracking(verifier->repo);
	int rc = check_tip(verifier, repo_ref(verifier->repo), &before->local, &now->local);

	if (rc == 0 && tracking)
		rc = check_tip(verifier, tracking, &before->remote, &now->remote);
	return rc;
}

/* The key events in the history of a tip, to be known the next time. */
static void note_tip(const struct repo_step *step, struct verifier *verifier)
{
	const struct tips *tips = &verifier->wl->tips;

	if (id_equal(&step->id, &tips->local))
		verifier->keys_now[0] = verifier->places[step->number].keys;
	if (id_equal(&step->id, &tips->remote))
		verifier->keys_now[1] = verifier->places[step->number].keys;
}

static int step_on(const struct repo_step *step, void *data)
{
	int rc = verify_commit(data, step);

	if (rc == 0)
		note_tip(step, data);
	return rc;
}

/* A tip that is no step of this walk was verified before, be it as the other one's. */
static int recall_tips(struct verifier *verifier)
{
	const struct id *now[] = { &verifier->wl->tips.local, &verifier->wl->tips.remote };
	int rc = 0;

	for (int i = 0; i < 2 && rc == 0; i++)
		if (!id_is_zero(now[i]) && !verifier->keys_now[i])
			rc = keys_at(&verifier->keys_now[i], verifier, now[i]);
	return rc;
}

static int walk(struct verifier *verifier)
{
	const struct id known[] = { verifier->before.local, verifier->before.remote };
	const struct id tips[] = { verifier->wl->tips.local, verifier->wl->tips.remote };
	int rc = repo_walk(verifier->repo, tips, 2, known, 2, step_on, verifier);

	return rc == 0 ? recall_tips(verifier) : rc;
}

/* Only what does not lead to a commit: of what was before it nothing is told or remembered. */
static int walk_since(struct verifier *verifier, const char *name)
{
	int rc = repo_find_commit(&verifier->before.local, verifier->repo, name);

	return rc == 0 ? walk(verifier) : rc;
}

/* ---- all of it */

static int compare(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int order = (x->what > y->what) - (x->what < y->what);

	if (!order)
		order = strcmp(x->path ? x->path : "", y->path ? y->path : "");
	if (!order)
		order = id_cmp(&x->commit, &y->commit);
	return order ? order : strcmp(x->text, y->text);
}

/* The most serious first, each once: false dates can lead to the same commit again. */
void verify_sort(struct verify *out)
{
	size_t nr = 0;

	if (out->nr)
		qsort(out->v, out->nr, sizeof(*out->v), compare);
	for (size_t i = 0; i < out->nr; i++) {
		if (!nr || compare(&out->v[nr - 1], &out->v[i]) != 0)
			out->v[nr++] = out->v[i];
		else
			finding_release(&out->v[i]);
	}
	out->nr = nr;
}

void verify_drop_notes(struct verify *out)
{
	size_t nr = 0;

	for (size_t i = 0; i < out->nr; i++) {
		if (!finding_is_note(out->v[i].what))
			out->v[nr++] = out->v[i];
		else
			finding_release(&out->v[i]);
	}
	out->nr = nr;
}

void verifier_release(struct verifier *verifier)
{
	for (size_t i = 0; i < verifier->nr_sets; i++)
		free(verifier->sets[i]);
	for (size_t i = 0; i < verifier->nr_to_confirm; i++)
		free(verifier->to_confirm[i].path);
	free(verifier->to_confirm);
	free(verifier->sets);
	free(verifier->keys);
	free(verifier->places);
	table_release(&verifier->addresses);
	table_release(&verifier->events);
	table_release(&verifier->good);
	buf_release(&verifier->good_now);
	pool_release(&verifier->pool);
}

static int run(struct verifier *verifier)
{
	const char *since = verifier->options->since;
	int rc = worklog_team(&verifier->team, verifier->wl);

	if (rc < 0)
		return rc;
	people_load(verifier);
	signatures_load(verifier);
	if (!since)
		verify_load(verifier);
	verifier->out->shallow = repo_is_shallow(verifier->repo);
	rc = people_compare(verifier);
	if (rc == 0)
		rc = since ? walk_since(verifier, since) : check_tips(verifier);
	if (rc == 0 && !since)
		rc = walk(verifier);
	if (rc == 0 && !since)
		rc = reminders_check(verifier);
	if (rc == 0)
		keys_confirm(verifier);
	return rc;
}

int verify_run(struct verify *out, struct worklog *wl, const struct verify_options *options)
{
	struct verifier verifier = {
		.wl = wl,
		.repo = wl->repo,
		.options = options,
		.out = out,
		.now = worklog_now(wl),
		.dates = VERIFY_DATES,
		.good_now = BUF_INIT,
	};
	int rc;

	*out = (struct verify)VERIFY_INIT;
	rc = repo_tips(&wl->tips, wl->repo);
	if (rc == 0)
		rc = run(&verifier);
	verify_sort(out);
	if (rc == 0 && !options->since)
		verify_save(&verifier);
	if (rc == 0)
		signatures_save(&verifier);
	verifier_release(&verifier);
	return rc;
}

int verify_people(struct verify *out, struct worklog *wl)
{
	const struct verify_options options = { .since = NULL };
	struct verifier verifier = { .wl = wl, .repo = wl->repo, .options = &options, .out = out, .good_now = BUF_INIT };
	int rc;

	*out = (struct verify)VERIFY_INIT;
	rc = worklog_team(&verifier.team, wl);
	if (rc == 0)
		rc = people_compare(&verifier);
	verify_sort(out);
	verifier_release(&verifier);
	return rc;
}
