/* async done: what was asked is done; or, by the author, no longer wanted. */
#include "answer.h"
#include "cmd.h"
#include "opts.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	struct answer answer = { .act.verb = VERB_DONE, .past = "done" };
	const struct opt opts[] = { OPT_ANSWER(&answer), OPT_END };
	int rc = opts_parse(wl, &cmd_done, opts, &argc, &argv, 0, -1);

	return rc ? rc : answer_run(wl, &answer, argc, argv);
}

const struct cmd cmd_done = {
	.name = "done",
	.usage = "[-m <text>] [--for <who>] <id>…",
	.summary = "say that what was asked is done; the author withdraws it",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
