/*
 * A JSON object, written key by key into a buffer that ends with "{" or a value: for what has
 * more of a shape than a row (listing).
 */
#ifndef PAIRS_H
#define PAIRS_H

#include <stdbool.h>
#include <time.h>

#include "async/buf.h"
#include "async/id.h"
#include "async/node.h"
#include "async/team.h"

/* The key alone, with the comma before it where one is needed; its value follows. */
void pair_key(struct buf *out, const char *key);

/* Begin the next element of a list: a comma unless it is the first. */
void pair_next(struct buf *out);

void pair_text(struct buf *out, const char *key, const char *text); /* NULL: null */
void pair_id(struct buf *out, const char *key, const struct id *id); /* NULL: null */
void pair_time(struct buf *out, const char *key, time_t at); /* 0 and DUE_NEVER: null */
void pair_bool(struct buf *out, const char *key, bool value);
void pair_number(struct buf *out, const char *key, long long value);
void pair_list(struct buf *out, const char *key, const struct node *list); /* NULL: [] */
void pair_person(struct buf *out, const char *key, const struct person *person); /* NULL: null */

/* Print one whole object as a line (with -z: ended by NUL) and release it. 0, or ERR_FAILED. */
int pairs_print(struct buf *object);

#endif
