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
	struct index *previous; /* of the same log, that will outlive this one; or NULL: its team may do */
};

/*
 * Open the index and bring it up to the tips, which repo_refs() gave: nothing to do, new records
 * only, or a rebuild (another schema, another log, a removed file, damage). A folder
 * that cannot be written leads to the user's cache folder, then to memory.
 */
int index_open(struct index **out, struct repo *repo, const struct tips *tips, const struct index_options *options);
void index_close(struct index *index);

/* How many files of the log could not be read as records, and which. */
size_t index_unreadable(struct index *index);
int index_each_unreadable(struct index *index, int (*each)(const char *path, const char *reason, void *data),
			  void *data);

/*
 * Without bringing anything up to date, and writing nothing: the team as the index that is there
 * has it, and of which tips. The caller frees it. ERR_NOTFOUND: there is none that can be used.
 */
int index_recall_team(struct team **out, struct tips *tips, struct repo *repo, const struct index_options *options);

/* The log's id, as repo_root(), which walks all of the history to find it. */
void index_root(struct id *out, const struct index *index);

/* How many records it holds. */
size_t index_count(struct index *index);

/* The whole team, made from the records that the index keeps the texts of. Made once; owned by the index. */
int index_team(struct team **out, struct index *index);

/* The commit that brought a record about somebody's keys; zero: that is not known. */
int index_keys_commit(struct id *out, struct index *index, const struct id *rec);

/* Call `each` for the records that it is made from. */
int index_each_in_team(struct index *index, int (*each)(const struct id *id, void *data), void *data);

/* Without the whole team: a person by any of their names (NULL: not known), valid until close. */
struct indexed_person {
	const char *key, *handle, *shown, *name; /* as struct person */
	bool gone;
};
const struct indexed_person *index_person(struct index *index, const char *name);

/* As worklog_everybody(): the caller frees the list, the texts live until close. */
int index_everybody(struct teammate **out, size_t *nr, struct index *index);

/* The calendar of the person with this key as of `at`; never NULL (S9); owned by the index. */
struct calendar *index_calendar(struct index *index, const char *key, time_t at);

/* Call `each` for the ids that begin with `hex` (4 to 40 digits). */
int index_each_prefix(struct index *index, const char *hex, size_t len,
		      int (*each)(const struct id *id, void *data), void *data);

/* How many digits of `id` are needed to tell it from every other (not less than ID_MIN_SHOWN). */
size_t index_unique_digits(struct index *index, const struct id *id);

/* The newest post (or only `open` ones) whose subject contains `text`; ERR_NOTFOUND. */
int index_find_subject(struct id *out, struct index *index, const char *text, bool open);

/* Where a record is kept (record_path()), ERR_NOTFOUND; and the ids of its whole thread, root first. */
int index_path(char out[RECORD_PATH], struct index *index, const struct id *id);
int index_each_in_thread(struct index *index, const struct id *id,
			 int (*each)(const struct id *id, void *data), void *data);

/* How far the log has come. */
int index_newest(struct arrival *out, struct index *index);

/* The newest date from `from` to `to` of a person, away, calendar or policy record that counts; 0: there is none. */
int index_newest_of_team(time_t *out, struct index *index, time_t from, time_t to);

/* What others than `me` (a key) have written in the thread that `id` is in. */
struct others {
	struct id root; /* of the thread; zero: it is in none */
	size_t nr;      /* how many records */
	time_t at;      /* the newest date of one; 0 */
	time_t mine_at; /* the newest date of one of mine; 0 */
};
int index_others(struct others *out, struct index *index, const struct id *id, const char *me);

/* As worklog_parts(), worklog_dues(), worklog_outcomes(), worklog_posts(), worklog_records(). */
int index_parts(struct index *index, const struct query *query, int (*each)(const struct part_row *, void *),
		void *data);
int index_dues(struct index *index, const struct query *query, int (*each)(const struct due_row *, void *), void *data);
int index_outcomes(struct index *index, const struct query *query, int (*each)(const struct outcome_row *, void *),
		   void *data);
int index_posts(struct index *index, const struct query *query, int (*each)(const struct post_row *, void *),
		void *data);
int index_records(struct index *index, const struct query *query,
		  int (*each)(const struct record_row *, void *), void *data);

/* Call `each` for the threads in which something may have to be said by now, and to whom (a key), person by person. */
int index_reminders(struct index *index, int (*each)(const struct id *root, const char *person, void *data), void *data);

/* Call `each` for the reminders that do not count because nobody was to be reminded so, or not yet. */
int index_false_reminders(struct index *index, int (*each)(const struct id *id, void *data), void *data);

/* As worklog_count_posts(), worklog_tags(). */
int index_count_posts(size_t *out, struct index *index, const struct query *query);
int index_tags(struct index *index, const char *prefix, int (*each)(const char *tag, void *data), void *data);

/* As worklog_search(). */
int index_search(struct index *index, const struct query *query,
		 int (*each)(const struct record_row *row, const struct found *found, void *data), void *data);

#endif
