/* async me: who you are to the team, and when you work. */
#include "change.h"
#include "cmd.h"
#include "opts.h"
#include "people.h"
#include "print.h"
#include "write.h"

static int show(struct worklog *wl, struct person *me)
{
	struct buf safe = BUF_INIT;

	if (me)
		return people_show(wl, me);
	print_safe(&safe, worklog_address(wl), false);
	if (!print_is_machine())
		print("This log does not know you (%s) yet; your first post, answer or setting adds you.\n", safe.ptr);
	buf_release(&safe);
	return 0;
}

static int change(struct worklog *wl, struct person *me, bool edit, bool dry, int argc, char **argv)
{
	struct people_change what = { .edit = edit, .dry = dry };
	struct record rec = RECORD_INIT;
	int rc;

	rc = change_begin(&rec, wl, KIND_PERSON);
	if (rc < 0)
		return rc;
	what.about = me ? me->handle : worklog_address(wl);
	what.key = me ? me->key : worklog_address(wl);
	what.state = me ? me->state : NULL;
	rc = people_change(wl, &rec, &what, argc, argv);
	record_release(&rec);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	bool edit = false, dry = false;
	const struct opt opts[] = {
		OPT_FLAG('e', "edit", &edit, "change settings in the editor"),
		OPT_DRY_RUN(&dry),
		OPT_END
	};
	struct person *me;
	int rc;

	rc = opts_parse(wl, &cmd_me, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	rc = worklog_me(&me, wl);
	if (rc < 0)
		return rc;
	return argc || edit ? change(wl, me, edit, dry, argc, argv) : show(wl, me);
}

const struct cmd cmd_me = {
	.name = "me",
	.usage = "[--edit] [-n] [<key>=<value>]…",
	.summary = "show or change who you are and when you work",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
