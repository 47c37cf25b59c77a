/* async help: the commands, or a page of the manual. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/nearest.h"
#include "alias.h"
#include "cmd.h"
#include "opts.h"
#include "print.h"

/* Pages that are no command's. */
const struct topic topics[] = {
	{ "config", '5', "settings, and the environment" },
	{ "json", '5', "what --json and --format print" },
	{ "query", '7', "how to say what is to be shown" },
	{ "record", '5', "the format of the log" },
	{ "reminders", '7', "how people are reminded" },
	{ "security", '7', "what protects a log, and what does not" },
	{ "tutorial", '7', "a first week with async" },
	{ "worktime", '7', "how due times come about" },
	{ NULL, 0, NULL },
};

static const char *const globals_usage =
	"usage: async [-C <path>] [--git-dir=<path>] [-L <log>] [-c <name>=<value>]\n"
	"             [--no-pager] [--color=<when>] [--at=<time>]\n"
	"             <command> [<argument>...]\n"
	"   or: async --version | -h | --help\n";

static void print_alias(const char *name, const char *meaning, void *data)
{
	bool *begun = data;
	struct buf safe = BUF_INIT;

	if (!*begun)
		print("\nyour aliases\n");
	*begun = true;
	print_safe(&safe, meaning, false);
	print("    %-14s %s\n", name, safe.ptr);
	buf_release(&safe);
}

static void print_commands(void)
{
	bool aliases = false;
	const char *group = "";

	print("%s", globals_usage);
	for (const struct command *c = commands; c->group; c++) {
		if (strcmp(group, c->group) != 0)
			print("\n%s\n", c->group);
		group = c->group;
		print("    %-14s %s\n", c->cmd->name, c->cmd->summary);
	}
	alias_each(print_alias, &aliases);
	print("\nread on: async help <topic>\n");
	for (const struct topic *t = topics; t->name; t++)
		print("    %-14s %s\n", t->name, t->summary);
	print("\n'async <command> -h' shows a command's options, 'async help <command>' its manual.\n");
}

/* A page that lies where this program was built: man/ beside the binary. The caller frees it. */
static char *page_of_build(const char *page, char section)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash, *path;

	if (len < 0)
		return NULL;
	self[len] = '\0';
	slash = strrchr(self, '/');
	*slash = '\0';
	path = xstrfmt("%s/man/%s.%c", self, page, section);
	if (access(path, R_OK) == 0)
		return path;
	free(path);
	return NULL;
}

static char section_of(const char *name)
{
	for (const struct topic *t = topics; name && t->name; t++)
		if (!strcmp(t->name, name))
			return t->section;
	return '1';
}

int help_manual(const char *name)
{
	char *page = name ? xstrfmt("async-%s", name) : xstrdup("async");
	const char section[] = { section_of(name), '\0' };
	char *built = page_of_build(page, section[0]);

	if (built)
		execlp("man", "man", "-l", "--", built, (char *)NULL);
	else
		execlp("man", "man", "--", section, page, (char *)NULL);
	error_set(ERR_FAILED, "cannot run man: %s", strerror(errno));
	error_hint("the page is %s(%s)", page, section);
	free(built);
	free(page);
	return ERR_FAILED;
}

static int unknown_page(const char *name)
{
	const char *suggestion = command_nearest(name), *names[NR(topics)] = { NULL };

	for (size_t i = 0; topics[i].name; i++)
		names[i] = topics[i].name;
	if (!suggestion)
		suggestion = nearest(name, names);
	error_set(ERR_USAGE, "no manual page for '%s'", name);
	if (suggestion)
		error_hint("the nearest is '%s'; 'async help' lists all", suggestion);
	else
		error_hint("'async help' lists what there is");
	return ERR_USAGE;
}

/* "async help st": what it stands for, as git tells. */
static bool explain_alias(const char *name)
{
	char *meaning = alias_get(name);
	struct buf safe = BUF_INIT;

	if (!meaning)
		return false;
	print_safe(&safe, meaning, false);
	print("'%s' is an alias for '%s'\n", name, safe.ptr);
	buf_release(&safe);
	free(meaning);
	return true;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	const struct opt opts[] = { OPT_END };
	int rc = opts_parse(wl, &cmd_help, opts, &argc, &argv, 0, 1);

	if (rc)
		return rc;
	if (!argc) {
		print_commands();
		return 0;
	}
	if (!strcmp(argv[0], "async"))
		return help_manual(NULL);
	if (command_find(argv[0]) || section_of(argv[0]) != '1')
		return help_manual(argv[0]);
	return explain_alias(argv[0]) ? 0 : unknown_page(argv[0]);
}

const struct cmd cmd_help = {
	.name = "help",
	.usage = "[<command> | <topic>]",
	.summary = "list the commands, or open the manual",
	.run = run,
};
