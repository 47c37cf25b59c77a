/*
 * Growing text.
 *
 * `ptr` is never NULL and always ends in a NUL that `len` does not count, so a
 * buffer can be read as a string at any time; it may hold NUL bytes within.
 */
#ifndef ASYNC_BUF_H
#define ASYNC_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct buf {
	char *ptr;
	size_t len, alloc;
};

extern char buf_empty[];
#define BUF_INIT { buf_empty, 0, 0 }

/* Free the memory; the buffer is BUF_INIT again. */
void buf_release(struct buf *buf);

/* Forget the text, keep the memory. */
void buf_reset(struct buf *buf);

/* Cut to `len` bytes, which must not be more than there are. */
void buf_setlen(struct buf *buf, size_t len);

/* Room for `extra` more bytes and the NUL, so that they can be written at ptr + len. */
void buf_grow(struct buf *buf, size_t extra);

/* Hand the text over: the caller frees it, the buffer is BUF_INIT again. */
char *buf_detach(struct buf *buf);

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_puts(struct buf *buf, const char *text);
void buf_putc(struct buf *buf, char c);
void buf_pad(struct buf *buf, char c, size_t times);
void buf_addf(struct buf *buf, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *buf, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));

/* Remove white space, line ends included, from the end. */
void buf_rtrim(struct buf *buf);

/*
 * Append all that can be read from `fd`, at most `limit` bytes. ERR_FAILED if
 * reading fails (errno is set) and ERR_INVALID if there is more; no message is set.
 */
int buf_read(struct buf *buf, int fd, size_t limit);

/* The same for a file, with a message that names it. A directory or device is refused. */
int buf_read_file(struct buf *buf, const char *path, size_t limit);

/* Write all of it to `fd`; false: it could not be, and errno says why. */
bool buf_write(int fd, const struct buf *buf);

/*
 * Put a new file with this text and mode in the place of what is at `path`, if it is no folder: a link is
 * not followed, and a reader sees the old file or the new. False, and errno: it is as it was.
 */
bool buf_replace_file(const char *path, const struct buf *buf, unsigned mode);

#endif
