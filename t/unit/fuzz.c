/*
 * Every fuzzer on its corpus, on the golden files of its name, and on these cut and damaged.
 * The Makefile says which fuzzers there are: EACH_FUZZER(X) is X(record) X(tree) …
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "async/alloc.h"
#include "async/buf.h"

#define MAX_FILE ((size_t)2 << 20)
#define MAX_CUT 2048  /* longer ones are not cut at each byte */
#define DAMAGES 40    /* of each file */

#define DECLARE(name) void fuzz_##name(const char *data, size_t len);
EACH_FUZZER(DECLARE)

struct fuzzer {
	const char *name;
	void (*run)(const char *data, size_t len);
};

/* In memory of just that length, so that a sanitizer sees who reads beyond it. */
static void run(const struct fuzzer *fuzzer, const char *data, size_t len)
{
	char *copy = xmalloc(len);

	memcpy(copy, data, len);
	fuzzer->run(copy, len);
	free(copy);
}

static void run_cut(const struct fuzzer *fuzzer, const struct buf *input)
{
	for (size_t len = 0; len < input->len && input->len <= MAX_CUT; len++)
		run(fuzzer, input->ptr, len);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A byte replaced, put in, or taken out. */
static void damage(struct buf *copy, uint32_t *state)
{
	static const char bytes[] = "\n\n  \t:-#[]{},&*!|>'\"%@`~\\?0y\0\x7f\x80\xc2\xe2\xff";
	size_t at = next_random(state) % copy->len;
	char byte = bytes[next_random(state) % (sizeof(bytes) - 1)];

	switch (next_random(state) % 3) {
	case 0:
		break;
	case 1:
		buf_putc(copy, 0);
		memmove(copy->ptr + at + 1, copy->ptr + at, copy->len - at - 1);
		break;
	default:
		memmove(copy->ptr + at, copy->ptr + at + 1, copy->len - at - 1);
		buf_setlen(copy, copy->len - 1);
		return;
	}
	copy->ptr[at] = byte;
}

/* One to four of these; the same on every run. */
static void run_damaged(const struct fuzzer *fuzzer, const struct buf *input)
{
	uint32_t state = 2463534242u;

	for (int round = 0; round < DAMAGES; round++) {
		struct buf copy = BUF_INIT;
		uint32_t times = 1 + next_random(&state) % 4;

		buf_add(&copy, input->ptr, input->len);
		for (uint32_t i = 0; i < times && copy.len; i++)
			damage(&copy, &state);
		run(fuzzer, copy.ptr, copy.len);
		buf_release(&copy);
	}
}

static size_t run_files(const struct fuzzer *fuzzer, const char *folder)
{
	char *pattern = xstrfmt("t/%s/%s/*", folder, fuzzer->name);
	glob_t files = { 0 };
	size_t nr;

	glob(pattern, 0, NULL, &files);
	nr = files.gl_pathc;
	for (size_t i = 0; i < nr; i++) {
		struct buf input = BUF_INIT;

		assert_int_equal(buf_read_file(&input, files.gl_pathv[i], MAX_FILE), 0);
		run(fuzzer, input.ptr, input.len);
		run_cut(fuzzer, &input);
		run_damaged(fuzzer, &input);
		buf_release(&input);
	}
	globfree(&files);
	free(pattern);
	return nr;
}

static void test_fuzzer(void **state)
{
	const struct fuzzer *fuzzer = *state;

	assert_int_not_equal(run_files(fuzzer, "fuzz/corpus"), 0);
	run_files(fuzzer, "golden");
}

#define ENTRY(name) { #name, fuzz_##name },
static struct fuzzer fuzzers[] = { EACH_FUZZER(ENTRY) };

#define TEST(which) { .name = #which, .test_func = test_fuzzer },

int main(void)
{
	struct CMUnitTest tests[] = { EACH_FUZZER(TEST) };

	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++)
		tests[i].initial_state = &fuzzers[i];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
