/* The git store: on real repositories, made and judged by the git on PATH. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo.h"

static char top[] = "/tmp/async-repo-XXXXXX";

/* Run a line of shell in the scratch folder; it must succeed. */
__attribute__((format(printf, 1, 2))) static void sh(const char *fmt, ...)
{
	struct buf line = BUF_INIT;
	va_list ap;

	buf_addf(&line, "set -e; cd %s; ", top);
	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	if (system(line.ptr) != 0)
		fail_msg("failed: %s", line.ptr);
	buf_release(&line);
}

/* What a line of shell prints, without the last line end; the caller frees. */
__attribute__((format(printf, 1, 2))) static char *out(const char *fmt, ...)
{
	struct buf line = BUF_INIT, text = BUF_INIT;
	va_list ap;
	FILE *pipe;

	buf_addf(&line, "cd %s; ", top);
	va_start(ap, fmt);
	buf_vaddf(&line, fmt, ap);
	va_end(ap);
	pipe = popen(line.ptr, "r");
	assert_non_null(pipe);
	assert_int_equal(buf_read(&text, fileno(pipe), 1 << 20), 0);
	pclose(pipe);
	buf_rtrim(&text);
	buf_release(&line);
	return buf_detach(&text);
}

#define assert_out(expected, ...)                       \
	do {                                            \
		char *actual_ = out(__VA_ARGS__);       \
		assert_string_equal(actual_, expected); \
		free(actual_);                          \
	} while (0)

static int open_in(struct repo **repo, const char *dir)
{
	const struct repo_options options = { 0 };
	char *path = xstrfmt("%s/%s", top, dir);

	assert_int_equal(chdir(path), 0);
	free(path);
	return repo_open(repo, &options);
}

static struct repo *must_open(const char *dir)
{
	struct repo *repo;

	if (open_in(&repo, dir) < 0)
		fail_msg("cannot open %s: %s", dir, error_last());
	return repo;
}

static struct repo *must_init(const char *dir)
{
	bool adopted, offline;
	struct repo *repo = must_open(dir);

	if (repo_init_log(repo, &adopted, &offline) < 0)
		fail_msg("cannot init in %s: %s", dir, error_last());
	return repo;
}

static void record_name(char path[80], struct id *id, const char *date, const char *text)
{
	char hex[ID_HEX + 1];

	repo_hash(id, text, strlen(text));
	id_hex(hex, id);
	snprintf(path, 80, "log/%s/%s.yaml", date, hex);
}

static int commit_text(struct id *commit, struct repo *repo, const char *date, const char *text)
{
	char path[80];
	struct id id;
	const struct repo_file file = { path, text, strlen(text) };

	record_name(path, &id, date, text);
	return repo_commit(commit, repo, &file, 1, "post: something\n\nAsync-Id: none\n");
}

static void must_commit(struct repo *repo, const char *date, const char *text)
{
	struct id commit;

	if (commit_text(&commit, repo, date, text) < 0)
		fail_msg("cannot commit: %s", error_last());
}

static int start(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(top));
	setenv("HOME", top, 1);
	setenv("TZ", "UTC", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("GIT_CEILING_DIRECTORIES", top, 1);
	setenv("ASYNC_NOW", "2026-03-02T09:00:00Z", 1);
	sh("git config --global user.name ana; git config --global user.email ana@example.com;"
	   "git config --global init.defaultBranch main");
	return 0;
}

static int end(void **state)
{
	(void)state;
	sh("cd /; rm -rf %s", top);
	return 0;
}

