/* Where two histories meet: random histories with false dates, judged by what we made them of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "async/alloc.h"
#include "async/error.h"
#include "long.h"
#include "repo-git.h"

#define NR 32 /* commits of a history: as many as a set has bits */

static char top[] = "/tmp/async-ancestry-XXXXXX";

struct history {
	int parents[NR][2]; /* -1: none */
	long dates[NR];
	uint32_t contains[NR]; /* itself and all that leads to it */
	struct id ids[NR];
};

static uint32_t seed;

static unsigned chance(unsigned limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 17;
	seed ^= seed << 5;
	return seed % limit;
}

/* Dates: as they should be, all the same, or anything. */
static long date_of(int commit, unsigned manner)
{
	return 1500000000 + (manner == 0 ? commit * 60L : manner == 1 ? 0L : (long)chance(1000));
}

static void make_up(struct history *out)
{
	unsigned manner = chance(3);

	for (int i = 0; i < NR; i++) {
		int *parents = out->parents[i];

		out->dates[i] = date_of(i, manner);
		out->contains[i] = UINT32_C(1) << i;
		parents[0] = i && chance(16) ? i - 1 - (int)chance(i < 6 ? (unsigned)i : 6) : -1;
		parents[1] = i > 1 && parents[0] >= 0 && !chance(3) ? (int)chance((unsigned)i) : -1;
		if (parents[1] == parents[0])
			parents[1] = -1;
		for (int p = 0; p < 2; p++)
			if (parents[p] >= 0)
				out->contains[i] |= out->contains[parents[p]];
	}
}

/* Write it as git has it, into a repository of its own, and read which ids its commits have. */
static void store(struct history *history, const char *dir)
{
	char *import = xstrfmt("git init -q %s && git -C %s fast-import --quiet --force --export-marks=%s/marks", dir, dir, dir);
	char *marks = xstrfmt("%s/marks", dir);
	FILE *to = popen(import, "w"), *from;
	char hex[ID_HEX + 1];
	int mark;

	assert_non_null(to);
	for (int i = 0; i < NR; i++) {
		fprintf(to, "commit refs/heads/c%d\nmark :%d\ncommitter A <a@example.com> %ld +0000\ndata 0\n", i, i + 1,
			history->dates[i]);
		for (int p = 0; p < 2; p++)
			if (history->parents[i][p] >= 0)
				fprintf(to, "%s :%d\n", p ? "merge" : "from", history->parents[i][p] + 1);
		fprintf(to, "M 100644 inline n\ndata <<.\n%d\n.\n\n", i); /* no two are the same */
	}
	assert_int_equal(pclose(to), 0);
	from = fopen(marks, "r");
	assert_non_null(from);
	while (fscanf(from, ":%d %40s\n", &mark, hex) == 2)
		assert_true(id_parse(&history->ids[mark - 1], hex, ID_HEX));
	fclose(from);
	free(marks);
	free(import);
}

static int place_of(const struct history *history, const struct id *id)
{
	for (int i = 0; i < NR; i++)
		if (id_equal(&history->ids[i], id))
			return i;
	return -1;
}

static uint32_t roots(const struct history *history, uint32_t set)
{
	uint32_t found = 0;

	for (int i = 0; i < NR; i++)
		if ((set >> i & 1) && history->parents[i][0] < 0)
			found |= UINT32_C(1) << i;
	return found;
}

/* Of the commits that both have, those that no other one has among its own. */
static uint32_t best_of(const struct history *history, uint32_t both)
{
	uint32_t best = both;

	for (int i = 0; i < NR; i++)
		if (both >> i & 1)
			best &= ~(history->contains[i] & ~(UINT32_C(1) << i));
	return best;
}

static void check_pair(const struct history *history, struct repo *repo, int ours, int theirs)
{
	uint32_t both = history->contains[ours] & history->contains[theirs], bases = 0;
	uint32_t strangers = roots(history, history->contains[theirs] & ~history->contains[ours]);
	struct meeting meeting;
	bool is;

	assert_int_equal(repo_is_ancestor(&is, repo, &history->ids[ours], &history->ids[theirs]), 0);
	assert_int_equal(is, history->contains[theirs] >> ours & 1);
	if (ours == theirs)
		return;
	assert_int_equal(repo_meet(&meeting, repo, &history->ids[ours], &history->ids[theirs]), 0);
	for (size_t i = 0; i < meeting.nr; i++)
		bases |= UINT32_C(1) << place_of(history, &meeting.bases[i]);
	assert_int_equal(bases & ~both, 0);
	assert_int_equal(best_of(history, both) & ~bases, 0);
	assert_int_equal(meeting.behind, history->contains[theirs] >> ours & 1);
	assert_int_equal(meeting.ahead, history->contains[ours] >> theirs & 1);
	assert_false(meeting.cut_off);
	if (strangers)
		assert_true(strangers >> place_of(history, &meeting.stranger) & 1);
	else
		assert_true(id_is_zero(&meeting.stranger));
	meeting_release(&meeting);
}

static void test_false_dates(void **state)
{
	const struct repo_options options = { .receiving = false };
	size_t histories = long_or(200, 6);

	(void)state;
	for (size_t n = 0; n < histories; n++) {
		char *dir = xstrfmt("%s/%zu", top, n), *clear = xstrfmt("rm -rf %s", dir);
		struct history history;
		struct repo *repo;

		seed = (uint32_t)n * 2654435761u + 1;
		make_up(&history);
		store(&history, dir);
		assert_int_equal(chdir(dir), 0);
		if (repo_open(&repo, &options) < 0)
			fail_msg("history %zu: %s", n, error_last());
		for (int ours = 0; ours < NR; ours++)
			for (int theirs = 0; theirs < NR; theirs++)
				check_pair(&history, repo, ours, theirs);
		repo_close(repo);
		assert_int_equal(chdir(top), 0);
		assert_int_equal(system(clear), 0);
		free(clear);
		free(dir);
	}
}

static int start(void **state)
{
	(void)state;
	if (!mkdtemp(top))
		return -1;
	setenv("HOME", top, 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	return 0;
}

static int end(void **state)
{
	char *line = xstrfmt("rm -rf %s", top);
	int rc;

	(void)state;
	rc = chdir("/") == 0 ? system(line) : -1;
	free(line);
	return rc;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_false_dates),
	};

	return cmocka_run_group_tests_name("repo-ancestry", tests, start, end);
}
