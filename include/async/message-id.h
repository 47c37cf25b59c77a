/*
 * The names of the messages that reminders are sent in (RFC 5322 Message-ID), without their
 * angle brackets. Every machine gives the same message the same name, and a reply to one says by it
 * what it is about and to whom it was sent:
 *
 *	<ask>.<person>.<round>.<stage>@<domain>	a reminder
 *	<ask>.<person>@<domain>			what all reminders of one ask to one person refer to
 *	<hash>.<person>.batch@<domain>		several reminders in one
 *
 * An ask is its id, a round the first digits of the id of the record that began it, and a person
 * their handle, or a hash of it where it is an address or has other characters than a-z, 0-9, - and _.
 */
#ifndef ASYNC_MESSAGE_ID_H
#define ASYNC_MESSAGE_ID_H

#include <stdbool.h>

#include "async/buf.h"
#include "async/id.h"
#include "async/reminder.h"
#include "async/team.h"

/* What stands behind the @ until the policy has a `domain`: below no host there is (RFC 2606). */
#define MESSAGE_DOMAIN "async.invalid"

/* The team's domain: the policy's key, or MESSAGE_DOMAIN. It lives as long as the team. */
const char *message_domain(const struct team *team);

/* NULL, or why this is no value of the policy's key `domain`. */
const char *message_domain_wrong(const struct node *value);

/* Append one of the three names. `told` are the names of the reminders in the batch, in order, a line each. */
void message_id_put(struct buf *out, const char *domain, const struct id *ask, const struct person *person,
		    const struct id *round, const struct stage *stage);
void message_thread_put(struct buf *out, const char *domain, const struct id *ask, const struct person *person);
void message_batch_put(struct buf *out, const char *domain, const struct person *person, const char *told);

/* What such a name says. */
struct message_id {
	struct id ask;   /* zero: several */
	char person[48]; /* as it stands there: for message_is_to() */
};

/* False for every name that is none of the three, in this domain. */
bool message_id_parse(struct message_id *out, const char *text, const char *domain);

/* Was the message sent to this person, by a name of now or before? */
bool message_is_to(const struct message_id *id, const struct person *person);

#endif
