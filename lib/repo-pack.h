/*
 * Writing a pack: many new objects as one file. Private to the git store.
 */
#ifndef REPO_PACK_H
#define REPO_PACK_H

#include <stdbool.h>

#include "async/id.h"

enum pack_type { PACK_COMMIT = 1, PACK_TREE = 2, PACK_BLOB = 3, PACK_TAG = 4 }; /* as git numbers them */

struct pack;

/* Begin one in this "…/objects" folder. Nothing is visible to anybody before pack_end(). */
int pack_new(struct pack **out, const char *objects_dir);

/* Without pack_end() before it, nothing is left of it. */
void pack_free(struct pack *pack);

/* Add an object; one that is in the pack already is not added again. `id` must be its id. */
int pack_add(struct pack *pack, enum pack_type type, const struct id *id, const void *data, size_t len);

/* Finish and publish it: the pack, then its index. `durable`: both are on disk first. */
int pack_end(struct pack *pack, bool durable);

#endif
