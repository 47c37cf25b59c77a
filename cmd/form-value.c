/* Values of settings as people type them, turned into plain form. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/clock.h"
#include "async/error.h"
#include "async/message-id.h"
#include "async/notify.h"
#include "async/plain.h"
#include "async/team.h"
#include "async/worktime.h"
#include "form.h"

/* Words of an entry, in a copy of it. */
#define MAX_WORDS 40

#define KEY_FILE_LIMIT ((size_t)64 << 10)

struct words {
	char *copy;
	char *v[MAX_WORDS];
	size_t nr;
};

static int split(struct words *out, const char *text, size_t len)
{
	char *rest, *word;

	out->nr = 0;
	out->copy = rest = xstrndup(text, len);
	while ((word = strsep(&rest, " \t"))) {
		if (!*word)
			continue;
		if (out->nr == MAX_WORDS)
			return error_set(ERR_INVALID, "'%.*s' has more than %d words", (int)len, text, MAX_WORDS);
		out->v[out->nr++] = word;
	}
	return 0;
}

/* "9", "9:30", "09:30" as "09:30"; what is none stays as it is, for the calendar to refuse. */
static void put_clock(struct buf *out, const char *text, size_t len)
{
	size_t digits = strspn(text, "0123456789");

	if (digits > len)
		digits = len;
	if (digits == 1)
		buf_putc(out, '0');
	buf_add(out, text, len);
	if ((digits == 1 || digits == 2) && digits == len)
		buf_puts(out, ":00");
}

/* "9-17" as "09:00-17:00" */
static void put_window(struct buf *out, const char *word)
{
	const char *dash = strchr(word, '-');

	if (!isdigit((unsigned char)*word) || !dash) {
		buf_puts(out, word);
		return;
	}
	put_clock(out, word, (size_t)(dash - word));
	buf_putc(out, '-');
	put_clock(out, dash + 1, strlen(dash + 1));
}

static char *windows(struct pool *pool, const struct words *words, size_t from)
{
	struct buf out = BUF_INIT;
	char *text;

	for (size_t i = from; i < words->nr; i++) {
		if (i > from)
			buf_putc(&out, ' ');
		put_window(&out, words->v[i]);
	}
	text = pool_strdup(pool, out.ptr);
	buf_release(&out);
	return text;
}

static bool is_date(const char *word)
{
	int32_t day;

	return day_parse(&day, word);
}

/* How many words at the beginning name days. */
static size_t count_days(const struct words *words)
{
	size_t nr = 0;

	while (nr < words->nr && isalpha((unsigned char)words->v[nr][0]) && strcmp(words->v[nr], "none") != 0)
		nr++;
	return nr;
}

static int add_hours(struct node *out, struct pool *pool, const struct words *words)
{
	size_t days = count_days(words);
	char *value;

	if (!days && words->nr == 1 && !strcmp(words->v[0], "none"))
		return 0;
	if (days == words->nr)
		return error_set(ERR_INVALID, "hours: '%s' has no times", words->v[0]);
	if (!days && !out->last) {
		error_set(ERR_INVALID, "hours: '%s' belongs to no day", words->v[0]);
		error_hint("name the days first: mon-thu 9-12 13-17, fri 9-15");
		return ERR_INVALID;
	}
	value = windows(pool, words, days);
	if (!days) /* "mon-fri 09:00-12:00, 13:00-17:00" */
		node_set_text(pool, out, out->last->key, pool_strfmt(pool, "%s %s", out->last->text, value));
	for (size_t i = 0; i < days; i++)
		node_set_text(pool, out, words->v[i], value);
	return 0;
}

static int add_hours_on(struct node *out, struct pool *pool, const struct words *words)
{
	if (!is_date(words->v[0]))
		return error_set(ERR_INVALID, "hours_on: '%s' is not a date such as 2026-05-02", words->v[0]);
	node_set_text(pool, out, words->v[0], words->nr > 1 ? windows(pool, words, 1) : "none");
	return 0;
}

/* "12:00-", "-13:00", "12:00-13:00": the part of the day that is off */
static bool add_part(struct pool *pool, struct node *day, const char *word)
{
	const char *dash = strchr(word, '-');
	struct buf from = BUF_INIT, to = BUF_INIT;
	int minute;
	bool is;

	if (!dash)
		return false;
	put_clock(&from, word, (size_t)(dash - word));
	put_clock(&to, dash + 1, strlen(dash + 1));
	is = (from.len || to.len) && (!from.len || minute_parse(&minute, from.ptr, from.len)) &&
	     (!to.len || minute_parse(&minute, to.ptr, to.len));
	if (is && from.len)
		node_set_text(pool, day, "from", from.ptr);
	if (is && to.len)
		node_set_text(pool, day, "to", to.ptr);
	buf_release(&from);
	buf_release(&to);
	return is;
}

