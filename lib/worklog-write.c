/* Writing to the log: who writes, with which date, and in which order it becomes true. */
#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "worklog-internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define MAX_COMMIT_SUBJECT 500
#define MAX_TRAILERS 50            /* a batch need not name every id */
#define MAX_AHEAD (10 * 60)        /* seconds; a date further ahead pushes nobody's */

/* The date of a record in a thread: after what it may answer (design section 4). */
static int date_in_thread(time_t *date, struct worklog *wl, const struct id *re)
{
	struct thread thread = THREAD_INIT;
	const struct records *recs;
	int rc;

	rc = worklog_thread_records(&recs, wl, re);
	if (rc < 0 || !recs->nr) /* a person's record, for instance, is in no thread */
		return rc;
	rc = worklog_thread(&thread, wl, re);
	if (rc < 0)
		return rc;
	*date = thread_next_date(&thread, *date);
	thread_release(&thread);
	return 0;
}

/*
 * What is said counts by people, calendars and policy as they are known now. What was written of
 * them in this very second may be dated a second ahead, after another: so not before the newest.
 */
static int date_after_team(time_t *date, struct worklog *wl)
{
	struct index *index;
	time_t newest = 0;
	int rc = worklog_any_index(&index, wl);

	if (rc == 0)
		rc = index_newest_of_team(&newest, index, *date, *date + MAX_AHEAD);
	if (rc == 0 && newest > *date)
		*date = newest;
	return rc;
}

int worklog_date(struct record *rec, struct worklog *wl, const struct id *re)
{
	time_t date;
	int rc;

	rc = clock_now(&date);
	if (rc == 0 && rec->kind < KIND_PERSON)
		rc = date_after_team(&date, wl);
	if (rc == 0 && re)
		rc = date_in_thread(&date, wl, re);
	if (rc == 0)
		record_set_date(rec, date);
	return rc;
}

int worklog_begin(struct record *out, struct worklog *wl, enum record_kind kind, const struct id *re)
{
	struct person *me;
	int rc;

	rc = worklog_me(&me, wl);
	if (rc < 0)
		return rc;
	record_init(out, kind, me && me->known ? me->handle : wl->address, wl->now);
	rc = worklog_date(out, wl, re);
	if (rc < 0)
		record_release(out);
	return rc;
}

/* One file of the commit to come. */
struct draft {
	struct record *rec;
	struct buf text;
	char path[RECORD_PATH];
};

static bool is_about_person(const struct record *rec)
{
	return rec->kind == KIND_PERSON || rec->kind == KIND_AWAY;
}

static bool same_person(const struct team *team, const char *x, const char *y)
{
	if (!x || !y)
		return false;
	return !strcmp(x, y) || (team_find(team, x) && team_find(team, x) == team_find(team, y));
}

/* Do two records say something about the same person, calendar or the policy? */
static bool same_subject(const struct team *team, const struct record *a, const struct record *b)
{
	if (is_about_person(a) && is_about_person(b))
		return same_person(team, record_text(a, "person"), record_text(b, "person"));
	if (a->kind != b->kind)
		return false;
	return a->kind == KIND_POLICY || !strcmp(record_text(a, "calendar"), record_text(b, "calendar"));
}

/* What an author may do rests on what was said of them: a maintainer of this very second is one. */
static bool bears_on(const struct team *team, const struct record *earlier, const struct record *rec)
{
	return same_subject(team, earlier, rec) ||
	       (earlier->kind == KIND_PERSON && same_person(team, record_text(earlier, "person"), rec->from));
}

static void date_after(struct record *rec, time_t date)
{
	if (date >= rec->date && date <= rec->date + MAX_AHEAD)
		record_set_date(rec, date + 1);
}

/*
 * The date of a record about a person, calendar or policy: after the newest that counts and
 * bears on it, and after those that are written with it, `before` it.
 */
static int date_after_subject(struct worklog *wl, struct record *rec, const struct draft *before, size_t nr_before)
{
	const struct team_event *events;
	struct team *team;
	size_t nr;
	int rc;

	if (!rec->from || rec->kind < KIND_PERSON)
		return 0;
	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	events = team_events(team, &nr);
	for (size_t i = 0; i < nr; i++)
		if (events[i].counts && bears_on(team, events[i].rec, rec))
			date_after(rec, events[i].rec->date);
	for (size_t i = 0; i < nr_before; i++)
		if (before[i].rec->kind >= KIND_PERSON)
			date_after(rec, before[i].rec->date);
	return 0;
}

