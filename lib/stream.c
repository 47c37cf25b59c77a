/* Records from a stream of YAML documents, in bounded memory. */
#include "async/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "record-schema.h"

#define CHUNK ((size_t)65536)

struct record_stream {
	int fd;
	const char *name;
	char in[CHUNK]; /* bytes read, of which [at, end) are still to be taken */
	size_t at, end;
	bool at_line_start, at_eof;
	int line;       /* of the byte at `at`, from 1 */

	struct buf doc; /* the document being read: at most one byte over the limit is kept */
	int doc_line;
	bool has_content;

	struct id *ids; /* by number - 1; zero: bad */
	size_t nr, alloc;
};

struct record_stream *record_stream_new(void)
{
	struct record_stream *stream = xcalloc(1, sizeof(*stream));

	stream->doc = (struct buf)BUF_INIT;
	return stream;
}

void record_stream_free(struct record_stream *stream)
{
	if (!stream)
		return;
	buf_release(&stream->doc);
	free(stream->ids);
	free(stream);
}

void record_stream_from(struct record_stream *stream, int fd, const char *name)
{
	stream->fd = fd;
	stream->name = name;
	stream->at = stream->end = 0;
	stream->at_line_start = true;
	stream->at_eof = false;
	stream->line = 1;
}

size_t record_stream_count(const struct record_stream *stream)
{
	return stream->nr;
}

void record_stream_set_id(struct record_stream *stream, const struct id *id)
{
	stream->ids[stream->nr - 1] = *id;
}

const struct id *record_stream_id(const struct record_stream *stream, size_t number)
{
	const struct id *id = &stream->ids[number - 1];

	return id_is_zero(id) ? NULL : id;
}

/* Move what is left to the front and read more behind it. */
static int fill(struct record_stream *stream)
{
	ssize_t got;

	memmove(stream->in, stream->in + stream->at, stream->end - stream->at);
	stream->end -= stream->at;
	stream->at = 0;
	do
		got = read(stream->fd, stream->in + stream->end, CHUNK - stream->end);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return error_set(ERR_FAILED, "cannot read %s: %s", stream->name, strerror(errno));
	stream->at_eof = got == 0;
	stream->end += (size_t)got;
	return 0;
}

/*
 * The next line with its end, or CHUNK bytes of one that is longer; `*len` is 0 at the end
 * of the file. It stays where it is until line_taken().
 */
static int peek_line(struct record_stream *stream, const char **line, size_t *len)
{
	for (;;) {
		const char *from = stream->in + stream->at;
		size_t left = stream->end - stream->at;
		const char *end = memchr(from, '\n', left);

		*line = from;
		*len = end ? (size_t)(end - from) + 1 : left;
		if (end || stream->at_eof || left == CHUNK)
			return 0;
		if (fill(stream) < 0)
			return ERR_FAILED;
	}
}

static void line_taken(struct record_stream *stream, size_t len)
{
	stream->at += len;
	stream->at_line_start = stream->in[stream->at - 1] == '\n';
	stream->line += stream->at_line_start;
}

/* "---", alone or with something after it, where only it can stand: a block's lines are indented. */
static bool is_separator(const struct record_stream *stream, const char *line, size_t len)
{
	return stream->at_line_start && len >= 3 && !memcmp(line, "---", 3) &&
	       (len == 3 || strchr(" \t\r\n", line[3]));
}

/* Does the line say anything, or is it blank, a comment, or a document's end? */
static bool is_content(const char *line, size_t len)
{
	if (len >= 3 && (!memcmp(line, "---", 3) || !memcmp(line, "...", 3))) {
		line += 3;
		len -= 3;
	}
	for (size_t i = 0; i < len; i++)
		if (!memchr(" \t\r\n", line[i], 4))
			return line[i] != '#';
	return false;
}

static void add_line(struct record_stream *stream, const char *line, size_t len)
{
	size_t room = RECORD_MAX_BYTES + 1 - stream->doc.len;

	if (!stream->doc.len)
		stream->doc_line = stream->line;
	stream->has_content |= !stream->at_line_start || is_content(line, len);
	buf_add(&stream->doc, line, len < room ? len : room);
	line_taken(stream, len);
}

/* A separator alone is no part of the document, so that the rest may be in canonical form. */
static void take_separator(struct record_stream *stream, const char *line, size_t len)
{
	if (is_content(line, len))
		add_line(stream, line, len);
	else
		line_taken(stream, len);
}

/* Fill `doc` with the next document that holds something; `*more` false: there is none. */
static int read_document(struct record_stream *stream, bool *more)
{
	const char *line;
	size_t len;

	buf_reset(&stream->doc);
	stream->has_content = false;
	for (;;) {
		if (peek_line(stream, &line, &len) < 0)
			return ERR_FAILED;
		if (!len || is_separator(stream, line, len)) {
			*more = stream->has_content;
			if (*more || !len)
				return 0;
			buf_reset(&stream->doc);
			take_separator(stream, line, len);
		} else {
			add_line(stream, line, len);
		}
	}
}

/* Put the id in place of "@N". */
static int resolve(struct record *rec, const char *key, const struct record_stream *stream)
{
	struct node *ref = node_get(rec->root, key);
	char hex[ID_HEX + 1], *end;
	unsigned long number;

	if (!ref || !ref->text || ref->text[0] != '@')
		return 0;
	number = strtoul(ref->text + 1, &end, 10);
	if (*end || ref->text[1] < '1' || ref->text[1] > '9' || number >= stream->nr)
		return error_set(ERR_INVALID, "%s:%d:%d: %s: expected an earlier record such as @1, not '%.20s'",
				 stream->name, ref->line, ref->column, key, ref->text);
	if (!record_stream_id(stream, number))
		return error_set(ERR_INVALID, "%s:%d:%d: %s: record %lu, which it points at, is bad",
				 stream->name, ref->line, ref->column, key, number);
	id_hex(hex, record_stream_id(stream, number));
	ref->text = pool_strdup(&rec->pool, hex);
	return 0;
}

static int resolve_all(struct record *rec, void *data)
{
	int rc = resolve(rec, "re", data);

	return rc < 0 ? rc : resolve(rec, "target", data);
}

static void count_document(struct record_stream *stream)
{
	static const struct id none;

	GROW(stream->ids, stream->nr, stream->alloc);
	stream->ids[stream->nr++] = none;
}

int record_stream_next(struct record_stream *stream, struct record *out)
{
	const struct buf *doc = &stream->doc;
	bool more;
	int rc;

	*out = (struct record)RECORD_INIT;
	rc = read_document(stream, &more);
	if (rc < 0 || !more)
		return rc;
	count_document(stream);
	rc = record_read(out, doc->ptr, doc->len, stream->name, stream->doc_line, resolve_all, stream);
	if (rc == 0)
		rc = record_check_read(out, doc->ptr, doc->len, stream->name);
	if (rc == 0)
		return 1;
	record_release(out);
	return error_prefix(rc, "record %zu", stream->nr);
}
