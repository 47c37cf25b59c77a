/*
 * What was said of people, calendars or the policy and taken back before its date: such marks hang on
 * no thread, and bear on the team.
 */
#include <stdlib.h>

#include "async/alloc.h"
#include "index-files.h"
#include "trace.h"

static bool is_retraction(struct id *target, const struct record *rec)
{
	return rec->kind == KIND_MARK && rec->verb == VERB_RETRACT && record_parent(rec, target);
}

int retraction_is_known(bool *out, struct index *index, const struct record *rec)
{
	sqlite3_stmt *stmt;
	struct id target;
	int rc;

	*out = false;
	if (!is_retraction(&target, rec))
		return 0;
	stmt = index_stmt(index, "SELECT 1 FROM admin WHERE id = ?", "d", &target);
	rc = index_step(index, stmt);
	*out = rc == 1;
	if (rc == 1)
		sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

int retractions_are_late(bool *out, struct index *index)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT 1 FROM orphan JOIN record USING (n) WHERE target IN (SELECT id FROM admin) "
					"AND what = (SELECT n FROM text WHERE text = ?) AND n NOT IN (SELECT n FROM admin) "
					"LIMIT 1", "t", verb_name(VERB_RETRACT));
	int rc = index_step(index, stmt);

	*out = rc == 1;
	if (rc == 1)
		sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

/* ---- from nothing */

void retractions_add(struct retractions *retractions, const struct record *rec, size_t file)
{
	struct id target;

	if (!is_retraction(&target, rec))
		return;
	GROW(retractions->v, retractions->nr, retractions->alloc);
	retractions->v[retractions->nr++] = (struct retraction){ .id = rec->id, .target = target, .file = file };
}

void retractions_release(struct retractions *retractions)
{
	free(retractions->v);
	*retractions = (struct retractions){ .v = NULL };
}

static int take(struct retraction *retraction, struct admins *admins, struct files *files)
{
	struct file *file = &files->v[retraction->file];
	struct record rec = RECORD_INIT;
	struct buf text = BUF_INIT;
	int rc = files_read(&text, files->index, file);

	if (rc == 0)
		rc = files_parse(&rec, files->index, file, &text);
	if (rc == 0)
		admins_add(admins, &rec, &text);
	retraction->taken = rc == 0;
	record_release(&rec);
	buf_release(&text);
	return rc < 0 ? rc : 0;
}

static void drop_taken(const struct retractions *retractions, struct files *files)
{
	size_t nr = 0, next = 0;

	for (size_t i = 0; i < files->nr; i++) {
		bool taken = next < retractions->nr && retractions->v[next].file == i && retractions->v[next].taken;

		next += next < retractions->nr && retractions->v[next].file == i;
		if (!taken)
			files->v[nr++] = files->v[i];
	}
	files->nr = nr;
}

int retractions_take(struct retractions *retractions, struct admins *admins, struct files *files)
{
	size_t nr = admins->nr + retractions->nr, first = admins->nr;
	struct trace *traces;
	int rc = 0;

	if (!retractions->nr)
		return 0;
	traces = xcalloc(nr, sizeof(*traces));
	for (size_t i = 0; i < first; i++)
		traces[i] = (struct trace){ .id = admins->v[i].item->rec.id, .is_end = true };
	for (size_t i = 0; i < retractions->nr; i++)
		traces[first + i] = (struct trace){ .id = retractions->v[i].id, .target = retractions->v[i].target, .of = i };
	traces_follow(traces, nr);
	for (size_t i = 0; i < nr && rc == 0; i++)
		if (!traces[i].is_end && traces[i].end != TRACE_NONE)
			rc = take(&retractions->v[traces[i].of], admins, files);
	free(traces);
	if (rc == 0)
		drop_taken(retractions, files);
	return rc;
}
