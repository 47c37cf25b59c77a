/* When each round of a part is due. */
#include "story.h"

/* "ben tue-10:00 wed-12:00": the due times of every round. */
static void tell_dues(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_parts; i++) {
		const struct part *part = &thread->parts[i];

		buf_addf(out, "%s%s", out->len ? ", " : "", part->person->shown);
		for (size_t r = 0; r < part->nr_rounds; r++) {
			buf_putc(out, ' ');
			tell_when(out, part->rounds[r].due_at);
		}
	}
}

static const struct row due_rows[] = {
	{ "the default", "A mon-10:00 ana post to=ben", "ben tue-10:00" },
	{ "a duration", "A mon-10:00 ana post to=ben within=4h", "ben mon-14:00" },
	{ "a level without its duration",
	  "A mon-10:00 ana post to=ben level=low",
	  "ben thu-10:00" },
	{ "an unknown level", "A mon-10:00 ana post to=ben level=nosuch", "ben tue-10:00" },
	{ "the calendar clock",
	  "A fri-10:00 ana post to=ben within=1d clock=calendar",
	  "ben sat-10:00" },
	{ "by an instant", "A mon-10:00 ana post to=ben by=sat-12:00", "ben sat-12:00" },
	{ "by a date", "A mon-10:00 ana post to=ben by=wed", "ben wed-17:00" },
	{ "by a day off", "A mon-10:00 ana post to=ben by=sun", "ben fri-17:00" },

	{ "a promise",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=thu-12:00",
	  "ben tue-10:00 thu-12:00" },
	{ "a promise for a date",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=thu",
	  "ben tue-10:00 thu-17:00" },
	{ "a second promise",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=wed-12:00\n"
	  "C tue-11:00 ben ack A by=fri-12:00",
	  "ben tue-10:00 wed-12:00 fri-12:00" },
	{ "an ack without",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A",
	  "ben tue-10:00" },

	{ "asked again, with the same level",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-11:00 ben reply A\n"
	  "C wed-12:00 ana reply B to=ben",
	  "ben mon-14:00 wed-16:00" },
	{ "asked again, with a time of its own",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-11:00 ben reply A\n"
	  "C wed-12:00 ana reply B to=ben within=2d",
	  "ben mon-14:00 fri-12:00" },
	{ "asked again while it is open",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "C mon-12:00 ana reply A to=ben",
	  "ben mon-14:00 mon-16:00" },
	{ "reopened",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-11:00 ben done A\n"
	  "C wed-09:00 ana reopen A",
	  "ben mon-14:00 wed-13:00" },
	{ "reopened before the date it was asked by",
	  "A mon-10:00 ana post to=ben by=fri-12:00\n"
	  "B mon-11:00 ben done A\n"
	  "C wed-09:00 ana reopen A",
	  "ben fri-12:00 fri-12:00" },
	{ "reopened after it",
	  "A mon-10:00 ana post to=ben by=tue-12:00\n"
	  "B mon-11:00 ben done A\n"
	  "C wed-09:00 ana reopen A",
	  "ben tue-12:00 wed-17:00" },

	{ "handed over",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-12:00 ben assign A to=chi",
	  "ben mon-14:00, chi mon-16:00" },
	{ "handed over, by an instant",
	  "A mon-10:00 ana post to=ben by=fri-12:00\n"
	  "B mon-12:00 ben assign A to=chi",
	  "ben fri-12:00, chi fri-12:00" },

	{ "extended from the old due time",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A within=1d",
	  "ben tue-10:00 wed-10:00" },
	{ "extended to an instant",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A by=fri-12:00",
	  "ben tue-10:00 fri-12:00" },
	{ "extended twice",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A within=1d\n"
	  "C mon-12:00 ana extend A within=2h",
	  "ben tue-10:00 wed-10:00 wed-12:00" },
	{ "extended when it is overdue: still from the old due time",
	  "A mon-10:00 ana post to=ben\n"
	  "B wed-11:00 ana extend A within=1d",
	  "ben tue-10:00 wed-10:00" },
	{ "extended after a promise: from that",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=wed-12:00\n"
	  "C mon-12:00 ana extend A within=1d",
	  "ben tue-10:00 wed-12:00 thu-12:00" },
	{ "extended for one",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana extend A within=1d for=chi",
	  "ben tue-10:00, chi tue-10:00 wed-10:00" },
	{ "only what is open",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana extend A within=1d",
	  "ben tue-10:00, chi tue-10:00 wed-10:00" },
	{ "a request is only one",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d",
	  "ben tue-10:00" },
	{ "a request that is granted",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-12:00 ana extend A accept=B",
	  "ben tue-10:00 wed-10:00, chi tue-10:00" },
	{ "granted with other terms",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=3d\n"
	  "C mon-12:00 ana extend A accept=B within=1d",
	  "ben tue-10:00 wed-10:00" },
	{ "granted by a slow clock",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-10:59 ana extend A accept=B",
	  "ben tue-10:00 wed-10:00" },

	{ "raised",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A level=urgent within=4h focus=count",
	  "ben tue-10:00 mon-15:00" },
	{ "raised when it is nearly due",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-16:00 ana extend A level=urgent within=4h",
	  "ben tue-10:00 tue-10:00" },
	{ "lowered",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-12:00 ana extend A level=low within=3d",
	  "ben mon-14:00 thu-10:00" },
	{ "lowered by name only",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-12:00 ana extend A level=low",
	  "ben mon-14:00 thu-10:00" },
	{ "raised when it is overdue: not sooner than it was",
	  "A mon-10:00 ana post to=ben\n"
	  "B wed-11:00 ana extend A level=urgent within=4h",
	  "ben tue-10:00 tue-10:00" },
	{ "lowered when it is overdue: from the original start",
	  "A mon-10:00 ana post to=ben\n"
	  "B wed-11:00 ana extend A level=low within=3d",
	  "ben tue-10:00 thu-10:00" },
	{ "raised, then lowered: from the original start",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A level=urgent within=4h\n"
	  "C mon-12:00 ana extend A level=low within=3d",
	  "ben tue-10:00 mon-15:00 thu-10:00" },
	{ "reopened with the level it had last",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A level=urgent within=4h\n"
	  "C mon-12:00 ben reply A\n"
	  "D wed-10:00 ana reopen A",
	  "ben tue-10:00 mon-15:00 wed-14:00" },
};

