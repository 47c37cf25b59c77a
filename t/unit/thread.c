/*
 * What records add up to. A thread is told as a script, a line for each record:
 *
 *	LABEL WHEN FROM post|reply|VERB [TARGET] [key=value ...]
 *
 * WHEN is a day of the week of Monday, 2 March 2026 ("tue2": of the week after) and a time
 * in UTC. Nobody has hours of their own unless a test says so: Mon-Fri 09:00-17:00, UTC.
 * Each script is folded in several orders of its records: the answer must be the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/thread.h"

#define NR(v) (sizeof(v) / sizeof((v)[0]))
#define MAX_RECORDS 64

static const char *const weekdays[] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

static int32_t monday(void)
{
	return day_from_civil(2026, 3, 2);
}

/* "tue", "tue-10:00", "tue2-10:00": false if it is none of them; `at` is -1 for a day alone. */
static bool when_of(const char *text, int32_t *day, time_t *at)
{
	int minute, wday = 0;

	while (wday < 7 && strncmp(text, weekdays[wday], 3))
		wday++;
	if (wday == 7)
		return false;
	*day = monday() + wday;
	text += 3;
	for (; *text >= '2' && *text <= '9'; text++)
		*day += 7 * (*text - '1');
	*at = -1;
	if (*text == '-' && minute_parse(&minute, text + 1, strlen(text + 1)))
		*at = (time_t)*day * 86400 + minute * 60;
	return !*text || *at >= 0;
}

static time_t at_of(const char *text)
{
	int32_t day;
	time_t at;

	if (!when_of(text, &day, &at) || at < 0)
		fail_msg("not a moment: %s", text);
	return at;
}

static void tell_when(struct buf *out, time_t at)
{
	int32_t day = day_of_instant(at), days = day - monday();
	int minute = (int)((at - (time_t)day * 86400) / 60);

	if (at == DUE_NEVER) {
		buf_puts(out, "never");
		return;
	}
	buf_puts(out, weekdays[day_weekday(day)]);
	if (days >= 7)
		buf_addf(out, "%d", days / 7 + 1);
	buf_addf(out, "-%02d:%02d", minute / 60, minute % 60);
}

static struct id id_of(const char *label)
{
	struct id id = { { 0 } };

	memcpy(id.raw, label, strlen(label) < ID_RAW ? strlen(label) : ID_RAW);
	return id;
}

static void set_list(struct record *rec, const char *key, char *value)
{
	for (char *save, *name = strtok_r(value, ",", &save); name; name = strtok_r(NULL, ",", &save))
		record_add(rec, key, name);
}

/* any=backend:ben,dee/:eve,flo */
static void set_any(struct record *rec, char *value)
{
	struct node *list = node_new(&rec->pool, NODE_LIST);

	for (char *save, *item = strtok_r(value, "/", &save); item; item = strtok_r(NULL, "/", &save)) {
		struct node *map = node_new(&rec->pool, NODE_MAP), *of = node_new(&rec->pool, NODE_LIST);
		char *names = strchr(item, ':'), *more;

		*names++ = '\0';
		if (*item)
			node_set_text(&rec->pool, map, "group", item);
		for (char *name = strtok_r(names, ",", &more); name; name = strtok_r(NULL, ",", &more))
			node_append_text(&rec->pool, of, name);
		node_set(&rec->pool, map, "of", of);
		node_append(list, map);
	}
	record_set_node(rec, "any", list);
}

static void set_origin(struct record *rec, char *value)
{
	struct node *map = node_new(&rec->pool, NODE_MAP);
	char *live = strchr(value, ',');

	if (live)
		*live++ = '\0';
	node_set_text(&rec->pool, map, "system", value);
	node_set_text(&rec->pool, map, "id", "1");
	if (live)
		node_set_text(&rec->pool, map, "live", "true");
	record_set_node(rec, "origin", map);
}

