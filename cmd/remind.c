/* async remind: say to people what waits on them. */
#include <stdlib.h>
#include <unistd.h>

#include "async/error.h"
#include "cmd.h"
#include "exchange.h"
#include "opts.h"
#include "print.h"
#include "remind.h"

struct wanted {
	struct ways ways;
	const char *whom; /* as typed, or NULL: everybody */
	bool sync, dry_run, verbose;
};

static bool is_delivering(const struct wanted *wanted)
{
	return !wanted->dry_run && (wanted->ways.mail || wanted->ways.deliver || wanted->ways.command || wanted->ways.maildir);
}

static const char *refuses(const struct person *person, void *data)
{
	struct way way;

	return way_choose(&way, data, person);
}

/* Who looks is told of everything that is to be delivered; who delivers, if they ask. */
static bool is_told(const struct wanted *wanted)
{
	return !is_delivering(wanted) || wanted->verbose || print_is_machine();
}

static void tell_alarm(const char *alarm, void *data)
{
	(void)data;
	print_warning("%s", alarm);
}

static int claim_synced(struct worklog *wl, struct notices *notices, const struct notice_query *query)
{
	bool may_ask = isatty(STDIN_FILENO) && isatty(STDERR_FILENO);
	struct sync sync;
	int rc;

	rc = notices_claim_synced(notices, &sync, wl, query, may_ask);
	if (rc < 0)
		exchange_tell_says(&sync);
	exchange_alarms(wl, &sync, tell_alarm, NULL);
	sync_release(&sync);
	return rc;
}

static int deliver_them(struct wanted *wanted, struct notices *notices, const struct notice_query *query)
{
	enum outcome *outcomes = NULL;
	size_t failed = 0;
	int rc;

	if (wanted->sync)
		rc = claim_synced(wanted->ways.wl, notices, query);
	else
		rc = notices_claim(notices, wanted->ways.wl, query);
	if (rc == 0)
		rc = notices_retry(notices, wanted->ways.wl, query);
	if (rc < 0)
		return rc;
	outcomes = xcalloc(notices->nr + 1, sizeof(*outcomes));
	rc = deliver_all(outcomes, &failed, &wanted->ways, notices);
	if (rc == 0 && is_told(wanted))
		rc = remind_list(&wanted->ways, notices, outcomes);
	free(outcomes);
	if (rc == 0 && failed)
		rc = error_set(ERR_FAILED, "%zu message%s could not be delivered", failed, failed == 1 ? "" : "s");
	return rc;
}

static int remind(struct wanted *wanted)
{
	struct notices notices = NOTICES_INIT;
	struct notice_query query = {
		.all = wanted->verbose || print_is_json(), .refuses = refuses, .data = &wanted->ways,
	};
	const char *me;
	int rc = 0;

	if (wanted->whom)
		rc = worklog_find_key(&query.whom, wanted->ways.wl, wanted->whom);
	if (rc == 0 && is_delivering(wanted))
		rc = worklog_my_key(&me, wanted->ways.wl); /* whose address messages and marks are from */
	if (rc == 0 && is_delivering(wanted))
		rc = ways_check(&wanted->ways);
	if (rc == 0 && is_delivering(wanted))
		rc = deliver_them(wanted, &notices, &query);
	else if (rc == 0)
		rc = notices_find(&notices, wanted->ways.wl, &query);
	if (rc == 0 && !is_delivering(wanted))
		rc = remind_list(&wanted->ways, &notices, NULL);
	notices_release(&notices);
	return rc;
}

static int check(const struct wanted *wanted)
{
	const struct ways *ways = &wanted->ways;

	if (ways->mail + ways->deliver + (ways->command != NULL) + (ways->maildir != NULL) > 1)
		return error_set(ERR_USAGE, "--mail, --maildir, --exec and --deliver exclude each other");
	if (wanted->sync && !is_delivering(wanted) && !wanted->dry_run)
		return error_set(ERR_USAGE, "--sync goes with --mail, --maildir, --exec or --deliver");
	if (is_delivering(wanted) && worklog_is_past(ways->wl))
		return error_set(ERR_USAGE, "what is delivered is delivered now: --at goes with --dry-run");
	if (ways->maildir && !*ways->maildir)
		return error_set(ERR_USAGE, "--maildir wants a folder");
	if (ways->command && !*ways->command)
		return error_set(ERR_USAGE, "--exec wants a command");
	return 0;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct wanted wanted = { .ways = { .wl = wl } };
	struct ways *ways = &wanted.ways;
	const struct opt opts[] = {
		OPT_FLAG(0, "mail", &ways->mail, "deliver by mail, but to those who have chosen another way"),
		OPT_TEXT(0, "maildir", &ways->maildir, "folder", "the same, with mail put into this Maildir instead of sent"),
		OPT_TEXT(0, "exec", &ways->command, "command", "deliver by this command, but to those who have chosen another way"),
		OPT_FLAG(0, "deliver", &ways->deliver, "deliver to those only who have chosen a way"),
		OPT_FLAG(0, "sync", &wanted.sync, "sync first, and deliver what no other clone has said"),
		OPT_TEXT(0, "for", &wanted.whom, "who", "only what this person is reminded of, whatever way they have chosen"),
		OPT_FLAG('n', "dry-run", &wanted.dry_run, "print what would be delivered, and deliver nothing"),
		OPT_FLAG('v', "verbose", &wanted.verbose, "print what was delivered, and who was passed over and why"),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_remind, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	ways->overrule = wanted.whom != NULL;
	rc = check(&wanted);
	if (rc == 0)
		rc = remind(&wanted);
	ways_release(ways);
	return rc;
}

const struct cmd cmd_remind = {
	.name = "remind",
	.usage = "[--mail | --maildir <folder> | --exec <command> | --deliver] [--sync] [--for <who>] [-n] [-v]",
	.summary = "say to people what waits on them",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
