/*
 * Reading packed objects (gitformat-pack(5)) without libgit2, whose start costs more than to
 * find and expand the few records that a screen shows. What is unusual or damaged is not read
 * here: libgit2 is asked then, and says what is wrong.
 */
#include "repo-packed.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "deflate.h"

#define FANOUT_AT 8
#define IDS_AT (FANOUT_AT + 256 * 4)
#define TRAILERS (2 * ID_RAW)       /* of an index: the pack's checksum and its own */
#define LET_GO_AFTER 1024           /* objects, of which each may hold 64 kB of a pack in memory */
#define MAX_DELTAS 64               /* git makes chains of 50 */
#define MAX_BYTES ((size_t)64 << 20) /* of what an object is put together from */

enum { OFFSET_DELTA = 6, ID_DELTA = 7 };

struct file {
	const unsigned char *ptr;
	size_t len;
};

struct pack_read {
	char *path; /* of the index */
	struct file index, data; /* `ptr` NULL: not opened yet */
	uint32_t nr;
	bool unusable;
	size_t nr_read; /* objects, since its pages were let go */
};

struct packs {
	char *dir;
	bool listed;
	struct pack_read *v;
	size_t nr, alloc;
	size_t last; /* where the last object was found: the next is likely there, too */
};

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static bool map(struct file *out, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	void *ptr = MAP_FAILED;

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		ptr = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (ptr == MAP_FAILED)
		return false;
	*out = (struct file){ ptr, (size_t)st.st_size };
	return true;
}

static void unmap(struct file *file)
{
	if (file->ptr)
		munmap((void *)(uintptr_t)file->ptr, file->len);
}

struct packs *packs_new(const char *objects_dir)
{
	struct packs *packs = xcalloc(1, sizeof(*packs));

	packs->dir = xstrfmt("%s/pack", objects_dir);
	return packs;
}

void packs_free(struct packs *packs)
{
	if (!packs)
		return;
	for (size_t i = 0; i < packs->nr; i++) {
		unmap(&packs->v[i].index);
		unmap(&packs->v[i].data);
		free(packs->v[i].path);
	}
	free(packs->v);
	free(packs->dir);
	free(packs);
}

static void list(struct packs *packs)
{
	DIR *dir = opendir(packs->dir);
	const struct dirent *entry;

	packs->listed = true;
	while (dir && (entry = readdir(dir))) {
		size_t len = strlen(entry->d_name);

		if (len < 4 || strcmp(entry->d_name + len - 4, ".idx") != 0)
			continue;
		GROW(packs->v, packs->nr, packs->alloc);
		packs->v[packs->nr++] = (struct pack_read){ .path = xstrfmt("%s/%s", packs->dir, entry->d_name) };
	}
	if (dir)
		closedir(dir);
}

/* ---- where an object is */

/* An index of version 2 that has room for all that it says it has. */
static bool open_index(struct pack_read *pack)
{
	static const unsigned char begin[] = { 0xff, 't', 'O', 'c', 0, 0, 0, 2 };

	if (pack->index.ptr)
		return true;
	if (pack->unusable || !map(&pack->index, pack->path))
		return false;
	pack->unusable = pack->index.len < IDS_AT + TRAILERS || memcmp(pack->index.ptr, begin, sizeof(begin)) != 0;
	if (!pack->unusable) {
		pack->nr = be32(pack->index.ptr + IDS_AT - 4);
		pack->unusable = (pack->index.len - IDS_AT - TRAILERS) / (ID_RAW + 4 + 4) < pack->nr;
	}
	if (pack->unusable) {
		unmap(&pack->index);
		pack->index.ptr = NULL;
	}
	return !pack->unusable;
}

