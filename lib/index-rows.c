/* Records, threads and the team as rows of the index. */
#include "index-rows.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/buf.h"
#include "async/reminder.h"
#include "yaml.h"

void item_free(struct item *item)
{
	if (!item)
		return;
	record_release(&item->rec);
	free(item);
}

/* -- words with numbers ------------------------------------------------------------ */

static size_t hash_text(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32);
}

static struct name *find_name(const struct names *names, const char *text)
{
	size_t at = hash_text(text) & (names->size - 1);

	while (names->v[at].text && strcmp(names->v[at].text, text))
		at = (at + 1) & (names->size - 1);
	return &names->v[at];
}

static void grow_names(struct names *names)
{
	struct names old = *names;

	names->size = old.size ? 2 * old.size : 64;
	names->v = xcalloc(names->size, sizeof(*names->v));
	for (size_t i = 0; i < old.size; i++)
		if (old.v[i].text)
			*find_name(names, old.v[i].text) = old.v[i];
	free(old.v);
}

static void release_names(struct names *names)
{
	for (size_t i = 0; i < names->size; i++)
		free(names->v[i].text);
	free(names->v);
}

void rows_release(struct rows *rows)
{
	release_names(&rows->people);
	release_names(&rows->texts);
	free(rows->verdicts);
}

void rows_failed(struct rows *rows, int rc)
{
	if (rc < 0 && rows->rc == 0)
		rows->rc = rc;
}

static int64_t look_up(struct rows *rows, const char *sql, const char *text)
{
	sqlite3_stmt *stmt;
	int64_t n = 0;
	int rc;

	if (rows->rc < 0)
		return 0;
	stmt = index_stmt(rows->index, sql, "t", text);
	rc = index_step(rows->index, stmt);
	if (rc == 1) {
		n = sqlite3_column_int64(stmt, 0);
		sqlite3_reset(stmt);
	}
	rows_failed(rows, rc);
	return n;
}

/* The entry of a text in a cache; its number is 0 if it is new there and, unless building, in the table too. */
static struct name *intern(struct rows *rows, struct names *names, const char *select, const char *text)
{
	struct name *name;

	if (2 * names->nr >= names->size)
		grow_names(names);
	name = find_name(names, text);
	if (name->text)
		return name;
	name->text = xstrdup(text);
	names->nr++;
	if (!rows->building)
		name->n = look_up(rows, select, text);
	return name;
}

static int64_t put_text(struct rows *rows, const char *text)
{
	struct name *name;

	if (!text)
		return 0;
	name = intern(rows, &rows->texts, "SELECT n FROM text WHERE text = ?", text);
	if (!name->n) {
		RUN(rows, "INSERT INTO text(text) VALUES (?)", "t", text);
		name->n = sqlite3_last_insert_rowid(rows->index->con->db);
	}
	return name->n;
}

static int64_t put_person(struct rows *rows, const struct person *person)
{
	struct name *name;

	if (!person)
		return 0;
	name = intern(rows, &rows->people, "SELECT n FROM person WHERE key = ?", person->key);
	if (!name->n) {
		RUN(rows, "INSERT INTO person(key, handle, shown, name, gone) VALUES (?, ?, ?, ?, ?)", "tttti",
		    person->key, person->handle, person->shown, person->name, (int64_t)person->gone);
		name->n = sqlite3_last_insert_rowid(rows->index->con->db);
	}
	return name->n;
}

/* -- records ----------------------------------------------------------------------- */

static const char *kind_of(const struct record *rec)
{
	const char *kind = rec->kind == KIND_UNKNOWN ? record_text(rec, "kind") : NULL;

	return kind ? kind : record_kind_name(rec->kind);
}

/* A post's type, a mark's verb, else the kind: as written, for those not known. */
static const char *what_of(const struct record *rec)
{
	const char *what = NULL;

	if (rec->kind == KIND_POST && rec->type == TYPE_UNKNOWN)
		what = record_text(rec, "type");
	else if (rec->kind == KIND_POST)
		return post_type_name(rec->type);
	else if (rec->kind == KIND_MARK && rec->verb == VERB_UNKNOWN)
		what = record_text(rec, "verb");
	else if (rec->kind == KIND_MARK)
		return verb_name(rec->verb);
	return what ? what : kind_of(rec);
}

