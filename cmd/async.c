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
#include "alias.h"
#include "async/sync.h"
#include "cmd.h"
#include "draft.h"
#include "exchange.h"
#include "globals.h"
#include "opts.h"
#include "print.h"

/* How many unreadable records a look names before the rest is only counted. */
#define NAMED_UNREADABLE 10

/* The command line as it was typed, before options and aliases are taken from it. */
static struct {
	int argc;
	char **argv;
} typed;

static void remember_line(int argc, char **argv)
{
	typed.argc = argc;
	typed.argv = xcalloc((size_t)argc + 1, sizeof(*typed.argv));
	for (int i = 0; i < argc; i++)
		typed.argv[i] = argv[i];
}

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
		rc = globals_take(argc, argv);
		if (rc < 0)
			return rc;
	}
	if (!*argc) {
		*argv = status;
		*argc = 1;
	}
	return 0;
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
static int report(struct worklog *wl, int rc)
{
	struct buf out = BUF_INIT, drafts = BUF_INIT;

	if (!*error_last())
		BUG("failure %d without a message", rc);
	buf_puts(&out, "async: ");
	print_safe(&out, error_last(), false);
	buf_putc(&out, '\n');
	put_hints(&out, error_last_hint());
	draft_tell(&drafts, wl, typed.argc, typed.argv);
	put_hints(&out, drafts.ptr);
	buf_release(&drafts);
	fputs(out.ptr, stderr);
	buf_release(&out);
	return rc == ERR_USAGE ? EXIT_WRONG_USAGE : EXIT_FAILED;
}

/* Nobody should write a thing again because its id was lost on the way to the screen. */
static int end_output(const struct worklog *wl, const struct cmd *cmd, int rc)
{
	int ended = print_end(rc);

	if (ended < 0 && rc >= 0 && ((cmd->needs & CMD_WRITE) || (wl && worklog_has_written(wl))))
		error_hint("'async %s' itself was done; only what it prints was lost", cmd->name);
	return ended;
}

/* A sync in the background is nobody's to watch. */
static void tell_trouble(struct worklog *wl)
{
	struct buf why = BUF_INIT;
	char *text, *line;

	if (sync_take_trouble(&why, wl))
		for (text = why.ptr; (line = strsep(&text, "\n"));)
			if (*line)
				print_warning("%s", line);
	buf_release(&why);
}

static int run_command(const struct cmd *cmd, int argc, char **argv)
{
	struct worklog *wl = NULL;
	bool usage = argc && (!strcmp(argv[0], "-h") || !strcmp(argv[0], OPTS_COMPLETE));
	int rc = usage ? 0 : open_log(&wl, cmd);

	color_config(wl);
	if (!rc && wl)
		tell_trouble(wl);
	if (!rc && (cmd->needs & CMD_LOOK))
		pager_allow(wl);
	if (!rc)
		rc = cmd->run(wl, argc, argv);
	rc = end_output(wl, cmd, rc);
	if (rc >= 0 && rc != OPTS_SHOWN && wl && (cmd->needs & CMD_LOOK) && !(cmd->needs & CMD_UNREADABLE))
		rc = unreadable_tell(wl, NAMED_UNREADABLE, rc);
	if (rc < 0)
		rc = report(wl, rc);
	else if (rc == OPTS_SHOWN)
		rc = 0;
	if (wl)
		exchange_in_background(wl);
	worklog_close(wl);
	return rc;
}

/* Is there such a program? execvp() alone would change the environment first for nothing. */
static bool is_on_path(const char *program)
{
	const char *path = getenv("PATH");
	bool found = false;

	for (size_t len; path && *path && !found; path += len + (path[len] == ':')) {
		char *file;

		len = strcspn(path, ":");
		file = xstrfmt("%.*s%s%s", (int)len, path, len ? "/" : "", program);
		found = access(file, X_OK) == 0;
		free(file);
	}
	return found;
}

/* A program async-NAME on PATH replaces this process. 0: there is none. */
static int run_foreign(char **argv)
{
	char *program = xstrfmt("async-%s", argv[0]), *name = argv[0];
	int rc = 0;

	if (strchr(name, '/') || !is_on_path(program))
		goto done;
	rc = globals_hand_on(name);
	if (rc < 0)
		goto done;
	argv[0] = program;
	execvp(program, argv);
	rc = error_set(ERR_FAILED, "cannot run %s: %s", program, strerror(errno));
	argv[0] = name;
done:
	free(program);
	return rc;
}

static int unknown_command(const char *name)
{
	const char *suggestion = command_nearest(name);
	bool is_of_repository = alias_is_of_repository(name);

	error_set(ERR_USAGE, "'%s' is not an async command", name);
	if (is_of_repository)
		error_hint("async.alias.%s of this repository's configuration is not used: an alias can start\n"
			   "programs; make it yours with 'git config --global async.alias.%s …'", name, name);
	else if (suggestion)
		error_hint("the nearest is '%s'; 'async help' lists all", suggestion);
	else
		error_hint("'async help' lists all commands");
	return ERR_USAGE;
}

/* The command line, in which a program or an alias may stand for a command: as with git, in this order. */
static int run_line(struct alias_chain *chain, int argc, char **argv)
{
	for (;;) {
		const struct cmd *cmd;
		int rc = take_globals(&argc, &argv);

		if (rc < 0)
			return report(NULL, rc);
		if (!strcmp(argv[0], OPTS_COMPLETE))
			return complete(argc - 1, argv + 1);
		cmd = command_find(argv[0]);
		if (cmd)
			return run_command(cmd, argc - 1, argv + 1);
		rc = run_foreign(argv);
		if (rc == 0)
			rc = alias_expand(chain, &argc, &argv);
		if (rc <= 0)
			return report(NULL, rc < 0 ? rc : unknown_command(argv[0]));
	}
}

/*
 * Objects are read from mapped files, and where there is no page any more, because one was cut short
 * meanwhile or its disk fails, the kernel has no error to return. Nothing that was written is half
 * there: a writer may be killed at any time.
 */
static void end_unreadable(int number, siginfo_t *info, void *context)
{
	static const char text[] =
		"async: a file of the repository was cut short, or its disk failed, while it was read\n"
		"hint: try again; 'async verify --full' names what is damaged\n";

	(void)number;
	(void)context;
	if (info->si_code == BUS_ADRERR && write(STDERR_FILENO, text, sizeof(text) - 1) >= 0)
		_exit(EXIT_FAILED);
}

/* What is no such thing, or cannot be told, happens again when the handler returns, and ends us as ever. */
static void watch_mapped_files(void)
{
	struct sigaction action = { .sa_sigaction = end_unreadable, .sa_flags = SA_SIGINFO | (int)SA_RESETHAND };

	sigaction(SIGBUS, &action, NULL);
}

int main(int argc, char **argv)
{
	struct alias_chain chain = { 0 };
	int rc;

	open_standard_fds();
	remember_line(argc, argv);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_IGN); /* a full disk is an error to tell, not a signal to die of */
	watch_mapped_files();
	print_begin();
	rc = run_line(&chain, argc - 1, argv + 1);
	alias_chain_release(&chain);
	free(typed.argv);
	return rc;
}
