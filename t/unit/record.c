/* Records: the golden files both ways, what is refused and why, and how records are made. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <glob.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/json.h"
#include "async/record.h"
#include "yaml.h"

static void read_golden(struct buf *out, const char *path)
{
	if (buf_read_file(out, path, RECORD_MAX_BYTES) < 0)
		fail_msg("%s", error_last());
}

/* Bytes → values: as the .json beside it says; values → bytes: the same bytes. */
static void check_golden(const char *path)
{
	struct buf text = BUF_INIT, values = BUF_INIT, expect = BUF_INIT;
	struct record rec, again;
	char *json = xstrfmt("%.*s.json", (int)strlen(path) - 5, path);

	read_golden(&text, path);
	read_golden(&expect, json);
	if (record_parse(&rec, text.ptr, text.len, path) < 0)
		fail_msg("%s", error_last());
	json_put(&values, rec.root);
	buf_putc(&values, '\n');
	assert_string_equal(values.ptr, expect.ptr);
	assert_true(record_is_canonical(&rec, text.ptr, text.len));
	if (!strstr(text.ptr, "\n\"")) /* a quoted key is rare: libyaml's matter */
		assert_non_null(yaml_parse_quick(&rec.pool, text.ptr, text.len, 1));

	assert_int_equal(json_parse(&again.root, &rec.pool, expect.ptr, expect.len), 0);
	again.kind = rec.kind;
	buf_reset(&values);
	record_format(&values, &again);
	assert_string_equal(values.ptr, text.ptr);
	record_release(&rec);
	buf_release(&text);
	buf_release(&values);
	buf_release(&expect);
	free(json);
}

static void test_golden(void **state)
{
	glob_t files;

	(void)state;
	assert_int_equal(glob("t/golden/record/*.yaml", 0, NULL, &files), 0);
	assert_true(files.gl_pathc > 20);
	for (size_t i = 0; i < files.gl_pathc; i++)
		check_golden(files.gl_pathv[i]);
	globfree(&files);
}

#define DATE "date: 2026-11-22T10:15:30Z\n"
#define POST "async: 1\nkind: post\nfrom: ana\n" DATE "subject: s\n"
#define MARK "async: 1\nkind: mark\nfrom: ana\n" DATE "target: " ID "\n"
#define PERSON "async: 1\nkind: person\nfrom: ana\n" DATE "person: ana\n"
#define POLICY "async: 1\nkind: policy\nfrom: ana\n" DATE
#define ID "3f2a9c1be0d94f0a6cf8b1d2e3a4958677665544"