static void put_record(struct rows *rows, struct item *item, int64_t root, int64_t author, const char *why)
{
	const struct record *rec = &item->rec;
	const unsigned char *rest;
	int64_t prefix;

	index_prefix(&prefix, &rest, &rec->id);
	if (item->written)
		RUN(rows, "UPDATE record SET author = ?, root = ?, parent = ?, why = ?, flags = ? WHERE n = ?",
		    "zzzzzi", author, root, item->parent, put_text(rows, why), (int64_t)item->flags, item->n);
	else
		RUN(rows,
		    "INSERT INTO record(n, prefix, rest, date, kind, what, author, root, parent, why, flags) "
		    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		    "iibiizzzzzz", item->n, prefix, rest, (size_t)(ID_RAW - 8), (int64_t)rec->date,
		    (int64_t)rec->kind, put_text(rows, what_of(rec)), author, root, item->parent,
		    put_text(rows, why), (int64_t)item->flags);
	item->written = true;
}

void rows_admit(struct rows *rows, struct item *item)
{
	struct meta *meta = &rows->index->meta;
	time_t date = item->rec.date;

	item->n = ++meta->records;
	if (date > meta->last_at)
		meta->last_at = date;
	if (date <= rows->index->now + AHEAD_SECONDS && date - AHEAD_SECONDS > meta->counts_from)
		meta->counts_from = date - AHEAD_SECONDS;
	if (item->rec.kind == KIND_POST || item->rec.kind == KIND_MARK)
		texts_admit(rows, item);
}

static int compare_verdicts(const void *a, const void *b)
{
	return id_cmp(&((const struct verdict *)a)->id, &((const struct verdict *)b)->id);
}

/* Why a person, away, calendar or policy record does not count, or NULL. */
static const char *why_not(const struct rows *rows, const struct id *id)
{
	const struct verdict key = { .id = *id }, *found = NULL;

	if (rows->nr_verdicts)
		found = bsearch(&key, rows->verdicts, rows->nr_verdicts, sizeof(key), compare_verdicts);
	return found ? found->why : NULL;
}

void rows_put_single(struct rows *rows, struct item *item, int64_t root)
{
	const struct record *rec = &item->rec;
	int64_t author = rec->from ? put_person(rows, team_person(rows->team, rec->from)) : 0;
	struct id target;

	put_record(rows, item, root, author, why_not(rows, &rec->id));
	if (!root && record_parent(rec, &target))
		RUN(rows, "INSERT OR REPLACE INTO orphan(n, target) VALUES (?, ?)", "id", item->n, &target);
}

void rows_put_admin(struct rows *rows, int64_t n, const struct record *rec, const char *text, size_t len,
		    const char *committer)
{
	RUN(rows, "INSERT INTO admin(n, id, date, about, committer) VALUES (?, ?, ?, ?, ?)", "iditt", n, &rec->id,
	    (int64_t)rec->date, record_text(rec, rec->kind == KIND_CALENDAR ? "calendar" : "person"), committer);
	RUN(rows, "INSERT INTO admin_text(n, text) VALUES (?, ?)", "ib", n, text, len);
	if (rec->date > rows->index->now + AHEAD_SECONDS)
		RUN(rows, "INSERT OR IGNORE INTO recheck(at, root) VALUES (?, 0)", "i",
		    (int64_t)(rec->date - AHEAD_SECONDS));
}

/* -- threads ----------------------------------------------------------------------- */

static int64_t item_number(const struct record *rec)
{
	return rec ? ((const struct item *)(const void *)rec)->n : 0;
}

static void put_events(struct rows *rows, const struct thread *thread, int64_t root)
{
	for (size_t i = 0; i < thread->nr_events; i++) {
		const struct event *event = &thread->events[i];
		struct item *item = (struct item *)(void *)event->rec;

		texts_follow(rows, thread, event);
		item->flags &= ~(unsigned)RECORD_WAITS;
		item->flags |= event->waits ? RECORD_WAITS : 0;
		put_person(rows, event->on_behalf); /* so that a change of that name is noticed */
		put_record(rows, item, root, put_person(rows, event->by), event->counts ? NULL : event->why);
	}
}

