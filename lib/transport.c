/* The wire: the user's git on a remote, and what its answers mean. */
#include "transport.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "run.h"

#define SAYS_LINES 20      /* more is not shown */
#define SAYS_LINE_MAX 1000
#define SAYS_LIMIT ((size_t)4 << 20)
#define TIMEOUT_SECONDS 120
#define LARGEST_FETCH ((int64_t)4 << 30)
#define FETCHES 10         /* again, while other syncs in this clone were faster */
#define NO_SUCH_REF 2      /* how ls-remote ends then */

void transport_close(struct transport *transport)
{
	repo_wire_close(transport->repo);
	buf_release(&transport->says);
}

/* ---- what git says */

/* "Counting objects: 100% (3/3), done.", "Total 3 (delta 0), …": what a progress display leaves behind. */
static bool is_chatter(const char *line, size_t len)
{
	static const char *const ends[] = { ", done.", " objects.", " object.", " local objects.", " local object." };
	const char *colon;

	if (len > 8 && !strncmp(line, "remote: ", 8)) {
		line += 8;
		len -= 8;
	}
	colon = memchr(line, ':', len);
	for (size_t i = 0; colon && i < sizeof(ends) / sizeof(ends[0]); i++) {
		size_t end = strlen(ends[i]);

		if (len > end && !strncmp(line + len - end, ends[i], end) && memchr(colon, '(', len - (size_t)(colon - line)))
			return true;
	}
	return !strncmp(line, "Enumerating objects: ", 21) || !strncmp(line, "Checking connectivity: ", 23) ||
	       !strncmp(line, "Total ", 6) || !strncmp(line, "Delta compression using ", 24);
}

/* What fetch and push tell about the refs they moved: we say it in our words. */
static bool is_report(const char *line)
{
	return !strncmp(line, "From ", 5) || !strncmp(line, "To ", 3) || !strncmp(line, "hint: ", 6) ||
	       (line[0] == ' ' && line[1] && strchr("+-*=t! ", line[1])) || !strncmp(line, "error: failed to push some refs", 31);
}

/* Keep what is meant for people: whole lines, each as its last display was. */
static void take_says(struct buf *out, const struct buf *raw)
{
	const char *end = raw->ptr + raw->len;
	size_t lines = 0, len;

	buf_reset(out);
	for (const char *p = raw->ptr; p < end && lines < SAYS_LINES; p += len + 1) {
		const char *lf = memchr(p, '\n', (size_t)(end - p)), *shown = p;
		size_t left;

		len = (size_t)((lf ? lf : end) - p);
		left = strnlen(p, len);
		while (left && (p[left - 1] == ' ' || p[left - 1] == '\r'))
			left--;
		for (size_t i = 0; i < left; i++)
			if (p[i] == '\r')
				shown = p + i + 1;
		left -= (size_t)(shown - p);
		if (!left || is_chatter(shown, left) || is_report(shown))
			continue;
		buf_add(out, shown, left < SAYS_LINE_MAX ? left : SAYS_LINE_MAX);
		buf_putc(out, '\n');
		lines++;
	}
}

/* ---- running it */

/* A program of `false` answers for them. Messages come in the language in which explain() knows them. */
const char *const transport_silent[] = { "LC_ALL=C",         "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0",
					 "GIT_ASKPASS=false", "SSH_ASKPASS=false",    "SSH_ASKPASS_REQUIRE=force", NULL };

int transport_git(struct buf *output, struct buf *errors, struct repo *repo, bool may_ask, const char *const *args,
		  const struct transport_limits *limits)
{
	static const char *const asking[] = { "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", NULL };
	/* The hooks of this clone are about code. */
	const char *argv[24] = { "git", "--git-dir", repo_git_dir(repo), "-c", "protocol.ext.allow=never", "-c",
				 "core.hooksPath=/dev/null" };
	const struct run run = {
		.argv = argv,
		.env = may_ask ? asking : transport_silent,
		.unset = run_git_local_env,
		.output = output,
		.errors = errors,
		.limit = SAYS_LIMIT,
		.timeout_seconds = limits ? limits->timeout_seconds : 0,
		.file_limit = limits ? limits->largest : 0,
		.may_ask = may_ask,
	};

	for (size_t nr = 7; *args; args++)
		argv[nr++] = *args;
	return run_program(&run);
}

