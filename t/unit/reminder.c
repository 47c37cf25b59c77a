/* What is said about a part, and when (worktime S11). */
#include "story.h"

#include "async/reminder.h"

static struct team *team;

/* "ben 50% mon-14:00 100% tue-10:00 …": the stages of the current round of every part. */
static void tell_stages(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_parts; i++) {
		const struct part *part = &thread->parts[i];
		struct stage v[STAGES_MAX];
		size_t nr = round_stages(v, team, part, &part->rounds[part->nr_rounds - 1]);

		buf_addf(out, "%s%s", out->len ? ", " : "", part->person->shown);
		for (size_t s = 0; s < nr; s++) {
			buf_addf(out, " %s ", v[s].name);
			tell_when(out, v[s].at);
		}
	}
}

static const struct row stage_rows[] = {
	{ "as it is built in",
	  "A mon-10:00 ana post to=ben",
	  "ben 50% mon-14:00 100% tue-10:00 late-1 wed-10:00 late-2 thu-10:00 late-3 fri-10:00" },
	{ "hours",
	  "A mon-16:00 ana post to=ben within=4h",
	  "ben 50% tue-10:00 100% tue-12:00 late-1 wed-12:00 late-2 thu-12:00 late-3 fri-12:00" },
	{ "an odd number of minutes, rounded up",
	  "A mon-10:00 ana post to=ben within=15m",
	  "ben 50% mon-10:08 100% mon-10:15 late-1 tue-10:15 late-2 wed-10:15 late-3 thu-10:15" },
	{ "the calendar clock: repeats are in working days",
	  "A fri-16:00 ana post to=ben within=4h clock=calendar",
	  "ben 50% fri-18:00 100% fri-20:00 late-1 mon2-17:00 late-2 tue2-17:00 late-3 wed2-17:00" },
	{ "by an instant out of hours: all of the time before it",
	  "A fri-15:00 ana post to=ben by=sun-12:00",
	  "ben 50% fri-16:00 100% sun-12:00 late-1 mon2-17:00 late-2 tue2-17:00 late-3 wed2-17:00" },
	{ "no counting minute until then: due at once",
	  "A sat-10:00 ana post to=ben by=sun-12:00",
	  "ben 50% sun-12:00 100% sun-12:00 late-1 mon2-17:00 late-2 tue2-17:00 late-3 wed2-17:00" },
	{ "a promise begins anew",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=wed-11:00",
	  "ben 50% tue-11:00 100% wed-11:00 late-1 thu-11:00 late-2 fri-11:00 late-3 mon2-11:00" },
};

static void test_stages(void **state)
{
	team = *state;
	check_rows(state, stage_rows, NR(stage_rows), tell_stages);
}

/* What comes next, at several times: "-" where nothing does. */

struct next_row {
	const char *name, *script, *now, *expect;
};

static time_t asked_at;

static void tell_next(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_parts; i++) {
		struct reminder next;

		buf_addf(out, "%s%s ", out->len ? ", " : "", thread->parts[i].person->shown);
		if (!reminder_next(&next, team, thread, &thread->parts[i], asked_at)) {
			buf_putc(out, '-');
			continue;
		}
		buf_addf(out, "%s ", next.stage.name);
		tell_when(out, next.from);
	}
}

#define ASK "A mon-10:00 ana post to=ben\n"

static const struct next_row next_rows[] = {
	{ "before the first", ASK, "mon-13:59", "ben 50% mon-14:00" },
	{ "when it comes", ASK, "mon-14:00", "ben 50% mon-14:00" },
	{ "until the next comes", ASK, "tue-09:59", "ben 50% mon-14:00" },
	{ "then that one", ASK, "tue-10:00", "ben 100% tue-10:00" },
	{ "after an outage only the newest", ASK, "thu-12:00", "ben late-2 thu-10:00" },
	{ "after the last", ASK, "fri2-17:00", "ben late-3 fri-10:00" },
	{ "what was said is not said again",
	  ASK "B mon-14:05 - remind A person=ben round=A stage=50%", "mon-14:10", "ben 100% tue-10:00" },
	{ "nor what came before it",
	  ASK "B tue-10:05 - remind A person=ben round=A stage=100%", "tue-10:10", "ben late-1 wed-10:00" },
	{ "what was said before its time is",
	  ASK "B mon-10:05 - remind A person=ben round=A stage=100%", "mon-10:10", "ben 50% mon-14:00" },
	{ "all was said",
	  ASK "B fri-10:05 - remind A person=ben round=A stage=late-3", "fri-10:10", "ben -" },
	{ "out of hours it waits for the morning",
	  "A mon-15:00 ana post to=ben within=2h", "mon-17:00", "ben 50% mon-16:00" },
	{ "what is due at the end of the day is said the next morning",
	  "A mon-15:00 ana post to=ben within=2h\n"
	  "B mon-16:00 - remind A person=ben round=A stage=50%", "mon-17:00", "ben 100% tue-09:00" },
	{ "an ack", ASK "B mon-11:00 ben ack A", "mon-14:00", "ben -" },
	{ "a promise",
	  ASK "B mon-11:00 ben ack A by=wed-11:00", "mon-14:00", "ben 50% tue-11:00" },
	{ "a promise: what was said before was of another round",
	  ASK "B mon-14:00 - remind A person=ben round=A stage=50%\n"
	  "C mon-15:00 ben ack A by=wed-15:00", "mon-16:00", "ben 50% tue-15:00" },
	{ "a promise within the last minutes",
	  ASK "B mon-11:00 ben ack A by=mon-11:01", "mon-11:01", "ben 100% mon-11:01" },
	{ "an answer", ASK "B mon-11:00 ben reply A", "mon-14:00", "ben -" },
	{ "reopened",
	  ASK "B mon-11:00 ben done A\n"
	  "C tue-10:00 ana reopen A", "tue-11:00", "ben 50% tue-14:00" },
	{ "gone", "A mon-10:00 ana post to=gus", "mon-14:00", "gus -" },
	{ "each for themselves",
	  "A mon-10:00 ana post to=ben,eve\n"
	  "B mon-14:00 - remind A person=eve round=A stage=50%", "mon-14:01", "ben 50% mon-14:00, eve 100% tue-10:00" },
};

