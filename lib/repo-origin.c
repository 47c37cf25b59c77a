/* Where the log comes from: its root and founder, and who brought which record. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define FOUNDER "Founder: "
#define KNOWN_STEPS 16 /* so many commits may be walked before it is worth noting where that led */

/* The founder's address from a README, NULL if its second line names none. */
static char *parse_founder(const char *readme)
{
	const char *line = strchr(readme, '\n');

	if (!line || strncmp(line + 1, FOUNDER, strlen(FOUNDER)) != 0)
		return NULL;
	line += 1 + strlen(FOUNDER);
	return xstrndup(line, strcspn(line, "\r\n"));
}

static char *root_file(const struct repo *repo)
{
	return xstrfmt("%s/async/root", repo->place.common_dir);
}

/* A commit whose root was found before: "<commit> <root>". False if there is none that can be read. */
static bool read_known(struct id *commit, struct id *root, const struct repo *repo)
{
	char *path = root_file(repo);
	struct buf text = BUF_INIT;
	bool known = access(path, R_OK) == 0 && buf_read_file(&text, path, 2 * ID_HEX + 2) == 0 &&
		     text.len > 2 * ID_HEX && id_parse(commit, text.ptr, ID_HEX) &&
		     id_parse(root, text.ptr + ID_HEX + 1, ID_HEX);

	buf_release(&text);
	free(path);
	return known;
}

/* Without it the next one walks all the way again, so failing to write it is no failure. */
static void write_known(const struct repo *repo, const struct id *commit, const struct id *root)
{
	char hex[2][ID_HEX + 1], *path = root_file(repo);
	struct buf line = BUF_INIT;

	id_hex(hex[0], commit);
	id_hex(hex[1], root);
	buf_addf(&line, "%s %s\n", hex[0], hex[1]);
	buf_replace_file(path, &line, 0600);
	buf_release(&line);
	free(path);
}

/* ---- what cannot be read on the way */

void repo_gaps_release(struct repo_gaps *gaps)
{
	for (size_t i = 0; i < gaps->nr; i++)
		free(gaps->v[i].text);
	free(gaps->v);
	*gaps = (struct repo_gaps){ .nr = 0 };
}

static bool is_noted(const struct repo_gaps *gaps, const struct id *commit, const char *text)
{
	for (size_t i = 0; i < gaps->nr; i++)
		if (id_equal(&gaps->v[i].commit, commit) &&
		    (text ? gaps->v[i].text && !strcmp(gaps->v[i].text, text) : !gaps->v[i].text))
			return true;
	return false;
}

/* What could not be read just now is in the way at a commit. `is_wrong`: and the message says what is wrong there. */
static void note_gap(struct repo_gaps *gaps, const struct repo *repo, const struct id *commit, bool is_wrong)
{
	if (!is_noted(gaps, commit, is_wrong ? error_last() : NULL)) {
		GROW(gaps->v, gaps->nr, gaps->alloc);
		gaps->v[gaps->nr++] =
			(struct repo_gap){ *commit, is_wrong ? xstrdup(error_last()) : NULL, repo->lost };
	}
	error_clear();
}

/*
 * Read a commit on the way down. `*here` false: it cannot be read, which is a gap unless it is
 * where a shallow clone ends.
 */
static int step_down(bool *here, struct commit *out, struct repo *repo, struct repo_gaps *gaps, const struct id *id)
{
	int rc = repo_read_commit(out, repo, id);

	*here = rc == 0;
	if (!repo_is_damage(rc))
		return rc;
	note_gap(gaps, repo, id, rc != ERR_NOTFOUND || !repo_is_shallow(repo));
	return 0;
}

/* ---- the root */

/* The last of the first parents below `tip`; `*cut_off` if it has a parent that is not here. */
static int find_root(struct id *root, bool *cut_off, struct repo *repo, struct repo_gaps *gaps, const struct id *tip)
{
	struct id at = *tip, known, known_root;
	bool has_known = read_known(&known, &known_root, repo);
	size_t steps = 0;

	*root = *tip;
	*cut_off = false;
	for (;; steps++) {
		struct commit commit;
		bool here;
		int rc;

		if (has_known && id_equal(&at, &known)) {
			*root = known_root;
			break;
		}
		rc = step_down(&here, &commit, repo, gaps, &at);
		if (rc < 0)
			return rc;
		*cut_off = !here;
		if (!here)
			return 0;
		commit_release(&commit);
		*root = at;
		if (!commit.nr_parents)
			break;
		at = commit.parents[0];
	}
	if (steps > KNOWN_STEPS)
		write_known(repo, tip, root);
	return 0;
}

