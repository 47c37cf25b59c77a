/* Fetching the log with the user's git, which knows their keys, helpers and proxies. */
#include <stdlib.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "transport.h"

int repo_can_fetch(struct repo *repo)
{
	char *name;

	if (repo->tracking)
		return 0;
	if (repo->remote) {
		error_set(ERR_NOTFOUND, "the branch '%s' of '%s' is not among what this clone fetches", repo->branch,
			  repo->remote);
		error_hint("add it with 'git remote set-branches --add %s %s'", repo->remote, repo->branch);
		return ERR_NOTFOUND;
	}
	name = repo_config(repo, "async.remote");
	error_set(ERR_NOTFOUND, "there is no remote '%s' to fetch the log from", name ? name : "origin");
	error_hint("add it with 'git remote add %s <url>', or name another with 'git config async.remote'",
		   name ? name : "origin");
	free(name);
	return ERR_NOTFOUND;
}

int repo_fetch_begin(struct running *out, struct repo *repo)
{
	char *spec = xstrfmt("+%s:%s", repo->ref, repo->tracking);
	const char *const argv[] = { "git", "--git-dir", repo->place.git_dir, "-c", "protocol.ext.allow=never", "-c",
				     "core.hooksPath=/dev/null", GIT_FETCH, "--quiet", "--end-of-options", repo->remote, spec, NULL };
	const struct run run = { .argv = argv, .env = transport_silent, .unset = run_git_local_env };
	int rc;

	rc = run_begin(out, &run);
	free(spec);
	return rc;
}
