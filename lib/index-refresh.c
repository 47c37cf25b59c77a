/* What is new since the index was last brought up to date, and what follows from it. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "index-files.h"
#include "index-window.h"

/* More new records than this are better brought in by a rebuild. */
#define MAX_NEW 5000

/* The new records. */
struct news {
	struct fresh {
		struct item *item;
		size_t len;
	} *v;
	size_t nr, alloc;
	struct admins admins;
	struct redactions redactions;
	int64_t *roots; /* older threads that they may change */
	size_t nr_roots, alloc_roots;
};

static void release_news(struct news *news)
{
	for (size_t i = 0; i < news->nr; i++)
		item_free(news->v[i].item);
	free(news->v);
	free(news->roots);
	admins_release(&news->admins);
	redactions_release(&news->redactions);
}

/*
 * What is new on one side. A side that had no tip is compared with the other's old one,
 * which it mostly holds. `1`: files are gone, or a whole side is.
 */
static int find_side(struct files *files, const struct id *old, const struct id *other, const struct id *new)
{
	bool removed = files->removed;
	int rc;

	if (id_equal(old, new))
		return 0;
	if (id_is_zero(new))
		return 1;
	rc = files_find(files, id_is_zero(old) ? other : old, new);
	if (id_is_zero(old))
		files->removed = removed;
	/* What cannot be compared, an old tip that is not here any more for one, a rebuild need not. */
	return rc == ERR_INDEX ? rc : rc < 0 || files->removed;
}

/* The README names the founder, whom all else in the team goes back to. Zero: it cannot be told. */
static struct id readme_of(struct repo *repo, const struct tips *tips)
{
	struct id tree, readme;

	if (repo_commit_tree(&tree, &readme, repo, id_is_zero(&tips->local) ? &tips->remote : &tips->local) == 0)
		return readme;
	error_clear();
	return (struct id){ { 0 } };
}

/* Was it joined to another log, which goes on? */
static bool is_another_log(struct index *index)
{
	struct id before = readme_of(index->repo, &index->meta.tips), now = readme_of(index->repo, &index->tips);

	return !id_is_zero(&before) && !id_is_zero(&now) && !id_equal(&before, &now);
}

static int find_new(struct files *files)
{
	const struct tips *old = &files->index->meta.tips, *new = &files->index->tips;
	int rc;

	if (is_another_log(files->index))
		return 1;
	rc = find_side(files, &old->local, &old->remote, &new->local);
	if (rc == 0)
		rc = find_side(files, &old->remote, &old->local, &new->remote);
	if (rc == 0)
		rc = files_retry(files);
	files_sort(files);
	return rc == 0 && files->nr > MAX_NEW ? 1 : rc;
}

static int compare_fresh(const void *a, const void *b)
{
	return record_cmp(&((const struct fresh *)a)->item->rec, &((const struct fresh *)b)->item->rec);
}

static int read_new(struct news *news, struct files *files, struct window *window)
{
	struct buf text = BUF_INIT;
	bool known;
	int rc = 0;

	for (size_t i = 0; i < files->nr && rc >= 0; i++) {
		struct record rec = RECORD_INIT;
		const struct file *file = &files->v[i];

		rc = window_has(&known, window, &file->id);
		if (rc < 0 || known)
			continue;
		rc = files_read(&text, files->index, file);
		if (rc == 0)
			rc = files_parse(&rec, files->index, file, &text);
		if (rc != 0)
			continue;
		rc = retraction_is_known(&known, files->index, &rec);
		if (kind_is_admin(rec.kind) || known) {
			admins_add(&news->admins, &rec, &text);
			continue;
		}
		redactions_add(&news->redactions, &rec);
		GROW(news->v, news->nr, news->alloc);
		news->v[news->nr] = (struct fresh){ xcalloc(1, sizeof(struct item)), text.len };
		record_move(&news->v[news->nr++].item->rec, &rec);
	}
	if (news->nr)
		qsort(news->v, news->nr, sizeof(*news->v), compare_fresh);
	buf_release(&text);
	return rc < 0 ? rc : 0;
}

static int add_roots(struct news *news, struct index *index, sqlite3_stmt *stmt)
{
	int rc;

	while ((rc = index_step(index, stmt)) == 1) {
		GROW(news->roots, news->nr_roots, news->alloc_roots);
		news->roots[news->nr_roots++] = sqlite3_column_int64(stmt, 0);
	}
	return rc;
}

/* Does it bear on whom others are asked besides (S17)? */
static bool moves_people(const struct record *rec)
{
	return rec->kind == KIND_PERSON &&
	       (record_node(rec, "groups") || record_node(rec, "deputy") || record_node(rec, "status"));
}

/*
 * The threads that a record about a person, calendar or the policy may change (S14: what is
 * not settled, or was settled after it), for the person called `key` or (NULL) everybody.
 */
