/*
 * Writing a pack (gitformat-pack(5)): whole objects, lightly compressed, no deltas.
 *
 * How many objects there are is known at the end only, but stands in the header that the
 * trailing checksum covers: so the file is read once more before it is closed, which
 * costs a thirtieth of making it.
 */
#include "repo-pack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/error.h"
#include "deflate.h"
#include "sha1.h"

#define FLUSH_BYTES ((size_t)256 << 10)
#define HEADER_BYTES 12
#define FAR_OFFSET ((uint64_t)1 << 31) /* from here on an offset needs the table of long ones */

struct packed {
	struct id id;
	uint32_t crc;
	uint64_t offset;
};

struct pack {
	char *dir;  /* "…/objects/pack" */
	char *path; /* of the unfinished file; NULL once it is published */
	int fd;
	struct buf out;   /* not written yet */
	uint64_t written; /* bytes in the file */
	struct packed *v;
	size_t nr, alloc;
	uint32_t *slots; /* id → index in `v` plus one */
	size_t size;     /* of `slots`: a power of two, or 0 */
	struct deflater *deflater;
};

static int failed(const char *path)
{
	return error_set(ERR_FAILED, "cannot write '%s': %s", path, strerror(errno));
}

static int write_out(int fd, const char *path, const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t put = write(fd, p, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return failed(path);
		p += put;
		len -= (size_t)put;
	}
	return 0;
}

static int flush(struct pack *pack)
{
	int rc = write_out(pack->fd, pack->path, pack->out.ptr, pack->out.len);

	pack->written += pack->out.len;
	buf_reset(&pack->out);
	return rc;
}

static void put_be32(struct buf *out, uint32_t x)
{
	const unsigned char bytes[] = { (unsigned char)(x >> 24), (unsigned char)(x >> 16), (unsigned char)(x >> 8),
					(unsigned char)x };

	buf_add(out, bytes, sizeof(bytes));
}

static void put_header(struct buf *out, size_t nr)
{
	buf_puts(out, "PACK");
	put_be32(out, 2);
	put_be32(out, (uint32_t)nr);
}

/* A file in the making, beside what it will be. */
static int open_unfinished(char **path, const char *dir, const char *name)
{
	int fd;

	*path = xstrfmt("%s/%s", dir, name);
	fd = mkostemp(*path, O_CLOEXEC);
	if (fd < 0)
		failed(*path);
	return fd;
}

int pack_new(struct pack **out, const char *objects_dir)
{
	struct pack *pack = xcalloc(1, sizeof(*pack));

	*out = NULL;
	pack->dir = xstrfmt("%s/pack", objects_dir);
	pack->out = (struct buf)BUF_INIT;
	pack->deflater = deflater_new();
	if (mkdir(pack->dir, 0777) < 0 && errno != EEXIST) {
		failed(pack->dir);
		pack->fd = -1;
	} else {
		pack->fd = open_unfinished(&pack->path, pack->dir, "tmp_pack_XXXXXX");
	}
	if (pack->fd < 0) {
		free(pack->path);
		pack->path = NULL;
		pack_free(pack);
		return ERR_FAILED;
	}
	put_header(&pack->out, 0);
	*out = pack;
	return 0;
}

void pack_free(struct pack *pack)
{
	if (!pack)
		return;
	if (pack->path)
		unlink(pack->path);
	if (pack->fd >= 0)
		close(pack->fd);
	deflater_free(pack->deflater);
	buf_release(&pack->out);
	free(pack->path);
	free(pack->dir);
	free(pack->slots);
	free(pack->v);
	free(pack);
}

static uint32_t *slot_of(struct pack *pack, const struct id *id)
{
	size_t at;

	memcpy(&at, id->raw, sizeof(at));
	for (at &= pack->size - 1; pack->slots[at]; at = (at + 1) & (pack->size - 1))
		if (id_equal(&pack->v[pack->slots[at] - 1].id, id))
			break;
	return &pack->slots[at];
}

/* Enter an object that begins here; false if it is in already. */
static bool enter(struct pack *pack, const struct id *id)
{
	uint32_t *slot;

	if (2 * pack->nr >= pack->size) {
		pack->size = pack->size ? 2 * pack->size : 1024;
		free(pack->slots);
		pack->slots = xcalloc(pack->size, sizeof(*pack->slots));
		for (size_t i = 0; i < pack->nr; i++)
			*slot_of(pack, &pack->v[i].id) = (uint32_t)i + 1;
	}
	slot = slot_of(pack, id);
	if (*slot)
		return false;
	GROW(pack->v, pack->nr, pack->alloc);
	pack->v[pack->nr] = (struct packed){ .id = *id, .offset = pack->written + pack->out.len };
	*slot = (uint32_t)++pack->nr;
	return true;
}

/* Type and size: four bits of it in the first byte, seven in each further one. */
static void put_object_header(struct buf *out, enum pack_type type, size_t len)
{
	unsigned byte = (unsigned)type << 4 | (len & 15);

	for (len >>= 4; len; len >>= 7) {
		buf_putc(out, (char)(byte | 0x80));
		byte = len & 0x7f;
	}
	buf_putc(out, (char)byte);
}

