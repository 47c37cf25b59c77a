/* async read: say that something was read. */
#include "answer.h"
#include "cmd.h"
#include "opts.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	struct answer answer = { .act.verb = VERB_READ, .past = "read" };
	const struct opt opts[] = { OPT_ANSWER(&answer), OPT_END };
	int rc = opts_parse(wl, &cmd_read, opts, &argc, &argv, 0, -1);

	return rc ? rc : answer_run(wl, &answer, argc, argv);
}

const struct cmd cmd_read = {
	.name = "read",
	.usage = "[-m <text>] [--for <who>] <id>…",
	.summary = "say that you have read it",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
