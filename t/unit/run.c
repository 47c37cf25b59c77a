/* Other programs: what they get, what comes back, and that none is waited for for ever. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "async/error.h"
#include "run.h"

#define SH(line) ((const char *const[]){ "sh", "-c", line, NULL })

static void test_programs(void **state)
{
	static const struct {
		const char *name, *line, *input;
		int status;
		const char *output, *errors;
	} table[] = {
		{ "output", "echo out; echo err >&2", NULL, 0, "out\n", "err\n" },
		{ "status", "exit 7", NULL, 7, "", "" },
		{ "killed", "kill -9 $$", NULL, 137, "", "" },
		{ "input", "tr a-z A-Z", "words", 0, "WORDS", "" },
		{ "empty input", "cat", "", 0, "", "" },
		{ "no input", "cat", NULL, 0, "", "" },
		{ "input that nobody reads", "exec <&-; echo done", "words", 0, "done\n", "" },
		{ "marked as ours", "echo $ASYNC_NESTED", NULL, 0, "1\n", "" },
		{ "set and unset", "echo $ADDED ${REMOVED-gone} ${GIT_DIR-gone}", NULL, 0, "yes gone gone\n", "" },
		{ "a working folder", "pwd", NULL, 0, "/\n", "" },
		{ "signals as usual", "trap - PIPE; yes | head -n 1", NULL, 0, "y\n", "" },
	};
	static const char *const env[] = { "ADDED=yes", "REMOVED", NULL };

	(void)state;
	setenv("REMOVED", "still here", 1);
	setenv("GIT_DIR", "somewhere", 1);
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct buf output = BUF_INIT, errors = BUF_INIT;
		const struct run run = {
			.argv = SH(table[i].line),
			.env = env,
			.unset = run_git_local_env,
			.dir = "/",
			.input = table[i].input,
			.input_len = table[i].input ? strlen(table[i].input) : 0,
			.output = &output,
			.errors = &errors,
		};
		int status = run_program(&run);

		if (status != table[i].status || strcmp(output.ptr, table[i].output) != 0 ||
		    strcmp(errors.ptr, table[i].errors) != 0)
			fail_msg("%s: %d, '%s', '%s'", table[i].name, status, output.ptr, errors.ptr);
		buf_release(&output);
		buf_release(&errors);
	}
	unsetenv("GIT_DIR");
}

/* More than fits into a pipe, both ways at once. */
static void test_much(void **state)
{
	struct buf input = BUF_INIT, output = BUF_INIT;
	struct run run = { .argv = SH("cat"), .output = &output, .limit = (size_t)4 << 20 };

	(void)state;
	buf_pad(&input, 'x', (size_t)3 << 20);
	run.input = input.ptr;
	run.input_len = input.len;
	assert_int_equal(run_program(&run), 0);
	assert_int_equal(output.len, input.len);
	buf_reset(&output);
	run.limit = 1000; /* what is more is dropped, and the program ends well */
	assert_int_equal(run_program(&run), 0);
	assert_int_equal(output.len, 1000);
	buf_release(&input);
	buf_release(&output);
}

static void test_missing(void **state)
{
	const struct run run = { .argv = (const char *const[]){ "async-no-such-program", NULL } };

	(void)state;
	assert_int_equal(run_program(&run), ERR_FAILED);
	assert_string_equal(error_last(), "cannot run 'async-no-such-program': No such file or directory");
	assert_string_equal(error_last_hint(), "install it, or add the folder it is in to PATH");
}

/* Silence for a second is too long here; what it started is ended with it. */
static void test_too_slow(void **state)
{
	static const bool ask[] = { false, true };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct buf output = BUF_INIT;
		const struct run run = {
			.argv = SH("echo begun; sleep 100; echo never"),
			.output = &output,
			.timeout_seconds = 1,
			.may_ask = ask[i],
		};

		assert_int_equal(run_program(&run), ERR_AMBIGUOUS);
		assert_string_equal(error_last(), "'sh' took too long and was ended");
		assert_string_equal(output.ptr, "begun\n");
		buf_release(&output);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs),
		cmocka_unit_test(test_much),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_too_slow),
	};

	return cmocka_run_group_tests_name("run", tests, NULL, NULL);
}