static void set_value(struct record *rec, char *word)
{
	char *value = strchr(word, '=');
	struct id id;
	char hex[ID_HEX + 1], text[INSTANT_TEXT];
	int32_t day;
	time_t at;

	*value++ = '\0';
	if (!strcmp(word, "to") || !strcmp(word, "tags")) {
		set_list(rec, word, value);
	} else if (!strcmp(word, "any")) {
		set_any(rec, value);
	} else if (!strcmp(word, "origin")) {
		set_origin(rec, value);
	} else if (!strcmp(word, "accept")) {
		id = id_of(value);
		id_hex(hex, &id);
		record_set(rec, word, hex);
	} else if (!strcmp(word, "by") && when_of(value, &day, &at)) {
		if (at < 0)
			day_format(text, day);
		else
			instant_format(text, at);
		record_set(rec, word, text);
	} else {
		record_set(rec, word, value);
	}
}

static void make_record(struct record *rec, char *line)
{
	char *save, *label = strtok_r(line, " ", &save), *when = strtok_r(NULL, " ", &save),
		    *from = strtok_r(NULL, " ", &save), *what = strtok_r(NULL, " ", &save);
	bool is_post = !strcmp(what, "post") || !strcmp(what, "reply");
	struct id target;

	record_init(rec, is_post ? KIND_POST : KIND_MARK, strcmp(from, "-") ? from : NULL, at_of(when));
	if (strcmp(what, "post")) {
		target = id_of(strtok_r(NULL, " ", &save));
		record_set_id(rec, is_post ? "re" : "target", &target);
	}
	if (!is_post)
		record_set(rec, "verb", what);
	for (char *word = strtok_r(NULL, " ", &save); word; word = strtok_r(NULL, " ", &save))
		set_value(rec, word);
	rec->id = id_of(label);
}

struct story {
	struct record recs[MAX_RECORDS];
	struct record *v[MAX_RECORDS];
	size_t nr;
};

