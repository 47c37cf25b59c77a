/* async team: everybody, where they are now, and how somebody is added, changed or leaves. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/team.h"
#include "change.h"
#include "cmd.h"
#include "opts.h"
#include "people.h"
#include "print.h"
#include "write.h"

static int known_person(struct person **out, struct worklog *wl, const char *name)
{
	int rc = worklog_find_person(out, wl, name);

	if (rc == 0 && !(*out)->known) {
		error_set(ERR_NOTFOUND, "the log does not know '%s'", name);
		error_hint("'async team add <handle> <name> %s' adds them", name);
		rc = ERR_NOTFOUND;
	}
	return rc;
}

static int edit(struct worklog *wl, bool in_editor, bool dry, int argc, char **argv)
{
	struct people_change what = { .edit = in_editor, .dry = dry };
	struct record rec = RECORD_INIT;
	struct person *person;
	int rc;

	if (argc < 1 || (argc == 1 && !in_editor))
		return form_wants(&cmd_team, "edit", "a person, and settings or --edit");
	rc = known_person(&person, wl, argv[0]);
	if (rc == 0)
		rc = change_begin(&rec, wl, KIND_PERSON);
	if (rc < 0)
		return rc;
	what.about = person->handle;
	what.key = person->key;
	what.state = person->state;
	rc = people_change(wl, &rec, &what, argc - 1, argv + 1);
	record_release(&rec);
	return rc;
}

/* Somebody the log knows, but only by an address, gets a handle by `team add` too. */
static int check_new(struct worklog *wl, const char *handle, const char *address)
{
	struct person *person, *other;
	struct team *team;
	int rc;

	if (!handle_is_valid(handle) || !strcmp(handle, "me") || !strcmp(handle, "all")) {
		error_set(ERR_INVALID, "'%s' cannot be a handle", handle);
		error_hint("a handle is up to 64 of a-z 0-9 . _ -, beginning with a letter or digit");
		return ERR_INVALID;
	}
	if (!address_is_valid(address))
		return error_set(ERR_INVALID, "'%s' is not an address such as ben@example.com", address);
	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	person = team_find(team, address);
	other = team_person(team, handle);
	if (person && !strchr(person->handle, '@') && strcmp(person->handle, handle) != 0) {
		error_set(ERR_FAILED, "%s is %s already", address, person->handle);
		error_hint("'async team edit %s handle=%s' gives another handle", person->handle, handle);
		return ERR_FAILED;
	}
	if (other->known && other != person)
		return error_set(ERR_FAILED, "the handle '%s' is %s's", handle, other->key);
	return 0;
}

/* What was typed, as settings; the caller frees. */
static char **add_settings(int argc, char **argv)
{
	static const char *const keys[] = { "handle=", "name=", "addresses+=" };
	char **all = xcalloc((size_t)argc, sizeof(*all));

	for (int i = 0; i < argc; i++)
		all[i] = xstrfmt("%s%s", i < 3 ? keys[i] : "", argv[i]);
	return all;
}

static int add(struct worklog *wl, bool dry, int argc, char **argv)
{
	struct people_change what = { .dry = dry };
	struct record rec = RECORD_INIT;
	struct person *person;
	struct team *team;
	char **all;
	int rc;

	if (argc < 3)
		return form_wants(&cmd_team, "add", "a handle, a name and an address");
	rc = check_new(wl, argv[0], argv[2]);
	if (rc == 0)
		rc = worklog_team(&team, wl);
	if (rc == 0)
		rc = change_begin(&rec, wl, KIND_PERSON);
	if (rc < 0)
		return rc;
	person = team_find(team, argv[2]);
	what.about = person ? person->handle : argv[2];
	what.key = person ? person->key : argv[2];
	what.state = person ? person->state : NULL;
	all = add_settings(argc, argv);
	rc = people_change(wl, &rec, &what, argc, all);
	for (int i = 0; i < argc; i++)
		free(all[i]);
	free(all);
	record_release(&rec);
	return rc;
}

static int count_part(const struct part_row *row, void *data)
{
	(void)row;
	(*(size_t *)data)++;
	return 0;
}

static int tell_left(struct worklog *wl, const struct person *person)
{
	const struct query query = { .to = person->key, .states = STATES_UNSETTLED };
	struct buf who = BUF_INIT;
	size_t nr = 0;
	int rc;

	rc = worklog_parts(wl, &query, count_part, &nr);
	print_safe(&who, person->shown, false);
	print("%s has left the team.\n", who.ptr);
	if (rc == 0 && nr && person->deputy) {
		buf_reset(&who);
		print_safe(&who, person->deputy->shown, false);
		print("%zu open: %s answers for them.\n", nr, who.ptr);
	} else if (rc == 0 && nr) {
		print("%zu open: shown as gone, nobody is reminded; name a deputy with 'team edit %s deputy=…'.\n", nr,
		      who.ptr);
	}
	buf_release(&who);
	return rc;
}

static int leave(struct worklog *wl, bool dry, int argc, char **argv)
{
	struct record rec = RECORD_INIT;
	struct person *person;
	int rc;

	if (argc != 1)
		return form_wants(&cmd_team, "leave", "one person");
	rc = known_person(&person, wl, argv[0]);
	if (rc == 0 && person->gone)
		rc = error_set(ERR_FAILED, "%s has left already", person->shown);
	if (rc == 0)
		rc = change_begin(&rec, wl, KIND_PERSON);
	if (rc < 0)
		return rc;
	record_set(&rec, "person", person->handle);
	record_set(&rec, "status", "gone");
	rc = change_write(wl, &rec, dry);
	if (rc == 0 && !dry)
		rc = tell_left(wl, person);
	record_release(&rec);
	return rc;
}

static int show(struct worklog *wl, const char *name)
{
	struct person *person;
	int rc = known_person(&person, wl, name);

	return rc < 0 ? rc : people_show(wl, person);
}

static int run(struct worklog *wl, int argc, char **argv)
{
	bool all = false, in_editor = false, dry = false;
	const struct opt opts[] = {
		OPT_FLAG('a', "all", &all, "those who have left, too"),
		OPT_FLAG('e', "edit", &in_editor, "with 'edit': change settings in the editor"),
		OPT_DRY_RUN(&dry),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_team, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	if (!argc)
		return people_list(wl, all);
	if (!strcmp(argv[0], "add"))
		return add(wl, dry, argc - 1, argv + 1);
	if (!strcmp(argv[0], "edit"))
		return edit(wl, in_editor, dry, argc - 1, argv + 1);
	if (!strcmp(argv[0], "leave"))
		return leave(wl, dry, argc - 1, argv + 1);
	if (argc > 1)
		return form_unknown(&cmd_team, argv[0]);
	return show(wl, argv[0]);
}

const struct cmd cmd_team = {
	.name = "team",
	.usage = "[--all] [<who>]\n"
		 "add [-n] <handle> <name> <address> [<key>=<value>]…\n"
		 "edit [--edit] [-n] <who> [<key>=<value>]…\n"
		 "leave [-n] <who>",
	.summary = "list the team, or add, change and dismiss people",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
