/* Telling what an exchange of records brought. */
#include "exchange.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "findings.h"
#include "print.h"

#define MAX_ALARMS 10 /* findings; then how many more there are */
#define MAX_SHOWN 5 /* of those that wait on me; inbox shows all */

enum { F_WITH, F_IN, F_OUT, F_MERGED, F_TRIES, F_WAITING, F_LAPSE, F_CHANGED, F_FINDINGS };

static const struct field fields[] = {
	[F_WITH] = { "with", VALUE_TEXT, "the remote, or the commit that was joined", COLUMN },
	[F_IN] = { "in", VALUE_NUMBER, "how many records came", COLUMN },
	[F_OUT] = { "out", VALUE_NUMBER, "how many records were sent", COLUMN },
	[F_MERGED] = { "merged", VALUE_BOOL, "whether that took a merge commit", 0 },
	[F_TRIES] = { "tries", VALUE_NUMBER, "how often it was begun to send", 0 },
	[F_WAITING] = { "waiting", VALUE_LIST, "the asks among those that came which wait on me", 0 },
	[F_LAPSE] = { "lapse", VALUE_TEXT, "back, rewritten, gone: what it had the last time, it had not any more", 0 },
	[F_CHANGED] = { "changed", VALUE_LIST, "what both sides changed", 0 },
	[F_FINDINGS] = { "findings", VALUE_NUMBER, "how much is wrong with what came", 0 },
};

/* Posts that came and wait on me. */
struct waiting {
	const struct sync *sync;
	struct worklog *wl;
	struct buf lines; /* the first ones, for people */
	struct buf ids;   /* comma separated, for programs */
	struct id last;
	size_t nr;
};

static void put_line(struct waiting *waiting, const struct part_row *row)
{
	char hex[ID_HEX + 1];

	worklog_short_id(hex, waiting->wl, &row->post);
	buf_addf(&waiting->lines, "  %s%s%s  ", color_begin(COLOR_ID), hex, color_end(COLOR_ID));
	print_safe(&waiting->lines, row->subject, false);
	if (row->due_at && row->due_at != DUE_NEVER) {
		buf_puts(&waiting->lines, "  due ");
		format_time_short(&waiting->lines, row->due_at, worklog_now(waiting->wl), worklog_zone(waiting->wl));
	}
	buf_putc(&waiting->lines, '\n');
}

static int look_at(const struct part_row *row, void *data)
{
	struct waiting *waiting = data;
	char hex[ID_HEX + 1];

	if (!sync_has_brought(waiting->sync, &row->post) || id_equal(&waiting->last, &row->post))
		return 0;
	waiting->last = row->post;
	if (waiting->nr++ < MAX_SHOWN)
		put_line(waiting, row);
	id_hex(hex, &row->post);
	buf_addf(&waiting->ids, "%s%s", waiting->ids.len ? "," : "", hex);
	return 0;
}

/* Somebody whom git gives no identity is asked nothing. */
static int find_waiting(struct waiting *waiting)
{
	struct query query = { .states = STATES_UNSETTLED };
	int rc;

	if (!waiting->sync->nr_in)
		return 0;
	if (worklog_my_key(&query.to, waiting->wl) < 0) {
		error_clear();
		return 0;
	}
	rc = worklog_parts(waiting->wl, &query, look_at, waiting);
	return rc < 0 ? rc : 0;
}

/* "ana's zone", "the policy's levels", "the holidays of calendar 'berlin'" */
static void name_clash(struct buf *out, struct worklog *wl, const struct sync_clash *clash)
{
	if (clash->kind == KIND_PERSON)
		buf_addf(out, "%s's %s", worklog_who(wl, clash->about)->shown, clash->key);
	else if (clash->kind == KIND_CALENDAR)
		buf_addf(out, "the %s of calendar '%s'", clash->key, clash->about);
	else
		buf_addf(out, "the policy's %s", clash->key);
}

