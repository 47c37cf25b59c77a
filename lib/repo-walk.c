/*
 * The history of the log, commit by commit, parents before children.
 *
 * Like all that comes from other people it is not believed: dates order the search for what is
 * known already, so false ones cost time, but every commit is come to after its parents.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "heap.h"
#include "repo-git.h"

struct node {
	struct id id, tree;
	time_t at;
	size_t parents;     /* where they begin in walk.edges */
	unsigned nr_parents;
	bool known : 1;     /* to the caller, or below what is */
	bool queued : 1, opened : 1;
	bool missing : 1;   /* it is not here */
	bool damaged : 1;   /* it cannot be read */
	bool placed : 1;    /* in walk.order, or about to be */
	size_t number;
};

struct walk {
	struct repo *repo;
	struct node *nodes;
	size_t nr, alloc;
	size_t *slots, size;  /* id → index in `nodes` plus one; a power of two, or 0 */
	size_t *edges;
	size_t nr_edges, alloc_edges;
	struct heap heap;     /* not yet opened, the newest first */
	size_t open;          /* of these the caller does not know */
	size_t *order;
	size_t nr_order, alloc_order;
};

static size_t *slot_of(const struct walk *walk, const struct id *id)
{
	size_t at;

	memcpy(&at, id->raw, sizeof(at));
	for (at &= walk->size - 1; walk->slots[at]; at = (at + 1) & (walk->size - 1))
		if (id_equal(&walk->nodes[walk->slots[at] - 1].id, id))
			break;
	return &walk->slots[at];
}

static void grow_slots(struct walk *walk)
{
	walk->size = walk->size ? 2 * walk->size : 1024;
	free(walk->slots);
	walk->slots = xcalloc(walk->size, sizeof(*walk->slots));
	for (size_t i = 0; i < walk->nr; i++)
		*slot_of(walk, &walk->nodes[i].id) = i + 1;
}

/* The node of a commit, whose date is read when it is new. */
static int meet(size_t *out, struct walk *walk, const struct id *id)
{
	struct commit commit = { 0 };
	struct node *node;
	size_t *slot;
	int rc;

	if (2 * walk->nr >= walk->size)
		grow_slots(walk);
	slot = slot_of(walk, id);
	*out = *slot - 1;
	if (*slot)
		return 0;
	GROW(walk->nodes, walk->nr, walk->alloc);
	node = &walk->nodes[walk->nr];
	*node = (struct node){ .id = *id };
	*out = walk->nr++;
	*slot = walk->nr;
	rc = repo_read_commit(&commit, walk->repo, id);
	node->missing = rc == ERR_NOTFOUND;
	node->damaged = rc == ERR_INVALID;
	if (node->missing || node->damaged) {
		error_clear();
		return 0;
	}
	node->at = commit.committed_at;
	node->tree = commit.tree;
	commit_release(&commit);
	return rc;
}

/* Come to a commit from above, or from the caller. One that turns out to be known tells its parents. */
static void reach(struct walk *walk, size_t index, bool known)
{
	struct node *node = &walk->nodes[index];
	bool news = known && !node->known;

	if (node->queued) {
		if (news)
			walk->open--;
	} else if (!node->opened || news) {
		node->queued = true;
		walk->open += !(known || node->known);
		heap_push(&walk->heap, node->at, index);
	}
	node->known |= known;
}

static int open_node(struct walk *walk, size_t index)
{
	struct commit commit;
	int rc = repo_read_commit(&commit, walk->repo, &walk->nodes[index].id);

	if (rc < 0)
		return rc;
	walk->nodes[index].opened = true;
	walk->nodes[index].parents = walk->nr_edges;
	walk->nodes[index].nr_parents = (unsigned)commit.nr_parents;
	for (size_t i = 0; i < commit.nr_parents && rc == 0; i++) {
		size_t parent;

		rc = meet(&parent, walk, &commit.parents[i]);
		GROW(walk->edges, walk->nr_edges, walk->alloc_edges);
		walk->edges[walk->nr_edges++] = parent;
	}
	commit_release(&commit);
	return rc;
}

/* All that is above what is known; with false dates some of that too. */
static int find(struct walk *walk)
{
	int rc = 0;

	while (rc == 0 && walk->open) {
		size_t index = heap_pop(&walk->heap);
		struct node *node = &walk->nodes[index];

		node->queued = false;
		walk->open -= !node->known;
		if (node->missing || node->damaged)
			continue;
		if (!node->opened)
			rc = open_node(walk, index);
		node = &walk->nodes[index];
		for (size_t i = 0; i < node->nr_parents && rc == 0; i++)
			reach(walk, walk->edges[node->parents + i], node->known);
	}
	return rc;
}

