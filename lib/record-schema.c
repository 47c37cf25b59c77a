/* The table of kinds and their keys, and what must be there. */
#include "record-schema.h"

#include <string.h>

#include "async/error.h"
#include "record-values.h"

struct rule {
	const char *key;
	check_value *check;
	enum form form;
};

#define KEY(key, check) { (key), (check), FORM_AUTO }
#define PLAIN(key, check) { (key), (check), FORM_PLAIN }
#define BLOCK(key, check) { (key), (check), FORM_BLOCK }
#define COMMON                                                                             \
	PLAIN("async", value_number), KEY("kind", value_word), KEY("from", value_handle),  \
		KEY("for", value_handle), PLAIN("date", value_instant)
#define END { NULL, NULL, FORM_AUTO }

static const struct rule unknown_rules[] = { COMMON, END };

static const struct rule post_rules[] = {
	COMMON,
	KEY("type", value_word),
	KEY("re", value_id),
	KEY("subject", value_subject),
	KEY("to", value_handles),
	KEY("any", value_any_items),
	KEY("cc", value_handles),
	KEY("need", value_word),
	KEY("level", value_name),
	KEY("within", value_span),
	KEY("by", value_instant_or_day),
	KEY("clock", value_clock_mode),
	KEY("focus", value_focus_mode),
	KEY("tags", value_tags),
	KEY("links", value_links),
	KEY("attach", value_attachments),
	KEY("page", value_any),
	KEY("checkin", value_any),
	KEY("of", value_any),
	KEY("scale", value_any),
	KEY("at", value_any),
	KEY("length", value_any),
	KEY("because", value_any),
	KEY("items", value_any),
	KEY("reads", value_any),
	KEY("options", value_any),
	KEY("supersedes", value_id),
	BLOCK("transcript", value_text),
	KEY("origin", value_origin),
	PLAIN("copy", value_number),
	BLOCK("body", value_text),
	END
};

static const struct rule mark_rules[] = {
	COMMON,
	KEY("target", value_id),
	KEY("path", value_short_text),
	KEY("verb", value_word),
	KEY("to", value_handles),
	KEY("any", value_any_items),
	KEY("need", value_word),
	KEY("level", value_name),
	KEY("within", value_span),
	KEY("by", value_instant_or_day),
	KEY("clock", value_clock_mode),
	KEY("focus", value_focus_mode),
	KEY("tags", value_tags),
	KEY("subject", value_subject),
	KEY("links", value_links),
	KEY("person", value_handle),
	KEY("round", value_line),
	KEY("stage", value_line),
	KEY("accept", value_id),
	KEY("with", value_any),
	KEY("note", value_text),
	KEY("origin", value_origin),
	PLAIN("copy", value_number),
	BLOCK("body", value_text),
	END
};

static const struct rule person_rules[] = {
	COMMON,
	KEY("person", value_handle),
	KEY("handle", value_handle),
	KEY("name", value_line),
	KEY("addresses", value_addresses),
	KEY("zone", value_zone),
	KEY("hours", value_hours),
	KEY("hours_on", value_hours_on),
	KEY("holidays", value_holidays),
	KEY("focus", value_focus_blocks),
	KEY("groups", value_groups),
	KEY("deputy", value_handle),
	KEY("notify", value_any),
	KEY("digest", value_any),
	KEY("keys", value_keys),
	KEY("status", value_status),
	KEY("note", value_text),
	END
};

static const struct rule away_rules[] = {
	COMMON,
	KEY("person", value_handle),
	KEY("away", value_away_items),
	KEY("cancel", value_id),
	KEY("note", value_text),
	KEY("origin", value_origin),
	END
};

static const struct rule calendar_rules[] = {
	COMMON,
	KEY("calendar", value_name),
	KEY("holidays", value_holidays),
	KEY("note", value_text),
	KEY("origin", value_origin),
	END
};

