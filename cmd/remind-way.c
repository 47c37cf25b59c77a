/* How each person is told. */
#include <stdlib.h>

#include "async/deliver.h"
#include "async/error.h"
#include "async/mail.h"
#include "async/notify.h"
#include "remind.h"

void ways_release(struct ways *ways)
{
	pool_release(&ways->pool);
}

/* The user's own, or the system's: never the repository's, and nothing of the log. */
static const char *find_command(struct ways *ways, const char *name)
{
	char *setting, *command;
	const char *found;

	if (!ways->commands)
		ways->commands = node_new(&ways->pool, NODE_MAP);
	found = node_get_text(ways->commands, name);
	if (!found) {
		setting = xstrfmt("async.exec.%s", name);
		command = worklog_config_user(ways->wl, setting);
		node_set_text(&ways->pool, ways->commands, name, command ? command : "");
		found = node_get_text(ways->commands, name);
		free(command);
		free(setting);
	}
	return *found ? found : NULL;
}

/* Where it is asked for, that was checked; else those who have chosen mail are left to other machines. */
static bool can_mail(struct ways *ways)
{
	if (ways->maildir || (!ways->deliver && !ways->command))
		return true;
	if (!ways->is_known) {
		ways->can_mail = mail_ready() == 0 && deliver_mail_ready(ways->wl) == 0;
		error_clear();
	}
	ways->is_known = true;
	return ways->can_mail;
}

static const char *by_mail(struct way *out, struct ways *ways, const struct person *person)
{
	*out = (struct way){ .how = WAY_MAIL, .by = "mail" };
	if (ways->maildir)
		*out = (struct way){ .how = WAY_MAILDIR, .by = "maildir", .command = ways->maildir };
	if (!can_mail(ways))
		return "no mail is sent from here";
	return notify_address(person) ? NULL : "no address is known";
}

/* Who has not chosen, or is not asked what they have. */
static const char *by_option(struct way *out, struct ways *ways, const struct person *person)
{
	if (ways->deliver)
		return "has chosen no way";
	if (!ways->command)
		return by_mail(out, ways, person);
	*out = (struct way){ .how = WAY_EXEC, .by = "exec", .command = ways->command };
	return NULL;
}

const char *way_choose(struct way *out, struct ways *ways, const struct person *person)
{
	struct notify notify;

	*out = (struct way){ .by = NULL };
	notify_of(&notify, person);
	if (notify.way == NOTIFY_UNSAID || ways->overrule)
		return by_option(out, ways, person);
	if (notify.way == NOTIFY_NONE)
		return "wants no reminders";
	if (notify.way == NOTIFY_MAIL)
		return by_mail(out, ways, person);
	*out = (struct way){ .how = WAY_EXEC, .by = notify.text, .command = find_command(ways, notify.command) };
	return out->command ? NULL : "no such command here";
}

int ways_check(struct ways *ways)
{
	int rc = 0;

	if (ways->mail || ways->maildir)
		rc = mail_ready();
	if (rc == 0 && ways->mail)
		rc = deliver_mail_ready(ways->wl);
	if (rc == 0 && ways->maildir)
		rc = deliver_maildir_ready(ways->maildir);
	return rc;
}
