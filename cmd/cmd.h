/*
 * A command, and how to add one:
 *
 *  1. cmd/NAME.c: run(), whose first act is opts_parse(), and `const struct cmd cmd_NAME`. Completion
 *     goes by the options and by the words in <…> of the usage (complete-offer.c lists them).
 *  2. A declaration below, and one line in the table of commands.c.
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
	CMD_LOOK = 1 << 3,  /* prints rows: --json, --format, -z, --at; pager; unreadable records are told, exit 3 */
	CMD_MAYBE_LOG = 1 << 4, /* opens the log if there is one, else `wl` is NULL (due, check-record) */
	CMD_QUERY = 1 << 5, /* its operands are a query (filter.h) */
	CMD_UNREADABLE = 1 << 6, /* a CMD_LOOK command that tells itself what can not be read */
};

enum {
	EXIT_YES = 0,
	EXIT_NO = 1,       /* the answer is no, or there are some: only where asked for */
	EXIT_UNREADABLE = 3, /* done, but some records could not be read: main() sees to it */
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

/* The table: commands in the order in which help lists them, ending with a NULL `group`. */
struct command {
	const char *group; /* the heading it stands under, as in async(1) */
	const struct cmd *cmd;
};
extern const struct command commands[];

extern const struct cmd cmd_init, cmd_me, cmd_team, cmd_policy, cmd_calendar, cmd_away, cmd_help, cmd_version;
extern const struct cmd cmd_post, cmd_reply;
extern const struct cmd cmd_ack, cmd_done, cmd_approve, cmd_reject, cmd_read, cmd_reopen, cmd_assign, cmd_extend;
extern const struct cmd cmd_snooze, cmd_tag, cmd_retract, cmd_edit, cmd_undo;
extern const struct cmd cmd_status, cmd_inbox, cmd_overdue, cmd_list, cmd_log, cmd_show, cmd_who, cmd_why, cmd_stats;
extern const struct cmd cmd_digest, cmd_search, cmd_watch;
extern const struct cmd cmd_sync, cmd_remind;
extern const struct cmd cmd_verify, cmd_redact, cmd_hook, cmd_reindex;
extern const struct cmd cmd_cat_record, cmd_write_record, cmd_check_record, cmd_merge_logs, cmd_due;

/* Pages of the manual that are no command's; ends with a NULL `name`. */
struct topic {
	const char *name;
	char section;
	const char *summary;
};
extern const struct topic topics[];

const struct cmd *command_find(const char *name);

/* The nearest command to a mistyped one, or NULL. */
const char *command_nearest(const char *name);

/* The global options as they were given. */
struct globals {
	bool no_pager;
	int color;          /* -1: auto, 0: never, 1: always */
	const char *at;     /* --at as typed, or NULL */
	bool json;          /* of CMD_LOOK commands: --json, -z, --format */
	bool nul;
	const char *format;
	struct worklog_options log;
};
extern struct globals globals;

/* --color's words: 0, or ERR_USAGE. */
int globals_set_color(const char *when);

/* Take --at to the open log: read it in its zone and look as of then. ERR_USAGE. */
int globals_apply_at(struct worklog *wl);

/*
 * Tell what could not be read: at most `named` records with path and reason, then how many. The
 * exit status: `status`, or EXIT_UNREADABLE if that was EXIT_YES and there are some; ERR_FAILED.
 */
int unreadable_tell(struct worklog *wl, size_t named, int status);

/* The manual page "async-NAME" (NULL: "async") by man(1), which replaces this process. */
int help_manual(const char *name);

#endif
