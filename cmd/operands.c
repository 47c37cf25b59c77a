/* Operands that name records. */
#include "operands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/error.h"

#define MAX_STDIN ((size_t)16 * 1024 * 1024)

static int find_one(struct ids *out, struct worklog *wl, const char *spec)
{
	struct id id;
	int rc;

	rc = worklog_find(&id, wl, spec);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < out->nr; i++)
		if (id_equal(&out->v[i], &id))
			return 0;
	GROW(out->v, out->nr, out->alloc);
	out->v[out->nr++] = id;
	return 0;
}

static int find_lines(struct ids *out, struct worklog *wl, char *text)
{
	char *line;
	int rc = 0;

	while (rc == 0 && (line = strsep(&text, "\n"))) {
		line += strspn(line, " \t\r");
		line[strcspn(line, " \t\r")] = '\0';
		if (*line)
			rc = find_one(out, wl, line);
	}
	return rc;
}

int operands_find(struct ids *out, struct worklog *wl, int argc, char **argv, bool from_stdin)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	*out = (struct ids){ .v = NULL };
	if (!argc && !from_stdin)
		return error_set(ERR_USAGE, "which record? Give its id, or --stdin");
	for (int i = 0; i < argc && rc == 0; i++)
		rc = find_one(out, wl, argv[i]);
	if (rc == 0 && from_stdin) {
		rc = buf_read(&text, STDIN_FILENO, MAX_STDIN);
		rc = rc < 0 ? error_set(rc, "standard input could not be read") : find_lines(out, wl, text.ptr);
	}
	buf_release(&text);
	return rc;
}
