/* async snooze: hide what waits on me for a while, from me alone. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/snooze.h"
#include "cmd.h"
#include "operands.h"
#include "opts.h"
#include "print.h"
#include "write.h"

/* My parts of one thread. */
struct my_parts {
	bool asked;
	bool open;
	time_t due_at;           /* the earliest of the open ones; 0: none is open */
	const char *settled;     /* how a settled one stands */
	struct id root;
	char *subject;
};

static int take_part(const struct part_row *row, void *data)
{
	struct my_parts *mine = data;

	mine->asked = true;
	mine->root = row->root;
	if (!mine->subject)
		mine->subject = xstrdup(row->subject);
	if (part_state_is_settled(row->state))
		mine->settled = part_state_name(row->state);
	else if (!mine->open || row->due_at < mine->due_at)
		mine->due_at = row->due_at;
	mine->open |= !part_state_is_settled(row->state);
	return 0;
}

static int find_my_parts(struct my_parts *out, struct worklog *wl, const struct id *id)
{
	struct query query = { .thread = id };
	char hex[ID_HEX + 1];
	int rc;

	*out = (struct my_parts){ .asked = false };
	rc = worklog_my_key(&query.to, wl);
	if (rc == 0)
		rc = worklog_parts(wl, &query, take_part, out);
	if (rc < 0 || out->asked)
		return rc;
	worklog_short_id(hex, wl, id);
	error_set(ERR_INVALID, "%s does not wait on you", hex);
	error_hint("'async inbox' lists what does; only that can be snoozed");
	return ERR_INVALID;
}

static int too_late(struct worklog *wl, const char *hex, time_t due_at)
{
	struct buf due = BUF_INIT;

	format_time(&due, due_at, worklog_zone(wl));
	error_set(ERR_INVALID, "%s was due %s: what is a day late cannot be snoozed", hex, due.ptr);
	error_hint("answer it, or promise an answer with 'async ack --by <when> %s'", hex);
	buf_release(&due);
	return ERR_INVALID;
}

/* What to do about one thread, and what to say of it once it is done. */
static int plan(struct snooze *out, struct buf *told, struct worklog *wl, const struct id *id, time_t wanted)
{
	struct my_parts mine;
	char hex[ID_HEX + 1];
	int rc;

	rc = find_my_parts(&mine, wl, id);
	if (rc < 0)
		return rc;
	worklog_short_id(hex, wl, id);
	*out = (struct snooze){ mine.root, 0 };
	if (!mine.open) {
		buf_addf(told, "%s is %s already\n", hex, mine.settled);
		goto done;
	}
	out->until = snooze_allowed(wanted, mine.due_at);
	if (out->until <= worklog_now(wl)) {
		rc = too_late(wl, hex, mine.due_at);
		goto done;
	}
	buf_addf(told, "%s snoozed until ", hex);
	format_time(told, out->until, worklog_zone(wl));
	if (out->until < wanted)
		buf_puts(told, ", a day after it is due");
	buf_puts(told, ": ");
	print_safe(told, mine.subject, false);
	buf_putc(told, '\n');
done:
	free(mine.subject);
	return rc;
}

static int snooze(struct worklog *wl, const struct ids *ids, time_t until)
{
	struct snooze *v = xcalloc(ids->nr, sizeof(*v));
	struct buf told = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < ids->nr && rc == 0; i++)
		rc = plan(&v[i], &told, wl, &ids->v[i], until);
	if (rc == 0)
		rc = worklog_snooze(wl, v, ids->nr);
	if (rc == 0)
		print("%s", told.ptr);
	buf_release(&told);
	free(v);
	return rc;
}

static int plan_clear(struct snooze *out, struct buf *told, struct worklog *wl, const struct id *id)
{
	struct my_parts mine;
	char hex[ID_HEX + 1];
	int rc;

	rc = find_my_parts(&mine, wl, id);
	if (rc < 0)
		return rc;
	*out = (struct snooze){ mine.root, 0 };
	worklog_short_id(hex, wl, id);
	buf_addf(told, "%s is not snoozed any more: ", hex);
	print_safe(told, mine.subject, false);
	buf_putc(told, '\n');
	free(mine.subject);
	return 0;
}

static int clear(struct worklog *wl, int argc, char **argv, bool from_stdin)
{
	struct ids ids = { .v = NULL };
	struct buf told = BUF_INIT;
	struct snooze *v;
	int rc;

	if (!argc && !from_stdin) {
		rc = worklog_snooze(wl, NULL, 0);
		if (rc == 0)
			print("nothing is snoozed any more\n");
		return rc;
	}
	rc = operands_find(&ids, wl, argc, argv, from_stdin);
	v = xcalloc(ids.nr + 1, sizeof(*v));
	for (size_t i = 0; i < ids.nr && rc == 0; i++)
		rc = plan_clear(&v[i], &told, wl, &ids.v[i]);
	if (rc == 0)
		rc = worklog_snooze(wl, v, ids.nr);
	if (rc == 0)
		print("%s", told.ptr);
	buf_release(&told);
	free(v);
	free(ids.v);
	return rc;
}

