/* What is to be said to people now. */
#include "async/notice.h"

#include <stdlib.h>
#include <string.h>

#include "async/notify.h"
#include "notice-internal.h"

void notices_release(struct notices *notices)
{
	free(notices->v);
	pool_release(&notices->pool);
	*notices = (struct notices)NOTICES_INIT;
}

static const char *keep(struct notices *out, const char *text)
{
	return text ? pool_strdup(&out->pool, text) : NULL;
}

struct notice *notice_add(struct notices *out, const struct thread *thread, const struct part *part,
			  const struct reminder *reminder)
{
	const struct event *ask = thread_event(thread, &part->ask->id);
	const char *subject = *ask->subject ? ask->subject : thread->subject;
	struct notice *notice;

	GROW(out->v, out->nr, out->alloc);
	notice = &out->v[out->nr++];
	*notice = (struct notice){
		.root = thread->root->id, .ask = part->ask->id, .round = reminder->round->begun_by->id,
		.stage = reminder->stage,
		.person = keep(out, part->person->key), .from = ask->by ? keep(out, ask->by->key) : NULL,
		.escalated_for = part->escalated_for ? keep(out, part->escalated_for->key) : NULL,
		.subject = ask->redacted ? "" : keep(out, subject), .body = ask->redacted ? NULL : keep(out, ask->body),
		.level = keep(out, part->level), .need = part->need,
		.asked_at = part->ask->date, .due_at = reminder->round->due_at,
		.assumed = part->assumed, .urgent = reminder->round->expect.focus == FOCUS_COUNT,
		.promised = part->promised_at != 0,
	};
	return notice;
}

static int compare(const void *a, const void *b)
{
	const struct notice *one = a, *two = b;
	int order = strcmp(one->person, two->person);

	if (!order)
		order = two->urgent - one->urgent;
	if (!order)
		order = (one->due_at > two->due_at) - (one->due_at < two->due_at);
	return order ? order : id_cmp(&one->ask, &two->ask);
}

void notices_sort(struct notices *notices)
{
	if (notices->nr)
		qsort(notices->v, notices->nr, sizeof(*notices->v), compare);
}

/* -- who may be told ----------------------------------------------------------------------- */

const char *notice_refused(const struct notice_query *query, const struct person *person)
{
	return query->refuses ? query->refuses(person, query->data) : NULL;
}

bool notice_is_about(const struct notice_query *query, const struct person *person)
{
	return !query->whom || !strcmp(query->whom, person->key);
}

static bool wants(struct person *person, void *data)
{
	const struct notice_query *query = data;

	return notice_is_about(query, person) && (query->all || !notice_refused(query, person));
}

/* What is not urgent waits for the time of day that they have named: the first after it came up. */
static bool waits_for_digest(struct worklog *wl, const struct person *person, const struct notice *notice)
{
	struct notify notify;

	notify_of(&notify, person);
	if (notice->urgent || notify.digest < 0)
		return false;
	return notice->stage.at > notify_last_digest(&notify, calendar_zone(worklog_calendar(wl, person->key)),
						     worklog_now(wl));
}

/* -- finding it ---------------------------------------------------------------------------- */

struct gathering {
	struct worklog *wl;
	struct notices *out;
	const struct notice_query *query;
};

static int find_one(const struct thread *thread, const struct part *part, const struct reminder *reminder, void *data)
{
	struct gathering *gathering = data;
	struct notice *notice = notice_add(gathering->out, thread, part, reminder);

	notice->why_not = notice_refused(gathering->query, part->person);
	if (!notice->why_not && waits_for_digest(gathering->wl, part->person, notice))
		notice->why_not = "waits for the digest";
	if (notice->why_not && !gathering->query->all)
		gathering->out->nr--;
	return 0;
}

int notices_find(struct notices *out, struct worklog *wl, const struct notice_query *query)
{
	struct gathering gathering = { wl, out, query };
	const struct reminder_filter filter = { wants, (void *)query };
	int rc;

	rc = worklog_reminders(wl, &filter, find_one, &gathering);
	notices_sort(out);
	return rc;
}
