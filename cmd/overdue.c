/* async overdue: who is late with what. */
#include "async/worktime.h"
#include "cmd.h"
#include "opts.h"
#include "parts.h"
#include "print.h"

static const char *const columns[] = { "id", "to", "subject", "due", "late", "late_work", "level", "state", NULL };

/* What becomes due within a span of real time counts too. */
static time_t due_before(const struct worklog *wl, const struct span *soon)
{
	if (!soon->days && !soon->minutes)
		return parts_overdue_before(wl);
	return worklog_now(wl) + soon->days * (time_t)86400 + soon->minutes * (time_t)60 + 1;
}

static int find_people(struct query *query, struct worklog *wl, const char *to, const char *from)
{
	int rc = 0;

	if (to)
		rc = worklog_find_key(&query->to, wl, to);
	if (rc == 0 && from)
		rc = worklog_find_key(&query->from, wl, from);
	return rc;
}

static int print_overdue(struct worklog *wl, const struct query *query, size_t *nr)
{
	struct parts parts;
	int rc;

	rc = parts_begin(&parts, wl, "overdue", columns);
	if (rc < 0)
		return rc;
	rc = parts_list(&parts, query, NULL);
	*nr = parts.total;
	if (rc < 0) {
		parts_end(&parts);
		return rc;
	}
	return parts_end(&parts);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct query query = { .states = STATES_UNSETTLED };
	const char *to = NULL, *from = NULL;
	bool exit_code = false, quiet = false;
	struct span soon = { 0 };
	const struct opt opts[] = {
		OPT_TEXT(0, "for", &to, "who", "only what this person owes"),
		OPT_TEXT(0, "from", &from, "who", "only what this person asked"),
		OPT_LEVEL('l', "level", &query.level, "only of this level"),
		OPT_TEXT('t', "tag", &query.tag, "tag", "only with this tag"),
		OPT_SPAN(0, "soon", &soon, "also what becomes due within this time"),
		OPT_FLAG(0, "exit-code", &exit_code, "exit with 1 if there are some"),
		OPT_FLAG('q', "quiet", &quiet, "print nothing; implies --exit-code"),
		OPT_END
	};
	struct parts parts = { .wl = NULL };
	int rc;

	rc = opts_parse(wl, &cmd_overdue, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	query.due_before = due_before(wl, &soon);
	rc = find_people(&query, wl, to, from);
	if (rc == 0 && quiet)
		rc = parts_count(&parts, wl, &query);
	else if (rc == 0)
		rc = print_overdue(wl, &query, &parts.total);
	if (rc < 0)
		return rc;
	return (quiet || exit_code) && parts.total ? EXIT_NO : EXIT_YES;
}

const struct cmd cmd_overdue = {
	.name = "overdue",
	.usage = "[--for <who>] [--from <who>] [-l <level>] [-t <tag>] [--soon <duration>] [--exit-code] [-q]",
	.summary = "list who is late with what",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
