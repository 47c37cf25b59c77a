/* A text from the user's editor, never lost. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/record.h"
#include "print.h"
#include "shell.h"

extern char **environ;

static char *kept; /* the file, while it holds what somebody typed */

static int make_folders(const char *path)
{
	char *copy = xstrdup(path);
	int rc = 0;

	for (char *slash = strchr(copy + 1, '/'); slash && !rc; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0700) < 0 && errno != EEXIST)
			rc = error_set(ERR_FAILED, "cannot make the folder '%s': %s", copy, strerror(errno));
		*slash = '/';
	}
	free(copy);
	return rc;
}

/* A new file below the state folder, which nobody else has. */
static int create(int *fd, char **path, const char *name)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int rc;

	if (state && *state == '/')
		*path = xstrfmt("%s/async/%s-%ld.txt", state, name, (long)getpid());
	else if (home && *home == '/')
		*path = xstrfmt("%s/.local/state/async/%s-%ld.txt", home, name, (long)getpid());
	else
		return error_set(ERR_FAILED, "no folder to keep your text in: HOME is not set");
	rc = make_folders(*path);
	if (rc < 0)
		return rc;
	unlink(*path); /* left by an earlier process of that number, which was killed */
	*fd = open(*path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd < 0)
		return error_set(ERR_FAILED, "cannot create '%s': %s", *path, strerror(errno));
	return 0;
}

static int write_all(int fd, const char *path, const char *text)
{
	size_t left = strlen(text);
	ssize_t put = 0;

	for (; left && put >= 0; left -= (size_t)put, text += put) {
		put = write(fd, text, left);
		if (put < 0 && errno == EINTR)
			put = 0;
		else if (put < 0)
			break;
	}
	if (close(fd) < 0 || put < 0)
		return error_set(ERR_FAILED, "cannot write '%s': %s", path, strerror(errno));
	return 0;
}

/* A repository never names the editor. The caller frees it. */
static int editor_command(char **out, struct worklog *wl)
{
	const char *term = getenv("TERM"), *given = getenv("GIT_EDITOR");
	bool dumb = !term || !strcmp(term, "dumb");
	char *configured = given ? NULL : worklog_config_user(wl, "core.editor");

	if (!given)
		given = configured;
	if (!given && !dumb)
		given = getenv("VISUAL");
	if (!given)
		given = getenv("EDITOR");
	if (!given && dumb)
		return error_set(ERR_FAILED, "the terminal is dumb, and EDITOR is not set; use -m or --file");
	*out = xstrdup(given ? given : "vi");
	free(configured);
	return 0;
}

/* Wait for the editor as git does: Ctrl-C is its own affair. Its status, or 128 + signal. */
static int wait_for(pid_t pid)
{
	sighandler_t interrupt = signal(SIGINT, SIG_IGN), quit = signal(SIGQUIT, SIG_IGN);
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	signal(SIGINT, interrupt);
	signal(SIGQUIT, quit);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

static int run_editor(const char *command, const char *path)
{
	struct termios before;
	bool saved = tcgetattr(STDIN_FILENO, &before) == 0;
	struct shell shell;
	pid_t pid;
	int rc;

	shell_command(&shell, command, path);
	rc = posix_spawnp(&pid, shell.argv[0], NULL, NULL, shell.argv, environ);
	if (rc)
		rc = error_set(ERR_FAILED, "cannot run the editor '%s': %s", command, strerror(rc));
	else
		rc = wait_for(pid);
	shell_release(&shell);
	if (rc && saved)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &before); /* a killed editor leaves it raw */
	if (rc > 128)
		return error_set(ERR_FAILED, "the editor was stopped; nothing was written");
	if (rc > 0)
		return error_set(ERR_FAILED, "the editor '%s' failed (%d); nothing was written", command, rc);
	return rc;
}

/* Leave out comment lines, and blank lines around the text. */
static void strip(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), kept_len = len;

		while (kept_len && strchr(" \t\r", text[kept_len - 1]))
			kept_len--;
		if (*text != '#' && (kept_len || out->len)) {
			buf_add(out, text, kept_len);
			buf_putc(out, '\n');
		}
		text += len + (text[len] == '\n');
	}
	buf_rtrim(out);
}

static void forget(void)
{
	if (kept)
		unlink(kept);
	free(kept);
	kept = NULL;
}

const char *edit_kept(void)
{
	return kept;
}

void edit_done(void)
{
	forget();
}

static bool is_untouched(const char *initial)
{
	struct buf text = BUF_INIT;
	bool same = buf_read_file(&text, kept, RECORD_MAX_BYTES) == 0 && !strcmp(text.ptr, initial);

	buf_release(&text);
	return same;
}

static int edit_file(struct buf *out, const char *initial, const char *command)
{
	struct buf text = BUF_INIT;
	int rc = run_editor(command, kept);

	if (rc < 0 && is_untouched(initial))
		forget();
	if (!rc)
		rc = buf_read_file(&text, kept, RECORD_MAX_BYTES);
	if (!rc)
		strip(out, text.ptr);
	if (!rc && !out->len) {
		forget();
		rc = error_set(ERR_FAILED, "aborting: empty message");
	}
	buf_release(&text);
	return rc;
}

int edit_text(struct buf *out, struct worklog *wl, const char *name, const char *initial)
{
	char *command = NULL;
	int rc, fd = -1;

	if (!isatty(STDIN_FILENO) || !print_width())
		return error_set(ERR_USAGE, "no terminal to open an editor on; use -m or --file");
	rc = editor_command(&command, wl);
	if (rc < 0)
		return rc;
	forget();
	rc = create(&fd, &kept, name);
	if (!rc)
		rc = write_all(fd, kept, initial);
	if (rc < 0)
		forget();
	else
		rc = edit_file(out, initial, command);
	free(command);
	return rc;
}
