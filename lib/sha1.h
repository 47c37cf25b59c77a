/*
 * SHA-1, for what libgit2 does not hash for others: the trailer of a pack. Also a
 * blob's id, so that naming a record starts no library. Objects that are stored are
 * hashed again by libgit2, with its collision detection.
 */
#ifndef SHA1_H
#define SHA1_H

#include <stddef.h>
#include <stdint.h>

#include "async/id.h"

struct sha1 {
	uint32_t state[5];
	uint64_t len; /* bytes so far */
	unsigned char block[64];
};

void sha1_init(struct sha1 *sha);
void sha1_add(struct sha1 *sha, const void *data, size_t len);
void sha1_end(struct id *out, struct sha1 *sha);

#endif