static void test_refused(void **state)
{
	static const struct {
		const char *yaml, *message;
	} rows[] = {
		{ "kind: post\n", "r:1:1: expected the key 'async': the format, 1" },
		{ "async: 1.0\n", "r:1:8: async: expected a whole number, not '1.0'" },
		{ "async: 0\n", "r:1:8: async: expected a whole number, not '0'" },
		{ "async: [1]\n", "r:1:8: async: expected a whole number, not a list" },
		{ "async: 1\n" DATE "from: ana\n",
		  "r:1:1: expected the key 'kind': post, mark, person, away, calendar or policy" },
		{ "async: 1\nkind: Post\n", "r:2:7: kind: expected a word of lower-case letters, not 'Post'" },
		{ "async: 1\nkind: post\nfrom: ana\nsubject: s\n",
		  "r:1:1: expected the key 'date': an instant such as 2026-11-22T10:15:30Z" },
		{ "async: 1\nkind: post\nfrom: ana\ndate: 2026-11-22\n",
		  "r:4:7: date: expected an instant such as 2026-11-22T10:15:30Z, not '2026-11-22'" },
		{ "async: 1\nkind: post\nfrom: ana\ndate: 1969-12-31T23:59:59Z\n",
		  "r:4:7: date: expected an instant such as 2026-11-22T10:15:30Z, not '1969-12-31T23:59:59Z'" },
		{ "async: 1\nkind: post\nfrom: ana\ndate: 2101-01-01T00:00:00Z\n",
		  "r:4:7: date: expected an instant such as 2026-11-22T10:15:30Z, not '2101-01-01T00:00:00Z'" },
		{ "async: 1\nkind: post\n" DATE "subject: s\n", "r:1:1: expected the key 'from': the author's handle" },
		{ "async: 1\nkind: post\nfrom: Ana\n" DATE,
		  "r:3:7: from: expected a handle such as ben, or an address, not 'Ana'" },
		{ "async: 1\nkind: post\nfrom: ana\n" DATE "body: b\n",
		  "r:1:1: expected the key 'subject': only a reply may lack it" },
		{ "async: 1\nkind: post\nfrom: ana\n" DATE "re: " ID "\n",
		  "r:1:1: expected a 'subject' or a 'body'" },
		{ POST "to: ben\n", "r:6:5: to: expected a list of handles, not 'ben'" },
		{ POST "to: []\n", "r:6:5: to: expected a list of handles, not an empty list" },
		{ POST "to: [ben, \"B N\"]\n",
		  "r:6:11: to: expected a handle such as ben, or an address, not 'B N'" },
		{ POST "to: [ben, [chi]]\n",
		  "r:6:11: to: expected a handle such as ben, or an address, not a list" },
		{ POST "any: [{group: x}]\n", "r:6:7: any: expected the key 'of' in the map" },
		{ POST "any: [ben]\n", "r:6:7: any: expected a map {of: [handle, …]}, not 'ben'" },
		{ POST "within: 1w\n",
		  "r:6:9: within: expected a duration such as 4h, 1d or 1d4h30m, not '1w'" },
		{ POST "within: 1d\nby: \"2026-12-01\"\n", "r:7:5: expected 'within' or 'by', not both" },
		{ POST "by: tomorrow\n", "r:6:5: by: expected an instant such as 2026-11-22T10:15:30Z or a "
					 "date such as \"2026-11-22\", not 'tomorrow'" },
		{ POST "clock: real\n", "r:6:8: clock: expected work or calendar, not 'real'" },
		{ POST "focus: stop\n", "r:6:8: focus: expected pause or count, not 'stop'" },
		{ POST "re: 3f2a9c1\n", "r:6:5: re: expected a record id of 40 digits, not '3f2a9c1'" },
		{ POST "re: \"@1\"\n", "r:6:5: re: expected a record id of 40 digits, not '@1'" },
		{ POST "tags: [a b]\n",
		  "r:6:8: tags: expected a name of 1 to 64 bytes without spaces and commas, not 'a b'" },
		{ POST "links: [{}]\n",
		  "r:6:9: links: expected a map such as {url: …, title: …}, not an empty map" },
		{ POST "links: [{url: [x]}]\n",
		  "r:6:15: links: url: expected one line of at most 4,000 bytes, not a list" },
		{ POST "attach: [{id: " ID ", name: x}]\n", "r:6:10: attach: expected the key 'size' in the map" },
		{ POST "origin: {system: x}\n", "r:6:9: origin: expected the key 'id' in the map" },
		{ POST "copy: two\n", "r:6:7: copy: expected a whole number, not 'two'" },
		{ POST "body: \"\"\n", "r:6:7: body: expected a text, not ''" },
		{ POST "need: [x]\n", "r:6:7: need: expected a word of lower-case letters, not a list" },
		{ "async: 1\nkind: post\nfrom: ana\n" DATE "subject: |\n  two\n  lines\n",
		  "r:5:10: subject: expected one line of text, not 'two…'" },
		{ "async: 1\nkind: mark\nfrom: ana\n" DATE "verb: ack\n",
		  "r:1:1: expected the key 'target': the id of the record it is about" },
		{ MARK, "r:1:1: expected the key 'verb': what was done" },
		{ MARK "verb: assign\n", "r:1:1: expected the key 'to': who gets the part" },
		{ MARK "verb: tag\n", "r:1:1: expected the key 'tags': which tags" },
		{ MARK "verb: extend\n",
		  "r:1:1: expected 'within', 'by', 'level' or 'accept': what is extended" },
		{ "async: 1\nkind: person\nfrom: ana\n" DATE, "r:1:1: expected the key 'person': whom it is about" },
		{ PERSON "hours: \"09:00-17:00\"\n",
		  "r:6:8: hours: expected a map such as {mon-fri: \"09:00-17:00\"}, not '09:00-17:00'" },
		{ PERSON "addresses: [ana@example.com]\n",
		  "r:6:12: addresses: expected a map {add: …, drop: …}, not a list" },
		{ PERSON "addresses: {add: [ana]}\n",
		  "r:6:19: addresses: expected an address such as ben@example.com, not 'ana'" },
		{ PERSON "hours_on: {add: {tuesday: \"\"}}\n",
		  "r:6:27: hours_on: expected dates as keys, not 'tuesday'" },
		{ PERSON "holidays: {add: [{name: x}]}\n", "r:6:18: holidays: expected the key 'date' in the map" },
		{ PERSON "status: away\n", "r:6:9: status: expected member or gone, not 'away'" },
		{ PERSON "zone: ../etc\n", "r:6:7: zone: expected a time zone such as Europe/Berlin, not '../etc'" },
		{ "async: 1\nkind: away\nfrom: ana\n" DATE "person: ana\n", "r:1:1: expected the key 'away': when" },
		{ "async: 1\nkind: away\nfrom: ana\n" DATE "person: ana\naway: [{to: x}]\n",
		  "r:6:8: away: expected the key 'from' in the map" },
		{ "async: 1\nkind: calendar\nfrom: ana\n" DATE, "r:1:1: expected the key 'calendar': its name" },
		{ POLICY "levels: {urgent: 4h}\n",
		  "r:5:18: levels: urgent: expected a map such as {within: 1d}, not '4h'" },
		{ POLICY "levels: {urgent: {clock: work}}\n", "r:5:18: levels: expected the key 'within' in the map" },
		{ POST "need: \"a very long word that goes on and on and on\"\n",
		  "r:6:7: need: expected a word of lower-case letters, not 'a very long word that goes on and on and…'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct record rec;

		if (record_parse(&rec, rows[i].yaml, strlen(rows[i].yaml), "r") != ERR_INVALID)
			fail_msg("taken:\n%s", rows[i].yaml);
		assert_string_equal(error_last(), rows[i].message);
		assert_null(rec.root);
	}
}

/* Of a newer async: kept, and only another format is another matter. */
static void test_newer(void **state)
{
	static const char *const kept[] = {
		"async: 1\nkind: vote\n" DATE "on: [x]\n",
		"async: 1\nkind: post\n" DATE "type: poll\n",
		"async: 1\nkind: mark\n" DATE "verb: wave\n",
		POST "need: applause\n",
		POST "colour: {red: [1, 2]}\n",
		POST "any:\n  - {of: [ben], weight: \"2\"}\n",
		PERSON "pronouns: she\n",
	};
	struct record rec;

	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(*kept); i++) {
		if (record_parse(&rec, kept[i], strlen(kept[i]), "r") < 0)
			fail_msg("%s", error_last());
		assert_int_equal(record_check(&rec, "r"), 0);
		record_release(&rec);
	}
	assert_int_equal(record_parse(&rec, "async: 2\nkind: 7\n", 17, "r"), ERR_NEWER);
	assert_string_equal(error_last(), "r:1:8: written by a newer async (format 2)");
	assert_string_equal(error_last_hint(), "upgrade async to read this record");
}

