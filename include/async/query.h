/*
 * Which of the log a command wants, and the rows it gets back.
 *
 * What people type is read here into terms (the grammar is async-query(7)), without the log or
 * the clock: who is meant, and when, is for the caller to find out.
 */
#ifndef ASYNC_QUERY_H
#define ASYNC_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "async/alloc.h"
#include "async/id.h"
#include "async/record.h"
#include "async/thread.h"
#include "async/worktime.h"

/* Bits of `states`. */
#define STATE(state) (1u << (state))
#define STATES_UNSETTLED (STATE(PART_OPEN) | STATE(PART_ACKED))

enum query_field {
	QUERY_WORD,
	QUERY_FROM,
	QUERY_TO,
	QUERY_STATE,
	QUERY_NEED,
	QUERY_LEVEL,
	QUERY_TAG,
	QUERY_TYPE,
	QUERY_DUE,
	QUERY_SINCE,
	QUERY_UNTIL,
};

/* The values of QUERY_STATE, as `state:` names them. */
enum query_state {
	QUERY_OPEN,      /* not settled, acked or not */
	QUERY_OVERDUE,
	QUERY_ACKED,     /* and not settled */
	QUERY_MET,
	QUERY_WITHDRAWN,
	QUERY_NONE,      /* asks nobody */
	QUERY_ALL,
};

/* The words of `state:`, in the order of the values; ends with NULL. */
extern const char *const query_states[];

/* The order of posts; the ones without a due time come last. */
enum query_sort { SORT_NONE, SORT_DATE, SORT_DUE, SORT_LAST, SORT_SUBJECT, SORT_FROM, SORT_REPLIES };

/* One condition; "from:ana,ben" is one with two values, of which one must hold. */
struct query_term {
	struct query_term *next;
	enum query_field field;
	bool negated;        /* "-tag:x": must not hold */
	const char *text;    /* as it was typed, for messages */
	const char **v;      /* FROM, TO: people as typed, keys once they are found; LEVEL, TAG; WORD: one; times: one, as typed */
	size_t nr;
	unsigned bits;       /* STATE, TYPE, NEED: bits of their values */
	char relation;       /* DUE: '<', '>', or ':' for within that date */
	time_t begin, end;   /* SINCE, UNTIL, DUE, once it is read: begin <= … < end; 0: no bound */
};

/*
 * How far the log had come: the records in the order in which they came here, which is not that
 * of their dates. Only this clone's own; made anew by a rebuild of the index.
 */
struct arrival {
	size_t nr;      /* how many there were */
	struct id last; /* the last of them */
	time_t at;      /* when that was: what is dated later is taken for new where the order is lost */
};

/*
 * All that is given must hold; zero or NULL means any. Names are persons' keys (person.key).
 * Of posts and records, what `to` asks and the state, need and due time that are wanted besides
 * are those of one part: "to:ben state:overdue" is what ben is late with.
 */
struct query {
	struct query_term *terms;     /* of the grammar, or NULL */
	const char *from;       /* the author of the post */
	const char *to;         /* the person asked; of parts also who is to answer, the asked one being gone */
	unsigned states;        /* of the part, or (posts) of the thread: bits of STATE(part or thread state) */
	time_t since, until;    /* the post's date: since <= date < until */
	time_t due_before;      /* due_at < this */
	/*
	 * Full text, accents and case apart: all of these words must be in it. "two words" is a
	 * phrase, relea* any word that begins so; of a OR b one is enough.
	 */
	const char *words;
	const struct id *thread; /* records of one thread only */
	const struct query *touched; /* parts, posts: only of threads with a record that this asks for (since, until, arrived) */
	const struct arrival *arrived; /* records: only what came after it */
	const char *concerns;   /* records: in threads that this person began, is asked in or wrote in; by others */
	size_t limit;           /* 0: all */
	enum query_sort sort;   /* of posts; SORT_NONE: newest first, else the least first */
	bool reverse;           /* the other way round */
	bool by_rank;           /* records that are found by `words`: the best first */
};

/*
 * Read what was typed and append its terms (and `words`) to the query. What the query points to
 * lives in `pool`. People and times stay as they were typed. ERR_USAGE names the term and says
 * what would be accepted.
 */
int query_parse(struct query *query, struct pool *pool, const char *text);

