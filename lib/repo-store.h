/*
 * Where objects are read from: the repository's own folder and its alternates, in each of them
 * loose files and packs. What is damaged in one place may be whole in another, so all are tried,
 * and nothing is handed out whose bytes are not those that its id names. Private to the git store.
 */
#ifndef REPO_STORE_H
#define REPO_STORE_H

#include <stdbool.h>
#include <stddef.h>

#include "async/buf.h"
#include "async/id.h"
#include "repo-pack.h"

/* How it went to look for an object in one place. */
enum find {
	FIND_NOWHERE, /* it is not there */
	FIND_GOOD,
	FIND_LARGE,   /* it has more bytes than were asked for: not read */
	FIND_DAMAGED, /* or not a plain file, or not to be read for another reason */
};

/* What was found; of FIND_GOOD all, of FIND_LARGE type and size. */
struct found_object {
	enum pack_type type;
	size_t size;
	struct buf *text;  /* its bytes are appended here */
	struct buf *where; /* of FIND_DAMAGED: replaced by the file, */
	int cause;         /* and the errno, if the system does not let us read it; else 0 */
};

struct store;

/* `objects_dir`: "…/objects". Nothing is opened before an object is asked for. */
struct store *store_new(const char *objects_dir);
void store_free(struct store *store);

/* Look in another folder, too. */
void store_add(struct store *store, const char *objects_dir);

/*
 * Append an object's bytes and tell its type. ERR_NOTFOUND if it is nowhere; ERR_INVALID if it
 * is larger than `limit` or damaged wherever it is, with the place; ERR_FAILED if we lack memory or files.
 */
int store_read(struct buf *out, enum pack_type *type, struct store *store, const struct id *id, size_t limit);

/* Is there such an object, be it damaged? */
bool store_has(struct store *store, const struct id *id);

/* Is there one that is whole? Then it is made as new as if it were written now, so that git does not prune it. */
bool store_freshen(struct store *store, const struct id *id);

/* The only object whose id begins with these 4 to 40 digits. ERR_NOTFOUND, ERR_AMBIGUOUS. */
int store_find_prefix(struct id *out, struct store *store, const char *digits, size_t len);

/* Packs that have come are seen from now on. */
void store_look_again(struct store *store);

/* FIND_DAMAGED, of this file; `cause` as above. */
enum find found_damaged(struct found_object *out, const char *path, int cause);

/* Are these the bytes that the id names? */
bool object_is(const struct id *id, enum pack_type type, const void *data, size_t len);

/* ---- repo-loose.c: one "objects" folder's loose files */

enum find loose_read(struct found_object *out, const char *objects_dir, const struct id *id, size_t limit);

bool loose_has(const char *objects_dir, const struct id *id);
void loose_freshen(const char *objects_dir, const struct id *id);

/* Call `each` for those whose ids begin so, until it returns non-zero. */
typedef int each_object(const struct id *id, void *data);
int loose_each(const char *objects_dir, const char *digits, size_t len, each_object *each, void *data);

#endif
