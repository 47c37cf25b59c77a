/* Options: one argument list to typed values, or one clear refusal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/nearest.h"
#include "opts.h"
#include "print.h"

static const char *const sorts[] = { "due", "date", "subject", NULL };

static const struct cmd cmd_try = { .name = "try", .usage = "[<options>] <id>...\n--all", .needs = 0 };
static const struct cmd cmd_look = { .name = "look", .usage = "", .needs = CMD_LOOK };

static struct pool lines; /* values point into the words they came from */

/* Everything that can be asked for, told as one line. */
static int parse(struct buf *out, const struct cmd *cmd, const char *line)
{
	const char *message = NULL;
	struct texts tags = { 0 }, names = { 0 };
	struct span within = { 0 };
	bool quiet = false, exit_code = false;
	long number = -1;
	int sort = 0, rc, argc = 0;
	const struct opt opts[] = {
		OPT_FLAG('q', "quiet", &quiet, "say nothing"),
		OPT_FLAG(0, "exit-code", &exit_code, "answer by the exit status"),
		OPT_TEXT('m', "message", &message, "text", "what to say"),
		OPT_LIST('t', "tag", &tags, "tag", "tags"),
		OPT_TEXTS('N', "name", &names, "name", "names"),
		OPT_NUMBER('n', "number", &number, "number", "how many"),
		OPT_SPAN(0, "within", &within, "how long"),
		OPT_WORD(0, "sort", &sort, sorts, "key", "by what"),
		OPT_END
	};
	char *rest = pool_strdup(&lines, line), *words[32], **argv = words;

	while ((words[argc] = strsep(&rest, " ")))
		argc += *words[argc] != '\0';
	rc = opts_parse(NULL, cmd, opts, &argc, &argv, 0, 3);
	if (rc < 0) {
		buf_addf(out, "!%s", error_last());
		return rc;
	}
	buf_addf(out, "q%d x%d m:%s n%ld w%dd%dm s%d t:", quiet, exit_code, message ? message : "-", number,
		 (int)within.days, (int)within.minutes, sort);
	for (size_t i = 0; i < tags.nr; i++)
		buf_addf(out, "%s%s", i ? "," : "", tags.v[i]);
	for (size_t i = 0; i < names.nr; i++)
		buf_addf(out, " N:%s", names.v[i]);
	for (int i = 0; i < argc; i++)
		buf_addf(out, " [%s]", argv[i]);
	return rc;
}

