/* One line, where git's command ends, if something waits on me. */
#include "hook.h"

#include <string.h>

#include "async/snooze.h"
#include "parts.h"

static int tell_what_waits(struct worklog *wl)
{
	struct query mine = { .states = STATES_UNSETTLED };
	struct snoozes snoozes = SNOOZES_INIT;
	struct buf line = BUF_INIT;
	struct parts parts;
	int rc;

	rc = worklog_my_key(&mine.to, wl);
	if (rc < 0 && !*worklog_address(wl)) /* git does not know who I am, so nothing can wait on me */
		return 0;
	if (rc < 0)
		return rc;
	snoozes_load(&snoozes, wl);
	rc = parts_count(&parts, wl, &mine, &snoozes);
	if (rc == 0)
		parts_put_counts(&line, &parts, "due today");
	if (line.len)
		hook_tell("%s: 'async inbox'", line.ptr);
	snoozes_release(&snoozes);
	buf_release(&line);
	return rc < 0 ? rc : 0;
}

/* <old> <new> <flag>: 1 where another branch was checked out, 0 for files. */
int hook_post_checkout(struct hook_call *call)
{
	if (call->argc < 3 || strcmp(call->argv[2], "1") != 0)
		return 0;
	return tell_what_waits(call->wl);
}

int hook_post_merge(struct hook_call *call)
{
	int rc = hook_trailers_that_came(call);

	return rc < 0 ? rc : tell_what_waits(call->wl);
}
