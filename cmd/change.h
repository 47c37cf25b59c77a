/* Writing what changes people, calendars or the policy: first see whether it would count. */
#ifndef CHANGE_H
#define CHANGE_H

#include "async/record.h"
#include "async/worklog.h"

/*
 * Write one such record, or a mark that retracts one. ERR_FAILED with the reason if it would not count (nothing is written);
 * keys that would not are told as a warning. `dry`: print it instead.
 */
int change_write(struct worklog *wl, struct record *rec, bool dry);

/* Begin a record about a person, calendar or the policy; ERR_USAGE under --at, which looks at the past. */
int change_begin(struct record *out, struct worklog *wl, enum record_kind kind);

/* The open asks of somebody, with their due times: what may move when their calendar does. */
struct dues {
	struct due_of {
		struct id post;
		char *subject;
		time_t due_at;
	} *v;
	size_t nr, alloc;
};

int dues_read(struct dues *out, struct worklog *wl, const char *key);
void dues_release(struct dues *dues);

/* Read them again and print those that moved: "3f2a9c1  Fri 12:00, was Tue 15:00  Subject". */
int dues_print_moved(const struct dues *before, struct worklog *wl, const char *key);

#endif