static void print_clash(struct worklog *wl, const struct sync_clash *clash)
{
	struct buf name = BUF_INIT, line = BUF_INIT;

	name_clash(&name, wl, clash);
	buf_addf(&name, ": changed here and there; ");
	if (clash->by_same)
		buf_addf(&name, "the one %s counts (later)", clash->ours ? "from here" : "that came");
	else
		buf_addf(&name, "%s's counts (later)", worklog_who(wl, clash->by)->shown);
	print_safe(&line, name.ptr, false);
	print("%s\n", line.ptr);
	buf_release(&line);
	buf_release(&name);
}

/* Comma separated; of a calendar's name any byte may be there but that. */
static struct buf names_of_clashes(struct worklog *wl, const struct sync *sync)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < sync->nr_clashes; i++) {
		if (i)
			buf_putc(&out, ',');
		name_clash(&out, wl, &sync->clashes[i]);
	}
	return out;
}

static const char *const lapse_words[] = {
	[SYNC_STEADY] = NULL, [SYNC_BACK] = "back", [SYNC_REWRITTEN] = "rewritten", [SYNC_GONE] = "gone"
};

static void put_lapse(struct buf *out, struct worklog *wl, const struct sync *sync)
{
	static const char *const what[] = {
		[SYNC_BACK] = "went back to an older state",
		[SYNC_REWRITTEN] = "was rewritten",
		[SYNC_GONE] = "lost its log",
	};

	buf_addf(out, "'%s' %s since the last sync, ", sync->remote, what[sync->lapse]);
	format_time_short(out, sync->was_at, worklog_now(wl), worklog_zone(wl));
}

static const char *told_of_lapse(const struct sync *sync)
{
	return sync->is_restored ? "what it lacked was sent again"
	       : sync->is_here   ? "what it lacks is kept here"
				 : "what it lacked is not here either";
}

/* Nothing is known to be wrong. */
static void put_unlooked(struct buf *out, const struct sync *sync)
{
	if (sync->why_unlooked)
		buf_addf(out, "what came could not be looked at: %s", sync->why_unlooked);
	else
		buf_addf(out, "%zu records came, too many to look at now: 'async verify' does", sync->nr_in);
}

/* One of them, or behind the last that is told how many more. */
static void put_finding(struct buf *out, const struct sync *sync, size_t i)
{
	if (i < MAX_ALARMS)
		finding_put(out, &sync->found.v[i]);
	else
		buf_addf(out, "%zu more like these: 'async verify' lists them", sync->found.nr - i);
}

void exchange_alarms(struct worklog *wl, const struct sync *sync, void (*each)(const char *alarm, void *data), void *data)
{
	struct error_kept kept;
	struct buf alarm = BUF_INIT;

	error_keep(&kept); /* of the sync, which is told after this */
	for (size_t i = 0; i < sync->found.nr && i <= MAX_ALARMS; i++) {
		buf_reset(&alarm);
		put_finding(&alarm, sync, i);
		each(alarm.ptr, data);
	}
	buf_reset(&alarm);
	if (sync->lapse != SYNC_STEADY) {
		put_lapse(&alarm, wl, sync);
		each(alarm.ptr, data);
		each(told_of_lapse(sync), data);
	}
	buf_reset(&alarm);
	if (sync->is_unlooked) {
		put_unlooked(&alarm, sync);
		each(alarm.ptr, data);
	}
	buf_release(&alarm);
	error_restore(&kept);
}

static void warn(const char *alarm, void *data)
{
	(void)data;
	print_warning("%s", alarm);
}

void exchange_warn(struct worklog *wl, const struct sync *sync)
{
	exchange_alarms(wl, sync, warn, NULL);
}

