/* Records: made, read, asked for their values. */
#include "async/record.h"

#include <stdio.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/text.h"
#include "record-schema.h"
#include "yaml.h"

static const char *const kinds[] = {
	[KIND_POST] = "post", [KIND_MARK] = "mark",         [KIND_PERSON] = "person",
	[KIND_AWAY] = "away", [KIND_CALENDAR] = "calendar", [KIND_POLICY] = "policy",
};

const char *const post_type_words[] = { "ask", "note", "decision", "agenda", "checkin", "tool", NULL };
_Static_assert(TYPE_ASK == 1 && TYPE_TOOL == 6, "the words are in the order of the types");

static const char *const verbs[] = {
	[VERB_ACK] = "ack",         [VERB_DONE] = "done",           [VERB_APPROVE] = "approve",
	[VERB_REJECT] = "reject",   [VERB_READ] = "read",           [VERB_REOPEN] = "reopen",
	[VERB_ASSIGN] = "assign",   [VERB_EXTEND] = "extend",       [VERB_TAG] = "tag",
	[VERB_UNTAG] = "untag",     [VERB_RETRACT] = "retract",     [VERB_SUPERSEDE] = "supersede",
	[VERB_REDACT] = "redact",   [VERB_REMIND] = "remind",       [VERB_ESCALATE] = "escalate",
	[VERB_LINK] = "link",
};

const char *const need_words[] = { "reply", "ack", "approval", "done", "read", NULL };
_Static_assert(NEED_REPLY == 1 && NEED_READ == 5, "the words are in the order of the needs");

#define NR(v) (sizeof(v) / sizeof((v)[0]))

/* In each list the unknown word is number 0. */
static const char *name_of(const char *const *words, size_t nr, size_t i)
{
	return i > 0 && i < nr ? words[i] : "?";
}

static size_t find_name(const char *const *words, size_t nr, const char *name)
{
	for (size_t i = 1; name && i < nr; i++)
		if (!strcmp(words[i], name))
			return i;
	return 0;
}

/* Where there is none for what is not known: the number of the first is 1. */
static size_t find_word(const char *const *words, const char *name)
{
	for (size_t i = 0; name && words[i]; i++)
		if (!strcmp(words[i], name))
			return i + 1;
	return 0;
}

const char *record_kind_name(enum record_kind kind)
{
	return name_of(kinds, NR(kinds), kind);
}

bool kind_is_admin(enum record_kind kind)
{
	return kind == KIND_PERSON || kind == KIND_AWAY || kind == KIND_CALENDAR || kind == KIND_POLICY;
}

const char *post_type_name(enum post_type type)
{
	return type > TYPE_UNKNOWN && type < NR(post_type_words) ? post_type_words[type - 1] : "?";
}

const char *verb_name(enum verb verb)
{
	return name_of(verbs, NR(verbs), verb);
}

const char *need_name(enum need need)
{
	return need > NEED_UNKNOWN && need < NR(need_words) ? need_words[need - 1] : "?";
}

enum verb verb_from_name(const char *name)
{
	return (enum verb)find_name(verbs, NR(verbs), name);
}

enum need need_from_name(const char *name)
{
	return (enum need)find_word(need_words, name);
}

enum post_type post_type_from_name(const char *name)
{
	return (enum post_type)find_word(post_type_words, name);
}

/* Values. */

const struct node *record_node(const struct record *rec, const char *key)
{
	return node_get(rec->root, key);
}

const char *record_text(const struct record *rec, const char *key)
{
	return node_get_text(rec->root, key);
}

bool record_id(const struct record *rec, const char *key, struct id *out)
{
	const char *text = record_text(rec, key);

	return text && id_parse(out, text, strlen(text));
}

bool record_instant(const struct record *rec, const char *key, time_t *out)
{
	const char *text = record_text(rec, key);

	return text && instant_parse(out, text);
}

enum need record_need(const struct record *rec)
{
	const char *text = record_text(rec, "need");

	return text ? need_from_name(text) : NEED_REPLY;
}

static bool is_filled(const struct node *list)
{
	return list && list->first;
}

bool record_asks(const struct record *rec)
{
	return rec->kind == KIND_POST &&
	       (is_filled(record_node(rec, "to")) || is_filled(record_node(rec, "any")));
}

bool record_parent(const struct record *rec, struct id *out)
{
	if (rec->kind == KIND_POST)
		return record_id(rec, "re", out);
	return rec->kind == KIND_MARK && record_id(rec, "target", out);
}

int record_cmp(const struct record *a, const struct record *b)
{
	if (a->date != b->date)
		return a->date < b->date ? -1 : 1;
	return id_cmp(&a->id, &b->id);
}

void record_path(char out[RECORD_PATH], time_t date, const struct id *id)
{
	char hex[ID_HEX + 1];
	int year, month, day;

	day_to_civil(day_of_instant(date), &year, &month, &day);
	id_hex(hex, id);
	snprintf(out, RECORD_PATH, "log/%04d/%02d/%02d/%s.yaml", year % 10000, month % 100, day % 100, hex);
}

bool path_is_record(const char *path)
{
	size_t len = strlen(path), end = strlen(".yaml");

	return len > end && !strcmp(path + len - end, ".yaml");
}

