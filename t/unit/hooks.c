/* The block in a hook's script: where it goes, and that taking it out leaves every byte as it was. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/hooks.h"
#include "async/buf.h"

static const struct {
	const char *text;
	const char *before; /* what stands before the block */
	bool is_shell;
} scripts[] = {
	{ "#!/bin/sh\nexit 0\n", "#!/bin/sh\n", true },
	{ "#!/bin/sh -e\n\nexec make\n", "#!/bin/sh -e\n", true },
	{ "#! /usr/bin/env bash\necho\n", "#! /usr/bin/env bash\n", true },
	{ "#!/usr/bin/env -S LANG=C zsh -f\necho\n", "#!/usr/bin/env -S LANG=C zsh -f\n", true },
	{ "#!/bin/sh", "#!/bin/sh\n", true },
	{ "#!/bin/sh\n", "#!/bin/sh\n", true },
	{ "make check\n", "", true },
	{ "make check", "", true },
	{ "", "", true },
	{ "\n", "", true },
	{ "#!/bin/sh\r\nexit 0\r\n", "#!/bin/sh\r\n", true },
	{ "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n\nnpm test\n",
	  "#!/usr/bin/env sh\n. \"$(dirname -- \"$0\")/_/husky.sh\"\n", true },
	{ "#!/usr/bin/python3\nexit()\n", "#!/usr/bin/python3\n", false },
	{ "#!/usr/bin/env python3\n", "#!/usr/bin/env python3\n", false },
	{ "#!/usr/bin/env\n", "#!/usr/bin/env\n", false },
	{ "#!/usr/bin/fish\n", "#!/usr/bin/fish\n", false },
	{ "#!/bin/tcsh\n", "#!/bin/tcsh\n", false },
	{ "#!\n", "#!\n", false },
	{ "#!", "#!\n", false },
};

#define EACH(i) for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)

static void tells_shells_from_others(void **state)
{
	(void)state;
	EACH (i)
		if (hook_text_is_shell(scripts[i].text, strlen(scripts[i].text)) != scripts[i].is_shell)
			fail_msg("wrong of: %s", scripts[i].text);
	assert_false(hook_text_is_shell("\x7f" "ELF\0\0", 6));
}

static void comes_first_and_leaves_no_trace(void **state)
{
	(void)state;
	EACH (i)
		for (int input = 0; input < 2; input++) {
			struct buf with = BUF_INIT, twice = BUF_INIT, without = BUF_INIT;
			const char *text = scripts[i].text;
			size_t begin, end;

			hook_text_add(&with, text, strlen(text), "pre-push", input);
			assert_true(hook_text_find(&begin, &end, with.ptr, with.len));
			assert_int_equal(begin, strlen(scripts[i].before));
			assert_memory_equal(with.ptr, scripts[i].before, begin);
			hook_text_add(&twice, with.ptr, with.len, "pre-push", input);
			assert_string_equal(with.ptr, twice.ptr);
			assert_true(hook_text_remove(&without, with.ptr, with.len));
			assert_string_equal(without.ptr, text);
			buf_release(&with);
			buf_release(&twice);
			buf_release(&without);
		}
}

static void ours_alone_goes_away(void **state)
{
	struct buf text = BUF_INIT, more = BUF_INIT, rest = BUF_INIT;

	(void)state;
	hook_text_add(&text, NULL, 0, "post-commit", false);
	assert_false(hook_text_remove(&rest, text.ptr, text.len));
	buf_addf(&more, "%smake\n", text.ptr);
	assert_true(hook_text_remove(&rest, more.ptr, more.len));
	assert_string_equal(rest.ptr, "#!/bin/sh\nmake\n");
	buf_release(&text);
	buf_release(&more);
	buf_release(&rest);
}

static void an_older_block_is_renewed(void **state)
{
	const char *old = "#!/bin/sh\n# async begin: of old\nasync hook post-commit\n# async end\nmake\n";
	struct buf text = BUF_INIT;

	(void)state;
	hook_text_add(&text, old, strlen(old), "post-commit", false);
	assert_null(strstr(text.ptr, "async hook post-commit"));
	assert_non_null(strstr(text.ptr, "async hook run post-commit"));
	assert_non_null(strstr(text.ptr, "# async end\nmake\n"));
	buf_release(&text);
}

static void half_a_block_is_found(void **state)
{
	const char *half = "#!/bin/sh\n# async begin\nmake\n";
	struct buf rest = BUF_INIT;
	size_t begin, end;

	(void)state;
	assert_true(hook_text_find(&begin, &end, half, strlen(half)));
	assert_int_equal(end, 0);
	assert_true(hook_text_remove(&rest, half, strlen(half)));
	assert_string_equal(rest.ptr, half);
	buf_release(&rest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_shells_from_others),
		cmocka_unit_test(comes_first_and_leaves_no_trace),
		cmocka_unit_test(ours_alone_goes_away),
		cmocka_unit_test(an_older_block_is_renewed),
		cmocka_unit_test(half_a_block_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