static void test_known_words(void **state)
{
	static const struct {
		const char *yaml;
		enum post_type type;
		enum verb verb;
		enum need need;
	} rows[] = {
		{ POST, TYPE_NOTE, VERB_UNKNOWN, NEED_REPLY },
		{ POST "to: [ben]\n", TYPE_ASK, VERB_UNKNOWN, NEED_REPLY },
		{ POST "any:\n  - {of: [ben]}\nneed: read\n", TYPE_ASK, VERB_UNKNOWN, NEED_READ },
		{ POST "type: decision\nto: [ben]\nneed: approval\n", TYPE_DECISION, VERB_UNKNOWN, NEED_APPROVAL },
		{ POST "type: poll\nneed: x\n", TYPE_UNKNOWN, VERB_UNKNOWN, NEED_UNKNOWN },
		{ MARK "verb: retract\n", TYPE_UNKNOWN, VERB_RETRACT, NEED_REPLY },
		{ MARK "verb: wave\n", TYPE_UNKNOWN, VERB_UNKNOWN, NEED_REPLY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct record rec;

		assert_int_equal(record_parse(&rec, rows[i].yaml, strlen(rows[i].yaml), "r"), 0);
		assert_int_equal(rec.type, rows[i].type);
		assert_int_equal(rec.verb, rows[i].verb);
		assert_int_equal(record_need(&rec), rows[i].need);
		assert_string_equal(rec.from, "ana");
		assert_int_equal(rec.date, 1795342530);
		record_release(&rec);
	}
	for (int i = VERB_ACK; i <= VERB_ESCALATE; i++)
		assert_int_equal(verb_from_name(verb_name(i)), i);
	for (int i = TYPE_ASK; i <= TYPE_TOOL; i++)
		assert_int_equal(post_type_from_name(post_type_name(i)), i);
	for (int i = NEED_REPLY; i <= NEED_READ; i++)
		assert_int_equal(need_from_name(need_name(i)), i);
	assert_string_equal(record_kind_name(KIND_POLICY), "policy");
	assert_string_equal(verb_name(VERB_UNKNOWN), "?");
	assert_int_equal(verb_from_name("?"), VERB_UNKNOWN);
	assert_int_equal(need_from_name(NULL), NEED_UNKNOWN);
}

/* However a record is put together, its bytes are the same. */
static void test_order(void **state)
{
	static const char mixed[] = "zeal: x\nhours: {sat: \"10:00-11:00\", mon-fri: \"09:00-17:00\"}\n"
				    "person: ana\nalpha: {b: x, a: y}\n" DATE "kind: person\n"
				    "holidays: {drop: [de], add: [{name: N, date: \"2026-01-01\"}]}\n"
				    "from: ana\nasync: \"1\"\n";
	static const char expect[] = "async: 1\nkind: person\nfrom: ana\n" DATE "person: ana\n"
				     "hours: {mon-fri: \"09:00-17:00\", sat: \"10:00-11:00\"}\n"
				     "holidays: {add: [{date: \"2026-01-01\", name: \"N\"}], drop: [de]}\n"
				     "alpha: {a: \"y\", b: x}\nzeal: x\n";
	struct buf out = BUF_INIT;
	struct record rec;

	(void)state;
	assert_int_equal(record_parse(&rec, mixed, strlen(mixed), "r"), 0);
	assert_false(record_is_canonical(&rec, mixed, strlen(mixed)));
	record_format(&out, &rec);
	assert_string_equal(out.ptr, expect);
	assert_int_equal(record_check(&rec, "r"), 0);
	record_release(&rec);
	buf_release(&out);
}

static void test_make(void **state)
{
	static const char expect[] = "async: 1\nkind: post\nfrom: ana\ndate: 2026-11-22T10:15:31Z\n"
				     "re: " ID "\nsubject: Ready?\nto: [ben, chi]\nby: 2026-11-24T17:00:00Z\n"
				     "body: |-\n  Now.\n";
	struct record rec = RECORD_INIT, moved;
	struct buf out = BUF_INIT;
	struct id id, parent;

	(void)state;
	assert_true(id_parse(&id, ID, ID_HEX));
	record_init(&rec, KIND_POST, "ana", 1795342530);
	assert_int_equal(rec.type, TYPE_NOTE);
	record_set(&rec, "body", "Now.");
	record_set(&rec, "by", "2026-11-24T17:00:00Z");
	record_add(&rec, "to", "ben");
	record_add(&rec, "to", "chi");
	record_set(&rec, "subject", "draft");
	record_set(&rec, "subject", "Ready?");
	record_set(&rec, "level", "urgent");
	record_set(&rec, "level", "");
	record_set(&rec, "need", NULL);
	record_set_id(&rec, "re", &id);
	record_set_date(&rec, rec.date + 1);
	assert_int_equal(record_check(&rec, "post"), 0);
	record_move(&moved, &rec);
	assert_null(rec.root);
	record_format(&out, &moved);
	assert_string_equal(out.ptr, expect);
	assert_int_equal(moved.type, TYPE_ASK);
	assert_true(record_asks(&moved));
	assert_true(record_parent(&moved, &parent));
	assert_true(id_equal(&parent, &id));
	record_release(&moved);
	buf_release(&out);
}

static void test_check_refuses(void **state)
{
	static const struct {
		const char *key, *text, *message;
	} rows[] = {
		{ "subject", "a\nb", "post: subject: expected one line of text, not 'a…'" },
		{ "subject", "a\tb", "post: subject: expected one line of text, not 'a\tb'" },
		{ "subject", "a\u202eb", "post: subject: U+202E at byte 2 is a direction control" },
		{ "body", "a\033[31m", "post: body: U+001B at byte 2 is a control character" },
		{ "body", "a\xff", "post: body: the text is not UTF-8 (byte 2)" },
		{ "body", "a\r\n", "post: body: U+000D at byte 2 is a carriage return; lines end in LF alone" },
		{ "custom", "\u200b", "post: custom: U+200B at byte 1 is an invisible character" },
		{ "level", "very urgent",
		  "post: level: expected a name of 1 to 64 bytes without spaces and commas, not 'very urgent'" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct record rec;

		record_init(&rec, KIND_POST, "ana", 1795342530);
		record_set(&rec, "subject", "s");
		record_set(&rec, rows[i].key, rows[i].text);
		assert_int_equal(record_check(&rec, "post"), ERR_INVALID);
		assert_string_equal(error_last(), rows[i].message);
		record_release(&rec);
	}
}

static int check_many(const char *key, size_t nr, size_t len)
{
	struct record rec;
	char text[600];
	int rc;

	record_init(&rec, KIND_POST, "ana", 1795342530);
	record_set(&rec, "subject", "s");
	memset(text, 'x', sizeof(text));
	text[len] = '\0';
	if (nr == 1)
		record_set(&rec, key, text);
	else
		for (size_t i = 0; i < nr; i++)
			record_add(&rec, key, text);
	rc = record_check(&rec, "r");
	record_release(&rec);
	return rc;
}

static void test_limits(void **state)
{
	struct record rec;
	char *body = xcalloc(RECORD_MAX_BYTES + 1, 1);

	(void)state;
	assert_int_equal(check_many("subject", 1, 500), 0);
	assert_int_equal(check_many("subject", 1, 501), ERR_INVALID);
	assert_int_equal(check_many("tags", 100, 64), 0);
	assert_int_equal(check_many("tags", 101, 3), ERR_INVALID);
	assert_string_equal(error_last(), "r: tags: expected at most 100, not 101");
	assert_int_equal(check_many("tags", 2, 65), ERR_INVALID);
	assert_int_equal(check_many("to", 1000, 3), 0);
	assert_int_equal(check_many("to", 1001, 3), ERR_INVALID);
	assert_string_equal(error_last(), "r: expected at most 1000 recipients, not 1001");
	memset(body, 'x', RECORD_MAX_BYTES);
	record_init(&rec, KIND_POST, "ana", 1795342530);
	record_set(&rec, "subject", "s");
	record_set(&rec, "body", body);
	assert_int_equal(record_check(&rec, "r"), ERR_INVALID);
	assert_string_equal(error_last(), "r:1:1: expected at most 262144 bytes");
	record_release(&rec);
	free(body);
}

static void test_path_and_order(void **state)
{
	struct record a = RECORD_INIT, b = RECORD_INIT;
	char path[RECORD_PATH];

	(void)state;
	assert_true(id_parse(&a.id, ID, ID_HEX));
	record_path(path, 1795391999, &a.id);
	assert_string_equal(path, "log/2026/11/22/" ID ".yaml");
	record_path(path, INSTANT_MAX, &a.id);
	assert_string_equal(path, "log/2100/12/31/" ID ".yaml");
	assert_true(record_cmp(&b, &a) < 0);
	b.date = 1;
	assert_true(record_cmp(&b, &a) > 0);
	a.date = 1;
	b.id = a.id;
	assert_int_equal(record_cmp(&b, &a), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_golden),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_newer),
		cmocka_unit_test(test_known_words),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_make),
		cmocka_unit_test(test_check_refuses),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_path_and_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
