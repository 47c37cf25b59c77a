/*
 * Trailers of the code's commits: "Async-Closes: 3f2a9c1" in a commit of mine is "async done
 * 3f2a9c1", with a link to the commit.
 *
 * A commit that is amended, rebased or picked is another one, but its author and the time of
 * writing stay: where a mark of mine links a commit that agrees in these, it has been acted upon,
 * whatever has become of the ask since.
 */
#include "hook.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "answer.h"
#include "async/alloc.h"
#include "async/team.h"
#include "async/trailers.h"
#include "print.h"

/* So many commits are looked at after a merge, and so many of others' trailers told. */
#define MAX_CAME 1000
#define MAX_TOLD 5
/* Nobody asks more of one commit. */
#define MAX_IDS 100

static const struct kind {
	const char *key;
	enum verb verb;
	const char *past;  /* of the mark */
	const char *deed;  /* of somebody else's commit */
} kinds[] = {
	{ "Async-Acks", VERB_ACK, "acked", "acks" },
	{ "Async-Closes", VERB_DONE, "done", "closes" },
	{ "Async-Refs", VERB_LINK, "linked", "refers to" },
};

/* Commits being looked at. */
struct looking {
	struct hook_call *call;
	const struct code_commit *commit;
	bool mine;
	size_t acted, told;
};

/* -- has it been acted upon? -------------------------------------------------------------------- */

/* The commits that marks of mine link, in lines; and whether this one is among them. */
struct linked {
	const struct code_commit *commit;
	struct buf ids;
	bool same;
};

static void add_links(struct linked *linked, const struct record *mark)
{
	NODE_EACH (link, record_node(mark, "links")) {
		const char *id = node_get_text(link, "commit");

		if (!id || strspn(id, "0123456789abcdef") != strlen(id))
			continue; /* other people's text, and git is to read it */
		linked->same |= !strcmp(id, linked->commit->id);
		buf_addf(&linked->ids, "%s\n", id);
	}
}

static int compare(const struct code_commit *commit, void *data)
{
	struct linked *linked = data;

	linked->same |= !strcmp(commit->author, linked->commit->author) &&
			!strcmp(commit->authored_at, linked->commit->authored_at);
	return 0;
}

static int find_links(struct linked *linked, struct worklog *wl, const struct id *id, enum verb verb)
{
	struct thread thread = THREAD_INIT;
	struct person *me;
	int rc = worklog_me(&me, wl);

	if (rc == 0 && me)
		rc = worklog_thread(&thread, wl, id);
	for (size_t i = 0; rc == 0 && i < thread.nr_events; i++) {
		const struct event *event = &thread.events[i];

		if (event->rec->kind == KIND_MARK && event->rec->verb == verb && event->by == me)
			add_links(linked, event->rec);
	}
	thread_release(&thread);
	return rc;
}

static int was_acted_upon(bool *out, const struct looking *looking, const struct id *id, enum verb verb)
{
	struct linked linked = { .commit = looking->commit, .ids = BUF_INIT };
	int rc = find_links(&linked, looking->call->wl, id, verb);

	if (rc == 0 && !linked.same && linked.ids.len)
		rc = code_commits(looking->call->code, linked.ids.ptr, 0, compare, &linked);
	*out = linked.same;
	buf_release(&linked.ids);
	return rc;
}

/* -- acting ------------------------------------------------------------------------------------- */

static int link_it(struct acts *acts, const struct place *place)
{
	struct thread after = THREAD_INIT;
	struct record *mark;
	int rc = acts_mark(&mark, acts, place, &place->given->rec->id);

	if (rc == 0)
		rc = acts_try(&after, acts, place);
	if (rc == 0)
		acts_tell(acts, "%s linked", place->id);
	thread_release(&after);
	return rc;
}

static int act(struct looking *looking, const struct kind *kind, const struct id *id)
{
	struct answer answer = { .act.verb = kind->verb, .past = kind->past, .act.commit = looking->commit->id };
	char hex[ID_HEX + 1], *operand[] = { hex, NULL };

	id_hex(hex, id);
	if (kind->verb != VERB_LINK)
		return answer_run(looking->call->wl, &answer, 1, operand);
	answer.act.each = link_it;
	return acts_run(looking->call->wl, &answer.act, 1, operand);
}