static void test_hash(void **state)
{
	static const struct {
		const char *text, *hex;
	} table[] = {
		{ "", "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391" },
		{ "hello\n", "ce013625030ba8dba906f756967f9e9ca394464a" },
		/* 55, 56 and 64 bytes after "blob NN" and a NUL: where padding changes */
		{ "0123456789012345678901234567890123456789012345", NULL },
		{ "01234567890123456789012345678901234567890123456789012", NULL },
		{ "012345678901234567890123456789012345678901234567890123456789", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		char hex[ID_HEX + 1];
		struct id id;
		char *expected = table[i].hex ? xstrdup(table[i].hex)
					      : out("printf %%s %s | git hash-object --stdin", table[i].text);

		repo_hash(&id, table[i].text, strlen(table[i].text));
		id_hex(hex, &id);
		assert_string_equal(hex, expected);
		free(expected);
	}
}

static void test_init_and_commit(void **state)
{
	struct repo *repo;
	struct tips tips;
	struct id root;
	struct repo_gaps gaps = { .nr = 0 };
	char *founder;

	(void)state;
	sh("git init -q a");
	repo = must_open("a");
	assert_int_equal(repo_tips(&tips, repo), ERR_NOTFOUND);
	repo_close(repo);
	repo = must_init("a");
	must_commit(repo, "2026/03/02", "async: 1\n");
	must_commit(repo, "2026/03/02", "async: 1\nkind: b\n");
	must_commit(repo, "2025/12/31", "async: 1\nkind: c\n");
	assert_int_equal(repo_tips(&tips, repo), 0);
	assert_int_equal(repo_root(&root, &founder, &gaps, repo, &tips), 0);
	assert_string_equal(founder, "ana@example.com");
	free(founder);
	repo_close(repo);
	sh("cd a; git fsck --strict 2>fsck; ! grep -v ^notice: fsck");
	assert_out("4", "cd a; git rev-list --count async");
	assert_out("# async log, format 1\nFounder: ana@example.com", "cd a; git show async:README.md | head -n 2");
	assert_out("3", "cd a; git ls-tree -r async -- log | wc -l");
	assert_out("ana <ana@example.com> 2026-03-02T09:00:00+00:00 post: something",
		   "cd a; git log -1 --format='%%cn <%%ce> %%cI %%s' async");
	assert_out("async: post: something", "cd a; git reflog -1 --format=%%gs async");
	assert_out("", "cd a; git status --porcelain -uno");
}

static void test_same_again_is_nothing(void **state)
{
	struct repo *repo;
	struct id first, second;

	(void)state;
	sh("git init -q again");
	repo = must_init("again");
	assert_int_equal(commit_text(&first, repo, "2026/03/02", "a\n"), 0);
	assert_int_equal(commit_text(&second, repo, "2026/03/02", "a\n"), 0);
	assert_true(id_equal(&first, &second));
	repo_close(repo);
	assert_out("2", "cd again; git rev-list --count async");
}

struct listing {
	struct buf text;
};

static int each(const struct repo_entry *entry, void *data)
{
	struct listing *list = data;

	buf_addf(&list->text, "%c%s%s%s\n", entry->added ? '+' : '-', entry->path, entry->odd ? " " : "",
		 entry->odd ? entry->reason : "");
	return 0;
}

/* What the diff between two revisions says, ids cut to seven digits. */
static char *diff(struct repo *repo, const char *dir, const char *from, const char *to)
{
	struct listing list = { BUF_INIT };
	struct id old = { 0 }, new;
	char *hex;

	if (from) {
		hex = out("cd %s; git rev-parse %s", dir, from);
		assert_true(id_parse(&old, hex, strlen(hex)));
		free(hex);
	}
	hex = out("cd %s; git rev-parse %s", dir, to);
	assert_true(id_parse(&new, hex, strlen(hex)));
	free(hex);
	if (repo_diff(repo, from ? &old : NULL, &new, each, &list) < 0)
		fail_msg("cannot diff: %s", error_last());
	return buf_detach(&list.text);
}

static void test_diff(void **state)
{
	struct repo *repo;
	char *text;

	(void)state;
	sh("git init -q d");
	repo = must_init("d");
	must_commit(repo, "2026/03/02", "a\n");
	must_commit(repo, "2026/03/02", "b\n");
	must_commit(repo, "2026/04/01", "c\n");
	text = diff(repo, "d", "async~1", "async");
	assert_string_equal(text, "+log/2026/04/01/f2ad6c76f0115a6ba5b00456a849810e7ec0af20.yaml\n");
	free(text);
	text = diff(repo, "d", "async", "async~2");
	assert_string_equal(text, "-log/2026/03/02/61780798228d17af2d34fce4cfbdf35556832472.yaml\n"
				  "-log/2026/04/01/f2ad6c76f0115a6ba5b00456a849810e7ec0af20.yaml\n");
	free(text);
	text = diff(repo, "d", NULL, "async~2");
	assert_string_equal(text, "+log/2026/03/02/78981922613b2afb6025042ff6bd878ac1994e85.yaml\n");
	free(text);
	text = diff(repo, "d", "async", "async");
	assert_string_equal(text, "");
	free(text);
	repo_close(repo);
}

#define ODD_A "78981922613b2afb6025042ff6bd878ac1994e85" /* of "a\n" */

static void test_odd_entries(void **state)
{
	static const struct {
		const char *name, *make, *expected;
	} table[] = {
		{ "link", "git update-index --add --cacheinfo 120000," ODD_A ",log/2026/03/02/" ODD_A ".yaml",
		  "+log/2026/03/02/" ODD_A ".yaml is a symbolic link\n" },
		{ "executable", "git update-index --add --cacheinfo 100755," ODD_A ",log/2026/03/02/" ODD_A ".yaml",
		  "+log/2026/03/02/" ODD_A ".yaml is executable\n" },
		{ "submodule", "git update-index --add --cacheinfo 160000," ODD_A ",log/2026/03/02/" ODD_A,
		  "+log/2026/03/02/" ODD_A " is a submodule\n" },
		{ "attachment", "git update-index --add --cacheinfo 100644," ODD_A ",log/2026/03/02/" ODD_A,
		  "+log/2026/03/02/" ODD_A "\n" },
		{ "no such day", "git update-index --add --cacheinfo 100644," ODD_A ",log/2026/02/30/" ODD_A ".yaml",
		  "+log/2026/02/30 does not belong in a log\n" },
		{ "no such year", "git update-index --add --cacheinfo 100644," ODD_A ",log/1969/02/01/" ODD_A ".yaml",
		  "+log/1969 does not belong in a log\n" },
		{ "deeper", "git update-index --add --cacheinfo 100644," ODD_A ",log/2026/03/02/x/" ODD_A ".yaml",
		  "+log/2026/03/02/x is a folder\n" },
		{ "other name", "git update-index --add --cacheinfo 100644," ODD_A ",log/2026/03/02/note.txt",
		  "+log/2026/03/02/note.txt is not named as a record\n" },
		{ "other content",
		  "git update-index --add --cacheinfo 100644," ODD_A
		  ",log/2026/03/02/e69de29bb2d1d6434b8b29ae775ad8c2e48c5391.yaml",
		  "+log/2026/03/02/e69de29bb2d1d6434b8b29ae775ad8c2e48c5391.yaml "
		  "is not named by the id of its content\n" },
		{ "at the top", "git update-index --add --cacheinfo 100644," ODD_A ",.gitattributes",
		  "+.gitattributes does not belong in a log\n" },
		{ "one folder twice",
		  "git update-index --add --cacheinfo 100644," ODD_A ",log/2026/03/02/" ODD_A ".yaml;"
		  "git update-index --add --cacheinfo 100644," ODD_A ",log/2026/03/03/" ODD_A ".yaml",
		  "+log/2026/03/02/" ODD_A ".yaml\n+log/2026/03/03 is the same folder as another\n" },
	};

	(void)state;
	sh("git init -q odd");
	repo_close(must_init("odd"));
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct repo *repo;
		char *text;

		sh("cd odd; printf 'a\\n' | git hash-object -w --stdin >/dev/null; git read-tree async; %s;"
		   "tree=$(git write-tree); git tag -f odd $(git commit-tree -p async -m odd $tree) >/dev/null",
		   table[i].make);
		repo = must_open("odd");
		text = diff(repo, "odd", "async", "odd");
		if (strcmp(text, table[i].expected) != 0)
			fail_msg("%s: got '%s'", table[i].name, text);
		free(text);
		repo_close(repo);
	}
}

