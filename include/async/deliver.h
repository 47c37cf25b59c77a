/*
 * Handing messages over: to a sendmail program, to a command of the user's, into a Maildir. Each
 * returns 0; ERR_FAILED, if the message certainly did not arrive; ERR_AMBIGUOUS, if that is not
 * known, because the program was ended. Then nobody should try again.
 */
#ifndef ASYNC_DELIVER_H
#define ASYNC_DELIVER_H

#include <time.h>

#include "async/buf.h"
#include "async/worklog.h"

/* Can mail be sent from here? ERR_FAILED, with the remedy, where that is known to be impossible. */
int deliver_mail_ready(struct worklog *wl);

/*
 * A message (RFC 5322) by async.sendmail, sendemail.sendmailCmd or /usr/sbin/sendmail, the first
 * two from the user's and the system's configuration only. The addresses are address_is_valid().
 */
int deliver_mail(struct worklog *wl, const char *envelope, const char *to, const struct buf *message);

/* To a shell command, on its standard input. */
int deliver_exec(const char *command, const struct buf *input);

/* Into a Maildir, which is made where there is none. */
int deliver_maildir_ready(const char *dir);
int deliver_maildir(const char *dir, const struct buf *message, time_t now);

#endif
