/*
 * What the last verify found, in the user's private state: lines of fields with TABs between.
 * It belongs to one clone and branch, and is written anew as a whole.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "state.h"
#include "verify-internal.h"

#define VERSION "verified 1"
#define MAX_TEXT ((size_t)900 << 10) /* findings beyond are only counted; */
#define ROOM 64                      /* in a line of that length */
#define MAX_FIELDS 10

/* ---- reading */

static bool read_id(struct id *out, const char *field)
{
	return id_parse(out, field, strlen(field));
}

static bool read_tip(struct verifier *verifier, char **field, size_t nr)
{
	int which = nr == 3 && !strcmp(field[1], "remote");
	struct id *tip = which ? &verifier->before.remote : &verifier->before.local;
	char *events = nr == 3 ? strchr(field[2], ' ') : NULL;
	struct key_set *keys;

	if (events)
		*events++ = '\0';
	if (nr != 3 || !read_id(tip, field[2]))
		return false;
	if (!events)
		return true;
	verifier->keys_before[which] = keys = key_set_new(verifier);
	for (; isdigit((unsigned char)*events); events += *events == ' ') {
		size_t event = strtoul(events, &events, 10);

		if (event >= verifier->nr_keys)
			return false;
		key_set_add(keys, event);
	}
	if (*events)
		return false;
	return true;
}

static bool read_counts(struct verifier *verifier, char **field, size_t nr)
{
	struct verify_counts *counts = &verifier->out->counts;
	size_t *const places[] = { &counts->commits, &counts->records,  &counts->is_signed, &counts->claimed,
				   &counts->imported, &counts->mismatch, &counts->unchecked };

	if (nr != 1 + sizeof(places) / sizeof(*places))
		return false;
	for (size_t i = 1; i < nr; i++)
		*places[i - 1] = strtoul(field[i], NULL, 10);
	return true;
}

static bool read_key(struct verifier *verifier, char **field, size_t nr)
{
	struct key_event event = { .number = REPO_BEFORE };

	if (nr != 5 || !read_id(&event.commit, field[2]))
		return false;
	event.added = !strcmp(field[1], "added");
	event.person = team_person(verifier->team, pool_strdup(&verifier->pool, field[3]));
	event.key = pool_strdup(&verifier->pool, field[4]);
	if (event.added && !keys_are_brought(verifier, event.person, event.key))
		return false; /* what brought it does not count any more */
	GROW(verifier->keys, verifier->nr_keys, verifier->alloc_keys);
	verifier->keys[verifier->nr_keys++] = event;
	return true;
}

static bool read_finding(struct verifier *verifier, char **field, size_t nr)
{
	struct verify *out = verifier->out;
	struct finding finding = { .what = FINDING_UNKNOWN };

	if (nr != 5 || !read_id(&finding.commit, field[2]))
		return false;
	while (finding.what > 0 && strcmp(finding_word(finding.what), field[1]) != 0)
		finding.what--;
	finding.path = *field[3] ? xstrdup(field[3]) : NULL;
	finding.text = xstrdup(field[4]);
	GROW(out->v, out->nr, out->alloc);
	out->v[out->nr++] = finding;
	return true;
}

static bool read_line(struct verifier *verifier, char *line)
{
	char *field[MAX_FIELDS];
	size_t nr = 0;

	while (line && nr < MAX_FIELDS)
		field[nr++] = strsep(&line, "\t");
	if (line)
		return false;
	if (!strcmp(field[0], "tip"))
		return read_tip(verifier, field, nr);
	if (!strcmp(field[0], "counts"))
		return read_counts(verifier, field, nr);
	if (!strcmp(field[0], "key"))
		return read_key(verifier, field, nr);
	if (!strcmp(field[0], "finding"))
		return read_finding(verifier, field, nr);
	if (!strcmp(field[0], "left out") && nr == 2) {
		verifier->out->left_out = strtoul(field[1], NULL, 10);
		return true;
	}
	return false;
}

static void forget(struct verifier *verifier)
{
	struct tips before = verifier->before;

	verify_release(verifier->out);
	memset(&verifier->before, 0, sizeof(verifier->before));
	verifier->keys_before[0] = verifier->keys_before[1] = NULL;
	verifier->nr_keys = 0;
	verifier->seen_before = before;
}

