/* async status: what waits on me, what I wait for, and what happened since I last looked. */
#include "async/seen.h"
#include "async/snooze.h"
#include "async/sync.h"
#include "cmd.h"
#include "opts.h"
#include "parts.h"
#include "print.h"
#include "trail.h"

#define ROWS 6 /* of each section, for people, so that all is on one screen; inbox and list show all */
#define NEWS 4
#define OLD_SECONDS 86400 /* how old a sync may be before it is worth telling */
#define MAX_NEWS 1000 /* more are not counted */

struct view {
	struct worklog *wl;
	struct query mine, theirs;
	struct snoozes snoozes;
	struct id shown[ROWS]; /* the posts that wait on me, as they stand above the news */
	size_t nr_shown;
};

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
static int print_sections(struct parts *parts, struct view *view, struct parts *counts)
{
	int rc;

	parts->limit = print_is_machine() ? 0 : ROWS;
	parts->section = "mine";
	parts->snoozes = &view->snoozes;
	parts->posts = parts->limit ? view->shown : NULL;
	rc = parts_list(parts, &view->mine, "Waits on you:");
	counts[0] = *parts;
	view->nr_shown = parts->posts ? parts->shown : 0;
	if (rc < 0)
		return rc;
	parts->section = "theirs";
	parts->snoozes = NULL;
	parts->posts = NULL;
	rc = parts_list(parts, &view->theirs, "You wait for:");
	counts[1] = *parts;
	return rc;
}

static int print_parts(struct view *view, struct parts *counts)
{
	struct parts parts;
	int rc, ended;

	rc = parts_begin(&parts, view->wl, "status", columns);
	if (rc < 0)
		return rc;
	rc = print_sections(&parts, view, counts);
	ended = parts_end(&parts);
	return rc < 0 ? rc : ended;
}

/* -- what others did since I last looked --------------------------------------------------- */

struct news {
	struct trail trail;
	const struct view *view;
	size_t limit;  /* rows to print; 0: all */
	size_t total;
};

static bool is_shown(const struct view *view, const struct id *post)
{
	for (size_t i = 0; i < view->nr_shown; i++)
		if (id_equal(&view->shown[i], post))
			return true;
	return false;
}

static int tell_one(const struct record_row *row, void *data)
{
	struct news *news = data;

	if (is_shown(news->view, &row->id)) /* it waits on me, a few lines above */
		return 0;
	if (row->why_not && !row->waits)
		return 0;
	if (++news->total > news->limit && news->limit)
		return 0;
	return trail_row(row, &news->trail);
}

/* For programs: each as `log` prints it, but only as JSON; the others can hold rows of one kind. */
static int print_news(const struct view *view, const struct arrival *last)
{
	const struct query query = { .arrived = last, .concerns = view->mine.to, .limit = MAX_NEWS };
	struct news news = { .trail.told = true, .view = view, .limit = print_is_machine() ? 0 : NEWS };
	int rc, ended;

	if (print_is_machine() && !print_is_json())
		return 0;
	rc = trail_begin(&news.trail, view->wl);
	if (rc < 0)
		return rc;
	listing_heading(news.trail.list, "Since you last looked:");
	rc = worklog_records(view->wl, &query, tell_one, &news);
	ended = trail_end(&news.trail);
	if (rc == 0 && ended == 0 && news.limit && news.total > news.limit)
		print("… %zu%s more: async log\n", news.total - news.limit, news.total < MAX_NEWS ? "" : " or");
	return rc < 0 ? rc : ended;
}

/* What a program reads, nobody has looked at. */
static int look(const struct view *view)
{
	struct arrival last;
	bool before = worklog_last_look(&last, view->wl);
	int rc = 0;

	if (worklog_is_past(view->wl))
		return 0;
	if (before)
		rc = print_news(view, &last);
	if (rc == 0 && !print_is_machine())
		worklog_look(view->wl, before ? &last : NULL);
	return rc;
}

/* -- all of it ------------------------------------------------------------------------------ */

static int tell_counts(const struct view *view, const struct parts *counts)
{
	struct buf line = BUF_INIT;

	if (!counts[0].total && !counts[1].total && !counts[0].snoozed)
		return tell_nothing(view->wl);
	if (!counts[0].total)
		buf_puts(&line, "Nothing waits on you");
	else
		parts_put_counts(&line, &counts[0], "due today");
	if (counts[0].snoozed)
		buf_addf(&line, ", %zu snoozed", counts[0].snoozed);
	if (counts[1].total)
		buf_addf(&line, "; you wait for %zu answer%s", counts[1].total, counts[1].total == 1 ? "" : "s");
	if (counts[1].late)
		buf_addf(&line, ", %zu overdue", counts[1].late);
	print("%s.\n", line.ptr);
	buf_release(&line);
	return 0;
}

/* Others may have said something since. */
static void tell_age(struct worklog *wl)
{
	time_t last = sync_last(wl), now = worklog_now(wl);
	struct buf span = BUF_INIT;

	if (!last || worklog_is_past(wl) || now - last <= OLD_SECONDS)
		return;
	format_relative(&span, last, now);
	print("Last synced %s: async sync\n", span.ptr);
	buf_release(&span);
}

static int print_long(struct view *view)
{
	struct parts counts[2] = { { .wl = view->wl }, { .wl = view->wl } };
	int rc;

	rc = print_parts(view, counts);
	if (rc == 0 && !print_is_machine())
		tell_more(&counts[0], &counts[1]);
	if (rc == 0)
		rc = look(view);
	if (rc == 0 && !print_is_machine())
		rc = tell_counts(view, counts);
	if (rc == 0 && !print_is_machine())
		tell_age(view->wl);
	return rc < 0 ? rc : warn_ahead(view->wl);
}

/* Only the counts, and nothing is asked of the log that they do not need. */
static int print_short(const struct view *view)
{
	struct buf line = BUF_INIT;
	struct parts parts;
	int rc;

	rc = parts_count(&parts, view->wl, &view->mine, &view->snoozes);
	if (rc < 0)
		return rc;
	parts_put_counts(&line, &parts, "today");
	if (line.len)
		print("%s\n", line.ptr);
	buf_release(&line);
	return 0;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct view view = { .wl = wl, .mine.states = STATES_UNSETTLED, .theirs.states = STATES_UNSETTLED };
	bool is_short = false;
	const struct opt opts[] = {
		OPT_FLAG('s', "short", &is_short, "one line for a shell prompt; nothing if nothing waits"),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_status, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	rc = worklog_my_key(&view.mine.to, wl);
	if (rc < 0)
		return rc;
	view.theirs.from = view.mine.to;
	snoozes_load(&view.snoozes, wl);
	rc = is_short ? print_short(&view) : print_long(&view);
	snoozes_release(&view.snoozes);
	return rc;
}

const struct cmd cmd_status = {
	.name = "status",
	.usage = "[-s | --short]",
	.summary = "show what waits on you, what you wait for, and what is new",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
