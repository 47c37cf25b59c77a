/*
 * Joining two histories of the log: what one has already, or one merge commit.
 *
 * A log only ever grows, so the union of two is a merge without conflicts, and it is made by
 * opening the folders that differ. Theirs comes from somebody else: nothing of it goes on before
 * it was found to have only added records, and only where records belong.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "incoming.h"
#include "repo-git.h"

struct uniting {
	struct repo *repo;
	const struct repo_union_options *options;
	struct repo_union *out;
};

/* ---- looking at one side */

/* What it has that `from` has not; of which side it is. */
struct look {
	struct uniting *uniting;
	bool ours;
};

static void put(struct repo_union *out, const struct repo_entry *entry, bool ours)
{
	struct repo_ids *side = ours ? &out->out : &out->in;

	if (!path_is_record(entry->path))
		return;
	GROW(side->v, side->nr, side->alloc);
	side->v[side->nr++] = entry->id;
}

/* "the log of 'origin' is refused: " what is wrong, and what can be done about it. */
static int refuse(const struct uniting *uniting, bool ours, const char *what)
{
	const char *branch = repo_branch(uniting->repo);

	if (ours) {
		error_set(ERR_INVALID, "your branch '%s' is not fit to be shared: %s", branch, what);
		error_hint("records are only ever added; 'git log --stat %s' shows where that was done, and\n"
			   "'git revert' undoes it", branch);
	} else {
		error_set(ERR_INVALID, "the log of '%s' is refused: %s", uniting->options->name, what);
		error_hint("nothing was taken in, and nothing was sent; whoever keeps '%s' can undo that:\n"
			   "'git log --stat' shows where it was done, and 'git revert' undoes it",
			   uniting->options->name);
	}
	return ERR_INVALID;
}

static int refuse_odd(const struct look *look, const struct repo_entry *entry)
{
	char hex[ID_HEX + 1], *what;
	int rc;

	id_hex(hex, &entry->id);
	what = xstrfmt("'%s' %s (object %s)", entry->path, entry->reason, hex);
	rc = refuse(look->uniting, look->ours, what);
	free(what);
	return rc;
}

/* What is more in it: of what is fit for a log, so it is all there. */
static int count(const struct repo_entry *entry, void *data)
{
	const struct look *look = data;

	if (entry->added)
		put(look->uniting->out, entry, look->ours);
	return 0;
}

/* Does `to` have all that `from` (zero: nothing) has, and more only where it belongs? Counts what is more. */
static int check(struct uniting *uniting, const struct id *from, const struct id *to, bool ours)
{
	struct look look = { .uniting = uniting, .ours = ours };
	char *fault = NULL;
	int rc = incoming_fault(&fault, uniting->repo, from, to, uniting->options->join);

	if (rc == 0 && fault)
		rc = refuse(uniting, ours, fault);
	if (rc == 0)
		rc = repo_diff(uniting->repo, from, to, count, &look);
	free(fault);
	return rc;
}

/* ---- one tree of two */

struct weave {
	struct uniting *uniting;
	struct splice *splice; /* begun with the tree of one side */
	bool onto_ours;        /* that is ours */
};

static int weave_entry(const struct repo_entry *entry, void *data)
{
	struct weave *weave = data;
	bool theirs = entry->added == weave->onto_ours, is_new;
	struct look look = { .uniting = weave->uniting, .ours = true };

	if (entry->odd) /* theirs was looked at: it has what we removed */
		return theirs ? 0 : refuse_odd(&look, entry);
	put(weave->uniting->out, entry, !theirs);
	return entry->added ? splice_add(&is_new, weave->splice, entry->path, &entry->id) : 0;
}

