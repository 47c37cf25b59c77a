/* The words of a recording, from subtitles. */
#include "async/transcript.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "async/error.h"
#include "async/record.h"
#include "async/text.h"

#define MAX_HOURS 999
#define MAX_TAG 200 /* bytes */

void transcript_time(char out[TRANSCRIPT_TIME], long seconds)
{
	if (seconds >= 3600)
		snprintf(out, TRANSCRIPT_TIME, "%ld:%02ld:%02ld", seconds / 3600, seconds / 60 % 60, seconds % 60);
	else
		snprintf(out, TRANSCRIPT_TIME, "%ld:%02ld", seconds / 60, seconds % 60);
}

/* One to three digits, of which two follow a colon. */
static bool take_number(long *out, const char **at, bool two)
{
	size_t len = strspn(*at, "0123456789");

	if (!len || len > 3 || (two && len != 2))
		return false;
	for (*out = 0; len--; (*at)++)
		*out = 10 * *out + (**at - '0');
	return true;
}

/* "4:05", "1:04:05": seconds, and what stands behind it. */
static bool take_time(long *seconds, const char **at)
{
	const char *p = *at;
	long number, total;

	if (!take_number(&total, &p, false) || *p++ != ':' || !take_number(&number, &p, true) || number > 59)
		return false;
	total = 60 * total + number;
	if (*p == ':') {
		p++;
		if (!take_number(&number, &p, true) || number > 59 || total / 60 > MAX_HOURS)
			return false;
		total = 60 * total + number;
	}
	*seconds = total;
	*at = p;
	return true;
}

/* -- what a record keeps ----------------------------------------------------------------- */

struct line {
	const char *text;
	size_t len;
	long at; /* -1: not said */
};

static bool next_line(struct line *out, const char **rest)
{
	const char *p = *rest;
	long at;

	if (!*p)
		return false;
	*out = (struct line){ .at = -1 };
	if (take_time(&at, &p) && strchr(" \n", *p)) {
		out->at = at;
		p += *p == ' ';
	} else {
		p = *rest;
	}
	out->text = p;
	out->len = strcspn(p, "\n");
	*rest = p + out->len + (p[out->len] != '\0');
	return true;
}

void transcript_words(struct buf *out, const char *transcript)
{
	struct line line;

	while (next_line(&line, &transcript)) {
		buf_add(out, line.text, line.len);
		buf_putc(out, '\n');
	}
}

long transcript_at(const char *transcript, size_t offset)
{
	struct line line;
	size_t end = 0;
	long at = -1;

	while (end <= offset && next_line(&line, &transcript)) {
		end += line.len + 1;
		if (line.at >= 0)
			at = line.at;
	}
	return at;
}

size_t transcript_count(const char *transcript)
{
	struct line line;
	size_t nr = 0;

	while (next_line(&line, &transcript))
		for (size_t i = 0; i < line.len; i++)
			nr += line.text[i] != ' ' && (i == 0 || line.text[i - 1] == ' ');
	return nr;
}

/* -- reading a file ---------------------------------------------------------------------- */

/* The file as it is read: LF at line ends, no byte order mark, nothing that only says how it looks. */
static void clean(struct buf *out, const char *data, size_t len)
{
	while (len) {
		size_t used;
		uint32_t c = char_decode(&used, data, len);
		bool is_crlf = c == '\r' && len > 1 && data[1] == '\n';

		if (c == '\r' && !is_crlf)
			buf_putc(out, '\n');
		else if (!is_crlf && (c == CHAR_INVALID || char_class(c) != CHAR_HIDDEN))
			buf_add(out, data, used);
		data += used;
		len -= used;
	}
}

/* How many bytes a tag of subtitles takes, "<i>", "{\an8}", or 0. */
static size_t tag_length(const char *text, size_t len)
{
	const char *end = NULL;

	len = len < MAX_TAG ? len : MAX_TAG;
	if (*text == '<')
		end = memchr(text, '>', len);
	else if (len > 1 && text[0] == '{' && text[1] == '\\')
		end = memchr(text, '}', len);
	return end ? (size_t)(end - text) + 1 : 0;
}

/* "<v.loud Ana>": who speaks. */
static void put_speaker(struct buf *out, const char *tag, size_t len)
{
	size_t skip = strcspn(tag, " >");

	if (tag[1] != 'v' || (tag[2] != ' ' && tag[2] != '.') || skip + 2 >= len)
		return;
	buf_add(out, tag + skip + 1, len - skip - 2);
	buf_puts(out, ": ");
}

