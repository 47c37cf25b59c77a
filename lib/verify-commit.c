/* One commit of the log: it may only add records, in its author's name. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"
#include "verify-internal.h"

#define ATTACHMENT_LIMIT ((size_t)64 << 20)

/* ---- a record */

/* "post 3f2a9c1" */
static const char *named(struct buf *out, const struct record *rec)
{
	char hex[ID_HEX + 1];

	id_hex(hex, &rec->id);
	buf_addf(out, "%s %.*s", rec->kind == KIND_MARK ? verb_name(rec->verb) : record_kind_name(rec->kind),
		 ID_MIN_SHOWN, hex);
	return out->ptr;
}

/* "3 days", "2h 5m" */
static void put_span(struct buf *out, long long seconds)
{
	if (seconds >= 2 * 86400)
		buf_addf(out, "%lld days", seconds / 86400);
	else if (seconds >= 3600)
		buf_addf(out, "%lldh %lldm", seconds / 3600, seconds % 3600 / 60);
	else
		buf_addf(out, "%lld minutes", seconds / 60);
}

/* When it was authored: that stays when git makes a commit anew. 0: it does not say. */
static time_t authored_at(const struct repo_step *step)
{
	const char *author = strstr(step->text->ptr, "\nauthor "), *end, *mail;

	if (!author)
		return 0;
	end = author + 1 + strcspn(author + 1, "\n");
	mail = memrchr(author, '>', (size_t)(end - author));
	return mail ? (time_t)strtoll(mail + 1, NULL, 10) : 0;
}

/* Would the date fit, had the commit been made when it was authored? */
static bool is_made_anew(const struct verifier *verifier, const struct repo_step *step, const struct record *rec)
{
	long long before = (long long)authored_at(step) - rec->date;

	return before <= verifier->dates.before && before >= -verifier->dates.after;
}

static void check_dates(struct verifier *verifier, const struct repo_step *step, const struct record *rec,
			const char *path)
{
	long long before = (long long)step->committed_at - rec->date;
	long long ahead = (long long)rec->date - verifier->now;
	struct buf what = BUF_INIT, span = BUF_INIT;

	named(&what, rec);
	if (ahead > verifier->dates.ahead) {
		put_span(&span, ahead);
		verify_find(verifier, FINDING_AHEAD, &step->id, path, "%s is dated %s ahead", what.ptr, span.ptr);
	} else if (before > verifier->dates.before || before < -verifier->dates.after) {
		put_span(&span, before > 0 ? before : -before);
		verify_find(verifier, FINDING_DATE, &step->id, path, "%s is dated %s %s its commit by %s%s", what.ptr,
			    span.ptr, before > 0 ? "before" : "after", step->author,
			    is_made_anew(verifier, step, rec) ?
				    ", which was made anew, as by a rebase: merge a log instead" : "");
	}
	buf_release(&span);
	buf_release(&what);
}

/* How the commit's signature bears on a record of it. */
struct signing {
	enum signature how;
	char *key;
	int checked; /* 0: not yet; 1: good; -1: wrong */
};

/* Is this the signature of the key that it names? Asked once for a commit. */
static int check_signature(bool *good, struct verifier *verifier, const struct repo_step *step, struct signing *signing)
{
	int rc = signing->checked ? 0 : signature_check(good, verifier, step, signing->key);

	if (rc == 0 && !signing->checked)
		signing->checked = *good ? 1 : -1;
	*good = signing->checked > 0;
	return rc;
}

/* Who has a key changes keys, their own or others', with its signature only: a name alone anybody can write. */
static int may_change_keys(bool *may, struct verifier *verifier, const struct repo_step *step, struct signing *signing,
			   const struct record *rec)
{
	const struct person *author = team_person(verifier->team, rec->from);
	size_t event;

	*may = !keys_any(verifier, step, author);
	if (*may || signing->how != SIGNATURE_SSH ||
	    keys_standing(&event, verifier, step, author, signing->key) != KEY_VALID)
		return 0;
	return check_signature(may, verifier, step, signing);
}

static int learn_keys(struct verifier *verifier, const struct repo_step *step, struct signing *signing,
		      const struct change *change)
{
	const struct record *rec = change->reason ? NULL : keys_change(verifier, &change->id);
	struct buf what = BUF_INIT;
	bool may = false;
	int rc = rec ? may_change_keys(&may, verifier, step, signing, rec) : 0;

	if (rc < 0 || !rec)
		return rc;
	if (may)
		keys_learn(verifier, step, rec);
	else
		verify_find(verifier, FINDING_SIGNATURE, &step->id, change->path,
			    "%s by %s changes keys of %s without a signature of theirs: it is not believed",
			    named(&what, rec), rec->from, record_text(rec, "person"));
	buf_release(&what);
	return 0;
}