/* The README of a commit, or, where that cannot be read any more, of the tip: it is the same. */
static int read_readme(struct buf *out, struct repo *repo, struct repo_gaps *gaps, const struct id *commit,
		       const struct id *tip)
{
	int rc = repo_readme(out, repo, commit);

	if (!repo_is_damage(rc) || id_equal(commit, tip))
		return rc;
	note_gap(gaps, repo, commit, true);
	return repo_readme(out, repo, tip);
}

static int take_founder(char **out, const struct repo *repo, const struct buf *readme)
{
	*out = parse_founder(readme->ptr);
	if (*out)
		return 0;
	return error_set(ERR_INVALID, "the README of the log '%s' does not name its founder", repo->branch);
}

int repo_founder(char **out, struct repo *repo, const struct id *commit)
{
	struct buf readme = BUF_INIT;
	int rc = repo_check_log(repo, commit, repo->branch);

	*out = NULL;
	if (rc == 0)
		rc = repo_readme(&readme, repo, commit);
	if (rc == 0)
		rc = take_founder(out, repo, &readme);
	buf_release(&readme);
	return rc;
}

int repo_root(struct id *root, char **founder, struct repo_gaps *gaps, struct repo *repo, const struct tips *tips)
{
	const struct id *tip = id_is_zero(&tips->local) ? &tips->remote : &tips->local;
	struct buf readme = BUF_INIT;
	struct id first;
	bool cut_off;
	int rc = find_root(&first, &cut_off, repo, gaps, tip);

	*founder = NULL;
	if (rc < 0)
		return rc;
	/* Where a shallow clone ends, the README is still the founder's, but the log's id is not known. */
	*root = first;
	if (cut_off)
		memset(root, 0, sizeof(*root));
	rc = read_readme(&readme, repo, gaps, &first, tip);
	if (rc == 0)
		rc = take_founder(founder, repo, &readme);
	buf_release(&readme);
	return rc;
}

/* ---- who brought what */

/* First parents from a tip down, as far as was needed. */
struct chain {
	struct id *v;
	size_t nr, alloc;
	struct id next; /* below the last one; zero: it is a root, or below it nothing is looked at */
	bool cut_off;   /* the latter */
};

/* What a search for those who brought records has at hand. */
struct search {
	struct repo *repo;
	struct repo_gaps *gaps;
	size_t limit; /* of a chain */
	struct chain tips[2];
};

/* Go one further down. */
static int chain_step(struct chain *chain, struct search *search)
{
	struct commit commit = { 0 };
	bool here = false;
	int rc = 0;

	if (chain->nr < search->limit)
		rc = step_down(&here, &commit, search->repo, search->gaps, &chain->next);
	if (rc < 0)
		return rc;
	chain->cut_off = !here;
	if (here) {
		GROW(chain->v, chain->nr, chain->alloc);
		chain->v[chain->nr++] = chain->next;
		commit_release(&commit);
	}
	memset(&chain->next, 0, sizeof(chain->next));
	if (here && commit.nr_parents)
		chain->next = commit.parents[0];
	return 0;
}

/* Make the chain at least `nr` long, if it goes on that long. */
static int chain_extend(struct chain *chain, struct search *search, size_t nr)
{
	int rc = 0;

	while (chain->nr < nr && !id_is_zero(&chain->next) && rc == 0)
		rc = chain_step(chain, search);
	return rc;
}

static int chain_begin(struct chain *chain, struct search *search, const struct id *tip)
{
	chain->nr = 0;
	chain->next = *tip;
	return chain_step(chain, search);
}

enum presence { ABSENT, PRESENT, UNKNOWN };

static int is_present(enum presence *out, struct search *search, const struct id *commit, const char *path)
{
	struct id id;
	int rc = repo_lookup(&id, search->repo, commit, path);

	*out = rc == 0 ? PRESENT : rc == ERR_NOTFOUND ? ABSENT : UNKNOWN;
	if (repo_is_damage(rc) && *out == UNKNOWN)
		note_gap(search->gaps, search->repo, commit, true);
	else if (rc != ERR_NOTFOUND)
		return rc;
	return 0;
}

/* Where only so many commits are looked at: is it there in the last of them, and so older than these? */
static int is_beyond(bool *out, struct search *search, struct chain *chain, const char *path)
{
	enum presence presence = ABSENT;
	int rc = 0;

	if (search->limit != SIZE_MAX)
		rc = chain_extend(chain, search, search->limit);
	if (rc == 0 && chain->nr == search->limit)
		rc = is_present(&presence, search, &chain->v[chain->nr - 1], path);
	*out = presence == PRESENT;
	return rc;
}

/*
 * The last commit of the chain that has the path: `*at` its place. Once there, always there,
 * so the search doubles its steps from the tip, where new records are, and then bisects. `*sure`
 * false: a commit between that one and the next that has it not cannot be looked into.
 */
