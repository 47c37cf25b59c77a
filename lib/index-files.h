/*
 * Which files of the log are new, and the records in them (private to index-*.c).
 */
#ifndef INDEX_FILES_H
#define INDEX_FILES_H

#include "async/buf.h"
#include "index-rows.h"

/* A file that should hold a record. */
struct file {
	struct id id;
	int32_t day;   /* of its folder */
	uint32_t len;  /* of its text, if that is kept */
	size_t at;     /* where; FILE_UNREAD */
};
#define FILE_UNREAD SIZE_MAX

struct files {
	struct index *index;
	struct file *v;
	size_t nr, alloc;
	bool removed;     /* something is gone: the rows cannot be trusted to have forgotten it */
	int32_t last_day; /* those of a later day are left out (--at) */
	struct buf kept;  /* texts that need not be read twice */
	bool too_many;    /* there are too many: none is kept */
};

#define FILES_INIT(i) { .index = (i), .last_day = INT32_MAX, .kept = BUF_INIT }
void files_release(struct files *files);

/* Find what `to` has and `from` (zero: none) has not. Odd entries go to table `unreadable`. */
int files_find(struct files *files, const struct id *from, const struct id *to);

/* Tell in table `unreadable` where the history could not be followed. */
int files_put_gaps(struct index *index, const struct repo_gaps *gaps);

/* In the order of the log (by day), each once. */
void files_sort(struct files *files);

/*
 * Read one: 0, or 1 if it is no record, which table `unreadable` then says with the reason;
 * negative for what is not the file's fault. `text` is replaced. The second form parses it.
 */
int files_read(struct buf *text, struct index *index, const struct file *file);
int files_parse(struct record *out, struct index *index, const struct file *file, const struct buf *text);

/* Those of the team that are new, with their texts, until they are put. */
struct admins {
	struct admin {
		struct item *item;
		char *text;
		size_t len;
		char path[RECORD_PATH];
	} *v;
	size_t nr, alloc;
};
void admins_add(struct admins *admins, struct record *rec, const struct buf *text);
void admins_release(struct admins *admins);

/*
 * Give them numbers and rows in table `admin`, and the whole team to `rows` and its tables. The
 * items are left to be added as all others are, first and in this order, and get these numbers.
 */
int admins_put(struct admins *admins, struct rows *rows, bool *upset);

/*
 * index-retractions.c: marks that retract a record of the team, or such a mark, are the team's too.
 * Is a new record one, as far as the index knows? And, when all are in the rows, is there one that was not
 * known to be when it came, because its target is new? Then they are made anew: that is rare.
 */
int retraction_is_known(bool *out, struct index *index, const struct record *rec);
int retractions_are_late(bool *out, struct index *index);

/* When all is read, the files that may hold such marks: they are taken out of the list if they do. */
struct retractions {
	struct retraction {
		struct id id, target;
		size_t file;
		bool taken;
	} *v;
	size_t nr, alloc;
};
void retractions_add(struct retractions *retractions, const struct record *rec, size_t file);
int retractions_take(struct retractions *retractions, struct admins *admins, struct files *files);
void retractions_release(struct retractions *retractions);

/* index-signatures.c: by which keys the commits were signed that change people's keys. Before the team is asked for. */
int signatures_put(const struct admins *admins, struct index *index);
/* What the index knows of them. */
int signatures_tell(struct index *index, struct team *team);
/*
 * Once the team is known, which goes by dates: refuse those whose place in history belies them, and
 * fold it again. The first that gives somebody a key must not come after another; and a key that
 * vouches for a further one must not have been given up before, nor beside, where nothing proves
 * which was first.
 */
int signatures_judge(struct index *index, struct team *team);

/*
 * index-lost.c: take down an object that could not be read (if it is one), to be looked for again;
 * `is_record`: what it holds is missing, and nothing else follows. Forget those, to read them again.
 */
int lost_put(struct index *index, const struct lost *lost, bool is_record);
int lost_forget_records(struct index *index);

/* Look again at those in table `unreadable` that may be readable now. */
int files_retry(struct files *files);

/* index-redactions.c: redactions among the new records, and whose commits brought them. */
struct redactions {
	struct redaction {
		struct id id;
		char path[RECORD_PATH];
		char *hides, *author; /* of a file that cannot be read: its path, and who says so; else NULL */
		time_t date;
	} *v;
	size_t nr, alloc;
};

/* Take down a record if it is one. */
void redactions_add(struct redactions *redactions, const struct record *rec);
/* Before the team is asked for. */
int redactions_put(struct redactions *redactions, struct index *index);
void redactions_release(struct redactions *redactions);
/* What the index knows of them. */
int redactions_tell(struct index *index, struct team *team);
/* Mark the files in table `unreadable` that one hides, once the team is known. */
int redactions_hide(struct index *index, struct team *team);

#endif
