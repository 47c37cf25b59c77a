/* The questions about people: by name, their calendar, the whole team. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "index-files.h"
#include "yaml.h"

#define MAX_CALENDAR_BYTES ((size_t)16 << 20) /* ours, not a record: only a bound */

struct known_person {
	struct indexed_person person;
	const char *asked; /* the name */
	bool found;
};

struct known_calendar {
	const char *key;
	time_t at;
	struct calendar *cal;
	struct pool pool;
	struct known_calendar *next;    /* of all */
	struct known_calendar *another; /* of the same person */
};

void index_forget_team(struct index *index)
{
	if (!index->team_borrowed)
		team_free(index->team);
	index->team = NULL;
	index->team_borrowed = false;
}

void index_people_release(struct index *index)
{
	index_forget_team(index);
	table_release(&index->people);
	table_release(&index->calendars_by_key);
	while (index->calendars) {
		struct known_calendar *known = index->calendars;

		index->calendars = known->next;
		calendar_free(known->cal);
		pool_release(&known->pool);
		free(known);
	}
}

/* -- one person --------------------------------------------------------------------- */

static const char *keep_column(struct index *index, sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return text ? pool_strdup(&index->pool, text) : NULL;
}

static int load_person(struct index *index, void *data)
{
	struct known_person *known = data;
	sqlite3_stmt *stmt;
	int rc;

	stmt = index_stmt(index,
			  "SELECT key, handle, shown, person.name, gone FROM alias JOIN person ON n = person WHERE alias.name = ?1 "
			  "UNION ALL SELECT key, handle, shown, name, gone FROM person WHERE key = ?1 LIMIT 1",
			  "t", known->asked);
	rc = index_step(index, stmt);
	if (rc != 1)
		return rc;
	known->found = true;
	known->person.key = keep_column(index, stmt, 0);
	known->person.handle = keep_column(index, stmt, 1);
	known->person.shown = keep_column(index, stmt, 2);
	known->person.name = keep_column(index, stmt, 3);
	known->person.gone = sqlite3_column_int(stmt, 4) != 0;
	sqlite3_reset(stmt);
	return 0;
}

const struct indexed_person *index_person(struct index *index, const char *name)
{
	struct known_person *known;

	known = table_get(&index->people, name);
	if (known)
		return known->found ? &known->person : NULL;
	known = pool_alloc(&index->pool, sizeof(*known));
	known->asked = pool_strdup(&index->pool, name);
	if (index_try(index, load_person, known) < 0)
		return NULL;
	table_set(&index->people, known->asked, known);
	return known->found ? &known->person : NULL;
}

/* -- one calendar ------------------------------------------------------------------- */

static int load_calendar(struct index *index, void *data)
{
	struct known_calendar *known = data;
	struct node *map = NULL;
	const char *text;
	sqlite3_stmt *stmt;
	int rc;

	stmt = index_stmt(index,
			  "SELECT map, assumed FROM calendar JOIN person ON n = person WHERE key = ? AND at <= ?",
			  "ti", known->key, (int64_t)known->at);
	rc = index_step(index, stmt);
	if (rc != 1)
		return rc;
	text = (const char *)sqlite3_column_text(stmt, 0);
	if (text && yaml_parse(&map, &known->pool, text, strlen(text), MAX_CALENDAR_BYTES, "the index") == 0 &&
	    calendar_new(&known->cal, map, NULL, NULL) == 0 &&
	    calendar_is_assumed(known->cal) != (sqlite3_column_int(stmt, 1) != 0)) {
		calendar_free(known->cal); /* what is assumed is not in the keys: ask the team */
		known->cal = NULL;
	}
	error_clear();
	sqlite3_reset(stmt);
	return 0;
}

/* Of somebody the log does not know, with hours that are only assumed, or as it was once. */
static struct calendar *team_knows(struct index *index, const char *key, time_t at)
{
	struct calendar *cal = NULL;
	struct team *team;

	if (index_team(&team, index) == 0)
		return calendar_ref(team_calendar(team, team_person(team, key), at));
	error_clear();
	if (calendar_new(&cal, NULL, NULL, NULL) < 0)
		BUG("no calendar without keys");
	return cal;
}

struct calendar *index_calendar(struct index *index, const char *key, time_t at)
{
	struct known_calendar *first = table_get(&index->calendars_by_key, key), *known;

