/* Where a text is cut around the words that were found in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/query.h"
#include "print.h"
#include "snippet.h"

/* Square brackets stand for the marks. */
static void mark(struct buf *out, const char *text)
{
	for (; *text; text++)
		buf_putc(out, *text == '[' ? FOUND_BEGIN : *text == ']' ? FOUND_END : *text);
}

static void unmark(struct buf *out, const struct snippet *snippet)
{
	size_t at = 0;

	for (size_t i = 0; i < snippet->nr; i++) {
		buf_add(out, snippet->text.ptr + at, snippet->found[i].begin - at);
		buf_putc(out, '[');
		buf_add(out, snippet->text.ptr + snippet->found[i].begin,
			snippet->found[i].end - snippet->found[i].begin);
		buf_putc(out, ']');
		at = snippet->found[i].end;
	}
	buf_puts(out, snippet->text.ptr + at);
}

static void is_cut(void **state)
{
	static const struct {
		const char *text;
		int width;
		const char *snippet; /* NULL: nothing was found */
	} rows[] = {
		{ "", 40, NULL },
		{ "nothing here", 40, NULL },
		{ "a [word] here", 40, "a [word] here" },
		{ "  many\n\n lines \t and a\n[word]\n", 40, "many lines and a [word]" },
		{ "one two three four five [six] seven eight nine ten eleven", 30, "… five [six] seven eight nine …" },
		{ "[one] two three four five six seven eight", 24, "[one] two three four …" },
		{ "one two three four five six seven [eight]", 24, "… five six seven [eight]" },
		{ "[a] and then a very long way to go until there are [a] and [b] beside each other, yes", 40,
		  "… there are [a] and [b] beside each …" },
		{ "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx[word]yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy", 24,
		  "… xxxxxx[word]yyyyyyyyyy …" },
		{ "移行は二回成功しました。[移行] 長い文章をもっと書いて、切り取りの様子を見ます。", 24,
		  "… した。[移行] …" },
		{ "[xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx] and more", 24, "[xxxxxxxxxxxxxxxxxxxx] …" },
		{ "an escape \xe2\x80\xae and a [word]", 40, "an escape \\u{202E} and a [word]" },
		{ "not UTF-8 \xff\xfe[w\xff]", 40, "not UTF-8 \\xFF\\xFE[w\\xFF]" },
	};

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		struct snippet snippet = SNIPPET_INIT;
		struct buf marked = BUF_INIT, got = BUF_INIT;
		bool found;

		mark(&marked, rows[i].text);
		found = snippet_cut(&snippet, marked.ptr, rows[i].width, true);
		unmark(&got, &snippet);
		if (found != (rows[i].snippet != NULL) || (found && strcmp(got.ptr, rows[i].snippet) != 0))
			fail_msg("<%s>: <%s>", rows[i].text, got.ptr);
		if (found && text_width(snippet.text.ptr) > rows[i].width)
			fail_msg("<%s>: too wide", got.ptr);
		snippet_release(&snippet);
		buf_release(&marked);
		buf_release(&got);
	}
}

static void counts_characters(void **state)
{
	struct snippet snippet = SNIPPET_INIT;
	struct buf marked = BUF_INIT, ranges = BUF_INIT;

	(void)state;
	mark(&marked, "für [Müller] und [Söhne]\n");
	assert_true(snippet_cut(&snippet, marked.ptr, 40, false));
	snippet_put_ranges(&ranges, &snippet);
	assert_string_equal(ranges.ptr, "4-10,15-20");
	assert_int_equal(snippet.at, strlen("für "));
	assert_int_equal(snippet.found[1].at, strlen("für Müller und "));
	snippet_release(&snippet);
	buf_release(&marked);
	buf_release(&ranges);
}

/* Very many words, of which all were found. */
static void bears_what_is_large(void **state)
{
	struct snippet snippet = SNIPPET_INIT;
	struct buf marked = BUF_INIT;

	(void)state;
	for (int i = 0; i < 100000; i++)
		mark(&marked, "[a] ");
	assert_true(snippet_cut(&snippet, marked.ptr, 80, true));
	assert_true(text_width(snippet.text.ptr) <= 80);
	snippet_release(&snippet);
	buf_release(&marked);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_cut),
		cmocka_unit_test(counts_characters),
		cmocka_unit_test(bears_what_is_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