/* -- listing ------------------------------------------------------------------------------- */

enum { F_ID, F_UNTIL, F_FROM, F_SUBJECT, F_DUE, F_ROOT, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the post that asks", COLUMN },
	[F_UNTIL] = { "until", VALUE_TIME, "when it comes back", COLUMN },
	[F_FROM] = { "from", VALUE_PERSON, "who asks", COLUMN },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "what it is about", COLUMN | ELASTIC },
	[F_DUE] = { "due", VALUE_TIME, "when an answer is due", 0 },
	[F_ROOT] = { "root", VALUE_ID, "the first post of the thread", 0 },
};

struct rows {
	struct worklog *wl;
	struct listing *list;
	struct snoozes snoozes;
};

static int list_row(const struct part_row *row, void *data)
{
	const struct rows *rows = data;
	time_t until = snoozes_until(&rows->snoozes, &row->root, row->due_at, worklog_now(rows->wl));

	if (!until)
		return 0;
	return listing_row(rows->list, (const struct value[F_NR]){
		[F_ID] = { .id = &row->post },
		[F_UNTIL] = { .time = until },
		[F_FROM] = { .text = row->from },
		[F_SUBJECT] = { .text = row->subject },
		[F_DUE] = { .time = row->due_at },
		[F_ROOT] = { .id = &row->root },
	});
}

static int list(struct worklog *wl)
{
	struct query query = { .states = STATES_UNSETTLED };
	struct rows rows = { .wl = wl };
	int rc, ended;

	rc = worklog_my_key(&query.to, wl);
	if (rc == 0)
		rc = listing_begin(&rows.list, wl, "snooze", fields, F_NR);
	if (rc < 0)
		return rc;
	snoozes_load(&rows.snoozes, wl);
	rc = worklog_parts(wl, &query, list_row, &rows);
	ended = listing_end(rows.list);
	snoozes_release(&rows.snoozes);
	return rc < 0 ? rc : ended;
}

/* -- the command line ---------------------------------------------------------------------- */

/* So many of the operands are ids; the rest says until when: "3f2a9c1 fri 17:00". */
static int count_ids(int argc, char **argv)
{
	int nr = 0;

	while (nr < argc && (!strcmp(argv[nr], "-") || !strncmp(argv[nr], ":/", 2) ||
			     id_is_prefix(argv[nr], strlen(argv[nr]))))
		nr++;
	return nr;
}

/* "fri 17:00", or only how long: "2h". The first moment of a date. */
static int read_until(time_t *out, struct worklog *wl, int argc, char **argv)
{
	struct when when = { .given = false };
	struct buf text = BUF_INIT;
	struct span span;
	int rc;

	for (int i = 0; i < argc; i++)
		buf_addf(&text, "%s%s", i ? " " : "", argv[i]);
	if (span_parse(&span, text.ptr)) {
		*out = worklog_now(wl) + span.days * (time_t)86400 + span.minutes * (time_t)60;
		rc = 0;
	} else {
		rc = when_parse(&when, text.ptr, worklog_now(wl), worklog_zone(wl), false);
		when.is_day = false; /* its first moment: today will not do */
		if (rc == 0)
			rc = when_must_be_ahead(wl, &when, "a snooze until");
		*out = when.at;
	}
	buf_release(&text);
	return rc;
}

static int run_snooze(struct worklog *wl, int argc, char **argv, bool from_stdin)
{
	int nr_ids = count_ids(argc, argv);
	struct ids ids = { .v = NULL };
	time_t until;
	int rc;

	if (nr_ids == argc) {
		error_set(ERR_USAGE, "until when?");
		error_hint("usage: async snooze <id>… <when>, such as 'fri 17:00', 'tomorrow' or '2h'");
		return ERR_USAGE;
	}
	if (!nr_ids && !from_stdin)
		nr_ids = 1; /* told below what an id is */
	rc = operands_find(&ids, wl, nr_ids, argv, from_stdin);
	if (rc == 0)
		rc = read_until(&until, wl, argc - nr_ids, argv + nr_ids);
	if (rc == 0)
		rc = snooze(wl, &ids, until);
	free(ids.v);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	bool from_stdin = false, listed = false, cleared = false;
	const struct opt opts[] = {
		OPT_FLAG('l', "list", &listed, "list what is snoozed"),
		OPT_FLAG(0, "clear", &cleared, "show these again, or all"),
		OPT_STDIN(&from_stdin),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_snooze, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	if (worklog_is_past(wl) && (cleared || (!listed && (argc || from_stdin))))
		return error_set(ERR_USAGE, "--at looks at the past; to snooze is for the time ahead");
	if (cleared)
		return clear(wl, argc, argv, from_stdin);
	if (!listed && (argc || from_stdin))
		return run_snooze(wl, argc, argv, from_stdin);
	if (argc)
		return error_set(ERR_USAGE, "--list takes no ids");
	return list(wl);
}

const struct cmd cmd_snooze = {
	.name = "snooze",
	.usage = "<id>… <when>\n"
		 "--clear [<id>…]\n"
		 "[--list]",
	.summary = "hide what waits on you for a while, from you alone",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
