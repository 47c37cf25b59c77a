/*
 * Any text as a --format: what is taken prints one value for each field it names, and what is refused
 * is told with what there is.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "listing.h"

FUZZER(template)
{
	static const struct field fields[] = {
		{ "id", VALUE_ID, "", COLUMN },     { "due", VALUE_TIME, "", COLUMN },
		{ "subject", VALUE_TEXT, "", 0 },   { "late", VALUE_SPAN, "", 0 },
		{ "replies", VALUE_NUMBER, "", 0 }, { "tags", VALUE_LIST, "", 0 },
	};
	const struct id id = { { 0x3f, 0x2a } };
	const struct value values[] = {
		{ .id = &id }, { .time = 1772442000 }, { .text = "evil\033" }, { .number = 60 }, { .number = 3 },
		{ .text = "a,b" },
	};
	struct listing list = { .fields = fields, .nr = NR(fields), .now = 1772442000 };
	char *text = xstrndup(data, len);
	struct buf out = BUF_INIT;

	if (zone_load(&list.zone, "UTC") < 0)
		BUG("%s", error_last());
	if (template_new(&list.template, &list, text) == 0) {
		template_fill(&out, &list, values);
		if (strchr(out.ptr, '\033') && !strchr(text, '\033') && !strcasestr(text, "%x1b"))
			BUG("an escape sequence that was not asked for");
		/* No value has more than 40 digits, and the shortest field is %(id). */
		if (out.len > 8 * len)
			BUG("%zu bytes of %zu", out.len, len);
	} else if (!*error_last() || !*error_last_hint()) {
		BUG("refused without a word");
	}
	error_clear();
	template_free(list.template);
	zone_free(list.zone);
	buf_release(&out);
	free(text);
}
