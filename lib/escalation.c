/* Who is asked besides when an answer does not come: the key `escalate` of the policy, over time. */
#include <string.h>

#include "async/clock.h"
#include "team-internal.h"

/* What the policy says from a moment on. */
struct ladders {
	const struct node *of;     /* by level; NULL: there are none */
	const char *default_level; /* which of them is that of an ask without a level */
};

static const char *rule_wrong(struct pool *pool, const struct node *rule)
{
	const struct node *after = node_get(rule, "after"), *to = node_get(rule, "to");
	struct span span;

	if (rule->type != NODE_MAP)
		return pool_strfmt(pool, "'escalate' has for level '%.64s' no map such as {after: 2h, to: [ana]}", rule->key);
	if (!to || to->type != NODE_LIST || !to->nr || to->nr > ESCALATION_STEPS)
		return pool_strfmt(pool, "'escalate' has for level '%.64s' to: not one to three steps", rule->key);
	if (after && !(after->text && span_parse(&span, after->text)))
		return pool_strfmt(pool, "'escalate' has for level '%.64s' after: no duration such as 2h or 1d", rule->key);
	NODE_EACH(name, to)
		if (!name->text || !*name->text || !strcmp(name->text, "@") || !strcmp(name->text, "all:@"))
			return pool_strfmt(pool, "'escalate' has for level '%.64s' to: not only names and groups", rule->key);
	return NULL;
}

const char *escalation_wrong(struct pool *pool, const struct node *value)
{
	const char *why;

	if (value->type == NODE_TEXT && value->text && !*value->text)
		return NULL;
	if (value->type != NODE_MAP)
		return "'escalate' is a map such as {urgent: {after: 2h, to: [\"@leads\"]}}";
	NODE_EACH(rule, value) {
		why = rule->type == NODE_TEXT && !*rule->text ? NULL : rule_wrong(pool, rule);
		if (why)
			return why;
	}
	return NULL;
}

static bool is_same(const struct ladders *was, const struct node *of, const char *default_level)
{
	if (!was || !was->of || !of)
		return (!was || !was->of) && !of;
	return node_equal(was->of, of) && !strcmp(was->default_level, default_level);
}

void escalation_note(struct team *team, time_t at)
{
	const struct node *of = node_get(team->policy, "escalate");
	struct ladders *now;

	if (is_same(history_at(&team->ladders, INSTANT_MAX), of, team_default_level(team)))
		return;
	now = pool_alloc(&team->fold_pool, sizeof(*now));
	now->of = of ? fold_copy_entries(&team->fold_pool, of) : NULL;
	now->default_level = pool_strdup(&team->fold_pool, team_default_level(team));
	history_add(&team->ladders, at, now);
}

bool team_escalates(const struct team *team)
{
	return team->ladders.nr > 0;
}

void team_escalation(struct escalation *out, const struct team *team, const char *level, time_t at)
{
	const struct history *history = &team->ladders;
	const struct ladders *ladders = history_at(history, at);
	const struct node *rule = NULL;
	const char *after;

	*out = (struct escalation){ .after = { .days = 1 }, .until = DUE_NEVER };
	for (size_t i = history->nr; i > 0 && history->v[i - 1].at > at; i--)
		out->until = history->v[i - 1].at;
	if (ladders)
		rule = node_get(ladders->of, level ? level : ladders->default_level);
	out->to = node_get(rule, "to");
	after = node_get_text(rule, "after");
	if (after)
		span_parse(&out->after, after);
}
