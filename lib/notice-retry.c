/*
 * What could not be delivered: a file for each in the folder `remind-failed` of private state, named
 * by a hash of what it says. Whoever removes it is the one who tries again.
 */
#include "async/notice.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/error.h"
#include "notice-internal.h"
#include "state.h"
#include "worklog-internal.h"

#define FOLDER "remind-failed"
#define MAX_FAILED 10000

/* "<ask> <round> <stage> <person>\n" */
struct failed {
	struct id ask, round;
	char stage[STAGE_NAME];
	const char *person;
};

int notice_keep(struct worklog *wl, const struct notice *notice)
{
	char ask[ID_HEX + 1], round[ID_HEX + 1], hash[ID_HEX + 1];
	struct buf path = BUF_INIT, line = BUF_INIT, name = BUF_INIT;
	struct id root, id;
	int rc;

	id_hex(ask, &notice->ask);
	id_hex(round, &notice->round);
	buf_addf(&line, "%s %s %s %s\n", ask, round, notice->stage.name, notice->person);
	repo_hash(&id, line.ptr, line.len);
	id_hex(hash, &id);
	buf_addf(&name, FOLDER "/%s", hash);
	rc = worklog_root(wl, &root);
	if (rc == 0)
		rc = worklog_private_path(&path, wl, FOLDER);
	if (rc == 0 && mkdir(path.ptr, 0700) < 0 && errno != EEXIST)
		rc = error_set(ERR_FAILED, "cannot make the folder '%s': %s", path.ptr, strerror(errno));
	if (rc == 0)
		rc = state_write(&root, name.ptr, line.ptr);
	buf_release(&name);
	buf_release(&line);
	buf_release(&path);
	return rc;
}

static bool parse(struct failed *out, struct buf *line)
{
	char *rest = line->ptr, *ask, *round, *stage;

	buf_rtrim(line);
	ask = strsep(&rest, " ");
	round = strsep(&rest, " ");
	stage = strsep(&rest, " ");
	if (!rest || !*rest || !id_parse(&out->ask, ask, strlen(ask)) || !id_parse(&out->round, round, strlen(round)) ||
	    strlen(stage) >= sizeof(out->stage))
		return false;
	snprintf(out->stage, sizeof(out->stage), "%s", stage);
	out->person = rest;
	return true;
}

struct retrying {
	struct worklog *wl;
	struct notices *out;
	const struct notice_query *query;
	struct id root; /* of the log */
	const char *folder;
};

/* Gone for everybody else: true for one only. */
static bool take_away(const struct retrying *retrying, const char *name)
{
	char *path = xstrfmt("%s/%s", retrying->folder, name);
	bool taken = unlink(path) == 0;

	free(path);
	return taken;
}

/* The part in that round; NULL: another has begun. */
static const struct part *find_part(struct team *team, const struct thread *thread, const struct failed *failed)
{
	const struct person *person = team_person(team, failed->person);

	for (size_t i = 0; i < thread->nr_parts; i++) {
		const struct part *part = &thread->parts[i];

		if (part->person == person && id_equal(&part->ask->id, &failed->ask) && part->nr_rounds &&
		    id_equal(&part->rounds[part->nr_rounds - 1].begun_by->id, &failed->round))
			return part;
	}
	return NULL;
}

static void try_in(const struct retrying *retrying, struct team *team, const struct thread *thread,
		   const struct failed *failed, const char *name)
{
	const struct part *part = find_part(team, thread, failed);
	time_t now = worklog_now(retrying->wl);
	struct reminder reminder;

	if (!part || !reminder_again(&reminder, team, thread, part, failed->stage, now))
		take_away(retrying, name);
	else if (notice_is_about(retrying->query, part->person) && !notice_refused(retrying->query, part->person) &&
		 reminder_may_be_said(team, part->person, reminder.round, now) && take_away(retrying, name))
		notice_add(retrying->out, thread, part, &reminder)->again = true;
}

static int try_one(const struct retrying *retrying, const char *name)
{
	char *file = xstrfmt(FOLDER "/%s", name);
	struct thread thread = THREAD_INIT;
	struct buf line = BUF_INIT;
	struct failed failed;
	struct team *team;
	int rc = 0;

	if (state_read(&line, &retrying->root, file) < 0)
		goto done; /* another was faster */
	if (!parse(&failed, &line)) {
		take_away(retrying, name);
		goto done;
	}
	rc = worklog_team(&team, retrying->wl);
	if (rc == 0)
		rc = worklog_thread(&thread, retrying->wl, &failed.ask);
	if (rc == 0)
		try_in(retrying, team, &thread, &failed, name);
	else if (rc == ERR_NOTFOUND) {
		take_away(retrying, name);
		rc = 0;
	}
done:
	thread_release(&thread);
	buf_release(&line);
	free(file);
	return rc;
}

static int try_all(struct retrying *retrying, DIR *dir)
{
	struct dirent *entry;
	size_t tried = 0;
	struct id id;
	int rc = 0;

	while (rc == 0 && tried < MAX_FAILED && (entry = readdir(dir)))
		if (id_parse(&id, entry->d_name, strlen(entry->d_name))) {
			rc = try_one(retrying, entry->d_name);
			tried++;
		}
	notices_sort(retrying->out);
	return rc;
}

int notices_retry(struct notices *out, struct worklog *wl, const struct notice_query *query)
{
	struct retrying retrying = { .wl = wl, .out = out, .query = query };
	struct buf path = BUF_INIT;
	DIR *dir = NULL;
	int rc;

	rc = worklog_root(wl, &retrying.root);
	if (rc == 0 && worklog_private_path(&path, wl, FOLDER) < 0)
		error_clear(); /* none was kept */
	else if (rc == 0)
		dir = opendir(path.ptr);
	retrying.folder = path.ptr;
	if (dir) {
		rc = try_all(&retrying, dir);
		closedir(dir);
	}
	buf_release(&path);
	return rc;
}
