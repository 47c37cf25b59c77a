/* Who is asked besides when an answer does not come (worktime S17). */
#include "story.h"

/*
 * A team told as a script, a line for each record, by max:
 *
 *	WHEN NAME KEYS    of a person ("policy": of the policy), as YAML
 *
 * leo, lea and lou are @leads; dep is the deputy of dee, who is not there before; ben has none.
 */
static void add_line(struct team *team, char *line)
{
	char *save, *when = strtok_r(line, " ", &save), *name = strtok_r(NULL, " ", &save), *keys = save;
	char at[INSTANT_TEXT], *yaml;

	instant_format(at, at_of(when));
	if (!strcmp(name, "policy"))
		yaml = xstrfmt("async: 1\nkind: policy\nfrom: max\ndate: %s\n%s\n", at, keys);
	else
		yaml = xstrfmt("async: 1\nkind: person\nfrom: max\ndate: %s\nperson: %s\n%s\n", at, name, keys);
	add_person(team, yaml);
	free(yaml);
}

static void add_lines(struct team *team, const char *script)
{
	char *copy = xstrdup(script), *save;

	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		add_line(team, line);
	free(copy);
}

static struct team *team_of(const char *script)
{
	static const char *const names[] = { "leo", "lea", "lou", "dep", "ana" };
	struct team *team = make_team(at_of("fri2-17:00"));

	for (size_t i = 0; i < NR(names); i++) {
		char *yaml = xstrfmt("async: 1\nkind: person\nfrom: max@example.com\ndate: 2026-01-02T00:00:00Z\n"
				     "person: %s@example.com\nhandle: %s\n%s\n",
				     names[i], names[i], *names[i] == 'l' ? "groups: {add: [leads]}" : "name: x");

		add_person(team, yaml);
		free(yaml);
	}
	add_lines(team, script);
	team_fold(team, at_of("fri2-17:00"));
	return team;
}

/* "ben open, 1:leo open tue-12:00/wed-12:00 for ben (answered by …)": of a step the start and due time. */
static void tell_steps(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_parts; i++) {
		const struct part *part = &thread->parts[i];

		buf_puts(out, out->len ? ", " : "");
		if (part->step)
			buf_addf(out, "%d:", part->step);
		buf_addf(out, "%s %s", part->person->shown, part_state_name(part->state));
		if (part->outcome)
			buf_addf(out, " (%s)", part->outcome);
		if (!part->step)
			continue;
		buf_putc(out, ' ');
		tell_when(out, part->rounds[0].start_at);
		buf_putc(out, '/');
		tell_when(out, part->due_at);
		buf_addf(out, " for %s", part->escalated_for->shown);
	}
	if (thread->recheck_at != DUE_NEVER) {
		buf_puts(out, ", next ");
		tell_when(out, thread->recheck_at);
	}
}

struct told {
	const char *name, *team, *script, *now, *expect;
};

static void check_told(const struct told *rows, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		struct team *team = team_of(rows[i].team);

		check(rows[i].name, rows[i].script, team, at_of(rows[i].now), tell_steps, rows[i].expect);
		team_free(team);
	}
}

#define RULE "mon-08:00 policy escalate: {standard: {after: 2h, to: [leo, lea, lou]}}\n"
#define GROUP "mon-08:00 policy escalate: {standard: {after: 2h, to: ['@leads']}}\n"
#define ASK "A mon-10:00 ana post to=ben\n" /* due tue-10:00 */

