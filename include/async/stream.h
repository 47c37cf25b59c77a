/*
 * A stream of records: YAML documents divided by `---` lines, read one by one.
 *
 * Only the document at hand is in memory, and twenty bytes for each one before it: a
 * `target` or `re` of "@3" is the id of the stream's third record. Documents that hold
 * nothing but comments are passed over and not counted.
 */
#ifndef ASYNC_STREAM_H
#define ASYNC_STREAM_H

#include <stddef.h>

#include "async/record.h"

struct record_stream;

struct record_stream *record_stream_new(void);
void record_stream_free(struct record_stream *stream);

/* Go on with what `fd` holds; it is not closed. `name` begins every message and must live as long. */
void record_stream_from(struct record_stream *stream, int fd, const char *name);

/*
 * Read the next record, keep the rules of record_check(), and put ids for "@N". 1: it is in
 * `*out`, which the caller releases; 0: this file is at its end. ERR_INVALID or ERR_NEWER:
 * this one is bad ("record 3: name:line:column: …") and the next call goes on after it; a
 * record that points at a bad one is bad. ERR_FAILED: the file cannot be read.
 */
int record_stream_next(struct record_stream *stream, struct record *out);

/* The number, from 1 and over all files, of the record that was read last; 0: none. */
size_t record_stream_count(const struct record_stream *stream);

/* Say which id the record that was read last has got. */
void record_stream_set_id(struct record_stream *stream, const struct id *id);

/* The id of a record by its number; NULL if it was bad. */
const struct id *record_stream_id(const struct record_stream *stream, size_t number);

#endif
