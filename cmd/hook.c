/* async hook: git's hooks in the team's code repository, and in front of a shared log. */
#include "hook.h"

#include <string.h>

#include "async/nearest.h"
#include "cmd.h"
#include "opts.h"
#include "print.h"

const struct hook hooks[] = {
	{ "prepare-commit-msg", "offer the trailers that the branch's name suggests", .run = hook_prepare_commit_msg },
	{ "post-commit", "do what the commit's trailers say", .run = hook_post_commit },
	{ "post-rewrite", "the same for commits that were amended or rebased", .input = true, .rewrites = true,
	  .run = hook_post_rewrite },
	{ "post-merge", "the same for those that came, and tell what waits on you", .run = hook_post_merge },
	{ "post-checkout", "tell what waits on you", .run = hook_post_checkout },
	{ "pre-push", "sync the log along with the code", .input = true, .run = hook_pre_push },
	{ "pre-receive", "on a server, take in nothing that is no log", .input = true, .decide = hook_pre_receive },
	{ "update", "the same for a single branch", .decide = hook_update, .by_name = true },
	{ "post-receive", "on a server, make the next pre-receive fast", .input = true, .decide = hook_post_receive },
	{ NULL },
};

const struct hook *hook_find(const char *name)
{
	for (const struct hook *hook = hooks; hook->name; hook++)
		if (!strcmp(hook->name, name))
			return hook;
	return NULL;
}

int hook_unknown(const char *name)
{
	const char *names[NR(hooks)] = { NULL }, *suggestion;

	for (size_t i = 0; hooks[i].name; i++)
		names[i] = hooks[i].name;
	suggestion = nearest(name, names);
	error_set(ERR_USAGE, "'%s' is not a hook that async knows", name);
	if (suggestion)
		error_hint("the nearest is '%s'", suggestion);
	else
		error_hint("'async hook list' has all of them");
	return ERR_USAGE;
}

/* What stands behind the hook's name is git's: no option of ours is among it. */
static int run_hook(int argc, char **argv)
{
	const struct hook *hook;

	if (!argc)
		return form_wants(&cmd_hook, "run", "the name of a hook");
	hook = hook_find(argv[0]);
	if (!hook)
		return hook_unknown(argv[0]);
	if (hook->decide)
		return hook->decide(argc - 1, argv + 1);
	return hook_run_guest(hook, argc - 1, argv + 1);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	const struct opt opts[] = { OPT_END };
	int rc;

	if (argc > 1 && !strcmp(argv[0], "run") && argv[1][0] != '-')
		return run_hook(argc - 1, argv + 1);
	rc = opts_parse(wl, &cmd_hook, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	if (globals.at)
		return error_set(ERR_USAGE, "--at looks at the past; hooks are as they are now");
	if (argc > 1 && !strcmp(argv[0], "list"))
		return error_set(ERR_USAGE, "'hook list' takes no more words");
	if (!argc || !strcmp(argv[0], "list"))
		return hook_list();
	if (print_is_machine())
		return error_set(ERR_USAGE, "'%s' prints no rows", argv[0]);
	if (!strcmp(argv[0], "install"))
		return hook_install(argc - 1, argv + 1);
	if (!strcmp(argv[0], "uninstall"))
		return hook_uninstall(argc - 1, argv + 1);
	if (!strcmp(argv[0], "run"))
		return run_hook(argc - 1, argv + 1);
	return form_unknown(&cmd_hook, argv[0]);
}

const struct cmd cmd_hook = {
	.name = "hook",
	.usage = "[list]\n"
		 "install [<hook>…]\n"
		 "uninstall [<hook>…]\n"
		 "run <hook> [<argument>…]",
	.summary = "let git's own commands work with the log, by its hooks",
	.needs = CMD_LOOK,
	.run = run,
};
