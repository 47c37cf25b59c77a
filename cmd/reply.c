/* async reply: answer in words, and perhaps ask back. */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "async/alloc.h"
#include "async/team.h"
#include "cmd.h"
#include "draft.h"
#include "message.h"
#include "opts.h"
#include "print.h"
#include "write.h"

/* Of what is answered so much is shown in the editor. */
#define QUOTED_LINES 20

/* The thread that is answered in, before the reply. */
struct context {
	struct thread thread;
	struct id re;             /* the post that is answered */
	const struct record *ask; /* that post's record */
	const char *author;       /* shown */
	const char *text;         /* what it says, or NULL */
	bool is_mine;             /* is it my thread? */
};

/* Marks are not answered, but what they are about. */
static int find_context(struct context *out, struct worklog *wl, const char *spec)
{
	struct person *me;
	int rc;

	rc = worklog_find(&out->re, wl, spec);
	if (rc == 0)
		rc = worklog_thread(&out->thread, wl, &out->re);
	if (rc == 0)
		rc = worklog_me(&me, wl);
	if (rc < 0)
		return rc;
	for (size_t i = out->thread.nr_events; i-- > 0;) {
		const struct event *event = &out->thread.events[i];

		if (!id_equal(&event->rec->id, &out->re))
			continue;
		if (event->rec->kind == KIND_MARK) {
			record_parent(event->rec, &out->re);
			continue;
		}
		out->ask = event->rec;
		out->author = event->by ? event->by->shown : "async";
		out->text = event->body;
	}
	out->is_mine = me && out->thread.nr_events && out->thread.events[0].by == me;
	return out->ask ? 0 : error_set(ERR_INVALID, "'%s' is no post that could be answered", spec);
}

/* What is answered, as comments. */
static void put_quoted(struct buf *out, const char *text)
{
	for (int i = 0; text && *text; i++) {
		char *line = xstrndup(text, strcspn(text, "\n"));

		buf_puts(out, "# > ");
		if (i < QUOTED_LINES)
			print_safe(out, line, false);
		buf_puts(out, i < QUOTED_LINES ? "\n" : "…\n");
		text += strlen(line) + (text[strlen(line)] == '\n');
		free(line);
		if (i == QUOTED_LINES)
			return;
	}
}

static void put_template(struct buf *out, struct worklog *wl, const struct context *context, struct record *reply)
{
	struct thread thread = THREAD_INIT;
	struct team *team;

	buf_puts(out, "\n# Your reply to ");
	print_safe(out, context->author, false);
	buf_puts(out, ": ");
	print_safe(out, context->thread.subject ? context->thread.subject : "", false);
	buf_putc(out, '\n');
	put_quoted(out, context->text);
	buf_puts(out, "# Lines that begin with # are left out; an empty text aborts.\n");
	if (worklog_team(&team, wl) < 0)
		return;
	thread_fold_more(&thread, team, &context->thread, &reply, 1, reply->date);
	ask_put_comments(out, wl, &thread, reply);
	thread_release(&thread);
}

static int get_text(struct record *reply, struct worklog *wl, const struct context *context, int argc, char **argv,
		    const struct message *message)
{
	struct buf template = BUF_INIT, text = BUF_INIT;
	char *name;
	int rc;

	if (argc > 1 && message->again)
		return error_set(ERR_USAGE, "'%s' and --again both give the text; use one of them", argv[1]);
	if (argc > 1 && message_is_given(message))
		return error_set(ERR_USAGE, "'%s' and -m or --file both give the text; use one of them", argv[1]);
	name = draft_name("reply", &context->re);
	draft_allow_again();
	if (message_is_edited(message))
		put_template(&template, wl, context, reply);
	if (argc > 1) {
		const char *const v[] = { argv[1] };
		const struct message operand = { .paragraphs = { .v = (const char **)v, .nr = 1 } };

		rc = message_ask(&text, wl, &operand, name, "");
	} else {
		rc = message_ask(&text, wl, message, name, template.ptr);
	}
	if (rc == 0)
		record_set(reply, "body", text.ptr);
	free(name);
	buf_release(&template);
	buf_release(&text);
	return rc;
}

