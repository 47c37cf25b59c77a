/* async: global options, then the command. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "cmd.h"
#include "opts.h"
#include "print.h"

/* How many unreadable records a look names before the rest is only counted. */
#define NAMED_UNREADABLE 10

struct globals globals = { .color = -1 };

static const char **config; /* of -c, handed on in globals.log */

/*
 * A file that we open must never land on a closed 0, 1 or 2. What stands in for standard
 * output cannot be written to, so that a closed one is found out as a full one is.
 */
static void open_standard_fds(void)
{
	const int flags[] = { O_RDONLY, O_RDONLY, O_WRONLY };
	struct stat st;

	for (int fd = 0; fd < 3; fd++)
		if (fstat(fd, &st) < 0 && open("/dev/null", flags[fd]) < 0)
			_exit(EXIT_FAILED);
}

static int add_config(const char *setting)
{
	if (!strchr(setting, '=') || setting[0] == '=')
		return error_set(ERR_USAGE, "-c wants <name>=<value>, not '%s'", setting);
	config = xrealloc(config, (globals.log.nr_config + 1) * sizeof(*config));
	config[globals.log.nr_config++] = setting;
	globals.log.config = config;
	return 0;
}

int globals_set_color(const char *when)
{
	if (!strcmp(when, "always") || !strcmp(when, "true"))
		globals.color = 1;
	else if (!strcmp(when, "never") || !strcmp(when, "false"))
		globals.color = 0;
	else if (!strcmp(when, "auto"))
		globals.color = -1;
	else
		return error_set(ERR_USAGE, "--color wants always, never or auto, not '%s'", when);
	return 0;
}

static int change_directory(const char *path)
{
	if (*path && chdir(path) < 0)
		return error_set(ERR_FAILED, "cannot change to '%s': %s", path, strerror(errno));
	return 0;
}

/* A global option that takes a value, or -1 if `name` is none. */
static int take_valued(const char *name, const char *value)
{
	if (!strcmp(name, "-C"))
		return change_directory(value);
	if (!strcmp(name, "-c"))
		return add_config(value);
	if (!strcmp(name, "--color"))
		return globals_set_color(value);
	if (!strcmp(name, "-L"))
		globals.log.log = value;
	else if (!strcmp(name, "--git-dir"))
		globals.log.git_dir = value;
	else
		globals.at = value;
	return 0;
}

static const char *const valued[] = { "-C", "-c", "-L", "--git-dir", "--color", "--at", NULL };

/* Is `arg` the valued option `name`, with its value glued on ("--at=x", "-Cx") or to follow? */
static bool is_valued(const char *arg, const char *name, const char **value)
{
	size_t len = strlen(name);

	*value = NULL;
	if (strncmp(arg, name, len) != 0)
		return false;
	if (!arg[len])
		return true;
	if (name[1] != '-')
		*value = arg + len;
	else if (arg[len] == '=')
		*value = arg + len + 1;
	return *value;
}

static int take_global(int *argc, char ***argv)
{
	const char *arg = **argv, *value;

	for (const char *const *name = valued; *name; name++) {
		if (!is_valued(arg, *name, &value))
			continue;
		if (!value && *argc < 2)
			return error_set(ERR_USAGE, "%s wants a value", *name);
		if (!value) {
			(*argc)--;
			value = *++(*argv);
		}
		return take_valued(*name, value);
	}
	if (!strcmp(arg, "--no-pager")) {
		globals.no_pager = true;
		return 0;
	}
	error_set(ERR_USAGE, "unknown option '%s'", arg);
	error_hint("'async -h' lists the options that stand before a command");
	return ERR_USAGE;
}

/* "async --help ack" is "async help ack"; --version and -h are commands in the same way. */
static bool take_command_option(int *argc, char ***argv)
{
	static char *version[] = { "version", NULL }, *usage[] = { "help", NULL };
	static char *manual[] = { "help", "async", NULL };
	const char *arg = **argv;

	if (!strcmp(arg, "--version")) {
		*argv = version;
		*argc = 1;
	} else if (!strcmp(arg, "-h")) {
		*argv = usage;
		*argc = 1;
	} else if (!strcmp(arg, "--help") && *argc > 1) {
		**argv = usage[0];
	} else if (!strcmp(arg, "--help")) {
		*argv = manual;
		*argc = 2;
	} else {
		return false;
	}
	return true;
}

/* Leave the command and its arguments; without one it is "status". */
static int take_globals(int *argc, char ***argv)
{
	static char *status[] = { "status", NULL };

	for (; *argc && (*argv)[0][0] == '-' && strcmp(**argv, OPTS_COMPLETE) != 0; (*argc)--, (*argv)++) {
		int rc;

		if (take_command_option(argc, argv))
			return 0;
		rc = take_global(argc, argv);
		if (rc < 0)
			return rc;
	}
	if (!*argc) {
		*argv = status;
		*argc = 1;
	}
	return 0;
}

