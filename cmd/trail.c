/* Records as rows, or as patches. */
#include "trail.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "cmd.h"

enum { F_ID, F_DATE, F_FROM, F_WHAT, F_SUBJECT, F_WHY, F_TARGET, F_ROOT, F_TYPE, F_YAML, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the record", COLUMN },
	[F_DATE] = { "date", VALUE_TIME, "the date it carries", COLUMN | DIM },
	[F_FROM] = { "from", VALUE_PERSON, "who wrote it", COLUMN | KEPT },
	[F_WHAT] = { "what", VALUE_TEXT, "a post's type, a mark's verb, else the kind", COLUMN | KEPT | WHOLE },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "of the post it is or hangs on", COLUMN | ELASTIC },
	[F_WHY] = { "why_not", VALUE_TEXT, "why it does not count", COLUMN | DIM },
	[F_TARGET] = { "target", VALUE_ID, "what it hangs on", 0 },
	[F_ROOT] = { "root", VALUE_ID, "the first post of its thread", 0 },
	[F_TYPE] = { "record", VALUE_TEXT, "post, mark, person, away, calendar or policy", 0 },
	[F_YAML] = { "yaml", VALUE_TEXT, "the record as it is stored, with --patch", 0 },
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

/* What a mark did, as it is told afterwards. */
static const char *did(const char *verb)
{
	static const char *const words[][2] = {
		{ "ack", "acked" },         { "done", "did it" },           { "approve", "approved" },
		{ "reject", "rejected" },   { "read", "read it" },          { "reopen", "reopened" },
		{ "assign", "handed over" }, { "extend", "extended" },      { "tag", "tagged" },
		{ "untag", "untagged" },    { "retract", "retracted" },     { "supersede", "changed" },
		{ "redact", "hid the text" },
	};

	for (size_t i = 0; i < NR(words); i++)
		if (!strcmp(words[i][0], verb))
			return words[i][1];
	return verb;
}

/* The word for what a record is or did, where it is not the plain one. */
static const char *worded(const struct trail *trail, const struct record_row *row)
{
	bool is_reply = row->kind == KIND_POST && !id_is_zero(&row->target);

	if (is_reply)
		return trail->told ? "replied" : "reply";
	if (!trail->told)
		return NULL;
	if (row->kind == KIND_POST)
		return !strcmp(row->what, "ask") ? "asked" : "posted";
	if (row->waits)
		return "wants more time";
	return row->kind == KIND_MARK ? did(row->what) : NULL;
}

/* The commonest reason in two words, as everything else has to be cut for a long one. The caller frees. */
static char *why_not(const struct record_row *row)
{
	if (!row->why_not)
		return NULL;
	return strcmp(row->why_not, "retracted") ? xstrfmt("(not counted: %s)", row->why_not) : xstrdup("(taken back)");
}

static int list_row(const struct trail *trail, const struct record_row *row, const char *yaml)
{
	char *why = why_not(row);
	int rc;

	rc = listing_row(trail->list, (const struct value[F_NR]){
		[F_ID] = { .id = &row->id },
		[F_DATE] = { .time = row->date },
		[F_FROM] = { .text = row->from, .column = row->from ? NULL : "async" },
		[F_WHAT] = { .text = row->what, .column = worded(trail, row) },
		[F_SUBJECT] = { .text = row->subject, .column = row->redacted ? NULL : row->about },
		[F_WHY] = { .text = row->why_not, .column = trail->told ? "" : why },
		[F_TARGET] = { .id = &row->target },
		[F_ROOT] = { .id = &row->root },
		[F_TYPE] = { .text = row->kind_name },
		[F_YAML] = { .text = yaml },
	});
	free(why);
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
	buf_release(&line);
	return print_check();
}

int trail_row(const struct record_row *row, void *data)
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
	trail->any = true;
	buf_release(&yaml);
	return rc;
}

int trail_begin(struct trail *trail, struct worklog *wl)
{
	trail->wl = wl;
	if (trail->patch && !print_is_machine())
		return 0;
	return listing_begin(&trail->list, wl, "record", fields, F_NR);
}

int trail_end(struct trail *trail)
{
	int rc = listing_end(trail->list);

	trail->list = NULL;
	return rc;
}
