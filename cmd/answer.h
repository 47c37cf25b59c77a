/* Answering what was asked by a mark: what ack, done, approve, reject and read share. */
#ifndef ANSWER_H
#define ANSWER_H

#include "acts.h"

struct answer {
	struct act act;   /* with its verb */
	const char *past; /* "acked" */
	struct when by;   /* a promise */
};

#define OPT_ANSWER(a)                                                                             \
	OPT_PERSON(0, "for", &(a)->act.on_behalf, "answer for somebody whose deputy you are"),    \
	OPT_ACT(&(a)->act)

/*
 * Answer in my part of each operand. What is settled already is told and gets no mark. ERR_INVALID
 * where the author of the mark is not asked (and has nothing to withdraw), with whom it asks.
 */
int answer_run(struct worklog *wl, struct answer *answer, int argc, char **argv);

#endif
