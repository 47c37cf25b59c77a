/* The record between two states in plain form leads from the one to the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/plain.h"
#include "fold.h"

struct row {
	const char *was, *is; /* one key each; "" for none */
	const char *record;   /* "": nothing to change */
};

static const struct row rows[] = {
	{ "", "zone: UTC", "zone: UTC" },
	{ "zone: Asia/Tokyo", "zone: UTC", "zone: UTC" },
	{ "zone: UTC", "zone: UTC", "" },
	{ "zone: UTC", "", "zone: \"\"" },
	{ "hours: {mon: \"09:00-10:00\"}", "hours: {tue: \"09:00-10:00\"}", "hours: {tue: \"09:00-10:00\"}" },
	{ "hours: {mon: \"09:00-10:00\"}", "hours: {}", "hours: {}" },
	{ "", "groups: [a, b]", "groups: {add: [a, b]}" },
	{ "groups: [a, b]", "groups: [b, c]", "groups: {add: [c], drop: [a]}" },
	{ "groups: [a, b]", "groups: [b, a]", "" },
	{ "groups: [a, b]", "", "groups: {drop: [a, b]}" },
	{ "hours_on: {\"2026-05-02\": none}", "hours_on: {\"2026-05-02\": \"10:00-11:00\", \"2026-05-03\": none}",
	  "hours_on: {add: {\"2026-05-02\": \"10:00-11:00\", \"2026-05-03\": none}}" },
	{ "hours_on: {\"2026-05-02\": none}", "", "hours_on: {drop: [\"2026-05-02\"]}" },
	{ "holidays: [de, {date: \"2026-12-24\", name: Eve}]", "holidays: [{date: \"2026-12-24\", name: Christmas Eve}]",
	  "holidays: {add: [{date: \"2026-12-24\", name: Christmas Eve}], drop: [de, {date: \"2026-12-24\", name: Eve}]}" },
	{ "levels: {a: {within: 1d}, b: {within: 2d}}", "levels: {b: {within: 3d}, c: {within: 4d}}",
	  "levels: {b: {within: 3d}, c: {within: 4d}, a: \"\"}" },
};

static struct node *read_plain(struct pool *pool, const char *text)
{
	struct node *map = NULL;

	assert_int_equal(plain_parse(&map, pool, text, strlen(text), "test"), 0);
	return map;
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct record rec = RECORD_INIT;
		struct pool *pool = &rec.pool;
		struct node *was, *is, *want, *folded;
		const char *key;

		record_init(&rec, KIND_POLICY, "ana", 0);
		was = read_plain(pool, row->was);
		is = read_plain(pool, row->is);
		want = read_plain(pool, row->record);
		key = was->first ? was->first->key : is->first->key;
		if (plain_change(&rec, key, was->first, is->first) != (want->nr != 0))
			fail_msg("%s -> %s: a change or not?", row->was, row->is);
		if (!want->nr)
			assert_null(record_node(&rec, key));
		else if (!node_equal(record_node(&rec, key), want->first))
			fail_msg("%s -> %s: not %s", row->was, row->is, row->record);
		folded = node_new(pool, NODE_MAP);
		if (was->first)
			node_set(pool, folded, key, fold_copy_entries(pool, was->first));
		if (want->nr && !strcmp(key, "levels"))
			fold_merge(pool, folded, key, record_node(&rec, key));
		else if (want->nr)
			fold_key(pool, folded, key, record_node(&rec, key));
		if (want->nr && !node_equal(folded, is))
			fail_msg("%s -> %s: the record does not lead there", row->was, row->is);
		record_release(&rec);
	}
}

static void test_text(void **state)
{
	static const char text[] = "zone: UTC\nhours: {mon: \"09:00-10:00\"}\ngroups: [a, b]\n";
	struct pool pool = POOL_INIT;
	struct node *map;
	struct buf out = BUF_INIT;

	(void)state;
	plain_format(&out, read_plain(&pool, text));
	assert_string_equal(out.ptr, text);
	buf_reset(&out);
	plain_format_value(&out, node_get(read_plain(&pool, text), "groups"));
	assert_string_equal(out.ptr, "[a, b]");
	assert_int_equal(read_plain(&pool, "\n")->nr, 0);
	assert_true(plain_parse(&map, &pool, "zone: [", 7, "test") < 0);
	buf_release(&out);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
