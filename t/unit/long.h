/* Figures of tests: `make check` has a few seconds for them, `make soak` (ASYNC_TEST_LONG=1) has minutes. */
#ifndef LONG_H
#define LONG_H

#include <stdlib.h>

/* How many (iterations, records, ...): `many` in a soak, else `few`. As lib.sh's long_or. */
static inline size_t long_or(size_t many, size_t few)
{
	return getenv("ASYNC_TEST_LONG") != NULL ? many : few;
}

#endif
