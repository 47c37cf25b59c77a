/* The query grammar: what is typed, as terms, or one clear refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/error.h"
#include "async/query.h"

/* A term as "-tag:a|b": negation, field, relation, values. */
static void put_term(struct buf *out, const struct query_term *term)
{
	static const char *const names[] = {
		[QUERY_WORD] = "word", [QUERY_FROM] = "from", [QUERY_TO] = "to",	   [QUERY_STATE] = "state",
		[QUERY_NEED] = "need", [QUERY_LEVEL] = "level", [QUERY_TAG] = "tag",	   [QUERY_TYPE] = "type",
		[QUERY_DUE] = "due",   [QUERY_SINCE] = "since", [QUERY_UNTIL] = "until",
	};

	buf_addf(out, "%s%s%s%c", out->len ? " " : "", term->negated ? "-" : "", names[term->field], term->relation);
	if (term->bits)
		buf_addf(out, "#%x", term->bits);
	for (size_t i = 0; !term->bits && i < term->nr; i++)
		buf_addf(out, "%s%s", i ? "|" : "", term->v[i]);
}

static int read_query(struct buf *out, const char *text)
{
	struct pool pool = POOL_INIT;
	struct query query = { .terms = NULL };
	int rc;

	rc = query_parse(&query, &pool, text);
	for (const struct query_term *term = query.terms; rc == 0 && term; term = term->next)
		put_term(out, term);
	if (rc == 0 && query.words)
		buf_addf(out, "%s{%s}", out->len ? " " : "", query.words);
	pool_release(&pool);
	return rc;
}

