/* async version: which async this is. */
#include "cmd.h"
#include "opts.h"
#include "print.h"

#define VERSION "0.1.0"

static int run(struct worklog *wl, int argc, char **argv)
{
	const struct opt opts[] = { OPT_END };
	int rc = opts_parse(wl, &cmd_version, opts, &argc, &argv, 0, 0);

	if (rc)
		return rc;
	print("async version %s, log format %d\n", VERSION, RECORD_FORMAT);
	return 0;
}

const struct cmd cmd_version = {
	.name = "version",
	.usage = "",
	.summary = "say which async this is",
	.run = run,
};
