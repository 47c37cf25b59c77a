/* The log goes along with the code: a sync in the background, with a remote it was exchanged with before. */
#include "hook.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/sync.h"
#include "exchange.h"

/* Is the log itself among what is pushed ("<ref> <id> <remote ref> <id>" in each line)? Two would be in each other's way. */
static bool is_of_log(const struct buf *lines, struct worklog *wl)
{
	char *ref = xstrfmt(" refs/heads/%s ", worklog_branch(wl));
	bool is = strstr(lines->ptr, ref) || !strncmp(lines->ptr, ref + 1, strlen(ref + 1));

	free(ref);
	return is;
}

/* <remote> <url>: of a URL alone both are the same, and it is no remote of ours. */
int hook_pre_push(struct hook_call *call)
{
	bool together = worklog_is_in(call->wl, call->code->common_dir);
	const char *remote = together && call->argc ? call->argv[0] : NULL;
	struct buf lines = BUF_INIT;
	int rc = buf_read(&lines, 0, (size_t)4 << 20);

	buf_rtrim(&lines); /* where nothing is pushed, the block in the script gives a line end */
	if (rc == 0 && lines.len && !is_of_log(&lines, call->wl) && sync_knows(call->wl, remote))
		exchange_begin(remote);
	buf_release(&lines);
	return 0;
}
