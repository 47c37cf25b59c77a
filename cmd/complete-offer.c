/* The vocabulary of completion: what <id>, <who>, <tag>, … stand for, and what the log has of it. */
#include <stdlib.h>
#include <string.h>

#include "alias.h"
#include "async/alloc.h"
#include "async/text.h"
#include "complete.h"
#include "form.h"
#include "hook.h"
#include "print.h"

/* Nobody reads a longer list, and a shell asks before it shows one. */
#define MAX_POSTS 50
/* So many are looked through for an id that begins as typed; a longer beginning is looked up. */
#define MAX_LOOKED_THROUGH 2000
/* So many are offered of anything, whoever made up how many names. */
#define MAX_CANDIDATES 1000
/* Columns of what a candidate means. */
#define MAX_MEANING 60

struct completion completion_after(const struct completion *c, size_t len)
{
	struct completion after = *c;

	after.word += len;
	after.before_len += len;
	return after;
}

void candidates_release(struct candidates *candidates)
{
	worklog_close(candidates->wl);
	pool_release(&candidates->pool);
	*candidates = (struct candidates){ 0 };
}

static bool is_new(struct candidates *candidates, const char *text)
{
	if (!candidates->seen)
		candidates->seen = node_new(&candidates->pool, NODE_LIST);
	if (candidates->seen->nr >= MAX_CANDIDATES || node_list_has(candidates->seen, text))
		return false;
	node_append_text(&candidates->pool, candidates->seen, text);
	return true;
}

void offer(struct completion *c, const char *text, const char *end, const char *meaning)
{
	struct buf line = BUF_INIT, safe = BUF_INIT;
	uint32_t odd;
	size_t at;

	/* What cannot be typed is not offered. */
	if (strncmp(text, c->word, strlen(c->word)) != 0 || !*text || strpbrk(text, "\t\n") ||
	    text_find_odd(&at, &odd, text, strlen(text)) || !is_new(c->candidates, text))
		return;
	buf_add(&line, c->before, c->before_len);
	buf_addf(&line, "%s%s\t", text, end);
	print_safe(&safe, meaning ? meaning : "", false);
	text_cut(&line, safe.ptr, MAX_MEANING);
	print("%s\n", line.ptr);
	buf_release(&safe);
	buf_release(&line);
}

static void offer_all(struct completion *c, const char *const *words)
{
	for (; *words; words++)
		offer(c, *words, "", NULL);
}

/* The log, or NULL. */
static struct worklog *log_of(const struct completion *c)
{
	struct candidates *shared = c->candidates;

	if (!shared->wl && !shared->no_log) {
		shared->no_log = worklog_open(&shared->wl, &globals.log) < 0;
		error_clear();
	}
	return shared->wl;
}

/* ---- of the log */

struct looking {
	struct completion *c;
	size_t looked, offered;
	bool open;
};

static void offer_id(struct completion *c, const struct id *id, const char *subject)
{
	char hex[ID_HEX + 1], shown[ID_HEX + 1];
	size_t typed = strlen(c->word), len;

	id_hex(hex, id);
	worklog_short_id(shown, log_of(c), id);
	len = strlen(shown);
	hex[typed > len && typed <= ID_HEX ? typed : len] = '\0';
	offer(c, hex, "", subject);
}

static int offer_post(const struct post_row *row, void *data)
{
	struct looking *posts = data;
	char hex[ID_HEX + 1];

	if (!posts->open && row->state == THREAD_OPEN)
		return 0;
	id_hex(hex, &row->id);
	if (!strncmp(hex, posts->c->word, strlen(posts->c->word))) {
		offer_id(posts->c, &row->id, row->redacted ? "(redacted)" : row->subject);
		posts->offered++;
	}
	return ++posts->looked == MAX_LOOKED_THROUGH || posts->offered == MAX_POSTS;
}

static int offer_absence(const struct record_row *row, void *data)
{
	struct looking *records = data;
	struct buf meaning = BUF_INIT;

	if (row->kind == KIND_AWAY && !row->why_not) {
		buf_addf(&meaning, "%s, ", row->from ? worklog_who(log_of(records->c), row->from)->shown : "");
		format_time(&meaning, row->date, worklog_zone(log_of(records->c)));
		offer_id(records->c, &row->id, meaning.ptr);
		records->offered++;
	}
	buf_release(&meaning);
	return ++records->looked == MAX_LOOKED_THROUGH || records->offered == MAX_POSTS;
}

