/* The index: whatever way it came about, and whatever happened to it, it answers the same. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
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
	static const struct query queries[] = {
		{ 0 },
		{ .words = "migration" },
		{ .to = "ben@x.org", .states = STATES_UNSETTLED },
		{ .from = "ana@x.org", .states = STATES_UNSETTLED, .reverse = true },
		{ .tag = "release", .limit = 5 },
		{ .level = "urgent", .since = START + 86400, .until = START + 9 * 86400 },
		{ .states = STATE(THREAD_OPEN), .type = TYPE_ASK },
		{ .to = "chi@x.org", .part_states = STATE(PART_MET), .need = NEED_REPLY },
	};
	struct buf out = BUF_INIT;

	buf_addf(&out, "count %zu unreadable %zu\n", index_count(index), index_unreadable(index));
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		buf_addf(&out, "query %zu\n", i);
		ok(index_parts(index, &queries[i], put_part, &out));
		ok(index_posts(index, &queries[i], put_post, &out));
		ok(index_records(index, &queries[i], put_record, &out));
	}
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

/* Sometimes far out of order: what was written in another clone comes late. */
static void shuffle(struct heap *heap)
{
	for (size_t i = 0; i + 1 < heap->nr; i++) {
		size_t k = i + rnd(rnd(4) ? 3 : 40);

		if (k < heap->nr) {
			struct draft swap = heap->v[i];

			heap->v[i] = heap->v[k];
			heap->v[k] = swap;
		}
	}
}

/* Is there a write-ahead log? Without one every refresh would wait for the disk, and disturb who reads. */
static void expect_wal(const struct log *log)
{
	char *wal = xstrfmt("%s/index.db-wal", log->dir);

	assert_int_equal(access(wal, F_OK), 0);
	free(wal);
}

static ino_t inode_of(const struct log *log)
{
	char *path = xstrfmt("%s/index.db", log->dir);
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	free(path);
	return st.st_ino;
}

static void grows_as_it_would_be_made(void **state)
{
	size_t steps = 0, rebuilds = 0;
	struct log log;
	struct heap heap = { 0 };
	char name[32];
	ino_t was = 0;

	(void)state;
	for (unsigned long long round = 1; round <= 4; round++) {
		seed = round;
		snprintf(name, sizeof(name), "chance%llu", round);
		log_open(&log, name);
		found_team(&log);
		make_log(&heap, 240);
		shuffle(&heap);
		log.now = START + 3 * 86400;
		for (size_t i = 0, n; i < heap.nr; i += n) {
			n = 1 + rnd(20);
			if (n > heap.nr - i)
				n = heap.nr - i;
			commit(&log, heap.v + i, n);
			log.now += rnd(2 * 86400);
			free(check_index(&log));
			expect_wal(&log);
			rebuilds += inode_of(&log) != was;
			was = inode_of(&log);
			steps++;
		}
		free_heap(&heap);
		heap = (struct heap){ 0 };
		log_close(&log);
	}
	if (rebuilds > steps / 3)
		fail_msg("made anew %zu times of %zu", rebuilds, steps);
}

/* -- freshness ------------------------------------------------------------------------------ */

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

