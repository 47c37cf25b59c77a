/* async extend: more time, or another level; a recipient asks for it, the author grants it. */
#include "acts.h"
#include "ask.h"
#include "cmd.h"
#include "print.h"

/* What is given or asked for. */
struct extend {
	struct span more; /* zero: not given */
	struct when by;
	const char *level;
	bool accept;
};

static int set_terms(struct record *mark, struct worklog *wl, const struct extend *extend)
{
	if (extend->by.given)
		write_when(mark, "by", &extend->by);
	else if (extend->level)
		return ask_freeze_level(mark, wl, extend->level, true);
	else
		ask_set_within(mark, &extend->more);
	return 0;
}

static void put_terms(struct buf *out, const struct acts *acts)
{
	const struct extend *extend = acts->act->data;

	if (extend->level) {
		buf_addf(out, "the level %s", extend->level);
	} else if (!extend->by.given) {
		span_format(out, &extend->more);
		buf_puts(out, " more");
	} else {
		buf_puts(out, "time until ");
		if (extend->by.is_day)
			format_day(out, extend->by.day);
		else
			format_time(out, extend->by.at, worklog_zone(acts->wl));
	}
}

/* Try the mark that was added last, and tell what moved. */
static int give(struct acts *acts, const struct place *place)
{
	struct thread after = THREAD_INIT;
	int rc = acts_try(&after, acts, place);

	for (size_t i = 0; rc == 0 && i < after.nr_parts; i++)
		if (after.parts[i].rounds[after.parts[i].nr_rounds - 1].begun_by == acts_last(acts))
			acts_tell_moved(acts, place, &after.parts[i]);
	thread_release(&after);
	return rc;
}

static int extend_own(struct acts *acts, const struct place *place, const struct event *ask)
{
	const struct person *only = acts->whom == acts->me ? NULL : acts->whom;
	struct record *mark;
	int rc;

	if (!place_open_part(place, ask, only))
		return acts_tell(acts, "%s: nothing is open%s%s", place->id, only ? " for " : "",
				 only ? only->shown : "");
	rc = acts_mark(&mark, acts, place, &ask->rec->id);
	if (rc == 0)
		rc = set_terms(mark, acts->wl, acts->act->data);
	return rc < 0 ? rc : give(acts, place);
}

/* A recipient asks the author for it. */
static int request(struct acts *acts, const struct place *place, const struct event *ask)
{
	struct thread after = THREAD_INIT;
	struct buf terms = BUF_INIT;
	struct record *mark;
	int rc;

	if (!place_open_part(place, ask, acts->whom))
		return acts_tell(acts, "%s: nothing is open for %s", place->id, acts_name(acts, acts->whom));
	rc = acts_mark(&mark, acts, place, &ask->rec->id);
	if (rc == 0)
		rc = set_terms(mark, acts->wl, acts->act->data);
	if (rc == 0)
		rc = acts_try(&after, acts, place);
	put_terms(&terms, acts);
	if (rc == 0)
		acts_tell(acts, "%s asked %s for %s; they grant it with: async extend --accept %s", place->id,
			  ask->by ? ask->by->shown : "nobody", terms.ptr, place->id);
	buf_release(&terms);
	thread_release(&after);
	return rc;
}

/* Granting what was asked for. */

static bool is_request(const struct event *event)
{
	return event->rec->kind == KIND_MARK && event->rec->verb == VERB_EXTEND;
}

/* The request that was named, or the only one that waits on the post that was; NULL: none does. */
static int find_request(const struct event **out, const struct acts *acts, const struct place *place)
{
	struct buf waiting = BUF_INIT;
	struct id target;
	size_t nr = 0;
	int rc = 0;

	*out = place->given;
	if (is_request(place->given))
		return 0;
	for (size_t i = 0; i < place->thread.nr_events; i++) {
		const struct event *event = &place->thread.events[i];
		char hex[ID_HEX + 1];

		if (!event->waits || !record_parent(event->rec, &target) ||
		    !id_equal(&target, &place->post->rec->id))
			continue;
		*out = event;
		worklog_short_id(hex, acts->wl, &event->rec->id);
		buf_addf(&waiting, "%s%s by %s", nr++ ? ", " : "", hex, event->by->shown);
	}
	if (!nr)
		*out = NULL;
	if (nr > 1) {
		rc = error_set(ERR_AMBIGUOUS, "%zu requests wait on %s: which one is granted?", nr, place->id);
		error_hint("'async extend --accept <id>' of that one: %s", waiting.ptr);
	}
	buf_release(&waiting);
	return rc;
}