static void read_story(struct story *story, const char *script)
{
	char *copy = strdup(script), *save;

	memset(story, 0, sizeof(*story));
	for (char *line = strtok_r(copy, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		story->v[story->nr] = &story->recs[story->nr];
		make_record(story->v[story->nr++], line);
	}
	free(copy);
}

static void end_story(struct story *story)
{
	for (size_t i = 0; i < story->nr; i++)
		record_release(&story->recs[i]);
}

/* A simple generator: the same orders in every run. */
static void shuffle(struct story *story, unsigned *seed)
{
	for (size_t i = story->nr; i > 1; i--) {
		size_t j;
		struct record *swap = story->v[i - 1];

		*seed = *seed * 1103515245 + 12345;
		j = (*seed >> 8) % i;
		story->v[i - 1] = story->v[j];
		story->v[j] = swap;
	}
}

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

typedef void tell(struct buf *out, const struct thread *thread);

static void check(const char *name, const char *script, struct team *team, time_t now, tell *how,
		  const char *expect)
{
	struct story story;
	unsigned seed = 1;

	read_story(&story, script);
	for (int i = 0; i < 6; i++) {
		struct thread thread;
		struct buf got = BUF_INIT;

		thread_fold(&thread, team, story.v, story.nr, now);
		how(&got, &thread);
		if (strcmp(got.ptr, expect))
			fail_msg("%s (order %d)\n%s\nexpected: %s\nbut got:  %s", name, i, script, expect, got.ptr);
		assert_ptr_equal(thread.root, thread.events[0].rec);
		buf_release(&got);
		thread_release(&thread);
		shuffle(&story, &seed);
	}
	end_story(&story);
}

/* Nobody is known but dee, who has ben for a deputy, and gus, who has left. */
static void add_person(struct team *team, const char *yaml)
{
	static unsigned char nr;
	struct record rec = RECORD_INIT;

	if (record_parse(&rec, yaml, strlen(yaml), "person") < 0)
		fail_msg("%s", error_last());
	rec.id.raw[0] = ++nr;
	team_add(team, &rec, NULL);
}

static struct team *make_team(time_t now)
{
	struct team *team = team_new("max@example.com");

	add_person(team, "async: 1\nkind: person\nfrom: max@example.com\ndate: 2026-01-01T00:00:01Z\n"
			 "person: max@example.com\nhandle: max\n");
	add_person(team, "async: 1\nkind: person\nfrom: max@example.com\ndate: 2026-01-01T00:00:01Z\n"
			 "person: ben@example.com\nhandle: ben\n");
	add_person(team, "async: 1\nkind: person\nfrom: max@example.com\ndate: 2026-01-01T00:00:02Z\n"
			 "person: dee@example.com\nhandle: dee\ndeputy: ben\n");
	add_person(team, "async: 1\nkind: person\nfrom: max@example.com\ndate: 2026-01-01T00:00:03Z\n"
			 "person: gus@example.com\nhandle: gus\nstatus: gone\n");
	team_fold(team, now);
	return team;
}

static int set_up(void **state)
{
	*state = make_team(at_of("fri2-17:00"));
	return 0;
}

static int tear_down(void **state)
{
	team_free(*state);
	return 0;
}

struct row {
	const char *name, *script, *expect;
};

static void check_rows(void **state, const struct row *rows, size_t nr, tell *how)
{
	for (size_t i = 0; i < nr; i++)
		check(rows[i].name, rows[i].script, *state, at_of("fri2-17:00"), how, rows[i].expect);
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
	  "B mon-11:00 ben reply A,"
	  "ben met (reply), chi open" },
	{ "somebody else replies",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A,"
	  "ben open" },
	{ "an answer to an answer",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 chi reply B,"
	  "ben met (reply), chi met (reply)" },
	{ "done after a reply changes nothing",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben done A,"
	  "ben met (reply)" },
	{ "an approval is thought over",
	  "A mon-10:00 ana post to=ben need=approval\n"
	  "B mon-11:00 ben approve A\n"
	  "C mon-12:00 ben reject A,"
	  "ben met (rejected)" },
	{ "an ack, then the answer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A\n"
	  "C mon-12:00 ben reply A,"
	  "ben met (reply)" },
	{ "an ack after the answer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben ack A,"
	  "ben met (reply)" },

	/* any */
	{ "one of a group answers",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 chi reply A,"
	  "ben withdrawn (answered by chi), chi met (reply)" },
	{ "one of a group acks",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 chi ack A,"
	  "ben open, chi acked (ack)" },
	{ "two items",
	  "A mon-10:00 ana post any=g:ben,chi/h:chi,eve\n"
	  "B mon-11:00 ben reply A,"
	  "ben met (reply), chi withdrawn (answered by ben), chi open, eve open" },
	{ "one answer for two items",
	  "A mon-10:00 ana post any=g:ben,chi/h:chi,eve\n"
	  "B mon-11:00 chi reply A,"
	  "ben withdrawn (answered by chi), chi met (reply), chi met (reply), eve withdrawn (answered by chi)" },
	{ "named, and of a group",
	  "A mon-10:00 ana post to=ben any=g:ben,chi\n"
	  "B mon-11:00 chi reply A,"
	  "ben open, ben withdrawn (answered by chi), chi met (reply)" },
	{ "both of a group at once: the earlier has answered",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "C mon-11:01 ben done A\n"
	  "B mon-11:00 chi reply A,"
	  "ben withdrawn (answered by chi), chi met (reply)" },
	{ "both in the same second: by id",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "C mon-11:00 ben done A\n"
	  "B mon-11:00 chi reply A,"
	  "ben withdrawn (answered by chi), chi met (reply)" },
	{ "the answer for a group is retracted",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 chi reply A\n"
	  "C mon-12:00 chi retract B,"
	  "ben open, chi open" },

	/* the author */
	{ "the author is satisfied",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana done A,"
	  "ben met (reply), chi withdrawn (settled by the author)" },
	{ "the author was asked too",
	  "A mon-10:00 ana post to=ana,chi\n"
	  "C mon-12:00 ana done A,"
	  "ana met (done), chi withdrawn (settled by the author)" },
	{ "done on the root settles what replies ask",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=chi\n"
	  "C mon-12:00 ana done A,"
	  "ben met (reply), chi withdrawn (settled by the author)" },
	{ "done on a reply that asks settles only that",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A to=dee\n"
	  "C mon-12:00 chi done B,"
	  "ben open, dee withdrawn (settled by the author)" },
	{ "done by one who is asked, on an answer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=ana\n"
	  "C mon-12:00 ana done B,"
	  "ben met (reply), ana met (done)" },
	{ "an answer before the author's done, from another clone",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana done A\n"
	  "B mon-11:59 ben reply A,"
	  "ben met (reply)" },
	{ "an answer after the author's done",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana done A\n"
	  "B mon-12:01 ben reply A,"
	  "ben withdrawn (settled by the author)" },

	/* asking in replies */
	{ "the author asks again",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B to=ben,"
	  "ben open" },
	{ "the author replies without asking",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B,"
	  "ben met (reply)" },
	{ "the author asks somebody new",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana reply A to=chi\n"
	  "D mon-13:00 chi reply C,"
	  "ben open, chi met (reply)" },
	{ "asking again for another need",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B to=ben need=approval\n"
	  "D mon-13:00 ben reply C,"
	  "ben open (reply)" },
	{ "a question back is an ask of its own",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=ana\n"
	  "C mon-12:00 ana reply B,"
	  "ben met (reply), ana met (reply)" },
	{ "the answer to a question back asks again",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=ana\n"
	  "C mon-12:00 ana reply B to=ben,"
	  "ben open, ana met (reply)" },
	{ "the same group again",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B any=g:ben,chi,"
	  "ben open, chi open" },
	{ "another group",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "C mon-12:00 ana reply A any=h:ben,eve\n"
	  "D mon-13:00 ben reply C,"
	  "ben open, chi open, ben met (reply), eve withdrawn (answered by ben)" },
	{ "an answer to the lower ask leaves the upper",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A to=ben\n"
	  "C mon-12:00 ben reply B,"
	  "ben open, ben met (reply)" },

	/* reopening */
	{ "the author reopens",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reopen A,"
	  "ben open, chi open" },
	{ "the author reopens a settled ask",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ana reopen A,"
	  "ben open, chi open" },
	{ "the author reopens the whole thread",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A to=eve\n"
	  "C mon-12:00 ana done A\n"
	  "D mon-13:00 ana reopen A,"
	  "ben open, eve open" },
	{ "the recipient reopens",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben done A\n"
	  "C mon-12:00 ben reopen A,"
	  "ben open, chi open" },
	{ "reopened, and answered once more",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben done A\n"
	  "C mon-12:00 ana reopen A\n"
	  "D mon-13:00 ben reply A,"
	  "ben met (reply)" },

	/* handing over */
	{ "a part is handed over",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi,"
	  "ben met (handed over to chi), chi open" },
	{ "to two, who answer each",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi,eve\n"
	  "C mon-12:00 eve reply A,"
	  "ben met (handed over to chi, eve), chi open, eve met (reply)" },
	{ "to one who was asked as well",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben assign A to=chi,"
	  "ben met (handed over to chi), chi open" },
	{ "to one who has answered already",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 chi reply A\n"
	  "C mon-12:00 ben assign A to=chi,"
	  "ben met (handed over to chi), chi open" },
	{ "of a group: the others still may",
	  "A mon-10:00 ana post any=g:ben,chi\n"
	  "B mon-11:00 ben assign A to=eve\n"
	  "C mon-12:00 chi reply A,"
	  "ben met (handed over to eve), chi met (reply), eve withdrawn (answered by chi)" },
	{ "by the author",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana assign A for=ben to=eve,"
	  "ben met (handed over to eve), chi open, eve open" },
	{ "by the author, the only part",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana assign A to=eve,"
	  "ben met (handed over to eve), eve open" },
	{ "what was handed over is not reopened",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi\n"
	  "C mon-12:00 chi reply A\n"
	  "D mon-13:00 ana reopen A,"
	  "ben met (handed over to chi), chi open" },

	/* taking back */
	{ "an ask is retracted",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana retract A,"
	  "ben met (reply), chi withdrawn (retracted)" },
	{ "an answer is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben retract B,"
	  "ben open" },
	{ "the retract is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ben retract B\n"
	  "D mon-13:00 ben retract C,"
	  "ben met (reply)" },
	{ "a done is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ana retract B,"
	  "ben open" },
	{ "a reply that asked is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A to=chi\n"
	  "C mon-12:00 ben retract B,"
	  "ben open, chi withdrawn (retracted)" },
	{ "asking again is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana reply B to=ben\n"
	  "D mon-13:00 ana retract C,"
	  "ben met (reply)" },
	{ "a handing over is retracted",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi\n"
	  "C mon-12:00 ben retract B,"
	  "ben open" },
	{ "by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana retract B,"
	  "ben met (reply)" },

	/* deputies and those who have left */
	{ "the deputy answers",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 ben reply A for=dee,"
	  "dee met (reply)" },
	{ "the deputy, in their own name",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 ben reply A,"
	  "dee open" },
	{ "not the deputy",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 chi reply A for=dee,"
	  "dee open" },
	{ "somebody has left", "A mon-10:00 ana post to=gus", "gus open (gone)" },
	{ "and had answered",
	  "A mon-10:00 ana post to=gus\n"
	  "B mon-11:00 gus reply A,"
	  "gus met (reply)" },

	/* imported */
	{ "an imported ask owes nothing", "A mon-10:00 ana post to=ben origin=mail", "" },
	{ "unless it is live", "A mon-10:00 ana post to=ben origin=mail,live", "ben open" },
	{ "an imported answer to it",
	  "A mon-10:00 ana post to=ben origin=mail,live\n"
	  "B mon-11:00 ben reply A origin=mail,"
	  "ben met (reply)" },
	{ "an imported answer to our own",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A origin=mail,"
	  "ben open" },
	{ "from another system",
	  "A mon-10:00 ana post to=ben origin=mail,live\n"
	  "B mon-11:00 ben done A origin=chat,"
	  "ben open" },

	/* dates */
	{ "an answer from a slow clock",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-09:50 ben reply A,"
	  "ben met (reply)" },
	{ "and an answer to that",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-09:50 ben reply A\n"
	  "C mon-09:55 chi reply B,"
	  "ben met (reply), chi met (reply)" },
	{ "a date far ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben reply A,"
	  "ben open" },
	{ "a date a little ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sat2-16:00 ben reply A,"
	  "ben met (reply)" },
	{ "an ask far ahead", "A sun2-10:00 ana post to=ben", "" },
};

