/* The pager, as git's: GIT_PAGER, core.pager, PAGER, less; only on a terminal. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#include "async/alloc.h"
#include "cmd.h"
#include "print.h"
#include "shell.h"

extern char **environ;

static bool allowed;
static struct worklog *config_log;
static pid_t pager; /* 0: none */

void pager_allow(struct worklog *wl)
{
	allowed = true;
	config_log = wl;
}

static bool is_one_of(const char *text, const char *const *words)
{
	while (*words && strcasecmp(text, *words) != 0)
		words++;
	return *words;
}

/* What the user's configuration says of a pager for async; `*off` if it says none. */
static char *configured(bool *off)
{
	static const char *const yes[] = { "true", "yes", "on", "1", NULL };
	static const char *const no[] = { "false", "no", "off", "0", NULL };
	char *command = worklog_config_user(config_log, "pager.async");

	*off = command && is_one_of(command, no);
	if (command && !*off && !is_one_of(command, yes))
		return command;
	free(command);
	return *off ? NULL : worklog_config_user(config_log, "core.pager");
}

/* The command, which the caller frees; NULL: none is wanted. A repository never names one. */
static char *pager_command(void)
{
	const char *given = getenv("GIT_PAGER");
	char *command;
	bool off;

	command = configured(&off);
	if (off)
		return NULL;
	if (given || !command) {
		free(command);
		given = given ? given : getenv("PAGER");
		command = xstrdup(given ? given : "less");
	}
	if (*command && strcmp(command, "cat") != 0)
		return command;
	free(command);
	return NULL;
}

/* Ctrl-C is for the pager as well, which may want to live on: do not leave it alone on the terminal. */
static void wait_and_die(int sig)
{
	close(STDOUT_FILENO);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	signal(sig, SIG_DFL);
	raise(sig);
}

static int spawn_reading(pid_t *pid, char **argv, int in)
{
	posix_spawn_file_actions_t actions;
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
	rc = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return rc;
}

static void spawn_pager(const char *command)
{
	struct shell shell;
	int ends[2], rc;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	setenv("LESS", "FRX", 0);
	setenv("LV", "-c", 0);
	shell_command(&shell, command, NULL);
	rc = spawn_reading(&pager, shell.argv, ends[0]);
	if (rc == 0) {
		dup2(ends[1], STDOUT_FILENO);
		signal(SIGINT, wait_and_die);
		signal(SIGTERM, wait_and_die);
		signal(SIGQUIT, wait_and_die);
	} else {
		pager = 0;
		print_warning("cannot run the pager '%s': %s", command, strerror(rc));
	}
	shell_release(&shell);
	close(ends[0]);
	close(ends[1]);
}

void pager_start(void)
{
	char *command;

	if (!allowed)
		return;
	allowed = false; /* once, whatever comes of it */
	if (!print_width() || globals.no_pager)
		return;
	print_has_color(); /* while it is a terminal that we ask about */
	command = pager_command();
	if (command)
		spawn_pager(command);
	free(command);
}

void pager_wait(void)
{
	if (!pager)
		return;
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	close(STDOUT_FILENO);
	while (waitpid(pager, NULL, 0) < 0 && errno == EINTR)
		;
	pager = 0;
}
