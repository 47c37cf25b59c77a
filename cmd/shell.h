/*
 * A command as people configure it for git ("less -R", "code --wait"): run as it is where
 * it is one plain word, else by the shell. Only for commands from the environment and the
 * user's own configuration, never from a repository or a record.
 */
#ifndef SHELL_H
#define SHELL_H

#include <stddef.h>

#include "async/buf.h"

struct shell {
	char *argv[6];
	char *script; /* owned */
};

/* Append 'text', of `len` bytes, as a shell reads it, and git in its variables. */
void shell_quote(struct buf *out, const char *text, size_t len);

/* The arguments to run `command` with `operand` (or NULL) after it; both are kept. */
void shell_command(struct shell *shell, const char *command, const char *operand);
void shell_release(struct shell *shell);

#endif
