/*
 * Any bytes as a pack and its index, and any objects through our writer of packs and back: what is
 * read is within the limit, and what was written is what is read.
 *
 * The input is the length of the index (two bytes), the index, and the pack.
 */
#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "repo-packed.h"

#define LIMIT ((size_t)1 << 20)
#define IDS_AT (8 + 256 * 4)
#define MAX_OBJECTS 8

static void read_id(struct packs *packs, const unsigned char *raw)
{
	struct buf out = BUF_INIT, where = BUF_INIT;
	struct found_object found = { .text = &out, .where = &where };
	struct id id;

	memcpy(id.raw, raw, ID_RAW);
	buf_puts(&out, "before");
	if (packs_read(&found, packs, &id, LIMIT) != FIND_GOOD && out.len != 6)
		BUG("it failed, and left something");
	if (out.len > LIMIT + 6 || memcmp(out.ptr, "before", 6) != 0)
		BUG("more than was asked for");
	if (out.len > 6 && !object_is(&id, found.type, out.ptr + 6, out.len - 6))
		BUG("other bytes than those of its name");
	buf_release(&out);
	buf_release(&where);
}

/* All ids that the index has room for, and one that it has not. */
static void read_damaged(const char *index, size_t index_len, const char *pack, size_t pack_len)
{
	static const unsigned char other[ID_RAW] = { 0x80 };
	char *folder = xstrfmt("%s/damaged", fuzz_folder());
	struct buf path = BUF_INIT;
	struct packs *packs;

	fuzz_file(&path, "damaged/pack/pack-1.idx", index, index_len);
	fuzz_file(&path, "damaged/pack/pack-1.pack", pack, pack_len);
	packs = packs_new(folder);
	for (size_t i = 0; i < MAX_OBJECTS && IDS_AT + (i + 1) * ID_RAW <= index_len; i++)
		read_id(packs, (const unsigned char *)index + IDS_AT + i * ID_RAW);
	read_id(packs, other);
	packs_free(packs);
	buf_release(&path);
	free(folder);
}

static void empty(const char *folder)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		char *path = xstrfmt("%s/%s", folder, entry->d_name);

		if (entry->d_name[0] != '.')
			remove(path);
		free(path);
	}
	if (dir)
		closedir(dir);
}

/* The input cut into as many blobs as there are. */
static void write_and_read(const char *data, size_t len)
{
	char *folder = xstrfmt("%s/whole", fuzz_folder()), *inside = xstrfmt("%s/pack", folder);
	struct buf path = BUF_INIT, where = BUF_INIT;
	struct found_object found = { .text = &path, .where = &where };
	struct pack *pack = NULL;
	struct packs *packs;
	size_t part = len / MAX_OBJECTS + 1;
	struct id id;

	fuzz_file(&path, "whole/pack/x", "", 0);
	empty(inside);
	if (pack_new(&pack, folder) < 0)
		BUG("%s", error_last());
	for (size_t at = 0; at < len; at += part) {
		size_t size = len - at < part ? len - at : part;

		repo_hash(&id, data + at, size);
		if (pack_add(pack, PACK_BLOB, &id, data + at, size) < 0)
			BUG("%s", error_last());
	}
	if (len && pack_end(pack, false) < 0)
		BUG("%s", error_last());
	packs = packs_new(folder);
	for (size_t at = 0; at < len; at += part) {
		size_t size = len - at < part ? len - at : part;

		repo_hash(&id, data + at, size);
		buf_reset(&path);
		if (packs_read(&found, packs, &id, size) != FIND_GOOD || found.type != PACK_BLOB || path.len != size ||
		    memcmp(path.ptr, data + at, size) != 0)
			BUG("what was written cannot be read");
	}
	packs_free(packs);
	pack_free(pack);
	buf_release(&path);
	buf_release(&where);
	free(inside);
	free(folder);
}

FUZZER(pack)
{
	size_t index_len = len < 2 ? 0 : (size_t)(unsigned char)data[0] << 8 | (unsigned char)data[1];

	if (len < 2)
		return;
	data += 2;
	len -= 2;
	if (index_len > len)
		index_len = len;
	read_damaged(data, index_len, data + index_len, len - index_len);
	if (len < 4096)
		write_and_read(data, len);
}
