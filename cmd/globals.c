/* Options that stand before the command, and what they leave to a program that async starts. */
#include "globals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "cmd.h"
#include "opts.h"
#include "shell.h"

struct globals globals = { .color = -1 };

/* Their names and what they take are told here once: for the command line and for completion. */
const struct global_option global_options[] = {
	{ "-C", "path", "go to a folder first" },
	{ "-L", "log", "use another log" },
	{ "-c", "name>=<value", "set a value of the configuration" },
	{ "--git-dir", "path", "the repository" },
	{ "--no-pager", NULL, "do not page" },
	{ "--color", "color", "always, never or auto" },
	{ "--at", "past", "look at the past" },
	{ "--version", NULL, "say which async this is" },
	{ "--help", NULL, "open the manual" },
	{ NULL, NULL, NULL },
};

/* To the environment, where git's own -c goes: our reader of settings finds it there, and so does what we start. */
static int add_config(const char *setting)
{
	const char *before = getenv("GIT_CONFIG_PARAMETERS");
	size_t len = strcspn(setting, "=");
	struct buf all = BUF_INIT;

	if (!setting[len] || !memchr(setting, '.', len) || setting[0] == '.' || setting[len - 1] == '.')
		return error_set(ERR_USAGE, "-c wants <name>=<value>, not '%s'", setting);
	if (before && *before)
		buf_addf(&all, "%s ", before);
	shell_quote(&all, setting, len);
	buf_putc(&all, '=');
	shell_quote(&all, setting + len + 1, strlen(setting + len + 1));
	setenv("GIT_CONFIG_PARAMETERS", all.ptr, 1);
	buf_release(&all);
	return 0;
}

int globals_set_color(const char *when)
{
	if (!strcmp(when, "always") || !strcmp(when, "true"))
		globals.color = 1;
	else if (!strcmp(when, "never") || !strcmp(when, "false"))
		globals.color = 0;
	else if (!strcmp(when, "auto"))
		globals.color = -1;
	else
		return error_set(ERR_USAGE, "--color wants always, never or auto, not '%s'", when);
	return 0;
}

static int change_directory(const char *path)
{
	if (*path && chdir(path) < 0)
		return error_set(ERR_FAILED, "cannot change to '%s': %s", path, strerror(errno));
	return 0;
}

static int set(const char *name, const char *value)
{
	if (!strcmp(name, "-C"))
		return change_directory(value);
	if (!strcmp(name, "-c"))
		return add_config(value);
	if (!strcmp(name, "--color"))
		return globals_set_color(value);
	if (!strcmp(name, "-L"))
		globals.log.log = value;
	else if (!strcmp(name, "--git-dir"))
		globals.log.git_dir = value;
	else
		globals.at = value;
	return 0;
}

const struct global_option *globals_find(const char *arg, const char **value)
{
	*value = NULL;
	for (const struct global_option *g = global_options; g->name; g++) {
		size_t len = strlen(g->name);

		if (!g->arg || strncmp(arg, g->name, len) != 0)
			continue;
		if (g->name[1] != '-' && arg[len])
			*value = arg + len;
		else if (arg[len] == '=')
			*value = arg + len + 1;
		if (*value || !arg[len])
			return g;
	}
	return NULL;
}

int globals_take(int *argc, char ***argv)
{
	const char *value;
	const struct global_option *option = globals_find(**argv, &value);

	if (option && !value && *argc < 2)
		return error_set(ERR_USAGE, "%s wants a value", option->name);
	if (option && !value) {
		(*argc)--;
		value = *++(*argv);
	}
	if (option)
		return set(option->name, value);
	if (!strcmp(**argv, "--no-pager")) {
		globals.no_pager = true;
		return 0;
	}
	error_set(ERR_USAGE, "unknown option '%s'", **argv);
	error_hint("'async -h' lists the options that stand before a command");
	return ERR_USAGE;
}

int globals_apply_at(struct worklog *wl)
{
	struct when when = { 0 };
	int rc;

	rc = when_parse(&when, globals.at, worklog_now(wl), worklog_zone(wl), true);
	if (rc < 0)
		return error_prefix(ERR_USAGE, "--at");
	return worklog_set_at(wl, when.at);
}

int globals_hand_on(const char *program)
{
	if (globals.at) {
		error_set(ERR_USAGE, "--at cannot be handed on to '%s', which is no command of async's own", program);
		return ERR_USAGE;
	}
	if (globals.log.git_dir)
		setenv("GIT_DIR", globals.log.git_dir, 1);
	if (globals.log.log)
		setenv("ASYNC_LOG", globals.log.log, 1);
	if (globals.no_pager)
		setenv("GIT_PAGER", "cat", 1);
	if (globals.color >= 0)
		return add_config(globals.color ? "color.async=always" : "color.async=never");
	return 0;
}
