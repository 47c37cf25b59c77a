/* What was asked, said back: whom, and by when in their time and mine. */
#include "ask.h"
#include "async/team.h"
#include "presence.h"
#include "print.h"

/* So many of those who are asked stand in the editor's comments. */
#define MOST_COMMENTS 20

/* My own clock's view of an instant, next to theirs: the time alone on the same date. */
static void put_my_time(struct buf *out, time_t at, const struct zone *theirs, const struct zone *mine)
{
	const char *abbreviation;
	int32_t their_day, my_day;
	long second;

	if (zone_offset(theirs, at, NULL) == zone_offset(mine, at, &abbreviation))
		return;
	zone_local(theirs, at, &their_day, &second);
	zone_local(mine, at, &my_day, &second);
	buf_puts(out, " (");
	if (my_day == their_day && !zone_is_repeated(mine, at))
		buf_addf(out, "%02ld:%02ld %s", second / 3600, second / 60 % 60, abbreviation);
	else
		format_time(out, at, mine);
	buf_putc(out, ')');
}

void part_put_due(struct buf *out, struct worklog *wl, const struct part *part)
{
	const struct calendar *cal = worklog_calendar(wl, part->person->key);

	if (part->due_at == DUE_NEVER) {
		buf_puts(out, "never due");
		return;
	}
	buf_puts(out, part->assumed ? "due ~" : "due ");
	format_time(out, part->due_at, calendar_zone(cal));
	put_my_time(out, part->due_at, calendar_zone(cal), worklog_zone(wl));
}

/* S9, S10: what the asker should know; NULL: all is well. */
static const char *trouble(struct worklog *wl, const struct part *part)
{
	const struct calendar *cal = worklog_calendar(wl, part->person->key);
	const struct round *round = &part->rounds[part->nr_rounds - 1];

	if (part->due_at == DUE_NEVER)
		return "no working time in the next five years";
	if (round->outside || (round->by_at && !worktime_between(cal, round->start_at, round->by_at, FOCUS_COUNT)))
		return "no working time before it is due";
	return NULL;
}

void part_warn(struct worklog *wl, const struct part *part)
{
	const char *text = trouble(wl, part);

	if (text)
		print_warning("%s has %s", part->person->shown, text);
}

static bool is_asked_by(const struct part *part, const struct record *post)
{
	return part->nr_rounds && id_equal(&part->rounds[part->nr_rounds - 1].begun_by->id, &post->id);
}

/* "ben (any of @backend): due Tue 2026-03-03 12:00 WAT (11:00 UTC)" */
static void put_asked(struct buf *out, struct worklog *wl, const struct part *part)
{
	print_safe(out, part->person->shown, false);
	if (part->group) {
		buf_puts(out, " (any of @");
		print_safe(out, part->group, false);
		buf_putc(out, ')');
	}
	buf_puts(out, ": ");
	part_put_due(out, wl, part);
}

void ask_tell(struct worklog *wl, const struct thread *thread, const struct record *post,
	      const char *id)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < thread->nr_parts; i++) {
		if (!is_asked_by(&thread->parts[i], post))
			continue;
		buf_reset(&line);
		put_asked(&line, wl, &thread->parts[i]);
		print("%s asked %s\n", id, line.ptr);
		part_warn(wl, &thread->parts[i]);
	}
	buf_release(&line);
}

/* -- before it is written: comments in the editor ------------------------------------------------ */

static void add_note(struct buf *out, const char *note)
{
	buf_addf(out, "%s%s", out->len ? "; " : "", note);
}

/* Where they are now, unless at work, and what their due time stands on. */
static void put_circumstances(struct buf *out, struct worklog *wl, const struct part *part)
{
	const struct calendar *cal = worklog_calendar(wl, part->person->key);
	struct whereabouts where = whereabouts_at(cal, worklog_now(wl));
	struct buf notes = BUF_INIT;

	if (part->person->gone)
		add_note(&notes, "has left the team");
	else if (where.what != PRESENT)
		add_note(&notes, where.what == PRESENT_FOCUS ? "in focus" : presence_word(where.what));
	if (notes.len && !part->person->gone && where.until != DUE_NEVER) {
		buf_putc(&notes, ' ');
		format_until(&notes, where.until, worklog_now(wl), worklog_zone(wl));
	}
	if (trouble(wl, part))
		add_note(&notes, trouble(wl, part));
	if (part->assumed)
		add_note(&notes, "~: the hours are assumed, none are known");
	if (notes.len)
		buf_addf(out, "#       %s\n", notes.ptr);
	buf_release(&notes);
}

static void put_copies(struct buf *out, struct team *team, const struct record *post)
{
	const char *lead = "# For their information: ";

	NODE_EACH(name, record_node(post, "cc")) {
		buf_puts(out, lead);
		print_safe(out, team_person(team, name->text)->shown, false);
		lead = ", ";
	}
	if (*lead == ',')
		buf_putc(out, '\n');
}

void ask_put_comments(struct buf *out, struct worklog *wl, const struct thread *thread, const struct record *post)
{
	size_t nr = 0;
	struct team *team;

	if (worklog_team(&team, wl) < 0)
		return;
	for (size_t i = 0; i < thread->nr_parts; i++) {
		const struct part *part = &thread->parts[i];

		if (!is_asked_by(part, post) || nr++ >= MOST_COMMENTS)
			continue;
		if (nr == 1)
			buf_addf(out, "#\n# Written now, it asks (needed: %s):\n", need_name(part->need));
		buf_puts(out, "#   ");
		put_asked(out, wl, part);
		buf_putc(out, '\n');
		put_circumstances(out, wl, part);
	}
	if (nr > MOST_COMMENTS)
		buf_addf(out, "#   … and %zu more\n", nr - MOST_COMMENTS);
	put_copies(out, team, post);
}