static int run_git(struct buf *output, struct transport *transport, const char *const *args)
{
	struct buf errors = BUF_INIT;
	int status = transport_git(output, &errors, transport->repo, transport->may_ask, args, &transport->limits);

	if (status < 0 && !*error_last_hint()) /* it took too long */
		error_hint("nothing is lost; how long to wait is async.syncTimeout, in seconds");
	take_says(&transport->says, &errors);
	buf_release(&errors);
	return status;
}

/* ---- what went wrong */

/*
 * What git says, in the C locale, and what it means: the first that fits. `fetching` and `sending`
 * are ours, with the remote's name; NULL: it is no matter there.
 */
#define BOTH(text) text, text
static const char *const overtaken[] = { " but expected ", "file exists", "reference already exists", NULL };
static const struct ending {
	const char *const *words;
	const char *fetching, *sending, *hint;
} endings[] = {
	{ (const char *const[]){ "file too large", NULL },
	  "what '%s' sends is more than async.maxFetch allows; nothing was taken in", NULL,
	  "if it is to be so large, 'git config async.maxFetch <bytes>' allows it" },
	{ (const char *const[]){ "fsck error", "did not send all necessary", "bad pack", "inflate", "corrupt", "missing blob",
				 "missing tree", "bad object", "protocol error", "bad line length", NULL },
	  "what '%s' sent is damaged; nothing was taken in", NULL,
	  "whoever keeps it finds out more with 'git fsck' there" },
	{ (const char *const[]){ "host key verification failed", "remote host identification has changed", NULL },
	  BOTH("ssh does not know the host of '%s' to be the one it says it is"),
	  "compare its key with whoever keeps it;\n'ssh <host>' shows it and asks whether to believe it" },
	{ (const char *const[]){ "permission", "denied", "authentication failed", "could not read username",
				 "could not read password", "not authorized", "unauthorized", "forbidden", "error: 401",
				 "error: 403", "read-only", NULL },
	  "'%s' does not let you read the log", "'%s' does not let you send records",
	  "ask whoever keeps it for the right to do that;\nrecords that you write stay here until then" },
	{ (const char *const[]){ "does not appear to be a git repository", "' not found", "repository not found", NULL },
	  BOTH("there is no repository where '%s' should be"),
	  "'git remote -v' shows where, 'git remote set-url' changes it;\n"
	  "some hosts also say that of what you may not see" },
	{ (const char *const[]){ "strange pathname '", "strange hostname '", "fatal: transport '", NULL },
	  BOTH("git does not use the address that '%s' has"),
	  "'git remote -v' shows it, 'git remote set-url' changes it" },
	{ (const char *const[]){ "early eof", "unexpected disconnect", "closed by remote host", "connection reset", "broken pipe",
				 "rpc failed", NULL },
	  BOTH("the connection to '%s' broke off"), "nothing is lost; try again" },
	{ (const char *const[]){ "index-pack failed", "unpack-objects failed", "invalid index-pack output", NULL },
	  "what '%s' sent is damaged; nothing was taken in", NULL,
	  "whoever keeps it finds out more with 'git fsck' there" },
	{ overtaken, "others fetch from '%s' at the same time, again and again", NULL, "nothing is lost; try again" },
	{ (const char *const[]){ "cannot lock ref", NULL },
	  "git cannot put what '%s' has into this repository", NULL, "what it says above tells why" },
	{ (const char *const[]){ "--mirror can't be combined", NULL },
	  NULL, "nothing can be sent from here: this clone is made to be the same as '%s'",
	  "write in another clone: what is fetched here undoes it" },
	{ NULL, BOTH("cannot reach '%s'"), "records that you write stay here; the next 'async sync' sends them" },
};

