/* Subtitles and plain texts, as records keep them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/transcript.h"

static void reads_files(void **state)
{
	static const struct {
		const char *title, *file, *kept; /* NULL: refused */
	} cases[] = {
		{ "WebVTT", "WEBVTT\n\n00:01.000 --> 00:04.000\nHello.\n\n01:02:03.500 --> 01:02:05.000\nBye.\n",
		  "0:01 Hello.\n1:02:03 Bye.\n" },
		{ "a header, names of cues, notes and styles",
		  "WEBVTT - a talk\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE not this\n\nintro\n"
		  "00:05.000 --> 00:06.000 align:start position:0%\nFirst\n", "0:05 First\n" },
		{ "SubRip, with CRLF and a byte order mark",
		  "\xef\xbb\xbf" "1\r\n00:00:01,000 --> 00:00:04,000\r\nOne\r\ntwo\r\n\r\n2\r\n00:01:00,000 --> 00:01:02,000\r\nThree\r\n",
		  "0:01 One\n0:01 two\n1:00 Three\n" },
		{ "line ends of CR alone", "1\r00:00:01,000 --> 00:00:04,000\rOne\r", "0:01 One\n" },
		{ "tags, speakers and entities",
		  "WEBVTT\n\n0:01.0 --> 0:02.0\n<v.loud Ana B>Ship <i>it</i>,<00:01.500><c> now</c> &amp; here &lt;3\n{\\an8}Up\n",
		  "0:01 Ana B: Ship it, now & here <3\n0:01 Up\n" },
		{ "a tag that does not end", "WEBVTT\n\n0:01.0 --> 0:02.0\na < b &unknown; {x}\n",
		  "0:01 a < b &unknown; {x}\n" },
		{ "rolling subtitles say it again",
		  "WEBVTT\n\n0:01.0 --> 0:02.0\nso we\n\n0:02.0 --> 0:03.0\nso we\nmove on\n\n0:03.0 --> 0:04.0\nmove on\n",
		  "0:01 so we\n0:02 move on\n" },
		{ "no blank line between cues", "1\n0:00:01,0 --> 0:00:02,0\none\n0:00:03,0 --> 0:00:04,0\ntwo",
		  "0:01 one\n0:03 two\n" },
		{ "white space", "WEBVTT\n\n 0:01.0   --> 0:02.0\n  a \t b  \n   \n", "0:01 a b\n" },
		{ "direction marks only say how it looks",
		  "WEBVTT\n\n0:01.0 --> 0:02.0\n\xe2\x80\xab" "a\xe2\x80\xac&lrm;\n", "0:01 a\n" },
		{ "plain text", "Hello.\r\n\r\nIt goes a --> b.\n\n", "Hello.\n\nIt goes a --> b.\n" },
		{ "plain text with times", "0:04 Hello\n1:00:04 Bye", "0:04 Hello\n1:00:04 Bye\n" },
		{ "nothing", "", NULL },
		{ "white space only", " \n\n", NULL },
		{ "no cues", "WEBVTT\n\nNOTE nothing here\n", NULL },
		{ "cues without words", "WEBVTT\n\n0:01.0 --> 0:02.0\n\n0:03.0 --> 0:04.0\n<i></i>\n", NULL },
		{ "times of nonsense", "WEBVTT\n\n0:61.0 --> 0:02.0\nx\n", NULL },
		{ "no times", "WEBVTT\n\n --> \nx\n", NULL },
		{ "a time beyond any recording", "WEBVTT\n\n9999:00:01.0 --> 1:02.0\nx\n", NULL },
		{ "not UTF-8", "WEBVTT\n\n0:01.0 --> 0:02.0\n\xff\n", NULL },
		{ "control characters", "WEBVTT\n\n0:01.0 --> 0:02.0\n\033[31mred\n", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct buf out = BUF_INIT;
		int rc = transcript_read(&out, cases[i].file, strlen(cases[i].file), "talk.vtt");

		if ((rc == 0) != (cases[i].kept != NULL))
			fail_msg("%s: %d: %s", cases[i].title, rc, rc ? error_last() : out.ptr);
		if (rc < 0 && strncmp(error_last(), "talk.vtt:", 9) != 0)
			fail_msg("%s: %s", cases[i].title, error_last());
		if (rc == 0 && strcmp(out.ptr, cases[i].kept) != 0)
			fail_msg("%s: %s", cases[i].title, out.ptr);
		buf_release(&out);
	}
}

static void names_the_line(void **state)
{
	static const char file[] = "WEBVTT\n\n0:01.0 --> 0:02.0\nx\n\n0:xx --> 0:03.0\ny\n";
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(transcript_read(&out, file, strlen(file), "talk.vtt"), ERR_INVALID);
	assert_true(!strncmp(error_last(), "talk.vtt:6: ", 12));
	buf_release(&out);
}

static void refuses_zero_bytes(void **state)
{
	static const char file[] = "WEBVTT\n\n0:01.0 --> 0:02.0\na\0b\n";
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(transcript_read(&out, file, sizeof(file) - 1, "talk.vtt"), ERR_INVALID);
	buf_release(&out);
}

static void tells_the_time(void **state)
{
	static const char transcript[] = "Welcome\n0:05 first the plan\n0:09\nthen more\n1:00:00 the end\n12:3 no time\n";
	static const char words[] = "Welcome\nfirst the plan\n\nthen more\nthe end\n12:3 no time\n";
	static const struct {
		const char *word;
		long at;
	} cases[] = { { "Welcome", -1 }, { "first", 5 }, { "plan", 5 }, { "then", 9 }, { "end", 3600 }, { "no", 3600 } };
	struct buf out = BUF_INIT;

	(void)state;
	transcript_words(&out, transcript);
	assert_string_equal(out.ptr, words);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(transcript_at(transcript, (size_t)(strstr(words, cases[i].word) - words)), cases[i].at);
	assert_int_equal(transcript_count(transcript), 11);
	assert_int_equal(transcript_count(""), 0);
	buf_release(&out);
}

static void shows_the_time(void **state)
{
	char text[TRANSCRIPT_TIME];

	(void)state;
	transcript_time(text, 0);
	assert_string_equal(text, "0:00");
	transcript_time(text, 754);
	assert_string_equal(text, "12:34");
	transcript_time(text, 3600);
	assert_string_equal(text, "1:00:00");
}

/* Work grows with the length alone. */
static void bears_what_is_large(void **state)
{
	struct buf file = BUF_INIT, out = BUF_INIT;

	(void)state;
	buf_puts(&file, "WEBVTT\n\n0:01.0 --> 0:02.0\n");
	buf_pad(&file, '<', 1000000);
	buf_puts(&file, "\n\n");
	for (int i = 0; i < 20000; i++)
		buf_puts(&file, "0:01.0 --> 0:02.0\n{\\&amp\n\n");
	assert_int_equal(transcript_read(&out, file.ptr, file.len, "talk.vtt"), 0);
	buf_release(&file);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_files),
		cmocka_unit_test(names_the_line),
		cmocka_unit_test(refuses_zero_bytes),
		cmocka_unit_test(tells_the_time),
		cmocka_unit_test(shows_the_time),
		cmocka_unit_test(bears_what_is_large),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
