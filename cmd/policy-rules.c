/* Levels, reminders and escalation as they are typed. */
#include "policy-rules.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/error.h"
#include "async/nearest.h"
#include "async/reminder.h"
#include "async/team.h"
#include "cmd.h"
#include "print.h"
#include "recipients.h"

#define WORDS_MAX 4

enum word_type { WORD_TEXT, WORD_SPAN, WORD_LIST, WORD_PEOPLE };

static const struct rule {
	const char *name;  /* of the form */
	const char *noun, *wants;
	const char *key;   /* of the policy */
	bool by_level;     /* one for each level, which is named; else there is one */
	struct {
		const char *key;
		enum word_type type;
	} words[WORDS_MAX];
} rules[] = {
	{ "level", "a level", "a name, and within=, clock= or focus=", "levels", true,
	  { { "within", WORD_SPAN }, { "clock", WORD_TEXT }, { "focus", WORD_TEXT } } },
	{ "remind", "'remind'", "at=, every=, times= or cap=", "remind", false,
	  { { "at", WORD_LIST }, { "every", WORD_SPAN }, { "times", WORD_TEXT }, { "cap", WORD_TEXT } } },
	{ "escalate", "'escalate'", "a level, and after= or to=", "escalate", true,
	  { { "after", WORD_SPAN }, { "to", WORD_PEOPLE } } },
};

