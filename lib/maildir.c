/* Delivering into a Maildir: written in tmp, and in new only when it is whole. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/deliver.h"
#include "async/error.h"

static int fail(const char *what, const char *path)
{
	return error_set(ERR_FAILED, "cannot %s '%s': %s", what, path, strerror(errno));
}

int deliver_maildir_ready(const char *dir)
{
	static const char *const folders[] = { "", "/tmp", "/new", "/cur" };
	int rc = 0;

	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders) && rc == 0; i++) {
		char *path = xstrfmt("%s%s", dir, folders[i]);
		struct stat st;

		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			rc = fail("make the folder", path);
		else if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
			rc = error_set(ERR_FAILED, "'%s' is no folder", path);
		free(path);
	}
	return rc;
}

/* "<time>.<random>_<process>.<host>": nobody else's, on no machine. */
static char *make_name(time_t now)
{
	char host[256] = "localhost";
	unsigned long long random = 0;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return NULL;
	gethostname(host, sizeof(host) - 1);
	for (char *p = host; *p; p++)
		if (*p == '/' || *p == ':') /* which mean something in such names */
			*p = '_';
	return xstrfmt("%lld.R%llx_%ld.%s", (long long)now, random, (long)getpid(), host);
}

static int write_file(const char *path, const struct buf *message)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool whole;

	if (fd < 0)
		return fail("make", path);
	whole = buf_write(fd, message) && fsync(fd) == 0;
	if (close(fd) == 0 && whole)
		return 0;
	fail("write", path);
	unlink(path);
	return ERR_FAILED;
}

int deliver_maildir(const char *dir, const struct buf *message, time_t now)
{
	char *name = make_name(now), *from = NULL, *to = NULL;
	int rc;

	if (!name)
		return error_set(ERR_FAILED, "cannot name a message: %s", strerror(errno));
	from = xstrfmt("%s/tmp/%s", dir, name);
	to = xstrfmt("%s/new/%s", dir, name);
	rc = write_file(from, message);
	if (rc == 0 && rename(from, to) < 0) {
		rc = fail("make", to);
		unlink(from);
	}
	free(to);
	free(from);
	free(name);
	return rc;
}
