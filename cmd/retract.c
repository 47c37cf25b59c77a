/* async retract: take back a post or an answer, and whatever followed from it. */
#include "cmd.h"
#include "takeback.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	struct act act = { .verb = VERB_RETRACT, .each = take_back };
	const struct opt opts[] = { OPT_ACT(&act), OPT_END };
	int rc = opts_parse(wl, &cmd_retract, opts, &argc, &argv, 0, -1);
	bool said = false;
	struct id id;

	if (rc)
		return rc;
	if (argc == 1 && !act.from_stdin) {
		rc = worklog_find(&id, wl, argv[0]);
		if (rc == 0)
			rc = take_back_said(&said, wl, &id, &act);
		if (rc < 0 || said)
			return rc;
	}
	return acts_run(wl, &act, argc, argv);
}

const struct cmd cmd_retract = {
	.name = "retract",
	.usage = "[-m <text>] <id>…",
	.summary = "take back what you posted or answered",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
