/*
 * Reading loose objects. libgit2 1.5.1 loops for ever on a truncated one and writes past its
 * buffer on some damaged ones; here a file is whole, or it is damaged.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "deflate.h"
#include "repo-store.h"

#define FILE_LIMIT ((size_t)1 << 30)
#define HEADER_LIMIT 32 /* "commit 1073741824" and a NUL, with room */

/* A mapped object file. */
struct mapped {
	void *ptr;
	size_t len;
	int cause; /* of a failure: errno, or 0 for what is no plain file */
};

static char *loose_path(const char *objects_dir, const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	return xstrfmt("%s/%.2s/%s", objects_dir, hex, hex + 2);
}

static enum find map_file(struct mapped *out, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;

	*out = (struct mapped){ .cause = errno };
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? FIND_NOWHERE : FIND_DAMAGED;
	if (fstat(fd, &st) < 0) {
		out->cause = errno;
	} else if (!S_ISREG(st.st_mode) || st.st_size == 0 || (size_t)st.st_size >= FILE_LIMIT) {
		out->cause = 0;
	} else {
		out->ptr = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
		out->cause = errno;
		out->len = (size_t)st.st_size;
	}
	close(fd);
	if (out->ptr == MAP_FAILED)
		out->ptr = NULL;
	return out->ptr ? FIND_GOOD : FIND_DAMAGED;
}

static bool parse_type(enum pack_type *out, const char *word, size_t len)
{
	static const char *const words[] = {
		[PACK_COMMIT] = "commit", [PACK_TREE] = "tree", [PACK_BLOB] = "blob", [PACK_TAG] = "tag",
	};

	for (*out = PACK_COMMIT; *out <= PACK_TAG; ++*out)
		if (strlen(words[*out]) == len && !memcmp(words[*out], word, len))
			return true;
	return false;
}

/* "blob 123" and a NUL: how long that is, or 0 if it is no header. */
static size_t parse_header(struct found_object *out, const char *text, size_t len)
{
	const char *end = memchr(text, '\0', len), *space = memchr(text, ' ', len), *p;

	if (!end || !space || space > end || space + 1 == end || !parse_type(&out->type, text, (size_t)(space - text)))
		return 0;
	out->size = 0;
	for (p = space + 1; p < end; p++) {
		if (*p < '0' || *p > '9' || out->size > FILE_LIMIT)
			return 0;
		out->size = 10 * out->size + (size_t)(*p - '0');
	}
	return out->size <= FILE_LIMIT ? (size_t)(end - text) + 1 : 0;
}

/* The header first: what is too large is refused unread. */
static enum find expand(struct found_object *out, const struct mapped *file, const struct id *id, size_t limit)
{
	char start[HEADER_LIMIT], *text;
	long got = inflate_into(start, sizeof(start), file->ptr, file->len, false);
	size_t header = got > 0 ? parse_header(out, start, (size_t)got) : 0;

	if (!header)
		return FIND_DAMAGED;
	if (out->size > limit)
		return FIND_LARGE;
	buf_grow(out->text, header + out->size);
	text = out->text->ptr + out->text->len;
	if (inflate_into(text, header + out->size, file->ptr, file->len, true) < 0)
		return FIND_DAMAGED;
	memmove(text, text + header, out->size);
	if (!object_is(id, out->type, text, out->size))
		return FIND_DAMAGED;
	buf_setlen(out->text, out->text->len + out->size);
	return FIND_GOOD;
}

enum find loose_read(struct found_object *out, const char *objects_dir, const struct id *id, size_t limit)
{
	char *path = loose_path(objects_dir, id);
	struct mapped file;
	enum find found = map_file(&file, path);

	if (found == FIND_GOOD) {
		found = expand(out, &file, id, limit);
		munmap(file.ptr, file.len);
		file.cause = 0;
	}
	if (found == FIND_DAMAGED)
		found = found_damaged(out, path, file.cause);
	free(path);
	return found;
}

bool loose_has(const char *objects_dir, const struct id *id)
{
	char *path = loose_path(objects_dir, id);
	bool has = access(path, F_OK) == 0;

	free(path);
	return has;
}

void loose_freshen(const char *objects_dir, const struct id *id)
{
	char *path = loose_path(objects_dir, id);

	utimensat(AT_FDCWD, path, NULL, 0); /* of a file that is not ours git itself cannot do it, either */
	free(path);
}

int loose_each(const char *objects_dir, const char *digits, size_t len, each_object *each, void *data)
{
	char *path = xstrfmt("%s/%.2s", objects_dir, digits), hex[ID_HEX + 1];
	DIR *dir = opendir(path);
	const struct dirent *entry;
	struct id id;
	int rc = 0;

	while (dir && rc == 0 && (entry = readdir(dir))) {
		if (strlen(entry->d_name) != ID_HEX - 2 || strncmp(entry->d_name, digits + 2, len - 2) != 0)
			continue;
		memcpy(hex, digits, 2);
		memcpy(hex + 2, entry->d_name, ID_HEX - 1);
		if (id_parse(&id, hex, ID_HEX))
			rc = each(&id, data);
	}
	if (dir)
		closedir(dir);
	free(path);
	return rc;
}
