/* A digest as rows, as text, as Markdown and HTML. */
#include <string.h>

#include "async/markdown.h"
#include "digest.h"
#include "print.h"

/* An item's due time in words, "~" before it if it is assumed; nothing if there is none. */
static void put_due(struct buf *out, const struct digest *digest, const struct digest_item *item, bool in_full)
{
	if (!item->due_at)
		return;
	if (item->assumed)
		buf_putc(out, '~');
	if (in_full)
		format_time(out, item->due_at, digest->zone);
	else
		format_time_short(out, item->due_at, digest->now, digest->zone);
}

/* -- rows ------------------------------------------------------------------------------------ */

enum { F_SECTION, F_ID, F_WHO, F_SUBJECT, F_DUE, F_NOTE, F_AT, F_ASSUMED, F_NR };

static const struct field fields[F_NR] = {
	[F_SECTION] = { "section", VALUE_TEXT, "overdue, owed, today, answered, decided or new", 0 },
	[F_ID] = { "id", VALUE_ID, "the post", COLUMN },
	[F_WHO] = { "who", VALUE_PERSON, "the other person", COLUMN },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "what it is about", COLUMN | ELASTIC },
	[F_DUE] = { "due", VALUE_TIME, "when an answer is due", COLUMN },
	[F_NOTE] = { "note", VALUE_TEXT, "more in a few words", COLUMN },
	[F_AT] = { "at", VALUE_TIME, "when it happened", 0 },
	[F_ASSUMED] = { "assumed", VALUE_BOOL, "the hours were assumed, none are known", 0 },
};

static enum color color_of(enum digest_section section)
{
	if (section == DIGEST_OVERDUE || section == DIGEST_OWED)
		return COLOR_OVERDUE;
	return section == DIGEST_TODAY ? COLOR_SOON : section == DIGEST_ANSWERED ? COLOR_DONE : COLOR_NONE;
}

static int put_row(struct listing *list, const struct digest *digest, const struct digest_item *item)
{
	struct buf due = BUF_INIT;
	int rc;

	put_due(&due, digest, item, false);
	rc = listing_row(list, (const struct value[F_NR]){
		[F_SECTION] = { .text = digest_words[item->section] },
		[F_ID] = { .id = &item->id },
		[F_WHO] = { .text = item->who },
		[F_SUBJECT] = { .text = item->subject },
		[F_DUE] = { .time = item->due_at, .column = due.ptr, .color = color_of(item->section) },
		[F_NOTE] = { .text = item->note, .color = color_of(item->section) },
		[F_AT] = { .time = item->at },
		[F_ASSUMED] = { .number = item->assumed },
	});
	buf_release(&due);
	return rc;
}

int digest_rows(const struct digest *digest)
{
	struct listing *list;
	int rc, ended;

	rc = listing_begin(&list, digest->wl, "digest", fields, F_NR);
	if (rc < 0)
		return rc;
	for (size_t i = 0; i < digest->nr && rc == 0; i++) {
		if (i == 0 || digest->v[i].section != digest->v[i - 1].section)
			listing_heading(list, digest_titles[digest->v[i].section]);
		rc = put_row(list, digest, &digest->v[i]);
	}
	ended = listing_end(list);
	return rc < 0 ? rc : ended;
}

/* -- texts ----------------------------------------------------------------------------------- */

/* How a text is put into what is written (`put`): escaped for a reader, or for Markdown as well. */

static void put_plain(struct buf *out, const char *text)
{
	print_safe(out, text, false);
}

static void put_markdown(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;

	print_safe(&safe, text, false);
	markdown_put_text(out, safe.ptr);
	buf_release(&safe);
}

static const char *shown(const struct digest *digest, const char *key)
{
	return worklog_who(digest->wl, key)->shown;
}

/* "ana, due Tue 2026-03-03 12:00 CET, 2h late (1h of work)" */
static void put_facts(struct buf *out, const struct digest *digest, const struct digest_item *item,
		      void (*put)(struct buf *out, const char *text))
{
	struct buf facts = BUF_INIT;

	if (item->who)
		buf_puts(&facts, shown(digest, item->who));
	if (item->due_at) {
		buf_addf(&facts, "%sdue ", facts.len ? ", " : "");
		put_due(&facts, digest, item, true);
	}
	if (item->note)
		buf_addf(&facts, "%s%s", facts.len ? ", " : "", item->note);
	put(out, facts.ptr);
	buf_release(&facts);
}

/* "Digest for ben, Tue 2026-03-03 09:00 CET" */
static void put_title(struct buf *out, const struct digest *digest, void (*put)(struct buf *out, const char *text))
{
	buf_puts(out, "Digest for ");
	put(out, shown(digest, digest->whose));
	buf_puts(out, ", ");
	format_time(out, digest->now, digest->zone);
}

static void put_since(struct buf *out, const struct digest *digest)
{
	buf_puts(out, "What happened since ");
	format_time(out, digest->since, digest->zone);
	buf_puts(out, ".\n");
}

static bool begins_section(const struct digest *digest, size_t i)
{
	return i == 0 || digest->v[i].section != digest->v[i - 1].section;
}

void digest_plain(struct buf *out, const struct digest *digest)
{
	char hex[ID_HEX + 1];

	put_title(out, digest, put_plain);
	buf_putc(out, '\n');
	put_since(out, digest);
	for (size_t i = 0; i < digest->nr; i++) {
		if (begins_section(digest, i))
			buf_addf(out, "\n%s\n", digest_titles[digest->v[i].section]);
		worklog_short_id(hex, digest->wl, &digest->v[i].id);
		buf_addf(out, "\n  %s  ", hex);
		put_plain(out, digest->v[i].subject);
		buf_addf(out, "\n  %*s  ", (int)strlen(hex), "");
		put_facts(out, digest, &digest->v[i], put_plain);
		buf_putc(out, '\n');
	}
}

void digest_markdown(struct buf *out, const struct digest *digest)
{
	char hex[ID_HEX + 1];

	buf_puts(out, "# ");
	put_title(out, digest, put_markdown);
	buf_puts(out, "\n\n");
	put_since(out, digest);
	for (size_t i = 0; i < digest->nr; i++) {
		if (begins_section(digest, i))
			buf_addf(out, "\n## %s\n\n", digest_titles[digest->v[i].section]);
		worklog_short_id(hex, digest->wl, &digest->v[i].id);
		buf_addf(out, "- `%s` **", hex);
		put_markdown(out, digest->v[i].subject);
		buf_puts(out, "**  \n  ");
		put_facts(out, digest, &digest->v[i], put_markdown);
		buf_putc(out, '\n');
	}
}

void digest_html(struct buf *out, const struct digest *digest)
{
	struct buf title = BUF_INIT, markdown = BUF_INIT;

	put_title(&title, digest, put_plain);
	digest_markdown(&markdown, digest);
	markdown_put_html(out, title.ptr, markdown.ptr);
	buf_release(&title);
	buf_release(&markdown);
}
