/*
 * May a push move the log's branch? Decided by the policy and the people of before, and those
 * that earlier commits of the push bring.
 */
#include "async/receive.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/worktime.h"
#include "incoming.h"
#include "verify-internal.h"
#include "worklog-internal.h"

#define TOLERANCE 86400 /* seconds, where the policy has none */
#define MAX_CHANGES 10000
#define LIMIT_NAME "async.receiveLimit"

int receive_parse(struct receive_update *out, const char *line, size_t len)
{
	size_t ref = 2 * (ID_HEX + 1);

	if (len <= ref || memchr(line, '\0', len) || !id_parse(&out->old, line, ID_HEX) || line[ID_HEX] != ' ' ||
	    !id_parse(&out->new, line + ID_HEX + 1, ID_HEX) || line[ref - 1] != ' ')
		return error_set(ERR_INVALID, "'%.*s' is not '<old> <new> <ref>'", (int)(len < 200 ? len : 200), line);
	out->ref = line + ref;
	out->ref_len = len - ref;
	return 0;
}

/* What is wrong with the push as a whole. */
static void refuse(struct verify *out, enum finding_what what, const struct id *commit, const char *text)
{
	GROW(out->v, out->nr, out->alloc);
	out->v[out->nr++] = (struct finding){ .what = what, .commit = *commit, .text = xstrdup(text) };
}

/* What the team has agreed on that is for servers to see to. */
static void apply_policy(struct incoming *incoming, const struct team *team)
{
	const char *tolerance = node_get_text(team_policy(team), "tolerance");
	const char *require = node_get_text(team_policy(team), "require");
	struct span span;

	incoming->tolerance = TOLERANCE;
	if (tolerance && span_parse(&span, tolerance))
		incoming->tolerance = (time_t)span.days * 86400 + (time_t)span.minutes * 60;
	incoming->require_signed = require && !strcmp(require, "signed");
}

/* Whoever keeps the server says how much may come at once: "0" is any number. */
static int apply_limit(struct incoming *incoming, struct worklog *wl)
{
	char *value = repo_config(wl->repo, LIMIT_NAME);
	int64_t limit = MAX_CHANGES;
	int rc = 0;

	if (value && (!config_number(&limit, value) || limit < 0))
		rc = error_set(ERR_FAILED, LIMIT_NAME " is '%s', not a number", value);
	incoming->max_changes = (size_t)limit;
	free(value);
	return rc;
}

/* The team and the policy as of `old`, and then the team with what `new` brings. */
static int gather(struct team **team, struct incoming *incoming, struct worklog *wl, const struct id *old)
{
	int rc;

	if (id_is_zero(old)) {
		rc = incoming_team(team, wl->repo, wl->dir, &incoming->tip, wl->now);
		if (rc == 0)
			apply_policy(incoming, *team);
		return rc;
	}
	rc = incoming_team(team, wl->repo, wl->dir, old, wl->now);
	if (rc < 0)
		return rc;
	apply_policy(incoming, *team);
	return incoming_team_add(*team, wl->repo, old, &incoming->tip, wl->now);
}

static int check_commits(struct verify *out, struct worklog *wl, const struct receive_update *update)
{
	struct incoming incoming = {
		.repo = wl->repo, .now = wl->now, .trusted = &update->old, .nr_trusted = 1, .tip = update->new,
	};
	struct team *team = NULL;
	int rc = apply_limit(&incoming, wl);

	if (rc == 0)
		rc = gather(&team, &incoming, wl, &update->old);
	incoming.team = team;
	if (rc == 0)
		rc = incoming_check(out, &incoming);
	if (rc == ERR_INVALID) {
		refuse(out, FINDING_FOREIGN, &update->new, error_last());
		error_clear();
		rc = 0;
	}
	team_free(team);
	return rc;
}

/* A log only grows. */
static int check_forward(bool *forward, struct verify *out, struct repo *repo, const struct receive_update *update)
{
	char was[ID_HEX + 1], is[ID_HEX + 1], *text;
	int rc = id_is_zero(&update->old) ? 0 : repo_is_ancestor(forward, repo, &update->old, &update->new);

	if (rc < 0 || *forward)
		return rc;
	id_hex(was, &update->old);
	id_hex(is, &update->new);
	text = xstrfmt("'%s' would go to %.12s, which does not contain %.12s, where it is", repo_branch(repo), is, was);
	refuse(out, FINDING_REWRITTEN, &update->new, text);
	free(text);
	return 0;
}

int receive_check(struct verify *out, struct worklog *wl, const struct receive_update *update)
{
	bool forward = id_is_zero(&update->old);
	int rc;

	*out = (struct verify)VERIFY_INIT;
	if (update->ref_len != strlen(repo_ref(wl->repo)) || memcmp(update->ref, repo_ref(wl->repo), update->ref_len) != 0)
		return 0;
	if (id_is_zero(&update->new)) {
		refuse(out, FINDING_REWRITTEN, &update->old, "a log is not removed");
		return 0;
	}
	rc = check_forward(&forward, out, wl->repo, update);
	if (rc == 0 && forward)
		rc = check_commits(out, wl, update);
	verify_drop_notes(out);
	return rc;
}
