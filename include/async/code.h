/*
 * The repository around us, where the code is. Its log may be in another one.
 */
#ifndef ASYNC_CODE_H
#define ASYNC_CODE_H

#include <stdbool.h>

struct code {
	char *git_dir;    /* absolute; of a linked worktree its own */
	char *common_dir; /* absolute; what all its worktrees share */
	char *work_tree;  /* absolute; NULL: bare */
	char *hooks_path; /* core.hooksPath as it is set; NULL: it is not */
	char *hooks;      /* the folder where git looks for hooks, absolute; it need not be there */
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

#endif