/* Trees that git's own commands would not write. */
static void test_malformed_trees(void **state)
{
	static const struct {
		const char *name, *tree, *expected;
	} table[] = {
		{ "out of order",
		  "100644 b\\0aaaaaaaaaaaaaaaaaaaa100644 a\\0aaaaaaaaaaaaaaaaaaaa",
		  "+a is out of order\n+b does not belong in a log\n" },
		{ "twice", "100644 b\\0aaaaaaaaaaaaaaaaaaaa100644 b\\0bbbbbbbbbbbbbbbbbbbb",
		  "+b does not belong in a log\n+b is there twice\n" },
		{ "cut off", "100644 b\\0aaaaaaaaaaaaaaaaaaaa100644 c\\0aaaa",
		  "+b does not belong in a log\n+? the folder's listing is damaged\n" },
		{ "padded mode", "0100644 b\\0aaaaaaaaaaaaaaaaaaaa", "+? the folder's listing is damaged\n" },
		{ "path as a name", "100644 ../b\\0aaaaaaaaaaaaaaaaaaaa", "+../b does not belong in a log\n" },
	};

	(void)state;
	sh("git init -q mal; git -C mal commit -q --allow-empty -m x");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct repo *repo;
		char *text;

		sh("cd mal; tree=$(printf '%s' | git hash-object -t tree -w --literally --stdin);"
		   "{ echo tree $tree; echo 'author a <a> 1 +0000'; echo 'committer a <a> 1 +0000'; echo; echo m; } |"
		   "git hash-object -t commit -w --literally --stdin >odd; git tag -f odd $(cat odd) >/dev/null",
		   table[i].tree);
		repo = must_open("mal");
		text = diff(repo, "mal", NULL, "odd");
		if (strcmp(text, table[i].expected) != 0)
			fail_msg("%s: got '%s'", table[i].name, text);
		free(text);
		repo_close(repo);
	}
}

