/* async retract: take back a post or an answer, and whatever followed from it. */
#include "cmd.h"
#include "takeback.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	struct act act = { .verb = VERB_RETRACT, .each = take_back };
	const struct opt opts[] = { OPT_ACT(&act), OPT_END };
	int rc = opts_parse(wl, &cmd_retract, opts, &argc, &argv, 0, -1);

	return rc ? rc : acts_run(wl, &act, argc, argv);
}

const struct cmd cmd_retract = {
	.name = "retract",
	.usage = "[-m <text>] <id>…",
	.summary = "take back what you posted or answered",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