static const struct told step_rows[] = {
	{ "none unless the policy names whom", "", ASK, "fri-12:00", "ben open" },
	{ "not before the first step", RULE, ASK, "tue-11:59", "ben open, next tue-12:00" },
	{ "the first step", RULE, ASK, "tue-12:00", "ben open, 1:leo open tue-12:00/wed-12:00 for ben, next tue-14:00" },
	{ "one after the other, at most three", RULE, ASK, "fri-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben, 2:lea open tue-14:00/wed-14:00 for ben, "
	  "3:lou open tue-16:00/wed-16:00 for ben" },
	{ "a day, if it is not said", "mon-08:00 policy escalate: {standard: {to: [leo]}}", ASK, "fri-12:00",
	  "ben open, 1:leo open wed-10:00/thu-10:00 for ben" },
	{ "in working time", "mon-08:00 policy escalate: {standard: {after: 4h, to: [leo, lea]}}", ASK, "fri-12:00",
	  "ben open, 1:leo open tue-14:00/wed-14:00 for ben, 2:lea open wed-10:00/thu-10:00 for ben" },
	{ "the calendar of who was asked first", RULE "mon-08:00 ben hours: {tue: '09:00-11:00', thu: '09:00-17:00'}\n",
	  ASK, "thu-11:00", "ben open, 1:leo open thu-11:00/fri-11:00 for ben, next thu-13:00" },
	{ "and of who is asked then", "mon-08:00 policy escalate: {standard: {after: 2h, to: [leo]}}\n"
	  "mon-08:00 leo hours: {fri: '09:00-17:00'}\n",
	  ASK, "wed-12:00", "ben open, 1:leo open tue-12:00/fri-17:00 for ben" },
	{ "a level of its own", "mon-08:00 policy escalate: {urgent: {after: 1h, to: [leo]}}", ASK, "fri-12:00", "ben open" },
	{ "that level", "mon-08:00 policy escalate: {urgent: {after: 1h, to: [leo]}}",
	  "A mon-10:00 ana post to=ben level=urgent within=4h", "fri-12:00", "ben open, 1:leo open mon-15:00/tue-11:00 for ben" },
	{ "without a level that of the default", "mon-08:00 policy escalate: {urgent: {after: 1h, to: [leo]}}\n"
	  "mon-08:01 policy default: urgent", "A mon-10:00 ana post to=ben within=4h", "fri-12:00",
	  "ben open, 1:leo open mon-15:00/tue-11:00 for ben" },
	{ "by a moment: as much working time as there was", RULE, "A mon-10:00 ana post to=ben by=mon-14:00", "mon-16:00",
	  "ben open, 1:leo open mon-16:00/tue-12:00 for ben, next tue-10:00" },
	{ "by a moment out of hours: the level's", RULE, "A sat-10:00 ana post to=ben by=sun-10:00", "mon2-11:00",
	  "ben open, 1:leo open mon2-11:00/tue2-11:00 for ben, next mon2-13:00" },
	{ "no due time, no step", RULE "mon-08:00 ben hours: {}\n", ASK, "fri2-12:00", "ben open" },
};

