/* How far it can be believed who wrote a record. */
#include "async/authorship.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "verify-internal.h"

const char *authorship_name(enum authorship_word word)
{
	static const char *const names[] = {
		[AUTHORSHIP_SIGNED] = "signed", [AUTHORSHIP_CLAIMED] = "claimed",
		[AUTHORSHIP_IMPORTED] = "imported", [AUTHORSHIP_MISMATCH] = "MISMATCH",
	};

	return names[word];
}

void authorship_release(struct authorship *v, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(v[i].committer);
	free(v);
}

struct telling {
	struct verifier verifier;
	struct verify found; /* by the last verify */
	bool thorough, has_people;
};

/* ---- whose keys are whose at a commit */

/* A record about somebody's keys, and the commit that brought it. */
struct key_record {
	const struct record *rec;
	struct id commit;
};

struct key_records {
	struct verifier *verifier;
	struct key_record *v;
	size_t nr, alloc;
};

static int find_key_records(struct key_records *out, const struct person *person)
{
	struct team *team = out->verifier->team;
	const struct team_event *events;
	struct index *index;
	size_t nr;
	int rc = worklog_index(&index, out->verifier->wl);

	events = team_events(team, &nr);
	for (size_t i = 0; i < nr && rc == 0; i++) {
		const struct record *rec = events[i].rec;
		struct id commit;

		if (!events[i].keys || !events[i].counts || team_person(team, record_text(rec, "person")) != person)
			continue;
		rc = index_keys_commit(&commit, index, &rec->id);
		if (rc < 0 || id_is_zero(&commit))
			continue;
		GROW(out->v, out->nr, out->alloc);
		out->v[out->nr++] = (struct key_record){ rec, commit };
	}
	return rc;
}

/* One that no other of those from `first` on leads to comes next: they are few. */
static int put_next(struct key_records *records, size_t first)
{
	struct key_record next = records->v[first];
	int rc = 0;

	for (size_t i = first + 1; i < records->nr && rc == 0; i++) {
		bool before = false;

		rc = repo_is_ancestor(&before, records->verifier->repo, &records->v[i].commit, &next.commit);
		if (rc == 0 && before && !id_equal(&records->v[i].commit, &next.commit)) {
			records->v[first] = records->v[i];
			records->v[i] = next;
			next = records->v[first];
			i = first;
		}
	}
	return rc;
}

/* A place in the history: what leads to the commit and, it included, what keys there were then. */
static int put_place(struct repo_step *step, struct repo_parent *itself, struct verifier *verifier, const struct id *commit)
{
	*itself = (struct repo_parent){ .id = *commit, .number = REPO_BEFORE };
	*step = (struct repo_step){ .id = *commit, .number = verifier->nr_places, .parents = itself, .nr_parents = 1 };
	return keys_arrive(verifier, step);
}

static int learn_keys(struct verifier *verifier, const struct person *person)
{
	struct key_records records = { .verifier = verifier };
	struct repo_parent itself;
	struct repo_step step;
	int rc;

	for (size_t i = 0; i < verifier->nr_keys; i++)
		if (verifier->keys[i].person == person)
			return 0; /* they are known already */
	rc = find_key_records(&records, person);
	for (size_t i = 0; i < records.nr && rc == 0; i++) {
		rc = put_next(&records, i);
		if (rc == 0)
			rc = put_place(&step, &itself, verifier, &records.v[i].commit);
		if (rc == 0)
			keys_learn(verifier, &step, records.v[i].rec);
	}
	free(records.v);
	return rc;
}

/* Was the key given up where this commit was not known, nor it there? Then nothing proves which was first. */
static int is_given_up_beside(bool *out, const struct verifier *verifier, const struct repo_step *step,
			      const struct person *person, const char *key)
{
	int rc = 0;

	*out = false;
	for (size_t i = 0; i < verifier->nr_keys && rc == 0 && !*out; i++) {
		const struct key_event *event = &verifier->keys[i];
		bool later = false;

		if (event->added || event->person != person || !key_same(event->key, key) ||
		    key_set_has(verifier->places[step->number].keys, i))
			continue;
		rc = repo_is_ancestor(&later, verifier->repo, &step->id, &event->commit);
		*out = rc == 0 && !later;
	}
	return rc;
}

/* ---- the word */

static const char given_up[] = "signed with a key that they have given up";

/* What the signature of this key says; AUTHORSHIP_CLAIMED: nothing. */
static int judge_key(struct authorship *out, struct telling *telling, const struct repo_step *step,
		     const struct person *author, const char *key)
{
	struct verifier *verifier = &telling->verifier;
	bool good = false, beside = false;
	size_t event;
	int rc;

	out->word = AUTHORSHIP_MISMATCH;
	switch (keys_standing(&event, verifier, step, author, key)) {
	case KEY_NONE_KNOWN:
		out->word = AUTHORSHIP_CLAIMED;
		return 0;
	case KEY_ANOTHERS:
		out->wrong = "signed with a key that is not theirs";
		return 0;
	case KEY_GIVEN_UP:
		out->wrong = given_up;
		return 0;
	case KEY_VALID:
		break;
	}
	rc = is_given_up_beside(&beside, verifier, step, author, key);
	if (rc == 0 && !beside && telling->thorough)
		rc = signature_check(&good, verifier, step, key);
	if (beside)
		out->wrong = given_up;
	else if (telling->thorough && !good)
		out->wrong = "the signature is not that of its commit";
	else
		out->word = good ? AUTHORSHIP_SIGNED : AUTHORSHIP_CLAIMED;
	return rc;
}

