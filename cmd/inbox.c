/* async inbox: what waits on me. */
#include <string.h>

#include "async/seen.h"
#include "async/snooze.h"
#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "parts.h"
#include "print.h"

static const char *const columns[] = { "id", "from", "subject", "due", "late", "need", "level", "state", NULL };

/* What is hidden is mine alone: nobody else's inbox is shorter for it. */
static int load_mine(struct snoozes *snoozes, struct worklog *wl, const char *whom)
{
	const char *me;
	int rc;

	rc = worklog_my_key(&me, wl);
	if (rc == 0 && !strcmp(me, whom))
		snoozes_load(snoozes, wl);
	return rc;
}

static int print_inbox(struct worklog *wl, const struct query *query, const struct snoozes *snoozes, bool all)
{
	struct seen seen;
	struct parts parts;
	size_t hidden;
	int rc, ended;

	rc = parts_begin(&parts, wl, "inbox", columns);
	if (rc < 0)
		return rc;
	seen_load(&seen, wl);
	parts.seen = &seen;
	parts.snoozes = snoozes;
	parts.all = all;
	rc = parts_list(&parts, query, NULL);
	hidden = all ? 0 : parts.snoozed;
	ended = parts_end(&parts);
	seen_release(&seen);
	if (rc == 0 && ended == 0 && hidden && !print_is_machine())
		print("… %zu snoozed: async inbox --all\n", hidden);
	return rc < 0 ? rc : ended;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct filter filter = FILTER_INIT;
	struct snoozes snoozes = SNOOZES_INIT;
	const char *whom = "me";
	bool all = false;
	const struct opt opts[] = {
		OPT_TEXT(0, "for", &whom, "who", "what waits on somebody else"),
		OPT_FLAG('a', "all", &all, "also what is snoozed"),
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
		rc = load_mine(&snoozes, wl, filter.query.to);
	if (rc == 0)
		rc = print_inbox(wl, &filter.query, &snoozes, all);
	snoozes_release(&snoozes);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_inbox = {
	.name = "inbox",
	.usage = "[-a] [--for <who>] [<options>] [<query>]",
	.summary = "list what waits on you, by when it is due",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