/* Put what is not known in order, below `tip`: a stack of those whose parents are not all placed. */
static void place(struct walk *walk, size_t tip)
{
	struct frame {
		size_t index, next;
	} *stack = NULL;
	size_t nr = 0, alloc = 0;

	if (walk->nodes[tip].placed || walk->nodes[tip].known || walk->nodes[tip].missing)
		return;
	GROW(stack, nr, alloc);
	stack[nr++] = (struct frame){ tip, 0 };
	walk->nodes[tip].placed = true;
	while (nr) {
		struct frame *top = &stack[nr - 1];
		struct node *node = &walk->nodes[top->index], *parent;
		size_t index;

		if (top->next == node->nr_parents) {
			node->number = walk->nr_order;
			GROW(walk->order, walk->nr_order, walk->alloc_order);
			walk->order[walk->nr_order++] = top->index;
			nr--;
			continue;
		}
		index = walk->edges[node->parents + top->next++];
		parent = &walk->nodes[index];
		if (parent->placed || parent->known || parent->missing)
			continue;
		parent->placed = true;
		GROW(stack, nr, alloc);
		stack[nr++] = (struct frame){ index, 0 };
	}
	free(stack);
}

/* The README at the top of a tree; zero: there is none. False: the tree cannot be read. */
static bool find_readme(struct id *out, struct repo *repo, const struct id *tree)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = repo_path_in_tree(out, repo, tree, "README.md", false);
	if (rc < 0)
		error_clear();
	return rc == 0 || rc == ERR_NOTFOUND;
}

int repo_commit_tree(struct id *tree, struct id *readme, struct repo *repo, const struct id *commit)
{
	struct commit read = { 0 };
	int rc = repo_read_commit(&read, repo, commit);

	*tree = read.tree;
	if (rc == 0)
		find_readme(readme, repo, tree);
	commit_release(&read);
	return rc;
}

static void tell_parents(struct repo_step *step, struct repo_parent *parents, const struct walk *walk,
			 const struct node *node)
{
	step->nr_parents = node->nr_parents;
	for (size_t i = 0; i < node->nr_parents; i++) {
		const struct node *parent = &walk->nodes[walk->edges[node->parents + i]];

		parents[i] = (struct repo_parent){
			.id = parent->id,
			.tree = parent->tree,
			.number = parent->placed ? parent->number : REPO_BEFORE,
			.missing = parent->missing,
			.damaged = parent->damaged,
			.committed_at = parent->at,
		};
		if (!parents[i].missing && !parents[i].damaged)
			parents[i].hidden = !find_readme(&parents[i].readme, walk->repo, &parent->tree);
	}
}

static int step_to(struct walk *walk, const struct node *node, repo_each_step *each, void *data)
{
	struct repo_parent parents[PARENT_LIMIT];
	struct repo_step step = { .id = node->id, .tree = node->tree, .number = node->number, .parents = parents };
	struct commit commit = { 0 };
	struct buf text = BUF_INIT;
	int rc = 0;

	if (!node->damaged)
		rc = repo_read_commit(&commit, walk->repo, &node->id);
	if (rc == 0 && !node->damaged) {
		rc = repo_object(&text, walk->repo, &node->id, GIT_OBJECT_COMMIT, COMMIT_LIMIT);
		step.hidden = !find_readme(&step.readme, walk->repo, &node->tree);
	}
	step.damaged = node->damaged;
	step.author = commit.author ? commit.author : "";
	step.committed_at = node->at;
	step.text = &text;
	tell_parents(&step, parents, walk, node);
	if (rc == 0)
		rc = each(&step, data);
	commit_release(&commit);
	buf_release(&text);
	return rc;
}

static int begin(struct walk *walk, const struct id *tips, size_t nr, bool known)
{
	size_t index;
	int rc = 0;

	for (size_t i = 0; i < nr && rc == 0; i++) {
		if (id_is_zero(&tips[i]))
			continue;
		rc = meet(&index, walk, &tips[i]);
		if (rc == 0)
			reach(walk, index, known);
	}
	return rc;
}

int repo_walk(struct repo *repo, const struct id *tips, size_t nr, const struct id *known, size_t nr_known,
	      repo_each_step *each, void *data)
{
	struct walk walk = { .repo = repo };
	size_t index;
	int rc = begin(&walk, known, nr_known, true);

	if (rc == 0)
		rc = begin(&walk, tips, nr, false);
	if (rc == 0)
		rc = find(&walk);
	for (size_t i = 0; i < nr && rc == 0; i++) {
		if (id_is_zero(&tips[i]))
			continue;
		rc = meet(&index, &walk, &tips[i]);
		place(&walk, index);
	}
	for (size_t i = 0; i < walk.nr_order && rc == 0; i++)
		rc = step_to(&walk, &walk.nodes[walk.order[i]], each, data);
	free(walk.nodes);
	free(walk.slots);
	free(walk.edges);
	heap_release(&walk.heap);
	free(walk.order);
	return rc;
}

bool repo_is_shallow(const struct repo *repo)
{
	char *path = xstrfmt("%s/shallow", repo->place.common_dir);
	bool shallow = access(path, F_OK) == 0;

	free(path);
	return shallow;
}