/* From the asking to the first answer, by the calendar as it was then: nothing said later changes it. */
static int64_t part_took(const struct part *part, struct team *team)
{
	const struct round *asked = part->rounds;

	if (!part->answered_at || asked->start_at >= part->answered_at)
		return 0;
	return worktime_between(team_calendar(team, part->person, part->answered_at), asked->start_at,
				part->answered_at, asked->expect.focus);
}

/* When the first of what was not said yet can be said, whatever the time is now. */
static time_t remind_at(const struct rows *rows, const struct thread *thread, const struct part *part)
{
	struct reminder next;

	return reminder_next(&next, rows->team, thread, part, INSTANT_MIN) ? next.from : 0;
}

static void put_part(struct rows *rows, const struct thread *thread, const struct part *part, int64_t root, size_t seq)
{
	time_t post_at = part->ask->date;
	time_t asked_at = part->nr_rounds ? part->rounds[part->nr_rounds - 1].start_at : 0;

	RUN(rows,
	    "INSERT INTO part(root, seq, ask, person, author, item, grp, need, level, state, outcome, post_at, "
	    "asked_at, due, asked_due, acked, promised, settled, assumed, waits, answered, took, remind, step, late, missed) "
	    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    "iiiizzzizizizizzzzzzzzzzzz",
	    root, (int64_t)seq, item_number(part->ask), put_person(rows, part->person),
	    part->ask->from ? put_person(rows, team_person(rows->team, part->ask->from)) : 0,
	    (int64_t)part->item + 1, put_text(rows, part->group), (int64_t)part->need, put_text(rows, part->level),
	    (int64_t)part->state, put_text(rows, part->outcome), (int64_t)post_at,
	    (int64_t)(asked_at == post_at ? 0 : asked_at), (int64_t)part->due_at,
	    (int64_t)(part->asked_due_at == part->due_at ? 0 : part->asked_due_at), (int64_t)part->acked_at,
	    (int64_t)part->promised_at, (int64_t)part->settled_at, (int64_t)part->assumed, (int64_t)part->waits,
	    (int64_t)part->answered_at, part_took(part, rows->team),
	    (int64_t)remind_at(rows, thread, part), (int64_t)part->step,
	    put_person(rows, part->escalated_for), (int64_t)part->missed_at);
}

static void put_tags(struct rows *rows, const struct thread *thread, int64_t root, struct buf *list)
{
	NODE_EACH (tag, thread->tags) {
		if (tag->type != NODE_TEXT)
			continue;
		RUN(rows, "INSERT OR IGNORE INTO tag(tag, root) VALUES (?, ?)", "ii", put_text(rows, tag->text), root);
		buf_addf(list, "%s%s", list->len ? "," : "", tag->text);
	}
}

static int64_t count_replies(const struct thread *thread)
{
	int64_t nr = 0;

	for (size_t i = 1; i < thread->nr_events; i++)
		nr += thread->events[i].rec->kind == KIND_POST;
	return nr;
}

static int64_t count_open(const struct thread *thread)
{
	int64_t nr = 0;

	for (size_t i = 0; i < thread->nr_parts; i++)
		nr += !part_state_is_settled(thread->parts[i].state);
	return nr;
}

static void put_post(struct rows *rows, const struct thread *thread, int64_t root, const char *tags)
{
	const struct record *post = thread->root;
	time_t last = post->date;

	for (size_t i = 0; i < thread->nr_events; i++)
		if (thread->events[i].rec->date > last)
			last = thread->events[i].rec->date;
	RUN(rows,
	    "INSERT OR REPLACE INTO post(n, subject, author, type, what, level, state, date, due, last, replies, "
	    "parts, open, flags, tags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
	    "itzizziizzzzzzt",
	    root, thread->subject ? thread->subject : "",
	    post->from ? put_person(rows, team_person(rows->team, post->from)) : 0, (int64_t)post->type,
	    put_text(rows, what_of(post)), put_text(rows, record_text(post, "level")), (int64_t)thread->state,
	    (int64_t)post->date, (int64_t)thread->due_at, (int64_t)(last == post->date ? 0 : last),
	    count_replies(thread), (int64_t)thread->nr_parts, count_open(thread),
	    (int64_t)(thread->retracted | thread->redacted << 1), *tags ? tags : NULL);
}