static const struct told whom_rows[] = {
	{ "one of a group", GROUP, ASK, "tue-12:00", "ben open, 1:leo open tue-12:00/wed-12:00 for ben, "
	  "1:lea open tue-12:00/wed-12:00 for ben, 1:lou open tue-12:00/wed-12:00 for ben" },
	{ "one of a group answers for it", GROUP, ASK "B wed-09:00 lea reply A", "wed-12:00",
	  "ben open, 1:leo withdrawn (answered by lea) tue-12:00/wed-12:00 for ben, "
	  "1:lea met (reply) tue-12:00/wed-12:00 for ben, 1:lou withdrawn (answered by lea) tue-12:00/wed-12:00 for ben" },
	{ "each of a group", "mon-08:00 policy escalate: {standard: {after: 2h, to: ['all:@leads']}}",
	  ASK "B wed-09:00 lea reply A", "wed-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben, 1:lea met (reply) tue-12:00/wed-12:00 for ben, "
	  "1:lou open tue-12:00/wed-12:00 for ben" },
	{ "the deputy before all others", RULE, "A mon-10:00 ana post to=dee", "fri-12:00",
	  "dee open, 1:ben open tue-12:00/wed-12:00 for dee, 2:leo open tue-14:00/wed-14:00 for dee, "
	  "3:lea open tue-16:00/wed-16:00 for dee" },
	{ "a deputy alone is no ladder", "", "A mon-10:00 ana post to=dee", "fri-12:00", "dee open" },
	{ "who has left is passed over", RULE "mon-08:00 leo status: gone\n", ASK, "fri-12:00",
	  "ben open, 2:lea open tue-14:00/wed-14:00 for ben, 3:lou open tue-16:00/wed-16:00 for ben" },
	{ "so is a deputy who has left", RULE "mon-08:00 ben status: gone\n", "A mon-10:00 ana post to=dee", "tue-15:00",
	  "dee open, 2:leo open tue-14:00/wed-14:00 for dee, next tue-16:00" },
	{ "a group without those who have left", GROUP "mon-08:00 lea status: gone\n", ASK, "tue-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben, 1:lou open tue-12:00/wed-12:00 for ben" },
	{ "a group that nobody is in", "mon-08:00 policy escalate: {standard: {after: 2h, to: ['@nobody', leo]}}", ASK, "tue-15:00",
	  "ben open, 2:leo open tue-14:00/wed-14:00 for ben" },
	{ "nobody is asked twice", RULE, "A mon-10:00 ana post to=ben,leo", "tue-12:00", "ben open, leo open, next tue-14:00" },
	{ "who has answered can be asked", RULE, "A mon-10:00 ana post to=ben,leo\nB mon-11:00 leo reply A", "tue-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben, next tue-14:00" },
	{ "nobody is asked what they ask", RULE, "A mon-10:00 leo post to=ben", "tue-14:00",
	  "ben open, 2:lea open tue-14:00/wed-14:00 for ben, next tue-16:00" },
	{ "who is asked so does not climb", "mon-08:00 policy escalate: {standard: {after: 2h, to: [leo]}}", ASK, "fri2-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben" },
	{ "an item climbs once", RULE, "A mon-10:00 ana post any=g:ben,chi", "tue-13:00",
	  "ben open, chi open, 1:leo open tue-12:00/wed-12:00 for ben, next tue-14:00" },
	{ "by the first of them who is late", RULE "mon-08:00 ben hours: {thu: '09:00-17:00'}\n",
	  "A mon-10:00 ana post any=g:ben,chi", "tue-12:00",
	  "ben open, chi open, 1:leo open tue-12:00/wed-12:00 for chi, next tue-14:00" },
	{ "and what came of it stands as long as any of them owes it", RULE,
	  "A mon-10:00 ana post any=g:ben,chi\nB tue-13:00 ben assign A to=flo", "tue-13:30",
	  "ben met (handed over to flo), chi open, 1:leo open tue-12:00/wed-12:00 for chi, flo open, next tue-14:00" },
	{ "until one answers for all", RULE, "A mon-10:00 ana post any=g:ben,chi\nB tue-13:00 chi reply A", "tue-13:30",
	  "ben withdrawn (answered by chi), chi met (reply), 1:leo withdrawn (answered by chi) tue-12:00/wed-12:00 for ben" },
	{ "one for two who are late", RULE, "A mon-10:00 ana post to=ben,chi", "tue-12:00",
	  "ben open, chi open, 1:leo open tue-12:00/wed-12:00 for ben, next tue-14:00" },
	{ "it stands while one of them is", RULE, "A mon-10:00 ana post to=ben,chi\nB tue-13:00 ben reply A", "tue-13:00",
	  "ben met (reply), chi open, 1:leo open tue-12:00/wed-12:00 for chi, next tue-14:00" },
	{ "until both have answered", RULE,
	  "A mon-10:00 ana post to=ben,chi\nB tue-13:00 ben reply A\nC tue-13:30 chi reply A", "tue-15:00",
	  "ben met (reply), chi met (reply), 1:leo withdrawn (answered by chi) tue-12:00/wed-12:00 for ben" },
};

