/* By whose commits redactions came: what hides a text counts only if its author committed it. */
#include <stdlib.h>

#include "async/alloc.h"
#include "index-files.h"

void redactions_add(struct redactions *redactions, const struct record *rec)
{
	struct redaction *redaction;

	if (rec->kind != KIND_MARK || rec->verb != VERB_REDACT)
		return;
	GROW(redactions->v, redactions->nr, redactions->alloc);
	redaction = &redactions->v[redactions->nr++];
	redaction->id = rec->id;
	record_path(redaction->path, rec->date, &rec->id);
}

int redactions_put(struct redactions *redactions, struct index *index)
{
	const char **paths = xcalloc(redactions->nr, sizeof(*paths));
	char **committers = xcalloc(redactions->nr, sizeof(*committers));
	int rc = 0;

	for (size_t i = 0; i < redactions->nr; i++)
		paths[i] = redactions->v[i].path;
	if (redactions->nr)
		rc = repo_introducers(committers, index->repo, &index->tips, paths, redactions->nr);
	for (size_t i = 0; i < redactions->nr; i++) {
		if (rc == 0 && committers[i])
			rc = index_run(index, "INSERT OR REPLACE INTO redaction(id, committer) VALUES (?, ?)", "dt",
				       &redactions->v[i].id, committers[i]);
		free(committers[i]);
	}
	free(committers);
	free(paths);
	return rc;
}

void redactions_release(struct redactions *redactions)
{
	free(redactions->v);
	*redactions = (struct redactions){ .v = NULL };
}

int redactions_tell(struct index *index, struct team *team)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT id, committer FROM redaction", "");
	struct id id;
	int rc;

	while ((rc = index_step(index, stmt)) == 1)
		if (column_id(&id, stmt, 0))
			team_add_redaction(team, &id, (const char *)sqlite3_column_text(stmt, 1));
	return rc;
}
