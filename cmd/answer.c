/* Answers: who may give one, to what, and what it comes to. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/team.h"
#include "async/thread.h"
#include "operands.h"
#include "print.h"
#include "write.h"

/* The answers of one command. */
struct answering {
	struct worklog *wl;
	const struct answer *answer;
	struct team *team;
	struct person *me;   /* also if the log does not know me */
	struct person *whom; /* me, or on whose behalf */
	char *note;
	struct record *marks;
	size_t nr, alloc;
	struct buf *lines; /* what to tell of each mark, after its id */
	size_t alloc_lines;
};

static int find_people(struct answering *a)
{
	int rc;

	rc = worklog_team(&a->team, a->wl);
	if (rc == 0)
		rc = worklog_me(&a->me, a->wl);
	if (rc < 0)
		return rc;
	if (!a->me)
		a->me = team_person(a->team, worklog_address(a->wl));
	a->whom = a->answer->on_behalf ? a->answer->on_behalf : a->me;
	return a->whom == a->me ? 0 : deputy_must_be_me(a->wl, a->me, a->whom);
}

/* The post that an operand means: a mark means what it is about. */
static int find_post(struct id *out, const struct thread *thread, const struct id *given)
{
	*out = *given;
	for (size_t i = 0; i < thread->nr_events; i++) {
		const struct record *rec = thread->events[i].rec;

		if (id_equal(&rec->id, given) && rec->kind == KIND_MARK)
			record_parent(rec, out);
	}
	return 0;
}

static const struct event *find_event(const struct thread *thread, const struct id *id)
{
	for (size_t i = 0; i < thread->nr_events; i++)
		if (id_equal(&thread->events[i].rec->id, id))
			return &thread->events[i];
	return NULL;
}

/* The person's part in this very post, else the one in its thread that an answer would settle. */
static const struct part *find_part(const struct thread *thread, const struct id *post, const struct person *person)
{
	for (size_t i = 0; i < thread->nr_parts; i++)
		if (thread->parts[i].person == person && id_equal(&thread->parts[i].ask->id, post))
			return &thread->parts[i];
	return thread_part(thread, person);
}

static bool is_settled(const struct part *part)
{
	return part->state == PART_MET || part->state == PART_WITHDRAWN;
}

static size_t nr_unsettled(const struct thread *thread)
{
	size_t nr = 0;

	for (size_t i = 0; i < thread->nr_parts; i++)
		nr += !is_settled(&thread->parts[i]);
	return nr;
}

/* A part of everybody, or (`but` not NULL) one that is open and not theirs. */
static bool is_meant(const struct part *part, const struct person *but)
{
	return !but || (!is_settled(part) && part->person != but);
}

static bool owes_anybody_else(const struct thread *thread, const struct person *but)
{
	for (size_t i = 0; i < thread->nr_parts; i++)
		if (is_meant(&thread->parts[i], but))
			return true;
	return false;
}

/* Is this the first part of its person, of those that are meant? */
static bool names_person(const struct thread *thread, size_t i, const struct person *but)
{
	for (size_t k = 0; k < i; k++)
		if (thread->parts[k].person == thread->parts[i].person && is_meant(&thread->parts[k], but))
			return false;
	return is_meant(&thread->parts[i], but);
}

/* Those asked, or only those but one who still owe an answer: "ana, ben"; "nobody". */
static void put_asked(struct buf *out, const struct thread *thread, const struct person *but)
{
	const char *lead = "";

	for (size_t i = 0; i < thread->nr_parts; i++) {
		if (!names_person(thread, i, but))
			continue;
		buf_addf(out, "%s%s", lead, thread->parts[i].person->shown);
		lead = ", ";
	}
	if (!*lead)
		buf_puts(out, "nobody");
}

static int not_asked(const struct answering *a, const struct thread *thread, const char *id)
{
	struct buf asked = BUF_INIT;

	put_asked(&asked, thread, NULL);
	if (a->whom == a->me)
		error_set(ERR_INVALID, "%s does not ask you; it asks %s", id, asked.ptr);
	else
		error_set(ERR_INVALID, "%s does not ask %s; it asks %s", id, a->whom->shown, asked.ptr);
	for (size_t i = 0; i < thread->nr_parts && a->whom == a->me; i++) {
		const struct person *other = thread->parts[i].person;

		if (team_is_deputy(a->team, a->me, other, worklog_now(a->wl)))
			error_hint("you are the deputy of %s: use --for %s", other->shown, other->handle);
	}
	buf_release(&asked);
	return ERR_INVALID;
}

static void tell_settled(struct worklog *wl, const char *id, const struct part *part, const char *state, time_t at)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s is %s already", id, state);
	if (part->outcome && is_settled(part) && strcmp(part->outcome, state) != 0)
		buf_addf(&line, " (%s)", part->outcome);
	if (at) {
		buf_puts(&line, ", ");
		format_time(&line, at, worklog_zone(wl));
	}
	print("%s\n", line.ptr);
	buf_release(&line);
}

/* Is nothing left to do? Then say so. */
static bool tell_if_done(const struct answering *a, const struct part *part, const char *id)
{
	if (is_settled(part)) {
		tell_settled(a->wl, id, part, part_state_name(part->state), part->settled_at);
		return true;
	}
	if (a->answer->verb == VERB_ACK && part->state == PART_ACKED && !a->answer->by.given) {
		tell_settled(a->wl, id, part, "acked", part->acked_at);
		return true;
	}
	return false;
}

static int refuse_wrong_verb(const struct answering *a, const struct part *part, const char *id)
{
	enum verb verb = a->answer->verb;

	if (verb == VERB_ACK || need_is_met(part->need, verb, false))
		return 0;
	error_set(ERR_INVALID, "%s needs %s: '%s' would not settle it", id,
		  part->need == NEED_APPROVAL ? "an approval" : "something else", verb_name(verb));
	if (part->need == NEED_APPROVAL)
		error_hint("what settles it is a mark that says approve or reject: async-write-record(1)");
	return ERR_INVALID;
}