static void test_dues(void **state)
{
	check_rows(state, due_rows, NR(due_rows), tell_dues);
}

/* A live calendar: what is recorded before the due time and the answer moves it. */
static void test_live_calendar(void **state)
{
	static const char ben[] = "async: 1\nkind: person\nfrom: max@example.com\ndate: 2026-01-01T00:00:00Z\n"
				  "person: ben@example.com\nhandle: ben\nzone: UTC\nhours: {mon-fri: \"09:00-17:00\"}\n";
	static const char off[] = "async: 1\nkind: away\nfrom: ben@example.com\ndate: 2026-03-02T12:00:00Z\n"
				  "person: ben@example.com\naway:\n  - {from: \"2026-03-03\", to: \"2026-03-05\"}\n";
	static const struct {
		const char *script, *expect;
	} rows[] = {
		{ "A mon-10:00 ana post to=ben", "ben fri-10:00" },
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 ben reply A", "ben tue-10:00" },
		{ "A mon-10:00 ana post to=ben\nB mon-13:00 ben reply A", "ben fri-10:00" },
		{ "A mon-09:00 ana post to=ben within=2h", "ben mon-11:00" }, /* it had passed */
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 ana extend A within=1d", "ben tue-10:00 fri-17:00" },
		{ "A mon-10:00 ana post to=ben by=wed", "ben mon-17:00" },
	};
	struct team *team = team_new("max@example.com");

	(void)state;
	add_person(team, ben);
	add_person(team, off);
	team_fold(team, at_of("fri2-17:00"));
	for (size_t i = 0; i < NR(rows); i++)
		check("live", rows[i].script, team, at_of("fri2-17:00"), tell_dues, rows[i].expect);
	team_free(team);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dues),
		cmocka_unit_test(test_live_calendar),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
