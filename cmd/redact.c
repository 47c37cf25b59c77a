/* async redact: hide a text that should not have been written. */
#include <stdlib.h>
#include <string.h>

#include "acts.h"
#include "async/alloc.h"
#include "async/team.h"
#include "cmd.h"
#include "print.h"

/* What is done by it, and what is not. */
static void tell_history(const struct act *act)
{
	if (!act->quiet && !act->dry)
		print("its bytes stay in the history of every clone: see 'async help redact'\n");
}

/* -- of a thread ----------------------------------------------------------------------------- */

static bool may_redact(const struct acts *acts, const struct place *place)
{
	return place->given->by == acts->me || team_is_maintainer(acts->team, acts->me, worklog_now(acts->wl));
}

static int not_mine(const struct place *place, const char *id)
{
	const char *author = place->given->by ? place->given->by->shown : "async itself";

	error_set(ERR_INVALID, "%s is by %s: only its author or one of @maintainers may hide it", id, author);
	error_hint("'async team' shows who they are");
	return ERR_INVALID;
}

static int redact(struct acts *acts, const struct place *place)
{
	struct thread after = THREAD_INIT;
	char id[ID_HEX + 1];
	struct record *mark;
	int rc;

	worklog_short_id(id, acts->wl, &place->given->rec->id);
	if (place->given->redacted)
		return acts_tell(acts, "%s is hidden already", id);
	if (!may_redact(acts, place))
		return not_mine(place, id);
	rc = acts_mark(&mark, acts, place, &place->given->rec->id);
	if (rc == 0)
		rc = acts_try(&after, acts, place);
	if (rc < 0)
		return rc;
	thread_release(&after);
	return acts_tell(acts, "%s hidden: what it asks and what was answered stay as they are", id);
}

/* -- of what cannot be read ------------------------------------------------------------------ */

struct search {
	const char *path;
	bool found;
};

static int compare_path(const char *path, const char *reason, void *data)
{
	struct search *search = data;

	(void)reason;
	search->found = !strcmp(path, search->path);
	return search->found;
}

static bool is_path(const char *operand)
{
	return strncmp(operand, "log/", 4) == 0;
}

/* The id in "log/2026/11/22/<id>.yaml". The caller frees. */
static char *id_of_path(const char *path)
{
	const char *name = strrchr(path, '/') + 1;

	return xstrndup(name, strcspn(name, "."));
}

static int check_path(struct worklog *wl, const char *path)
{
	struct search search = { .path = path };
	char *name;
	struct id id;
	int rc = worklog_each_unreadable(wl, compare_path, &search);

	if (rc < 0 || search.found)
		return rc < 0 ? rc : 0;
	name = id_of_path(path);
	rc = worklog_find(&id, wl, name);
	error_set(ERR_NOTFOUND, "no file '%s' that cannot be read", path);
	if (rc == 0)
		error_hint("it can be read, and is hidden by its id: async redact %s", name);
	else
		error_hint("'async verify' names those that there are");
	free(name);
	return ERR_NOTFOUND;
}

static int check_maintainer(struct worklog *wl)
{
	struct person *me;
	struct team *team;
	int rc = worklog_team(&team, wl);

	if (rc == 0)
		rc = worklog_me(&me, wl);
	if (rc < 0)
		return rc;
	if (!me)
		me = team_person(team, worklog_address(wl));
	if (team_is_maintainer(team, me, worklog_now(wl)))
		return 0;
	error_set(ERR_INVALID, "whose it is cannot be read either: only @maintainers may hide a file");
	error_hint("'async team' shows who they are");
	return ERR_INVALID;
}

static int make_mark(struct record *out, struct worklog *wl, const char *path, const char *note)
{
	int rc = check_path(wl, path);

	if (rc == 0)
		rc = worklog_begin(out, wl, KIND_MARK, NULL);
	if (rc < 0)
		return rc;
	record_set(out, "path", path);
	record_set(out, "verb", verb_name(VERB_REDACT));
	record_set(out, "note", note);
	return 0;
}

static int write_marks(struct worklog *wl, const struct act *act, struct record *marks, char **paths, size_t nr)
{
	char hex[ID_HEX + 1];
	int rc;

	if (act->dry)
		return write_dry(marks, nr);
	rc = write_records(wl, marks, nr, "redact files");
	for (size_t i = 0; i < nr && rc == 0; i++) {
		id_hex(hex, &marks[i].id);
		if (act->quiet)
			print("%s\n", hex);
		else
			print("%s is told of by 'async verify' only\n", paths[i]);
	}
	return rc;
}

static int redact_paths(struct worklog *wl, const struct act *act, char **paths, size_t nr)
{
	struct record *marks = xcalloc(nr, sizeof(*marks));
	struct buf note = BUF_INIT;
	int rc = message_read(&note, &act->note);

	buf_rtrim(&note);
	if (rc == 0)
		rc = check_maintainer(wl);
	for (size_t i = 0; i < nr && rc == 0; i++)
		rc = make_mark(&marks[i], wl, paths[i], note.ptr);
	if (rc == 0)
		rc = write_marks(wl, act, marks, paths, nr);
	for (size_t i = 0; i < nr; i++)
		record_release(&marks[i]);
	free(marks);
	buf_release(&note);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct act act = { .verb = VERB_REDACT, .each = redact };
	const struct opt opts[] = { OPT_ACT(&act), OPT_END };
	int rc = opts_parse(wl, &cmd_redact, opts, &argc, &argv, 0, -1), nr_paths = 0;

	if (rc)
		return rc;
	for (int i = 0; i < argc; i++)
		nr_paths += is_path(argv[i]);
	if (nr_paths && (nr_paths < argc || act.from_stdin))
		return error_set(ERR_USAGE, "give ids or paths, not both at once");
	rc = nr_paths ? redact_paths(wl, &act, argv, (size_t)argc) : acts_run(wl, &act, argc, argv);
	if (rc == 0)
		tell_history(&act);
	return rc;
}

const struct cmd cmd_redact = {
	.name = "redact",
	.usage = "[-m <text>] <id>…\n[-m <text>] <path>…",
	.summary = "hide a text that should not have been written",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
