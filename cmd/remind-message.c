/* What somebody gets who is reminded: whatever records say, it is text there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/clock.h"
#include "async/error.h"
#include "async/json.h"
#include "async/mail.h"
#include "async/markdown.h"
#include "async/message-id.h"
#include "async/notify.h"
#include "async/worktime.h"
#include "print.h"
#include "remind.h"

/* How much of an ask's text is quoted. */
#define QUOTED_LINES 10
#define QUOTED_BYTES 800

/* -- how it stands ---------------------------------------------------------------------------- */

/* "50%" and the like; 0: it is none of these. */
static int share_of(const struct stage *stage)
{
	char *end;
	long share = strtol(stage->name, &end, 10);

	return *end == '%' && share > 0 && share < 100 ? (int)share : 0;
}

/* A due time lasts to the end of its minute, as people see it. */
static bool is_late(const struct notice *notice, time_t now)
{
	return now >= notice->due_at + 60;
}

void put_stage(struct buf *out, const struct notice *notice, time_t now, const struct zone *zone)
{
	int share = share_of(&notice->stage);

	if (notice->stage.verb == VERB_ESCALATE) {
		buf_puts(out, "escalated");
	} else if (is_late(notice, now)) {
		buf_puts(out, zone ? "overdue since " : "overdue");
		if (zone)
			format_time_short(out, notice->due_at, now, zone);
	} else if (!share) {
		buf_puts(out, "due now");
	} else if (share == 50) {
		buf_puts(out, "half of the time is over");
	} else {
		buf_addf(out, "%d%% of the time is over", share);
	}
}

static const char *subject_of(const struct notice *notice)
{
	return *notice->subject ? notice->subject : "(redacted)";
}

static const char *name_of(const struct person *person)
{
	return person->name ? person->name : person->shown;
}

/* -- the subject ------------------------------------------------------------------------------ */

/* "due tomorrow 10:00", "due now", "overdue since today 10:00" */
static void put_when(struct buf *out, const struct message *message, const struct notice *notice, time_t now)
{
	if (notice->stage.verb != VERB_ESCALATE && (is_late(notice, now) || !share_of(&notice->stage))) {
		put_stage(out, notice, now, message->zone);
		return;
	}
	buf_puts(out, "due ");
	format_time_short(out, notice->due_at, now, message->zone);
}

/* "Ben Okoro, due today 17:00: Can we ship?", "Ben Okoro, 3 asks wait, the first due now: Can we ship?" */
static void write_subject(struct message *message, time_t now)
{
	const struct notice *first = message->v[0];
	struct buf *out = &message->subject;

	print_safe(out, name_of(message->person), false);
	buf_puts(out, ", ");
	if (message->nr > 1)
		buf_addf(out, "%zu asks wait, the first ", message->nr);
	put_when(out, message, first, now);
	buf_puts(out, ": ");
	print_safe(out, subject_of(first), false);
}

/* -- the text --------------------------------------------------------------------------------- */

/* What a reader types to answer: the first of it is what meets the need. */
static const char *answer_to(enum need need)
{
	switch (need) {
	case NEED_ACK:
		return "ack";
	case NEED_APPROVAL:
		return "approve";
	case NEED_DONE:
		return "done";
	case NEED_READ:
		return "read";
	default:
		return "reply";
	}
}

/* "ana asks, due Tue 2026-03-03 10:00 CET: half of the time is over" */
static void put_facts(struct buf *out, const struct message *message, const struct notice *notice, struct worklog *wl)
{
	if (notice->from)
		buf_addf(out, "%s asks, ", worklog_who(wl, notice->from)->shown);
	if (notice->escalated_for)
		buf_addf(out, "%s has not answered, ", worklog_who(wl, notice->escalated_for)->shown);
	buf_addf(out, "%sdue %s", notice->promised ? "promised, " : "", notice->assumed ? "~" : "");
	format_time(out, notice->due_at, message->zone);
	buf_puts(out, ": ");
	put_stage(out, notice, worklog_now(wl), NULL);
}

