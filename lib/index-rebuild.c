/*
 * The index from nothing.
 *
 * What threads add up to depends on people and calendars, so the files are gone through
 * twice: first for the person, away, calendar and policy records, what retracts them, and redactions,
 * which their first lines give away in canonical form, then for all others. The second time most texts are
 * still in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "index-files.h"
#include "index-window.h"

/* Texts kept from the first reading to the second; if there are more, the memory is of better use elsewhere. */
#define MAX_KEPT ((size_t)64 << 20)

static bool begins_with(const struct buf *text, const char *begin)
{
	return text->len >= strlen(begin) && memcmp(text->ptr, begin, strlen(begin)) == 0;
}

/*
 * Surely no record of the team, nor a redaction or retract, however somebody may have written it: a key
 * can not come twice, so the kind is what it says first; and without an escape the words for
 * these can only be written as they are.
 */
static bool is_talk(const struct buf *text)
{
	return begins_with(text, "async: 1\nkind: post\n") ||
	       (begins_with(text, "async: 1\nkind: mark\n") && !strstr(text->ptr, verb_name(VERB_REDACT)) &&
		!strstr(text->ptr, verb_name(VERB_RETRACT)) && !strchr(text->ptr, '\\'));
}

static void keep_text(struct files *files, struct file *file, const struct buf *text)
{
	if (files->too_many || files->kept.len + text->len > MAX_KEPT) {
		buf_release(&files->kept);
		files->too_many = true;
		return;
	}
	file->at = files->kept.len;
	file->len = (uint32_t)text->len;
	buf_add(&files->kept, text->ptr, text->len);
}

/* The first reading. Files that hold no record, and those of the team, are taken out of the list. */
static int find_admins(struct admins *admins, struct redactions *redactions, struct files *files)
{
	struct retractions retractions = { .nr = 0 };
	struct buf text = BUF_INIT;
	size_t nr = 0;
	int rc = 0;

	for (size_t i = 0; i < files->nr && rc >= 0; i++) {
		struct record rec = RECORD_INIT;
		struct file *file = &files->v[nr];

		*file = files->v[i];
		rc = files_read(&text, files->index, file);
		if (rc == 0 && !is_talk(&text))
			rc = files_parse(&rec, files->index, file, &text);
		if (rc != 0)
			continue;
		if (rec.root && kind_is_admin(rec.kind)) {
			if (!files->index->at || rec.date <= files->index->at)
				admins_add(admins, &rec, &text);
		} else {
			if (rec.root)
				redactions_add(redactions, &rec);
			if (rec.root && (!files->index->at || rec.date <= files->index->at))
				retractions_add(&retractions, &rec, nr);
			keep_text(files, file, &text);
			nr++;
		}
		record_release(&rec);
	}
	files->nr = nr;
	if (rc >= 0)
		rc = retractions_take(&retractions, admins, files);
	retractions_release(&retractions);
	buf_release(&text);
	return rc < 0 ? rc : 0;
}

static int put_admins(struct rows *rows, struct window *window, struct admins *admins)
{
	bool upset;
	int rc;

	rc = admins_put(admins, rows, &upset);
	for (size_t i = 0; i < admins->nr && rc == 0; i++) {
		rc = window_add(window, admins->v[i].item, admins->v[i].len);
		admins->v[i].item = NULL;
	}
	return rc;
}

/* The records of one day, in their order. */
struct day {
	struct day_item {
		struct item *item;
		size_t len;
	} *v;
	size_t nr, alloc;
};

static int compare_day_items(const void *a, const void *b)
{
	return record_cmp(&((const struct day_item *)a)->item->rec, &((const struct day_item *)b)->item->rec);
}

static int read_kept(struct buf *text, struct files *files, const struct file *file)
{
	if (file->at == FILE_UNREAD || files->too_many)
		return files_read(text, files->index, file);
	buf_reset(text);
	buf_add(text, files->kept.ptr + file->at, file->len);
	return 0;
}

