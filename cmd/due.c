/* async due: by when an answer would be due, for any calendar, with or without a log. */
#include "due.h"

#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/json.h"
#include "async/worklog.h"
#include "cmd.h"
#include "explain.h"
#include "opts.h"
#include "print.h"

int due_answer(struct due_answer *out, const struct due_question *question)
{
	*out = (struct due_answer){ 0 };
	if (question->has_by_at) {
		if (question->by_at < question->start)
			return error_set(ERR_INVALID, "by lies before the start");
		out->due = question->by_at;
		out->outside = !worktime_is_between(question->cal, question->start, out->due);
	} else if (question->by_day != DAY_NONE) {
		out->due = worktime_due_on(question->cal, question->start, question->by_day, &out->outside);
		if (out->due <= question->start)
			return error_set(ERR_INVALID, "by is a date that is over at the start");
	} else {
		out->due = worktime_due(question->cal, question->start, &question->expect);
	}
	if (out->due != DUE_NEVER && out->due > INSTANT_MAX)
		return error_set(ERR_INVALID, "the due time lies after the year 2100");
	return 0;
}

/* The command line as it was given. */
struct due_options {
	const char *start, *by, *person, *calendar;
	struct span within;
	int clock, focus;
	bool explain, json, batch;
};

static bool has_within(const struct due_options *o)
{
	return o->within.days || o->within.minutes;
}

static int check_options(const struct due_options *o)
{
	if (o->batch) {
		if (o->start || o->by || o->person || o->calendar || has_within(o) || o->explain || o->json)
			return error_set(ERR_USAGE, "--batch reads its questions from standard input; no other option");
		return 0;
	}
	if (has_within(o) == (o->by != NULL))
		return error_set(ERR_USAGE, "one of --within and --by is needed%s", o->by ? ", not both" : "");
	if (o->person && o->calendar)
		return error_set(ERR_USAGE, "--for and --calendar cannot be used together");
	return 0;
}

/* What the answer rests on: whose calendar, in which zone times are read, what time it is. */
struct setting {
	struct worklog *wl; /* or NULL */
	struct calendar *cal;
	struct zone *zone;
	time_t now;
};

static int take_person(struct setting *setting, const char *name)
{
	struct person *person = NULL;
	int rc;

	rc = name ? worklog_find_person(&person, setting->wl, name) : worklog_me(&person, setting->wl);
	if (rc < 0)
		return rc;
	if (!person) /* the log does not know you */
		return calendar_new(&setting->cal, NULL, NULL, NULL);
	setting->cal = calendar_ref(worklog_calendar(setting->wl, person->key));
	return 0;
}

/*
 * With --calendar no repository is looked for, so that any calendar can be tried anywhere.
 * Without it and --for it is your own, where a log knows you; else the one that S9 assumes.
 */
static int set_up(struct setting *setting, const struct due_options *o)
{
	int rc;

	if (o->calendar) {
		rc = calendar_read_file(&setting->cal, o->calendar);
	} else {
		rc = worklog_open(&setting->wl, &globals.log);
		if (rc == ERR_NOTFOUND && !o->person) {
			error_clear();
			rc = calendar_new(&setting->cal, NULL, NULL, NULL);
		} else if (rc < 0 && o->person) {
			return error_prefix(rc, "--for");
		}
	}
	if (rc == 0 && globals.at && !setting->wl)
		rc = error_set(ERR_USAGE, "--at needs a log; the moment to count from is --start");
	if (rc == 0 && globals.at)
		rc = globals_apply_at(setting->wl);
	if (rc == 0 && !setting->cal)
		rc = take_person(setting, o->person);
	if (rc < 0)
		return rc;
	setting->zone = zone_ref(setting->wl ? worklog_zone(setting->wl) : calendar_zone(setting->cal));
	if (!setting->wl)
		return clock_now(&setting->now);
	setting->now = worklog_now(setting->wl);
	return 0;
}

static void setting_release(struct setting *setting)
{
	calendar_free(setting->cal);
	zone_free(setting->zone);
	worklog_close(setting->wl);
}

static int read_when(struct when *out, const char *text, const char *option, time_t now,
		     const struct zone *zone)
{
	int rc = when_parse(out, text, now, zone, false);

	return rc < 0 ? error_prefix(ERR_USAGE, "%s", option) : 0;
}

