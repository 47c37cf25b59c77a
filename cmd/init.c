/* async init: begin a log, or take up the one that a remote has. */
#include "cmd.h"
#include "opts.h"
#include "print.h"

static void tell_begun(struct worklog *wl)
{
	const char *branch = worklog_branch(wl);

	print("Began a log on the branch '%s'; you are its maintainer.\n", branch);
	print("Add people:  async team add <handle> <name> <address>\n");
	print("Ask:         async post --to <who> \"Can we ship on Friday?\"\n");
}

static void tell_adopted(struct worklog *wl)
{
	print("Took up the log that is shared already, on the branch '%s'.\n", worklog_branch(wl));
	print("See what waits for you:  async\n");
}

static int run(struct worklog *wl, int argc, char **argv)
{
	bool quiet = false, adopted, offline;
	const struct opt opts[] = {
		OPT_FLAG('q', "quiet", &quiet, "print only errors and warnings"),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_init, opts, &argc, &argv, 0, 0);

	if (rc)
		return rc;
	rc = worklog_init(wl, &adopted, &offline);
	if (rc == ERR_CONFLICT) { /* as git: to begin it again does no harm */
		if (!quiet)
			print("There is a log already, on the branch '%s'.\n", worklog_branch(wl));
		error_clear();
		return 0;
	}
	if (rc < 0)
		return rc;
	if (offline && !adopted)
		print_warning("a remote could not be asked whether it has a log already; "
			      "if it has, do not share this one");
	if (!quiet && adopted)
		tell_adopted(wl);
	else if (!quiet)
		tell_begun(wl);
	return 0;
}

const struct cmd cmd_init = {
	.name = "init",
	.usage = "[-q]",
	.summary = "begin a log, or take up the one that a remote has",
	.needs = CMD_REPO | CMD_WRITE,
	.run = run,
};
