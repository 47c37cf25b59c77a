/* async search: records by the words in them. */
#include <string.h>

#include "async/alloc.h"
#include "async/transcript.h"
#include "cmd.h"
#include "filter.h"
#include "opts.h"
#include "print.h"
#include "snippet.h"

#define INDENT 4
#define WIDTH 160      /* of a snippet, in columns; less on a narrower terminal */
#define LEAST_WIDTH 10
#define AT_WIDTH 12    /* of "at 1:04:05: " before it */

enum { F_ID, F_DATE, F_FROM, F_WHAT, F_SUBJECT, F_IN, F_AT, F_SNIPPET, F_FOUND, F_ROOT, F_RECORD, F_NR };

static const struct field fields[F_NR] = {
	[F_ID] = { "id", VALUE_ID, "the record", COLUMN },
	[F_DATE] = { "date", VALUE_TIME, "when it was written", COLUMN },
	[F_FROM] = { "from", VALUE_PERSON, "who wrote it", COLUMN },
	[F_WHAT] = { "what", VALUE_TEXT, "a post's type, a mark's verb", COLUMN },
	[F_SUBJECT] = { "subject", VALUE_TEXT, "of its thread", COLUMN },
	[F_IN] = { "in", VALUE_TEXT, "where the words are: text, transcript, link, file or subject", 0 },
	[F_AT] = { "at", VALUE_TEXT, "when they are heard in the recording", 0 },
	[F_SNIPPET] = { "snippet", VALUE_TEXT, "the text around them", COLUMN },
	[F_FOUND] = { "found", VALUE_RANGES, "where they stand in the snippet", 0 },
	[F_ROOT] = { "root", VALUE_ID, "the first post of the thread", 0 },
	[F_RECORD] = { "record", VALUE_TEXT, "post or mark", 0 },
};

/* In this order: the subject is shown anyway. */
static const struct {
	enum text_column column;
	const char *name;
} places[] = {
	{ TEXT_BODY, "text" }, { TEXT_TRANSCRIPT, "transcript" }, { TEXT_LINKS, "link" }, { TEXT_FILES, "file" },
	{ TEXT_SUBJECT, "subject" },
};

struct search {
	struct worklog *wl;
	struct listing *list; /* for programs; or NULL */
};

/* A record that was found. */
struct hit {
	const struct record_row *row;
	struct snippet subject, snippet; /* `subject` of the post that begins the thread, if it was found there */
	const char *in;                  /* where the snippet is from, or NULL: there is none */
	char at[TRANSCRIPT_TIME];        /* "": not in a recording, or its times are not known */
};

static bool is_root(const struct record_row *row)
{
	return id_equal(&row->id, &row->root);
}

/* The first of the texts in which something was found. */
static void find_snippet(struct hit *hit, const struct found *found, int width, bool safe)
{
	long at;

	for (size_t i = 0; i < NR(places) && !hit->in; i++) {
		int beside = safe && places[i].column == TEXT_TRANSCRIPT ? AT_WIDTH : 0;

		if (snippet_cut(&hit->snippet, found->text[places[i].column], width - beside, safe))
			hit->in = places[i].name;
	}
	if (!hit->in || strcmp(hit->in, "transcript") != 0)
		return;
	at = transcript_at(found->transcript, hit->snippet.at);
	if (at >= 0)
		transcript_time(hit->at, at);
}

/* -- for people ----------------------------------------------------------------------------- */

/* How much may stand beside `used` columns. */
static int room_beside(int used)
{
	int width = print_width() - used;

	if (!print_width() || width > WIDTH)
		return WIDTH;
	return width < LEAST_WIDTH ? LEAST_WIDTH : width;
}

/* Append a word of the head, in its colour; the columns it takes. */
static int put_word(struct buf *out, enum color color, const char *word, const char *behind)
{
	buf_addf(out, "%s%s%s%s", color_begin(color), word, color_end(color), behind);
	return text_width(word) + text_width(behind);
}

/* "8f41c02  today 11:02  ben  reply: "; the columns it takes. */
static int put_head(struct buf *out, struct worklog *wl, const struct record_row *row)
{
	bool is_reply = row->kind == KIND_POST && !is_root(row);
	struct buf word = BUF_INIT, from = BUF_INIT;
	char hex[ID_HEX + 1];
	int used;

	worklog_short_id(hex, wl, &row->id);
	used = put_word(out, COLOR_ID, hex, "  ");
	format_time_short(&word, row->date, worklog_now(wl), worklog_zone(wl));
	used += put_word(out, COLOR_DIM, word.ptr, "  ");
	buf_reset(&word);
	print_safe(&word, row->from ? worklog_who(wl, row->from)->shown : "async", false);
	text_cut(&from, word.ptr, print_width() ? room_beside(0) / 5 : text_width(word.ptr));
	used += put_word(out, COLOR_NONE, from.ptr, "  ");
	if (!is_root(row)) {
		buf_reset(&word);
		print_safe(&word, is_reply ? "reply" : row->what, false);
		used += put_word(out, COLOR_DIM, word.ptr, ": ");
	}
	buf_release(&from);
	buf_release(&word);
	return used;
}

