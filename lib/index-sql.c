/* SQL statements: prepared once, bound by a short word, stepped, and what failed. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "index-internal.h"

int index_failed(struct index *index)
{
	error_set(ERR_FAILED, "the index %s: %s", index->path ? index->path : "in memory",
		  index->con ? sqlite3_errmsg(index->con->db) : "cannot be opened");
	return ERR_INDEX;
}

int index_exec(struct index *index, const char *sql)
{
	return sqlite3_exec(index->con->db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : index_failed(index);
}

static void vbind(sqlite3_stmt *stmt, const char *types, va_list ap)
{
	for (int i = 1; *types; types++, i++) {
		const void *data;
		int64_t number;

		switch (*types) {
		case 'i':
			sqlite3_bind_int64(stmt, i, va_arg(ap, int64_t));
			break;
		case 'z':
			number = va_arg(ap, int64_t);
			if (number)
				sqlite3_bind_int64(stmt, i, number);
			else
				sqlite3_bind_null(stmt, i);
			break;
		case 't':
			sqlite3_bind_text(stmt, i, va_arg(ap, const char *), -1, SQLITE_STATIC);
			break;
		case 'd':
			sqlite3_bind_blob(stmt, i, va_arg(ap, const struct id *)->raw, ID_RAW, SQLITE_STATIC);
			break;
		case 'b':
			data = va_arg(ap, const void *);
			sqlite3_bind_blob64(stmt, i, data, va_arg(ap, size_t), SQLITE_STATIC);
			break;
		default:
			BUG("no type '%c' to bind", *types);
		}
	}
}

/* The statement of a literal; found by its address, which is as good as its text. */
static sqlite3_stmt *find_stmt(struct index *index, const char *sql)
{
	struct connection *con = index->con;
	sqlite3_stmt *stmt = NULL;

	for (size_t i = 0; i < con->nr; i++)
		if (con->statements[i].sql == sql)
			return con->statements[i].stmt;
	if (sqlite3_prepare_v3(con->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) != SQLITE_OK) {
		index_failed(index);
		return NULL;
	}
	GROW(con->statements, con->nr, con->alloc);
	con->statements[con->nr++] = (struct statement){ sql, stmt };
	return stmt;
}

static sqlite3_stmt *vstmt(struct index *index, const char *sql, const char *types, va_list ap)
{
	sqlite3_stmt *stmt = find_stmt(index, sql);

	if (!stmt)
		return NULL;
	sqlite3_reset(stmt);
	vbind(stmt, types, ap);
	return stmt;
}

sqlite3_stmt *index_stmt(struct index *index, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list ap;

	va_start(ap, types);
	stmt = vstmt(index, sql, types, ap);
	va_end(ap);
	return stmt;
}

int index_step(struct index *index, sqlite3_stmt *stmt)
{
	int rc;

	if (!stmt)
		return ERR_INDEX;
	rc = sqlite3_step(stmt);
	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE)
		index_failed(index);
	sqlite3_reset(stmt);
	return rc == SQLITE_DONE ? 0 : ERR_INDEX;
}

int index_run(struct index *index, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt;
	va_list ap;
	int rc;

	va_start(ap, types);
	stmt = vstmt(index, sql, types, ap);
	va_end(ap);
	do
		rc = index_step(index, stmt);
	while (rc == 1);
	return rc;
}

bool column_id(struct id *out, sqlite3_stmt *stmt, int column)
{
	const void *raw = sqlite3_column_blob(stmt, column);

	memset(out, 0, sizeof(*out));
	if (!raw || sqlite3_column_bytes(stmt, column) != ID_RAW)
		return false;
	memcpy(out->raw, raw, ID_RAW);
	return true;
}

void index_prefix(int64_t *prefix, const unsigned char **rest, const struct id *id)
{
	uint64_t first = 0;

	for (int i = 0; i < 8; i++)
		first = first << 8 | id->raw[i];
	*prefix = (int64_t)(first ^ UINT64_C(1) << 63);
	*rest = id->raw + 8;
}

void index_join_id(struct id *out, sqlite3_stmt *stmt, int column)
{
	uint64_t first = (uint64_t)sqlite3_column_int64(stmt, column) ^ UINT64_C(1) << 63;
	const void *rest = sqlite3_column_blob(stmt, column + 1);

	memset(out, 0, sizeof(*out));
	if (sqlite3_column_type(stmt, column) == SQLITE_NULL)
		return;
	for (int i = 7; i >= 0; i--, first >>= 8)
		out->raw[i] = (unsigned char)first;
	if (rest && sqlite3_column_bytes(stmt, column + 1) == ID_RAW - 8)
		memcpy(out->raw + 8, rest, ID_RAW - 8);
}

void connection_free(struct connection *con)
{
	if (!con)
		return;
	for (size_t i = 0; i < con->nr; i++)
		sqlite3_finalize(con->statements[i].stmt);
	free(con->statements);
	sqlite3_close_v2(con->db); /* a query that is still running ends it later */
	free(con);
}
