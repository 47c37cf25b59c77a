/* Parts as rows. */
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/zone.h"

/* In the order of the columns. */
enum part_field {
	F_SECTION, F_ID, F_WHO, F_TO, F_FROM, F_SUBJECT, F_DUE, F_LATE, F_LATE_WORK, F_NEED, F_LEVEL, F_STATE,
	F_GROUP, F_ROOT, F_OUTCOME, F_POSTED, F_ASKED, F_ASKED_DUE, F_ACKED, F_PROMISED, F_SETTLED, F_ASSUMED,
	F_STEP, F_FOR, F_MISSED, F_SEEN, F_SNOOZED,
	F_NR
};

static const struct field all_fields[F_NR] = {
	[F_SECTION] = { "section", VALUE_TEXT, "mine: waits on me; theirs: I wait for it (status)", 0 },
	[F_ID] = { "id", VALUE_ID, "the post that asks", 0 },
	[F_WHO] = { "who", VALUE_PERSON, "the other person: who asks me, or whom I ask", KEPT },
	[F_TO] = { "to", VALUE_PERSON, "who is asked", KEPT },
	[F_FROM] = { "from", VALUE_PERSON, "who asks", KEPT },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "what it is about", ELASTIC },
	[F_DUE] = { "due", VALUE_TIME, "when an answer is due", KEPT },
	[F_LATE] = { "late", VALUE_SPAN, "how late it is", 0 },
	[F_LATE_WORK] = { "late_work", VALUE_WORK, "how late in their working time", 0 },
	[F_NEED] = { "need", VALUE_TEXT, "what would settle it", WHOLE },
	[F_LEVEL] = { "level", VALUE_TEXT, "the level it was asked with", 0 },
	[F_STATE] = { "state", VALUE_TEXT, "open, acked, met or withdrawn", WHOLE },
	[F_GROUP] = { "group", VALUE_TEXT, "the group of which one is to answer", 0 },
	[F_ROOT] = { "root", VALUE_ID, "the first post of the thread", 0 },
	[F_OUTCOME] = { "outcome", VALUE_TEXT, "how it was settled", 0 },
	[F_POSTED] = { "posted", VALUE_TIME, "when the post was written", 0 },
	[F_ASKED] = { "asked", VALUE_TIME, "when this person was asked", 0 },
	[F_ASKED_DUE] = { "asked_due", VALUE_TIME, "when it was due first", 0 },
	[F_ACKED] = { "acked", VALUE_TIME, "when it was acked", 0 },
	[F_PROMISED] = { "promised", VALUE_TIME, "for when an answer was promised", 0 },
	[F_SETTLED] = { "settled", VALUE_TIME, "when it was settled", 0 },
	[F_ASSUMED] = { "assumed", VALUE_BOOL, "the hours were assumed, none are known", 0 },
	[F_STEP] = { "step", VALUE_NUMBER, "which step of escalation asked this person; 0: the post did", 0 },
	[F_FOR] = { "escalated_for", VALUE_PERSON, "whose answer had not come then", 0 },
	[F_MISSED] = { "missed", VALUE_TIME, "when that answer was due", 0 },
	[F_SEEN] = { "seen", VALUE_BOOL, "I have seen all that others said in its thread (inbox)", 0 },
	[F_SNOOZED] = { "snoozed", VALUE_TIME, "until when I do not want to see it (inbox)", 0 },
};

/* Some have something to tell only in one place. */
static bool has_field(const char *what, enum part_field field)
{
	if (field == F_SECTION || field == F_WHO)
		return !strcmp(what, "status");
	if (field == F_SEEN || field == F_SNOOZED)
		return !strcmp(what, "inbox");
	return true;
}

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0)
		names++;
	return *names;
}

int parts_begin(struct parts *parts, struct worklog *wl, const char *what, const char *const *columns)
{
	int rc;

	*parts = (struct parts){ .wl = wl };
	parts->fields = xcalloc(F_NR, sizeof(*parts->fields));
	parts->order = xcalloc(F_NR, sizeof(*parts->order));
	for (int i = 0; i < F_NR; i++) {
		if (!has_field(what, (enum part_field)i))
			continue;
		parts->fields[parts->nr] = all_fields[i];
		if (is_among(all_fields[i].name, columns))
			parts->fields[parts->nr].flags |= COLUMN;
		parts->order[parts->nr++] = i;
	}
	rc = listing_begin(&parts->list, wl, what, parts->fields, parts->nr);
	if (rc < 0)
		parts_end(parts);
	return rc;
}