static int import_texts(struct id *commit, struct repo *repo, size_t nr)
{
	struct repo_import *import;
	int rc = repo_import_begin(&import, repo);

	for (size_t i = 0; i < nr && rc == 0; i++) {
		/* not in order of their dates, and some twice */
		char *text = xstrfmt("record %zu\n", i % 11 ? i : 0), date[16], path[80];
		struct id id;

		snprintf(date, sizeof(date), "2026/%02zu/%02zu", i % 11 ? 1 + i % 5 : 1, i % 11 ? 1 + i % 28 : 1);
		record_name(path, &id, date, text);
		rc = repo_import_add(import, &(struct repo_file){ path, text, strlen(text) }, &id);
		free(text);
	}
	if (rc == 0)
		rc = repo_import_end(commit, import, "import: records\n\nAsync-Id: none\n");
	repo_import_free(import);
	return rc;
}

static void test_import(void **state)
{
	static const struct {
		size_t nr;
		const char *commits, *files, *packs, *subject;
	} table[] = {
		{ 0, "2", "1", "0", "post: something" },
		{ 50, "3", "47", "0", "import: records" },
		{ 300, "3", "274", "1", "import: records" },
		{ 12000, "5", "10911", "1", "import: records (3 of 3)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct id first, second;
		struct repo *repo;

		sh("rm -rf import; git init -q import");
		repo = must_init("import");
		must_commit(repo, "2026/03/02", "before\n");
		if (import_texts(&first, repo, table[i].nr) < 0)
			fail_msg("cannot import %zu: %s", table[i].nr, error_last());
		assert_int_equal(import_texts(&second, repo, table[i].nr), 0);
		assert_true(id_equal(&first, &second));
		repo_close(repo);
		assert_out(table[i].commits, "cd import; git rev-list --count async");
		assert_out(table[i].files, "cd import; git ls-tree -r async -- log | wc -l");
		assert_out(table[i].packs, "cd import; ls .git/objects/pack | grep -c '[.]pack'");
		assert_out("0", "cd import; ls .git/objects/pack | grep -c tmp");
		assert_out(table[i].subject, "cd import; git log -1 --format=%%s async");
		assert_out("", "cd import; git fsck --strict 2>&1 | grep -v ^notice:");
	}
	sh("cd import; git verify-pack .git/objects/pack/*.idx; git diff-tree --quiet async~3 async -- README.md");
}

/* An import that is given up leaves nothing; one that meets a moved branch is built again on it. */
static void test_import_given_up(void **state)
{
	struct repo_import *import;
	struct repo *repo;

	(void)state;
	sh("git init -q given-up");
	repo = must_init("given-up");
	assert_int_equal(repo_import_begin(&import, repo), 0);
	for (int i = 0; i < 200; i++) {
		char *text = xstrfmt("%d\n", i), path[80];
		struct id id;

		record_name(path, &id, "2026/03/02", text);
		assert_int_equal(repo_import_add(import, &(struct repo_file){ path, text, strlen(text) }, &id), 0);
		free(text);
	}
	repo_import_free(import);
	repo_close(repo);
	assert_out("0", "cd given-up; ls .git/objects/pack | wc -l");
	assert_out("1", "cd given-up; git rev-list --count async");
}

static void test_ancestors(void **state)
{
	static const struct {
		const char *older, *newer;
		bool is;
	} table[] = {
		{ "one", "one", true },   { "one", "two", true },    { "two", "one", false },
		{ "one", "merge", true }, { "side", "merge", true }, { "merge", "side", false },
		{ "side", "two", false }, { "two", "side", false },  { "other", "merge", false },
		{ "merge", "other", false },
	};
	struct repo *repo;

	(void)state;
	/* Dates that run backwards must not matter. */
	sh("git init -q anc; cd anc; c() { GIT_COMMITTER_DATE=\"$1 +0000\" git commit -q --allow-empty -m $2; git tag $2; };"
	   "c 2000000000 one; c 1500000000 two; git checkout -q -b aside one; c 1000000000 side; git checkout -q main;"
	   "GIT_COMMITTER_DATE='1200000000 +0000' git merge -q -m merge side; git tag merge;"
	   "git checkout -q --orphan another; c 1700000000 other");
	repo = must_open("anc");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct id older, newer;
		char *hex;
		bool is;

		hex = out("cd anc; git rev-parse %s^0", table[i].older);
		assert_true(id_parse(&older, hex, strlen(hex)));
		free(hex);
		hex = out("cd anc; git rev-parse %s^0", table[i].newer);
		assert_true(id_parse(&newer, hex, strlen(hex)));
		free(hex);
		assert_int_equal(repo_is_ancestor(&is, repo, &older, &newer), 0);
		if (is != table[i].is)
			fail_msg("%s in %s: %d", table[i].older, table[i].newer, is);
	}
	repo_close(repo);
}

