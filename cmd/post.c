/* async post: say something, and ask people for an answer. */
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "async/alloc.h"
#include "cmd.h"
#include "draft.h"
#include "message.h"
#include "opts.h"
#include "print.h"
#include "write.h"

/* What to write, and whom it asks by when. */
static void put_template(struct buf *out, struct worklog *wl, struct record *post)
{
	struct record *recs[] = { post };
	struct thread thread = THREAD_INIT;
	struct team *team;

	buf_puts(out, "\n# The first line is the subject; after a blank line, what there is to say.\n"
		      "# Lines that begin with # are left out; an empty text aborts.\n");
	if (worklog_team(&team, wl) < 0)
		return;
	thread_fold(&thread, team, recs, 1, post->date);
	ask_put_comments(out, wl, &thread, post);
	thread_release(&thread);
}

/* The subject from the command line, else the first line of the text. */
static int get_text(char **subject, char **body, struct worklog *wl, int argc, char **argv,
		    struct message *message, struct record *post)
{
	struct buf text = BUF_INIT, template = BUF_INIT;
	int rc = 0;

	draft_allow_again();
	if (argc && message->again)
		return error_set(ERR_USAGE, "'%s': --again brings the subject, too", argv[0]);
	if (argc == 2 && !strcmp(argv[1], "-") && !message_is_given(message))
		message->file = "-";
	else if (argc == 2)
		return error_set(ERR_USAGE, "more than a subject: '%s' (put the subject in quotes)", argv[1]);
	if (argc && strcmp(argv[0], "-") != 0) {
		rc = message_read(&text, message);
		*subject = xstrdup(argv[0]);
		*body = buf_detach(&text);
	} else {
		if (message_is_edited(message))
			put_template(&template, wl, post);
		rc = message_ask(&text, wl, message, "post", template.ptr);
		message_split(subject, body, text.ptr);
	}
	if (rc == 0)
		rc = text_check(*subject, strlen(*subject), true, "the subject");
	if (rc == 0 && !(*subject)[strspn(*subject, " ")])
		rc = error_set(ERR_FAILED, "aborting: the subject is empty");
	buf_release(&template);
	buf_release(&text);
	return rc;
}

static int tell(struct worklog *wl, struct team *team, struct record *post)
{
	struct record *recs[] = { post };
	struct thread thread = THREAD_INIT;
	char id[ID_HEX + 1];

	worklog_short_id(id, wl, &post->id);
	if (!record_asks(post)) {
		print("%s posted\n", id);
		return 0;
	}
	thread_fold(&thread, team, recs, 1, post->date);
	ask_tell(wl, &thread, post, id);
	thread_release(&thread);
	return 0;
}

static int write_post(struct worklog *wl, struct record *post, const struct attach *attach, bool quiet)
{
	char *commit = xstrfmt("post %%(id) by %s: %s", post->from, record_text(post, "subject"));
	char id[ID_HEX + 1];
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc == 0)
		rc = write_with_files(wl, post, attach, commit);
	free(commit);
	if (rc < 0)
		return rc;
	worklog_remember(wl, &post->id);
	if (!quiet)
		return tell(wl, team, post);
	id_hex(id, &post->id);
	print("%s\n", id);
	return 0;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct message message = { .file = NULL };
	struct ask ask = ASK_INIT;
	struct attach attach = { .files = NULL };
	bool dry = false, quiet = false;
	int type = -1;
	const struct opt opts[] = {
		OPT_ASK(&ask),
		OPT_ATTACH(&attach),
		OPT_WORD(0, "type", &type, post_type_words, "type", "what it is, instead of an ask or a note"),
		OPT_MESSAGE(&message),
		OPT_AGAIN(&message),
		OPT_FLAG('q', "quiet", &quiet, "print the full id only"),
		OPT_DRY_RUN(&dry),
		OPT_END
	};
	struct record post = RECORD_INIT;
	char *subject = NULL, *body = NULL;
	int rc;

	rc = opts_parse(wl, &cmd_post, opts, &argc, &argv, 0, 2);
	if (rc)
		return rc;
	rc = worklog_begin(&post, wl, KIND_POST, NULL);
	if (rc == 0) /* a wrong name is found before a text is asked for */
		rc = ask_fill(&post, wl, &ask, NULL);
	if (rc == 0)
		rc = attach_read(&attach, wl, &post);
	if (rc == 0)
		rc = get_text(&subject, &body, wl, argc, argv, &message, &post);
	if (rc == 0)
		rc = worklog_date(&post, wl, NULL);
	if (rc < 0)
		goto done;
	record_set(&post, "type", type >= 0 ? post_type_words[type] : ask.to.nr ? "ask" : "note");
	record_set(&post, "subject", subject);
	record_set(&post, "body", body);
	rc = dry ? write_dry(&post, 1) : write_post(wl, &post, &attach, quiet);
	if (rc == 0 && dry)
		draft_drop();
	else if (rc == 0)
		edit_done();
done:
	record_release(&post);
	attach_release(&attach);
	free(subject);
	free(body);
	return rc;
}

const struct cmd cmd_post = {
	.name = "post",
	.usage = "[--to <who>]… [-l <level> | --within <duration> | --by <when>] [<options>] [<subject> [-]]",
	.summary = "say something, and ask people for an answer",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
