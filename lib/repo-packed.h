/*
 * Reading packed objects. Private to the git store.
 */
#ifndef REPO_PACKED_H
#define REPO_PACKED_H

#include <stdbool.h>

#include "async/buf.h"
#include "async/id.h"
#include "repo-pack.h"

/* The packs of an "…/objects" folder, as they were when it was first asked for an object. */
struct packs;
struct packs *packs_new(const char *objects_dir);
void packs_free(struct packs *packs);

/*
 * Append an object's bytes if it is there, is of this type, has at most `limit` bytes and can be
 * read without a doubt. The bytes may still be others than its id says: that is for the caller.
 */
bool packs_read(struct buf *out, struct packs *packs, const struct id *id, enum pack_type type, size_t limit);

#endif
