/* Links of a post. */
#include "links.h"

#include <string.h>

#include "async/id.h"
#include "async/transcript.h"
#include "print.h"

/* A record holds no more, with the rest of a post; its source may have much that is left out. */
#define MAX_TRANSCRIPT (RECORD_MAX_BYTES - 32 * (size_t)1024)
#define MAX_FILE (16 * RECORD_MAX_BYTES)

static int no_link(const char *text)
{
	error_set(ERR_INVALID, "'%s' is no link", text);
	error_hint("--link takes a URL (https://…), a commit id or the id of a record;\n"
		   "commit:<id> and path:<path> say which is meant");
	return ERR_INVALID;
}

/* What follows "commit:" or the like; NULL if the text does not begin so. */
static const char *behind(const char *text, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(text, prefix, len) ? NULL : text + len;
}

static int put_record(struct node *link, struct record *rec, struct worklog *wl, const char *text)
{
	char hex[ID_HEX + 1];
	struct id id;
	int rc;

	rc = worklog_find(&id, wl, text);
	if (rc == 0) {
		id_hex(hex, &id);
		node_set_text(&rec->pool, link, "id", hex);
	} else if (rc == ERR_NOTFOUND && id_is_prefix(text, strlen(text))) { /* not ours, so the code's */
		node_set_text(&rec->pool, link, "commit", text);
		error_clear();
		rc = 0;
	}
	return rc;
}

static int put_target(struct node *link, struct record *rec, struct worklog *wl, const char *text)
{
	const char *commit = behind(text, "commit:"), *path = behind(text, "path:");

	if (commit && id_is_prefix(commit, strlen(commit)))
		node_set_text(&rec->pool, link, "commit", commit);
	else if (path && *path)
		node_set_text(&rec->pool, link, "path", path);
	else if (strstr(text, "://") || behind(text, "mailto:"))
		node_set_text(&rec->pool, link, "url", text);
	else if (id_is_prefix(text, strlen(text)) || behind(text, ":/") || !strcmp(text, "-"))
		return put_record(link, rec, wl, text);
	else
		return no_link(text);
	return 0;
}

static const char *title_of(const struct links *links, size_t i)
{
	return i < links->titles.nr ? links->titles.v[i] : NULL;
}

static int put_links(struct node *list, struct record *rec, struct worklog *wl, const struct links *links)
{
	int rc = 0;

	for (size_t i = 0; i < links->to.nr && rc == 0; i++) {
		struct node *link = node_new(&rec->pool, NODE_MAP);

		rc = put_target(link, rec, wl, links->to.v[i]);
		if (rc == 0 && title_of(links, i))
			rc = text_check(title_of(links, i), strlen(title_of(links, i)), true, "--title");
		if (rc == 0 && title_of(links, i))
			node_set_text(&rec->pool, link, "title", title_of(links, i));
		node_append(list, link);
	}
	return rc;
}

/* -- transcripts ---------------------------------------------------------------------------- */

static const struct node *first_url(const struct node *links)
{
	NODE_EACH(link, links)
		if (node_get_text(link, "url"))
			return link;
	return NULL;
}

static int too_long(const char *path, size_t len)
{
	error_set(ERR_INVALID, "%s: %zu KiB of words are more than a post can hold, which is %zu", path,
		  (len + 1023) / 1024, MAX_TRANSCRIPT / 1024);
	error_hint("attach it instead (--attach '%s'); its words are not found by 'async search' then", path);
	return ERR_INVALID;
}

static int put_transcript(struct record *rec, const struct node *links, const char *path)
{
	struct buf file = BUF_INIT, words = BUF_INIT;
	int rc;

	if (!first_url(links)) {
		error_set(ERR_USAGE, "--transcript is of a recording, but no link leads to one");
		error_hint("name the place of the recording: --link <url> --transcript '%s'", path);
		return ERR_USAGE;
	}
	rc = buf_read_file(&file, path, MAX_FILE);
	if (rc == 0)
		rc = transcript_read(&words, file.ptr, file.len, path);
	if (rc == 0 && words.len > MAX_TRANSCRIPT)
		rc = too_long(path, words.len);
	if (rc == 0)
		record_set(rec, "transcript", words.ptr);
	buf_release(&file);
	buf_release(&words);
	return rc;
}

int links_fill(struct record *rec, struct worklog *wl, const struct links *links)
{
	struct node *list = node_new(&rec->pool, NODE_LIST);
	int rc;

	rc = put_links(list, rec, wl, links);
	if (rc == 0 && list->nr)
		record_set_node(rec, "links", list);
	if (rc == 0 && links->transcript)
		rc = put_transcript(rec, list, links->transcript);
	return rc;
}

void links_put_commit(struct record *rec, const char *commit)
{
	struct node *list = node_new(&rec->pool, NODE_LIST), *link = node_new(&rec->pool, NODE_MAP);

	node_set_text(&rec->pool, link, "commit", commit);
	node_append(list, link);
	record_set_node(rec, "links", list);
}

/* -- how they are shown --------------------------------------------------------------------- */

/* The first key says of what kind it is. */
void links_put(struct buf *out, const struct node *link)
{
	const char *url = node_get_text(link, "url"), *title = node_get_text(link, "title");

	if (url)
		print_safe(out, url, false);
	else
		NODE_EACH(entry, link)
			if (entry->text && entry->text != title) {
				buf_addf(out, "%s%s ", out->len ? " " : "", entry->key);
				print_safe(out, entry->text, false);
			}
	if (title) {
		buf_puts(out, "  ");
		print_safe(out, title, false);
	}
}

void links_put_transcript(struct buf *out, const struct node *link, const struct node *links, const char *transcript)
{
	size_t words;

	if (!transcript || link != first_url(links))
		return;
	words = transcript_count(transcript);
	buf_addf(out, "%stranscript %zu word%s", node_get_text(link, "title") ? "; " : "  ", words, words == 1 ? "" : "s");
}