/* Making. */

static enum post_type type_of(const struct record *rec)
{
	const char *type = record_text(rec, "type");

	if (rec->kind != KIND_POST)
		return TYPE_UNKNOWN;
	if (type)
		return post_type_from_name(type);
	return record_asks(rec) ? TYPE_ASK : TYPE_NOTE;
}

void record_derive(struct record *rec)
{
	const char *kind = record_text(rec, "kind");
	time_t date;

	rec->kind = (enum record_kind)find_name(kinds, NR(kinds), kind);
	rec->type = type_of(rec);
	rec->verb = rec->kind == KIND_MARK ? verb_from_name(record_text(rec, "verb")) : VERB_UNKNOWN;
	rec->from = record_text(rec, "from");
	rec->date = record_instant(rec, "date", &date) ? date : 0;
}

void record_init(struct record *rec, enum record_kind kind, const char *from, time_t date)
{
	*rec = (struct record)RECORD_INIT;
	rec->root = node_new(&rec->pool, NODE_MAP);
	record_set(rec, "async", "1");
	record_set(rec, "kind", record_kind_name(kind));
	record_set(rec, "from", from);
	record_set_date(rec, date);
}

void record_release(struct record *rec)
{
	pool_release(&rec->pool);
	*rec = (struct record)RECORD_INIT;
}

void record_move(struct record *to, struct record *from)
{
	*to = *from;
	*from = (struct record)RECORD_INIT;
}

void record_set(struct record *rec, const char *key, const char *text)
{
	if (text && *text)
		node_set_text(&rec->pool, rec->root, key, text);
	else
		node_drop(rec->root, key);
	record_derive(rec);
}

void record_set_id(struct record *rec, const char *key, const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	record_set(rec, key, hex);
}

void record_set_node(struct record *rec, const char *key, const struct node *value)
{
	if (value)
		node_set(&rec->pool, rec->root, key, node_copy(&rec->pool, value));
	else
		node_drop(rec->root, key);
	record_derive(rec);
}

void record_add(struct record *rec, const char *key, const char *text)
{
	struct node *list = node_get(rec->root, key);

	if (!list) {
		list = node_new(&rec->pool, NODE_LIST);
		node_set(&rec->pool, rec->root, key, list);
	}
	node_append_text(&rec->pool, list, text);
	record_derive(rec);
}

void record_set_date(struct record *rec, time_t date)
{
	char text[INSTANT_TEXT];

	instant_format(text, date);
	record_set(rec, "date", text);
}

/* Reading and checking. */

int record_read(struct record *out, const char *text, size_t len, const char *name, int first_line,
		int (*resolve)(struct record *rec, void *data), void *data)
{
	int rc;

	*out = (struct record)RECORD_INIT;
	rc = yaml_parse_at(&out->root, &out->pool, text, len, RECORD_MAX_BYTES, name, first_line);
	if (rc == 0 && resolve)
		rc = resolve(out, data);
	if (rc == 0) {
		record_derive(out);
		rc = schema_check(out, name);
	}
	if (rc < 0)
		record_release(out);
	return rc;
}

int record_parse_at(struct record *out, const char *text, size_t len, const char *name, int first_line)
{
	return record_read(out, text, len, name, first_line, NULL, NULL);
}

int record_parse(struct record *out, const char *text, size_t len, const char *name)
{
	return record_parse_at(out, text, len, name, 1);
}

/* What people write must not hold what its readers cannot see. */
static int check_visible(const struct node *node, const char *name)
{
	size_t at;
	uint32_t c;
	int rc = 0;

	if (node->type == NODE_NULL)
		return error_set(ERR_INVALID, "%s: expected a value, not null", name);
	if (node->text && text_find_odd(&at, &c, node->text, strlen(node->text))) {
		text_check(node->text, strlen(node->text), false, node->key ? node->key : "text");
		if (node->line)
			return error_prefix(ERR_INVALID, "%s:%d:%d", name, node->line, node->column);
		return error_prefix(ERR_INVALID, "%s", name);
	}
	NODE_EACH(entry, node)
		if (rc == 0)
			rc = check_visible(entry, name);
	return rc;
}

static int check_reads_back(const struct record *rec, const struct buf *bytes, const char *name)
{
	struct record again = RECORD_INIT;
	int rc = record_parse(&again, bytes->ptr, bytes->len, name);

	if (rc == 0 && !node_equal(again.root, rec->root))
		rc = error_set(ERR_INVALID, "%s: it would not read back as it is", name);
	record_release(&again);
	return rc;
}

int record_check_read(struct record *rec, const char *text, size_t len, const char *name)
{
	struct buf bytes = BUF_INIT;
	int rc;

	rc = check_visible(rec->root, name);
	if (rc < 0)
		return rc;
	record_format(&bytes, rec);
	if (bytes.len != len || memcmp(bytes.ptr, text, len) != 0)
		rc = check_reads_back(rec, &bytes, name);
	buf_release(&bytes);
	return rc;
}

int record_check(struct record *rec, const char *name)
{
	int rc;

	record_derive(rec);
	rc = schema_check(rec, name);
	return rc < 0 ? rc : record_check_read(rec, "", 0, name);
}
