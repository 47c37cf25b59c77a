/* Which record changes whose part, and to what. */
#include "story.h"

/* "ben met reply, chi open": every part, in order. */
static void tell_parts(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_parts; i++) {
		const struct part *part = &thread->parts[i];

		buf_addf(out, "%s%s %s", out->len ? ", " : "", part->person->shown, part_state_name(part->state));
		if (part->outcome)
			buf_addf(out, " (%s)", part->outcome);
	}
}

/* Every need and every answer. */
static void test_needs(void **state)
{
	static const char *const needs[] = { "ack", "reply", "approval", "done", "read" };
	static const char *const answers[] = { "ack", "reply", "done", "approve", "reject", "read" };
	static const char *const expect[NR(needs)][NR(answers)] = {
		{ "met (ack)", "met (reply)", "met (done)", "met (approved)", "met (rejected)", "open (read)" },
		{ "acked (ack)", "met (reply)", "met (done)", "met (approved)", "met (rejected)", "open (read)" },
		{ "acked (ack)", "open (reply)", "open (done)", "met (approved)", "met (rejected)", "open (read)" },
		{ "acked (ack)", "open (reply)", "met (done)", "open (approved)", "open (rejected)", "open (read)" },
		{ "met (ack)", "met (reply)", "met (done)", "met (approved)", "met (rejected)", "met (read)" },
	};

	for (size_t n = 0; n < NR(needs); n++)
		for (size_t a = 0; a < NR(answers); a++) {
			char script[200], want[50];

			snprintf(script, sizeof(script),
				 "A mon-10:00 ana post to=ben need=%s\nB mon-11:00 ben %s A", needs[n], answers[a]);
			snprintf(want, sizeof(want), "ben %s", expect[n][a]);
			check("need", script, *state, at_of("fri2-17:00"), tell_parts, want);
		}
}

static void test_needs_of_newer(void **state)
{
	(void)state;
	assert_true(need_is_met(NEED_UNKNOWN, VERB_UNKNOWN, true));
	assert_false(need_is_met(NEED_UNKNOWN, VERB_ACK, false));
	assert_false(need_is_met(NEED_REPLY, VERB_UNKNOWN, false));
}

