/* async write-record: put records into the log as they are given. */
#include <stdio.h>

#include "async/stream.h"
#include "cmd.h"
#include "opts.h"
#include "print.h"
#include "record-input.h"

struct writing {
	struct worklog_batch *batch;
	struct record_stream *stream;
	bool many;     /* --batch: a file may hold any number of records */
	bool skip_bad;
	size_t good, bad;
};

static bool is_bad_record(int rc)
{
	return rc == ERR_INVALID || rc == ERR_NEWER;
}

/* One record of the file: 1, or 0 at its end. */
static int take_record(struct writing *writing)
{
	struct record rec = RECORD_INIT;
	int rc;

	rc = record_stream_next(writing->stream, &rec);
	if (is_bad_record(rc) && writing->skip_bad) {
		input_tell_bad();
		writing->bad++;
		return 1;
	}
	if (rc <= 0)
		return rc;
	rc = worklog_batch_add(writing->batch, &rec);
	if (rc == 0) {
		record_stream_set_id(writing->stream, &rec.id);
		writing->good++;
	}
	record_release(&rec);
	return rc < 0 ? rc : 1;
}

static int take_records(struct writing *writing, const char *name)
{
	size_t before = record_stream_count(writing->stream);
	int rc;

	do {
		rc = take_record(writing);
		if (rc > 0 && !writing->many && record_stream_count(writing->stream) > before + 1) {
			error_set(ERR_INVALID, "%s: expected one record, found more", name);
			error_hint("--batch takes files of many records");
			return ERR_INVALID;
		}
	} while (rc > 0);
	if (rc == 0 && !writing->many && record_stream_count(writing->stream) == before)
		rc = error_set(ERR_INVALID, "%s: expected a record, found nothing", name);
	return rc;
}

static int take_file(struct writing *writing, const char *path)
{
	const char *name;
	int fd, rc;

	rc = input_open(&fd, &name, path);
	if (rc < 0)
		return rc;
	record_stream_from(writing->stream, fd, name);
	rc = take_records(writing, name);
	input_close(fd);
	return rc;
}

static void print_ids(const struct record_stream *stream)
{
	char hex[ID_HEX + 1];

	for (size_t i = 1; i <= record_stream_count(stream); i++) {
		const struct id *id = record_stream_id(stream, i);

		if (!id)
			continue;
		id_hex(hex, id);
		puts(hex);
	}
}

static int commit(struct writing *writing)
{
	char subject[64];
	int rc;

	if (!writing->good)
		return 0;
	snprintf(subject, sizeof(subject), "write %zu record%s", writing->good, writing->good == 1 ? "" : "s");
	rc = worklog_batch_end(writing->batch, subject);
	if (rc == 0)
		print_ids(writing->stream);
	return rc;
}

static int write_all(struct worklog *wl, struct writing *writing, int argc, char **argv)
{
	int rc = worklog_batch_begin(&writing->batch, wl);

	if (rc == 0 && !argc)
		rc = take_file(writing, "-");
	for (int i = 0; i < argc && rc == 0; i++)
		rc = take_file(writing, argv[i]);
	if (rc == 0)
		rc = commit(writing);
	worklog_batch_free(writing->batch);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct writing writing = { 0 };
	const struct opt opts[] = {
		OPT_FLAG(0, "batch", &writing.many, "each file is a stream of records divided by '---' lines"),
		OPT_FLAG(0, "skip-bad", &writing.skip_bad, "write the others if some records are bad"),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_write_record, opts, &argc, &argv, 0, -1);

	if (rc)
		return rc;
	writing.stream = record_stream_new();
	rc = write_all(wl, &writing, argc, argv);
	record_stream_free(writing.stream);
	if (rc == 0 && writing.bad)
		return EXIT_UNREADABLE;
	return rc;
}

const struct cmd cmd_write_record = {
	.name = "write-record",
	.usage = "[--batch] [--skip-bad] [<file>…]",
	.summary = "put records into the log as they are given",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
