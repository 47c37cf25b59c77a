/* In which order records came, and what others have said in a thread. */
#include "async/error.h"
#include "index-question.h"

static int find_newest(struct index *index, void *data)
{
	struct arrival *out = data;
	int rc;

	*out = (struct arrival){ .nr = (size_t)index->meta.records, .at = index->now };
	rc = index_id_of(&out->last, index, index->meta.records);
	return rc < 0 ? rc : 0;
}

int index_newest(struct arrival *out, struct index *index)
{
	return index_try(index, find_newest, out);
}

struct dates {
	time_t from, to, newest;
};

static int find_newest_of_team(struct index *index, void *data)
{
	struct dates *dates = data;
	sqlite3_stmt *stmt;
	int rc;

	_Static_assert(KIND_PERSON == 3 && KIND_POLICY == 6, "the kinds of the team's records");
	stmt = index_stmt(index, "SELECT max(date) FROM record WHERE date >= ? AND date <= ? AND kind BETWEEN 3 AND 6 "
			  "AND why IS NULL", "ii", (int64_t)dates->from, (int64_t)dates->to);
	rc = index_step(index, stmt);
	dates->newest = rc == 1 ? sqlite3_column_int64(stmt, 0) : 0;
	if (rc == 1)
		sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}

int index_newest_of_team(time_t *out, struct index *index, time_t from, time_t to)
{
	struct dates dates = { .from = from, .to = to };
	int rc = index_try(index, find_newest_of_team, &dates);

	*out = dates.newest;
	return rc;
}

struct comparison {
	const struct arrival *arrival;
	bool same;
};

static int compare_arrival(struct index *index, void *data)
{
	struct comparison *comparison = data;
	struct id id;
	int rc;

	rc = index_id_of(&id, index, (int64_t)comparison->arrival->nr);
	comparison->same = rc == 1 && id_equal(&id, &comparison->arrival->last);
	return rc < 0 ? rc : 0;
}

/* Are the records up to there still numbered as they were? */
static bool is_known(struct index *index, const struct arrival *arrival)
{
	struct comparison comparison = { .arrival = arrival };

	if (!arrival->nr || index_try(index, compare_arrival, &comparison) < 0)
		error_clear();
	return comparison.same;
}

struct asked_others {
	const struct id *id;
	const char *me;
	struct others *out;
};

/* The thread that a record is in: its root's number; 0: it is in none. */
static int find_root(int64_t *out, struct index *index, const struct asked_others *asked)
{
	const unsigned char *rest;
	sqlite3_stmt *stmt;
	int64_t prefix;
	int rc;

	index_prefix(&prefix, &rest, asked->id);
	stmt = index_stmt(index,
			  "SELECT root.n, root.prefix, root.rest FROM record JOIN record root ON root.n = record.root "
			  "WHERE record.prefix = ? AND record.rest = ?",
			  "ib", prefix, rest, (size_t)(ID_RAW - 8));
	rc = index_step(index, stmt);
	*out = 0;
	if (rc != 1)
		return rc;
	*out = sqlite3_column_int64(stmt, 0);
	index_join_id(&asked->out->root, stmt, 1);
	sqlite3_reset(stmt);
	return 0;
}

static int count_others(struct index *index, void *data)
{
	const struct asked_others *asked = data;
	sqlite3_stmt *stmt;
	int64_t root;
	int rc;

	*asked->out = (struct others){ .nr = 0 };
	rc = find_root(&root, index, asked);
	if (rc < 0 || !root)
		return rc;
	stmt = index_stmt(index,
			  "SELECT author IS (SELECT n FROM person WHERE key = ?1), count(*), max(date) FROM "
			  "(SELECT author, date FROM record WHERE n = ?2 UNION ALL "
			  "SELECT author, date FROM record WHERE root = ?2 AND parent > 0) WHERE author > 0 GROUP BY 1",
			  "ti", asked->me, root);
	while ((rc = index_step(index, stmt)) == 1) {
		if (sqlite3_column_int(stmt, 0)) {
			asked->out->mine_at = sqlite3_column_int64(stmt, 2);
		} else {
			asked->out->nr = (size_t)sqlite3_column_int64(stmt, 1);
			asked->out->at = sqlite3_column_int64(stmt, 2);
		}
	}
	return rc;
}

int index_others(struct others *out, struct index *index, const struct id *id, const char *me)
{
	struct asked_others asked = { .id = id, .me = me, .out = out };

	return index_try(index, count_others, &asked);
}

/* -- conditions ----------------------------------------------------------------------------- */

static void add_arrived(struct question *question, struct index *index, const struct arrival *arrived)
{
	bool numbered = is_known(index, arrived);

	question_and(question, numbered ? "record.n > ?" : "record.date > ?");
	question_number(question, numbered ? (int64_t)arrived->nr : arrived->at);
}

#define PERSON "(SELECT n FROM person WHERE key = ?)"

static void add_concerns(struct question *question, const char *key)
{
	question_and(question,
		     "record.author <> " PERSON " AND (post.author = " PERSON
		     " OR EXISTS (SELECT 1 FROM part WHERE part.root = post.n AND part.person = " PERSON ")"
		     " OR EXISTS (SELECT 1 FROM record own WHERE own.root = post.n AND own.parent > 0"
		     " AND own.author = " PERSON "))");
	for (int i = 0; i < 4; i++)
		question_text(question, key);
}

void question_news(struct question *question, struct index *index, const struct query *query)
{
	if (query->arrived)
		add_arrived(question, index, query->arrived);
	if (query->concerns)
		add_concerns(question, query->concerns);
}