static void is_read(void **state)
{
	static const struct {
		const char *typed, *read;
	} cases[] = {
		/* nothing, and one of each field */
		{ "", "" },
		{ "  \t\n ", "" },
		{ "from:ana", "from:ana" },
		{ "to:me", "to:me" },
		{ "from:ana@example.com", "from:ana@example.com" },
		{ "tag:state/review", "tag:state/review" },
		{ "level:urgent", "level:urgent" },
		{ "since:yesterday", "since:yesterday" },
		{ "until:2026-12-01", "until:2026-12-01" },
		{ "until:2026-12-01T09:00Z", "until:2026-12-01T09:00Z" },
		{ "due<:fri", "due<fri" },
		{ "due<fri", "due<fri" },
		{ "-due>17:00", "-due>17:00" },
		{ "a<b", "{a<b}" },
		{ "due>:fri", "due>fri" },
		{ "due:today", "due:today" },
		{ "due<:17:00", "due<17:00" },
		/* words that a field takes, as bits */
		{ "state:open", "state:#1" },
		{ "state:overdue", "state:#2" },
		{ "state:acked", "state:#4" },
		{ "state:met", "state:#8" },
		{ "state:withdrawn", "state:#10" },
		{ "state:none", "state:#20" },
		{ "state:all", "state:#40" },
		{ "state:met,withdrawn", "state:#18" },
		{ "type:ask", "type:#2" },
		{ "type:tool,note", "type:#44" },
		{ "need:reply", "need:#2" },
		{ "need:read,approval", "need:#28" },
		/* several */
		{ "from:ana to:ben", "from:ana to:ben" },
		{ "from:ana,ben", "from:ana|ben" },
		{ "tag:a tag:b", "tag:a tag:b" },
		{ "  tag:a\ttag:b,c\n", "tag:a tag:b|c" },
		{ "-tag:a", "-tag:a" },
		{ "-from:ana,ben -state:open", "-from:ana|ben -state:#1" },
		{ "-due<:fri", "-due<fri" },
		/* in any case */
		{ "From:ana TAG:Docs", "from:ana tag:Docs" },
		{ "state:OPEN Type:Ask", "state:#1 type:#2" },
		/* quotes keep together */
		{ "since:\"2 weeks ago\"", "since:2 weeks ago" },
		{ "due<:\"fri 17:00\" x", "due<fri 17:00 {x}" },
		{ "tag:\"a,b\",c", "tag:a,b|c" },
		{ "since:1,5", "since:1,5" },
		/* words */
		{ "ship", "{ship}" },
		{ "ship it", "{ship it}" },
		{ "ship tag:a it", "tag:a {ship it}" },
		{ "relea*", "{relea*}" },
		{ "\"go live\" now", "{\"go live\" now}" },
		{ "\"from:ana\"", "{\"from:ana\"}" },
		{ "a OR b", "{a OR b}" },
		{ "a OR b OR \"c d\" e*", "{a OR b OR \"c d\" e*}" },
		{ "a or b", "{a or b}" },
		{ "ship -draft", "-word:draft {ship}" },
		{ "-\"not this\"", "-word:\"not this\"" },
		{ "-old*", "-word:old*" },
		{ "a - b", "{a - b}" },
		{ "-", "{-}" },
		{ "--", "-word:-" },
		{ "Rückkehr", "{Rückkehr}" },
		/* a colon alone makes no field */
		{ "10:30", "{10:30}" },
		{ "http://example.com/x", "{http://example.com/x}" },
		{ "std::vector", "{std::vector}" },
		{ "todo:", "{todo:}" },
		{ ":smile:", "{:smile:}" },
		{ ":/text", "{:/text}" },
		{ "main.c:12", "{main.c:12}" },
		{ "v2:final", "{v2:final}" },
		{ "Überschrift:x", "{Überschrift:x}" },
		{ "-http://example.com", "-word:http://example.com" },
		{ "a=b;c<d", "{a=b;c<d}" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_reset(&out);
		if (read_query(&out, cases[i].typed) < 0)
			fail_msg("'%s': %s", cases[i].typed, error_last());
		if (strcmp(out.ptr, cases[i].read) != 0)
			fail_msg("'%s' is read as '%s', not '%s'", cases[i].typed, out.ptr, cases[i].read);
	}
	buf_release(&out);
}

static void is_refused(void **state)
{
	static const struct {
		const char *typed, *message, *hint;
	} cases[] = {
		{ "frm:ana", "'frm:ana': there is no field 'frm'", "the nearest is from:" },
		{ "stat:open", "there is no field 'stat'", "state:" },
		{ "-tga:x", "there is no field 'tga'", "tag:" },
		{ "DUe>>:x x:y", "there is no field 'x'", "the fields are from: to: state:" },
		{ "zzzz:1", "there is no field 'zzzz'", "double quotes" },
		{ "note:this", "there is no field 'note'", "double quotes" },
		{ "from:", "'from:' wants a value", "from:ana,ben" },
		{ "-tag:", "'-tag:' wants a value", "tag:release" },
		{ "due<:", "'due<:' wants a value", "'due<:fri'" },
		{ "from:ana,", "'from:ana,' has an empty value", "from:ana,ben" },
		{ "from:,", "has an empty value", "from:ana,ben" },
		{ "tag:a,,b", "has an empty value", "tag:" },
		{ "to:\"\"", "wants a value", "to:me" },
		{ "state:opne", "'state:opne': 'opne' is not one of open, overdue, acked,", "did you mean state:open?" },
		{ "state:open,late", "'late' is not one of", "" },
		{ "type:question", "is not one of ask, note, decision, agenda, checkin, tool", "" },
		{ "need:approve", "is not one of reply, ack, approval, done, read", "need:approval" },
		{ "from<ana", "is no comparison: only due: takes one", "from:ana" },
		{ "due<", "'due<' wants a value", "'due<:fri'" },
		{ "from<:ana", "is no comparison: only due: takes one", "from:ana" },
		{ "since>:fri", "is no comparison", "since:" },
		{ "due:<fri", "has its comparison behind the colon", "'due<:fri'" },
		{ "OR a", "'OR' stands between two words", "comma" },
		{ "a OR", "'OR' stands between two words", "comma" },
		{ "a OR OR b", "'OR' stands between two words", "comma" },
		{ "a OR -b", "'OR' stands between two words", "comma" },
		{ "from:ana OR from:ben", "'OR' stands between two words", "from:ana,ben" },
		{ "a OR from:ben", "'OR' stands between two words", "from:ana,ben" },
		{ "\"a b", "'\"a b': a quote is opened and not closed", "double quotes" },
		{ "tag:\"x", "a quote is opened and not closed", "" },
		{ "*", "'*' is nothing that could be found", "" },
		{ "\"\"", "is nothing that could be found", "" },
		{ "-**", "is nothing that could be found", "" },
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		buf_reset(&out);
		error_clear();
		if (read_query(&out, cases[i].typed) != ERR_USAGE)
			fail_msg("'%s' is not refused, but read as '%s'", cases[i].typed, out.ptr);
		if (!strstr(error_last(), cases[i].message) || !strstr(error_last_hint(), cases[i].hint))
			fail_msg("'%s': '%s' (%s)", cases[i].typed, error_last(), error_last_hint());
	}
	buf_release(&out);
}

/* A value that comes from an option has no fields or words in it. */
static void takes_options(void **state)
{
	struct pool pool = POOL_INIT;
	struct query query = { .terms = NULL };
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(query_add(&query, &pool, QUERY_FROM, "ana,ben"), 0);
	assert_int_equal(query_add(&query, &pool, QUERY_TAG, "due: soon"), 0);
	assert_int_equal(query_parse(&query, &pool, "a -b"), 0);
	assert_int_equal(query_parse(&query, &pool, "c"), 0);
	for (const struct query_term *term = query.terms; term; term = term->next)
		put_term(&out, term);
	assert_string_equal(out.ptr, "from:ana|ben tag:due: soon -word:b");
	assert_string_equal(query.words, "a c");
	assert_int_equal(query_add(&query, &pool, QUERY_STATE, "nothing"), ERR_USAGE);
	buf_release(&out);
	pool_release(&pool);
}

static void knows_negated_fields(void **state)
{
	static const char *const yes[] = { "-tag:x", "-due<:fri", "-From:ana", "-to:" };
	static const char *const no[] = { "tag:x", "-x", "-", "--tag:x", "-tag", "-n20", "-foo:bar", "-ttag:x" };

	(void)state;
	for (size_t i = 0; i < sizeof(yes) / sizeof(*yes); i++)
		assert_true(query_is_negated_field(yes[i]));
	for (size_t i = 0; i < sizeof(no) / sizeof(*no); i++)
		assert_false(query_is_negated_field(no[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_read),
		cmocka_unit_test(is_refused),
		cmocka_unit_test(takes_options),
		cmocka_unit_test(knows_negated_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
