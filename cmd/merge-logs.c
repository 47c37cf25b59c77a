/* async merge-logs: join histories of the log that met without async. */
#include "cmd.h"
#include "exchange.h"
#include "opts.h"
#include "print.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	bool quiet = false, join = false;
	const struct opt opts[] = {
		OPT_FLAG(0, "join", &join, "join also what was begun apart from this log"),
		OPT_FLAG('q', "quiet", &quiet, "print only errors"),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_merge_logs, opts, &argc, &argv, 1, -1);
	if (rc)
		return rc;
	globals.no_pager = true;
	for (int i = 0; i < argc && rc == 0; i++) {
		struct sync sync;

		rc = sync_merge(&sync, wl, argv[i], join);
		exchange_warn(wl, &sync);
		if (rc == 0 && !quiet)
			rc = exchange_tell(wl, &sync);
		sync_release(&sync);
	}
	return rc;
}

const struct cmd cmd_merge_logs = {
	.name = "merge-logs",
	.usage = "[--join] [-q] [<options>] <commit>…",
	.summary = "join histories of the log that met without async",
	.needs = CMD_REPO | CMD_WRITE | CMD_LOOK,
	.run = run,
};