static size_t put_entity(struct buf *out, const char *text, size_t len)
{
	static const struct {
		const char *name, *text;
	} entities[] = {
		{ "&amp;", "&" }, { "&lt;", "<" }, { "&gt;", ">" }, { "&nbsp;", " " },
		{ "&quot;", "\"" }, { "&#39;", "'" }, { "&lrm;", "" }, { "&rlm;", "" },
	};

	for (size_t i = 0; i < sizeof(entities) / sizeof(*entities); i++) {
		size_t used = strlen(entities[i].name);

		if (len < used || memcmp(text, entities[i].name, used) != 0)
			continue;
		buf_puts(out, entities[i].text);
		return used;
	}
	return 0;
}

/* What is said in a line of a cue. */
static void put_plain(struct buf *out, const char *text, size_t len)
{
	while (len) {
		size_t used = tag_length(text, len);

		if (used)
			put_speaker(out, text, used);
		else if (*text == '&')
			used = put_entity(out, text, len);
		if (!used && (*text != '\t' && *text != ' '))
			buf_putc(out, *text);
		else if (!used && out->len && out->ptr[out->len - 1] != ' ')
			buf_putc(out, ' ');
		used = used ? used : 1;
		text += used;
		len -= used;
	}
	buf_rtrim(out);
}

/* Subtitles while they are read. */
struct cues {
	struct buf *out;
	struct buf last; /* what was said last: rolling subtitles say it again */
	long at;         /* of the cue */
	bool inside;     /* in one: behind its times */
};

static void put_cue_line(struct cues *cues, const char *text, size_t len)
{
	char time[TRANSCRIPT_TIME];
	struct buf plain = BUF_INIT;

	put_plain(&plain, text, len);
	if (plain.len && strcmp(plain.ptr, cues->last.ptr) != 0) {
		transcript_time(time, cues->at);
		buf_addf(cues->out, "%s %s\n", time, plain.ptr);
		buf_reset(&cues->last);
		buf_puts(&cues->last, plain.ptr);
	}
	buf_release(&plain);
}

/* "00:01:02.500 --> 00:01:04.000 align:start": the first time. */
static bool read_timing(long *at, const char *line)
{
	line += strspn(line, " \t");
	if (!take_time(at, &line))
		return false;
	if (*line == '.' || *line == ',')
		line += 1 + strspn(line + 1, "0123456789");
	line += strspn(line, " \t");
	return !strncmp(line, "-->", 3);
}

/* A line of one cue may not hold an arrow; out of one, nothing else may. */
static int read_line(struct cues *cues, const char *line, size_t len)
{
	if (memmem(line, len, "-->", 3) && read_timing(&cues->at, line))
		cues->inside = true;
	else if (!cues->inside && memmem(line, len, "-->", 3))
		return ERR_INVALID;
	else if (!len)
		cues->inside = false;
	else if (cues->inside)
		put_cue_line(cues, line, len);
	return 0;
}

static int read_cues(struct buf *out, const char *text, const char *name)
{
	struct cues cues = { .out = out, .last = BUF_INIT };
	int rc = 0;

	for (int number = 1; *text && rc == 0; number++) {
		size_t len = strcspn(text, "\n");

		rc = read_line(&cues, text, len);
		if (rc < 0)
			error_set(rc, "%s:%d: expected the times of a cue, such as 00:01:02.500 --> 00:01:04.000",
				  name, number);
		text += len + (text[len] != '\0');
	}
	buf_release(&cues.last);
	return rc;
}

/* Is there a cue? A plain text may hold an arrow, too. */
static bool is_subtitles(const char *text)
{
	long at;

	if (!strncmp(text, "WEBVTT", 6))
		return true;
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line != '\0')
		if (read_timing(&at, line))
			return true;
	return false;
}

int transcript_read(struct buf *out, const char *data, size_t len, const char *name)
{
	struct buf text = BUF_INIT;
	size_t begin = out->len;
	int rc;

	clean(&text, data, len);
	rc = text_check(text.ptr, text.len, false, name);
	if (rc == 0 && is_subtitles(text.ptr))
		rc = read_cues(out, text.ptr, name);
	else if (rc == 0)
		buf_add(out, text.ptr, text.len);
	if (rc == 0) {
		buf_rtrim(out);
		if (out->len <= begin)
			rc = error_set(ERR_INVALID, "%s: there are no words in it", name);
		else
			buf_putc(out, '\n');
	}
	buf_release(&text);
	return rc;
}