/* The beginning of the ask's own text, each line by `put` after `lead`. */
static void put_quoted(struct buf *out, const char *body, const char *lead, const char *tail,
		       void (*put)(struct buf *out, const char *text))
{
	size_t taken = 0, lines = 0, len;

	for (; *body && lines < QUOTED_LINES && taken < QUOTED_BYTES; body += len + (body[len] == '\n'), lines++) {
		char *line;

		len = strcspn(body, "\n");
		line = xstrndup(body, len);
		buf_puts(out, lead);
		put(out, line);
		buf_puts(out, tail);
		taken += len;
		free(line);
	}
	if (*body)
		buf_addf(out, "%s…%s", lead, tail);
}

/* A line of text, in which there may be a TAB. */
static void put_plain(struct buf *out, const char *text)
{
	struct buf safe = BUF_INIT;

	print_safe(&safe, text, true);
	text_cut(out, safe.ptr, QUOTED_BYTES);
	buf_release(&safe);
}

static void put_markdown(struct buf *out, const char *text)
{
	struct buf plain = BUF_INIT;

	put_plain(&plain, text + strspn(text, " \t")); /* what is indented would be code */
	markdown_put_text(out, plain.ptr);
	buf_release(&plain);
}

static void write_plain_item(struct message *message, const struct notice *notice, struct worklog *wl)
{
	struct buf *out = &message->text, facts = BUF_INIT;
	char shown[ID_HEX + 1], hex[ID_HEX + 1];

	worklog_short_id(shown, wl, &notice->ask);
	id_hex(hex, &notice->ask);
	put_facts(&facts, message, notice, wl);
	put_plain(out, subject_of(notice));
	buf_putc(out, '\n');
	put_plain(out, facts.ptr);
	buf_puts(out, "\n\n");
	if (notice->body) {
		put_quoted(out, notice->body, "> ", "\n", put_plain);
		buf_putc(out, '\n');
	}
	buf_addf(out, "Answer:    async %s %s\n", answer_to(notice->need), shown);
	if (notice->need != NEED_ACK)
		buf_addf(out, "Say when:  async ack --by <when> %s\n", shown);
	buf_addf(out, "See it:    async show %s\nIts id:    %s\n\n", shown, hex);
	buf_release(&facts);
}

static void put_markdown_item(struct buf *out, const struct message *message, const struct notice *notice, struct worklog *wl)
{
	char shown[ID_HEX + 1], hex[ID_HEX + 1];
	struct buf facts = BUF_INIT;

	worklog_short_id(shown, wl, &notice->ask);
	id_hex(hex, &notice->ask);
	put_facts(&facts, message, notice, wl);
	buf_puts(out, "**");
	put_markdown(out, subject_of(notice));
	buf_puts(out, "**  \n");
	put_markdown(out, facts.ptr);
	buf_puts(out, "\n\n");
	if (notice->body) {
		put_quoted(out, notice->body, "> ", "  \n", put_markdown);
		buf_putc(out, '\n');
	}
	buf_addf(out, "- answer: `async %s %s`\n", answer_to(notice->need), shown);
	if (notice->need != NEED_ACK)
		buf_addf(out, "- say when: `async ack --by <when> %s`\n", shown);
	buf_addf(out, "- see it: `async show %s`\n- its id: `%s`\n\n", shown, hex);
	buf_release(&facts);
}

static void write_texts(struct message *message, struct worklog *wl, const char *log)
{
	struct buf markdown = BUF_INIT;

	for (size_t i = 0; i < message->nr; i++) {
		write_plain_item(message, message->v[i], wl);
		put_markdown_item(&markdown, message, message->v[i], wl);
	}
	buf_addf(&message->text, "-- \nThe log is %s.\nHow you are told: async me notify=mail|none|exec:<name> digest=09:00\n", log);
	buf_addf(&markdown, "---\n\nThe log is `%s`. How you are told: `async me notify=mail|none|exec:<name> digest=09:00`\n", log);
	markdown_put_html(&message->html, message->subject.ptr, markdown.ptr);
	buf_release(&markdown);
}

/* -- its name -------------------------------------------------------------------------------- */

