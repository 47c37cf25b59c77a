/* What counts as a trailer in a commit's message. t5001 compares the same with git's own reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/buf.h"
#include "async/trailers.h"

static const struct {
	const char *message, *want; /* "key=value;" of each */
} rows[] = {
	{ "title\n\nAsync-Acks: 3f2a9c1\n", "Async-Acks=3f2a9c1;" },
	{ "title\n\nbody\n\nAsync-Acks: a\nasync-closes:b\n", "Async-Acks=a;async-closes=b;" },
	{ "title\n\nbody\nAsync-Acks: a\n", "" },
	{ "Async-Acks: a\n", "" },
	{ "Async-Acks: a\n\nAsync-Acks: b", "Async-Acks=b;" },
	{ "title\n\nAsync-Acks: a\n\nlast words\n", "" },
	{ "title\n\nAsync-Acks: a\n\n\n  \n", "Async-Acks=a;" },
	{ "title\n\nAsync-Acks: a,\n b\n\tc\nX: y\n", "Async-Acks=a, b c;X=y;" },
	{ "title\n\nwords\nAsync-Acks: a\nSigned-off-by: Ana <a@b>\n", "Async-Acks=a;Signed-off-by=Ana <a@b>;" },
	{ "title\n\n1\n2\n3\n4\nSigned-off-by: Ana <a@b>\n", "" },
	{ "title\n\nAsync-Acks : a\n", "Async-Acks=a;" },
	{ "title\n\nAsync Acks: a\n", "" },
	{ "title\n\nhttps://example.com\n", "https=//example.com;" },
	{ "title\n\nAsync-Acks:\n", "Async-Acks=;" },
	{ "title\n\nAsync-Acks: a\r\n", "Async-Acks=a;" },
	{ "title\n\n: a\n", "" },
	{ "title\n\n  Async-Acks: a\n", "" },
	{ "title\n\nX: y\n---\nAsync-Acks: a\n", "" },
	{ "title\n---\n\nAsync-Acks: a\n", "Async-Acks=a;" },
	{ "\n\ntitle\n\nAsync-Acks: a\n", "Async-Acks=a;" },
	{ "", "" },
	{ "\n", "" },
};

static int put(const struct trailer *trailer, void *data)
{
	buf_addf(data, "%s=%s;", trailer->key, trailer->value);
	return 0;
}

static void reads_as_git_does(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf got = BUF_INIT;

		assert_int_equal(trailers_each(rows[i].message, strlen(rows[i].message), put, &got), 0);
		if (strcmp(got.ptr, rows[i].want) != 0)
			fail_msg("'%s' of: %s", got.ptr, rows[i].message);
		buf_release(&got);
	}
}

static int stop(const struct trailer *trailer, void *data)
{
	(void)trailer;
	++*(int *)data;
	return 7;
}

static void ends_where_it_is_told_to(void **state)
{
	const char *text = "t\n\nA: b\nC: d\n\0\n\nE: f";
	int nr = 0;

	(void)state;
	assert_int_equal(trailers_each(text, 20, stop, &nr), 7);
	assert_int_equal(nr, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_as_git_does),
		cmocka_unit_test(ends_where_it_is_told_to),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
