/* What -h prints. */
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/nearest.h"
#include "opts.h"
#include "print.h"

/* Where the help of an option begins. */
#define HELP_COLUMN 26

static void put_form(struct buf *out, const char *lead, const struct cmd *cmd, const char *form, size_t len)
{
	buf_addf(out, "%s async %s", lead, cmd->name);
	if (len)
		buf_putc(out, ' ');
	buf_add(out, form, len);
	buf_putc(out, '\n');
}

static void put_forms(struct buf *out, const struct cmd *cmd)
{
	const char *form = cmd->usage;
	const char *lead = "usage:";

	do {
		size_t len = strcspn(form, "\n");

		put_form(out, lead, cmd, form, len);
		lead = "   or:";
		form += len + (form[len] == '\n');
	} while (*form);
}

static const char *next_form(const char *form)
{
	form += strcspn(form, "\n");
	return form + (*form == '\n');
}

int form_wants(const struct cmd *cmd, const char *word, const char *wants)
{
	const char *form = cmd->usage;
	size_t len = strlen(word);

	while (*form && (strncmp(form, word, len) != 0 || form[len] != ' '))
		form = next_form(form);
	error_set(ERR_USAGE, "'%s %s' wants %s", cmd->name, word, wants);
	if (*form)
		error_hint("usage: async %s %.*s", cmd->name, (int)strcspn(form, "\n"), form);
	else /* it begins none */
		error_hint("'async %s -h' shows what it takes", cmd->name);
	return ERR_USAGE;
}

static bool has_word(const char *const *words, const char *word)
{
	while (*words && strcmp(*words, word) != 0)
		words++;
	return *words;
}

int form_unknown(const struct cmd *cmd, const char *word)
{
	struct pool pool = POOL_INIT;
	const char *words[8] = { NULL }, *suggestion;
	size_t nr = 0;

	for (const char *form = cmd->usage; *form && nr < NR(words) - 1; form = next_form(form))
		if (*form >= 'a' && *form <= 'z')
			words[nr++] = pool_strndup(&pool, form, strcspn(form, " \n"));
	suggestion = nearest(word, words);
	error_set(ERR_USAGE, "'%s' does not take '%s'", cmd->name, word);
	if (strchr(word, '=') && has_word(words, "set"))
		error_hint("settings go with 'async %s set %s'", cmd->name, word);
	else if (suggestion)
		error_hint("the nearest is '%s'; 'async %s -h' lists all", suggestion, cmd->name);
	else
		error_hint("'async %s -h' shows what it takes", cmd->name);
	pool_release(&pool);
	return ERR_USAGE;
}

static void put_option(struct buf *out, const struct opt *opt)
{
	size_t begin = out->len, width;

	buf_puts(out, "    ");
	if (opt->letter)
		buf_addf(out, "-%c", opt->letter);
	if (opt->name)
		buf_addf(out, "%s--%s", opt->letter ? ", " : "", opt->name);
	if (opt->arg)
		buf_addf(out, opt->otherwise ? "[%s<%s>]" : "%s<%s>", opt->name ? "=" : " ", opt->arg);
	width = out->len - begin;
	if (width + 2 > HELP_COLUMN) {
		buf_putc(out, '\n');
		width = 0;
	}
	buf_pad(out, ' ', HELP_COLUMN - width);
	buf_addf(out, "%s\n", opt->help);
}

/* Has the command an option of its own by the name of one that all have? */
static bool is_own(const struct opt *opt, const struct opt *own)
{
	for (; own && own->type != OPT_TYPE_END; own++)
		if (opt->name && own->name && !strcmp(opt->name, own->name))
			return true;
	return false;
}

/* But for those that are among `own`, or NULL. */
static void put_options(struct buf *out, const struct opt *opts, const struct opt *own)
{
	for (; opts->type != OPT_TYPE_END; opts++) {
		if (opts->hidden || is_own(opts, own))
			continue;
		if (opts->type == OPT_TYPE_GROUP)
			buf_addf(out, "\n%s\n", opts->help);
		else
			put_option(out, opts);
	}
}

void opts_usage(struct buf *out, const struct cmd *cmd, const struct opt *opts)
{
	put_forms(out, cmd);
	if (opts->type != OPT_TYPE_END && opts->type != OPT_TYPE_GROUP)
		buf_putc(out, '\n');
	put_options(out, opts, NULL);
	if (cmd->needs & CMD_LOOK)
		put_options(out, look_opts, opts);
}