static int make_tree(struct id *tree, struct uniting *uniting, const struct id *first, const struct id *second)
{
	const struct splice_store store = repo_splice_store(uniting->repo);
	struct weave weave = { .uniting = uniting, .onto_ours = id_equal(first, &uniting->out->ours) };
	struct commit commit;
	int rc = repo_read_commit(&commit, uniting->repo, first);

	if (rc < 0)
		return rc;
	uniting->out->in.nr = uniting->out->out.nr = 0;
	rc = splice_new(&weave.splice, &commit.tree, &store);
	if (rc == 0)
		rc = repo_diff(uniting->repo, first, second, weave_entry, &weave);
	if (rc == 0)
		rc = splice_end(tree, weave.splice);
	splice_free(weave.splice);
	commit_release(&commit);
	return rc;
}

static int merge(struct uniting *uniting, bool theirs_first)
{
	struct repo_union *out = uniting->out;
	const struct id parents[2] = { theirs_first ? out->theirs : out->ours, theirs_first ? out->ours : out->theirs };
	struct id tree;
	char *message;
	int rc = make_tree(&tree, uniting, &parents[0], &parents[1]);

	if (rc < 0)
		return rc;
	message = xstrfmt("merge %zu record%s from %s\n", out->in.nr, out->in.nr == 1 ? "" : "s",
			  uniting->options->name);
	rc = repo_store_commit(&out->tip, uniting->repo, &tree, parents, 2, message);
	out->merged = rc == 0;
	free(message);
	return rc;
}

/* ---- two histories */

static int begun_apart(const struct uniting *uniting)
{
	error_set(ERR_FAILED, "the log of '%s' was not begun with this one", uniting->options->name);
	error_hint("'--join' makes one log of the two; to keep them apart, name another branch\n"
		   "for one of them with 'git config async.branch <name>'");
	return ERR_FAILED;
}

static int cut_off(const struct uniting *uniting)
{
	error_set(ERR_FAILED, "this clone is shallow, and its history and that of '%s' do not meet in what is here",
		  uniting->options->name);
	error_hint("'git fetch --unshallow' brings the rest");
	return ERR_FAILED;
}

/* Neither has the other, or one has a root of its own. */
static int unite_parted(struct uniting *uniting, const struct meeting *meeting)
{
	static const struct id none;
	struct repo_union *out = uniting->out;
	int rc = 0;

	if (!meeting->nr && meeting->cut_off)
		return cut_off(uniting);
	for (size_t i = 0; i < meeting->nr && rc == 0; i++)
		rc = check(uniting, &meeting->bases[i], &out->theirs, false);
	if (!meeting->nr)
		rc = check(uniting, &none, &out->theirs, false);
	out->apart = !meeting->nr;
	return rc < 0 ? rc : merge(uniting, out->apart && uniting->options->theirs_first);
}

static int unite_two(struct uniting *uniting)
{
	struct repo_union *out = uniting->out;
	struct meeting meeting;
	int rc = repo_meet(&meeting, uniting->repo, &out->ours, &out->theirs);

	if (rc < 0)
		return rc;
	if (!uniting->options->join && (!id_is_zero(&meeting.stranger) || (!meeting.nr && !meeting.cut_off)))
		rc = begun_apart(uniting);
	else if (meeting.behind)
		rc = check(uniting, &out->ours, &out->theirs, false);
	else if (meeting.ahead)
		rc = check(uniting, &out->theirs, &out->ours, true);
	else
		rc = unite_parted(uniting, &meeting);
	if (rc == 0 && meeting.behind)
		out->tip = out->theirs;
	else if (rc == 0 && meeting.ahead)
		out->tip = out->ours;
	meeting_release(&meeting);
	return rc;
}

static int try_checkout(struct repo *repo, void *unused)
{
	struct checkout *checkout = NULL;
	int rc = checkout_prepare(&checkout, repo);

	(void)unused;
	checkout_free(checkout);
	return rc;
}

/*
 * A work tree that cannot be brought along is a reason not to begin. One that somebody is at may soon be free,
 * and under our lock what a killed one of us left there is cleared away.
 */
