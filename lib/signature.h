/*
 * Signatures of commits by ssh keys: which key made one, and whether it truly did.
 */
#ifndef SIGNATURE_H
#define SIGNATURE_H

#include <stdbool.h>

#include "async/buf.h"

enum signature { SIGNATURE_NONE, SIGNATURE_SSH, SIGNATURE_OTHER, SIGNATURE_BAD };

/* How a commit, as it is stored, is signed; of SIGNATURE_SSH `*key` is "type base64", the caller's to free. */
enum signature signature_of(char **key, const struct buf *commit);

/* Is the commit's signature that of this key? ERR_FAILED: there is no ssh-keygen to ask. */
int signature_is_by(bool *good, const struct buf *commit, const char *key);

#endif
