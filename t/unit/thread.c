/* What a thread is as a whole: its texts, state and dates; and large ones. */
#include "story.h"

/* Subject, body, tags, and what is hidden. */
static void tell_text(struct buf *out, const struct thread *thread)
{
	buf_addf(out, "%s/%s", thread->subject, thread->body ? thread->body : "");
	NODE_EACH(tag, thread->tags)
		buf_addf(out, " #%s", tag->text);
	buf_addf(out, "%s%s%s", thread->superseded ? " superseded" : "", thread->redacted ? " redacted" : "",
		 thread->retracted ? " retracted" : "");
}

static const struct row text_rows[] = {
	{ "as posted", "A mon-10:00 ana post subject=one body=two", "one/two" },
	{ "a newer text",
	  "A mon-10:00 ana post subject=one body=two\n"
	  "B mon-11:00 ana supersede A body=three",
	  "one/three superseded" },
	{ "the newest",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana supersede A subject=two\n"
	  "C mon-11:01 ana supersede A subject=three",
	  "three/ superseded" },
	{ "one that is retracted",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana supersede A subject=two\n"
	  "C mon-11:01 ana retract B",
	  "one/" },
	{ "by somebody else",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ben supersede A subject=two",
	  "one/" },
	{ "of a reply",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ben reply A body=x\n"
	  "C mon-12:00 ben supersede B body=y",
	  "one/" },
	{ "redacted",
	  "A mon-10:00 ana post subject=one body=two\n"
	  "B mon-11:00 max redact A",
	  "/ redacted" },
	{ "redacted with what replaced it",
	  "A mon-10:00 ana post subject=one body=two\n"
	  "B mon-11:00 ana supersede A subject=three\n"
	  "C mon-12:00 ana redact A",
	  "/ superseded redacted" },
	{ "redacted, then said anew",
	  "A mon-10:00 ana post subject=one body=two\n"
	  "B mon-11:00 ana redact A\n"
	  "C mon-12:00 ana supersede A subject=three",
	  "three/ superseded" },
	{ "only the newer text is redacted",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana supersede A subject=two\n"
	  "C mon-12:00 ana redact B",
	  "one/" },
	{ "the redaction is taken back",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana redact A\n"
	  "C mon-12:00 ana retract B",
	  "one/" },
	{ "tags",
	  "A mon-10:00 ana post subject=one tags=b,a\n"
	  "B mon-11:00 ben tag A tags=c\n"
	  "C mon-12:00 chi untag A tags=b",
	  "one/ #a #c" },
	{ "tagged again",
	  "A mon-10:00 ana post subject=one tags=a\n"
	  "B mon-11:00 ben untag A tags=a\n"
	  "C mon-12:00 chi tag A tags=a",
	  "one/ #a" },
	{ "retracted",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana retract A",
	  "one/ retracted" },
};

static void test_texts(void **state)
{
	check_rows(state, text_rows, NR(text_rows), tell_text);
}

/* State, earliest due time, and when to look again. */
static void tell_thread(struct buf *out, const struct thread *thread)
{
	buf_addf(out, "%s", thread_state_name(thread->state));
	if (thread->due_at) {
		buf_puts(out, " due ");
		tell_when(out, thread->due_at);
	}
	if (thread->recheck_at != DUE_NEVER) {
		buf_puts(out, " recheck ");
		tell_when(out, thread->recheck_at);
	}
}

static const struct row thread_rows[] = {
	{ "a note", "A mon-10:00 ana post", "none" },
	{ "open",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben ack A by=thu-12:00",
	  "open due tue-10:00" },
	{ "the earliest that is open",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 chi reply A\n"
	  "C mon-11:00 ben ack A by=thu-12:00",
	  "open due thu-12:00" },
	{ "met",
	  "A mon-10:00 ana post to=ben any=g:chi,eve\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-11:00 chi reply A",
	  "met" },
	{ "withdrawn",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana done A",
	  "withdrawn" },
	{ "a record ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben reply A\n"
	  "C mon3-10:00 ben reply A",
	  "open due tue-10:00 recheck sat2-10:00" },
	{ "a thread without its root",
	  "B mon-11:00 ben reply A to=chi\n"
	  "C mon-12:00 chi ack B",
	  "open due tue-11:00" },
	{ "ids that hang on each other",
	  "A mon-11:00 ben ack B\n"
	  "B mon-12:00 chi ack A",
	  "none" },
};

static void test_threads(void **state)
{
	check_rows(state, thread_rows, NR(thread_rows), tell_thread);
}

