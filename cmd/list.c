/* async list: the posts of the log, newest first. */
#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "posts.h"
#include "print.h"

/* In the order of enum query_sort, but for SORT_NONE; then the same turned round. */
static const char *const sorts[] = { "date",  "due",  "last",  "subject",  "from",  "replies",
				     "-date", "-due", "-last", "-subject", "-from", "-replies", NULL };
#define NR_SORTS 6

/* A column of a board for people shows so many if nothing is said. */
#define CARDS 20

struct how {
	long limit; /* -1: not given */
	int sort;
	bool count;
	const char *board; /* NULL: none; "": by state; else a prefix of tags */
};

static void set_order(struct query *query, int sort)
{
	if (sort < 0)
		return;
	query->sort = SORT_DATE + sort % NR_SORTS;
	query->reverse ^= sort >= NR_SORTS;
}

static void set_limit(struct query *query, const struct how *how)
{
	if (how->limit >= 0)
		query->limit = (size_t)how->limit;
	else if (how->board && !print_is_machine())
		query->limit = CARDS;
}

static int print_count(struct worklog *wl, const struct query *query)
{
	size_t nr;
	int rc;

	rc = worklog_count_posts(&nr, wl, query);
	if (rc < 0)
		return rc;
	print(print_is_json() ? "{\"v\":1,\"kind\":\"count\",\"count\":%zu}\n" : "%zu\n", nr);
	return print_check();
}

static int print_rows(struct worklog *wl, const struct query *query)
{
	struct posts posts;
	int rc, ended;

	rc = posts_begin(&posts, wl);
	if (rc < 0)
		return rc;
	rc = worklog_posts(wl, query, posts_row, &posts);
	ended = posts_end(&posts);
	return rc < 0 ? rc : ended;
}

static int check(const struct how *how)
{
	if (how->count && how->board)
		return error_set(ERR_USAGE, "--count and --board cannot be used together");
	if (how->count && print_is_machine() && !print_is_json())
		return error_set(ERR_USAGE, "--count prints one number: with it only --json can be used");
	return 0;
}

static int print_posts(struct worklog *wl, const struct query *query, const struct how *how)
{
	if (how->count)
		return print_count(wl, query);
	if (how->board)
		return board_print(wl, query, how->board);
	return print_rows(wl, query);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct filter filter = FILTER_INIT;
	struct how how = { .limit = -1, .sort = -1 };
	const struct opt opts[] = {
		OPT_FILTER(&filter),
		OPT_GROUP("Order and form"),
		OPT_NUMBER('n', "max-count", &how.limit, "count", "at most so many (of a board: in each column)"),
		OPT_WORD(0, "sort", &how.sort, sorts, "field",
			 "date, due, last, subject, from, replies, or -due, …"),
		OPT_FLAG('r', "reverse", &filter.query.reverse, "the other way round: oldest first"),
		OPT_FLAG(0, "count", &how.count, "only how many there are"),
		OPT_MAYBE_TEXT(0, "board", &how.board, "prefix", "", "columns by state, or by tags that begin so"),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_list, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	rc = check(&how);
	if (rc == 0)
		rc = filter_read(&filter, wl, argc, argv);
	set_order(&filter.query, how.sort);
	set_limit(&filter.query, &how);
	if (rc == 0)
		rc = print_posts(wl, &filter.query, &how);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_list = {
	.name = "list",
	.usage = "[<options>] [<query>]",
	.summary = "list posts, newest first",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