int parts_end(struct parts *parts)
{
	int rc = listing_end(parts->list);

	free(parts->fields);
	free(parts->order);
	*parts = (struct parts){ .wl = NULL };
	return rc;
}

time_t parts_overdue_before(const struct worklog *wl)
{
	return worklog_now(wl);
}

static struct due_row due_of(const struct part_row *row)
{
	return (struct due_row){ row->root, row->due_at, row->state };
}

static bool is_late(const struct parts *parts, const struct due_row *row)
{
	return !part_state_is_settled(row->state) && row->due_at && row->due_at < parts_overdue_before(parts->wl);
}

/* The zone is asked for only where it matters: a prompt should not wait for it. */
static bool is_due_today(const struct parts *parts, const struct due_row *row)
{
	const struct zone *zone;
	int32_t today, day;
	long second;

	if (part_state_is_settled(row->state) || !row->due_at || row->due_at > worklog_now(parts->wl) + (time_t)2 * 86400)
		return false;
	zone = worklog_zone(parts->wl);
	zone_local(zone, worklog_now(parts->wl), &today, &second);
	zone_local(zone, row->due_at, &day, &second);
	return day == today;
}

static void count(struct parts *parts, const struct due_row *row)
{
	parts->total++;
	if (is_late(parts, row))
		parts->late++;
	else if (is_due_today(parts, row))
		parts->today++;
}

/* Until when I do not want to see it; 0: it is not hidden. */
static time_t snoozed_until(const struct parts *parts, const struct due_row *row)
{
	if (!parts->snoozes || part_state_is_settled(row->state))
		return 0;
	return snoozes_until(parts->snoozes, &row->root, row->due_at, worklog_now(parts->wl));
}

/* Count it among what is hidden, if it is. */
static bool hide(struct parts *parts, const struct due_row *row)
{
	if (!snoozed_until(parts, row))
		return false;
	parts->snoozed++;
	return !parts->all;
}

/* The columns that are worded otherwise than their plain values. */
struct wording {
	struct buf due, late, work, state;
};

static void word(struct wording *out, const struct parts *parts, const struct part_row *row, const struct value *v)
{
	if (row->due_at && row->assumed)
		buf_putc(&out->due, '~');
	if (row->due_at)
		format_time_short(&out->due, row->due_at, worklog_now(parts->wl), worklog_zone(parts->wl));
	if (!v[F_LATE].number)
		return;
	format_span(&out->late, v[F_LATE].number < 60 ? 60 : v[F_LATE].number);
	buf_puts(&out->late, " late");
	buf_putc(&out->work, '(');
	format_work(&out->work, v[F_LATE_WORK].number);
	buf_puts(&out->work, " of work)");
}

static void fill(struct value *v, const struct parts *parts, const struct part_row *row)
{
	const struct due_row due = due_of(row);
	time_t now = worklog_now(parts->wl);

	v[F_SECTION].text = parts->section;
	v[F_ID].id = &row->post;
	v[F_WHO].text = parts->section && !strcmp(parts->section, "theirs") ? row->to : row->from;
	v[F_TO].text = row->to;
	v[F_FROM].text = row->from;
	v[F_SUBJECT].text = row->subject;
	v[F_DUE].time = row->due_at;
	v[F_NEED].text = need_name(row->need);
	v[F_LEVEL].text = row->level;
	v[F_STATE].text = part_state_name(row->state);
	v[F_GROUP].text = row->group;
	v[F_ROOT].id = &row->root;
	v[F_OUTCOME].text = row->outcome;
	v[F_POSTED].time = row->post_at;
	v[F_ASKED].time = row->asked_at;
	v[F_ASKED_DUE].time = row->asked_due_at;
	v[F_ACKED].time = row->acked_at;
	v[F_PROMISED].time = row->promised_at;
	v[F_SETTLED].time = row->settled_at;
	v[F_ASSUMED].number = row->assumed;
	v[F_STEP].number = row->step;
	v[F_FOR].text = row->escalated_for;
	v[F_MISSED].time = row->missed_at;
	v[F_SEEN].number = !parts->seen || !seen_is_new(parts->seen, parts->wl, &row->root);
	v[F_SNOOZED].time = snoozed_until(parts, &due);
	if (!is_late(parts, &due))
		return;
	v[F_LATE].number = now - row->due_at;
	v[F_LATE_WORK].number = worktime_between(worklog_calendar(parts->wl, row->to), row->due_at, now, FOCUS_PAUSE);
}

static void add_word(struct buf *out, const char *word)
{
	buf_addf(out, "%s%s", out->len ? ", " : "", word);
}

