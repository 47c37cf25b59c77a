/* The log's tips, and whether one contains the other. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define REF_LIMIT ((size_t)4096)
#define PACKED_REFS_LIMIT ((size_t)256 << 20)
#define PACKED_REFS_READ ((size_t)1 << 20) /* more is left to libgit2, which does not read all of it */
#define TITLE "# async log, format "

/* ---- tips */

static int check_ref_file(struct repo *repo, const char *name, size_t limit)
{
	char *path = xstrfmt("%s/%s", repo->place.common_dir, name);
	struct stat st;
	int rc = 0;

	/* A folder is fine: refs below this name, of which libgit2 says that it is no ref. */
	if (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		rc = repo_check_plain(path, limit);
	free(path);
	return rc;
}

/* Look for a line "<id> <name>" in packed-refs; zero if there is none. False: only libgit2 can tell. */
static bool find_packed(struct id *out, struct repo *repo, const char *name)
{
	char *path = xstrfmt("%s/packed-refs", repo->place.common_dir), *line = xstrfmt(" %s\n", name), *found;
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, path, PACKED_REFS_READ);
	bool sure = rc == ERR_NOTFOUND || (rc == 0 && text.len && text.ptr[text.len - 1] == '\n');

	found = rc == 0 ? memmem(text.ptr, text.len, line, strlen(line)) : NULL;
	if (found)
		sure = found - text.ptr >= ID_HEX && (found - text.ptr == ID_HEX || found[-ID_HEX - 1] == '\n') &&
		       id_parse(out, found - ID_HEX, ID_HEX);
	buf_release(&text);
	free(line);
	free(path);
	return sure;
}

/* A ref that is a file with an id, or packed, or not there. False: only libgit2 can tell. */
static bool read_plain_ref(struct id *out, struct repo *repo, const char *name)
{
	char *path = xstrfmt("%s/%s", repo->place.common_dir, name);
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, path, REF_LIMIT);
	bool sure;

	buf_rtrim(&text);
	if (rc == ERR_NOTFOUND)
		sure = find_packed(out, repo, name);
	else
		sure = rc == 0 && text.len == ID_HEX && id_parse(out, text.ptr, ID_HEX);
	if (rc < 0)
		error_clear();
	buf_release(&text);
	free(path);
	return sure;
}

int repo_read_ref(struct id *out, struct repo *repo, const char *name)
{
	git_reference *ref = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	if (read_plain_ref(out, repo, name))
		return 0;
	rc = check_ref_file(repo, "packed-refs", PACKED_REFS_LIMIT);
	if (rc == 0)
		rc = check_ref_file(repo, name, REF_LIMIT);
	if (rc == 0)
		rc = repo_need_git(repo);
	if (rc < 0)
		return rc;
	rc = git_reference_lookup(&ref, repo->git, name);
	if (rc == GIT_ENOTFOUND)
		return 0;
	if (rc < 0)
		return error_git(rc, "cannot read '%s'", name);
	if (git_reference_type(ref) == GIT_REFERENCE_DIRECT)
		from_oid(out, git_reference_target(ref));
	else
		rc = error_set(ERR_FAILED, "'%s' is a symbolic ref; a log's branch must be a plain one", name);
	git_reference_free(ref);
	return rc;
}

int repo_read_refs(struct tips *out, struct repo *repo)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = repo_read_ref(&out->local, repo, repo->ref);
	if (rc == 0 && repo->tracking)
		rc = repo_read_ref(&out->remote, repo, repo->tracking);
	return rc;
}

void repo_hint_other_branch(struct repo *repo)
{
	bool usual = strcmp(repo->branch, "async") == 0;

	error_hint("keep the log on a branch of another name: 'git config async.branch %s'",
		   usual ? "worklog" : "<name>");
}

int repo_readme(struct buf *out, struct repo *repo, const struct id *commit)
{
	struct id blob;
	int rc = repo_lookup(&blob, repo, commit, "README.md");

	if (rc == 0) {
		rc = repo_read(out, repo, &blob, README_LIMIT);
		/* One that is named but was never fetched is not the same as none. */
		if (rc == ERR_NOTFOUND)
			rc = ERR_FAILED;
	}
	return rc;
}

int repo_check_log(struct repo *repo, const struct id *commit, const char *name)
{
	struct buf readme = BUF_INIT;
	int rc = repo_readme(&readme, repo, commit);

	if (rc == 0 && strncmp(readme.ptr, TITLE, strlen(TITLE)) == 0) {
		const char *format = readme.ptr + strlen(TITLE);

		if (strcspn(format, "\r\n") != 1 || *format != '1') {
			rc = error_set(ERR_NEWER, "the log '%s' has format %.*s: written by a newer async", name,
				       (int)strspn(format, "0123456789"), format);
			error_hint("update async; this version reads format 1");
		}
	} else if (rc == 0 || rc == ERR_NOTFOUND) {
		rc = error_set(ERR_INVALID, "the branch '%s' is not a log", name);
		repo_hint_other_branch(repo);
	}
	buf_release(&readme);
	return rc;
}

/* The short name of a ref, for people. */
static const char *shown(const char *ref)
{
	return strncmp(ref, "refs/heads/", 11) == 0     ? ref + 11
	       : strncmp(ref, "refs/remotes/", 13) == 0 ? ref + 13
							 : ref;
}

