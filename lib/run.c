/* Starting other programs, feeding them, and not waiting for ever. */
#include "run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/error.h"

#define OUTPUT_LIMIT ((size_t)1 << 20)
#define TIMEOUT_SECONDS 120
#define TIMEOUTS_IN_ALL 30
#define GRACE_MILLISECONDS 2000

extern char **environ;

const char *const run_git_local_env[] = {
	"GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR",      "GIT_CONFIG",
	"GIT_DIR",                          "GIT_GRAFT_FILE",      "GIT_IMPLICIT_WORK_TREE",
	"GIT_INDEX_FILE",                   "GIT_INTERNAL_SUPER_PREFIX",
	"GIT_NAMESPACE",                    "GIT_NO_REPLACE_OBJECTS",
	"GIT_OBJECT_DIRECTORY",             "GIT_PREFIX",          "GIT_QUARANTINE_PATH",
	"GIT_REPLACE_REF_BASE",             "GIT_SHALLOW_FILE",    "GIT_WORK_TREE",
	NULL,
};

/* Our ends of the child's standard streams; -1: none, or closed. */
struct pipes {
	int in, out, err;
};

/* Does `setting` ("NAME=value" or "NAME") speak of the variable that `entry` ("NAME=value") sets? */
static bool same_variable(const char *setting, const char *entry)
{
	size_t len = strcspn(setting, "=");

	return strncmp(setting, entry, len) == 0 && entry[len] == '=';
}

static bool is_overridden(const char *const *settings, const char *entry)
{
	for (; settings && *settings; settings++)
		if (same_variable(*settings, entry))
			return true;
	return false;
}

static size_t count(const char *const *v)
{
	size_t nr = 0;

	while (v && v[nr])
		nr++;
	return nr;
}

/* The child's environment: a new list of borrowed strings. */
static char **make_environment(const struct run *run)
{
	static char nested[] = "ASYNC_NESTED=1";
	size_t nr = 0, room = count((const char *const *)environ) + count(run->env) + 2;
	char **env = xcalloc(room, sizeof(*env));

	for (char **entry = environ; entry && *entry; entry++)
		if (!is_overridden(run->env, *entry) && !is_overridden(run->unset, *entry) &&
		    !same_variable(nested, *entry))
			env[nr++] = *entry;
	for (const char *const *setting = run->env; setting && *setting; setting++)
		if (strchr(*setting, '='))
			env[nr++] = (char *)(uintptr_t)*setting; /* execve does not change it */
	env[nr] = nested;
	return env;
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* A pipe between us and the child's `child_fd`; our end does not block. */
static int connect_pipe(int *ours, int *theirs, posix_spawn_file_actions_t *actions, int child_fd)
{
	int ends[2];
	bool to_child = child_fd == 0;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(ERR_FAILED, "cannot make a pipe: %s", strerror(errno));
	*ours = ends[to_child];
	*theirs = ends[!to_child];
	fcntl(*ours, F_SETFL, O_NONBLOCK);
	posix_spawn_file_actions_adddup2(actions, *theirs, child_fd);
	return 0;
}

/* Either a pipe or /dev/null for each of the child's three streams. */
static int connect_streams(struct pipes *ours, struct pipes *theirs, posix_spawn_file_actions_t *actions,
			   const struct run *run)
{
	int rc = 0;

	if (run->input)
		rc = connect_pipe(&ours->in, &theirs->in, actions, 0);
	else
		posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0);
	if (run->output && rc == 0)
		rc = connect_pipe(&ours->out, &theirs->out, actions, 1);
	else
		posix_spawn_file_actions_addopen(actions, 1, "/dev/null", O_WRONLY, 0);
	if (run->errors && rc == 0)
		rc = connect_pipe(&ours->err, &theirs->err, actions, 2);
	else
		posix_spawn_file_actions_addopen(actions, 2, "/dev/null", O_WRONLY, 0);
	return rc;
}

static void set_attributes(posix_spawnattr_t *attributes, bool own_group)
{
	sigset_t none, defaults;

	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_setsigmask(attributes, &none);
	posix_spawnattr_setsigdefault(attributes, &defaults);
	posix_spawnattr_setpgroup(attributes, 0);
	posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						     (own_group ? POSIX_SPAWN_SETPGROUP : 0)));
}

