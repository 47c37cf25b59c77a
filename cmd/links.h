/* Links of a post: what --link, --title and --transcript say. */
#ifndef LINKS_H
#define LINKS_H

#include "async/record.h"
#include "async/worklog.h"
#include "opts.h"

struct links {
	struct texts to, titles; /* a title belongs to the link of the same place */
	const char *transcript;  /* a file, or NULL */
};

#define OPT_LINKS(l)                                                                                \
	OPT_TEXTS(0, "link", &(l)->to, "link", "a URL, a commit or a record it is about"),         \
	OPT_BESIDE(0, "title", &(l)->titles, &(l)->to, "text", "what the link before it is called")
#define OPT_TRANSCRIPT(l) \
	OPT_TEXT(0, "transcript", &(l)->transcript, "file", "the words of the recording that --link leads to")

/*
 * Put them into a post or a mark. ERR_INVALID for what is no link, ERR_NOTFOUND for a record that
 * is not there, ERR_USAGE for a transcript without a recording; as transcript_read() for its file.
 */
int links_fill(struct record *rec, struct worklog *wl, const struct links *links);

/* Put the link to a commit of the code, and no other, into a record. */
void links_put_commit(struct record *rec, const char *commit);

/* Append "commit 1a2b3c4d", "https://example.com/v/31  Walkthrough". */
void links_put(struct buf *out, const struct node *link);

/* Append "; transcript 812 words" if this is the link (the first URL of `links`) that it belongs to. */
void links_put_transcript(struct buf *out, const struct node *link, const struct node *links, const char *transcript);

#endif