static void test_parts(void **state)
{
	check_rows(state, part_rows, NR(part_rows), tell_parts);
}

static const struct row due_rows[] = {
	{ "the default", "A mon-10:00 ana post to=ben", "ben tue-10:00" },
	{ "a duration", "A mon-10:00 ana post to=ben within=4h", "ben mon-14:00" },
	{ "a level without its duration",
	  "A mon-10:00 ana post to=ben level=low,"
	  "ben thu-10:00" },
	{ "an unknown level", "A mon-10:00 ana post to=ben level=nosuch", "ben tue-10:00" },
	{ "the calendar clock",
	  "A fri-10:00 ana post to=ben within=1d clock=calendar,"
	  "ben sat-10:00" },
	{ "by an instant", "A mon-10:00 ana post to=ben by=sat-12:00", "ben sat-12:00" },
	{ "by a date", "A mon-10:00 ana post to=ben by=wed", "ben wed-17:00" },
	{ "by a day off", "A mon-10:00 ana post to=ben by=sun", "ben fri-17:00" },

	{ "a promise",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=thu-12:00,"
	  "ben tue-10:00 thu-12:00" },
	{ "a promise for a date",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=thu,"
	  "ben tue-10:00 thu-17:00" },
	{ "a second promise",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A by=wed-12:00\n"
	  "C tue-11:00 ben ack A by=fri-12:00,"
	  "ben tue-10:00 wed-12:00 fri-12:00" },
	{ "an ack without",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A,"
	  "ben tue-10:00" },

	{ "asked again, with the same level",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-11:00 ben reply A\n"
	  "C wed-12:00 ana reply B to=ben,"
	  "ben mon-14:00 wed-16:00" },
	{ "asked again, with a time of its own",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-11:00 ben reply A\n"
	  "C wed-12:00 ana reply B to=ben within=2d,"
	  "ben mon-14:00 fri-12:00" },
	{ "asked again while it is open",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "C mon-12:00 ana reply A to=ben,"
	  "ben mon-14:00 mon-16:00" },
	{ "reopened",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-11:00 ben done A\n"
	  "C wed-09:00 ana reopen A,"
	  "ben mon-14:00 wed-13:00" },
	{ "reopened before the date it was asked by",
	  "A mon-10:00 ana post to=ben by=fri-12:00\n"
	  "B mon-11:00 ben done A\n"
	  "C wed-09:00 ana reopen A,"
	  "ben fri-12:00 fri-12:00" },
	{ "reopened after it",
	  "A mon-10:00 ana post to=ben by=tue-12:00\n"
	  "B mon-11:00 ben done A\n"
	  "C wed-09:00 ana reopen A,"
	  "ben tue-12:00 wed-17:00" },

	{ "handed over",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-12:00 ben assign A to=chi,"
	  "ben mon-14:00, chi mon-16:00" },
	{ "handed over, by an instant",
	  "A mon-10:00 ana post to=ben by=fri-12:00\n"
	  "B mon-12:00 ben assign A to=chi,"
	  "ben fri-12:00, chi fri-12:00" },

	{ "extended from the old due time",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A within=1d,"
	  "ben tue-10:00 wed-10:00" },
	{ "extended to an instant",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A by=fri-12:00,"
	  "ben tue-10:00 fri-12:00" },
	{ "extended twice",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A within=1d\n"
	  "C mon-12:00 ana extend A within=2h,"
	  "ben tue-10:00 wed-10:00 wed-12:00" },
	{ "extended for one",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana extend A within=1d for=chi,"
	  "ben tue-10:00, chi tue-10:00 wed-10:00" },
	{ "only what is open",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana extend A within=1d,"
	  "ben tue-10:00, chi tue-10:00 wed-10:00" },
	{ "a request is only one",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d,"
	  "ben tue-10:00" },
	{ "a request that is granted",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-12:00 ana extend A accept=B,"
	  "ben tue-10:00 wed-10:00, chi tue-10:00" },
	{ "granted with other terms",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=3d\n"
	  "C mon-12:00 ana extend A accept=B within=1d,"
	  "ben tue-10:00 wed-10:00" },
	{ "granted by a slow clock",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-10:59 ana extend A accept=B,"
	  "ben tue-10:00 wed-10:00" },

	{ "raised",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A level=urgent within=4h focus=count,"
	  "ben tue-10:00 mon-15:00" },
	{ "raised when it is nearly due",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-16:00 ana extend A level=urgent within=4h,"
	  "ben tue-10:00 tue-10:00" },
	{ "lowered",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-12:00 ana extend A level=low within=3d,"
	  "ben mon-14:00 thu-10:00" },
	{ "lowered by name only",
	  "A mon-10:00 ana post to=ben within=4h\n"
	  "B mon-12:00 ana extend A level=low,"
	  "ben mon-14:00 thu-10:00" },
	{ "raised, then lowered: from the original start",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A level=urgent within=4h\n"
	  "C mon-12:00 ana extend A level=low within=3d,"
	  "ben tue-10:00 mon-15:00 thu-10:00" },
	{ "reopened with the level it had last",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana extend A level=urgent within=4h\n"
	  "C mon-12:00 ben reply A\n"
	  "D wed-10:00 ana reopen A,"
	  "ben tue-10:00 mon-15:00 wed-14:00" },
};

