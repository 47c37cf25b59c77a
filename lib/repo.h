/*
 * The git store: one branch of records. The only module that knows libgit2.
 */
#ifndef REPO_H
#define REPO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "async/buf.h"
#include "async/id.h"
#include "run.h"

struct repo;

struct repo_options {
	const char *git_dir; /* --git-dir, or NULL: discover as git does (GIT_DIR, ceilings, …) */
	const char *log;     /* -L <name>: async.log.<name>.branch|repo; or NULL */
	bool receiving;      /* in a hook of git receive-pack: this very repository, and what was sent to it */
};

/* The two tips a read takes together (design section 3). */
struct tips {
	struct id local, remote; /* zero: no such ref */
};

/*
 * Find and open the repository. ERR_NOTFOUND if there is none (with git's words);
 * ERR_FAILED for one that cannot be read, with the remedy (sha256, reftable, owner).
 * `async.repo` and ASYNC_DIR lead to another repository.
 */
int repo_open(struct repo **out, const struct repo_options *options);
void repo_close(struct repo *repo);

const char *repo_common_dir(const struct repo *repo); /* "/x/.git", no slash at the end */
const char *repo_git_dir(const struct repo *repo);    /* of a linked worktree its own */
const char *repo_branch(const struct repo *repo);     /* "async" */
const char *repo_remote(const struct repo *repo);     /* "origin", or NULL */
const char *repo_ref(const struct repo *repo);        /* "refs/heads/async" */
const char *repo_tracking(const struct repo *repo);   /* "refs/remotes/origin/async", or NULL */

/* A value of git's configuration, newest scope first; the caller frees it. NULL: not set. */
char *repo_config(struct repo *repo, const char *name);

/* The same from the user's, system's or command line's scope only: for what starts programs. */
char *repo_config_user(struct repo *repo, const char *name);

/* The same without a repository (may be called with none): a global reader. */
char *config_user(const char *name);

/* Each of these settings whose name begins with `prefix`; of one name, the one that counts comes last. */
int config_each_user(const char *prefix, int (*each)(const char *name, const char *value, void *data), void *data);

/* As git reads yes and no; `fallback` if it is not set (NULL) or is neither. */
bool settings_is_true(const char *value, bool fallback);

/* A number as git reads it, with k, m or g (1,024 each) behind it; false: it is none. */
bool config_number(int64_t *out, const char *text);

/* Committer identity as git would take it; the caller frees both. ERR_FAILED with git's advice if there is none. */
int repo_identity(struct repo *repo, char **name, char **address);

/*
 * The tips now, each checked to be a log (README begins "# async log, format 1").
 * ERR_NOTFOUND with the hint `async init` if there is no log at all; ERR_INVALID if the
 * branch is something else (with the remedy), ERR_NEWER for another format.
 */
int repo_tips(struct tips *out, struct repo *repo);

/* The same unchecked: enough to know whether anything has come. Reads no object. */
int repo_refs(struct tips *out, struct repo *repo);

/* Is `older` an ancestor of (or the same as) `newer`? Shallow-safe. */
int repo_is_ancestor(bool *out, struct repo *repo, const struct id *older, const struct id *newer);

#define REPO_BLOB 3 /* git's number of the type */

/* An object that could not be read: of which type (0: there is none) and of what size at most it should be. */
struct lost {
	struct id id;
	int type;
	size_t limit;
};

/* Can it be read by now? */
bool repo_is_found(struct repo *repo, const struct lost *lost);

/*
 * Where the history cannot be followed: a commit or a folder of one is damaged, or not here. `text`
 * names the object (and the folder); NULL where a shallow clone ends, as it should.
 */
struct repo_gaps {
	struct repo_gap {
		struct id commit;
		char *text;
		struct lost lost;
	} *v;
	size_t nr, alloc;
};
void repo_gaps_release(struct repo_gaps *gaps);

/*
 * The root of the first parents, zero where history is cut off; and the founder's address from its
 * README's second line; caller frees. Adds to `gaps`.
 */
int repo_root(struct id *root, char **founder, struct repo_gaps *gaps, struct repo *repo, const struct tips *tips);

/* The founder whom a commit's README names; the caller frees. ERR_INVALID if it is no commit of a log. */
int repo_founder(char **out, struct repo *repo, const struct id *commit);

/* The blob id these bytes would have. */
void repo_hash(struct id *out, const void *data, size_t len);

/* Append a blob's bytes; refuses more than `limit` before reading them. ERR_NOTFOUND, ERR_INVALID (too large). */
int repo_read(struct buf *out, struct repo *repo, const struct id *id, size_t limit);

