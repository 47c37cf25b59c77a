/* async log: the audit trail, every record of the log, newest first. */
#include "cmd.h"
#include "opts.h"
#include "print.h"
#include "trail.h"

static int print_trail(struct trail *trail, struct worklog *wl, const struct query *query)
{
	int rc, ended;

	rc = trail_begin(trail, wl);
	if (rc == 0)
		rc = worklog_records(wl, query, trail_row, trail);
	ended = trail_end(trail);
	return rc < 0 ? rc : ended;
}

static int find_thread(struct id *out, struct query *query, struct worklog *wl, int argc, char **argv)
{
	int rc;

	if (!argc)
		return 0;
	rc = worklog_find(out, wl, argv[0]);
	query->thread = out;
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct trail trail = { .patch = false };
	struct when since = { 0 }, until = { 0 };
	struct query query = { 0 };
	long limit = 0;
	const struct opt opts[] = {
		OPT_NUMBER('n', "max-count", &limit, "count", "at most so many"),
		OPT_FLAG('r', "reverse", &query.reverse, "oldest first"),
		OPT_SINCE(0, "since", &since, "only from then on"),
		OPT_SINCE(0, "until", &until, "only before then"),
		OPT_TEXT(0, "from", &query.from, "who", "only what this person wrote"),
		OPT_TEXT('t', "tag", &query.tag, "tag", "only of threads with this tag"),
		OPT_FLAG('p', "patch", &trail.patch, "show each record as it is stored"),
		OPT_END
	};
	struct id id;
	int rc;

	rc = opts_parse(wl, &cmd_log, opts, &argc, &argv, 0, 1);
	if (rc)
		return rc;
	query.since = since.given ? since.at : 0;
	query.until = until.given ? until.at : 0;
	query.limit = (size_t)limit;
	rc = find_thread(&id, &query, wl, argc, argv);
	if (rc == 0 && query.from)
		rc = worklog_find_key(&query.from, wl, query.from);
	return rc < 0 ? rc : print_trail(&trail, wl, &query);
}

const struct cmd cmd_log = {
	.name = "log",
	.usage = "[-n <count>] [--from <who>] [-p] [<options>] [--] [<id>]",
	.summary = "show every record, newest first",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
