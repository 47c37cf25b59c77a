/* What the fuzzers share: a folder of their own, and a count of the work that is done. */
#include "fuzz.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "deflate.h"
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

#define CONFIG "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[user]\n\tname = ana\n\temail = ana@example.com\n"
#define README "# async log, format 1\nFounder: ana@example.com\n\n"
#define ANA "ana <ana@example.com> 1767600000 +0000"

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
	fuzz_file(&git_dir, "repo/config", CONFIG, strlen(CONFIG));
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

const char *fuzz_git_dir(void)
{
	static char *path;

	if (!path) {
		fuzz_repo();
		path = xstrfmt("%s/repo", fuzz_folder());
		setenv("HOME", fuzz_folder(), 1);
		setenv("XDG_STATE_HOME", fuzz_folder(), 1);
		setenv("XDG_CONFIG_HOME", fuzz_folder(), 1);
		setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
		setenv("ASYNC_NOW", "2026-03-02T09:00:00Z", 1);
	}
	return path;
}

static char *object_name(const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	return xstrfmt("repo/objects/%.2s/%s", hex, hex + 2);
}

void fuzz_object(struct id *out, const char *type, const void *data, size_t len)
{
	static struct deflater *deflater;
	struct buf object = BUF_INIT, packed = BUF_INIT, path = BUF_INIT;
	char *name;

	if (!deflater)
		deflater = deflater_new();
	object_id(out, git_object_string2type(type), data, len);
	buf_addf(&object, "%s %zu", type, len);
	buf_putc(&object, '\0');
	buf_add(&object, data, len);
	deflater_add(&packed, deflater, object.ptr, object.len);
	name = object_name(out);
	fuzz_file(&path, name, packed.ptr, packed.len);
	free(name);
	buf_release(&object);
	buf_release(&packed);
	buf_release(&path);
}

void fuzz_forget(const struct id *id)
{
	char *name = object_name(id), *path = xstrfmt("%s/%s", fuzz_folder(), name);

	remove(path);
	free(path);
	free(name);
}

void fuzz_entry(struct buf *tree, const char *mode, const char *name, const struct id *id)
{
	buf_addf(tree, "%s %s", mode, name);
	buf_putc(tree, '\0');
	buf_add(tree, id->raw, ID_RAW);
}

void fuzz_readme(struct id *out)
{
	fuzz_object(out, "blob", README, strlen(README));
}

void fuzz_put_commit(struct id *out, const struct id *tree, const struct id *parent)
{
	char hex[ID_HEX + 1];
	struct buf text = BUF_INIT;

	id_hex(hex, tree);
	buf_addf(&text, "tree %s\n", hex);
	if (parent) {
		id_hex(hex, parent);
		buf_addf(&text, "parent %s\n", hex);
	}
	buf_puts(&text, "author " ANA "\ncommitter " ANA "\n\nx\n");
	fuzz_object(out, "commit", text.ptr, text.len);
	buf_release(&text);
}
