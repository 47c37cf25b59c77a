/* TZif, the system's zone files (RFC 8536). Every length comes from the file: none is believed. */
#include <string.h>

#include "zone-file.h"

#define HEADER 44
#define COUNT_MAX 100000u /* of anything; real files stay below 2,000 */

struct header {
	unsigned char version;
	uint32_t isutc, isstd, leap, time, type, chars;
};

/* Where the parts of a data block are. */
struct block {
	const unsigned char *times, *indexes, *types, *chars;
	size_t size;
};

static uint32_t get32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static int64_t get64(const unsigned char *p)
{
	return (int64_t)((uint64_t)get32(p) << 32 | get32(p + 4));
}

static bool read_header(struct header *out, const unsigned char *data, size_t len)
{
	if (len < HEADER || memcmp(data, "TZif", 4) != 0)
		return false;
	out->version = data[4];
	out->isutc = get32(data + 20);
	out->isstd = get32(data + 24);
	out->leap = get32(data + 28);
	out->time = get32(data + 32);
	out->type = get32(data + 36);
	out->chars = get32(data + 40);
	return out->isutc <= COUNT_MAX && out->isstd <= COUNT_MAX && out->leap <= COUNT_MAX &&
	       out->time <= COUNT_MAX && out->type >= 1 && out->type <= 256 && out->chars >= 1 &&
	       out->chars <= COUNT_MAX;
}

/* Lay out the block after a header; `width` is that of a time, 4 or 8 bytes. */
static bool lay_out(struct block *out, const struct header *h, const unsigned char *data, size_t len,
		    size_t width)
{
	size_t times = h->time * width, types = (size_t)h->type * 6;

	out->times = data;
	out->indexes = data + times;
	out->types = out->indexes + h->time;
	out->chars = out->types + types;
	out->size = times + h->time + types + h->chars + h->leap * (width + 4) + h->isstd + h->isutc;
	return out->size <= len;
}

static bool read_types(struct zone *zone, const struct header *h, const struct block *block, int32_t *map)
{
	for (uint32_t i = 0; i < h->type; i++) {
		const unsigned char *type = block->types + (size_t)i * 6;
		int32_t offset = (int32_t)get32(type);
		const char *name = (const char *)block->chars + type[5];
		size_t left, len;

		if (type[5] >= h->chars || offset < ZONE_OFFSET_MIN || offset > ZONE_OFFSET_MAX)
			return false;
		left = h->chars - type[5];
		len = strnlen(name, left);
		if (len == left) /* no NUL */
			return false;
		for (size_t k = 0; k < len; k++)
			if (name[k] < '!' || name[k] > '~')
				return false;
		map[i] = zone_add_type(zone, offset, name, len);
	}
	return true;
}

static bool read_shifts(struct zone *zone, const struct header *h, const struct block *block,
			const int32_t *map)
{
	zone_add_shift(zone, INT64_MIN, map[0]);
	for (uint32_t i = 0; i < h->time; i++) {
		int64_t at = get64(block->times + (size_t)i * 8);

		if (block->indexes[i] >= h->type)
			return false;
		if (i && at <= zone->shifts[zone->nr_shifts - 1].at)
			return false;
		if (at != INT64_MIN)
			zone_add_shift(zone, at, map[block->indexes[i]]);
	}
	return true;
}

/* The footer: a rule between two line feeds; empty where there is none. */
static bool read_footer(struct zone *zone, const unsigned char *data, size_t len)
{
	char rule[256];
	const unsigned char *end;
	size_t n;

	if (len < 2 || data[0] != '\n')
		return false;
	end = memchr(data + 1, '\n', len - 1);
	if (!end)
		return false;
	n = (size_t)(end - data) - 1;
	if (n >= sizeof(rule) || memchr(data + 1, '\0', n))
		return false;
	memcpy(rule, data + 1, n);
	rule[n] = '\0';
	return n == 0 || zone_posix_extend(zone, rule);
}

bool zone_file_parse(struct zone *zone, const unsigned char *data, size_t len, const char **why)
{
	struct header h;
	struct block block;
	int32_t map[256];

	*why = "the file is damaged";
	if (!read_header(&h, data, len) || !lay_out(&block, &h, data + HEADER, len - HEADER, 4))
		return false;
	if (h.version < '2') {
		*why = "the file is of version 1, without times after 2037";
		return false;
	}
	data += HEADER + block.size;
	len -= HEADER + block.size;
	if (!read_header(&h, data, len) || !lay_out(&block, &h, data + HEADER, len - HEADER, 8))
		return false;
	if (h.leap) {
		*why = "the file counts leap seconds";
		return false;
	}
	if (!read_types(zone, &h, &block, map) || !read_shifts(zone, &h, &block, map))
		return false;
	return read_footer(zone, data + HEADER + block.size, len - HEADER - block.size);
}