/* One field with its value ("ana,ben"), as the option of that name gives it. ERR_USAGE. */
int query_add(struct query *query, struct pool *pool, enum query_field field, const char *value);

/* A term with nothing in it but `text`, for who has its values already. */
struct query_term *query_term_new(struct query *query, struct pool *pool, enum query_field field, const char *text);

/*
 * The `i`-th field, as it is listed for people: its name, and the words that it takes (NULL: any). NULL
 * behind the last.
 */
const char *query_field_at(enum query_field *field, const char *const **words, size_t i);

/* Is `arg` a negated field ("-tag:x"), and no option? */
bool query_is_negated_field(const char *arg);

/* One of those the log knows. */
struct teammate {
	const char *key, *handle, *shown; /* as of struct person */
	const char *name;   /* or NULL */
	const char *groups; /* comma separated, or NULL */
	const char *deputy; /* their key, or NULL */
	bool gone;
};

/* One person's part in an ask. Texts belong to the row and end with the callback. */
struct part_row {
	struct id post;    /* the post that asks */
	struct id root;    /* of its thread */
	const char *subject;
	const char *from;  /* keys: worklog_who() knows more */
	const char *to;
	const char *level; /* or NULL */
	const char *group; /* of an `any` item, or NULL */
	int item;          /* -1: named in `to` */
	enum need need;
	enum part_state state;
	const char *outcome; /* or NULL */
	time_t post_at, asked_at, due_at, asked_due_at, acked_at, promised_at, settled_at; /* 0: none; DUE_NEVER */
	bool assumed;
	bool waits;          /* as of struct part */
	int step;            /* of escalation, that began it; 0 */
	const char *escalated_for; /* then whose answer did not come (their key), or NULL; */
	time_t missed_at;    /* and when that was due */
};

/* The same part, only as far as it takes to count: in a prompt, each millisecond is one too many. */
struct due_row {
	struct id root;
	time_t due_at;
	enum part_state state;
};

/* What became of one person's part, for figures. Texts belong to the row and end with the callback. */
struct outcome_row {
	const char *to;     /* their key */
	const char *level;  /* or NULL */
	const char *tags;   /* of the thread, comma separated */
	enum part_state state;
	bool handed_over;   /* met, as somebody else's part now */
	time_t post_at, due_at, asked_due_at; /* DUE_NEVER */
	time_t answered_at; /* the first answer, reopened since or not; 0: none */
	long took_minutes;  /* until then, in their working time (focus as the ask says) */
};

/* One thread, by its root post. */
struct post_row {
	struct id id;
	const char *subject;
	const char *from;
	enum post_type type;
	const char *type_name;
	const char *level;   /* or NULL */
	const char *to;      /* keys of those asked, comma separated */
	const char *tags;    /* comma separated */
	enum thread_state state;
	time_t date, due_at; /* due_at: the earliest of the open parts; 0: none, DUE_NEVER */
	time_t last_at;      /* newest record of the thread */
	size_t replies;
	size_t parts, open;  /* how many asked, how many still open or acked */
	bool retracted, redacted;
};

/* One record of any kind, for the audit trail. */
struct record_row {
	struct id id;
	struct id root;      /* its thread's root, or zero */
	struct id target;    /* what it hangs on, or zero */
	enum record_kind kind;
	const char *kind_name;
	const char *what;    /* a post's type, a mark's verb, else the kind */
	const char *from;    /* key, or NULL */
	const char *subject; /* of the post it is or hangs on; "" */
	const char *about;   /* what one of no thread is about, as it names it: a person, a calendar; or NULL */
	time_t date;
	const char *why_not; /* why it does not count, or NULL */
	bool waits;          /* it asks for more time, and the author has not answered */
	bool redacted;       /* its text is hidden */
};

/* The texts of a record in which words are found. */
enum text_column { TEXT_SUBJECT, TEXT_BODY, TEXT_LINKS, TEXT_FILES, TEXT_TRANSCRIPT, TEXT_COLUMNS };

/*
 * These texts as the record's thread shows them, a line for each link and file, and each found
 * word between FOUND_BEGIN and FOUND_END, which are in no text.
 */
#define FOUND_BEGIN '\001'
#define FOUND_END '\002'
struct found {
	const char *text[TEXT_COLUMNS]; /* "": there is none */
	const char *transcript;         /* as it is written, for transcript_at() */
};

#endif