/* That the person has left, or that it is for them. */
static void word_gone(struct buf *out, const struct parts *parts, const struct part_row *row)
{
	const struct who *who = worklog_who(parts->wl, row->to);

	if (part_state_is_settled(row->state) || !who->gone)
		return;
	if (!parts->whose || !strcmp(parts->whose, row->to)) {
		add_word(out, row->outcome ? row->outcome : "gone");
		return;
	}
	add_word(out, "for ");
	buf_puts(out, who->shown);
}

/* That it came because somebody else has not answered. */
static void word_escalated(struct buf *out, const struct parts *parts, const struct part_row *row)
{
	if (part_state_is_settled(row->state) || !row->escalated_for)
		return;
	add_word(out, "escalated for ");
	buf_puts(out, worklog_who(parts->wl, row->escalated_for)->shown);
}

/* Open is the rule, not worth a word; that more time is asked for is. */
static void word_state(struct buf *out, const struct parts *parts, const struct part_row *row, const struct value *v)
{
	if (v[F_SNOOZED].time)
		add_word(out, "snoozed");
	else if (!v[F_SEEN].number)
		add_word(out, "new");
	if (row->state != PART_OPEN)
		add_word(out, part_state_name(row->state));
	if (row->waits)
		add_word(out, row->outcome);
	word_escalated(out, parts, row);
	word_gone(out, parts, row);
}

/* The whole row, but for cells that have a colour of their own. */
static void color_row(struct value *v, enum color color)
{
	static const enum part_field fields[] = { F_WHO, F_FROM, F_TO, F_SUBJECT, F_NEED, F_LEVEL, F_STATE };

	for (size_t i = 0; i < NR(fields); i++)
		v[fields[i]].color = color;
}

static void dress(struct value *v, const struct parts *parts, const struct part_row *row, struct wording *wording)
{
	const struct due_row due = due_of(row);

	word(wording, parts, row, v);
	v[F_DUE].column = wording->due.ptr;
	v[F_LATE].column = wording->late.ptr;
	v[F_LATE_WORK].column = wording->work.ptr;
	word_state(&wording->state, parts, row, v);
	v[F_STATE].column = wording->state.ptr;
	if (is_late(parts, &due))
		v[F_DUE].color = v[F_LATE].color = v[F_LATE_WORK].color = COLOR_OVERDUE;
	else if (is_due_today(parts, &due))
		v[F_DUE].color = COLOR_SOON;
	if (v[F_SNOOZED].time)
		color_row(v, COLOR_DIM);
	else if (!v[F_SEEN].number)
		color_row(v, COLOR_BOLD);
}

static int list_row(const struct part_row *row, void *data)
{
	struct wording wording = { BUF_INIT, BUF_INIT, BUF_INIT, BUF_INIT };
	struct value v[F_NR] = { 0 }, shown[F_NR];
	const struct due_row due = due_of(row);
	struct parts *parts = data;
	int rc;

	if (hide(parts, &due))
		return 0;
	count(parts, &due);
	if (parts->limit && parts->shown >= parts->limit)
		return 0;
	if (parts->posts)
		parts->posts[parts->shown] = row->post;
	parts->shown++;
	fill(v, parts, row);
	dress(v, parts, row, &wording);
	for (size_t i = 0; i < parts->nr; i++)
		shown[i] = v[parts->order[i]];
	rc = listing_row(parts->list, shown);
	buf_release(&wording.due);
	buf_release(&wording.late);
	buf_release(&wording.work);
	buf_release(&wording.state);
	return rc;
}

static int count_row(const struct due_row *row, void *data)
{
	if (!hide(data, row))
		count(data, row);
	return 0;
}

int parts_list(struct parts *parts, const struct query *query, const char *heading)
{
	parts->shown = parts->total = parts->late = parts->today = parts->snoozed = 0;
	parts->whose = query->to;
	if (heading)
		listing_heading(parts->list, heading);
	return worklog_parts(parts->wl, query, list_row, parts);
}

int parts_count(struct parts *parts, struct worklog *wl, const struct query *query, const struct snoozes *snoozes)
{
	*parts = (struct parts){ .wl = wl, .snoozes = snoozes };
	return worklog_dues(wl, query, count_row, parts);
}

void parts_put_counts(struct buf *out, const struct parts *parts, const char *today)
{
	if (parts->late)
		buf_addf(out, "%zu overdue", parts->late);
	if (parts->today)
		buf_addf(out, "%s%zu %s", out->len ? ", " : "", parts->today, today);
	if (!out->len && parts->total)
		buf_addf(out, "%zu open", parts->total);
}
