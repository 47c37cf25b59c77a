/* Characters, and what may be typed: UTF-8, handles, addresses. */
#include "async/text.h"

#include <string.h>

#include "async/error.h"
#include "async/record.h"

struct range {
	uint32_t from, to;
};

/* Sorted. */
static const struct range bad[] = {
	{ 0x00, 0x08 },     { 0x0b, 0x1f },     /* C0 but TAB and LF */
	{ 0x7f, 0x9f },                         /* DEL, C1 with NEL */
	{ 0x2028, 0x2029 },                     /* line and paragraph separator */
	{ 0xd800, 0xdfff }, { 0xfdd0, 0xfdef }, /* surrogates, noncharacters */
};

static const struct range hidden[] = {
	{ 0x061c, 0x061c },                     /* Arabic letter mark */
	{ 0x200b, 0x200b },                     /* zero-width space; the joiners 200c, 200d are text */
	{ 0x200e, 0x200f }, { 0x202a, 0x202e }, /* direction marks, embeddings, overrides */
	{ 0x2060, 0x206f },                     /* word joiner, invisible operators, isolates */
	{ 0xfeff, 0xfeff },                     /* byte order mark */
	{ 0xfff9, 0xfffb },                     /* interlinear annotation */
	{ 0xe0000, 0xe00ff }, { 0xe01f0, 0xe0fff }, /* tags; the variation selectors between are text */
};

static bool is_in(uint32_t c, const struct range *v, size_t nr)
{
	for (size_t i = 0; i < nr && c >= v[i].from; i++)
		if (c <= v[i].to)
			return true;
	return false;
}

enum char_class char_class(uint32_t c)
{
	if (c >= 0x20 && c < 0x7f)
		return CHAR_TEXT;
	if (c > 0x10ffff || (c & 0xfffe) == 0xfffe || is_in(c, bad, sizeof(bad) / sizeof(*bad)))
		return CHAR_BAD;
	if (is_in(c, hidden, sizeof(hidden) / sizeof(*hidden)))
		return CHAR_HIDDEN;
	return CHAR_TEXT;
}

const char *char_describe(uint32_t c)
{
	if (c == CHAR_INVALID)
		return "not UTF-8";
	if (c == '\r')
		return "a carriage return; lines end in LF alone";
	if (c == 0xfeff)
		return "a byte order mark";
	if (c == 0x85 || c == 0x2028 || c == 0x2029)
		return "a line separator other than LF";
	if (char_class(c) == CHAR_BAD)
		return c < 0xa0 ? "a control character" : "not a character";
	if (c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return "a direction control";
	return "an invisible character";
}

/* How many bytes a character that begins with this one takes; 0: none does. */
static size_t length_of(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

uint32_t char_decode(size_t *used, const char *text, size_t len)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *byte = (const unsigned char *)text;
	size_t nr = length_of(byte[0]);
	uint32_t c;

	*used = 1;
	if (nr == 1)
		return byte[0];
	if (!nr || nr > len)
		return CHAR_INVALID;
	c = byte[0] & (0x7fu >> nr);
	for (size_t i = 1; i < nr; i++) {
		if ((byte[i] & 0xc0) != 0x80)
			return CHAR_INVALID;
		c = c << 6 | (byte[i] & 0x3f);
	}
	if (c < least[nr] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return CHAR_INVALID;
	*used = nr;
	return c;
}

bool text_find_odd(size_t *at, uint32_t *c, const char *text, size_t len)
{
	size_t i = 0, used;

	while (i < len) {
		unsigned char byte = (unsigned char)text[i];

		if ((byte >= 0x20 && byte < 0x7f) || byte == '\n' || byte == '\t') {
			i++;
			continue;
		}
		*c = char_decode(&used, text + i, len - i);
		if (char_class(*c) != CHAR_TEXT) {
			*at = i;
			return true;
		}
		i += used;
	}
	return false;
}

size_t text_clip(const char *text, size_t max)
{
	size_t len = strnlen(text, max + 1);

	if (len <= max)
		return len;
	for (len = max; len && ((unsigned char)text[len] & 0xc0) == 0x80;)
		len--;
	return len;
}

static int refuse(const char *what, size_t at, uint32_t c)
{
	if (c == CHAR_INVALID)
		return error_set(ERR_INVALID, "%s: the text is not UTF-8 (byte %zu)", what, at + 1);
	return error_set(ERR_INVALID, "%s: U+%04X at byte %zu is %s", what, (unsigned)c, at + 1,
			 char_describe(c));
}

int text_check(const char *text, size_t len, bool one_line, const char *what)
{
	const char *end;
	uint32_t c;
	size_t at;

	if (text_find_odd(&at, &c, text, len))
		return refuse(what, at, c);
	if (!one_line)
		return 0;
	end = memchr(text, '\n', len);
	if (end)
		return error_set(ERR_INVALID, "%s: expected one line, found a line end at byte %zu", what,
				 (size_t)(end - text) + 1);
	end = memchr(text, '\t', len);
	if (end)
		return error_set(ERR_INVALID, "%s: a tab at byte %zu is not allowed here", what,
				 (size_t)(end - text) + 1);
	return 0;
}

#define DIGITS "0123456789"
#define LOWER "abcdefghijklmnopqrstuvwxyz"
#define UPPER "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool domain_is_valid(const char *domain)
{
	for (;;) {
		size_t len = strspn(domain, LOWER UPPER DIGITS "-");

		if (!len || len > 63 || domain[0] == '-' || domain[len - 1] == '-')
			return false;
		if (!domain[len])
			return true;
		if (domain[len] != '.')
			return false;
		domain += len + 1;
	}
}

/* The dot-atom of RFC 5322, but not beginning as an option, a pipe or a path does. */
bool address_is_valid(const char *text)
{
	const char *at = strchr(text, '@');
	size_t len = at ? (size_t)(at - text) : 0;

	if (!len || len > 64 || strnlen(text, 255) > 254)
		return false;
	if (strspn(text, LOWER UPPER DIGITS "!#$%&'*+-/=?^_`{|}~.") != len || strchr("-|/.", text[0]))
		return false;
	if (at[-1] == '.' || memmem(text, len, "..", 2))
		return false;
	return domain_is_valid(at + 1);
}

bool handle_is_valid(const char *text)
{
	size_t len = strspn(text, LOWER DIGITS "._-");

	if (len && len <= 64 && !text[len])
		return text[0] != '.' && text[0] != '_' && text[0] != '-';
	return address_is_valid(text);
}
