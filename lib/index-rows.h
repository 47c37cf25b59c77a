/*
 * Records, threads and the team as rows of the index (private to index-*.c).
 */
#ifndef INDEX_ROWS_H
#define INDEX_ROWS_H

#include "index-internal.h"

/* A record on its way into the index. */
struct item {
	struct record rec; /* first: an event's record is an item */
	int64_t n;         /* its number */
	int64_t parent;    /* of what it hangs on; 0: of nothing, or of what is not here */
	bool written;      /* there is a row of it already */
	unsigned flags;    /* TEXTS_*, RECORD_* */
	int64_t said_by[TEXT_COLUMNS]; /* the records whose words are found for it; 0: none are */
};

void item_free(struct item *item);

/* Words already numbered, by table. */
struct names {
	struct name {
		char *text;
		int64_t n;
	} *v;
	size_t nr, size;
};

struct rows {
	struct index *index;
	struct team *team;
	struct names people, texts;
	struct verdict {
		struct id id;
		const char *why;
		const char *off; /* whose time off it is */
		bool good;       /* with all of its keys */
	} *verdicts; /* on the team's records, by id */
	size_t nr_verdicts;
	bool building; /* the tables are new: what is not in `names` is not in the tables */
	int rc;        /* of the first failure; all that follows does nothing */
};

#define ROWS_INIT(i) { .index = (i) }
void rows_release(struct rows *rows);
void rows_failed(struct rows *rows, int rc);

#define RUN(rows, ...)                                                              \
	do {                                                                        \
		if ((rows)->rc == 0)                                                \
			rows_failed((rows), index_run((rows)->index, __VA_ARGS__)); \
	} while (0)

/* Give a record its number, count it, and put its words into the full text. */
void rows_admit(struct rows *rows, struct item *item);

/* The row of a record that is in no thread, or (bare) in one that will be folded later. */
void rows_put_single(struct rows *rows, struct item *item, int64_t root);

/* Fold the records of a thread, its root among them, and put all that follows from it. */
void rows_put_thread(struct rows *rows, struct item *const *items, size_t nr, int64_t root);

/* The bytes of a person, away, calendar or policy record, for index_team(). */
void rows_put_admin(struct rows *rows, int64_t n, const struct record *rec, const char *text, size_t len,
		    const char *committer);

/*
 * Everybody, their names and calendars. `*upset`: threads that no new record touches may add up
 * to something else now, because a name means somebody else, or older records count or do not.
 */
void rows_put_team(struct rows *rows, bool *upset);

/* -- index-texts.c: the words of a record, as the full text has them --------------------- */

/*
 * Append what a column of the full text has from a record: what it says itself, or (`other`)
 * what it puts in another's place.
 */
void texts_put(struct buf *out, const struct record *rec, int column, bool other);

/* Put the words that it was written with. */
void texts_admit(struct rows *rows, struct item *item);

/* See to it that what `thread` shows of an event, and nothing else, is what is found for it. */
void texts_follow(struct rows *rows, const struct thread *thread, const struct event *event);

/* Complete an item whose `flags` were read from its row. */
int texts_load(struct index *index, struct item *item);

#endif
