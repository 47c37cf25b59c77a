/* The table of commands. */
#include <string.h>

#include "cmd.h"
#include "opts.h"

/* Commands land one by one: one that is not there yet is passed over. */
#pragma weak cmd_init
#pragma weak cmd_me
#pragma weak cmd_team
#pragma weak cmd_away
#pragma weak cmd_calendar
#pragma weak cmd_policy
#pragma weak cmd_post
#pragma weak cmd_reply
#pragma weak cmd_ack
#pragma weak cmd_done
#pragma weak cmd_status
#pragma weak cmd_inbox
#pragma weak cmd_overdue
#pragma weak cmd_list
#pragma weak cmd_log
#pragma weak cmd_show
#pragma weak cmd_why
#pragma weak cmd_reindex
#pragma weak cmd_cat_record
#pragma weak cmd_write_record
#pragma weak cmd_check_record
#pragma weak cmd_due

#define START "begin, and say who works when"
#define SAY "say and ask"
#define ANSWER "answer"
#define LOOK "look"
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
	{ LOOK, &cmd_status },
	{ LOOK, &cmd_inbox },
	{ LOOK, &cmd_overdue },
	{ LOOK, &cmd_list },
	{ LOOK, &cmd_log },
	{ LOOK, &cmd_show },
	{ LOOK, &cmd_why },
	{ TEND, &cmd_reindex },
	{ PLUMBING, &cmd_cat_record },
	{ PLUMBING, &cmd_write_record },
	{ PLUMBING, &cmd_check_record },
	{ PLUMBING, &cmd_due },
	{ NULL, NULL },
};

const struct cmd *command_find(const char *name)
{
	for (const struct command *c = commands; c->group; c++)
		if (c->cmd && !strcmp(c->cmd->name, name))
			return c->cmd;
	return NULL;
}

const char *command_nearest(const char *name)
{
	const char *names[sizeof(commands) / sizeof(commands[0])] = { NULL };
	size_t nr = 0;

	for (const struct command *c = commands; c->group; c++)
		if (c->cmd)
			names[nr++] = c->cmd->name;
	return nearest(name, names);
}
