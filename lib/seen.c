/* What I have seen, in two files of the state folder: `seen` and `looked`. */
#include "async/seen.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "state.h"
#include "worklog-internal.h"

#define MAX_SIGHTS 500
#define LOOKED "looked"

static struct sight *find(const struct seen *seen, const struct id *root)
{
	for (size_t i = 0; i < seen->nr; i++)
		if (id_equal(&seen->v[i].root, root))
			return &seen->v[i];
	return NULL;
}

/* Take down one more; of too many the one that is quiet for longest becomes part of `before`. */
static void put(struct seen *seen, const struct sight *sight)
{
	struct sight *known = find(seen, &sight->root);
	size_t oldest = 0;

	if (known) {
		*known = *sight;
		return;
	}
	GROW(seen->v, seen->nr, seen->alloc);
	seen->v[seen->nr++] = *sight;
	if (seen->nr <= MAX_SIGHTS)
		return;
	for (size_t i = 1; i < seen->nr; i++)
		if (seen->v[i].at < seen->v[oldest].at)
			oldest = i;
	if (seen->v[oldest].at > seen->before)
		seen->before = seen->v[oldest].at;
	seen->v[oldest] = seen->v[--seen->nr];
}

/* "<id> <number> <instant>"; false for anything else. */
static bool read_line(struct id *id, size_t *nr, time_t *at, const char *line)
{
	char *end;

	if (strlen(line) < ID_HEX + 4 || !id_parse(id, line, ID_HEX) || line[ID_HEX] != ' ' ||
	    line[ID_HEX + 1] < '0' || line[ID_HEX + 1] > '9')
		return false;
	*nr = strtoul(line + ID_HEX + 1, &end, 10);
	return *end == ' ' && instant_parse(at, end + 1);
}

static void put_line(struct buf *out, const struct id *id, size_t nr, time_t at)
{
	char hex[ID_HEX + 1], instant[INSTANT_TEXT];

	id_hex(hex, id);
	instant_format(instant, at);
	buf_addf(out, "%s %zu %s\n", hex, nr, instant);
}

static void parse(struct seen *seen, char *text)
{
	struct sight sight;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		if (!strncmp(line, "before ", 7))
			instant_parse(&seen->before, line + 7);
		else if (read_line(&sight.root, &sight.others, &sight.at, line))
			put(seen, &sight);
	}
}

static void format(struct buf *out, const struct seen *seen)
{
	char instant[INSTANT_TEXT];

	instant_format(instant, seen->before);
	buf_addf(out, "before %s\n", instant);
	for (size_t i = 0; i < seen->nr; i++)
		put_line(out, &seen->v[i].root, seen->v[i].others, seen->v[i].at);
}

void seen_load(struct seen *seen, struct worklog *wl)
{
	struct buf text = BUF_INIT;
	struct id root;

	*seen = (struct seen)SEEN_INIT;
	if (worklog_root(wl, &root) == 0 && state_read(&text, &root, "seen") == 0)
		parse(seen, text.ptr);
	else
		error_clear();
	buf_release(&text);
}

void seen_release(struct seen *seen)
{
	free(seen->v);
	*seen = (struct seen)SEEN_INIT;
}

static int look_at(struct others *out, struct worklog *wl, const struct id *id)
{
	struct index *index;
	const char *me;
	int rc;

	rc = worklog_my_key(&me, wl);
	if (rc == 0)
		rc = worklog_index(&index, wl);
	if (rc == 0)
		rc = index_others(out, index, id, me);
	return rc;
}

bool seen_is_new(const struct seen *seen, struct worklog *wl, const struct id *root)
{
	const struct sight *sight = find(seen, root);
	struct others others;

	if (look_at(&others, wl, root) < 0) {
		error_clear();
		return false;
	}
	if (sight)
		return others.nr > sight->others;
	return others.at > seen->before && others.at > others.mine_at;
}

/* -- what was seen in this run ------------------------------------------------------------- */

static void add(struct seen *seen, struct worklog *wl, const struct id *id)
{
	struct others others;
	struct sight sight;

	if (worklog_is_past(wl))
		return;
	if (look_at(&others, wl, id) < 0 || id_is_zero(&others.root)) {
		error_clear();
		return;
	}
	sight = (struct sight){ others.root, others.nr, others.at };
	put(seen, &sight);
}

void worklog_saw(struct worklog *wl, const struct id *id)
{
	add(&wl->saw, wl, id);
}

void sights_of(struct seen *out, struct worklog *wl, const struct record *recs, size_t nr)
{
	struct id parent;

	*out = (struct seen)SEEN_INIT;
	for (size_t i = 0; i < nr; i++)
		if (recs[i].from && record_parent(&recs[i], &parent))
			add(out, wl, &parent);
}

void sights_confirm(struct worklog *wl, const struct seen *sights)
{
	for (size_t i = 0; i < sights->nr; i++)
		put(&wl->saw, &sights->v[i]);
}

static int add_sights(struct buf *out, const char *before, void *data)
{
	const struct seen *saw = data;
	struct seen seen = SEEN_INIT;
	char *copy = xstrdup(before);

	parse(&seen, copy);
	for (size_t i = 0; i < saw->nr; i++)
		put(&seen, &saw->v[i]);
	format(out, &seen);
	seen_release(&seen);
	free(copy);
	return 0;
}

void sights_save(struct worklog *wl)
{
	struct id root;

	if (wl->saw.nr && (worklog_root(wl, &root) < 0 || state_change(&root, "seen", add_sights, &wl->saw) < 0))
		error_clear(); /* what was asked for is done */
	seen_release(&wl->saw);
}

/* -- the last look -------------------------------------------------------------------------- */

bool worklog_recall(struct arrival *out, struct worklog *wl, const char *name)
{
	struct buf text = BUF_INIT;
	struct id root;
	bool found;

	found = worklog_root(wl, &root) == 0 && state_read(&text, &root, name) == 0;
	if (!found)
		error_clear();
	buf_rtrim(&text);
	found = found && read_line(&out->last, &out->nr, &out->at, text.ptr);
	buf_release(&text);
	return found;
}

int worklog_keep(struct worklog *wl, const char *name, const struct arrival *arrival)
{
	struct buf text = BUF_INIT;
	struct id root;
	int rc;

	put_line(&text, &arrival->last, arrival->nr, arrival->at);
	rc = worklog_root(wl, &root);
	if (rc == 0)
		rc = state_write(&root, name, text.ptr);
	buf_release(&text);
	return rc;
}

bool worklog_last_look(struct arrival *out, struct worklog *wl)
{
	return worklog_recall(out, wl, LOOKED);
}

void worklog_look(struct worklog *wl, const struct arrival *last)
{
	struct arrival now;

	if (worklog_is_past(wl))
		return;
	if (worklog_newest(&now, wl) < 0) {
		error_clear();
		return;
	}
	if (last && last->nr == now.nr && id_equal(&last->last, &now.last))
		return;
	if (worklog_keep(wl, LOOKED, &now) < 0)
		error_clear();
}