void verify_load(struct verifier *verifier)
{
	char *name = worklog_place(verifier->wl, "verified"), *text, *line;
	struct buf stored = BUF_INIT;
	struct id root;
	bool good;

	good = worklog_root(verifier->wl, &root) == 0 && state_read(&stored, &root, name) == 0 && stored.len &&
	       stored.ptr[stored.len - 1] == '\n';
	if (good)
		buf_setlen(&stored, stored.len - 1);
	text = stored.ptr;
	good = good && (line = strsep(&text, "\n")) && !strcmp(line, VERSION);
	while (good && (line = strsep(&text, "\n")))
		good = read_line(verifier, line);
	verifier->seen_before = verifier->before;
	if (!good || verifier->options->full)
		forget(verifier);
	error_clear();
	buf_release(&stored);
	free(name);
}

/* ---- writing */

/* A field of what other people wrote: nothing in it ends it. */
static void put_field(struct buf *out, const char *text)
{
	buf_putc(out, '\t');
	for (; text && *text; text++)
		buf_putc(out, *text == '\t' || *text == '\n' ? '?' : *text);
}

static void put_id(struct buf *out, const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	put_field(out, hex);
}

static void put_tip(struct buf *out, const struct verifier *verifier, const char *name, const struct id *tip,
		    const struct key_set *keys)
{
	if (id_is_zero(tip))
		return;
	buf_addf(out, "tip\t%s", name);
	put_id(out, tip);
	for (size_t i = 0; i < verifier->nr_keys; i++)
		if (key_set_has(keys, i))
			buf_addf(out, " %zu", i);
	buf_putc(out, '\n');
}

static void put_key(struct buf *out, const struct key_event *event)
{
	buf_addf(out, "key\t%s", event->added ? "added" : "given up");
	put_id(out, &event->commit);
	put_field(out, event->person->key);
	put_field(out, event->key);
	buf_putc(out, '\n');
}

/* What hangs on the clock, or on what this user knows, is looked at each time. */
static bool is_kept(const struct finding *finding)
{
	return finding->what != FINDING_REMINDER && finding->what != FINDING_KEY && finding->what != FINDING_HANDLE && finding->what != FINDING_UNSIGNED;
}

static void put_finding(struct buf *out, const struct finding *finding)
{
	buf_addf(out, "finding\t%s", finding_word(finding->what));
	put_id(out, &finding->commit);
	put_field(out, finding->path);
	put_field(out, finding->text);
	buf_putc(out, '\n');
}

/* The most serious, as many as there is room for; of the others, how many. */
static void put_findings(struct buf *out, const struct verify *found)
{
	size_t left_out = found->left_out;

	for (size_t i = 0; i < found->nr; i++) {
		size_t len = out->len;

		if (!is_kept(&found->v[i]))
			continue;
		put_finding(out, &found->v[i]);
		if (out->len < MAX_TEXT)
			continue;
		buf_setlen(out, len);
		left_out++;
	}
	if (left_out)
		buf_addf(out, "left out\t%zu\n", left_out);
}

static void put_all(struct buf *out, const struct verifier *verifier)
{
	const struct verify_counts *counts = &verifier->out->counts;
	const struct tips *tips = &verifier->wl->tips;

	buf_puts(out, VERSION "\n");
	buf_addf(out, "counts\t%zu\t%zu\t%zu\t%zu\t%zu\t%zu\t%zu\n", counts->commits, counts->records,
		 counts->is_signed, counts->claimed, counts->imported, counts->mismatch, counts->unchecked);
	for (size_t i = 0; i < verifier->nr_keys; i++)
		put_key(out, &verifier->keys[i]);
	put_tip(out, verifier, "local", &tips->local, verifier->keys_now[0]);
	put_tip(out, verifier, "remote", &tips->remote, verifier->keys_now[1]);
	put_findings(out, verifier->out);
}

void verify_save(struct verifier *verifier)
{
	char *name = worklog_place(verifier->wl, "verified");
	struct buf text = BUF_INIT;
	struct id root;

	put_all(&text, verifier);
	if (text.len >= MAX_TEXT + ROOM)
		buf_reset(&text);
	if (worklog_root(verifier->wl, &root) < 0 || state_write(&root, name, text.ptr) < 0)
		error_clear(); /* all is looked at again the next time */
	buf_release(&text);
	free(name);
}
