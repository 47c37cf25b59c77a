/* Answers: who may give one, to what, and what it comes to. */
#include "answer.h"

#include <string.h>

#include "print.h"

/* The person's part in this very post, else the one in its thread that an answer would settle. */
static const struct part *find_part(const struct place *place, const struct person *person)
{
	const struct part *part = thread_part_in(&place->thread, place->post->rec, person);

	return part ? part : thread_part(&place->thread, person);
}

static int tell_settled(struct acts *acts, const struct place *place, const struct part *part, const char *state,
			time_t at)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s is %s already", place->id, state);
	if (part->outcome && part_state_is_settled(part->state) && strcmp(part->outcome, state) != 0)
		buf_addf(&line, " (%s)", part->outcome);
	if (at) {
		buf_puts(&line, ", ");
		format_time(&line, at, worklog_zone(acts->wl));
	}
	acts_tell(acts, "%s", line.ptr);
	buf_release(&line);
	return 0;
}

/* Somebody who has approved or rejected may think better of it: is this the other word? */
static bool is_other_word(enum verb verb, const struct part *part)
{
	enum verb said = part->state == PART_MET ? part->settled_by->verb : VERB_UNKNOWN;

	return (verb == VERB_APPROVE && said == VERB_REJECT) || (verb == VERB_REJECT && said == VERB_APPROVE);
}

/* Is nothing left to do? Then say so. */
static bool tell_if_done(struct acts *acts, const struct place *place, const struct part *part)
{
	const struct answer *answer = acts->act->data;
	enum verb verb = acts->act->verb;

	if (part_state_is_settled(part->state) && !is_other_word(verb, part)) {
		tell_settled(acts, place, part, part_state_name(part->state), part->settled_at);
		return true;
	}
	if (verb == VERB_ACK && part->state == PART_ACKED && !answer->by.given) {
		tell_settled(acts, place, part, "acked", part->acked_at);
		return true;
	}
	return false;
}

static const char *const needs[] = {
	[NEED_UNKNOWN] = "something that this async does not know", [NEED_REPLY] = "a reply", [NEED_ACK] = "an ack",
	[NEED_APPROVAL] = "an approval", [NEED_DONE] = "to be done", [NEED_READ] = "to be read",
};

static int refuse_wrong_verb(const struct acts *acts, const struct place *place, const struct part *part)
{
	enum verb verb = acts->act->verb;

	if (verb == VERB_ACK || verb == VERB_READ || need_is_met(part->need, verb, false))
		return 0;
	error_set(ERR_INVALID, "%s needs %s: '%s' would not settle it", place->id, needs[part->need], verb_name(verb));
	if (part->need == NEED_APPROVAL)
		error_hint("'async approve %s' or 'async reject %s' does", place->id, place->id);
	else if (part->need == NEED_DONE)
		error_hint("'async done %s' does; 'async reply %s' says why not", place->id, place->id);
	return ERR_INVALID;
}

static void put_promise(struct buf *out, struct worklog *wl, const struct when *by)
{
	buf_puts(out, ": an answer by ");
	if (by->is_day)
		format_day(out, by->day);
	else
		format_time(out, by->at, worklog_zone(wl));
}

/* What the answer comes to; `part` is NULL where the author withdraws all. */
static int tell_answer(struct acts *acts, const struct place *place, const struct part *part,
		       const struct thread *after)
{
	const struct answer *answer = acts->act->data;
	struct buf line = BUF_INIT;

	buf_puts(&line, answer->past);
	if (acts->whom != acts->me)
		buf_addf(&line, " for %s", acts->whom->shown);
	if (answer->by.given)
		put_promise(&line, acts->wl, &answer->by);
	if (part && is_other_word(acts->act->verb, part))
		buf_addf(&line, " (was %s)", part->outcome);
	if (part && acts->act->verb == VERB_READ && !need_is_met(part->need, VERB_READ, false))
		buf_addf(&line, "; it still needs %s", needs[part->need]);
	if (!part)
		acts_put_withdrawn(&line, acts, after);
	acts_tell(acts, "%s %s", place->id, line.ptr);
	buf_release(&line);
	return 0;
}

static int mark(struct acts *acts, const struct place *place, const struct part *part)
{
	const struct answer *answer = acts->act->data;
	struct thread after = THREAD_INIT;
	struct record *rec;
	int rc;

	rc = acts_mark(&rec, acts, place, part ? &part->ask->id : &place->post->rec->id);
	if (rc < 0)
		return rc;
	if (answer->by.given)
		write_when(rec, "by", &answer->by);
	rc = acts_try(&after, acts, place);
	if (rc == 0)
		tell_answer(acts, place, part, &after);
	thread_release(&after);
	return rc;
}

/* Can the author of this post withdraw something by it: all of their thread, or what they ask in it? */
static bool may_withdraw(const struct acts *acts, const struct place *place)
{
	bool whole = place->post->rec == place->thread.root;

	return place->post->by == acts->me && acts->whom == acts->me && (whole || post_asks(place, place->post));
}

static int withdraw(struct acts *acts, const struct place *place)
{
	const struct thread *thread = &place->thread;
	bool whole = place->post->rec == thread->root, any = false;

	for (size_t i = 0; i < thread->nr_parts; i++)
		any |= !part_state_is_settled(thread->parts[i].state) && (whole || thread->parts[i].ask == place->post->rec);
	return any ? mark(acts, place, NULL) : acts_tell(acts, "%s: nothing is open", place->id);
}

/* Have they said that they read it? */
static bool is_read(const struct thread *thread, const struct event *post, const struct person *by)
{
	struct id target;

	for (size_t i = 0; i < thread->nr_events; i++) {
		const struct event *event = &thread->events[i];
		const struct record *rec = event->rec;

		if (rec->kind == KIND_MARK && rec->verb == VERB_READ && event->counts &&
		    (event->on_behalf ? event->on_behalf : event->by) == by && record_parent(rec, &target) &&
		    id_equal(&target, &post->rec->id))
			return true;
	}
	return false;
}

/* Anybody may say that they read something, asked or not. */
static int read_it(struct acts *acts, const struct place *place, const struct part *part)
{
	if (!part && place->post->by == acts->whom)
		return acts_tell(acts, "%s is your own", place->id);
	if (is_read(&place->thread, part ? thread_event(&place->thread, &part->ask->id) : place->post, acts->whom))
		return acts_tell(acts, "%s is read already", place->id);
	return mark(acts, place, part);
}

static int each(struct acts *acts, const struct place *place)
{
	enum verb verb = acts->act->verb;
	const struct part *part;
	int rc = 0;

	if (acts->whom != acts->me)
		rc = deputy_must_be_me(acts->wl, acts->me, acts->whom);
	if (rc < 0)
		return rc;
	if (verb == VERB_DONE && may_withdraw(acts, place))
		return withdraw(acts, place);
	part = find_part(place, acts->whom);
	if (!part && verb != VERB_READ)
		return acts_not_asked(acts, place);
	if (part && tell_if_done(acts, place, part))
		return 0;
	rc = part ? refuse_wrong_verb(acts, place, part) : 0;
	if (rc < 0)
		return rc;
	return verb == VERB_READ ? read_it(acts, place, part) : mark(acts, place, part);
}

int answer_run(struct worklog *wl, struct answer *answer, int argc, char **argv)
{
	int rc;

	answer->act.each = each;
	answer->act.data = answer;
	rc = answer->by.given ? when_must_be_ahead(wl, &answer->by, "--by") : 0;
	return rc < 0 ? rc : acts_run(wl, &answer->act, argc, argv);
}
