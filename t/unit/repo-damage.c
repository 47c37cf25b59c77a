/*
 * Damaged objects: each cut and each flipped bit is an error for that object, or (where
 * it does no harm) the right bytes; never a hang, a crash or other bytes. libgit2's own
 * reader hangs on most of these.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo.h"

#define GUARD_SECONDS 30

static char top[] = "/tmp/async-damage-XXXXXX";
static struct repo *repo;
static struct tips tips;

struct object {
	const char *what;
	char *path;
	struct buf whole; /* the file as it was */
};

static char *run_line(const char *line)
{
	struct buf text = BUF_INIT;
	FILE *pipe = popen(line, "r");

	assert_non_null(pipe);
	assert_int_equal(buf_read(&text, fileno(pipe), 1 << 20), 0);
	pclose(pipe);
	buf_rtrim(&text);
	return buf_detach(&text);
}

static int start(void **state)
{
	const struct repo_options options = { 0 };
	bool adopted, offline;
	struct id commit;

	(void)state;
	assert_non_null(mkdtemp(top));
	assert_int_equal(chdir(top), 0);
	setenv("HOME", top, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("ASYNC_NOW", "2026-03-02T09:00:00Z", 1);
	free(run_line("git init -q; git config user.name ana; git config user.email ana@example.com"));
	assert_int_equal(repo_open(&repo, &options), 0);
	assert_int_equal(repo_init_log(repo, &adopted, &offline), 0);
	for (int i = 0; i < 20; i++) {
		char *text = xstrfmt("async: 1\nkind: post\nsubject: number %d of these\n", i), path[80], hex[ID_HEX + 1];
		struct id id;

		repo_hash(&id, text, strlen(text));
		id_hex(hex, &id);
		snprintf(path, sizeof(path), "log/2026/03/02/%s.yaml", hex);
		assert_int_equal(repo_commit(&commit, repo, &(struct repo_file){ path, text, strlen(text) }, 1, "x"), 0);
		free(text);
	}
	assert_int_equal(repo_tips(&tips, repo), 0);
	repo_close(repo);
	return 0;
}

static int end(void **state)
{
	char *line = xstrfmt("rm -rf %s", top);

	(void)state;
	free(run_line(line));
	free(line);
	return 0;
}

static int count(const struct repo_entry *entry, void *data)
{
	struct buf text = BUF_INIT;
	size_t *nr = data;

	if (!entry->odd && repo_read(&text, repo, &entry->id, 1 << 20) == 0) {
		struct id id;

		repo_hash(&id, text.ptr, text.len);
		assert_true(id_equal(&id, &entry->id));
		++*nr;
	}
	buf_release(&text);
	return 0;
}

/* Open the repository and read what can be read. How many records came; -1 if not even the tip did. */
static int read_all(void)
{
	const struct repo_options options = { 0 };
	struct tips now;
	size_t nr = 0;
	int rc;

	alarm(GUARD_SECONDS);
	assert_int_equal(repo_open(&repo, &options), 0);
	rc = repo_tips(&now, repo);
	if (rc == 0)
		rc = repo_diff(repo, NULL, &now.local, count, &nr);
	if (rc < 0)
		assert_true(*error_last());
	repo_close(repo);
	alarm(0);
	return rc < 0 ? -1 : (int)nr;
}

static void put(const struct object *object, const void *data, size_t len)
{
	FILE *file;

	unlink(object->path);
	file = fopen(object->path, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
}

static void load(struct object *object, const char *what, const char *revision)
{
	char *line = xstrfmt("git rev-parse %s | sed 's,^..,.git/objects/&/,'", revision);

	object->what = what;
	object->path = run_line(line);
	object->whole = (struct buf)BUF_INIT;
	assert_int_equal(buf_read_file(&object->whole, object->path, 1 << 20), 0);
	free(line);
}

static void release(struct object *object)
{
	put(object, object->whole.ptr, object->whole.len);
	free(object->path);
	buf_release(&object->whole);
}

/* What one record less means for each kind of object: -1 nothing can be read, 0 none, 19 all but it. */
static const struct {
	const char *what, *revision;
	int readable;
} kinds[] = {
	{ "commit", "async", -1 },
	{ "tree at the top", "async^{tree}", -1 },
	{ "folder of the day", "async:log/2026/03/02", 0 },
	{ "record", "$(git ls-tree -r async -- log | awk 'NR==7 {print $3}')", 19 },
	{ "readme", "async:README.md", -1 },
};

static void test_cut(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct object object;

		load(&object, kinds[k].what, kinds[k].revision);
		for (size_t i = 0; i < 40; i++) {
			size_t len = object.whole.len * i / 40;
			int nr;

			put(&object, object.whole.ptr, len);
			nr = read_all();
			if (nr != kinds[k].readable)
				fail_msg("%s cut to %zu of %zu bytes: %d", object.what, len, object.whole.len, nr);
		}
		release(&object);
		assert_int_equal(read_all(), 20);
	}
}

static void test_flipped(void **state)
{
	(void)state;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		struct object object;
		int harmless = 0;

		load(&object, kinds[k].what, kinds[k].revision);
		for (size_t i = 0; i < 60; i++) {
			size_t bit = object.whole.len * 8 * i / 60 + i % 8;
			int nr;

			if (bit >= 8 * object.whole.len)
				break;
			object.whole.ptr[bit / 8] ^= (char)(1 << bit % 8);
			put(&object, object.whole.ptr, object.whole.len);
			object.whole.ptr[bit / 8] ^= (char)(1 << bit % 8);
			nr = read_all();
			/* the level in zlib's header and the padding before its checksum mean nothing */
			harmless += nr == 20;
			if (nr != kinds[k].readable && nr != 20)
				fail_msg("%s with bit %zu flipped: %d", object.what, bit, nr);
		}
		assert_in_range(harmless, 0, 4);
		release(&object);
	}
}

/* A megabyte that expands to a gigabyte is refused by its header, unread. */
static void test_bomb(void **state)
{
	const struct repo_options options = { 0 };
	struct buf text = BUF_INIT;
	struct id id;
	char *hex;

	(void)state;
	hex = run_line("python3 -c \"\n"
		       "import zlib, hashlib, os\n"
		       "head = b'blob 268435456\\0'; z = zlib.compressobj(9); h = hashlib.sha1(head)\n"
		       "out = z.compress(head)\n"
		       "for i in range(256):\n"
		       "  out += z.compress(bytes(1 << 20)); h.update(bytes(1 << 20))\n"
		       "out += z.flush(); name = h.hexdigest()\n"
		       "os.makedirs('.git/objects/' + name[:2], exist_ok=True)\n"
		       "open('.git/objects/' + name[:2] + '/' + name[2:], 'wb').write(out)\n"
		       "print(name)\"");
	assert_true(id_parse(&id, hex, strlen(hex)));
	free(hex);
	assert_int_equal(repo_open(&repo, &options), 0);
	assert_int_equal(repo_read(&text, repo, &id, 256 << 10), ERR_INVALID);
	assert_non_null(strstr(error_last(), "268435456 bytes"));
	assert_int_equal(text.len, 0);
	repo_close(repo);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_flipped),
		cmocka_unit_test(test_bomb),
	};

	return cmocka_run_group_tests_name("repo-damage", tests, start, end);
}