static int add_holiday(struct node *out, struct pool *pool, const struct words *words)
{
	struct node *day = node_new(pool, NODE_MAP);
	struct buf name = BUF_INIT;
	size_t i = 1;

	if (words->nr == 1) {
		node_append_text(pool, out, words->v[0]);
		return 0;
	}
	if (!is_date(words->v[0]))
		return error_set(ERR_INVALID, "holidays: '%s' is not a date such as 2026-12-24", words->v[0]);
	node_set_text(pool, day, "date", words->v[0]);
	if (add_part(pool, day, words->v[i]))
		i++;
	for (; i < words->nr; i++)
		buf_addf(&name, "%s%s", name.len ? " " : "", words->v[i]);
	if (name.len)
		node_set_text(pool, day, "name", name.ptr);
	buf_release(&name);
	node_append(out, day);
	return 0;
}

static int add_focus(struct node *out, struct pool *pool, const struct words *words)
{
	struct node *block = node_new(pool, NODE_MAP);
	size_t days = is_date(words->v[0]) ? 1 : count_days(words);
	struct buf text = BUF_INIT;

	if (!days || days == words->nr)
		return error_set(ERR_INVALID, "focus: '%s' is not like mon wed 09:00-11:00", words->v[0]);
	for (size_t i = 0; i < days; i++)
		buf_addf(&text, "%s%s", i ? " " : "", words->v[i]);
	node_set_text(pool, block, is_date(words->v[0]) ? "date" : "days", text.ptr);
	node_set_text(pool, block, "hours", windows(pool, words, days));
	node_append(out, block);
	buf_release(&text);
	return 0;
}

static int add_names(struct node *out, struct pool *pool, const struct words *words)
{
	if (words->nr > 1)
		return error_set(ERR_INVALID, "'%s %s': names are divided by commas", words->v[0], words->v[1]);
	node_append_text(pool, out, words->v[0] + (words->v[0][0] == '@'));
	return 0;
}

static int hint_key(int rc)
{
	error_hint("give a line of a .pub file, its path, or user.signingKey: the one git signs with");
	return rc;
}

static int refuse_key(const char *what)
{
	return hint_key(error_set(ERR_INVALID, "%s", what));
}

