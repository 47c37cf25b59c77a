/* Completion: which word of the command line is wanted, and so of which table it is. */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "alias.h"
#include "globals.h"
#include "print.h"

/* ---- within a command, whose options are known */

/* The finished words of a command: what they leave for the last one. */
struct line {
	const struct cmd *cmd;
	const struct opt *opts;
	const char **operands;
	size_t nr, alloc;
	const struct opt *waiting; /* an option whose value comes next */
	bool only_operands;        /* "--" was there */
};

static const struct opt *valued(const struct opt *opt)
{
	return opt && opt->type != OPT_TYPE_FLAG ? opt : NULL;
}

/* The same, if it does not go without, too ("--week", "--week=fri"). */
static const struct opt *wants_next(const struct opt *opt)
{
	return valued(opt) && !opt->otherwise ? opt : NULL;
}

/* "--name" or "-abx" whose value is the next word. */
static const struct opt *waits_for_value(const struct line *line, const char *word)
{
	const struct opt *opt = NULL, *other;

	if (word[1] == '-')
		return strchr(word, '=') ? NULL :
					   wants_next(opts_find_long(line->cmd, line->opts, word + 2, strlen(word + 2), &other));
	while (!opt && *++word)
		opt = wants_next(opts_find_letter(line->cmd, line->opts, *word));
	return opt && !word[1] ? opt : NULL;
}

static void take_word(struct line *line, const char *word)
{
	if (line->waiting) {
		line->waiting = NULL;
	} else if (line->only_operands || word[0] != '-' || !word[1]) {
		GROW(line->operands, line->nr, line->alloc);
		line->operands[line->nr++] = word;
	} else if (!strcmp(word, "--")) {
		line->only_operands = true;
	} else {
		line->waiting = waits_for_value(line, word);
	}
}

static void offer_option_names(struct completion *c, const struct line *line)
{
	for (const struct opt *opt = opts_next(line->cmd, line->opts, NULL); opt;
	     opt = opts_next(line->cmd, line->opts, opt)) {
		char letter[] = { '-', opt->letter, '\0' };
		char *name = opt->name ? xstrfmt("--%s", opt->name) : NULL;

		if (opt->type != OPT_TYPE_GROUP && !opt->hidden && name)
			offer(c, name, wants_next(opt) ? "=" : "", opt->help);
		if (opt->type != OPT_TYPE_GROUP && !opt->hidden && opt->letter)
			offer(c, letter, "", opt->help);
		free(name);
	}
}

static void offer_last(struct completion *c, const struct line *line)
{
	size_t name = strcspn(c->word, "=");
	const struct opt *opt, *other;
	struct completion value;

	if (line->waiting) {
		offer_value(c, line->waiting);
	} else if (line->only_operands || *c->word != '-') {
		offer_operand(c, line->opts, line->operands, line->nr);
	} else if (strncmp(c->word, "--", 2) != 0 || !c->word[name]) {
		offer_option_names(c, line);
	} else {
		opt = opts_find_long(line->cmd, line->opts, c->word + 2, name - 2, &other);
		value = completion_after(c, name + 1);
		if (valued(opt))
			offer_value(&value, opt);
	}
}

void opts_complete(const struct cmd *cmd, const struct opt *opts, int argc, char **argv)
{
	const char *last = argc ? argv[argc - 1] : "";
	struct candidates candidates = { 0 };
	struct completion c = { .before = last, .word = last, .cmd = cmd, .candidates = &candidates };
	struct line line = { .cmd = cmd, .opts = opts };

	for (int i = 0; i < argc - 1; i++)
		take_word(&line, argv[i]);
	c.only_operands = line.only_operands && !line.waiting;
	offer_last(&c, &line);
	candidates_release(&candidates);
	free(line.operands);
}

/* ---- before a command */

static void offer_globals(struct completion *c)
{
	for (const struct global_option *g = global_options; g->name; g++)
		offer(c, g->name, g->arg && g->name[1] == '-' ? "=" : "", g->help);
}

static void offer_global_value(struct completion *c, const struct global_option *option, size_t before)
{
	struct completion value = completion_after(c, before);

	offer_named(&value, option->arg, strlen(option->arg));
}

/* Take the finished global options; the one whose value is the last word, or NULL. What is wrong is passed over. */
static const struct global_option *take_globals(int *argc, char ***argv)
{
	for (; *argc > 1 && ***argv == '-'; (*argc)--, (*argv)++) {
		const char *value;
		const struct global_option *option = globals_find(**argv, &value);

		if (option && !value && *argc == 2) {
			(*argv)++;
			*argc = 1;
			return option;
		}
		if (globals_take(argc, argv) < 0)
			error_clear();
	}
	return NULL;
}

/* The command that the first word means, perhaps by an alias, which is put in its place. */
static const struct cmd *find_command(struct alias_chain *chain, int *argc, char ***argv)
{
	const struct cmd *cmd;

	while (!(cmd = command_find(**argv))) {
		char *meaning = alias_get(**argv);
		bool words = meaning && *meaning != '!';

		free(meaning);
		if (!words || alias_expand(chain, argc, argv) <= 0)
			break;
		take_globals(argc, argv);
	}
	error_clear();
	return cmd;
}

/* A command tells its options to nobody but opts_parse(), which calls opts_complete(). */
static void ask_command(const struct cmd *cmd, int argc, char **argv)
{
	char **asked = xcalloc((size_t)argc + 1, sizeof(*asked));

	asked[0] = OPTS_COMPLETE;
	memcpy(asked + 1, argv + 1, ((size_t)argc - 1) * sizeof(*asked));
	cmd->run(NULL, argc, asked);
	free(asked);
}

static void complete_line(struct alias_chain *chain, int argc, char **argv)
{
	const struct global_option *option = take_globals(&argc, &argv);
	struct candidates candidates = { 0 };
	struct completion c = { .before = argv[argc - 1], .word = argv[argc - 1], .candidates = &candidates };
	const struct cmd *cmd;
	const char *value;

	if (option) {
		offer_global_value(&c, option, 0);
	} else if (argc == 1 && *c.word == '-') {
		option = globals_find(c.word, &value);
		if (option && value)
			offer_global_value(&c, option, (size_t)(value - c.word));
		else
			offer_globals(&c);
	} else if (argc == 1) {
		offer_named(&c, "command", strlen("command"));
	} else {
		cmd = find_command(chain, &argc, &argv);
		if (cmd)
			ask_command(cmd, argc, argv);
		else
			offer_named(&c, "file", strlen("file"));
	}
	candidates_release(&candidates);
}

int complete(int argc, char **argv)
{
	char *nothing[] = { "", NULL };
	struct alias_chain chain = { 0 };

	complete_line(&chain, argc ? argc : 1, argc ? argv : nothing);
	alias_chain_release(&chain);
	error_clear();
	return print_end(0) < 0 ? EXIT_FAILED : 0;
}
