/*
 * By whose commits redactions came: what hides a text does not count if somebody else than its author
 * committed it. Where the commit cannot be known, behind damage or where a shallow clone ends, it counts:
 * rather is a text hidden too many than one shown that was to be hidden.
 */
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
	*redaction = (struct redaction){ .id = rec->id, .date = rec->date };
	record_path(redaction->path, rec->date, &rec->id);
	if (!record_text(rec, "path") || record_text(rec, "target") || !rec->from)
		return;
	redaction->hides = xstrdup(record_text(rec, "path"));
	redaction->author = xstrdup(rec->from);
}

static int put(struct index *index, const struct redaction *redaction, const char *committer)
{
	if (!redaction->hides)
		return index_run(index, "INSERT OR REPLACE INTO redaction(id, committer) VALUES (?, ?)", "dt",
				 &redaction->id, committer);
	return index_run(index, "INSERT OR REPLACE INTO redaction(id, committer, path, author, date) "
			 "VALUES (?, ?, ?, ?, ?)", "dttti", &redaction->id, committer, redaction->hides,
			 redaction->author, (int64_t)redaction->date);
}

int redactions_put(struct redactions *redactions, struct index *index)
{
	const char **paths = xcalloc(redactions->nr, sizeof(*paths));
	char **committers = xcalloc(redactions->nr, sizeof(*committers));
	struct repo_gaps gaps = { .nr = 0 };
	int rc = 0;

	for (size_t i = 0; i < redactions->nr; i++)
		paths[i] = redactions->v[i].path;
	if (redactions->nr)
		rc = repo_introducers(committers, &gaps, index->repo, &index->tips, paths, redactions->nr);
	if (rc == 0)
		rc = files_put_gaps(index, &gaps);
	for (size_t i = 0; i < redactions->nr; i++) {
		if (rc == 0)
			rc = put(index, &redactions->v[i], committers[i]);
		free(committers[i]);
	}
	repo_gaps_release(&gaps);
	free(committers);
	free(paths);
	return rc;
}

void redactions_release(struct redactions *redactions)
{
	for (size_t i = 0; i < redactions->nr; i++) {
		free(redactions->v[i].hides);
		free(redactions->v[i].author);
	}
	free(redactions->v);
	*redactions = (struct redactions){ .v = NULL };
}

int redactions_tell(struct index *index, struct team *team)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT id, committer FROM redaction", "");
	struct id id;
	int rc;

	while ((rc = index_step(index, stmt)) == 1) {
		const char *committer = (const char *)sqlite3_column_text(stmt, 1);

		if (column_id(&id, stmt, 0) && committer)
			team_add_redaction(team, &id, committer);
	}
	return rc;
}

/* Whose a file is that cannot be read cannot be known either: only maintainers may hide it. */
static bool counts(struct team *team, sqlite3_stmt *stmt)
{
	char *author = xstrdup((const char *)sqlite3_column_text(stmt, 2));
	time_t date = sqlite3_column_int64(stmt, 3);
	struct record rec = { .from = author, .date = date };
	bool trusted;

	column_id(&rec.id, stmt, 0);
	trusted = team_trusts_redaction(team, &rec) && team_is_maintainer(team, team_person(team, author), date);
	free(author);
	return trusted;
}

int redactions_hide(struct index *index, struct team *team)
{
	sqlite3_stmt *stmt = index_stmt(index, "SELECT id, path, author, date FROM redaction WHERE path IS NOT NULL "
					"AND author IS NOT NULL", "");
	int rc;

	while ((rc = index_step(index, stmt)) == 1) {
		char *path;

		if (!counts(team, stmt))
			continue;
		path = xstrdup((const char *)sqlite3_column_text(stmt, 1));
		rc = index_run(index, "UPDATE unreadable SET hidden = 1 WHERE path = ?", "t", path);
		free(path);
		if (rc < 0) {
			sqlite3_reset(stmt);
			break;
		}
	}
	return rc;
}