/* Type and key of a line as it stands in a .pub file; whose it is the record says. */
static int take_key(struct node *out, struct pool *pool, const char *line, const char *from)
{
	size_t type = strcspn(line, " "), len = key_length(line);
	const char *base = line + type + 1;
	char *what = NULL;

	if (strstr(line, "PRIVATE KEY"))
		what = xstrfmt("%s is a private key, which nobody else may see: nothing was written", from);
	else if (memmem(line, type, "-cert-", 6))
		what = xstrfmt("%s is a certificate: the log holds plain keys", from);
	else if (!line[type] || strncmp(base, "AAAA", 4) != 0 ||
		 strspn(base, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=") != len - type - 1)
		what = xstrfmt("%s is no public key of ssh", from);
	if (what) {
		int rc = refuse_key(what);

		free(what);
		return rc;
	}
	node_append_text(pool, out, pool_strfmt(pool, "%.*s", (int)len, line));
	return 0;
}

static int take_key_file(struct node *out, struct pool *pool, const char *name)
{
	const char *home = getenv("HOME");
	char *path = !strncmp(name, "~/", 2) && home ? xstrfmt("%s%s", home, name + 1) : xstrdup(name);
	char *from = xstrfmt("'%s'", name);
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, path, KEY_FILE_LIMIT);

	if (rc < 0)
		hint_key(rc);
	if (rc == 0 && !strstr(text.ptr, "PRIVATE KEY"))
		buf_setlen(&text, strcspn(text.ptr, "\r\n"));
	if (rc == 0)
		rc = take_key(out, pool, text.ptr, from);
	buf_release(&text);
	free(from);
	free(path);
	return rc;
}

/* A key, a file with one, or the one that git signs with. */
static int add_key(struct node *out, struct pool *pool, struct worklog *wl, const struct words *words, const char *text)
{
	char *signing, *from;
	int rc;

	if (!strcasecmp(text, "user.signingkey")) {
		signing = worklog_signing_key(wl);
		rc = signing ? take_key(out, pool, signing, "user.signingKey")
			     : refuse_key("git's user.signingKey names no ssh key that can be read");
		free(signing);
		return rc;
	}
	if (words->nr == 1 || strchr("/~.", *text))
		return take_key_file(out, pool, text);
	from = xstrfmt("'%.20s…'", text);
	rc = take_key(out, pool, text, from);
	free(from);
	return rc;
}

static int add_entry(struct node *out, struct pool *pool, enum setting_type type, const struct words *words)
{
	switch (type) {
	case SETTING_HOURS:
		return add_hours(out, pool, words);
	case SETTING_HOURS_ON:
		return add_hours_on(out, pool, words);
	case SETTING_HOLIDAYS:
		return add_holiday(out, pool, words);
	case SETTING_FOCUS:
		return add_focus(out, pool, words);
	default:
		return add_names(out, pool, words);
	}
}

/* How much of an entry is not space at its end. */
static size_t trimmed(const char *text, size_t len)
{
	while (len && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	return len;
}

/* "entry, entry": entries are divided by commas, words by spaces. */
static int read_entries(struct node **out, struct pool *pool, struct worklog *wl, enum setting_type type,
			const char *text)
{
	bool map = type == SETTING_HOURS || type == SETTING_HOURS_ON;
	struct node *value = node_new(pool, map ? NODE_MAP : NODE_LIST);
	int rc = 0;

	while (rc == 0 && *text) {
		size_t len;
		struct words words;

		text += strspn(text, " ");
		len = strcspn(text, ",");
		rc = split(&words, text, len);
		if (rc == 0 && words.nr && type == SETTING_KEYS)
			rc = add_key(value, pool, wl, &words, pool_strfmt(pool, "%.*s", (int)trimmed(text, len), text));
		else if (rc == 0 && words.nr)
			rc = add_entry(value, pool, type, &words);
		free(words.copy);
		text += len + (text[len] == ',');
	}
	*out = value;
	return rc;
}

static int read_zone(struct node **out, struct pool *pool, const char *text)
{
	struct zone *zone = NULL;
	int rc = zone_load(&zone, text);

	zone_free(zone);
	*out = node_text(pool, text);
	return rc;
}

static int read_person(struct node **out, struct pool *pool, struct worklog *wl, const char *text)
{
	struct person *person;
	int rc = worklog_find_person(&person, wl, text);

	if (rc == 0 && !person->known)
		rc = error_set(ERR_NOTFOUND, "the log does not know '%s'", text);
	if (rc == 0)
		*out = node_text(pool, person->handle);
	return rc;
}

static int read_level(struct node **out, struct pool *pool, struct worklog *wl, const char *text)
{
	struct expectation expect;
	struct team *team;
	int rc = worklog_team(&team, wl);

	if (rc == 0 && !team_level(team, text, &expect))
		rc = error_set(ERR_NOTFOUND, "there is no level '%s'; 'async policy' shows them", text);
	*out = node_text(pool, text);
	return rc;
}

/* A value may also be typed as it stands in the plain form. */
static int read_plain(struct node **out, struct pool *pool, const char *key, const char *text)
{
	char *line = xstrfmt("%s: %s", key, text);
	struct node *map = NULL;
	int rc = plain_parse(&map, pool, line, strlen(line), NULL);

	if (rc == 0)
		*out = node_copy(pool, map->first);
	free(line);
	return rc;
}

static int read_span(struct node **out, struct pool *pool, const char *key, const char *text)
{
	struct span span;

	if (!span_parse(&span, text))
		return error_set(ERR_INVALID, "%s is '%s', not a duration such as 4h, 1d or 1d4h30m", key, text);
	*out = node_text(pool, text);
	return 0;
}

static int read_required(struct node **out, struct pool *pool, const char *text)
{
	if (strcmp(text, "signed") != 0) {
		error_set(ERR_INVALID, "require is '%s'; what can be required is 'signed'", text);
		error_hint("'require=' requires nothing again");
		return ERR_INVALID;
	}
	*out = node_text(pool, text);
	return 0;
}

static int read_notify(struct node **out, struct pool *pool, const char *key, const char *text)
{
	struct node *value = node_text(pool, text);
	const char *why = notify_wrong(key, value);

	*out = value;
	return why ? error_set(ERR_INVALID, "'%s': %s", text, why) : 0;
}

static int read_domain(struct node **out, struct pool *pool, const char *text)
{
	const char *why;

	*out = node_text(pool, text);
	why = message_domain_wrong(*out);
	return why ? error_set(ERR_INVALID, "%s", why) : 0;
}

int form_value(struct node **out, struct pool *pool, struct worklog *wl, const struct setting *setting,
	       const char *text)
{
	*out = NULL;
	text += strspn(text, " ");
	if (!*text)
		return 0;
	if (setting->type != SETTING_TEXT && (*text == '{' || *text == '['))
		return read_plain(out, pool, setting->key, text);
	switch (setting->type) {
	case SETTING_TEXT:
		*out = node_text(pool, text);
		return 0;
	case SETTING_ZONE:
		return read_zone(out, pool, text);
	case SETTING_PERSON:
		return read_person(out, pool, wl, text);
	case SETTING_LEVEL:
		return read_level(out, pool, wl, text);
	case SETTING_SPAN:
		return read_span(out, pool, setting->key, text);
	case SETTING_DOMAIN:
		return read_domain(out, pool, text);
	case SETTING_REQUIRE:
		return read_required(out, pool, text);
	case SETTING_NOTIFY:
		return read_notify(out, pool, setting->key, text);
	default:
		return read_entries(out, pool, wl, setting->type, text);
	}
}