static void test_next(void **state)
{
	team = *state;
	for (size_t i = 0; i < NR(next_rows); i++) {
		asked_at = at_of(next_rows[i].now);
		check(next_rows[i].name, next_rows[i].script, team, at_of("fri2-17:00"), tell_next, next_rows[i].expect);
	}
}

/* The policy. */

static struct team *team_with(const char *remind)
{
	struct team *other = make_team(at_of("fri2-17:00"));
	char *yaml = xstrfmt("async: 1\nkind: policy\nfrom: max@example.com\ndate: 2026-01-01T00:00:09Z\nremind: %s\n",
			     remind);

	add_person(other, yaml);
	free(yaml);
	team_fold(other, at_of("fri2-17:00"));
	return other;
}

static const struct row rule_rows[] = {
	{ "shares", "{at: [25%, 75%], times: \"0\"}", "ben 25% mon-12:00 75% mon-16:00" },
	{ "nothing", "{at: [], times: \"0\"}", "ben" },
	{ "only repeats, every two days", "{at: [], every: 2d, times: \"2\"}", "ben late-1 thu-10:00 late-2 mon2-10:00" },
	{ "hours between", "{at: [100%], every: 4h, times: \"2\"}", "ben 100% tue-10:00 late-1 tue-14:00 late-2 wed-10:00" },
	{ "a cap changes no stage", "{at: [100%], times: \"0\", cap: \"3\"}", "ben 100% tue-10:00" },
	{ "what a newer async may add", "{at: [100%], times: \"0\", more: x}", "ben 100% tue-10:00" },
};

static void test_rule(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(rule_rows); i++) {
		team = team_with(rule_rows[i].script);
		check(rule_rows[i].name, "A mon-10:00 ana post to=ben", team, at_of("fri2-17:00"), tell_stages,
		      rule_rows[i].expect);
		team_free(team);
	}
}

/* Who is escalated to is told so at once, and then reminded like anybody. */
static void test_escalated(void **state)
{
	(void)state;
	team = team_with("{times: \"1\"}\nescalate: {standard: {after: 2h, to: [eve]}}");
	check("escalated", "A mon-10:00 ana post to=ben", team, at_of("fri2-17:00"), tell_stages,
	      "ben 50% mon-14:00 100% tue-10:00 late-1 wed-10:00, "
	      "eve step-1 tue-12:00 50% tue-16:00 100% wed-12:00 late-1 thu-12:00");
	asked_at = at_of("tue-12:00");
	check("said next", "A mon-10:00 ana post to=ben", team, at_of("tue-12:00"), tell_next,
	      "ben 100% tue-10:00, eve step-1 tue-12:00");
	check("and once", "A mon-10:00 ana post to=ben\nB tue-12:00 - escalate A person=eve round=A stage=step-1", team,
	      at_of("tue-12:00"), tell_next, "ben 100% tue-10:00, eve 50% tue-16:00");
	team_free(team);
}

static void test_wrong_rule(void **state)
{
	static const char *const wrong[] = {
		"often", "{at: 50%}", "{at: [100%, 50%]}", "{at: [50%, 50%]}", "{at: [0%]}", "{at: [101%]}", "{at: [50]}",
		"{at: [050%]}", "{every: soon}", "{times: \"25\"}", "{times: \"-1\"}", "{cap: \"0\"}", "{cap: \"1001\"}", "{cap: many}", "{times: [a]}",
		"{at: [1%, 2%, 3%, 4%, 5%, 6%, 7%, 8%, 9%]}",
	};

	(void)state;
	for (size_t i = 0; i < NR(wrong); i++) {
		team = team_with(wrong[i]);
		if (node_get(team_policy(team), "remind"))
			fail_msg("in the policy: %s", wrong[i]);
		check(wrong[i], "A mon-10:00 ana post to=ben", team, at_of("fri2-17:00"), tell_stages,
		      stage_rows[0].expect);
		team_free(team);
	}
}

/* Only at work: by the minute. */
static void test_may(void **state)
{
	static const struct {
		const char *now;
		bool may;
	} rows[] = {
		{ "mon-08:59", false }, { "mon-09:00", true }, { "mon-16:59", true }, { "mon-17:00", false },
		{ "sat-10:00", false },
	};
	struct round round = { .begun_by = NULL };
	struct person *ben = team_person(*state, "ben");

	for (size_t i = 0; i < NR(rows); i++)
		for (int second = 0; second < 60; second += 59)
			assert_int_equal(reminder_may_be_said(*state, ben, &round, at_of(rows[i].now) + second), rows[i].may);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_stages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_next, set_up, tear_down),
		cmocka_unit_test(test_rule),
		cmocka_unit_test(test_escalated),
		cmocka_unit_test(test_wrong_rule),
		cmocka_unit_test_setup_teardown(test_may, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
