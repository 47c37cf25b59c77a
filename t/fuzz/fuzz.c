/* What the fuzzers share: a folder of their own, and a count of the work that is done. */
#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/error.h"
#include "repo-git.h"

/* ---- work */

static unsigned long calls;

void __cyg_profile_func_enter(void *function, void *caller);
void __cyg_profile_func_exit(void *function, void *caller);

__attribute__((no_instrument_function)) void __cyg_profile_func_enter(void *function, void *caller)
{
	(void)function;
	(void)caller;
	calls++;
}

__attribute__((no_instrument_function)) void __cyg_profile_func_exit(void *function, void *caller)
{
	(void)function;
	(void)caller;
}

void fuzz_check_work(void)
{
	static unsigned long most;

	if (calls > FUZZ_WORK)
		BUG("one input took %lu calls", calls);
	if (calls > most + FUZZ_WORK / 20) {
		most = calls;
		fprintf(stderr, "most work: %lu calls\n", most);
	}
	calls = 0;
}

/* ---- files */

static char folder[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

static void remove_folder(void)
{
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *fuzz_folder(void)
{
	if (!*folder) {
		snprintf(folder, sizeof(folder), "%s/fuzz.XXXXXX", access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
		if (!mkdtemp(folder))
			BUG("cannot make '%s'", folder);
		atexit(remove_folder);
	}
	return folder;
}

void fuzz_file(struct buf *path, const char *name, const void *data, size_t len)
{
	const struct buf text = { .ptr = (char *)(uintptr_t)data, .len = len };
	int fd;

	buf_reset(path);
	buf_addf(path, "%s/%s", fuzz_folder(), name);
	for (char *slash = path->ptr + strlen(folder) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = '\0';
		mkdir(path->ptr, 0777);
	}
	unlink(path->ptr); /* who has the old one mapped keeps it */
	fd = open(path->ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || !buf_write(fd, &text))
		BUG("cannot write '%s'", path->ptr);
	close(fd);
}

/* ---- a repository */

static struct repo *repo;

static void close_repo(void)
{
	repo_close(repo);
}

struct repo *fuzz_repo(void)
{
	struct repo_options options = { 0 };
	struct buf git_dir = BUF_INIT;

	if (repo)
		return repo;
	fuzz_file(&git_dir, "repo/HEAD", "ref: refs/heads/main\n", 21);
	fuzz_file(&git_dir, "repo/config", "[core]\n\trepositoryformatversion = 0\n\tbare = true\n", 49);
	fuzz_file(&git_dir, "repo/objects/README", "", 0);
	fuzz_file(&git_dir, "repo/refs/README", "", 0);
	buf_reset(&git_dir);
	buf_addf(&git_dir, "%s/repo", fuzz_folder());
	options.git_dir = git_dir.ptr;
	if (repo_open(&repo, &options) < 0)
		BUG("%s", error_last());
	atexit(close_repo);
	buf_release(&git_dir);
	return repo;
}
