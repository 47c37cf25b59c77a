/* async cat-record: the bytes of records as they are stored. */
#include <stdio.h>
#include <unistd.h>

#include "cmd.h"
#include "opts.h"
#include "print.h"

/* A file gets every byte; a terminal nothing that could harm it. */
static void put(const struct buf *bytes)
{
	struct buf safe = BUF_INIT;

	if (!isatty(STDOUT_FILENO)) {
		fwrite(bytes->ptr, 1, bytes->len, stdout);
		return;
	}
	print_safe(&safe, bytes->ptr, true);
	fputs(safe.ptr, stdout);
	buf_release(&safe);
}

static int cat(struct worklog *wl, const char *spec)
{
	struct buf bytes = BUF_INIT;
	struct id id;
	int rc;

	rc = worklog_find(&id, wl, spec);
	if (rc == 0)
		rc = worklog_read_raw(&bytes, wl, &id);
	if (rc == 0)
		put(&bytes);
	buf_release(&bytes);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	const struct opt opts[] = { OPT_END };
	int rc = opts_parse(wl, &cmd_cat_record, opts, &argc, &argv, 1, -1);

	for (int i = 0; i < argc && rc == 0; i++) {
		if (i) /* what divides the documents of a stream that write-record reads */
			fputs("---\n", stdout);
		rc = cat(wl, argv[i]);
	}
	return rc;
}

const struct cmd cmd_cat_record = {
	.name = "cat-record",
	.usage = "<id>…",
	.summary = "print records as they are stored",
	.needs = CMD_LOG,
	.run = run,
};
