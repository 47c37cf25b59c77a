/* The last failure: its message and what to do about it. */
#include "async/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "async/buf.h"

static struct buf message = BUF_INIT;
static struct buf hint = BUF_INIT;

int error_set(int code, const char *fmt, ...)
{
	struct buf text = BUF_INIT; /* an argument may be the last message */
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	buf_release(&message);
	message = text;
	buf_reset(&hint);
	return code;
}

void error_hint(const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	buf_release(&hint);
	hint = text;
}

int error_prefix(int code, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	buf_addf(&text, ": %s", message.ptr);
	buf_release(&message);
	message = text;
	return code;
}

const char *error_last(void)
{
	return message.ptr;
}

const char *error_last_hint(void)
{
	return hint.ptr;
}

void error_clear(void)
{
	buf_release(&message);
	buf_release(&hint);
}

void error_keep(struct error_kept *out)
{
	*out = (struct error_kept){ buf_detach(&message), buf_detach(&hint) };
}

void error_restore(struct error_kept *kept)
{
	error_clear();
	buf_puts(&message, kept->message);
	buf_puts(&hint, kept->hint);
	error_drop(kept);
}

void error_drop(struct error_kept *kept)
{
	free(kept->message);
	free(kept->hint);
	*kept = (struct error_kept){ NULL, NULL };
}

void error_out_of_memory(void)
{
	static const char text[] = "async: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(128); /* as it does anyway */
	_exit(128);
}

void error_bug(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "BUG: %s:%d: ", file, line);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
