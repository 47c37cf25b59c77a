/* async due --batch: JSON questions in, JSON answers out, a line each. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/json.h"
#include "due.h"
#include "print.h"

#define LINE_LIMIT ((size_t)256 * 1024)
#define CHUNK ((size_t)64 * 1024)

/* A text of the question; NULL if the key is absent or null. */
static int text_of(const char **out, const struct node *question, const char *key)
{
	const struct node *node = node_get(question, key);

	*out = NULL;
	if (!node || node->type == NODE_NULL)
		return 0;
	if (node->type != NODE_TEXT)
		return error_set(ERR_INVALID, "%s is a %s, not a text", key,
				 node->type == NODE_LIST ? "list" : "map");
	*out = node->text;
	return 0;
}

static int wrong(const char *key, const char *value, const char *allowed)
{
	return error_set(ERR_INVALID, "%s is '%.60s', not %s", key, value, allowed);
}

static int read_start(struct due_question *out, const struct node *question)
{
	const char *text;
	int rc = text_of(&text, question, "start");

	if (rc < 0)
		return rc;
	if (!text)
		return error_set(ERR_INVALID, "start is missing: an instant like 2026-03-02T09:00:00Z");
	if (!instant_parse_loose(&out->start, text))
		return wrong("start", text, "an instant of 1970 to 2100 like 2026-03-02T09:00:00Z");
	return 0;
}

static int read_expectation(struct due_question *out, const struct node *question)
{
	const char *within, *by;
	int rc = text_of(&within, question, "within");

	if (rc == 0)
		rc = text_of(&by, question, "by");
	if (rc < 0)
		return rc;
	if (!within == !by)
		return error_set(ERR_INVALID, "one of within and by is needed%s", within ? ", not both" : "");
	if (within && !span_parse(&out->expect.within, within))
		return wrong("within", within, "a duration like 4h, 1h30m or 1d (days first, up to 1830d)");
	if (!by || day_parse(&out->by_day, by))
		return 0;
	out->has_by_at = instant_parse_loose(&out->by_at, by);
	if (!out->has_by_at)
		return wrong("by", by, "a date like 2026-03-06 or an instant like 2026-03-06T17:00:00Z");
	return 0;
}

/* One of two words; the first one if it is absent. */
static int read_word(int *out, const struct node *question, const char *key, const char *first,
		     const char *second)
{
	const char *text;
	int rc = text_of(&text, question, key);

	*out = 0;
	if (rc < 0 || !text || strcmp(text, first) == 0)
		return rc;
	*out = 1;
	if (strcmp(text, second) != 0)
		return error_set(ERR_INVALID, "%s is '%.60s', not %s or %s", key, text, first, second);
	return 0;
}

static int read_calendar(struct due_question *out, const struct node *question)
{
	const struct node *map = node_get(question, "calendar");
	int rc = calendar_check_keys(map);

	return rc < 0 ? rc : calendar_new(&out->cal, map, NULL, NULL);
}

static int check_keys(const struct node *question)
{
	static const char *const keys[] = { "start", "within", "by", "calendar", "clock", "focus", NULL };

	if (question->type != NODE_MAP)
		return error_set(ERR_INVALID, "a question is a JSON object, like {\"start\": …, \"within\": \"4h\"}");
	NODE_EACH(entry, question) {
		size_t i = 0;

		while (keys[i] && strcmp(keys[i], entry->key) != 0)
			i++;
		if (!keys[i])
			return error_set(ERR_INVALID, "a question has no key '%.60s'; its keys are start, within, by, "
						      "calendar, clock, focus", entry->key);
	}
	return 0;
}

/* The caller frees out->cal, also after a failure. */
static int read_question(struct due_question *out, const struct node *question)
{
	int clock = 0, focus = 0, rc;

	*out = (struct due_question){ .by_day = DAY_NONE };
	rc = check_keys(question);
	if (rc == 0)
		rc = read_start(out, question);
	if (rc == 0)
		rc = read_expectation(out, question);
	if (rc == 0)
		rc = read_word(&clock, question, "clock", "work", "calendar");
	if (rc == 0)
		rc = read_word(&focus, question, "focus", "pause", "count");
	if (rc == 0)
		rc = read_calendar(out, question);
	out->expect.clock = clock ? CLOCK_CALENDAR : CLOCK_WORK;
	out->expect.focus = focus ? FOCUS_COUNT : FOCUS_PAUSE;
	return rc;
}

