/*
 * Characters: which are text, which are hidden from the reader's eye, which are neither.
 *
 * The classes are part of the record format (canonical bytes depend on them), so they
 * are fixed ranges and follow no Unicode version.
 */
#ifndef ASYNC_TEXT_H
#define ASYNC_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum char_class {
	CHAR_TEXT,   /* letters, signs, spaces, LF, TAB, joiners: all that a text is made of */
	CHAR_HIDDEN, /* direction marks and invisible signs: refused from people, escaped in records */
	CHAR_BAD,    /* control characters, other line ends (CR, NEL, LS, PS), no characters at all */
};

enum char_class char_class(uint32_t c);

/* For messages: "a direction control", "a control character", … */
const char *char_describe(uint32_t c);

/* Not a character: what stands there is not UTF-8. */
#define CHAR_INVALID UINT32_MAX

/*
 * The character at `text`, of which `len` (not 0) bytes are left, and how many bytes it
 * takes. Over-long forms and surrogates are no UTF-8: CHAR_INVALID, one byte.
 */
uint32_t char_decode(size_t *used, const char *text, size_t len);

/* Is there anything but CHAR_TEXT? Then where the first such is, and what. */
bool text_find_odd(size_t *at, uint32_t *c, const char *text, size_t len);

/* At most `max` bytes of it, not cutting a character: for showing a value in a message. */
size_t text_clip(const char *text, size_t max);

#endif
