/* What a person needs to know, found in the log. */
#include "digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/worktime.h"
#include "async/zone.h"
#include "print.h"

const char *const digest_words[DIGEST_SECTIONS] = {
	[DIGEST_OVERDUE] = "overdue",   [DIGEST_OWED] = "owed",       [DIGEST_TODAY] = "today",
	[DIGEST_ANSWERED] = "answered", [DIGEST_DECIDED] = "decided", [DIGEST_NEW] = "new",
};

const char *const digest_titles[DIGEST_SECTIONS] = {
	[DIGEST_OVERDUE] = "Overdue: waits on you",
	[DIGEST_OWED] = "Overdue: you wait for it",
	[DIGEST_TODAY] = "Due today",
	[DIGEST_ANSWERED] = "Answered",
	[DIGEST_DECIDED] = "Decided",
	[DIGEST_NEW] = "New",
};

/* A root has a subject: without one it is hidden. */
static struct digest_item *add(struct digest *digest, enum digest_section section, const struct id *id,
			       const char *who, const char *subject)
{
	struct digest_item *item;

	GROW(digest->v, digest->nr, digest->alloc);
	item = &digest->v[digest->nr++];
	*item = (struct digest_item){
		.section = section, .found = digest->nr, .id = *id, .who = who ? pool_strdup(&digest->pool, who) : NULL,
		.subject = *subject ? pool_strdup(&digest->pool, subject) : "(redacted)",
	};
	return item;
}

static const char *keep(struct digest *digest, struct buf *text)
{
	const char *out = text->len ? pool_strdup(&digest->pool, text->ptr) : NULL;

	buf_release(text);
	return out;
}

/* -- what waits: parts that are open ----------------------------------------------------------- */

static void put_lateness(struct buf *out, struct digest *digest, const struct part_row *row)
{
	const struct calendar *cal = worklog_calendar(digest->wl, row->to);
	time_t late = digest->now - row->due_at;

	format_span(out, late < 60 ? 60 : late);
	buf_puts(out, " late (");
	format_work(out, worktime_between(cal, row->due_at, digest->now, FOCUS_PAUSE));
	buf_puts(out, " of work)");
}

/* What is out of the ordinary about a part: what it needs, how urgent it is, that it was acked. */
static void put_part(struct buf *out, const struct part_row *row)
{
	if (row->need != NEED_REPLY)
		buf_addf(out, "%s%s", out->len ? ", " : "", need_name(row->need));
	if (row->state == PART_ACKED)
		buf_addf(out, "%s%s", out->len ? ", " : "", row->promised_at ? "promised" : "acked");
}

static struct digest_item *add_part(struct digest *digest, enum digest_section section, const struct part_row *row,
				    const char *who)
{
	struct digest_item *item = add(digest, section, &row->post, who, row->subject);
	struct buf note = BUF_INIT;

	item->due_at = row->due_at;
	item->assumed = row->assumed;
	if (row->due_at && row->due_at < digest->now)
		put_lateness(&note, digest, row);
	put_part(&note, row);
	item->note = keep(digest, &note);
	return item;
}

/* The first moment of their next date. */
static time_t end_of_day(const struct digest *digest)
{
	int32_t day;
	long second;

	zone_local(digest->zone, digest->now, &day, &second);
	return zone_instant(digest->zone, day + 1, 0);
}

static int waits_on_them(const struct part_row *row, void *data)
{
	struct digest *digest = data;

	if (!row->due_at)
		return 0;
	add_part(digest, row->due_at < digest->now ? DIGEST_OVERDUE : DIGEST_TODAY, row, row->from);
	return 0;
}

static int they_wait(const struct part_row *row, void *data)
{
	if (row->due_at && row->from && strcmp(row->from, row->to) != 0)
		add_part(data, DIGEST_OWED, row, row->to);
	return 0;
}

static int find_waiting(struct digest *digest)
{
	struct query query = digest->query;
	int rc;

	query.states = STATES_UNSETTLED;
	query.to = digest->whose;
	query.due_before = end_of_day(digest);
	rc = worklog_parts(digest->wl, &query, waits_on_them, digest);
	query.to = NULL;
	query.from = digest->whose;
	query.due_before = digest->now;
	return rc < 0 ? rc : worklog_parts(digest->wl, &query, they_wait, digest);
}

/* -- what happened: the threads in which there is a record of that time ---------------------- */