static void put_told(struct buf *out, const struct answering *a, const struct thread *thread, const struct part *part)
{
	buf_puts(out, a->answer->past);
	if (a->whom != a->me)
		buf_addf(out, " for %s", a->whom->shown);
	if (a->answer->by.given) {
		buf_puts(out, ": an answer by ");
		if (a->answer->by.is_day)
			format_day(out, a->answer->by.day);
		else
			format_time(out, a->answer->by.at, worklog_zone(a->wl));
	}
	if (!part && owes_anybody_else(thread, a->me)) {
		buf_puts(out, ": withdrew what was asked of ");
		put_asked(out, thread, a->me);
	}
}

static int add_mark(struct answering *a, const struct thread *thread, const struct part *part, const struct id *target)
{
	struct record *mark;
	int rc;

	if (a->nr >= a->alloc) {
		size_t alloc = a->alloc ? 2 * a->alloc : 8;

		a->marks = xrealloc(a->marks, alloc * sizeof(*a->marks));
		a->lines = xrealloc(a->lines, alloc * sizeof(*a->lines));
		a->alloc = alloc;
	}
	mark = &a->marks[a->nr];
	*mark = (struct record)RECORD_INIT;
	rc = worklog_begin(mark, a->wl, KIND_MARK, target);
	if (rc < 0)
		return rc;
	a->lines[a->nr] = (struct buf)BUF_INIT;
	put_told(&a->lines[a->nr++], a, thread, part);
	record_set_id(mark, "target", target);
	record_set(mark, "verb", verb_name(a->answer->verb));
	if (a->whom != a->me)
		record_set(mark, "for", a->whom->handle);
	if (a->answer->by.given)
		write_when(mark, "by", &a->answer->by);
	record_set(mark, "note", a->note);
	return 0;
}

static int answer_thread(struct answering *a, const struct thread *thread, const struct id *given)
{
	const struct part *part;
	const struct event *event;
	char hex[ID_HEX + 1];
	struct id post;
	bool is_mine;
	int rc;

	find_post(&post, thread, given);
	worklog_short_id(hex, a->wl, &post);
	event = find_event(thread, &post);
	is_mine = event && event->by == a->me && a->answer->verb == VERB_DONE && !a->answer->on_behalf;
	part = is_mine ? NULL : find_part(thread, &post, a->whom);
	if (is_mine && !nr_unsettled(thread)) {
		print("%s: nothing is open\n", hex);
		return 0;
	}
	if (!part && !is_mine)
		return not_asked(a, thread, hex);
	if (part && tell_if_done(a, part, hex))
		return 0;
	rc = part ? refuse_wrong_verb(a, part, hex) : 0;
	return rc < 0 ? rc : add_mark(a, thread, part, part ? &part->ask->id : &post);
}

static int answer_one(struct answering *a, const struct id *given)
{
	struct thread thread = THREAD_INIT;
	int rc;

	rc = worklog_thread(&thread, a->wl, given);
	if (rc == 0)
		rc = answer_thread(a, &thread, given);
	thread_release(&thread);
	return rc;
}

static int write_marks(struct answering *a)
{
	const char *verb = verb_name(a->answer->verb);
	char hex[ID_HEX + 1];
	struct id target;
	char *commit;
	int rc;

	if (a->answer->dry)
		return write_dry(a->marks, a->nr);
	if (!record_id(&a->marks[0], "target", &target))
		BUG("a mark without a target");
	worklog_short_id(hex, a->wl, &target);
	if (a->nr > 1)
		commit = xstrfmt("%s %s and %zu more by %s", verb, hex, a->nr - 1, a->marks[0].from);
	else
		commit = xstrfmt("%s %s by %s", verb, hex, a->marks[0].from);
	rc = write_records(a->wl, a->marks, a->nr, commit);
	free(commit);
	for (size_t i = 0; i < a->nr && rc == 0; i++) {
		struct buf line = BUF_INIT;

		record_id(&a->marks[i], "target", &target);
		worklog_short_id(hex, a->wl, &target);
		print_safe(&line, a->lines[i].ptr, false);
		print("%s %s\n", hex, line.ptr);
		buf_release(&line);
	}
	if (rc == 0)
		worklog_remember(a->wl, &target);
	return rc;
}

static int read_note(struct answering *a)
{
	struct buf text = BUF_INIT;
	int rc;

	rc = message_read(&text, &a->answer->note);
	buf_rtrim(&text); /* a note is a line or two, not a text of its own */
	a->note = buf_detach(&text);
	return rc;
}

int answer_run(struct worklog *wl, struct answer *answer, int argc, char **argv)
{
	struct answering a = { .wl = wl, .answer = answer };
	struct ids ids = { .v = NULL };
	int rc;

	rc = answer->by.given ? when_must_be_ahead(wl, &answer->by, "--by") : 0;
	if (rc == 0)
		rc = read_note(&a);
	if (rc == 0)
		rc = find_people(&a);
	if (rc == 0)
		rc = operands_find(&ids, wl, argc, argv, answer->from_stdin);
	for (size_t i = 0; i < ids.nr && rc == 0; i++)
		rc = answer_one(&a, &ids.v[i]);
	if (rc == 0 && a.nr)
		rc = write_marks(&a);
	for (size_t i = 0; i < a.nr; i++) {
		record_release(&a.marks[i]);
		buf_release(&a.lines[i]);
	}
	free(a.marks);
	free(a.lines);
	free(a.note);
	free(ids.v);
	return rc;
}
