/* Marks that say that something was said: written before it is, so that nobody says it twice. */
#include "async/notice.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "async/error.h"
#include "lock.h"
#include "notice-internal.h"
#include "worklog-internal.h"

#define LOCK_SECONDS 120

/* -- one at a time -------------------------------------------------------------------------- */

/*
 * Of several in one clone one decides at a time: the write lock would do where marks are only
 * written, but not where they are sent first, in which time others may write what they like.
 */
static int lock_claims(struct worklog *wl)
{
	char *path = xstrfmt("%s/remind", wl->dir);
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666);
	int rc = fd < 0 ? -1 : lock_wait(fd, LOCK_EX, -1, LOCK_SECONDS);

	if (rc < 0 && fd >= 0 && errno == EINTR)
		error_set(ERR_FAILED, "another 'async remind' is at work in this clone for %d seconds", LOCK_SECONDS);
	else if (rc < 0)
		error_set(ERR_FAILED, "cannot lock '%s': %s", path, strerror(errno));
	if (rc < 0 && fd >= 0)
		close(fd);
	free(path);
	return rc < 0 ? ERR_FAILED : fd;
}

/* -- marks --------------------------------------------------------------------------------- */

static void make_mark(struct record *out, struct team *team, const struct notice *notice, time_t now)
{
	record_init(out, KIND_MARK, NULL, now);
	record_set_id(out, "target", &notice->ask);
	record_set(out, "verb", verb_name(notice->stage.verb));
	record_set(out, "person", team_person(team, notice->person)->handle);
	record_set_id(out, "round", &notice->round);
	record_set(out, "stage", notice->stage.name);
}

struct marks {
	struct record *v;
	size_t nr;
	struct buf subject; /* of the commit */
};

static void marks_release(struct marks *marks)
{
	for (size_t i = 0; i < marks->nr; i++)
		record_release(&marks->v[i]);
	free(marks->v);
	buf_release(&marks->subject);
}

/* "remind ben of 3f2a9c1 (50%)", "remind of 5 asks" */
static void put_subject(struct buf *out, const struct marks *marks)
{
	const struct record *first = &marks->v[0];

	if (marks->nr == 1)
		buf_addf(out, "remind %s of %.*s (%s)", record_text(first, "person"), ID_MIN_SHOWN,
			 record_text(first, "target"), record_text(first, "stage"));
	else
		buf_addf(out, "remind: %zu reminders", marks->nr);
}

static int make_marks(struct marks *out, struct worklog *wl, const struct notices *notices)
{
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	out->v = xcalloc(notices->nr + 1, sizeof(*out->v));
	for (size_t i = 0; i < notices->nr; i++)
		if (!notices->v[i].why_not)
			make_mark(&out->v[out->nr++], team, &notices->v[i], wl->now);
	if (out->nr)
		put_subject(&out->subject, out);
	return 0;
}

static bool has_some_to_deliver(const struct notices *notices)
{
	for (size_t i = 0; i < notices->nr; i++)
		if (!notices->v[i].why_not)
			return true;
	return false;
}

/* -- in this clone ------------------------------------------------------------------------- */

/* What others have said since we looked is not ours; nobody writes while we do. */
static int claim_locked(struct notices *out, struct worklog *wl, const struct notice_query *query)
{
	struct marks marks = { .subject = BUF_INIT };
	bool moved;
	int rc;

	notices_release(out);
	rc = worklog_refresh(&moved, wl);
	if (rc == 0)
		rc = notices_find(out, wl, query);
	if (rc == 0)
		rc = make_marks(&marks, wl, out);
	if (rc == 0)
		rc = worklog_append(wl, marks.v, marks.nr, marks.subject.ptr, NULL);
	marks_release(&marks);
	return rc;
}

int notices_claim(struct notices *out, struct worklog *wl, const struct notice_query *query)
{
	int lock, rc;

	rc = notices_find(out, wl, query);
	if (rc < 0 || !has_some_to_deliver(out))
		return rc;
	lock = lock_claims(wl);
	if (lock < 0)
		return lock;
	rc = repo_lock(wl->repo);
	if (rc == 0)
		rc = claim_locked(out, wl, query);
	repo_unlock(wl->repo);
	close(lock);
	return rc;
}

/* -- among all clones ------------------------------------------------------------------------ */

struct claiming {
	struct notices *out;
	struct worklog *wl;
	const struct notice_query *query;
};

static int claim_on(struct id *tip, const struct id *base, void *data)
{
	struct claiming *claiming = data;
	struct marks marks = { .subject = BUF_INIT };
	bool moved;
	int rc;

	notices_release(claiming->out);
	rc = worklog_refresh(&moved, claiming->wl);
	if (rc == 0)
		rc = notices_find(claiming->out, claiming->wl, claiming->query);
	if (rc == 0)
		rc = make_marks(&marks, claiming->wl, claiming->out);
	if (rc == 0 && marks.nr)
		rc = worklog_compose(tip, claiming->wl, base, marks.v, marks.nr, marks.subject.ptr);
	marks_release(&marks);
	return rc;
}

int notices_claim_synced(struct notices *out, struct sync *sync, struct worklog *wl, const struct notice_query *query,
			 bool may_ask)
{
	struct claiming claiming = { out, wl, query };
	const struct sync_options options = { .may_ask = may_ask, .claim = claim_on, .data = &claiming };
	int lock = lock_claims(wl), rc;

	*sync = (struct sync)SYNC_INIT;
	if (lock < 0)
		return lock;
	rc = sync_run(sync, wl, &options);
	close(lock);
	return rc;
}