/* The record of somebody who writes for the first time; `*out` stays empty if the log knows them. */
static int author_record(struct record *out, struct worklog *wl, const struct record *first)
{
	struct node *addresses, *add;
	struct zone *zone = NULL;
	char name[256];

	if (!address_is_valid(wl->address)) {
		error_set(ERR_INVALID, "git's user.email, '%s', is not an address", wl->address);
		error_hint("set it with 'git config user.email you@example.com'");
		return ERR_INVALID;
	}
	/* Before what they write, which may be about them: in one second the ids would decide. */
	record_init(out, KIND_PERSON, wl->address, first->date > INSTANT_MIN ? first->date - 1 : first->date);
	record_set(out, "person", wl->address);
	if (text_check(wl->name, strlen(wl->name), true, "user.name") == 0)
		record_set(out, "name", wl->name);
	addresses = node_new(&out->pool, NODE_MAP);
	add = node_new(&out->pool, NODE_LIST);
	node_append_text(&out->pool, add, wl->address);
	node_set(&out->pool, addresses, "add", add);
	record_set_node(out, "addresses", addresses);
	zone_system_name(name, sizeof(name));
	if (zone_load(&zone, name) == 0)
		record_set(out, "zone", name);
	zone_free(zone);
	return 0;
}

/* Is somebody writing whom the log does not know, not even since another process wrote? Asked under the lock. */
static int needs_author(bool *out, struct worklog *wl, const struct record *recs, size_t nr)
{
	struct person *me;
	size_t i = 0;
	int rc;

	*out = false;
	while (i < nr && !recs[i].from)
		i++;
	if (i == nr) /* derived records only */
		return 0;
	rc = worklog_me(&me, wl);
	if (rc < 0 || (me && me->known))
		return rc;
	worklog_moved(wl);
	rc = worklog_me(&me, wl);
	*out = rc == 0 && !(me && me->known);
	return rc;
}

static void draft_format(struct draft *draft)
{
	buf_reset(&draft->text);
	record_format(&draft->text, draft->rec);
	repo_hash(&draft->rec->id, draft->text.ptr, draft->text.len);
	record_path(draft->path, draft->rec->date, &draft->rec->id);
}

/* record_check() reads the bytes again, to be sure that everybody will read what was meant. */
static int draft_make(struct draft *draft)
{
	int rc = record_check(draft->rec, record_kind_name(draft->rec->kind));

	if (rc == 0)
		draft_format(draft);
	return rc;
}

/* What the tips have that are here under the lock: all is in the index if they are the ones it was brought up to. */
static int is_in_log(bool *out, struct worklog *wl, const struct tips *tips, const struct draft *draft)
{
	const struct id *const v[] = { &tips->local, &tips->remote };
	char path[RECORD_PATH];
	struct id blob;
	int rc = ERR_NOTFOUND;

	if (wl->index && id_equal(&tips->local, &wl->tips.local) && id_equal(&tips->remote, &wl->tips.remote))
		rc = index_path(path, wl->index, &draft->rec->id);
	else
		for (size_t i = 0; i < 2 && rc == ERR_NOTFOUND; i++)
			if (!id_is_zero(v[i]))
				rc = repo_lookup(&blob, wl->repo, v[i], draft->path);
	*out = rc == 0;
	return rc == ERR_NOTFOUND ? 0 : rc;
}

/* Is it something that can be said twice? An answer or a setting made twice is made once. */
static bool may_be_copied(const struct record *rec)
{
	if (record_node(rec, "origin"))
		return false;
	return rec->kind == KIND_POST || (rec->kind == KIND_MARK && rec->verb == VERB_EXTEND);
}

/* Give a second identical post of one second a number of its own. */
static int tell_apart(struct worklog *wl, const struct tips *tips, struct draft *drafts, size_t i)
{
	char number[16];
	bool taken;
	int rc;

	if (!may_be_copied(drafts[i].rec))
		return 0;
	for (int copy = 2;; copy++) {
		rc = is_in_log(&taken, wl, tips, &drafts[i]);
		for (size_t k = 0; k < i && rc == 0 && !taken; k++)
			taken = id_equal(&drafts[k].rec->id, &drafts[i].rec->id);
		if (rc < 0 || !taken)
			return rc;
		snprintf(number, sizeof(number), "%d", copy);
		record_set(drafts[i].rec, "copy", number);
		rc = draft_make(&drafts[i]);
		if (rc < 0)
			return rc;
	}
}