static const struct row part_rows[] = {
	{ "nobody is asked", "A mon-10:00 ana post", "" },
	{ "two are asked", "A mon-10:00 ana post to=ben,chi", "ben open, chi open" },
	{ "one is named twice", "A mon-10:00 ana post to=ben,chi,ben", "ben open, chi open" },
	{ "each answers alone",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A",
	  "ben met (reply), chi open" },
	{ "somebody else replies",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A",
	  "ben open" },
	{ "an answer to an answer",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 chi reply B",
	  "ben met (reply), chi met (reply)" },
	{ "done after a reply changes nothing",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben done A",
	  "ben met (reply)" },
	{ "an approval is thought over",
	  "A mon-10:00 ana post to=ben need=approval\n"
	  "B mon-11:00 ben approve A\n"
	  "C mon-12:00 ben reject A",
	  "ben met (rejected)" },
	{ "an ack, then the answer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A\n"
	  "C mon-12:00 ben reply A",
	  "ben met (reply)" },
	{ "an ack after the answer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben ack A",
	  "ben met (reply)" },

	/* any */
	{ "one of a group answers",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 chi reply A",
	  "ben withdrawn (answered by chi), chi met (reply)" },
	{ "one of a group acks",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 chi ack A",
	  "ben open, chi acked (ack)" },
	{ "two items",
	  "A mon-10:00 ana post any=g:ben,chi/h:chi,eve\n"
	  "B mon-11:00 ben reply A",
	  "ben met (reply), chi open, eve open" },
	{ "one answer for two items",
	  "A mon-10:00 ana post any=g:ben,chi/h:chi,eve\n"
	  "B mon-11:00 chi reply A",
	  "ben withdrawn (answered by chi), chi met (reply), eve withdrawn (answered by chi)" },
	{ "named, and of a group",
	  "A mon-10:00 ana post to=ben any=g:ben,chi\n"
	  "B mon-11:00 chi reply A",
	  "ben open, chi met (reply)" },
	{ "named, and of a group: one answer for both",
	  "A mon-10:00 ana post to=ben any=g:ben,chi\n"
	  "B mon-11:00 ben reply A",
	  "ben met (reply), chi withdrawn (answered by ben)" },
	{ "named, handed over, and still of a group",
	  "A mon-10:00 ana post to=ben any=g:ben,chi\n"
	  "B mon-11:00 ben assign A to=eve",
	  "ben open, chi open, eve open" },
	{ "both of a group at once: the earlier has answered",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "C mon-11:01 ben done A\n"
	  "B mon-11:00 chi reply A",
	  "ben withdrawn (answered by chi), chi met (reply)" },
	{ "both in the same second: by id",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "C mon-11:00 ben done A\n"
	  "B mon-11:00 chi reply A",
	  "ben withdrawn (answered by chi), chi met (reply)" },
	{ "the answer for a group is retracted",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 chi reply A\n"
	  "C mon-12:00 chi retract B",
	  "ben open, chi open" },

	/* the author */
	{ "the author is satisfied",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana done A",
	  "ben met (reply), chi withdrawn (settled by the author)" },
	{ "the author was asked too",
	  "A mon-10:00 ana post to=ana,chi\n"
	  "C mon-12:00 ana done A",
	  "ana met (done), chi withdrawn (settled by the author)" },
	{ "done on the root settles what replies ask",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=chi\n"
	  "C mon-12:00 ana done A",
	  "ben met (reply), chi withdrawn (settled by the author)" },
	{ "done on a reply that asks settles only that",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A to=dee\n"
	  "C mon-12:00 chi done B",
	  "ben open, dee withdrawn (settled by the author)" },
	{ "done by one who is asked, on an answer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=ana\n"
	  "C mon-12:00 ana done B",
	  "ben met (reply), ana met (done)" },
	{ "an answer before the author's done, from another clone",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana done A\n"
	  "B mon-11:59 ben reply A",
	  "ben met (reply)" },
	{ "an answer after the author's done",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana done A\n"
	  "B mon-12:01 ben reply A",
	  "ben withdrawn (settled by the author)" },

	/* asking in replies */
	{ "the author asks again",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B to=ben",
	  "ben open" },
	{ "the author replies without asking",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B",
	  "ben met (reply)" },
	{ "the author asks somebody new",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana reply A to=chi\n"
	  "D mon-13:00 chi reply C",
	  "ben open, chi met (reply)" },
	{ "asking again for another need",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B to=ben need=approval\n"
	  "D mon-13:00 ben reply C",
	  "ben open (reply)" },
	{ "a question back is an ask of its own",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=ana\n"
	  "C mon-12:00 ana reply B",
	  "ben met (reply), ana met (reply)" },
	{ "the answer to a question back asks again",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=ana\n"
	  "C mon-12:00 ana reply B to=ben",
	  "ben open, ana met (reply)" },
	{ "the same group again",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B any=g:ben,chi",
	  "ben open, chi open" },
	{ "another group",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "C mon-12:00 ana reply A any=h:ben,eve\n"
	  "D mon-13:00 ben reply C",
	  "ben open, chi open, ben met (reply), eve withdrawn (answered by ben)" },
	{ "an answer to the lower ask leaves the upper",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A to=ben\n"
	  "C mon-12:00 ben reply B",
	  "ben open, ben met (reply)" },

	/* reopening */
	{ "the author reopens",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reopen A",
	  "ben open, chi open" },
	{ "the author reopens a settled ask",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ana reopen A",
	  "ben open, chi open" },
	{ "the author reopens the whole thread",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A to=eve\n"
	  "C mon-12:00 ana done A\n"
	  "D mon-13:00 ana reopen A",
	  "ben open, eve open" },
	{ "the recipient reopens",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben done A\n"
	  "C mon-12:00 ben reopen A",
	  "ben open, chi open" },
	{ "reopened, and answered once more",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben done A\n"
	  "C mon-12:00 ana reopen A\n"
	  "D mon-13:00 ben reply A",
	  "ben met (reply)" },

	/* handing over */
	{ "a part is handed over",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi",
	  "ben met (handed over to chi), chi open" },
	{ "to two, who answer each",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi,eve\n"
	  "C mon-12:00 eve reply A",
	  "ben met (handed over to chi, eve), chi open, eve met (reply)" },
	{ "to one who was asked as well",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben assign A to=chi",
	  "ben met (handed over to chi), chi open" },
	{ "to one who has answered already",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 chi reply A\n"
	  "C mon-12:00 ben assign A to=chi",
	  "ben met (handed over to chi), chi open" },
	{ "of a group: the others still may",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 ben assign A to=eve\n"
	  "C mon-12:00 chi reply A",
	  "ben met (handed over to eve), chi met (reply), eve withdrawn (answered by chi)" },
	{ "by the author",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana assign A for=ben to=eve",
	  "ben met (handed over to eve), chi open, eve open" },
	{ "by the author, the only part",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana assign A to=eve",
	  "ben met (handed over to eve), eve open" },
	{ "what was handed over is not reopened",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi\n"
	  "C mon-12:00 chi reply A\n"
	  "D mon-13:00 ana reopen A",
	  "ben met (handed over to chi), chi open" },

	/* taking back */
	{ "an ask is retracted",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana retract A",
	  "ben met (reply), chi withdrawn (retracted)" },
	{ "an answer is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben retract B",
	  "ben open" },
	{ "the retract is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben retract B\n"
	  "D mon-13:00 ben retract C",
	  "ben met (reply)" },
	{ "a done is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ana retract B",
	  "ben open" },
	{ "a reply that asked is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=chi\n"
	  "C mon-12:00 ben retract B",
	  "ben open, chi withdrawn (retracted)" },
	{ "asking again is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B to=ben\n"
	  "D mon-13:00 ana retract C",
	  "ben met (reply)" },
	{ "a handing over is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi\n"
	  "C mon-12:00 ben retract B",
	  "ben open" },
	{ "by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana retract B",
	  "ben met (reply)" },

	/* asking for more time */
	{ "a request waits",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben extend A within=2d",
	  "ben open (asks for 2d more), chi open" },
	{ "a request for another date",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A by=fri",
	  "ben open (asks for more time)" },
	{ "it is granted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=2d\n"
	  "C mon-12:00 ana extend A accept=B",
	  "ben open" },
	{ "it is answered with other terms",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=2d\n"
	  "C mon-12:00 ana extend A within=1d",
	  "ben open" },
	{ "a promise is no answer to it",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=2d\n"
	  "C mon-12:00 ben ack A by=wed-12:00",
	  "ben acked (asks for 2d more)" },
	{ "it is taken back",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=2d\n"
	  "C mon-12:00 ben retract B",
	  "ben open" },
	{ "the answer came after all",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=2d\n"
	  "C mon-12:00 ben reply A",
	  "ben met (reply)" },
	{ "the deputy asks for it",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 ben extend A within=2d for=dee",
	  "dee open (asks for 2d more)" },
	{ "who is not asked asks for nothing",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi extend A within=2d",
	  "ben open" },

	/* deputies and those who have left */
	{ "the deputy answers",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 ben reply A for=dee",
	  "dee met (reply)" },
	{ "the deputy, in their own name",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 ben reply A",
	  "dee open" },
	{ "not the deputy",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 chi reply A for=dee",
	  "dee open" },
	{ "somebody has left", "A mon-10:00 ana post to=gus", "gus open (gone)" },
	{ "and had answered",
	  "A mon-10:00 ana post to=gus\n"
	  "B mon-11:00 gus reply A",
	  "gus met (reply)" },

	/* imported */
	{ "an imported ask owes nothing", "A mon-10:00 ana post to=ben origin=mail", "" },
	{ "unless it is live", "A mon-10:00 ana post to=ben origin=mail,live", "ben open" },
	{ "an imported answer to it",
	  "A mon-10:00 ana post to=ben origin=mail,live\n"
	  "B mon-11:00 ben reply A origin=mail",
	  "ben met (reply)" },
	{ "an imported answer to our own",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A origin=mail",
	  "ben open" },
	{ "from another system",
	  "A mon-10:00 ana post to=ben origin=mail,live\n"
	  "B mon-11:00 ben done A origin=chat",
	  "ben open" },

	/* dates */
	{ "an answer from a slow clock",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-09:50 ben reply A",
	  "ben met (reply)" },
	{ "and an answer to that",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-09:50 ben reply A\n"
	  "C mon-09:55 chi reply B",
	  "ben met (reply), chi met (reply)" },
	{ "a date far ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben reply A",
	  "ben open" },
	{ "a date a little ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sat2-16:00 ben reply A",
	  "ben met (reply)" },
	{ "an ask far ahead", "A sun2-10:00 ana post to=ben", "" },
};

static void test_parts(void **state)
{
	check_rows(state, part_rows, NR(part_rows), tell_parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_needs_of_newer),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