/* A thread that was written in, and what its parts tell of it; before they are united, a record of it. */
struct touched {
	struct id root;
	size_t place;        /* in the order of records, the newest first */
	time_t date;
	const time_t *dates; /* of its records of that time, the newest first */
	size_t nr_dates;
	size_t replies;      /* by others */
	const char *replier; /* the last of them, a key */
	time_t replied_at;
	size_t answers;      /* parts settled in that time, to the person */
	time_t settled_at;   /* when the last of all parts was settled */
};

struct touches {
	struct digest *digest;
	time_t tomorrow;     /* of the person: what is due before has been told */
	struct touched *v;
	size_t nr, alloc;
	time_t *dates;
};

static int touch(const struct record_row *row, void *data)
{
	struct touches *touches = data;
	struct digest *digest = touches->digest;
	struct touched *touched;

	if (id_is_zero(&row->root) || !row->from || row->why_not)
		return 0;
	GROW(touches->v, touches->nr, touches->alloc);
	touched = &touches->v[touches->nr];
	*touched = (struct touched){ .root = row->root, .place = touches->nr++, .date = row->date };
	if (row->kind == KIND_POST && !id_is_zero(&row->target) && strcmp(row->from, digest->whose) != 0) {
		touched->replies = 1;
		touched->replier = pool_strdup(&digest->pool, row->from);
		touched->replied_at = row->date;
	}
	return 0;
}

static int by_root(const void *a, const void *b)
{
	const struct touched *one = a, *two = b;
	int order = memcmp(&one->root, &two->root, sizeof(one->root));

	return order ? order : (one->place > two->place) - (one->place < two->place);
}

/* One for each thread, in the order of their roots. */
static void unite(struct touches *touches)
{
	size_t nr = 0;

	touches->dates = xcalloc(touches->nr, sizeof(*touches->dates));
	if (touches->nr)
		qsort(touches->v, touches->nr, sizeof(*touches->v), by_root);
	for (size_t i = 0; i < touches->nr; i++) {
		struct touched *at = &touches->v[i], *before = nr ? &touches->v[nr - 1] : NULL;

		touches->dates[i] = at->date;
		if (!before || !id_equal(&before->root, &at->root)) {
			at->dates = &touches->dates[i];
			at->nr_dates = 1;
			touches->v[nr++] = *at;
			continue;
		}
		before->nr_dates++;
		if (!before->replies) {
			before->replier = at->replier;
			before->replied_at = at->replied_at;
		}
		before->replies += at->replies;
	}
	touches->nr = nr;
}

static int compare_root(const void *root, const void *touched)
{
	return memcmp(root, &((const struct touched *)touched)->root, sizeof(struct id));
}

/* NULL: all that was written in it says nothing. */
static struct touched *touched_with(const struct touches *touches, const struct id *root)
{
	return touches->nr ? bsearch(root, touches->v, touches->nr, sizeof(*touches->v), compare_root) : NULL;
}

static int newest_first(const void *a, const void *b)
{
	time_t one = *(const time_t *)a, two = *(const time_t *)b;

	return (one < two) - (one > two);
}

/* Did it happen by one of those records? What is synced late is news, whatever its date. */
static bool is_news(const struct touched *touched, time_t at)
{
	return bsearch(&at, touched->dates, touched->nr_dates, sizeof(at), newest_first);
}

static void add_answer(struct digest *digest, const struct touched *touched, const struct part_row *row)
{
	struct digest_item *item = add(digest, DIGEST_ANSWERED, &row->post, row->to, row->subject);
	struct buf note = BUF_INIT;

	item->place = touched->place;
	item->at = row->settled_at;
	buf_addf(&note, "%s, ", row->outcome ? row->outcome : part_state_name(row->state));
	format_time_short(&note, row->settled_at, digest->now, digest->zone);
	item->note = keep(digest, &note);
}

static int tell_part(const struct part_row *row, void *data)
{
	const struct touches *touches = data;
	struct digest *digest = touches->digest;
	struct touched *touched = touched_with(touches, &row->root);
	bool is_mine = !strcmp(row->to, digest->whose), is_settled = row->settled_at != 0;

	if (!touched)
		return 0;
	if (row->settled_at > touched->settled_at)
		touched->settled_at = row->settled_at;
	if (is_settled && row->from && !strcmp(row->from, digest->whose) && !is_mine &&
	    row->state == PART_MET && is_news(touched, row->settled_at)) {
		add_answer(digest, touched, row);
		touched->answers++;
	}
	if (!is_settled && is_mine && is_news(touched, row->asked_at) &&
	    (!row->due_at || row->due_at >= touches->tomorrow))
		add_part(digest, DIGEST_NEW, row, row->from)->place = touched->place;
	return 0;
}

