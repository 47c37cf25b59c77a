/* How somebody wants to be told. */
#include "async/notify.h"

#include <stdint.h>
#include <string.h>

#include "async/clock.h"
#include "async/record.h"

#define COMMAND_MAX 32
#define MINUTES_A_DAY (24 * 60)

/* Such as git takes for the last part of a setting's name, in one case only: git does not tell them apart. */
static bool is_command(const char *name)
{
	size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return len && len <= COMMAND_MAX && !name[len] && *name >= 'a';
}

static bool take_way(struct notify *out, const char *text)
{
	static const char *const ways[] = { [NOTIFY_MAIL] = "mail", [NOTIFY_NONE] = "none" };

	if (!strncmp(text, "exec:", 5) && is_command(text + 5)) {
		out->way = NOTIFY_EXEC;
		out->command = text + 5;
		return true;
	}
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (ways[i] && !strcmp(text, ways[i])) {
			out->way = (enum notify_way)i;
			return true;
		}
	return false;
}

static bool take_digest(struct notify *out, const char *text)
{
	return minute_parse(&out->digest, text, strlen(text)) && out->digest < MINUTES_A_DAY;
}

const char *notify_wrong(const char *key, const struct node *value)
{
	struct notify notify;
	bool is_way = !strcmp(key, "notify");

	if ((!is_way && strcmp(key, "digest") != 0) || (value->text && !*value->text))
		return NULL;
	if (value->text && (is_way ? take_way(&notify, value->text) : take_digest(&notify, value->text)))
		return NULL;
	return is_way ? "'notify' is mail, none, or exec:<name>" : "'digest' is a time of day such as 09:00";
}

/* What was wrong did not come into their state. */
void notify_of(struct notify *out, const struct person *person)
{
	const char *way = node_get_text(person->state, "notify"), *digest = node_get_text(person->state, "digest");

	*out = (struct notify){ .way = NOTIFY_UNSAID, .digest = -1 };
	if (way && take_way(out, way))
		out->text = way;
	if (digest && !take_digest(out, digest))
		out->digest = -1;
}

const char *notify_address(const struct person *person)
{
	if (person->addresses && person->addresses->first)
		return person->addresses->first->text;
	return address_is_valid(person->key) ? person->key : NULL;
}

time_t notify_last_digest(const struct notify *notify, const struct zone *zone, time_t now)
{
	int32_t today;
	long second;
	time_t at;

	if (notify->digest < 0)
		return now;
	zone_local(zone, now, &today, &second);
	at = zone_instant(zone, today, notify->digest * 60L);
	return at <= now ? at : zone_instant(zone, today - 1, notify->digest * 60L);
}
