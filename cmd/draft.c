/* Texts that were typed and are not written yet. */
#include "draft.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/record.h"
#include "shell.h"

static char *kept;   /* the file of this command */
static char *served; /* the one that it goes on with */
static char *held;   /* a text that is in no file */
static bool again;   /* the command takes --again */

static int write_file(int fd, const char *path, const char *text)
{
	struct buf all = BUF_INIT;
	bool done;

	buf_puts(&all, text);
	done = buf_write(fd, &all);
	buf_release(&all);
	if (close(fd) < 0 || !done)
		return error_set(ERR_FAILED, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}

char *draft_name(const char *what, const struct id *post)
{
	char hex[ID_HEX + 1];

	id_hex(hex, post);
	return xstrfmt("%s-%.12s", what, hex);
}

int draft_begin(struct worklog *wl, const char *name, const char *text)
{
	char *file = xstrfmt("%s-%ld.txt", name, (long)getpid());
	struct buf path = BUF_INIT;
	int rc, fd;

	draft_drop();
	rc = worklog_private_path(&path, wl, file);
	free(file);
	if (rc < 0)
		goto done;
	unlink(path.ptr); /* left by an earlier process of that number, which nobody asked for since */
	fd = open(path.ptr, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0) {
		rc = error_set(ERR_FAILED, "cannot create '%s': %s", path.ptr, strerror(errno));
		goto done;
	}
	kept = xstrdup(path.ptr);
	rc = write_file(fd, kept, text);
	if (rc < 0)
		draft_drop();
done:
	buf_release(&path);
	return rc;
}

const char *draft_path(void)
{
	return kept;
}

void draft_hold(const char *text)
{
	free(held);
	held = xstrdup(text);
}

static void drop(char **path)
{
	if (*path)
		unlink(*path);
	free(*path);
	*path = NULL;
}

void draft_drop(void)
{
	drop(&kept);
}

void draft_end(void)
{
	drop(&kept);
	drop(&served);
	free(held);
	held = NULL;
}

void draft_allow_again(void)
{
	again = true;
}

bool draft_allows_again(void)
{
	return again;
}

/* Is it "NAME-<process>.txt", of a process that is no more? One that lives still edits it. */
static bool is_left(const char *file, const char *name)
{
	size_t len = strlen(name);
	char *end;
	long pid;

	if (strncmp(file, name, len) != 0 || file[len] != '-' || file[len + 1] < '1' || file[len + 1] > '9')
		return false;
	pid = strtol(file + len + 1, &end, 10);
	return !strcmp(end, ".txt") && pid <= INT32_MAX && kill((pid_t)pid, 0) < 0 && errno == ESRCH;
}

static bool is_older(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec < b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec < b->tv_nsec);
}

/* The newest of them: its path, NULL if there is none. The caller frees. */
static char *find_newest(struct timespec *at, struct worklog *wl, const char *name)
{
	struct buf folder = BUF_INIT;
	struct dirent *entry;
	char *found = NULL;
	struct stat st;
	DIR *dir;

	if (worklog_private_path(&folder, wl, "") < 0)
		error_clear();
	dir = opendir(folder.ptr);
	while (dir && (entry = readdir(dir))) {
		if (!is_left(entry->d_name, name) || fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
		    !S_ISREG(st.st_mode) || (found && is_older(&st.st_mtim, at)))
			continue;
		free(found);
		found = xstrfmt("%s%s", folder.ptr, entry->d_name);
		*at = st.st_mtim;
	}
	if (dir)
		closedir(dir);
	buf_release(&folder);
	return found;
}

time_t draft_left_at(struct worklog *wl, const char *name)
{
	struct timespec at = { 0 };

	free(find_newest(&at, wl, name));
	return at.tv_sec;
}

int draft_take(struct buf *out, struct worklog *wl, const char *name)
{
	struct timespec at;

	free(served);
	served = find_newest(&at, wl, name);
	if (served)
		return buf_read_file(out, served, RECORD_MAX_BYTES);
	error_set(ERR_NOTFOUND, "there is no text to go on with");
	error_hint("one is kept when it was typed in the editor and could not be written then");
	return ERR_NOTFOUND;
}

/* As a shell takes it, and as little quoted as can be: it is read by people, too. */
static void put_word(struct buf *out, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-";

	if (*word && !word[strspn(word, plain)])
		buf_puts(out, word);
	else
		shell_quote(out, word, strlen(word));
}

/* The command line once more; with `option` before what ends its options. */
static void put_line(struct buf *out, int argc, char *const *argv, const char *option)
{
	bool is_put = !option;

	buf_puts(out, "async");
	for (int i = 1; i < argc; i++) {
		if (!is_put && (!strcmp(argv[i], "--") || !strcmp(argv[i], option))) {
			buf_addf(out, " %s", option);
			is_put = true;
			if (!strcmp(argv[i], option))
				continue;
		}
		buf_putc(out, ' ');
		put_word(out, argv[i]);
	}
	if (!is_put)
		buf_addf(out, " %s", option);
}

/* A program that is given texts can give them again; somebody at a terminal may not be able to. */
static void keep_held(struct worklog *wl)
{
	if (held && wl && isatty(STDERR_FILENO) && draft_begin(wl, "stdin", held) < 0)
		error_clear();
}

void draft_tell(struct buf *out, struct worklog *wl, int argc, char *const *argv)
{
	if (kept)
		drop(&served); /* what it held is in this one now */
	else
		keep_held(wl);
	if (!kept)
		return;
	buf_addf(out, "your text is kept in %s\n", kept);
	if (held || again)
		buf_puts(out, "to go on with it: ");
	if (held) {
		put_line(out, argc, argv, NULL);
		buf_puts(out, " <");
		put_word(out, kept);
	} else if (again) {
		put_line(out, argc, argv, "--again");
	}
}
