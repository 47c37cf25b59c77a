/* What was asked, said back: whom, and by when in their time and mine. */
#include "ask.h"
#include "async/clock.h"
#include "async/team.h"
#include "print.h"

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

void part_warn(struct worklog *wl, const struct part *part)
{
	const struct calendar *cal = worklog_calendar(wl, part->person->key);
	const struct round *round = &part->rounds[part->nr_rounds - 1];
	const char *who = part->person->shown;

	if (part->due_at == DUE_NEVER)
		print_warning("%s has no working time in the next five years", who);
	else if (round->outside || (round->by_at && !worktime_between(cal, round->start_at, round->by_at, FOCUS_COUNT)))
		print_warning("%s has no working time before it is due", who);
}

void ask_tell(struct worklog *wl, const struct thread *thread, const struct record *post,
	      const char *id)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < thread->nr_parts; i++) {
		const struct part *part = &thread->parts[i];

		if (!part->nr_rounds || !id_equal(&part->rounds[part->nr_rounds - 1].begun_by->id, &post->id))
			continue;
		buf_reset(&line);
		buf_addf(&line, "%s asked ", id);
		print_safe(&line, part->person->shown, false);
		if (part->group) {
			buf_puts(&line, " (any of @");
			print_safe(&line, part->group, false);
			buf_putc(&line, ')');
		}
		buf_puts(&line, ": ");
		part_put_due(&line, wl, part);
		print("%s\n", line.ptr);
		part_warn(wl, part);
	}
	buf_release(&line);
}