/* Should its key be given up on another line of history, that comes out at the end. */
static void confirm_later(struct verifier *verifier, const struct repo_step *step, size_t event, const char *path)
{
	GROW(verifier->to_confirm, verifier->nr_to_confirm, verifier->alloc_to_confirm);
	verifier->to_confirm[verifier->nr_to_confirm++] =
		(struct signed_record){ step->number, event, step->id, xstrdup(path) };
}

/* What is wrong with the signature, as of this record's author; NULL: nothing, or the author has no keys. */
static int find_fault(const char **wrong, bool *is_signed, struct verifier *verifier, const struct repo_step *step,
		      struct signing *signing, const struct person *author, const char *path)
{
	size_t event = 0;
	int rc;

	*wrong = NULL;
	*is_signed = false;
	switch (keys_standing(&event, verifier, step, author, signing->key)) {
	case KEY_NONE_KNOWN:
		return 0;
	case KEY_ANOTHERS:
		*wrong = strstr(signing->key, "-cert-v01@") ? "with a certificate, and not with a plain key of theirs"
							     : "with a key that is not theirs";
		return 0;
	case KEY_GIVEN_UP:
		*wrong = "with a key that they have given up";
		return 0;
	case KEY_VALID:
		break;
	}
	rc = check_signature(is_signed, verifier, step, signing);
	if (rc == 0 && *is_signed)
		confirm_later(verifier, step, event, path);
	else if (rc == 0)
		*wrong = "but the signature is not that of its commit";
	return rc;
}

/* 1: the signature is wrong, and that is told. */
static int check_key(bool *is_signed, struct verifier *verifier, const struct repo_step *step, struct signing *signing,
		     const struct record *rec, const char *from, const char *path)
{
	const struct person *author = team_person(verifier->team, from);
	struct buf what = BUF_INIT;
	const char *wrong;
	int rc = find_fault(&wrong, is_signed, verifier, step, signing, author, path);

	if (rc < 0 || !wrong)
		return rc;
	verify_find(verifier, FINDING_SIGNATURE, &step->id, path, "%s by %s is signed %s", named(&what, rec),
		    author->shown, wrong);
	verifier->out->counts.mismatch++;
	buf_release(&what);
	return 1;
}

static void check_required(struct verifier *verifier, const struct repo_step *step, const struct signing *signing,
			   const struct record *rec, const char *path)
{
	struct buf what = BUF_INIT;
	const char *why = signing->how == SIGNATURE_NONE ? "is not signed" :
			  signing->how == SIGNATURE_SSH  ? "is signed with an unknown key" :
							   "is signed otherwise than by ssh, which is not checked";

	if (verifier->options->require_signed)
		verify_find(verifier, FINDING_UNSIGNED, &step->id, path, "%s by %s %s", named(&what, rec),
			    rec->from ? rec->from : "async", why);
	buf_release(&what);
}

/* Whose key it has to be. For what was imported, or nobody says, its committer answers where signatures are required. */
static const char *signer(const struct verifier *verifier, const struct repo_step *step, const struct record *rec)
{
	bool own = rec->from && !record_node(rec, "origin");

	return own ? rec->from : verifier->options->require_signed ? step->author : NULL;
}

static int check_author(struct verifier *verifier, const struct repo_step *step, struct signing *signing,
			const struct record *rec, const char *path)
{
	struct verify_counts *counts = &verifier->out->counts;
	const char *from = signer(verifier, step, rec);
	bool is_signed = false, imported = record_node(rec, "origin");
	struct buf what = BUF_INIT;
	int rc = 0;

	counts->imported += imported;
	if (imported && !from)
		return 0;
	if (rec->from && !imported && !people_may_commit(verifier, rec, step->author)) {
		verify_find(verifier, FINDING_MISMATCH, &step->id, path, "%s says it is by %s; %s committed it",
			    named(&what, rec), rec->from, step->author);
		counts->mismatch++;
		buf_release(&what);
		return 0;
	}
	if (from && signing->how == SIGNATURE_SSH)
		rc = check_key(&is_signed, verifier, step, signing, rec, from, path);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	if (signing->how == SIGNATURE_BAD)
		verify_find(verifier, FINDING_SIGNATURE, &step->id, path, "%s is signed, but that is no signature",
			    named(&what, rec));
	buf_release(&what);
	counts->is_signed += is_signed && !imported;
	counts->claimed += !is_signed && !imported;
	if (!is_signed)
		check_required(verifier, step, signing, rec, path);
	return 0;
}

