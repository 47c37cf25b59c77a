/* Values: put, found, replaced, removed, copied, compared. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "async/json.h"

static struct pool pool;

static struct node *value(const char *json)
{
	struct node *node;

	assert_int_equal(json_parse(&node, &pool, json, strlen(json)), 0);
	return node;
}

static void assert_json(const struct node *node, const char *json)
{
	struct buf text = BUF_INIT;

	json_put(&text, node);
	assert_string_equal(text.ptr, json);
	buf_release(&text);
}

static void test_set_replaces_in_place(void **state)
{
	struct node *map = value("{\"a\": \"1\", \"b\": \"2\", \"c\": \"3\"}");

	(void)state;
	node_set_text(&pool, map, "a", "first");
	node_set_text(&pool, map, "c", "last");
	node_set_text(&pool, map, "d", "new");
	assert_json(map, "{\"a\": \"first\", \"b\": \"2\", \"c\": \"last\", \"d\": \"new\"}");
	assert_int_equal(map->nr, 4);
	node_set(&pool, map, "d", node_get(map, "d"));
	assert_string_equal(map->last->text, "new");
	assert_int_equal(map->nr, 4);
}

static void test_drop(void **state)
{
	struct node *map = value("{\"a\": \"1\", \"b\": \"2\", \"c\": \"3\"}");

	(void)state;
	assert_false(node_drop(map, "x"));
	assert_true(node_drop(map, "c"));
	node_set_text(&pool, map, "d", "4");
	assert_true(node_drop(map, "a"));
	assert_json(map, "{\"b\": \"2\", \"d\": \"4\"}");
	assert_true(node_drop(map, "d"));
	assert_true(node_drop(map, "b"));
	assert_null(map->first);
	assert_null(map->last);
}

static void test_lookup(void **state)
{
	struct node *map = value("{\"list\": [\"a\", [\"b\"], \"c\"], \"text\": \"t\"}");

	(void)state;
	assert_string_equal(node_get_text(map, "text"), "t");
	assert_null(node_get_text(map, "list"));
	assert_null(node_get(map, "none"));
	assert_null(node_get(NULL, "text"));
	assert_null(node_get(node_get(map, "list"), "text"));
	assert_true(node_list_has(node_get(map, "list"), "c"));
	assert_false(node_list_has(node_get(map, "list"), "b"));
	assert_false(node_list_has(map, "t"));
	assert_false(node_list_has(NULL, "t"));
}

static void test_equal(void **state)
{
	static const struct {
		const char *a, *b;
		bool equal;
	} rows[] = {
		{ "\"a\"", "\"a\"", true },
		{ "\"a\"", "\"b\"", false },
		{ "null", "null", true },
		{ "null", "\"\"", false },
		{ "[]", "{}", false },
		{ "[\"a\", \"b\"]", "[\"a\", \"b\"]", true },
		{ "[\"a\", \"b\"]", "[\"b\", \"a\"]", false },
		{ "[\"a\"]", "[\"a\", \"a\"]", false },
		{ "{\"x\": \"1\", \"y\": []}", "{\"y\": [], \"x\": \"1\"}", true },
		{ "{\"x\": \"1\", \"y\": \"2\"}", "{\"x\": \"1\", \"z\": \"2\"}", false },
		{ "{\"x\": {\"y\": [\"1\"]}}", "{\"x\": {\"y\": [\"1\"]}}", true },
		{ "{\"x\": {\"y\": [\"1\"]}}", "{\"x\": {\"y\": [\"2\"]}}", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		assert_int_equal(node_equal(value(rows[i].a), value(rows[i].b)), rows[i].equal);
		assert_int_equal(node_equal(value(rows[i].b), value(rows[i].a)), rows[i].equal);
	}
	assert_true(node_equal(NULL, NULL));
	assert_false(node_equal(NULL, value("[]")));
}

static void test_copy_is_deep(void **state)
{
	struct node *map = value("{\"x\": {\"y\": [\"1\", null]}}"), *copy;
	struct pool other = POOL_INIT;

	(void)state;
	copy = node_copy(&other, map);
	node_set_text(&pool, node_get(map, "x"), "y", "changed");
	assert_json(copy, "{\"x\": {\"y\": [\"1\", null]}}");
	pool_release(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set_replaces_in_place),
		cmocka_unit_test(test_drop),
		cmocka_unit_test(test_lookup),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_copy_is_deep),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	pool_release(&pool);
	return failed;
}
