/* async log: the audit trail, every record of the log, newest first. */
#include <string.h>

#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "print.h"
#include "trail.h"

static int print_trail(struct trail *trail, struct worklog *wl, const struct query *query)
{
	int rc, ended;

	rc = trail_begin(trail, wl);
	if (rc == 0)
		rc = worklog_records(wl, query, trail_row, trail);
	ended = trail_end(trail);
	return rc < 0 ? rc : ended;
}

/* How many operands stand behind "--": those name a thread, the others are a query. */
static int count_threads(int argc, char **argv)
{
	int i = 0;

	while (i < argc && strcmp(argv[i], "--") != 0)
		i++;
	return i < argc ? argc - i - 1 : 0;
}

static int find_thread(struct id *out, struct query *query, struct worklog *wl, int argc, char **argv)
{
	if (argc > 1) {
		error_set(ERR_USAGE, "'log' shows one thread, and '%s' is a second", argv[1]);
		error_hint("usage: async log %s", cmd_log.usage);
		return ERR_USAGE;
	}
	if (!argc)
		return 0;
	query->thread = out;
	return worklog_find(out, wl, argv[0]);
}

/* Nothing was found for what looks like an id. */
static void hint_at_id(int argc, char **argv)
{
	if (argc == 1 && (id_is_prefix(argv[0], strlen(argv[0])) || !strncmp(argv[0], ":/", 2)))
		print_warning("no record has the word '%s'; a thread is shown by 'async log -- %s'", argv[0], argv[0]);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct trail trail = { .patch = false };
	struct filter filter = FILTER_INIT;
	long limit = 0;
	const struct opt opts[] = {
		OPT_NUMBER('n', "max-count", &limit, "count", "at most so many"),
		OPT_FLAG('r', "reverse", &filter.query.reverse, "oldest first"),
		OPT_FLAG('p', "patch", &trail.patch, "show each record as it is stored"),
		OPT_FILTER(&filter),
		OPT_END
	};
	int threads = count_threads(argc, argv), rc;
	struct id id;

	rc = opts_parse(wl, &cmd_log, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	filter.query.limit = (size_t)limit;
	rc = find_thread(&id, &filter.query, wl, threads, argv + argc - threads);
	if (rc == 0)
		rc = filter_read(&filter, wl, argc - threads, argv);
	if (rc == 0)
		rc = print_trail(&trail, wl, &filter.query);
	if (rc == 0 && !trail.any && argc > threads)
		hint_at_id(argc - threads, argv);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_log = {
	.name = "log",
	.usage = "[-n <count>] [-p] [<options>] [<query>] [-- <id>]",
	.summary = "show every record, newest first",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
