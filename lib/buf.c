/* Growing text. */
#include "async/buf.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"

char buf_empty[1];

void buf_release(struct buf *buf)
{
	if (buf->alloc)
		free(buf->ptr);
	buf->ptr = buf_empty;
	buf->len = buf->alloc = 0;
}

void buf_reset(struct buf *buf)
{
	buf_setlen(buf, 0);
}

void buf_setlen(struct buf *buf, size_t len)
{
	if (len > buf->len && len >= buf->alloc)
		BUG("buffer of %zu bytes cut to %zu", buf->len, len);
	buf->len = len;
	if (buf->alloc)
		buf->ptr[len] = '\0';
}

void buf_grow(struct buf *buf, size_t extra)
{
	size_t need = buf->len + extra + 1;
	size_t size = buf->alloc + buf->alloc / 2;

	if (need <= extra)
		BUG("a text too large for memory");
	if (need <= buf->alloc)
		return;
	if (size < need)
		size = need < 64 ? 64 : need;
	buf->ptr = xrealloc(buf->alloc ? buf->ptr : NULL, size);
	buf->alloc = size;
	buf->ptr[buf->len] = '\0';
}

char *buf_detach(struct buf *buf)
{
	char *text;

	buf_grow(buf, 0);
	text = buf->ptr;
	buf->ptr = buf_empty;
	buf->len = buf->alloc = 0;
	return text;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (!len)
		return;
	buf_grow(buf, len);
	memcpy(buf->ptr + buf->len, data, len);
	buf_setlen(buf, buf->len + len);
}

void buf_puts(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_putc(struct buf *buf, char c)
{
	buf_add(buf, &c, 1);
}

void buf_pad(struct buf *buf, char c, size_t times)
{
	buf_grow(buf, times);
	memset(buf->ptr + buf->len, c, times);
	buf_setlen(buf, buf->len + times);
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(buf, fmt, ap);
	va_end(ap);
}

void buf_vaddf(struct buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	buf_grow(buf, 128);
	len = vsnprintf(buf->ptr + buf->len, buf->alloc - buf->len, fmt, ap);
	if (len < 0)
		BUG("a text that cannot be formatted: %s", fmt);
	if ((size_t)len >= buf->alloc - buf->len) {
		buf_grow(buf, (size_t)len);
		vsnprintf(buf->ptr + buf->len, buf->alloc - buf->len, fmt, again);
	}
	va_end(again);
	buf->len += (size_t)len;
}

void buf_rtrim(struct buf *buf)
{
	size_t len = buf->len;

	while (len && isspace((unsigned char)buf->ptr[len - 1]))
		len--;
	buf_setlen(buf, len);
}

int buf_read(struct buf *buf, int fd, size_t limit)
{
	size_t left = limit + 1; /* one more, to see that there is more */

	while (left) {
		ssize_t got;

		buf_grow(buf, left < 65536 ? left : 65536);
		got = read(fd, buf->ptr + buf->len, left < 65536 ? left : 65536);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return ERR_FAILED;
		if (got == 0)
			return 0;
		buf_setlen(buf, buf->len + (size_t)got);
		left -= (size_t)got;
	}
	return ERR_INVALID;
}

int buf_read_file(struct buf *buf, const char *path, size_t limit)
{
	struct stat st;
	int fd, rc;

	/* O_NONBLOCK: opening a FIFO that nobody writes to must not hang. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return error_set(errno == ENOENT ? ERR_NOTFOUND : ERR_FAILED, "cannot open '%s': %s",
				 path, strerror(errno));
	if (fstat(fd, &st) == 0 && !S_ISREG(st.st_mode)) {
		close(fd);
		return error_set(ERR_FAILED, "'%s' is not a regular file", path);
	}
	rc = buf_read(buf, fd, limit);
	if (rc == ERR_INVALID)
		error_set(rc, "'%s' is larger than %zu bytes", path, limit);
	else if (rc < 0)
		error_set(rc, "cannot read '%s': %s", path, strerror(errno));
	close(fd);
	return rc;
}

bool buf_write(int fd, const struct buf *buf)
{
	size_t at = 0;

	while (at < buf->len) {
		ssize_t put = write(fd, buf->ptr + at, buf->len - at);

		if (put < 0 && errno != EINTR)
			return false;
		at += put > 0 ? (size_t)put : 0;
	}
	return true;
}

bool buf_replace_file(const char *path, const struct buf *buf, unsigned mode)
{
	char *temporary = xstrfmt("%s.XXXXXX", path);
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool done = fd >= 0 && fchmod(fd, mode) == 0 && buf_write(fd, buf);
	int cause;

	if (fd >= 0 && close(fd) < 0)
		done = false;
	done = done && rename(temporary, path) == 0;
	cause = errno;
	if (fd >= 0 && !done)
		unlink(temporary);
	free(temporary);
	errno = cause;
	return done;
}
