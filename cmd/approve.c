/* async approve: say yes to what asks for an approval. */
#include "answer.h"
#include "cmd.h"
#include "opts.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	struct answer answer = { .act.verb = VERB_APPROVE, .past = "approved" };
	const struct opt opts[] = { OPT_ANSWER(&answer), OPT_END };
	int rc = opts_parse(wl, &cmd_approve, opts, &argc, &argv, 0, -1);

	return rc ? rc : answer_run(wl, &answer, argc, argv);
}

const struct cmd cmd_approve = {
	.name = "approve",
	.usage = "[-m <text>] [--for <who>] <id>…",
	.summary = "say yes to what asks for an approval",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
