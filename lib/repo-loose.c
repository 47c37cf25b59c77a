/*
 * Reading loose objects: libgit2 1.5.1 loops for ever on a truncated one and writes
 * past its buffer on some damaged ones. This backend stands before its own and answers
 * for every object file that exists, in the repository and its alternates: whole, or
 * an error. libgit2's is left to write.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "deflate.h"
#include "repo-git.h"

#define OBJECT_LIMIT ((size_t)1 << 30)
#define HEADER_LIMIT 32 /* "commit 1073741824" and a NUL, with room */
#define ALTERNATES_LIMIT ((size_t)64 << 10)
#define ALTERNATES_DEPTH 5
#define PRIORITY 2

/* A mapped object file. */
struct mapped {
	void *ptr;
	size_t len;
	int cause; /* of a failure: errno, or 0 for what is no plain file */
};

struct loose {
	git_odb_backend base;
	int *dirs; /* opened objects folders: the repository's own first */
	size_t nr, alloc;
	git_oid last_id; /* a header is asked for first, and then the object: the file is kept for that */
	struct mapped last;
};

/* 0, GIT_ENOTFOUND, or GIT_ERROR for what is there but cannot be read, or is no plain file. */
static int map_file(struct mapped *out, int dir, const char *name)
{
	struct stat st;
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	int rc = GIT_ERROR;

	out->cause = errno;
	if (fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? GIT_ENOTFOUND : GIT_ERROR;
	if (fstat(fd, &st) < 0) {
		out->cause = errno;
	} else if (!S_ISREG(st.st_mode) || st.st_size == 0 || (size_t)st.st_size >= OBJECT_LIMIT) {
		out->cause = 0;
	} else {
		out->len = (size_t)st.st_size;
		out->ptr = mmap(NULL, out->len, PROT_READ, MAP_PRIVATE, fd, 0);
		out->cause = errno;
		rc = out->ptr == MAP_FAILED ? GIT_ERROR : 0;
	}
	close(fd);
	return rc;
}

static void forget(struct loose *loose)
{
	if (loose->last.ptr)
		munmap(loose->last.ptr, loose->last.len);
	loose->last = (struct mapped){ 0 };
}

/* The file stays mapped until the next one is asked for. */
static int map_object(const struct mapped **out, struct loose *loose, const git_oid *id)
{
	char name[GIT_OID_HEXSZ + 2];
	int rc = GIT_ENOTFOUND;

	*out = &loose->last;
	if (loose->last.ptr && git_oid_equal(&loose->last_id, id))
		return 0;
	forget(loose);
	git_oid_pathfmt(name, id);
	name[GIT_OID_HEXSZ + 1] = '\0';
	for (size_t i = 0; i < loose->nr && rc == GIT_ENOTFOUND; i++)
		rc = map_file(&loose->last, loose->dirs[i], name);
	if (rc < 0)
		loose->last.ptr = NULL;
	loose->last_id = *id;
	return rc;
}

static int damaged(const git_oid *id)
{
	char hex[GIT_OID_HEXSZ + 1];
	char *text;

	git_oid_tostr(hex, sizeof(hex), id);
	text = xstrfmt("loose object %s is damaged", hex);
	git_error_set_str(GIT_ERROR_ODB, text);
	free(text);
	return GIT_ERROR;
}

static int unreadable(const struct mapped *file, const git_oid *id)
{
	if (!file->cause)
		return damaged(id);
	git_error_set_str(GIT_ERROR_OS, strerror(file->cause));
	return GIT_ERROR;
}

/* "blob 123" and a NUL: how long that is, or 0 if it is no header. */
static size_t parse_header(size_t *size, git_object_t *type, const char *text, size_t len)
{
	const char *end = memchr(text, '\0', len), *space = memchr(text, ' ', len), *p;
	char word[8] = "";

	if (!end || !space || space > end || space - text >= (long)sizeof(word) || space + 1 == end)
		return 0;
	memcpy(word, text, (size_t)(space - text));
	*type = git_object_string2type(word);
	*size = 0;
	for (p = space + 1; p < end; p++) {
		if (*p < '0' || *p > '9' || *size > OBJECT_LIMIT)
			return 0;
		*size = 10 * *size + (size_t)(*p - '0');
	}
	return git_object_typeisloose(*type) && *size <= OBJECT_LIMIT ? (size_t)(end - text) + 1 : 0;
}

static size_t read_start(size_t *size, git_object_t *type, const struct mapped *file)
{
	char start[HEADER_LIMIT];
	long got = inflate_into(start, sizeof(start), file->ptr, file->len, false);

	return got > 0 ? parse_header(size, type, start, (size_t)got) : 0;
}

static int loose_header(size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *id)
{
	const struct mapped *file;
	int rc = map_object(&file, (struct loose *)backend, id);

	if (rc < 0)
		return rc == GIT_ENOTFOUND ? rc : unreadable(file, id);
	return read_start(size, type, file) ? 0 : damaged(id);
}

static int loose_read(void **out, size_t *size, git_object_t *type, git_odb_backend *backend, const git_oid *id)
{
	const struct mapped *file;
	size_t start;
	char *whole = NULL;
	int rc = map_object(&file, (struct loose *)backend, id);

	if (rc < 0)
		return rc == GIT_ENOTFOUND ? rc : unreadable(file, id);
	start = read_start(size, type, file);
	if (start)
		whole = git_odb_backend_data_alloc(backend, start + *size + 1);
	if (whole && inflate_into(whole, start + *size, file->ptr, file->len, true) > 0) {
		memmove(whole, whole + start, *size);
		whole[*size] = '\0';
		*out = whole;
	} else {
		git_odb_backend_data_free(backend, whole);
		rc = damaged(id);
	}
	forget((struct loose *)backend);
	return rc;
}

static int loose_exists(git_odb_backend *backend, const git_oid *id)
{
	const struct mapped *file;

	return map_object(&file, (struct loose *)backend, id) == 0;
}

static void loose_free(git_odb_backend *backend)
{
	struct loose *loose = (struct loose *)backend;

	forget(loose);
	for (size_t i = 0; i < loose->nr; i++)
		close(loose->dirs[i]);
	free(loose->dirs);
	free(loose);
}

/* An objects folder, and those that its info/alternates names. One that cannot be opened is left out. */
static void add_dir(struct loose *loose, const char *path, int depth)
{
	char *list = xstrfmt("%s/info/alternates", path);
	struct buf text = BUF_INIT;
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		GROW(loose->dirs, loose->nr, loose->alloc);
		loose->dirs[loose->nr++] = fd;
		if (depth < ALTERNATES_DEPTH && buf_read_file(&text, list, ALTERNATES_LIMIT) == 0) {
			for (char *line = text.ptr, *next; line && *line; line = next) {
				char *target;

				next = strchr(line, '\n');
				if (next)
					*next++ = '\0';
				if (!*line || *line == '#')
					continue;
				target = repo_expand_path(line, path);
				add_dir(loose, target, depth + 1);
				free(target);
			}
		}
	}
	buf_release(&text);
	free(list);
}

