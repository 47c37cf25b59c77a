/*
 * Threads for tests, told as scripts, a line for each record:
 *
 *	LABEL WHEN FROM post|reply|VERB [TARGET] [key=value ...]
 *
 * WHEN is a day of the week of Monday, 2 March 2026 ("tue2": of the week after) and a time
 * in UTC. Nobody has hours of their own unless a test says so: Mon-Fri 09:00-17:00, UTC.
 * Each script is folded in several orders of its records: the answer must be the same.
 */
#ifndef STORY_H
#define STORY_H

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
	time_t at = -1;

	if (!when_of(text, &day, &at) || at < 0)
		fail_msg("not a moment: %s", text);
	return at;
}

static inline void tell_when(struct buf *out, time_t at)
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
	} else if (!strcmp(word, "accept") || !strcmp(word, "round")) {
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

static void add_person(struct team *team, const char *yaml)
{
	static unsigned char nr;
	struct record rec = RECORD_INIT;

	if (record_parse(&rec, yaml, strlen(yaml), "person") < 0)
		fail_msg("%s", error_last());
	rec.id.raw[0] = ++nr;
	team_add(team, &rec, NULL);
}

/* Nobody is known but ben; max, a maintainer; dee, whose deputy ben is; and gus, who has left. */
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

static inline int set_up(void **state)
{
	*state = make_team(at_of("fri2-17:00"));
	return 0;
}

static inline int tear_down(void **state)
{
	team_free(*state);
	return 0;
}

struct row {
	const char *name, *script, *expect;
};

static inline void check_rows(void **state, const struct row *rows, size_t nr, tell *how)
{
	for (size_t i = 0; i < nr; i++)
		check(rows[i].name, rows[i].script, *state, at_of("fri2-17:00"), how, rows[i].expect);
}

#endif
