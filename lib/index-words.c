/* Words to be found, as people type them, as an expression of the full text index. */
#include <string.h>

#include "async/buf.h"
#include "index-internal.h"

char *index_match(const char *words)
{
	struct buf out = BUF_INIT;

	while (*words) {
		bool quoted = *words == '"';
		size_t len = quoted ? strcspn(words + 1, "\"") : strcspn(words, " \t\n\"");
		const char *word = words + quoted;
		bool open = !quoted && len && word[len - 1] == '*';

		if (len > open)
			buf_addf(&out, "%s\"%.*s\"%s", out.len ? " " : "", (int)(len - open), word, open ? "*" : "");
		words = word + len;
		words += *words != '\0' && (quoted || *words != '"');
	}
	if (!out.len)
		buf_puts(&out, "\"\"");
	return buf_detach(&out);
}