static int print_row(struct worklog *wl, const struct sync *sync, const struct waiting *waiting)
{
	struct buf changed = names_of_clashes(wl, sync);
	const struct value values[] = {
		[F_WITH] = { .text = sync->remote },
		[F_IN] = { .number = (long long)sync->nr_in },
		[F_OUT] = { .number = (long long)sync->nr_out },
		[F_MERGED] = { .number = sync->merged },
		[F_TRIES] = { .number = (long long)sync->tries },
		[F_WAITING] = { .text = waiting->ids.ptr },
		[F_LAPSE] = { .text = lapse_words[sync->lapse] },
		[F_CHANGED] = { .text = changed.ptr },
		[F_FINDINGS] = { .number = (long long)sync->found.nr },
	};
	struct listing *list;
	int rc = listing_begin(&list, wl, "sync", fields, NR(fields)), ended;

	if (rc == 0)
		rc = listing_row(list, values);
	ended = listing_end(list);
	buf_release(&changed);
	return rc < 0 ? rc : ended;
}

static void print_counts(const struct sync *sync, const struct waiting *waiting)
{
	struct buf line = BUF_INIT, name = BUF_INIT;

	print_safe(&name, sync->remote, false);
	if (sync->adopted)
		buf_addf(&line, "Took up the log of '%s'", name.ptr);
	else if (sync->founded)
		buf_addf(&line, "Sent the log to '%s' for the first time", name.ptr);
	else if (!sync->nr_in && !sync->nr_out && !sync->nr_left)
		buf_addf(&line, "Up to date with '%s'", name.ptr);
	if (sync->nr_in)
		buf_addf(&line, "%s%zu in", line.len ? ": " : "", sync->nr_in);
	if (sync->nr_out || sync->nr_left)
		buf_addf(&line, "%s%zu %s", sync->nr_in ? ", " : line.len ? ": " : "", sync->nr_out + sync->nr_left,
			 sync->nr_out ? "out" : "not sent");
	if (waiting->nr)
		buf_addf(&line, "; %zu wait%s on you:", waiting->nr, waiting->nr == 1 ? "s" : "");
	else
		buf_putc(&line, '.');
	print("%s\n%s", line.ptr, waiting->lines.ptr);
	if (waiting->nr > MAX_SHOWN)
		print("… %zu more on you: async inbox\n", waiting->nr - MAX_SHOWN);
	for (size_t i = 0; i < sync->nr_clashes; i++)
		print_clash(waiting->wl, &sync->clashes[i]);
	buf_release(&name);
	buf_release(&line);
}

int exchange_tell(struct worklog *wl, const struct sync *sync)
{
	struct waiting waiting = { .sync = sync, .wl = wl, .lines = BUF_INIT, .ids = BUF_INIT };
	int rc = find_waiting(&waiting);

	if (rc == 0 && print_is_machine())
		rc = print_row(wl, sync, &waiting);
	else if (rc == 0)
		print_counts(sync, &waiting);
	if (rc == 0 && print_is_json())
		rc = findings_tell(wl, &sync->found);
	buf_release(&waiting.lines);
	buf_release(&waiting.ids);
	return rc;
}

void exchange_tell_says(const struct sync *sync)
{
	struct buf safe = BUF_INIT;

	print_safe(&safe, sync->says.ptr, true);
	fputs(safe.ptr, stderr);
	buf_release(&safe);
}

/* This program again, at the same log. Room for all of it and the NULL. */
#define BACKGROUND_ARGV 10
static void fill_argv(const char *argv[BACKGROUND_ARGV], const char *remote)
{
	size_t nr = 0;

	argv[nr++] = "/proc/self/exe";
	if (globals.log.git_dir) {
		argv[nr++] = "--git-dir";
		argv[nr++] = globals.log.git_dir;
	}
	if (globals.log.log) {
		argv[nr++] = "-L";
		argv[nr++] = globals.log.log;
	}
	argv[nr++] = "sync";
	argv[nr++] = "--background";
	argv[nr++] = "--";
	argv[nr++] = remote;
	argv[nr] = NULL;
}

void exchange_in_background(struct worklog *wl)
{
	const char *argv[BACKGROUND_ARGV];

	fill_argv(argv, NULL);
	sync_after_write(wl, argv);
}

void exchange_begin(const char *remote)
{
	const char *argv[BACKGROUND_ARGV];

	fill_argv(argv, remote);
	sync_begin(argv);
}
