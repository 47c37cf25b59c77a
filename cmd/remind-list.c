/* Reminders as rows. */
#include "async/error.h"
#include "print.h"
#include "remind.h"

enum {
	F_TO, F_ID, F_SUBJECT, F_STATE, F_DUE, F_BY, F_OUTCOME, F_WHY, F_FROM, F_ROOT, F_NEED, F_LEVEL, F_STAGE, F_AT,
	F_ROUND, F_URGENT, F_ASSUMED, F_NR
};

static const struct field fields[F_NR] = {
	[F_TO] = { "to", VALUE_PERSON, "who is reminded", COLUMN },
	[F_ID] = { "id", VALUE_ID, "the ask", COLUMN },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "what it is about", COLUMN | ELASTIC },
	[F_STATE] = { "state", VALUE_TEXT, "how it stands, in words", COLUMN },
	[F_DUE] = { "due", VALUE_TIME, "when an answer is due", COLUMN },
	[F_BY] = { "by", VALUE_TEXT, "mail, maildir, exec or exec:<name>", COLUMN },
	[F_OUTCOME] = { "outcome", VALUE_TEXT, "delivered or failed", COLUMN },
	[F_WHY] = { "why", VALUE_TEXT, "why it is not to be delivered", COLUMN },
	[F_FROM] = { "from", VALUE_PERSON, "who asks", 0 },
	[F_ROOT] = { "root", VALUE_ID, "the thread", 0 },
	[F_NEED] = { "need", VALUE_TEXT, "what is needed", 0 },
	[F_LEVEL] = { "level", VALUE_TEXT, "the level", 0 },
	[F_STAGE] = { "stage", VALUE_TEXT, "as its mark names it", 0 },
	[F_AT] = { "at", VALUE_TIME, "when that came up", 0 },
	[F_ROUND] = { "round", VALUE_ID, "the record that began the round", 0 },
	[F_URGENT] = { "urgent", VALUE_BOOL, "it waits for no focus to end, and no digest", 0 },
	[F_ASSUMED] = { "assumed", VALUE_BOOL, "the hours were assumed, none are known", 0 },
};

static int put_row(struct listing *list, struct ways *ways, const struct notice *notice, enum outcome outcome, const char *by)
{
	static const char *const words[] = { [OUTCOME_NONE] = NULL, [OUTCOME_DELIVERED] = "delivered", [OUTCOME_FAILED] = "failed" };
	time_t now = worklog_now(ways->wl);
	bool is_overdue = now >= notice->due_at; /* the state says since when */
	struct buf state = BUF_INIT;
	int rc;

	put_stage(&state, notice, now, worklog_zone(ways->wl));
	rc = listing_row(list, (const struct value[F_NR]){
		[F_TO] = { .text = notice->person },
		[F_ID] = { .id = &notice->ask },
		[F_SUBJECT] = { .text = *notice->subject ? notice->subject : "(redacted)" },
		[F_STATE] = { .text = state.ptr, .color = is_overdue ? COLOR_OVERDUE : COLOR_SOON },
		[F_DUE] = { .time = notice->due_at, .column = is_overdue ? "" : NULL },
		[F_BY] = { .text = by },
		[F_OUTCOME] = { .text = words[outcome], .color = outcome == OUTCOME_FAILED ? COLOR_OVERDUE : COLOR_DONE },
		[F_WHY] = { .text = notice->why_not, .color = COLOR_DIM },
		[F_FROM] = { .text = notice->from },
		[F_ROOT] = { .id = &notice->root },
		[F_NEED] = { .text = need_name(notice->need) },
		[F_LEVEL] = { .text = notice->level },
		[F_STAGE] = { .text = notice->stage.name },
		[F_AT] = { .time = notice->stage.at },
		[F_ROUND] = { .id = &notice->round },
		[F_URGENT] = { .number = notice->urgent },
		[F_ASSUMED] = { .number = notice->assumed },
	});
	buf_release(&state);
	return rc;
}

int remind_list(struct ways *ways, const struct notices *notices, const enum outcome *outcomes)
{
	struct listing *list = NULL;
	struct team *team = NULL;
	int rc, ended;

	rc = listing_begin(&list, ways->wl, "remind", fields, F_NR);
	if (rc < 0)
		return rc;
	if (notices->nr)
		rc = worklog_team(&team, ways->wl);
	for (size_t i = 0; i < notices->nr && rc == 0; i++) {
		const struct notice *notice = &notices->v[i];
		struct way way = { .by = NULL };

		if (!notice->why_not)
			way_choose(&way, ways, team_person(team, notice->person));
		rc = put_row(list, ways, notice, outcomes ? outcomes[i] : OUTCOME_NONE, way.by);
	}
	ended = listing_end(list);
	return rc < 0 ? rc : ended;
}
