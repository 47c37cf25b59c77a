/* Streams of records: where one ends, what "@N" means, and going on after a bad one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "async/error.h"
#include "async/stream.h"

#define HEAD "async: 1\nfrom: ana\ndate: 2026-11-22T10:15:30Z\n"
#define POST(subject) HEAD "kind: post\nsubject: " subject "\n"
#define ACK(target) HEAD "kind: mark\nverb: ack\ntarget: " target "\n"
#define ID "3f2a9c1be0d94f0a6cf8b1d2e3a4958677665544"

static FILE *file;

static struct record_stream *open_text(const char *text, size_t len)
{
	struct record_stream *stream = record_stream_new();

	file = tmpfile();
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fflush(file), 0);
	rewind(file);
	record_stream_from(stream, fileno(file), "s");
	return stream;
}

static void close_text(struct record_stream *stream)
{
	record_stream_free(stream);
	fclose(file);
}

/* What a stream holds, as "subject|subject|error message|…". */
static void read_all(struct buf *out, const char *text)
{
	struct record_stream *stream = open_text(text, strlen(text));
	struct record rec;
	struct id id;
	int rc;

	assert_true(id_parse(&id, ID, ID_HEX));
	while ((rc = record_stream_next(stream, &rec))) {
		const char *subject = rc > 0 ? record_text(&rec, "subject") : error_last();

		if (out->len)
			buf_puts(out, " | ");
		buf_puts(out, subject ? subject : record_text(&rec, "target"));
		if (rc > 0)
			record_stream_set_id(stream, &id);
		record_release(&rec);
	}
	close_text(stream);
}

static void test_documents(void **state)
{
	static const struct {
		const char *text, *expect;
	} rows[] = {
		{ "", "" },
		{ "---\n---\n# nothing\n---", "" },
		{ POST("a"), "a" },
		{ POST("a") "---\n" POST("b"), "a | b" },
		{ "# head\n---\n" POST("a") "---\n", "a" },
		{ "--- # one\n" POST("a") "...\n---\n\n---\n" POST("b") "...\n", "a | b" },
		{ "--- {async: 1, kind: vote, date: 2026-11-22T10:15:30Z, subject: x}\n---\n" POST("b"), "x | b" },
		{ POST("a") "body: |\n  text\n  ---\n  more\n---\n" POST("b"), "a | b" },
		{ POST("a") "---x: y\n---\n" POST("b"), "a | b" },
		{ POST("a") "x: 1\n --- y\n---\n" POST("b"), "a | b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		read_all(&out, rows[i].text);
		assert_string_equal(out.ptr, rows[i].expect);
		buf_release(&out);
	}
}

static void test_bad_ones(void **state)
{
	static const struct {
		const char *text, *expect;
	} rows[] = {
		{ POST("a") "---\nasync: 1\n---\n" POST("c"),
		  "a | record 2: s:7:1: expected the key 'kind': post, mark, person, away, calendar or policy | c" },
		{ POST("a") "---\n" POST("b") "to: ben\n---\n" POST("c"),
		  "a | record 2: s:12:5: to: expected a list of handles, not 'ben' | c" },
		{ "---\n\n# comment\n" POST("a: b"),
		  "record 1: s:8:11: expected YAML, but mapping values are not allowed in this context" },
		{ "async: 2\n---\n" POST("b"), "record 1: s:1:8: written by a newer async (format 2) | b" },
		{ POST("\"\\u202E\""), "record 1: s:5:10: subject: U+202E at byte 1 is a direction control" },
		{ "a: 1\r\n---\r\n" POST("b"),
		  "record 1: s:1:5: expected text, found U+000D, a carriage return; lines end in LF alone | b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		read_all(&out, rows[i].text);
		assert_string_equal(out.ptr, rows[i].expect);
		buf_release(&out);
	}
}

static void test_references(void **state)
{
	static const struct {
		const char *text, *expect;
	} rows[] = {
		{ POST("a") "---\n" ACK("\"@1\"") "---\n" POST("c") "re: \"@2\"\n", "a | " ID " | c" },
		{ POST("a") "---\n" ACK("\"@2\""),
		  "a | record 2: s:12:9: target: expected an earlier record such as @1, not '@2'" },
		{ ACK("\"@0\""), "record 1: s:6:9: target: expected an earlier record such as @1, not '@0'" },
		{ POST("a") "---\n" ACK("\"@1x\""),
		  "a | record 2: s:12:9: target: expected an earlier record such as @1, not '@1x'" },
		{ POST("a") "---\n" ACK("\"@99999999999999999999\""),
		  "a | record 2: s:12:9: target: expected an earlier record such as @1, not '@9999999999999999999'" },
		{ "bad\n---\n" ACK("\"@1\"") "---\n" ACK("\"@2\""),
		  "record 1: s:1:1: expected 'key: value' lines | "
		  "record 2: s:8:9: target: record 1, which it points at, is bad | "
		  "record 3: s:15:9: target: record 2, which it points at, is bad" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct buf out = BUF_INIT;

		read_all(&out, rows[i].text);
		assert_string_equal(out.ptr, rows[i].expect);
		buf_release(&out);
	}
}

/* Documents and lines longer than any buffer, and separators on every edge of one. */
static void test_long(void **state)
{
	struct buf text = BUF_INIT;
	struct record_stream *stream;
	struct record rec;

	(void)state;
	buf_puts(&text, POST("long") "body: ");
	buf_pad(&text, 'x', 1000000);
	buf_puts(&text, "\n---\n");
	for (size_t i = 0; i < 200; i++) {
		buf_puts(&text, POST("short") "body: ");
		buf_pad(&text, 'y', 1000 + i);
		buf_puts(&text, "\n---\n");
	}
	stream = open_text(text.ptr, text.len);
	assert_int_equal(record_stream_next(stream, &rec), ERR_INVALID);
	assert_string_equal(error_last(), "record 1: s:1:1: expected at most 262144 bytes");
	for (size_t i = 0; i < 200; i++) {
		assert_int_equal(record_stream_next(stream, &rec), 1);
		assert_int_equal(strlen(record_text(&rec, "body")), 1000 + i);
		record_release(&rec);
	}
	assert_int_equal(record_stream_next(stream, &rec), 0);
	assert_int_equal(record_stream_count(stream), 201);
	assert_null(record_stream_id(stream, 1));
	close_text(stream);
	buf_release(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_documents),
		cmocka_unit_test(test_bad_ones),
		cmocka_unit_test(test_references),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
