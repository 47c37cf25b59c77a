/*
 * The repository around us, where the code is. Its log may be in another one.
 */
#ifndef ASYNC_CODE_H
#define ASYNC_CODE_H

#include <stdbool.h>
#include <stddef.h>

#include "async/buf.h"

struct code {
	char *git_dir;    /* absolute; of a linked worktree its own */
	char *common_dir; /* absolute; what all its worktrees share */
	char *work_tree;  /* absolute; NULL: bare */
	char *hooks_path; /* core.hooksPath as it is set; NULL: it is not */
	char *hooks;      /* the folder where git looks for hooks, absolute; it need not be there */
	bool hook_strict; /* async.hookStrict: what goes wrong in a hook is to fail git's command */
};
#define CODE_INIT { 0 }

/*
 * Find it as git does: `git_dir` (--git-dir), GIT_DIR, or from the current folder upward.
 * ERR_NOTFOUND if there is none; ERR_FAILED where git would refuse it.
 */
int code_find(struct code *out, const char *git_dir);
void code_release(struct code *code);

/* Is git in the middle of a rebase, of picking commits, or of a bisection? */
bool code_is_in_between(const struct code *code);

/* A commit of the code: other people's text. */
struct code_commit {
	const char *id;          /* in hex */
	const char *author;      /* the address */
	const char *authored_at; /* seconds since 1970: amending and rebasing leave it as it is */
	const char *message;
};
typedef int code_each(const struct code_commit *commit, void *data);

/*
 * Call `each` for the commits that these lines name, as git understands them ("HEAD", an id): those
 * alone, or (`limit` is not 0) what leads to them, at most so many, newest first. What is not
 * there is left out. A non-zero return ends it and is returned. ERR_FAILED if git cannot be run.
 */
int code_commits(const struct code *code, const char *names, size_t limit, code_each *each, void *data);

#endif
