/*
 * Markdown (CommonMark) and HTML: text made harmless in both, and one made from the other. The
 * only module that knows cmark.
 */
#ifndef ASYNC_MARKDOWN_H
#define ASYNC_MARKDOWN_H

#include "async/buf.h"

/*
 * Append a text of one line so that it reads as itself wherever in a line it stands: it makes no
 * link, code, HTML, emphasis or table, in CommonMark or what the great forges add to it.
 */
void markdown_put_text(struct buf *out, const char *text);

/*
 * Append a whole HTML document with this title, whose body is the Markdown. HTML and links to
 * scripts within it are left out; it loads nothing from anywhere.
 */
void markdown_put_html(struct buf *out, const char *title, const char *markdown);

#endif
