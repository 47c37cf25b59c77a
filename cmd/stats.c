/* async stats: how many were asked, how many answered in time, and how fast. */
#include "stats.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "cmd.h"
#include "filter.h"
#include "print.h"

#define FEW_TAGS 10 /* where tags are not all that is asked for */

const char *by_name(enum by by)
{
	static const char *const names[] = {
		[BY_ALL] = "all", [BY_LEVEL] = "level", [BY_GROUP] = "group", [BY_TAG] = "tag", [BY_PERSON] = "person",
	};

	return names[by];
}

struct counting {
	struct worklog *wl;
	struct tallies by[BY_NR];
	unsigned kinds;        /* bits of those that are counted */
	int32_t last_week;     /* the Monday of the last of the weeks */
	struct teammate *team; /* by key; of BY_GROUP */
	size_t nr_team;
};

/* -- tallies --------------------------------------------------------------------------- */

static int compare_names(const char *a, const char *b)
{
	if (!a || !b)
		return (a != NULL) - (b != NULL);
	return strcmp(a, b);
}

/* The place of a name (NULL: of those without one), or where it belongs. */
static size_t find_place(const struct tallies *tallies, const char *name, bool *found)
{
	size_t low = 0, high = tallies->nr;

	*found = false;
	while (low < high && !*found) {
		size_t mid = low + (high - low) / 2;
		int order = compare_names(tallies->v[mid].name, name);

		*found = order == 0;
		if (order < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return high;
}

static struct tally *find(struct tallies *tallies, const char *name)
{
	bool found;
	size_t at = find_place(tallies, name, &found);

	if (found)
		return &tallies->v[at];
	GROW(tallies->v, tallies->nr, tallies->alloc);
	memmove(&tallies->v[at + 1], &tallies->v[at], (tallies->nr - at) * sizeof(*tallies->v));
	tallies->nr++;
	tallies->v[at] = (struct tally){ .name = name ? xstrdup(name) : NULL };
	return &tallies->v[at];
}

static void release(struct tallies *tallies)
{
	for (size_t i = 0; i < tallies->nr; i++) {
		free(tallies->v[i].name);
		free(tallies->v[i].took);
	}
	free(tallies->v);
}

long long tally_percentile(const struct tally *tally, unsigned percent)
{
	if (!tally->nr_took)
		return -1;
	return tally->took[(tally->nr_took * percent + 99) / 100 - 1];
}

int tally_percent_in_time(const struct tally *tally)
{
	size_t all = tally->in_time + tally->late + tally->missed;

	return all ? (int)((tally->in_time * 100 + all / 2) / all) : -1;
}

/* -- one row counted ---------------------------------------------------------------------- */

static void count_answer(struct tally *tally, const struct outcome_row *row)
{
	if (row->answered_at <= row->asked_due_at)
		tally->in_time++;
	else
		tally->late++;
	GROW(tally->took, tally->nr_took, tally->alloc_took);
	tally->took[tally->nr_took++] = (int)row->took_minutes;
}

static int32_t monday_of(const struct counting *counting, time_t at)
{
	int32_t day;
	long second;

	zone_local(worklog_zone(counting->wl), at, &day, &second);
	return day - day_weekday(day);
}

static void count(const struct counting *counting, struct tally *tally, const struct outcome_row *row, int32_t week)
{
	bool open = !part_state_is_settled(row->state);
	bool overdue = open && row->due_at < worklog_now(counting->wl);

	tally->asked++;
	tally->open += open;
	tally->overdue += overdue;
	if (row->answered_at)
		count_answer(tally, row);
	else if (open)
		tally->missed += overdue;
	else
		tally->withdrawn++;
	if (week >= 0 && week < STATS_WEEKS)
		tally->weeks[STATS_WEEKS - 1 - week]++;
}

/* In each of "a,b"; where there are none, in that of no name. */
static void count_each(struct counting *counting, enum by by, const char *names, const struct outcome_row *row,
		       int32_t week)
{
	char *copy, *rest, *name;

	if (!names || !*names) {
		count(counting, find(&counting->by[by], NULL), row, week);
		return;
	}
	copy = rest = xstrdup(names);
	while ((name = strsep(&rest, ",")))
		count(counting, find(&counting->by[by], name), row, week);
	free(copy);
}

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct teammate *)a)->key, ((const struct teammate *)b)->key);
}

static const char *groups_of(const struct counting *counting, const char *key)
{
	const struct teammate wanted = { .key = key }, *found = NULL;

	if (counting->nr_team)
		found = bsearch(&wanted, counting->team, counting->nr_team, sizeof(wanted), by_key);
	return found ? found->groups : NULL;
}

