/*
 * The inside of the git store: what its parts share. Private to lib/repo*.c, and the
 * only place that includes libgit2.
 *
 *   repo.c           open, close; translating libgit2's failures
 *   repo-identity.c  who commits
 *   repo-config.c    git's configuration: files, environment, -c
 *   repo-config-plain.c  reading a plain file of it
 *   repo-config-include.c  what other files include
 *   repo-discover.c  which repository
 *   repo-store.c     where objects are read from, by us and by libgit2
 *   repo-loose.c     reading loose ones
 *   repo-packed.c    reading packed ones
 *   repo-object.c    reading blobs, trees and commits
 *   repo-tree.c      looking into trees: one path, or what differs
 *   repo-splice.c    putting files into a tree
 *   repo-history.c   tips
 *   repo-ancestry.c  where two histories meet
 *   repo-walk.c      the history, commit by commit
 *   repo-origin.c    the root and founder, who brought what
 *   repo-lock.c      the queue of writers, and healing what a killed one left
 *   repo-commit.c    one commit, moving the branch
 *   repo-union.c     joining two histories
 *   repo-checkout.c  bringing along a work tree that has the branch checked out
 *   repo-staging.c   its index, under git's lock
 *   repo-sign.c      signing commits as git is configured
 *   repo-pack.c      writing a pack
 *   repo-import.c    many records at once
 *   repo-init.c      beginning or adopting a log
 *   repo-fetch.c     fetching it
 */
#ifndef REPO_GIT_H
#define REPO_GIT_H

#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

#include "repo.h"

/* ---- repo-config.c */

/* Settings of the command line and the environment: they win over every file. */
struct settings {
	struct setting {
		char *name, *value;
	} *v;
	size_t nr, alloc;
};

/* From GIT_CONFIG_COUNT and then GIT_CONFIG_PARAMETERS, to which -c has been added. */
int settings_read(struct settings *out);
void settings_release(struct settings *settings);

void settings_add(struct settings *settings, const char *name, size_t len, const char *value);

/*
 * Those of the user's and system's files (`git_dir` NULL), or of these and the repository's,
 * lowest scope first. libgit2 is not started, unless a file is more than a plain one.
 */
int settings_read_files(struct settings *out, const char *common_dir, const char *git_dir);

/* The same files for libgit2. */
int repo_config_files(git_config **out, git_repository *git, const char *common_dir, const char *git_dir);

/* The value that counts, from `settings` or `files`; the caller frees. NULL: not set. */
char *settings_get(const struct settings *settings, const struct settings *files, const char *name);

/* Every value, lowest scope first. A non-zero return of `each` ends it. */
int settings_each(const struct settings *settings, const struct settings *files, const char *name,
		  int (*each)(const char *value, void *data), void *data);

/* Is this one set, and to yes? */
bool settings_have(const struct settings *settings, const struct settings *files, const char *name);
/* As git reads numbers, with k, m or g. */
int64_t settings_number(const char *value, int64_t fallback);
bool repo_config_is_true(struct repo *repo, const char *name, bool fallback);

/* "~/x" and relative paths made absolute (relative ones below `base`). */
char *repo_expand_path(const char *path, const char *base);

/* ---- repo-config-plain.c */

/* What a file says, added to `out`; false if it is more than a plain one, and `out` has only a part. */
bool settings_read_plain(struct settings *out, const char *text, size_t len);

/* ---- repo-config-include.c */

/* Does the file at `path` include, or what it includes, anything but files, or too many? Then ERR_FAILED. */
int repo_check_includes(const char *path);

/* ---- repo-discover.c */

struct place {
	char *git_dir;    /* absolute; of a linked worktree its own */
	char *common_dir; /* absolute; where refs and objects are */
	char *work_tree;  /* absolute, or NULL: bare, or named by GIT_DIR */
};
#define PLACE_INIT { 0 }
void place_release(struct place *place);

/* The repository around the current folder, or the one that `git_dir` or GIT_DIR names. */
int place_discover(struct place *out, const char *git_dir, const struct settings *settings);

/* The repository at `path` itself: a git directory, or a work tree's top. */
int place_at(struct place *out, const char *path, const struct settings *settings);

/*
 * Where `place` was named: the top of its work tree is what GIT_WORK_TREE or core.worktree says, or
 * else the current folder, where git runs its hooks. NULL: it is bare. The caller frees.
 */
char *place_named_work_tree(const struct place *place, const struct settings *settings, const struct settings *files);

/* ---- repo.c */