static const struct rule *find_rule(const char *name)
{
	for (size_t i = 0; i < NR(rules); i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	return NULL;
}

bool rule_is(const char *word)
{
	return find_rule(word);
}

/* -- names --------------------------------------------------------------------------- */

/* Is there whom it names? Of a person, `*name` becomes what records have. */
static int check_name(const char **name, struct worklog *wl)
{
	struct person *const *members;
	struct person *person;
	size_t nr;
	int rc;

	if (**name == '@' || !strncmp(*name, "all:@", 5))
		return recipients_group(&members, &nr, wl, strchr(*name, '@'));
	rc = recipients_person(&person, wl, *name);
	if (rc == 0)
		*name = person->handle;
	return rc;
}

static int check_ladder(struct form *form, const struct node *ladder)
{
	int rc = 0;

	if (!node_get(node_get(form->is, "levels"), ladder->key)) {
		error_set(ERR_NOTFOUND, "there is no level '%s' to escalate", ladder->key);
		error_hint("'async policy' shows them");
		return ERR_NOTFOUND;
	}
	NODE_EACH(entry, node_get(ladder, "to")) {
		const char *name = entry->text;

		if (rc == 0)
			rc = check_name(&name, form->wl);
	}
	return rc;
}

int rules_check(struct form *form)
{
	const struct node *remind = node_get(form->is, "remind"), *escalate = node_get(form->is, "escalate");
	const char *why = remind ? reminder_rule_wrong(remind) : NULL;
	int rc = 0;

	if (!why && escalate)
		why = escalation_wrong(&form->pool, escalate);
	if (why)
		return error_set(ERR_INVALID, "%s", why);
	NODE_EACH(ladder, escalate) {
		const struct node *was = node_get(node_get(form->was, "escalate"), ladder->key);

		if (rc == 0 && (!was || !node_equal(was, ladder)))
			rc = check_ladder(form, ladder);
	}
	return rc;
}

/* -- words --------------------------------------------------------------------------- */

/* "a,b" as a list; "none" as an empty one. */
static int read_list(struct node **out, struct form *form, const char *text, bool people)
{
	char *copy = pool_strdup(&form->pool, strcmp(text, "none") ? text : ""), *word;
	int rc = 0;

	*out = node_new(&form->pool, NODE_LIST);
	while (rc == 0 && (word = strsep(&copy, ","))) {
		const char *name = word;

		if (!*word)
			continue;
		rc = people ? check_name(&name, form->wl) : 0;
		node_append_text(&form->pool, *out, name);
	}
	return rc;
}

static int read_span(struct node **out, struct form *form, const char *key, const char *text)
{
	struct span span;

	if (!span_parse(&span, text))
		return error_set(ERR_INVALID, "%s is '%s', not a duration such as 4h, 1d or 1d4h30m", key, text);
	*out = node_text(&form->pool, text);
	return 0;
}

static int read_word(struct node **out, struct form *form, const struct rule *rule, size_t i, const char *text)
{
	switch (rule->words[i].type) {
	case WORD_SPAN:
		return read_span(out, form, rule->words[i].key, text);
	case WORD_LIST:
	case WORD_PEOPLE:
		return read_list(out, form, text, rule->words[i].type == WORD_PEOPLE);
	default:
		*out = node_text(&form->pool, text);
		return 0;
	}
}

/* "within=, clock= and focus=", or with another word before the last. */
static void put_words(struct buf *out, const struct rule *rule, const char *last)
{
	for (size_t i = 0; i < WORDS_MAX && rule->words[i].key; i++) {
		bool is_last = i + 1 == WORDS_MAX || !rule->words[i + 1].key;

		buf_addf(out, "%s%s=", !i ? "" : is_last ? last : ", ", rule->words[i].key);
	}
}

static int unknown_word(const struct rule *rule, const char *text, const char *key)
{
	const char *keys[WORDS_MAX + 1] = { NULL }, *suggestion;
	struct buf all = BUF_INIT;

	put_words(&all, rule, key ? " and " : " or ");
	if (!key) {
		error_set(ERR_USAGE, "'%s' is not %s", text, all.ptr);
	} else {
		for (size_t i = 0; i < WORDS_MAX; i++)
			keys[i] = rule->words[i].key;
		suggestion = nearest(key, keys);
		error_set(ERR_USAGE, "%s has no '%s'", rule->noun, key);
		error_hint("it has %s%s%s", all.ptr, suggestion ? "; the nearest is " : "", suggestion ? suggestion : "");
	}
	buf_release(&all);
	return ERR_USAGE;
}

/* "within=4h": into the rule, or with nothing behind it out of it. */
static int take_word(struct form *form, const struct rule *rule, struct node *map, const char *text)
{
	const char *equals = strchr(text, '=');
	char *key = equals ? pool_strndup(&form->pool, text, (size_t)(equals - text)) : NULL;
	struct node *value = NULL;
	size_t i = 0;
	int rc;

	while (key && i < WORDS_MAX && rule->words[i].key && strcmp(rule->words[i].key, key) != 0)
		i++;
	if (!key || i == WORDS_MAX || !rule->words[i].key)
		return unknown_word(rule, text, key);
	if (!equals[1]) {
		node_drop(map, key);
		return 0;
	}
	rc = read_word(&value, form, rule, i, equals + 1);
	if (rc == 0)
		node_set(&form->pool, map, rule->words[i].key, value);
	return rc;
}

/* -- rules --------------------------------------------------------------------------- */

static int drop_rule(struct form *form, const struct rule *rule, const char *level)
{
	struct node *all = node_get(form->is, rule->key);
	bool is_level = !strcmp(rule->name, "level");
	const char *wanted = node_get_text(form->is, "default");

	if (!rule->by_level)
		return node_drop(form->is, rule->key) ? 0 :
		       error_set(ERR_NOTFOUND, "the policy says nothing of reminders: they are as built in");
	if (!node_drop(all, level))
		return is_level ? error_set(ERR_NOTFOUND, "there is no level '%s'", level) :
				  error_set(ERR_NOTFOUND, "the policy does not escalate '%s'", level);
	if (is_level && wanted && !strcmp(wanted, level))
		return error_set(ERR_FAILED, "'%s' is the default; set another first: policy set default=…", level);
	if (!all->nr)
		node_drop(form->is, rule->key);
	return 0;
}

/* What every rule of its kind must say. */
static int check_needed(const struct rule *rule, const struct node *map, const char *level)
{
	if (!strcmp(rule->name, "level") && !node_get(map, "within"))
		return error_set(ERR_USAGE, "level '%s' needs within=<duration>", level);
	if (!strcmp(rule->name, "escalate") && !node_get(map, "to"))
		return error_set(ERR_USAGE, "to escalate '%s' needs to=<who>: whom to ask besides", level);
	return 0;
}

static struct node *map_in(struct form *form, struct node *parent, const char *key)
{
	const struct node *present = node_get(parent, key);
	struct node *map = present ? node_copy(&form->pool, present) : node_new(&form->pool, NODE_MAP);

	node_set(&form->pool, parent, key, map);
	return map;
}

int rule_change(struct form *form, bool drop, int argc, char **argv)
{
	const struct rule *rule = find_rule(argv[0]);
	int words = rule->by_level ? 2 : 1;
	struct node *map;
	int rc = 0;

	if (argc < words || (!drop && argc == words))
		return form_wants(&cmd_policy, rule->name, rule->wants);
	if (drop && argc > words)
		return error_set(ERR_USAGE, "--drop takes no '%s'", argv[words]);
	if (drop)
		return drop_rule(form, rule, argv[1]);
	map = map_in(form, form->is, rule->key);
	if (rule->by_level)
		map = map_in(form, map, argv[1]);
	for (int i = words; i < argc && rc == 0; i++)
		rc = take_word(form, rule, map, argv[i]);
	return rc == 0 ? check_needed(rule, map, argv[1]) : rc;
}