/* The limit is inherited: ours is lower while the child is made. */
static int spawn_limited(pid_t *pid, const struct run *run, const posix_spawn_file_actions_t *actions,
			 const posix_spawnattr_t *attributes, char **env)
{
	struct rlimit before, lower;
	bool limited = run->file_limit && getrlimit(RLIMIT_FSIZE, &before) == 0 && before.rlim_cur > run->file_limit;
	int failed;

	if (limited) {
		lower = before;
		lower.rlim_cur = run->file_limit;
		limited = setrlimit(RLIMIT_FSIZE, &lower) == 0;
	}
	failed = posix_spawnp(pid, run->argv[0], actions, attributes, (char *const *)(uintptr_t)run->argv, env);
	if (limited)
		setrlimit(RLIMIT_FSIZE, &before);
	return failed;
}

static int cannot_run(const char *program, int failed)
{
	error_set(ERR_FAILED, "cannot run '%s': %s", program, strerror(failed));
	if (failed == ENOENT && !strchr(program, '/'))
		error_hint("install it, or add the folder it is in to PATH");
	return ERR_FAILED;
}

static int spawn(pid_t *pid, struct pipes *ours, const struct run *run)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	struct pipes theirs = { -1, -1, -1 };
	char **env = make_environment(run);
	int rc, failed;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	set_attributes(&attributes, !run->may_ask);
	if (run->dir)
		posix_spawn_file_actions_addchdir_np(&actions, run->dir);
	rc = connect_streams(ours, &theirs, &actions, run);
	if (rc == 0) {
		failed = spawn_limited(pid, run, &actions, &attributes, env);
		if (failed)
			rc = cannot_run(run->argv[0], failed);
	}
	close_end(&theirs.in);
	close_end(&theirs.out);
	close_end(&theirs.err);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	return rc;
}

/* Take what is there; what goes over the limit is dropped, so that the child does not block. */
static void take_output(int *fd, struct buf *buf, size_t limit)
{
	char chunk[16384];
	ssize_t got = read(*fd, chunk, sizeof(chunk));

	if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
		close_end(fd);
	else if (got > 0 && buf->len < limit)
		buf_add(buf, chunk, (size_t)got < limit - buf->len ? (size_t)got : limit - buf->len);
}

static void give_input(int *fd, const struct run *run, size_t *given)
{
	ssize_t put = write(*fd, (const char *)run->input + *given, run->input_len - *given);

	if (put > 0)
		*given += (size_t)put;
	if (*given == run->input_len || (put < 0 && errno != EAGAIN && errno != EINTR))
		close_end(fd);
}

/* Feed and read until the child has closed its streams; false if it was silent, or went on, for too long. */
static bool exchange(struct pipes *ours, const struct run *run)
{
	int timeout = 1000 * (run->timeout_seconds ? run->timeout_seconds : TIMEOUT_SECONDS);
	long long end = clock_ticks() + (long long)timeout * TIMEOUTS_IN_ALL;
	size_t limit = run->limit ? run->limit : OUTPUT_LIMIT, given = 0;

	if (ours->in >= 0 && !run->input_len)
		close_end(&ours->in);
	while (ours->in >= 0 || ours->out >= 0 || ours->err >= 0) {
		struct pollfd fds[] = { { ours->in, POLLOUT, 0 }, { ours->out, POLLIN, 0 }, { ours->err, POLLIN, 0 } };
		int ready = poll(fds, 3, timeout);

		if (ready == 0 || clock_ticks() > end)
			return false;
		if (ready < 0)
			continue;
		if (fds[0].revents)
			give_input(&ours->in, run, &given);
		if (fds[1].revents)
			take_output(&ours->out, run->output, limit);
		if (fds[2].revents)
			take_output(&ours->err, run->errors, limit);
	}
	return true;
}

