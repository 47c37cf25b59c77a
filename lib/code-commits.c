/* Commits of the code, read by the user's git: it knows every kind of repository that they have. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/code.h"
#include "async/error.h"
#include "run.h"

#define OUTPUT_LIMIT ((size_t)16 << 20)

/* Plumbing with a format of its own: no configuration has a say in it. Each field ends with NUL. */
#define FORMAT "--format=%H%x00%ae%x00%at%x00%B%x00"

/* The field at `*at`, which is moved behind it; NULL: the rest is not whole. */
static const char *take_field(const struct buf *text, size_t *at)
{
	const char *field = text->ptr + *at, *end = memchr(field, '\0', text->len - *at);

	if (!end)
		return NULL;
	*at += (size_t)(end - field) + 1;
	return field;
}

static int each_of(const struct buf *text, code_each *each, void *data)
{
	int rc = 0;

	for (size_t at = 0; at < text->len && rc == 0; at++) { /* each ends with LF */
		struct code_commit commit = { 0 };

		commit.id = take_field(text, &at);
		commit.author = commit.id ? take_field(text, &at) : NULL;
		commit.authored_at = commit.author ? take_field(text, &at) : NULL;
		commit.message = commit.authored_at ? take_field(text, &at) : NULL;
		if (!commit.message)
			break;
		rc = each(&commit, data);
	}
	return rc;
}

int code_commits(const struct code *code, const char *names, size_t limit, code_each *each, void *data)
{
	char *git_dir = xstrfmt("--git-dir=%s", code->git_dir), *count = xstrfmt("--max-count=%zu", limit);
	const char *const argv[] = { "git", git_dir, "rev-list", limit ? count : "--no-walk=unsorted", "--ignore-missing",
				     "--no-commit-header", "--encoding=UTF-8", FORMAT, "--stdin", NULL };
	struct buf output = BUF_INIT, errors = BUF_INIT;
	const struct run run = { .argv = argv, .input = names, .input_len = strlen(names), .output = &output,
				 .errors = &errors, .limit = OUTPUT_LIMIT };
	int rc = run_program(&run);

	buf_rtrim(&errors);
	if (rc > 0)
		rc = error_set(ERR_FAILED, "git cannot read the commits: %s", errors.ptr);
	if (rc == 0)
		rc = each_of(&output, each, data);
	buf_release(&output);
	buf_release(&errors);
	free(count);
	free(git_dir);
	return rc;
}
