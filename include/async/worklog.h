/*
 * The log: open, find, select, append. The one handle that every command is given.
 */
#ifndef ASYNC_WORKLOG_H
#define ASYNC_WORKLOG_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/buf.h"
#include "async/query.h"
#include "async/record.h"
#include "async/reminder.h"
#include "async/team.h"
#include "async/thread.h"

struct worklog;

/* From the global options. */
struct worklog_options {
	const char *git_dir;       /* --git-dir, or NULL */
	const char *log;           /* -L, or NULL: ASYNC_LOG, if that is set */
	time_t at;                 /* --at, or 0 */
	bool no_log;               /* the repository is enough (init) */
	bool receiving;            /* in a server's hook: this very repository, and what was sent to it */
};

/*
 * Open the repository and (unless no_log) its log. Opens the index only when something
 * is asked of it. ERR_NOTFOUND outside a repository or without a log, with the remedy.
 */
int worklog_open(struct worklog **out, const struct worklog_options *options);
void worklog_close(struct worklog *wl);

/* The clock, read once when the log was opened; `--at` if that was given. */
time_t worklog_now(const struct worklog *wl);
bool worklog_is_past(const struct worklog *wl); /* --at: writing is an error */
bool worklog_has_written(const struct worklog *wl); /* records, by this handle */

/*
 * Look as of `at` from now on, as if the log had been opened so: `--at` is a time as people
 * type it, and is read in the zone of a log that is open already.
 */
int worklog_set_at(struct worklog *wl, time_t at);

/*
 * If the log has moved since it was opened or refreshed, what is asked from now on is answered
 * by what it has now, and the clock is read again. What was borrowed before the first time stays
 * valid; what was borrowed later does not.
 */
int worklog_refresh(bool *moved, struct worklog *wl);

/* How far the log has come: to be given to a query later (query.arrived). */
int worklog_newest(struct arrival *out, struct worklog *wl);

/*
 * Configuration: as repo_config(); the caller frees. Without a log (NULL) only the user's
 * and the system's is read.
 */
char *worklog_config(struct worklog *wl, const char *name);

/* What starts programs: as repo_config_user(). */
char *worklog_config_user(struct worklog *wl, const char *name);

/* Call `each` for every setting of the user's and the system's that begins with `prefix`, the ones that win last. */
int worklog_config_each_user(const char *prefix, int (*each)(const char *name, const char *value, void *data),
			     void *data);

/* The public ssh key that git is told to sign with; the same only if commits are signed: as repo_signing_key(). */
char *worklog_signing_key(struct worklog *wl);
char *worklog_signer(struct worklog *wl);

/* Is the log in the repository with this common git directory? */
bool worklog_is_in(const struct worklog *wl, const char *common_dir);

/* The log's branch, and its root id. */
const char *worklog_branch(const struct worklog *wl);
int worklog_root(struct worklog *wl, struct id *out);

/* Begin a log here (or adopt a remote's); see repo_init_log(). */
int worklog_init(struct worklog *wl, bool *adopted, bool *offline);

/* Everybody, their calendars and the policy. Loaded on first use; borrowed. */
int worklog_team(struct team **out, struct worklog *wl);

/*
 * You: the person one of whose addresses is your committer address. NULL in `*out` if the
 * log does not know you; your address is then worklog_address(). ERR_FAILED: git has no identity.
 */
int worklog_me(struct person **out, struct worklog *wl);
const char *worklog_address(struct worklog *wl); /* "" before worklog_me() or if git has none */

/* A person as somebody typed it ("ben", "ben@example.com", "me"); ERR_NOTFOUND with a suggestion. */
int worklog_find_person(struct person **out, struct worklog *wl, const char *name);

/*
 * The same two as keys (of rows and queries), from the index: what a look command uses, because
 * it need not load the team. An address that the log does not know is a key of its own: it may
 * have been asked. `*out` lives until the log is closed.
 */
int worklog_my_key(const char **out, struct worklog *wl);
int worklog_find_key(const char **out, struct worklog *wl, const char *name);

/* A person by key (of a row): handle to show, zone, calendar now. Never NULL; cheap: from the index. */
struct who {
	const char *key, *handle, *shown, *name;
	bool gone;
};
const struct who *worklog_who(struct worklog *wl, const char *key);
/*
 * Everybody the log knows, those who left too, by what they are shown as: from the index, the
 * team is not loaded. The caller frees the list; its texts live until the log is closed.
 */
int worklog_everybody(struct teammate **out, size_t *nr, struct worklog *wl);
/* Their calendar at now; borrowed. */
struct calendar *worklog_calendar(struct worklog *wl, const char *key);
/* The zone times are shown in: mine, or the system's where the log does not know me. Borrowed. */
struct zone *worklog_zone(struct worklog *wl);

/*
 * The record that `spec` means: an id, a prefix of 4 or more, ":/text" (the newest open
 * post whose subject contains it), "-" (the post last written, acted on or looked at). ERR_NOTFOUND;
 * ERR_AMBIGUOUS with the candidates as hint.
 */
int worklog_find(struct id *out, struct worklog *wl, const char *spec);

/* One record by id. ERR_NOTFOUND, ERR_INVALID, ERR_NEWER. */
int worklog_read(struct record *out, struct worklog *wl, const struct id *id);
/* Its bytes as they are stored. */
int worklog_read_raw(struct buf *out, struct worklog *wl, const struct id *id);

