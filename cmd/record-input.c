/* Files of records, and what is wrong with them. */
#include "record-input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "async/error.h"
#include "print.h"

int input_open(int *fd, const char **name, const char *path)
{
	if (!strcmp(path, "-")) {
		*fd = STDIN_FILENO;
		*name = "stdin";
		return 0;
	}
	*name = path;
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (*fd < 0)
		return error_set(ERR_FAILED, "cannot open '%s': %s", path, strerror(errno));
	return 0;
}

void input_close(int fd)
{
	if (fd > STDERR_FILENO)
		close(fd);
}

void input_tell_bad(void)
{
	struct buf text = BUF_INIT;

	print_safe(&text, error_last(), false);
	if (*error_last_hint()) {
		buf_puts(&text, "\nhint: ");
		print_safe(&text, error_last_hint(), false);
	}
	fprintf(stderr, "error: %s\n", text.ptr);
	buf_release(&text);
}