/* Whole where it is not for a terminal. */
static void put_subject(struct buf *out, const struct hit *hit, int used)
{
	struct buf subject = BUF_INIT;

	if (hit->subject.nr) {
		snippet_put(out, &hit->subject);
		return;
	}
	print_safe(&subject, *hit->row->subject ? hit->row->subject : "(no subject)", false);
	if (print_width())
		text_cut(out, subject.ptr, room_beside(used));
	else
		buf_puts(out, subject.ptr);
	buf_release(&subject);
}

static int print_hit(const struct search *search, struct hit *hit, const struct found *found)
{
	struct buf out = BUF_INIT;
	int used;

	find_snippet(hit, found, room_beside(INDENT), true);
	used = put_head(&out, search->wl, hit->row);
	if (is_root(hit->row))
		snippet_cut(&hit->subject, found->text[TEXT_SUBJECT], room_beside(used), true);
	put_subject(&out, hit, used);
	buf_putc(&out, '\n');
	if (hit->in && !(is_root(hit->row) && !strcmp(hit->in, "subject"))) {
		buf_pad(&out, ' ', INDENT);
		if (*hit->at)
			buf_addf(&out, "%sat %s:%s ", color_begin(COLOR_DIM), hit->at, color_end(COLOR_DIM));
		snippet_put(&out, &hit->snippet);
		buf_putc(&out, '\n');
	}
	print("%s", out.ptr);
	buf_release(&out);
	return print_check();
}

/* -- for programs --------------------------------------------------------------------------- */

static int list_hit(const struct search *search, struct hit *hit, const struct found *found)
{
	const struct record_row *row = hit->row;
	struct buf ranges = BUF_INIT;
	int rc;

	find_snippet(hit, found, WIDTH, false);
	snippet_put_ranges(&ranges, &hit->snippet);
	rc = listing_row(search->list, (const struct value[F_NR]){
		[F_ID] = { .id = &row->id },
		[F_DATE] = { .time = row->date },
		[F_FROM] = { .text = row->from },
		[F_WHAT] = { .text = row->what },
		[F_SUBJECT] = { .text = row->subject },
		[F_IN] = { .text = hit->in },
		[F_AT] = { .text = *hit->at ? hit->at : NULL },
		[F_SNIPPET] = { .text = hit->in ? hit->snippet.text.ptr : NULL },
		[F_FOUND] = { .text = ranges.ptr },
		[F_ROOT] = { .id = &row->root },
		[F_RECORD] = { .text = row->kind_name },
	});
	buf_release(&ranges);
	return rc;
}

static int each_hit(const struct record_row *row, const struct found *found, void *data)
{
	struct hit hit = { .row = row, .subject = SNIPPET_INIT, .snippet = SNIPPET_INIT };
	const struct search *search = data;
	int rc;

	rc = search->list ? list_hit(search, &hit, found) : print_hit(search, &hit, found);
	snippet_release(&hit.subject);
	snippet_release(&hit.snippet);
	return rc;
}

static int print_hits(struct search *search, const struct query *query)
{
	int rc = 0, ended;

	if (print_is_machine())
		rc = listing_begin(&search->list, search->wl, "hit", fields, F_NR);
	if (rc == 0)
		rc = worklog_search(search->wl, query, each_hit, search);
	ended = listing_end(search->list);
	return rc < 0 ? rc : ended;
}

static int no_words(void)
{
	error_set(ERR_USAGE, "'search' wants a word that is to be found");
	error_hint("'async list' and 'async log' take a query without one");
	return ERR_USAGE;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	struct search search = { .wl = wl };
	struct filter filter = FILTER_INIT;
	long limit = 0;
	const struct opt opts[] = {
		OPT_NUMBER('n', "max-count", &limit, "count", "at most so many"),
		OPT_FLAG(0, "rank", &filter.query.by_rank, "the best first, not the newest"),
		OPT_FLAG('r', "reverse", &filter.query.reverse, "oldest first"),
		OPT_FILTER(&filter),
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_search, opts, &argc, &argv, 1, -1);
	if (rc)
		return rc;
	filter.query.limit = (size_t)limit;
	rc = filter_read(&filter, wl, argc, argv);
	if (rc == 0 && filter.query.by_rank && filter.query.reverse)
		rc = error_set(ERR_USAGE, "--rank and --reverse both say the order; use one of them");
	else if (rc == 0 && !filter.query.words)
		rc = no_words();
	if (rc == 0)
		rc = print_hits(&search, &filter.query);
	filter_release(&filter);
	return rc;
}

const struct cmd cmd_search = {
	.name = "search",
	.usage = "[-n <count>] [--rank] [<options>] <word>…",
	.summary = "find what was said, newest first",
	.needs = CMD_LOG | CMD_LOOK | CMD_QUERY,
	.run = run,
};