static void drop_thread(struct rows *rows, int64_t root)
{
	RUN(rows, "DELETE FROM part WHERE root = ?", "i", root);
	RUN(rows, "DELETE FROM tag WHERE root = ?", "i", root);
	RUN(rows, "DELETE FROM recheck WHERE root = ?", "i", root);
}

void rows_put_thread(struct rows *rows, struct item *const *items, size_t nr, int64_t root)
{
	struct record **recs = xcalloc(nr, sizeof(struct record *));
	struct thread thread = THREAD_INIT;
	struct buf tags = BUF_INIT;
	bool again = false;

	for (size_t i = 0; i < nr; i++) {
		recs[i] = &items[i]->rec;
		again |= items[i]->written;
	}
	thread_fold(&thread, rows->team, recs, nr, rows->index->now);
	if (again)
		drop_thread(rows, root);
	put_events(rows, &thread, root);
	for (size_t i = 0; i < thread.nr_parts; i++)
		put_part(rows, &thread, &thread.parts[i], root, i);
	put_tags(rows, &thread, root, &tags);
	put_post(rows, &thread, root, tags.ptr);
	if (thread.stepped_at > rows->index->meta.counts_from && thread.stepped_at <= rows->index->now)
		rows->index->meta.counts_from = thread.stepped_at;
	if (thread.recheck_at && thread.recheck_at != DUE_NEVER)
		RUN(rows, "INSERT INTO recheck(at, root) VALUES (?, ?)", "ii", (int64_t)thread.recheck_at, root);
	thread_release(&thread);
	buf_release(&tags);
	free(recs);
}

/* -- the team ---------------------------------------------------------------------- */

static void put_alias(struct rows *rows, const char *name, const struct person *person, bool *upset)
{
	int64_t n = put_person(rows, person), was;

	if (!rows->building) {
		was = look_up(rows, "SELECT person FROM old_alias WHERE name = ?", name);
		if (!was && strcmp(name, person->key))
			was = look_up(rows, "SELECT n FROM person WHERE key = ?", name);
		*upset |= was && was != n;
	}
	RUN(rows, "INSERT OR REPLACE INTO alias(name, person) VALUES (?, ?)", "ti", name, n);
}

/* Every name by which somebody is found: handles and addresses, and local parts that are unique. */
static void put_aliases(struct rows *rows, const struct person *person, bool *upset)
{
	NODE_EACH (name, person->names) {
		const char *at = name->type == NODE_TEXT ? strchr(name->text, '@') : NULL;
		char *local;

		if (name->type != NODE_TEXT)
			continue;
		if (team_find(rows->team, name->text) == person)
			put_alias(rows, name->text, person, upset);
		if (!at || at == name->text)
			continue;
		local = xstrndup(name->text, (size_t)(at - name->text));
		if (team_find(rows->team, local) == person)
			put_alias(rows, local, person, upset);
		free(local);
	}
}

/* The calendar that is in force now: of older ones, which few questions need, the team knows. */
static void put_calendar(struct rows *rows, struct person *person, int64_t n)
{
	struct buf text = BUF_INIT;
	time_t since;
	size_t nr;

	nr = team_calendar_count(rows->team, person, &since);
	yaml_put_map(&text, team_calendar_map(rows->team, person, nr - 1), 0);
	RUN(rows, "INSERT INTO calendar(person, at, assumed, map) VALUES (?, ?, ?, ?)", "iiit", n,
	    (int64_t)(nr > 1 ? since : INT64_MIN),
	    (int64_t)calendar_is_assumed(team_calendar(rows->team, person, INSTANT_MAX)), text.ptr);
	buf_release(&text);
}