/* The subject as one harmless line that ends on a whole character. */
static void put_subject(struct buf *out, const char *subject, const struct id *id)
{
	const char *mark = strstr(subject, "%(id)");
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	if (mark)
		buf_addf(out, "%.*s%.*s%s", (int)(mark - subject), subject, ID_MIN_SHOWN, hex, mark + 5);
	else
		buf_puts(out, subject);
	if (out->len > MAX_COMMIT_SUBJECT) {
		size_t len = MAX_COMMIT_SUBJECT;

		while (len && (out->ptr[len] & 0xc0) == 0x80)
			len--;
		buf_setlen(out, len);
	}
	for (size_t i = 0; i < out->len; i++)
		if ((unsigned char)out->ptr[i] < ' ' || out->ptr[i] == 0x7f)
			out->ptr[i] = ' ';
}

static void put_message(struct buf *out, const char *subject, const struct draft *drafts, size_t nr, const struct id *id)
{
	char hex[ID_HEX + 1];

	put_subject(out, subject, id);
	buf_puts(out, "\n\n");
	for (size_t i = 0; i < nr && i < MAX_TRAILERS; i++) {
		id_hex(hex, &drafts[i].rec->id);
		buf_addf(out, "Async-Id: %s\n", hex);
	}
}

/* What is written: records, and files beside the first of them. */
struct writing {
	struct record *recs;
	size_t nr;
	const struct buf *files;
	size_t nr_files;
};

/* Beside the record that lists them, whatever date it has got. */
static void add_files(struct repo_file *out, char (*paths)[RECORD_PATH], const struct writing *writing)
{
	struct id id;

	for (size_t i = 0; i < writing->nr_files; i++) {
		const struct buf *file = &writing->files[i];

		repo_hash(&id, file->ptr, file->len);
		worklog_file_path(paths[i], writing->recs[0].date, &id);
		out[i] = (struct repo_file){ paths[i], file->ptr, file->len };
	}
}

static int commit_drafts(struct worklog *wl, const struct draft *drafts, size_t nr, const struct writing *writing,
			 const char *message)
{
	struct repo_file *files = xcalloc(nr + writing->nr_files, sizeof(*files));
	char (*paths)[RECORD_PATH] = xcalloc(writing->nr_files + 1, sizeof(*paths));
	struct id commit;
	int rc;

	for (size_t i = 0; i < nr; i++)
		files[i] = (struct repo_file){ drafts[i].path, drafts[i].text.ptr, drafts[i].text.len };
	add_files(files + nr, paths, writing);
	rc = repo_commit(&commit, wl->repo, files, nr + writing->nr_files, message);
	free(paths);
	free(files);
	return rc;
}

/* All of a write that happens under the lock: from looking at the tips to moving the branch. */
static int append_locked(struct worklog *wl, struct record *author, const struct writing *writing, const char *subject)
{
	struct record *recs = writing->recs;
	size_t nr = writing->nr;
	struct draft *drafts = xcalloc(nr + 1, sizeof(*drafts));
	struct buf message = BUF_INIT;
	size_t nr_drafts = 0;
	struct tips tips;
	bool is_new;
	int rc;

	rc = needs_author(&is_new, wl, recs, nr);
	if (rc == 0 && is_new)
		rc = author_record(author, wl, &recs[0]);
	if (rc == 0)
		rc = repo_tips(&tips, wl->repo);
	if (rc == 0 && author->root)
		drafts[nr_drafts++] = (struct draft){ .rec = author, .text = BUF_INIT };
	for (size_t i = 0; i < nr; i++)
		drafts[nr_drafts++] = (struct draft){ .rec = &recs[i], .text = BUF_INIT };
	for (size_t i = 0; i < nr_drafts && rc == 0; i++) {
		rc = date_after_subject(wl, drafts[i].rec, drafts, i);
		if (rc == 0)
			rc = draft_make(&drafts[i]);
		if (rc == 0)
			rc = tell_apart(wl, &tips, drafts, i);
	}
	if (rc == 0) {
		put_message(&message, subject, drafts, nr_drafts, &recs[0].id);
		rc = commit_drafts(wl, drafts, nr_drafts, writing, message.ptr);
	}
	for (size_t i = 0; i < nr_drafts; i++)
		buf_release(&drafts[i].text);
	free(drafts);
	buf_release(&message);
	return rc;
}

static bool changes_people(const struct record *recs, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (recs[i].kind != KIND_POST && recs[i].kind != KIND_MARK)
			return true;
	return false;
}

