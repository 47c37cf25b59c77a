/*
 * Why it is due then: the time between start and due, stretch by stretch (worktime S18).
 * For `async due --explain` and `async why`.
 */
#ifndef EXPLAIN_H
#define EXPLAIN_H

#include <time.h>

#include "async/buf.h"
#include "async/worktime.h"

/*
 * Print what counted between `start` and `due` with a running sum, and the reason for each
 * hole, in the calendar's zone; each line within 80 columns. `expect` as for worktime_due().
 */
void explain_print(const struct calendar *cal, time_t start, time_t due, const struct expectation *expect);

/* The same as a JSON list: [{"from", "to", "counts", "minutes", "what", "name"}, …]. */
void explain_json(struct buf *out, const struct calendar *cal, time_t start, time_t due,
		  const struct expectation *expect);

#endif