static void end_child(pid_t pid, bool own_group)
{
	kill(own_group ? -pid : pid, SIGTERM);
	for (int waited = 0; waited < GRACE_MILLISECONDS; waited += 20) {
		if (waitpid(pid, NULL, WNOHANG) == pid)
			return;
		poll(NULL, 0, 20);
	}
	kill(own_group ? -pid : pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* A child that closed its streams may still run; it has as long again. */
static bool await(int *status, pid_t pid, const struct run *run)
{
	int left = 1000 * (run->timeout_seconds ? run->timeout_seconds : TIMEOUT_SECONDS);

	/* Most are gone by now; one that is not ends within milliseconds, or works on silently. */
	for (int step = 1; left > 0; left -= step, step = step < 50 ? 2 * step : 50) {
		pid_t got = waitpid(pid, status, WNOHANG);

		if (got == pid || (got < 0 && errno != EINTR))
			return got == pid;
		poll(NULL, 0, step);
	}
	return false;
}

static int exit_status(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ---- what ends us ends them: a signal may be for us alone, and Ctrl-C reaches only our own process group */

static const int fatal[] = { SIGINT, SIGTERM, SIGHUP };
static volatile sig_atomic_t waited_for; /* the child, or as a negative number its group; 0: none */

static void end_both(int number)
{
	if (waited_for)
		kill((pid_t)waited_for, SIGTERM);
	signal(number, SIG_DFL);
	raise(number);
}

/* What is ignored stays ignored. */
static void watch_signals(struct sigaction before[], pid_t child)
{
	struct sigaction end = { .sa_handler = end_both };

	waited_for = child;
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		if (sigaction(fatal[i], NULL, &before[i]) == 0 && before[i].sa_handler == SIG_DFL)
			sigaction(fatal[i], &end, NULL);
}

static void unwatch_signals(const struct sigaction before[])
{
	for (size_t i = 0; i < sizeof(fatal) / sizeof(*fatal); i++)
		sigaction(fatal[i], &before[i], NULL);
	waited_for = 0;
}

int run_program(const struct run *run)
{
	struct sigaction before_signals[sizeof(fatal) / sizeof(*fatal)];
	struct sigaction ignore = { .sa_handler = SIG_IGN }, before;
	struct pipes ours = { -1, -1, -1 };
	int status = 0, rc;
	pid_t pid;

	rc = spawn(&pid, &ours, run);
	if (rc == 0) {
		/* A child that does not read its input is no reason to die. */
		sigaction(SIGPIPE, &ignore, &before);
		watch_signals(before_signals, run->may_ask ? pid : -pid);
		if (!exchange(&ours, run) || !await(&status, pid, run)) {
			end_child(pid, !run->may_ask);
			rc = error_set(ERR_AMBIGUOUS, "'%s' took too long and was ended", run->argv[0]);
		}
		unwatch_signals(before_signals);
		sigaction(SIGPIPE, &before, NULL);
	}
	close_end(&ours.in);
	close_end(&ours.out);
	close_end(&ours.err);
	if (rc < 0)
		return rc;
	return exit_status(status);
}

int run_detached(const struct run *run)
{
	struct run silent = *run;
	struct pipes ours = { -1, -1, -1 };
	pid_t pid;

	silent.input = NULL;
	silent.output = silent.errors = NULL;
	silent.may_ask = false;
	return spawn(&pid, &ours, &silent);
}

int run_begin(struct running *out, const struct run *run)
{
	struct pipes ours = { -1, -1, -1 };
	struct buf any = BUF_INIT;
	struct run quiet = *run;
	int rc;

	*out = (struct running){ 0, -1 };
	quiet.input = NULL;
	quiet.output = NULL;
	quiet.errors = &any; /* connected, but read by run_go_on() */
	quiet.may_ask = false;
	rc = spawn(&out->pid, &ours, &quiet);
	if (rc < 0) {
		close_end(&ours.err);
		out->pid = 0;
	}
	out->errors = ours.err;
	return rc;
}

bool run_go_on(int *status, struct running *running, struct buf *says)
{
	int raw = 0;

	if (running->errors >= 0)
		take_output(&running->errors, says, OUTPUT_LIMIT);
	if (waitpid(running->pid, &raw, WNOHANG) != running->pid)
		return false;
	while (running->errors >= 0 && poll(&(struct pollfd){ running->errors, POLLIN, 0 }, 1, 0) > 0)
		take_output(&running->errors, says, OUTPUT_LIMIT);
	close_end(&running->errors);
	running->pid = 0;
	*status = exit_status(raw);
	return true;
}

void run_abandon(struct running *running)
{
	if (running->pid)
		end_child(running->pid, true);
	running->pid = 0;
	close_end(&running->errors);
}
