/* JSON: what is read, what is refused, and that what is written is harmless. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/error.h"
#include "async/json.h"

static void test_read(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "{\"a\": [1, true, false, null, \"x\"]}", "{\"a\": [\"1\", \"true\", \"false\", null, \"x\"]}" },
		{ " \"text\" ", "\"text\"" },
		{ "-12", "\"-12\"" },
		{ "0.5", "\"0.5\"" },
		{ "{\"b\": 1, \"a\": 2}", "{\"b\": \"1\", \"a\": \"2\"}" },
		{ "\"\\ud83d\\ude80 \\u00e9\"", "\"🚀 é\"" },
		{ "[[[[[[[[]]]]]]]]", "[[[[[[[[]]]]]]]]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pool pool = POOL_INIT;
		struct buf out = BUF_INIT;
		struct node *node;

		assert_int_equal(json_parse(&node, &pool, rows[i].in, strlen(rows[i].in)), 0);
		json_put(&out, node);
		assert_string_equal(out.ptr, rows[i].out);
		buf_release(&out);
		pool_release(&pool);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *in, *message;
	} rows[] = {
		{ "", "JSON: line 1 column 0: " },
		{ "{\n\"a\": 1,\n}", "JSON: line 3 column 1: " },
		{ "{\"a\": 1, \"a\": 2}", "JSON: line 1 column 12: duplicate object key" },
		{ "\"\\u0000\"", "JSON: line 1 column 8: \\u0000 is not allowed" },
		{ "1 2", "JSON: line 1 column 3: " },
		{ "nul", "JSON: line 1 column 3: " },
		{ "\"\xff\"", "JSON: line 1 column 1: unable to decode byte 0xff" },
		{ "[[[[[[[[[]]]]]]]]]", "JSON: lists and maps are nested more than 8 deep" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pool pool = POOL_INIT;
		struct node *node;

		assert_int_equal(json_parse(&node, &pool, rows[i].in, strlen(rows[i].in)), ERR_INVALID);
		assert_null(node);
		if (strncmp(error_last(), rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s: %s", rows[i].in, error_last());
		pool_release(&pool);
	}
}

static void test_written_text_is_harmless(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ NULL, "null" },
		{ "", "\"\"" },
		{ "say \"hi\" \\ there", "\"say \\\"hi\\\" \\\\ there\"" },
		{ "a\nb\tc\rd\033[31m\177", "\"a\\nb\\tc\\u000dd\\u001b[31m\\u007f\"" },
		{ "\xc2\x9b" "31m", "\"\\u009b31m\"" },
		{ "a\xe2\x80\xae" "b\xe2\x80\xa8", "\"a\\u202eb\\u2028\"" },
		{ "\xf3\xa0\x81\x81", "\"\\udb40\\udc41\"" },
		{ "bad \xff\xc3", "\"bad \\ufffd\\ufffd\"" },
		{ "Zoë 🚀 שלום", "\"Zoë 🚀 שלום\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		json_put_text(&out, rows[i].in);
		assert_string_equal(out.ptr, rows[i].out);
		buf_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_written_text_is_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
