/*
 * Objects that could not be read when the index was made: damaged, missing, kept from us by the
 * system, or cut off by a shallow clone. Whatever gave them back, the next command sees it.
 */
#include "index-files.h"

/* So many are looked for by each command: where there are more, what gives one back gives most. */
#define LOOKED_FOR "32"

int lost_put(struct index *index, const struct lost *lost, bool is_record)
{
	if (!lost->type)
		return 0;
	return index_run(index, "INSERT OR REPLACE INTO lost(record, object, type, size) VALUES (?, ?, ?, ?)", "idii",
			 (int64_t)is_record, &lost->id, (int64_t)lost->type, (int64_t)lost->limit);
}

int lost_forget_records(struct index *index)
{
	return index_run(index, "DELETE FROM lost WHERE record", "");
}

int index_look_for_lost(struct index *index)
{
	sqlite3_stmt *stmt;
	int rc;

	index->regained = REGAINED_NOTHING;
	if (!index->meta.lost)
		return 0;
	stmt = index_stmt(index, "SELECT object, type, size, record FROM lost ORDER BY record LIMIT " LOOKED_FOR, "");
	while ((rc = index_step(index, stmt)) == 1 && index->regained == REGAINED_NOTHING) {
		struct lost lost = { .type = sqlite3_column_int(stmt, 1), .limit = (size_t)sqlite3_column_int64(stmt, 2) };

		column_id(&lost.id, stmt, 0);
		if (repo_is_found(index->repo, &lost))
			index->regained = sqlite3_column_int(stmt, 3) ? REGAINED_RECORD : REGAINED_HISTORY;
	}
	sqlite3_reset(stmt);
	return rc < 0 ? rc : 0;
}
