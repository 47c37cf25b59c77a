/* Which files of the log are new, and the records in them. */
#include "index-files.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"

#define DAY_AT 4   /* "log/2026/11/22/": where its date begins, */
#define NAME_AT 15 /* and where its files' names do */

void files_release(struct files *files)
{
	free(files->v);
	buf_release(&files->kept);
}

static const struct lost not_lost;

/* `lost`: what could not be read, if that is why. `retry`: it is the record itself. */
static int put_unreadable(struct index *index, const char *path, const char *reason, bool retry,
			  const struct lost *lost)
{
	int rc = index_run(index, "INSERT OR REPLACE INTO unreadable(path, reason, retry) VALUES (?, ?, ?)", "tti", path,
			   reason, (int64_t)retry);

	return rc < 0 ? rc : lost_put(index, lost, retry);
}

/* "log/2026/11/22/<id>.yaml": its day and id. An attachment, which has no extension, is none. */
static bool parse_path(struct file *out, const char *path)
{
	char date[DAY_TEXT];

	if (strlen(path) != NAME_AT + ID_HEX + strlen(".yaml") || strcmp(path + NAME_AT + ID_HEX, ".yaml") != 0)
		return false;
	memcpy(date, path + DAY_AT, sizeof(date) - 1);
	date[sizeof(date) - 1] = '\0';
	date[4] = date[7] = '-';
	*out = (struct file){ .at = FILE_UNREAD };
	return day_parse(&out->day, date) && id_parse(&out->id, path + NAME_AT, ID_HEX);
}

static void file_path(char out[RECORD_PATH], const struct file *file)
{
	record_path(out, (time_t)file->day * 86400, &file->id);
}

static int add_file(const struct repo_entry *entry, void *data)
{
	struct files *files = data;
	struct file file;

	if (entry->odd && entry->added)
		return put_unreadable(files->index, entry->path, entry->reason, false, &entry->lost);
	if (entry->odd)
		return index_run(files->index, "DELETE FROM unreadable WHERE path = ?", "t", entry->path);
	if (!parse_path(&file, entry->path))
		return 0;
	if (!entry->added)
		files->removed = true;
	if (!entry->added || file.day > files->last_day)
		return 0;
	GROW(files->v, files->nr, files->alloc);
	files->v[files->nr++] = file;
	return 0;
}

int files_find(struct files *files, const struct id *from, const struct id *to)
{
	return repo_diff(files->index->repo, id_is_zero(from) ? NULL : from, to, add_file, files);
}

static int put_gap(struct index *index, const struct repo_gap *gap)
{
	char *reason = xstrfmt("%s; who wrote what is older cannot be told", gap->text), *path;
	char hex[ID_HEX + 1];
	int rc;

	id_hex(hex, &gap->commit);
	path = xstrfmt("commit %.12s", hex);
	rc = put_unreadable(index, path, reason, false, &gap->lost);
	free(path);
	free(reason);
	return rc;
}

int files_put_gaps(struct index *index, const struct repo_gaps *gaps)
{
	int rc = 0;

	for (size_t i = 0; i < gaps->nr && rc == 0; i++)
		rc = gaps->v[i].text ? put_gap(index, &gaps->v[i]) : lost_put(index, &gaps->v[i].lost, false);
	return rc;
}

static int compare_files(const void *a, const void *b)
{
	const struct file *x = a, *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return id_cmp(&x->id, &y->id);
}

void files_sort(struct files *files)
{
	size_t nr = 0;

	if (files->nr)
		qsort(files->v, files->nr, sizeof(*files->v), compare_files);
	for (size_t i = 0; i < files->nr; i++)
		if (!nr || compare_files(&files->v[nr - 1], &files->v[i]) != 0)
			files->v[nr++] = files->v[i];
	files->nr = nr;
}

/* Tell of a file, with the message of the failure but for its path. `lost`: its object, if that cannot be read. */
static int refuse(struct index *index, const struct file *file, const struct lost *lost)
{
	char path[RECORD_PATH];
	char *reason = xstrdup(error_last());
	size_t len;
	int rc;

	file_path(path, file);
	len = strlen(path);
	if (!strncmp(reason, path, len) && reason[len] == ':')
		memmove(reason, reason + len + 1, strlen(reason + len));
	rc = put_unreadable(index, path, reason + strspn(reason, " "), lost->type, lost);
	free(reason);
	error_clear();
	return rc < 0 ? rc : 1;
}

