/* Asking: from options to the keys of a post. */
#include "ask.h"

#include <string.h>

#include "async/alloc.h"
#include "async/team.h"
#include "recipients.h"
#include "write.h"

void ask_set_within(struct record *rec, const struct span *span)
{
	struct buf text = BUF_INIT;

	span_format(&text, span);
	record_set(rec, "within", text.ptr);
	buf_release(&text);
}

static void copy_key(struct record *rec, const struct record *from, const char *key)
{
	record_set(rec, key, record_text(from, key));
}

static bool is_given(const struct span *span)
{
	return span->days || span->minutes;
}

int ask_freeze_level(struct record *rec, struct worklog *wl, const char *level, bool timed)
{
	struct expectation expect;
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	if (!level)
		level = team_default_level(team);
	if (!team_level(team, level, &expect))
		return error_set(ERR_NOTFOUND, "there is no level '%s' in the policy", level);
	record_set(rec, "level", level);
	if (timed)
		ask_set_within(rec, &expect.within);
	if (timed && expect.clock == CLOCK_CALENDAR)
		record_set(rec, "clock", "calendar");
	if (expect.focus == FOCUS_COUNT)
		record_set(rec, "focus", "count");
	return 0;
}

static int fill_expectation(struct record *rec, struct worklog *wl, const struct ask *ask, const struct record *again)
{
	int rc = 0;

	if (again && !ask->level && !is_given(&ask->within) && !ask->by.given && record_text(again, "within")) {
		copy_key(rec, again, "level");
		copy_key(rec, again, "within");
		copy_key(rec, again, "clock");
		copy_key(rec, again, "focus");
	} else {
		const char *level = ask->level ? ask->level : again ? record_text(again, "level") : NULL;

		rc = ask_freeze_level(rec, wl, level, !ask->by.given);
		if (rc == 0 && is_given(&ask->within))
			ask_set_within(rec, &ask->within);
	}
	if (rc == 0 && ask->by.given)
		write_when(rec, "by", &ask->by);
	record_set(rec, "need", need_words[ask->need < 0 ? 0 : ask->need]);
	return rc;
}

static int check_options(struct worklog *wl, const struct ask *ask)
{
	if (ask->by.given && is_given(&ask->within))
		return error_set(ERR_USAGE, "--within and --by both say when an answer is due; use one of them");
	if (!ask->to.nr && (ask->level || is_given(&ask->within) || ask->by.given || ask->need >= 0)) {
		error_set(ERR_USAGE, "--level, --within, --by and --need are about an answer, but nobody is asked");
		error_hint("--to says who is asked");
		return ERR_USAGE;
	}
	return ask->by.given ? when_must_be_ahead(wl, &ask->by, "--by") : 0;
}

int ask_fill(struct record *rec, struct worklog *wl, const struct ask *ask, const struct record *again)
{
	int rc;

	rc = check_options(wl, ask);
	if (rc == 0)
		rc = recipients_ask(rec, wl, &ask->to);
	if (rc == 0)
		rc = recipients_copy(rec, wl, &ask->cc);
	if (rc == 0 && ask->to.nr)
		rc = fill_expectation(rec, wl, ask, again);
	if (rc == 0)
		rc = links_fill(rec, wl, &ask->links);
	for (size_t i = 0; i < ask->tags.nr && rc == 0; i++)
		if (!node_list_has(record_node(rec, "tags"), ask->tags.v[i]))
			record_add(rec, "tags", ask->tags.v[i]);
	return rc;
}
