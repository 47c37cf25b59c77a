/* Exchanging records with a remote, again while others are faster. */
#include "async/sync.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "sync-internal.h"
#include "transport.h"

/*
 * How often to try while others push first. Of many who try at once one succeeds, and the others only
 * slow each other down. How many there are is not known but by how often one lost: so between
 * two tries is a random time that grows with the square of that, measured by how long a try takes
 * here and now. In the end some sixty have room, each once in that time.
 */
#define TRIES 30
#define SLOWEST 11         /* after so many tries it grows no more */
#define LONGEST_WAIT 60000 /* milliseconds */

void sync_release(struct sync *sync)
{
	for (size_t i = 0; i < sync->nr_clashes; i++) {
		free(sync->clashes[i].about);
		free(sync->clashes[i].key);
		free(sync->clashes[i].by);
	}
	free(sync->clashes);
	verify_release(&sync->found);
	free(sync->why_unlooked);
	free(sync->remote);
	free(sync->in);
	buf_release(&sync->says);
	*sync = (struct sync)SYNC_INIT;
}

static int order_ids(const void *a, const void *b)
{
	return id_cmp(a, b);
}

static void sort_ids(struct id *v, size_t nr)
{
	if (nr) /* none may be NULL, which qsort() must not be given */
		qsort(v, nr, sizeof(*v), order_ids);
}

bool sync_has_brought(const struct sync *sync, const struct id *id)
{
	return sync->nr_in && bsearch(id, sync->in, sync->nr_in, sizeof(*sync->in), order_ids);
}

/* ---- when it was */

/* Of this clone and branch, and no more than a note: who removes it loses nothing. */
static char *note_path(struct worklog *wl)
{
	char *path = xstrfmt("%s/synced.%s", wl->dir, repo_branch(wl->repo));

	for (char *p = path + strlen(wl->dir) + 1; *p; p++)
		if (*p == '/')
			*p = '+';
	return path;
}

static void note(struct worklog *wl)
{
	char text[INSTANT_TEXT], *path = note_path(wl);
	struct buf line = BUF_INIT;

	instant_format(text, wl->now);
	buf_addf(&line, "%s\n", text);
	if (!buf_replace_file(path, &line, 0644))
		unlink(path);
	buf_release(&line);
	free(path);
}

time_t sync_last(struct worklog *wl)
{
	char *path = note_path(wl);
	struct buf text = BUF_INIT;
	time_t at = 0;

	if (access(path, R_OK) == 0 && buf_read_file(&text, path, INSTANT_TEXT) == 0) {
		buf_rtrim(&text);
		if (!instant_parse(&at, text.ptr))
			at = 0;
	}
	buf_release(&text);
	free(path);
	return at;
}

/* ---- one exchange */

struct exchange {
	struct worklog *wl;
	const struct sync_options *options;
	struct transport transport;
	struct repo_union_options unite;
	struct repo_union both;
	char *tracking;   /* where git fetch would put their log, or NULL */
	struct pin pin;   /* what they had the last time */
	enum sync_lapse lapse;
	bool sent;
	long long began;  /* this try, by clock_ticks() */
};

static int no_log_anywhere(const struct exchange *exchange)
{
	error_set(ERR_NOTFOUND, "there is no log here (no branch '%s'), and '%s' has none",
		  repo_branch(exchange->wl->repo), exchange->transport.remote);
	error_hint("begin one with 'async init'");
	return ERR_NOTFOUND;
}

/*
 * Who reads the log takes the remote-tracking ref along: it moves once theirs was found to be good. Of
 * a log that was begun apart that would be two logs in one view, so it waits until they are joined.
 */
static int track(const struct exchange *exchange)
{
	struct id now;
	int rc;

	if (!exchange->tracking || id_is_zero(&exchange->both.theirs) || exchange->both.apart)
		return 0;
	rc = repo_read_ref(&now, exchange->wl->repo, exchange->tracking);
	if (rc < 0 || id_equal(&now, &exchange->both.theirs))
		return rc;
	return repo_track(exchange->wl->repo, exchange->tracking, &exchange->both.theirs);
}