int files_read(struct buf *text, struct index *index, const struct file *file)
{
	const struct lost lost = { file->id, REPO_BLOB, RECORD_MAX_BYTES };
	int rc;

	buf_reset(text);
	rc = repo_read(text, index->repo, &file->id, RECORD_MAX_BYTES);
	if (rc == 0 || *error_last_hint()) /* the hint: what to do so that git can read it */
		return rc;
	return rc == ERR_INVALID || rc == ERR_NOTFOUND ? refuse(index, file, &lost) : rc;
}

int files_parse(struct record *out, struct index *index, const struct file *file, const struct buf *text)
{
	char path[RECORD_PATH];
	int rc;

	file_path(path, file);
	rc = record_parse(out, text->ptr, text->len, path);
	if (rc < 0)
		return refuse(index, file, &not_lost);
	out->id = file->id;
	if (day_of_instant(out->date) == file->day)
		return 0;
	record_release(out);
	error_set(ERR_INVALID, "%s: the record's date is of another day", path);
	return refuse(index, file, &not_lost);
}

int files_retry(struct files *files)
{
	sqlite3_stmt *stmt = index_stmt(files->index, "SELECT path FROM unreadable WHERE retry", "");
	struct file file;
	int rc;

	while ((rc = index_step(files->index, stmt)) == 1) {
		const char *path = (const char *)sqlite3_column_text(stmt, 0);

		if (!path || !parse_path(&file, path))
			continue;
		GROW(files->v, files->nr, files->alloc);
		files->v[files->nr++] = file;
	}
	if (rc == 0)
		rc = index_run(files->index, "DELETE FROM unreadable WHERE retry", "");
	return rc == 0 ? lost_forget_records(files->index) : rc;
}

int index_read_record(struct record *out, struct index *index, size_t *len, const struct id *id, time_t date)
{
	const struct file file = { .id = *id, .day = day_of_instant(date) };
	struct buf text = BUF_INIT;
	int rc;

	rc = files_read(&text, index, &file);
	if (rc == 0)
		rc = files_parse(out, index, &file, &text);
	*len = text.len;
	buf_release(&text);
	return rc;
}

void admins_add(struct admins *admins, struct record *rec, const struct buf *text)
{
	struct admin admin = { .item = xcalloc(1, sizeof(*admin.item)), .len = text->len };

	record_move(&admin.item->rec, rec);
	admin.text = xstrndup(text->ptr, text->len);
	record_path(admin.path, admin.item->rec.date, &admin.item->rec.id);
	GROW(admins->v, admins->nr, admins->alloc);
	admins->v[admins->nr++] = admin;
}

void admins_release(struct admins *admins)
{
	for (size_t i = 0; i < admins->nr; i++) {
		item_free(admins->v[i].item);
		free(admins->v[i].text);
	}
	free(admins->v);
}

/* Whose commits brought them: identity does not rest on what a record says of itself. */
static int put_texts(struct admins *admins, struct rows *rows)
{
	struct index *index = rows->index;
	const char **paths = xcalloc(admins->nr, sizeof(*paths));
	char **committers = xcalloc(admins->nr, sizeof(*committers));
	struct repo_gaps gaps = { .nr = 0 };
	int rc = 0;

	for (size_t i = 0; i < admins->nr; i++)
		paths[i] = admins->v[i].path;
	if (admins->nr)
		rc = repo_introducers(committers, &gaps, index->repo, &index->tips, paths, admins->nr);
	if (rc == 0)
		rc = files_put_gaps(index, &gaps);
	for (size_t i = 0; i < admins->nr && rc == 0; i++)
		rows_put_admin(rows, index->meta.records + 1 + (int64_t)i, &admins->v[i].item->rec, admins->v[i].text,
			       admins->v[i].len, committers[i]);
	for (size_t i = 0; i < admins->nr; i++)
		free(committers[i]);
	repo_gaps_release(&gaps);
	free(committers);
	free(paths);
	return rc < 0 ? rc : rows->rc;
}

int admins_put(struct admins *admins, struct rows *rows, bool *upset)
{
	int rc;

	*upset = false;
	rc = put_texts(admins, rows);
	if (rc == 0)
		rc = signatures_put(admins, rows->index);
	if (rc == 0)
		rc = index_load_team(rows->index, true);
	if (rc == 0)
		rc = signatures_judge(rows->index, rows->index->team);
	if (rc < 0)
		return rc;
	rows->team = rows->index->team;
	rows_put_team(rows, upset);
	return rows->rc;
}
