/* A retract: its author's word that something was never said. */
#include "takeback.h"

#include "async/team.h"
#include "change.h"
#include "print.h"
#include "show.h"

/* My last act on what was named, which is not mine itself: perhaps that is meant. */
static void hint_own(const struct acts *acts, const struct place *place)
{
	struct buf deed = BUF_INIT;
	char hex[ID_HEX + 1];
	struct id parent;

	for (size_t i = place->thread.nr_events; i-- > 0;) {
		const struct event *event = &place->thread.events[i];

		if (event->by != acts->me || !event->counts || !record_parent(event->rec, &parent) ||
		    !id_equal(&parent, &place->given->rec->id))
			continue;
		worklog_short_id(hex, acts->wl, &event->rec->id);
		show_deed(&deed, acts->wl, &place->thread, event);
		error_hint("what you did there last is %s (%s)", hex, deed.ptr);
		break;
	}
	buf_release(&deed);
}

static int not_mine(const struct acts *acts, const struct place *place, const char *id)
{
	const struct event *given = place->given;

	if (given->by)
		error_set(ERR_INVALID, "%s is by %s: only they can take it back", id, given->by->shown);
	else
		error_set(ERR_INVALID, "%s was written by async itself and changes nothing", id);
	hint_own(acts, place);
	return ERR_INVALID;
}

static void tell_mark(struct acts *acts, const struct place *place)
{
	struct buf deed = BUF_INIT;

	show_taken_back(&deed, acts->wl, &place->thread, place->given);
	acts_tell(acts, "%s %s", place->id, deed.ptr);
	buf_release(&deed);
}

static void tell_post(struct acts *acts, const struct place *place, const struct thread *after)
{
	struct buf line = BUF_INIT;

	buf_addf(&line, "%s retracted", place->id);
	acts_put_withdrawn(&line, acts, after);
	acts_tell(acts, "%s", line.ptr);
	buf_release(&line);
}

int take_back(struct acts *acts, const struct place *place)
{
	struct thread after = THREAD_INIT;
	char id[ID_HEX + 1];
	struct record *mark;
	int rc;

	worklog_short_id(id, acts->wl, &place->given->rec->id);
	if (place->given->retracted)
		return acts_tell(acts, "%s is taken back already", id);
	if (place->given->by != acts->me)
		return not_mine(acts, place, id);
	rc = acts_mark(&mark, acts, place, &place->given->rec->id);
	if (rc == 0)
		rc = acts_try(&after, acts, place);
	if (rc < 0)
		return rc;
	if (place->given->rec->kind == KIND_MARK)
		tell_mark(acts, place);
	else
		tell_post(acts, place, &after);
	acts_tell_changes(acts, place, &after);
	thread_release(&after);
	return 0;
}

/* ---- what was said of the team */

/* May it be taken back by me, now? */
static int check_said(struct worklog *wl, struct team *team, const struct record *rec, const char *id)
{
	struct person *author = rec->from ? team_person(team, rec->from) : NULL, *me;
	int rc = worklog_me(&me, wl);

	if (rc < 0)
		return rc;
	if (!author || author != me)
		return error_set(ERR_INVALID, "%s is by %s: only they can take it back", id, author ? author->shown : "async");
	if (rec->kind == KIND_MARK || rec->date > worklog_now(wl))
		return 0;
	error_set(ERR_INVALID, "%s counts already: its date is not ahead any more", id);
	error_hint("say what is to hold now: async me, team, away, calendar, policy");
	return ERR_INVALID;
}

static int write_said(struct worklog *wl, const struct record *said, const struct act *act)
{
	time_t now = worklog_now(wl);
	struct record mark = RECORD_INIT;
	struct buf note = BUF_INIT;
	int rc = change_begin(&mark, wl, KIND_MARK);

	if (rc == 0)
		rc = message_read(&note, &act->note);
	if (rc == 0) {
		buf_rtrim(&note);
		/* After a retract, and not after what is ahead. */
		record_set_date(&mark, said->kind == KIND_MARK && said->date >= now ? said->date + 1 : now);
		record_set_id(&mark, "target", &said->id);
		record_set(&mark, "verb", verb_name(VERB_RETRACT));
		record_set(&mark, "note", note.ptr);
		rc = change_write(wl, &mark, act->dry);
	}
	if (rc == 0 && act->quiet && !act->dry) {
		char hex[ID_HEX + 1];

		id_hex(hex, &mark.id);
		print("%s\n", hex);
	}
	buf_release(&note);
	record_release(&mark);
	return rc;
}

int take_back_said(bool *is, struct worklog *wl, const struct id *id, const struct act *act)
{
	const struct team_event *said;
	struct record rec = RECORD_INIT;
	char hex[ID_HEX + 1];
	struct team *team;
	int rc = worklog_read(&rec, wl, id);
	bool talk = rec.kind == KIND_POST || (rec.kind == KIND_MARK && rec.verb != VERB_RETRACT);
	bool mark = rec.kind == KIND_MARK;

	*is = false;
	record_release(&rec);
	if (rc == 0 && !talk)
		rc = worklog_team(&team, wl);
	if (rc < 0 || talk)
		return rc;
	said = team_event_of(team, id);
	*is = said;
	if (!said)
		return 0;
	worklog_short_id(hex, wl, id);
	if (said->retracted) {
		print("%s is taken back already\n", hex);
		return 0;
	}
	rc = check_said(wl, team, said->rec, hex);
	if (rc == 0)
		rc = write_said(wl, said->rec, act);
	if (rc == 0 && !act->quiet && !act->dry)
		print(mark ? "%s taken back: what it took back counts again\n" : "%s retracted: it will not count\n", hex);
	return rc;
}