static const struct rule policy_rules[] = {
	COMMON,
	KEY("default", value_name),
	KEY("levels", value_levels),
	KEY("zone", value_zone),
	KEY("hours", value_hours),
	KEY("hours_on", value_hours_on),
	KEY("holidays", value_holidays),
	KEY("focus", value_focus_blocks),
	KEY("tolerance", value_span),
	KEY("require", value_word),
	KEY("remind", value_any),
	KEY("escalate", value_any),
	KEY("tags", value_any),
	KEY("domain", value_any),
	KEY("jobs", value_any),
	KEY("checkins", value_any),
	KEY("mail", value_any),
	KEY("note", value_text),
	END
};

static const struct rule *rules_of(enum record_kind kind)
{
	static const struct rule *const rules[] = {
		[KIND_UNKNOWN] = unknown_rules, [KIND_POST] = post_rules,
		[KIND_MARK] = mark_rules,       [KIND_PERSON] = person_rules,
		[KIND_AWAY] = away_rules,       [KIND_CALENDAR] = calendar_rules,
		[KIND_POLICY] = policy_rules,
	};

	return rules[kind];
}

int schema_rank(enum record_kind kind, const char *key, int hint)
{
	const struct rule *rules = rules_of(kind);
	int from = hint == SCHEMA_UNKNOWN ? 0 : hint + 1;

	for (int i = from; rules[i].key; i++)
		if (rules[i].key[0] == key[0] && !strcmp(rules[i].key, key))
			return i;
	for (int i = 0; i < from; i++)
		if (!strcmp(rules[i].key, key))
			return i;
	return SCHEMA_UNKNOWN;
}

int schema_inner_rank(const char *key)
{
	static const char *const keys_in_order[] = {
		"system", "group", "of",   "id",     "commit", "path",  "url",   "date", "from", "to",  "days",
		"hours",  "name",  "title", "size",  "media",  "add",   "drop",  "within", "clock", "focus",
	};
	static const char weekdays[] = "mon tue wed thu fri sat sun";
	const int nr = sizeof(keys_in_order) / sizeof(*keys_in_order);

	for (int i = 0; i < nr; i++)
		if (!strcmp(keys_in_order[i], key))
			return i;
	for (int i = 0; i < 7; i++)
		if (!strncmp(key, weekdays + 4 * i, 3) && (!key[3] || key[3] == '-'))
			return nr + i;
	return SCHEMA_UNKNOWN;
}

enum form schema_form(enum record_kind kind, int rank)
{
	return rank == SCHEMA_UNKNOWN ? FORM_AUTO : rules_of(kind)[rank].form;
}

/* What must be there, by kind, type and verb. */

static int require(struct check *check, const char *key, const char *what)
{
	if (node_get(check->rec->root, key))
		return 0;
	return check_fail(check, check->rec->root, "expected the key '%s': %s", key, what);
}

static bool has(const struct check *check, const char *key)
{
	return node_get(check->rec->root, key);
}

static bool may_lack_from(const struct record *rec)
{
	switch (rec->kind) {
	case KIND_UNKNOWN:
		return true;
	case KIND_POST:
		return rec->type == TYPE_CHECKIN || rec->type == TYPE_UNKNOWN;
	case KIND_MARK:
		return rec->verb == VERB_REMIND || rec->verb == VERB_ESCALATE || rec->verb == VERB_UNKNOWN;
	default:
		return false;
	}
}

static int check_recipients(struct check *check)
{
	const struct node *root = check->rec->root, *list = node_get(root, "any");
	const struct node *to = node_get(root, "to"), *cc = node_get(root, "cc");
	size_t nr = (to ? to->nr : 0) + (cc ? cc->nr : 0);

	NODE_EACH(item, list)
		nr += node_get(item, "of")->nr;
	if (nr > RECORD_MAX_RECIPIENTS)
		return check_fail(check, root, "expected at most %d recipients, not %zu", RECORD_MAX_RECIPIENTS, nr);
	return 0;
}

static int check_expectation(struct check *check)
{
	if (has(check, "within") && has(check, "by"))
		return check_fail(check, node_get(check->rec->root, "by"),
			    "expected 'within' or 'by', not both");
	return check_recipients(check);
}

