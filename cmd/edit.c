/* async edit: say a post anew; what was said before stays in the log. */
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "async/alloc.h"
#include "cmd.h"
#include "draft.h"
#include "links.h"
#include "print.h"

/* What the command line says; NULL: stays as it is. */
struct edit {
	const char *subject;
	struct message message; /* the body */
	struct links links;
};

/* The new text; the body ends in a line end, as texts do. */
struct text {
	char *subject, *body;
};

static bool is_same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* A reply may have none; one that is hidden is wanted anew. */
static bool has_subject(const struct event *post)
{
	return record_node(post->rec, "subject");
}

static int may_edit(const struct acts *acts, const struct place *place)
{
	const struct event *post = place->post;

	if (post->retracted)
		return error_set(ERR_INVALID, "%s is retracted: post it anew", place->id);
	if (post->by == acts->me || record_node(post->rec, "page"))
		return 0;
	error_set(ERR_INVALID, "%s is by %s: only they can change its text", place->id,
		  post->by ? post->by->shown : "async");
	error_hint("'async reply %s' says what you think of it", place->id);
	return ERR_INVALID;
}

/* The text as it is: a post's subject, a blank line, the body; a reply may have no subject. */
static void put_text(struct buf *out, const struct event *post)
{
	struct buf text = BUF_INIT;

	if (*post->subject)
		buf_addf(&text, "%s\n%s", post->subject, post->body ? "\n" : "");
	if (post->body)
		buf_puts(&text, post->body);
	edit_escape(out, text.ptr);
	buf_release(&text);
}

static void put_comments(struct buf *out, const struct event *post)
{
	buf_puts(out, has_subject(post) ? "\n# The first line is the subject; after a blank line, the text.\n" : "\n");
	buf_puts(out, "# Lines that begin with # are left out; write \\# for one that stays.\n"
		      "# An empty text aborts; one that is not changed changes nothing.\n");
}

/* The whole text from the editor, or from standard input where that is no terminal. */
static int ask_text(struct text *out, struct worklog *wl, const struct message *message,
		    const struct event *post)
{
	char *name = draft_name("edit", &post->rec->id);
	struct buf template = BUF_INIT, text = BUF_INIT;
	int rc;

	draft_allow_again();
	if (!message->again)
		put_text(&template, post);
	put_comments(&template, post);
	rc = message_ask(&text, wl, message, name, template.ptr);
	if (rc == 0 && has_subject(post))
		message_split(&out->subject, &out->body, text.ptr);
	else if (rc == 0)
		out->body = buf_detach(&text);
	buf_release(&template);
	buf_release(&text);
	free(name);
	return rc;
}

static int given_text(struct text *out, const struct edit *edit)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	if (edit->message.again)
		return error_set(ERR_USAGE, "--again brings the whole text: nothing else gives a part of it");
	if (edit->subject)
		out->subject = xstrdup(edit->subject);
	if (message_is_given(&edit->message))
		rc = message_read(&text, &edit->message);
	if (text.len)
		out->body = buf_detach(&text);
	else if (rc == 0 && message_is_given(&edit->message))
		rc = error_set(ERR_FAILED, "aborting: the text is empty");
	buf_release(&text);
	return rc;
}

static int get_text(struct text *out, struct acts *acts, const struct event *post)
{
	const struct edit *edit = acts->act->data;
	int rc;

	if (edit->subject || message_is_given(&edit->message) || edit->links.to.nr)
		rc = given_text(out, edit);
	else
		rc = ask_text(out, acts->wl, &edit->message, post);
	if (rc == 0 && !out->subject)
		out->subject = xstrdup(post->subject);
	if (rc == 0 && !out->body)
		out->body = xstrdup(post->body ? post->body : "");
	if (rc == 0)
		rc = text_check(out->subject, strlen(out->subject), true, "the subject");
	if (rc < 0)
		return rc;
	if (has_subject(post) && !out->subject[strspn(out->subject, " ")])
		return error_set(ERR_FAILED, "aborting: the subject is empty");
	if (post->body && !*out->body) {
		error_set(ERR_INVALID, "an edit cannot take the whole text away");
		error_hint("say something in its place; or 'async retract' it");
		return ERR_INVALID;
	}
	return 0;
}

/* All of the new text is in the mark, so that of two edits at once one counts, not half of each. */
static int write_text(struct acts *acts, const struct place *place, const struct text *text)
{
	const struct edit *edit = acts->act->data;
	struct thread after = THREAD_INIT;
	struct record *mark;
	int rc;

	rc = acts_mark(&mark, acts, place, &place->post->rec->id);
	if (rc < 0)
		return rc;
	record_set(mark, "subject", text->subject);
	record_set(mark, "body", text->body);
	rc = links_fill(mark, acts->wl, &edit->links);
	if (rc == 0)
		rc = acts_try(&after, acts, place);
	if (rc == 0)
		acts_tell(acts, "%s changed: %s", place->id,
			  *text->subject ? text->subject : "the text of a reply");
	thread_release(&after);
	return rc;
}

static int each(struct acts *acts, const struct place *place)
{
	const struct edit *edit = acts->act->data;
	struct text text = { NULL, NULL };
	int rc;

	rc = may_edit(acts, place);
	if (rc == 0)
		rc = get_text(&text, acts, place->post);
	if (rc == 0 && !edit->links.to.nr && is_same(text.subject, place->post->subject) &&
	    is_same(text.body, place->post->body))
		acts_tell(acts, "%s says that already: nothing was changed", place->id);
	else if (rc == 0)
		rc = write_text(acts, place, &text);
	free(text.subject);
	free(text.body);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct edit edit = { .subject = NULL };
	struct act act = { .verb = VERB_SUPERSEDE, .each = each, .data = &edit };
	const struct opt opts[] = {
		OPT_TEXT('s', "subject", &edit.subject, "text", "the new subject"),
		OPT_MESSAGE(&edit.message),
		OPT_AGAIN(&edit.message),
		OPT_TEXTS(0, "link", &edit.links.to, "link",
			  "a URL, a commit or a record it is about, instead of those there were"),
		OPT_BESIDE(0, "title", &edit.links.titles, &edit.links.to, "text", "what the link before it is called"),
		OPT_FLAG('q', "quiet", &act.quiet, "print the full id of what was written only"),
		OPT_DRY_RUN(&act.dry),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_edit, opts, &argc, &argv, 1, 1);

	return rc ? rc : acts_run(wl, &act, argc, argv);
}

const struct cmd cmd_edit = {
	.name = "edit",
	.usage = "[-s <subject>] [-m <text> | --file <file>] [--link <link>]… <id>",
	.summary = "say a post of yours anew",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
