/*
 * Which words are found for a record: those that its thread shows of it, the newest ones of a
 * post and none that are redacted. The full text keeps no texts, and needs them whole to take
 * them out again: so the records that they came from are written down.
 */
#include <string.h>

#include "async/transcript.h"
#include "index-rows.h"

static void put_text(struct buf *out, const char *text)
{
	if (text)
		buf_addf(out, "%s\n", text);
}

/* All that is said of a link, in one line. */
static void put_link(struct buf *out, const struct node *link)
{
	const char *lead = "";

	NODE_EACH (entry, link) {
		if (entry->type != NODE_TEXT)
			continue;
		buf_addf(out, "%s%s", lead, entry->text);
		lead = " ";
	}
	buf_putc(out, '\n');
}

/* What a mark says itself; the text of a supersede is what its target says. */
static const char *text_of_mark(const struct record *mark)
{
	const char *note = record_text(mark, "note");

	return note || mark->verb == VERB_SUPERSEDE ? note : record_text(mark, "body");
}

void texts_put(struct buf *out, const struct record *rec, int column, bool other)
{
	const char *transcript = record_text(rec, "transcript");

	if (rec->kind == KIND_MARK && !other) {
		if (column == TEXT_BODY)
			put_text(out, text_of_mark(rec));
		return;
	}
	if (column == TEXT_SUBJECT || column == TEXT_BODY)
		put_text(out, record_text(rec, column == TEXT_SUBJECT ? "subject" : "body"));
	if (column == TEXT_LINKS)
		NODE_EACH (link, record_node(rec, "links"))
			put_link(out, link);
	if (column == TEXT_FILES)
		NODE_EACH (file, record_node(rec, "attach"))
			put_text(out, node_get_text(file, "name"));
	if (column == TEXT_TRANSCRIPT && transcript)
		transcript_words(out, transcript);
}

/* Events' records are items. */
static int64_t number_of(const struct record *rec)
{
	return ((const struct item *)(const void *)rec)->n;
}

/* The record with this number, which is in the thread. */
static const struct record *find_item(const struct thread *thread, int64_t n)
{
	for (size_t i = 0; i < thread->nr_events; i++)
		if (number_of(thread->events[i].rec) == n)
			return thread->events[i].rec;
	return NULL;
}

/* Put the words of an item as `said_by` has them, or take them out. */
static void put_words(struct rows *rows, const struct thread *thread, const struct item *item, bool out)
{
	struct buf texts[TEXT_COLUMNS];
	const struct record *rec;
	bool any = false;

	for (int i = 0; i < TEXT_COLUMNS; i++) {
		bool other = item->said_by[i] != item->n;

		texts[i] = (struct buf)BUF_INIT;
		if (!item->said_by[i])
			continue;
		rec = other ? find_item(thread, item->said_by[i]) : &item->rec;
		if (!rec) /* it is unreadable now: the rows cannot follow */
			rows_failed(rows, ERR_INDEX);
		else
			texts_put(&texts[i], rec, i, other);
		any |= texts[i].len > 0;
	}
	if (any && out)
		RUN(rows, "INSERT INTO words(words, rowid, subject, body, links, files, transcript) "
		    "VALUES ('delete', ?, ?, ?, ?, ?, ?)", "ittttt", item->n, texts[0].ptr, texts[1].ptr,
		    texts[2].ptr, texts[3].ptr, texts[4].ptr);
	else if (any)
		RUN(rows, "INSERT INTO words(rowid, subject, body, links, files, transcript) VALUES (?, ?, ?, ?, ?, ?)",
		    "ittttt", item->n, texts[0].ptr, texts[1].ptr, texts[2].ptr, texts[3].ptr, texts[4].ptr);
	for (int i = 0; i < TEXT_COLUMNS; i++)
		buf_release(&texts[i]);
}

void texts_admit(struct rows *rows, struct item *item)
{
	for (int i = 0; i < TEXT_COLUMNS; i++)
		item->said_by[i] = item->n;
	put_words(rows, NULL, item, false);
}

int texts_load(struct index *index, struct item *item)
{
	sqlite3_stmt *stmt;
	int rc;

	for (int i = 0; i < TEXT_COLUMNS; i++)
		item->said_by[i] = item->n;
	if (!(item->flags & TEXTS_MOVED))
		return 0;
	stmt = index_stmt(index, "SELECT subject, body, links, files, transcript FROM said WHERE n = ?", "i", item->n);
	rc = index_step(index, stmt);
	if (rc != 1)
		return rc < 0 ? rc : ERR_INDEX;
	for (int i = 0; i < TEXT_COLUMNS; i++)
		item->said_by[i] = sqlite3_column_int64(stmt, i);
	sqlite3_reset(stmt);
	return 0;
}

/* The values that events point to: what a record says itself, or (`other`) in another's place. */
static const void *value_of(const struct record *rec, int column, bool other)
{
	if (rec->kind == KIND_MARK && !other)
		return column == TEXT_BODY ? text_of_mark(rec) : NULL;
	switch (column) {
	case TEXT_SUBJECT:
		return record_text(rec, "subject");
	case TEXT_BODY:
		return record_text(rec, "body");
	case TEXT_LINKS:
		return record_node(rec, "links");
	case TEXT_FILES:
		return record_node(rec, "attach");
	default:
		return record_text(rec, "transcript");
	}
}

static const void *shown_of(const struct event *event, int column)
{
	switch (column) {
	case TEXT_SUBJECT:
		return *event->subject ? event->subject : NULL;
	case TEXT_BODY:
		return event->body;
	case TEXT_LINKS:
		return event->links;
	case TEXT_FILES:
		return event->attach;
	default:
		return event->transcript;
	}
}

/* Who says what is shown of an event; 0: nothing is. */
static int64_t find_source(const struct thread *thread, const struct event *event, int column)
{
	const void *shown = shown_of(event, column);

	if ((!event->superseded && !event->redacted) || shown == value_of(event->rec, column, false))
		return number_of(event->rec);
	for (size_t i = 0; i < thread->nr_events && shown; i++) {
		const struct record *rec = thread->events[i].rec;

		if (rec->kind == KIND_MARK && rec->verb == VERB_SUPERSEDE && value_of(rec, column, true) == shown)
			return number_of(rec);
	}
	return 0;
}

static void put_said(struct rows *rows, struct item *item)
{
	const int64_t *by = item->said_by;

	RUN(rows, "INSERT OR REPLACE INTO said(n, subject, body, links, files, transcript) VALUES (?, ?, ?, ?, ?, ?)",
	    "iiiiii", item->n, by[0], by[1], by[2], by[3], by[4]);
	item->flags |= TEXTS_MOVED;
}

void texts_follow(struct rows *rows, const struct thread *thread, const struct event *event)
{
	struct item *item = (struct item *)(void *)event->rec;
	int64_t said_by[TEXT_COLUMNS];

	item->flags &= ~(unsigned)TEXTS_REDACTED;
	item->flags |= event->hidden ? TEXTS_REDACTED : 0;
	for (int i = 0; i < TEXT_COLUMNS; i++)
		said_by[i] = find_source(thread, event, i);
	if (!memcmp(said_by, item->said_by, sizeof(said_by)))
		return;
	put_words(rows, thread, item, true);
	memcpy(item->said_by, said_by, sizeof(said_by));
	put_words(rows, thread, item, false);
	put_said(rows, item);
}
