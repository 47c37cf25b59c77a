/* The private state folder: small files, replaced as a whole. */
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/error.h"

#define LOCK_TRIES 50 /* of 2 ms: a change takes less than one */
#define STATE_MAX ((size_t)1024 * 1024)

static int no_home(void)
{
	error_set(ERR_FAILED, "no folder for private state: HOME is not set");
	error_hint("set HOME, or XDG_STATE_HOME to a folder for what is yours alone");
	return ERR_FAILED;
}

static int not_writable(const char *what, const char *path)
{
	error_set(ERR_FAILED, "cannot %s '%s': %s", what, path, strerror(errno));
	error_hint("private state is kept there; XDG_STATE_HOME names another folder for it");
	return ERR_FAILED;
}

static int state_folder(struct buf *out, const struct id *root)
{
	const char *base = getenv("XDG_STATE_HOME");
	const char *home = getenv("HOME");
	char hex[ID_HEX + 1];

	id_hex(hex, root);
	if (base && *base == '/') /* the specification: a relative path is ignored */
		buf_addf(out, "%s/async/%s", base, hex);
	else if (home && *home == '/')
		buf_addf(out, "%s/.local/state/async/%s", home, hex);
	else
		return no_home();
	return 0;
}

static int make_folders(char *path)
{
	for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
		int rc;

		if (slash)
			*slash = '\0';
		rc = mkdir(path, 0700);
		if (rc < 0 && errno != EEXIST && errno != EROFS && errno != EACCES)
			return not_writable("make the folder", path);
		if (!slash)
			break;
		*slash = '/';
	}
	if (access(path, W_OK | X_OK) < 0) /* folders above may be another's, as / is */
		return not_writable("write in", path);
	return 0;
}

int state_path(struct buf *out, const struct id *root, const char *name)
{
	size_t begin = out->len;
	int rc;

	rc = state_folder(out, root);
	if (rc == 0)
		rc = make_folders(out->ptr + begin);
	if (rc == 0)
		buf_addf(out, "/%s", name);
	return rc;
}

int state_read(struct buf *out, const struct id *root, const char *name)
{
	struct buf path = BUF_INIT;
	size_t begin = out->len;
	int fd = -1;
	int rc;

	rc = state_folder(&path, root);
	if (rc < 0)
		goto done;
	buf_addf(&path, "/%s", name);
	fd = open(path.ptr, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	rc = fd < 0 ? ERR_NOTFOUND : buf_read(out, fd, STATE_MAX);
	for (size_t i = begin; i < out->len; i++)
		if (!out->ptr[i])
			out->ptr[i] = '\n';
done:
	if (fd >= 0)
		close(fd);
	buf_release(&path);
	return rc;
}

int state_write(const struct id *root, const char *name, const char *text)
{
	struct buf path = BUF_INIT, all = BUF_INIT;
	int rc;

	rc = state_path(&path, root, name);
	buf_puts(&all, text);
	if (rc == 0 && !buf_replace_file(path.ptr, &all, 0600))
		rc = not_writable("write", path.ptr);
	buf_release(&all);
	buf_release(&path);
	return rc;
}

/* Lock the state folder, which closing it ends; -1: there is none. Held by another for too long, it is not locked. */
static int lock_folder(const struct id *root)
{
	struct buf path = BUF_INIT;
	int fd = -1;

	if (state_folder(&path, root) == 0 && make_folders(path.ptr) == 0)
		fd = open(path.ptr, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (int i = 0; fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
		if (i == LOCK_TRIES || (errno != EWOULDBLOCK && errno != EINTR))
			break;
		poll(NULL, 0, 2);
	}
	buf_release(&path);
	return fd;
}

int state_change(const struct id *root, const char *name,
		 int (*change)(struct buf *out, const char *before, void *data), void *data)
{
	struct buf before = BUF_INIT, after = BUF_INIT;
	int lock = lock_folder(root);
	int rc;

	if (state_read(&before, root, name) < 0)
		buf_reset(&before);
	error_clear();
	rc = change(&after, before.ptr, data);
	if (rc == 0)
		rc = state_write(root, name, after.ptr);
	if (lock >= 0)
		close(lock);
	buf_release(&after);
	buf_release(&before);
	return rc;
}