static int judge_signature(struct authorship *out, struct telling *telling, const struct id *commit,
			   const struct person *author)
{
	struct buf text = BUF_INIT;
	struct repo_parent itself;
	struct repo_step step;
	char *key = NULL;
	enum signature how;
	int rc = repo_commit_stored(&text, telling->verifier.repo, commit);

	out->word = AUTHORSHIP_CLAIMED;
	how = rc == 0 ? signature_of(&key, &text) : SIGNATURE_NONE;
	if (rc == 0 && how == SIGNATURE_SSH)
		rc = learn_keys(&telling->verifier, author);
	if (rc == 0 && how == SIGNATURE_SSH)
		rc = put_place(&step, &itself, &telling->verifier, commit);
	if (rc == 0 && how == SIGNATURE_SSH) {
		step.text = &text;
		rc = judge_key(out, telling, &step, author, key);
	}
	free(key);
	buf_release(&text);
	return rc;
}

static bool is_by_author(struct telling *telling, const struct record *rec, const char *committer)
{
	struct verifier *verifier = &telling->verifier;

	if (!telling->has_people)
		people_load(verifier);
	telling->has_people = true;
	return people_may_commit(verifier, rec, committer);
}

static int tell(struct authorship *out, struct telling *telling, const struct record *rec, const struct introducer *by)
{
	if (!by->author)
		return 0;
	if (record_node(rec, "origin"))
		out->word = AUTHORSHIP_IMPORTED;
	else if (rec->from && !is_by_author(telling, rec, by->author))
		out->word = AUTHORSHIP_MISMATCH;
	else if (rec->from)
		return judge_signature(out, telling, &by->commit, team_person(telling->verifier.team, rec->from));
	return 0;
}

/* ---- the commits */

static void recall(struct telling *telling)
{
	struct verifier memory = telling->verifier; /* whose keys are those of then */

	verify_load(&memory);
	verifier_release(&memory);
}

/* What verify found of it before: that it is so is for the commit to tell. */
static bool was_found(const struct verify *found, const char *path)
{
	for (size_t i = 0; i < found->nr; i++) {
		enum finding_what what = found->v[i].what;

		if ((what == FINDING_MISMATCH || what == FINDING_SIGNATURE) && found->v[i].path &&
		    !strcmp(found->v[i].path, path))
			return true;
	}
	return false;
}

/* Find those that are looked for in all of the history, or the others. */
static int find_some(struct introducer *out, struct telling *telling, const struct record *const *recs, size_t nr, bool all)
{
	struct worklog *wl = telling->verifier.wl;
	char (*paths)[RECORD_PATH] = xcalloc(nr, sizeof(*paths));
	const char **list = xcalloc(nr, sizeof(*list));
	size_t *which = xcalloc(nr, sizeof(*which)), found = 0;
	struct introducer *by = xcalloc(nr, sizeof(*by));
	struct repo_gaps gaps = { .nr = 0 }; /* which the index tells */
	int rc = 0;

	for (size_t i = 0; i < nr; i++) {
		record_path(paths[found], recs[i]->date, &recs[i]->id);
		if ((telling->thorough || record_node(recs[i], "origin") || was_found(&telling->found, paths[found])) != all)
			continue;
		list[found] = paths[found];
		which[found++] = i;
	}
	if (found)
		rc = repo_find_introducers(by, &gaps, wl->repo, &wl->tips, list, found, all ? SIZE_MAX : AUTHORSHIP_NEAR);
	for (size_t i = 0; i < found; i++)
		out[which[i]] = by[i];
	repo_gaps_release(&gaps);
	free(by);
	free(which);
	free(list);
	free(paths);
	return rc;
}

static int find(struct introducer *out, struct telling *telling, const struct record *const *recs, size_t nr)
{
	int rc = find_some(out, telling, recs, nr, false);

	return rc == 0 ? find_some(out, telling, recs, nr, true) : rc;
}

int authorship_tell(struct authorship *out, struct worklog *wl, const struct record *const *recs, size_t nr,
		    bool thorough)
{
	static const struct verify_options options = { .since = NULL };
	struct telling telling = { .verifier = { .wl = wl, .repo = wl->repo, .options = &options, .now = wl->now,
						 .good_now = BUF_INIT },
				   .thorough = thorough };
	struct introducer *by = xcalloc(nr, sizeof(*by));
	int rc = worklog_team(&telling.verifier.team, wl);

	telling.verifier.out = &telling.found;
	memset(out, 0, nr * sizeof(*out));
	if (rc == 0 && thorough)
		signatures_load(&telling.verifier);
	else if (rc == 0)
		recall(&telling);
	if (rc == 0)
		rc = find(by, &telling, recs, nr);
	for (size_t i = 0; i < nr; i++) {
		if (rc == 0)
			rc = tell(&out[i], &telling, recs[i], &by[i]);
		out[i].committer = by[i].author;
	}
	if (rc == 0 && thorough)
		signatures_save(&telling.verifier);
	verify_release(&telling.found);
	verifier_release(&telling.verifier);
	free(by);
	return rc;
}
