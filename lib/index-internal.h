/*
 * What the index's own files share; the only header that includes SQLite.
 *
 *	index.c          open: fresh, to be brought up to date, or to be made anew
 *	index-file.c     where it is kept, and its connection
 *	index-vfs.c      a checksum on every page
 *	index-schema.c   the tables
 *	index-sql.c      statements: prepare once, bind, step, say what failed
 *	index-files.c    which files of the log are new, and the records in them
 *	index-refresh.c  what follows from new records
 *	index-rebuild.c  the rows from nothing
 *	index-lost.c     objects that could not be read: can they be by now?
 *	index-signatures.c  with which keys changes of keys were signed
 *	index-redactions.c  whose commits brought redactions
 *	index-retractions.c  what was said of the team and taken back
 *	index-window.c   records as they come, gathered into threads
 *	index-rows.c     a folded thread, or the folded team, as rows
 *	index-texts.c    which words are found for a record
 *	index-question.c a question: its SQL, parameters and rows (index-question.h)
 *	index-where.c    the conditions of a query, as SQL
 *	index-query.c    the questions that list parts and posts
 *	index-records.c  the question that lists records, also by their words
 *	index-outcomes.c  what became of what was asked, for figures
 *	index-ids.c      the questions about ids
 *	index-words.c    words to be found, as FTS5 understands them
 *	index-arrival.c  what is new: the order in which records came
 *	index-found.c    the texts of a record, with the words that were found
 *	index-people.c   the questions about people
 *	index-everybody.c  all of them at once
 */
#ifndef INDEX_INTERNAL_H
#define INDEX_INTERNAL_H

#include <sqlite3.h>
#include <stdint.h>
#include <sys/types.h>

#include "index.h"
#include "table.h"

/* Raise it when the tables change, or what thread_fold() and team_fold() answer. */
#define INDEX_SCHEMA 23

/* "asyn" in the file's header, for file(1). */
#define INDEX_APPLICATION 0x6173796e

/* The index itself failed, not git: rebuild it, or do without. Never leaves these files. */
#define ERR_INDEX (-100)

/* A record dated more than this ahead of now does not count yet (design section 4). */
#define AHEAD_SECONDS ((time_t)24 * 60 * 60)

/* The full text: its columns in the order of `enum text_column`, and how it cuts texts into words. */
#define INDEX_WORDS "subject, body, links, files, transcript, tokenize='unicode61 remove_diacritics 2'"

/* Bits of a record's `flags`. */
enum {
	TEXTS_REDACTED = 1, /* its own text is hidden */
	TEXTS_MOVED = 2,    /* another's words are found for it, or some of its own are not: a row in `said` */
	RECORD_WAITS = 4,   /* it asks for more time, and the author has not answered */
};

/* The one row of table `meta`. */
struct meta {
	struct tips tips;      /* what the rows reflect */
	struct id root;        /* of the log */
	char *founder;
	time_t counts_from;    /* for an earlier now the rows would say too much */
	time_t recheck_at;     /* from this now on they say too little; DUE_NEVER */
	time_t last_at;        /* the newest date of a record */
	int64_t records;       /* how many; also the highest record number */
	int64_t unreadable;
	int64_t lost;          /* objects that could not be read */
	uint32_t sequence;     /* as the file's user_version: see is_whole() in index.c; */
	uint32_t base;         /* what that was in the file when the write-ahead log was last written to */
};

/* A database and its prepared statements. */
struct connection {
	sqlite3 *db;
	struct statement {
		const char *sql;
		sqlite3_stmt *stmt;
	} *statements;
	size_t nr, alloc;
	struct connection *next;
};

/* What can be read again. */
enum regained { REGAINED_NOTHING, REGAINED_RECORD, REGAINED_HISTORY };

struct index {
	struct connection *con;
	struct connection *retired; /* damaged ones: rows in use may still point into them */
	struct repo *repo;
	struct tips tips;           /* what was asked for */
	time_t now, at;
	char *log_dir;              /* of the log; NULL: none */
	int where;                  /* as index_place() */
	char *dir, *path;           /* of the index; NULL: in memory */
	int reading;                /* the lock of those who read, or -1 */
	bool stuck;                 /* who holds a lock of this place stands still: it is not waited for again */
	struct meta meta;
	enum regained regained;     /* of what was lost when the file was written */
	unsigned rebuilds;          /* how often damage was found */
	char *failure;              /* why it could not be made anew then: it answers nothing any more */
	bool opened;                /* in use: tips and team are what they are */
	struct index *previous;     /* of the same log; or NULL */
	struct team *team;
	int64_t team_n;             /* the last record in it */
	int64_t team_redactions;    /* how many it knows of */
	bool team_borrowed;         /* from `previous` */
	struct table people;           /* struct known_person, by the name that was asked for */
	struct table calendars_by_key; /* struct known_calendar, */
	struct known_calendar *calendars;
	struct pool pool;
};

