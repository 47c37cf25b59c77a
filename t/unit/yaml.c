/* YAML: what is written is read back as the same text, and what is odd is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "async/error.h"
#include "async/record.h"
#include "yaml.h"

static void test_scalars(void **state)
{
	static const struct {
		const char *text, *block, *flow; /* in a line of its own, and between brackets */
	} rows[] = {
		{ "release", "release", "release" },
		{ "1a2b3c4d", "1a2b3c4d", "1a2b3c4d" },
		{ "1d", "1d", "1d" },
		{ "ben@example.com", "ben@example.com", "ben@example.com" },
		{ "Europe/Berlin", "Europe/Berlin", "Europe/Berlin" },
		{ "Christmas Eve", "Christmas Eve", "Christmas Eve" },
		{ "Can we ship 2.4 on Friday?", "Can we ship 2.4 on Friday?", "\"Can we ship 2.4 on Friday?\"" },
		{ "Walkthrough, 4 min", "Walkthrough, 4 min", "\"Walkthrough, 4 min\"" },
		{ "https://x.org/a", "https://x.org/a", "\"https://x.org/a\"" },
		{ "it's", "it's", "\"it's\"" },
		{ "Zoë 🚀", "Zoë 🚀", "Zoë 🚀" },
		{ "none", "none", "none" },
		{ "", "\"\"", "\"\"" },
		{ "a: b", "\"a: b\"", "\"a: b\"" },
		{ "a #b", "\"a #b\"", "\"a #b\"" },
		{ "a:", "\"a:\"", "\"a:\"" },
		{ "a ", "\"a \"", "\"a \"" },
		{ " a", "\" a\"", "\" a\"" },
		{ "a\tb", "\"a\\tb\"", "\"a\\tb\"" },
		{ "a\nb", "\"a\\nb\"", "\"a\\nb\"" },
		{ "say \"hi\"", "say \"hi\"", "\"say \\\"hi\\\"\"" },
		{ "\"hi\"", "\"\\\"hi\\\"\"", "\"\\\"hi\\\"\"" },
		{ "a\\b", "a\\b", "\"a\\\\b\"" },
		{ "a\u202eb", "\"a\\u202Eb\"", "\"a\\u202Eb\"" },
		{ "\U000e0041", "\"\\U000E0041\"", "\"\\U000E0041\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		yaml_put_scalar(&out, rows[i].text, false);
		assert_string_equal(out.ptr, rows[i].block);
		buf_reset(&out);
		yaml_put_scalar(&out, rows[i].text, true);
		assert_string_equal(out.ptr, rows[i].flow);
		buf_release(&out);
	}
}

