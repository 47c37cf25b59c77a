/* Recipients: names to people, groups to their members. */
#include "recipients.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/nearest.h"
#include "async/team.h"

/* What is being put together. */
struct recipients {
	struct record *rec;
	struct worklog *wl;
	struct team *team;
	const struct person *me;
};

static int begin(struct recipients *r, struct record *rec, struct worklog *wl)
{
	struct person *me;
	int rc;

	*r = (struct recipients){ .rec = rec, .wl = wl };
	rc = worklog_team(&r->team, wl);
	if (rc == 0)
		rc = worklog_me(&me, wl);
	if (rc == 0)
		r->me = me ? me : team_person(r->team, worklog_address(wl));
	return rc;
}

static const char *nearest_group(const struct team *team, const char *group)
{
	const char **names = NULL;
	size_t nr = 0, alloc = 0;
	const char *found;

	for (size_t i = 0; i < team_count(team); i++)
		NODE_EACH(entry, node_get(team_get(team, i)->state, "groups")) {
			GROW(names, nr, alloc);
			names[nr++] = entry->text;
		}
	GROW(names, nr, alloc);
	names[nr] = NULL;
	found = nearest(group, names);
	free(names);
	return found;
}

static int compare_handles(const void *a, const void *b)
{
	return strcmp((*(struct person *const *)a)->handle, (*(struct person *const *)b)->handle);
}

int recipients_group(struct person *const **out, size_t *nr, struct worklog *wl, const char *name)
{
	const char *suggestion;
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	*out = team_group(team, name + 1, nr);
	if (*out)
		return 0;
	error_set(ERR_NOTFOUND, "there is no group '%s'", name);
	suggestion = nearest_group(team, name + 1);
	if (suggestion)
		error_hint("did you mean '@%s'?", suggestion);
	else
		error_hint("'async team' shows the groups");
	return ERR_NOTFOUND;
}

/* The members of "@group" who can be asked, by handle; the caller frees. */
static int members(struct person ***out, size_t *nr, const struct recipients *r, const char *name)
{
	struct person *const *group;
	size_t all;
	int rc;

	*nr = 0;
	*out = NULL;
	rc = recipients_group(&group, &all, r->wl, name);
	if (rc < 0)
		return rc;
	*out = xcalloc(all + 1, sizeof(**out));
	for (size_t i = 0; i < all; i++)
		if (!group[i]->gone && group[i] != r->me)
			(*out)[(*nr)++] = group[i];
	qsort(*out, *nr, sizeof(**out), compare_handles);
	if (*nr)
		return 0;
	free(*out);
	*out = NULL;
	return error_set(ERR_INVALID, "there is nobody in %s but you", name);
}

int recipients_person(struct person **out, struct worklog *wl, const char *name)
{
	int rc;

	rc = worklog_find_person(out, wl, name);
	if (rc < 0 || !(*out)->gone)
		return rc;
	error_set(ERR_INVALID, "%s has left the team", (*out)->shown);
	if ((*out)->deputy)
		error_hint("the deputy is %s", (*out)->deputy->shown);
	return ERR_INVALID;
}

/* One person by name, who can be asked. */
static int one_person(struct person **out, const struct recipients *r, const char *name)
{
	int rc = recipients_person(out, r->wl, name);

	if (rc < 0 || *out != r->me)
		return rc;
	error_set(ERR_INVALID, "you cannot ask yourself");
	error_hint("a post without --to is a note");
	return ERR_INVALID;
}

static void add_once(struct record *rec, const char *key, const char *handle)
{
	if (!node_list_has(record_node(rec, key), handle))
		record_add(rec, key, handle);
}

static int add_each(const struct recipients *r, const char *key, const char *group)
{
	struct person **v;
	size_t nr;
	int rc;

	rc = members(&v, &nr, r, group);
	for (size_t i = 0; i < nr; i++)
		add_once(r->rec, key, v[i]->handle);
	free(v);
	return rc;
}

/* "@group" is one item: an answer of any of them will do. */
static int add_any(const struct recipients *r, const char *group)
{
	struct pool *pool = &r->rec->pool;
	struct node *list, *item, *of;
	struct person **v;
	size_t nr;
	int rc;

	rc = members(&v, &nr, r, group);
	if (rc < 0)
		return rc;
	item = node_new(pool, NODE_MAP);
	of = node_new(pool, NODE_LIST);
	node_set_text(pool, item, "group", group + 1);
	for (size_t i = 0; i < nr; i++)
		node_append_text(pool, of, v[i]->handle);
	node_set(pool, item, "of", of);
	list = record_node(r->rec, "any") ? node_copy(pool, record_node(r->rec, "any")) : node_new(pool, NODE_LIST);
	node_append(list, item);
	record_set_node(r->rec, "any", list);
	free(v);
	return 0;
}

int recipients_ask(struct record *rec, struct worklog *wl, const struct texts *names)
{
	struct recipients r;
	struct person *person;
	int rc;

	rc = begin(&r, rec, wl);
	for (size_t i = 0; i < names->nr && rc == 0; i++) {
		const char *name = names->v[i];

		if (*name == '@') {
			rc = add_any(&r, name);
		} else if (!strncmp(name, "all:@", 5)) {
			rc = add_each(&r, "to", name + 4);
		} else {
			rc = one_person(&person, &r, name);
			if (rc == 0)
				add_once(rec, "to", person->handle);
		}
	}
	return rc;
}

int recipients_copy(struct record *rec, struct worklog *wl, const struct texts *names)
{
	struct recipients r;
	struct person *person;
	int rc;

	rc = begin(&r, rec, wl);
	for (size_t i = 0; i < names->nr && rc == 0; i++) {
		const char *name = names->v[i];

		if (*name == '@' || !strncmp(name, "all:@", 5)) {
			rc = add_each(&r, "cc", strchr(name, '@'));
		} else {
			rc = worklog_find_person(&person, wl, name);
			if (rc == 0)
				add_once(rec, "cc", person->handle);
		}
	}
	return rc;
}
