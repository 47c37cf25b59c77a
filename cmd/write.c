/* What every writing command does at its end. */
#include "write.h"

#include <stdio.h>

#include "async/clock.h"
#include "async/team.h"
#include "print.h"

static void tell_added(struct worklog *wl)
{
	struct buf text = BUF_INIT;
	char zone[256];

	zone_system_name(zone, sizeof(zone));
	buf_puts(&text, "note: added you to the log as ");
	print_safe(&text, worklog_address(wl), false);
	buf_puts(&text, " (");
	print_safe(&text, zone, false);
	buf_puts(&text, "); see 'async me'\n");
	fputs(text.ptr, stderr);
	buf_release(&text);
}

int write_records(struct worklog *wl, struct record *recs, size_t nr, const char *subject)
{
	bool added;
	int rc;

	rc = worklog_append(wl, recs, nr, subject, &added);
	if (rc == 0 && added)
		tell_added(wl);
	return rc;
}

int write_with_files(struct worklog *wl, struct record *rec, const struct attach *attach, const char *subject)
{
	bool added;
	int rc;

	rc = worklog_append_files(wl, rec, attach->files, attach->nr, subject, &added);
	if (rc == 0 && added)
		tell_added(wl);
	return rc;
}

int write_dry(struct record *recs, size_t nr)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < nr && rc == 0; i++) {
		rc = record_check(&recs[i], record_kind_name(recs[i].kind));
		if (i)
			buf_puts(&text, "---\n");
		if (rc == 0)
			record_format(&text, &recs[i]);
	}
	if (rc == 0)
		print_bytes(text.ptr, text.len);
	buf_release(&text);
	return rc;
}

void write_when(struct record *rec, const char *key, const struct when *when)
{
	char text[INSTANT_TEXT];

	if (when->is_day)
		day_format(text, when->day);
	else
		instant_format(text, when->at);
	record_set(rec, key, text);
}

int deputy_must_be_me(struct worklog *wl, const struct person *me, const struct person *whom)
{
	struct team *team;
	int rc = worklog_team(&team, wl);

	if (rc < 0 || (me && team_is_deputy(team, me, whom, INSTANT_MAX)))
		return rc;
	error_set(ERR_INVALID, "you cannot answer for %s", whom->shown);
	error_hint("only their deputy can; they name one (async me deputy=<who>), or a maintainer does\n"
		   "(async team edit %s deputy=<who>)", whom->handle);
	return ERR_INVALID;
}

int when_must_be_ahead(struct worklog *wl, const struct when *when, const char *option)
{
	struct buf text = BUF_INIT;
	int32_t today;
	long second;

	zone_local(worklog_zone(wl), worklog_now(wl), &today, &second);
	if (when->is_day ? when->day >= today : when->at > worklog_now(wl))
		return 0;
	if (when->is_day)
		format_day(&text, when->day);
	else
		format_time(&text, when->at, worklog_zone(wl));
	error_set(ERR_INVALID, "%s %s is past", option, text.ptr);
	error_hint("give a time that is still to come");
	buf_release(&text);
	return ERR_INVALID;
}
