/*
 * A command, and how to add one:
 *
 *  1. cmd/NAME.c: run(), whose first act is opts_parse(), and `const struct cmd cmd_NAME`.
 *  2. commands.c: one line in the table.
 *  3. man/async-NAME.1; its SYNOPSIS is the usage line (t0010 compares them).
 *  4. t/tNNNN-NAME.sh: what it does, and each of its errors.
 *
 * run() asks or writes the log, prints with print.h, and returns 0, an exit status
 * (EXIT_*), or a negative ERR_* with its message set: main() prints that once and
 * exits 128, or 129 for ERR_USAGE.
 */
#ifndef CMD_H
#define CMD_H

#include <stdbool.h>

#include "async/error.h"
#include "async/worklog.h"

/* What main() makes true before run(). */
enum {
	CMD_REPO = 1 << 0,  /* a repository, a log not needed (init): `wl` is set */
	CMD_LOG = 1 << 1,   /* a log: `wl` is set */
	CMD_WRITE = 1 << 2, /* may commit: `--at` is an error */
	CMD_LOOK = 1 << 3,  /* prints rows: takes --json, --format, -z; uses the pager; says "could not be read" and exits 3 */
	CMD_MAYBE_LOG = 1 << 4, /* opens the log if there is one, else `wl` is NULL (due, check-record) */
};

enum {
	EXIT_YES = 0,
	EXIT_NO = 1,       /* the answer is no, or there are some: only where asked for */
	EXIT_UNREADABLE = 3, /* done, but some records could not be read */
	EXIT_FAILED = 128,
	EXIT_WRONG_USAGE = 129,
};

struct cmd {
	const char *name;
	const char *usage;      /* without "async NAME"; several lines for several forms */
	const char *summary;    /* one line, imperative, lower case, no full stop */
	unsigned needs;
	int (*run)(struct worklog *wl, int argc, char **argv);
};

extern const struct cmd *const commands[]; /* ends with NULL */
const struct cmd *command_find(const char *name);

/* The global options as they were given. */
struct globals {
	bool no_pager;
	int color; /* -1: auto, 0: never, 1: always */
	struct worklog_options log;
};
extern struct globals globals;

#endif
