/* Record ids and their prefixes. */
#include "async/id.h"

#include <string.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int nibble(const struct id *id, size_t i)
{
	return i % 2 ? id->raw[i / 2] & 15 : id->raw[i / 2] >> 4;
}

bool id_parse(struct id *out, const char *hex, size_t len)
{
	if (len != ID_HEX)
		return false;
	for (size_t i = 0; i < ID_RAW; i++) {
		int high = digit(hex[2 * i]), low = digit(hex[2 * i + 1]);

		if (high < 0 || low < 0 || strchr("ABCDEF", hex[2 * i]) || strchr("ABCDEF", hex[2 * i + 1]))
			return false;
		out->raw[i] = (unsigned char)(high * 16 + low);
	}
	return true;
}

void id_hex(char out[ID_HEX + 1], const struct id *id)
{
	for (size_t i = 0; i < ID_HEX; i++)
		out[i] = "0123456789abcdef"[nibble(id, i)];
	out[ID_HEX] = '\0';
}

int id_cmp(const struct id *a, const struct id *b)
{
	return memcmp(a->raw, b->raw, ID_RAW);
}

bool id_equal(const struct id *a, const struct id *b)
{
	return id_cmp(a, b) == 0;
}

bool id_is_zero(const struct id *id)
{
	static const struct id zero;

	return id_equal(id, &zero);
}

bool id_is_prefix(const char *hex, size_t len)
{
	if (len < ID_MIN_PREFIX || len > ID_HEX)
		return false;
	for (size_t i = 0; i < len; i++)
		if (digit(hex[i]) < 0)
			return false;
	return true;
}

bool id_has_prefix(const struct id *id, const char *hex, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (digit(hex[i]) != nibble(id, i))
			return false;
	return true;
}

size_t id_common(const struct id *a, const struct id *b)
{
	size_t i = 0;

	while (i < ID_HEX && nibble(a, i) == nibble(b, i))
		i++;
	return i;
}