static int each_outcome(const struct outcome_row *row, void *data)
{
	struct counting *counting = data;
	int32_t week = (counting->last_week - monday_of(counting, row->post_at)) / 7;

	if (counting->last_week < monday_of(counting, row->post_at))
		week = -1;
	count(counting, find(&counting->by[BY_ALL], NULL), row, week);
	if (counting->kinds & 1u << BY_LEVEL)
		count(counting, find(&counting->by[BY_LEVEL], row->level), row, week);
	if (counting->kinds & 1u << BY_GROUP)
		count_each(counting, BY_GROUP, groups_of(counting, row->to), row, week);
	if (counting->kinds & 1u << BY_TAG)
		count_each(counting, BY_TAG, row->tags, row, week);
	if (counting->kinds & 1u << BY_PERSON)
		count(counting, find(&counting->by[BY_PERSON], row->to), row, week);
	return 0;
}

/* -- all of them ---------------------------------------------------------------------------- */

static int cmp_minutes(const void *a, const void *b)
{
	int one = *(const int *)a, two = *(const int *)b;

	return (one > two) - (one < two);
}

/* Most asked first; what has no name last. */
static int cmp_tallies(const void *a, const void *b)
{
	const struct tally *one = a, *two = b;

	if (!one->name != !two->name)
		return !one->name ? 1 : -1;
	if (one->asked != two->asked)
		return one->asked > two->asked ? -1 : 1;
	return compare_names(one->name, two->name);
}

static void finish(struct tallies *tallies)
{
	for (size_t i = 0; i < tallies->nr; i++)
		if (tallies->v[i].nr_took)
			qsort(tallies->v[i].took, tallies->v[i].nr_took, sizeof(int), cmp_minutes);
	if (tallies->nr)
		qsort(tallies->v, tallies->nr, sizeof(*tallies->v), cmp_tallies);
}

static int count_all(struct counting *counting, const struct query *query)
{
	int rc = 0;

	if (counting->kinds & 1u << BY_GROUP)
		rc = worklog_everybody(&counting->team, &counting->nr_team, counting->wl);
	if (counting->nr_team)
		qsort(counting->team, counting->nr_team, sizeof(*counting->team), by_key);
	if (rc == 0)
		rc = worklog_outcomes(counting->wl, query, each_outcome, counting);
	for (int by = 0; by < BY_NR; by++)
		finish(&counting->by[by]);
	return rc;
}

/* -- for programs ----------------------------------------------------------------------------- */

enum {
	F_BY, F_NAME, F_ASKED, F_IN_TIME, F_LATE, F_OPEN, F_OVERDUE, F_WITHDRAWN, F_MEDIAN, F_P90, F_WEEKS, F_NR
};

static const struct field fields[F_NR] = {
	[F_BY] = { "by", VALUE_TEXT, "what is counted: all, level, group, tag or person", COLUMN },
	[F_NAME] = { "name", VALUE_TEXT, "which of them; none: what has none", COLUMN },
	[F_ASKED] = { "asked", VALUE_NUMBER, "how many were asked", COLUMN },
	[F_IN_TIME] = { "in_time", VALUE_NUMBER, "first answered in time", COLUMN },
	[F_LATE] = { "late", VALUE_NUMBER, "first answered late", COLUMN },
	[F_OPEN] = { "open", VALUE_NUMBER, "open now", COLUMN },
	[F_OVERDUE] = { "overdue", VALUE_NUMBER, "of these, overdue now", COLUMN },
	[F_WITHDRAWN] = { "withdrawn", VALUE_NUMBER, "settled without an answer", COLUMN },
	[F_MEDIAN] = { "median", VALUE_WORK, "half of the first answers came within this", COLUMN },
	[F_P90] = { "p90", VALUE_WORK, "90 % of the first answers came within this", COLUMN },
	[F_WEEKS] = { "weeks", VALUE_LIST, "how many were asked in each of the last 12 weeks", COLUMN },
};

static int list_tally(struct listing *list, struct worklog *wl, enum by by, const struct tally *tally)
{
	long long median = tally_percentile(tally, 50), p90 = tally_percentile(tally, 90);
	const char *name = tally->name;
	struct buf weeks = BUF_INIT;
	int rc;

	for (size_t i = 0; i < STATS_WEEKS; i++)
		buf_addf(&weeks, "%s%u", i ? "," : "", tally->weeks[i]);
	rc = listing_row(list, (const struct value[F_NR]){
		[F_BY] = { .text = by_name(by) },
		[F_NAME] = { .text = by == BY_PERSON ? worklog_who(wl, name)->handle : name },
		[F_ASKED] = { .number = (long long)tally->asked },
		[F_IN_TIME] = { .number = (long long)tally->in_time },
		[F_LATE] = { .number = (long long)tally->late },
		[F_OPEN] = { .number = (long long)tally->open },
		[F_OVERDUE] = { .number = (long long)tally->overdue },
		[F_WITHDRAWN] = { .number = (long long)tally->withdrawn },
		[F_MEDIAN] = { .number = median, .none = median < 0 },
		[F_P90] = { .number = p90, .none = p90 < 0 },
		[F_WEEKS] = { .text = weeks.ptr },
	});
	buf_release(&weeks);
	return rc;
}