static int no_log(struct repo *repo)
{
	error_set(ERR_NOTFOUND, "there is no log here (no branch '%s')", repo->branch);
	if (repo->remote && !repo->tracking)
		error_hint("begin one with 'async init'; if '%s' has one, this clone does not fetch it:\n"
			   "do 'git remote set-branches --add %s %s' and 'git fetch %s'",
			   repo->remote, repo->remote, repo->branch, repo->remote);
	else if (repo->remote)
		error_hint("begin one with 'async init'; if '%s' has one, 'git fetch %s' brings it", repo->remote,
			   repo->remote);
	else
		error_hint("begin one with 'async init'");
	return ERR_NOTFOUND;
}

/* A write asks for the tips again and again: what was found to be a log is looked at once. */
static int check_tip(struct repo *repo, const struct id *tip, const char *ref, struct id *checked)
{
	int rc;

	if (id_is_zero(tip) || id_equal(tip, &repo->checked.local) || id_equal(tip, &repo->checked.remote))
		return 0;
	rc = repo_check_log(repo, tip, shown(ref));
	if (rc == 0)
		*checked = *tip;
	return rc;
}

int repo_refs(struct tips *out, struct repo *repo)
{
	int rc = repo_read_refs(out, repo);

	return rc == 0 && id_is_zero(&out->local) && id_is_zero(&out->remote) ? no_log(repo) : rc;
}

int repo_tips(struct tips *out, struct repo *repo)
{
	int rc = repo_refs(out, repo);

	if (rc == 0)
		rc = check_tip(repo, &out->local, repo->ref, &repo->checked.local);
	if (rc == 0)
		rc = check_tip(repo, &out->remote, repo->tracking, &repo->checked.remote);
	return rc;
}

/* ---- ancestors */

enum { FROM_OLDER = 1, FROM_NEWER = 2, BOTH = 3 };

/* Commits that were met, and a heap of those not yet opened, the newest first. */
struct paint {
	struct met {
		struct id id;
		unsigned colors;
		bool queued;
		time_t at;
	} *met;
	size_t nr, alloc;
	size_t *slots, size; /* id → index in `met` plus one; a power of two, or 0 */
	size_t *heap, heap_nr, heap_alloc;
	size_t open;         /* queued with one color only */
};

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

static void heap_push(struct paint *paint, size_t index)
{
	size_t at = paint->heap_nr;

	GROW(paint->heap, paint->heap_nr, paint->heap_alloc);
	for (paint->heap_nr++; at; at = (at - 1) / 2) {
		size_t up = paint->heap[(at - 1) / 2];

		if (paint->met[up].at >= paint->met[index].at)
			break;
		paint->heap[at] = up;
	}
	paint->heap[at] = index;
}

static size_t heap_pop(struct paint *paint)
{
	size_t top = paint->heap[0], last = paint->heap[--paint->heap_nr], at = 0;

	for (;;) {
		size_t child = 2 * at + 1;

		if (child >= paint->heap_nr)
			break;
		if (child + 1 < paint->heap_nr &&
		    paint->met[paint->heap[child + 1]].at > paint->met[paint->heap[child]].at)
			child++;
		if (paint->met[last].at >= paint->met[paint->heap[child]].at)
			break;
		paint->heap[at] = paint->heap[child];
		at = child;
	}
	paint->heap[at] = last;
	return top;
}

/* Give a commit colors; a commit that is not there (a shallow clone ends) has no more to tell. */
static int color(struct paint *paint, struct repo *repo, const struct id *id, unsigned colors)
{
	size_t index = meet(paint, id);
	struct met *met = &paint->met[index];
	struct commit commit;
	int rc;

	if ((met->colors | colors) == met->colors)
		return 0;
	if (!met->queued) {
		rc = repo_read_commit(&commit, repo, id);
		commit_release(&commit);
		if (rc < 0)
			return rc == ERR_NOTFOUND ? 0 : rc;
		met->at = commit.committed_at;
		met->queued = true;
		met->colors |= colors;
		paint->open += met->colors != BOTH;
		heap_push(paint, index);
		return 0;
	}
	met->colors |= colors;
	paint->open -= met->colors == BOTH;
	return 0;
}

static int color_parents(struct paint *paint, struct repo *repo, size_t index)
{
	struct id id = paint->met[index].id;
	unsigned colors = paint->met[index].colors;
	struct commit commit;
	int rc = repo_read_commit(&commit, repo, &id);

	for (size_t i = 0; i < commit.nr_parents && rc == 0; i++)
		rc = color(paint, repo, &commit.parents[i], colors);
	commit_release(&commit);
	return rc;
}

/*
 * Both are followed down at once, newest first, until what one reaches the other reaches
 * too: the cost is what lies between them, and false dates cost time, never the answer.
 */
int repo_is_ancestor(bool *out, struct repo *repo, const struct id *older, const struct id *newer)
{
	struct paint paint = { 0 };
	int rc = 0;

	*out = id_equal(older, newer);
	if (*out)
		return 0;
	rc = color(&paint, repo, older, FROM_OLDER);
	if (rc == 0)
		rc = color(&paint, repo, newer, FROM_NEWER);
	while (rc == 0 && paint.open && paint.met[0].colors != BOTH) {
		size_t index = heap_pop(&paint);

		paint.met[index].queued = false;
		paint.open -= paint.met[index].colors != BOTH;
		rc = color_parents(&paint, repo, index);
	}
	*out = rc == 0 && paint.nr && paint.met[0].colors == BOTH;
	free(paint.met);
	free(paint.slots);
	free(paint.heap);
	return rc;
}
