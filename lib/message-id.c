/* The names of messages. */
#include "async/message-id.h"

#include <stdio.h>
#include <string.h>

#include "sha1.h"

#define ROUND_DIGITS 12
#define HASH_DIGITS 16
#define DOMAIN_MAX 255
#define PERSON_MAX (sizeof(((struct message_id *)0)->person) - 1)

#define LETTERS "abcdefghijklmnopqrstuvwxyz0123456789-_"

/* -- the domain ----------------------------------------------------------------------- */

const char *message_domain_wrong(const struct node *value)
{
	const char *text = value->text;
	size_t len = text ? strlen(text) : 0;

	if (value->type == NODE_TEXT && !len)
		return NULL; /* none any more */
	if (!text || len > DOMAIN_MAX || strspn(text, LETTERS ".ABCDEFGHIJKLMNOPQRSTUVWXYZ") != len || *text == '.' ||
	    text[len - 1] == '.' || strstr(text, ".."))
		return "'domain' is a host name such as example.org";
	return NULL;
}

const char *message_domain(const struct team *team)
{
	const char *text = node_get_text(team_policy(team), "domain");

	return text && *text ? text : MESSAGE_DOMAIN;
}

/* -- making names ----------------------------------------------------------------------- */

static void put_hash(struct buf *out, const char *text, size_t digits)
{
	char hex[ID_HEX + 1];
	struct sha1 sha1;
	struct id id;

	sha1_init(&sha1);
	sha1_add(&sha1, text, strlen(text));
	sha1_end(&id, &sha1);
	id_hex(hex, &id);
	buf_add(out, hex, digits);
}

/* A handle as long as a hash or longer would not be told from one. */
static void put_name(struct buf *out, const char *name)
{
	if (*name && strlen(name) < HASH_DIGITS && strspn(name, LETTERS) == strlen(name))
		buf_puts(out, name);
	else
		put_hash(out, name, HASH_DIGITS);
}

static void put_ask(struct buf *out, const struct id *ask, const struct person *person)
{
	char hex[ID_HEX + 1];

	id_hex(hex, ask);
	buf_addf(out, "%s.", hex);
	put_name(out, person->handle);
}

void message_id_put(struct buf *out, const char *domain, const struct id *ask, const struct person *person,
		    const struct id *round, const struct stage *stage)
{
	char hex[ID_HEX + 1];

	put_ask(out, ask, person);
	id_hex(hex, round);
	buf_addf(out, ".%.*s.%s@%s", ROUND_DIGITS, hex, stage->name, domain);
}

void message_thread_put(struct buf *out, const char *domain, const struct id *ask, const struct person *person)
{
	put_ask(out, ask, person);
	buf_addf(out, "@%s", domain);
}

void message_batch_put(struct buf *out, const char *domain, const struct person *person, const char *told)
{
	put_hash(out, told, ID_HEX);
	buf_putc(out, '.');
	put_name(out, person->handle);
	buf_addf(out, ".batch@%s", domain);
}

/* -- reading names ----------------------------------------------------------------------- */

/* The stage of a policy that we do not know is one, too. */
static bool is_stage(const char *text, size_t len)
{
	return len && len < STAGE_NAME && strspn(text, LETTERS "%+") >= len;
}

/* What follows the person: nothing, ".batch", or ".<round>.<stage>". */
static bool take_rest(struct message_id *out, const char *text, size_t len)
{
	if (!len)
		return true;
	if (len == strlen(".batch") && !memcmp(text, ".batch", len)) {
		memset(&out->ask, 0, sizeof(out->ask));
		return true;
	}
	return len > 1 + ROUND_DIGITS + 1 && text[0] == '.' && strspn(text + 1, "0123456789abcdef") == ROUND_DIGITS &&
	       text[1 + ROUND_DIGITS] == '.' && is_stage(text + ROUND_DIGITS + 2, len - ROUND_DIGITS - 2);
}

bool message_id_parse(struct message_id *out, const char *text, const char *domain)
{
	const char *at = strchr(text, '@'), *person = text + ID_HEX + 1;
	size_t len;

	if (!at || strcmp(at + 1, domain) != 0 || at - text <= ID_HEX + 1 || text[ID_HEX] != '.' ||
	    !id_parse(&out->ask, text, ID_HEX))
		return false;
	len = strspn(person, LETTERS);
	if (!len || len > PERSON_MAX)
		return false;
	snprintf(out->person, sizeof(out->person), "%.*s", (int)len, person);
	return take_rest(out, person + len, (size_t)(at - person) - len);
}

bool message_is_to(const struct message_id *id, const struct person *person)
{
	struct buf name = BUF_INIT;
	bool is = false;

	NODE_EACH(text, person->names) {
		buf_reset(&name);
		put_name(&name, text->text);
		is |= !strcmp(name.ptr, id->person);
	}
	buf_release(&name);
	return is;
}