static void is_read_as_it_is_when_nothing_is_new(void **state)
{
	struct stat before, after;
	char *path = xstrfmt("%s/index.db", story.dir), *wal = xstrfmt("%s-wal", path);
	struct index *index;
	char *answer;

	(void)state;
	assert_int_equal(stat(path, &before), 0);
	index = open_index(&story);
	answer = dump(index, story.now);
	index_close(index);
	same(story_answer, answer);
	assert_int_equal(stat(path, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	free(answer);
	free(path);
	free(wal);
}

/* A record dated ahead counts from a day before its date, and an index that knew that forgets it again. */
static void follows_the_clock(void **state)
{
	static const time_t nows[] = { START, START + 4 * 86400, START + 6 * 86400, START + 5 * 86400 - 1, START };
	struct draft ask, ack, away;
	struct log log;
	char hex[ID_HEX + 1];

	(void)state;
	log_open(&log, "clock");
	found_team(&log);
	makef(&ask, "post", "ana", START - 60, "subject: s\nto: [ben]\nlevel: standard\nwithin: 1d\n");
	id_hex(hex, &ask.id);
	makef(&ack, "mark", "ben", START + 5 * 86400, "target: %s\nverb: done\n", hex);
	makef(&away, "away", "chi", START + 5 * 86400, "person: chi\naway:\n  - {from: \"2026-03-08\"}\n");
	commit_one(&log, &ask);
	commit_one(&log, &ack);
	commit_one(&log, &away);
	for (size_t i = 0; i < sizeof(nows) / sizeof(*nows); i++) {
		char *answer;

		log.now = nows[i];
		answer = check_index(&log);
		assert_true(!!strstr(answer, "state 2 done") == (log.now >= START + 4 * 86400));
		free(answer);
	}
	log_close(&log);
}

static void shows_a_past_moment(void **state)
{
	const struct index_options options = { .dir = story.dir, .now = story.now, .at = START + 5 * 86400 };
	struct index *index;
	struct buf rows = BUF_INIT;
	struct query later = { .since = START + 5 * 86400 + 1 };

	(void)state;
	ok(index_open(&index, story.repo, &story.tips, &options));
	ok(index_records(index, &later, put_record, &rows));
	assert_string_equal(rows.ptr, "");
	ok(index_records(index, &(struct query){ 0 }, put_record, &rows));
	assert_true(rows.len > 1000);
	index_close(index);
	buf_release(&rows);
}

static void unites_both_sides(void **state)
{
	struct draft draft;
	struct log log;
	char *answer;

	(void)state;
	log_open(&log, "sides");
	found_team(&log);
	shell("git -C %s/sides update-ref refs/remotes/origin/async refs/heads/async", top);
	shell("git -C %s/sides remote add origin /nowhere", top);
	free(check_index(&log));
	makef(&draft, "post", "ana", START, "subject: ours\n");
	commit_one(&log, &draft);
	free(check_index(&log));
	shell("cd %s/sides && git update-ref refs/remotes/origin/async refs/heads/async && "
	      "git update-ref refs/heads/async refs/heads/async^", top);
	repo_close(log.repo);
	{
		char *git_dir = xstrfmt("%s/sides/.git", top);

		ok(repo_open(&log.repo, &(struct repo_options){ .git_dir = git_dir }));
		free(git_dir);
	}
	makef(&draft, "post", "ben", START, "subject: theirs\n");
	commit_one(&log, &draft);
	answer = check_index(&log);
	assert_non_null(strstr(answer, "[ours]"));
	assert_non_null(strstr(answer, "[theirs]"));
	free(answer);
	/* A side that is gone takes its records along. */
	shell("git -C %s/sides update-ref -d refs/remotes/origin/async", top);
	answer = check_index(&log);
	assert_non_null(strstr(answer, "[theirs]"));
	free(answer);
	log_close(&log);
}

/* -- damage ------------------------------------------------------------------------------------ */

static void expect_same_answer(const char *what)
{
	struct index *index = open_index(&story);
	char *answer = dump(index, story.now);

	if (strcmp(answer, story_answer) != 0)
		print_message("after %s:\n", what);
	same(story_answer, answer);
	free(answer);
	index_close(index);
}

static char *path_of(const char *suffix)
{
	return xstrfmt("%s/index.db%s", story.dir, suffix);
}

/* One more record, so that there is a write-ahead log to be damaged. */
static void write_more(void)
{
	static time_t date = START + 100 * 86400;
	struct draft draft;
	struct index *index;

	story.now = START + 120 * 86400;
	makef(&draft, "post", "ana", date++, "subject: more\nto: [ben]\nlevel: standard\nwithin: 1d\n");
	commit_one(&story, &draft);
	free(story_answer);
	story_answer = check_index(&story);
	index = open_index(&story);
	index_close(index);
}

static void flip(const char *path, unsigned bits)
{
	struct stat st;
	int fd = open(path, O_RDWR);

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	for (unsigned i = 0; i < bits && st.st_size; i++) {
		off_t at = (off_t)rnd((unsigned)st.st_size);
		unsigned char byte;

		assert_int_equal(pread(fd, &byte, 1, at), 1);
		byte ^= (unsigned char)(1u << rnd(8));
		assert_int_equal(pwrite(fd, &byte, 1, at), 1);
	}
	close(fd);
}

static void a_flipped_bit_changes_no_answer(void **state)
{
	char *db = path_of(""), *wal = path_of("-wal");

	(void)state;
	for (int i = 0; i < 60; i++) {
		if (i % 3 == 2) {
			write_more();
			expect_wal(&story);
		}
		flip(i % 3 == 2 ? wal : db, 1 + rnd(3));
		expect_same_answer("a flipped bit");
	}
	free(db);
	free(wal);
}

static void other_damage_changes_no_answer(void **state)
{
	static const struct {
		const char *what, *command;
	} damage[] = {
		{ "a cut", "truncate -s 9000 index.db" },
		{ "an empty file", ": >index.db" },
		{ "no file", "rm -f index.db" },
		{ "no folder", "rm -rf ../async" },
		{ "garbage", "head -c 50000 /dev/urandom >index.db" },
		{ "garbage after", "head -c 50000 /dev/urandom >index.db-wal" },
		{ "a cut log", "truncate -s -5000 index.db-wal" },
		{ "an empty log", ": >index.db-wal" },
		{ "a folder", "rm index.db && mkdir -p index.db/x" },
		{ "a FIFO", "rm -rf index.db && mkfifo index.db" },
		{ "a FIFO beside", "rm -f index.db-*; mkfifo index.db-wal" },
		{ "a link", "rm -f index.db*; echo kept >../kept; ln -s ../kept index.db" },
		{ "a link beside", "rm -f index.db-*; ln -s ../kept index.db-wal" },
		{ "another log's file", "cp ../../../other/.git/async/index.db index.db" },
		{ "zeroes", "dd if=/dev/zero of=index.db bs=4096 seek=3 count=2 conv=notrunc 2>/dev/null" },
		{ "another log's file alone", "rm -f index.db*; cp ../../../other/.git/async/index.db index.db" },
		{ "a left-over", "echo garbage >index.new; rm -rf index.lock index.db; mkdir index.lock" },
		{ "a lock that is a FIFO", "rm -rf index.lock index.db; mkfifo index.lock" },
		{ "a link as lock", "rm -rf index.lock index.read; ln -s ../kept index.read" },
	};
	struct log other;
	char *kept = xstrfmt("%s/story/.git/kept", top);
	struct buf text = BUF_INIT;

	(void)state;
	log_open(&other, "other");
	found_team(&other);
	free(check_index(&other));
	for (size_t i = 0; i < sizeof(damage) / sizeof(*damage); i++) {
		write_more();
		shell("cd %s && { %s; }", story.dir, damage[i].command);
		expect_same_answer(damage[i].what);
		expect_same_answer(damage[i].what);
	}
	ok(buf_read_file(&text, kept, 100));
	assert_string_equal(text.ptr, "kept\n");
	buf_release(&text);
	free(kept);
	log_close(&other);
}

/* A question may be asked while the rows of another are handed out, and damage found then. */
struct nested {
	struct index *index;
	char *path;
	struct buf rows;
	bool done;
};

static int damage_and_ask(const struct record_row *row, void *data)
{
	struct nested *nested = data;

	put_record(row, &nested->rows);
	if (nested->done)
		return 0;
	nested->done = true;
	shell("head -c 100000 /dev/urandom | dd of=%s bs=4096 seek=1 conv=notrunc 2>/dev/null", nested->path);
	assert_non_null(index_person(nested->index, "ben"));
	return 0;
}

static void damage_while_reading_repeats_nothing(void **state)
{
	struct nested nested = { .path = path_of(""), .rows = BUF_INIT };
	struct buf expect = BUF_INIT;
	struct index *index;

	(void)state;
	write_more();
	index = open_in_memory(&story);
	ok(index_records(index, &(struct query){ 0 }, put_record, &expect));
	index_close(index);
	shell("rm -rf %s", story.dir);
	index_close(open_index(&story)); /* all pages in the file */
	nested.index = open_index(&story);
	ok(index_records(nested.index, &(struct query){ 0 }, damage_and_ask, &nested));
	same(expect.ptr, nested.rows.ptr);
	index_close(nested.index);
	buf_release(&nested.rows);
	buf_release(&expect);
	free(nested.path);
}

static void falls_back_to_the_cache_and_to_memory(void **state)
{
	char *cache = xstrfmt("%s/cache", top);

	(void)state;
	shell("rm -rf %s && : >%s", story.dir, story.dir);
	setenv("XDG_CACHE_HOME", cache, 1);
	shell("mkdir %s", cache);
	expect_same_answer("a file in place of the folder");
	shell("ls %s/async/*/index.db >/dev/null", cache);
	shell("rm -rf %s && : >%s", cache, cache);
	expect_same_answer("no cache folder either");
	shell("rm %s", story.dir);
	free(cache);
}

/* -- ids and words ---------------------------------------------------------------------------------- */

static int count_id(const struct id *id, void *data)
{
	(void)id;
	++*(size_t *)data;
	return 0;
}

static void finds_ids(void **state)
{
	struct index *index = open_index(&story);
	struct draft draft;
	char hex[ID_HEX + 1], path[RECORD_PATH];
	struct id none = { { 1 } };

	(void)state;
	makef(&draft, "post", "ana", START + 100 * 86400, "subject: more\nto: [ben]\nlevel: standard\nwithin: 1d\n");
	id_hex(hex, &draft.id);
	for (size_t len = 4; len <= ID_HEX; len++) {
		size_t nr = 0;

		ok(index_each_prefix(index, hex, len, count_id, &nr));
		assert_true(nr >= 1);
		assert_true(len < index_unique_digits(index, &draft.id) || nr == 1);
	}
	ok(index_path(path, index, &draft.id));
	assert_string_equal(path, draft.path);
	assert_int_equal(index_path(path, index, &none), ERR_NOTFOUND);
	ok(index_find_subject(&none, index, "mor"));
	assert_int_equal(index_find_subject(&none, index, "no such subject"), ERR_NOTFOUND);
	index_close(index);
	free(draft.text);
}

static void understands_words(void **state)
{
	static const struct {
		const char *words;
		bool found;
	} cases[] = {
		{ "Rückkehr", true }, { "ruckkehr", true }, { "rück*", true }, { "\"nach der Rückkehr\"", true },
		{ "\"der nach\"", false }, { "der nach", true }, { "nach fehlt", false }, { "-", false },
		{ "\"", false }, { "a\" OR b", false }, { "subject:nach", false }, { "*", false }, { "   ", false },
	};
	struct draft draft;
	struct log log;
	struct index *index;

	(void)state;
	log_open(&log, "words");
	found_team(&log);
	makef(&draft, "post", "ana", START, "subject: Alles\nbody: |\n  Erst nach der Rückkehr.\n");
	commit_one(&log, &draft);
	index = open_index(&log);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct query query = { .words = cases[i].words };
		struct buf rows = BUF_INIT;

		ok(index_posts(index, &query, put_post, &rows));
		if ((rows.len > 0) != cases[i].found)
			fail_msg("words <%s>: %s", cases[i].words, rows.len ? "found" : "not found");
		buf_release(&rows);
	}
	index_close(index);
	log_close(&log);
}

static int count_record(const struct record_row *row, void *data)
{
	(void)row;
	++*(size_t *)data;
	return 0;
}

#define WRITERS 4
#define WRITES 12

/* Write, ask, write, ask: in each answer are all records up to some moment, the own ones among them. */
static int write_and_ask(const char *git_dir, const char *dir, int me)
{
	struct log log = { .dir = xstrdup(dir), .now = START + 30 * 86400 };
	size_t seen = 0;

	if (repo_open(&log.repo, &(struct repo_options){ .git_dir = git_dir }) < 0)
		return 1;
	for (int i = 0; i < WRITES; i++) {
		struct query mine = { .words = "here" };
		struct index *index;
		struct draft draft;
		size_t rows = 0, found = 0;

		makef(&draft, "post", "ana", START + i, "subject: writer%d\nto: [ben]\nlevel: standard\nwithin: 1d\n"
		      "body: |\n  here %d\n", me, i);
		commit_one(&log, &draft);
		index = open_index(&log);
		ok(index_records(index, &(struct query){ 0 }, count_record, &rows));
		ok(index_records(index, &mine, count_record, &found));
		if (rows != index_count(index) || rows <= seen || found < (size_t)i + 1)
			return 2;
		seen = rows;
		index_close(index);
	}
	log_close(&log);
	return 0;
}

static void many_write_and_ask_at_once(void **state)
{
	char *git_dir = xstrfmt("%s/many/.git", top), *answer;
	pid_t pids[WRITERS];
	struct log log;
	int status;

	(void)state;
	log_open(&log, "many");
	found_team(&log);
	for (int i = 0; i < WRITERS; i++) {
		pids[i] = fork();
		assert_true(pids[i] >= 0);
		if (!pids[i])
			_exit(write_and_ask(git_dir, log.dir, i));
	}
	for (int i = 0; i < WRITERS; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	answer = check_index(&log);
	expect_wal(&log);
	free(answer);
	free(git_dir);
	log_close(&log);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_as_it_would_be_made),
		cmocka_unit_test(follows_the_clock),
		cmocka_unit_test(unites_both_sides),
		cmocka_unit_test(many_write_and_ask_at_once),
		cmocka_unit_test(tells_a_story),
		cmocka_unit_test(is_read_as_it_is_when_nothing_is_new),
		cmocka_unit_test(shows_a_past_moment),
		cmocka_unit_test(a_flipped_bit_changes_no_answer),
		cmocka_unit_test(other_damage_changes_no_answer),
		cmocka_unit_test(damage_while_reading_repeats_nothing),
		cmocka_unit_test(finds_ids),
		cmocka_unit_test(understands_words),
		cmocka_unit_test(falls_back_to_the_cache_and_to_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
