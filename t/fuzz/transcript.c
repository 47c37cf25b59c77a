/*
 * Any bytes as subtitles or a transcript: what is kept is a text that a record may hold, and is kept as it
 * is when it is read again.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/error.h"
#include "async/record.h"
#include "async/transcript.h"

static void check_words(const char *kept)
{
	struct buf words = BUF_INIT;
	long at, before = -2;

	transcript_words(&words, kept);
	for (size_t i = 0; i <= words.len; i += words.len / 16 + 1) {
		at = transcript_at(kept, i);
		if (at < -1)
			BUG("heard before it began");
		before = at;
	}
	if (before == -2 || transcript_count(kept) > words.len)
		BUG("more words than bytes");
	buf_release(&words);
}

FUZZER(transcript)
{
	struct buf kept = BUF_INIT, again = BUF_INIT;

	if (transcript_read(&kept, data, len, "input") == 0) {
		if (text_check(kept.ptr, kept.len, false, "kept") < 0)
			BUG("%s", error_last());
		/* A tag as wide as a name, and a time for each line, are all that is added. */
		if (kept.len > 12 * len + 12)
			BUG("%zu bytes of %zu", kept.len, len);
		check_words(kept.ptr);
	} else if (!*error_last()) {
		BUG("refused without a word");
	}
	error_clear();
	buf_release(&kept);
	buf_release(&again);
}
