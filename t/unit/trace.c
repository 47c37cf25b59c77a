/* From record to record, to the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "trace.h"

#define LONG ((size_t)20000)

static struct id numbered(size_t n)
{
	return (struct id){ { (unsigned char)(n >> 16), (unsigned char)(n >> 8), (unsigned char)n } };
}

static struct trace on(size_t id, size_t target)
{
	return (struct trace){ .id = numbered(id), .target = numbered(target), .of = id };
}

static struct trace end(size_t id)
{
	return (struct trace){ .id = numbered(id), .is_end = true, .of = id };
}

/* What this one comes to; 0: nothing. */
static size_t end_of(const struct trace *v, size_t nr, size_t id)
{
	struct id key = numbered(id);
	const struct trace *found = traces_find(v, nr, &key);

	assert_non_null(found);
	return found->end == TRACE_NONE ? 0 : v[found->end].of;
}

static void test_ends(void **state)
{
	struct trace v[] = { on(7, 3), on(3, 9), end(9), on(4, 5), on(5, 8), on(1, 9), end(2), on(6, 6) };
	const size_t nr = sizeof(v) / sizeof(*v), want[] = { 0, 9, 2, 9, 0, 0, 0, 9, 0, 9 };
	const struct id key = numbered(7), none = numbered(8);

	(void)state;
	traces_follow(v, nr);
	for (size_t i = 1; i < sizeof(want) / sizeof(*want); i++)
		if (i != 8) /* which is not in it */
			assert_int_equal(end_of(v, nr, i), want[i]);
	assert_int_equal(v[traces_find(v, nr, &key)->next].of, 3);
	assert_null(traces_find(v, nr, &none));
	traces_follow(NULL, 0);
	assert_null(traces_find(NULL, 0, &none));
}

/* Gone along once for all; one by one it would be two hundred million steps. */
static void test_long(void **state)
{
	struct trace *v = xcalloc(LONG, sizeof(*v));

	(void)state;
	for (size_t i = 1; i < LONG; i++)
		v[i] = on(i + 1, i);
	v[0] = end(1);
	traces_follow(v, LONG);
	for (size_t i = 0; i < LONG; i++)
		assert_int_equal(v[v[i].end].of, 1);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}
