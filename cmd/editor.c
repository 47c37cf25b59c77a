/* A text from the user's editor, never lost. */
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/record.h"
#include "draft.h"
#include "print.h"
#include "shell.h"

extern char **environ;

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

/* Is this line "#…" behind any number of backslashes? */
static bool is_hash_line(const char *line)
{
	return line[strspn(line, "\\")] == '#';
}

void edit_escape(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");

		len += text[len] == '\n';
		if (is_hash_line(text))
			buf_putc(out, '\\');
		buf_add(out, text, len);
		text += len;
	}
}

void edit_strip(struct buf *out, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n"), kept_len = len;

		while (kept_len && strchr(" \t\r", text[kept_len - 1]))
			kept_len--;
		if (*text != '#' && (kept_len || out->len)) {
			size_t escape = *text == '\\' && is_hash_line(text);

			buf_add(out, text + escape, kept_len - escape);
			buf_putc(out, '\n');
		}
		text += len + (text[len] == '\n');
	}
	buf_rtrim(out);
}

void edit_done(void)
{
	draft_end();
}

static bool is_untouched(const char *initial)
{
	struct buf text = BUF_INIT;
	bool same = buf_read_file(&text, draft_path(), RECORD_MAX_BYTES) == 0 && !strcmp(text.ptr, initial);

	buf_release(&text);
	return same;
}

static int edit_file(struct buf *out, const char *initial, const char *command)
{
	struct buf text = BUF_INIT;
	int rc = run_editor(command, draft_path());

	if (rc < 0 && is_untouched(initial))
		draft_drop();
	if (!rc)
		rc = buf_read_file(&text, draft_path(), RECORD_MAX_BYTES);
	if (!rc)
		edit_strip(out, text.ptr);
	if (!rc && !out->len) {
		draft_drop();
		rc = error_set(ERR_FAILED, "aborting: empty message");
	}
	buf_release(&text);
	return rc;
}

int edit_text(struct buf *out, struct worklog *wl, const char *name, const char *initial)
{
	char *command = NULL;
	int rc;

	if (!isatty(STDIN_FILENO) || !print_width())
		return error_set(ERR_USAGE, "no terminal to open an editor on; use -m or --file");
	rc = editor_command(&command, wl);
	if (!rc)
		rc = draft_begin(wl, name, initial);
	if (!rc)
		rc = edit_file(out, initial, command);
	free(command);
	return rc;
}
