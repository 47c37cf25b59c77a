/* Calendars typed by hand: a YAML file, and which keys there are. */
#include <string.h>

#include "async/error.h"
#include "calendar.h"
#include "yaml.h"

#define FILE_MAX ((size_t)1 << 20)

static int check_keys(const struct node *map, const char *what, const char *const *names)
{
	struct buf allowed = BUF_INIT;
	int rc = 0;

	if (map->type != NODE_MAP)
		return 0;
	NODE_EACH(entry, map) {
		size_t i = 0;

		while (names[i] && strcmp(names[i], entry->key) != 0)
			i++;
		if (names[i])
			continue;
		for (i = 0; names[i]; i++)
			buf_addf(&allowed, "%s%s", i ? ", " : "", names[i]);
		rc = error_set(ERR_INVALID, "%s has no key '%.60s'; its keys are %s", what, entry->key, allowed.ptr);
		if (entry->line)
			rc = error_prefix(rc, "line %d", entry->line);
		break;
	}
	buf_release(&allowed);
	return rc;
}

static int check_entries(const struct node *list, const char *what, const char *const *names)
{
	NODE_EACH(entry, list) {
		int rc = check_keys(entry, what, names);

		if (rc < 0)
			return rc;
	}
	return 0;
}

int calendar_check_keys(const struct node *map)
{
	static const char *const keys[] = { "zone", "hours", "hours_on", "holidays", "away", "focus", NULL };
	static const char *const holiday[] = { "date", "from", "to", "name", NULL };
	static const char *const away[] = { "from", "to", NULL };
	static const char *const focus[] = { "days", "date", "hours", NULL };
	int rc;

	if (!map)
		return 0;
	rc = check_keys(map, "a calendar", keys);
	if (rc == 0)
		rc = check_entries(node_get(map, "holidays"), "a holiday", holiday);
	if (rc == 0)
		rc = check_entries(node_get(map, "away"), "an entry of away", away);
	if (rc == 0)
		rc = check_entries(node_get(map, "focus"), "an entry of focus", focus);
	return rc;
}

/* A file of comments alone is a calendar without keys. */
static bool is_blank(const char *text)
{
	while (*text) {
		text += strspn(text, " \n");
		if (*text && *text != '#')
			return false;
		text += strcspn(text, "\n");
	}
	return true;
}

int calendar_read_file(struct calendar **out, const char *path)
{
	struct buf text = BUF_INIT;
	struct pool pool = POOL_INIT;
	struct node *map = NULL;
	int rc;

	*out = NULL;
	rc = buf_read_file(&text, path, FILE_MAX);
	if (rc < 0)
		goto done;
	if (!is_blank(text.ptr))
		rc = yaml_parse(&map, &pool, text.ptr, text.len, FILE_MAX, path);
	if (rc < 0)
		goto done;
	rc = calendar_check_keys(map);
	if (rc == 0)
		rc = calendar_new(out, map, NULL, NULL);
	if (rc < 0)
		error_prefix(rc, "%s", path);
done:
	pool_release(&pool);
	buf_release(&text);
	return rc;
}
