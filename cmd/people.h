/* People as commands show them: one as a form, many as rows. */
#ifndef PEOPLE_H
#define PEOPLE_H

#include "async/worklog.h"
#include "form.h"

/* One person: their settings in plain form, and where they are now. For programs: one row. */
int people_show(struct worklog *wl, struct person *person);

/* A row for each; those who left only with `all`. */
int people_list(struct worklog *wl, bool all);

/* Change a person by operands `key=value` or in the editor, write that and tell it. */
struct people_change {
	const char *about;     /* whom: as records name them */
	const char *key;       /* the same person's key */
	const struct node *state; /* plain form, or NULL */
	bool edit, dry;
};
int people_change(struct worklog *wl, struct record *rec, const struct people_change *change, int argc, char **argv);

#endif
