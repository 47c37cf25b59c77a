/* A piece of a text around what was found: the marks come from the index, the cutting is ours. */
#include "snippet.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/query.h"
#include "async/text.h"
#include "print.h"

/* Of very many found words the first are looked at. */
#define MAX_STARTS 200
#define MAX_INSIDE 16

#define LONG_WORD 24 /* columns: a longer one, or a text without spaces, is cut within */

void snippet_release(struct snippet *snippet)
{
	buf_release(&snippet->text);
	free(snippet->found);
	*snippet = (struct snippet)SNIPPET_INIT;
}

static void begin_range(struct snippet *out, size_t at)
{
	GROW(out->found, out->nr, out->alloc);
	out->found[out->nr++] = (struct range){ out->text.len, out->text.len, at };
}

static void put_piece(struct buf *out, const char *text, size_t len, bool safe)
{
	char *piece;

	if (!safe) {
		buf_add(out, text, len);
		return;
	}
	piece = xstrndup(text, len);
	print_safe(out, piece, false);
	free(piece);
}

/* The whole text on one line, and where the found words stand in it. */
static void flatten(struct snippet *out, const char *marked, bool safe)
{
	static const char stops[] = { ' ', '\t', '\n', FOUND_BEGIN, FOUND_END, '\0' };
	const char *begin = marked;

	while (*marked) {
		size_t len = strcspn(marked, stops);

		put_piece(&out->text, marked, len, safe);
		marked += len;
		if (*marked == FOUND_BEGIN)
			begin_range(out, (size_t)(marked - begin) - 2 * out->nr); /* without the marks so far */
		else if (*marked == FOUND_END && out->nr)
			out->found[out->nr - 1].end = out->text.len;
		else if (*marked && out->text.len && out->text.ptr[out->text.len - 1] != ' ')
			buf_putc(&out->text, ' ');
		marked += *marked != '\0';
	}
	if (out->text.len && out->text.ptr[out->text.len - 1] == ' ')
		buf_setlen(&out->text, out->text.len - 1);
}

/* -- where to cut --------------------------------------------------------------------------- */

static bool same_word(const struct snippet *s, size_t a, size_t b)
{
	size_t len = s->found[a].end - s->found[a].begin;

	return len == s->found[b].end - s->found[b].begin &&
	       !memcmp(s->text.ptr + s->found[a].begin, s->text.ptr + s->found[b].begin, len);
}

/* How many different words there are from the `first` on, within so many bytes. */
static size_t count_from(const struct snippet *s, size_t first, size_t bytes)
{
	size_t nr = 0;

	for (size_t i = first; i < s->nr && i < first + MAX_INSIDE; i++) {
		bool again = false;

		if (s->found[i].end > s->found[first].begin + bytes)
			break;
		for (size_t k = first; k < i && !again; k++)
			again = same_word(s, i, k);
		nr += !again;
	}
	return nr;
}

static size_t best_start(const struct snippet *s, int width)
{
	size_t best = 0, most = 0;

	for (size_t i = 0; i < s->nr && i < MAX_STARTS; i++) {
		size_t nr = count_from(s, i, (size_t)width * 2 / 3);

		if (nr > most) {
			most = nr;
			best = i;
		}
	}
	return best;
}

static int char_columns(const char *text, size_t *len)
{
	char one[5] = "";

	char_decode(len, text, strnlen(text, 4));
	memcpy(one, text, *len);
	return text_width(one);
}

/* Where the piece begins: `columns` before `at`, at the beginning of a word if there is one. */
static size_t step_back(const char *text, size_t at, int columns)
{
	size_t begin = at, word = at, len;

	while (begin && columns > 0) {
		do
			begin--;
		while (begin && (text[begin] & 0xc0) == 0x80);
		columns -= char_columns(text + begin, &len);
		if (columns >= 0 && (!begin || text[begin - 1] == ' '))
			word = begin;
	}
	return word < at || !begin ? word : begin;
}

/* Where it ends: `columns` on, behind a whole word if one ends not long before, nor before `least`. */
static size_t step_on(const char *text, size_t at, size_t least, int columns)
{
	size_t word = 0, len;
	int since = 0; /* the end of that word, in columns */

	for (; text[at]; at += len) {
		int wide = char_columns(text + at, &len);

		columns -= wide;
		since += wide;
		if (columns < 0)
			return word && word >= least && since <= LONG_WORD ? word : at;
		if (text[at] == ' ') {
			word = at;
			since = 0;
		}
	}
	return at;
}

/* Keep the bytes from `begin` to `end`, with what stands for the rest. */
static void keep(struct snippet *s, size_t begin, size_t end)
{
	struct buf text = BUF_INIT;
	size_t nr = 0, shift;

	buf_puts(&text, begin ? "… " : "");
	shift = text.len;
	buf_add(&text, s->text.ptr + begin, end - begin);
	buf_puts(&text, s->text.ptr[end] ? " …" : "");
	for (size_t i = 0; i < s->nr; i++) {
		if (s->found[i].begin < begin || s->found[i].begin >= end)
			continue;
		s->found[nr].begin = s->found[i].begin - begin + shift;
		s->found[nr++].end = (s->found[i].end < end ? s->found[i].end : end) - begin + shift;
	}
	s->nr = nr;
	buf_release(&s->text);
	s->text = text;
}

bool snippet_cut(struct snippet *out, const char *marked, int width, bool safe)
{
	size_t start, begin, end;

	snippet_release(out);
	flatten(out, marked, safe);
	if (!out->nr)
		return false;
	start = best_start(out, width);
	out->at = out->found[start].at;
	if (text_width(out->text.ptr) <= width)
		return true;
	begin = step_back(out->text.ptr, out->found[start].begin, width / 4);
	end = step_on(out->text.ptr, begin, out->found[start].end, width - 4); /* "… " and " …" */
	if (!out->text.ptr[end]) /* nothing is left out behind it: show more of what is before */
		begin = step_back(out->text.ptr, end, width - 2);
	keep(out, begin, end);
	return true;
}

/* -- how it is shown ------------------------------------------------------------------------ */

void snippet_put(struct buf *out, const struct snippet *snippet)
{
	size_t at = 0;

	for (size_t i = 0; i < snippet->nr; i++) {
		const struct range *found = &snippet->found[i];

		buf_add(out, snippet->text.ptr + at, found->begin - at);
		buf_puts(out, color_begin(COLOR_MATCH));
		buf_add(out, snippet->text.ptr + found->begin, found->end - found->begin);
		buf_puts(out, color_end(COLOR_MATCH));
		at = found->end;
	}
	buf_puts(out, snippet->text.ptr + at);
}

static size_t count_chars(const char *text, size_t len)
{
	size_t nr = 0;

	for (size_t i = 0; i < len; i++)
		nr += (text[i] & 0xc0) != 0x80;
	return nr;
}

void snippet_put_ranges(struct buf *out, const struct snippet *snippet)
{
	size_t at = 0, chars = 0;

	for (size_t i = 0; i < snippet->nr; i++) {
		const struct range *found = &snippet->found[i];
		size_t begin = chars + count_chars(snippet->text.ptr + at, found->begin - at);

		chars = begin + count_chars(snippet->text.ptr + found->begin, found->end - found->begin);
		at = found->end;
		buf_addf(out, "%s%zu-%zu", i ? "," : "", begin, chars);
	}
}
