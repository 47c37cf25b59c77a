/*
 * Logs for tests of the index: written by hand or by chance, and all that an index says
 * of one, as text, to be compared with what one made from nothing says.
 */
#ifndef INDEX_LOG_H
#define INDEX_LOG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "index.h"

#define START ((time_t)1772438400) /* Mon 2026-03-02 08:00 UTC */

static char top[] = "/tmp/async-index-XXXXXX";

/* -- a log to ask --------------------------------------------------------------------- */

struct log {
	struct repo *repo;
	char *dir;
	struct tips tips;
	time_t now;
};

static void shell(const char *fmt, ...)
{
	va_list ap;
	char *command;

	va_start(ap, fmt);
	assert_true(vasprintf(&command, fmt, ap) > 0);
	va_end(ap);
	assert_int_equal(system(command), 0);
	free(command);
}

static void ok(int rc)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, error_last());
}

static void log_open(struct log *log, const char *name)
{
	char *git_dir = xstrfmt("%s/%s/.git", top, name);
	struct repo_options options = { .git_dir = git_dir };
	bool adopted, offline;

	shell("git init -q %s/%s", top, name);
	memset(log, 0, sizeof(*log));
	ok(repo_open(&log->repo, &options));
	ok(repo_init_log(log->repo, &adopted, &offline));
	log->dir = xstrfmt("%s/async", git_dir);
	log->now = START + 30 * 86400;
	ok(repo_tips(&log->tips, log->repo));
	free(git_dir);
}

static void log_close(struct log *log)
{
	repo_close(log->repo);
	free(log->dir);
}

static struct index *open_index(struct log *log)
{
	const struct index_options options = { .dir = log->dir, .now = log->now };
	struct index *index;

	ok(repo_tips(&log->tips, log->repo));
	ok(index_open(&index, log->repo, &log->tips, &options));
	return index;
}

static struct index *open_in_memory(struct log *log)
{
	const struct index_options options = { .now = log->now };
	struct index *index;

	ok(index_open(&index, log->repo, &log->tips, &options));
	return index;
}

/* -- all it says, as text ---------------------------------------------------------------- */

static void put_id(struct buf *out, const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	buf_addf(out, " %s", hex);
}

static int put_part(const struct part_row *row, void *data)
{
	struct buf *out = data;

	buf_puts(out, "part");
	put_id(out, &row->post);
	put_id(out, &row->root);
	buf_addf(out, " [%s] %s>%s %s %s %d need %d state %d %s at %lld %lld due %lld %lld %lld %lld %lld %d\n",
		 row->subject, row->from, row->to, row->level ? row->level : "-", row->group ? row->group : "-",
		 row->item, row->need, row->state, row->outcome ? row->outcome : "-", (long long)row->post_at,
		 (long long)row->asked_at, (long long)row->due_at, (long long)row->asked_due_at,
		 (long long)row->acked_at, (long long)row->promised_at, (long long)row->settled_at, row->assumed);
	return 0;
}

static int put_post(const struct post_row *row, void *data)
{
	struct buf *out = data;

	buf_puts(out, "post");
	put_id(out, &row->id);
	buf_addf(out, " [%s] %s %d %s %s to %s tags %s state %d at %lld due %lld last %lld %zu %zu %zu %d%d\n",
		 row->subject, row->from, row->type, row->type_name, row->level ? row->level : "-", row->to, row->tags,
		 row->state, (long long)row->date, (long long)row->due_at, (long long)row->last_at, row->replies,
		 row->parts, row->open, row->retracted, row->redacted);
	return 0;
}

static int put_record(const struct record_row *row, void *data)
{
	struct buf *out = data;

	buf_puts(out, "record");
	put_id(out, &row->id);
	put_id(out, &row->root);
	put_id(out, &row->target);
	buf_addf(out, " %s %s %s [%s] %lld %s%s\n", row->kind_name, row->what, row->from ? row->from : "-", row->subject,
		 (long long)row->date, row->why_not ? row->why_not : "counts", row->redacted ? " redacted" : "");
	return 0;
}

static int put_unreadable(const char *path, const char *reason, void *data)
{
	buf_addf(data, "unreadable %s: %s\n", path, reason);
	return 0;
}

static void put_people(struct buf *out, struct index *index, time_t now)
{
	static const char *const names[] = { "ana", "ben", "chi", "dee", "eve", "ana@x.org", "ben@x.org", "fay@x.org",
					     "fay", "nobody" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const struct indexed_person *person = index_person(index, names[i]);
		struct calendar *cal = index_calendar(index, person ? person->key : names[i], now);

		buf_addf(out, "%s: %s %s %s %s %d", names[i], person ? person->key : "-", person ? person->handle : "-",
			 person ? person->shown : "-", person && person->name ? person->name : "-",
			 person && person->gone);
		buf_addf(out, " next %lld%s\n", (long long)worktime_next(cal, now, FOCUS_PAUSE),
			 calendar_is_assumed(cal) ? " ~" : "");
	}
}