static const struct told answer_rows[] = {
	{ "an answer in time", RULE, ASK "B tue-10:00 ben reply A", "fri-12:00", "ben met (reply)" },
	{ "an answer before the first step", RULE, ASK "B tue-11:59 ben reply A", "fri-12:00", "ben met (reply)" },
	{ "an answer after it", RULE, ASK "B tue-12:01 ben reply A", "fri-12:00",
	  "ben met (reply), 1:leo withdrawn (answered by ben) tue-12:00/wed-12:00 for ben" },
	{ "and who was asked besides keeps their own", RULE, ASK "B tue-12:01 leo reply A\nC tue-12:02 ben reply A", "fri-12:00",
	  "ben met (reply), 1:leo met (reply) tue-12:00/wed-12:00 for ben" },
	{ "their answer is theirs", RULE, ASK "B tue-12:01 leo reply A", "tue-13:00",
	  "ben open, 1:leo met (reply) tue-12:00/wed-12:00 for ben, next tue-14:00" },
	{ "before the step it is a message", RULE, ASK "B tue-11:59 leo reply A", "tue-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben, next tue-14:00" },
	{ "an ack stops it", RULE, ASK "B tue-11:00 ben ack A", "fri-12:00", "ben acked (ack)" },
	{ "an ack stops what is left", RULE, ASK "B tue-13:00 ben ack A", "fri-12:00",
	  "ben acked (ack), 1:leo open tue-12:00/wed-12:00 for ben" },
	{ "a promise begins anew", RULE, ASK "B tue-11:00 ben ack A by=thu-10:00", "thu-12:00",
	  "ben acked (ack), 1:leo open thu-12:00/mon2-11:00 for ben, next thu-14:00" },
	{ "who was asked before the promise is not asked again", RULE, ASK "B tue-13:00 ben ack A by=thu-10:00", "thu-14:00",
	  "ben acked (ack), 1:leo open tue-12:00/wed-12:00 for ben, 2:lea open thu-14:00/mon2-11:00 for ben, next thu-16:00" },
	{ "an ack by one of an item is for it", RULE, "A mon-10:00 ana post any=g:ben,chi\nB tue-11:00 chi ack A", "fri-12:00",
	  "ben open, chi acked (ack)" },
	{ "more time begins anew", RULE, ASK "B tue-11:00 ana extend A within=1d", "wed-12:00",
	  "ben open, 1:leo open wed-12:00/thu-12:00 for ben, next wed-14:00" },
	{ "another level has its own ladder", "mon-08:00 policy escalate: {urgent: {after: 1h, to: [leo]}}",
	  ASK "B mon-10:30 ana extend A level=urgent within=4h", "fri-12:00", "ben open, 1:leo open mon-15:30/tue-11:30 for ben" },
	{ "done with it", RULE, ASK "B tue-13:00 ana done A", "fri-12:00",
	  "ben withdrawn (settled by the author), 1:leo withdrawn (settled by the author) tue-12:00/wed-12:00 for ben" },
	{ "retracted", RULE, ASK "B tue-13:00 ana retract A", "fri-12:00",
	  "ben withdrawn (retracted), 1:leo withdrawn (retracted) tue-12:00/wed-12:00 for ben" },
	{ "handed over", RULE, ASK "B tue-13:00 ben assign A to=flo", "tue-14:00",
	  "ben met (handed over to flo), 1:leo withdrawn (handed over to flo) tue-12:00/wed-12:00 for ben, flo open, next wed-15:00" },
	{ "handed over to who is asked already", RULE, ASK "B tue-13:00 ben assign A to=leo", "tue-14:00",
	  "ben met (handed over to leo), leo open, next wed-15:00" },
	{ "the author hands over the one that was asked for", RULE, ASK "B tue-13:00 ana assign A to=flo", "tue-14:00",
	  "ben met (handed over to flo), 1:leo withdrawn (handed over to flo) tue-12:00/wed-12:00 for ben, flo open, next wed-15:00" },
	{ "what came of it is handed on", RULE, ASK "B tue-13:00 leo assign A to=flo\nC tue-13:30 ben reply A", "tue-14:00",
	  "ben met (reply), 1:leo met (handed over to flo) tue-12:00/wed-12:00 for ben, "
	  "1:flo withdrawn (answered by ben) tue-13:00/wed-13:00 for ben" },
	{ "reopened: what came of it comes again in its turn", RULE, ASK "B tue-13:00 ben reply A\nC wed-10:00 ana reopen A",
	  "thu-12:00", "ben open, 1:leo open thu-12:00/fri-12:00 for ben, next thu-14:00" },
	{ "not before", RULE, ASK "B tue-13:00 ben reply A\nC wed-10:00 ana reopen A", "thu-11:00",
	  "ben open, 1:leo withdrawn (answered by ben) tue-12:00/wed-12:00 for ben, next thu-12:00" },
	{ "one pass: who has answered is not asked again by a later step",
	  "mon-08:00 policy escalate: {standard: {after: 2h, to: [leo, '@leads']}}", ASK "B tue-13:00 leo reply A", "tue-14:00",
	  "ben open, 1:leo met (reply) tue-12:00/wed-12:00 for ben, 2:lea open tue-14:00/wed-14:00 for ben, "
	  "2:lou open tue-14:00/wed-14:00 for ben" },
	{ "asked by name it is theirs", RULE, ASK "B tue-13:00 ana reply A to=leo\nC tue-13:30 ben reply A", "tue-14:00",
	  "ben met (reply), leo open, next wed-15:00" },
};

