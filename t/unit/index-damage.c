/*
 * The index: whatever happened to it, it answers as before, and is made anew once at most.
 *
 * What befalls it is drawn from a seed, which is printed; DAMAGE_SEED=<n> draws the same again.
 */
#include <fcntl.h>
#include <sys/stat.h>

#include "index-log.h"
#include "index-internal.h"
#include "long.h"

#define PAGE 4096

/* -- damage ------------------------------------------------------------------------------------ */

static size_t trials, renewals;

static char *path_of(const char *suffix)
{
	return xstrfmt("%s/index.db%s", story.dir, suffix);
}

/* Which file it is; 0: none. */
static ino_t index_file(void)
{
	char *path = path_of("");
	struct stat st;
	ino_t file = lstat(path, &st) == 0 ? st.st_ino : 0;

	free(path);
	return file;
}

static void expect_same_answer(const char *what)
{
	ino_t before = index_file();
	struct index *index = open_index(&story);
	char *answer = dump(index, story.now);

	if (strcmp(answer, story_answer) != 0 || index->rebuilds > 1)
		print_message("after %s (%u times):\n", what, index->rebuilds);
	same(story_answer, answer);
	assert_true(index->rebuilds <= 1);
	free(answer);
	index_close(index);
	trials++;
	renewals += index_file() != before;
}