static int list_all(struct worklog *wl, const struct counting *counting)
{
	struct listing *list = NULL;
	int rc, ended;

	rc = listing_begin(&list, wl, "stats", fields, F_NR);
	for (enum by by = 0; by < BY_NR; by++)
		for (size_t i = 0; rc == 0 && i < counting->by[by].nr; i++)
			rc = list_tally(list, wl, by, &counting->by[by].v[i]);
	ended = listing_end(list);
	return rc < 0 ? rc : ended;
}

/* -- whose figures one may see -------------------------------------------------------------------- */

struct request {
	const char *whom; /* --for */
	int by;
	bool each;
};

static int not_of_others(void)
{
	error_set(ERR_USAGE, "figures of one person are for themselves: 'async stats --for me'");
	error_hint("--each says that you do want those of each person");
	return ERR_USAGE;
}

/* Nobody is put on a list by accident: of people, only one's own figures, unless --each is given. */
static int restrict_people(struct filter *filter, struct worklog *wl, const struct request *request, bool by_person)
{
	const char *me, *whom = NULL;
	int rc;

	rc = worklog_my_key(&me, wl);
	if (rc == 0 && request->whom)
		rc = worklog_find_key(&whom, wl, request->whom);
	if (rc < 0)
		return rc;
	if (whom)
		filter->query.to = whom;
	else if (by_person && !request->each)
		filter->query.to = whom = me;
	if (request->each)
		return 0;
	if (whom && strcmp(whom, me) != 0)
		return not_of_others();
	for (const struct query_term *term = filter->query.terms; term; term = term->next)
		for (size_t i = 0; term->field == QUERY_TO && i < term->nr; i++)
			if (strcmp(term->v[i], me) != 0)
				return not_of_others();
	return 0;
}

static unsigned kinds_of(const struct request *request)
{
	static const enum by bys[] = { BY_LEVEL, BY_TAG, BY_GROUP, BY_PERSON };

	if (request->by >= 0)
		return 1u << bys[request->by];
	if (request->each)
		return 1u << BY_PERSON;
	if (request->whom)
		return 1u << BY_LEVEL | 1u << BY_TAG;
	return 1u << BY_LEVEL | 1u << BY_GROUP | 1u << BY_TAG;
}

static int answer(struct worklog *wl, const struct request *request, struct filter *filter)
{
	struct counting counting = { .wl = wl, .kinds = kinds_of(request) };
	time_t until = filter->until.given && filter->until.at <= worklog_now(wl) ? filter->until.at - 1 : worklog_now(wl);
	int rc;

	counting.last_week = monday_of(&counting, until);
	rc = restrict_people(filter, wl, request, counting.kinds == 1u << BY_PERSON);
	if (rc == 0)
		rc = count_all(&counting, &filter->query);
	if (rc == 0 && print_is_machine())
		rc = list_all(wl, &counting);
	else if (rc == 0)
		stats_print(wl, counting.by, counting.kinds, request->by < 0 && !request->each ? FEW_TAGS : 0);
	for (int by = 0; by < BY_NR; by++)
		release(&counting.by[by]);
	free(counting.team);
	return rc < 0 ? rc : print_check();
}

static int run(struct worklog *wl, int argc, char **argv)
{
	static const char *const words[] = { "level", "tag", "group", "person", NULL };
	struct request request = { .by = -1 };
	struct filter filter = FILTER_INIT;
	const struct opt opts[] = {
		OPT_WORD(0, "by", &request.by, words, "what", "by level, tag, group or person"),
		OPT_TEXT(0, "for", &request.whom, "who", "what this person was asked; without --each only me"),
		OPT_FLAG(0, "each", &request.each, "each person's figures, not only mine"),
		OPT_FILTER(&filter),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_stats, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	rc = filter_read(&filter, wl, argc, argv);
	if (rc == 0)
		rc = answer(wl, &request, &filter);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_stats = {
	.name = "stats",
	.usage = "[--by <what>] [--for <who>] [--each] [<options>] [<query>]",
	.summary = "tell how many were asked, how many answered in time, and how fast",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
