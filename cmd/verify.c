/* async verify: what of the log can be trusted. */
#include "async/verify.h"

#include "cmd.h"
#include "findings.h"
#include "opts.h"
#include "print.h"

static void put_count(struct buf *out, size_t nr, const char *what)
{
	if (nr)
		buf_addf(out, "%s%zu %s", out->len ? ", " : "", nr, what);
}

/* "120 records in 118 commits: 3 signed, 117 claimed" */
static void summarize(const struct verify *verify)
{
	const struct verify_counts *counts = &verify->counts;
	struct buf states = BUF_INIT;

	put_count(&states, counts->is_signed, "signed");
	put_count(&states, counts->claimed, "claimed");
	put_count(&states, counts->imported, "imported");
	put_count(&states, counts->mismatch, "MISMATCH");
	print("%zu record%s in %zu commit%s%s%s", counts->records, counts->records == 1 ? "" : "s", counts->commits,
	      counts->commits == 1 ? "" : "s", states.len ? ": " : "", states.ptr);
	if (verify->commits_now != counts->commits)
		print(" (%zu of them new)", verify->commits_now);
	print("\n");
	if (counts->unchecked)
		print("%zu commit%s signed otherwise than by ssh: not checked\n", counts->unchecked,
		      counts->unchecked == 1 ? " is" : "s are");
	if (verify->shallow)
		print("this clone is shallow: what was before it was not looked at\n");
	buf_release(&states);
}

static bool is_wrong(const struct verify *verify)
{
	for (size_t i = 0; i < verify->nr; i++)
		if (!finding_is_note(verify->v[i].what))
			return true;
	return false;
}

static const char *const required_words[] = { "signed", NULL };

static int run(struct worklog *wl, int argc, char **argv)
{
	struct verify_options options = { .since = NULL };
	struct verify verify = VERIFY_INIT;
	struct person *trust = NULL;
	bool quiet = false;
	int required = -1, rc;
	const struct opt opts[] = {
		OPT_TEXT(0, "since", &options.since, "commit", "look only at what came after this commit"),
		OPT_FLAG(0, "full", &options.full, "look at everything again, not only at what is new"),
		OPT_WORD(0, "require", &required, required_words, "what", "signed: what is not signed is a finding"),
		OPT_PERSON(0, "trust", &trust, "their keys of now are theirs"),
		OPT_FLAG('q', "quiet", &quiet, "print nothing: the exit status says it"),
		OPT_END
	};

	rc = opts_parse(wl, &cmd_verify, opts, &argc, &argv, 0, 0);
	if (rc)
		return rc;
	if (globals.at)
		return error_set(ERR_USAGE, "--at: 'verify' looks at the history as it is now");
	options.require_signed = required == 0;
	options.full |= options.require_signed && !options.since;
	options.trust = trust;
	rc = verify_run(&verify, wl, &options);
	if (rc == 0 && !quiet)
		rc = findings_tell(wl, &verify);
	if (rc == 0 && !quiet && !print_is_machine() && !is_wrong(&verify))
		summarize(&verify);
	if (rc == 0)
		rc = is_wrong(&verify) ? EXIT_NO : EXIT_YES;
	verify_release(&verify);
	return rc;
}

const struct cmd cmd_verify = {
	.name = "verify",
	.usage = "[--since=<commit>] [--full] [--require=signed] [--trust=<who>] [-q]",
	.summary = "look whether the history of the log can be trusted",
	.needs = CMD_LOG | CMD_LOOK | CMD_UNREADABLE,
	.run = run,
};
