/*
 * Any bytes as a script that is there already: put into a shell script, our block is found in it, is the
 * same when it is put in again, and taken out leaves every byte as it was.
 */
#include "fuzz.h"

#include <string.h>

#include "async/error.h"
#include "async/hooks.h"

static void check(const struct buf *text, unsigned how)
{
	struct buf with = BUF_INIT, again = BUF_INIT, without = BUF_INIT;
	size_t begin, end;

	hook_text_add(&with, text->ptr, text->len, "pre-push", how);
	if (!hook_text_find(&begin, &end, with.ptr, with.len) || !end || end > with.len || begin >= end)
		BUG("the block is not found where it was put");
	hook_text_add(&again, with.ptr, with.len, "pre-push", how);
	if (again.len != with.len || memcmp(again.ptr, with.ptr, with.len) != 0)
		BUG("it is put in twice");
	if (!hook_text_remove(&without, with.ptr, with.len))
		BUG("others' script would be removed");
	if (without.len != text->len || memcmp(without.ptr, text->ptr, text->len) != 0)
		BUG("it is not what it was");
	buf_release(&with);
	buf_release(&again);
	buf_release(&without);
}

FUZZER(hook)
{
	struct buf text = BUF_INIT, without = BUF_INIT;
	size_t begin, end;

	buf_add(&text, data, len); /* as when it is read: a NUL is behind it */
	if (hook_text_is_shell(text.ptr, text.len) && !hook_text_find(&begin, &end, text.ptr, text.len)) {
		check(&text, HOOK_INPUT);
		check(&text, HOOK_DECIDES);
	}
	hook_text_remove(&without, text.ptr, text.len);
	if (without.len > text.len)
		BUG("what is taken out makes it longer");
	buf_release(&text);
	buf_release(&without);
}