/* The place in the sorted list of ids; false: it is not in this pack. */
static bool find_id(uint32_t *out, const struct pack_read *pack, const unsigned char *raw)
{
	const unsigned char *fanout = pack->index.ptr + FANOUT_AT, *ids = pack->index.ptr + IDS_AT;
	uint32_t low = raw[0] ? be32(fanout + 4 * (raw[0] - 1)) : 0, high = be32(fanout + 4 * raw[0]);

	if (high > pack->nr)
		return false;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		int cmp = memcmp(ids + (size_t)mid * ID_RAW, raw, ID_RAW);

		if (cmp == 0) {
			*out = mid;
			return true;
		}
		if (cmp < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return false;
}

/* Where in the pack's data it begins. */
static bool find(uint64_t *offset, const struct pack_read *pack, const unsigned char *raw)
{
	const unsigned char *offsets = pack->index.ptr + IDS_AT + (size_t)pack->nr * (ID_RAW + 4);
	const unsigned char *far = offsets + (size_t)pack->nr * 4;
	size_t nr_far = (size_t)(pack->index.ptr + pack->index.len - TRAILERS - far) / 8;
	uint32_t at, near;

	if (!find_id(&at, pack, raw))
		return false;
	near = be32(offsets + (size_t)at * 4);
	*offset = near;
	if (!(near & UINT32_C(1) << 31))
		return true;
	near &= ~(UINT32_C(1) << 31);
	if (near >= nr_far)
		return false;
	*offset = (uint64_t)be32(far + (size_t)near * 8) << 32 | be32(far + (size_t)near * 8 + 4);
	return true;
}

static bool open_data(struct pack_read *pack)
{
	char *path;

	if (pack->data.ptr || pack->unusable)
		return !pack->unusable; /* one that is too short is mapped, too */
	path = xstrfmt("%.*s.pack", (int)strlen(pack->path) - 4, pack->path);
	pack->unusable = !map(&pack->data, path) || pack->data.len < ID_RAW;
	free(path);
	return !pack->unusable;
}

/* ---- what it is */

/* Bytes of a pack or of a delta, read from the front. */
struct cursor {
	const unsigned char *at, *end;
};

static bool take_byte(unsigned *out, struct cursor *cursor)
{
	if (cursor->at == cursor->end)
		return false;
	*out = *cursor->at++;
	return true;
}

/* Seven bits of a number from each byte, the lowest first, above the `shift` that are there. */
static bool take_number(size_t *number, unsigned shift, struct cursor *cursor)
{
	unsigned byte;

	do {
		if (shift > 28 || !take_byte(&byte, cursor))
			return false;
		*number |= (size_t)(byte & 0x7f) << shift;
		shift += 7;
	} while (byte & 0x80);
	return true;
}

static bool take_header(unsigned *type, size_t *len, struct cursor *cursor)
{
	unsigned byte;

	if (!take_byte(&byte, cursor))
		return false;
	*type = byte >> 4 & 7;
	*len = byte & 15;
	return !(byte & 0x80) || take_number(len, 4, cursor);
}

/* How far before a delta its base is. */
static bool take_distance(uint64_t *out, struct cursor *cursor)
{
	unsigned byte;

	if (!take_byte(&byte, cursor))
		return false;
	*out = byte & 0x7f;
	while (byte & 0x80) {
		if (*out >> 48 || !take_byte(&byte, cursor))
			return false;
		*out = (*out + 1) << 7 | (byte & 0x7f);
	}
	return true;
}

/* Something compressed: how long it is, and where it begins. */
struct stream {
	size_t len;
	struct cursor data;
};

/* The deltas from an object down to the one that is whole. */
struct chain {
	struct stream deltas[MAX_DELTAS];
	size_t nr;
	struct stream whole;
	unsigned type;
};

static bool find_base(uint64_t *offset, const struct pack_read *pack, unsigned type, struct cursor *cursor)
{
	uint64_t distance;

	if (type == OFFSET_DELTA) {
		if (!take_distance(&distance, cursor) || !distance || distance > *offset)
			return false;
		*offset -= distance;
		return true;
	}
	if (type != ID_DELTA || cursor->end - cursor->at < ID_RAW || !find(offset, pack, cursor->at))
		return false;
	cursor->at += ID_RAW;
	return true;
}

static bool follow(struct chain *out, const struct pack_read *pack, uint64_t offset)
{
	size_t end = pack->data.len - ID_RAW;

	for (out->nr = 0; offset < end;) {
		struct stream stream = { .data = { pack->data.ptr + offset, pack->data.ptr + end } };

		if (!take_header(&out->type, &stream.len, &stream.data) || stream.len > MAX_BYTES)
			return false;
		if (out->type >= PACK_COMMIT && out->type <= PACK_BLOB) {
			out->whole = stream;
			return true;
		}
		if (out->nr == MAX_DELTAS || !find_base(&offset, pack, out->type, &stream.data))
			return false;
		out->deltas[out->nr++] = stream;
	}
	return false;
}

static bool expand(struct buf *out, const struct stream *stream)
{
	size_t in = (size_t)(stream->data.end - stream->data.at);

	buf_reset(out);
	buf_grow(out, stream->len);
	if (inflate_into(out->ptr, stream->len, stream->data.at, in < INT32_MAX ? in : INT32_MAX, true) < 0)
		return false;
	buf_setlen(out, stream->len);
	return true;
}

/* "Copy so many bytes from there": which bytes of the two numbers follow is said by the bits of `op`. */
static bool copy(struct buf *out, const struct buf *base, unsigned op, struct cursor *delta)
{
	size_t from = 0, len = 0;
	unsigned byte;

	for (unsigned i = 0; i < 7; i++) {
		if (!(op & 1u << i))
			continue;
		if (!take_byte(&byte, delta))
			return false;
		if (i < 4)
			from |= (size_t)byte << 8 * i;
		else
			len |= (size_t)byte << 8 * (i - 4);
	}
	if (!len)
		len = 0x10000;
	if (from > base->len || len > base->len - from)
		return false;
	buf_add(out, base->ptr + from, len);
	return true;
}

static bool apply(struct buf *out, const struct buf *base, const struct buf *text)
{
	struct cursor delta = { (const unsigned char *)text->ptr, (const unsigned char *)text->ptr + text->len };
	size_t was = 0, len = 0;
	unsigned op;

	buf_reset(out);
	if (!take_number(&was, 0, &delta) || was != base->len || !take_number(&len, 0, &delta) || len > MAX_BYTES)
		return false;
	while (out->len <= len && take_byte(&op, &delta)) {
		if (op & 0x80) {
			if (!copy(out, base, op, &delta))
				return false;
			continue;
		}
		if (!op || (size_t)(delta.end - delta.at) < op) /* new bytes, that stand here */
			return false;
		buf_add(out, delta.at, op);
		delta.at += op;
	}
	return out->len == len;
}

/* The whole one, and what each delta makes of it. */
static bool put_together(struct buf *out, const struct chain *chain)
{
	struct buf delta = BUF_INIT, next = BUF_INIT, swap;
	bool good = expand(out, &chain->whole);

	for (size_t i = chain->nr; good && i > 0; i--) {
		good = expand(&delta, &chain->deltas[i - 1]) && apply(&next, out, &delta);
		swap = *out;
		*out = next;
		next = swap;
	}
	buf_release(&delta);
	buf_release(&next);
	return good;
}

/* A pack that is read from end to end should not be in memory from end to end. */
static void let_go(struct pack_read *pack)
{
	if (++pack->nr_read < LET_GO_AFTER)
		return;
	madvise((void *)(uintptr_t)pack->data.ptr, pack->data.len, MADV_DONTNEED);
	pack->nr_read = 0;
}

bool packs_read(struct buf *out, struct packs *packs, const struct id *id, enum pack_type type, size_t limit)
{
	struct buf object = BUF_INIT;
	struct chain chain;
	uint64_t offset;
	bool found = false;

	if (!packs->listed)
		list(packs);
	for (size_t i = 0; i < packs->nr && !found; i++) {
		size_t at = (packs->last + i) % packs->nr;
		struct pack_read *pack = &packs->v[at];

		found = open_index(pack) && find(&offset, pack, id->raw);
		if (found)
			packs->last = at;
	}
	if (!found || !open_data(&packs->v[packs->last]) || !follow(&chain, &packs->v[packs->last], offset))
		return false;
	found = chain.type == type && put_together(&object, &chain) && object.len <= limit;
	if (found)
		buf_add(out, object.ptr, object.len);
	let_go(&packs->v[packs->last]);
	buf_release(&object);
	return found;
}