/* Time off is cancelled by its own id. */
static void offer_absences(struct completion *c)
{
	struct looking records = { .c = c };
	struct query query = { 0 };

	worklog_records(log_of(c), &query, offer_absence, &records);
}

/* Those that are open first, the newest first. */
static void offer_posts(struct completion *c)
{
	struct looking posts = { .c = c, .open = true };
	struct query query = { .states = STATE(THREAD_OPEN) };
	struct id id;

	if (!log_of(c) || strspn(c->word, "0123456789abcdef") < strlen(c->word))
		return;
	if (c->cmd == &cmd_away) {
		offer_absences(c);
		return;
	}
	if (worklog_posts(log_of(c), &query, offer_post, &posts) == 0) {
		query.states = 0;
		posts.open = false;
		posts.looked = 0;
		worklog_posts(log_of(c), &query, offer_post, &posts);
	}
	if (!posts.offered && worklog_find(&id, log_of(c), c->word) == 0)
		offer_id(c, &id, NULL);
}

/* Call `each` for everybody who has not left. */
static void each_teammate(struct completion *c, void (*each)(struct completion *c, const struct teammate *mate))
{
	struct teammate *mates = NULL;
	size_t nr;

	if (log_of(c) && worklog_everybody(&mates, &nr, log_of(c)) == 0)
		for (size_t i = 0; i < nr; i++)
			if (!mates[i].gone)
				each(c, &mates[i]);
	free(mates);
}

static void offer_person(struct completion *c, const struct teammate *mate)
{
	offer(c, mate->shown, "", mate->name);
}

static void offer_people(struct completion *c)
{
	if (!log_of(c))
		return;
	each_teammate(c, offer_person);
	offer(c, "me", "", "yourself");
}

/* A group is whoever says to be in it. */
static void offer_their_groups(struct completion *c, const struct teammate *mate)
{
	char *groups = xstrdup(mate->groups ? mate->groups : ""), *rest = groups, *group;

	while ((group = strsep(&rest, ","))) {
		char *one = xstrfmt("@%s", group), *all = xstrfmt("all:@%s", group);

		if (*group) {
			offer(c, one, "", "one of them");
			offer(c, all, "", "each of them");
		}
		free(one);
		free(all);
	}
	free(groups);
}

static void offer_recipients(struct completion *c)
{
	offer_people(c);
	each_teammate(c, offer_their_groups);
}

static int offer_tag(const char *tag, void *data)
{
	struct completion *c = data;

	offer(c, tag, "", NULL);
	return c->candidates->seen && c->candidates->seen->nr >= MAX_CANDIDATES;
}

static void offer_tags(struct completion *c)
{
	if (log_of(c))
		worklog_tags(log_of(c), c->word, offer_tag, c);
}

static void offer_levels(struct completion *c)
{
	struct team *team;

	if (!log_of(c) || worklog_team(&team, log_of(c)) < 0)
		return;
	NODE_EACH(level, node_get(team_policy(team), "levels"))
		offer(c, level->key, "", node_get_text(level, "within"));
}

static void offer_calendars(struct completion *c)
{
	struct team *team;

	if (!log_of(c) || worklog_team(&team, log_of(c)) < 0)
		return;
	NODE_EACH(name, team_calendar_names(team))
		offer(c, name->text, "", NULL);
}

/* ---- without it */

static void offer_alias(const char *name, const char *meaning, void *data)
{
	offer(data, name, "", meaning);
}

static void offer_commands(struct completion *c)
{
	for (const struct command *command = commands; command->group; command++)
		offer(c, command->cmd->name, "", command->cmd->summary);
	alias_each(offer_alias, c);
}

static void offer_topics(struct completion *c)
{
	for (const struct topic *topic = topics; topic->name; topic++)
		offer(c, topic->name, "", topic->summary);
}

/* The value of a setting, behind its "=". */
static void offer_setting_value(struct completion *c, const struct setting *setting)
{
	if (setting->type == SETTING_PERSON)
		offer_people(c);
	else if (setting->type == SETTING_LEVEL)
		offer_levels(c);
	else if (setting->type == SETTING_REQUIRE)
		offer(c, "signed", "", NULL);
}