static int read_item(struct day *day, struct files *files, const struct file *file, struct buf *text)
{
	struct record rec = RECORD_INIT;
	int rc;

	rc = read_kept(text, files, file);
	if (rc == 0)
		rc = files_parse(&rec, files->index, file, text);
	if (rc == 0 && (!files->index->at || rec.date <= files->index->at)) {
		GROW(day->v, day->nr, day->alloc);
		day->v[day->nr] = (struct day_item){ xcalloc(1, sizeof(struct item)), text->len };
		record_move(&day->v[day->nr++].item->rec, &rec);
	}
	record_release(&rec);
	return rc < 0 ? rc : 0;
}

static int put_day(struct window *window, struct day *day)
{
	int rc = 0;

	if (day->nr)
		qsort(day->v, day->nr, sizeof(*day->v), compare_day_items);
	for (size_t i = 0; i < day->nr; i++) {
		if (rc == 0)
			rc = window_add(window, day->v[i].item, day->v[i].len);
		else
			item_free(day->v[i].item);
	}
	day->nr = 0;
	return rc;
}

/* The second reading, day by day. */
static int put_records(struct window *window, struct files *files)
{
	struct day day = { .nr = 0 };
	struct buf text = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < files->nr && rc == 0; i++) {
		rc = read_item(&day, files, &files->v[i], &text);
		if (rc == 0 && (i + 1 == files->nr || files->v[i + 1].day != files->v[i].day))
			rc = put_day(window, &day);
	}
	for (size_t i = 0; i < day.nr; i++)
		item_free(day.v[i].item);
	free(day.v);
	buf_release(&text);
	return rc;
}

/* What the remote-tracking branch has and the local one has not; or all of it, where the latter cannot be read. */
static int find_remote(struct files *files, const struct tips *tips)
{
	static const struct id none;
	int rc = files_find(files, &tips->local, &tips->remote);

	if (rc != ERR_INVALID && rc != ERR_NOTFOUND)
		return rc;
	error_clear();
	return files_find(files, &none, &tips->remote);
}

static int find_all(struct files *files)
{
	static const struct id none;
	const struct tips *tips = &files->index->tips;
	const struct id *first = id_is_zero(&tips->local) ? &tips->remote : &tips->local;
	int rc;

	rc = files_find(files, &none, first);
	if (rc == 0 && first == &tips->local && !id_is_zero(&tips->remote) &&
	    !id_equal(&tips->local, &tips->remote)) {
		rc = find_remote(files, tips);
		files->removed = false; /* what only the local side has is in the union too */
	}
	files_sort(files);
	return rc;
}

static int fill(struct rows *rows, struct window *window, struct files *files)
{
	struct redactions redactions = { .nr = 0 };
	struct admins admins = { .nr = 0 };
	int rc;

	rc = find_all(files);
	if (rc == 0)
		rc = find_admins(&admins, &redactions, files);
	if (rc == 0)
		rc = redactions_put(&redactions, files->index);
	if (rc == 0)
		rc = put_admins(rows, window, &admins);
	window->max_cost = files->too_many ? MAX_KEPT + WINDOW_COST : WINDOW_COST;
	if (rc == 0)
		rc = put_records(window, files);
	redactions_release(&redactions);
	admins_release(&admins);
	if (rc == 0)
		rc = window_finish(window);
	if (rc == 0)
		rc = redactions_hide(rows->index, rows->team);
	if (rc == 0)
		rc = index_create_indexes(rows->index);
	return rc == 0 ? window_built(window) : rc;
}

int index_fill(struct index *index)
{
	struct rows rows = ROWS_INIT(index);
	struct window window;
	struct files files = FILES_INIT(index);
	struct repo_gaps gaps = { .nr = 0 };
	int rc;

	rows.building = true;
	window = (struct window)WINDOW_INIT(index, &rows);
	if (index->at)
		files.last_day = day_of_instant(index->at);
	free(index->meta.founder);
	index->meta = (struct meta){ .tips = index->tips };
	rc = repo_root(&index->meta.root, &index->meta.founder, &gaps, index->repo, &index->tips);
	if (rc == 0)
		rc = files_put_gaps(index, &gaps);
	if (rc == 0)
		rc = fill(&rows, &window, &files);
	repo_gaps_release(&gaps);
	files_release(&files);
	window_release(&window);
	rows_release(&rows);
	return rc;
}
