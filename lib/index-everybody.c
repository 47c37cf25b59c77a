/* Everybody as rows: what commands show of many people, without the records of the team; and which those are. */

#include "async/alloc.h"
#include "index-question.h"

struct everybody {
	struct teammate *v;
	size_t nr, alloc;
};

static const char *keep(struct index *index, sqlite3_stmt *stmt, int column)
{
	const char *text = (const char *)sqlite3_column_text(stmt, column);

	return text ? pool_strdup(&index->pool, text) : NULL;
}

/* Those with a calendar are those the log knows; others were only named. */
static int load(struct index *index, void *data)
{
	struct everybody *all = data;
	sqlite3_stmt *stmt;
	int rc;

	all->nr = 0;
	stmt = index_stmt(index,
			  "SELECT person.key, person.handle, person.shown, person.name, person.gone, person.groups, "
			  "deputy.key FROM calendar JOIN person ON person.n = calendar.person "
			  "LEFT JOIN person deputy ON deputy.n = person.deputy ORDER BY person.shown, person.key", "");
	while ((rc = index_step(index, stmt)) == 1) {
		GROW(all->v, all->nr, all->alloc);
		all->v[all->nr++] = (struct teammate){
			.key = keep(index, stmt, 0),    .handle = keep(index, stmt, 1), .shown = keep(index, stmt, 2),
			.name = keep(index, stmt, 3),   .gone = sqlite3_column_int(stmt, 4) != 0,
			.groups = keep(index, stmt, 5), .deputy = keep(index, stmt, 6),
		};
	}
	return rc;
}

int index_everybody(struct teammate **out, size_t *nr, struct index *index)
{
	struct everybody all = { 0 };
	int rc;

	rc = index_try(index, load, &all);
	*out = all.v;
	*nr = rc == 0 ? all.nr : 0;
	return rc;
}

static int member_row(sqlite3_stmt *stmt, const struct question *question)
{
	struct id id;

	column_id(&id, stmt, 0);
	return question->each.id(&id, question->data);
}

int index_each_in_team(struct index *index, int (*each)(const struct id *id, void *data), void *data)
{
	struct question question = QUESTION_INIT(member_row, id, each, data);

	buf_puts(&question.sql, "SELECT id FROM admin");
	return question_ask(index, &question);
}
