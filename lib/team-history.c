/*
 * What was so of the team at a moment: who was in a group, whose deputy somebody was, who had left.
 * What is recorded later changes nothing of it.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "team-internal.h"

void history_add(struct history *history, time_t at, const void *what)
{
	GROW(history->v, history->nr, history->alloc);
	history->v[history->nr].at = at;
	history->v[history->nr].what = what;
	history->nr++;
}

const void *history_at(const struct history *history, time_t at)
{
	for (size_t i = history->nr; i > 0; i--)
		if (history->v[i - 1].at <= at)
			return history->v[i - 1].what;
	return NULL;
}

/* -- persons -------------------------------------------------------------------------- */

bool team_is_maintainer(const struct team *team, const struct person *person, time_t at)
{
	const char *since = history_at(&((const struct member *)person)->maintains, at);

	(void)team;
	return since && *since;
}

bool team_is_gone_at(const struct team *team, const struct person *person, time_t at)
{
	const char *since = history_at(&((const struct member *)person)->gone, at);

	(void)team;
	return since && *since;
}

struct person *team_deputy_at(const struct team *team, const struct person *person, time_t at)
{
	const char *name = history_at(&((const struct member *)person)->deputies, at);
	struct member *owner = name && *name ? names_owner(team, name) : NULL;

	return owner && &owner->pub != person ? &owner->pub : NULL;
}

bool team_is_deputy(const struct team *team, const struct person *deputy, const struct person *person, time_t at)
{
	return deputy && team_deputy_at(team, person, at) == deputy;
}

/* -- groups --------------------------------------------------------------------------- */

/* Somebody came into a group, or left it. */
struct move {
	time_t at;
	struct member *who;
	bool in;
	struct move *next;
};

struct moves {
	struct move *first, *last;
};

void team_note_group(struct team *team, struct member *who, const char *group, time_t at, bool in)
{
	struct moves *moves = table_get(&team->group_moves, group);
	struct move *move = pool_alloc(&team->fold_pool, sizeof(*move));

	if (!moves) {
		moves = pool_alloc(&team->fold_pool, sizeof(*moves));
		*moves = (struct moves){ NULL, NULL };
		table_set(&team->group_moves, group, moves);
	}
	*move = (struct move){ at, who, in, NULL };
	if (moves->last)
		moves->last->next = move;
	else
		moves->first = move;
	moves->last = move;
}

int person_cmp(const void *a, const void *b)
{
	const struct person *one = *(struct person *const *)a, *two = *(struct person *const *)b;

	return one->number < two->number ? -1 : one->number > two->number;
}

struct person **team_group_at(struct team *team, const char *group, time_t at, size_t *nr)
{
	const struct moves *moves = table_get(&team->group_moves, group + (*group == '@'));
	const struct move *first = moves ? moves->first : NULL;
	struct person **v;
	size_t alloc = 0;

	*nr = 0;
	for (const struct move *move = first; move && move->at <= at; move = move->next) {
		move->who->is_in = move->in;
		alloc++;
	}
	v = xcalloc(alloc + 1, sizeof(struct person *));
	for (const struct move *move = first; move && move->at <= at; move = move->next) {
		if (move->who->is_in && !team_is_gone_at(team, &move->who->pub, at))
			v[(*nr)++] = &move->who->pub;
		move->who->is_in = false;
	}
	qsort(v, *nr, sizeof(struct person *), person_cmp);
	return v;
}