/* "zone=" of `me` and `team`, or of the policy. */
static void offer_settings(struct completion *c)
{
	const struct setting *setting = c->cmd == &cmd_policy ? policy_form : person_form;

	for (; setting->key; setting++) {
		size_t len = strlen(setting->key);
		struct completion value;

		if (strncmp(c->word, setting->key, len) != 0 || c->word[len] != '=') {
			offer(c, setting->key, "=", NULL);
			continue;
		}
		value = completion_after(c, len + 1);
		offer_setting_value(&value, setting);
	}
}

static void offer_file(struct completion *c)
{
	(void)c;
	print("\tfile\n");
}

static void offer_hooks(struct completion *c)
{
	for (const struct hook *hook = hooks; hook->name; hook++)
		offer(c, hook->name, "", hook->summary);
}

static void offer_colors(struct completion *c)
{
	static const char *const words[] = { "always", "never", "auto", NULL };

	offer_all(c, words);
}

static void offer_durations(struct completion *c)
{
	static const char *const words[] = { "30m", "1h", "4h", "1d", "2d", "3d", "5d", NULL };

	offer_all(c, words);
}

static void offer_ahead(struct completion *c)
{
	static const char *const words[] = { "today", "tomorrow", "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };

	offer_all(c, words);
}

static void offer_past(struct completion *c)
{
	static const char *const words[] = { "today", "yesterday", "mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL };

	offer_all(c, words);
}

static void offer_field_value(struct completion *c, enum query_field field, const char *const *words)
{
	if (words)
		offer_all(c, words);
	else if (field == QUERY_FROM || field == QUERY_TO)
		offer_people(c);
	else if (field == QUERY_LEVEL)
		offer_levels(c);
	else if (field == QUERY_TAG)
		offer_tags(c);
	else if (field == QUERY_DUE)
		offer_ahead(c);
	else
		offer_past(c);
}

/* A term of the query grammar: the last of several in one word, the last of several values. */
static void offer_query(struct completion *c)
{
	const char *space = strrchr(c->word, ' '), *comma = strrchr(c->word, ','), *const *words, *name;
	struct completion term = completion_after(c, space ? (size_t)(space + 1 - c->word) : 0), value;
	enum query_field field;

	for (size_t i = 0; (name = query_field_at(&field, &words, i)); i++) {
		size_t len = strlen(name);

		if (strncmp(term.word, name, len) != 0 || !term.word[len] || !strchr(":<>", term.word[len])) {
			offer(&term, name, ":", NULL);
			continue;
		}
		value = completion_after(&term, comma && comma > term.word ? (size_t)(comma + 1 - term.word) : len + 1);
		offer_field_value(&value, field, words);
	}
}

static const struct {
	const char *name;
	void (*offer)(struct completion *c);
} vocabulary[] = {
	{ "id", offer_posts },	       { "who", offer_people },	  { "recipient", offer_recipients },
	{ "tag", offer_tags },	       { "level", offer_levels }, { "calendar", offer_calendars },
	{ "command", offer_commands }, { "topic", offer_topics }, { "key", offer_settings },
	{ "file", offer_file },	       { "path", offer_file },	  { "color", offer_colors },
	{ "duration", offer_durations }, { "when", offer_ahead }, { "date", offer_ahead },
	{ "past", offer_past },	       { "query", offer_query },  { "word", offer_query },
	{ "interval", offer_durations }, { "hook", offer_hooks },
};

void offer_named(struct completion *c, const char *name, size_t len)
{
	for (size_t i = 0; i < NR(vocabulary); i++)
		if (strlen(vocabulary[i].name) == len && !strncmp(vocabulary[i].name, name, len))
			vocabulary[i].offer(c);
}

/* Of "ana,be" what is behind the last comma. */
static void offer_in_list(struct completion *c, const struct opt *opt)
{
	const char *comma = opt->split ? strrchr(c->word, ',') : NULL;
	struct completion part = completion_after(c, comma ? (size_t)(comma + 1 - c->word) : 0);
	const char *name = !strcmp(opt->arg, "who") ? "recipient" : opt->arg;

	offer_named(&part, name, strlen(name));
}

void offer_value(struct completion *c, const struct opt *opt)
{
	if (opt->type == OPT_TYPE_WORD)
		offer_all(c, opt->words);
	else if (opt->type == OPT_TYPE_TEXTS)
		offer_in_list(c, opt);
	else if (opt->past)
		offer_past(c);
	else
		offer_named(c, opt->arg, strlen(opt->arg));
}
