/* Rows of threads: what list prints, one below the other or as a board. */
#ifndef POSTS_H
#define POSTS_H

#include "async/query.h"
#include "async/worklog.h"
#include "print.h"

struct posts {
	struct worklog *wl;
	struct listing *list;
	const char *column; /* of a board, in which the next rows stand; or NULL */
};

int posts_begin(struct posts *posts, struct worklog *wl);

/* Print one row: to be handed to worklog_posts() with the rows. */
int posts_row(const struct post_row *row, void *posts);

int posts_end(struct posts *posts);

/*
 * board.c: the posts that match in columns by state or (`prefix` not "") by what follows it in
 * their tags; `query->limit` is of each column. Side by side where a terminal has the width for
 * it, else one below the other.
 */
int board_print(struct worklog *wl, const struct query *query, const char *prefix);

#endif