static int check_checkout(struct repo *repo, const struct repo_union *both)
{
	int rc = id_equal(&both->ours, &both->tip) ? 0 : try_checkout(repo, NULL);

	return rc == ERR_CONFLICT ? repo_retry(repo, try_checkout, NULL) : rc;
}

int repo_unite(struct repo_union *out, struct repo *repo, const struct id *theirs,
	       const struct repo_union_options *options)
{
	static const struct id none;
	struct uniting uniting = { repo, options, out };
	int rc;

	*out = (struct repo_union){ .theirs = *theirs };
	rc = repo_read_ref(&out->ours, repo, repo->ref);
	out->tip = id_is_zero(&out->ours) ? out->theirs : out->ours;
	if (rc == 0 && !id_is_zero(&out->ours))
		rc = repo_check_log(repo, &out->ours, repo->branch);
	if (rc < 0 || id_equal(&out->ours, theirs))
		return rc;
	if (!id_is_zero(theirs))
		rc = repo_check_log(repo, theirs, options->name);
	if (rc == 0 && id_is_zero(theirs))
		rc = check(&uniting, &none, &out->ours, true);
	else if (rc == 0 && id_is_zero(&out->ours))
		rc = check(&uniting, &none, theirs, false);
	else if (rc == 0)
		rc = unite_two(&uniting);
	if (rc == 0)
		rc = check_checkout(repo, out);
	if (rc < 0)
		repo_union_release(out);
	return rc;
}

void repo_union_release(struct repo_union *both)
{
	free(both->in.v);
	free(both->out.v);
	*both = (struct repo_union){ .merged = false };
}

/* ---- moving the branch there */

struct settling {
	const struct repo_union *both;
	bool overtaken;
};

static int advance(struct repo *repo, const struct id *from, const struct id *to)
{
	struct checkout *checkout = NULL;
	int rc = checkout_prepare(&checkout, repo);

	if (rc == 0)
		rc = checkout_advance(checkout, from, to);
	if (rc == 0)
		rc = repo_move_ref(repo, from, to, "sync");
	if (rc == 0)
		repo->checked.local = *to;
	checkout_free(checkout);
	return rc;
}

static int settle(struct repo *repo, void *data)
{
	struct settling *settling = data;
	const struct id *tip = &settling->both->tip;
	struct id now;
	bool behind = true;
	int rc = repo_read_ref(&now, repo, repo->ref);

	if (rc < 0 || id_equal(&now, tip) || id_is_zero(tip))
		return rc;
	if (!id_equal(&now, &settling->both->ours)) { /* moved on, or another sync was here */
		rc = repo_is_ancestor(&behind, repo, &now, tip);
		settling->overtaken = rc == 0 && !behind;
	}
	return rc < 0 || !behind ? rc : advance(repo, &now, tip);
}

int repo_settle(bool *overtaken, struct repo *repo, const struct repo_union *both)
{
	struct settling settling = { .both = both };
	int rc = id_equal(&both->ours, &both->tip) ? 0 : repo_retry(repo, settle, &settling);

	*overtaken = settling.overtaken;
	return rc;
}

struct taking {
	struct repo_union *out;
	const struct id *theirs;
	const struct repo_union_options *options;
};

static int take(struct repo *repo, void *data)
{
	const struct taking *taking = data;
	int rc;

	repo_union_release(taking->out);
	rc = repo_unite(taking->out, repo, taking->theirs, taking->options);
	if (rc == 0 && !id_equal(&taking->out->ours, &taking->out->tip))
		rc = advance(repo, &taking->out->ours, &taking->out->tip);
	return rc;
}

int repo_take(struct repo_union *out, struct repo *repo, const struct id *theirs,
	      const struct repo_union_options *options)
{
	struct taking taking = { out, theirs, options };
	int rc;

	*out = (struct repo_union){ .merged = false };
	rc = repo_retry(repo, take, &taking);
	if (rc < 0)
		repo_union_release(out);
	return rc;
}
