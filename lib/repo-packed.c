/*
 * Reading packed objects (gitformat-pack(5)) without libgit2, whose start costs more than to
 * find and expand the few records that a screen shows, and which a damaged index can crash.
 */
#include "repo-packed.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "deflate.h"

#define FANOUT_LEN ((size_t)256 * 4)
#define BEGIN_LEN ((size_t)8)       /* of an index of version 2; version 1 has no beginning */
#define TRAILERS (2 * ID_RAW)       /* of an index: the pack's checksum and its own */
#define LET_GO_AFTER 1024           /* objects, of which each may hold 64 kB of a pack in memory */
#define MAX_DELTAS 4096             /* more git does not make */
#define MAX_BYTES ((size_t)64 << 20) /* of each part of an object, unless it may itself have more, */
#define MAX_WORK ((size_t)1 << 30)  /* and of all of them */

enum { OFFSET_DELTA = 6, ID_DELTA = 7 };

struct file {
	const unsigned char *ptr;
	size_t len;
};

struct pack_read {
	char *path; /* of the index */
	struct file index, data; /* `ptr` NULL: not opened yet */
	const unsigned char *fanout, *ids; /* in the index: how many ids come before each first byte, and they */
	size_t stride;             /* from one id to the next; of version 1 the offset stands before each */
	uint32_t nr;
	bool unusable;
	int cause;                 /* the errno of opening one of the two, or 0 */
	size_t nr_read; /* objects, since its pages were let go */
};

struct packs {
	char *dir;
	bool listed;
	int cause; /* the errno of listing them, or 0 */
	struct pack_read *v;
	size_t nr, alloc;
	size_t last; /* where the last object was found: the next is likely there, too */
};

