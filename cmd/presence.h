/* Where people are now, and the words for it: what team, me and who share. */
#ifndef PRESENCE_H
#define PRESENCE_H

#include <time.h>

#include "async/buf.h"
#include "async/worktime.h"

/* What somebody is doing at a moment. */
struct whereabouts {
	enum presence what;
	time_t until;  /* at work: when that, or their focus, ends or begins; else when they are back; DUE_NEVER */
};

struct whereabouts whereabouts_at(const struct calendar *cal, time_t at);

/* "working", "focus", "off", "holiday", "away" */
const char *presence_word(enum presence what);

/* Their time of day: "Mon 10:00". */
void format_local(struct buf *out, time_t at, const struct zone *zone);

/* "until today 17:00"; nothing for DUE_NEVER. */
void format_until(struct buf *out, time_t until, time_t now, const struct zone *zone);

#endif
