/* The log's people: who you are, whom a name means, in which zone times are shown. */
#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "worklog-internal.h"

#include <string.h>

/*
 * Calendars now are those that are known now: what was written in this very second is
 * dated a second ahead, and what is ahead by more than a day is not in the team yet.
 */
#define NEWEST INSTANT_MAX

int worklog_team(struct team **out, struct worklog *wl)
{
	struct index *index;
	int rc;

	rc = worklog_index(&index, wl);
	return rc < 0 ? rc : index_team(out, index);
}

int worklog_identity(struct worklog *wl)
{
	return wl->address ? 0 : repo_identity(wl->repo, &wl->name, &wl->address);
}

const char *worklog_address(struct worklog *wl)
{
	return wl->address ? wl->address : "";
}

int worklog_me(struct person **out, struct worklog *wl)
{
	struct team *team;
	int rc;

	*out = NULL;
	rc = worklog_identity(wl);
	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc == 0)
		*out = team_find(team, wl->address);
	return rc;
}

static int nobody_here(const char *name, const char *suggestion)
{
	error_set(ERR_NOTFOUND, "nobody here is called '%s'", name);
	if (suggestion)
		error_hint("did you mean '%s'?", suggestion);
	else if (!strncmp(name, "all:", 4))
		error_hint("everybody of a group is asked by all:@<group>");
	else
		error_hint("'async team' lists everybody; somebody new is named by their address");
	return ERR_NOTFOUND;
}

static int not_here_yet(const struct worklog *wl)
{
	error_set(ERR_NOTFOUND, "this log does not know you (%s) yet", wl->address);
	error_hint("your first post or answer adds you; git's user.email says who you are");
	return ERR_NOTFOUND;
}

int worklog_find_person(struct person **out, struct worklog *wl, const char *name)
{
	struct team *team;
	int rc;

	*out = NULL;
	if (!strcmp(name, "me")) {
		rc = worklog_me(out, wl);
		return rc == 0 && !*out ? not_here_yet(wl) : rc;
	}
	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	*out = team_find(team, name);
	if (!*out && address_is_valid(name))
		*out = team_person(team, name);
	return *out ? 0 : nobody_here(name, team_suggest(team, name));
}

int worklog_my_key(const char **out, struct worklog *wl)
{
	const struct indexed_person *person;
	struct index *index;
	int rc;

	*out = NULL;
	rc = worklog_identity(wl);
	if (rc == 0)
		rc = worklog_index(&index, wl);
	if (rc < 0)
		return rc;
	person = index_person(index, wl->address);
	*out = person ? person->key : wl->address;
	return 0;
}

int worklog_find_key(const char **out, struct worklog *wl, const char *name)
{
	const struct indexed_person *known;
	struct person *person;
	struct index *index;
	int rc;

	if (!strcmp(name, "me"))
		return worklog_my_key(out, wl);
	rc = worklog_index(&index, wl);
	if (rc < 0)
		return rc;
	known = index_person(index, name);
	if (known) {
		*out = known->key;
		return 0;
	}
	rc = worklog_find_person(&person, wl, name); /* the whole team, to suggest a name */
	if (rc == 0)
		*out = person->key;
	return rc;
}

const struct who *worklog_who(struct worklog *wl, const char *key)
{
	const struct indexed_person *person = NULL;
	struct known_who *known;
	struct index *index;

	known = table_get(&wl->whos, key);
	if (known)
		return &known->who;
	known = pool_alloc(&wl->pool, sizeof(*known));
	known->asked = known->who.key = known->who.handle = known->who.shown = pool_strdup(&wl->pool, key);
	if (worklog_any_index(&index, wl) == 0)
		person = index_person(index, key);
	if (person)
		known->who = (struct who){ person->key, person->handle, person->shown, person->name, person->gone };
	table_set(&wl->whos, known->asked, known);
	return &known->who;
}

/* What worklog_who() will be asked of each of them is known with that. */
static void remember(struct worklog *wl, const struct teammate *mate)
{
	struct known_who *known;

	if (table_get(&wl->whos, mate->key))
		return;
	known = pool_alloc(&wl->pool, sizeof(*known));
	known->asked = mate->key;
	known->who = (struct who){ mate->key, mate->handle, mate->shown, mate->name, mate->gone };
	table_set(&wl->whos, known->asked, known);
}

int worklog_everybody(struct teammate **out, size_t *nr, struct worklog *wl)
{
	struct index *index;
	int rc;

	*out = NULL;
	*nr = 0;
	rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_everybody(out, nr, index);
	for (size_t i = 0; i < *nr; i++)
		remember(wl, &(*out)[i]);
	return rc;
}

struct calendar *worklog_calendar(struct worklog *wl, const char *key)
{
	struct index *index;

	if (worklog_any_index(&index, wl) < 0)
		BUG("a calendar is asked for before the log could be read");
	return index_calendar(index, key, NEWEST);
}

static struct zone *system_zone(void)
{
	struct zone *zone = NULL;
	char name[256];

	zone_system_name(name, sizeof(name));
	if (zone_load(&zone, name) < 0 && zone_load(&zone, "UTC") < 0)
		BUG("no zone, not even UTC");
	return zone;
}

static struct zone *my_zone(struct worklog *wl)
{
	const struct indexed_person *me = NULL;
	struct index *index;

	if (worklog_identity(wl) == 0 && worklog_any_index(&index, wl) == 0)
		me = index_person(index, wl->address);
	return me ? zone_ref(calendar_zone(index_calendar(index, me->key, NEWEST))) : NULL;
}

struct zone *worklog_zone(struct worklog *wl)
{
	if (!wl->zone)
		wl->zone = my_zone(wl);
	if (!wl->zone)
		wl->zone = system_zone();
	return wl->zone;
}