/* What a part tells besides: promise, ack, what was asked, who settled it. */
static void test_part_details(void **state)
{
	struct story story;
	struct thread thread;
	const struct part *part;

	read_story(&story, "A mon-10:00 ana post to=ben level=standard within=1d any=backend:chi,eve\n"
			   "B mon-11:00 ben ack A by=thu-12:00\nC wed-10:00 ben reply A");
	thread_fold(&thread, *state, story.v, 2, at_of("fri2-17:00"));
	part = &thread.parts[0];
	assert_int_equal(part->state, PART_ACKED);
	assert_int_equal(part->acked_at, at_of("mon-11:00"));
	assert_int_equal(part->promised_at, at_of("thu-12:00"));
	assert_int_equal(part->asked_due_at, at_of("tue-10:00"));
	assert_int_equal(part->due_at, at_of("thu-12:00"));
	assert_string_equal(part->level, "standard");
	assert_int_equal(part->item, -1);
	assert_ptr_equal(part->rounds[0].ended_by, &story.recs[1]);
	assert_null(part->rounds[1].ended_by);
	assert_int_equal(thread.parts[1].item, 0);
	assert_string_equal(thread.parts[1].group, "backend");
	assert_true(thread.parts[1].assumed);
	thread_release(&thread);

	thread_fold(&thread, *state, story.v, 3, at_of("fri2-17:00"));
	part = &thread.parts[0];
	assert_int_equal(part->settled_at, at_of("wed-10:00"));
	assert_ptr_equal(part->settled_by, &story.recs[2]);
	assert_ptr_equal(thread_part(&thread, team_person(*state, "ben")), part);
	assert_ptr_equal(thread_part(&thread, team_person(*state, "eve")), &thread.parts[2]);
	assert_null(thread_part(&thread, team_person(*state, "ana")));
	thread_release(&thread);
	end_story(&story);
}

static void test_next_date(void **state)
{
	static const struct {
		const char *script;
		const char *now;
		long after; /* seconds */
	} rows[] = {
		{ "A mon-10:00 ana post to=ben", "mon-09:59", 0 }, /* a post is no answer */
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 ben ack A", "mon-12:00", 0 },
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 ben ack A", "mon-11:00", 1 },
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 ben reply A", "mon-10:50", 601 },
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 ben ack A", "mon-10:49", 0 },   /* too far ahead */
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 chi ack A", "mon-11:00", 0 },   /* does not count */
		{ "A mon-10:00 ana post to=ben\nB mon-11:00 chi tag A tags=x", "mon-11:00", 0 },
	};

	for (size_t i = 0; i < NR(rows); i++) {
		struct story story;
		struct thread thread;

		read_story(&story, rows[i].script);
		thread_fold(&thread, *state, story.v, story.nr, at_of(rows[i].now));
		assert_int_equal(thread_next_date(&thread, at_of(rows[i].now)), at_of(rows[i].now) + rows[i].after);
		thread_release(&thread);
		end_story(&story);
	}
}

/* A thousand people and some thousand records are an ordinary sum. */
static void test_large(void **state)
{
	enum { PEOPLE = 1000, RECORDS = 3 * PEOPLE + 1 };
	struct record *recs = calloc(RECORDS, sizeof(*recs)), **v = calloc(RECORDS, sizeof(*v));
	struct thread thread;
	char line[100];

	record_init(&recs[0], KIND_POST, "ana", at_of("mon-10:00"));
	for (int i = 0; i < PEOPLE; i++) {
		snprintf(line, sizeof(line), "p%d", i);
		record_add(&recs[0], "to", line);
	}
	recs[0].id = id_of("A");
	for (int i = 0; i < PEOPLE; i++) {
		snprintf(line, sizeof(line), "B%d mon-11:00 p%d ack A by=wed-12:00", i, i);
		make_record(&recs[1 + 3 * i], line);
		snprintf(line, sizeof(line), "C%d mon-12:00 p%d reply A", i, i);
		make_record(&recs[2 + 3 * i], line);
		snprintf(line, sizeof(line), "D%d mon-13:00 p%d reopen A", i, i);
		make_record(&recs[3 + 3 * i], line);
	}
	for (int i = 0; i < RECORDS; i++)
		v[i] = &recs[i];
	thread_fold(&thread, *state, v, RECORDS, at_of("fri2-17:00"));
	assert_int_equal(thread.nr_parts, PEOPLE);
	for (int i = 0; i < PEOPLE; i++) {
		assert_int_equal(thread.parts[i].state, PART_OPEN);
		assert_int_equal(thread.parts[i].nr_rounds, 3);
	}
	thread_release(&thread);
	for (int i = 0; i < RECORDS; i++)
		record_release(&recs[i]);
	free(recs);
	free(v);
}

/* More than anybody can follow is refused, and said. */
static void test_too_much(void **state)
{
	enum { RECORDS = 300, PEOPLE = 400 };
	struct record *recs = calloc(RECORDS, sizeof(*recs)), **v = calloc(RECORDS, sizeof(*v));
	struct thread thread;
	char line[100];

	record_init(&recs[0], KIND_POST, "ana", at_of("mon-10:00"));
	for (int i = 0; i < PEOPLE; i++) {
		snprintf(line, sizeof(line), "p%d", i);
		record_add(&recs[0], "to", line);
	}
	recs[0].id = id_of("A");
	v[0] = &recs[0];
	for (int i = 1; i < RECORDS; i++) {
		snprintf(line, sizeof(line), "B%03d mon-11:00 ana extend A by=wed-12:00", i);
		make_record(&recs[i], line);
		v[i] = &recs[i];
	}
	thread_fold(&thread, *state, v, RECORDS, at_of("fri2-17:00"));
	assert_true(thread.events[100].counts);
	assert_string_equal(thread.events[RECORDS - 1].why, "more is asked in this thread than can be followed");
	thread_release(&thread);
	for (int i = 0; i < RECORDS; i++)
		record_release(&recs[i]);
	free(recs);
	free(v);
}

static void test_empty(void **state)
{
	struct thread thread;

	thread_fold(&thread, *state, NULL, 0, 0);
	assert_null(thread.root);
	assert_int_equal(thread.state, THREAD_NONE);
	thread_release(&thread);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_part_details),
		cmocka_unit_test(test_next_date),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