bool repo_loose_read(struct buf *out, const char *objects_dir, const struct id *id, git_object_t type, size_t limit)
{
	char hex[ID_HEX + 1], *path;
	struct mapped file = { 0 };
	git_object_t found;
	size_t start, size;
	bool good = false;

	id_hex(hex, id);
	path = xstrfmt("%s/%.2s/%s", objects_dir, hex, hex + 2);
	if (map_file(&file, AT_FDCWD, path) == 0) {
		start = read_start(&size, &found, &file);
		good = start && found == type && size <= limit;
		if (good) {
			buf_grow(out, start + size);
			good = inflate_into(out->ptr + out->len, start + size, file.ptr, file.len, true) > 0;
		}
		if (good) {
			memmove(out->ptr + out->len, out->ptr + out->len + start, size);
			buf_setlen(out, out->len + size);
		}
		munmap(file.ptr, file.len);
	}
	free(path);
	return good;
}

int repo_loose_attach(git_odb *odb, const char *objects_dir)
{
	struct loose *loose = xcalloc(1, sizeof(*loose));
	int rc;

	git_odb_init_backend(&loose->base, GIT_ODB_BACKEND_VERSION);
	loose->base.read = loose_read;
	loose->base.read_header = loose_header;
	loose->base.exists = loose_exists;
	loose->base.free = loose_free;
	add_dir(loose, objects_dir, 0);
	rc = git_odb_add_backend(odb, &loose->base, PRIORITY);
	if (rc < 0) {
		loose_free(&loose->base);
		return error_git(rc, "cannot read '%s'", objects_dir);
	}
	return 0;
}
