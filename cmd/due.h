/*
 * One question of `async due` and its answer, however it was asked: due.c reads the
 * command line, due-batch.c lines of JSON.
 */
#ifndef DUE_H
#define DUE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "async/worktime.h"

struct due_question {
	struct calendar *cal; /* owned by whoever asks */
	time_t start;
	struct expectation expect; /* unless one of the next is given */
	bool has_by_at;
	time_t by_at;
	int32_t by_day; /* DAY_NONE: none */
};

struct due_answer {
	time_t due; /* DUE_NEVER: no working time (S9) */
	bool outside; /* S10: no working time before it */
};

/* ERR_INVALID: `by` lies before the start, or the answer after 2100. */
int due_answer(struct due_answer *out, const struct due_question *question);

/* Answer the lines of standard input until it ends. */
int due_batch(void);

#endif
