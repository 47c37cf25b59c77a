/* A lock file of git's that does not go away: since when it is there, and who has it open. */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "repo-git.h"

/* " for 3 h"; nothing where the clock says that it is yet to come. The caller frees. */
static char *age_of(const struct stat *st)
{
	static const struct {
		time_t from, unit;
		const char *name;
	} units[] = { { 2 * 86400, 86400, "days" }, { 3600, 3600, "h" }, { 60, 60, "min" }, { 1, 1, "s" } };
	time_t now, age;
	size_t i = 0;

	if (clock_now(&now) < 0 || now <= st->st_mtime)
		return xstrdup("");
	age = now - st->st_mtime;
	while (age < units[i].from)
		i++;
	return xstrfmt(" for %lld %s", (long long)(age / units[i].unit), units[i].name);
}

/* Is one of a process's files this one? Of other users' processes that is not known. */
static bool has_open(const char *pid, const struct stat *file)
{
	char *dir = xstrfmt("/proc/%s/fd", pid);
	DIR *fds = opendir(dir);
	struct dirent *entry;
	struct stat st;
	bool has = false;

	while (fds && !has && (entry = readdir(fds)))
		has = entry->d_name[0] != '.' && fstatat(dirfd(fds), entry->d_name, &st, 0) == 0 &&
		      st.st_ino == file->st_ino && st.st_dev == file->st_dev;
	if (fds)
		closedir(fds);
	free(dir);
	return has;
}

/* The process that has it open; 0: none is known. */
static long find_holder(const struct stat *file)
{
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	long holder = 0;

	while (processes && !holder && (entry = readdir(processes)))
		if (isdigit((unsigned char)entry->d_name[0]) && has_open(entry->d_name, file))
			holder = strtol(entry->d_name, NULL, 10);
	if (processes)
		closedir(processes);
	return holder;
}

void repo_tell_lock_file(const char *ref, const char *path)
{
	struct stat st;
	char *age;
	long holder;

	if (lstat(path, &st) < 0)
		return;
	age = age_of(&st);
	holder = find_holder(&st);
	error_set(ERR_FAILED, "cannot move '%s': '%s' has been there%s", ref, path, age);
	if (holder)
		error_hint("process %ld has it open: wait for it, or end it", holder);
	else
		error_hint("another git makes that file while it works; if none is running, remove that file");
	free(age);
}
