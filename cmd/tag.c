/* async tag: put tags on a thread, or take them off. */
#include "acts.h"
#include "cmd.h"

static void put_list(struct buf *out, const struct node *list)
{
	NODE_EACH(entry, list)
		buf_addf(out, "%s%s", out->len ? ", " : "", entry->text);
}

static int tell(struct acts *acts, const struct place *place, const char *words, const struct node *tags,
		const char *already)
{
	struct buf list = BUF_INIT;

	put_list(&list, tags);
	acts_tell(acts, "%s %s %s%s", place->id, words, list.ptr, already);
	buf_release(&list);
	return 0;
}

static int each(struct acts *acts, const struct place *place)
{
	const struct texts *tags = acts->act->data;
	bool off = acts->act->verb == VERB_UNTAG;
	struct pool pool = POOL_INIT;
	struct node *change = node_new(&pool, NODE_LIST), *same = node_new(&pool, NODE_LIST);
	struct thread after = THREAD_INIT;
	struct record *mark;
	int rc = 0;

	for (size_t i = 0; i < tags->nr; i++) {
		bool has = node_list_has(place->thread.tags, tags->v[i]);
		struct node *list = has == off ? change : same;

		if (!node_list_has(list, tags->v[i]))
			node_append_text(&pool, list, tags->v[i]);
	}
	if (change->nr) {
		rc = acts_mark(&mark, acts, place, &place->post->rec->id);
		if (rc == 0) {
			record_set_node(mark, "tags", change);
			rc = acts_try(&after, acts, place);
		}
		if (rc == 0)
			tell(acts, place, off ? "no longer tagged" : "tagged", change, "");
	}
	if (rc == 0 && same->nr)
		tell(acts, place, off ? "is not tagged" : "is tagged", same, off ? "" : " already");
	thread_release(&after);
	pool_release(&pool);
	return rc;
}

/* Without --tag the first operand is the id, the others are tags; with it or --stdin, it is said. */
static int take_tags(struct texts *tags, bool from_stdin, int *argc, char **argv)
{
	int first = from_stdin ? 0 : 1;

	if (tags->nr)
		return 0;
	if (*argc > first) {
		*tags = (struct texts){ .v = (const char **)argv + first, .nr = (size_t)(*argc - first) };
		*argc = first;
		return 0;
	}
	error_set(ERR_USAGE, "which tag? It follows the id");
	error_hint("'async show <id>' shows the tags there are");
	return ERR_USAGE;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct texts tags = { .nr = 0 };
	struct act act = { .verb = VERB_TAG, .each = each, .data = &tags };
	bool off = false;
	const struct opt opts[] = {
		OPT_FLAG('d', "delete", &off, "take the tags off"),
		OPT_LIST('t', "tag", &tags, "tag", "the tag; then all operands are ids"),
		OPT_ACT(&act),
		OPT_END
	};
	int rc = opts_parse(wl, &cmd_tag, opts, &argc, &argv, 0, -1);

	if (rc)
		return rc;
	act.verb = off ? VERB_UNTAG : VERB_TAG;
	rc = take_tags(&tags, act.from_stdin, &argc, argv);
	return rc < 0 ? rc : acts_run(wl, &act, argc, argv);
}

const struct cmd cmd_tag = {
	.name = "tag",
	.usage = "[-d] <id> <tag>…\n"
		 "[-d] (--tag <tag>)… <id>…",
	.summary = "put tags on a thread, or take them off",
	.needs = CMD_LOG | CMD_WRITE,
	.run = run,
};
