/* Settings: typed or edited, checked, and turned into a record. */
#include "form.h"

#include <stdlib.h>
#include <string.h>

#include "async/buf.h"
#include "async/error.h"
#include "async/nearest.h"
#include "async/plain.h"
#include "async/team.h"
#include "print.h"

const struct setting person_form[] = {
	{ "handle", NULL, SETTING_TEXT },
	{ "name", NULL, SETTING_TEXT },
	{ "addresses", "address", SETTING_NAMES },
	{ "zone", NULL, SETTING_ZONE },
	{ "hours", NULL, SETTING_HOURS },
	{ "hours_on", NULL, SETTING_HOURS_ON },
	{ "holidays", "holiday", SETTING_HOLIDAYS },
	{ "focus", NULL, SETTING_FOCUS },
	{ "groups", "group", SETTING_NAMES },
	{ "deputy", NULL, SETTING_PERSON },
	{ "status", NULL, SETTING_TEXT },
	{ "keys", "key", SETTING_KEYS },
	{ "notify", NULL, SETTING_NOTIFY },
	{ "digest", NULL, SETTING_NOTIFY },
	{ NULL, NULL, SETTING_TEXT },
};

const struct setting policy_form[] = {
	{ "default", NULL, SETTING_LEVEL },
	{ "zone", NULL, SETTING_ZONE },
	{ "hours", NULL, SETTING_HOURS },
	{ "hours_on", NULL, SETTING_HOURS_ON },
	{ "holidays", "holiday", SETTING_HOLIDAYS },
	{ "focus", NULL, SETTING_FOCUS },
	{ "tolerance", NULL, SETTING_SPAN },
	{ "require", NULL, SETTING_REQUIRE },
	{ "domain", NULL, SETTING_DOMAIN },
	{ NULL, NULL, SETTING_TEXT },
};

void form_begin(struct form *form, struct worklog *wl, const struct setting *known, const struct node *state)
{
	*form = (struct form){ .wl = wl, .known = known };
	form->was = state ? node_copy(&form->pool, state) : node_new(&form->pool, NODE_MAP);
	form->is = node_copy(&form->pool, form->was);
}

void form_release(struct form *form)
{
	pool_release(&form->pool);
}

static int unknown_key(const struct form *form, const char *key, size_t len)
{
	const char *names[NR(person_form) + NR(policy_form)] = { NULL };
	char *typed = xstrndup(key, len);
	const char *suggestion;
	struct buf all = BUF_INIT;
	size_t nr = 0;

	for (const struct setting *s = form->known; s->key; s++) {
		names[nr++] = s->key;
		buf_addf(&all, "%s%s", all.len ? ", " : "", s->key);
	}
	suggestion = nearest(typed, names);
	error_set(ERR_USAGE, "there is no setting '%s'", typed);
	if (suggestion)
		error_hint("the nearest is '%s'; there are: %s", suggestion, all.ptr);
	else
		error_hint("there are: %s", all.ptr);
	free(typed);
	buf_release(&all);
	return ERR_USAGE;
}

static const struct setting *find_setting(const struct form *form, const char *key, size_t len)
{
	for (const struct setting *s = form->known; s->key; s++)
		if ((strlen(s->key) == len && !memcmp(s->key, key, len)) ||
		    (s->other && strlen(s->other) == len && !memcmp(s->other, key, len)))
			return s;
	return NULL;
}

static bool is_entry(const struct node *entry, const struct node *wanted)
{
	const char *date = node_get_text(entry, "date");

	return node_equal(entry, wanted) || (date && wanted->text && !strcmp(date, wanted->text));
}

/* The list without an entry, or with it at the end. */
static bool list_without(struct node *out, struct pool *pool, const struct node *list, const struct node *wanted)
{
	bool found = false;

	NODE_EACH(entry, list) {
		if (is_entry(entry, wanted))
			found = true;
		else
			node_append(out, node_copy(pool, entry));
	}
	return found;
}

static int change_list(struct form *form, const struct setting *setting, const struct node *value, bool add)
{
	struct pool *pool = &form->pool;

	NODE_EACH(entry, value) {
		struct node *changed = node_new(pool, NODE_LIST);
		bool found = list_without(changed, pool, node_get(form->is, setting->key), entry);

		if (!add && !found) {
			struct buf shown = BUF_INIT;

			plain_format_value(&shown, entry);
			error_set(ERR_NOTFOUND, "%s has no %s", setting->key, shown.ptr);
			buf_release(&shown);
			return ERR_NOTFOUND;
		}
		if (add)
			node_append(changed, node_copy(pool, entry));
		node_set(pool, form->is, setting->key, changed);
	}
	return 0;
}