/* What any reader might resolve, or trip over, is quoted in both places. */
static void test_quoted(void **state)
{
	static const char *const texts[] = {
		"y", "N", "yes", "No", "ON", "off", "true", "FALSE", "null", "Null", "~", "=", "<<", ".inf", "-.INF",
		"+.inf", ".nan", ".NaN", "inf", "0", "-1", "+12", "1_000", "1,000", "0123456", "0o17", "0x1F", "-0x1f",
		"0b1011", "1.5", ".5", "5.", "1e3", "1E+3", "-1.5e-3", "12345678", "12e45678", "12:30", "190:20:30",
		"190:20:30.15", "2026-11-22", "2026-1-2", "2026-11-22T10:15:30Z", "2026-11-22 10:15:30.5 +01:00",
		"09:00-17:00", "1.2.3", "-", "--", "---", "...", "_", "+", ".", "- a", "? a", ": a", ", a", "[a", "]a",
		"{a", "}a", "#a", "&a", "*a", "!a", "|a", ">a", "'a", "%a", "@a", "`a",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		for (int in_flow = 0; in_flow < 2; in_flow++) {
			struct buf out = BUF_INIT;

			yaml_put_scalar(&out, texts[i], in_flow);
			if (out.ptr[0] != '"' || out.len != strlen(texts[i]) + 2)
				fail_msg("'%s' is written as %s", texts[i], out.ptr);
			buf_release(&out);
		}
}

static void test_blocks(void **state)
{
	static const struct {
		const char *text, *block;
	} rows[] = {
		{ "one\n", "|\n  one\n" },
		{ "one", "|-\n  one\n" },
		{ "one\n\n", "|+\n  one\n\n" },
		{ "one\n\ntwo\n", "|\n  one\n\n  two\n" },
		{ "\n", "|2+\n\n" },
		{ "\n\n\n", "|2+\n\n\n\n" },
		{ " one\n", "|2\n   one\n" },
		{ "\tone", "|2-\n  \tone\n" },
		{ "\none", "|2-\n\n  one\n" },
		{ "  ", "|2-\n    \n" },
		{ "one \n \n", "|\n  one \n   \n" },
		{ "# x\n- y\n", "|\n  # x\n  - y\n" },
		{ "", "\"\"\n" },
		{ "a\u202e\n", "\"a\\u202E\\n\"\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pool pool = POOL_INIT;
		struct buf out = BUF_INIT;
		struct node *map;

		buf_puts(&out, "x: ");
		yaml_put_block(&out, rows[i].text, 2);
		assert_string_equal(out.ptr + 3, rows[i].block);
		buf_puts(&out, "y: z\n");
		assert_int_equal(yaml_parse(&map, &pool, out.ptr, out.len, 1000, "t"), 0);
		assert_string_equal(node_get_text(map, "x"), rows[i].text);
		assert_string_equal(node_get_text(map, "y"), "z");
		buf_release(&out);
		pool_release(&pool);
	}
}

/* Every text of these pieces comes back, as a block, a scalar and an entry in flow. */
static void test_round_trip(void **state)
{
	static const char *const pieces[] = { "a", " ", "\n", "\t", ":", "#", "-", "\"", "\\", "🚀", "0", "'" };
	const size_t nr = sizeof(pieces) / sizeof(*pieces);

	(void)state;
	for (size_t i = 0; i < nr * nr * nr * nr; i++) {
		struct pool pool = POOL_INIT;
		struct buf out = BUF_INIT;
		struct node *map;
		char text[32];

		snprintf(text, sizeof(text), "%s%s%s%s", pieces[i % nr], pieces[i / nr % nr],
			 pieces[i / nr / nr % nr], pieces[i / nr / nr / nr]);
		buf_puts(&out, "block: ");
		yaml_put_block(&out, text, 2);
		buf_puts(&out, "line: ");
		yaml_put_scalar(&out, text, false);
		buf_puts(&out, "\nflow: [");
		yaml_put_scalar(&out, text, true);
		buf_puts(&out, "]\n");
		assert_int_equal(yaml_parse(&map, &pool, out.ptr, out.len, 1000, "t"), 0);
		assert_string_equal(node_get_text(map, "block"), text);
		assert_string_equal(node_get_text(map, "line"), text);
		assert_string_equal(node_get(map, "flow")->first->text, text);
		buf_release(&out);
		pool_release(&pool);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *yaml, *message;
	} rows[] = {
		{ "", "t:1:1: expected 'key: value' lines, found nothing" },
		{ "# only a comment\n", "t:1:1: expected 'key: value' lines, found nothing" },
		{ "text\n", "t:1:1: expected 'key: value' lines" },
		{ "- a\n", "t:1:1: expected 'key: value' lines, found a list" },
		{ "a: 1\na: 2\n", "t:2:4: the key 'a' is there twice" },
		{ "x: {a: 1, b: 2, a: 3}\n", "t:1:20: the key 'a' is there twice" },
		{ "a: &x 1\n", "t:1:4: anchors (&) are not allowed" },
		{ "a: &x [1]\n", "t:1:4: anchors (&) and tags (!) are not allowed" },
		{ "a: *x\n", "t:1:4: aliases (*) are not allowed" },
		{ "a: !!str 1\n", "t:1:4: tags (!) are not allowed" },
		{ "a: !x {}\n", "t:1:4: anchors (&) and tags (!) are not allowed" },
		{ "%YAML 1.2\n---\na: 1\n", "t:1:1: directives (%) are not allowed" },
		{ "a: 1\n---\nb: 1\n", "t:2:1: expected one document, found a second" },
		{ "? [a]\n: 1\n", "t:1:3: expected a key, found a list or map" },
		{ "{{a: 1}: 1}\n", "t:1:2: expected a key, found a list or map" },
		{ "\"\": 1\n", "t:1:1: expected a key of 1 to 64 bytes of printable characters" },
		{ "\"a\\nb\": 1\n", "t:1:1: expected a key of 1 to 64 bytes of printable characters" },
		{ "\"a\\u202E\": 1\n", "t:1:1: expected a key of 1 to 64 bytes of printable characters" },
		{ "a: 1\r\nb: 2\r\n", "t:1:5: expected text, found U+000D, a carriage return; lines end in LF alone" },
		{ "a: x\ry\n", "t:1:5: expected text, found U+000D, a carriage return; lines end in LF alone" },
		{ "a: é\033\n", "t:1:5: expected text, found U+001B, a control character" },
		{ "a: 1\nb: x\xc2\x85" "c: y\n", "t:2:5: expected text, found U+0085, a line separator other than LF" },
		{ "a: x\u2028\n", "t:1:5: expected text, found U+2028, a line separator other than LF" },
		{ "\ufeffa: 1\n", "t:1:1: expected text, found U+FEFF, a byte order mark" },
		{ "a: \xff\n", "t:1:4: expected UTF-8, found byte 0xff" },
		{ "a: \"\\0\"\n", "t:1:4: expected text, found an escaped U+0000, a control character" },
		{ "a: \"x\\x1b\"\n", "t:1:4: expected text, found an escaped U+001B, a control character" },
		{ "a: \"\\L\"\n", "t:1:4: expected text, found an escaped U+2028, a line separator other than LF" },
		{ "a: [[[[[[[[x]]]]]]]]\n", "t:1:11: lists and maps are nested more than 8 deep" },
		{ "a: [\n", "t:2:1: expected YAML, but " },
		{ "a: b: c\n", "t:1:5: expected YAML, but mapping values are not allowed in this context" },
		{ "a: \"\\ud800\"\n", "t:1:7: expected YAML, but " },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct pool pool = POOL_INIT;
		struct node *map;

		assert_int_equal(yaml_parse(&map, &pool, rows[i].yaml, strlen(rows[i].yaml), 1000, "t"), ERR_INVALID);
		assert_null(map);
		if (strncmp(error_last(), rows[i].message, strlen(rows[i].message)) != 0)
			fail_msg("%s\n%s", rows[i].yaml, error_last());
		pool_release(&pool);
	}
}

static void test_accepted(void **state)
{
	static const char *const texts[] = {
		"---\na: 1\n...\n",     "# by hand\na: 1 # one\n", "{a: 1}",
		"a:\n  - x\n  - y: z\n", "a: >\n  folded\n",        "a: 'x'\n",
		"a: \"\\u202E\"\n",      "a: x\u202ey\n",            "\"a\": 1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		struct pool pool = POOL_INIT;
		struct node *map;

		if (yaml_parse(&map, &pool, texts[i], strlen(texts[i]), 1000, "t") < 0)
			fail_msg("%s\n%s", texts[i], error_last());
		assert_non_null(node_get(map, "a"));
		pool_release(&pool);
	}
}

static int parse_repeated(const char *head, const char *piece, size_t times, size_t max_bytes)
{
	struct pool pool = POOL_INIT;
	struct buf text = BUF_INIT;
	struct node *map;
	int rc;

	buf_puts(&text, head);
	for (size_t i = 0; i < times; i++)
		buf_addf(&text, piece, (int)i);
	rc = yaml_parse(&map, &pool, text.ptr, text.len, max_bytes, "t");
	buf_release(&text);
	pool_release(&pool);
	return rc;
}

static void test_limits(void **state)
{
	(void)state;
	assert_int_equal(parse_repeated("", "k%d: v\n", 4090, RECORD_MAX_BYTES), 0);
	assert_int_equal(parse_repeated("", "k%d: v\n", 5000, RECORD_MAX_BYTES), ERR_INVALID);
	assert_string_equal(error_last(), "t:4095:8: more than 8192 values and marks");
	assert_int_equal(parse_repeated("k7: x\n", "k%d: v\n", 4000, RECORD_MAX_BYTES), ERR_INVALID);
	assert_string_equal(error_last(), "t:9:5: the key 'k7' is there twice");
	assert_int_equal(parse_repeated("a: ", "[%d, ", 50000, RECORD_MAX_BYTES * 2), ERR_INVALID);
	assert_int_equal(parse_repeated("a: 1\n", "# %d\n", 1000, 100), ERR_INVALID);
	assert_string_equal(error_last(), "t:1:1: expected at most 100 bytes");
}

static void test_lines_of_a_stream(void **state)
{
	struct pool pool = POOL_INIT;
	struct node *map;

	(void)state;
	assert_int_equal(yaml_parse_at(&map, &pool, "a: 1\nb: [\n  x]\n", 15, 1000, "t", 101), 0);
	assert_int_equal(node_get(map, "b")->first->line, 103);
	assert_int_equal(node_get(map, "b")->first->column, 3);
	assert_int_equal(yaml_parse_at(&map, &pool, "a: 1\nb: *x\n", 11, 1000, "", 101), ERR_INVALID);
	assert_string_equal(error_last(), "102:4: aliases (*) are not allowed");
	pool_release(&pool);
}

static void test_map_style(void **state)
{
	static const char yaml[] = "hours: {mon-fri: \"09:00-17:00\"}\n"
				   "holidays: [de, {date: \"2026-12-24\", name: Christmas Eve}]\n"
				   "names: [a, b]\n"
				   "none: []\n"
				   "note: |-\n  two\n  lines\n";
	static const char expect[] = "hours: {mon-fri: \"09:00-17:00\"}\n"
				     "holidays:\n  - de\n  - {date: \"2026-12-24\", name: Christmas Eve}\n"
				     "names: [a, b]\n"
				     "none: []\n"
				     "note: |-\n  two\n  lines\n";
	struct pool pool = POOL_INIT;
	struct buf out = BUF_INIT;
	struct node *map;

	(void)state;
	assert_int_equal(yaml_parse(&map, &pool, yaml, strlen(yaml), 1000, "t"), 0);
	yaml_put_map(&out, map, 0);
	assert_string_equal(out.ptr, expect);
	buf_release(&out);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scalars),
		cmocka_unit_test(test_quoted),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_accepted),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_lines_of_a_stream),
		cmocka_unit_test(test_map_style),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