static int append(struct worklog *wl, const struct writing *writing, const char *subject, bool *added)
{
	struct record *recs = writing->recs;
	size_t nr = writing->nr;
	struct record author = RECORD_INIT;
	struct seen sights;
	int rc;

	if (added)
		*added = false;
	if (!nr)
		return 0;
	sights_of(&sights, wl, recs, nr);
	rc = repo_lock(wl->repo);
	if (rc < 0)
		goto done;
	rc = append_locked(wl, &author, writing, subject);
	repo_unlock(wl->repo);
	wl->wrote |= rc == 0;
	if (rc == 0)
		sights_confirm(wl, &sights);
	if (rc == 0 && added)
		*added = author.root != NULL;
	worklog_moved(wl);
	wl->retired_will_do = rc == 0 && wl->nr_retired && !author.root && !changes_people(recs, nr);
done:
	seen_release(&sights);
	record_release(&author);
	return rc;
}

int worklog_append(struct worklog *wl, struct record *recs, size_t nr, const char *subject, bool *added)
{
	const struct writing writing = { .recs = recs, .nr = nr };

	return append(wl, &writing, subject, added);
}

int worklog_append_files(struct worklog *wl, struct record *rec, const struct buf *files, size_t nr,
			 const char *subject, bool *added)
{
	const struct writing writing = { .recs = rec, .nr = 1, .files = files, .nr_files = nr };

	return append(wl, &writing, subject, added);
}

/* "Async-Claim: " and digits that nobody else gets, be it in the same second under the same name. */
static int put_claim(struct buf *out)
{
	unsigned char random[16];

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return error_set(ERR_FAILED, "the system gives no random numbers");
	buf_puts(out, "Async-Claim: ");
	for (size_t i = 0; i < sizeof(random); i++)
		buf_addf(out, "%02x", random[i]);
	buf_putc(out, '\n');
	return 0;
}

int worklog_compose(struct id *commit, struct worklog *wl, const struct id *base, struct record *recs, size_t nr,
		    const char *subject)
{
	struct draft *drafts = xcalloc(nr, sizeof(*drafts));
	struct repo_file *files = xcalloc(nr, sizeof(*files));
	struct buf message = BUF_INIT;
	int rc = 0;

	for (size_t i = 0; i < nr && rc == 0; i++) {
		drafts[i] = (struct draft){ .rec = &recs[i], .text = BUF_INIT };
		rc = draft_make(&drafts[i]);
		files[i] = (struct repo_file){ drafts[i].path, drafts[i].text.ptr, drafts[i].text.len };
	}
	if (rc == 0) {
		put_message(&message, subject, drafts, nr, &recs[0].id);
		rc = put_claim(&message);
	}
	if (rc == 0)
		rc = repo_compose(commit, wl->repo, base, files, nr, message.ptr);
	for (size_t i = 0; i < nr; i++)
		buf_release(&drafts[i].text);
	free(drafts);
	free(files);
	buf_release(&message);
	return rc;
}

struct worklog_batch {
	struct worklog *wl;
	struct repo_import *import;
};

int worklog_batch_begin(struct worklog_batch **out, struct worklog *wl)
{
	struct worklog_batch *batch = xcalloc(1, sizeof(*batch));
	int rc;

	*out = NULL;
	batch->wl = wl;
	rc = repo_import_begin(&batch->import, wl->repo);
	if (rc < 0)
		free(batch);
	else
		*out = batch;
	return rc;
}

int worklog_batch_add(struct worklog_batch *batch, struct record *rec)
{
	struct draft draft = { .rec = rec, .text = BUF_INIT };
	struct repo_file file = { .path = draft.path };
	int rc;

	draft_format(&draft);
	file.data = draft.text.ptr;
	file.len = draft.text.len;
	rc = repo_import_add(batch->import, &file, &rec->id);
	buf_release(&draft.text);
	return rc;
}

int worklog_batch_end(struct worklog_batch *batch, const char *subject)
{
	struct buf message = BUF_INIT;
	static const struct id none;
	struct id commit;
	int rc;

	put_message(&message, subject, NULL, 0, &none);
	rc = repo_import_end(&commit, batch->import, message.ptr);
	batch->wl->wrote |= rc == 0;
	worklog_moved(batch->wl);
	buf_release(&message);
	return rc;
}

void worklog_batch_free(struct worklog_batch *batch)
{
	if (!batch)
		return;
	repo_import_free(batch->import);
	free(batch);
}
