/*
 * What git's configuration files include, looked at before libgit2 opens it.
 *
 * libgit2 opens whatever an include names: it waits for ever for a FIFO, and follows files that
 * include each other hundreds of times. Which `path` belongs to an include is not asked: in
 * other sections, too, none is a FIFO.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define FILE_LIMIT ((size_t)4 << 20)
#define MAX_DEPTH 10   /* libgit2 gives up there itself */
#define MAX_FILES 1000 /* in all; more is made to waste time */

/* The value behind "path =", without its quotes; a backslash stands for what follows it, and joins lines. */
static void take_value(struct buf *out, const char *p)
{
	bool quoted = false;

	for (; *p && *p != '\n' && (quoted || (*p != '#' && *p != ';')); p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '\\' && p[1] == '\n')
			p++;
		else if (*p == '\\' && p[1])
			buf_putc(out, *++p);
		else
			buf_putc(out, *p);
	}
	buf_rtrim(out);
}

/* The next "path =" at or behind `p`: where its value begins, or NULL. */
static const char *next_path(const char *begin, const char *p)
{
	for (; (p = strcasestr(p, "path")); p++) {
		const char *equals = p + 4 + strspn(p + 4, " \t");

		if (*equals == '=' && (p == begin || strchr(" \t\r\n]", p[-1])))
			return equals + 1 + strspn(equals + 1, " \t");
	}
	return NULL;
}

static int check_file(const char *path, int depth, int *nr);

static int check_include(const char *from, const char *value, int depth, int *nr)
{
	char *folder = xstrndup(from, strrchr(from, '/') ? (size_t)(strrchr(from, '/') - from) : 0);
	char *path = repo_expand_path(value, *folder ? folder : ".");
	struct stat st;
	int rc = 0;

	if (++*nr > MAX_FILES)
		rc = error_set(ERR_FAILED, "the configuration '%s' includes more than %d files", from, MAX_FILES);
	else if (strcmp(path, "/dev/null") != 0 && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		rc = S_ISREG(st.st_mode) ? check_file(path, depth + 1, nr) :
					   error_set(ERR_FAILED, "the configuration '%s' includes '%s', which is no file",
						     from, path);
	free(path);
	free(folder);
	return rc;
}

static int check_file(const char *path, int depth, int *nr)
{
	struct buf text = BUF_INIT, value = BUF_INIT;
	int rc = 0;

	if (depth <= MAX_DEPTH && buf_read_file(&text, path, FILE_LIMIT) == 0) {
		for (size_t i = 0; i < text.len; i++)
			text.ptr[i] = text.ptr[i] ? text.ptr[i] : ' '; /* nothing is hidden behind a NUL */
		for (const char *at = text.ptr; rc == 0 && (at = next_path(text.ptr, at));) {
			buf_reset(&value);
			take_value(&value, at);
			if (value.len)
				rc = check_include(path, value.ptr, depth, nr);
		}
	} else {
		error_clear(); /* whoever opens it says why not */
	}
	buf_release(&value);
	buf_release(&text);
	return rc;
}

int repo_check_includes(const char *path)
{
	int nr = 0;

	return check_file(path, 0, &nr);
}