/* And then it is whole: another command has nothing to make anew. */
static void expect_mended(const char *what)
{
	ino_t file;

	expect_same_answer(what);
	file = index_file();
	expect_same_answer(what);
	assert_int_equal(file, index_file());
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
	size_t flips = long_or(500, 60);

	(void)state;
	seed = getenv("DAMAGE_SEED") ? strtoull(getenv("DAMAGE_SEED"), NULL, 10) : 77;
	print_message("# DAMAGE_SEED=%llu\n", seed);
	for (size_t i = 0; i < flips; i++) {
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

static off_t size_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_size;
}

/* Cut at the end of each page (of some) of the file and of its write-ahead log, and beside it. */
static void a_cut_changes_no_answer(void **state)
{
	static const char *const suffixes[] = { "", "-wal" };
	size_t step = long_or(1, 12);

	(void)state;
	for (int i = 0; i < 2; i++) {
		/* Each page of the log has a header of 24 bytes, and all of it one of 32. */
		off_t unit = i ? PAGE + 24 : PAGE, head = i ? 32 : 0;
		char *path = path_of(suffixes[i]), *what;

		write_more();
		for (size_t page = 0; head + (off_t)page * unit < size_of(path); page += step) {
			off_t cut = head + (off_t)page * unit + (off_t)(page % 2 ? rnd(PAGE) : 0);

			what = xstrfmt("index.db%s cut to %lld", suffixes[i], (long long)cut);
			if (cut < size_of(path))
				assert_int_equal(truncate(path, cut), 0);
			expect_mended(what);
			free(what);
			write_more();
		}
		free(path);
	}
}

/* Each page (of some) zeroed; and pairs of them swapped, whole as they are. */
static void a_lost_page_changes_no_answer(void **state)
{
	char *db = path_of(""), *what;
	size_t step = long_or(1, 12), swaps = long_or(200, 8);
	size_t pages = (size_t)(size_of(db) / PAGE);

	(void)state;
	assert_true(pages > 30);
	for (size_t page = 0; page < pages; page += step) {
		what = xstrfmt("page %zu zeroed", page);
		shell("dd if=/dev/zero of=%s bs=%d seek=%zu count=1 conv=notrunc 2>/dev/null", db, PAGE, page);
		expect_mended(what);
		free(what);
	}
	for (size_t i = 0; i < swaps; i++) {
		unsigned char a[PAGE], b[PAGE];
		off_t at = (off_t)rnd((unsigned)pages) * PAGE, other = (off_t)rnd((unsigned)pages) * PAGE;
		int fd = open(db, O_RDWR);

		assert_int_equal(pread(fd, a, PAGE, at), PAGE);
		assert_int_equal(pread(fd, b, PAGE, other), PAGE);
		assert_int_equal(pwrite(fd, a, PAGE, other), PAGE);
		assert_int_equal(pwrite(fd, b, PAGE, at), PAGE);
		close(fd);
		what = xstrfmt("pages at %lld and %lld swapped", (long long)at, (long long)other);
		expect_mended(what);
		free(what);
	}
	free(db);
}

/* Pages enough for the write-ahead log to be moved to the file. */
static void move_log_to_file(void)
{
	ino_t file = index_file();
	char *wal = path_of("-wal");

	do
		write_more();
	while (size_of(wal));
	assert_int_equal(file, index_file());
	write_more();
	free(wal);
}

/* Each is whole, but they are not of one time: the pages would be a mixture. */
static void an_older_copy_changes_no_answer(void **state)
{
	static const struct {
		const char *what, *command;
		bool as_it_was; /* it is an index of before: what came since is brought in */
	} copies[] = {
		{ "an older file and the newer log", "cp old/index.db index.db", false },
		{ "an older file alone", "rm -f index.db*; cp old/index.db index.db", true },
		{ "an older file and its log", "rm -f index.db*; cp old/index.db* .", true },
		{ "the newer file and an older log", "cp old/index.db-wal index.db-wal", false },
		{ "an older file and garbage as shared memory",
		  "rm -f index.db*; cp old/index.db* .; head -c 32768 /dev/urandom >index.db-shm", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(copies) / sizeof(*copies); i++) {
		size_t before = renewals;

		shell("rm -rf %s", story.dir);
		write_more();
		write_more();
		shell("cd %s && mkdir old && cp index.db* old/", story.dir);
		move_log_to_file();
		shell("cd %s && { %s; }", story.dir, copies[i].command);
		expect_mended(copies[i].what);
		if (!copies[i].as_it_was && renewals == before)
			fail_msg("%s: taken for whole", copies[i].what);
	}
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
		{ "another's write-ahead log", "cp ../../../other/.git/async/index.db-wal index.db-wal" },
		{ "garbage as shared memory", "head -c 32768 /dev/urandom >index.db-shm" },
		{ "a folder as shared memory", "rm -f index.db-shm; mkdir index.db-shm" },
		{ "a rollback journal", "rm -rf index.db-shm; head -c 9000 /dev/urandom >index.db-journal" },
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
	commit_text(&other, "log/2026/03/03/0123456789012345678901234567890123456789.yaml", "async: 1\n");
	free(check_index(&other));
	expect_wal(&other);
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

/* Left by another version of async: its tables are not ours, and there may be more or fewer of them. */
static void another_version_is_made_anew(void **state)
{
	static const char *const versions[] = {
		"UPDATE meta SET schema = 1",
		"UPDATE meta SET schema = 999",
		"UPDATE meta SET schema = 1; DROP TABLE redaction; ALTER TABLE post DROP COLUMN replies",
		"UPDATE meta SET schema = 999; CREATE TABLE later(x); ALTER TABLE record ADD COLUMN later",
		"UPDATE meta SET schema = 1; ALTER TABLE meta DROP COLUMN sequence",
		"UPDATE meta SET schema = 999; ALTER TABLE meta RENAME COLUMN schema TO format",
		"DROP TABLE meta",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		struct index *index = open_index(&story);

		ok(index_exec(index, versions[i]));
		index_close(index);
		expect_same_answer(versions[i]);
		expect_same_answer(versions[i]);
	}
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_a_story),
		cmocka_unit_test(a_flipped_bit_changes_no_answer),
		cmocka_unit_test(a_cut_changes_no_answer),
		cmocka_unit_test(a_lost_page_changes_no_answer),
		cmocka_unit_test(an_older_copy_changes_no_answer),
		cmocka_unit_test(other_damage_changes_no_answer),
		cmocka_unit_test(another_version_is_made_anew),
		cmocka_unit_test(damage_while_reading_repeats_nothing),
		cmocka_unit_test(falls_back_to_the_cache_and_to_memory),
	};

	int failed = cmocka_run_group_tests_name("index-damage", tests, set_up, tear_down);

	print_message("# %zu times asked, %zu times made anew\n", trials, renewals);
	return failed;
}
