/* async digest: what a person needs to know, once. */
#include "digest.h"

#include <stdlib.h>
#include <string.h>

#include "async/seen.h"
#include "async/worktime.h"
#include "async/zone.h"
#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "print.h"

/* So far back a day of work is looked for. */
#define DAYS_BACK 31

enum { FORMAT_TEXT, FORMAT_MARKDOWN, FORMAT_HTML, FORMAT_MAIL };
static const char *const format_words[] = { "text", "markdown", "html", "mail", NULL };

/* When work began on their last day of work before this one: Friday's on a Monday; else a day ago. */
static time_t last_morning(const struct digest *digest, const struct calendar *cal)
{
	int32_t today;
	long second;

	zone_local(digest->zone, digest->now, &today, &second);
	for (int32_t day = today - 1; day >= today - DAYS_BACK && day >= 0; day--) {
		time_t at = worktime_next(cal, zone_instant(digest->zone, day, 0), FOCUS_COUNT);

		if (at < zone_instant(digest->zone, day + 1, 0))
			return at;
	}
	return digest->now - 86400;
}

/* -- when the last one was made: private, for each person -------------------------------------- */

/* Their key as the name of a file. The caller frees. */
static char *state_name(const char *key)
{
	struct buf name = BUF_INIT;

	buf_puts(&name, "digest-");
	for (; *key; key++)
		if ((*key >= 'a' && *key <= 'z') || (*key >= '0' && *key <= '9') || strchr("@._-", *key))
			buf_putc(&name, *key);
		else
			buf_addf(&name, "%%%02X", (unsigned char)*key);
	return buf_detach(&name);
}

/* -- printing ---------------------------------------------------------------------------------- */

static int print_digest(const struct digest *digest, int format)
{
	static void (*const writers[])(struct buf *, const struct digest *) = {
		[FORMAT_MARKDOWN] = digest_markdown, [FORMAT_HTML] = digest_html,
	};
	struct buf text = BUF_INIT;
	int rc = 0;

	if (!digest->nr)
		return 0;
	if (format == FORMAT_TEXT)
		return digest_rows(digest);
	if (format == FORMAT_MAIL)
		rc = digest_mail(&text, digest);
	else
		writers[format](&text, digest);
	if (rc == 0)
		print_bytes(text.ptr, text.len);
	buf_release(&text);
	return rc;
}

struct wanted {
	const char *whom;
	struct when since;
	bool since_last;
	int format;
};

/* What could not be remembered as told would be told again: better to say so before. */
static int check_memory(struct worklog *wl, const char *name)
{
	struct buf path = BUF_INIT;
	int rc = worklog_private_path(&path, wl, name);

	buf_release(&path);
	return rc;
}

static int make(struct worklog *wl, const struct wanted *wanted, const struct query *query)
{
	struct digest digest = { .wl = wl, .now = worklog_now(wl), .query = *query };
	const struct calendar *cal;
	struct arrival last, newest;
	char *name = NULL;
	int rc;

	rc = worklog_find_key(&digest.whose, wl, wanted->whom);
	if (rc == 0)
		rc = worklog_newest(&newest, wl);
	if (rc < 0)
		return rc;
	name = state_name(digest.whose);
	rc = wanted->since_last ? check_memory(wl, name) : 0;
	if (rc < 0)
		goto done;
	cal = worklog_calendar(wl, digest.whose);
	digest.zone = strcmp(wanted->whom, "me") ? calendar_zone(cal) : worklog_zone(wl);
	if (wanted->since_last && worklog_recall(&last, wl, name))
		digest.last = &last;
	digest.since = digest.last ? last.at : wanted->since.given ? wanted->since.at : last_morning(&digest, cal);
	rc = digest_find(&digest);
	if (rc == 0)
		rc = print_digest(&digest, wanted->format);
	if (rc == 0)
		rc = print_flush();
	if (rc == 0 && wanted->since_last)
		rc = worklog_keep(wl, name, &newest);
done:
	digest_release(&digest);
	free(name);
	return rc;
}

static int check(const struct worklog *wl, const struct wanted *wanted)
{
	if (wanted->since.given && wanted->since_last)
		return error_set(ERR_USAGE, "--since and --since-last cannot be used together");
	if (wanted->since_last && worklog_is_past(wl))
		return error_set(ERR_USAGE, "--since-last is about now; with --at use --since");
	if (wanted->format != FORMAT_TEXT && (print_is_json() || globals.nul))
		return error_set(ERR_USAGE, "--json and -z are formats of their own, not of '%s'",
				 format_words[wanted->format]);
	return 0;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct wanted wanted = { .whom = "me" };
	struct filter filter = FILTER_INIT;
	const struct opt opts[] = {
		OPT_TEXT(0, "for", &wanted.whom, "who", "what somebody else needs to know, in their time"),
		OPT_SINCE(0, "since", &wanted.since, "what happened from then on, not since your last day of work began"),
		OPT_FLAG(0, "since-last", &wanted.since_last, "what happened since the last digest with this option"),
		OPT_WORD(0, "format", &wanted.format, format_words, "format", "text, markdown, html or mail"),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_digest, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	rc = check(wl, &wanted);
	if (rc == 0)
		rc = filter_read(&filter, wl, argc, argv);
	if (rc == 0)
		rc = make(wl, &wanted, &filter.query);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_digest = {
	.name = "digest",
	.usage = "[--since <when> | --since-last] [--for <who>] [--format <format>] [<query>]",
	.summary = "tell what a person needs to know, once",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
