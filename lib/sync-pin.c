/*
 * What each remote had when we were last in step with it: a server that shows an older state, or
 * another history, is found out by that. It stands in the user's private state, where neither
 * a fetch by git nor a stranger's repository changes it: lines of remote, tip and instant, with
 * TABs between.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "state.h"
#include "sync-internal.h"

#define HEARD "heard"
#define FIELDS 3

/* The line of a remote: its name, and a TAB. */
static bool is_of(const char *line, const char *remote)
{
	size_t len = strlen(remote);

	return strncmp(line, remote, len) == 0 && line[len] == '\t';
}

static bool read_line(struct pin *out, char *line)
{
	char *field[FIELDS];

	for (int i = 0; i < FIELDS; i++)
		if (!(field[i] = strsep(&line, "\t")))
			return false;
	return !line && id_parse(&out->tip, field[1], strlen(field[1])) && instant_parse(&out->at, field[2]);
}

void pin_read(struct pin *out, struct worklog *wl, const char *remote)
{
	char *name = worklog_place(wl, HEARD), *text, *line;
	struct buf stored = BUF_INIT;
	struct id root;

	*out = (struct pin){ .at = 0 };
	if (worklog_root(wl, &root) == 0 && state_read(&stored, &root, name) == 0)
		for (text = stored.ptr; (line = strsep(&text, "\n"));)
			if (is_of(line, remote) && !read_line(out, line))
				*out = (struct pin){ .at = 0 };
	error_clear(); /* nothing is known: what it has is taken as it is */
	buf_release(&stored);
	free(name);
}

struct new_pin {
	const char *remote;
	const struct id *tip;
	time_t now;
};

/* The others' lines stay. */
static int replace_line(struct buf *out, const char *before, void *data)
{
	const struct new_pin *pin = data;
	char hex[ID_HEX + 1], at[INSTANT_TEXT];

	for (const char *line = before, *end; (end = strchr(line, '\n')); line = end + 1)
		if (!is_of(line, pin->remote))
			buf_add(out, line, (size_t)(end + 1 - line));
	id_hex(hex, pin->tip);
	instant_format(at, pin->now);
	buf_addf(out, "%s\t%s\t%s\n", pin->remote, hex, at);
	return 0;
}

void pin_write(struct worklog *wl, const char *remote, const struct id *tip)
{
	struct new_pin pin = { remote, tip, wl->now };
	char *name = worklog_place(wl, HEARD);
	struct id root;

	if (worklog_root(wl, &root) < 0 || state_change(&root, name, replace_line, &pin) < 0)
		error_clear();
	free(name);
}

int pin_compare(enum sync_lapse *out, struct worklog *wl, const struct pin *pin, const struct id *theirs)
{
	bool kept = false, went_back = false;
	int rc = 0;

	*out = SYNC_STEADY;
	if (id_is_zero(&pin->tip))
		return 0;
	if (id_is_zero(theirs)) {
		*out = SYNC_GONE;
		return 0;
	}
	rc = repo_is_ancestor(&kept, wl->repo, &pin->tip, theirs);
	if (rc == 0 && !kept)
		rc = repo_is_ancestor(&went_back, wl->repo, theirs, &pin->tip);
	if (rc == 0 && went_back && !kept)
		*out = SYNC_BACK;
	else if (rc == 0 && !kept && !repo_is_shallow(wl->repo)) /* whose history may end between the two */
		*out = SYNC_REWRITTEN;
	return rc;
}
