/*
 * Any bytes as trees: written again, what was read gives the same bytes; what differs between two
 * is the same either way round, in order and named as it should be; and a file put into one is
 * the only thing that was added.
 *
 * The input is one tree, or several with "\n--\n" between them. An entry whose id is 00…00N is
 * of the N-th one behind it, so that folders are found.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/record.h"
#include "repo-git.h"

#define MAX_TREES 6
#define MAX_TREE 4096

/* ---- the reader */

static void check_reader(const struct buf *tree)
{
	struct tree_entry entry;
	struct buf form = BUF_INIT;
	bool damaged;
	size_t at = 0;

	while (tree_next(&entry, tree, &at, &damaged)) {
		buf_addf(&form, "%o ", entry.mode);
		buf_add(&form, entry.name, entry.len);
		buf_putc(&form, '\0');
		buf_add(&form, entry.id.raw, ID_RAW);
		if (form.len != at || memcmp(form.ptr, tree->ptr, at) != 0)
			BUG("what was read is not what is there");
		if (memchr(entry.name, '\0', entry.len) || !entry.len)
			BUG("a name that is none");
	}
	if (damaged == (at == tree->len))
		BUG("the end is not the end");
	buf_release(&form);
}

/* ---- two trees */

struct changes {
	char *last;
	unsigned sum; /* of all that is told, whatever the order */
	size_t nr;
	bool added;
};

/* A proper entry is a file of ours, in the folder of a date, named by its own id. */
static void check_path(const struct repo_entry *entry)
{
	struct id id;
	const char *name = strrchr(entry->path, '/');

	if (strncmp(entry->path, "log/", 4) != 0 || !name || name - entry->path != 14 ||
	    !id_parse(&id, name + 1, ID_HEX) || !id_equal(&id, &entry->id) ||
	    (name[1 + ID_HEX] && strcmp(name + 1 + ID_HEX, ".yaml") != 0))
		BUG("'%s' is no file of a log", entry->path);
}

static int one_change(const struct repo_entry *entry, void *data)
{
	struct changes *changes = data;

	if (entry->odd != !!entry->reason)
		BUG("odd without a reason");
	if (entry->added != changes->added)
		BUG("one of the two is empty");
	changes->nr++;
	for (const char *p = entry->path; *p; p++)
		changes->sum += (unsigned char)*p;
	if (entry->odd)
		return 0;
	check_path(entry);
	if (changes->last && strcmp(changes->last, entry->path) >= 0)
		BUG("'%s' comes behind '%s'", entry->path, changes->last);
	free(changes->last);
	changes->last = xstrdup(entry->path);
	return 0;
}

static void check_walk(struct repo *repo, const struct id *tree)
{
	static const struct id none;
	struct changes in = { .added = true }, out = { 0 };
	int rc = repo_diff_trees(repo, &none, tree, one_change, &in);

	if (rc == 0 && repo_diff_trees(repo, tree, &none, one_change, &out) == 0 && (in.nr != out.nr || in.sum != out.sum))
		BUG("the other way round it is another: %zu, %zu", in.nr, out.nr);
	free(in.last);
	free(out.last);
	error_clear();
}

/* ---- a file put into it */

struct spliced {
	const struct buf *top;
	struct buf trees[8];
	size_t nr;
};

static int splice_read(struct buf *out, const struct id *tree, void *data)
{
	const struct spliced *spliced = data;
	static const char day[] = "40000 02\0aaaaaaaaaaaaaaaaaaaa";

	if (tree->raw[0] == 't')
		buf_add(out, spliced->top->ptr, spliced->top->len);
	else
		buf_add(out, day, sizeof(day) - 1);
	return 0;
}

static int splice_write(struct id *out, const struct buf *tree, void *data)
{
	struct spliced *spliced = data;

	object_id(out, GIT_OBJECT_TREE, tree->ptr, tree->len);
	check_reader(tree);
	if (spliced->nr == 8)
		BUG("more folders than the path has");
	buf_add(&spliced->trees[spliced->nr++], tree->ptr, tree->len);
	return 0;
}

/* All of its old entries are in it, and at most one is new. */
static void check_kept(const struct buf *old, const struct buf *new)
{
	struct tree_entry entry, found;
	size_t at = 0, entries = 0, were = 0;
	bool damaged;

	for (; tree_next(&entry, old, &at, &damaged); were++)
		if (!tree_find(&found, new, entry.name, entry.len))
			BUG("'%.*s' is gone", (int)entry.len, entry.name);
	for (at = 0; tree_next(&entry, new, &at, &damaged); entries++)
		continue;
	if (entries > were + 1)
		BUG("more than one is new");
}

static void check_splice(const struct buf *tree)
{
	static const char path[] = "log/2026/03/02/0123456789012345678901234567890123456789.yaml";
	struct spliced spliced = { .top = tree };
	const struct splice_store backing = { splice_read, splice_write, &spliced };
	struct id base = { { 't' } }, file = { { 1, 0x23 } }, top;
	struct splice *splice = NULL;
	bool added;

	if (splice_new(&splice, &base, &backing) == 0 && splice_add(&added, splice, path, &file) == 0 &&
	    splice_end(&top, splice) == 0 && spliced.nr)
		check_kept(tree, &spliced.trees[spliced.nr - 1]);
	splice_free(splice);
	for (size_t i = 0; i < spliced.nr; i++)
		buf_release(&spliced.trees[i]);
	error_clear();
}

/* ---- the input */

/* The trees of the input, the last first. */
static size_t split(struct buf *trees, const char *data, size_t len)
{
	size_t nr = 0;

	while (nr < MAX_TREES) {
		const char *end = memmem(data, len, "\n--\n", 4);
		size_t used = end ? (size_t)(end - data) : len;

		buf_add(&trees[nr++], data, used < MAX_TREE ? used : MAX_TREE);
		if (!end)
			break;
		data = end + 4;
		len -= used + 4;
	}
	return nr;
}

static void fill_in(struct buf *tree, const struct id *ids, size_t nr)
{
	struct tree_entry entry;
	bool damaged;

	for (size_t at = 0; tree_next(&entry, tree, &at, &damaged);) {
		size_t which = entry.id.raw[ID_RAW - 1];

		entry.id.raw[ID_RAW - 1] = 0;
		if (id_is_zero(&entry.id) && which && which <= nr)
			memcpy(tree->ptr + at - ID_RAW, ids[which - 1].raw, ID_RAW);
	}
}

FUZZER(tree)
{
	struct buf trees[MAX_TREES] = { 0 };
	struct id ids[MAX_TREES] = { 0 };
	size_t nr;

	for (size_t i = 0; i < MAX_TREES; i++)
		trees[i] = (struct buf)BUF_INIT;
	nr = split(trees, data, len);
	for (size_t i = nr; i-- > 0;) {
		/* ids[] begins with the one behind this. */
		fill_in(&trees[i], ids + i + 1, nr - i - 1);
		fuzz_object(&ids[i], "tree", trees[i].ptr, trees[i].len);
	}
	check_reader(&trees[0]);
	check_splice(&trees[0]);
	check_walk(fuzz_repo(), &ids[0]);
	for (size_t i = 0; i < nr; i++) {
		fuzz_forget(&ids[i]);
		buf_release(&trees[i]);
	}
}
