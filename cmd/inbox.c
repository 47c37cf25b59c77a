/* async inbox: what waits on me. */
#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "parts.h"
#include "print.h"

static const char *const columns[] = { "id", "from", "subject", "due", "late", "need", "level", "state", NULL };

static int print_inbox(struct worklog *wl, const struct query *query)
{
	struct parts parts;
	int rc, ended;

	rc = parts_begin(&parts, wl, "inbox", columns);
	if (rc < 0)
		return rc;
	rc = parts_list(&parts, query, NULL);
	ended = parts_end(&parts);
	return rc < 0 ? rc : ended;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct filter filter = FILTER_INIT;
	const char *whom = "me";
	const struct opt opts[] = {
		OPT_TEXT(0, "for", &whom, "who", "what waits on somebody else"),
		OPT_FILTER_PARTS(&filter),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_inbox, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	filter.query.states = STATES_UNSETTLED;
	rc = worklog_find_key(&filter.query.to, wl, whom);
	if (rc == 0)
		rc = filter_read(&filter, wl, argc, argv);
	if (rc == 0)
		rc = print_inbox(wl, &filter.query);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_inbox = {
	.name = "inbox",
	.usage = "[--for <who>] [<options>] [<query>]",
	.summary = "list what waits on you, by when it is due",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