static void test_dues(void **state)
{
	check_rows(state, due_rows, NR(due_rows), tell_dues);
}

static const struct row refused_rows[] = {
	{ "an ack by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi ack A,"
	  "B: not asked" },
	{ "an ack of a note",
	  "A mon-10:00 ana post\n"
	  "B mon-11:00 chi ack A,"
	  "B: asks nobody" },
	{ "a reply by somebody else is a message",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi reply A,"
	  "" },
	{ "reading does no harm",
	  "A mon-10:00 ana post\n"
	  "B mon-11:00 chi read A,"
	  "" },
	{ "an answer to what is settled does no harm",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ben done A,"
	  "" },
	{ "not the deputy",
	  "A mon-10:00 ana post to=dee\n"
	  "B mon-11:00 chi ack A for=dee,"
	  "B: not the deputy of dee" },
	{ "nothing to reopen",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana reopen A,"
	  "B: nothing to reopen" },
	{ "the recipient reopens what was withdrawn",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana done A\n"
	  "C mon-12:00 ben reopen A,"
	  "C: nothing to reopen" },
	{ "somebody else reopens",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben done A\n"
	  "C mon-12:00 chi reopen A,"
	  "C: not asked" },
	{ "a retracted ask is not reopened",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ana retract A\n"
	  "C mon-12:00 ana reopen A,"
	  "A: retracted, C: that ask was retracted" },
	{ "assigned by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi assign A to=eve,"
	  "B: not asked" },
	{ "for somebody else",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 chi assign A for=ben to=eve,"
	  "B: only the author hands over the part of somebody else" },
	{ "assigned twice",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=chi\n"
	  "C mon-12:00 ben assign A to=eve,"
	  "C: that part is settled" },
	{ "assigned to oneself",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben assign A to=ben,"
	  "B: hands a part to its owner" },
	{ "the author does not say whose",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana assign A to=eve,"
	  "B: does not say whose part" },
	{ "the author names somebody else",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana assign A for=flo to=eve,"
	  "B: that person was not asked" },
	{ "a request",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d,"
	  "B: asks for more time; granted by 'async extend --accept'" },
	{ "a granted request",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-12:00 ana extend A accept=B,"
	  "" },
	{ "nobody's request",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi extend A within=1d\n"
	  "C mon-12:00 ana extend A accept=B,"
	  "B: not asked, C: accepts a request that is not here" },
	{ "a request that was taken back",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben extend A within=1d\n"
	  "C mon-11:30 ben retract B\n"
	  "D mon-12:00 ana extend A accept=B,"
	  "B: retracted, D: accepts a request that is not here" },
	{ "extended when nothing is open",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-12:00 ana extend A within=1d,"
	  "C: no part is open" },
	{ "no such level",
	  "A mon-10:00 ana post to=ben\n"
	  "C mon-12:00 ana extend A level=nosuch,"
	  "C: there is no such level" },
	{ "retracted by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben retract A,"
	  "B: only its author may retract it" },
	{ "what was retracted, and what retracted it",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A\n"
	  "C mon-12:00 ben retract B\n"
	  "D mon-13:00 ben retract C,"
	  "C: retracted" },
	{ "superseded by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben supersede A subject=x,"
	  "B: only its author may replace the text" },
	{ "a page is everybody's",
	  "A mon-10:00 ana post page=x\n"
	  "B mon-11:00 ben supersede A subject=x,"
	  "" },
	{ "a mark has no text to replace",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A\n"
	  "C mon-11:00 ben supersede B subject=x,"
	  "C: only a post has a text to replace" },
	{ "redacted by somebody else",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben redact A,"
	  "B: only its author or a maintainer may redact it" },
	{ "redacted by a maintainer",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 max redact A,"
	  "" },
	{ "anybody tags",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi tag A tags=x,"
	  "" },
	{ "a newer verb",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 chi bless A,"
	  "B: a verb this async does not know" },
	{ "what it is about is missing",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack Z,"
	  "B: what it is about is not here" },
	{ "imported from elsewhere",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben ack A origin=mail,"
	  "B: imported: changes only what was imported from the same system" },
	{ "far ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben ack A,"
	  "B: its date is more than a day ahead" },
	{ "far ahead, and taken back",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben ack A\n"
	  "C mon-11:00 ben retract B,"
	  "B: retracted" },
	{ "imported: exempt from date rules",
	  "A mon-10:00 ana post origin=mail\n"
	  "B sun2-10:00 ben reply A origin=mail,"
	  "" },
	{ "a reminder by a person",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 ben remind A person=ben stage=1,"
	  "B: a reminder has no author" },
	{ "a reminder is said once",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 - remind A person=ben round=1 stage=1\n"
	  "C mon-11:01 - remind A person=ben round=1 stage=1\n"
	  "D mon-11:02 - remind A person=ben round=1 stage=2,"
	  "C: said already" },
	{ "nobody acks",
	  "A mon-10:00 ana post to=ben\n"
	  "B mon-11:00 - ack A,"
	  "B: has no author" },
	{ "nobody asks", "A mon-10:00 - post to=ben", "A: asks in nobody's name" },
};