static bool says_any(const struct transport *transport, const char *const *words)
{
	for (; words && *words; words++)
		if (strcasestr(transport->says.ptr, *words))
			return true;
	return false;
}

/* Several words for several remedies; git's own are in `says`. */
static const struct ending *find_ending(const struct transport *transport, bool fetching)
{
	const struct ending *ending = endings;

	while (ending->words && (!(fetching ? ending->fetching : ending->sending) || !says_any(transport, ending->words)))
		ending++;
	return ending;
}

static int explain(const struct transport *transport, bool fetching)
{
	const struct ending *ending = find_ending(transport, fetching);
	const char *parts = fetching ? ending->fetching : ending->sending, *name = strstr(parts, "%s");

	error_set(ERR_FAILED, "%.*s%s%s", (int)(name - parts), parts, transport->remote, name + 2);
	error_hint("%s", ending->hint);
	return ERR_FAILED;
}

/* ---- fetching and pushing */

static char *incoming_ref(const struct transport *transport)
{
	return xstrfmt("refs/async/incoming/%s", transport->remote);
}

static int read_number(int64_t *out, struct repo *repo, const char *name, int64_t most, int64_t usual)
{
	char *given = repo_config(repo, name);
	int rc = 0;

	*out = usual;
	if (given && (!config_number(out, given) || *out <= 0 || *out > most)) {
		rc = error_set(ERR_INVALID, "%s: '%s' is no number from 1 to %lld", name, given, (long long)most);
		error_hint("'git config %s %lld' is what it is without one", name, (long long)usual);
	}
	free(given);
	return rc;
}

static int read_limits(struct transport *transport)
{
	int64_t timeout, largest;
	int rc = read_number(&timeout, transport->repo, "async.syncTimeout", 86400, TIMEOUT_SECONDS);

	if (rc == 0)
		rc = read_number(&largest, transport->repo, "async.maxFetch", INT64_MAX, LARGEST_FETCH);
	if (rc == 0)
		transport->limits = (struct transport_limits){ (int)timeout, (size_t)largest };
	return rc;
}

int transport_open(struct transport *transport)
{
	const char *name = transport->remote;
	char *ref;
	int rc = 0;

	if (!repo_has_remote(transport->repo, name)) {
		error_set(ERR_NOTFOUND, "there is no remote '%s' to exchange records with", name);
		error_hint("'git remote -v' lists all; 'git remote add <name> <url>' adds one");
		return ERR_NOTFOUND;
	}
	ref = incoming_ref(transport);
	if (!repo_ref_is_valid(ref))
		rc = error_set(ERR_INVALID, "'%s' is not a name that a remote can have", name);
	free(ref);
	if (rc == 0)
		rc = read_limits(transport);
	return rc < 0 ? rc : repo_wire_open(transport->repo);
}

/* Has the remote our branch? A fetch of what is not there fails like any other, and what it said does not matter. */
static bool has_no_log(struct transport *transport)
{
	const char *const args[] = { "ls-remote", "--exit-code", "--quiet", "--end-of-options", transport->remote,
				     repo_ref(transport->repo), NULL };
	struct transport asking = *transport;
	bool none;

	asking.says = (struct buf)BUF_INIT;
	none = run_git(NULL, &asking, args) == NO_SUCH_REF;
	if (none)
		buf_reset(&transport->says);
	buf_release(&asking.says);
	return none;
}

/* Those that we know git will open; it waits for other refs that are no files until its time is over. */
static int check_refs(const struct transport *transport, const char *incoming)
{
	char *tracking = repo_tracking_of(transport->repo, transport->remote);
	int rc = repo_check_ref(transport->repo, incoming);

	if (rc == 0)
		rc = repo_check_ref(transport->repo, repo_ref(transport->repo));
	if (rc == 0 && tracking)
		rc = repo_check_ref(transport->repo, tracking);
	free(tracking);
	return rc;
}