static void tell(struct looking *looking, const struct kind *kind, const struct id *id)
{
	struct worklog *wl = looking->call->wl;
	char hex[ID_HEX + 1];
	const char *author;

	if (++looking->told > MAX_TOLD)
		return;
	if (worklog_find_key(&author, wl, looking->commit->author) < 0) {
		error_clear();
		author = looking->commit->author;
	}
	worklog_short_id(hex, wl, id);
	hook_tell("%.7s by %s %s %s", looking->commit->id, worklog_who(wl, author)->shown, kind->deed, hex);
}

/* Text that names no record is somebody's slip: a line, and the rest goes on. */
static void do_one(struct looking *looking, const struct kind *kind, const char *text)
{
	struct worklog *wl = looking->call->wl;
	bool acted = false;
	struct id id;
	int rc = ERR_INVALID;

	if (id_is_prefix(text, strlen(text)))
		rc = worklog_find(&id, wl, text);
	else
		error_set(rc, "it is not an id");
	if (rc == 0 && !looking->mine) {
		tell(looking, kind, &id);
		return;
	}
	if (rc == 0)
		rc = was_acted_upon(&acted, looking, &id, kind->verb);
	if (rc == 0 && !acted)
		rc = act(looking, kind, &id);
	if (rc < 0 && looking->mine) {
		hook_tell("%s: %s %s: %s", looking->call->name, kind->key, text, error_last());
		looking->call->failed = true;
	}
	error_clear();
}

static int each_trailer(const struct trailer *trailer, void *data)
{
	struct looking *looking = data;
	const struct kind *kind = NULL;
	char *ids, *rest, *id;

	for (size_t i = 0; i < NR(kinds); i++)
		if (!strcasecmp(trailer->key, kinds[i].key))
			kind = &kinds[i];
	if (!kind)
		return 0;
	ids = rest = xstrdup(trailer->value);
	while ((id = strsep(&rest, ", \t")))
		if (*id && ++looking->acted <= MAX_IDS)
			do_one(looking, kind, id);
	free(ids);
	return 0;
}

/* One of my addresses; where the log does not know me, the one I commit with. */
static bool is_mine(struct worklog *wl, const char *author)
{
	struct person *me, *person;
	struct team *team;

	if (worklog_me(&me, wl) < 0 || worklog_team(&team, wl) < 0)
		return false;
	if (!me)
		return !strcasecmp(author, worklog_address(wl));
	person = team_find(team, author);
	return person == me;
}

static int each_commit(const struct code_commit *commit, void *data)
{
	struct looking *looking = data;

	/* Most have none, and then nobody need be looked up. */
	if (!strcasestr(commit->message, "async-"))
		return 0;
	looking->commit = commit;
	looking->acted = 0;
	looking->mine = is_mine(looking->call->wl, commit->author);
	error_clear();
	return trailers_each(commit->message, strlen(commit->message), each_trailer, looking);
}

static int look_at(struct hook_call *call, const char *names, size_t limit)
{
	struct looking looking = { .call = call };
	int rc = code_commits(call->code, names, limit, each_commit, &looking);

	if (looking.told > MAX_TOLD)
		hook_tell("… and %zu more", looking.told - MAX_TOLD);
	return rc;
}

int hook_post_commit(struct hook_call *call)
{
	return look_at(call, "HEAD\n", 0);
}

/* "<old> <new>[ …]" in each line; several old ones may have become one. */
int hook_post_rewrite(struct hook_call *call)
{
	struct buf input = BUF_INIT, names = BUF_INIT;
	char *rest, *line;
	int rc = buf_read(&input, 0, (size_t)16 << 20);

	rest = rc == 0 ? input.ptr : NULL;
	while ((line = strsep(&rest, "\n"))) {
		const char *new = strchr(line, ' ');
		size_t len = new ? strspn(++new, "0123456789abcdef") : 0;

		if (len)
			buf_addf(&names, "%.*s\n", (int)len, new);
	}
	if (rc < 0)
		rc = error_set(ERR_FAILED, "cannot read what was rewritten from standard input");
	if (rc == 0 && names.len)
		rc = look_at(call, names.ptr, 0);
	buf_release(&input);
	buf_release(&names);
	return rc;
}

/* A squash has made no commit yet. */
int hook_trailers_that_came(struct hook_call *call)
{
	if (call->argc && !strcmp(call->argv[0], "1"))
		return 0;
	return look_at(call, "HEAD\n^ORIG_HEAD\n", MAX_CAME);
}
