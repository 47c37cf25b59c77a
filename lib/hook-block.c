/* Our block in the text of a hook: where it goes, what it says, and the way back. */
#include "async/hooks.h"

#include <string.h>

#define BEGIN "# async begin"
#define END "# async end\n"
#define INTO BEGIN ": put here by 'async hook install', taken out by 'async hook uninstall'\n"
#define WHOLE BEGIN ": this file was made by 'async hook install'\n"
#define SHEBANG "#!/bin/sh\n"

/* The length of the line at `at`, its end included. */
static size_t line_length(const char *text, size_t len, size_t at)
{
	const char *end = memchr(text + at, '\n', len - at);

	return end ? (size_t)(end - text) + 1 - at : len - at;
}

static bool begins(const char *text, size_t len, size_t at, const char *prefix)
{
	return len - at >= strlen(prefix) && !memcmp(text + at, prefix, strlen(prefix));
}

/* -- what kind of script ---------------------------------------------------------------------- */

static bool is_shell_name(const char *word, size_t len)
{
	static const char *const shells[] = { "sh", "bash", "dash", "ash", "ksh", "ksh93", "mksh", "zsh", NULL };

	for (size_t i = len; i-- > 0;)
		if (word[i] == '/') {
			word += i + 1;
			len -= i + 1;
			break;
		}
	for (const char *const *shell = shells; *shell; shell++)
		if (strlen(*shell) == len && !memcmp(*shell, word, len))
			return true;
	return false;
}

/* "/usr/bin/env -S bash -e": env's own options and settings stand before the program. */
static const char *skip_env(const char *word, const char *end)
{
	size_t len = strcspn(word, " \t\n");

	if (len < 3 || memcmp(word + len - 3, "env", 3) != 0 || (len > 3 && word[len - 4] != '/'))
		return word;
	do {
		word += len;
		word += strspn(word, " \t");
		len = strcspn(word, " \t\n");
	} while (word < end && len && (*word == '-' || memchr(word, '=', len)));
	return word;
}

bool hook_text_is_shell(const char *text, size_t len)
{
	const char *word;

	if (memchr(text, '\0', len))
		return false;
	if (!begins(text, len, 0, "#!"))
		return true; /* git gives it to sh */
	word = text + 2 + strspn(text + 2, " \t");
	word = skip_env(word, text + line_length(text, len, 0));
	return is_shell_name(word, strcspn(word, " \t\r\n"));
}

/* -- the block -------------------------------------------------------------------------------- */

bool hook_text_find(size_t *begin, size_t *end, const char *text, size_t len)
{
	bool inside = false;

	*begin = *end = 0;
	for (size_t at = 0, line; at < len; at += line) {
		line = line_length(text, len, at);
		if (!inside && begins(text, len, at, BEGIN)) {
			*begin = at;
			inside = true;
		} else if (inside && (begins(text, len, at, END) || (at + line == len && line == strlen(END) - 1 &&
								     !memcmp(text + at, END, line)))) {
			*end = at + line;
			return true;
		}
	}
	return inside;
}

/*
 * Nothing is said where there is no async. Only a failure that async.hookStrict asked for ends the
 * script, but where a hook decides: then nothing is taken in that could not be looked at. What
 * comes on standard input is kept for the rest of it.
 */
static void put_block(struct buf *out, const char *name, unsigned how)
{
	const char *otherwise = how & HOOK_DECIDES ? "exit 1" : "test $? != 1 || exit 1";

	if (how & HOOK_DECIDES)
		buf_puts(out, "command -v async >/dev/null 2>&1 || { echo 'async is not on PATH here' >&2; exit 1; }\n");
	buf_puts(out, "if command -v async >/dev/null 2>&1; then\n");
	if (!(how & HOOK_INPUT)) {
		buf_addf(out, "\tasync hook run %s \"$@\" </dev/null || %s\n", name, otherwise);
	} else {
		buf_puts(out, "\tasync_input=$(cat)\n");
		buf_addf(out, "\tprintf '%%s\\n' \"$async_input\" 2>/dev/null |\n"
			      "\t\tasync hook run %s \"$@\" || %s\n", name, otherwise);
		buf_puts(out, "\tif test -z \"$async_input\"; then exec </dev/null; else exec <<async_input\n"
			      "$async_input\n"
			      "async_input\n"
			      "\tfi\n");
	}
	buf_puts(out, "fi\n" END);
}

/* husky's older scripts start themselves again where they load it: what stands before would run twice. */
static bool loads_husky(const char *text, size_t line)
{
	return (text[0] == '.' || !strncmp(text, "source ", 7)) && memmem(text, line, "husky.sh", strlen("husky.sh"));
}

/* First of all that the script does: what comes later may never be reached. */
static size_t find_place(const char *text, size_t len)
{
	size_t place = begins(text, len, 0, "#!") ? line_length(text, len, 0) : 0;

	for (size_t at = 0, line; at < len; at += line) {
		line = line_length(text, len, at);
		if (loads_husky(text + at, line))
			place = at + line;
	}
	return place;
}

static void renew(struct buf *out, const char *text, size_t len, size_t begin, size_t end, const char *name, unsigned how)
{
	size_t heading = line_length(text, len, begin);
	bool ends_line = text[end - 1] == '\n';

	buf_add(out, text, begin + heading);
	put_block(out, name, how);
	if (!ends_line)
		buf_setlen(out, out->len - 1);
	buf_add(out, text + end, len - end);
}

void hook_text_add(struct buf *out, const char *text, size_t len, const char *name, unsigned how)
{
	size_t begin, end, place;
	bool cut;

	if (!text) {
		buf_puts(out, SHEBANG WHOLE);
		put_block(out, name, how);
		return;
	}
	if (hook_text_find(&begin, &end, text, len)) {
		renew(out, text, len, begin, end, name, how);
		return;
	}
	place = find_place(text, len);
	cut = len && place == len && text[len - 1] != '\n'; /* a last line without an end: so will ours be */
	buf_add(out, text, place);
	buf_puts(out, cut ? "\n" INTO : INTO);
	put_block(out, name, how);
	if (cut)
		buf_setlen(out, out->len - 1);
	buf_add(out, text + place, len - place);
}

bool hook_text_remove(struct buf *out, const char *text, size_t len)
{
	size_t begin, end;

	if (!hook_text_find(&begin, &end, text, len) || !end) {
		buf_add(out, text, len);
		return true;
	}
	if (begins(text, len, begin, WHOLE) && begin == strlen(SHEBANG) && begins(text, len, 0, SHEBANG) && end == len)
		return false;
	if (end == len && text[end - 1] != '\n' && begin)
		begin--; /* the line end that was put before it */
	buf_add(out, text, begin);
	buf_add(out, text + end, len - end);
	return true;
}
