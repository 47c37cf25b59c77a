/* What is hidden from my inbox for a while: the file `snooze` of the state folder. */
#include "async/snooze.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/buf.h"
#include "async/clock.h"
#include "async/error.h"
#include "async/worktime.h"
#include "state.h"

#define MAX_SNOOZES 2000 /* whoever has more has the first ones back */

static struct snooze *find(const struct snoozes *snoozes, const struct id *root)
{
	for (size_t i = 0; i < snoozes->nr; i++)
		if (id_equal(&snoozes->v[i].root, root))
			return &snoozes->v[i];
	return NULL;
}

/* What is over is left out. */
static void put(struct snoozes *snoozes, const struct snooze *snooze, time_t now)
{
	struct snooze *known = find(snoozes, &snooze->root);

	if (known)
		memmove(known, known + 1, (size_t)(snoozes->v + --snoozes->nr - known) * sizeof(*known));
	if (snooze->until <= now)
		return;
	GROW(snoozes->v, snoozes->nr, snoozes->alloc);
	snoozes->v[snoozes->nr++] = *snooze;
}

/* A line is "<id> <instant>"; anything else is passed over. */
static void parse(struct snoozes *snoozes, char *text, time_t now)
{
	struct snooze snooze;
	char *line;

	while ((line = strsep(&text, "\n")))
		if (strlen(line) > ID_HEX && id_parse(&snooze.root, line, ID_HEX) && line[ID_HEX] == ' ' &&
		    instant_parse(&snooze.until, line + ID_HEX + 1))
			put(snoozes, &snooze, now);
}

static void format(struct buf *out, const struct snoozes *snoozes)
{
	char hex[ID_HEX + 1], instant[INSTANT_TEXT];
	size_t first = snoozes->nr > MAX_SNOOZES ? snoozes->nr - MAX_SNOOZES : 0;

	for (size_t i = first; i < snoozes->nr; i++) {
		id_hex(hex, &snoozes->v[i].root);
		instant_format(instant, snoozes->v[i].until);
		buf_addf(out, "%s %s\n", hex, instant);
	}
}

void snoozes_load(struct snoozes *snoozes, struct worklog *wl)
{
	struct buf text = BUF_INIT;
	struct id root;

	*snoozes = (struct snoozes)SNOOZES_INIT;
	if (worklog_root(wl, &root) == 0 && state_read(&text, &root, "snooze") == 0)
		parse(snoozes, text.ptr, worklog_now(wl));
	else
		error_clear();
	buf_release(&text);
}

void snoozes_release(struct snoozes *snoozes)
{
	free(snoozes->v);
	*snoozes = (struct snoozes)SNOOZES_INIT;
}

time_t snooze_allowed(time_t wanted, time_t due_at)
{
	if (!due_at || due_at == DUE_NEVER || wanted <= due_at + SNOOZE_PAST_DUE)
		return wanted;
	return due_at + SNOOZE_PAST_DUE;
}

time_t snoozes_until(const struct snoozes *snoozes, const struct id *root, time_t due_at, time_t now)
{
	const struct snooze *snooze = find(snoozes, root);
	time_t until = snooze ? snooze_allowed(snooze->until, due_at) : 0;

	return until > now ? until : 0;
}

struct change {
	const struct snooze *v;
	size_t nr;
	time_t now;
};

static int change_snoozes(struct buf *out, const char *before, void *data)
{
	const struct change *change = data;
	struct snoozes snoozes = SNOOZES_INIT;
	char *copy = xstrdup(before);

	if (change->v)
		parse(&snoozes, copy, change->now);
	for (size_t i = 0; i < change->nr; i++)
		put(&snoozes, &change->v[i], change->now);
	format(out, &snoozes);
	snoozes_release(&snoozes);
	free(copy);
	return 0;
}

int worklog_snooze(struct worklog *wl, const struct snooze *v, size_t nr)
{
	struct change change = { v, v ? nr : 0, worklog_now(wl) };
	struct id root;
	int rc;

	rc = worklog_root(wl, &root);
	return rc < 0 ? rc : state_change(&root, "snooze", change_snoozes, &change);
}
