/* Options that stand before the command (cmd.h has what they leave: struct globals). */
#ifndef GLOBALS_H
#define GLOBALS_H

#include "cmd.h"

struct global_option {
	const char *name;
	const char *arg;  /* what it takes, in the words of completion (complete.h); NULL: nothing */
	const char *help;
};
extern const struct global_option global_options[]; /* ends with a NULL `name` */

/* The one that takes a value and is `arg`; `*value` gets what is glued on ("--at=x", "-Cx"), or NULL. */
const struct global_option *globals_find(const char *arg, const char **value);

/* Take the option at `**argv`; `*argv` is left at its last word. ERR_USAGE; ERR_FAILED for a folder that is not there. */
int globals_take(int *argc, char ***argv);

/* Leave them all to `program`, which is about to be started: in its environment. ERR_USAGE for what it cannot honour. */
int globals_hand_on(const char *program);

#endif
