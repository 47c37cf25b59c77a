/* A digest as a message. */
#include "async/clock.h"
#include "async/error.h"
#include "async/mail.h"
#include "async/zone.h"
#include "digest.h"
#include "print.h"

/* "async: 2 overdue, 1 due today, 3 new" */
static void put_subject(struct buf *out, const struct digest *digest)
{
	static const char *const words[DIGEST_SECTIONS] = {
		[DIGEST_OVERDUE] = "overdue",    [DIGEST_OWED] = "you wait for", [DIGEST_TODAY] = "due today",
		[DIGEST_ANSWERED] = "answered", [DIGEST_DECIDED] = "decided",   [DIGEST_NEW] = "new",
	};
	const char *lead = ": ";

	buf_puts(out, "async");
	for (int section = 0; section < DIGEST_SECTIONS; section++) {
		size_t nr = digest_count(digest, (enum digest_section)section);

		if (!nr)
			continue;
		buf_addf(out, "%s%zu %s", lead, nr, words[section]);
		lead = ", ";
	}
}

/* What makes it this message: log, person, their date, and what it tells of. */
static void put_identity(struct buf *out, const struct digest *digest, const char *log)
{
	char hex[ID_HEX + 1], day_text[DAY_TEXT];
	int32_t day;
	long second;

	zone_local(digest->zone, digest->now, &day, &second);
	day_format(day_text, day);
	buf_addf(out, "%s %s %s", log, digest->whose, day_text);
	for (size_t i = 0; i < digest->nr; i++) {
		const struct digest_item *item = &digest->v[i];

		id_hex(hex, &item->id);
		buf_addf(out, "\n%s %s %s %lld %lld", digest_words[item->section], hex, item->who ? item->who : "",
			 (long long)item->due_at, (long long)item->at);
	}
}

static const char *first_address(const struct person *person)
{
	return person->addresses && person->addresses->first ? person->addresses->first->text : NULL;
}

static int find_people(struct mail *mail, const struct digest *digest)
{
	struct person *me, *them;
	struct team *team;
	int rc;

	rc = worklog_team(&team, digest->wl);
	if (rc == 0)
		rc = worklog_me(&me, digest->wl);
	if (rc < 0)
		return rc;
	them = team_person(team, digest->whose);
	mail->from = worklog_address(digest->wl);
	mail->to = first_address(them);
	mail->to_name = them->name;
	if (mail->to)
		return 0;
	error_set(ERR_INVALID, "no mail address of %s is known", them->shown);
	error_hint("'async team edit %s address+=<address>' adds one", them->handle);
	return ERR_INVALID;
}

int digest_mail(struct buf *out, const struct digest *digest)
{
	struct buf subject = BUF_INIT, identity = BUF_INIT, text = BUF_INIT, html = BUF_INIT, name = BUF_INIT;
	struct mail mail = { .from_name = "async", .date = digest->now, .kind = "digest" };
	char log[ID_HEX + 1];
	struct id root;
	int rc;

	rc = find_people(&mail, digest);
	if (rc == 0)
		rc = worklog_root(digest->wl, &root);
	if (rc < 0)
		goto done;
	id_hex(log, &root);
	put_identity(&identity, digest, log);
	put_subject(&subject, digest);
	digest_plain(&text, digest);
	digest_html(&html, digest);
	if (mail.to_name)
		print_safe(&name, mail.to_name, false);
	mail.to_name = name.len ? name.ptr : NULL;
	mail.subject = subject.ptr;
	mail.identity = identity.ptr;
	mail.list = log;
	mail.text = text.ptr;
	mail.html = html.ptr;
	rc = mail_format(out, &mail);
done:
	buf_release(&name);
	buf_release(&html);
	buf_release(&text);
	buf_release(&identity);
	buf_release(&subject);
	return rc;
}
