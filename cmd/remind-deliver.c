/* Delivering reminders: a message a person, and one for each that is urgent. */
#include <stdlib.h>
#include <string.h>

#include "async/deliver.h"
#include "async/error.h"
#include "async/notify.h"
#include "async/worktime.h"
#include "cmd.h"
#include "print.h"
#include "remind.h"

/* Those of one message, where they stand in the list. */
struct bundle {
	const struct notice **v;
	size_t *places;
	size_t nr;
};

static int hand_over(const struct message *message, const struct way *way, struct worklog *wl)
{
	struct buf bytes = BUF_INIT;
	int rc = 0;

	if (way->how == WAY_EXEC)
		message_json(&bytes, message, wl);
	else
		rc = message_mail(&bytes, message, wl);
	if (rc == 0 && way->how == WAY_EXEC)
		rc = deliver_exec(way->command, &bytes);
	else if (rc == 0 && way->how == WAY_MAILDIR)
		rc = deliver_maildir(way->command, &bytes, worklog_now(wl));
	else if (rc == 0)
		rc = deliver_mail(wl, worklog_address(wl), notify_address(message->person), &bytes);
	buf_release(&bytes);
	return rc;
}

/* One line on standard error, which says who waits in vain for what. */
static void tell_failure(const struct message *message, struct worklog *wl, bool kept)
{
	char hex[ID_HEX + 1];

	worklog_short_id(hex, wl, &message->v[0]->ask);
	print_warning("%s was not reminded of %s%s: %s%s", message->person->shown, hex,
		      message->nr > 1 ? " and more" : "", error_last(), kept ? "" : "; it is not tried again");
}

/* What may have arrived all the same is not tried again. */
static bool keep(const struct bundle *bundle, struct worklog *wl, int failure)
{
	struct error_kept why;
	bool kept = failure != ERR_AMBIGUOUS;

	error_keep(&why); /* it is the one to tell */
	for (size_t i = 0; i < bundle->nr && kept; i++)
		kept = notice_keep(wl, bundle->v[i]) == 0;
	error_restore(&why);
	return kept;
}

static int deliver(bool *arrived, struct ways *ways, const struct bundle *bundle)
{
	struct message message = { .v = bundle->v, .nr = bundle->nr };
	const char *why_not;
	struct team *team;
	struct way way;
	int rc;

	*arrived = false;
	rc = worklog_team(&team, ways->wl);
	if (rc < 0)
		return rc;
	message.person = team_person(team, bundle->v[0]->person);
	message.zone = calendar_zone(worklog_calendar(ways->wl, message.person->key));
	message.subject = message.text = message.html = (struct buf)BUF_INIT;
	why_not = way_choose(&way, ways, message.person);
	rc = message_write(&message, ways->wl);
	if (rc < 0)
		goto done;
	rc = why_not ? error_set(ERR_AMBIGUOUS, "%s", why_not) : hand_over(&message, &way, ways->wl);
	*arrived = rc == 0;
	if (rc < 0)
		tell_failure(&message, ways->wl, keep(bundle, ways->wl, rc));
	error_clear();
	rc = 0;
done:
	message_release(&message);
	return rc;
}

/* From `first` on: what is urgent alone, all else of the person together. Where the next begins. */
static size_t gather(struct bundle *out, const struct notices *notices, size_t first)
{
	size_t i = first;

	out->nr = 0;
	for (; i < notices->nr && !strcmp(notices->v[i].person, notices->v[first].person); i++) {
		if (notices->v[i].why_not)
			continue;
		out->v[out->nr] = &notices->v[i];
		out->places[out->nr++] = i;
		if (notices->v[i].urgent)
			return i + 1;
	}
	return i;
}

int deliver_all(enum outcome *outcomes, size_t *failed, struct ways *ways, const struct notices *notices)
{
	struct bundle bundle = { .v = xcalloc(notices->nr + 1, sizeof(*bundle.v)),
				 .places = xcalloc(notices->nr + 1, sizeof(*bundle.places)) };
	size_t next;
	int rc = 0;

	*failed = 0;
	for (size_t i = 0; i < notices->nr && rc == 0; i = next) {
		bool arrived;

		next = gather(&bundle, notices, i);
		if (!bundle.nr)
			continue;
		rc = deliver(&arrived, ways, &bundle);
		for (size_t k = 0; k < bundle.nr; k++)
			outcomes[bundle.places[k]] = arrived ? OUTCOME_DELIVERED : OUTCOME_FAILED;
		*failed += !arrived;
	}
	free(bundle.v);
	free(bundle.places);
	return rc;
}
