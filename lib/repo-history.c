/* The log's tips, and commits by name. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "repo-store.h"

#define REF_LIMIT ((size_t)4096)
#define PACKED_REFS_LIMIT ((size_t)256 << 20)
#define PACKED_REFS_READ ((size_t)1 << 20) /* more is left to libgit2, which does not read all of it */
#define TITLE "# async log, format "

/* ---- tips */

static int check_ref_file(struct repo *repo, const char *name, size_t limit)
{
	char *path = xstrfmt("%s/%s", repo->place.common_dir, name);
	struct stat st;
	int rc = 0;

	/* A folder is fine: refs below this name, of which libgit2 says that it is no ref. */
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		rc = repo_check_plain(path, limit);
	free(path);
	return rc;
}

/* Look for a line "<id> <name>" in packed-refs; zero if there is none. False: only libgit2 can tell. */
static bool find_packed(struct id *out, struct repo *repo, const char *name)
{
	char *path = xstrfmt("%s/packed-refs", repo->place.common_dir), *line = xstrfmt(" %s\n", name), *found;
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, path, PACKED_REFS_READ);
	bool sure = rc == ERR_NOTFOUND || (rc == 0 && text.len && text.ptr[text.len - 1] == '\n');

	found = rc == 0 ? memmem(text.ptr, text.len, line, strlen(line)) : NULL;
	if (found)
		sure = found - text.ptr >= ID_HEX && (found - text.ptr == ID_HEX || found[-ID_HEX - 1] == '\n') &&
		       id_parse(out, found - ID_HEX, ID_HEX);
	buf_release(&text);
	free(line);
	free(path);
	return sure;
}

/* A ref that is a file with an id, or packed, or not there. False: only libgit2 can tell. */
static bool read_plain_ref(struct id *out, struct repo *repo, const char *name)
{
	char *path = xstrfmt("%s/%s", repo->place.common_dir, name);
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, path, REF_LIMIT);
	bool sure;

	buf_rtrim(&text);
	if (rc == ERR_NOTFOUND)
		sure = find_packed(out, repo, name);
	else
		sure = rc == 0 && text.len == ID_HEX && id_parse(out, text.ptr, ID_HEX);
	if (rc < 0)
		error_clear();
	buf_release(&text);
	free(path);
	return sure;
}

/* What is written wherever it leads must be where it is: of libgit2 a ref, of git and libgit2 its log. */
static int check_own_file(struct repo *repo, const char *folder, const char *name)
{
	char *path = xstrfmt("%s/%s%s", repo->place.common_dir, folder, name);
	struct stat st;
	int rc = 0;

	if (lstat(path, &st) == 0 && !S_ISDIR(st.st_mode) && (!S_ISREG(st.st_mode) || st.st_nlink > 1))
		rc = error_set(ERR_FAILED, "'%s' is not a regular file of one name", path);
	free(path);
	return rc;
}

int repo_check_ref(struct repo *repo, const char *name)
{
	int rc = check_ref_file(repo, "packed-refs", PACKED_REFS_LIMIT);

	if (rc == 0)
		rc = check_ref_file(repo, name, REF_LIMIT);
	if (rc == 0)
		rc = check_own_file(repo, "", name);
	return rc < 0 ? rc : check_own_file(repo, "logs/", name);
}

/* The refs that git would try for this name. */
static int check_refs_called(struct repo *repo, const char *name)
{
	static const char *const folders[] = { "", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/" };
	int rc = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && rc == 0; i++) {
		char *ref = xstrfmt("%s%s", folders[i], name);

		rc = repo_check_ref(repo, ref);
		free(ref);
	}
	return rc;
}

int repo_read_ref(struct id *out, struct repo *repo, const char *name)
{
	git_reference *ref = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if (read_plain_ref(out, repo, name))
		return 0;
	rc = repo_check_ref(repo, name);
	if (rc == 0)
		rc = repo_need_git(repo);
	if (rc < 0)
		return rc;
	rc = git_reference_lookup(&ref, repo->git, name);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return error_git(rc, "cannot read '%s'", name);
	if (git_reference_type(ref) == GIT_REFERENCE_DIRECT)
		from_oid(out, git_reference_target(ref));
	else
		rc = error_set(ERR_FAILED, "'%s' is a symbolic ref; a log's branch must be a plain one", name);
	git_reference_free(ref);
	return rc;
}

int repo_read_refs(struct tips *out, struct repo *repo)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = repo_read_ref(&out->local, repo, repo->ref);
	if (rc == 0 && repo->tracking)
		rc = repo_read_ref(&out->remote, repo, repo->tracking);
	return rc;
}

void repo_hint_other_branch(struct repo *repo)
{
	bool usual = strcmp(repo->branch, "async") == 0;

	error_hint("keep the log on a branch of another name: 'git config async.branch %s'",
		   usual ? "worklog" : "<name>");
}

int repo_readme(struct buf *out, struct repo *repo, const struct id *commit)
{
	struct id blob;
	int rc = repo_lookup(&blob, repo, commit, "README.md");

	if (rc == 0) {
		rc = repo_read(out, repo, &blob, README_LIMIT);
		/* One that is named but was never fetched is not the same as none. */
		if (rc == ERR_NOTFOUND)
			rc = ERR_INVALID;
	}
	return rc;
}

