/* The names of messages. */
#include "story.h"

#include "async/message-id.h"

#define ASK "4100000000000000000000000000000000000000"
#define HASH "da39a3ee5e6b4b0d3255bfef95601890afd80709"

static void check_name(struct buf *got, const char *expect)
{
	assert_string_equal(got->ptr, expect);
	buf_reset(got);
}

static void test_put(void **state)
{
	struct person *ben = team_person(*state, "ben"), *new = team_person(*state, "new@example.com");
	struct id ask = id_of("A"), round = id_of("B");
	struct stage stage = { .name = "late-1" };
	struct buf got = BUF_INIT;

	message_id_put(&got, "example.org", &ask, ben, &round, &stage);
	check_name(&got, ASK ".ben.420000000000.late-1@example.org");
	message_thread_put(&got, "example.org", &ask, ben);
	check_name(&got, ASK ".ben@example.org");
	message_batch_put(&got, "example.org", ben, "");
	check_name(&got, HASH ".ben.batch@example.org");
	message_thread_put(&got, "example.org", &ask, new);
	check_name(&got, ASK ".fa1d2242335c9c2a@example.org");
	buf_release(&got);
}

static void test_parse(void **state)
{
	static const struct {
		const char *text, *ask, *person;
	} rows[] = {
		{ ASK ".ben.420000000000.late-1@example.org", "A", "ben" },
		{ ASK ".ben.420000000000.50%@example.org", "A", "ben" },
		{ ASK ".ben@example.org", "A", "ben" },
		{ HASH ".ben.batch@example.org", "", "ben" },
		{ ASK ".ben@example.com", NULL, NULL },
		{ ASK ".ben", NULL, NULL },
		{ ASK "@example.org", NULL, NULL },
		{ ASK ".@example.org", NULL, NULL },
		{ ASK ".ben.@example.org", NULL, NULL },
		{ ASK ".ben.more@example.org", NULL, NULL },
		{ ASK ".ben.420000000000@example.org", NULL, NULL },
		{ ASK ".ben.420000000000.@example.org", NULL, NULL },
		{ ASK ".ben.42000000000.50%@example.org", NULL, NULL },
		{ ASK ".ben.420000000000.50% x@example.org", NULL, NULL },
		{ ASK ".ben.420000000000.0123456789abcdef@example.org", NULL, NULL },
		{ ASK ".b n@example.org", NULL, NULL },
		{ ASK ".0123456789012345678901234567890123456789012345678@example.org", NULL, NULL },
		{ "41.ben@example.org", NULL, NULL },
		{ "@example.org", NULL, NULL },
		{ "", NULL, NULL },
	};
	struct message_id got;

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		bool is = message_id_parse(&got, rows[i].text, "example.org");
		struct id ask = id_of(rows[i].ask ? rows[i].ask : "");

		if (is != !!rows[i].ask)
			fail_msg("%s: %d", rows[i].text, is);
		if (is && (!id_equal(&ask, &got.ask) || strcmp(got.person, rows[i].person)))
			fail_msg("%s: %s", rows[i].text, got.person);
	}
}

/* Whom it was sent to is known also after they have another handle. */
static void test_is_to(void **state)
{
	struct person *ben = team_person(*state, "ben"), *dee = team_person(*state, "dee");
	struct message_id id = { .person = "ben" };
	struct stage stage = { .name = "100%" };
	struct id ask = id_of("A");
	struct buf name = BUF_INIT;
	struct person as_address = *ben;

	assert_true(message_is_to(&id, ben));
	assert_false(message_is_to(&id, dee));
	as_address.handle = "ben@example.com";
	message_id_put(&name, MESSAGE_DOMAIN, &ask, &as_address, &ask, &stage);
	assert_true(message_id_parse(&id, name.ptr, MESSAGE_DOMAIN));
	assert_true(message_is_to(&id, ben));
	assert_false(message_is_to(&id, dee));
	buf_release(&name);
}

static void test_domain(void **state)
{
	static const struct {
		const char *text;
		bool good;
	} rows[] = {
		{ "example.org", true }, { "mx-1.Example.org", true }, { "localhost", true }, { "", true },
		{ ".org", false }, { "a..b", false }, { "a.", false }, { "a b", false }, { "a\nb", false }, { "a@b", false },
		{ "a>", false }, { "\xc3\xa4.org", false },
	};
	struct node node = { .type = NODE_TEXT };

	assert_string_equal(message_domain(*state), "async.invalid");
	for (size_t i = 0; i < NR(rows); i++) {
		node.text = rows[i].text;
		if (!message_domain_wrong(&node) != rows[i].good)
			fail_msg("'%s'", rows[i].text);
	}
	node = (struct node){ .type = NODE_LIST };
	assert_non_null(message_domain_wrong(&node));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_put, set_up, tear_down),
		cmocka_unit_test(test_parse),
		cmocka_unit_test_setup_teardown(test_is_to, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_domain, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