static int ask(struct due_question *out, const struct setting *setting, const struct due_options *o)
{
	struct when start = { .at = setting->now }, by = { 0 };
	int rc = 0;

	if (o->start)
		rc = read_when(&start, o->start, "--start", setting->now, setting->zone);
	if (rc == 0 && o->by)
		rc = read_when(&by, o->by, "--by", start.at, setting->zone);
	if (rc < 0)
		return rc;
	*out = (struct due_question){
		.cal = setting->cal,
		.start = start.at,
		.expect = { .within = o->within,
			    .clock = o->clock ? CLOCK_CALENDAR : CLOCK_WORK,
			    .focus = o->focus ? FOCUS_COUNT : FOCUS_PAUSE },
		.has_by_at = o->by && !by.is_day,
		.by_at = by.at,
		.by_day = o->by && by.is_day ? by.day : DAY_NONE,
	};
	return 0;
}

/* A `by` counts nothing itself: what is explained is the time at work before it. */
static struct expectation explained(const struct due_question *question)
{
	struct expectation expect = question->expect;

	if (question->has_by_at || question->by_day != DAY_NONE)
		expect = (struct expectation){ .focus = FOCUS_COUNT };
	return expect;
}

static void print_json(const struct due_question *question, const struct due_answer *answer, bool explain)
{
	struct expectation expect = explained(question);
	char due[INSTANT_TEXT] = "";
	struct buf out = BUF_INIT;

	if (answer->due != DUE_NEVER)
		instant_format(due, answer->due);
	buf_puts(&out, "{\"v\":1,\"kind\":\"due\",\"due\":");
	json_put_text(&out, *due ? due : NULL);
	buf_addf(&out, ",\"outside\":%s,\"assumed\":%s,\"zone\":", answer->outside ? "true" : "false",
		 calendar_is_assumed(question->cal) ? "true" : "false");
	json_put_text(&out, zone_name(calendar_zone(question->cal)));
	if (explain) {
		buf_puts(&out, ",\"explain\":");
		explain_json(&out, question->cal, question->start, answer->due, &expect);
	}
	buf_puts(&out, "}\n");
	print_bytes(out.ptr, out.len);
	buf_release(&out);
}

static void print_answer(const struct due_question *question, const struct due_answer *answer, bool explain)
{
	struct expectation expect = explained(question);
	struct buf due = BUF_INIT;

	if (explain)
		explain_print(question->cal, question->start, answer->due, &expect);
	format_time(&due, answer->due, calendar_zone(question->cal));
	if (answer->due == DUE_NEVER)
		buf_puts(&due, ": not enough working time within 1,830 days");
	if (answer->outside)
		buf_puts(&due, ", with no working time before it");
	if (calendar_is_assumed(question->cal))
		buf_puts(&due, " ~");
	print("%s%s\n", explain ? "due " : "", due.ptr);
	buf_release(&due);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	static const char *const clocks[] = { "work", "calendar", NULL };
	static const char *const focuses[] = { "pause", "count", NULL };
	struct due_options o = { 0 };
	const struct opt opts[] = {
		OPT_TEXT(0, "start", &o.start, "when", "count from then (default: now)"),
		OPT_SPAN(0, "within", &o.within, "how long: 30m, 4h, 1d, 1d4h"),
		OPT_TEXT(0, "by", &o.by, "when", "by a date (its last moment at work) or a moment"),
		OPT_TEXT(0, "for", &o.person, "who", "in this person's calendar (default: yours)"),
		OPT_TEXT(0, "calendar", &o.calendar, "file", "in the calendar of a YAML file; needs no log"),
		OPT_WORD(0, "clock", &o.clock, clocks, "work|calendar", "count working time, or all time"),
		OPT_WORD(0, "focus", &o.focus, focuses, "pause|count", "whether focus time counts"),
		OPT_FLAG(0, "explain", &o.explain, "show what counts, and why the rest does not"),
		OPT_FLAG(0, "json", &o.json, "answer as JSON"),
		OPT_FLAG(0, "batch", &o.batch, "answer JSON questions, one a line, from standard input"),
		OPT_END
	};
	struct setting setting = { 0 };
	struct due_question question;
	struct due_answer answer;
	int rc;

	rc = opts_parse(wl, &cmd_due, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	rc = check_options(&o);
	if (rc < 0 || o.batch)
		return rc < 0 ? rc : due_batch();

	rc = set_up(&setting, &o);
	if (rc == 0)
		rc = ask(&question, &setting, &o);
	if (rc == 0)
		rc = due_answer(&answer, &question);
	if (rc == 0 && o.json)
		print_json(&question, &answer, o.explain);
	else if (rc == 0)
		print_answer(&question, &answer, o.explain);
	setting_release(&setting);
	return rc;
}

const struct cmd cmd_due = {
	.name = "due",
	.usage = "[--start <when>] (--within <duration> | --by <when>) [--for <who> | --calendar <file>] "
		 "[--clock work|calendar] [--focus pause|count] [--explain] [--json]\n"
		 "--batch",
	.summary = "work out by when an answer would be due",
	.run = run,
};
