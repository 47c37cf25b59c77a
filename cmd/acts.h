/*
 * Acting on records: one mark for each that is named, all in one commit. What ack, reopen, tag,
 * retract and their like share; each says for one record what there is to write:
 *
 *	static int each(struct acts *acts, const struct place *place)
 *	{
 *		if (it is so already)
 *			return acts_tell(acts, "%s is … already", place->id);
 *		rc = acts_mark(&mark, acts, &place->post->rec->id);
 *		record_set(mark, …);
 *		rc = acts_try(&after, acts, place);
 *		return acts_tell(acts, "%s …", place->id);
 *	}
 */
#ifndef ACTS_H
#define ACTS_H

#include "async/record.h"
#include "async/thread.h"
#include "async/worklog.h"
#include "message.h"
#include "operands.h"
#include "opts.h"
#include "write.h"

struct acts;

/* A record that was named, in its thread; what the same command wrote there before is in it. */
struct place {
	struct thread thread;
	const struct event *given; /* the record itself */
	const struct event *post;  /* the post that it is, or is about */
	char id[ID_HEX + 1];       /* of the post, as it is shown */
};

/* What a command does, and its options. */
struct act {
	enum verb verb;
	/* Decide for one record: acts_mark(), acts_tell(), or an error, which ends it all unwritten. */
	int (*each)(struct acts *acts, const struct place *place);
	const void *data;         /* of `each` */
	const char *question;     /* the note is wanted: what the editor asks for; else NULL */
	struct message note;
	struct person *on_behalf; /* --for, or NULL */
	const char *commit;       /* of the code, that says so: the marks link it; or NULL */
	bool from_stdin, dry, quiet;
};

#define OPT_ACT(a)                                                                   \
	OPT_MESSAGE(&(a)->note), OPT_STDIN(&(a)->from_stdin),                        \
	OPT_FLAG('q', "quiet", &(a)->quiet, "print the full ids of what was written only"), \
	OPT_DRY_RUN(&(a)->dry)

/* One command at work. */
struct acts {
	struct worklog *wl;
	const struct act *act;
	struct team *team;
	struct person *me;   /* also if the log does not know me */
	struct person *whom; /* me, or on whose behalf */
	char *note;
	struct record *marks;
	struct mark_at {
		struct id root, post; /* of its thread; that it is about */
	} *at;
	size_t nr, alloc, alloc_at;
	struct buf *lines;   /* to be told once all is written */
	size_t nr_lines, alloc_lines;
	struct buf subjects; /* for the editor */
};

/* Act on every operand, and on what --stdin names; then write, and tell what came of it. */
int acts_run(struct worklog *wl, const struct act *act, int argc, char **argv);

/* Tell a line when all is done. Always 0. */
int acts_tell(struct acts *acts, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Add a mark on `target`, on behalf of acts->whom; lent until the next is added. */
int acts_mark(struct record **out, struct acts *acts, const struct place *place, const struct id *target);

/*
 * What becomes of the thread by the mark that was added last; end it with thread_release().
 * ERR_INVALID with the reason if the mark would not count (a request for more time may wait).
 */
int acts_try(struct thread *after, struct acts *acts, const struct place *place);

/* The mark that was added last. */
const struct record *acts_last(const struct acts *acts);

/* Does this post ask anybody? */
bool post_asks(const struct place *place, const struct event *post);

/* The first part of this ask that is open, of this person or (NULL) of anybody; or NULL. */
const struct part *place_open_part(const struct place *place, const struct event *ask, const struct person *person);

/* The nearest post, from the one that was named up, that asks this person, or that they ask something in; or NULL. */
const struct event *acts_ask(const struct place *place, const struct person *person);

/* ERR_INVALID, with whom it asks, and the hint that helps a deputy. */
int acts_not_asked(const struct acts *acts, const struct place *place);

/* Append ": withdrew what was asked of ben, chi": whose parts end by the mark that was added last. */
void acts_put_withdrawn(struct buf *out, const struct acts *acts, const struct thread *after);

/* "3f2a9c1 ben: due Wed 2026-03-04 10:00 WAT (09:00 UTC), was Tue 10:00", with the warnings due times need. */
int acts_tell_moved(struct acts *acts, const struct place *place, const struct part *part);

/* Every part that is open again, due at another time, settled otherwise or asked no longer. */
int acts_tell_changes(struct acts *acts, const struct place *place, const struct thread *after);

/* "you", or the name that is shown. */
const char *acts_name(const struct acts *acts, const struct person *person);

#endif