static void options_become_values(void **state)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "", "q0 x0 m:- n-1 w0d0m s0 t:" },
		{ "-q", "q1 x0 m:- n-1 w0d0m s0 t:" },
		{ "--quiet --exit-code", "q1 x1 m:- n-1 w0d0m s0 t:" },
		{ "--quiet --no-quiet", "q0 x0 m:- n-1 w0d0m s0 t:" },
		{ "-m hello", "q0 x0 m:hello n-1 w0d0m s0 t:" },
		{ "-mhello", "q0 x0 m:hello n-1 w0d0m s0 t:" },
		{ "-qmhello", "q1 x0 m:hello n-1 w0d0m s0 t:" },
		{ "-qm hello", "q1 x0 m:hello n-1 w0d0m s0 t:" },
		{ "--message=a=b", "q0 x0 m:a=b n-1 w0d0m s0 t:" },
		{ "--message= x", "q0 x0 m: n-1 w0d0m s0 t: [x]" },
		{ "--message -q", "q0 x0 m:-q n-1 w0d0m s0 t:" },
		{ "-m one -m two", "q0 x0 m:two n-1 w0d0m s0 t:" },
		{ "-m one --no-message", "q0 x0 m:- n-1 w0d0m s0 t:" },
		{ "--mess hi", "q0 x0 m:hi n-1 w0d0m s0 t:" },
		{ "--no-mess", "q0 x0 m:- n-1 w0d0m s0 t:" },
		{ "-n20", "q0 x0 m:- n20 w0d0m s0 t:" },
		{ "-n 0", "q0 x0 m:- n0 w0d0m s0 t:" },
		{ "--num=7", "q0 x0 m:- n7 w0d0m s0 t:" },
		{ "--within 1d4h", "q0 x0 m:- n-1 w1d240m s0 t:" },
		{ "--within=30m --no-within", "q0 x0 m:- n-1 w0d0m s0 t:" },
		{ "--sort subject", "q0 x0 m:- n-1 w0d0m s2 t:" },
		{ "-t a,b -t c", "q0 x0 m:- n-1 w0d0m s0 t:a,b,c" },
		{ "-t a --no-tag -t b", "q0 x0 m:- n-1 w0d0m s0 t:b" },
		{ "-N a,b -Nc", "q0 x0 m:- n-1 w0d0m s0 t: N:a,b N:c" },
		{ "one -q two", "q1 x0 m:- n-1 w0d0m s0 t: [one] [two]" },
		{ "one -- -q --quiet", "q0 x0 m:- n-1 w0d0m s0 t: [one] [-q] [--quiet]" },
		{ "-- --", "q0 x0 m:- n-1 w0d0m s0 t: [--]" },
		{ "- :/text", "q0 x0 m:- n-1 w0d0m s0 t: [-] [:/text]" },

		{ "-x", "!'try' has no option -x" },
		{ "-qx", "!'try' has no option -x" },
		{ "--nope", "!'try' has no option --nope" },
		{ "--no-nope", "!'try' has no option --no-nope" },
		{ "--json", "!'try' has no option --json" },
		{ "-z", "!'try' has no option -z" },
		{ "--n=1", "!--n could be --name or --number" },
		{ "--quiet=yes", "!--quiet takes no value" },
		{ "--no-message=x", "!--no-message takes no value" },
		{ "--no-number", "!there is no --no-number" },
		{ "--no-sort", "!there is no --no-sort" },
		{ "-m", "!-m wants a value: <text>" },
		{ "--within", "!--within wants a value: <duration>" },
		{ "--within 1x", "!--within wants a duration, not '1x'" },
		{ "--within 0h", "!--within wants a duration, not '0h'" },
		{ "-n x", "!-n wants a number, not 'x'" },
		{ "-n -1", "!-n wants a number, not '-1'" },
		{ "-n 99999999999999999999", "!-n wants a number, not '99999999999999999999'" },
		{ "--sort size", "!--sort: 'size' is not one of due, date, subject" },
		{ "-t a,,b", "!--tag" },
		{ "one two three four", "!'try' does not take 'four'" },
	};
	struct buf got = BUF_INIT;
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		const char *want = rows[i].want;
		int rc;

		buf_reset(&got);
		rc = parse(&got, &cmd_try, rows[i].line);
		if (!strcmp(want, "!--tag"))
			want = "!-t: an empty name in 'a,,b'";
		if (strcmp(got.ptr, want) != 0 || (rc < 0 && rc != ERR_USAGE)) {
			print_error("'%s': %s (%d), not %s\n", rows[i].line, got.ptr, rc, want);
			bad++;
		}
	}
	buf_release(&got);
	assert_int_equal(bad, 0);
}

static void a_mistyped_option_has_a_neighbour(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	assert_int_equal(parse(&got, &cmd_try, "--mesage x"), ERR_USAGE);
	assert_non_null(strstr(error_last_hint(), "--message"));
	assert_int_equal(parse(&got, &cmd_look, "--jsno"), ERR_USAGE);
	assert_non_null(strstr(error_last_hint(), "--json"));
	buf_release(&got);
}

static void look_commands_have_more(void **state)
{
	struct buf got = BUF_INIT;

	(void)state;
	assert_int_equal(parse(&got, &cmd_look, "--json -z"), 0);
	assert_true(globals.json && globals.nul);
	assert_int_equal(parse(&got, &cmd_look, "--format=%(id)"), ERR_USAGE);
	assert_string_equal(error_last(), "--json and --format cannot be used together");
	globals.json = globals.nul = false;
	assert_int_equal(parse(&got, &cmd_look, "--format=%(id)"), 0);
	assert_string_equal(globals.format, "%(id)");
	globals.format = NULL;
	buf_release(&got);
}

