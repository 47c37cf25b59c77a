/* The record fuzzer's property on its corpus, on the golden files, and on these damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "../fuzz/record.c"

static void each_file(const char *pattern, void (*run)(const struct buf *input))
{
	glob_t files;

	assert_int_equal(glob(pattern, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++) {
		struct buf input = BUF_INIT;

		assert_int_equal(buf_read_file(&input, files.gl_pathv[i], 4 * RECORD_MAX_BYTES), 0);
		run(&input);
		buf_release(&input);
	}
	globfree(&files);
}

static void run_as_it_is(const struct buf *input)
{
	LLVMFuzzerTestOneInput((const uint8_t *)input->ptr, input->len);
}

static void run_cut(const struct buf *input)
{
	for (size_t len = 0; len < input->len; len++)
		LLVMFuzzerTestOneInput((const uint8_t *)input->ptr, len);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* One to four bytes replaced, put in, or taken out; the same on every run. */
static void run_damaged(const struct buf *input)
{
	static const char bytes[] = "\n\n  \t:-#[]{},&*!|>'\"%@`~\\?0y\x80\xc2\xe2\xff";
	uint32_t state = 2463534242u;

	for (int round = 0; round < 300; round++) {
		struct buf copy = BUF_INIT;
		uint32_t times = 1 + next_random(&state) % 4;

		buf_add(&copy, input->ptr, input->len);
		for (uint32_t i = 0; i < times && copy.len; i++) {
			size_t at = next_random(&state) % copy.len;
			char byte = bytes[next_random(&state) % (sizeof(bytes) - 1)];
			uint32_t how = next_random(&state) % 3;

			if (how == 0) {
				copy.ptr[at] = byte;
				continue;
			}
			if (how == 1)
				buf_putc(&copy, 0);
			memmove(copy.ptr + at + (how == 1), copy.ptr + at + (how == 2), copy.len - at - 1);
			if (how == 1)
				copy.ptr[at] = byte;
			else
				buf_setlen(&copy, copy.len - 1);
		}
		LLVMFuzzerTestOneInput((const uint8_t *)copy.ptr, copy.len);
		buf_release(&copy);
	}
}

static void test_corpus(void **state)
{
	(void)state;
	each_file("t/fuzz/corpus/record/*", run_as_it_is);
}

static void test_cut(void **state)
{
	(void)state;
	each_file("t/golden/record/*.yaml", run_cut);
}

static void test_damaged(void **state)
{
	(void)state;
	each_file("t/golden/record/*.yaml", run_damaged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