int pack_add(struct pack *pack, enum pack_type type, const struct id *id, const void *data, size_t len)
{
	size_t start = pack->out.len;

	if (pack->nr == UINT32_MAX / 2)
		return error_set(ERR_FAILED, "more than %zu objects at once", pack->nr);
	if (!enter(pack, id))
		return 0;
	put_object_header(&pack->out, type, len);
	deflater_add(&pack->out, pack->deflater, data, len);
	pack->v[pack->nr - 1].crc = checksum(0, pack->out.ptr + start, pack->out.len - start);
	return pack->out.len < FLUSH_BYTES ? 0 : flush(pack);
}

/* Write the header as it should be, and the checksum of all. */
static int seal(struct id *trailer, struct pack *pack)
{
	char *chunk = xmalloc(FLUSH_BYTES);
	struct buf header = BUF_INIT;
	struct sha1 sha;
	uint64_t at = 0;
	int rc = flush(pack);

	put_header(&header, pack->nr);
	if (rc == 0 && pwrite(pack->fd, header.ptr, HEADER_BYTES, 0) != HEADER_BYTES)
		rc = failed(pack->path);
	sha1_init(&sha);
	while (rc == 0 && at < pack->written) {
		ssize_t got = pread(pack->fd, chunk, FLUSH_BYTES, (off_t)at);

		if (got <= 0)
			rc = error_set(ERR_FAILED, "cannot read '%s' back: %s", pack->path,
				       got ? strerror(errno) : "it was cut off");
		else
			sha1_add(&sha, chunk, (size_t)got);
		at += got > 0 ? (size_t)got : 0;
	}
	sha1_end(trailer, &sha);
	if (rc == 0)
		rc = write_out(pack->fd, pack->path, trailer->raw, ID_RAW);
	buf_release(&header);
	free(chunk);
	return rc;
}

static int order_packed(const void *a, const void *b)
{
	const struct packed *x = a, *y = b;

	return id_cmp(&x->id, &y->id);
}

/* The pack's index, version 2. Sorts the entries. */
static void make_index(struct buf *out, struct pack *pack, const struct id *trailer)
{
	struct buf far = BUF_INIT;
	struct sha1 sha;
	struct id end;
	size_t i = 0, nr_far = 0;

	qsort(pack->v, pack->nr, sizeof(*pack->v), order_packed);
	buf_grow(out, 1100 + pack->nr * (ID_RAW + 4 + 4));
	buf_add(out, "\377tOc", 4);
	put_be32(out, 2);
	for (int byte = 0; byte < 256; byte++) {
		while (i < pack->nr && pack->v[i].id.raw[0] <= byte)
			i++;
		put_be32(out, (uint32_t)i);
	}
	for (i = 0; i < pack->nr; i++)
		buf_add(out, pack->v[i].id.raw, ID_RAW);
	for (i = 0; i < pack->nr; i++)
		put_be32(out, pack->v[i].crc);
	for (i = 0; i < pack->nr; i++) {
		uint64_t offset = pack->v[i].offset;

		if (offset < FAR_OFFSET) {
			put_be32(out, (uint32_t)offset);
			continue;
		}
		put_be32(out, (uint32_t)(FAR_OFFSET | nr_far++));
		put_be32(&far, (uint32_t)(offset >> 32));
		put_be32(&far, (uint32_t)offset);
	}
	buf_add(out, far.ptr, far.len);
	buf_add(out, trailer->raw, ID_RAW);
	sha1_init(&sha);
	sha1_add(&sha, out->ptr, out->len);
	sha1_end(&end, &sha);
	buf_add(out, end.raw, ID_RAW);
	buf_release(&far);
}

/* Give an unfinished file the rights of a finished one and its name. */
static int publish(int fd, const char *path, const char *dir, const char *hex, const char *suffix, bool durable)
{
	char *name = xstrfmt("%s/pack-%s%s", dir, hex, suffix);
	mode_t mask = umask(0);
	int rc = 0;

	umask(mask);
	if (fchmod(fd, 0444 & ~mask) < 0 || (durable && fsync(fd) < 0) || rename(path, name) < 0)
		rc = failed(name);
	free(name);
	return rc;
}

static int write_index(struct pack *pack, const struct id *trailer, const char *hex, bool durable)
{
	struct buf index = BUF_INIT;
	char *path = NULL;
	int fd = open_unfinished(&path, pack->dir, "tmp_idx_XXXXXX"), rc;

	if (fd < 0) {
		free(path);
		return ERR_FAILED;
	}
	make_index(&index, pack, trailer);
	rc = write_out(fd, path, index.ptr, index.len);
	if (rc == 0)
		rc = publish(fd, path, pack->dir, hex, ".idx", durable);
	if (rc < 0)
		unlink(path);
	close(fd);
	free(path);
	buf_release(&index);
	return rc;
}

static int sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int rc = fd < 0 || fsync(fd) < 0 ? failed(dir) : 0;

	if (fd >= 0)
		close(fd);
	return rc;
}

int pack_end(struct pack *pack, bool durable)
{
	char hex[ID_HEX + 1];
	struct id trailer;
	int rc = seal(&trailer, pack);

	if (rc < 0)
		return rc;
	id_hex(hex, &trailer);
	rc = publish(pack->fd, pack->path, pack->dir, hex, ".pack", durable);
	if (rc < 0)
		return rc;
	/* A pack without an index is invisible, and git's own cleaning takes it away. */
	free(pack->path);
	pack->path = NULL;
	rc = write_index(pack, &trailer, hex, durable);
	return rc == 0 && durable ? sync_dir(pack->dir) : rc;
}
