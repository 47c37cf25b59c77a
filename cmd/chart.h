/* Small pictures of figures, in characters of blocks, or plain ASCII where the locale has none. */
#ifndef CHART_H
#define CHART_H

#include <stddef.h>

#include "async/buf.h"

/* A bar `width` columns wide, filled for `part` of `whole` (nothing of 0). */
void chart_bar(struct buf *out, size_t part, size_t whole, int width);

/* A column for each of `v`: how it compares with `most`. */
void chart_spark(struct buf *out, const unsigned *v, size_t nr, unsigned most);

#endif