static const struct told moment_rows[] = {
	{ "a policy written later takes no step of the past", "thu-10:00 policy escalate: {standard: {after: 2h, to: [leo, lea]}}",
	  ASK, "fri2-12:00", "ben open" },
	{ "only those to come", "tue-13:00 policy escalate: {standard: {after: 2h, to: [leo, lea]}}", ASK, "tue-14:00",
	  "ben open, 2:lea open tue-14:00/wed-14:00 for ben" },
	{ "a policy taken back takes back no step", RULE "tue-13:00 policy escalate: {standard: ''}", ASK, "fri-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben" },
	{ "a step is taken once, by whichever policy", RULE "tue-13:00 policy escalate: {standard: {after: 4h, to: [max, lea]}}",
	  ASK, "fri-12:00", "ben open, 1:leo open tue-12:00/wed-12:00 for ben, 2:lea open wed-10:00/thu-10:00 for ben" },
	{ "sooner, from now on", "mon-08:00 policy escalate: {standard: {after: 1d, to: [leo]}}\n"
	  "tue-11:00 policy escalate: {standard: {after: 2h, to: [leo]}}", ASK, "tue-12:00",
	  "ben open, 1:leo open tue-12:00/wed-12:00 for ben" },
	{ "the group of that moment", GROUP "tue-13:00 leo groups: {drop: [leads]}\ntue-13:00 dep groups: {add: [leads]}", ASK,
	  "wed-10:00", "ben open, 1:leo open tue-12:00/wed-12:00 for ben, 1:lea open tue-12:00/wed-12:00 for ben, "
	  "1:lou open tue-12:00/wed-12:00 for ben" },
	{ "who came before", GROUP "tue-11:00 leo groups: {drop: [leads]}\ntue-12:00 max groups: {add: [leads]}", ASK,
	  "tue-12:00", "ben open, 1:max open tue-12:00/wed-12:00 for ben, 1:lea open tue-12:00/wed-12:00 for ben, "
	  "1:lou open tue-12:00/wed-12:00 for ben" },
	{ "the deputy of that moment", RULE "tue-13:00 dee deputy: lou", "A mon-10:00 ana post to=dee", "tue-14:00",
	  "dee open, 1:ben open tue-12:00/wed-12:00 for dee, 2:leo open tue-14:00/wed-14:00 for dee, next tue-16:00" },
	{ "who leaves later was asked", RULE "tue-13:00 leo status: gone", ASK, "tue-13:00",
	  "ben open, 1:leo open (gone) tue-12:00/wed-12:00 for ben, next tue-14:00" },
	{ "the default level of that moment", "mon-08:00 policy escalate: {urgent: {after: 1h, to: [leo]}}\n"
	  "mon-08:01 policy default: urgent\ntue-09:00 policy default: standard",
	  "A mon-10:00 ana post to=ben within=4h", "fri-12:00", "ben open, 1:leo open mon-15:00/tue-11:00 for ben" },
	{ "what was settled long ago stays so", "fri-10:00 policy escalate: {standard: {after: 2h, to: [leo]}}",
	  ASK "B thu-10:00 ben reply A", "fri2-12:00", "ben met (reply)" },
};

