/* Answering with a mark: what ack and done (and every later verb of that sort) have in common. */
#ifndef ANSWER_H
#define ANSWER_H

#include "async/record.h"
#include "async/worklog.h"
#include "message.h"
#include "opts.h"

struct answer {
	enum verb verb;
	const char *past;         /* "acked" */
	struct when by;           /* a promise */
	struct message note;
	struct person *on_behalf; /* --for, or NULL */
	bool from_stdin, dry;
};

#define OPT_ANSWER(a)                                                                                \
	OPT_PERSON(0, "for", &(a)->on_behalf, "answer for somebody whose deputy you are"),          \
	OPT_MESSAGE(&(a)->note), OPT_STDIN(&(a)->from_stdin), OPT_DRY_RUN(&(a)->dry)

/*
 * Write one mark for each operand, all in one commit, and tell what became of each. What is
 * settled already is told and gets no mark. ERR_INVALID where the author of the mark is not asked
 * (and has nothing to withdraw), with whom it asks; then nothing is written at all.
 */
int answer_run(struct worklog *wl, struct answer *answer, int argc, char **argv);

#endif
