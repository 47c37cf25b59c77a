/* async hook install, uninstall, list: a block of ours in git's hooks, beside what is there. */
#include "hook.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/hooks.h"
#include "cmd.h"
#include "print.h"

/* Hooks to work on, and what became of it. */
struct work {
	struct code code;
	struct hook_folder folder;
	bool (*each)(struct work *work, const struct hook *hook, struct hook_file *file); /* false: told as failed */
	bool changed;
	struct buf failed; /* names of hooks with which it could not be done */
	size_t nr_failed;
};

static int begin(struct work *work)
{
	int rc = code_find(&work->code, globals.log.git_dir);

	return rc < 0 ? rc : hook_folder_find(&work->folder, &work->code);
}

static void end(struct work *work)
{
	hook_folder_release(&work->folder);
	code_release(&work->code);
	buf_release(&work->failed);
}

/* As a user of this work tree or bare repository would write it; the caller frees. */
static char *shown_path(const struct work *work, const char *path)
{
	const char *top = work->code.work_tree ? work->code.work_tree : work->code.git_dir;
	size_t len = strlen(top);
	struct buf safe = BUF_INIT;
	bool below = !strncmp(path, top, len) && path[len] == '/';

	print_safe(&safe, below ? path + len + 1 : path, false);
	return buf_detach(&safe);
}

static void say(const struct work *work, const struct hook *hook, const struct hook_file *file, const char *what)
{
	char *path = shown_path(work, file->path);

	print("%s: %s %s\n", hook->name, what, path);
	free(path);
}

static void warn(const struct hook *hook, const char *why, const char *hint)
{
	print_warning("%s: %s", hook->name, why);
	fprintf(stderr, "hint: %s\n", hint);
}

/* Why a file is left as it is, and what helps; NULL: it can be written. */
static const char *why_not(enum hook_state state)
{
	switch (state) {
	case HOOK_OFF:
		return "is not executable, so git does not run it";
	case HOOK_PROGRAM:
		return "is not a shell script";
	case HOOK_LINK:
		return "is a symbolic link";
	case HOOK_ODD:
		return "is not a file";
	case HOOK_BROKEN:
		return "has '# async begin' without '# async end'";
	default:
		return NULL;
	}
}

static char *remedy(const struct hook *hook, enum hook_state state)
{
	const char *input = hook->input ? ", with its standard input" : "";

	switch (state) {
	case HOOK_OFF:
		return xstrdup("'chmod +x' it, or remove it; then install again");
	case HOOK_LINK:
		return xstrfmt("add this line to the script it leads to: async hook run %s \"$@\"%s", hook->name,
			       hook->input ? "" : " </dev/null");
	case HOOK_PROGRAM:
		return xstrfmt("make it run 'async hook run %s' with its arguments%s", hook->name, input);
	case HOOK_BROKEN:
		return xstrdup("take out by hand what is left of the block; then install again");
	default:
		return xstrdup("move it away; then install again");
	}
}

static bool refuse(const struct work *work, const struct hook *hook, const struct hook_file *file)
{
	char *path = shown_path(work, file->path), *hint = remedy(hook, file->state);
	char *why = xstrfmt("%s %s: left as it is", path, why_not(file->state));

	warn(hook, why, hint);
	free(why);
	free(hint);
	free(path);
	return false;
}

static bool failed(const struct hook *hook)
{
	print_warning("%s: %s", hook->name, error_last());
	error_clear();
	return false;
}

static bool install(struct work *work, const struct hook *hook, struct hook_file *file)
{
	unsigned how = (hook->input ? HOOK_INPUT : 0) | (hook->decide ? HOOK_DECIDES : 0);
	bool changed, fresh = file->state == HOOK_NONE;

	if (why_not(file->state))
		return refuse(work, hook, file);
	if (hook_file_install(&changed, file, hook->name, how) < 0)
		return failed(hook);
	work->changed |= changed;
	if (!changed)
		say(work, hook, file, "is installed already in");
	else
		say(work, hook, file, fresh ? "installed as" : "installed in");
	return true;
}

static bool uninstall(struct work *work, const struct hook *hook, struct hook_file *file)
{
	size_t first, last;
	bool removed, ours = (file->state == HOOK_INSTALLED || file->state == HOOK_OFF) &&
		    hook_text_find(&first, &last, file->text.ptr, file->text.len);

	if (file->state == HOOK_BROKEN)
		return refuse(work, hook, file);
	if (!ours)
		return true;
	if (hook_file_uninstall(&removed, file) < 0)
		return failed(hook);
	work->changed = true;
	say(work, hook, file, removed ? "removed" : "taken out of");
	return true;
}