static void usage_is_made_of_the_table(void **state)
{
	bool flag = false;
	long number = 0;
	const struct opt opts[] = {
		OPT_FLAG('q', "quiet", &flag, "say nothing"),
		OPT_GROUP("More"),
		OPT_NUMBER(0, "a-rather-long-name-for-it", &number, "number", "how many"),
		OPT_FLAG('v', NULL, &flag, "say more"),
		OPT_END
	};
	struct buf out = BUF_INIT;

	(void)state;
	opts_usage(&out, &cmd_try, opts);
	assert_string_equal(out.ptr, "usage: async try [<options>] <id>...\n"
				     "   or: async try --all\n"
				     "\n"
				     "    -q, --quiet           say nothing\n"
				     "\n"
				     "More\n"
				     "    --a-rather-long-name-for-it=<number>\n"
				     "                          how many\n"
				     "    -v                    say more\n");
	buf_release(&out);
}

static void the_nearest_name(void **state)
{
	static const char *const names[] = { "status", "show", "post", "overdue", "log", NULL };
	static const struct {
		const char *word, *want;
	} rows[] = {
		{ "statsu", "status" }, { "stat", "status" }, { "sohw", "show" },  { "pots", "post" },
		{ "lgo", "log" },	{ "overdeu", "overdue" }, { "xyz", NULL }, { "", NULL },
		{ "a-very-long-word-that-nobody-mistypes-like-this", NULL },
	};

	(void)state;
	for (size_t i = 0; i < NR(rows); i++) {
		const char *got = nearest(rows[i].word, names);

		if (got != rows[i].want && (!got || !rows[i].want || strcmp(got, rows[i].want) != 0))
			fail_msg("nearest to '%s': %s", rows[i].word, got ? got : "none");
	}
}

static void a_form_says_what_it_wants(void **state)
{
	static const struct cmd forms = { .name = "many", .usage = "[list]\nadd <name>\nrun <hook> [<argument>]" };

	(void)state;
	assert_int_equal(form_wants(&forms, "run", "a hook"), ERR_USAGE);
	assert_string_equal(error_last(), "'many run' wants a hook");
	assert_string_equal(error_last_hint(), "usage: async many run <hook> [<argument>]");
	assert_int_equal(form_wants(&forms, "list", "nothing more"), ERR_USAGE);
	assert_string_equal(error_last_hint(), "'async many -h' shows what it takes");
}

static void an_unknown_form_has_a_neighbour(void **state)
{
	static const struct cmd forms = { .name = "many", .usage = "[list]\nlevel <name>\nset <key>=<value>" };
	static const struct cmd no_set = { .name = "few", .usage = "add <name>" };

	(void)state;
	assert_int_equal(form_unknown(&forms, "levle"), ERR_USAGE);
	assert_string_equal(error_last(), "'many' does not take 'levle'");
	assert_string_equal(error_last_hint(), "the nearest is 'level'; 'async many -h' lists all");
	form_unknown(&forms, "level=1");
	assert_string_equal(error_last_hint(), "settings go with 'async many set level=1'");
	form_unknown(&no_set, "x=1");
	assert_string_equal(error_last_hint(), "'async few -h' shows what it takes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_become_values),
		cmocka_unit_test(a_mistyped_option_has_a_neighbour),
		cmocka_unit_test(look_commands_have_more),
		cmocka_unit_test(usage_is_made_of_the_table),
		cmocka_unit_test(the_nearest_name),
		cmocka_unit_test(a_form_says_what_it_wants),
		cmocka_unit_test(an_unknown_form_has_a_neighbour),
	};

	return cmocka_run_group_tests_name("opts", tests, NULL, NULL);
}
