/*
 * Compressing and expanding: the only module that knows zlib.
 */
#ifndef DEFLATE_H
#define DEFLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "async/buf.h"

/* A compressor that is used again and again: starting one costs more than a record. */
struct deflater;
struct deflater *deflater_new(void);
void deflater_free(struct deflater *deflater);

/* Append the compressed form of `data` as one whole zlib stream. */
void deflater_add(struct buf *out, struct deflater *deflater, const void *data, size_t len);

/*
 * Expand a zlib stream into exactly `len` bytes. `whole`: the stream must end there;
 * otherwise only its beginning is wanted, and a shorter stream is fine. Returns how many
 * bytes there were, or -1 if the stream is damaged, cut off or (`whole`) longer.
 */
long inflate_into(void *out, size_t len, const void *in, size_t in_len, bool whole);

/* The checksum that a pack's index keeps of each object, continued from `crc` (0 at first). */
uint32_t checksum(uint32_t crc, const void *data, size_t len);

#endif
