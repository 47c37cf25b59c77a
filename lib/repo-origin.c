/* Where the log comes from: its root and founder, and who brought which record. */
#include <fcntl.h>
#include <stdio.h>
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
	char *path = root_file(repo), *temporary = xstrfmt("%s.XXXXXX", path);
	char line[2 * ID_HEX + 2];
	int fd = mkostemp(temporary, O_CLOEXEC);

	id_hex(line, commit);
	line[ID_HEX] = ' ';
	id_hex(line + ID_HEX + 1, root);
	line[2 * ID_HEX + 1] = '\n';
	if (fd >= 0 && (write(fd, line, sizeof(line)) != (ssize_t)sizeof(line) || rename(temporary, path) < 0))
		unlink(temporary);
	if (fd >= 0)
		close(fd);
	free(temporary);
	free(path);
}

/* The last of the first parents below `tip`; `*cut_off` if it has a parent that is not here. */
static int find_root(struct id *root, bool *cut_off, struct repo *repo, const struct id *tip)
{
	struct id at = *tip, known, known_root;
	bool has_known = read_known(&known, &known_root, repo);
	size_t steps = 0;

	for (;; steps++) {
		struct commit commit;
		int rc;

		*cut_off = false;
		*root = known_root;
		if (has_known && id_equal(&at, &known))
			break;
		rc = repo_read_commit(&commit, repo, &at);
		if (rc < 0)
			return rc;
		commit_release(&commit);
		*root = at;
		if (!commit.nr_parents)
			break;
		*cut_off = !repo_has_object(repo, &commit.parents[0]);
		if (*cut_off)
			return 0;
		at = commit.parents[0];
	}
	if (steps > KNOWN_STEPS)
		write_known(repo, tip, root);
	return 0;
}

int repo_root(struct id *root, char **founder, struct repo *repo, const struct tips *tips)
{
	struct buf readme = BUF_INIT;
	struct id first;
	bool cut_off;
	int rc = find_root(&first, &cut_off, repo, id_is_zero(&tips->local) ? &tips->remote : &tips->local);

	*founder = NULL;
	if (rc < 0)
		return rc;
	/* Where a shallow clone ends, the README is still the founder's, but the log's id is not known. */
	*root = first;
	if (cut_off)
		memset(root, 0, sizeof(*root));
	rc = repo_readme(&readme, repo, &first);
	if (rc == 0)
		*founder = parse_founder(readme.ptr);
	if (rc == 0 && !*founder)
		rc = error_set(ERR_INVALID, "the README of the log '%s' does not name its founder", repo->branch);
	buf_release(&readme);
	return rc;
}

/* First parents from a tip down, as far as was needed. */
struct chain {
	struct id *v;
	size_t nr, alloc;
	bool ended;    /* the last one is a root ... */
	bool cut_off;  /* ... or its parent is not here */
};

/* Make the chain at least `nr` long, if it goes on that long. */
static int chain_extend(struct chain *chain, struct repo *repo, size_t nr)
{
	int rc = 0;

	while (chain->nr < nr && !chain->ended && rc == 0) {
		struct commit commit;

		rc = repo_read_commit(&commit, repo, &chain->v[chain->nr - 1]);
		if (rc < 0)
			break;
		commit_release(&commit);
		chain->cut_off = commit.nr_parents && !repo_has_object(repo, &commit.parents[0]);
		chain->ended = !commit.nr_parents || chain->cut_off;
		if (!chain->ended) {
			GROW(chain->v, chain->nr, chain->alloc);
			chain->v[chain->nr++] = commit.parents[0];
		}
	}
	return rc;
}

static int is_present(bool *out, struct repo *repo, const struct id *commit, const char *path)
{
	struct id id;
	int rc = repo_lookup(&id, repo, commit, path);

	*out = rc == 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/*
 * The last commit of the chain that has the path: `*at` its place. Once there, always there,
 * so the search doubles its steps from the tip, where new records are, and then bisects.
 */
static int last_with(size_t *at, struct chain *chain, struct repo *repo, const char *path)
{
	size_t with = 0, without = 1;
	bool present = true;
	int rc = 0;

	while (rc == 0 && present) {
		rc = chain_extend(chain, repo, without + 1);
		if (rc == 0 && without >= chain->nr) {
			without = chain->nr;
			break;
		}
		if (rc == 0)
			rc = is_present(&present, repo, &chain->v[without], path);
		if (rc == 0 && present) {
			with = without;
			without *= 2;
		}
	}
	while (rc == 0 && without - with > 1) {
		size_t middle = with + (without - with) / 2;

		rc = is_present(&present, repo, &chain->v[middle], path);
		if (present)
			with = middle;
		else
			without = middle;
	}
	*at = with;
	return rc;
}

/* A side of a merge that has the path; false if it came with the merge itself. */
static int parent_with(struct id *out, bool *found, struct repo *repo, const struct commit *commit, const char *path)
{
	int rc = 0;

	*found = false;
	for (size_t i = 1; i < commit->nr_parents && rc == 0 && !*found; i++) {
		if (!repo_has_object(repo, &commit->parents[i]))
			continue;
		rc = is_present(found, repo, &commit->parents[i], path);
		*out = commit->parents[i];
	}
	return rc;
}

/* Follow `path` from the tip of `chain` to the commit that brought it; NULL where history is cut off. */
static int find_introducer(char **address, struct repo *repo, struct chain *chain, const char *path)
{
	struct chain side = { 0 };
	struct commit commit = { 0 };
	bool deeper = true;
	int rc = 0;

	while (deeper && rc == 0) {
		struct id below;
		size_t at;

		rc = last_with(&at, chain, repo, path);
		if (rc == 0 && at == chain->nr - 1 && chain->cut_off)
			break;
		if (rc == 0)
			rc = repo_read_commit(&commit, repo, &chain->v[at]);
		if (rc == 0)
			rc = parent_with(&below, &deeper, repo, &commit, path);
		if (rc == 0 && !deeper) {
			*address = commit.author;
			commit.author = NULL;
		}
		commit_release(&commit);
		if (rc == 0 && deeper) {
			chain = &side;
			chain->nr = 0;
			chain->ended = chain->cut_off = false;
			GROW(chain->v, chain->nr, chain->alloc);
			chain->v[chain->nr++] = below;
		}
	}
	free(side.v);
	return rc;
}

int repo_introducers(char **addresses, struct repo *repo, const struct tips *tips, const char *const *paths, size_t nr)
{
	const struct id *starts[] = { &tips->local, &tips->remote };
	struct chain chains[2] = { 0 };
	int rc = 0;

	memset(addresses, 0, nr * sizeof(*addresses));
	for (int i = 0; i < 2; i++) {
		if (id_is_zero(starts[i]))
			continue;
		GROW(chains[i].v, chains[i].nr, chains[i].alloc);
		chains[i].v[chains[i].nr++] = *starts[i];
	}
	for (size_t i = 0; i < nr; i++) {
		for (int side = 0; side < 2 && rc == 0 && !addresses[i]; side++) {
			bool present = false;

			if (chains[side].nr)
				rc = is_present(&present, repo, starts[side], paths[i]);
			if (rc == 0 && present)
				rc = find_introducer(&addresses[i], repo, &chains[side], paths[i]);
		}
	}
	for (size_t i = 0; i < nr && rc < 0; i++) {
		free(addresses[i]);
		addresses[i] = NULL;
	}
	free(chains[0].v);
	free(chains[1].v);
	return rc;
}
