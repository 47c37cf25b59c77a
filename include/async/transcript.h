/*
 * The words of a recording, as a record keeps them: a line for each thing said, before it the
 * time at which it is heard, if that is known: "12:05 and then we switch over".
 */
#ifndef ASYNC_TRANSCRIPT_H
#define ASYNC_TRANSCRIPT_H

#include "async/buf.h"

/*
 * Append the words of a file: subtitles (WebVTT, SubRip), or else plain text. Marks of form and
 * lines that only say the one before them again are dropped. ERR_INVALID: "name:line: …".
 */
int transcript_read(struct buf *out, const char *data, size_t len, const char *name);

/* Append the words alone, without the times. */
void transcript_words(struct buf *out, const char *transcript);

/*
 * When the byte `offset` of these words is heard, in seconds; -1: that is not known. And as
 * "4:05" or "1:04:05".
 */
long transcript_at(const char *transcript, size_t offset);
#define TRANSCRIPT_TIME 24
void transcript_time(char out[TRANSCRIPT_TIME], long seconds);

/* How many words there are. */
size_t transcript_count(const char *transcript);

#endif