static void update_person(struct rows *rows, const struct person *person, int64_t n)
{
	struct buf groups = BUF_INIT;

	NODE_EACH (group, node_get(person->state, "groups"))
		if (group->type == NODE_TEXT)
			buf_addf(&groups, "%s%s", groups.len ? "," : "", group->text);
	RUN(rows, "UPDATE person SET handle = ?, shown = ?, name = ?, gone = ?, deputy = ?, groups = ? WHERE n = ?",
	    "tttizti", person->handle, person->shown, person->name, (int64_t)person->gone,
	    put_person(rows, person->deputy), groups.len ? groups.ptr : NULL, n);
	buf_release(&groups);
}

/* Which records of the team count. A new one may change that of others, and so everything. */
static void judge_records(struct rows *rows, bool *upset)
{
	const unsigned char *rest;
	const struct team_event *events;
	int64_t prefix;
	size_t nr;

	events = team_events(rows->team, &nr);
	rows->verdicts = xcalloc(nr, sizeof(*rows->verdicts));
	rows->nr_verdicts = nr;
	for (size_t i = 0; i < nr; i++) {
		const char *why = events[i].counts ? NULL : events[i].why;

		rows->verdicts[i] = (struct verdict){
			.id = events[i].rec->id, .why = why, .off = events[i].off ? events[i].off->key : NULL,
			.good = events[i].counts && !events[i].why,
		};
		if (rows->building)
			continue;
		index_prefix(&prefix, &rest, &events[i].rec->id);
		RUN(rows, "UPDATE record SET why = ?1 WHERE prefix = ?2 AND rest = ?3 AND why IS NOT ?1", "zib",
		    put_text(rows, why), prefix, rest, (size_t)(ID_RAW - 8));
		*upset |= rows->rc == 0 && sqlite3_changes(rows->index->con->db) > 0;
	}
	qsort(rows->verdicts, nr, sizeof(*rows->verdicts), compare_verdicts);
}

/* What need not be found out again to know the team: see team_add_off() and team_add_good(). */
static void note_verdicts(struct rows *rows)
{
	struct verdict key, *found;
	sqlite3_stmt *stmt;
	int rc = ERR_INDEX;

	if (rows->rc < 0 || !rows->nr_verdicts)
		return;
	stmt = index_stmt(rows->index, "SELECT n, id FROM admin", "");
	while ((rc = index_step(rows->index, stmt)) == 1 && rows->rc == 0) {
		column_id(&key.id, stmt, 1);
		found = bsearch(&key, rows->verdicts, rows->nr_verdicts, sizeof(key), compare_verdicts);
		if (found)
			RUN(rows, "UPDATE admin SET off = ?1, good = ?2 WHERE n = ?3 AND (off IS NOT ?1 OR good IS NOT ?2)",
			    "tzi", found->off, (int64_t)found->good, (int64_t)sqlite3_column_int64(stmt, 0));
	}
	rows_failed(rows, rc);
}

/* Is there a name that meant somebody, and now means nobody? */
static bool lost_alias(struct rows *rows)
{
	sqlite3_stmt *stmt;
	int rc;

	if (rows->rc < 0)
		return false;
	stmt = index_stmt(rows->index, "SELECT 1 FROM old_alias WHERE name NOT IN (SELECT name FROM alias)", "");
	rc = index_step(rows->index, stmt);
	if (rc == 1)
		sqlite3_reset(stmt);
	rows_failed(rows, rc);
	return rc == 1;
}

void rows_put_team(struct rows *rows, bool *upset)
{
	*upset = false;
	if (!rows->building) {
		RUN(rows, "CREATE TEMP TABLE old_alias AS SELECT * FROM alias", "");
		RUN(rows, "DELETE FROM alias", "");
		RUN(rows, "DELETE FROM calendar", "");
	}
	for (size_t i = 0; i < team_count(rows->team); i++) {
		struct person *person = team_get(rows->team, i);
		int64_t n = put_person(rows, person);

		update_person(rows, person, n);
		put_aliases(rows, person, upset);
		put_calendar(rows, person, n);
	}
	judge_records(rows, upset);
	note_verdicts(rows);
	if (!rows->building) {
		*upset |= lost_alias(rows);
		RUN(rows, "DROP TABLE old_alias", "");
	}
}