static void commit_as(struct repo *repo, const char *who, const char *text)
{
	char *address = xstrfmt("%s@example.com", who);

	setenv("GIT_COMMITTER_EMAIL", address, 1);
	must_commit(repo, "2026/03/02", text);
	unsetenv("GIT_COMMITTER_EMAIL");
	free(address);
}

/* Who brought each record: along the first parents, through merges, and not past a shallow end. */
static void test_introducers(void **state)
{
	static const char *const who[] = { "ben", "chi", "dee", "ana" };
	char paths[5][80], *addresses[5], text[32];
	const char *list[5];
	struct repo *repo;
	struct tips tips;
	struct id id, root;
	struct repo_gaps gaps = { .nr = 0 };
	char *founder;

	(void)state;
	sh("git init -q intro");
	repo = must_init("intro");
	for (int i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), "text %d\n", i);
		record_name(paths[i], &id, "2026/03/02", text);
		list[i] = paths[i];
		if (i != 2)
			commit_as(repo, who[i], text);
		for (int more = 0; more < 5; more++) {
			snprintf(text, sizeof(text), "between %d\n", 10 * i + more);
			commit_as(repo, "eve", text);
		}
	}
	repo_close(repo);
	/* dee's came by a merge, from a clone that was behind */
	sh("git clone -q -b async intro dee; git -C dee reset -q --hard async~9");
	repo = must_open("dee");
	commit_as(repo, "dee", "text 2\n");
	repo_close(repo);
	sh("cd intro; git fetch -q ../dee async:dee; git worktree add -q wt async; cd wt; git merge -q -m m dee;"
	   "cd ..; git worktree remove wt");
	repo = must_open("intro");
	record_name(paths[4], &id, "2026/03/02", "nowhere\n");
	list[4] = paths[4];
	assert_int_equal(repo_tips(&tips, repo), 0);
	assert_int_equal(repo_introducers(addresses, &gaps, repo, &tips, list, 5), 0);
	for (int i = 0; i < 4; i++) {
		char *expected = xstrfmt("%s@example.com", who[i]);

		assert_string_equal(addresses[i], expected);
		free(addresses[i]);
		free(expected);
	}
	assert_null(addresses[4]);
	repo_close(repo);

	sh("git clone -q --depth 8 -b async file://%s/intro shallow", top);
	repo = must_open("shallow");
	assert_int_equal(repo_tips(&tips, repo), 0);
	assert_int_equal(repo_introducers(addresses, &gaps, repo, &tips, list, 4), 0);
	assert_true(gaps.nr > 0);
	for (size_t i = 0; i < gaps.nr; i++) {
		assert_null(gaps.v[i].text); /* that it ends there is no damage, */
		assert_false(repo_is_found(repo, &gaps.v[i].lost)); /* but worth to be looked for */
	}
	assert_null(addresses[0]);
	assert_string_equal(addresses[3], "ana@example.com");
	for (int i = 0; i < 4; i++)
		free(addresses[i]);
	assert_int_equal(repo_root(&root, &founder, &gaps, repo, &tips), 0);
	assert_true(id_is_zero(&root));
	assert_string_equal(founder, "ana@example.com");
	free(founder);
	must_commit(repo, "2026/03/02", "in a shallow clone\n");
	repo_close(repo);
	sh("cd shallow; git fsck --strict; git push -q origin async:pushed; git fetch -q --unshallow");
	repo = must_open("shallow");
	for (size_t i = 0; i < gaps.nr; i++)
		assert_true(repo_is_found(repo, &gaps.v[i].lost));
	repo_close(repo);
	repo_gaps_release(&gaps);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hash),
		cmocka_unit_test(test_init_and_commit),
		cmocka_unit_test(test_same_again_is_nothing),
		cmocka_unit_test(test_diff),
		cmocka_unit_test(test_odd_entries),
		cmocka_unit_test(test_malformed_trees),
		cmocka_unit_test(test_import),
		cmocka_unit_test(test_import_given_up),
		cmocka_unit_test(test_ancestors),
		cmocka_unit_test(test_introducers),
	};

	return cmocka_run_group_tests_name("repo", tests, start, end);
}