static void write_names(struct message *message, const char *domain)
{
	struct buf id = BUF_INIT, references = BUF_INIT, told = BUF_INIT;

	for (size_t i = 0; i < message->nr; i++) {
		const struct notice *notice = message->v[i];

		message_id_put(&told, domain, &notice->ask, message->person, &notice->round, &notice->stage);
		buf_putc(&told, '\n');
	}
	if (message->nr > 1) {
		message_batch_put(&id, domain, message->person, told.ptr);
	} else {
		buf_add(&id, told.ptr, told.len - 1);
		message_thread_put(&references, domain, &message->v[0]->ask, message->person);
		message->references = buf_detach(&references);
	}
	message->id = buf_detach(&id);
	buf_release(&told);
}

int message_write(struct message *message, struct worklog *wl)
{
	char log[ID_HEX + 1];
	struct team *team;
	struct id root;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc == 0)
		rc = worklog_root(wl, &root);
	if (rc < 0)
		return rc;
	id_hex(log, &root);
	write_names(message, message_domain(team));
	write_subject(message, worklog_now(wl));
	write_texts(message, wl, log);
	return 0;
}

void message_release(struct message *message)
{
	free(message->id);
	free(message->references);
	buf_release(&message->subject);
	buf_release(&message->text);
	buf_release(&message->html);
}

/* -- as it is handed over --------------------------------------------------------------------- */

int message_mail(struct buf *out, const struct message *message, struct worklog *wl)
{
	struct mail mail = {
		.from_name = "async", .from = worklog_address(wl), .to = notify_address(message->person),
		.subject = message->subject.ptr, .date = worklog_now(wl), .id = message->id,
		.references = message->references, .text = message->text.ptr, .html = message->html.ptr,
	};
	struct buf name = BUF_INIT;
	char log[ID_HEX + 1];
	struct id root;
	int rc;

	rc = worklog_root(wl, &root);
	if (rc < 0)
		return rc;
	id_hex(log, &root);
	mail.list = log;
	if (message->person->name)
		print_safe(&name, message->person->name, false);
	mail.to_name = name.len ? name.ptr : NULL;
	rc = mail_format(out, &mail);
	buf_release(&name);
	return rc;
}

static void put_pair(struct buf *out, const char *key, const char *text)
{
	buf_addf(out, ",\"%s\":", key);
	json_put_text(out, text);
}

static void put_instant(struct buf *out, const char *key, time_t at)
{
	char text[INSTANT_TEXT];

	instant_format(text, at);
	put_pair(out, key, text);
}

static void put_id_pair(struct buf *out, const char *key, const struct id *id)
{
	char hex[ID_HEX + 1];

	id_hex(hex, id);
	put_pair(out, key, hex);
}

static void put_reminder(struct buf *out, const struct message *message, const struct notice *notice, struct worklog *wl)
{
	struct buf state = BUF_INIT;
	char hex[ID_HEX + 1];

	put_stage(&state, notice, worklog_now(wl), message->zone);
	id_hex(hex, &notice->ask);
	buf_addf(out, "{\"id\":\"%s\"", hex);
	put_id_pair(out, "root", &notice->root);
	put_pair(out, "from", notice->from ? worklog_who(wl, notice->from)->handle : NULL);
	put_pair(out, "subject", subject_of(notice));
	put_pair(out, "body", notice->body);
	put_pair(out, "need", need_name(notice->need));
	put_pair(out, "level", notice->level);
	put_instant(out, "due", notice->due_at);
	put_pair(out, "state", state.ptr);
	put_pair(out, "stage", notice->stage.name);
	put_id_pair(out, "round", &notice->round);
	buf_addf(out, ",\"urgent\":%s,\"assumed\":%s}", notice->urgent ? "true" : "false", notice->assumed ? "true" : "false");
	buf_release(&state);
}

void message_json(struct buf *out, const struct message *message, struct worklog *wl)
{
	buf_puts(out, "{\"v\":1,\"kind\":\"message\"");
	put_pair(out, "to", message->person->handle);
	put_pair(out, "name", message->person->name);
	put_pair(out, "address", notify_address(message->person));
	put_pair(out, "subject", message->subject.ptr);
	put_pair(out, "text", message->text.ptr);
	put_pair(out, "message", message->id);
	put_pair(out, "references", message->references);
	buf_puts(out, ",\"reminders\":[");
	for (size_t i = 0; i < message->nr; i++) {
		if (i)
			buf_putc(out, ',');
		put_reminder(out, message, message->v[i], wl);
	}
	buf_puts(out, "]}\n");
}