/*
 * The thread that a record belongs to, folded. The records and everything the thread points
 * to belong to the log and live until it is closed or written to; release with thread_release().
 */
int worklog_thread(struct thread *out, struct worklog *wl, const struct id *id);

/* Enough digits to be unique in this log (at least 7); static per call site: copied into `out`. */
void worklog_short_id(char out[ID_HEX + 1], struct worklog *wl, const struct id *id);

/*
 * Call `each` for the rows that match, in order: parts by due time (earliest first; dues, which
 * are the same parts, in none), posts and records newest first. A non-zero return ends it and is
 * returned.
 */
int worklog_parts(struct worklog *wl, const struct query *query, int (*each)(const struct part_row *, void *),
		  void *data);
int worklog_dues(struct worklog *wl, const struct query *query, int (*each)(const struct due_row *, void *), void *data);
int worklog_outcomes(struct worklog *wl, const struct query *query, int (*each)(const struct outcome_row *, void *),
		     void *data); /* in no order, whatever the limit */
int worklog_posts(struct worklog *wl, const struct query *query, int (*each)(const struct post_row *, void *),
		  void *data);
int worklog_records(struct worklog *wl, const struct query *query,
		    int (*each)(const struct record_row *, void *), void *data);

/* How many posts match, without asking for their rows. */
int worklog_count_posts(size_t *out, struct worklog *wl, const struct query *query);

/* Call `each` for the tags in force that begin with `prefix`, in the order of their letters. */
int worklog_tags(struct worklog *wl, const char *prefix, int (*each)(const char *tag, void *data), void *data);

/* The same for records that are found by the query's words, which it must have, with their texts. */
int worklog_search(struct worklog *wl, const struct query *query,
		   int (*each)(const struct record_row *, const struct found *, void *), void *data);

/*
 * Call `each` for every reminder that can be said now and was not, thread by thread, to those
 * whom the filter wants: of others no thread is even read. What it is given ends with the
 * callback, but for the records and persons, which live until the log is closed or written to.
 * A non-zero return ends it and is returned.
 */
struct reminder_filter {
	bool (*wants)(struct person *person, void *data); /* NULL: everybody */
	void *data;
};
typedef int reminder_each(const struct thread *thread, const struct part *part, const struct reminder *reminder,
			  void *data);
int worklog_reminders(struct worklog *wl, const struct reminder_filter *filter, reminder_each *each, void *data);

/* How many files could not be read as records (a look command ends with 3 and says so). */
size_t worklog_unreadable(struct worklog *wl);
int worklog_each_unreadable(struct worklog *wl, int (*each)(const char *path, const char *reason, void *data),
			    void *data);

/*
 * Begin a record of mine: kind, from, and a date that comes after what it answers (`re` may be
 * NULL). The first write of somebody the log does not know adds them: worklog_append() puts
 * their person record before it, in the same commit, and `*added` of worklog_append() says so.
 */
int worklog_begin(struct record *out, struct worklog *wl, enum record_kind kind, const struct id *re);

/* Date it anew, by the clock as it is now: after an editor, in which a text took its time. */
int worklog_date(struct record *rec, struct worklog *wl, const struct id *re);

/*
 * Write records in one commit with this subject line; sets each record's id. All or nothing.
 * The subject may contain "%(id)", replaced by the first one's id, shortened. A person, away,
 * calendar or policy record gets a date after the newest of the same subject. An existing
 * identical post, reply or extend makes the second carry `copy: 2` (…). `added` may be NULL.
 * What was borrowed from the log stays valid; questions asked after it see the new records.
 */
int worklog_append(struct worklog *wl, struct record *recs, size_t nr, const char *subject, bool *added);

/* The same for one record, and the files that worklog_attach() has entered in it. */
int worklog_append_files(struct worklog *wl, struct record *rec, const struct buf *files, size_t nr,
			 const char *subject, bool *added);

/* Enter a file in the `attach` of a record: what it is called, and its bytes. */
void worklog_attach(struct record *rec, const char *name, const struct buf *bytes);

/*
 * Append the bytes of a file that is stored beside `rec`. ERR_NOTFOUND if there is none with this
 * id; ERR_INVALID if it has more than `limit` bytes, or others than its id says.
 */
int worklog_read_file(struct buf *out, struct worklog *wl, const struct record *rec, const struct id *id,
		      size_t limit);

/* How many bytes such a file may have: async.maxAttachment. ERR_FAILED if that is no number. */
int worklog_file_limit(size_t *out, struct worklog *wl);

/* The same for a stream of any size (write-record --batch): one pack, few commits; nobody is added. */
struct worklog_batch;
int worklog_batch_begin(struct worklog_batch **out, struct worklog *wl);
int worklog_batch_add(struct worklog_batch *batch, struct record *rec); /* sets rec->id; record_check() must have passed */
int worklog_batch_end(struct worklog_batch *batch, const char *subject);
void worklog_batch_free(struct worklog_batch *batch);

/* Throw the index away and make it anew; how many records it holds. */
int worklog_reindex(struct worklog *wl, size_t *nr);

/*
 * The path of a file of this log in the user's private state (design section 8), whose folder is
 * there afterwards. ERR_FAILED: there is no home, or it cannot be written.
 */
int worklog_private_path(struct buf *out, struct worklog *wl, const char *name);

/* Private state (design section 8): the post last written, acted on or looked at ("-" to worklog_find()). */
void worklog_remember(struct worklog *wl, const struct id *post);

#endif
