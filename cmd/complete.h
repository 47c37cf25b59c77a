/*
 * Completion: what the last word of a command line can become. The shells' scripts
 * (cmd/completion/) ask "async --complete <word>…", which prints a candidate for the last word a
 * line, TAB, and what it means; "<TAB>file" alone says that a file is wanted. It is quiet about
 * everything that goes wrong: no log, no repository, a wrong option.
 *
 * It knows what may stand where from the tables of options and from usage lines. What is in
 * <…> there is one vocabulary for all commands: <id>, <who>, <tag>, <level>, … (complete-offer.c).
 */
#ifndef COMPLETE_H
#define COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "async/alloc.h"
#include "async/node.h"
#include "opts.h"

/* What the candidates of one word share. */
struct candidates {
	struct worklog *wl; /* opened when it is first needed */
	bool no_log;        /* it could not be opened */
	struct node *seen;  /* those that were offered: each once */
	struct pool pool;
};

/* The word to be completed. */
struct completion {
	const char *before; /* what of it stays as it is: "--to=", "ana," */
	size_t before_len;
	const char *word;   /* the rest, with which candidates begin */
	const struct cmd *cmd;
	bool only_operands; /* "--" stands before it */
	struct candidates *candidates;
};

void candidates_release(struct candidates *candidates);

/* A candidate, if it begins like the word; `end` is put behind it ("=" or ":" where a value follows); `meaning` may be NULL. */
void offer(struct completion *c, const char *text, const char *end, const char *meaning);

/* What <name> in a usage line or an option's table stands for; nothing if that can be anything. */
void offer_named(struct completion *c, const char *name, size_t len);

/* The value of this option. */
void offer_value(struct completion *c, const struct opt *opt);

/* The next operand, by the command's usage lines; `operands` are the `nr` before it. (complete-usage.c) */
void offer_operand(struct completion *c, const struct opt *opts, const char *const *operands, size_t nr);

/* The same completion with its word begun `len` bytes further on. */
struct completion completion_after(const struct completion *c, size_t len);

#endif