struct repo {
	struct place place;
	git_repository *git;    /* NULL until repo_need_git() */
	char *refusal; /* why libgit2 would not open it, or NULL */
	git_odb *odb;
	struct store *objects;  /* repo_objects() */
	struct lost lost;       /* what was asked for last, if it could not be read */
	char *sent_dir;         /* where git receive-pack keeps objects that are not taken in yet, or NULL */
	struct settings settings;   /* of the command line and the environment */
	struct settings files;      /* all scopes */
	struct settings user_files; /* user and system; */
	bool has_user_files;        /* once they were asked for */
	char *branch;           /* "async" */
	char *ref;              /* "refs/heads/async" */
	char *remote;           /* "origin", or NULL */
	char *tracking;         /* "refs/remotes/origin/async", or NULL */
	struct tips checked;    /* these tips are those of a log */
	int lock_fd;            /* -1: the write lock is not held */
	int wire_fd;            /* that git runs for us (repo_wire_open()); -1: it does not */
	off_t wire_marked;      /* so much of its markers is ours */
	int queue_fd;           /* our number in the queue for it; -1: none */
};

/* The search for it was ours. */
#define REPO_OPEN_FLAGS (GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_NO_DOTGIT)

/* Start libgit2 unless it was before. */
int repo_start_git(void);

/*
 * Start libgit2 and open the repository with it, unless that was done: `git` and `odb` are
 * there then. Looking at what the index knows does without, and is answered before libgit2
 * would have been started.
 */
int repo_need_git(struct repo *repo);

