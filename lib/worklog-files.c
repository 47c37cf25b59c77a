/* Files that are stored beside a record. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "worklog-internal.h"

#define DEFAULT_LIMIT (10 << 20)

int worklog_file_limit(size_t *out, struct worklog *wl)
{
	char *given = worklog_config(wl, "async.maxAttachment");
	int64_t number = DEFAULT_LIMIT;
	int rc = 0;

	if (given && (!config_number(&number, given) || number < 0)) {
		rc = error_set(ERR_FAILED, "async.maxAttachment: '%s' is no number of bytes", given);
		error_hint("write it as 500k, 10m or 1g");
	}
	*out = (size_t)number;
	free(given);
	return rc;
}

void worklog_attach(struct record *rec, const char *name, const struct buf *bytes)
{
	const struct node *before = record_node(rec, "attach");
	struct node *list = before ? node_copy(&rec->pool, before) : node_new(&rec->pool, NODE_LIST);
	struct node *file = node_new(&rec->pool, NODE_MAP);
	char hex[ID_HEX + 1], size[24];
	struct id id;

	repo_hash(&id, bytes->ptr, bytes->len);
	id_hex(hex, &id);
	snprintf(size, sizeof(size), "%zu", bytes->len);
	node_set_text(&rec->pool, file, "id", hex);
	node_set_text(&rec->pool, file, "name", name);
	node_set_text(&rec->pool, file, "size", size);
	node_append(list, file);
	record_set_node(rec, "attach", list);
}

/* "log/2026/11/22/<40 digits>": as a record's path, but for the extension. */
void worklog_file_path(char out[RECORD_PATH], time_t date, const struct id *id)
{
	record_path(out, date, id);
	out[strlen(out) - strlen(".yaml")] = '\0';
}

/* It must be where it belongs: an id alone could be that of anything in the repository. */
static int find_file(struct worklog *wl, const struct record *rec, const struct id *id)
{
	char path[RECORD_PATH];
	struct tips tips;
	struct id found;
	int rc;

	worklog_file_path(path, rec->date, id);
	rc = repo_tips(&tips, wl->repo);
	if (rc < 0)
		return rc;
	rc = id_is_zero(&tips.local) ? ERR_NOTFOUND : repo_lookup(&found, wl->repo, &tips.local, path);
	if (rc == ERR_NOTFOUND && !id_is_zero(&tips.remote))
		rc = repo_lookup(&found, wl->repo, &tips.remote, path);
	if (rc == 0 && !id_equal(&found, id))
		rc = error_set(ERR_INVALID, "%s is not the file that its name says", path);
	return rc;
}

int worklog_read_file(struct buf *out, struct worklog *wl, const struct record *rec, const struct id *id, size_t limit)
{
	struct id is;
	int rc;

	rc = find_file(wl, rec, id);
	if (rc == 0)
		rc = repo_read(out, wl->repo, id, limit);
	if (rc < 0)
		return rc;
	repo_hash(&is, out->ptr, out->len);
	return id_equal(&is, id) ? 0 : error_set(ERR_INVALID, "the file is damaged: its bytes are not those of its id");
}