/* Answering for somebody else is their deputy's right. */
static int set_on_behalf(struct record *reply, struct worklog *wl, const struct person *whom)
{
	struct person *me;
	int rc;

	rc = worklog_me(&me, wl);
	if (rc < 0 || whom == me)
		return rc;
	rc = deputy_must_be_me(wl, me, whom);
	if (rc == 0)
		record_set(reply, "for", whom->handle);
	return rc;
}

static int tell(struct worklog *wl, struct team *team, const struct context *context, struct record *reply)
{
	struct thread thread = THREAD_INIT;
	struct buf line = BUF_INIT;
	char id[ID_HEX + 1], re[ID_HEX + 1];

	worklog_short_id(id, wl, &reply->id);
	worklog_short_id(re, wl, &context->re);
	buf_addf(&line, "%s replied to ", id);
	print_safe(&line, context->author, false);
	buf_addf(&line, " (%s)", re);
	if (record_text(reply, "for")) {
		buf_puts(&line, " for ");
		print_safe(&line, record_text(reply, "for"), false);
	}
	print("%s\n", line.ptr);
	if (record_asks(reply)) {
		thread_fold_more(&thread, team, &context->thread, &reply, 1, reply->date);
		ask_tell(wl, &thread, reply, id);
	}
	buf_release(&line);
	thread_release(&thread);
	return 0;
}

static int write_reply(struct worklog *wl, const struct context *context, struct record *reply,
		       const struct attach *attach, bool quiet)
{
	char hex[ID_HEX + 1];
	struct team *team;
	char *commit;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	worklog_short_id(hex, wl, &context->re);
	commit = xstrfmt("reply %%(id) to %s by %s", hex, reply->from);
	rc = write_with_files(wl, reply, attach, commit);
	free(commit);
	if (rc < 0)
		return rc;
	worklog_remember(wl, &context->thread.root->id);
	if (!quiet)
		return tell(wl, team, context, reply);
	id_hex(hex, &reply->id);
	print("%s\n", hex);
	return 0;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct message message = { .file = NULL };
	struct person *on_behalf = NULL;
	struct ask ask = ASK_INIT;
	struct attach attach = { .files = NULL };
	bool dry = false, quiet = false;
	const struct opt opts[] = {
		OPT_MESSAGE(&message),
		OPT_AGAIN(&message),
		OPT_ASK(&ask),
		OPT_ATTACH(&attach),
		OPT_PERSON(0, "for", &on_behalf, "answer for somebody whose deputy you are"),
		OPT_FLAG('q', "quiet", &quiet, "print the full id only"),
		OPT_DRY_RUN(&dry),
		OPT_END
	};
	struct context context = { .thread = THREAD_INIT };
	struct record reply = RECORD_INIT;
	int rc;

	rc = opts_parse(wl, &cmd_reply, opts, &argc, &argv, 1, 2);
	if (rc)
		return rc;
	rc = find_context(&context, wl, argv[0]);
	if (rc == 0)
		rc = worklog_begin(&reply, wl, KIND_POST, &context.re);
	if (rc == 0)
		record_set_id(&reply, "re", &context.re);
	if (rc == 0)
		rc = ask_fill(&reply, wl, &ask, context.is_mine ? context.thread.root : NULL);
	if (rc == 0)
		rc = attach_read(&attach, wl, &reply);
	if (rc == 0 && on_behalf)
		rc = set_on_behalf(&reply, wl, on_behalf);
	if (rc == 0)
		rc = get_text(&reply, wl, &context, argc, argv, &message);
	if (rc == 0)
		rc = worklog_date(&reply, wl, &context.re);
	if (rc == 0) {
		record_set(&reply, "type", ask.to.nr ? "ask" : "note");
		rc = dry ? write_dry(&reply, 1) : write_reply(wl, &context, &reply, &attach, quiet);
		if (rc == 0 && dry)
			draft_drop();
		else if (rc == 0)
			edit_done();
	}
	record_release(&reply);
	attach_release(&attach);
	thread_release(&context.thread);
	return rc;
}

const struct cmd cmd_reply = {
	.name = "reply",
	.usage = "[-m <text> | --file <file>] [--to <who>]… [<options>] <id> [<text>]",
	.summary = "answer in words, and perhaps ask back",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