/*
 * Walk what the tree of commit `to` has and that of `from` (NULL: none) has not, and the
 * other way round, opening only trees that differ. `each` gets the path below the top
 * and the blob id; `added` false means it is gone. A non-zero return of `each` ends the
 * walk and is returned. Proper entries are log/YYYY/MM/DD/<id>.yaml and, for attachments,
 * log/YYYY/MM/DD/<id>, named by their own id, on a date that exists; they come in path
 * order. Everything else (other modes, names, order, damaged or repeated folders) comes
 * with `odd` set, says why in `reason`, and is never opened. README.md at the top is
 * not reported.
 */
struct repo_entry {
	const char *path;
	struct id id;
	bool added, odd;
	const char *reason; /* of an odd one: "is a symbolic link"; else NULL */
	struct lost lost;   /* of a folder that is odd because it cannot be read */
};
typedef int repo_each(const struct repo_entry *entry, void *data);
int repo_diff(struct repo *repo, const struct id *from, const struct id *to, repo_each *each, void *data);

/* The same for two trees; zero: an empty one. */
int repo_diff_trees(struct repo *repo, const struct id *from, const struct id *to, repo_each *each, void *data);

/* A commit's tree, and the README in it (zero: there is none). */
int repo_commit_tree(struct id *tree, struct id *readme, struct repo *repo, const struct id *commit);

/* Does this failure to read say that an object is damaged or missing (and not how to get it)? */
bool repo_is_damage(int rc);

/* Is there a file of this path in the commit's tree; which blob? ERR_NOTFOUND. */
int repo_lookup(struct id *out, struct repo *repo, const struct id *commit, const char *path);

/*
 * The author's address of the commit that brought each path into the history of `tips`
 * (bisected: presence is monotone along the history). `addresses[i]` is the caller's to
 * free; NULL where it cannot be told (shallow, or a gap).
 */
int repo_introducers(char **addresses, struct repo_gaps *gaps, struct repo *repo, const struct tips *tips,
		     const char *const *paths, size_t nr);

/* The same, and which commits; no more than `limit` first parents down from a tip are looked at. */
struct introducer {
	char *author; /* NULL where it cannot be told, and then nothing else */
	struct id commit;
};
int repo_find_introducers(struct introducer *out, struct repo_gaps *gaps, struct repo *repo, const struct tips *tips,
			  const char *const *paths, size_t nr, size_t limit);

/* Append a commit as it is stored. */
int repo_commit_stored(struct buf *out, struct repo *repo, const struct id *commit);

/*
 * The history: a commit as repo_walk() comes to it, after all of its parents. One that cannot be
 * read is `damaged` and has neither parents nor text.
 */
struct repo_step {
	struct id id, tree, readme; /* readme: of the tree; zero: there is none */
	size_t number;              /* from 0, in the order of the walk */
	const struct repo_parent {
		struct id id, tree, readme;
		size_t number;      /* REPO_BEFORE: it is not part of the walk */
		bool missing, damaged; /* it is not here, or cannot be read, */
		bool hidden;           /* or its tree cannot */
		time_t committed_at;
	} *parents;
	size_t nr_parents;
	bool damaged;
	bool hidden;                /* its tree cannot be read */
	const char *author;         /* the address */
	time_t committed_at;
	const struct buf *text;     /* the commit as it is stored */
};
#define REPO_BEFORE SIZE_MAX
typedef int repo_each_step(const struct repo_step *step, void *data);

/*
 * Call `each` for all commits that lead to `tips` and not to `known`, each once. A non-zero
 * return ends the walk and is returned. Where dates are false, some may come that lead to
 * `known`. Ids that are zero are left out; of `known` some may not be here any more.
 */
int repo_walk(struct repo *repo, const struct id *tips, size_t nr, const struct id *known, size_t nr_known,
	      repo_each_step *each, void *data);

/* Does history end where this clone does? */
bool repo_is_shallow(const struct repo *repo);

/* A file to write. */
struct repo_file {
	const char *path; /* "log/2026/11/22/<id>.yaml" */
	const void *data;
	size_t len;
};

/*
 * The write lock: <common dir>/async/lock (flock), first come, first served by the numbers
 * in `queue` beside it. Held from reading the tip to moving the ref. ERR_FAILED if the folder cannot be written, naming it.
 */
int repo_lock(struct repo *repo);

/* How long to wait for others of ours: as for git's own locks, where that is set (at least 1 s), or else. */
int repo_lock_seconds(struct repo *repo, int otherwise);
void repo_unlock(struct repo *repo);

/*
 * Before git is run to move refs here, and after it: several may at a time. Which ref it is about to
 * move where is marked (NULL: one that nobody else moves), so that the next one clears away
 * the lock that a killed git left on it.
 */
int repo_wire_open(struct repo *repo);
int repo_wire_mark(struct repo *repo, const char *ref, const struct id *id);
void repo_wire_close(struct repo *repo);

/* After a fetch that failed: half a pack that it left is removed, unless somebody else may be at work on one. */
void repo_wire_sweep(struct repo *repo);

/*
 * The public ssh key that git is told to sign with, a line "type base64 comment", and the same only if
 * commits are signed with it; the caller frees. NULL: there is none, or it cannot be found out.
 */
