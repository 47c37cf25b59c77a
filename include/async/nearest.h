/* What a mistyped word was meant to be. */
#ifndef ASYNC_NEAREST_H
#define ASYNC_NEAREST_H

/* The nearest of `names` (ending with NULL) to a mistyped one; NULL if none is near. */
const char *nearest(const char *word, const char *const *names);

#endif
