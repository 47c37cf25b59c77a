/* Which records do not count, and why. */
#include "story.h"

/* "B: not asked": what does not count. */
static void tell_refused(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_events; i++) {
		const struct event *event = &thread->events[i];

		assert_int_equal(event->counts, !event->why);
		if (event->why)
			buf_addf(out, "%s%s: %s", out->len ? ", " : "", (const char *)event->rec->id.raw, event->why);
	}
}

static const struct row refused_rows[] = {
	{ "an ack by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi ack A",
	  "B: not asked" },
	{ "an ack of a note",
	  "A mon-10:00 ana post\n"
	  "B mon-11:00 chi ack A",
	  "B: asks nobody" },
	{ "a reply by somebody else is a message",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A",
	  "" },
	{ "reading does no harm",
	  "A mon-10:00 ana post\n"
	  "B mon-11:00 chi read A",
	  "" },
	{ "an answer to what is settled does no harm",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ben done A",
	  "" },
	{ "not the deputy",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 chi ack A for=dee",
	  "B: not the deputy of dee" },
	{ "nothing to reopen",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana reopen A",
	  "B: nothing to reopen" },
	{ "the recipient reopens what was withdrawn",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ben reopen A",
	  "C: nothing to reopen" },
	{ "somebody else reopens",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben done A\n"
	  "C mon-12:00 chi reopen A",
	  "C: not asked" },
	{ "a retracted ask is not reopened",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana retract A\n"
	  "C mon-12:00 ana reopen A",
	  "A: retracted, C: that ask was retracted" },
	{ "assigned by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi assign A to=eve",
	  "B: not asked" },
	{ "for somebody else",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 chi assign A for=ben to=eve",
	  "B: only the author hands over the part of somebody else" },
	{ "assigned twice",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi\n"
	  "C mon-12:00 ben assign A to=eve",
	  "C: that part is settled" },
	{ "assigned to oneself",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=ben",
	  "B: hands a part to its owner" },
	{ "the author does not say whose",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana assign A to=eve",
	  "B: does not say whose part" },
	{ "the author names somebody else",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana assign A for=flo to=eve",
	  "B: that person was not asked" },
	{ "a request",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d",
	  "B: asks for more time; granted by 'async extend --accept'" },
	{ "a granted request",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-12:00 ana extend A accept=B",
	  "" },
	{ "a request granted by who asks for it",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-12:00 ben extend A accept=B",
	  "B: asks for more time; granted by 'async extend --accept', C: only the author grants more time" },
	{ "nobody's request",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi extend A within=1d\n"
	  "C mon-12:00 ana extend A accept=B",
	  "B: not asked, C: accepts a request that is not here" },
	{ "a request that was taken back",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-11:30 ben retract B\n"
	  "D mon-12:00 ana extend A accept=B",
	  "B: retracted, D: accepts a request that is not here" },
	{ "extended when nothing is open",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana extend A within=1d",
	  "C: no part is open" },
	{ "no such level",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana extend A level=nosuch",
	  "C: there is no such level" },
	{ "retracted by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben retract A",
	  "B: only its author may retract it" },
	{ "what was retracted, and what retracted it",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A\n"
	  "C mon-12:00 ben retract B\n"
	  "D mon-13:00 ben retract C",
	  "C: retracted" },
	{ "superseded by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben supersede A subject=x",
	  "B: only its author may replace the text" },
	{ "a page is everybody's",
	  "A mon-10:00 ana post page=x\n"
	  "B mon-11:00 ben supersede A subject=x",
	  "" },
	{ "a mark has no text to replace",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A\n"
	  "C mon-11:00 ben supersede B subject=x",
	  "C: only a post has a text to replace" },
	{ "redacted by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben redact A",
	  "B: only its author or a maintainer may redact it" },
	{ "redacted by a maintainer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 max redact A",
	  "" },
	{ "anybody tags",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi tag A tags=x",
	  "" },
	{ "a newer verb",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi bless A",
	  "B: a verb this async does not know" },
	{ "what it is about is missing",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack Z",
	  "B: what it is about is not here" },
	{ "imported from elsewhere",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A origin=mail",
	  "B: imported: changes only what was imported from the same system" },
	{ "far ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben ack A",
	  "B: its date is more than a day ahead" },
	{ "far ahead, and taken back",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben ack A\n"
	  "C mon-11:00 ben retract B",
	  "B: retracted" },
	{ "imported: exempt from date rules",
	  "A mon-10:00 ana post origin=mail\n"
	  "B sun2-10:00 ben reply A origin=mail",
	  "" },
	{ "a reminder by a person",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben remind A person=ben stage=1",
	  "B: a reminder has no author" },
	{ "a reminder is said once",
	  "A mon-10:00 ana post to=ben\n"
	  "B wed-11:00 - remind A person=ben round=A stage=50%\n"
	  "C wed-11:01 - remind A person=ben round=A stage=50%\n"
	  "D wed-11:02 - remind A person=ben round=A stage=100%",
	  "C: said already" },
	{ "a reminder before its time",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-13:59 - remind A person=ben round=A stage=50%\n"
	  "C mon-14:00 - remind A person=ben round=A stage=50%",
	  "B: said before its time" },
	{ "a reminder of somebody who was not asked, or in no such round",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-14:00 - remind A person=eve round=A stage=50%\n"
	  "C mon-14:00 - remind A person=ben round=B stage=50%\n"
	  "D mon-14:00 - remind A person=ben stage=50%",
	  "B: they were not asked so, C: they were not asked so, D: they were not asked so" },
	{ "a reminder of a stage that only another policy has",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-10:01 - remind A person=ben round=A stage=10%",
	  "" },
	{ "nobody acks",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 - ack A",
	  "B: has no author" },
	{ "nobody asks", "A mon-10:00 - post to=ben", "A: asks in nobody's name" },
};

