/* async status: what waits on me, and what I wait for. */
#include "cmd.h"
#include "opts.h"
#include "parts.h"
#include "print.h"

#define ROWS 12 /* of each section, for people; inbox and list show all */

static const char *const columns[] = { "id", "who", "subject", "due", "late", "need", "state", NULL };

static int stop(const struct post_row *row, void *data)
{
	(void)row;
	*(bool *)data = true;
	return 1;
}

static int is_log_empty(bool *out, struct worklog *wl)
{
	const struct query query = { .limit = 1 };
	bool any = false;
	int rc = worklog_posts(wl, &query, stop, &any);

	*out = !any;
	return rc < 0 ? rc : 0;
}

/* Which section was cut, and what shows the rest. */
static void tell_more(const struct parts *mine, const struct parts *theirs)
{
	if (mine->total > mine->shown)
		print("… %zu more on you: async inbox\n", mine->total - mine->shown);
	if (theirs->total > theirs->shown)
		print("… %zu more to wait for: async list --from me --state open\n", theirs->total - theirs->shown);
}

/* "2 overdue, 1 due today" */
static void put_counts(struct buf *out, const struct parts *parts, const char *today)
{
	if (parts->late)
		buf_addf(out, "%zu overdue", parts->late);
	if (parts->today)
		buf_addf(out, "%s%zu %s", out->len ? ", " : "", parts->today, today);
	if (!out->len && parts->total)
		buf_addf(out, "%zu open", parts->total);
}

static int print_short(struct worklog *wl, const struct query *mine)
{
	struct buf line = BUF_INIT;
	struct parts parts;
	int rc;

	rc = parts_count(&parts, wl, mine, NULL);
	if (rc < 0)
		return rc;
	put_counts(&line, &parts, "today");
	if (line.len)
		print("%s\n", line.ptr);
	buf_release(&line);
	return 0;
}

/* Records dated ahead of the clock count for nothing yet, and nobody would see them. */
static int count_ahead(const struct record_row *row, void *data)
{
	(void)row;
	(*(size_t *)data)++;
	return 0;
}

static int warn_ahead(struct worklog *wl)
{
	const struct query ahead = { .since = worklog_now(wl) + 86400 + 1 };
	size_t nr = 0;
	int rc;

	rc = worklog_records(wl, &ahead, count_ahead, &nr);
	if (rc == 0 && nr)
		print_warning("%zu record%s dated more than a day ahead of this clock and not counted yet", nr,
			      nr == 1 ? " is" : "s are");
	return rc;
}

static int tell_nothing(struct worklog *wl)
{
	bool empty;
	int rc;

	rc = is_log_empty(&empty, wl);
	if (rc < 0)
		return rc;
	if (empty)
		print("The log is empty. Begin with: async post --to <who> \"<subject>\"\n");
	else
		print("Nothing waits on you.\n");
	return 0;
}

/* The sections; listing_end() prints the rows, so what follows them comes after it. */
static int print_sections(struct parts *parts, const struct query *mine, const struct query *theirs,
			  struct parts *counts)
{
	int rc;

	parts->limit = print_is_machine() ? 0 : ROWS;
	parts->section = "mine";
	rc = parts_list(parts, mine, "Waits on you:");
	counts[0] = *parts;
	if (rc < 0)
		return rc;
	parts->section = "theirs";
	rc = parts_list(parts, theirs, "You wait for:");
	counts[1] = *parts;
	return rc;
}

static int tell_counts(struct worklog *wl, const struct parts *counts)
{
	struct buf line = BUF_INIT;

	if (print_is_machine())
		return 0;
	tell_more(&counts[0], &counts[1]);
	if (!counts[0].total && !counts[1].total)
		return tell_nothing(wl);
	if (!counts[0].total)
		buf_puts(&line, "Nothing waits on you");
	else
		put_counts(&line, &counts[0], "due today");
	if (counts[1].total)
		buf_addf(&line, "; you wait for %zu answer%s", counts[1].total, counts[1].total == 1 ? "" : "s");
	if (counts[1].late)
		buf_addf(&line, ", %zu overdue", counts[1].late);
	print("%s.\n", line.ptr);
	buf_release(&line);
	return 0;
}

static int print_long(struct worklog *wl, const struct query *mine, const struct query *theirs)
{
	struct parts parts, counts[2] = { { .wl = wl }, { .wl = wl } };
	int rc, ended;

	rc = parts_begin(&parts, wl, "status", columns);
	if (rc < 0)
		return rc;
	rc = print_sections(&parts, mine, theirs, counts);
	ended = parts_end(&parts);
	if (rc == 0)
		rc = ended;
	if (rc == 0)
		rc = tell_counts(wl, counts);
	return rc < 0 ? rc : warn_ahead(wl);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct query mine = { .states = STATES_UNSETTLED }, theirs = { .states = STATES_UNSETTLED };
	bool is_short = false;
	const struct opt opts[] = {
		OPT_FLAG('s', "short", &is_short, "one line for a shell prompt; nothing if nothing waits"),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_status, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	rc = worklog_my_key(&mine.to, wl);
	if (rc < 0)
		return rc;
	theirs.from = mine.to;
	return is_short ? print_short(wl, &mine) : print_long(wl, &mine, &theirs);
}

const struct cmd cmd_status = {
	.name = "status",
	.usage = "[-s | --short]",
	.summary = "show what waits on you, and what you wait for",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
