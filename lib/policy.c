/* The policy: what holds until a team writes its own, and what a level expects. */
#include <string.h>

#include "async/error.h"
#include "async/message-id.h"
#include "async/plain.h"
#include "async/reminder.h"
#include "team-internal.h"

#define DEFAULT_LEVEL "standard"

static void add_level(struct pool *pool, struct node *levels, const char *name, const char *within,
		      const char *focus)
{
	struct node *level = node_new(pool, NODE_MAP);

	node_set_text(pool, level, "within", within);
	if (focus)
		node_set_text(pool, level, "focus", focus);
	node_set(pool, levels, name, level);
}

struct node *policy_builtin(struct pool *pool)
{
	struct node *policy = node_new(pool, NODE_MAP), *levels = node_new(pool, NODE_MAP);

	add_level(pool, levels, "urgent", "4h", "count");
	add_level(pool, levels, DEFAULT_LEVEL, "1d", NULL);
	add_level(pool, levels, "low", "3d", NULL);
	node_set_text(pool, policy, "default", DEFAULT_LEVEL);
	node_set(pool, policy, "levels", levels);
	return policy;
}

void policy_finish(struct team *team)
{
	struct pool *pool = &team->fold_pool;
	struct node *hours;

	if (!node_get(team->policy, "default"))
		node_set_text(pool, team->policy, "default", team_default_level(team));
	team->policy_said = fold_copy_entries(pool, team->policy);
	if (node_get(team->policy, "hours"))
		return;
	hours = node_new(pool, NODE_MAP);
	node_set_text(pool, hours, "mon-fri", "09:00-17:00");
	node_set(pool, team->policy, "hours", hours);
}

/* False if a level of a record or of the state means nothing. */
static bool level_parse(struct expectation *out, const struct node *level)
{
	const char *within = node_get_text(level, "within");
	const char *clock = node_get_text(level, "clock"), *focus = node_get_text(level, "focus");

	if (!within || !span_parse(&out->within, within))
		return false;
	out->clock = clock && !strcmp(clock, "calendar") ? CLOCK_CALENDAR : CLOCK_WORK;
	out->focus = focus && !strcmp(focus, "count") ? FOCUS_COUNT : FOCUS_PAUSE;
	return true;
}

static const char *level_wrong(struct team *team, const struct node *levels)
{
	struct expectation expect;

	NODE_EACH(level, levels)
		if (!(level->type == NODE_TEXT && !*level->text) && !level_parse(&expect, level))
			return pool_strfmt(&team->fold_pool, "level '%.64s' has no duration", level->key);
	return NULL;
}

const char *policy_change(struct team *team, const char *key, const struct node *value, bool *changed)
{
	const char *why = calendar_key_wrong(team, key, value);

	*changed = false;
	if (!why && !strcmp(key, "levels"))
		why = level_wrong(team, value);
	if (!why && !strcmp(key, "remind"))
		why = reminder_rule_wrong(value);
	if (!why && !strcmp(key, "escalate"))
		why = escalation_wrong(&team->fold_pool, value);
	if (!why && !strcmp(key, "domain"))
		why = message_domain_wrong(value);
	if (why)
		return why;
	if (!plain_is_rules(key)) {
		*changed = fold_key(&team->fold_pool, team->policy, key, value);
		return NULL;
	}
	*changed = fold_merge(&team->fold_pool, team->policy, key, value);
	if (node_get(team->policy, key) && !node_get(team->policy, key)->nr && strcmp(key, "levels") != 0)
		node_drop(team->policy, key); /* no rule is left: as if none had been */
	return NULL;
}

const struct node *team_policy(const struct team *team)
{
	return team->policy;
}

const struct node *team_policy_said(const struct team *team)
{
	return team->policy_said;
}

const char *team_default_level(const struct team *team)
{
	const struct node *levels = node_get(team->policy, "levels");
	const char *name = node_get_text(team->policy, "default");

	if (name && node_get(levels, name))
		return name;
	if (node_get(levels, DEFAULT_LEVEL) || !levels || !levels->first)
		return DEFAULT_LEVEL;
	return levels->first->key;
}

bool team_level(const struct team *team, const char *name, struct expectation *out)
{
	return level_parse(out, node_get(node_get(team->policy, "levels"), name ? name : team_default_level(team)));
}
