/*
 * git's hooks that async knows, and how to add one: a line in the table of hook.c, and what it
 * does in a file hook-….c.
 *
 * Most are guests of the team's code: they never fail git's own command (unless
 * async.hookStrict asks for it), have nothing to say where there is no log, and do nothing inside
 * another async. Those that decide run on a server, and their exit status is git's answer.
 */
#ifndef HOOK_H
#define HOOK_H

#include <stdbool.h>

#include "async/code.h"
#include "async/worklog.h"

/* A hook at work: the arguments are git's. */
struct hook_call {
	const char *name;
	struct worklog *wl;
	struct code *code;
	int argc;
	char **argv;
	bool failed; /* something went wrong, and was told */
};

struct hook {
	const char *name;
	const char *summary;
	bool input;    /* git gives it something on standard input */
	bool by_name;  /* installed only where it is named */
	bool rewrites; /* it is called at the end of a rebase, where the others stay out */
	int (*run)(struct hook_call *call);        /* a guest: 0, or a negative ERR_* that is told in a line */
	int (*decide)(int argc, char **argv);      /* on a server, instead: opens the log itself; as run() of a command */
};

/* The table; ends with a NULL `name`. */
extern const struct hook hooks[];
const struct hook *hook_find(const char *name);
int hook_unknown(const char *name); /* ERR_USAGE, with the nearest there is */

/* Tell a line on standard error: "async: …", escaped. */
void hook_tell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* hook-run.c: what git calls; `hook` is not one that decides. 0, or EXIT_NO where async.hookStrict wants that. */
int hook_run_guest(const struct hook *hook, int argc, char **argv);

/* hook-message.c: the trailers that the branch's name suggests are offered. */
int hook_prepare_commit_msg(struct hook_call *call);

/* hook-push.c: the log is synced along with the code. */
int hook_pre_push(struct hook_call *call);

/* hook-trailers.c: what the trailers of my commits say is written; those of others' are only told. */
int hook_post_commit(struct hook_call *call);
int hook_post_rewrite(struct hook_call *call);
int hook_trailers_that_came(struct hook_call *call);

/* hook-line.c: one line if something waits on me. */
int hook_post_checkout(struct hook_call *call);
int hook_post_merge(struct hook_call *call);

/* hook-install.c: all hooks that fit the repository, or these. ERR_USAGE; ERR_FAILED where one could not be done. */
int hook_install(int argc, char **argv);
int hook_uninstall(int argc, char **argv);
int hook_list(void);

/* hook-receive.c: EXIT_NO for what is not to be taken in. */
int hook_pre_receive(int argc, char **argv);
int hook_update(int argc, char **argv);
int hook_post_receive(int argc, char **argv); /* brings the index up to date; never fails the push */

#endif