/* Fetch, and join what came with what is here: in memory, as far as the branch is concerned. */
static int fetch(struct exchange *exchange)
{
	struct repo *repo = exchange->wl->repo;
	struct id theirs;
	int rc;

	exchange->began = clock_ticks();
	rc = transport_fetch(&theirs, &exchange->transport);
	repo_union_release(&exchange->both);
	if (rc == 0)
		rc = repo_unite(&exchange->both, repo, &theirs, &exchange->unite);
	if (rc == 0 && id_is_zero(&exchange->both.tip))
		rc = no_log_anywhere(exchange);
	if (rc == 0 && exchange->lapse == SYNC_STEADY)
		rc = pin_compare(&exchange->lapse, exchange->wl, &exchange->pin, &theirs);
	return rc < 0 ? rc : track(exchange);
}

/* Without fetching: theirs is what a fetch or push last knew of it. */
static int recall(struct exchange *exchange)
{
	struct repo *repo = exchange->wl->repo;
	struct repo_union *both = &exchange->both;
	struct id theirs = { { 0 } }, ours;
	bool ahead = true;
	int rc = repo_read_ref(&ours, repo, repo_ref(repo));

	if (rc == 0 && exchange->tracking)
		rc = repo_read_ref(&theirs, repo, exchange->tracking);
	if (rc == 0 && id_is_zero(&ours))
		return no_log_anywhere(exchange);
	if (rc == 0 && !id_is_zero(&theirs))
		rc = repo_is_ancestor(&ahead, repo, &theirs, &ours);
	repo_union_release(both);
	if (rc < 0)
		return rc;
	if (ahead)
		return repo_unite(both, repo, &theirs, &exchange->unite);
	*both = (struct repo_union){ .ours = ours, .tip = ours };
	return 0;
}

static bool is_news_to_them(const struct repo_union *both)
{
	return !id_equal(&both->tip, &both->theirs);
}

static void pause_after(size_t tries, long long took, unsigned *seed)
{
	size_t grown = tries < SLOWEST ? tries : SLOWEST;
	long long most = (1 + took) * (long long)(1 + grown * grown / 2);

	if (most > LONGEST_WAIT)
		most = LONGEST_WAIT;
	poll(NULL, 0, 1 + rand_r(seed) % (int)most);
}

static int give_up(const struct exchange *exchange)
{
	error_set(ERR_FAILED, "others sent records to '%s' first, %d times in a row", exchange->transport.remote, TRIES);
	error_hint("nothing is lost; try again");
	return ERR_FAILED;
}

/*
 * Until ours is there, or it cannot be. Each try starts from our own branch again and drops what
 * the one before had made: one merge at most comes of a sync.
 */
static int send_all(struct sync *out, struct exchange *exchange)
{
	unsigned seed = (unsigned)getpid() ^ (unsigned)clock_ticks();
	int rc = 0;

	while (rc == 0 && !exchange->options->fetch_only && is_news_to_them(&exchange->both)) {
		rc = transport_push(&exchange->transport, &exchange->both.tip);
		exchange->sent = rc == 0;
		out->tries++;
		if (rc != ERR_CONFLICT)
			break;
		if (exchange->options->push_only) {
			error_hint("'async sync' fetches them first");
			return ERR_FAILED;
		}
		if (out->tries == TRIES)
			return give_up(exchange);
		pause_after(out->tries, clock_ticks() - exchange->began, &seed);
		rc = fetch(exchange);
	}
	return rc;
}

/* ---- sending what only one may say */

/* Are theirs read along with ours? Else ours must have them before anybody looks. */
static int bring_together(struct exchange *exchange)
{
	struct repo *repo = exchange->wl->repo;
	const char *along = repo_tracking(repo);
	bool overtaken;
	int rc;

	if (exchange->tracking && along && !strcmp(exchange->tracking, along))
		return 0;
	rc = repo_settle(&overtaken, repo, &exchange->both);
	if (rc == 0 && overtaken)
		rc = error_set(ERR_CONFLICT, "the log is being written to");
	return rc;
}