	for (known = first; known; known = known->another)
		if (known->at == at)
			return known->cal;
	known = xcalloc(1, sizeof(*known));
	known->key = first ? first->key : pool_strdup(&index->pool, key);
	known->at = at;
	known->another = first;
	known->next = index->calendars;
	index->calendars = known;
	table_set(&index->calendars_by_key, known->key, known);
	if (index_try(index, load_calendar, known) < 0)
		error_clear();
	if (!known->cal)
		known->cal = team_knows(index, key, at);
	return known->cal;
}

/* -- everybody ---------------------------------------------------------------------- */

/* The text of a record of the team: from git, should the index fail under what has begun already. */
static int read_text(struct buf *out, const struct id *id, int64_t n, void *data)
{
	struct index *index = data;
	sqlite3_stmt *stmt = index_stmt(index, "SELECT text FROM admin_text WHERE n = ?", "i", n);

	if (index_step(index, stmt) != 1)
		return repo_read(out, index->repo, id, RECORD_MAX_BYTES);
	buf_add(out, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0));
	sqlite3_reset(stmt);
	return 0;
}

static int add_record(struct team *team, sqlite3_stmt *stmt, bool anew)
{
	const char *off = (const char *)sqlite3_column_text(stmt, 3), *text, *committer;
	struct record rec = RECORD_INIT;
	struct id id;

	column_id(&id, stmt, 1);
	if (off && !anew) {
		team_add_off(team, &id, sqlite3_column_int64(stmt, 4), off, sqlite3_column_int64(stmt, 6));
		return 0;
	}
	text = sqlite3_column_blob(stmt, 0);
	/* It was readable when it came in. */
	if (!text || record_parse(&rec, text, (size_t)sqlite3_column_bytes(stmt, 0), "the index") < 0)
		return ERR_INDEX;
	rec.id = id;
	committer = (const char *)sqlite3_column_text(stmt, 2);
	if (sqlite3_column_int(stmt, 5) && !anew)
		team_add_good(team, &rec, committer);
	else
		team_add(team, &rec, committer);
	record_release(&rec);
	return 0;
}

/*
 * The team of the index before this one, if it is as of the same moment and has the same
 * records: records only come on, unless the index was made anew, which its sequence tells.
 */
static int borrow_team(struct index *index)
{
	const struct index *previous = index->previous;
	sqlite3_stmt *stmt = index_stmt(index, "SELECT max(n), (SELECT count(*) FROM redaction) FROM admin", "");
	int rc = index_step(index, stmt);

	if (rc != 1)
		return ERR_INDEX;
	index->team_n = sqlite3_column_int64(stmt, 0);
	index->team_redactions = sqlite3_column_int64(stmt, 1);
	sqlite3_reset(stmt);
	index->team_borrowed = previous && previous->team && previous->now == index->now &&
			       index->meta.sequence - previous->meta.sequence < 1u << 20 &&
			       previous->team_n == index->team_n &&
			       previous->team_redactions == index->team_redactions;
	if (index->team_borrowed)
		index->team = previous->team;
	return 0;
}

static int load_team(struct index *index, void *data)
{
	const bool *anew = data;
	struct team *team;
	sqlite3_stmt *stmt;
	int rc;

	rc = index->team ? 0 : borrow_team(index);
	if (rc < 0 || index->team)
		return rc;
	team = team_new(index->meta.founder);
	team_set_source(team, read_text, index);
	stmt = index_stmt(index,
			  "SELECT CASE WHEN off IS NULL OR ? THEN (SELECT text FROM admin_text WHERE admin_text.n = admin.n) "
			  "END, id, committer, off, date, good, n FROM admin ORDER BY n",
			  "i", (int64_t)*anew);
	while ((rc = index_step(index, stmt)) == 1) {
		rc = add_record(team, stmt, *anew);
		if (rc < 0) {
			sqlite3_reset(stmt);
			break;
		}
	}
	if (rc == 0 && index->team_redactions)
		rc = redactions_tell(index, team);
	if (rc == 0)
		rc = signatures_tell(index, team);
	if (rc < 0) {
		team_free(team);
		return rc;
	}
	team_fold(team, index->now);
	index->team = team;
	return 0;
}

int index_load_team(struct index *index, bool anew)
{
	return load_team(index, &anew);
}

int index_team(struct team **out, struct index *index)
{
	bool anew = false;
	int rc = index_try(index, load_team, &anew);

	*out = index->team;
	return rc;
}
