/* Waiting for the log to move, by file notification on the folders of its refs. */
#include "async/watch.h"

#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "run.h"
#include "worklog-internal.h"

/*
 * How often to look without being told, in milliseconds: notification does not see what other
 * machines do to a shared file system, and it may not be available at all.
 */
#define LOOK_AGAIN 30000
#define LOOK_WITHOUT_NOTIFICATION 1000
#define LOOK_WHILE_FETCHING 200

#define FETCH_LIMIT 120000 /* of one fetch */

#define NEVER LLONG_MAX

struct watch {
	struct worklog *wl;
	int notify;            /* -1: not available */
	long long over_at;     /* as clock_ticks() */
	long long fetch_at;    /* the next one; NEVER */
	long long fetch_since; /* of the one under way */
	long long interval;    /* between two; 0: none at all */
	bool fetched;          /* at least once */
	struct running fetching;
	struct buf says;       /* what it says while it runs */
	bool failed;           /* the last one did */
	char *trouble;
};

/* -- folders ------------------------------------------------------------------------------- */

/* False if it is not there: then the one above it tells when it comes. */
static bool watch_folder(const struct watch *watch, const char *path)
{
	const uint32_t events = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_DELETE_SELF |
				IN_MOVE_SELF | IN_ONLYDIR;

	return inotify_add_watch(watch->notify, path, events) >= 0;
}

/* All folders from the one with `refs` down to the one that has the ref, as far as they exist. */
static void watch_ref(const struct watch *watch, const char *ref)
{
	char *path = xstrfmt("%s/%s", repo_common_dir(watch->wl->repo), ref);
	char *slash = path + strlen(repo_common_dir(watch->wl->repo));
	bool exists = true;

	for (; slash && exists; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		exists = watch_folder(watch, path); /* one that is watched already stays so */
		*slash = '/';
	}
	free(path);
}

static void watch_folders(const struct watch *watch)
{
	const char *tracking = repo_tracking(watch->wl->repo);

	if (watch->notify < 0)
		return;
	watch_ref(watch, repo_ref(watch->wl->repo));
	if (tracking)
		watch_ref(watch, tracking);
}

/* What was told does not matter: the refs are read anyway. */
static void forget_told(const struct watch *watch)
{
	char events[8192];

	while (read(watch->notify, events, sizeof(events)) > 0)
		;
}

/* -- fetching ------------------------------------------------------------------------------ */

/* Keep why: what failed here, or the first line of what git says. */
static void keep_trouble(struct watch *watch, int status)
{
	free(watch->trouble);
	if (status < 0)
		watch->trouble = xstrdup(error_last());
	else
		watch->trouble = xstrfmt("cannot fetch the log from '%s': %.*s", repo_remote(watch->wl->repo),
					 (int)strcspn(watch->says.ptr, "\n"), watch->says.ptr);
	error_clear();
}

/* The fetch has ended: true if that is trouble which was not told yet. */
static bool end_fetch(struct watch *watch, int status)
{
	bool failed_before = watch->failed;

	watch->failed = status != 0;
	if (watch->failed)
		keep_trouble(watch, status);
	buf_release(&watch->says);
	watch->fetched = true;
	watch->fetch_at = clock_ticks() + watch->interval;
	return watch->failed && !failed_before;
}

/* Begin or go on to fetch, as the time has come: true if there is trouble to tell. */
static bool fetch(struct watch *watch)
{
	long long now = clock_ticks();
	int status;

	if (!watch->fetching.pid) {
		if (now < watch->fetch_at)
			return false;
		watch->fetch_since = now;
		status = repo_fetch_begin(&watch->fetching, watch->wl->repo);
		return status < 0 && end_fetch(watch, status);
	}
	if (run_go_on(&status, &watch->fetching, &watch->says))
		return end_fetch(watch, status);
	if (now - watch->fetch_since < FETCH_LIMIT)
		return false;
	run_abandon(&watch->fetching);
	return end_fetch(watch, error_set(ERR_FAILED, "fetching the log from '%s' took too long and was ended",
					  repo_remote(watch->wl->repo)));
}

/* -- waiting ------------------------------------------------------------------------------- */

static bool is_over(const struct watch *watch)
{
	return clock_ticks() >= watch->over_at && (!watch->interval || watch->fetched);
}

static void wait_for_anything(const struct watch *watch)
{
	struct pollfd fds[] = { { watch->notify, POLLIN, 0 }, { watch->fetching.errors, POLLIN, 0 } };
	long long now = clock_ticks();
	long long longest = watch->notify < 0 ? LOOK_WITHOUT_NOTIFICATION : LOOK_AGAIN;

	if (watch->fetching.pid && longest > LOOK_WHILE_FETCHING)
		longest = LOOK_WHILE_FETCHING;
	if (watch->over_at > now && watch->over_at - now < longest)
		longest = watch->over_at - now;
	if (!watch->fetching.pid && watch->fetch_at - now < longest)
		longest = watch->fetch_at > now ? watch->fetch_at - now : 0;
	poll(fds, watch->fetching.pid ? 2 : 1, (int)longest);
	forget_told(watch);
}

enum watch_event watch_next(struct watch *watch)
{
	for (;;) {
		bool moved;

		watch_folders(watch); /* before the refs are read, so that nothing falls between */
		if (worklog_refresh(&moved, watch->wl) < 0) {
			moved = false; /* refs may be missing while somebody replaces them */
			error_clear();
		}
		if (moved)
			return WATCH_MOVED;
		if (watch->interval && fetch(watch))
			return WATCH_TROUBLE;
		if (is_over(watch)) {
			if (watch->fetched && worklog_refresh(&moved, watch->wl) == 0 && moved)
				return WATCH_MOVED;
			error_clear();
			return WATCH_OVER;
		}
		wait_for_anything(watch);
	}
}

const char *watch_trouble(const struct watch *watch)
{
	return watch->trouble;
}

int watch_open(struct watch **out, struct worklog *wl, const struct watch_options *options)
{
	struct watch *watch;
	int rc;

	*out = NULL;
	if (options->fetch_seconds) {
		rc = repo_can_fetch(wl->repo);
		if (rc < 0)
			return rc;
	}
	watch = xcalloc(1, sizeof(*watch));
	watch->wl = wl;
	watch->says = (struct buf)BUF_INIT;
	watch->fetching.errors = -1;
	watch->interval = 1000LL * options->fetch_seconds;
	watch->fetch_at = watch->interval ? clock_ticks() : NEVER;
	watch->over_at = options->timeout_seconds < 0 ? NEVER : clock_ticks() + 1000LL * options->timeout_seconds;
	watch->notify = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	watch_folders(watch);
	*out = watch;
	return 0;
}

void watch_close(struct watch *watch)
{
	if (!watch)
		return;
	run_abandon(&watch->fetching);
	if (watch->notify >= 0)
		close(watch->notify);
	buf_release(&watch->says);
	free(watch->trouble);
	free(watch);
}
