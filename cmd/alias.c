/* Aliases, as git's: split into words and put in the place of the one word, or run by the shell. */
#include "alias.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/error.h"
#include "async/worklog.h"
#include "globals.h"

#define PREFIX "async.alias."

void alias_chain_release(struct alias_chain *chain)
{
	free(chain->names);
	pool_release(&chain->pool);
	*chain = (struct alias_chain){ 0 };
}

/* What the name of a setting can be: anything else is no alias. */
static bool is_name(const char *name)
{
	if (!isalpha((unsigned char)*name))
		return false;
	while (isalnum((unsigned char)*name) || *name == '-')
		name++;
	return !*name;
}

char *alias_get(const char *name)
{
	char *key, *meaning;

	if (!is_name(name))
		return NULL;
	key = xstrfmt(PREFIX "%s", name);
	meaning = worklog_config_user(NULL, key);
	free(key);
	return meaning;
}

/* ---- one into words */

struct words {
	char **v;
	size_t nr, alloc;
};

static int refuse(const char *name, const char *why)
{
	error_set(ERR_USAGE, "alias '%s': %s", name, why);
	error_hint("'git config --show-origin --get-all " PREFIX "%s' shows where it is set", name);
	return ERR_USAGE;
}

/* Take the quotes of one word out, in place; `*text` is left behind it. NULL, or what is wrong. */
static const char *unquote(char **text)
{
	char quote = '\0', *to = *text, *from = *text;

	for (; *from && (quote || !isspace((unsigned char)*from)); from++) {
		if (*from == quote) {
			quote = '\0';
		} else if (!quote && (*from == '"' || *from == '\'')) {
			quote = *from;
		} else {
			if (*from == '\\' && quote != '\'' && !*++from)
				return "it ends with a backslash";
			*to++ = *from;
		}
	}
	*text = *from ? from + 1 : from;
	*to = '\0';
	return quote ? "a quote is not closed" : NULL;
}

static int split(struct words *out, const char *name, char *text)
{
	while (*(text += strspn(text, " \t\n\r"))) {
		const char *wrong;

		GROW(out->v, out->nr, out->alloc);
		out->v[out->nr++] = text;
		wrong = unquote(&text);
		if (wrong)
			return refuse(name, wrong);
	}
	return out->nr ? 0 : refuse(name, "it stands for nothing");
}

/* ---- in the place of a word */

static int check_loop(struct alias_chain *chain, const char *name)
{
	struct buf path = BUF_INIT;
	bool again = false;

	for (size_t i = 0; i < chain->nr; i++) {
		again |= !strcmp(chain->names[i], name);
		buf_addf(&path, "%s leads to ", chain->names[i]);
	}
	if (again)
		error_set(ERR_USAGE, "alias loop: %s%s", path.ptr, name);
	else {
		GROW(chain->names, chain->nr, chain->alloc);
		chain->names[chain->nr++] = name;
	}
	buf_release(&path);
	return again ? ERR_USAGE : 0;
}

/* The words behind the alias are operands of the shell's command, as with git. */
static int run_shell(const char *name, char *command, int argc, char **argv)
{
	char **args = xcalloc((size_t)argc + 4, sizeof(*args));
	char *script = argc > 1 ? xstrfmt("%s \"$@\"", command) : xstrdup(command);
	int rc = globals_hand_on(name);

	args[0] = "sh";
	args[1] = "-c";
	args[2] = script;
	args[3] = command; /* $0, for the shell's messages */
	memcpy(args + 4, argv + 1, (size_t)argc * sizeof(*argv) - sizeof(*argv));
	if (rc == 0) {
		execv("/bin/sh", args);
		rc = error_set(ERR_FAILED, "cannot run the shell for alias '%s': %s", name, strerror(errno));
	}
	free(script);
	free(args);
	return rc;
}

static void replace(struct alias_chain *chain, const struct words *words, int *argc, char ***argv)
{
	size_t nr = words->nr + (size_t)*argc - 1;
	char **all = pool_alloc(&chain->pool, (nr + 1) * sizeof(*all));

	memcpy(all, words->v, words->nr * sizeof(*all));
	memcpy(all + words->nr, *argv + 1, ((size_t)*argc - 1) * sizeof(*all));
	*argc = (int)nr;
	*argv = all;
}

int alias_expand(struct alias_chain *chain, int *argc, char ***argv)
{
	char *meaning = alias_get(**argv), *text;
	struct words words = { 0 };
	int rc;

	if (!meaning)
		return 0;
	text = pool_strdup(&chain->pool, meaning);
	free(meaning);
	rc = check_loop(chain, **argv);
	if (rc == 0 && *text == '!')
		return run_shell(**argv, text + 1, *argc, *argv);
	if (rc == 0)
		rc = split(&words, **argv, text);
	if (rc == 0)
		replace(chain, &words, argc, argv);
	free(words.v);
	return rc < 0 ? rc : 1;
}

/* ---- all of them */

/* As they come from the configuration: a later one of a name replaces an earlier one. */
struct aliases {
	struct alias {
		const char *name, *meaning;
	} *v;
	size_t nr, alloc;
	struct pool pool;
};

static int add(const char *key, const char *meaning, void *data)
{
	const char *name = key + strlen(PREFIX);
	struct aliases *all = data;
	size_t i = 0;

	if (!is_name(name))
		return 0;
	while (i < all->nr && strcmp(all->v[i].name, name) != 0)
		i++;
	if (i == all->nr) {
		GROW(all->v, all->nr, all->alloc);
		all->v[all->nr++].name = pool_strdup(&all->pool, name);
	}
	all->v[i].meaning = pool_strdup(&all->pool, meaning);
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct alias *)a)->name, ((const struct alias *)b)->name);
}

void alias_each(void (*each)(const char *name, const char *meaning, void *data), void *data)
{
	struct aliases all = { 0 };

	if (worklog_config_each_user(PREFIX, add, &all) < 0)
		error_clear(); /* whoever asks can do without */
	if (all.nr)
		qsort(all.v, all.nr, sizeof(*all.v), by_name);
	for (size_t i = 0; i < all.nr; i++)
		if (!command_find(all.v[i].name))
			each(all.v[i].name, all.v[i].meaning, data);
	free(all.v);
	pool_release(&all.pool);
}

bool alias_is_of_repository(const char *name)
{
	struct worklog_options options = globals.log;
	char *key = xstrfmt(PREFIX "%s", name), *meaning = NULL;
	struct worklog *wl = NULL;
	bool found;

	options.no_log = true;
	if (is_name(name) && worklog_open(&wl, &options) == 0)
		meaning = worklog_config(wl, key);
	error_clear();
	found = meaning;
	worklog_close(wl);
	free(meaning);
	free(key);
	return found;
}
