/* async overdue: who is late with what. */
#include "async/worktime.h"
#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "parts.h"

static const char *const columns[] = { "id", "to", "subject", "due", "late", "late_work", "level", "state", NULL };

/* What becomes due within a span of real time counts too. */
static time_t due_before(const struct worklog *wl, const struct span *soon)
{
	if (!soon->days && !soon->minutes)
		return parts_overdue_before(wl);
	return worklog_now(wl) + soon->days * (time_t)86400 + soon->minutes * (time_t)60 + 1;
}

static int print_overdue(struct worklog *wl, const struct query *query, size_t *nr)
{
	struct parts parts;
	int rc, ended;

	rc = parts_begin(&parts, wl, "overdue", columns);
	if (rc < 0)
		return rc;
	rc = parts_list(&parts, query, NULL);
	*nr = parts.total;
	ended = parts_end(&parts);
	return rc < 0 ? rc : ended;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct filter filter = FILTER_INIT;
	struct query *query = &filter.query;
	bool exit_code = false, quiet = false;
	struct span soon = { 0 };
	const char *whom = NULL;
	const struct opt opts[] = {
		OPT_TEXT(0, "for", &whom, "who", "only what this person owes"),
		OPT_FILTER_PARTS(&filter),
		OPT_SPAN(0, "soon", &soon, "also what becomes due within this time"),
		OPT_FLAG(0, "exit-code", &exit_code, "exit with 1 if there are some"),
		OPT_FLAG('q', "quiet", &quiet, "print nothing; implies --exit-code"),
		OPT_END
	};
	struct parts parts = { .wl = NULL };
	int rc;

	rc = opts_parse(wl, &cmd_overdue, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	query->states = STATES_UNSETTLED;
	query->due_before = due_before(wl, &soon);
	if (whom)
		rc = worklog_find_key(&query->to, wl, whom);
	if (rc == 0)
		rc = filter_read(&filter, wl, argc, argv);
	if (rc == 0 && quiet)
		rc = parts_count(&parts, wl, query, NULL);
	else if (rc == 0)
		rc = print_overdue(wl, query, &parts.total);
	filter_release(&filter);
	if (rc < 0)
		return rc;
	return (quiet || exit_code) && parts.total ? EXIT_NO : EXIT_YES;
}

const struct cmd cmd_overdue = {
	.name = "overdue",
	.usage = "[--for <who>] [--soon <duration>] [--exit-code] [-q] [<options>] [<query>]",
	.summary = "list who is late with what",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