static void test_refused(void **state)
{
	check_rows(state, refused_rows, NR(refused_rows), tell_refused);
}

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
	  "B mon-11:00 ana supersede A body=three,"
	  "one/three superseded" },
	{ "the newest",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana supersede A subject=two\n"
	  "C mon-11:01 ana supersede A subject=three,"
	  "three/ superseded" },
	{ "one that is retracted",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana supersede A subject=two\n"
	  "C mon-11:01 ana retract B,"
	  "one/" },
	{ "by somebody else",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ben supersede A subject=two,"
	  "one/" },
	{ "of a reply",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ben reply A body=x\n"
	  "C mon-12:00 ben supersede B body=y,"
	  "one/" },
	{ "redacted",
	  "A mon-10:00 ana post subject=one body=two\n"
	  "B mon-11:00 max redact A,"
	  "/ redacted" },
	{ "redacted with what replaced it",
	  "A mon-10:00 ana post subject=one body=two\n"
	  "B mon-11:00 ana supersede A subject=three\n"
	  "C mon-12:00 ana redact A,"
	  "/ superseded redacted" },
	{ "redacted, then said anew",
	  "A mon-10:00 ana post subject=one body=two\n"
	  "B mon-11:00 ana redact A\n"
	  "C mon-12:00 ana supersede A subject=three,"
	  "three/ superseded" },
	{ "only the newer text is redacted",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana supersede A subject=two\n"
	  "C mon-12:00 ana redact B,"
	  "one/" },
	{ "the redaction is taken back",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana redact A\n"
	  "C mon-12:00 ana retract B,"
	  "one/" },
	{ "tags",
	  "A mon-10:00 ana post subject=one tags=b,a\n"
	  "B mon-11:00 ben tag A tags=c\n"
	  "C mon-12:00 chi untag A tags=b,"
	  "one/ #a #c" },
	{ "tagged again",
	  "A mon-10:00 ana post subject=one tags=a\n"
	  "B mon-11:00 ben untag A tags=a\n"
	  "C mon-12:00 chi tag A tags=a,"
	  "one/ #a" },
	{ "retracted",
	  "A mon-10:00 ana post subject=one\n"
	  "B mon-11:00 ana retract A,"
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
	  "B mon-11:00 ben ack A by=thu-12:00,"
	  "open due tue-10:00" },
	{ "the earliest that is open",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 chi reply A\n"
	  "C mon-11:00 ben ack A by=thu-12:00,"
	  "open due thu-12:00" },
	{ "met",
	  "A mon-10:00 ana post to=ben any=g:chi,eve\n"
	  "B mon-11:00 ben reply A\n"
	  "C mon-11:00 chi reply A,"
	  "met" },
	{ "withdrawn",
	  "A mon-10:00 ana post to=ben,chi\n"
	  "B mon-11:00 ana done A,"
	  "withdrawn" },
	{ "a record ahead",
	  "A mon-10:00 ana post to=ben\n"
	  "B sun2-10:00 ben reply A\n"
	  "C mon3-10:00 ben reply A,"
	  "open due tue-10:00 recheck sat2-10:00" },
	{ "a thread without its root",
	  "B mon-11:00 ben reply A to=chi\n"
	  "C mon-12:00 chi ack B,"
	  "open due tue-11:00" },
	{ "ids that hang on each other",
	  "A mon-11:00 ben ack B\n"
	  "B mon-12:00 chi ack A,"
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
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_needs_of_newer),
		cmocka_unit_test(test_parts),
		cmocka_unit_test(test_dues),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_threads),
		cmocka_unit_test(test_part_details),
		cmocka_unit_test(test_next_date),
		cmocka_unit_test(test_live_calendar),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_too_much),
		cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
