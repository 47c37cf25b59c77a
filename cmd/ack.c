/* async ack: say that a request was seen, and perhaps when an answer will come. */
#include "answer.h"
#include "cmd.h"
#include "opts.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	struct answer answer = { .act.verb = VERB_ACK, .past = "acked" };
	const struct opt opts[] = {
		OPT_WHEN(0, "by", &answer.by, "promise an answer by then: it is due then"),
		OPT_ANSWER(&answer),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_ack, opts, &argc, &argv, 0, -1);

	return rc ? rc : answer_run(wl, &answer, argc, argv);
}

const struct cmd cmd_ack = {
	.name = "ack",
	.usage = "[--by <when>] [-m <text>] [--for <who>] <id>…",
	.summary = "say that a request was seen, and perhaps when an answer will come",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