static void test_refused(void **state)
{
	check_rows(state, refused_rows, NR(refused_rows), tell_refused);
}

/* Who counts (design section 2): every verb by everybody, on what ana asks dee, whose deputy ben is. */

enum { AUTHOR, RECIPIENT, DEPUTY, STRANGER, MAINTAINER, NR_AUTHORS };

static const struct {
	const char *verb, *before, *words;
	char counts[NR_AUTHORS + 1]; /* y: it does; -: not; w: it waits for the author */
} right_rows[] = {
	{ "ack", "", "", "-yy--" },
	{ "done", "", "", "yyy--" },
	{ "approve", "", "", "-yy--" },
	{ "reject", "", "", "-yy--" },
	{ "read", "", "", "yyyyy" },
	{ "reply", "", "", "yyyyy" }, /* anybody may say something */
	{ "assign", "", "to=eve", "yy---" },
	{ "extend", "", "within=1d", "yww--" },
	{ "extend", "E mon-10:30 dee extend A within=1d\n", "accept=E", "y----" },
	{ "supersede", "", "subject=x", "y----" },
	{ "retract", "", "", "y----" },
	{ "reopen", "E mon-10:30 dee done A\n", "", "yy---" },
	{ "reopen", "E mon-10:30 ana done A\n", "", "y----" },
	{ "tag", "", "tags=x", "yyyyy" },
	{ "untag", "", "tags=x", "yyyyy" },
	{ "redact", "", "", "y---y" },
};

static char verdict(struct team *team, const char *script)
{
	struct thread thread;
	struct story story;
	const struct event *last;
	char out;

	read_story(&story, script);
	thread_fold(&thread, team, story.v, story.nr, at_of("fri2-17:00"));
	last = &thread.events[thread.nr_events - 1];
	assert_string_equal((const char *)last->rec->id.raw, "B");
	out = last->counts ? 'y' : last->waits ? 'w' : '-';
	thread_release(&thread);
	end_story(&story);
	return out;
}

static void test_rights(void **state)
{
	static const char *const authors[NR_AUTHORS] = { "ana", "dee", "ben", "chi", "max" };
	char script[400];

	for (size_t i = 0; i < NR(right_rows); i++)
		for (int a = 0; a < NR_AUTHORS; a++) {
			char got;

			snprintf(script, sizeof(script), "A mon-10:00 ana post to=dee\n%sB mon-11:00 %s %s A %s %s",
				 right_rows[i].before, authors[a], right_rows[i].verb, right_rows[i].words,
				 a == DEPUTY ? "for=dee" : "");
			got = verdict(*state, script);
			if (got != right_rows[i].counts[a])
				fail_msg("%s\nexpected: %c\nbut got:  %c", script, right_rows[i].counts[a], got);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_rights),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
