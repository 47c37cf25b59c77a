/* The log as one handle: joins the git store, the index and the clock. */
#include "async/worklog.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "state.h"
#include "worklog-internal.h"

static int open_repo(struct worklog *wl)
{
	const char *env = getenv("ASYNC_LOG");
	const struct repo_options options = {
		.git_dir = wl->options.git_dir,
		.log = wl->options.log || wl->options.receiving || !env || !*env ? wl->options.log : env,
		.receiving = wl->options.receiving,
	};
	int rc;

	rc = repo_open(&wl->repo, &options);
	if (rc < 0)
		return rc;
	wl->dir = xstrfmt("%s/async", repo_common_dir(wl->repo));
	if (wl->options.no_log)
		return 0;
	rc = repo_refs(&wl->tips, wl->repo);
	wl->has_tips = rc == 0;
	return rc;
}

int worklog_open(struct worklog **out, const struct worklog_options *options)
{
	struct worklog *wl = xcalloc(1, sizeof(*wl));
	int rc;

	*out = NULL;
	wl->options = *options;
	rc = clock_now(&wl->now);
	if (rc == 0 && options->at)
		wl->now = options->at;
	if (rc == 0)
		rc = open_repo(wl);
	if (rc < 0) {
		worklog_close(wl);
		return rc;
	}
	*out = wl;
	return 0;
}

void worklog_close(struct worklog *wl)
{
	if (!wl)
		return;
	sights_save(wl);
	for (size_t i = 0; i < wl->recs.nr; i++) {
		record_release(wl->recs.v[i]);
		free(wl->recs.v[i]);
	}
	free(wl->recs.v);
	free(wl->thread.v);
	index_close(wl->index);
	for (size_t i = 0; i < wl->nr_retired; i++)
		index_close(wl->retired[i]);
	free(wl->retired);
	table_release(&wl->whos);
	zone_free(wl->zone);
	free(wl->name);
	free(wl->address);
	free(wl->dir);
	pool_release(&wl->pool);
	repo_close(wl->repo);
	free(wl);
}

int worklog_index(struct index **out, struct worklog *wl)
{
	const struct index_options options = {
		.dir = wl->dir,
		.now = wl->now,
		.at = wl->options.at,
		.previous = wl->nr_retired ? wl->retired[wl->nr_retired - 1] : NULL,
	};
	int rc = 0;

	if (!wl->has_tips)
		rc = repo_refs(&wl->tips, wl->repo);
	wl->has_tips = rc == 0;
	if (rc == 0 && !wl->index)
		rc = index_open(&wl->index, wl->repo, &wl->tips, &options);
	if (rc == 0)
		index_root(&wl->root, wl->index);
	*out = wl->index;
	return rc;
}

int worklog_any_index(struct index **out, struct worklog *wl)
{
	if (wl->index || !wl->retired_will_do)
		return worklog_index(out, wl);
	*out = wl->retired[wl->nr_retired - 1];
	return 0;
}

void worklog_moved(struct worklog *wl)
{
	wl->has_tips = false;
	wl->thread.nr = 0;
	table_clear(&wl->whos); /* they may have got a handle */
	if (!wl->index)
		return;
	GROW(wl->retired, wl->nr_retired, wl->alloc_retired);
	wl->retired[wl->nr_retired++] = wl->index;
	wl->retired_will_do = false;
	wl->index = NULL;
}

int worklog_refresh(bool *moved, struct worklog *wl)
{
	struct tips tips;
	int rc;

	rc = repo_tips(&tips, wl->repo);
	*moved = rc == 0 && !(id_equal(&tips.local, &wl->tips.local) && id_equal(&tips.remote, &wl->tips.remote));
	if (!*moved)
		return rc;
	rc = clock_now(&wl->now);
	if (wl->nr_retired) { /* only what was there first is promised to stay */
		index_close(wl->index);
		wl->index = NULL;
	}
	worklog_moved(wl);
	return rc;
}

int worklog_newest(struct arrival *out, struct worklog *wl)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_newest(out, index);
}