static int claim(struct id *tip, struct exchange *exchange)
{
	const struct sync_options *options = exchange->options;
	int rc;

	*tip = exchange->both.tip;
	rc = bring_together(exchange);
	if (rc == 0)
		rc = options->claim(tip, &exchange->both.tip, options->data);
	if (rc < 0 || id_equal(tip, &exchange->both.tip))
		return rc;
	rc = transport_push(&exchange->transport, tip);
	exchange->sent = rc == 0;
	if (rc == 0)
		exchange->both.tip = *tip;
	return rc;
}

/*
 * Begin again after a failure. A connection may break after what was sent has arrived: whether it
 * has, they know. The message stays, unless this fails where the other would only have been tried again.
 */
static int begin_again(bool *arrived, struct exchange *exchange, const struct id *sent, int failure)
{
	struct error_kept kept;
	int rc;

	*arrived = false;
	error_keep(&kept);
	rc = fetch(exchange);
	if (rc == 0 && sent && !id_is_zero(&exchange->both.theirs))
		rc = repo_is_ancestor(arrived, exchange->wl->repo, sent, &exchange->both.theirs);
	if (failure != ERR_CONFLICT || rc == 0)
		error_restore(&kept);
	else
		error_drop(&kept);
	return rc < 0 || failure != ERR_CONFLICT ? ERR_FAILED : 0;
}

/* Until what is claimed is there, or others have claimed all of it, or it cannot be. */
static int claim_all(struct sync *out, struct exchange *exchange)
{
	unsigned seed = (unsigned)getpid() ^ (unsigned)clock_ticks();
	bool arrived;
	struct id tip;
	int rc;

	for (;;) {
		bool is_made;

		rc = claim(&tip, exchange);
		is_made = !id_equal(&tip, &exchange->both.tip);
		if (rc == 0 || (rc != ERR_CONFLICT && !is_made))
			return rc;
		if (++out->tries == TRIES)
			return give_up(exchange);
		if (rc == ERR_CONFLICT && out->tries > 1) /* who was second finds mostly that there is nothing left */
			pause_after(out->tries, clock_ticks() - exchange->began, &seed);
		rc = begin_again(&arrived, exchange, is_made ? &tip : NULL, rc);
		if (arrived)
			return 0;
		if (rc < 0)
			return rc;
	}
}

/* A merge that could not be sent is not kept where theirs is read along anyway: the next sync makes it anew. */
static bool is_to_be_kept(const struct exchange *exchange)
{
	return !exchange->both.merged || exchange->sent || exchange->options->fetch_only || !exchange->tracking;
}

static void tell(struct sync *out, struct exchange *exchange)
{
	struct repo_union *both = &exchange->both;

	out->adopted = id_is_zero(&both->ours) && !id_is_zero(&both->theirs);
	out->founded = exchange->sent && id_is_zero(&both->theirs) && id_is_zero(&exchange->pin.tip);
	out->merged = both->merged && is_to_be_kept(exchange);
	out->in = both->in.v;
	out->nr_in = both->in.nr;
	out->nr_out = exchange->sent ? both->out.nr : 0;
	out->nr_left = exchange->options->fetch_only ? both->out.nr : 0;
	both->in.v = NULL;
	sort_ids(out->in, out->nr_in);
	sort_ids(both->out.v, both->out.nr);
}

/*
 * A remote that fell behind what it had is waited for as long as its records are here: the pin stays
 * until it has them again. Without them there is nothing to hold it to but what it has now.
 */
static int judge_remote(struct sync *out, struct exchange *exchange)
{
	const struct repo_union *both = &exchange->both;
	const struct id *theirs = exchange->sent ? &both->tip : &both->theirs;
	int rc = 0;

	if (exchange->options->push_only && !exchange->sent)
		return 0;
	out->lapse = exchange->lapse;
	out->was = exchange->pin.tip;
	out->was_at = exchange->pin.at;
	if (out->lapse != SYNC_STEADY)
		rc = repo_is_ancestor(&out->is_here, exchange->wl->repo, &out->was, &both->tip);
	out->is_restored = out->is_here && exchange->sent;
	if (rc == 0 && !id_is_zero(theirs) && (out->lapse == SYNC_STEADY || out->is_restored || !out->is_here))
		pin_write(exchange->wl, out->remote, theirs);
	return rc;
}

