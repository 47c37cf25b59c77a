/* Records about people, calendars and the policy: tried, written, and what they move. */
#include "change.h"

#include <stdlib.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/team.h"
#include "print.h"
#include "write.h"

int change_begin(struct record *out, struct worklog *wl, enum record_kind kind)
{
	if (worklog_is_past(wl))
		return error_set(ERR_USAGE, "--at looks at the past; this would write");
	return worklog_begin(out, wl, kind, NULL);
}

/* A first write of somebody new cannot be tried: their own record comes before it. */
static int try(struct buf *why, struct worklog *wl, const struct record *rec)
{
	struct person *me;
	struct team *team;
	char *signer;
	bool counts;
	int rc;

	rc = worklog_me(&me, wl);
	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc < 0 || (!me && rec->kind == KIND_AWAY))
		return rc;
	signer = worklog_signer(wl);
	counts = team_try(team, rec, worklog_address(wl), signer, why);
	free(signer);
	if (counts)
		return 0;
	error_set(ERR_FAILED, "this would not count: %s", why->ptr);
	error_hint("nothing was written; 'async team' shows who is in @maintainers");
	return ERR_FAILED;
}

int change_write(struct worklog *wl, struct record *rec, bool dry)
{
	struct buf why = BUF_INIT, subject = BUF_INIT;
	int rc;

	rc = record_check(rec, record_kind_name(rec->kind));
	if (rc == 0)
		rc = try(&why, wl, rec);
	buf_addf(&subject, "%s %%(id) by %s",
		 rec->kind == KIND_MARK ? verb_name(rec->verb) : record_kind_name(rec->kind), rec->from);
	if (rc == 0)
		rc = dry ? write_dry(rec, 1) : write_records(wl, rec, 1, subject.ptr);
	if (rc == 0 && why.len)
		print_warning("not all of it counts: %s", why.ptr);
	buf_release(&subject);
	buf_release(&why);
	return rc;
}

static int take_due(const struct part_row *row, void *data)
{
	struct dues *dues = data;

	GROW(dues->v, dues->nr, dues->alloc);
	dues->v[dues->nr++] = (struct due_of){ row->post, xstrdup(row->subject ? row->subject : ""), row->due_at };
	return 0;
}

int dues_read(struct dues *out, struct worklog *wl, const char *key)
{
	const struct query query = { .to = key, .states = STATES_UNSETTLED };

	*out = (struct dues){ .v = NULL };
	return worklog_parts(wl, &query, take_due, out);
}

void dues_release(struct dues *dues)
{
	for (size_t i = 0; i < dues->nr; i++)
		free(dues->v[i].subject);
	free(dues->v);
	*dues = (struct dues){ .v = NULL };
}

static const struct due_of *find_due(const struct dues *dues, const struct id *post)
{
	for (size_t i = 0; i < dues->nr; i++)
		if (id_equal(&dues->v[i].post, post))
			return &dues->v[i];
	return NULL;
}

static void print_moved(struct worklog *wl, const struct due_of *was, const struct due_of *is)
{
	struct zone *zone = worklog_zone(wl);
	struct buf line = BUF_INIT;
	char id[ID_HEX + 1];

	worklog_short_id(id, wl, &is->post);
	buf_addf(&line, "%s  due ", id);
	format_time_short(&line, is->due_at, worklog_now(wl), zone);
	buf_puts(&line, ", was ");
	format_time_short(&line, was->due_at, worklog_now(wl), zone);
	buf_puts(&line, "  ");
	print_safe(&line, is->subject, false);
	print("%s\n", line.ptr);
	buf_release(&line);
}

int dues_print_moved(const struct dues *before, struct worklog *wl, const char *key)
{
	struct dues after;
	int rc;

	rc = dues_read(&after, wl, key);
	for (size_t i = 0; rc == 0 && i < after.nr; i++) {
		const struct due_of *was = find_due(before, &after.v[i].post);

		if (was && was->due_at != after.v[i].due_at)
			print_moved(wl, was, &after.v[i]);
	}
	dues_release(&after);
	return rc;
}
