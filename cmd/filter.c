/* Which of the log a look command shows: a query with its people and times found. */
#include "filter.h"

#include "async/worktime.h"
#include "async/zone.h"

static int find_people(struct query_term *term, struct worklog *wl)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < term->nr; i++)
		rc = worklog_find_key(&term->v[i], wl, term->v[i]);
	return rc;
}

static int check_levels(const struct query_term *term, struct worklog *wl)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < term->nr; i++)
		rc = level_check(wl, term->v[i], term->text);
	return rc;
}

/* A date alone is all of it: after it is from the next one on. */
static time_t end_of(const struct when *when, const struct zone *zone)
{
	return when->is_day ? zone_instant(zone, when->day + 1, 0) : when->at + 1;
}

/* The end of what comes before it; 0 would be no bound at all. */
static time_t before(const struct when *when)
{
	return when->at ? when->at : 1;
}

static int set_due(struct query_term *term, const struct when *when, const struct zone *zone)
{
	if (term->relation == '<')
		term->end = before(when);
	else
		term->begin = term->relation == '>' ? end_of(when, zone) : when->at;
	if (term->relation != ':')
		return 0;
	if (!when->is_day) {
		error_set(ERR_USAGE, "'%s': due: wants a date alone; it is due at some time of that date", term->text);
		error_hint("a time is written as 'due<:%s' or 'due>:%s'", term->v[0], term->v[0]);
		return ERR_USAGE;
	}
	term->end = end_of(when, zone);
	return 0;
}

static int read_time(struct query_term *term, struct worklog *wl)
{
	const struct zone *zone = worklog_zone(wl);
	struct when when;
	int rc;

	rc = when_parse(&when, term->v[0], worklog_now(wl), zone, term->field != QUERY_DUE);
	if (rc < 0)
		return error_prefix(ERR_USAGE, "'%s'", term->text);
	if (term->field == QUERY_DUE)
		return set_due(term, &when, zone);
	if (term->field == QUERY_SINCE)
		term->begin = when.at;
	else
		term->end = before(&when);
	return 0;
}

static int find_values(struct query_term *term, struct worklog *wl)
{
	switch (term->field) {
	case QUERY_FROM:
	case QUERY_TO:
		return find_people(term, wl);
	case QUERY_LEVEL:
		return check_levels(term, wl);
	case QUERY_DUE:
	case QUERY_SINCE:
	case QUERY_UNTIL:
		return read_time(term, wl);
	default:
		return 0;
	}
}

/* -- options, as terms ------------------------------------------------------------------------- */

static int add_text(struct filter *filter, enum query_field field, const char *value)
{
	return value ? query_add(&filter->query, &filter->pool, field, value) : 0;
}

static int add_word(struct filter *filter, enum query_field field, const char *const *words, int i)
{
	return add_text(filter, field, i >= 0 ? words[i] : NULL);
}

static void add_span(struct filter *filter, enum query_field field, const char *option, time_t begin, time_t end)
{
	struct query_term *term;

	if (!begin && !end)
		return;
	term = query_term_new(&filter->query, &filter->pool, field, option);
	term->begin = begin;
	term->end = end;
}

static void add_spans(struct filter *filter, struct worklog *wl)
{
	const struct when *after = &filter->due_after;

	add_span(filter, QUERY_DUE, "--due-before", 0, filter->due_before.given ? before(&filter->due_before) : 0);
	add_span(filter, QUERY_DUE, "--due-after", after->given ? end_of(after, worklog_zone(wl)) : 0, 0);
	add_span(filter, QUERY_SINCE, "--since", filter->since.at, 0);
	add_span(filter, QUERY_UNTIL, "--until", 0, filter->until.given ? before(&filter->until) : 0);
}

static int add_options(struct filter *filter)
{
	int rc;

	rc = add_text(filter, QUERY_FROM, filter->from);
	if (rc == 0)
		rc = add_text(filter, QUERY_TO, filter->to);
	if (rc == 0)
		rc = add_text(filter, QUERY_TAG, filter->tag);
	if (rc == 0)
		rc = add_text(filter, QUERY_LEVEL, filter->level);
	if (rc == 0)
		rc = add_word(filter, QUERY_STATE, query_states, filter->state);
	if (rc == 0)
		rc = add_word(filter, QUERY_TYPE, post_type_words, filter->type);
	if (rc == 0)
		rc = add_word(filter, QUERY_NEED, need_words, filter->need);
	return rc;
}

static int add_operands(struct filter *filter, int argc, char **argv)
{
	struct buf text = BUF_INIT;
	int rc;

	for (int i = 0; i < argc; i++)
		buf_addf(&text, "%s%s", i ? " " : "", argv[i]);
	rc = query_parse(&filter->query, &filter->pool, text.ptr);
	buf_release(&text);
	return rc;
}

int filter_read(struct filter *filter, struct worklog *wl, int argc, char **argv)
{
	int rc;

	rc = add_operands(filter, argc, argv);
	if (rc == 0)
		rc = add_options(filter);
	for (struct query_term *term = filter->query.terms; rc == 0 && term; term = term->next)
		rc = find_values(term, wl);
	if (rc == 0)
		add_spans(filter, wl);
	return rc;
}

void filter_release(struct filter *filter)
{
	pool_release(&filter->pool);
	*filter = (struct filter)FILTER_INIT;
}
