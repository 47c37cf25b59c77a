/*
 * Who is who at a commit, without bringing an index up to date: in a server's hook nothing may be
 * written, and what came in is not taken in yet.
 */
#include "incoming.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/team.h"
#include "index.h"
#include "trace.h"

/* Records of the team, and where they are kept. */
struct gathered {
	struct repo *repo;
	struct record *recs;
	const char **paths; /* owned */
	size_t nr, alloc, alloc_paths;
};

static void gathered_release(struct gathered *gathered)
{
	for (size_t i = 0; i < gathered->nr; i++) {
		record_release(&gathered->recs[i]);
		free((char *)(uintptr_t)gathered->paths[i]);
	}
	free(gathered->recs);
	free(gathered->paths);
}

/*
 * Most are posts and marks, and the canonical ones say so where they begin: no key is there twice; without an
 * escape the word of a retract can only be written as it is.
 */
static bool is_surely_another(const struct buf *text)
{
	static const char *const heads[] = { "async: 1\nkind: post\n", "async: 1\nkind: mark\n" };

	return !strncmp(text->ptr, heads[0], strlen(heads[0])) ||
	       (!strncmp(text->ptr, heads[1], strlen(heads[1])) && !strstr(text->ptr, verb_name(VERB_RETRACT)) &&
		!strchr(text->ptr, '\\'));
}

/* It says what it is in the right place; else it is for the check to tell. */
static bool read_admin(struct record *out, const struct buf *text, const struct repo_entry *entry)
{
	char path[RECORD_PATH];

	if (is_surely_another(text) || record_parse(out, text->ptr, text->len, entry->path) < 0)
		return false;
	out->id = entry->id;
	record_path(path, out->date, &out->id);
	return (kind_is_admin(out->kind) || out->verb == VERB_RETRACT) && !strcmp(path, entry->path);
}

static int take(const struct repo_entry *entry, void *data)
{
	struct gathered *gathered = data;
	struct record rec = RECORD_INIT;
	struct buf text = BUF_INIT;

	if (!entry->added || entry->odd)
		return 0;
	if (repo_read(&text, gathered->repo, &entry->id, RECORD_MAX_BYTES) == 0 && read_admin(&rec, &text, entry)) {
		GROW(gathered->recs, gathered->nr, gathered->alloc);
		GROW(gathered->paths, gathered->nr, gathered->alloc_paths);
		gathered->recs[gathered->nr] = (struct record)RECORD_INIT;
		record_move(&gathered->recs[gathered->nr], &rec);
		gathered->paths[gathered->nr++] = xstrdup(entry->path);
	}
	error_clear();
	record_release(&rec);
	buf_release(&text);
	return 0;
}

static struct trace trace_of(const struct record *rec, bool is_end, size_t of)
{
	struct trace out = { .id = rec->id, .is_end = is_end, .of = of };

	if (!is_end)
		record_parent(rec, &out.target);
	return out;
}

/* Which of them are the team's: of its kinds, or marks that are about what is; the caller frees. */
static bool *find_ours(const struct gathered *gathered, struct team *team)
{
	bool *ours = xcalloc(gathered->nr + 1, sizeof(*ours));
	const struct team_event *events;
	struct trace *traces;
	size_t nr;

	events = team_events(team, &nr);
	traces = xcalloc(nr + gathered->nr + 1, sizeof(*traces));
	for (size_t i = 0; i < nr; i++)
		traces[i] = trace_of(events[i].rec, true, TRACE_NONE);
	for (size_t i = 0; i < gathered->nr; i++)
		traces[nr + i] = trace_of(&gathered->recs[i], kind_is_admin(gathered->recs[i].kind), i);
	traces_follow(traces, nr + gathered->nr);
	for (size_t i = 0; i < nr + gathered->nr; i++)
		if (traces[i].of != TRACE_NONE)
			ours[traces[i].of] = traces[i].end != TRACE_NONE;
	free(traces);
	return ours;
}

/* Most retracts are of posts and answers: only those that are the team's stay. */
static void drop_others(struct gathered *gathered, struct team *team)
{
	bool *ours = find_ours(gathered, team);
	size_t nr = 0;

	for (size_t i = 0; i < gathered->nr; i++) {
		if (!ours[i]) {
			record_release(&gathered->recs[i]);
			free((char *)(uintptr_t)gathered->paths[i]);
			continue;
		}
		if (nr != i)
			record_move(&gathered->recs[nr], &gathered->recs[i]);
		gathered->paths[nr++] = gathered->paths[i];
	}
	gathered->nr = nr;
	free(ours);
}

/* Identity does not rest on what a record says of itself, but on who committed it. */
static int add_gathered(struct team *team, struct gathered *gathered, const struct id *to)
{
	const struct tips tips = { .local = *to };
	char **committers = xcalloc(gathered->nr + 1, sizeof(*committers));
	struct repo_gaps gaps = { .nr = 0 };
	int rc = repo_introducers(committers, &gaps, gathered->repo, &tips, gathered->paths, gathered->nr);

	for (size_t i = 0; i < gathered->nr; i++) {
		if (rc == 0)
			team_add(team, &gathered->recs[i], committers[i]);
		free(committers[i]);
	}
	free(committers);
	repo_gaps_release(&gaps);
	return rc;
}

int incoming_team_add(struct team *team, struct repo *repo, const struct id *from, const struct id *to, time_t now)
{
	struct gathered gathered = { .repo = repo };
	int rc = repo_diff(repo, from, to, take, &gathered);

	if (rc == 0)
		drop_others(&gathered, team);
	if (rc == 0)
		rc = add_gathered(team, &gathered, to);
	if (rc == 0)
		team_fold(team, now);
	gathered_release(&gathered);
	return rc;
}

/* What an index knows, if it is of nothing but what leads to the tip. */
static bool recall(struct team **out, struct id *from, struct repo *repo, const char *dir, const struct id *tip,
		   time_t now)
{
	const struct index_options options = { .dir = dir, .now = now };
	struct tips tips;
	bool before = false;

	if (index_recall_team(out, &tips, repo, &options) == 0 && id_is_zero(&tips.remote) &&
	    repo_is_ancestor(&before, repo, &tips.local, tip) == 0 && before)
		*from = tips.local;
	if (!before)
		team_free(*out);
	error_clear();
	return before;
}

int incoming_team(struct team **out, struct repo *repo, const char *dir, const struct id *tip, time_t now)
{
	struct id from = { { 0 } };
	char *founder = NULL;
	int rc = repo_founder(&founder, repo, tip);

	*out = NULL;
	if (rc == 0 && !recall(out, &from, repo, dir, tip, now))
		*out = team_new(founder);
	if (rc == 0)
		rc = incoming_team_add(*out, repo, &from, tip, now);
	if (rc < 0) {
		team_free(*out);
		*out = NULL;
	}
	free(founder);
	return rc;
}