int worklog_reindex(struct worklog *wl, size_t *nr)
{
	const struct index_options options = {
		.dir = wl->dir,
		.now = wl->now,
		.rebuild = true,
	};
	int rc = 0;

	worklog_moved(wl);
	rc = repo_refs(&wl->tips, wl->repo);
	if (rc == 0)
		rc = index_open(&wl->index, wl->repo, &wl->tips, &options);
	wl->has_tips = rc == 0;
	*nr = rc == 0 ? index_count(wl->index) : 0;
	return rc;
}

time_t worklog_now(const struct worklog *wl)
{
	return wl->now;
}

bool worklog_has_written(const struct worklog *wl)
{
	return wl->wrote;
}

bool worklog_is_past(const struct worklog *wl)
{
	return wl->options.at != 0;
}

int worklog_set_at(struct worklog *wl, time_t at)
{
	wl->options.at = at;
	wl->now = at;
	if (wl->index)
		worklog_moved(wl);
	return 0;
}

char *worklog_config(struct worklog *wl, const char *name)
{
	return wl ? repo_config(wl->repo, name) : config_user(name);
}

char *worklog_config_user(struct worklog *wl, const char *name)
{
	return wl ? repo_config_user(wl->repo, name) : config_user(name);
}

int worklog_config_each_user(const char *prefix, int (*each)(const char *name, const char *value, void *data),
			     void *data)
{
	return config_each_user(prefix, each, data);
}

char *worklog_signing_key(struct worklog *wl)
{
	return repo_signing_key(wl->repo);
}

char *worklog_signer(struct worklog *wl)
{
	return repo_signer(wl->repo);
}

bool worklog_is_in(const struct worklog *wl, const char *common_dir)
{
	return !strcmp(repo_common_dir(wl->repo), common_dir);
}

const char *worklog_branch(const struct worklog *wl)
{
	return repo_branch(wl->repo);
}

int worklog_root(struct worklog *wl, struct id *out)
{
	struct index *index;
	int rc = 0;

	if (id_is_zero(&wl->root))
		rc = worklog_index(&index, wl);
	*out = wl->root;
	return rc;
}

char *worklog_place(const struct worklog *wl, const char *what)
{
	struct buf place = BUF_INIT;
	char hex[ID_HEX + 1];
	struct id id;

	buf_addf(&place, "%s %s", repo_common_dir(wl->repo), repo_ref(wl->repo));
	repo_hash(&id, place.ptr, place.len);
	id_hex(hex, &id);
	buf_release(&place);
	return xstrfmt("%s.%.10s", what, hex);
}

int worklog_init(struct worklog *wl, bool *adopted, bool *offline)
{
	int rc;

	rc = repo_init_log(wl->repo, adopted, offline);
	worklog_moved(wl);
	return rc;
}

size_t worklog_unreadable(struct worklog *wl)
{
	struct index *index;

	return worklog_index(&index, wl) < 0 ? 0 : index_unreadable(index);
}

int worklog_each_unreadable(struct worklog *wl, int (*each)(const char *path, const char *reason, void *data),
			    void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_each_unreadable(index, each, data);
}

int worklog_parts(struct worklog *wl, const struct query *query, int (*each)(const struct part_row *, void *),
		  void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_parts(index, query, each, data);
}

int worklog_dues(struct worklog *wl, const struct query *query, int (*each)(const struct due_row *, void *), void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_dues(index, query, each, data);
}

int worklog_outcomes(struct worklog *wl, const struct query *query, int (*each)(const struct outcome_row *, void *),
		     void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_outcomes(index, query, each, data);
}

int worklog_posts(struct worklog *wl, const struct query *query, int (*each)(const struct post_row *, void *),
		  void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_posts(index, query, each, data);
}

int worklog_records(struct worklog *wl, const struct query *query,
		    int (*each)(const struct record_row *, void *), void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_records(index, query, each, data);
}

int worklog_count_posts(size_t *out, struct worklog *wl, const struct query *query)
{
	struct index *index;
	int rc;

	*out = 0;
	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_count_posts(out, index, query);
}

int worklog_tags(struct worklog *wl, const char *prefix, int (*each)(const char *tag, void *data), void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_tags(index, prefix, each, data);
}

int worklog_search(struct worklog *wl, const struct query *query,
		   int (*each)(const struct record_row *, const struct found *, void *), void *data)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_search(index, query, each, data);
}