static char *dump(struct index *index, time_t now)
{
	static const struct {
		struct query query;
		const char *terms;
	} asked[] = {
		{ { 0 }, "" },
		{ { .words = "migration" }, "" },
		{ { .to = "ben@x.org", .states = STATES_UNSETTLED }, "" },
		{ { .from = "ana@x.org", .states = STATES_UNSETTLED, .reverse = true }, "" },
		{ { .limit = 5 }, "tag:release" },
		{ { .since = START + 86400, .until = START + 9 * 86400 }, "level:urgent" },
		{ { .states = STATE(THREAD_OPEN) }, "type:ask" },
		{ { .to = "chi@x.org" }, "state:met need:reply" },
	};
	struct pool pool = POOL_INIT;
	struct buf out = BUF_INIT;

	buf_addf(&out, "count %zu unreadable %zu\n", index_count(index), index_unreadable(index));
	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		struct query query = asked[i].query;

		ok(query_parse(&query, &pool, asked[i].terms));
		buf_addf(&out, "query %zu\n", i);
		ok(index_parts(index, &query, put_part, &out));
		ok(index_posts(index, &query, put_post, &out));
		ok(index_records(index, &query, put_record, &out));
	}
	pool_release(&pool);
	ok(index_each_unreadable(index, put_unreadable, &out));
	put_people(&out, index, now);
	return buf_detach(&out);
}

/* Say which line differs: the dumps are long. */
static void same(const char *expect, const char *actual)
{
	size_t line = 1;

	while (*expect && *expect == *actual) {
		line += *expect == '\n';
		expect++, actual++;
	}
	if (*expect != *actual)
		fail_msg("line %zu: expected …%.300s\nbut got …%.300s", line, expect, actual);
}

/* The index as it grew says what one from nothing says; the caller frees the answer. */
static char *check_index(struct log *log)
{
	struct index *grown = open_index(log), *made = open_in_memory(log);
	char *answer = dump(grown, log->now), *expect = dump(made, log->now);

	same(expect, answer);
	free(answer);
	index_close(grown);
	index_close(made);
	return expect;
}

/* -- records ------------------------------------------------------------------------------ */

struct draft {
	char path[RECORD_PATH];
	char *text;
	struct id id;
};

static void make(struct draft *out, const char *yaml)
{
	struct record rec = RECORD_INIT;
	struct buf text = BUF_INIT;

	ok(record_parse(&rec, yaml, strlen(yaml), "test"));
	record_format(&text, &rec);
	repo_hash(&out->id, text.ptr, text.len);
	record_path(out->path, rec.date, &out->id);
	out->text = buf_detach(&text);
	record_release(&rec);
}

static void makef(struct draft *out, const char *kind, const char *from, time_t date, const char *fmt, ...)
{
	char at[INSTANT_TEXT], *rest, *yaml;
	va_list ap;

	va_start(ap, fmt);
	assert_true(vasprintf(&rest, fmt, ap) >= 0);
	va_end(ap);
	instant_format(at, date);
	yaml = xstrfmt("async: 1\nkind: %s\n%s%s%sdate: %s\n%s", kind, from ? "from: " : "", from ? from : "",
		       from ? "\n" : "", at, rest);
	make(out, yaml);
	free(rest);
	free(yaml);
}

static void commit(struct log *log, const struct draft *drafts, size_t nr)
{
	struct repo_file *files = xcalloc(nr, sizeof(*files));
	struct id id;

	for (size_t i = 0; i < nr; i++)
		files[i] = (struct repo_file){ drafts[i].path, drafts[i].text, strlen(drafts[i].text) };
	ok(repo_commit(&id, log->repo, files, nr, "test"));
	free(files);
}

static void commit_one(struct log *log, struct draft *draft)
{
	commit(log, draft, 1);
	free(draft->text);
}

static void commit_text(struct log *log, const char *path, const char *text)
{
	const struct repo_file file = { path, text, strlen(text) };
	struct id id;

	ok(repo_commit(&id, log->repo, &file, 1, "test"));
}

static void found_team(struct log *log)
{
	static const char *const people[] = { "ana", "ben", "chi", "dee", "eve" };
	static const char *const zones[] = { "Europe/Berlin", "Africa/Lagos", "Asia/Tokyo", "America/New_York",
					     "Europe/London" };

	for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++) {
		struct draft draft;

		makef(&draft, "person", "ana@x.org", START - 86400 + (time_t)i,
		      "person: %s@x.org\nhandle: %s\nname: %s\naddresses: {add: [%s@x.org]}\nzone: %s\n"
		      "hours: {mon-fri: \"09:00-17:00\"}\n",
		      people[i], people[i], people[i], people[i], zones[i]);
		commit_one(log, &draft);
	}
}

/* -- a log made by chance ------------------------------------------------------------------- */

static unsigned long long seed;

static unsigned rnd(unsigned below)
{
	seed = seed * 6364136223846793005ULL + 1442695040888963407ULL;
	return (unsigned)(seed >> 33) % below;
}

static const char *somebody(void)
{
	static const char *const names[] = { "ana", "ben", "chi", "dee", "eve", "fay@x.org" };

	return names[rnd(6)];
}

