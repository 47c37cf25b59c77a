/*
 * Any bytes as a text that is shown: nothing in what comes out is hidden or obeyed by a terminal, JSON reads
 * back as the text it was, and so does any JSON that is taken.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/json.h"
#include "async/markdown.h"
#include "async/text.h"
#include "print.h"

static void check_harmless(const struct buf *text, const char *what)
{
	uint32_t c;
	size_t at;

	if (text_find_odd(&at, &c, text->ptr, text->len))
		BUG("%s has %s in it: %s", what, char_describe(c), text->ptr);
}

static void check_text(const char *text)
{
	struct buf out = BUF_INIT, cut = BUF_INIT;

	print_safe(&out, text, false);
	check_harmless(&out, "a line");
	if (strpbrk(out.ptr, "\n\t"))
		BUG("a line has more than one");
	text_cut(&cut, out.ptr, 20);
	check_harmless(&cut, "a cut line");
	if (text_width(cut.ptr) > 20)
		BUG("it is cut to %d columns: %s", text_width(cut.ptr), cut.ptr);
	buf_reset(&out);
	print_safe(&out, text, true);
	check_harmless(&out, "a text");
	buf_reset(&out);
	buf_reset(&cut);
	markdown_put_text(&out, text);
	markdown_put_html(&cut, text, out.ptr);
	if (strcasestr(cut.ptr, "<script") || strcasestr(cut.ptr, "<img") || strcasestr(cut.ptr, "href=\"javascript"))
		BUG("a page does something: %s", cut.ptr);
	buf_release(&cut);
	buf_release(&out);
}

static void check_json(const char *data, size_t len)
{
	struct node *node, *again;
	struct pool pool = POOL_INIT;
	struct buf form = BUF_INIT;

	if (json_parse(&node, &pool, data, len) == 0) {
		json_put(&form, node);
		check_harmless(&form, "JSON");
		if (strchr(form.ptr, '\n'))
			BUG("JSON of more than one line");
		if (json_parse(&again, &pool, form.ptr, form.len) < 0)
			BUG("its own form is refused: %s", error_last());
		if (!node_equal(node, again))
			BUG("its form reads as something else: %s", form.ptr);
	} else if (!*error_last()) {
		BUG("refused without a word");
	}
	error_clear();
	pool_release(&pool);
	buf_release(&form);
}

/* Any text makes a JSON string; one that is UTF-8 is the same when it is read. */
static void check_json_text(const char *text)
{
	struct pool pool = POOL_INIT;
	struct node *list;
	struct buf form = BUF_INIT;
	bool valid = true;
	size_t used;

	for (const char *p = text; *p && valid; p += used)
		valid = char_decode(&used, p, strlen(p)) != CHAR_INVALID;
	buf_putc(&form, '[');
	json_put_text(&form, text);
	buf_putc(&form, ']');
	check_harmless(&form, "a JSON text");
	if (json_parse(&list, &pool, form.ptr, form.len) < 0)
		BUG("%s", error_last());
	if (valid && strcmp(list->first->text, text) != 0)
		BUG("it reads as another text: %s", form.ptr);
	pool_release(&pool);
	buf_release(&form);
}

FUZZER(output)
{
	char *text = xstrndup(data, len);

	check_text(text);
	check_json_text(text);
	check_json(data, len);
	free(text);
}