/* Marks: what was said of it, and what cannot have been. */

/* "B: why": what does not count. */
static void tell_refused(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_events; i++)
		if (thread->events[i].why)
			buf_addf(out, "%s%s: %s", out->len ? ", " : "", (const char *)thread->events[i].rec->id.raw,
				 thread->events[i].why);
}

#define MARK(at, words) "B " at " - escalate A " words

static const struct told mark_rows[] = {
	{ "said in its time", RULE, ASK MARK("tue-12:00", "person=leo round=A stage=step-1"), "fri-12:00", "" },
	{ "said before its time", RULE, ASK MARK("tue-11:59", "person=leo round=A stage=step-1"), "fri-12:00",
	  "B: said before its time" },
	{ "another step", RULE, ASK MARK("tue-15:00", "person=leo round=A stage=step-2"), "fri-12:00",
	  "B: they were not asked so" },
	{ "to who was asked for", RULE, ASK MARK("tue-15:00", "person=ben round=A stage=step-1"), "fri-12:00",
	  "B: they were not asked so" },
	{ "to nobody who was asked", RULE, ASK MARK("tue-15:00", "person=flo round=A stage=step-1"), "fri-12:00",
	  "B: they were not asked so" },
	{ "without a policy", "", ASK MARK("tue-15:00", "person=leo round=A stage=step-1"), "fri-12:00",
	  "B: they were not asked so" },
	{ "said twice", RULE, ASK MARK("tue-12:00", "person=leo round=A stage=step-1\n")
	  "C tue-12:01 - escalate A person=leo round=A stage=step-1", "fri-12:00", "C: said already" },
	{ "a mark alone asks nobody, and an answer makes it no less said", RULE,
	  ASK MARK("tue-12:00", "person=leo round=A stage=step-1\n") "C tue-13:00 ben reply A", "fri-12:00", "" },
	{ "nor that they are asked by name then", RULE,
	  ASK MARK("tue-12:00", "person=leo round=A stage=step-1\n") "C tue-13:00 ana reply A to=leo", "fri-12:00", "" },
	{ "who was asked before has a round of its own", RULE, "A mon-10:00 ana post to=ben,leo\nB mon-14:00 - remind A "
	  "person=leo round=A stage=50%\nC mon-15:00 leo reply A\nD tue-12:00 - escalate A person=leo round=C stage=step-1",
	  "tue-12:00", "" },
};

static void test_marks(void **state)
{
	(void)state;
	for (size_t i = 0; i < NR(mark_rows); i++) {
		struct team *team = team_of(mark_rows[i].team);

		check(mark_rows[i].name, mark_rows[i].script, team, at_of(mark_rows[i].now), tell_refused,
		      mark_rows[i].expect);
		team_free(team);
	}
}

static void test_steps(void **state)
{
	(void)state;
	check_told(step_rows, NR(step_rows));
}

