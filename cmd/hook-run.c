/* A hook as a guest of git's command, which it must neither fail nor hold up. */
#include "hook.h"

#include <stdarg.h>
#include <stdlib.h>

#include "async/error.h"
#include "cmd.h"
#include "exchange.h"
#include "print.h"

void hook_tell(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	print_said_by("async", fmt, ap);
	va_end(ap);
}

static int call_hook(const struct hook *hook, struct hook_call *call)
{
	int rc = code_find(call->code, globals.log.git_dir);

	if (rc < 0)
		return rc;
	if (!hook->rewrites && code_is_in_between(call->code))
		return 0;
	rc = worklog_open(&call->wl, &globals.log);
	return rc < 0 ? rc : hook->run(call);
}

int hook_run_guest(const struct hook *hook, int argc, char **argv)
{
	struct code code = CODE_INIT;
	struct hook_call call = { .name = hook->name, .code = &code, .argc = argc, .argv = argv };
	int rc;

	if (getenv("ASYNC_NESTED"))
		return 0;
	rc = call_hook(hook, &call);
	if (rc == ERR_NOTFOUND) /* no log, or not even a repository: nobody's business here */
		rc = 0;
	if (rc < 0)
		hook_tell("%s: %s", hook->name, error_last());
	rc = (rc < 0 || call.failed) && code.hook_strict ? EXIT_NO : 0;
	error_clear();
	if (call.wl)
		exchange_in_background(call.wl);
	worklog_close(call.wl);
	code_release(&code);
	return rc;
}