/* index-sql.c */
int index_failed(struct index *index); /* sets the message; returns ERR_INDEX */
int index_exec(struct index *index, const char *sql); /* one or more statements, not kept */
/*
 * A statement, prepared once (`sql` must be a literal), with its parameters bound by `types`:
 * i an int64_t, z the same but 0 is NULL, t a text or NULL, d an id, b a pointer and a size_t.
 * Texts must live until it has been stepped. NULL on failure.
 */
sqlite3_stmt *index_stmt(struct index *index, const char *sql, const char *types, ...);
/* 1: a row; 0: no more, and the statement is reset; ERR_INDEX. */
int index_step(struct index *index, sqlite3_stmt *stmt);
/* All of it at once: 0 or ERR_INDEX. */
int index_run(struct index *index, const char *sql, const char *types, ...);
bool column_id(struct id *out, sqlite3_stmt *stmt, int column);
void connection_free(struct connection *con);

/* index-vfs.c */
const char *index_vfs(void);
/* The user_version in the file itself when it was opened; 0 in memory, or if it has no write-ahead log. */
uint32_t index_vfs_version(sqlite3 *db);

/* An id as the tables have it: the first eight bytes as a number (in the same order), then the rest. */
void index_prefix(int64_t *prefix, const unsigned char **rest, const struct id *id);
void index_join_id(struct id *out, sqlite3_stmt *stmt, int column); /* of columns prefix and rest */

/* index-schema.c */
int index_create_tables(struct index *index);
int index_create_indexes(struct index *index);
int index_load_meta(struct index *index); /* 1: of another schema */
int index_save_meta(struct index *index); /* and load what follows from the tables */

/* Can something be read that could not be when the file was written? Sets `regained`. */
int index_look_for_lost(struct index *index);

/*
 * index.c: run `fn`; if the index fails under it, make it anew (at last in memory) and run it
 * again. What `fn` has handed out it must pass over the second time.
 */
int index_try(struct index *index, int (*fn)(struct index *index, void *data), void *data);

/* index-file.c */
/* Find the folder: the log's own (0), the user's cache (1), none, in memory (2). False: not possible. */
bool index_place(struct index *index, const char *log_dir, int where);
/* What is there is a regular file of ours, or nothing (*exists). */
bool index_path_is_ours(const struct index *index, bool *exists);
/* Whether they changed: the file itself, and its write-ahead log. */
struct stamp {
	ino_t file;
	off_t wal_size;
	struct timespec wal_changed;
};
void index_path_stamp(struct stamp *out, const struct index *index);
char *index_path_made(const struct index *index); /* where one is made anew, until it is whole; caller frees */
int index_connect(struct index *index, const char *path); /* NULL: new, in memory */
/* Let go of the connection; it is closed with the index, because rows in use may point into it. */
void index_forget_connection(struct index *index);
int index_lock(struct index *index);          /* to write: a descriptor to be closed, or -1 */
bool index_lock_reading(struct index *index); /* until index_unlock_reading() */
bool index_lock_alone(struct index *index);   /* nobody else is reading; does not wait */
void index_unlock_reading(struct index *index);

/* index-refresh.c: bring the rows up to index->tips and now. 1: too much has changed, rebuild. */
int index_update(struct index *index);

/* index-rebuild.c: the rows from nothing, into empty tables. */
int index_fill(struct index *index);

/* index-files.c: 0; 1: it cannot be read any more, and is told of; or negative. */
int index_read_record(struct record *out, struct index *index, size_t *len, const struct id *id, time_t date);

/*
 * index-words.c: words as people type them (query.h says how) as an expression for MATCH. The
 * caller frees.
 */
char *index_match(const char *words);

/* index-ids.c: the id of record number `n`. 1; 0 if there is none; ERR_INDEX. */
int index_id_of(struct id *out, struct index *index, int64_t n);

/* index-people.c */
void index_people_release(struct index *index);
void index_forget_team(struct index *index);
/*
 * index->team, without trying again. `anew`: records have come, so what each of the others
 * comes to, which the index keeps, may be something else now.
 */
int index_load_team(struct index *index, bool anew);

#endif
