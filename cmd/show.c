/* async show: a thread, whole. */
#include "show.h"

#include <stdlib.h>

#include "async/authorship.h"
#include "async/json.h"
#include "async/seen.h"
#include "attach.h"
#include "cmd.h"
#include "pairs.h"
#include "operands.h"
#include "opts.h"
#include "print.h"

struct showing {
	struct worklog *wl;
	struct listing *list; /* of --format and -z */
	const char *save, *path; /* --save, -o: NULL if not given */
	bool raw, history, any;
};

/* For --format and -z: a row for each record of the thread. */

enum { F_ID, F_DATE, F_FROM, F_WHAT, F_SUBJECT, F_TEXT, F_KIND, F_ROOT, F_WHY, F_AUTHORSHIP, F_COMMITTER, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the record", COLUMN },
	[F_DATE] = { "date", VALUE_TIME, "when it was written", COLUMN },
	[F_FROM] = { "from", VALUE_PERSON, "who wrote it", COLUMN },
	[F_WHAT] = { "what", VALUE_TEXT, "a post's type, a mark's verb", COLUMN },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "a post's subject", COLUMN },
	[F_TEXT] = { "text", VALUE_TEXT, "a post's body, a mark's note", COLUMN },
	[F_KIND] = { "kind", VALUE_TEXT, "post or mark", 0 },
	[F_ROOT] = { "root", VALUE_ID, "the first post of the thread", 0 },
	[F_WHY] = { "why_not", VALUE_TEXT, "why it does not count", 0 },
	[F_AUTHORSHIP] = { "authorship", VALUE_TEXT, "signed, claimed, imported or MISMATCH", 0 },
	[F_COMMITTER] = { "committer", VALUE_TEXT, "the address that its commit is by", 0 },
};

static int list_event(const struct showing *showing, const struct thread *thread, const struct event *event,
		      const struct authorship *author)
{
	return listing_row(showing->list, (const struct value[F_NR]){
		[F_ID] = { .id = &event->rec->id },
		[F_DATE] = { .time = event->rec->date },
		[F_FROM] = { .text = event->by ? event->by->key : NULL },
		[F_WHAT] = { .text = event_what(event) },
		[F_SUBJECT] = { .text = event->subject },
		[F_TEXT] = { .text = event->body },
		[F_KIND] = { .text = record_kind_name(event->rec->kind) },
		[F_ROOT] = { .id = &thread->root->id },
		[F_WHY] = { .text = event->why },
		[F_AUTHORSHIP] = { .text = authorship_name(author->word) },
		[F_COMMITTER] = { .text = author->committer },
	});
}

static int list_events(const struct showing *showing, const struct thread *thread, const struct authorship *authors)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < thread->nr_events; i++)
		rc = list_event(showing, thread, &thread->events[i], &authors[i]);
	return rc;
}

/* How far each record can be believed: all of it only where a program asks. The caller ends it. */
static struct authorship *find_authors(const struct showing *showing, const struct thread *thread)
{
	bool wanted = print_is_json() || (showing->list && (listing_wants(showing->list, F_AUTHORSHIP) ||
							    listing_wants(showing->list, F_COMMITTER)));
	const struct record **recs = xcalloc(thread->nr_events, sizeof(*recs));
	struct authorship *out = xcalloc(thread->nr_events, sizeof(*out));

	for (size_t i = 0; i < thread->nr_events; i++)
		recs[i] = thread->events[i].rec;
	if ((wanted || !showing->list) && authorship_tell(out, showing->wl, recs, thread->nr_events, wanted) < 0) {
		print_warning("who wrote it cannot be looked into: %s", error_last());
		error_clear();
	}
	free(recs);
	return out;
}

static int put_thread(const struct showing *showing, const struct thread *thread, const struct authorship *authors)
{
	struct buf json = BUF_INIT;

	worklog_remember(showing->wl, &thread->root->id);
	if (!print_is_machine()) /* what a program reads, nobody has seen */
		worklog_saw(showing->wl, &thread->root->id);
	if (print_is_json()) {
		show_json(&json, thread, authors);
		return pairs_print(&json);
	}
	if (showing->list)
		return list_events(showing, thread, authors);
	return show_text(showing->wl, thread, authors, showing->history);
}

static int show_thread(const struct showing *showing, const struct thread *thread)
{
	struct authorship *authors = find_authors(showing, thread);
	int rc = put_thread(showing, thread, authors);

	authorship_release(authors, thread->nr_events);
	return rc;
}

/* The bytes as they are stored, but not of what is redacted. */
static int show_raw(const struct showing *showing, const struct thread *thread, const struct id *id)
{
	struct buf text = BUF_INIT;
	char hex[ID_HEX + 1];
	int rc;

	worklog_short_id(hex, showing->wl, id);
	for (size_t i = 0; i < thread->nr_events; i++)
		if (thread->events[i].hidden && id_equal(&thread->events[i].rec->id, id))
			return error_set(ERR_INVALID, "%s is redacted", hex);
	rc = worklog_read_raw(&text, showing->wl, id);
	if (rc == 0)
		print_bytes(text.ptr, text.len);
	buf_release(&text);
	return rc < 0 ? rc : print_check();
}

