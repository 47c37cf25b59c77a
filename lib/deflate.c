/* Compressing and expanding. */
#include "deflate.h"

#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "async/alloc.h"
#include "async/error.h"

struct deflater {
	z_stream stream;
};

struct deflater *deflater_new(void)
{
	struct deflater *deflater = xcalloc(1, sizeof(*deflater));

	if (deflateInit(&deflater->stream, Z_BEST_SPEED) != Z_OK)
		error_out_of_memory();
	return deflater;
}

void deflater_free(struct deflater *deflater)
{
	if (!deflater)
		return;
	deflateEnd(&deflater->stream);
	free(deflater);
}

void deflater_add(struct buf *out, struct deflater *deflater, const void *data, size_t len)
{
	z_stream *z = &deflater->stream;
	size_t bound = deflateBound(z, len);

	if (len > UINT_MAX / 2)
		BUG("%zu bytes to compress at once", len);
	buf_grow(out, bound);
	deflateReset(z);
	z->next_in = (void *)(uintptr_t)data; /* zlib only reads it, but was written before const */
	z->avail_in = (uInt)len;
	z->next_out = (Bytef *)out->ptr + out->len;
	z->avail_out = (uInt)bound;
	if (deflate(z, Z_FINISH) != Z_STREAM_END)
		BUG("zlib wants more room than it said");
	buf_setlen(out, out->len + bound - z->avail_out);
}

long inflate_into(void *out, size_t len, const void *in, size_t in_len, bool whole)
{
	z_stream z = { .next_in = (void *)(uintptr_t)in, .avail_in = (uInt)in_len };
	unsigned char extra;
	long got;
	int rc;

	if (len > INT_MAX || in_len > INT_MAX || inflateInit(&z) != Z_OK)
		return -1;
	z.next_out = out;
	z.avail_out = (uInt)len;
	rc = inflate(&z, Z_SYNC_FLUSH);
	got = (long)(len - z.avail_out);
	if (rc == Z_OK && whole && !z.avail_out) {
		/* All is there but perhaps the end of the stream, which may take one more step. */
		z.next_out = &extra;
		z.avail_out = 1;
		rc = inflate(&z, Z_FINISH);
		if (!z.avail_out)
			rc = Z_DATA_ERROR;
	}
	inflateEnd(&z);
	if (whole)
		return rc == Z_STREAM_END && (size_t)got == len ? got : -1;
	return rc == Z_STREAM_END || rc == Z_OK ? got : -1;
}

uint32_t checksum(uint32_t crc, const void *data, size_t len)
{
	return (uint32_t)crc32_z(crc, data, len);
}
