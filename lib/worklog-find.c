/* What people call a record, and the records of a thread. */
#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "state.h"
#include "worklog-internal.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CANDIDATES 10

/* The records that a prefix fits; only the first of them are kept. */
struct candidates {
	struct id v[MAX_CANDIDATES];
	size_t nr;
};

static int add_candidate(const struct id *id, void *data)
{
	struct candidates *found = data;

	if (found->nr < MAX_CANDIDATES)
		found->v[found->nr] = *id;
	found->nr++;
	return 0;
}

static void describe(struct buf *out, struct worklog *wl, const struct id *id)
{
	struct record rec = RECORD_INIT;
	char hex[ID_HEX + 1], day[DAY_TEXT];
	const char *subject;

	worklog_short_id(hex, wl, id);
	buf_addf(out, "\n  %s", hex);
	if (worklog_read(&rec, wl, id) < 0)
		return;
	day_format(day, day_of_instant(rec.date));
	subject = record_text(&rec, "subject");
	buf_addf(out, " %s %s%s%s%s%s", day, rec.kind == KIND_MARK ? verb_name(rec.verb) : record_kind_name(rec.kind),
		 rec.from ? " by " : "", rec.from ? rec.from : "", subject ? ": " : "", subject ? subject : "");
	record_release(&rec);
}

static int ambiguous(struct worklog *wl, const char *prefix, const struct candidates *found)
{
	struct buf hint = BUF_INIT;
	size_t shown = found->nr < MAX_CANDIDATES ? found->nr : MAX_CANDIDATES;

	buf_puts(&hint, "the candidates are:");
	for (size_t i = 0; i < shown; i++)
		describe(&hint, wl, &found->v[i]);
	if (found->nr > shown)
		buf_addf(&hint, "\n  … and %zu more", found->nr - shown);
	error_set(ERR_AMBIGUOUS, "the id '%s' is ambiguous: %zu records begin with it", prefix, found->nr);
	error_hint("%s", hint.ptr);
	buf_release(&hint);
	return ERR_AMBIGUOUS;
}

/* A file that is here, and of which no more is known than its name and why it cannot be read. */
struct unreadable {
	const char *prefix;
	char hex[ID_HEX + 1]; /* empty: none fits */
	char *reason;
};

static int note_unreadable(const char *path, const char *reason, void *data)
{
	struct unreadable *found = data;
	const char *name = strrchr(path, '/');
	struct id id;

	if (!name || strncasecmp(name + 1, found->prefix, strlen(found->prefix)) != 0 || strlen(name + 1) < ID_HEX ||
	    !id_parse(&id, name + 1, ID_HEX))
		return 0;
	id_hex(found->hex, &id);
	reason += strspn(reason, "0123456789:"); /* line and column */
	found->reason = xstrdup(reason + strspn(reason, " "));
	return 1;
}

static int none_fits(struct worklog *wl, const char *prefix)
{
	struct unreadable found = { .prefix = prefix };

	if (worklog_each_unreadable(wl, note_unreadable, &found) < 0)
		error_clear();
	if (found.reason) {
		error_set(ERR_NOTFOUND, "the record '%s' cannot be read: %s", prefix, found.reason);
		error_hint("'git cat-file blob %s' prints it as it is", found.hex);
	} else {
		error_set(ERR_NOTFOUND, "no record '%s' in this log", prefix);
	}
	free(found.reason);
	return ERR_NOTFOUND;
}

static int find_prefix(struct id *out, struct worklog *wl, const char *prefix)
{
	struct candidates found = { .nr = 0 };
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_each_prefix(index, prefix, strlen(prefix), add_candidate, &found);
	if (rc < 0)
		return rc;
	if (!found.nr)
		return none_fits(wl, prefix);
	if (found.nr > 1)
		return ambiguous(wl, prefix, &found);
	*out = found.v[0];
	return 0;
}

static int none_open(struct worklog *wl, struct index *index, const char *text)
{
	struct buf hint = BUF_INIT;
	struct id other;
	int rc = index_find_subject(&other, index, text, false);

	if (rc == 0)
		describe(&hint, wl, &other);
	if (rc < 0 && rc != ERR_NOTFOUND)
		return rc;
	error_set(ERR_NOTFOUND, "no open post has '%s' in its subject", text);
	if (hint.len)
		error_hint("one that is not open is named by its id:%s", hint.ptr);
	buf_release(&hint);
	return ERR_NOTFOUND;
}

static int find_subject(struct id *out, struct worklog *wl, const char *text)
{
	struct index *index;
	int rc;

	if (!*text)
		return error_set(ERR_USAGE, "':/' must be followed by words of a subject");
	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_find_subject(out, index, text, true);
	return rc == ERR_NOTFOUND ? none_open(wl, index, text) : rc;
}