static void tell_unreadable(struct verifier *verifier, const struct repo_step *step, const char *path)
{
	const char *reason = error_last();

	if (!strncmp(reason, path, strlen(path)))
		verify_find(verifier, FINDING_UNREADABLE, &step->id, path, "%s", reason);
	else
		verify_find(verifier, FINDING_UNREADABLE, &step->id, path, "%s: %s", path, reason);
	error_clear();
}

/* Read it: 0, or 1 if it is none. */
static int read_record(struct record *out, struct verifier *verifier, const struct change *change)
{
	char path[RECORD_PATH];
	struct buf text = BUF_INIT;
	int rc = repo_read(&text, verifier->repo, &change->id, RECORD_MAX_BYTES);

	if (rc == 0)
		rc = record_parse(out, text.ptr, text.len, change->path);
	buf_release(&text);
	if (rc < 0)
		return *error_last_hint() && rc == ERR_NOTFOUND ? rc : 1; /* it was never fetched */
	out->id = change->id;
	record_path(path, out->date, &out->id);
	if (!strcmp(path, change->path))
		return 0;
	error_set(ERR_INVALID, "%s: the record's date is of another day", change->path);
	return 1;
}

static void tell_unknown(struct verifier *verifier, const struct repo_step *step, const struct record *rec,
			 const char *path)
{
	const char *key = rec->kind == KIND_UNKNOWN ? "kind" : "verb";

	if (rec->kind == KIND_UNKNOWN || (rec->kind == KIND_MARK && rec->verb == VERB_UNKNOWN))
		verify_find(verifier, FINDING_UNKNOWN, &step->id, path, "%s has the %s '%s': a newer async may know it",
			    path, key, record_text(rec, key) ? record_text(rec, key) : "");
}

/* The files of a commit that its records list. */
static void note_attachments(struct table *listed, struct pool *pool, const struct record *rec)
{
	NODE_EACH(file, record_node(rec, "attach")) {
		const char *id = node_get_text(file, "id");

		if (id)
			table_set(listed, pool_strdup(pool, id), listed);
	}
}

static int check_record(struct verifier *verifier, const struct repo_step *step, struct signing *signing,
			const struct change *change, struct table *listed, struct pool *pool)
{
	struct record rec = RECORD_INIT;
	int rc = read_record(&rec, verifier, change);

	verifier->out->counts.records++;
	if (rc != 0) {
		if (rc > 0)
			tell_unreadable(verifier, step, change->path);
		record_release(&rec);
		return rc < 0 ? rc : 0;
	}
	tell_unknown(verifier, step, &rec, change->path);
	note_attachments(listed, pool, &rec);
	rc = check_author(verifier, step, signing, &rec, change->path);
	if (!record_node(&rec, "origin"))
		check_dates(verifier, step, &rec, change->path);
	record_release(&rec);
	return rc;
}

/* Files beside the records: listed by one of the same commit, and readable. */
static int check_attachment(struct verifier *verifier, const struct repo_step *step, const struct change *change,
			    const struct table *listed)
{
	struct buf bytes = BUF_INIT;
	char hex[ID_HEX + 1];
	int rc;

	id_hex(hex, &change->id);
	if (!table_get(listed, hex))
		verify_find(verifier, FINDING_ATTACHMENT, &step->id, change->path, "%s: no record of its commit lists it",
			    change->path);
	rc = repo_read(&bytes, verifier->repo, &change->id, ATTACHMENT_LIMIT);
	buf_release(&bytes);
	if (rc < 0 && !(*error_last_hint() && rc == ERR_NOTFOUND)) {
		tell_unreadable(verifier, step, change->path);
		rc = 0;
	}
	return rc;
}

static void tell_foreign(struct verifier *verifier, const struct repo_step *step, const struct change *change)
{
	bool damage = reason_is_damage(change->reason);
	char hex[ID_HEX + 1];

	verify_find(verifier, damage ? FINDING_UNREADABLE : FINDING_FOREIGN, &step->id, change->path,
		    damage ? "%s: %s, in commit %s of %s" : "%s %s, in commit %s of %s", change->path, change->reason,
		    short_id(hex, &step->id), step->author);
}

