/*
 * The derived index: what the log's records add up to, in SQLite. The only module
 * that knows SQLite. Never the truth: a doubtful index is rebuilt.
 */
#ifndef INDEX_H
#define INDEX_H

#include "async/query.h"
#include "async/team.h"
#include "async/thread.h"
#include "repo.h"

struct index;

/* Where to keep it, and what `now` is. */
struct index_options {
	const char *dir;   /* <common dir>/async; NULL: in memory only */
	time_t now;
	time_t at;         /* --at: only records dated up to it, in memory; 0: all */
	bool rebuild;      /* start from nothing */
};

/*
 * Open the index and bring it up to the tips of `repo`: nothing to do, new records
 * only, or a rebuild (another schema, another log, a removed file, damage). A folder
 * that cannot be written leads to the user's cache folder, then to memory.
 */
int index_open(struct index **out, struct repo *repo, const struct tips *tips, const struct index_options *options);
void index_close(struct index *index);

/* How many files of the log could not be read as records, and which. */
size_t index_unreadable(struct index *index);
int index_each_unreadable(struct index *index, int (*each)(const char *path, const char *reason, void *data),
			  void *data);

#endif
