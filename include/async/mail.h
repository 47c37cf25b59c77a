/*
 * Mail: messages as they are sent (RFC 5322). The only module that knows GMime, which is loaded
 * when it is first asked for: nothing else should wait for it.
 */
#ifndef ASYNC_MAIL_H
#define ASYNC_MAIL_H

#include <time.h>

#include "async/buf.h"

struct mail {
	const char *from_name, *from; /* a name may be NULL; an address is one (address_is_valid()) */
	const char *to_name, *to;
	const char *subject;
	time_t date;
	const char *id;       /* the Message-ID, without its brackets; or NULL, */
	const char *kind;     /* and a word of which it tells: "digest"; */
	const char *identity; /* the same for the same message: it is made from that */
	const char *references; /* such a name of a message that this one belongs to, or NULL */
	const char *list;     /* a word that stands for the log: List-Id */
	const char *text, *html;
};

/*
 * Append the message: headers encoded and folded, text and HTML as alternatives, lines ended as
 * a sendmail program takes them. The same mail gives the same bytes. ERR_INVALID for an address
 * that is none; ERR_FAILED, with what to install, if GMime is not there.
 */
int mail_format(struct buf *out, const struct mail *mail);

/* Is GMime there? ERR_FAILED, as above. */
int mail_ready(void);

#endif