static void add_event(const struct touches *touches, const struct touched *touched, enum digest_section section,
		      const struct post_row *row, const char *who, const char *what, time_t at)
{
	struct digest *digest = touches->digest;
	struct digest_item *item = add(digest, section, &row->id, who, row->subject);
	struct buf note = BUF_INIT;

	item->place = touched->place;
	item->at = at;
	buf_addf(&note, "%s%s", what, *what ? ", " : "");
	format_time_short(&note, at, digest->now, digest->zone);
	item->note = keep(digest, &note);
}

/* Replies that are answers have been told as such. */
static void tell_replies(const struct touches *touches, const struct touched *touched, const struct post_row *row)
{
	char what[64];

	if (touched->replies <= touched->answers)
		return;
	if (touched->replies == 1)
		snprintf(what, sizeof(what), "replied");
	else
		snprintf(what, sizeof(what), "%zu replies, the last", touched->replies);
	add_event(touches, touched, DIGEST_NEW, row, touched->replier, what, touched->replied_at);
}

static int tell_post(const struct post_row *row, void *data)
{
	const struct touches *touches = data;
	const struct touched *touched = touched_with(touches, &row->id);
	bool is_theirs = row->from && !strcmp(row->from, touches->digest->whose);
	bool is_new = touched && is_news(touched, row->date);

	if (!touched || row->retracted)
		return 0;
	if (row->type == TYPE_DECISION && row->state == THREAD_MET && is_news(touched, touched->settled_at))
		add_event(touches, touched, DIGEST_DECIDED, row, row->from, "", touched->settled_at);
	else if (row->type == TYPE_DECISION && row->state == THREAD_NONE && is_new && !is_theirs)
		add_event(touches, touched, DIGEST_DECIDED, row, row->from, "", row->date);
	else if (row->state == THREAD_NONE && is_new && !is_theirs)
		add_event(touches, touched, DIGEST_NEW, row, row->from, row->type_name, row->date);
	if (is_theirs)
		tell_replies(touches, touched, row);
	return 0;
}

/* What the parts of the threads tell first, because some of it is not to be told again. */
static int find_happened(struct digest *digest)
{
	const struct query records = {
		.since = digest->last ? 0 : digest->since, .until = digest->last ? 0 : digest->now + 1,
		.arrived = digest->last,
	};
	struct touches touches = { .digest = digest, .tomorrow = end_of_day(digest) };
	struct query query = digest->query;
	int rc;

	query.touched = &records;
	rc = worklog_records(digest->wl, &records, touch, &touches);
	unite(&touches);
	if (rc == 0)
		rc = worklog_parts(digest->wl, &query, tell_part, &touches);
	if (rc == 0)
		rc = worklog_posts(digest->wl, &query, tell_post, &touches);
	free(touches.dates);
	free(touches.v);
	return rc;
}

/* -- all of it -------------------------------------------------------------------------------- */

/* Sections in order; in them what was written in last comes first, else as it was found. */
static int by_section(const void *a, const void *b)
{
	const struct digest_item *one = a, *two = b;

	if (one->section != two->section)
		return one->section < two->section ? -1 : 1;
	if (one->place != two->place)
		return one->place < two->place ? -1 : 1;
	return (one->found > two->found) - (one->found < two->found);
}

int digest_find(struct digest *digest)
{
	int rc;

	rc = find_waiting(digest);
	if (rc == 0)
		rc = find_happened(digest);
	if (digest->nr)
		qsort(digest->v, digest->nr, sizeof(*digest->v), by_section);
	return rc;
}

void digest_release(struct digest *digest)
{
	free(digest->v);
	digest->v = NULL;
	digest->nr = digest->alloc = 0;
	pool_release(&digest->pool);
}

size_t digest_count(const struct digest *digest, enum digest_section section)
{
	size_t nr = 0;

	for (size_t i = 0; i < digest->nr; i++)
		nr += digest->v[i].section == section;
	return nr;
}
