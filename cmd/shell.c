/* Commands as people configure them. */
#include "shell.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"

void shell_quote(struct buf *out, const char *text, size_t len)
{
	buf_putc(out, '\'');
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\'' || text[i] == '!') /* which some shells read within quotes, too */
			buf_addf(out, "'\\%c'", text[i]);
		else
			buf_putc(out, text[i]);
	buf_putc(out, '\'');
}

void shell_command(struct shell *shell, const char *command, const char *operand)
{
	*shell = (struct shell){ 0 };
	if (!strpbrk(command, "|&;<>()$`\\\"' \t\n*?[#~=%")) {
		shell->argv[0] = (char *)command;
		shell->argv[1] = (char *)operand;
		return;
	}
	shell->script = operand ? xstrfmt("%s \"$@\"", command) : xstrdup(command);
	shell->argv[0] = "/bin/sh";
	shell->argv[1] = "-c";
	shell->argv[2] = shell->script;
	shell->argv[3] = (char *)command; /* $0, for the shell's messages */
	shell->argv[4] = (char *)operand;
}

void shell_release(struct shell *shell)
{
	free(shell->script);
	*shell = (struct shell){ 0 };
}