static int change_map(struct form *form, const struct setting *setting, const struct node *value, bool add)
{
	struct node *map = node_get(form->is, setting->key);

	if (!map) {
		map = node_new(&form->pool, NODE_MAP);
		node_set(&form->pool, form->is, setting->key, map);
	}
	NODE_EACH(entry, value) {
		if (add)
			node_set(&form->pool, map, entry->key, node_copy(&form->pool, entry));
		else if (!node_drop(map, entry->key))
			return error_set(ERR_NOTFOUND, "%s has no %s", setting->key, entry->key);
	}
	return 0;
}

static void set_whole(struct form *form, const struct setting *setting, struct node *value)
{
	if (value)
		node_set(&form->pool, form->is, setting->key, value);
	else
		node_drop(form->is, setting->key);
}

/* A set without entries is no set; `hours: {}` is never at work, and stays. */
static void drop_empty(struct form *form, const char *key)
{
	const struct node *value = node_get(form->is, key);

	if (value && plain_is_set(key) && !value->nr)
		node_drop(form->is, key);
}

int form_take(struct form *form, const char *text)
{
	const char *equals = strchr(text, '=');
	size_t len = equals ? (size_t)(equals - text) : 0;
	char sign = len && strchr("+-", equals[-1]) ? equals[-1] : '=';
	const struct setting *setting;
	struct node *value;
	int rc;

	if (!len)
		return error_set(ERR_USAGE, "'%s' is not <key>=<value>", text);
	len -= sign != '=';
	setting = find_setting(form, text, len);
	if (!setting)
		return unknown_key(form, text, len);
	if (sign != '=' && !plain_is_set(setting->key))
		return error_set(ERR_USAGE, "%s holds one value: write %s=…", setting->key, setting->key);
	rc = form_value(&value, &form->pool, form->wl, setting, equals + 1);
	if (rc < 0)
		return rc;
	if (sign == '=')
		set_whole(form, setting, value);
	else if (value && value->type == NODE_MAP)
		rc = change_map(form, setting, value, sign == '+');
	else if (value)
		rc = change_list(form, setting, value, sign == '+');
	drop_empty(form, setting->key);
	return rc;
}

/* Keys that an editor does not show: time off is a record of its own. */
static bool is_hidden(const char *key)
{
	return !strcmp(key, "away");
}

static int check_keys(const struct form *form, const struct node *map)
{
	NODE_EACH(entry, map) {
		if (is_hidden(entry->key))
			return error_set(ERR_INVALID, "line %d: time off is said with 'async away'", entry->line);
		if (!node_get(form->was, entry->key) && !(form->known == policy_form && plain_is_rules(entry->key)) &&
		    !find_setting(form, entry->key, strlen(entry->key)))
			return unknown_key(form, entry->key, strlen(entry->key));
	}
	return 0;
}

int form_edit(struct form *form, const char *name, const char *comments)
{
	struct node *shown = node_copy(&form->pool, form->is), *map = NULL;
	struct buf text = BUF_INIT, edited = BUF_INIT;
	int rc;

	NODE_EACH(entry, form->is)
		if (is_hidden(entry->key))
			node_drop(shown, entry->key);
	plain_format(&text, shown);
	buf_puts(&text, comments);
	rc = edit_text(&edited, form->wl, name, text.ptr);
	if (rc == 0)
		buf_putc(&edited, '\n');
	if (rc == 0)
		rc = plain_parse(&map, &form->pool, edited.ptr, edited.len, name);
	if (rc == 0)
		rc = check_keys(form, map);
	if (rc == 0) {
		NODE_EACH(entry, form->is)
			if (is_hidden(entry->key))
				node_set(&form->pool, map, entry->key, node_copy(&form->pool, entry));
		form->is = map;
	}
	buf_release(&text);
	buf_release(&edited);
	return rc;
}

/* A calendar that is named already may be missing: it is nobody's mistake now. */
static const struct node *lookup(const char *name, void *data)
{
	static const struct node none = { .type = NODE_LIST };
	const struct form *form = data;
	const struct node *days;
	struct team *team;

	if (worklog_team(&team, form->wl) < 0)
		return NULL;
	days = team_holidays(team, name);
	return days || !node_list_has(node_get(form->was, "holidays"), name) ? days : &none;
}

/* What makes no calendar is refused here, where its author can mend it. */
static int check_calendar(struct form *form)
{
	struct calendar *cal = NULL;
	int rc = calendar_new(&cal, form->is, lookup, form);

	calendar_free(cal);
	return rc;
}

int form_put(struct form *form, struct record *rec, size_t *nr)
{
	int rc;

	*nr = 0;
	rc = check_calendar(form);
	if (rc < 0)
		return rc;
	NODE_EACH(entry, form->is)
		*nr += plain_change(rec, entry->key, node_get(form->was, entry->key), entry);
	NODE_EACH(entry, form->was)
		if (!node_get(form->is, entry->key))
			*nr += plain_change(rec, entry->key, entry, NULL);
	return 0;
}
