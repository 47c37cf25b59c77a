/* Why it is due then, stretch by stretch. */
#include "explain.h"

#include <string.h>

#include "async/clock.h"
#include "async/json.h"
#include "print.h"

#define TIME_COLUMNS 20 /* "Fri 2026-03-06 16:00" */
#define REASON_COLUMNS 19
/* Below so many columns the lines are drawn together, and names of holidays cut further. */
#define WIDE_COLUMNS 80
#define REASON_COLUMNS_NARROW 15

struct explain {
	struct buf *json; /* or NULL: print */
	const struct zone *zone;
	long long minutes; /* counted so far */
};

static const char *const reasons[] = {
	[PRESENT] = "counts",
	[PRESENT_FOCUS] = "focus",
	[ABSENT_HOURS] = "out of hours",
	[ABSENT_HOLIDAY] = "holiday",
	[ABSENT_AWAY] = "time off",
};

/* For programs; "focus" says whether it counts by "counts". */
static const char *const kinds[] = {
	[PRESENT] = "work",
	[PRESENT_FOCUS] = "focus",
	[ABSENT_HOURS] = "hours",
	[ABSENT_HOLIDAY] = "holiday",
	[ABSENT_AWAY] = "away",
};

/* "Fri 2026-03-06 16:00" without the zone, which the heading names; the offset where an hour is repeated. */
static void put_time(struct buf *out, const struct zone *zone, time_t at)
{
	const char *abbreviation;
	struct buf text = BUF_INIT;
	size_t len;

	zone_offset(zone, at, &abbreviation);
	format_time(&text, at, zone);
	len = strlen(abbreviation);
	buf_add(out, text.ptr, TIME_COLUMNS);
	buf_puts(out, text.ptr + TIME_COLUMNS + 1 + len);
	buf_release(&text);
}

/* The time, or the time of day alone on the date of `from`. */
static void put_end(struct buf *out, const struct zone *zone, time_t from, time_t to)
{
	int32_t from_day, to_day;
	long second;

	zone_local(zone, from, &from_day, &second);
	zone_local(zone, to, &to_day, &second);
	if (from_day == to_day && !zone_is_repeated(zone, to))
		buf_addf(out, "%02ld:%02ld", second / 3600, second / 60 % 60);
	else if (second == 0 && to_day == from_day + 1)
		buf_puts(out, "24:00");
	else
		put_time(out, zone, to);
}

static bool is_narrow(void)
{
	return print_width() && print_width() < WIDE_COLUMNS;
}

static void put_reason(struct buf *out, const struct explain *e, const struct stretch *s)
{
	int32_t change = zone_offset(e->zone, s->to, NULL) - zone_offset(e->zone, s->from, NULL);
	struct buf label = BUF_INIT;

	if (s->counts && change)
		buf_puts(out, "the clock changes");
	else if (s->counts && s->what == PRESENT_FOCUS)
		buf_puts(out, "focus counts");
	else if (s->label && !s->counts) {
		print_safe(&label, s->label, false);
		text_cut(out, label.ptr, is_narrow() ? REASON_COLUMNS_NARROW : REASON_COLUMNS);
	} else if (!s->counts)
		buf_puts(out, reasons[s->what]);
	buf_release(&label);
}

static void print_stretch(const struct explain *e, const struct stretch *s)
{
	struct buf line = BUF_INIT, sum = BUF_INIT;
	int width, sum_width = is_narrow() ? 7 : 8;

	put_time(&line, e->zone, s->from);
	buf_puts(&line, " - ");
	put_end(&line, e->zone, s->from, s->to);
	width = text_width(line.ptr);
	if (width < 2 * TIME_COLUMNS + 3)
		buf_pad(&line, ' ', (size_t)(2 * TIME_COLUMNS + 3 - width));
	if (s->counts) {
		buf_putc(&sum, '+');
		format_work(&sum, (s->to - s->from) / 60);
		buf_addf(&line, " %*s", sum_width, sum.ptr);
		buf_reset(&sum);
		format_work(&sum, e->minutes);
		buf_addf(&line, " %*s ", sum_width, sum.ptr);
	} else {
		buf_pad(&line, ' ', is_narrow() ? 2 : 19); /* a hole has no sums */
	}
	put_reason(&line, e, s);
	buf_rtrim(&line);
	print("%s\n", line.ptr);
	buf_release(&line);
	buf_release(&sum);
}

static void put_stretch(const struct explain *e, const struct stretch *s)
{
	char from[INSTANT_TEXT], to[INSTANT_TEXT];

	instant_format(from, s->from);
	instant_format(to, s->to);
	if (e->json->ptr[e->json->len - 1] != '[')
		buf_putc(e->json, ',');
	buf_addf(e->json, "{\"from\":\"%s\",\"to\":\"%s\",\"counts\":%s,\"minutes\":%lld,\"what\":\"%s\",\"name\":",
		 from, to, s->counts ? "true" : "false", (long long)(s->to - s->from) / 60, kinds[s->what]);
	json_put_text(e->json, s->label);
	buf_putc(e->json, '}');
}

static void each_stretch(const struct stretch *s, void *data)
{
	struct explain *e = data;

	if (s->counts)
		e->minutes += (s->to - s->from) / 60;
	if (e->json)
		put_stretch(e, s);
	else
		print_stretch(e, s);
}

static void explain(struct explain *e, const struct calendar *cal, time_t start, time_t due,
		    const struct expectation *expect)
{
	struct stretch whole = { .from = start, .to = due, .what = PRESENT, .counts = true };

	if (due == DUE_NEVER || due <= start)
		return;
	if (expect->clock == CLOCK_CALENDAR)
		each_stretch(&whole, e);
	else
		worktime_explain(cal, start, due, expect->focus, each_stretch, e);
}

/* Which of the rules decided: spans of days are not a sum (S7). */
static void print_rule(const struct calendar *cal, time_t start, const struct expectation *expect)
{
	struct buf span = BUF_INIT;
	bool is_opening;
	time_t begin;

	span_format(&span, &expect->within);
	if (expect->clock == CLOCK_CALENDAR) {
		print("%s by the calendar: all time counts\n", span.ptr);
	} else if (expect->within.days) {
		begin = worktime_clock_start(cal, start, expect->focus, &is_opening);
		if (begin != DUE_NEVER && is_opening)
			print("%s from an opening: whole working days, the first one counts\n", span.ptr);
		else if (begin != DUE_NEVER)
			print("%s from within a day: same local time, working days later\n", span.ptr);
	}
	buf_release(&span);
}

void explain_print(const struct calendar *cal, time_t start, time_t due, const struct expectation *expect)
{
	struct explain e = { .zone = calendar_zone(cal) };

	start = (start + 59) / 60 * 60;
	print_rule(cal, start, expect);
	explain(&e, cal, start, due, expect);
}

void explain_json(struct buf *out, const struct calendar *cal, time_t start, time_t due,
		  const struct expectation *expect)
{
	struct explain e = { .json = out, .zone = calendar_zone(cal) };

	buf_putc(out, '[');
	explain(&e, cal, (start + 59) / 60 * 60, due, expect);
	buf_putc(out, ']');
}
