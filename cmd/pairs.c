/* JSON objects, key by key. */
#include "pairs.h"

#include "async/clock.h"
#include "async/json.h"
#include "cmd.h"
#include "print.h"

void pair_next(struct buf *out)
{
	char before = out->len ? out->ptr[out->len - 1] : '[';

	if (before != '{' && before != '[')
		buf_putc(out, ',');
}

void pair_key(struct buf *out, const char *key)
{
	pair_next(out);
	buf_addf(out, "\"%s\":", key);
}

void pair_text(struct buf *out, const char *key, const char *text)
{
	pair_key(out, key);
	json_put_text(out, text);
}

void pair_id(struct buf *out, const char *key, const struct id *id)
{
	char hex[ID_HEX + 1];

	if (id)
		id_hex(hex, id);
	pair_text(out, key, id ? hex : NULL);
}

void pair_time(struct buf *out, const char *key, time_t at)
{
	bool is_given = at && at <= INSTANT_MAX;
	char text[INSTANT_TEXT];

	if (is_given)
		instant_format(text, at);
	pair_text(out, key, is_given ? text : NULL);
}

void pair_bool(struct buf *out, const char *key, bool value)
{
	pair_key(out, key);
	buf_puts(out, value ? "true" : "false");
}

void pair_number(struct buf *out, const char *key, long long value)
{
	pair_key(out, key);
	buf_addf(out, "%lld", value);
}

void pair_list(struct buf *out, const char *key, const struct node *list)
{
	pair_key(out, key);
	if (list)
		json_put(out, list);
	else
		buf_puts(out, "[]");
}

void pair_person(struct buf *out, const char *key, const struct person *person)
{
	pair_text(out, key, person ? person->handle : NULL);
}

int pairs_print(struct buf *object)
{
	buf_putc(object, globals.nul ? '\0' : '\n');
	print_bytes(object->ptr, object->len);
	buf_release(object);
	return print_check();
}
