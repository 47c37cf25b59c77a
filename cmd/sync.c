/* async sync: exchange records with a remote. */
#include <unistd.h>

#include "cmd.h"
#include "exchange.h"
#include "opts.h"
#include "print.h"

/* A line, whatever is in it: other people's text must not make two of one. */
static void put_trouble(const char *alarm, void *data)
{
	print_safe(data, alarm, false);
	buf_putc(data, '\n');
}

/* After a write, where nobody looks: the next command tells what went wrong. */
static int run_in_background(struct worklog *wl, const struct sync_options *options)
{
	struct buf trouble = BUF_INIT, failure = BUF_INIT;
	struct sync sync;
	int rc;

	if (!sync_queue(wl))
		return 0;
	rc = sync_run(&sync, wl, options);
	if (rc < 0) {
		buf_addf(&failure, "the last sync in the background failed: %s", error_last());
		put_trouble(failure.ptr, &trouble);
	}
	exchange_alarms(wl, &sync, put_trouble, &trouble);
	sync_put_trouble(wl, trouble.len ? trouble.ptr : NULL);
	sync_release(&sync);
	buf_release(&failure);
	buf_release(&trouble);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct sync_options options = { .may_ask = isatty(STDIN_FILENO) && isatty(STDERR_FILENO) };
	struct sync sync;
	bool quiet = false, background = false;
	const struct opt opts[] = {
		OPT_FLAG(0, "fetch-only", &options.fetch_only, "take in what others wrote, and send nothing"),
		OPT_FLAG(0, "push-only", &options.push_only, "send what you wrote, and take in nothing"),
		OPT_FLAG(0, "join", &options.join, "join a log that was begun apart from this one"),
		OPT_FLAG('q', "quiet", &quiet, "print only errors"),
		{ .type = OPT_TYPE_FLAG, .name = "background", .value = &background, .hidden = true },
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_sync, opts, &argc, &argv, 0, 1);
	if (rc)
		return rc;
	if (options.fetch_only && options.push_only)
		return error_set(ERR_USAGE, "--fetch-only and --push-only exclude each other");
	if (options.join && options.push_only)
		return error_set(ERR_USAGE, "--join takes a log in, which --push-only does not");
	globals.no_pager = true;
	options.remote = argc ? argv[0] : NULL;
	if (background)
		return run_in_background(wl, &options);
	rc = sync_run(&sync, wl, &options);
	if (!quiet || rc < 0)
		exchange_tell_says(&sync);
	exchange_warn(wl, &sync);
	if (rc == 0 && !quiet)
		rc = exchange_tell(wl, &sync);
	sync_release(&sync);
	return rc;
}

const struct cmd cmd_sync = {
	.name = "sync",
	.usage = "[--fetch-only | --push-only] [--join] [-q] [<options>] [<remote>]",
	.summary = "exchange records with a remote",
	.needs = CMD_REPO | CMD_WRITE | CMD_LOOK,
	.run = run,
};
