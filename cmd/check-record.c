/* async check-record: would these files be taken as records? */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "opts.h"
#include "print.h"
#include "record-input.h"

static int read_input(struct buf *out, const char **name, const char *path)
{
	int fd, rc;

	rc = input_open(&fd, name, path);
	if (rc < 0)
		return rc;
	rc = buf_read(out, fd, RECORD_MAX_BYTES + 1); /* one more: the reader says what is too much */
	if (rc == ERR_FAILED)
		error_set(rc, "cannot read '%s': %s", path, strerror(errno));
	input_close(fd);
	return rc == ERR_FAILED ? rc : 0;
}

static int check(const char *path, bool canonical)
{
	struct buf text = BUF_INIT, form = BUF_INIT;
	struct record rec = RECORD_INIT;
	const char *name;
	int rc;

	rc = read_input(&text, &name, path);
	if (rc == 0)
		rc = record_parse(&rec, text.ptr, text.len, name);
	if (rc == 0)
		rc = record_check_read(&rec, text.ptr, text.len, name);
	if (rc == 0 && canonical) {
		record_format(&form, &rec);
		fwrite(form.ptr, 1, form.len, stdout);
	}
	record_release(&rec);
	buf_release(&form);
	buf_release(&text);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	static char *standard_input[] = { "-", NULL };
	bool canonical = false, bad = false;
	const struct opt opts[] = {
		OPT_FLAG(0, "canonical", &canonical, "print each record in the form in which it would be stored"),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_check_record, opts, &argc, &argv, 0, -1);

	if (rc)
		return rc;
	if (!argc) {
		argv = standard_input;
		argc = 1;
	}
	for (int i = 0; i < argc; i++) {
		rc = check(argv[i], canonical);
		if (rc == ERR_FAILED)
			return rc;
		if (rc < 0) {
			input_tell_bad();
			bad = true;
		}
	}
	return bad ? EXIT_NO : 0;
}

const struct cmd cmd_check_record = {
	.name = "check-record",
	.usage = "[--canonical] [<file>…]",
	.summary = "tell whether files are valid records",
	.run = run,
};
