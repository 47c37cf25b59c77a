/* Acting on records: from operands to marks, to one commit, to what is told of it. */
#include "acts.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/team.h"
#include "draft.h"
#include "links.h"
#include "print.h"

const struct record *acts_last(const struct acts *acts)
{
	return &acts->marks[acts->nr - 1];
}

int acts_tell(struct acts *acts, const char *fmt, ...)
{
	struct buf *line;
	va_list ap;

	GROW(acts->lines, acts->nr_lines, acts->alloc_lines);
	line = &acts->lines[acts->nr_lines++];
	*line = (struct buf)BUF_INIT;
	va_start(ap, fmt);
	buf_vaddf(line, fmt, ap);
	va_end(ap);
	return 0;
}

/* The marks of this command in a thread. The caller frees. */
static struct record **marks_in(size_t *nr, const struct acts *acts, const struct id *root)
{
	struct record **v = xcalloc(acts->nr + 1, sizeof(*v));

	*nr = 0;
	for (size_t i = 0; i < acts->nr; i++)
		if (id_equal(&acts->at[i].root, root))
			v[(*nr)++] = &acts->marks[i];
	return v;
}

static void fold_with_marks(struct thread *out, const struct acts *acts, const struct thread *thread)
{
	size_t nr;
	struct record **marks = marks_in(&nr, acts, &thread->root->id);

	thread_fold_more(out, acts->team, thread, marks, nr, worklog_now(acts->wl));
	free(marks);
}

int acts_mark(struct record **out, struct acts *acts, const struct place *place, const struct id *target)
{
	struct record *mark;
	int rc;

	GROW(acts->marks, acts->nr, acts->alloc);
	GROW(acts->at, acts->nr, acts->alloc_at);
	mark = &acts->marks[acts->nr];
	*mark = (struct record)RECORD_INIT;
	rc = worklog_begin(mark, acts->wl, KIND_MARK, NULL);
	if (rc < 0)
		return rc;
	acts->at[acts->nr++] = (struct mark_at){ place->thread.root->id, place->post->rec->id };
	record_set_date(mark, thread_next_date(&place->thread, mark->date));
	record_set_id(mark, "target", target);
	record_set(mark, "verb", verb_name(acts->act->verb));
	if (acts->whom != acts->me)
		record_set(mark, "for", acts->whom->handle);
	record_set(mark, "note", acts->note);
	if (acts->act->commit)
		links_put_commit(mark, acts->act->commit);
	*out = mark;
	return 0;
}

static const struct event *event_of(const struct thread *thread, const struct record *rec)
{
	for (size_t i = 0; i < thread->nr_events; i++)
		if (thread->events[i].rec == rec)
			return &thread->events[i];
	BUG("a record is not in its thread");
}

int acts_try(struct thread *after, struct acts *acts, const struct place *place)
{
	struct thread thread = THREAD_INIT;
	const struct record *mark = acts_last(acts);
	const struct event *event;
	size_t nr;
	struct record **marks = marks_in(&nr, acts, &place->thread.root->id);

	/* The place has those that were there before it. */
	thread_fold_more(&thread, acts->team, &place->thread, &marks[nr - 1], 1, worklog_now(acts->wl));
	free(marks);
	event = event_of(&thread, mark);
	if (event->counts || event->waits) {
		*after = thread;
		return 0;
	}
	error_set(ERR_INVALID, "%s: '%s' would not count: %s", place->id, verb_name(acts->act->verb), event->why);
	thread_release(&thread);
	return ERR_INVALID;
}

bool post_asks(const struct place *place, const struct event *post)
{
	for (size_t i = 0; i < place->thread.nr_parts; i++)
		if (place->thread.parts[i].ask == post->rec)
			return true;
	return false;
}

const struct part *place_open_part(const struct place *place, const struct event *ask, const struct person *person)
{
	for (size_t i = 0; i < place->thread.nr_parts; i++) {
		const struct part *part = &place->thread.parts[i];

		if (part->ask == ask->rec && !part_state_is_settled(part->state) && (!person || part->person == person))
			return part;
	}
	return NULL;
}

const struct event *acts_ask(const struct place *place, const struct person *person)
{
	const struct event *post = place->post;
	struct id parent;

	for (size_t i = 0; post && i < place->thread.nr_events; i++) {
		if (thread_part_in(&place->thread, post->rec, person) || (post->by == person && post_asks(place, post)))
			return post;
		post = record_parent(post->rec, &parent) ? thread_event(&place->thread, &parent) : NULL;
	}
	return NULL;
}

static int find_people(struct acts *acts)
{
	int rc;

	rc = worklog_team(&acts->team, acts->wl);
	if (rc == 0)
		rc = worklog_me(&acts->me, acts->wl);
	if (rc < 0)
		return rc;
	if (!acts->me)
		acts->me = team_person(acts->team, worklog_address(acts->wl));
	acts->whom = acts->act->on_behalf ? acts->act->on_behalf : acts->me;
	return 0;
}

/* A mark is about what it hangs on, in the end a post. */
static const struct event *post_of(const struct thread *thread, const struct event *event)
{
	struct id parent;

	for (size_t i = 0; event && event->rec->kind != KIND_POST && i < thread->nr_events; i++)
		event = record_parent(event->rec, &parent) ? thread_event(thread, &parent) : NULL;
	return event && event->rec->kind == KIND_POST ? event : NULL;
}

