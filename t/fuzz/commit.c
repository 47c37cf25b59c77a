/*
 * Any bytes as a commit: what is taken from it stands in its header, where git has it, and a header
 * written from that reads as the same.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

static void put_header(struct buf *out, const struct commit *commit)
{
	char hex[ID_HEX + 1];

	id_hex(hex, &commit->tree);
	buf_addf(out, "tree %s\n", hex);
	for (size_t i = 0; i < commit->nr_parents; i++) {
		id_hex(hex, &commit->parents[i]);
		buf_addf(out, "parent %s\n", hex);
	}
	buf_addf(out, "author A <%s> 0 +0000\ncommitter A <%s> %lld +0000\n\n", commit->author, commit->author,
		 (long long)commit->committed_at);
}

static void compare(const struct commit *a, const struct commit *b)
{
	if (!id_equal(&a->tree, &b->tree) || a->nr_parents != b->nr_parents ||
	    memcmp(a->parents, b->parents, a->nr_parents * sizeof(*a->parents)) != 0 ||
	    strcmp(a->author, b->author) != 0 || a->committed_at != b->committed_at)
		BUG("the header reads as another commit");
}

/* The first line that is the committer's. */
static char *committer_of(const char *text)
{
	const char *line = strstr(text, "\ncommitter ");

	return line ? xstrndup(line + 1, strcspn(line + 1, "\n")) : NULL;
}

static void check_committer(const struct commit *commit, const char *text)
{
	char *line = committer_of(text), *digits;

	if (!line)
		BUG("a committer from nowhere");
	digits = xstrfmt("%lld", (long long)commit->committed_at);
	if (commit->committed_at && commit->committed_at != INT64_MAX && commit->committed_at != INT64_MIN &&
	    !strstr(line, commit->committed_at < 0 ? digits + 1 : digits))
		BUG("the date %s is not the committer's: '%s'", digits, line);
	free(digits);
	free(line);
}

FUZZER(commit)
{
	char *text = xstrndup(data, len);
	struct commit commit, again;
	struct buf form = BUF_INIT;

	if (commit_parse(&commit, text)) {
		check_committer(&commit, text);
		put_header(&form, &commit);
		if (!commit_parse(&again, form.ptr))
			BUG("its own header is refused: %s", form.ptr);
		compare(&commit, &again);
		commit_release(&again);
	}
	commit_release(&commit);
	buf_release(&form);
	free(text);
}