/* ---- the commit itself */

static void check_clock(struct verifier *verifier, const struct repo_step *step)
{
	long long ahead = (long long)step->committed_at - verifier->now;
	struct buf span = BUF_INIT;
	char hex[ID_HEX + 1];

	if (verifier->dates.commit_ahead && ahead > verifier->dates.commit_ahead) {
		put_span(&span, ahead);
		verify_find(verifier, FINDING_AHEAD, &step->id, NULL, "commit %s of %s is dated %s ahead",
			    short_id(hex, &step->id), step->author, span.ptr);
	}
	buf_release(&span);
}

static void check_ancestry(struct verifier *verifier, const struct repo_step *step)
{
	char hex[ID_HEX + 1], parent[ID_HEX + 1];
	struct buf span = BUF_INIT;

	for (size_t i = 0; i < step->nr_parents; i++) {
		const struct repo_parent *before = &step->parents[i];

		if (before->missing && !verifier->out->shallow)
			verify_find(verifier, FINDING_UNREADABLE, &step->id, NULL, "commit %s, on which %s is built, is not here",
				    short_id(parent, &before->id), short_id(hex, &step->id));
		if (!parent_is_here(before) || before->committed_at - step->committed_at <= verifier->dates.behind)
			continue;
		buf_reset(&span);
		put_span(&span, before->committed_at - step->committed_at);
		verify_find(verifier, FINDING_DATE, &step->id, NULL, "commit %s by %s is dated %s before %s, on which it is built",
			    short_id(hex, &step->id), step->author, span.ptr, short_id(parent, &before->id));
	}
	if (step->nr_parents > 2)
		verify_find(verifier, FINDING_MERGE, &step->id, NULL, "commit %s by %s has %zu parents",
			    short_id(hex, &step->id), step->author, step->nr_parents);
	buf_release(&span);
}

static void tell_added_by_merge(struct verifier *verifier, const struct repo_step *step, const struct change *change)
{
	char hex[ID_HEX + 1];

	if (step->nr_parents > 1)
		verify_find(verifier, FINDING_MERGE, &step->id, change->path,
			    "%s is in neither of the two that commit %s of %s joins", change->path,
			    short_id(hex, &step->id), step->author);
}

static int check_files(struct changes *changes, struct signing *signing)
{
	struct verifier *verifier = changes->verifier;
	const struct repo_step *step = changes->step;
	struct table listed = TABLE_INIT;
	struct pool pool = { 0 };
	int rc = 0;

	for (size_t i = 0; i < changes->nr && rc == 0; i++)
		rc = learn_keys(verifier, step, signing, &changes->v[i]);
	for (size_t i = 0; i < changes->nr && rc == 0; i++) {
		const struct change *change = &changes->v[i];

		if (change->reason) {
			tell_foreign(verifier, step, change);
			continue;
		}
		tell_added_by_merge(verifier, step, change);
		if (path_is_record(change->path))
			rc = check_record(verifier, step, signing, change, &listed, &pool);
	}
	for (size_t i = 0; i < changes->nr && rc == 0; i++)
		if (!changes->v[i].reason && !path_is_record(changes->v[i].path))
			rc = check_attachment(verifier, step, &changes->v[i], &listed);
	table_release(&listed);
	pool_release(&pool);
	return rc;
}

int verify_commit(struct verifier *verifier, const struct repo_step *step)
{
	struct changes changes = { .verifier = verifier, .step = step };
	struct signing signing = { .how = SIGNATURE_NONE };
	char hex[ID_HEX + 1];
	int rc;

	verifier->out->counts.commits++;
	verifier->out->commits_now++;
	rc = keys_arrive(verifier, step);
	if (rc < 0)
		return rc;
	if (step->damaged) {
		verify_find(verifier, FINDING_UNREADABLE, &step->id, NULL, "commit %s is damaged", short_id(hex, &step->id));
		return 0;
	}
	check_clock(verifier, step);
	check_ancestry(verifier, step);
	rc = changes_find(&changes);
	if (rc == 0) {
		signing.how = signature_of(&signing.key, step->text);
		verifier->out->counts.unchecked += signing.how == SIGNATURE_OTHER;
		rc = check_files(&changes, &signing);
	}
	free(signing.key);
	changes_release(&changes);
	return rc;
}