static void put_answer(struct buf *out, const struct due_answer *answer)
{
	char due[INSTANT_TEXT];

	if (answer->due == DUE_NEVER) {
		buf_puts(out, "{\"due\": null}\n");
		return;
	}
	instant_format(due, answer->due);
	buf_addf(out, "{\"due\": \"%s\"%s}\n", due, answer->outside ? ", \"outside\": true" : "");
}

static void put_error(struct buf *out)
{
	buf_puts(out, "{\"error\": ");
	json_put_text(out, error_last());
	buf_puts(out, "}\n");
}

static void answer_line(struct buf *out, struct pool *pool, const char *line, size_t len)
{
	struct due_question question = { .cal = NULL };
	struct due_answer answer;
	struct node *node;
	int rc;

	if (line[strspn(line, " \t\r")] == '\0' && !memchr(line, '\0', len))
		rc = error_set(ERR_INVALID, "the line is empty: a question is a JSON object");
	else
		rc = json_parse(&node, pool, line, len);
	if (rc == 0)
		rc = read_question(&question, node);
	if (rc == 0)
		rc = due_answer(&answer, &question);
	if (rc == 0)
		put_answer(out, &answer);
	else
		put_error(out);
	calendar_free(question.cal);
	pool_release(pool);
}

/* What has been read and not yet answered. */
struct reader {
	struct buf in, out;
	struct pool pool;
	bool too_long; /* in a line of which the beginning was dropped */
};

static void end_line(struct reader *r, char *line, size_t len)
{
	line[len] = '\0';
	if (r->too_long || len > LINE_LIMIT) {
		error_set(ERR_INVALID, "the line is longer than %zu bytes", LINE_LIMIT);
		put_error(&r->out);
	} else {
		answer_line(&r->out, &r->pool, line, len);
	}
	r->too_long = false;
}

/* Answer all whole lines and keep the beginning of the next; of one too long, nothing. */
static void answer_lines(struct reader *r)
{
	char *line = r->in.ptr, *end = r->in.ptr + r->in.len, *stop;

	while ((stop = memchr(line, '\n', (size_t)(end - line)))) {
		end_line(r, line, (size_t)(stop - line));
		line = stop + 1;
	}
	if ((size_t)(end - line) > LINE_LIMIT) {
		r->too_long = true;
		line = end;
	}
	memmove(r->in.ptr, line, (size_t)(end - line));
	buf_setlen(&r->in, (size_t)(end - line));
}

/* Answers go out before we wait for more: a program may ask one by one. */
static int flush(struct reader *r)
{
	if (r->out.len)
		print_bytes(r->out.ptr, r->out.len);
	buf_reset(&r->out);
	if (fflush(stdout) == EOF)
		return error_set(ERR_FAILED, "cannot write to standard output: %s", strerror(errno));
	return print_check();
}

int due_batch(void)
{
	struct reader r = { .in = BUF_INIT, .out = BUF_INIT };
	ssize_t got = 0;
	int rc;

	while ((rc = flush(&r)) == 0) {
		buf_grow(&r.in, CHUNK);
		got = read(STDIN_FILENO, r.in.ptr + r.in.len, CHUNK);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			rc = error_set(ERR_FAILED, "cannot read standard input: %s", strerror(errno));
		if (got <= 0)
			break;
		buf_setlen(&r.in, r.in.len + (size_t)got);
		answer_lines(&r);
	}
	if (rc == 0 && (r.in.len || r.too_long)) { /* the last line has no end */
		end_line(&r, r.in.ptr, r.in.len);
		rc = flush(&r);
	}
	buf_release(&r.in);
	buf_release(&r.out);
	return rc;
}
