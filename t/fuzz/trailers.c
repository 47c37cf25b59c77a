/*
 * Any bytes as a commit's message: what is found is a key and a value of one line, and a message
 * made of these alone has the same.
 */
#include "fuzz.h"

#include <ctype.h>
#include <string.h>

#include "async/error.h"
#include "async/trailers.h"

static void check(const struct trailer *trailer)
{
	size_t len = strlen(trailer->value);

	if (!*trailer->key)
		BUG("a trailer without a key");
	for (const char *p = trailer->key; *p; p++)
		if (!isalnum((unsigned char)*p) && *p != '-')
			BUG("'%s' is no key", trailer->key);
	if (strchr(trailer->value, '\n'))
		BUG("'%s' has more than one line", trailer->key);
	if (len && (strchr(" \t\r\v\f", trailer->value[0]) || strchr(" \t\r\v\f", trailer->value[len - 1])))
		BUG("white space around '%s'", trailer->value);
}

static int put(const struct trailer *trailer, void *data)
{
	struct buf *out = data;

	check(trailer);
	buf_addf(out, "%s: %s\n", trailer->key, trailer->value);
	return 0;
}

static int stop(const struct trailer *trailer, void *data)
{
	(void)trailer;
	(void)data;
	return 7;
}

FUZZER(trailers)
{
	struct buf first = BUF_INIT, message = BUF_INIT, again = BUF_INIT;

	trailers_each(data, len, put, &first);
	buf_addf(&message, "title\n\n%s", first.ptr);
	trailers_each(message.ptr, message.len, put, &again);
	if (strcmp(first.ptr, again.ptr) != 0)
		BUG("'%s' reads as '%s'", first.ptr, again.ptr);
	if (first.len && trailers_each(data, len, stop, NULL) != 7)
		BUG("it does not end when told to");
	buf_release(&first);
	buf_release(&message);
	buf_release(&again);
}