/* Take libgit2's code and message for ours, after "what: ". Returns an ERR_*. */
int error_git(int code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Is there something at `path` that is not a plain file of at most `limit` bytes? Then ERR_FAILED. */
int repo_check_plain(const char *path, size_t limit);

static inline const git_oid *as_oid(const struct id *id)
{
	return (const git_oid *)id->raw;
}

static inline void from_oid(struct id *out, const git_oid *oid)
{
	git_oid_cpy((git_oid *)out->raw, oid);
}

/* ---- repo-store.c */

struct store;

/*
 * What libgit2 is to know of objects: it reads them through our own readers, and only writes
 * loose ones by itself. Its own hang on some damaged files and crash on others.
 */
int repo_make_odb(git_odb **out, struct store *store, const char *objects_dir);

/* ---- repo-object.c */

enum {
	TREE_LIMIT = 16 << 20,  /* some 200,000 files in one folder */
	COMMIT_LIMIT = 1 << 20,
	README_LIMIT = 64 << 10,
	PARENT_LIMIT = 16,
};

/*
 * Append an object's bytes. ERR_NOTFOUND if it is not there, ERR_INVALID if it is of another
 * type, larger than `limit` or damaged.
 */
int repo_object(struct buf *out, struct repo *repo, const struct id *id, git_object_t type, size_t limit);

/* Where objects are read from (repo-store.h). */
struct store *repo_objects(struct repo *repo);

/* A pack has come: what is asked for from now on may be in it. */
void repo_look_again(struct repo *repo);

/* Store an object. */
int repo_store(struct id *out, struct repo *repo, git_object_t type, const void *data, size_t len);

/* The id an object would have. */
void object_id(struct id *out, git_object_t type, const void *data, size_t len);

struct commit {
	struct id tree;
	struct id parents[PARENT_LIMIT];
	size_t nr_parents;
	char *author; /* the address; owned */
	time_t committed_at;
};
int repo_read_commit(struct commit *out, struct repo *repo, const struct id *id);
void commit_release(struct commit *commit);

/* The same from its text; false: it is malformed. Either way it is to be released. */
bool commit_parse(struct commit *out, const char *text);

/* One entry of a raw tree. */
struct tree_entry {
	unsigned mode;
	const char *name; /* `len` bytes, not ended by NUL */
	size_t len;
	struct id id;
};

enum { MODE_FILE = 0100644, MODE_FOLDER = 040000 };

/* The entry at `*at`, moving it on; false at the end, or (`*damaged`) where no entry can be read. */
bool tree_next(struct tree_entry *out, const struct buf *tree, size_t *at, bool *damaged);

/* git's order of entries: a folder's name counts as if it ended in '/'. */
int tree_order(const char *a, size_t a_len, bool a_is_folder, const char *b, size_t b_len, bool b_is_folder);

/* The entry of this name; false if there is none. */
bool tree_find(struct tree_entry *out, const struct buf *tree, const char *name, size_t len);

/* The id at `path` in a commit's tree, a file or (`folder`) a folder. ERR_NOTFOUND. */
int repo_path_in_tree(struct id *out, struct repo *repo, const struct id *tree, const char *path, bool folder);

/* ---- repo-splice.c */

/*
 * Trees being built: files are added in path order; a folder is stored once its last
 * file is in. Where objects come from and go to is the caller's.
 */
struct splice;
struct splice_store {
	int (*read)(struct buf *out, const struct id *tree, void *data);
	int (*write)(struct id *out, const struct buf *tree, void *data);
	void *data;
};

/* `base` is the tree to begin with; zero: an empty one. */
int splice_new(struct splice **out, const struct id *base, const struct splice_store *store);
void splice_free(struct splice *splice);

/* `*added` is false if the path was there already, with whatever content: nothing is replaced. */
int splice_add(bool *added, struct splice *splice, const char *path, const struct id *id);

/* Store what is open and tell the tree as it is now. More can be added after it. */
int splice_end(struct id *tree, struct splice *splice);

/* Sort paths into the order that splice_add() wants: plain byte order of whole paths. */
int path_order(const char *a, const char *b);

/* ---- repo-lock.c */

/* Before git's locks are taken: leave word of what is about to be published where, for who finds us killed. */
int repo_mark(struct repo *repo, const char *ref, const struct id *id);
void repo_unmark(struct repo *repo);

/* git's lock on our branch: "<common dir>/refs/heads/async.lock". The caller frees. */
char *repo_ref_lock_path(const struct repo *repo);

/* Why `ref` cannot be moved, if a file is at `path`: its age, and who has it open or what to do. repo-lock-file.c */
void repo_tell_lock_file(const char *ref, const char *path);

/* ---- repo-commit.c */

void repo_sleep(long milliseconds);

/* The bytes of a commit by the committer, signed if git is so configured. */
int repo_commit_text(struct buf *out, struct repo *repo, const struct id *tree, const struct id *parents, size_t nr,
		     const char *message);

/* The same, stored. */
int repo_store_commit(struct id *out, struct repo *repo, const struct id *tree, const struct id *parents, size_t nr,
		      const char *message);

/* Trees read from and stored as objects of the repository. */
struct splice_store repo_splice_store(struct repo *repo);

/* Move the branch from `old` (zero: create it) to `new`; ERR_CONFLICT if somebody else did or holds it. */
int repo_move_ref(struct repo *repo, const struct id *old, const struct id *new, const char *message);

/* Where to write on: `*base` is the commit to build on, `*local` what the branch is now (zero: none). */
int repo_write_base(struct id *base, struct id *local, struct repo *repo);

/* Call `attempt` until it does not end in ERR_CONFLICT, for about ten seconds; takes the lock. */
int repo_retry(struct repo *repo, int (*attempt)(struct repo *repo, void *data), void *data);

/* Should objects and refs be on disk before a write is reported? */
bool repo_is_durable(struct repo *repo);

/* ---- repo-history.c */

/* What the branch and its remote-tracking branch point to, unchecked. */
int repo_read_refs(struct tips *out, struct repo *repo);

/* Append the README of a commit. */
int repo_readme(struct buf *out, struct repo *repo, const struct id *commit);

/* Is this commit the tip of a log? 0, or ERR_INVALID or ERR_NEWER with the remedy. */
int repo_check_log(struct repo *repo, const struct id *commit, const char *name);

/* After a failure to read what cannot be done without: if it is damage, what to do. Returns `rc`. */
int repo_hint_damage(int rc, struct repo *repo);

/* What to do about a branch of our name that is no log. */
void repo_hint_other_branch(struct repo *repo);

/* ---- repo-ancestry.c */

struct meeting {
	struct id *bases; /* of the commits that both have, those that no other one has among its own */
	size_t nr, alloc; /* (and some more where dates are false) */
	bool behind;      /* theirs has all of ours ... */
	bool ahead;       /* ... or the other way round */
	bool cut_off;     /* not all of both is here: the clone is shallow */
	struct id stranger; /* a root that only theirs has; zero: there is none */
};
/* Two different commits. */
int repo_meet(struct meeting *out, struct repo *repo, const struct id *ours, const struct id *theirs);
void meeting_release(struct meeting *meeting);

/* ---- repo-checkout.c */

/* The work trees that have the branch checked out. */
struct checkout;
int checkout_prepare(struct checkout **out, struct repo *repo);
/* Add what `new` has and `old` has not to index and files. */
int checkout_advance(struct checkout *checkout, const struct id *old, const struct id *new);
void checkout_free(struct checkout *checkout);
/* Clear away the locks of work trees that a killed writer left: those that have its marker in them. */
void checkout_heal(struct repo *repo, const char *marker);

/* ---- repo-staging.c */

/* The index of a work tree, changed in a copy while git's own lock on it is held. */
struct staging;
/* `id`, which the marker names already, is put into the lock. ERR_CONFLICT if git holds it. */
int staging_open(struct staging **out, const char *git_dir, const struct id *id);
int staging_add(struct staging *staging, const git_index_entry *entry);
/* Put the copy in the index's place. */
int staging_write(struct staging *staging);
/* Unlock; what was not written is forgotten. */
void staging_close(struct staging *staging);
/* Clear away a lock in this git directory that has `marker` in it. */
void staging_heal(const char *git_dir, const char *marker);

/* ---- repo-sign.c */

/* Append the signature of a commit's text if git is configured to sign; `*out` stays empty if not. */
int repo_sign(struct buf *out, struct repo *repo, const struct buf *commit);

#endif
