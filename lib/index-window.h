/*
 * Records as they come, gathered into threads (private to index-*.c).
 *
 * A log comes ordered by day, and a thread lives a few days: the threads touched last are
 * kept in memory, read, and folded once when they are pushed out. What comes later than
 * that, or before its target, is read again; the rows are the same.
 */
#ifndef INDEX_WINDOW_H
#define INDEX_WINDOW_H

#include "index-rows.h"

struct window {
	struct index *index;
	struct rows *rows;
	bool building;         /* the tables are new and have no indexes yet */
	struct slots {
		struct slot {
			struct id id;
			uint32_t n, root; /* 0: no such record; no thread (yet) */
		} *v;
		size_t nr, size;
	} slots;               /* records by id: all when building, else those seen */
	struct gathered **threads; /* by root, open addressing */
	size_t nr_threads, size_threads;
	struct gathered *newest, *oldest; /* by last touch */
	size_t cost, max_cost; /* about how many bytes the gathered records take, and may take */
	int64_t *late;         /* roots to be folded again when building is done */
	size_t nr_late, alloc_late;
};

/* Some sixteen thousand records. */
#define WINDOW_COST ((size_t)48 << 20)

#define WINDOW_INIT(i, r) { .index = (i), .rows = (r), .building = (r)->building, .max_cost = WINDOW_COST }
void window_release(struct window *window);

/* Add a record: *keeps* `item`. `len` is the size of its text. */
int window_add(struct window *window, struct item *item, size_t len);

/* Is this record there already? */
int window_has(bool *out, struct window *window, const struct id *id);

/* Fold this thread again. */
int window_refold(struct window *window, int64_t root);

/* The tables have their indexes now: do what had to wait for them. */
int window_built(struct window *window);

/* Fold what is gathered. */
int window_finish(struct window *window);

#endif