static void make_post(struct draft *out, time_t date, const struct id *re)
{
	static const char *const needs[] = { "reply", "ack", "approval", "done", "read" };
	static const char *const words[] = { "release", "migration", "lunch", "budget" };
	char parent[ID_HEX + 8] = "", *ask = xstrdup("");

	if (re) {
		char hex[ID_HEX + 1];

		id_hex(hex, re);
		snprintf(parent, sizeof(parent), "re: %s\n", hex);
	}
	if (rnd(re ? 6 : 2) == 0) {
		free(ask);
		ask = rnd(3) ? xstrfmt("to: [%s]\nneed: %s\nlevel: %s\nwithin: %ud\n", somebody(), needs[rnd(5)],
				       rnd(4) ? "standard" : "urgent", 1 + rnd(5))
			     : xstrfmt("to: [ana]\nany:\n  - {group: backend, of: [ben, dee]}\nlevel: standard\n"
				       "within: %uh\n", 1 + rnd(30));
	}
	makef(out, "post", somebody(), date, "subject: about %s %u\n%s%sbody: |\n  The %s is open.\ntags: [%s]\n",
	      words[rnd(4)], rnd(1000), parent, ask, words[rnd(4)], words[rnd(4)]);
	free(ask);
}

static void make_mark(struct draft *out, time_t date, const struct id *target)
{
	static const char *const marks[] = { "ack", "ack", "done", "approve", "reject\nnote: No, the migration", "read",
					     "reopen", "retract", "redact", "tag\ntags: [later]",
					     "assign\nto: [chi]", "extend\nwithin: 2d" };
	char hex[ID_HEX + 1];

	id_hex(hex, target);
	makef(out, "mark", somebody(), date, "target: %s\nverb: %s\n", hex, marks[rnd(12)]);
}

static void make_admin(struct draft *out, time_t date)
{
	const char *who = somebody();
	char day[DAY_TEXT];

	day_format(day, day_of_instant(date) + (int32_t)rnd(20) - 5);
	switch (rnd(6)) {
	case 0:
		makef(out, "person", "ana", date, "person: %s\nhours: {mon-thu: \"0%u:00-15:00\"}\n", who, 6 + rnd(3));
		break;
	case 1:
		makef(out, "policy", "ana", date, "hours: {mon-fri: \"08:00-1%u:00\"}\n", 4 + rnd(4));
		break;
	default:
		makef(out, "away", who, date, "person: %s\naway:\n  - {from: \"%s\"}\n", who, day);
	}
}

struct heap {
	struct draft *v;
	size_t nr, alloc;
};

static void add_draft(struct heap *heap, const struct draft *draft)
{
	for (size_t i = 0; i < heap->nr; i++)
		if (id_equal(&heap->v[i].id, &draft->id)) {
			free(draft->text);
			return;
		}
	GROW(heap->v, heap->nr, heap->alloc);
	heap->v[heap->nr++] = *draft;
}

static void free_heap(struct heap *heap)
{
	for (size_t i = 0; i < heap->nr; i++)
		free(heap->v[i].text);
	free(heap->v);
}

static void make_log(struct heap *heap, size_t nr)
{
	time_t date = START;

	while (heap->nr < nr) {
		const struct id *target = heap->nr ? &heap->v[heap->nr - 1 - rnd(heap->nr < 30 ? (unsigned)heap->nr : 30)].id
						   : NULL;
		unsigned kind = rnd(20);
		struct draft draft;

		date += rnd(4 * 3600);
		if (kind == 0)
			make_admin(&draft, date);
		else if (kind < 8 || !target)
			make_post(&draft, date, NULL);
		else if (kind < 12)
			make_post(&draft, date - rnd(7200), target);
		else
			make_mark(&draft, date - rnd(7200), target);
		add_draft(heap, &draft);
	}
}

/* Is there a write-ahead log? Without one every refresh would wait for the disk, and disturb who reads. */
static void expect_wal(const struct log *log)
{
	char *wal = xstrfmt("%s/index.db-wal", log->dir);

	assert_int_equal(access(wal, F_OK), 0);
	free(wal);
}

/* -- one that several tests share --------------------------------------------------------------- */

static struct log story; /* one that later tests share */
static char *story_answer;

static void tells_a_story(void **state)
{
	struct heap heap = { 0 };

	(void)state;
	seed = 77;
	found_team(&story);
	make_log(&heap, 120);
	commit(&story, heap.v, heap.nr);
	commit_text(&story, "log/2026/03/03/0123456789012345678901234567890123456789.yaml", "async: 1\n");
	story_answer = check_index(&story);
	assert_non_null(strstr(story_answer, "migration"));
	free_heap(&heap);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(top));
	setenv("HOME", top, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_COMMITTER_NAME", "Ana", 1);
	setenv("GIT_COMMITTER_EMAIL", "ana@x.org", 1);
	setenv("GIT_CEILING_DIRECTORIES", top, 1);
	unsetenv("XDG_CACHE_HOME");
	log_open(&story, "story");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	log_close(&story);
	free(story_answer);
	shell("rm -rf %s", top);
	return 0;
}

#endif
