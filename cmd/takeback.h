/* Taking back what somebody did: retract and undo. */
#ifndef TAKEBACK_H
#define TAKEBACK_H

#include "acts.h"

/* Retract the record that was named, and tell what that changes. ERR_INVALID unless it is mine. */
int take_back(struct acts *acts, const struct place *place);

/*
 * Retract what was said of people, a calendar or the policy, whose date is still ahead, or such a
 * retract: if it is that, `*is` says so.
 */
int take_back_said(bool *is, struct worklog *wl, const struct id *id, const struct act *act);

#endif
