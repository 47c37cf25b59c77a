/* Beginning a log, or taking up one that a remote has. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "transport.h"

/* The first two lines are read by programs and must stay as they are. */
static const char README[] =
	"# async log, format 1\n"
	"Founder: %s\n"
	"\n"
	"This branch is a work log kept by `async`: what the people of this project ask,\n"
	"answer and decide, across time zones. It has nothing in common with the code on the\n"
	"other branches and is never merged with them.\n"
	"\n"
	"Each file below `log/<year>/<month>/<day>/` is one record, a short YAML text named\n"
	"by its own git blob id. Records are only ever added: a correction is another record,\n"
	"so please do not edit, rename or delete any, and do not rewrite this branch.\n"
	"\n"
	"With async installed, `async` shows what waits for you. With plain git:\n"
	"\n"
	"    git log --format='%%h %%an %%ad %%s' %s\n"
	"    git show %s:log/\n"
	"    git grep -i 'words to find' %s -- log/\n";

#define README_SUBJECT "init: begin a work log\n"

/* ---- asking remotes */

struct names {
	char **v;
	size_t nr, alloc;
};

static void names_release(struct names *names)
{
	for (size_t i = 0; i < names->nr; i++)
		free(names->v[i]);
	free(names->v);
}

static void add_name(struct names *names, const char *name, size_t len)
{
	for (size_t i = 0; i < names->nr; i++)
		if (strlen(names->v[i]) == len && memcmp(names->v[i], name, len) == 0)
			return;
	GROW(names->v, names->nr, names->alloc);
	names->v[names->nr++] = xstrndup(name, len);
}

/* Every remote, the log's own first. */
static void list_remotes(struct names *out, const struct repo *repo)
{
	if (repo->remote)
		add_name(out, repo->remote, strlen(repo->remote));
	for (size_t i = 0; i < repo->files.nr; i++) {
		const char *name = repo->files.v[i].name;
		size_t len = strlen(name);

		if (len > strlen("remote..url") && strncmp(name, "remote.", 7) == 0 &&
		    strcmp(name + len - 4, ".url") == 0 && name[7] != '-')
			add_name(out, name + 7, len - 7 - 4);
	}
}

/* They may be asked for a passphrase. */
static int run_git(struct buf *errors, struct repo *repo, const char *const *args)
{
	return transport_git(NULL, errors, repo, true, args, NULL);
}

/* Has the remote our branch? `*offline` if it could not be asked. */
static void ask(bool *has, bool *offline, struct repo *repo, const char *remote)
{
	const char *const args[] = { "ls-remote", "--exit-code", "--quiet", "--end-of-options", remote, repo->ref, NULL };
	struct buf errors = BUF_INIT;
	int status = run_git(&errors, repo, args);

	buf_release(&errors);
	*has = status == 0;
	/* 2 is its "no such ref"; without git, or too slow, is as good as offline. */
	*offline |= status != 0 && status != 2;
}

/* Where a fetch puts the remote's branch. */
static char *tracking_ref(struct repo *repo, const char *remote)
{
	if (repo->tracking && repo->remote && strcmp(remote, repo->remote) == 0)
		return xstrdup(repo->tracking);
	return xstrfmt("refs/remotes/%s/%s", remote, repo->branch);
}

static int fetch(struct id *out, struct repo *repo, const char *remote)
{
	char *tracking = tracking_ref(repo, remote), *spec = xstrfmt("+%s:%s", repo->ref, tracking);
	const char *const args[] = { GIT_FETCH, "--quiet", "--end-of-options", remote, spec, NULL };
	struct buf errors = BUF_INIT;
	int rc = run_git(&errors, repo, args);

	buf_rtrim(&errors);
	if (rc > 0)
		rc = error_set(ERR_FAILED, "cannot fetch the log from '%s': %s", remote, errors.ptr);
	if (rc == 0) {
		repo_look_again(repo);
		rc = repo_read_ref(out, repo, tracking);
		if (rc == 0 && id_is_zero(out))
			rc = error_set(ERR_FAILED, "'%s' was not fetched", tracking);
	}
	buf_release(&errors);
	free(spec);
	free(tracking);
	return rc;
}

