/*
 * Any bytes as the file of a loose object: what is read has the id that the file is named by and is
 * within the limit, libgit2 is given the same, and nobody reads beyond the end.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "repo-store.h"

#define LIMIT ((size_t)1 << 20)
#define NAME "abcdefabcdefabcdefabcdefabcdefabcdefabcd"

/* What libgit2 has from the same store must be the same. */
static void compare(struct store *store, const char *folder, const struct id *id, const struct buf *text, bool good)
{
	git_odb_object *object = NULL;
	git_odb *odb = NULL;
	bool has;

	repo_start_git();
	if (repo_make_odb(&odb, store, folder) < 0)
		BUG("no store: %s", error_last());
	has = git_odb_read(&object, odb, as_oid(id)) == 0;
	if (good && (!has || git_odb_object_size(object) != text->len ||
		     memcmp(git_odb_object_data(object), text->ptr ? text->ptr : "", text->len) != 0))
		BUG("libgit2 is given something else");
	if (has && !good && git_odb_object_size(object) <= LIMIT)
		BUG("only libgit2 is given it");
	git_odb_object_free(object);
	git_odb_free(odb);
}

/* The object of this name, which it hardly ever is. */
static void read_as(const char *hex)
{
	char *folder = xstrfmt("%s/loose", fuzz_folder());
	struct store *store = store_new(folder);
	struct buf text = BUF_INIT;
	enum pack_type type;
	struct id id;
	bool good;

	if (!id_parse(&id, hex, ID_HEX))
		BUG("no id");
	good = store_read(&text, &type, store, &id, LIMIT) == 0;
	if (!good && text.len)
		BUG("it failed, and left something");
	if (good && (text.len > LIMIT || !object_is(&id, type, text.ptr ? text.ptr : "", text.len)))
		BUG("other bytes than those of its name, or too many");
	compare(store, folder, &id, &text, good);
	buf_release(&text);
	store_free(store);
	free(folder);
}

FUZZER(loose)
{
	struct buf path = BUF_INIT;

	fuzz_file(&path, "loose/ab/cdefabcdefabcdefabcdefabcdefabcdefabcd", data, len);
	buf_release(&path);
	read_as(NAME);
}