int repo_check_log(struct repo *repo, const struct id *commit, const char *name)
{
	struct buf readme = BUF_INIT;
	int rc = repo_readme(&readme, repo, commit);

	if (rc < 0 && rc != ERR_NOTFOUND) {
		repo_hint_damage(rc, repo);
	} else if (rc == 0 && strncmp(readme.ptr, TITLE, strlen(TITLE)) == 0) {
		const char *format = readme.ptr + strlen(TITLE);

		if (strcspn(format, "\r\n") != 1 || *format != '1') {
			rc = error_set(ERR_NEWER, "the log '%s' has format %.*s: written by a newer async", name,
				       (int)strspn(format, "0123456789"), format);
			error_hint("update async; this version reads format 1");
		}
	} else {
		rc = error_set(ERR_INVALID, "the branch '%s' is not a log", name);
		repo_hint_other_branch(repo);
	}
	buf_release(&readme);
	return rc;
}

const char *repo_ref_shown(const char *ref)
{
	return strncmp(ref, "refs/heads/", 11) == 0     ? ref + 11
	       : strncmp(ref, "refs/remotes/", 13) == 0 ? ref + 13
							 : ref;
}

static int no_log(struct repo *repo)
{
	error_set(ERR_NOTFOUND, "there is no log here (no branch '%s')", repo->branch);
	if (repo->remote)
		error_hint("begin one with 'async init'; if '%s' has one, 'async sync' takes it up", repo->remote);
	else
		error_hint("begin one with 'async init'");
	return ERR_NOTFOUND;
}

int repo_hint_damage(int rc, struct repo *repo)
{
	if (repo_is_damage(rc))
		error_hint("a clone that is whole can give back what is damaged or missing: move damaged files away,\n"
			   "then 'git fetch --refetch %s %s'",
			   repo->remote ? repo->remote : "<its path>", repo->branch);
	return rc;
}

/* A write asks for the tips again and again: what was found to be a log is looked at once. */
static int check_tip(struct repo *repo, const struct id *tip, const char *ref, struct id *checked)
{
	int rc;

	if (id_is_zero(tip) || id_equal(tip, &repo->checked.local) || id_equal(tip, &repo->checked.remote))
		return 0;
	rc = repo_check_log(repo, tip, repo_ref_shown(ref));
	if (rc == 0)
		*checked = *tip;
	return rc;
}

int repo_refs(struct tips *out, struct repo *repo)
{
	int rc = repo_read_refs(out, repo);

	return rc == 0 && id_is_zero(&out->local) && id_is_zero(&out->remote) ? no_log(repo) : rc;
}

int repo_tips(struct tips *out, struct repo *repo)
{
	int rc = repo_refs(out, repo);

	if (rc == 0)
		rc = check_tip(repo, &out->local, repo->ref, &repo->checked.local);
	if (rc == 0)
		rc = check_tip(repo, &out->remote, repo->tracking, &repo->checked.remote);
	return rc;
}

/* ---- a commit by name */

/* `name` is 4 to 40 hexadecimal digits. */
static int find_by_id(struct id *out, struct repo *repo, const char *name)
{
	size_t len = strlen(name);
	int rc = ERR_NOTFOUND;

	if (len >= 4 && len <= ID_HEX && strspn(name, "0123456789abcdef") == len)
		rc = store_find_prefix(out, repo_objects(repo), name, len);
	if (rc == ERR_AMBIGUOUS)
		return error_set(rc, "'%s' is the beginning of more than one object's id", name);
	return rc < 0 ? error_set(rc, "no commit or ref '%s'", name) : 0;
}

/* A ref as git would find it, or an id. */
static int find_by_name(struct id *out, struct repo *repo, const char *name)
{
	git_reference *ref = NULL, *direct = NULL;
	int rc = check_refs_called(repo, name);

	if (rc < 0)
		return rc;
	if (git_reference_dwim(&ref, repo->git, name) == 0 && git_reference_resolve(&direct, ref) == 0)
		from_oid(out, git_reference_target(direct));
	else
		rc = find_by_id(out, repo, name);
	git_reference_free(direct);
	git_reference_free(ref);
	return rc;
}

/* From a commit to its parent of this number, from 1; 0: it stays. */
static int go_to_parent(struct id *id, struct repo *repo, size_t number)
{
	struct commit commit;
	int rc = repo_read_commit(&commit, repo, id);

	if (rc < 0)
		return rc;
	if (number > commit.nr_parents)
		rc = ERR_NOTFOUND;
	else if (number)
		*id = commit.parents[number - 1];
	commit_release(&commit);
	return rc;
}

/* One step back: "~3" is three first parents, "^2" the second parent. Points `*step` behind it. */
static int go_back(struct id *id, struct repo *repo, const char **step)
{
	char how = *(*step)++, *end = NULL;
	size_t number = isdigit((unsigned char)**step) ? strtoul(*step, &end, 10) : 1;
	int rc = 0;

	if (end)
		*step = end;
	if (how == '^')
		return go_to_parent(id, repo, number);
	while (number-- && rc == 0)
		rc = go_to_parent(id, repo, 1);
	return how == '~' ? rc : ERR_NOTFOUND;
}

/* Steps like git's behind a name, in which neither character can be. What else git knows there is not taken. */
int repo_find_commit(struct id *out, struct repo *repo, const char *name)
{
	size_t len = strcspn(name, "~^");
	char *start = xstrndup(name, len);
	const char *step = name + len;
	int rc = repo_need_git(repo);

	if (rc == 0)
		rc = find_by_name(out, repo, start);
	if (rc == 0)
		rc = go_to_parent(out, repo, 0); /* is it a commit? */
	while (rc == 0 && *step)
		rc = go_back(out, repo, &step);
	if (rc == ERR_NOTFOUND && len < strlen(name))
		error_set(rc, "no commit or ref '%s'", name);
	free(start);
	return rc;
}