static void work_on(struct work *work, const struct hook *hook)
{
	struct hook_file file = HOOK_FILE_INIT;
	bool done = hook_file_look(&file, &work->folder, hook->name) == 0 ? work->each(work, hook, &file) : failed(hook);

	if (!done) {
		buf_addf(&work->failed, "%s%s", work->nr_failed ? ", " : "", hook->name);
		work->nr_failed++;
	}
	hook_file_release(&file);
}

/* Without names: the hooks of a server in a bare repository, else the others. */
static int work_on_all(struct work *work, int argc, char **argv)
{
	bool bare = !work->code.work_tree;
	int rc = 0;

	for (int i = 0; i < argc && rc == 0; i++)
		rc = hook_find(argv[i]) ? 0 : hook_unknown(argv[i]);
	for (int i = 0; i < argc && rc == 0; i++)
		work_on(work, hook_find(argv[i]));
	for (const struct hook *hook = hooks; !argc && hook->name; hook++)
		if (work->each == uninstall || (!hook->by_name && bare == (hook->decide != NULL)))
			work_on(work, hook);
	return rc;
}

/* A change that others may come to have, too. */
static void tell_reach(const struct work *work)
{
	char *path = shown_path(work, work->folder.path);

	if (work->changed && work->folder.in_work_tree)
		fprintf(stderr, "note: %s is in the work tree: committed, this is everybody's\n", path);
	else if (work->changed && work->folder.elsewhere)
		fprintf(stderr, "note: %s is outside of this repository: others may use it, too\n", path);
	free(path);
}

static int work_and_tell(struct work *work, int argc, char **argv, const char *what)
{
	int rc = begin(work);

	if (rc == 0)
		rc = work_on_all(work, argc, argv);
	if (rc == 0)
		tell_reach(work);
	if (rc == 0 && work->nr_failed)
		rc = error_set(ERR_FAILED, "not %s: %s", what, work->failed.ptr);
	return rc;
}

int hook_install(int argc, char **argv)
{
	struct work work = { .each = install, .failed = BUF_INIT };
	int rc = work_and_tell(&work, argc, argv, "installed");

	end(&work);
	return rc;
}

int hook_uninstall(int argc, char **argv)
{
	struct work work = { .each = uninstall, .failed = BUF_INIT };
	int rc = work_and_tell(&work, argc, argv, "taken out");

	if (rc == 0 && !work.changed)
		print("nothing is installed\n");
	end(&work);
	return rc;
}

/* -- list ------------------------------------------------------------------------------------- */

static const struct field fields[] = {
	{ "hook", VALUE_TEXT, "its name", COLUMN },
	{ "state", VALUE_TEXT, "installed; none: there is no such file; foreign: async is not in it; off", COLUMN },
	{ "path", VALUE_TEXT, "where git, or what manages its hooks, looks for it", COLUMN | ELASTIC },
	{ "note", VALUE_TEXT, "why async cannot be put in", COLUMN },
};

/* pre-commit(1) and its like keep what was there before them beside their own script, and run it. */
static bool is_in_legacy(const struct work *work, const struct hook *hook)
{
	struct hook_file file = HOOK_FILE_INIT;
	char *name = xstrfmt("%s.legacy", hook->name);
	bool is = hook_file_look(&file, &work->folder, name) == 0 && file.state == HOOK_INSTALLED;

	hook_file_release(&file);
	free(name);
	return is;
}

static const char *state_word(const struct work *work, const struct hook *hook, enum hook_state state)
{
	if (state == HOOK_INSTALLED)
		return "installed";
	if (state == HOOK_NONE)
		return "none";
	if (is_in_legacy(work, hook))
		return "installed";
	return state == HOOK_OFF ? "off" : "foreign";
}

static int list_one(struct listing *list, const struct work *work, const struct hook *hook)
{
	struct hook_file file = HOOK_FILE_INIT;
	char *path;
	int rc = hook_file_look(&file, &work->folder, hook->name);

	path = print_is_machine() ? xstrdup(file.path) : shown_path(work, file.path);
	if (rc == 0) {
		const struct value values[] = {
			{ .text = hook->name },
			{ .text = state_word(work, hook, file.state) },
			{ .text = path },
			{ .text = why_not(file.state) },
		};

		rc = listing_row(list, values);
	}
	free(path);
	hook_file_release(&file);
	return rc;
}

int hook_list(void)
{
	struct work work = { .failed = BUF_INIT };
	struct listing *list = NULL;
	int rc = begin(&work), ended;

	if (rc == 0)
		rc = listing_begin(&list, NULL, "hook", fields, NR(fields));
	for (const struct hook *hook = hooks; rc == 0 && hook->name; hook++)
		rc = list_one(list, &work, hook);
	ended = list ? listing_end(list) : 0;
	end(&work);
	return rc < 0 ? rc : ended;
}
