/* --format: "%(field)" and "%(field:modifier)" in a template, as git for-each-ref has it. */
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/worktime.h"
#include "cmd.h"
#include "listing.h"

enum modifier { PLAIN, SHORT, RELATIVE, ISO, UNIX };

static const struct {
	const char *name;
	enum modifier modifier;
	enum value_type type; /* it is for */
} modifiers[] = {
	{ "short", SHORT, VALUE_TIME },
	{ "relative", RELATIVE, VALUE_TIME },
	{ "iso", ISO, VALUE_TIME },
	{ "unix", UNIX, VALUE_TIME },
	{ "short", SHORT, VALUE_ID },
};

/* Text as it is, then (unless `field` is -1) a value. */
struct piece {
	size_t at, len; /* in `text` */
	int field;
	enum modifier modifier;
};

struct template {
	struct buf text;
	struct piece *v;
	size_t nr, alloc;
};

static int unknown_field(const struct listing *list, const char *name)
{
	struct buf known = BUF_INIT;

	for (size_t i = 0; i < list->nr; i++)
		buf_addf(&known, "%s%s", i ? ", " : "", list->fields[i].name);
	error_set(ERR_USAGE, "--format: there is no field '%s'", name);
	error_hint("fields: %s", known.ptr);
	buf_release(&known);
	return ERR_USAGE;
}

static int find_field(int *out, const struct listing *list, const char *name)
{
	for (size_t i = 0; i < list->nr; i++) {
		if (strcmp(list->fields[i].name, name) != 0)
			continue;
		*out = (int)i;
		return 0;
	}
	return unknown_field(list, name);
}

static int find_modifier(enum modifier *out, const struct field *field, const char *name)
{
	for (size_t i = 0; i < NR(modifiers); i++) {
		if (modifiers[i].type != field->type || strcmp(modifiers[i].name, name) != 0)
			continue;
		*out = modifiers[i].modifier;
		return 0;
	}
	error_set(ERR_USAGE, "--format: '%s' cannot be shown as ':%s'", field->name, name);
	error_hint("a time has :short, :relative, :iso and :unix; an id has :short");
	return ERR_USAGE;
}

/* "(field:modifier)" into the open piece, and begin the next. */
static int add_field(struct template *template, const struct listing *list, const char *text, size_t len)
{
	struct piece *piece = &template->v[template->nr - 1];
	char *name = xstrndup(text, len), *modifier = name;
	int rc;

	strsep(&modifier, ":");
	rc = find_field(&piece->field, list, name);
	if (!rc && modifier)
		rc = find_modifier(&piece->modifier, &list->fields[piece->field], modifier);
	free(name);
	GROW(template->v, template->nr, template->alloc);
	template->v[template->nr++] = (struct piece){ .at = template->text.len, .field = -1 };
	return rc;
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdefABCDEF", *found = c ? strchr(digits, c) : NULL;

	return !found ? -1 : found - digits < 16 ? (int)(found - digits) : (int)(found - digits) - 6;
}

/* What stands after a "%", but "(": how many bytes it takes, or 0. */
static size_t add_escape(struct buf *out, const char *text)
{
	if (*text == '%' || *text == 'n') {
		buf_putc(out, *text == 'n' ? '\n' : '%');
		return 1;
	}
	if (*text == 'x' && hex_digit(text[1]) >= 0 && hex_digit(text[2]) >= 0) {
		buf_putc(out, (char)(hex_digit(text[1]) << 4 | hex_digit(text[2])));
		return 3;
	}
	return 0;
}

static int bad_template(const char *at)
{
	error_set(ERR_USAGE, "--format: cannot read '%%%.20s'", at);
	error_hint("write %%(field), %%(field:modifier), %%%% for a percent sign, %%n for a line end, "
		   "%%x00 for a byte");
	return ERR_USAGE;
}

static int add_percent(struct template *template, const struct listing *list, const char **text)
{
	const char *at = *text + 1;
	size_t len;

	if (*at == '(') {
		len = strcspn(at, ")");
		if (!at[len])
			return bad_template(at);
		*text = at + len + 1;
		return add_field(template, list, at + 1, len - 1);
	}
	len = add_escape(&template->text, at);
	if (!len)
		return bad_template(at);
	template->v[template->nr - 1].len = template->text.len - template->v[template->nr - 1].at;
	*text = at + len;
	return 0;
}

int template_new(struct template **out, const struct listing *list, const char *text)
{
	struct template *template = xcalloc(1, sizeof(*template));
	int rc = 0;

	template->text = (struct buf)BUF_INIT;
	GROW(template->v, template->nr, template->alloc);
	template->v[template->nr++] = (struct piece){ .field = -1 };
	while (!rc && *text) {
		if (*text == '%') {
			rc = add_percent(template, list, &text);
		} else {
			buf_putc(&template->text, *text++);
			template->v[template->nr - 1].len++;
		}
	}
	*out = rc < 0 ? NULL : template;
	if (rc < 0)
		template_free(template);
	return rc;
}

static void put_time(struct buf *out, const struct listing *list, time_t at, enum modifier modifier)
{
	char text[INSTANT_TEXT];

	if (!at)
		return;
	if (modifier == SHORT)
		format_time_short(out, at, list->now, list->zone);
	else if (modifier == RELATIVE)
		format_relative(out, at, list->now);
	else if (modifier == PLAIN || at == DUE_NEVER)
		format_time(out, at, list->zone);
	else if (modifier == UNIX)
		buf_addf(out, "%lld", (long long)at);
	else {
		instant_format(text, at);
		buf_puts(out, text);
	}
}

static void put_field(struct buf *out, const struct listing *list, const struct piece *piece,
		      const struct value *value)
{
	const struct field *field = &list->fields[piece->field];
	char hex[ID_HEX + 1];

	if (field->type == VALUE_TIME) {
		put_time(out, list, value->time, piece->modifier);
	} else if (field->type == VALUE_ID && piece->modifier == PLAIN) {
		if (!value->id || id_is_zero(value->id))
			return;
		id_hex(hex, value->id);
		buf_puts(out, hex);
	} else {
		listing_plain(out, list, field, value);
	}
}

void template_fill(struct buf *out, const struct listing *list, const struct value *values)
{
	const struct template *template = list->template;

	for (size_t i = 0; i < template->nr; i++) {
		const struct piece *piece = &template->v[i];

		buf_add(out, template->text.ptr + piece->at, piece->len);
		if (piece->field >= 0)
			put_field(out, list, piece, &values[piece->field]);
	}
}

bool template_has(const struct template *template, size_t field)
{
	for (size_t i = 0; i < template->nr; i++)
		if (template->v[i].field == (int)field)
			return true;
	return false;
}

void template_free(struct template *template)
{
	if (!template)
		return;
	buf_release(&template->text);
	free(template->v);
	free(template);
}