char *repo_signing_key(struct repo *repo);
char *repo_signer(struct repo *repo);

/*
 * Add files in one commit on top of the log (design: the newer of local and remote where
 * one contains the other, else the local one) and move the branch by compare-and-swap,
 * with retries for foreign git. Takes the lock if it is not held. A branch checked out in
 * a work tree has its index and files brought along. Signed if git is so configured. Files
 * that are there already are skipped; if all are, nothing is written and `*commit` is the tip.
 */
int repo_commit(struct id *commit, struct repo *repo, const struct repo_file *files, size_t nr,
		const char *message);

/*
 * The same on top of a commit that may be on no branch, and no branch moves: for what counts once
 * it has been sent. `*commit` is `base` if all files are there already.
 */
int repo_compose(struct id *commit, struct repo *repo, const struct id *base, const struct repo_file *files, size_t nr,
		 const char *message);

/*
 * What has the records of two histories: ours, as the branch is now, and `theirs`, a commit that
 * came from elsewhere (zero: there is none; then `tip` is ours).
 */
struct repo_union {
	struct id ours, theirs; /* zero: there is none */
	struct id tip;          /* has both: one of the two, or (`merged`) a new commit, on no branch yet */
	bool merged;
	bool apart;             /* they were begun apart: what was a log of its own is part of another now */
	struct repo_ids {
		struct id *v;
		size_t nr, alloc;
	} in, out;              /* the records that only theirs had, and those that only ours had */
};
struct repo_union_options {
	const char *name;  /* whose `theirs` is, for messages: "origin" */
	bool join;         /* take in a history that was begun apart, too */
	bool theirs_first; /* of such two, theirs is the log that goes on */
};

/*
 * Make it: the one that has the other already, or a merge of the two. Theirs is looked at
 * strictly first; ERR_INVALID if records were removed from it, or there is something that does not
 * belong (and if there is in ours); ERR_FAILED for a history that was begun apart. No ref moves.
 */
int repo_unite(struct repo_union *out, struct repo *repo, const struct id *theirs,
	       const struct repo_union_options *options);
void repo_union_release(struct repo_union *both);

/*
 * Move the branch to the union's tip, work trees brought along, under the write lock. If the
 * branch has moved on meanwhile and the tip does not contain what it is now, it stays, and
 * `*overtaken` says so.
 */
int repo_settle(bool *overtaken, struct repo *repo, const struct repo_union *both);

/* Unite and settle in one, which nobody can overtake. */
int repo_take(struct repo_union *out, struct repo *repo, const struct id *theirs,
	      const struct repo_union_options *options);

/* Is a remote of this name configured, which no program can take for an option? */
bool repo_has_remote(struct repo *repo, const char *name);

/* Where a fetch from this remote puts our branch: the caller frees; NULL: nowhere, or onto itself. */
char *repo_tracking_of(struct repo *repo, const char *remote);

/* Move a remote-tracking ref, as git fetch does. */
int repo_track(struct repo *repo, const char *ref, const struct id *id);

/* Are the files of a ref plain ones? For any other, git and libgit2 may wait for ever. */
int repo_check_ref(struct repo *repo, const char *name);

/* A direct ref's commit, zero if there is none. A symbolic one may lead anywhere: refused. */
int repo_read_ref(struct id *out, struct repo *repo, const char *name);

/* The short name of a ref, for people: the end of `ref`. */
const char *repo_ref_shown(const char *ref);

/* Are these git's rules for the name of a ref? */
bool repo_ref_is_valid(const char *name);

/* The commit that a user names: an id, its beginning, or a ref as git would find it; also "<name>~3", "<name>^2". ERR_NOTFOUND. */
int repo_find_commit(struct id *out, struct repo *repo, const char *name);

/*
 * Many files as one pack and commits of some thousand files: begin, add in any order, end.
 * Nothing is visible before repo_import_end(); repo_import_free() without it leaves nothing.
 */
struct repo_import;
int repo_import_begin(struct repo_import **out, struct repo *repo);
int repo_import_add(struct repo_import *import, const struct repo_file *file, const struct id *id);
int repo_import_end(struct id *commit, struct repo_import *import, const char *message);
void repo_import_free(struct repo_import *import);

/*
 * Begin a log: a root commit with only README. Refuses a branch that exists; adopts one that
 * a configured remote has (ls-remote by the user's git; `*adopted` says so; offline: `*offline`).
 */
int repo_init_log(struct repo *repo, bool *adopted, bool *offline);

/*
 * Fetch the log from the remote by the user's git, which asks nobody for anything: whether that
 * can be (ERR_NOTFOUND with the remedy), and begin it (run_go_on() tells when it has ended).
 */
int repo_can_fetch(struct repo *repo);
int repo_fetch_begin(struct running *out, struct repo *repo);

#endif
