/* What a mark comes to, in words: whose parts it ends, opens or moves, and why it is refused. */
#include <string.h>

#include "acts.h"
#include "ask.h"
#include "async/clock.h"
#include "async/team.h"
#include "print.h"

const char *acts_name(const struct acts *acts, const struct person *person)
{
	return person == acts->me ? "you" : person->shown;
}

void acts_put_withdrawn(struct buf *out, const struct acts *acts, const struct thread *after)
{
	const char *lead = ": withdrew what was asked of ";

	for (size_t i = 0; i < after->nr_parts; i++) {
		const struct part *part = &after->parts[i];

		if (part->settled_by != acts_last(acts) || part->state != PART_WITHDRAWN)
			continue;
		buf_addf(out, "%s%s", lead, acts_name(acts, part->person));
		lead = ", ";
	}
}

/* "3f2a9c1 ben: due Wed 2026-03-04 10:00 WAT (09:00 UTC), was Tue 10:00" */
int acts_tell_moved(struct acts *acts, const struct place *place, const struct part *part)
{
	const struct part *before = thread_part_in(&place->thread, part->ask, part->person);
	struct zone *zone = calendar_zone(worklog_calendar(acts->wl, part->person->key));
	struct buf line = BUF_INIT;

	part_put_due(&line, acts->wl, part);
	if (before && before->due_at == part->due_at) {
		buf_puts(&line, ", as before");
	} else if (before) {
		buf_puts(&line, ", was ");
		format_time_short(&line, before->due_at, worklog_now(acts->wl), zone);
	}
	acts_tell(acts, "%s %s: %s", place->id, acts_name(acts, part->person), line.ptr);
	part_warn(acts->wl, part);
	buf_release(&line);
	return 0;
}

static bool was_settled_otherwise(const struct part *before, const struct part *part)
{
	const char *was = before->outcome ? before->outcome : "";

	return part_state_is_settled(before->state) && part->outcome && strcmp(was, part->outcome) != 0;
}

static void tell_change(struct acts *acts, const struct place *place, const struct part *part)
{
	const struct part *before = thread_part_in(&place->thread, part->ask, part->person);
	const char *name = acts_name(acts, part->person);
	struct buf due = BUF_INIT;

	part_put_due(&due, acts->wl, part);
	if (!part_state_is_settled(part->state) && (!before || part_state_is_settled(before->state)))
		acts_tell(acts, "%s open again for %s: %s", place->id, name, due.ptr);
	else if (!part_state_is_settled(part->state) && before->due_at != part->due_at)
		acts_tell_moved(acts, place, part);
	else if (part_state_is_settled(part->state) && part->settled_by != acts_last(acts) &&
		 (!before || !part_state_is_settled(before->state) || was_settled_otherwise(before, part)))
		acts_tell(acts, "%s %s again for %s (%s)", place->id, part_state_name(part->state), name,
			  part->outcome);
	buf_release(&due);
}

int acts_tell_changes(struct acts *acts, const struct place *place, const struct thread *after)
{
	for (size_t i = 0; i < after->nr_parts; i++)
		tell_change(acts, place, &after->parts[i]);
	for (size_t i = 0; i < place->thread.nr_parts; i++) {
		const struct part *part = &place->thread.parts[i];

		if (!thread_part_in(after, part->ask, part->person))
			acts_tell(acts, "%s no longer asked of %s", place->id, acts_name(acts, part->person));
	}
	return 0;
}

/* Is this the first part of its person? */
static bool names_person(const struct thread *thread, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (thread->parts[k].person == thread->parts[i].person)
			return false;
	return true;
}

/* Those asked: "ana, ben"; "nobody". */
static void put_asked(struct buf *out, const struct thread *thread)
{
	for (size_t i = 0; i < thread->nr_parts; i++)
		if (names_person(thread, i))
			buf_addf(out, "%s%s", i ? ", " : "", thread->parts[i].person->shown);
	if (!thread->nr_parts)
		buf_puts(out, "nobody");
}

int acts_not_asked(const struct acts *acts, const struct place *place)
{
	const struct thread *thread = &place->thread;
	struct buf asked = BUF_INIT;

	put_asked(&asked, thread);
	error_set(ERR_INVALID, "%s does not ask %s; it asks %s", place->id, acts_name(acts, acts->whom), asked.ptr);
	for (size_t i = 0; i < thread->nr_parts && acts->whom == acts->me; i++) {
		const struct person *other = thread->parts[i].person;

		if (team_is_deputy(acts->team, acts->me, other, INSTANT_MAX))
			error_hint("you are the deputy of %s: use --for %s", other->shown, other->handle);
	}
	buf_release(&asked);
	return ERR_INVALID;
}
