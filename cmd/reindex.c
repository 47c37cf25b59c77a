/* async reindex: throw the index away and make it anew. */
#include "cmd.h"
#include "opts.h"
#include "print.h"

static int say_unreadable(const char *path, const char *reason, void *data)
{
	struct buf line = BUF_INIT;

	(void)data;
	print_safe(&line, path, false);
	buf_puts(&line, ": ");
	print_safe(&line, reason, false);
	print_warning("%s", line.ptr);
	buf_release(&line);
	return 0;
}

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
	if (!worklog_unreadable(wl))
		return 0;
	rc = worklog_each_unreadable(wl, say_unreadable, NULL);
	return rc < 0 ? rc : EXIT_UNREADABLE;
}

const struct cmd cmd_reindex = {
	.name = "reindex",
	.usage = "[-q]",
	.summary = "make the index anew",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
