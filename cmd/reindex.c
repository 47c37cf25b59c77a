/* async reindex: throw the index away and make it anew. */
#include <stdint.h>

#include "cmd.h"
#include "opts.h"
#include "print.h"

static int run(struct worklog *wl, int argc, char **argv)
{
	bool quiet = false;
	const struct opt opts[] = {
		OPT_FLAG('q', "quiet", &quiet, "do not say how many records there are"),
		OPT_END
	};
	size_t nr;
	int rc;

	rc = opts_parse(wl, &cmd_reindex, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	rc = worklog_reindex(wl, &nr);
	if (rc < 0)
		return rc;
	if (!quiet)
		print("%zu record%s indexed\n", nr, nr == 1 ? "" : "s");
	return unreadable_tell(wl, SIZE_MAX, EXIT_YES);
}

const struct cmd cmd_reindex = {
	.name = "reindex",
	.usage = "[-q]",
	.summary = "make the index anew",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
