/* What the files of the worklog module share (include/async/worklog.h is its face). */
#ifndef WORKLOG_INTERNAL_H
#define WORKLOG_INTERNAL_H

#include "async/seen.h"
#include "async/worklog.h"
#include "index.h"
#include "repo.h"
#include "table.h"

/* Records in a row; who holds them says who owns them. */
struct records {
	struct record **v;
	size_t nr, alloc;
};

/* A person that a row named; a list of many would ask again and again. */
struct known_who {
	struct who who;
	const char *asked;
};

struct worklog {
	struct worklog_options options;
	struct repo *repo;
	struct tips tips;       /* as they were when the index was opened, or last written */
	bool has_tips;
	struct index *index;    /* NULL until something is asked */
	struct index **retired; /* of before a write: what was borrowed from them stays valid */
	size_t nr_retired, alloc_retired;
	bool wrote;             /* records were written through it */
	bool retired_will_do;   /* the last of them knows all people as they are */
	struct records recs;    /* all that were read for threads, which point into them: owned */
	struct records thread;  /* those of the thread that was asked for last */
	time_t now;
	char *dir;              /* "<common dir>/async" */
	struct id root;         /* the log's id, once an index was open: writing does not change it */
	char *name, *address;   /* the committer; NULL until asked for */
	struct zone *zone;
	struct table whos;      /* struct known_who, by the key that was asked for */
	struct seen saw;        /* in this run */
	struct pool pool;       /* small things lent out until close */
};

/* The index, opened and brought up to the tips on first use. Borrowed. */
int worklog_index(struct index **out, struct worklog *wl);

/*
 * The same, but one of before a post or mark was written will do: for what such a record changes
 * nothing about (people, zones, the length of ids), so that writing need not read it back.
 */
int worklog_any_index(struct index **out, struct worklog *wl);

/* The log has moved: the next question looks at its tips anew. */
void worklog_moved(struct worklog *wl);

/*
 * The name of a file of private state that belongs to this clone and branch: "verified.3f2a9c1be0",
 * by where it is. The caller frees.
 */
char *worklog_place(const struct worklog *wl, const char *what);

/* Read the committer identity once. */
int worklog_identity(struct worklog *wl);

/* The records of the thread that `id` is in, root first. Lent until the next thread is asked for. */
int worklog_thread_records(const struct records **out, struct worklog *wl, const struct id *id);

/*
 * seen.c: the threads that these records are to be written in, as I see them before; that they
 * were written; and what was seen in this run put into the state folder.
 */
void sights_of(struct seen *out, struct worklog *wl, const struct record *recs, size_t nr);
void sights_confirm(struct worklog *wl, const struct seen *sights);
void sights_save(struct worklog *wl);

/*
 * Put records into a commit on top of `base`, which is on no branch yet. No two such commits are the
 * same, whoever makes them: that one of them was sent tells whose it is.
 */
int worklog_compose(struct id *commit, struct worklog *wl, const struct id *base, struct record *recs, size_t nr,
		    const char *subject);

/* Where a file is kept that is attached to a record of this date. */
void worklog_file_path(char out[RECORD_PATH], time_t date, const struct id *id);

#endif
