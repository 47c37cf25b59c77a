/* async policy: what the team has agreed on: levels, reminders, and whose hours hold for whom. */
#include <string.h>

#include "async/error.h"
#include "async/json.h"
#include "async/plain.h"
#include "async/team.h"
#include "change.h"
#include "cmd.h"
#include "form.h"
#include "opts.h"
#include "policy-rules.h"
#include "print.h"
#include "write.h"

static const char edit_comments[] =
	"\n"
	"# levels: {urgent: {within: 4h, focus: count}, standard: {within: 1d}}\n"
	"#   within: how long somebody has, in their working time; clock: calendar counts real\n"
	"#   time; focus: count counts focus blocks too\n"
	"# remind: {at: [50%, 100%], every: 1d, times: 3, cap: 20}: when people are reminded\n"
	"# escalate: {urgent: {after: 2h, to: [\"@leads\"]}}: whom to ask besides, and when\n"
	"# domain: of the mail that is sent\n"
	"# zone, hours: of everybody who has not said their own\n"
	"# holidays: names of calendars, or dates; they are everybody's\n"
	"# tolerance: how far a clock may be off in what a server takes in; 1d is 24 hours\n"
	"# require: signed: a server takes in signed commits only\n";

/* On one line; what a terminal would break has a line for each part. */
static void put_key(struct buf *out, const struct node *entry, const char *comment)
{
	size_t begin = out->len;

	buf_addf(out, "%s: ", entry->key);
	plain_format_value(out, entry);
	buf_puts(out, comment);
	if (print_width() && text_width(out->ptr + begin) > print_width() && entry->type == NODE_MAP) {
		buf_setlen(out, begin);
		buf_addf(out, "%s:%s\n", entry->key, comment);
		NODE_EACH(part, entry) {
			buf_addf(out, "  %s: ", part->key);
			plain_format_value(out, part);
			buf_puts(out, part->next ? "\n" : "");
		}
	}
	buf_putc(out, '\n');
}

static void put_json(struct buf *out, const struct node *policy)
{
	buf_puts(out, "{\"v\":1,\"kind\":\"policy\",\"policy\":");
	json_put(out, policy);
	buf_putc(out, '}');
	buf_putc(out, globals.nul ? '\0' : '\n');
}

/* Another team may have set keys that this async does not know: they are shown, too. */
static int show(struct worklog *wl)
{
	struct buf text = BUF_INIT;
	struct team *team;
	int rc;

	if (globals.format)
		return error_set(ERR_USAGE, "'policy' is one form, not rows: --json, or no option");
	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	if (print_is_machine())
		put_json(&text, team_policy(team));
	else
		NODE_EACH(entry, team_policy(team))
			put_key(&text, entry, node_get(team_policy_said(team), entry->key) ? "" : "   # assumed");
	print_bytes(text.ptr, text.len);
	buf_release(&text);
	return 0;
}

/* Write what lies between the settings before and after, and show it. */
static int finish(struct worklog *wl, struct form *form, bool dry)
{
	struct record rec = RECORD_INIT;
	struct buf text = BUF_INIT;
	struct team *team;
	size_t nr = 0;
	int rc;

	rc = change_begin(&rec, wl, KIND_POLICY);
	if (rc == 0)
		rc = form_put(form, &rec, &nr);
	if (rc == 0 && !nr)
		print("nothing to change\n");
	if (rc == 0 && nr)
		rc = change_write(wl, &rec, dry);
	if (rc == 0)
		edit_done();
	if (rc == 0 && nr && !dry)
		rc = worklog_team(&team, wl);
	if (rc == 0 && nr && !dry) {
		NODE_EACH(entry, team_policy(team)) {
			if (!record_node(&rec, entry->key))
				continue;
			put_key(&text, entry, "");
		}
		NODE_EACH(entry, form->was)
			if (!node_get(form->is, entry->key))
				buf_addf(&text, "%s: not set any more\n", entry->key);
		print_bytes(text.ptr, text.len);
	}
	buf_release(&text);
	record_release(&rec);
	return rc;
}

static int change(struct worklog *wl, bool edit, bool drop, bool dry, int argc, char **argv)
{
	struct form form;
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0)
		return rc;
	form_begin(&form, wl, policy_form, team_policy_said(team));
	if (edit && argc)
		rc = error_set(ERR_USAGE, "--edit takes no settings");
	else if (edit)
		rc = form_edit(&form, "policy", edit_comments);
	else if (rule_is(argv[0]))
		rc = rule_change(&form, drop, argc, argv);
	else if (drop)
		rc = error_set(ERR_USAGE, "--drop goes with 'level', 'remind' and 'escalate'");
	else if (!strcmp(argv[0], "set") && argc == 1)
		rc = form_wants(&cmd_policy, "set", "settings");
	else if (!strcmp(argv[0], "set"))
		for (int i = 1; i < argc && rc == 0; i++)
			rc = form_take(&form, argv[i]);
	else
		rc = form_unknown(&cmd_policy, argv[0]);
	if (rc == 0)
		rc = rules_check(&form);
	if (rc == 0)
		rc = finish(wl, &form, dry);
	form_release(&form);
	return rc;
}

static int run(struct worklog *wl, int argc, char **argv)
{
	bool edit = false, drop = false, dry = false;
	const struct opt opts[] = {
		OPT_FLAG('e', "edit", &edit, "change it in the editor"),
		OPT_FLAG(0, "drop", &drop, "there is no such level, or rule, any more"),
		OPT_DRY_RUN(&dry),
		{ .type = OPT_TYPE_TEXT, .name = "format", .value = &globals.format, .arg = "template", .hidden = true },
		OPT_END
	};
	int rc;

	rc = opts_parse(wl, &cmd_policy, opts, &argc, &argv, 0, -1);
	if (rc)
		return rc;
	return argc || edit ? change(wl, edit, drop, dry, argc, argv) : show(wl);
}

const struct cmd cmd_policy = {
	.name = "policy",
	.usage = "[--edit] [-n]\n"
		 "level [-n] <level> [within=<duration>] [clock=work|calendar] [focus=pause|count]\n"
		 "level [-n] --drop <level>\n"
		 "remind [-n] [at=<share>,…] [every=<duration>] [times=<number>] [cap=<number>]\n"
		 "remind [-n] --drop\n"
		 "escalate [-n] <level> [after=<duration>] [to=<recipient>,…]\n"
		 "escalate [-n] --drop <level>\n"
		 "set [-n] <key>=<value>…",
	.summary = "show or change what the team has agreed on: levels, reminders, hours",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