static int refuse_request(const struct place *place, const struct event *request)
{
	if (request->retracted)
		return error_set(ERR_INVALID, "%s took that request back", request->by->shown);
	return error_set(ERR_INVALID, "%s: that request needs no answer any more", place->id);
}

static int accept(struct acts *acts, const struct place *place)
{
	const struct event *ask = acts_ask(place, acts->me), *asked;
	struct record *mark;
	int rc;

	rc = find_request(&asked, acts, place);
	if (rc < 0)
		return rc;
	if (!asked)
		return acts_tell(acts, "%s: nobody waits for more time", place->id);
	if (asked->counts)
		return acts_tell(acts, "%s: that is granted already", place->id);
	if (!ask || ask->by != acts->me) {
		error_set(ERR_INVALID, "%s is not yours", place->id);
		error_hint("only who asked can grant more time");
		return ERR_INVALID;
	}
	if (!asked->waits)
		return refuse_request(place, asked);
	rc = acts_mark(&mark, acts, place, &ask->rec->id);
	if (rc == 0)
		record_set_id(mark, "accept", &asked->rec->id);
	return rc < 0 ? rc : give(acts, place);
}

static int each(struct acts *acts, const struct place *place)
{
	const struct extend *extend = acts->act->data;
	const struct event *ask;
	int rc = 0;

	if (extend->accept)
		return accept(acts, place);
	ask = acts_ask(place, acts->me);
	if (ask && ask->by == acts->me)
		return extend_own(acts, place, ask);
	ask = acts_ask(place, acts->whom);
	if (acts->whom != acts->me)
		rc = deputy_must_be_me(acts->wl, acts->me, acts->whom);
	if (rc < 0)
		return rc;
	return ask ? request(acts, place, ask) : acts_not_asked(acts, place);
}

/* Exactly one of a duration (the last operand), --by, --level and --accept says what is wanted. */
static int take_terms(struct worklog *wl, struct extend *extend, int *argc, char **argv)
{
	int given = extend->by.given + (extend->level != NULL) + extend->accept;

	if (given > 1)
		return error_set(ERR_USAGE, "--by, --level and --accept do not go together");
	if (!given && (!*argc || !span_parse(&extend->more, argv[*argc - 1]))) {
		error_set(ERR_USAGE, "by how much? Say it after the ids, or with --by or --level");
		error_hint("such as 'async extend <id> 1d' or 'async extend --by \"fri 17:00\" <id>'");
		return ERR_USAGE;
	}
	*argc -= !given;
	return extend->by.given ? when_must_be_ahead(wl, &extend->by, "--by") : 0;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct extend extend = { .level = NULL };
	struct act act = { .verb = VERB_EXTEND, .each = each, .data = &extend };
	const struct opt opts[] = {
		OPT_WHEN(0, "by", &extend.by, "it is due then, instead"),
		OPT_LEVEL('l', "level", &extend.level, "it has this level from now on"),
		OPT_FLAG(0, "accept", &extend.accept, "grant the time that was asked for"),
		OPT_PERSON(0, "for", &act.on_behalf, "only the part of this person; or ask as their deputy"),
		OPT_ACT(&act),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_extend, opts, &argc, &argv, 0, -1);

	if (rc == 0 && extend.accept && act.on_behalf)
		rc = error_set(ERR_USAGE, "--accept grants a request to who made it: --for has no use");
	if (rc == 0)
		rc = take_terms(wl, &extend, &argc, argv);
	return rc ? rc : acts_run(wl, &act, argc, argv);
}

const struct cmd cmd_extend = {
	.name = "extend",
	.usage = "[--for <who>] [-m <text>] <id>… <duration>\n"
		 "[--for <who>] [-m <text>] (--by <when> | --level <level>) <id>…\n"
		 "[-m <text>] --accept <id>…",
	.summary = "give more time, or ask for it",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
