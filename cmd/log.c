/* async log: the audit trail, every record of the log, newest first. */
#include <stdlib.h>

#include "async/alloc.h"
#include "cmd.h"
#include "opts.h"
#include "print.h"

enum { F_ID, F_DATE, F_FROM, F_WHAT, F_SUBJECT, F_WHY, F_TARGET, F_ROOT, F_TYPE, F_YAML, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the record", COLUMN },
	[F_DATE] = { "date", VALUE_TIME, "the date it carries", COLUMN | DIM },
	[F_FROM] = { "from", VALUE_PERSON, "who wrote it", COLUMN },
	[F_WHAT] = { "what", VALUE_TEXT, "a post's type, a mark's verb, else the kind", COLUMN },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "of the post it is or hangs on", COLUMN | ELASTIC },
	[F_WHY] = { "why_not", VALUE_TEXT, "why it does not count", COLUMN | DIM },
	[F_TARGET] = { "target", VALUE_ID, "what it hangs on", 0 },
	[F_ROOT] = { "root", VALUE_ID, "the first post of its thread", 0 },
	[F_TYPE] = { "record", VALUE_TEXT, "post, mark, person, away, calendar or policy", 0 },
	[F_YAML] = { "yaml", VALUE_TEXT, "the record as it is stored, with --patch", 0 },
};

struct trail {
	struct worklog *wl;
	struct listing *list; /* NULL: --patch for people */
	bool patch;
	bool any;
};

/* The bytes of the record, but not of a hidden text. */
static int read_yaml(struct buf *out, const struct trail *trail, const struct record_row *row)
{
	if (row->redacted) {
		buf_puts(out, "(redacted)");
		return 0;
	}
	return worklog_read_raw(out, trail->wl, &row->id);
}

/* What a record of no thread is about: a person, a calendar. The caller frees. */
static char *about(const struct trail *trail, const struct record_row *row)
{
	struct record rec = RECORD_INIT;
	const char *name = NULL;
	char *copy = NULL;

	if (row->kind == KIND_POST || row->kind == KIND_MARK || row->redacted || print_is_machine())
		return NULL;
	if (worklog_read(&rec, trail->wl, &row->id) == 0)
		name = record_text(&rec, row->kind == KIND_CALENDAR ? "calendar" : "person");
	if (name)
		copy = xstrdup(name);
	error_clear(); /* a record that cannot be read has its own place to be told */
	record_release(&rec);
	return copy;
}

static int list_row(const struct trail *trail, const struct record_row *row, const char *yaml)
{
	char *why = row->why_not ? xstrfmt("(not counted: %s)", row->why_not) : NULL;
	char *subject = about(trail, row);
	bool is_reply = row->kind == KIND_POST && !id_is_zero(&row->target);
	int rc;

	rc = listing_row(trail->list, (const struct value[F_NR]){
		[F_ID] = { .id = &row->id },
		[F_DATE] = { .time = row->date },
		[F_FROM] = { .text = row->from, .column = row->from ? NULL : "async" },
		[F_WHAT] = { .text = row->what, .column = is_reply ? "reply" : NULL },
		[F_SUBJECT] = { .text = row->subject, .column = subject },
		[F_WHY] = { .text = row->why_not, .column = why },
		[F_TARGET] = { .id = &row->target },
		[F_ROOT] = { .id = &row->root },
		[F_TYPE] = { .text = row->kind_name },
		[F_YAML] = { .text = yaml },
	});
	free(why);
	free(subject);
	return rc;
}

/* A heading, and the record below it. */
static int print_patch(struct trail *trail, const struct record_row *row, const char *yaml)
{
	struct buf line = BUF_INIT;
	char hex[ID_HEX + 1];

	worklog_short_id(hex, trail->wl, &row->id);
	print("%s", trail->any ? "\n" : "");
	print_colored(COLOR_ID, "%s", hex);
	print_safe(&line, row->what, false);
	buf_puts(&line, " by ");
	print_safe(&line, row->from ? worklog_who(trail->wl, row->from)->shown : "async", false);
	buf_puts(&line, ", ");
	format_time(&line, row->date, worklog_zone(trail->wl));
	print(" %s\n", line.ptr);
	buf_reset(&line);
	if (row->why_not) {
		print_safe(&line, row->why_not, false);
		print_colored(COLOR_DIM, "not counted: %s", line.ptr);
		print("\n");
	}
	print("\n");
	print_text(yaml, 4);
	trail->any = true;
	buf_release(&line);
	return print_check();
}

static int each_row(const struct record_row *row, void *data)
{
	struct trail *trail = data;
	struct buf yaml = BUF_INIT;
	int rc = 0;

	if (trail->patch)
		rc = read_yaml(&yaml, trail, row);
	if (rc == 0 && trail->list)
		rc = list_row(trail, row, trail->patch ? yaml.ptr : NULL);
	else if (rc == 0)
		rc = print_patch(trail, row, yaml.ptr);
	buf_release(&yaml);
	return rc;
}

static int print_trail(struct trail *trail, const struct query *query)
{
	int rc = 0, ended;

	if (!trail->patch || print_is_machine())
		rc = listing_begin(&trail->list, trail->wl, "record", fields, F_NR);
	if (rc == 0)
		rc = worklog_records(trail->wl, query, each_row, trail);
	ended = listing_end(trail->list);
	return rc < 0 ? rc : ended;
}

static int find_thread(struct id *out, struct query *query, struct worklog *wl, int argc, char **argv)
{
	int rc;

	if (!argc)
		return 0;
	rc = worklog_find(out, wl, argv[0]);
	query->thread = out;
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct trail trail = { .wl = wl };
	struct when since = { 0 }, until = { 0 };
	struct query query = { 0 };
	long limit = 0;
	const struct opt opts[] = {
		OPT_NUMBER('n', "max-count", &limit, "count", "at most so many"),
		OPT_FLAG('r', "reverse", &query.reverse, "oldest first"),
		OPT_SINCE(0, "since", &since, "only from then on"),
		OPT_SINCE(0, "until", &until, "only before then"),
		OPT_TEXT(0, "from", &query.from, "who", "only what this person wrote"),
		OPT_TEXT('t', "tag", &query.tag, "tag", "only of threads with this tag"),
		OPT_FLAG('p', "patch", &trail.patch, "show each record as it is stored"),
		OPT_END
	};
	struct id id;
	int rc;

	rc = opts_parse(wl, &cmd_log, opts, &argc, &argv, 0, 1);
	if (rc)
		return rc;
	query.since = since.given ? since.at : 0;
	query.until = until.given ? until.at : 0;
	query.limit = (size_t)limit;
	rc = find_thread(&id, &query, wl, argc, argv);
	if (rc == 0 && query.from)
		rc = worklog_find_key(&query.from, wl, query.from);
	return rc < 0 ? rc : print_trail(&trail, &query);
}

const struct cmd cmd_log = {
	.name = "log",
	.usage = "[-n <count>] [--from <who>] [-p] [<options>] [--] [<id>]",
	.summary = "show every record, newest first",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
