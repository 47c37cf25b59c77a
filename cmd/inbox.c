/* async inbox: what waits on me. */
#include "cmd.h"
#include "opts.h"
#include "parts.h"
#include "print.h"

static const char *const columns[] = { "id", "from", "subject", "due", "late", "need", "level", "state", NULL };

static int run(struct worklog *wl, int argc, char **argv)
{
	struct query query = { .states = STATES_UNSETTLED };
	const char *whom = "me";
	const struct opt opts[] = {
		OPT_TEXT(0, "for", &whom, "who", "what waits on somebody else"),
		OPT_TEXT(0, "from", &query.from, "who", "only what this person asked"),
		OPT_LEVEL('l', "level", &query.level, "only of this level"),
		OPT_TEXT('t', "tag", &query.tag, "tag", "only with this tag"),
		OPT_END
	};
	struct parts parts;
	int rc, ended;

	rc = opts_parse(wl, &cmd_inbox, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	rc = worklog_find_key(&query.to, wl, whom);
	if (rc == 0 && query.from)
		rc = worklog_find_key(&query.from, wl, query.from);
	if (rc < 0)
		return rc;
	rc = parts_begin(&parts, wl, "inbox", columns);
	if (rc < 0)
		return rc;
	rc = parts_list(&parts, &query, NULL);
	ended = parts_end(&parts);
	return rc < 0 ? rc : ended;
}

const struct cmd cmd_inbox = {
	.name = "inbox",
	.usage = "[--for <who>] [--from <who>] [-l <level>] [-t <tag>]",
	.summary = "list what waits on you, by when it is due",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
