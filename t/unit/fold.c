/* How a record's keys change a state in plain form. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "async/node.h"
#include "fold.h"
#include "yaml.h"

static struct node *read_yaml(struct pool *pool, const char *text)
{
	struct node *map = NULL;

	assert_int_equal(yaml_parse(&map, pool, text, strlen(text), 65536, "test"), 0);
	return map;
}

struct row {
	const char *name;
	const char *before, *change, *after; /* maps */
	enum { CHANGES, SAME, MERGE } how;   /* MERGE: by fold_merge() */
};

static const struct row rows[] = {
	{ "a scalar is set", "{}", "{zone: UTC}", "{zone: UTC}", CHANGES },
	{ "a scalar is replaced", "{zone: UTC}", "{zone: Asia/Tokyo}", "{zone: Asia/Tokyo}", CHANGES },
	{ "an empty text removes", "{zone: UTC, name: B}", "{zone: \"\"}", "{name: B}", CHANGES },
	{ "nothing to remove", "{name: B}", "{zone: \"\"}", "{name: B}", SAME },
	{ "the same again", "{zone: UTC}", "{zone: UTC}", "{zone: UTC}", SAME },
	{ "hours are replaced whole", "{hours: {mon: \"09:00-10:00\"}}", "{hours: {tue: \"09:00-10:00\"}}",
	  "{hours: {tue: \"09:00-10:00\"}}", CHANGES },
	{ "no hours at all", "{hours: {mon: \"09:00-10:00\"}}", "{hours: {}}", "{hours: {}}", CHANGES },
	{ "an empty set gets one", "{}", "{groups: {add: [a]}}", "{groups: [a]}", CHANGES },
	{ "one more", "{groups: [a]}", "{groups: {add: [b]}}", "{groups: [a, b]}", CHANGES },
	{ "there already", "{groups: [a]}", "{groups: {add: [a]}}", "{groups: [a]}", SAME },
	{ "one less", "{groups: [a, b]}", "{groups: {drop: [a]}}", "{groups: [b]}", CHANGES },
	{ "the last one less", "{groups: [a, b]}", "{groups: {drop: [b]}}", "{groups: [a]}", CHANGES },
	{ "none is left", "{groups: [a]}", "{groups: {drop: [a]}}", "{}", CHANGES },
	{ "never there", "{groups: [a]}", "{groups: {drop: [b]}}", "{groups: [a]}", SAME },
	{ "dropped from nothing", "{}", "{groups: {drop: [b]}}", "{}", SAME },
	{ "drop first, then add", "{groups: [a]}", "{groups: {add: [b], drop: [b]}}", "{groups: [a, b]}", CHANGES },
	{ "dates as keys", "{hours_on: {\"2026-05-02\": none}}",
	  "{hours_on: {add: {\"2026-05-03\": \"10:00-11:00\"}, drop: [\"2026-05-02\"]}}",
	  "{hours_on: {\"2026-05-03\": \"10:00-11:00\"}}", CHANGES },
	{ "another value for a date", "{hours_on: {\"2026-05-02\": none}}",
	  "{hours_on: {add: {\"2026-05-02\": \"10:00-11:00\"}}}", "{hours_on: {\"2026-05-02\": \"10:00-11:00\"}}", CHANGES },
	{ "a day by another name", "{holidays: [{date: \"2026-12-24\", name: Eve}]}",
	  "{holidays: {add: [{date: \"2026-12-24\", name: Christmas Eve}]}}",
	  "{holidays: [{date: \"2026-12-24\", name: Christmas Eve}]}", CHANGES },
	{ "morning and evening of a day", "{holidays: [{date: \"2026-12-24\", to: \"10:00\"}]}",
	  "{holidays: {add: [{date: \"2026-12-24\", from: \"12:00\"}]}}",
	  "{holidays: [{date: \"2026-12-24\", to: \"10:00\"}, {date: \"2026-12-24\", from: \"12:00\"}]}", CHANGES },
	{ "a day by its date", "{holidays: [de, {date: \"2026-12-24\", name: Eve}, \"2026-12-25\"]}",
	  "{holidays: {drop: [\"2026-12-24\", \"2026-12-25\"]}}", "{holidays: [de]}", CHANGES },
	{ "a block as it was added", "{focus: [{days: mon, hours: \"09:00-11:00\"}]}",
	  "{focus: {drop: [{days: mon, hours: \"09:00-11:00\"}]}}", "{}", CHANGES },
	{ "another block stays", "{focus: [{days: mon, hours: \"09:00-11:00\"}]}",
	  "{focus: {drop: [{days: mon, hours: \"09:00-12:00\"}]}}",
	  "{focus: [{days: mon, hours: \"09:00-11:00\"}]}", SAME },
	{ "a level of several", "{levels: {a: {within: 1d}, b: {within: 2d}}}",
	  "{levels: {b: {within: 3d}, c: {within: 4d}}}",
	  "{levels: {a: {within: 1d}, b: {within: 3d}, c: {within: 4d}}}", MERGE },
	{ "a level less", "{levels: {a: {within: 1d}, b: {within: 2d}}}", "{levels: {a: \"\"}}",
	  "{levels: {b: {within: 2d}}}", MERGE },
};

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct pool pool = POOL_INIT;
		struct node *map = node_new(&pool, NODE_MAP), *before = read_yaml(&pool, row->before);
		struct node *change = read_yaml(&pool, row->change);
		bool changed;

		NODE_EACH(entry, before)
			node_set(&pool, map, entry->key, fold_copy_entries(&pool, entry));
		changed = row->how == MERGE ? fold_merge(&pool, map, change->first->key, change->first)
				     : fold_key(&pool, map, change->first->key, change->first);
		if (changed == (row->how == SAME) || !node_equal(map, read_yaml(&pool, row->after)))
			fail_msg("%s", row->name);
		if (!node_equal(before, read_yaml(&pool, row->before)))
			fail_msg("%s: the original was changed", row->name);
		pool_release(&pool);
	}
}

static void test_set_is_bounded(void **state)
{
	struct pool pool = POOL_INIT;
	struct node *map = node_new(&pool, NODE_MAP);
	char text[64];

	(void)state;
	for (int i = 0; i < FOLD_MAX_ENTRIES + 10; i++) {
		struct pool scratch = POOL_INIT;
		struct node *change;

		snprintf(text, sizeof(text), "{groups: {add: [g%d]}}", i);
		change = read_yaml(&scratch, text);
		assert_int_equal(fold_key(&pool, map, "groups", node_copy(&pool, change->first)),
				 i < FOLD_MAX_ENTRIES);
		pool_release(&scratch);
	}
	assert_int_equal(node_get(map, "groups")->nr, FOLD_MAX_ENTRIES);
	pool_release(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_set_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