int globals_apply_at(struct worklog *wl)
{
	struct when when = { 0 };
	int rc;

	rc = when_parse(&when, globals.at, worklog_now(wl), worklog_zone(wl), true);
	if (rc < 0)
		return error_prefix(ERR_USAGE, "--at");
	return worklog_set_at(wl, when.at);
}

static int open_log(struct worklog **out, const struct cmd *cmd)
{
	struct worklog_options options = globals.log;
	int rc;

	if (globals.at && (cmd->needs & CMD_WRITE))
		return error_set(ERR_USAGE, "--at looks at the past; '%s' writes", cmd->name);
	if (!(cmd->needs & (CMD_REPO | CMD_LOG | CMD_MAYBE_LOG)))
		return 0;
	options.no_log = cmd->needs & CMD_REPO;
	rc = worklog_open(out, &options);
	if (rc == ERR_NOTFOUND && (cmd->needs & CMD_MAYBE_LOG)) {
		error_clear();
		return 0;
	}
	return rc < 0 || !globals.at ? rc : globals_apply_at(*out);
}

static void put_hints(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line = xstrndup(text, len);

		buf_puts(out, "hint: ");
		print_safe(out, line, true);
		buf_putc(out, '\n');
		free(line);
		text += len + (text[len] == '\n');
	}
}

/* The only place where a failure is told. */
static int report(int rc)
{
	struct buf out = BUF_INIT;

	if (!*error_last())
		BUG("failure %d without a message", rc);
	buf_puts(&out, "async: ");
	print_safe(&out, error_last(), false);
	buf_putc(&out, '\n');
	put_hints(&out, error_last_hint());
	if (edit_kept()) {
		buf_puts(&out, "hint: your text is kept in ");
		print_safe(&out, edit_kept(), false);
		buf_putc(&out, '\n');
	}
	fputs(out.ptr, stderr);
	buf_release(&out);
	return rc == ERR_USAGE ? EXIT_WRONG_USAGE : EXIT_FAILED;
}

/* Nobody should write a thing again because its id was lost on the way to the screen. */
static int end_output(const struct cmd *cmd, int rc)
{
	int ended = print_end(rc);

	if (ended < 0 && rc >= 0 && (cmd->needs & CMD_WRITE))
		error_hint("'async %s' itself was done; only what it prints was lost", cmd->name);
	return ended;
}

static int run_command(const struct cmd *cmd, int argc, char **argv)
{
	struct worklog *wl = NULL;
	bool usage = argc && (!strcmp(argv[0], "-h") || !strcmp(argv[0], OPTS_COMPLETE));
	int rc = usage ? 0 : open_log(&wl, cmd);

	color_config(wl);
	if (!rc && (cmd->needs & CMD_LOOK))
		pager_allow(wl);
	if (!rc)
		rc = cmd->run(wl, argc, argv);
	rc = end_output(cmd, rc);
	if (rc >= 0 && rc != OPTS_SHOWN && wl && (cmd->needs & CMD_LOOK))
		rc = unreadable_tell(wl, NAMED_UNREADABLE, rc);
	if (rc < 0)
		rc = report(rc);
	else if (rc == OPTS_SHOWN)
		rc = 0;
	worklog_close(wl);
	return rc;
}

/* What async does not know may be a program async-NAME. Returns only if there is none. */
static int run_foreign(char **argv)
{
	char *program = xstrfmt("async-%s", argv[0]), *name = argv[0];
	const char *suggestion = command_nearest(name);

	if (globals.log.git_dir)
		setenv("GIT_DIR", globals.log.git_dir, 1);
	argv[0] = program;
	if (!strchr(name, '/'))
		execvp(program, argv);
	argv[0] = name;
	free(program);
	error_set(ERR_USAGE, "'%s' is not an async command", name);
	if (suggestion)
		error_hint("the nearest is '%s'; 'async help' lists all", suggestion);
	else
		error_hint("'async help' lists all commands");
	return report(ERR_USAGE);
}

int main(int argc, char **argv)
{
	const struct cmd *cmd;
	int rc;

	open_standard_fds();
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN); /* a full disk is an error to tell, not a signal to die of */
	print_begin();

	argc--, argv++;
	rc = take_globals(&argc, &argv);
	if (rc < 0)
		return report(rc);
	if (!strcmp(argv[0], OPTS_COMPLETE))
		return complete(argc - 1, argv + 1);
	cmd = command_find(argv[0]);
	return cmd ? run_command(cmd, argc - 1, argv + 1) : run_foreign(argv);
}
