/* Rows of threads, a line each. */
#include "posts.h"

enum { F_ID, F_DATE, F_FROM, F_SUBJECT, F_TO, F_STATE, F_DUE, F_LEVEL, F_TAGS, F_TYPE, F_REPLIES, F_PARTS, F_OPEN,
       F_LAST, F_RETRACTED, F_REDACTED, F_COLUMN, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the post", COLUMN },
	[F_DATE] = { "date", VALUE_TIME, "when it was written", COLUMN | DIM },
	[F_FROM] = { "from", VALUE_PERSON, "who wrote it", COLUMN | KEPT },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "what it is about", COLUMN | ELASTIC },
	[F_TO] = { "to", VALUE_PEOPLE, "who is asked", COLUMN },
	[F_STATE] = { "state", VALUE_TEXT, "open, met or withdrawn; none if nobody is asked", COLUMN | WHOLE },
	[F_DUE] = { "due", VALUE_TIME, "the earliest that is still open", COLUMN | KEPT },
	[F_LEVEL] = { "level", VALUE_TEXT, "how soon an answer was expected", 0 },
	[F_TAGS] = { "tags", VALUE_LIST, "its tags", COLUMN | DIM },
	[F_TYPE] = { "type", VALUE_TEXT, "ask, note, decision, …", 0 },
	[F_REPLIES] = { "replies", VALUE_NUMBER, "how many replies it has", 0 },
	[F_PARTS] = { "parts", VALUE_NUMBER, "how many people are asked", 0 },
	[F_OPEN] = { "open", VALUE_NUMBER, "how many of them have not answered", 0 },
	[F_LAST] = { "last", VALUE_TIME, "when something happened last", 0 },
	[F_RETRACTED] = { "retracted", VALUE_BOOL, "its author took it back", 0 },
	[F_REDACTED] = { "redacted", VALUE_BOOL, "its text is hidden", 0 },
	[F_COLUMN] = { "column", VALUE_TEXT, "of the board on which it stands, with --board", 0 },
};

static void color_state(struct value *v, const struct posts *posts, const struct post_row *row)
{
	if (row->state == THREAD_OPEN && row->due_at && row->due_at < worklog_now(posts->wl))
		v[F_DUE].color = v[F_STATE].color = COLOR_OVERDUE;
	else if (row->state == THREAD_MET)
		v[F_STATE].color = COLOR_DONE;
	else if (row->state != THREAD_OPEN)
		v[F_STATE].color = COLOR_DIM;
	if (row->retracted)
		v[F_STATE].column = "retracted";
	else if (row->state == THREAD_NONE)
		v[F_STATE].column = "";
}

int posts_row(const struct post_row *row, void *data)
{
	const struct posts *posts = data;
	struct value v[F_NR] = {
		[F_ID] = { .id = &row->id },
		[F_DATE] = { .time = row->date },
		[F_FROM] = { .text = row->from },
		[F_SUBJECT] = { .text = row->subject, .column = row->redacted ? "(redacted)" : NULL },
		[F_TO] = { .text = row->to },
		[F_STATE] = { .text = thread_state_name(row->state) },
		[F_DUE] = { .time = row->due_at },
		[F_LEVEL] = { .text = row->level },
		[F_TAGS] = { .text = row->tags },
		[F_TYPE] = { .text = row->type_name },
		[F_REPLIES] = { .number = (long long)row->replies },
		[F_PARTS] = { .number = (long long)row->parts },
		[F_OPEN] = { .number = (long long)row->open },
		[F_LAST] = { .time = row->last_at },
		[F_RETRACTED] = { .number = row->retracted },
		[F_REDACTED] = { .number = row->redacted },
		[F_COLUMN] = { .text = posts->column },
	};

	color_state(v, posts, row);
	return listing_row(posts->list, v);
}

int posts_begin(struct posts *posts, struct worklog *wl)
{
	*posts = (struct posts){ .wl = wl };
	return listing_begin(&posts->list, wl, "post", fields, F_NR);
}

int posts_end(struct posts *posts)
{
	int rc = listing_end(posts->list);

	posts->list = NULL;
	return rc;
}
