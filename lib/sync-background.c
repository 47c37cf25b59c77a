/* Syncing in the background after a write, one at a time, and its trouble told later. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/sync.h"
#include "lock.h"
#include "run.h"
#include "worklog-internal.h"

#define QUEUE_SECONDS 600
#define TROUBLE_LIMIT 4096

static bool is_wanted(struct worklog *wl)
{
	char *when = worklog_config(wl, "async.autoSync");
	bool wanted = when && !strcmp(when, "write") && repo_remote(wl->repo);

	free(when);
	return wanted;
}

void sync_begin(const char *const *argv)
{
	const struct run run = { .argv = argv };

	if (run_detached(&run) < 0)
		error_clear(); /* what was asked for is done */
}

void sync_after_write(struct worklog *wl, const char *const *argv)
{
	if (wl->wrote && !getenv("ASYNC_NESTED") && is_wanted(wl))
		sync_begin(argv);
}

bool sync_knows(struct worklog *wl, const char *remote)
{
	char *ref = NULL;
	struct id id = { 0 };
	bool known;

	if (!remote)
		remote = repo_remote(wl->repo);
	if (remote && repo_has_remote(wl->repo, remote))
		ref = repo_tracking_of(wl->repo, remote);
	known = ref && repo_read_ref(&id, wl->repo, ref) == 0 && !id_is_zero(&id);
	error_clear();
	free(ref);
	return known;
}

/* Only to be locked; -1: it cannot be. */
static int open_file(const struct worklog *wl, const char *name)
{
	char *path = xstrfmt("%s/%s", wl->dir, name);
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);

	free(path);
	return fd;
}

bool sync_queue(struct worklog *wl)
{
	int next = open_file(wl, "next"), turn = open_file(wl, "turn"); /* the turn ends with the process */
	bool ours = next >= 0 && turn >= 0 && flock(next, LOCK_EX | LOCK_NB) == 0 &&
		    lock_wait(turn, LOCK_EX, -1, QUEUE_SECONDS) == 0;

	if (next >= 0)
		close(next);
	return ours;
}

void sync_put_trouble(struct worklog *wl, const char *why)
{
	struct buf text = BUF_INIT;
	char *path = xstrfmt("%s/trouble", wl->dir);

	buf_puts(&text, why ? why : "");
	if (text.len > TROUBLE_LIMIT)
		buf_setlen(&text, TROUBLE_LIMIT);
	if (!why || !buf_replace_file(path, &text, 0644))
		unlink(path);
	buf_release(&text);
	free(path);
}

bool sync_take_trouble(struct buf *out, struct worklog *wl)
{
	char *path = xstrfmt("%s/trouble", wl->dir);
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	bool any = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && unlink(path) == 0 &&
		   buf_read(out, fd, TROUBLE_LIMIT) == 0 && out->len;

	if (fd >= 0)
		close(fd);
	free(path);
	return any;
}
