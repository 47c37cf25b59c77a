/*
 * What the fuzzers share. Each t/fuzz/NAME.c defines one function that puts any bytes through
 * a reader, and calls BUG() where what the reader promises does not hold:
 *
 *	FUZZER(NAME) { … data … len … }
 *
 * `make fuzz` makes a program of clang's libFuzzer of each; t/unit/fuzz.c runs all of them on
 * t/fuzz/corpus/NAME, and on the files there when damaged, in `make check`.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "async/buf.h"

#ifdef MAKE_FUZZ
#define FUZZER(name)                                                             \
	static void fuzz_##name(const char *data, size_t len);                   \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);             \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)              \
	{                                                                        \
		fuzz_##name((const char *)data, len);                            \
		fuzz_check_work();                                               \
		return 0;                                                        \
	}                                                                        \
	static void fuzz_##name(const char *data, size_t len)
#else
#define FUZZER(name)                                                             \
	void fuzz_##name(const char *data, size_t len);                          \
	void fuzz_##name(const char *data, size_t len)
#endif

/*
 * No input may take long, and no clock is asked: in `make fuzz` our own functions count their
 * calls, and more than FUZZ_WORK (some 50 ms without the sanitizers) are a bug.
 */
#define FUZZ_WORK 2000000
void fuzz_check_work(void);

/* A folder of this process for files that a reader wants to open, gone with it: "/dev/shm/fuzz.x8Ya1c". */
const char *fuzz_folder(void);

/* Write that file below it, whose folder is made if there is none; its path belongs to `path`. */
void fuzz_file(struct buf *path, const char *name, const void *data, size_t len);

/* A repository below it, with a log's branch that is not there yet. */
struct repo;
struct repo *fuzz_repo(void);

/* Put an object ("blob", "tree", "commit") into it, and take it out. */
struct id;
void fuzz_object(struct id *out, const char *type, const void *data, size_t len);
void fuzz_forget(const struct id *id);

/* A commit of this tree, by the founder of a log; `parent` NULL: it is a root. */
void fuzz_put_commit(struct id *out, const struct id *tree, const struct id *parent);

/* An entry of a tree: "100644", "README.md". */
void fuzz_entry(struct buf *tree, const char *mode, const char *name, const struct id *id);

/* What begins a log: its README's id. */
void fuzz_readme(struct id *out);

/* The folder of the repository, with surroundings where nothing of the user's is read or written. */
const char *fuzz_git_dir(void);

#endif
