/* What -h prints, and what completion needs to know of options. */
#include <string.h>

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

static void put_option(struct buf *out, const struct opt *opt)
{
	size_t begin = out->len, width;

	buf_puts(out, "    ");
	if (opt->letter)
		buf_addf(out, "-%c", opt->letter);
	if (opt->name)
		buf_addf(out, "%s--%s", opt->letter ? ", " : "", opt->name);
	if (opt->arg)
		buf_addf(out, "%s<%s>", opt->name ? "=" : " ", opt->arg);
	width = out->len - begin;
	if (width + 2 > HELP_COLUMN) {
		buf_putc(out, '\n');
		width = 0;
	}
	buf_pad(out, ' ', HELP_COLUMN - width);
	buf_addf(out, "%s\n", opt->help);
}

static void put_options(struct buf *out, const struct opt *opts)
{
	for (; opts->type != OPT_TYPE_END; opts++) {
		if (opts->hidden)
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
	put_options(out, opts);
	if (cmd->needs & CMD_LOOK)
		put_options(out, look_opts);
}

static void put_name(struct buf *out, const struct opt *opt)
{
	const char *value = opt->type == OPT_TYPE_FLAG ? "" : "=";

	if (opt->name)
		buf_addf(out, "--%s%s\t%s\n", opt->name, value, opt->help ? opt->help : "");
	if (opt->letter)
		buf_addf(out, "-%c\t%s\n", opt->letter, opt->help ? opt->help : "");
}

void opts_names(struct buf *out, const struct cmd *cmd, const struct opt *opts)
{
	for (; opts->type != OPT_TYPE_END; opts++)
		if (opts->type != OPT_TYPE_GROUP)
			put_name(out, opts);
	if (cmd->needs & CMD_LOOK)
		for (opts = look_opts; opts->type != OPT_TYPE_END; opts++)
			if (opts->type != OPT_TYPE_GROUP)
				put_name(out, opts);
}