static int find_place(struct place *out, struct acts *acts, const struct id *id)
{
	struct thread thread = THREAD_INIT;
	int rc;

	rc = worklog_thread(&thread, acts->wl, id);
	if (rc == ERR_NOTFOUND)
		error_hint("what is said of people, calendars and the policy is changed by saying it anew:\n"
			   "async me, team, away, calendar, policy");
	if (rc < 0)
		return rc;
	fold_with_marks(&out->thread, acts, &thread);
	thread_release(&thread);
	out->given = thread_event(&out->thread, id);
	out->post = post_of(&out->thread, out->given);
	worklog_short_id(out->id, acts->wl, out->post ? &out->post->rec->id : id);
	if (!out->post)
		return error_set(ERR_INVALID, "the post that %s is about is not in this log", out->id);
	return 0;
}

static int act_on(struct acts *acts, const struct id *id)
{
	struct place place = { .thread = THREAD_INIT };
	size_t before = acts->nr;
	int rc;

	rc = find_place(&place, acts, id);
	if (rc == 0)
		rc = acts->act->each(acts, &place);
	if (rc == 0 && acts->nr > before) {
		buf_addf(&acts->subjects, "#   %s ", place.id);
		print_safe(&acts->subjects, place.post->subject, false);
		buf_putc(&acts->subjects, '\n');
	}
	thread_release(&place.thread);
	return rc;
}

static void forget(struct acts *acts)
{
	for (size_t i = 0; i < acts->nr; i++)
		record_release(&acts->marks[i]);
	for (size_t i = 0; i < acts->nr_lines; i++)
		buf_release(&acts->lines[i]);
	buf_reset(&acts->subjects);
	acts->nr = acts->nr_lines = 0;
}

static int act_on_all(struct acts *acts, const struct ids *ids)
{
	int rc = 0;

	forget(acts);
	for (size_t i = 0; i < ids->nr && rc == 0; i++)
		rc = act_on(acts, &ids->v[i]);
	return rc;
}

static void take_note(struct acts *acts, struct buf *text)
{
	buf_rtrim(text); /* a note is a line or two, not a text of its own */
	free(acts->note);
	acts->note = buf_detach(text);
}

static int read_note(struct acts *acts)
{
	const struct act *act = acts->act;
	struct buf text = BUF_INIT;
	int rc;

	if (act->question && act->from_stdin && !message_is_given(&act->note))
		return error_set(ERR_USAGE, "--stdin gives the ids; give the text with -m or --file");
	rc = message_read(&text, &act->note);
	take_note(acts, &text);
	return rc;
}

/* It is known now what is acted on: ask for the text that is wanted, and date the marks after it. */
static int ask_note(struct acts *acts, const struct ids *ids)
{
	char *name = draft_name(verb_name(acts->act->verb), &acts->at[0].post);
	struct buf template = BUF_INIT, text = BUF_INIT;
	int rc;

	draft_allow_again();
	buf_addf(&template, "\n# %s\n%s", acts->act->question, acts->subjects.ptr);
	buf_puts(&template, "# Lines that begin with # are left out; an empty text aborts.\n");
	rc = message_ask(&text, acts->wl, &acts->act->note, name, template.ptr);
	take_note(acts, &text);
	if (rc == 0)
		rc = act_on_all(acts, ids);
	buf_release(&template);
	free(name);
	return rc;
}

static int write_marks(struct acts *acts)
{
	const char *verb = verb_name(acts->act->verb);
	char hex[ID_HEX + 1];
	char *commit;
	int rc;

	worklog_short_id(hex, acts->wl, &acts->at[0].post);
	if (acts->nr > 1)
		commit = xstrfmt("%s %s and %zu more by %s", verb, hex, acts->nr - 1, acts->marks[0].from);
	else
		commit = xstrfmt("%s %s by %s", verb, hex, acts->marks[0].from);
	rc = write_records(acts->wl, acts->marks, acts->nr, commit);
	free(commit);
	if (rc == 0)
		worklog_remember(acts->wl, &acts->at[acts->nr - 1].post);
	return rc;
}

/* In a dry run the lines are comments before the records. */
static void tell_all(const struct acts *acts)
{
	struct buf line = BUF_INIT;
	char hex[ID_HEX + 1];

	if (acts->act->commit && !acts->nr) /* it was so already, and nobody asked */
		return;
	for (size_t i = 0; acts->act->quiet && !acts->act->dry && i < acts->nr; i++) {
		id_hex(hex, &acts->marks[i].id);
		print("%s\n", hex);
	}
	for (size_t i = 0; !acts->act->quiet && i < acts->nr_lines; i++) {
		buf_reset(&line);
		print_safe(&line, acts->lines[i].ptr, false);
		print("%s%s\n", acts->act->dry ? "# " : "", line.ptr);
	}
	buf_release(&line);
}

static int finish(struct acts *acts)
{
	int rc = acts->nr && !acts->act->dry ? write_marks(acts) : 0;

	if (rc == 0)
		tell_all(acts);
	if (rc == 0 && acts->act->dry)
		rc = write_dry(acts->marks, acts->nr);
	if (rc == 0)
		edit_done();
	return rc;
}

int acts_run(struct worklog *wl, const struct act *act, int argc, char **argv)
{
	struct acts acts = { .wl = wl, .act = act, .subjects = BUF_INIT };
	struct ids ids = { .v = NULL };
	int rc;

	rc = read_note(&acts);
	if (rc == 0)
		rc = find_people(&acts);
	if (rc == 0)
		rc = operands_find(&ids, wl, argc, argv, act->from_stdin);
	if (rc == 0)
		rc = act_on_all(&acts, &ids);
	if (rc == 0 && acts.nr && act->question && !message_is_given(&act->note))
		rc = ask_note(&acts, &ids);
	if (rc == 0)
		rc = finish(&acts);
	forget(&acts);
	free(acts.marks);
	free(acts.at);
	free(acts.lines);
	buf_release(&acts.subjects);
	free(acts.note);
	free(ids.v);
	return rc;
}