/* A clone of one branch only would never fetch the log again: say so in its configuration. */
static int cover_refspec(struct repo *repo, const char *remote)
{
	char *key, *spec;
	struct buf errors = BUF_INIT;
	int rc = 0;

	if (!repo->remote || strcmp(remote, repo->remote) != 0 || repo->tracking)
		return 0;
	key = xstrfmt("remote.%s.fetch", remote);
	spec = xstrfmt("+%s:refs/remotes/%s/%s", repo->ref, remote, repo->branch);
	{
		const char *const args[] = { "config", "--add", key, spec, NULL };

		if (run_git(&errors, repo, args) == 0)
			repo->tracking = xstrfmt("refs/remotes/%s/%s", remote, repo->branch);
		else
			rc = error_set(ERR_FAILED, "cannot set '%s': %s", key, errors.ptr);
	}
	buf_release(&errors);
	free(spec);
	free(key);
	return rc;
}

/* The log that the first remote which has one has; zero if none of them has. */
static int find_remote_log(struct id *out, bool *offline, struct repo *repo)
{
	struct names remotes = { 0 };
	bool has = false;
	int rc = 0;

	list_remotes(&remotes, repo);
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < remotes.nr && rc == 0 && !has; i++) {
		ask(&has, offline, repo, remotes.v[i]);
		if (has)
			rc = fetch(out, repo, remotes.v[i]);
		if (rc == 0 && has)
			rc = cover_refspec(repo, remotes.v[i]);
	}
	names_release(&remotes);
	return rc;
}

/* ---- beginning one */

static int store_readme(struct id *tree, struct repo *repo)
{
	struct buf raw = BUF_INIT;
	char *name = NULL, *address = NULL, *text;
	struct id blob;
	int rc = repo_identity(repo, &name, &address);

	if (rc < 0)
		return rc;
	text = xstrfmt(README, address, repo->branch, repo->branch, repo->branch);
	rc = repo_store(&blob, repo, GIT_OBJECT_BLOB, text, strlen(text));
	if (rc == 0) {
		buf_add(&raw, "100644 README.md", sizeof("100644 README.md"));
		buf_add(&raw, blob.raw, ID_RAW);
		rc = repo_store(tree, repo, GIT_OBJECT_TREE, raw.ptr, raw.len);
	}
	buf_release(&raw);
	free(text);
	free(name);
	free(address);
	return rc;
}

static int store_root(struct id *out, struct repo *repo)
{
	struct id tree;
	int rc = store_readme(&tree, repo);

	return rc < 0 ? rc : repo_store_commit(out, repo, &tree, NULL, 0, README_SUBJECT);
}

static int already(struct repo *repo)
{
	return error_set(ERR_CONFLICT, "there is a log already, on branch '%s'", repo->branch);
}

/* `data` is the commit to adopt, zero to begin anew. Somebody else's log, begun just now, is as good. */
static int attempt(struct repo *repo, void *data)
{
	static const struct id none;
	struct checkout *checkout = NULL;
	struct id commit = *(const struct id *)data;
	struct tips tips;
	int rc = repo_read_refs(&tips, repo);

	if (rc < 0 || !id_is_zero(&tips.local))
		return rc;
	rc = checkout_prepare(&checkout, repo);
	if (rc == 0 && id_is_zero(&commit))
		rc = store_root(&commit, repo);
	if (rc == 0)
		rc = checkout_advance(checkout, &none, &commit);
	if (rc == 0)
		rc = repo_move_ref(repo, &none, &commit, README_SUBJECT);
	checkout_free(checkout);
	return rc;
}

int repo_init_log(struct repo *repo, bool *adopted, bool *offline)
{
	struct id adopt;
	char *name = NULL, *address = NULL;
	struct tips tips;
	int rc = repo_read_refs(&tips, repo);

	*adopted = *offline = false;
	if (rc < 0)
		return rc;
	if (!id_is_zero(&tips.local)) {
		rc = repo_check_log(repo, &tips.local, repo->branch);
		return rc < 0 ? rc : already(repo);
	}
	rc = repo_identity(repo, &name, &address);
	free(name);
	free(address);
	if (rc == 0)
		rc = find_remote_log(&adopt, offline, repo);
	if (rc == 0 && id_is_zero(&adopt))
		adopt = tips.remote; /* could not ask, but an earlier fetch brought it */
	if (rc == 0 && !id_is_zero(&adopt)) {
		rc = repo_check_log(repo, &adopt, repo->branch);
		*adopted = rc == 0;
	}
	return rc < 0 ? rc : repo_retry(repo, attempt, &adopt);
}