static int check_post(struct check *check)
{
	int rc = check_expectation(check);

	if (rc < 0 || check->rec->type == TYPE_UNKNOWN || check->rec->type == TYPE_CHECKIN)
		return rc;
	if (!has(check, "re"))
		return require(check, "subject", "only a reply may lack it");
	if (!has(check, "subject") && !has(check, "body"))
		return check_fail(check, check->rec->root, "expected a 'subject' or a 'body'");
	return 0;
}

static int check_verb(struct check *check)
{
	switch (check->rec->verb) {
	case VERB_ASSIGN:
		return require(check, "to", "who gets the part");
	case VERB_TAG:
	case VERB_UNTAG:
		return require(check, "tags", "which tags");
	case VERB_LINK:
		return require(check, "links", "to what");
	case VERB_EXTEND:
		if (has(check, "within") || has(check, "by") || has(check, "level") || has(check, "accept"))
			return 0;
		return check_fail(check, check->rec->root,
			    "expected 'within', 'by', 'level' or 'accept': what is extended");
	default:
		return 0;
	}
}

static int check_mark(struct check *check)
{
	int rc = check_expectation(check);

	if (rc == 0)
		rc = require(check, "verb", "what was done");
	if (rc < 0 || check->rec->verb == VERB_UNKNOWN)
		return rc;
	if (check->rec->verb != VERB_REDACT || !has(check, "path"))
		rc = require(check, "target", "the id of the record it is about");
	return rc < 0 ? rc : check_verb(check);
}

static int check_away(struct check *check)
{
	int rc = require(check, "person", "who is away");

	if (rc == 0 && !has(check, "cancel"))
		rc = require(check, "away", "when");
	return rc;
}

static int check_required(struct check *check)
{
	int rc = require(check, "kind", "post, mark, person, away, calendar or policy");

	if (rc == 0)
		rc = require(check, "date", "an instant such as 2026-11-22T10:15:30Z");
	if (rc == 0 && !may_lack_from(check->rec))
		rc = require(check, "from", "the author's handle");
	if (rc < 0)
		return rc;
	switch (check->rec->kind) {
	case KIND_POST:
		return check_post(check);
	case KIND_MARK:
		return check_mark(check);
	case KIND_PERSON:
		return require(check, "person", "whom it is about");
	case KIND_AWAY:
		return check_away(check);
	case KIND_CALENDAR:
		return require(check, "calendar", "its name");
	default:
		return 0;
	}
}

static int check_format(struct check *check)
{
	const struct node *format = node_get(check->rec->root, "async");
	int rc;

	check->key = "async";
	if (!format)
		return require(check, "async", "the format, 1");
	rc = value_number(check, format);
	if (rc < 0 || !strcmp(format->text, "1"))
		return rc;
	check_fail(check, format, "written by a newer async (format %s)", format->text);
	error_hint("upgrade async to read this record");
	return ERR_NEWER;
}

/* In what changes a person or the policy, an empty text removes the key. */
static bool is_removal(const struct record *rec, const struct node *value, int rank)
{
	int first = sizeof(unknown_rules) / sizeof(*unknown_rules) - 1;

	if (!value->text || *value->text || rank < first)
		return false;
	return rec->kind == KIND_POLICY || (rec->kind == KIND_PERSON && rank > first);
}

int schema_check(const struct record *rec, const char *name)
{
	struct check check = { .rec = rec, .name = name };
	const struct rule *rules = rules_of(rec->kind);
	int rank = -1, rc;

	rc = check_format(&check);
	if (rc < 0)
		return rc;
	NODE_EACH(entry, rec->root) {
		rank = schema_rank(rec->kind, entry->key, rank);
		if (rank == SCHEMA_UNKNOWN || is_removal(rec, entry, rank))
			continue;
		check.key = entry->key;
		rc = rules[rank].check(&check, entry);
		if (rc < 0)
			return rc;
	}
	return check_required(&check);
}
