/*
 * Reading packed objects. Private to the git store.
 */
#ifndef REPO_PACKED_H
#define REPO_PACKED_H

#include "repo-store.h"

/* The packs of an "…/objects" folder, as they were when it was first asked for an object. */
struct packs;
struct packs *packs_new(const char *objects_dir);
void packs_free(struct packs *packs);

/* Packs may have come or gone since: look at what there is when the next object is asked for. */
void packs_look_again(struct packs *packs);

/* From the first pack that has it whole. */
enum find packs_read(struct found_object *out, struct packs *packs, const struct id *id, size_t limit);

bool packs_have(struct packs *packs, const struct id *id);

/* As if the packs that have it were written now. */
void packs_freshen(struct packs *packs, const struct id *id);

/* As loose_each(). */
int packs_each(struct packs *packs, const char *digits, size_t len, each_object *each, void *data);

#endif
