/* The table of commands. */
#include <string.h>

#include "async/nearest.h"
#include "cmd.h"

#define START "begin, and say who works when"
#define SAY "say and ask"
#define ANSWER "answer"
#define LOOK "look"
#define SHARE "share"
#define TEND "tend"
#define PLUMBING "for scripts"

const struct command commands[] = {
	{ START, &cmd_init },
	{ START, &cmd_me },
	{ START, &cmd_team },
	{ START, &cmd_policy },
	{ START, &cmd_calendar },
	{ START, &cmd_away },
	{ START, &cmd_help },
	{ START, &cmd_version },
	{ SAY, &cmd_post },
	{ SAY, &cmd_reply },
	{ ANSWER, &cmd_ack },
	{ ANSWER, &cmd_done },
	{ ANSWER, &cmd_approve },
	{ ANSWER, &cmd_reject },
	{ ANSWER, &cmd_read },
	{ ANSWER, &cmd_reopen },
	{ ANSWER, &cmd_assign },
	{ ANSWER, &cmd_extend },
	{ ANSWER, &cmd_snooze },
	{ ANSWER, &cmd_tag },
	{ ANSWER, &cmd_retract },
	{ ANSWER, &cmd_edit },
	{ ANSWER, &cmd_undo },
	{ LOOK, &cmd_status },
	{ LOOK, &cmd_inbox },
	{ LOOK, &cmd_overdue },
	{ LOOK, &cmd_list },
	{ LOOK, &cmd_log },
	{ LOOK, &cmd_show },
	{ LOOK, &cmd_search },
	{ LOOK, &cmd_digest },
	{ LOOK, &cmd_who },
	{ LOOK, &cmd_why },
	{ LOOK, &cmd_stats },
	{ SHARE, &cmd_sync },
	{ SHARE, &cmd_watch },
	{ SHARE, &cmd_remind },
	{ TEND, &cmd_verify },
	{ TEND, &cmd_redact },
	{ TEND, &cmd_hook },
	{ TEND, &cmd_reindex },
	{ PLUMBING, &cmd_cat_record },
	{ PLUMBING, &cmd_write_record },
	{ PLUMBING, &cmd_check_record },
	{ PLUMBING, &cmd_merge_logs },
	{ PLUMBING, &cmd_due },
	{ NULL, NULL },
};

const struct cmd *command_find(const char *name)
{
	for (const struct command *c = commands; c->group; c++)
		if (!strcmp(c->cmd->name, name))
			return c->cmd;
	return NULL;
}

const char *command_nearest(const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0])] = { NULL };
	size_t nr = 0;

	for (const struct command *c = commands; c->group; c++)
		names[nr++] = c->cmd->name;
	return nearest(name, names);
}
