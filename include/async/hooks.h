/*
 * Scripts that git runs as hooks: looking at them, putting a block of ours into them and taking
 * it out again. What others wrote there stays as it is, to the byte.
 */
#ifndef ASYNC_HOOKS_H
#define ASYNC_HOOKS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "async/buf.h"
#include "async/code.h"

/* Where the scripts are that may be written. */
struct hook_folder {
	char *path;        /* absolute */
	bool in_work_tree; /* so what is in it may be versioned */
	bool elsewhere;    /* outside of the repository: others may have their hooks there, too */
	bool managed;      /* husky's: it starts them by itself, executable or not */
};

int hook_folder_find(struct hook_folder *out, const struct code *code);
void hook_folder_release(struct hook_folder *folder);

enum hook_state {
	HOOK_NONE,      /* there is no such file */
	HOOK_INSTALLED, /* our block is in it */
	HOOK_FOREIGN,   /* a shell script without it, where it can be put */
	HOOK_OFF,       /* a shell script that is not executable, so git does not run it; with the block or without */
	HOOK_PROGRAM,   /* something else than a shell script */
	HOOK_LINK,      /* a symbolic link */
	HOOK_ODD,       /* a folder, a pipe, ... */
	HOOK_BROKEN,    /* the block begins and does not end */
};

struct hook_file {
	char *path;
	enum hook_state state;
	struct buf text; /* of a script */
	mode_t mode;
};
#define HOOK_FILE_INIT { .text = BUF_INIT }

/* ERR_FAILED if it is there and cannot be read. */
int hook_file_look(struct hook_file *out, const struct hook_folder *folder, const char *name);
void hook_file_release(struct hook_file *file);

/* What kind of hook it is put into. */
enum {
	HOOK_INPUT = 1 << 0,   /* git gives it something on standard input, which what is there is to get, too */
	HOOK_DECIDES = 1 << 1, /* git does nothing where async fails, or is not there */
};

/*
 * Put the block in, or bring it up to date: of HOOK_NONE, HOOK_INSTALLED, HOOK_FOREIGN. `*changed` says
 * whether anything was to do. ERR_FAILED if it cannot be written.
 */
int hook_file_install(bool *changed, const struct hook_file *file, const char *name, unsigned how);

/* Take it out. A file that we made and nobody added to is removed, which `*removed` says. */
int hook_file_uninstall(bool *removed, const struct hook_file *file);

/* The text of a script, with and without our block; pure (hook-block.c). */

/* Is this read by a shell as POSIX has it? */
bool hook_text_is_shell(const char *text, size_t len);

/* Where our block is in the text: false if there is none; `*end` 0: it does not end. */
bool hook_text_find(size_t *begin, size_t *end, const char *text, size_t len);

/* Append the text with the block put in or renewed; NULL becomes a script of ours. */
void hook_text_add(struct buf *out, const char *text, size_t len, const char *name, unsigned how);

/* Append the text without it; false: it was a script of ours alone, nothing is to be left of it. */
bool hook_text_remove(struct buf *out, const char *text, size_t len);

#endif
