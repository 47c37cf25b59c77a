/* async watch: wait until something arrives, and print it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/watch.h"
#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "print.h"
#include "trail.h"

#define SECONDS_MAX (SPAN_DAYS_MAX * 86400L)

struct waiting {
	struct worklog *wl;
	struct query query;
	struct arrival seen;  /* what came after it is new */
	struct trail trail;
	size_t wanted;        /* rows; 0: all that come */
	size_t nr;
};

/* "30s", a span of real time, or 0. */
static bool read_seconds(long *out, const char *text)
{
	struct span span;
	char *end;

	if (span_parse(&span, text)) {
		*out = span.days * 86400L + span.minutes * 60L;
		return true;
	}
	if (*text < '0' || *text > '9')
		return false;
	*out = strtol(text, &end, 10);
	return *out <= SECONDS_MAX && (!strcmp(end, "s") || (!*out && !*end));
}

static int read_option(long *out, const char *name, const char *text, long least)
{
	if (!text || (read_seconds(out, text) && *out >= least))
		return 0;
	error_set(ERR_USAGE, "--%s: '%s' is not %s", name, text, least ? "a length of time" : "a length of time, or 0");
	error_hint("write it as 30s, 5m, 2h or 1d");
	return ERR_USAGE;
}

static int print_row(const struct record_row *row, void *data)
{
	struct waiting *waiting = data;

	waiting->nr++;
	return trail_row(row, &waiting->trail);
}

/* What came since the last time, in the order of its dates. */
static int print_new(struct waiting *waiting)
{
	int rc, ended;

	waiting->query.arrived = &waiting->seen;
	rc = trail_begin(&waiting->trail, waiting->wl);
	if (rc == 0)
		rc = worklog_records(waiting->wl, &waiting->query, print_row, waiting);
	ended = trail_end(&waiting->trail);
	if (rc == 0)
		rc = ended;
	if (rc == 0)
		rc = worklog_newest(&waiting->seen, waiting->wl);
	return rc < 0 ? rc : print_flush();
}

/* An exit status once enough has come or the time is over; ERR_*. */
static int wait_for(struct waiting *waiting, struct watch *watch)
{
	for (;;) {
		enum watch_event event = watch_next(watch);
		int rc = 0;

		if (event == WATCH_OVER)
			return waiting->nr && !waiting->wanted ? EXIT_YES : EXIT_NO;
		if (event == WATCH_TROUBLE)
			print_warning("%s", watch_trouble(watch));
		else
			rc = print_new(waiting);
		if (rc < 0)
			return rc;
		if (waiting->wanted && waiting->nr >= waiting->wanted)
			return EXIT_YES;
	}
}

static int start(struct waiting *waiting, const struct watch_options *options)
{
	struct watch *watch;
	int rc;

	rc = worklog_newest(&waiting->seen, waiting->wl);
	if (rc == 0)
		rc = watch_open(&watch, waiting->wl, options);
	if (rc < 0)
		return rc;
	if (options->timeout_seconds) /* who reads this knows that nothing is missed from here on */
		fprintf(stderr, "watching the log; Ctrl-C ends it\n");
	rc = wait_for(waiting, watch);
	watch_close(watch);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct filter filter = FILTER_INIT;
	struct watch_options options = { .timeout_seconds = -1 };
	struct waiting waiting = { .wl = wl };
	const char *timeout = NULL, *interval = NULL, *whom = NULL;
	long wanted = 1;
	const struct opt opts[] = {
		OPT_TEXT(0, "for", &whom, "who", "only what others do in threads that concern this person"),
		OPT_TEXT(0, "timeout", &timeout, "duration", "wait no longer than this: 30s, 5m, 2h; 0: do not wait"),
		OPT_TEXT(0, "fetch", &interval, "interval", "fetch the log from its remote now and this often"),
		OPT_NUMBER('n', "max-count", &wanted, "count", "wait until so many have come; 0: go on for ever"),
		OPT_FLAG('p', "patch", &waiting.trail.patch, "show each record as it is stored"),
		OPT_FILTER(&filter),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_watch, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	if (worklog_is_past(wl))
		return error_set(ERR_USAGE, "--at looks at the past; 'watch' waits for what is to come");
	globals.no_pager = true; /* it would keep what it has not shown */
	rc = read_option(&options.timeout_seconds, "timeout", timeout, 0);
	if (rc == 0)
		rc = read_option(&options.fetch_seconds, "fetch", interval, 1);
	if (rc == 0 && whom)
		rc = worklog_find_key(&filter.query.concerns, wl, whom);
	if (rc == 0)
		rc = filter_read(&filter, wl, argc, argv);
	waiting.query = filter.query;
	waiting.query.reverse = true;
	waiting.wanted = (size_t)wanted;
	if (rc == 0)
		rc = start(&waiting, &options);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_watch = {
	.name = "watch",
	.usage = "[--for <who>] [--timeout <duration>] [--fetch <interval>] [-n <count>] [<options>] [<query>]",
	.summary = "wait until something arrives, and print it",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