/* Whether it counts: of some of its keys, too, is said what does not. */
static void print_verdict(struct worklog *wl, const struct id *id)
{
	const struct team_event *events;
	struct buf line = BUF_INIT;
	struct team *team;
	size_t nr;

	if (worklog_team(&team, wl) < 0)
		return;
	events = team_events(team, &nr);
	for (size_t i = 0; i < nr; i++)
		if (events[i].why && id_equal(&events[i].rec->id, id)) {
			print_safe(&line, events[i].why, false);
			print("%s: %s\n", events[i].counts ? "not all of it counts" : "not counted", line.ptr);
		}
	buf_release(&line);
}

static void print_record(struct worklog *wl, const struct record *rec)
{
	struct buf text = BUF_INIT;
	char hex[ID_HEX + 1];

	worklog_short_id(hex, wl, &rec->id);
	print_colored(COLOR_ID, "%s", hex);
	print_safe(&text, record_text(rec, "kind"), false); /* also one of a newer async */
	print(" %s\n", text.ptr);
	print_verdict(wl, &rec->id);
	print("\n");
	buf_reset(&text);
	record_format(&text, rec);
	print_text(text.ptr, 4);
	buf_release(&text);
}

/* A record of no thread: about a person, a calendar, the policy. */
static int show_record(const struct showing *showing, const struct id *id)
{
	struct record rec = RECORD_INIT;
	struct buf text = BUF_INIT;
	char hex[ID_HEX + 1];
	int rc;

	rc = worklog_read(&rec, showing->wl, id);
	if (rc < 0)
		return rc;
	id_hex(hex, id);
	if (print_is_json()) {
		buf_addf(&text, "{\"v\":1,\"kind\":\"content\",\"id\":\"%s\",\"record\":", hex);
		json_put(&text, rec.root);
		buf_putc(&text, '}');
		rc = pairs_print(&text);
	} else {
		print_record(showing->wl, &rec);
		rc = print_check();
	}
	buf_release(&text);
	record_release(&rec);
	return rc;
}

static int show(struct showing *showing, const struct id *id)
{
	struct thread thread = THREAD_INIT;
	int rc;

	if (showing->any && !print_is_machine())
		print(showing->raw ? "---\n" : "\n");
	showing->any = true;
	rc = worklog_thread(&thread, showing->wl, id);
	if (rc == ERR_NOTFOUND && !showing->raw)
		return show_record(showing, id);
	if (showing->raw && (rc == 0 || rc == ERR_NOTFOUND))
		rc = show_raw(showing, &thread, id);
	else if (rc == 0 && showing->save)
		rc = attach_save(showing->wl, &thread, id, showing->save, showing->path);
	else if (rc == 0)
		rc = show_thread(showing, &thread);
	thread_release(&thread);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct showing showing = { .wl = wl };
	char *last[] = { "-" };
	bool from_stdin = false;
	const struct opt opts[] = {
		OPT_FLAG(0, "history", &showing.history, "every text that was ever given, where it was given"),
		OPT_FLAG(0, "raw", &showing.raw, "print the record itself, as it is stored"),
		OPT_TEXT(0, "save", &showing.save, "name", "write an attached file here, under its name"),
		OPT_TEXT('o', "output", &showing.path, "file", "with --save: write it to this new file"),
		OPT_STDIN(&from_stdin),
		OPT_END
	};
	struct ids ids = { .v = NULL };
	int rc, ended;

	rc = opts_parse(wl, &cmd_show, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	if (showing.raw && showing.history)
		return error_set(ERR_USAGE, "--raw prints a record, --history a thread; use one of them");
	if (showing.save && (showing.raw || showing.history || print_is_machine()))
		return error_set(ERR_USAGE, "--save writes a file and shows nothing: use it alone");
	if (showing.path && !showing.save)
		return error_set(ERR_USAGE, "-o is where --save writes a file, which is not given");
	if (argc || from_stdin)
		rc = operands_find(&ids, wl, argc, argv, from_stdin);
	else
		rc = operands_find(&ids, wl, 1, last, false);
	if (rc == 0 && print_is_machine() && !print_is_json())
		rc = listing_begin(&showing.list, wl, "event", fields, F_NR);
	for (size_t i = 0; i < ids.nr && rc == 0; i++)
		rc = show(&showing, &ids.v[i]);
	ended = listing_end(showing.list);
	free(ids.v);
	return rc < 0 ? rc : ended;
}

const struct cmd cmd_show = {
	.name = "show",
	.usage = "[--history | --raw | --save <name> [-o <file>]] [<id>…]",
	.summary = "show a thread: who is asked, what was said and done",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
