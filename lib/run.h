/*
 * Other programs: started from an argument list, never through a shell of ours.
 */
#ifndef RUN_H
#define RUN_H

#include "async/buf.h"

struct run {
	const char *const *argv;   /* argv[0] is looked up on PATH */
	const char *const *env;    /* "NAME=value" added to, "NAME" removed from the environment; NULL: as it is */
	const char *dir;           /* working folder, or NULL */
	const void *input;         /* given on standard input; NULL: /dev/null */
	size_t input_len;
	struct buf *output;        /* standard output is collected here; NULL: /dev/null */
	struct buf *errors;        /* standard error likewise; NULL: /dev/null */
	size_t limit;              /* of each; 0: 1 MiB */
	int timeout_seconds;       /* without output; 0: 120 */
};

/* The exit status (128 + signal for a killed one), or ERR_FAILED with a message if it could not be run or was too slow. */
int run_program(const struct run *run);

/* A variable names git's own (GIT_DIR, GIT_INDEX_FILE, …): those that a child git must not inherit, ending with NULL. */
extern const char *const run_git_local_env[];

#endif
