/* What `async show` prints of a thread: for people, and as JSON. */
#ifndef SHOW_H
#define SHOW_H

#include "async/authorship.h"
#include "async/buf.h"
#include "async/thread.h"
#include "async/worklog.h"

/*
 * The thread for people: what it is, who is asked, what was said and done. With `history` every
 * text stands where it was given, and no row of like marks is cut short. `authors` are those of its events.
 */
int show_text(struct worklog *wl, const struct thread *thread, const struct authorship *authors, bool history);

/* Who is asked, and how their parts stand: a table, or nothing. (show-parts.c) */
int show_parts(struct worklog *wl, const struct thread *thread);

/* Append it as one JSON object (async-json(5)). */
void show_json(struct buf *out, const struct thread *thread, const struct authorship *authors);

/* What somebody did, in words: "ben replied", "chi acked: an answer by Tue 2026-03-03 12:00 CET". Escaped. */
void show_act(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event);

/* The same without who did it. */
void show_deed(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event);

/* What a retract of `target` does: "retracted it", "took back: acked", or "put back: …" of what took back. */
void show_taken_back(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *target);

/* Why an event does not count, or what a request for more time waits for; nothing for one that counts. */
void show_why(struct buf *out, struct worklog *wl, const struct thread *thread, const struct event *event);

/*
 * How far its author can be believed, where that matters: a MISMATCH, who imported it, who sent the
 * reminder. Nothing where it is what everybody expects.
 */
void show_author(struct buf *out, struct worklog *wl, const struct event *event, const struct authorship *author);

/* A post's type or a mark's verb, as records are written. */
const char *event_what(const struct event *event);

#endif
