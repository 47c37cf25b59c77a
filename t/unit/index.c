/* The index: however it came about, it answers as one that was made from nothing. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "index-log.h"

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

/* -- ids and words ---------------------------------------------------------------------------------- */

static int count_id(const struct id *id, void *data)
{
	(void)id;
	++*(size_t *)data;
	return 0;
}

static void finds_ids(void **state)
{
	struct index *index;
	struct draft draft;
	char hex[ID_HEX + 1], path[RECORD_PATH];
	struct id none = { { 1 } };

	(void)state;
	makef(&draft, "post", "ana", START + 100 * 86400, "subject: more\nto: [ben]\nlevel: standard\nwithin: 1d\n");
	commit(&story, &draft, 1);
	story.now = START + 120 * 86400;
	index = open_index(&story);
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
	ok(index_find_subject(&none, index, "mor", true));
	assert_int_equal(index_find_subject(&none, index, "no such subject", false), ERR_NOTFOUND);
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
		{ "fehlt OR nach", true }, { "nach OR fehlt weg", false }, { "weg OR fehlt OR nach Erst", true },
		{ "fehlt OR \"der Rückkehr\"", true }, { "OR nach OR", true }, { "OR", false }, { "nach or", false },
		{ "nach - der", true }, { "nach — !! der", true }, { "??? OR nach", true },
		{ "\"der rück\"*", true }, { "\"der rück\"", false }, { "der\"nach der\"", true }, { "\"der nach", false },
		{ "AND", false }, { "nach NOT fehlt", false }, { "NEAR(nach der)", false }, { "{subject} : nach", false },
		{ "nach)", true }, { "^nach", true }, { "nach + der", true }, { "\xff\xfe nach", true }, { "' nach", true },
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_as_it_would_be_made),
		cmocka_unit_test(follows_the_clock),
		cmocka_unit_test(unites_both_sides),
		cmocka_unit_test(tells_a_story),
		cmocka_unit_test(is_read_as_it_is_when_nothing_is_new),
		cmocka_unit_test(shows_a_past_moment),
		cmocka_unit_test(finds_ids),
		cmocka_unit_test(understands_words),
		cmocka_unit_test(many_write_and_ask_at_once),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