static int find_parts_of(struct news *news, struct index *index, const char *key, time_t date)
{
	int rc;

	if (key)
		rc = add_roots(news, index,
			       index_stmt(index, "SELECT root FROM part JOIN person ON person.n = part.person "
				 "WHERE person.key = ? AND state < 2", "t", key));
	else
		rc = add_roots(news, index, index_stmt(index, "SELECT root FROM part WHERE state < 2", ""));
	if (rc == 0 && date <= index->meta.last_at)
		rc = add_roots(news, index,
			       index_stmt(index, "SELECT root FROM part JOIN person ON person.n = part.person "
				 "WHERE person.key = coalesce(?, person.key) AND settled >= ?", "ti", key,
				 (int64_t)date));
	return rc;
}

static int find_affected(struct news *news, struct index *index, struct team *team)
{
	int rc = 0;

	for (size_t i = 0; i < news->admins.nr && rc == 0; i++) {
		const struct record *rec = &news->admins.v[i].item->rec;
		bool one = rec->kind == KIND_PERSON || rec->kind == KIND_AWAY;
		const char *name = one ? record_text(rec, "person") : NULL;

		rc = find_parts_of(news, index, name ? team_person(team, name)->key : NULL, rec->date);
		if (rc == 0 && name && moves_people(rec) && team_escalates(team))
			rc = find_parts_of(news, index, NULL, rec->date);
		/* Who may do what, from its date on. */
		if (rc == 0 && (rec->kind == KIND_PERSON || rec->kind == KIND_POLICY) &&
		    rec->date <= index->meta.last_at)
			rc = add_roots(news, index,
				       index_stmt(index, "SELECT n FROM post WHERE coalesce(last, date) >= ?", "i",
					 (int64_t)rec->date));
	}
	return rc;
}

/* Records dated ahead whose time has come; `1` if the team holds one, which may change anything. */
static int find_due(struct news *news, struct index *index)
{
	size_t first = news->nr_roots;
	sqlite3_stmt *stmt;
	int rc;

	if (index->now < index->meta.recheck_at)
		return 0;
	rc = add_roots(news, index,
		       index_stmt(index, "SELECT root FROM recheck WHERE at <= ?", "i", (int64_t)index->now));
	for (size_t i = first; i < news->nr_roots && rc == 0; i++)
		if (!news->roots[i])
			rc = 1;
	if (rc != 0)
		return rc;
	stmt = index_stmt(index, "SELECT max(at) FROM recheck WHERE at <= ?", "i", (int64_t)index->now);
	rc = index_step(index, stmt);
	if (rc == 1 && sqlite3_column_int64(stmt, 0) > index->meta.counts_from)
		index->meta.counts_from = sqlite3_column_int64(stmt, 0);
	if (rc == 1)
		sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

static int compare_roots(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int put_news(struct news *news, struct window *window)
{
	int rc = 0;

	for (size_t i = 0; i < news->admins.nr && rc == 0; i++) {
		rc = window_add(window, news->admins.v[i].item, news->admins.v[i].len);
		news->admins.v[i].item = NULL;
	}
	for (size_t i = 0; i < news->nr && rc == 0; i++) {
		rc = window_add(window, news->v[i].item, news->v[i].len);
		news->v[i].item = NULL;
	}
	if (news->nr_roots)
		qsort(news->roots, news->nr_roots, sizeof(*news->roots), compare_roots);
	for (size_t i = 0; i < news->nr_roots && rc == 0; i++)
		if (!i || news->roots[i] != news->roots[i - 1])
			rc = window_refold(window, news->roots[i]);
	return rc == 0 ? window_finish(window) : rc;
}

static int update(struct news *news, struct rows *rows, struct window *window, struct files *files)
{
	struct index *index = rows->index;
	bool upset = false, late = false;
	int rc;

	rc = find_new(files);
	if (rc == 0)
		rc = read_new(news, files, window);
	if (rc == 0)
		rc = redactions_put(&news->redactions, index);
	if (rc == 0 && news->admins.nr)
		rc = admins_put(&news->admins, rows, &upset);
	else if (rc == 0)
		rc = index_load_team(index, false);
	rows->team = index->team;
	if (rc == 0 && upset)
		rc = 1;
	if (rc == 0)
		rc = find_affected(news, index, rows->team);
	if (rc == 0)
		rc = find_due(news, index);
	if (rc == 0)
		rc = put_news(news, window);
	if (rc == 0 && news->admins.nr)
		rc = retractions_are_late(&late, index);
	if (rc == 0 && late)
		rc = 1;
	if (rc == 0)
		rc = redactions_hide(index, rows->team);
	return rc;
}

int index_update(struct index *index)
{
	struct rows rows = ROWS_INIT(index);
	struct window window = WINDOW_INIT(index, &rows);
	struct files files = FILES_INIT(index);
	struct news news = { .nr = 0 };
	int rc;

	rc = update(&news, &rows, &window, &files);
	index->meta.tips = index->tips;
	release_news(&news);
	files_release(&files);
	window_release(&window);
	rows_release(&rows);
	return rc;
}
