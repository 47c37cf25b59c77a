/* What may be typed: characters, handles, addresses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/error.h"
#include "async/record.h"
#include "async/text.h"

static void test_text_check(void **state)
{
	static const struct {
		const char *text;
		bool one_line;
		const char *message; /* NULL: it is good */
	} rows[] = {
		{ "plain", true, NULL },
		{ "", true, NULL },
		{ "two\nlines\tand a tab", false, NULL },
		{ "two\nlines", true, "subject: expected one line, found a line end at byte 4" },
		{ "a\tb", true, "subject: a tab at byte 2 is not allowed here" },
		{ "🚀 👨\u200d👩 می\u200cخواهم שלום Zoë 葛\U000e0100", true, NULL },
		{ "a\r\nb", false, "subject: U+000D at byte 2 is a carriage return; lines end in LF alone" },
		{ "a\033[1m", false, "subject: U+001B at byte 2 is a control character" },
		{ "a\177", false, "subject: U+007F at byte 2 is a control character" },
		{ "\xc2\x9b", false, "subject: U+009B at byte 1 is a control character" },
		{ "\xc2\x85", false, "subject: U+0085 at byte 1 is a line separator other than LF" },
		{ "\u2029", false, "subject: U+2029 at byte 1 is a line separator other than LF" },
		{ "é\u202e", false, "subject: U+202E at byte 3 is a direction control" },
		{ "\u2067", false, "subject: U+2067 at byte 1 is a direction control" },
		{ "\u200e", false, "subject: U+200E at byte 1 is a direction control" },
		{ "\u200b", false, "subject: U+200B at byte 1 is an invisible character" },
		{ "\ufeff", false, "subject: U+FEFF at byte 1 is a byte order mark" },
		{ "\U000e0041", false, "subject: U+E0041 at byte 1 is an invisible character" },
		{ "\ufdd0", false, "subject: U+FDD0 at byte 1 is not a character" },
		{ "\U0001ffff", false, "subject: U+1FFFF at byte 1 is not a character" },
		{ "a\xff", false, "subject: the text is not UTF-8 (byte 2)" },
		{ "a\xc3", false, "subject: the text is not UTF-8 (byte 2)" },
		{ "\xc0\x80", false, "subject: the text is not UTF-8 (byte 1)" },
		{ "\xe0\x80\x80", false, "subject: the text is not UTF-8 (byte 1)" },
		{ "\xed\xa0\x80", false, "subject: the text is not UTF-8 (byte 1)" },
		{ "\xf4\x90\x80\x80", false, "subject: the text is not UTF-8 (byte 1)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		int rc = text_check(rows[i].text, strlen(rows[i].text), rows[i].one_line, "subject");

		assert_int_equal(rc, rows[i].message ? ERR_INVALID : 0);
		if (rows[i].message)
			assert_string_equal(error_last(), rows[i].message);
	}
	assert_int_equal(text_check("a\0b", 3, false, "body"), ERR_INVALID);
	assert_string_equal(error_last(), "body: U+0000 at byte 2 is a control character");
}

static void test_handles(void **state)
{
	static const char *const good[] = {
		"ben", "b", "7of9", "ben.okoro", "ben-o_k", "ben@example.com", "Ben.O+tag@Example.co.uk",
		"1+ben@users.noreply.github.com", "root@localhost", "o'neil@example.com",
		"a234567890123456789012345678901234567890123456789012345678901234",
	};
	static const char *const bad[] = {
		"", "Ben", "-ben", ".ben", "_ben", "@ben", "ben okoro", "ben@", "@example.com", "ben@.com",
		"ben@example..com", "ben@-example.com", "ben@example.com.", "be n@example.com", "ben@exa mple.com",
		"-ben@example.com", "|ben@example.com", "/ben@example.com", ".ben@example.com", "ben.@example.com",
		"be..n@example.com", "bén@example.com", "ben@exämple.com", "ben@example.com\n", "ben\n",
		"<ben@example.com>", "ben@example.com,ana@example.com", "ben@@example.com",
		"a2345678901234567890123456789012345678901234567890123456789012345",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!handle_is_valid(good[i]))
			fail_msg("refused: '%s'", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (handle_is_valid(bad[i]))
			fail_msg("taken: '%s'", bad[i]);
	assert_true(address_is_valid("ben@example.com"));
	assert_false(address_is_valid("ben"));
}

static void test_clip(void **state)
{
	(void)state;
	assert_int_equal(text_clip("abc", 3), 3);
	assert_int_equal(text_clip("abcd", 3), 3);
	assert_int_equal(text_clip("aé", 2), 1);
	assert_int_equal(text_clip("🚀", 3), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_check),
		cmocka_unit_test(test_handles),
		cmocka_unit_test(test_clip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