static void test_whom(void **state)
{
	(void)state;
	check_told(whom_rows, NR(whom_rows));
}

static void test_answers(void **state)
{
	(void)state;
	check_told(answer_rows, NR(answer_rows));
}

static void test_moments(void **state)
{
	(void)state;
	check_told(moment_rows, NR(moment_rows));
}

/* Large ones, made so that every step looks at everybody: what is followed has a bound, and its time with it. */

#define CROWD 1000

static struct team *crowd(void)
{
	struct team *team = make_team(at_of("fri2-17:00"));

	for (int i = 0; i < CROWD; i++) {
		char *yaml = xstrfmt("async: 1\nkind: person\nfrom: max@example.com\ndate: 2026-01-02T00:00:00Z\n"
				     "person: c%d@example.com\nhandle: c%d\ngroups: {add: [crowd]}\n", i, i);
		struct record rec = RECORD_INIT;

		assert_int_equal(record_parse(&rec, yaml, strlen(yaml), "person"), 0);
		snprintf((char *)rec.id.raw, ID_RAW, "person %d", i);
		team_add(team, &rec, NULL);
		free(yaml);
	}
	add_lines(team, "mon-08:00 policy escalate: {standard: {after: 1m, to: ['@crowd', 'all:@crowd']}}");
	team_fold(team, at_of("fri2-17:00"));
	return team;
}

static void add_number(struct record *rec, const char *key, char letter, int number)
{
	char name[20];

	snprintf(name, sizeof(name), "%c%d", letter, number);
	if (!strcmp(key, "to"))
		record_add(rec, key, name);
	else
		record_set(rec, key, name);
}

/* Everybody is late at once; or an item of everybody, to one of whom more time is given again and again. */
static size_t ask_crowd(struct record *recs, size_t nr, bool item)
{
	char line[] = "A mon-09:00 ana post within=1m", any[8 * CROWD] = ":p0";
	size_t made = 1;

	make_record(&recs[0], line);
	for (int i = 0; i < CROWD && !item; i++)
		add_number(&recs[0], "to", 'p', i);
	for (int i = 1; i < CROWD && item; i++)
		sprintf(any + strlen(any), ",p%d", i);
	if (item)
		set_any(&recs[0], any);
	for (; item && made < nr; made++) {
		struct record *rec = &recs[made];

		record_init(rec, KIND_MARK, "ana", recs[0].date + 600 + (time_t)made * 200);
		record_set_id(rec, "target", &recs[0].id);
		record_set(rec, "verb", "extend");
		record_set(rec, "within", "1m");
		add_number(rec, "for", 'p', (int)(made % CROWD));
		snprintf((char *)rec->id.raw, ID_RAW, "change %zu", made);
	}
	return made;
}

static void fold_crowd(struct team *team, bool item, size_t *nr_parts)
{
	size_t nr = 3000;
	struct record *recs = xcalloc(nr, sizeof(*recs)), **v = xcalloc(nr, sizeof(struct record *));
	struct thread thread;

	nr = ask_crowd(recs, nr, item);
	for (size_t i = 0; i < nr; i++)
		v[i] = &recs[i];
	thread_fold(&thread, team, v, nr, at_of("fri2-17:00"));
	*nr_parts = thread.nr_parts;
	thread_release(&thread);
	for (size_t i = 0; i < nr; i++)
		record_release(&recs[i]);
	free(recs);
	free(v);
}

static void test_large(void **state)
{
	struct team *team = crowd();
	size_t nr;

	(void)state;
	fold_crowd(team, false, &nr);
	assert_int_equal(nr, 2 * CROWD); /* nobody twice */
	fold_crowd(team, true, &nr);
	assert_int_equal(nr, 2 * CROWD);
	team_free(team);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_whom),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_moments),
		cmocka_unit_test(test_marks),
		cmocka_unit_test(test_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
