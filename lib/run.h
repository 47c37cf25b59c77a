/*
 * Other programs: started from an argument list, never through a shell of ours.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "async/buf.h"

struct run {
	const char *const *argv;   /* argv[0] is looked up on PATH */
	const char *const *env;    /* "NAME=value" added to, "NAME" removed from the environment; NULL: as it is */
	const char *const *unset;  /* more names to remove, such as run_git_local_env; NULL: none */
	const char *dir;           /* working folder, or NULL */
	const void *input;         /* given on standard input; NULL: /dev/null */
	size_t input_len;
	struct buf *output;        /* standard output is collected here; NULL: /dev/null */
	struct buf *errors;        /* standard error likewise; NULL: /dev/null */
	size_t limit;              /* of each; 0: 1 MiB. What is more is read and dropped. */
	int timeout_seconds;       /* without output; 0: 120. Thirty times as long in all. */
	size_t file_limit;         /* no file that it writes gets longer; 0: as it is */
	bool may_ask;              /* it may ask at the terminal (a passphrase): stays in our process group */
};

/*
 * The exit status (128 + signal for a killed one), or with a message ERR_FAILED if it could
 * not be run, and ERR_AMBIGUOUS if it was too slow, and what it has done is not known; then it and
 * what it started (unless `may_ask`) are killed, as they are if a signal (SIGINT, SIGTERM, SIGHUP)
 * ends us meanwhile.
 * Children see ASYNC_NESTED=1, so that hooks which call async again can do nothing.
 */
int run_program(const struct run *run);

/* Start a program that outlives us, on /dev/null. ERR_FAILED if it could not be started. */
int run_detached(const struct run *run);

/*
 * A program under way, for who has other things to wait for: without input or output, only what
 * it says on standard error is taken. `errors` can be polled; it may have ended all the same
 * while something else keeps that open.
 */
struct running {
	pid_t pid;  /* 0: none */
	int errors; /* -1: none */
};
int run_begin(struct running *out, const struct run *run);

/* Append what it says; true once it has ended, with its status as run_program() has it. */
bool run_go_on(int *status, struct running *running, struct buf *says);

/* End it and what it started, if it runs. */
void run_abandon(struct running *running);

/* Variables of git's own (GIT_DIR, GIT_INDEX_FILE, …) that a child git must not inherit, ending with NULL. */
extern const char *const run_git_local_env[];

#endif
