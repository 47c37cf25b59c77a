/*
 * async remind: remind.c is the command, remind-way.c knows how each person is told,
 * remind-message.c writes what they get, remind-deliver.c delivers it, and remind-list.c prints
 * reminders as rows.
 */
#ifndef REMIND_H
#define REMIND_H

#include <stdbool.h>
#include <stddef.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/node.h"
#include "async/notice.h"
#include "async/team.h"
#include "async/worklog.h"
#include "async/zone.h"

struct listing;

/* -- remind-way.c -------------------------------------------------------------------------- */

/* How somebody is told. */
struct way {
	enum { WAY_MAIL, WAY_MAILDIR, WAY_EXEC } how;
	const char *by;      /* "mail", "exec:slack": lives as long as the team */
	const char *command; /* of WAY_EXEC; or the folder of WAY_MAILDIR */
};

/* How people are, by what was asked for and what each has chosen. */
struct ways {
	struct worklog *wl;
	bool mail, deliver; /* which of these options was given; or neither: the same as mail, to look at */
	const char *command, *maildir;
	bool overrule;      /* whatever the person has chosen */
	bool is_known, can_mail; /* whether mail can be sent from here was looked at, and can */
	struct pool pool;
	struct node *commands; /* async.exec.<name> as looked up already: "" if there is none */
};
void ways_release(struct ways *ways);

/* NULL, or why this person cannot be told. */
const char *way_choose(struct way *out, struct ways *ways, const struct person *person);

/* Can messages be handed over by what was asked for? ERR_FAILED. */
int ways_check(struct ways *ways);

/* -- remind-message.c ----------------------------------------------------------------------- */

/* What one person gets at once. */
struct message {
	const struct notice *const *v;
	size_t nr;
	const struct person *person;
	struct zone *zone; /* theirs */
	char *id, *references; /* names without brackets; references: NULL if it is about several asks */
	struct buf subject, text, html;
};

/* Write it: `v`, `nr`, `person` and `zone` are set. */
int message_write(struct message *message, struct worklog *wl);
void message_release(struct message *message);

/* As a mail from me; as a JSON object on one line. */
int message_mail(struct buf *out, const struct message *message, struct worklog *wl);
void message_json(struct buf *out, const struct message *message, struct worklog *wl);

/* "half of the time is over", "due now", "overdue since today 09:00"; without a zone "overdue" */
void put_stage(struct buf *out, const struct notice *notice, time_t now, const struct zone *zone);

/* -- remind-deliver.c ------------------------------------------------------------------------ */

/* What became of a notice. */
enum outcome { OUTCOME_NONE, OUTCOME_DELIVERED, OUTCOME_FAILED };

/*
 * Deliver those that are to be; `outcomes` has room for all. Each failure is told at once, and
 * kept to be tried again; `*failed` says how many messages there were of that kind.
 */
int deliver_all(enum outcome *outcomes, size_t *failed, struct ways *ways, const struct notices *notices);

/* -- remind-list.c --------------------------------------------------------------------------- */

/* Print them, with what became of them (NULL: nothing yet). */
int remind_list(struct ways *ways, const struct notices *notices, const enum outcome *outcomes);

#endif
