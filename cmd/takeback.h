/* Taking back what somebody did: retract and undo. */
#ifndef TAKEBACK_H
#define TAKEBACK_H

#include "acts.h"

/* Retract the record that was named, and tell what that changes. ERR_INVALID unless it is mine. */
int take_back(struct acts *acts, const struct place *place);

#endif