static uint32_t be32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* `*cause`: the errno, or 0 if it is no file of any length. */
static bool map(struct file *out, int *cause, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	void *ptr = MAP_FAILED;

	*cause = 0;
	if (fd < 0 || fstat(fd, &st) < 0) {
		*cause = errno;
	} else if (S_ISREG(st.st_mode) && st.st_size > 0) {
		ptr = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		*cause = ptr == MAP_FAILED ? errno : 0;
	}
	if (fd >= 0)
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

void packs_look_again(struct packs *packs)
{
	for (size_t i = 0; i < packs->nr; i++) {
		unmap(&packs->v[i].index);
		unmap(&packs->v[i].data);
		free(packs->v[i].path);
	}
	packs->nr = packs->last = 0;
	packs->listed = false;
}

void packs_free(struct packs *packs)
{
	if (!packs)
		return;
	packs_look_again(packs);
	free(packs->v);
	free(packs->dir);
	free(packs);
}

static void list(struct packs *packs)
{
	const struct dirent *entry;
	DIR *dir;

	if (packs->listed)
		return;
	packs->listed = true;
	dir = opendir(packs->dir);
	packs->cause = dir || errno == ENOENT ? 0 : errno;
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

/* An index that has room for all that it says it has. */
static bool parse_index(struct pack_read *pack)
{
	static const unsigned char begin[BEGIN_LEN] = { 0xff, 't', 'O', 'c', 0, 0, 0, 2 };
	bool is_old = pack->index.len < BEGIN_LEN || memcmp(pack->index.ptr, begin, 4) != 0;
	size_t head = is_old ? FANOUT_LEN : BEGIN_LEN + FANOUT_LEN, each = is_old ? 4 + ID_RAW : ID_RAW + 4 + 4;

	if (pack->index.len < head + TRAILERS || (!is_old && memcmp(pack->index.ptr, begin, BEGIN_LEN) != 0))
		return false;
	pack->fanout = pack->index.ptr + head - FANOUT_LEN;
	pack->ids = pack->index.ptr + head + (is_old ? 4 : 0);
	pack->stride = is_old ? 4 + ID_RAW : ID_RAW;
	pack->nr = be32(pack->fanout + FANOUT_LEN - 4);
	return (pack->index.len - head - TRAILERS) / each >= pack->nr;
}

static bool open_index(struct pack_read *pack)
{
	if (pack->index.ptr)
		return true;
	if (pack->unusable || !map(&pack->index, &pack->cause, pack->path))
		return false;
	pack->unusable = !parse_index(pack);
	if (pack->unusable) {
		unmap(&pack->index);
		pack->index.ptr = NULL;
	}
	return !pack->unusable;
}

static const unsigned char *id_at(const struct pack_read *pack, uint32_t at)
{
	return pack->ids + (size_t)at * pack->stride;
}

/* The first place in the sorted list whose id is not below this one; `*end`: the list ends, or another first byte begins. */
static uint32_t find_place(uint32_t *end, const struct pack_read *pack, const unsigned char *raw)
{
	uint32_t low = raw[0] ? be32(pack->fanout + (size_t)4 * (raw[0] - 1)) : 0, high = be32(pack->fanout + (size_t)4 * raw[0]);

	*end = high <= pack->nr ? high : 0;
	if (high > pack->nr)
		return 0;
	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (memcmp(id_at(pack, mid), raw, ID_RAW) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* The place in the sorted list of ids; false: it is not in this pack. */
static bool find_id(uint32_t *out, const struct pack_read *pack, const unsigned char *raw)
{
	uint32_t end;

	*out = find_place(&end, pack, raw);
	return *out < end && memcmp(id_at(pack, *out), raw, ID_RAW) == 0;
}

/* Where in the pack's data it begins. */
static bool find_offset(uint64_t *out, const struct pack_read *pack, uint32_t at)
{
	const unsigned char *offsets = pack->ids + (size_t)pack->nr * (ID_RAW + 4);
	const unsigned char *far = offsets + (size_t)pack->nr * 4;
	size_t nr_far;
	uint32_t near;

	if (pack->stride != ID_RAW) {
		*out = be32(id_at(pack, at) - 4);
		return true;
	}
	near = be32(offsets + (size_t)at * 4);
	*out = near;
	if (!(near & UINT32_C(1) << 31))
		return true;
	near &= ~(UINT32_C(1) << 31);
	nr_far = (size_t)(pack->index.ptr + pack->index.len - TRAILERS - far) / 8;
	if (near >= nr_far)
		return false;
	*out = (uint64_t)be32(far + (size_t)near * 8) << 32 | be32(far + (size_t)near * 8 + 4);
	return true;
}

static bool find(uint64_t *offset, const struct pack_read *pack, const unsigned char *raw)
{
	uint32_t at;

	return find_id(&at, pack, raw) && find_offset(offset, pack, at);
}

static char *data_path(const struct pack_read *pack)
{
	return xstrfmt("%.*s.pack", (int)strlen(pack->path) - 4, pack->path);
}

static bool open_data(struct pack_read *pack)
{
	char *path;

	if (pack->data.ptr || pack->unusable)
		return !pack->unusable; /* one that is too short is mapped, too */
	path = data_path(pack);
	pack->unusable = !map(&pack->data, &pack->cause, path) || pack->data.len < ID_RAW;
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
	struct stream *deltas;
	size_t nr, alloc;
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

/* `most`: how long each of its parts may be. */
static bool follow(struct chain *out, const struct pack_read *pack, uint64_t offset, size_t most)
{
	size_t end = pack->data.len - ID_RAW;

	for (out->nr = 0; offset < end;) {
		struct stream stream = { .data = { pack->data.ptr + offset, pack->data.ptr + end } };

		if (!take_header(&out->type, &stream.len, &stream.data) || stream.len > most)
			return false;
		if (out->type >= PACK_COMMIT && out->type <= PACK_TAG) {
			out->whole = stream;
			return true;
		}
		if (out->nr == MAX_DELTAS || !find_base(&offset, pack, out->type, &stream.data))
			return false;
		GROW(out->deltas, out->nr, out->alloc);
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

static bool apply(struct buf *out, const struct buf *base, const struct buf *text, size_t most)
{
	struct cursor delta = { (const unsigned char *)text->ptr, (const unsigned char *)text->ptr + text->len };
	size_t was = 0, len = 0;
	unsigned op;

	buf_reset(out);
	if (!take_number(&was, 0, &delta) || was != base->len || !take_number(&len, 0, &delta) || len > most)
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
static bool put_together(struct buf *out, const struct chain *chain, size_t most)
{
	struct buf delta = BUF_INIT, next = BUF_INIT, swap;
	bool good = expand(out, &chain->whole);
	size_t work = 0;

	for (size_t i = chain->nr; good && i > 0; i--) {
		good = expand(&delta, &chain->deltas[i - 1]) && apply(&next, out, &delta, most);
		swap = *out;
		*out = next;
		next = swap;
		work += delta.len + out->len;
		good = good && work <= MAX_WORK;
	}
	buf_release(&delta);
	buf_release(&next);
	return good;
}

/* How long the object will be: what its last delta, or the whole one, says of itself. */
static bool measure(size_t *out, const struct chain *chain)
{
	char start[2 * 5 + 1]; /* room for two numbers */
	size_t was = 0, in;
	const struct stream *last = chain->deltas;
	struct cursor delta = { (const unsigned char *)start, (const unsigned char *)start };
	long got;

	*out = chain->whole.len;
	if (!chain->nr)
		return true;
	in = (size_t)(last->data.end - last->data.at);
	got = inflate_into(start, sizeof(start), last->data.at, in < INT32_MAX ? in : INT32_MAX, false);
	if (got < 0)
		return false;
	delta.end += got;
	*out = 0;
	return take_number(&was, 0, &delta) && take_number(out, 0, &delta);
}

/* A pack that is read from end to end should not be in memory from end to end. */
static void let_go(struct pack_read *pack)
{
	if (++pack->nr_read < LET_GO_AFTER)
		return;
	madvise((void *)(uintptr_t)pack->data.ptr, pack->data.len, MADV_DONTNEED);
	pack->nr_read = 0;
}

static enum find read_object(struct found_object *out, struct pack_read *pack, uint64_t offset, const struct id *id,
			     size_t limit)
{
	size_t most = limit < MAX_BYTES ? MAX_BYTES : limit < MAX_WORK ? limit : MAX_WORK;
	struct buf object = BUF_INIT;
	struct chain chain = { .nr = 0 };
	enum find found = FIND_DAMAGED;

	if (follow(&chain, pack, offset, most) && measure(&out->size, &chain)) {
		out->type = (enum pack_type)chain.type;
		if (out->size > limit)
			found = FIND_LARGE;
		else if (put_together(&object, &chain, most) && object_is(id, out->type, object.ptr, object.len))
			found = FIND_GOOD;
	}
	if (found == FIND_GOOD)
		buf_add(out->text, object.ptr, object.len);
	buf_release(&object);
	free(chain.deltas);
	return found;
}

/* A file that is gone was taken away by git, which has put its objects elsewhere before. */
static enum find is_damaged(struct found_object *out, const char *path, int cause)
{
	return access(path, F_OK) != 0 ? FIND_NOWHERE : found_damaged(out, path, cause);
}

/* An index that cannot be used may have any object. */
static enum find read_from(struct found_object *out, struct pack_read *pack, const struct id *id, size_t limit)
{
	enum find found = FIND_DAMAGED;
	uint64_t offset;
	uint32_t at;
	char *path;

	if (!open_index(pack))
		return is_damaged(out, pack->path, pack->cause);
	if (!find_id(&at, pack, id->raw))
		return FIND_NOWHERE;
	if (open_data(pack) && find_offset(&offset, pack, at)) {
		found = read_object(out, pack, offset, id, limit);
		let_go(pack);
	}
	if (found == FIND_DAMAGED) {
		path = data_path(pack);
		found = is_damaged(out, path, pack->data.ptr ? 0 : pack->cause);
		free(path);
	}
	return found;
}

enum find packs_read(struct found_object *out, struct packs *packs, const struct id *id, size_t limit)
{
	enum find best;

	list(packs);
	best = packs->cause ? found_damaged(out, packs->dir, packs->cause) : FIND_NOWHERE;
	for (size_t i = 0; i < packs->nr; i++) {
		size_t at = (packs->last + i) % packs->nr;
		enum find found = read_from(out, &packs->v[at], id, limit);

		if (found == FIND_GOOD) {
			packs->last = at;
			return found;
		}
		if (found > best)
			best = found;
	}
	return best;
}

bool packs_have(struct packs *packs, const struct id *id)
{
	uint32_t at;

	list(packs);
	for (size_t i = 0; i < packs->nr; i++)
		if (open_index(&packs->v[i]) && find_id(&at, &packs->v[i], id->raw))
			return true;
	return false;
}

void packs_freshen(struct packs *packs, const struct id *id)
{
	uint32_t at;

	list(packs);
	for (size_t i = 0; i < packs->nr; i++) {
		char *path;

		if (!open_index(&packs->v[i]) || !find_id(&at, &packs->v[i], id->raw))
			continue;
		path = data_path(&packs->v[i]);
		utimensat(AT_FDCWD, path, NULL, 0);
		free(path);
	}
}

int packs_each(struct packs *packs, const char *digits, size_t len, each_object *each, void *data)
{
	char from[ID_HEX + 1], hex[ID_HEX + 1];
	struct id first, id;
	int rc = 0;

	snprintf(from, sizeof(from), "%.*s%0*d", (int)len, digits, (int)(ID_HEX - len), 0);
	from[ID_HEX] = '\0';
	if (!id_parse(&first, from, ID_HEX))
		return 0;
	list(packs);
	for (size_t i = 0; i < packs->nr && rc == 0; i++) {
		uint32_t at, end;

		if (!open_index(&packs->v[i]))
			continue;
		for (at = find_place(&end, &packs->v[i], first.raw); at < end && rc == 0; at++) {
			memcpy(id.raw, id_at(&packs->v[i], at), ID_RAW);
			id_hex(hex, &id);
			if (strncmp(hex, digits, len) != 0)
				break;
			rc = each(&id, data);
		}
	}
	return rc;
}
