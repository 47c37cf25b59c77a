/*
 * A digest: what a person needs to know, once. digest-find.c puts it together from the log,
 * digest-text.c and digest-mail.c say it, digest.c is the command.
 */
#ifndef DIGEST_H
#define DIGEST_H

#include <stdbool.h>
#include <time.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/id.h"
#include "async/query.h"
#include "async/worklog.h"

/* In the order in which they are told. */
enum digest_section {
	DIGEST_OVERDUE,  /* waits on them, and is late */
	DIGEST_OWED,     /* they wait for it, and it is late */
	DIGEST_TODAY,    /* waits on them, and is due before their day ends */
	DIGEST_ANSWERED, /* what they asked was settled */
	DIGEST_DECIDED,
	DIGEST_NEW,      /* asks of them, notes to everybody, replies in threads of theirs */
	DIGEST_SECTIONS
};

/* One thing to know. Texts are in the digest's pool, as records have them: not escaped. */
struct digest_item {
	enum digest_section section;
	struct id id;        /* the post that it is about */
	const char *who;     /* the other person, a key; or NULL */
	const char *subject;
	time_t due_at;       /* 0: none; DUE_NEVER */
	bool assumed;        /* the due time is counted by assumed hours */
	time_t at;           /* when it happened; 0 where it is a state */
	const char *note;    /* more in a few words, or NULL: "2h late (1h of work)" */
	size_t place, found; /* its order: of its thread among those written in, and as it was found */
};

struct digest {
	struct worklog *wl;
	struct pool pool;
	const char *whose;   /* the person's key */
	struct zone *zone;   /* and zone: borrowed */
	time_t since, now;
	const struct arrival *last; /* what came after it has happened, whatever its date; or NULL: by `since` */
	struct query query;  /* what of the log is looked at; borrowed */
	struct digest_item *v;
	size_t nr, alloc;
};

/* "overdue", as programs are told; and as people are: "Overdue: waits on you". */
extern const char *const digest_words[DIGEST_SECTIONS], *const digest_titles[DIGEST_SECTIONS];

/*
 * Find everything for `digest->whose`, of what happened from `digest->since` on to now, in order
 * of sections. All before `v` is set by the caller; end it with digest_release().
 */
int digest_find(struct digest *digest);
void digest_release(struct digest *digest);

/* How many items a section has. */
size_t digest_count(const struct digest *digest, enum digest_section section);

/* As rows: columns for people, or JSON. */
int digest_rows(const struct digest *digest);

/* As text for mail, as Markdown, as an HTML document: whatever records say, it is text there. */
void digest_plain(struct buf *out, const struct digest *digest);
void digest_markdown(struct buf *out, const struct digest *digest);
void digest_html(struct buf *out, const struct digest *digest);

/* As a message to the person, from me. ERR_INVALID: no address is known of one of us. */
int digest_mail(struct buf *out, const struct digest *digest);

#endif
