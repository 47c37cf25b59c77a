/* A retract: its author's word that something was never said. */
#include "takeback.h"

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