static int find_last(struct id *out, struct worklog *wl)
{
	struct buf text = BUF_INIT;
	struct id root;
	int rc;

	rc = worklog_root(wl, &root);
	if (rc < 0)
		return rc;
	rc = state_read(&text, &root, "last-post");
	buf_rtrim(&text);
	if (rc < 0 || !id_parse(out, text.ptr, text.len)) {
		rc = error_set(ERR_NOTFOUND, "'-' is the post you last wrote, acted on or looked at, and there is none yet");
		error_hint("'async list' shows the posts with their ids");
	}
	buf_release(&text);
	return rc;
}

int worklog_find(struct id *out, struct worklog *wl, const char *spec)
{
	if (!strcmp(spec, "-"))
		return find_last(out, wl);
	if (!strncmp(spec, ":/", 2))
		return find_subject(out, wl, spec + 2);
	if (id_is_prefix(spec, strlen(spec)))
		return find_prefix(out, wl, spec);
	error_set(ERR_NOTFOUND, "'%s' is not the id of a record", spec);
	error_hint("an id is 4 to 40 of the digits 0-9 and a-f, ':/text' the newest open post about text,\n"
		   "'-' the post you last wrote, acted on or looked at");
	return ERR_NOTFOUND;
}

int worklog_read_raw(struct buf *out, struct worklog *wl, const struct id *id)
{
	return repo_read(out, wl->repo, id, RECORD_MAX_BYTES);
}

int worklog_read(struct record *out, struct worklog *wl, const struct id *id)
{
	struct buf text = BUF_INIT;
	char hex[ID_HEX + 1];
	int rc;

	id_hex(hex, id);
	rc = worklog_read_raw(&text, wl, id);
	if (rc == 0)
		rc = record_parse(out, text.ptr, text.len, hex);
	if (rc == 0)
		out->id = *id;
	buf_release(&text);
	return rc;
}

void worklog_short_id(char out[ID_HEX + 1], struct worklog *wl, const struct id *id)
{
	struct index *index;
	size_t digits = 12; /* without an index: unlikely to be shared */

	id_hex(out, id);
	if (worklog_any_index(&index, wl) == 0) /* what was just written needs no new one */
		digits = index_unique_digits(index, id);
	out[digits < ID_HEX ? digits : ID_HEX] = '\0';
}

static int read_into_thread(const struct id *id, void *data)
{
	struct worklog *wl = data;
	struct record *rec = xcalloc(1, sizeof(*rec));
	int rc;

	rc = worklog_read(rec, wl, id);
	if (rc < 0) {
		free(rec);
		return rc;
	}
	GROW(wl->recs.v, wl->recs.nr, wl->recs.alloc);
	wl->recs.v[wl->recs.nr++] = rec;
	GROW(wl->thread.v, wl->thread.nr, wl->thread.alloc);
	wl->thread.v[wl->thread.nr++] = rec;
	return 0;
}

static bool thread_has(const struct records *thread, const struct id *id)
{
	for (size_t i = 0; i < thread->nr; i++)
		if (id_equal(&thread->v[i]->id, id))
			return true;
	return false;
}

int worklog_thread_records(const struct records **out, struct worklog *wl, const struct id *id)
{
	struct index *index;
	int rc;

	*out = &wl->thread;
	if (thread_has(&wl->thread, id))
		return 0;
	wl->thread.nr = 0;
	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_each_in_thread(index, id, read_into_thread, wl);
	if (rc < 0)
		wl->thread.nr = 0;
	return rc;
}

int worklog_thread(struct thread *out, struct worklog *wl, const struct id *id)
{
	const struct records *recs;
	struct team *team;
	int rc;

	rc = worklog_thread_records(&recs, wl, id);
	if (rc == 0 && !recs->nr) {
		char hex[ID_HEX + 1];

		worklog_short_id(hex, wl, id);
		rc = error_set(ERR_NOTFOUND, "%s belongs to no thread: it is not a post, nor an answer to one", hex);
	}
	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc == 0)
		thread_fold(out, team, recs->v, recs->nr, wl->now);
	return rc;
}

void worklog_remember(struct worklog *wl, const struct id *post)
{
	char hex[ID_HEX + 1];
	struct id root;

	id_hex(hex, post);
	if (worklog_root(wl, &root) < 0 || state_write(&root, "last-post", hex) < 0)
		error_clear(); /* a convenience: what was asked for is done */
}

int worklog_private_path(struct buf *out, struct worklog *wl, const char *name)
{
	struct id root;
	int rc = worklog_root(wl, &root);

	return rc < 0 ? rc : state_path(out, &root, name);
}
