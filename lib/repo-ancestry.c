/*
 * Where two histories meet.
 *
 * Both are followed down at once, newest first, until what one reaches the other reaches too:
 * the cost is what lies between them, and false dates cost time, never the answer.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "heap.h"
#include "repo-git.h"

enum { OF_OURS = 1, OF_THEIRS = 2, OF_BOTH = 3, BELOW = 4 }; /* BELOW: a child of it is of both */

/* A commit that was met. */
struct met {
	struct id id;
	unsigned colors;
	bool queued, read;
	time_t at;
	size_t parents, nr_parents; /* in `links` */
};

/* All of them, and a heap of those not yet opened, the newest first. */
struct paint {
	struct repo *repo;
	struct met *met;
	size_t nr, alloc;
	size_t *links, nr_links, alloc_links; /* parents, as places in `met` */
	size_t *slots, size; /* id → place in `met` plus one; a power of two, or 0 */
	struct heap heap;
	size_t open;         /* queued, and not of both */
	bool cut_off;        /* a commit is not here */
};

static void paint_release(struct paint *paint)
{
	free(paint->met);
	free(paint->links);
	free(paint->slots);
	heap_release(&paint->heap);
}

static size_t *slot_of(struct paint *paint, const struct id *id)
{
	size_t at;

	memcpy(&at, id->raw, sizeof(at));
	for (at &= paint->size - 1; paint->slots[at]; at = (at + 1) & (paint->size - 1))
		if (id_equal(&paint->met[paint->slots[at] - 1].id, id))
			break;
	return &paint->slots[at];
}

static size_t meet(struct paint *paint, const struct id *id)
{
	size_t *slot;

	if (2 * paint->nr >= paint->size) {
		paint->size = paint->size ? 2 * paint->size : 64;
		free(paint->slots);
		paint->slots = xcalloc(paint->size, sizeof(*paint->slots));
		for (size_t i = 0; i < paint->nr; i++)
			*slot_of(paint, &paint->met[i].id) = i + 1;
	}
	slot = slot_of(paint, id);
	if (!*slot) {
		GROW(paint->met, paint->nr, paint->alloc);
		paint->met[paint->nr] = (struct met){ .id = *id };
		*slot = ++paint->nr;
	}
	return *slot - 1;
}

/* Read a commit once: its date and parents. ERR_NOTFOUND where a shallow clone ends. */
static int read_met(struct paint *paint, size_t index)
{
	struct commit commit;
	size_t first = paint->nr_links;
	int rc;

	if (paint->met[index].read)
		return 0;
	rc = repo_read_commit(&commit, paint->repo, &paint->met[index].id);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < commit.nr_parents; i++) {
		GROW(paint->links, paint->nr_links, paint->alloc_links);
		paint->links[paint->nr_links++] = meet(paint, &commit.parents[i]);
	}
	paint->met[index].at = commit.committed_at;
	paint->met[index].parents = first;
	paint->met[index].nr_parents = commit.nr_parents;
	paint->met[index].read = true;
	commit_release(&commit);
	return 0;
}

static bool is_open(const struct met *met)
{
	return met->queued && (met->colors & OF_BOTH) != OF_BOTH;
}

/* Give a commit colors, which it has to pass on then. One that is not here has no more to tell. */
static int color(struct paint *paint, size_t index, unsigned colors)
{
	struct met *met = &paint->met[index];
	int rc;

	if ((met->colors | colors) == met->colors)
		return 0;
	rc = read_met(paint, index);
	if (rc == ERR_NOTFOUND) {
		paint->cut_off = true;
		error_clear();
		return 0;
	}
	if (rc < 0)
		return rc;
	met = &paint->met[index]; /* reading it may have met others */
	paint->open -= is_open(met);
	met->colors |= colors;
	if (!met->queued)
		heap_push(&paint->heap, met->at, index);
	met->queued = true;
	paint->open += is_open(met);
	return 0;
}

/* The newest of those not yet opened hands its colors on. */
static int open_next(struct paint *paint)
{
	size_t index = heap_pop(&paint->heap);
	struct met *met = &paint->met[index];
	unsigned colors = met->colors;
	int rc = 0;

	paint->open -= is_open(met);
	met->queued = false;
	if ((colors & OF_BOTH) == OF_BOTH)
		colors |= BELOW;
	for (size_t i = 0; i < paint->met[index].nr_parents && rc == 0; i++)
		rc = color(paint, paint->links[paint->met[index].parents + i], colors);
	return rc;
}

/* The places 0 and 1 are those of the two tips. */
static int paint_begin(struct paint *paint, const struct id *ours, const struct id *theirs)
{
	int rc;

	meet(paint, ours);
	meet(paint, theirs);
	rc = color(paint, 0, OF_OURS);
	return rc < 0 ? rc : color(paint, 1, OF_THEIRS);
}

int repo_is_ancestor(bool *out, struct repo *repo, const struct id *older, const struct id *newer)
{
	struct paint paint = { .repo = repo };
	int rc = 0;

	*out = id_equal(older, newer);
	if (*out)
		return 0;
	rc = paint_begin(&paint, older, newer);
	while (rc == 0 && paint.open && !(paint.met[0].colors & OF_THEIRS))
		rc = open_next(&paint);
	*out = rc == 0 && (paint.met[0].colors & OF_BOTH) == OF_BOTH;
	paint_release(&paint);
	return rc;
}

/*
 * A root that only theirs has. Where dates are false (or the same), what was opened before it got
 * its second color has not handed that on yet: then it is followed to the end.
 */
static int find_stranger(struct id *out, struct paint *paint)
{
	int rc = 0;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < paint->nr && rc == 0; i++) {
		if (!paint->met[i].read || paint->met[i].nr_parents)
			continue;
		while (rc == 0 && paint->heap.nr && paint->met[i].colors == OF_THEIRS)
			rc = open_next(paint);
		if (rc == 0 && paint->met[i].colors == OF_THEIRS)
			*out = paint->met[i].id;
	}
	return rc;
}

int repo_meet(struct meeting *out, struct repo *repo, const struct id *ours, const struct id *theirs)
{
	struct paint paint = { .repo = repo };
	int rc = paint_begin(&paint, ours, theirs);

	memset(out, 0, sizeof(*out));
	while (rc == 0 && paint.open)
		rc = open_next(&paint);
	if (rc == 0)
		rc = find_stranger(&out->stranger, &paint);
	for (size_t i = 0; i < paint.nr && rc == 0; i++) {
		if (paint.met[i].colors != OF_BOTH)
			continue;
		GROW(out->bases, out->nr, out->alloc);
		out->bases[out->nr++] = paint.met[i].id;
	}
	out->cut_off = paint.cut_off;
	out->behind = rc == 0 && (paint.met[0].colors & OF_THEIRS);
	out->ahead = rc == 0 && (paint.met[1].colors & OF_OURS);
	paint_release(&paint);
	return rc;
}

void meeting_release(struct meeting *meeting)
{
	free(meeting->bases);
	memset(meeting, 0, sizeof(*meeting));
}