static int last_with(size_t *at, bool *sure, struct search *search, struct chain *chain, const char *path)
{
	size_t with = 0, without = 1;
	enum presence presence = PRESENT;
	int rc = 0;

	while (rc == 0 && presence == PRESENT) {
		rc = chain_extend(chain, search, without + 1);
		if (rc == 0 && without >= chain->nr) {
			without = chain->nr;
			break;
		}
		if (rc == 0)
			rc = is_present(&presence, search, &chain->v[without], path);
		if (rc == 0 && presence == PRESENT) {
			with = without;
			without *= 2;
		}
	}
	while (rc == 0 && presence != UNKNOWN && without - with > 1) {
		size_t middle = with + (without - with) / 2;

		rc = is_present(&presence, search, &chain->v[middle], path);
		if (presence == PRESENT)
			with = middle;
		else
			without = middle;
	}
	*at = with;
	*sure = presence != UNKNOWN && !(with == chain->nr - 1 && chain->cut_off);
	return rc;
}

/* A side of a merge that has the path; ABSENT if it came with the merge itself, UNKNOWN if a side cannot be read. */
static int parent_with(struct id *out, enum presence *presence, struct search *search, const struct commit *commit,
		       const char *path)
{
	int rc = 0;

	*presence = ABSENT;
	for (size_t i = 1; i < commit->nr_parents && rc == 0 && *presence == ABSENT; i++) {
		rc = is_present(presence, search, &commit->parents[i], path);
		*out = commit->parents[i];
	}
	return rc;
}

/* Follow `path` from the tip of `chain` to the commit that brought it; NULL where history cannot be followed. */
static int find_introducer(struct introducer *out, struct search *search, struct chain *chain, const char *path)
{
	struct chain side = { 0 };
	enum presence deeper = PRESENT;
	int rc = 0;

	while (deeper == PRESENT && rc == 0) {
		struct commit commit = { 0 };
		struct id below;
		bool beyond, sure = false;
		size_t at;

		rc = is_beyond(&beyond, search, chain, path);
		if (rc == 0 && !beyond)
			rc = last_with(&at, &sure, search, chain, path);
		if (rc == 0 && !sure)
			break;
		if (rc == 0)
			rc = repo_read_commit(&commit, search->repo, &chain->v[at]);
		if (rc == 0)
			rc = parent_with(&below, &deeper, search, &commit, path);
		if (rc == 0 && deeper == ABSENT) {
			out->author = commit.author;
			out->commit = chain->v[at];
			commit.author = NULL;
		}
		commit_release(&commit);
		if (rc == 0 && deeper == PRESENT) {
			chain = &side;
			rc = chain_begin(chain, search, &below);
			if (chain->cut_off)
				break;
		}
	}
	free(side.v);
	return rc;
}

static int find_in_tips(struct introducer *out, struct search *search, const char *path)
{
	int rc = 0;

	for (int side = 0; side < 2 && rc == 0 && !out->author; side++) {
		struct chain *chain = &search->tips[side];
		enum presence presence = ABSENT;

		if (chain->nr)
			rc = is_present(&presence, search, &chain->v[0], path);
		if (rc == 0 && presence == PRESENT)
			rc = find_introducer(out, search, chain, path);
	}
	return rc;
}

static int search_begin(struct search *search, const struct tips *tips)
{
	const struct id *starts[] = { &tips->local, &tips->remote };
	int rc = 0;

	for (int i = 0; i < 2 && rc == 0; i++)
		if (!id_is_zero(starts[i]))
			rc = chain_begin(&search->tips[i], search, starts[i]);
	return rc;
}

static void search_end(struct search *search)
{
	free(search->tips[0].v);
	free(search->tips[1].v);
}

int repo_find_introducers(struct introducer *out, struct repo_gaps *gaps, struct repo *repo, const struct tips *tips,
			  const char *const *paths, size_t nr, size_t limit)
{
	struct search search = { .repo = repo, .gaps = gaps, .limit = limit };
	int rc = search_begin(&search, tips);

	memset(out, 0, nr * sizeof(*out));
	for (size_t i = 0; i < nr && rc == 0; i++)
		rc = find_in_tips(&out[i], &search, paths[i]);
	for (size_t i = 0; i < nr && rc < 0; i++) {
		free(out[i].author);
		out[i].author = NULL;
	}
	search_end(&search);
	return rc;
}

int repo_introducers(char **addresses, struct repo_gaps *gaps, struct repo *repo, const struct tips *tips,
		     const char *const *paths, size_t nr)
{
	struct introducer *found = xcalloc(nr, sizeof(*found));
	int rc = repo_find_introducers(found, gaps, repo, tips, paths, nr, SIZE_MAX);

	for (size_t i = 0; i < nr; i++)
		addresses[i] = found[i].author;
	free(found);
	return rc;
}
