/*
 * Any bytes as the file of a loose object: what is read is of the asked type and within the limit,
 * our two readers (with libgit2, and before it is started) agree, and nobody reads beyond the end.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define LIMIT ((size_t)1 << 20)
#define NAME "loose/ab/cdefabcdefabcdefabcdefabcdefabcdefabcd"

/* A store that has this one object, whose bytes need not be what its name says. */
static git_odb *open_store(void)
{
	git_odb *odb = NULL;
	char *folder = xstrfmt("%s/loose", fuzz_folder());

	repo_start_git();
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
	if (git_odb_new(&odb) < 0 || repo_loose_attach(odb, folder) < 0)
		BUG("no store: %s", error_last());
	free(folder);
	return odb;
}

static void compare(const git_oid *oid, const struct id *id, git_object_t type)
{
	git_odb *odb = open_store();
	char *folder = xstrfmt("%s/loose", fuzz_folder());
	git_odb_object *object = NULL;
	git_object_t found = GIT_OBJECT_INVALID;
	struct buf quick = BUF_INIT;
	size_t len = 0;
	bool header = git_odb_read_header(&len, &found, odb, oid) == 0;
	bool good;

	buf_puts(&quick, "before");
	good = repo_loose_read(&quick, folder, id, type, LIMIT);
	if (!good && quick.len != 6)
		BUG("it failed, and left something");
	if (header && found == type && len <= LIMIT && git_odb_read(&object, odb, oid) == 0) {
		if (!good || git_odb_object_size(object) != quick.len - 6 ||
		    memcmp(git_odb_object_data(object), quick.ptr + 6, quick.len - 6) != 0)
			BUG("only one of two readers takes it, or they read different things");
		if (git_odb_object_size(object) != len || git_odb_object_type(object) != type)
			BUG("the header says another thing");
	} else if (good) {
		BUG("only the reader without libgit2 takes it");
	}
	git_odb_object_free(object);
	git_odb_free(odb);
	buf_release(&quick);
	free(folder);
}

FUZZER(loose)
{
	struct buf path = BUF_INIT;
	git_oid oid;
	struct id id;

	fuzz_file(&path, NAME, data, len);
	buf_release(&path);
	git_oid_fromstr(&oid, "abcdefabcdefabcdefabcdefabcdefabcdefabcd");
	from_oid(&id, &oid);
	compare(&oid, &id, GIT_OBJECT_BLOB);
	compare(&oid, &id, GIT_OBJECT_TREE);
}