/* Several may fetch here at once, and move the same ref: git lets the first one do so. */
static int run_fetch(struct transport *transport, const char *const *args)
{
	int rc = run_git(NULL, transport, args);

	for (int again = 0; rc > 0 && again < FETCHES && says_any(transport, overtaken); again++)
		rc = run_git(NULL, transport, args);
	return rc;
}

int transport_fetch(struct id *out, struct transport *transport)
{
	char *incoming = incoming_ref(transport), *spec = xstrfmt("+%s:%s", repo_ref(transport->repo), incoming);
	const char *const args[] = { GIT_FETCH, "--progress", "--refmap=", "--end-of-options", transport->remote, spec, NULL };
	int rc = check_refs(transport, incoming);

	memset(out, 0, sizeof(*out));
	if (rc == 0)
		rc = repo_wire_mark(transport->repo, incoming, NULL);
	if (rc == 0)
		rc = run_fetch(transport, args);
	if (rc != 0)
		repo_wire_sweep(transport->repo);
	if (rc == 0)
		rc = repo_read_ref(out, transport->repo, incoming);
	else if (rc > 0 && has_no_log(transport))
		rc = 0;
	else if (rc > 0)
		rc = explain(transport, true);
	free(spec);
	free(incoming);
	return rc;
}

/* Why git says that our ref was not taken: "!\t<id>:<ref>\t[rejected] (fetch first)". The caller frees; NULL: it does not say. */
static char *why_rejected(const struct buf *output)
{
	const char *line = output->ptr, *why;

	if (strncmp(line, "!\t", 2) != 0) {
		line = strstr(line, "\n!\t");
		if (!line)
			return NULL;
		line++;
	}
	why = strchr(line + 2, '\t');
	return why ? xstrndup(why + 1, strcspn(why + 1, "\n")) : NULL;
}

/* Others were first, or are being served at this moment. */
static bool is_race(const char *why)
{
	return !strncmp(why, "[rejected]", 10) || strstr(why, "failed to update ref") || strstr(why, "cannot lock ref") ||
	       strstr(why, "incorrect old value") || strstr(why, "failed to lock") || strstr(why, "remote ref updated");
}

/* "[remote rejected] (pre-receive hook declined)" without what we say ourselves; the caller frees. */
static char *bare_reason(const char *why)
{
	static const char lead[] = "[remote rejected] (";
	size_t len = strlen(why), skip = sizeof(lead) - 1;

	return len > skip && !strncmp(why, lead, skip) && why[len - 1] == ')' ? xstrndup(why + skip, len - skip - 1)
									     : xstrdup(why);
}

static int rejected(const struct transport *transport, const char *why)
{
	char *reason;

	if (is_race(why))
		return error_set(ERR_CONFLICT, "'%s' has records that are not here yet", transport->remote);
	if (!strstr(why, "hook declined") && find_ending(transport, false)->words)
		return explain(transport, false);
	reason = bare_reason(why);
	error_set(ERR_FAILED, "'%s' rejected the records: %s", transport->remote, reason);
	error_hint("they stay here until it takes them; if it never will, see 'async help hook'");
	free(reason);
	return ERR_FAILED;
}

int transport_push(struct transport *transport, const struct id *tip)
{
	char hex[ID_HEX + 1], *spec, *why, *tracking = repo_tracking_of(transport->repo, transport->remote);
	struct buf output = BUF_INIT;
	int rc = tracking ? repo_wire_mark(transport->repo, tracking, tip) : 0;

	id_hex(hex, tip);
	spec = xstrfmt("%s:%s", hex, repo_ref(transport->repo));
	if (rc == 0) {
		const char *const args[] = { "push", "--porcelain", "--progress", "--no-verify", "--no-follow-tags",
					     "--recurse-submodules=no", "--end-of-options", transport->remote, spec, NULL };

		rc = run_git(&output, transport, args);
	}
	if (rc > 0) {
		why = why_rejected(&output);
		rc = why ? rejected(transport, why) : explain(transport, false);
		free(why);
	}
	buf_release(&output);
	free(tracking);
	free(spec);
	return rc;
}
