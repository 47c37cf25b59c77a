/* Completion: what the last word of a command line can become (cmd/completion/ asks). */
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "opts.h"
#include "print.h"

static const char *const global_options[] = {
	"-C\tgo to a folder first",
	"-L\tuse another log",
	"-c\tset a value of the configuration",
	"--git-dir=\tthe repository",
	"--no-pager\tdo not page",
	"--color=\talways, never or auto",
	"--at=\tlook at the past",
	"--version\tsay which async this is",
	"--help\topen the manual",
};

static bool takes_next(const char *word)
{
	return !strcmp(word, "-C") || !strcmp(word, "-c") || !strcmp(word, "-L") || !strcmp(word, "--git-dir") ||
	       !strcmp(word, "--color") || !strcmp(word, "--at");
}

static void print_commands_like(const char *word)
{
	for (const struct command *c = commands; c->group; c++)
		if (!strncmp(c->cmd->name, word, strlen(word)))
			print("%s\t%s\n", c->cmd->name, c->cmd->summary);
}

static void print_topics_like(const char *word)
{
	for (const struct topic *t = topics; t->name; t++)
		if (!strncmp(t->name, word, strlen(word)))
			print("%s\t%s\n", t->name, t->summary);
}

static void print_globals_like(const char *word)
{
	for (size_t i = 0; i < NR(global_options); i++)
		if (!strncmp(global_options[i], word, strlen(word)))
			print("%s\n", global_options[i]);
}

/* Which word is the command: behind the global options. */
static int find_command(int argc, char **argv)
{
	int i = 0;

	while (i < argc && argv[i][0] == '-')
		i += takes_next(argv[i]) ? 2 : 1;
	return i;
}

int complete(int argc, char **argv)
{
	char *last = argc ? argv[argc - 1] : "";
	char *ask[] = { OPTS_COMPLETE, last, NULL };
	int before = argc ? argc - 1 : 0; /* words that are finished */
	int at = find_command(before, argv);
	const struct cmd *cmd = at < before ? command_find(argv[at]) : NULL;

	if (at == before && *last == '-')
		print_globals_like(last);
	else if (at == before)
		print_commands_like(last);
	else if (cmd && *last == '-')
		cmd->run(NULL, 2, ask);
	else if (cmd == &cmd_help) {
		print_commands_like(last);
		print_topics_like(last);
	}
	return print_end(0) < 0 ? EXIT_FAILED : 0;
}