/* Once what came is in the log. */
static int look_back(struct sync *out, struct exchange *exchange)
{
	const struct id trusted[] = { exchange->both.ours, exchange->pin.tip };
	int rc;

	worklog_moved(exchange->wl);
	look_at_what_came(out, exchange->wl, &exchange->both.theirs, trusted, 2);
	rc = judge_remote(out, exchange);
	return rc < 0 ? rc : clashes_tell(out, exchange->wl, &exchange->both.out);
}

static int take_in(struct sync *out, struct exchange *exchange, bool all_sent)
{
	bool overtaken;
	int rc = 0;

	if (!all_sent && exchange->both.apart)
		return 0;
	if (all_sent || is_to_be_kept(exchange))
		rc = repo_settle(&overtaken, exchange->wl->repo, &exchange->both);
	if (rc < 0)
		return rc;
	tell(out, exchange);
	return look_back(out, exchange);
}

static int exchange_all(struct sync *out, struct exchange *exchange)
{
	struct error_kept kept;
	int rc = exchange->options->push_only ? recall(exchange) : fetch(exchange);
	int sent;

	if (rc < 0)
		return rc;
	sent = exchange->options->claim ? claim_all(out, exchange) : send_all(out, exchange);
	if (id_is_zero(&exchange->both.tip)) /* a later fetch failed: what came before it is tracked */
		return sent;
	if (sent == 0)
		return take_in(out, exchange, !exchange->options->claim);
	error_keep(&kept); /* it is the one to tell */
	take_in(out, exchange, false);
	error_restore(&kept);
	return sent;
}

static void choose_remote(struct sync *out, struct worklog *wl, const struct sync_options *options)
{
	const char *usual = repo_remote(wl->repo);

	if (options->remote || usual)
		out->remote = xstrdup(options->remote ? options->remote : usual);
	else
		out->remote = repo_config(wl->repo, "async.remote");
	if (!out->remote)
		out->remote = xstrdup("origin");
}

int sync_run(struct sync *out, struct worklog *wl, const struct sync_options *options)
{
	struct exchange exchange = {
		.wl = wl,
		.options = options,
		.transport = { .repo = wl->repo, .may_ask = options->may_ask, .says = BUF_INIT },
		.unite = { .join = options->join, .theirs_first = true },
	};
	int rc;

	*out = (struct sync)SYNC_INIT;
	choose_remote(out, wl, options);
	exchange.transport.remote = exchange.unite.name = out->remote;
	rc = transport_open(&exchange.transport);
	if (rc == 0) {
		exchange.tracking = repo_tracking_of(wl->repo, out->remote);
		pin_read(&exchange.pin, wl, out->remote);
		rc = exchange_all(out, &exchange);
	}
	if (rc == 0 && !options->push_only)
		note(wl);
	out->says = exchange.transport.says;
	exchange.transport.says = (struct buf)BUF_INIT;
	transport_close(&exchange.transport);
	worklog_moved(wl);
	repo_union_release(&exchange.both);
	free(exchange.tracking);
	return rc;
}

int sync_merge(struct sync *out, struct worklog *wl, const char *commit, bool join)
{
	const struct repo_union_options options = { .name = commit, .join = join };
	struct repo_union both;
	struct id theirs;
	int rc;

	*out = (struct sync)SYNC_INIT;
	out->remote = xstrdup(commit);
	rc = repo_find_commit(&theirs, wl->repo, commit);
	if (rc == 0)
		rc = repo_take(&both, wl->repo, &theirs, &options);
	if (rc < 0)
		return rc;
	out->adopted = id_is_zero(&both.ours);
	out->merged = both.merged;
	out->in = both.in.v;
	out->nr_in = both.in.nr;
	sort_ids(out->in, out->nr_in);
	sort_ids(both.out.v, both.out.nr);
	worklog_moved(wl);
	look_at_what_came(out, wl, &theirs, &both.ours, 1);
	rc = clashes_tell(out, wl, &both.out);
	free(both.out.v);
	return rc;
}
