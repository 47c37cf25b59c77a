/*
 * What the files of the notice module share (include/async/notice.h is its face).
 *
 *	notice.c        what is to be said now
 *	notice-claim.c  marks that say it was said
 *	notice-retry.c  what could not be delivered
 */
#ifndef NOTICE_INTERNAL_H
#define NOTICE_INTERNAL_H

#include "async/notice.h"

/* Add a reminder, which is to be delivered. Sorted they are by notices_sort(). */
struct notice *notice_add(struct notices *out, const struct thread *thread, const struct part *part,
			  const struct reminder *reminder);
void notices_sort(struct notices *notices);

/* Is the question about them at all; and why they cannot be told, or NULL. */
bool notice_is_about(const struct notice_query *query, const struct person *person);
const char *notice_refused(const struct notice_query *query, const struct person *person);

#endif
