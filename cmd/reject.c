/* async reject: say no, and why. */
#include "answer.h"
#include "cmd.h"
#include "opts.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	struct answer answer = {
		.act = { .verb = VERB_REJECT, .question = "Why do you reject it?" },
		.past = "rejected",
	};
	const struct opt opts[] = { OPT_ANSWER(&answer), OPT_AGAIN(&answer.act.note), OPT_END };
	int rc = opts_parse(wl, &cmd_reject, opts, &argc, &argv, 0, -1);

	return rc ? rc : answer_run(wl, &answer, argc, argv);
}

const struct cmd cmd_reject = {
	.name = "reject",
	.usage = "[-m <text> | --file <file>] [--for <who>] <id>…",
	.summary = "say no, and why",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
