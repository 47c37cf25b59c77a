/* async policy: what the team has agreed on: levels, and whose hours hold for whom. */
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/json.h"
#include "async/nearest.h"
#include "async/plain.h"
#include "async/team.h"
#include "change.h"
#include "cmd.h"
#include "opts.h"
#include "print.h"
#include "form.h"
#include "write.h"

static const char edit_comments[] =
	"\n"
	"# levels: {urgent: {within: 4h, focus: count}, standard: {within: 1d}}\n"
	"#   within: how long somebody has, in their working time; clock: calendar counts real\n"
	"#   time; focus: count counts focus blocks too\n"
	"# zone, hours: of everybody who has not said their own\n"
	"# holidays: names of calendars, or dates; they are everybody's\n"
	"# tolerance: how far a clock may be off in what a server takes in; 1d is 24 hours\n"
	"# require: signed: a server takes in signed commits only\n";

static void put_key(struct buf *out, const struct node *entry, const char *comment)
{
	buf_addf(out, "%s: ", entry->key);
	plain_format_value(out, entry);
	buf_addf(out, "%s\n", comment);
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
		print_bytes(text.ptr, text.len);
	}
	buf_release(&text);
	record_release(&rec);
	return rc;
}

static int set_part(struct form *form, struct node *level, const char *name, const char *text)
{
	static const char *const keys[] = { "within", "clock", "focus", NULL };
	const char *equals = strchr(text, '=');
	char *key = equals ? xstrndup(text, (size_t)(equals - text)) : NULL;
	struct span span;
	int rc = 0;

	if (!key) {
		rc = error_set(ERR_USAGE, "'%s' is not within=, clock= or focus=", text);
	} else if (strcmp(key, "within") != 0 && strcmp(key, "clock") != 0 && strcmp(key, "focus") != 0) {
		const char *suggestion = nearest(key, keys);

		rc = error_set(ERR_USAGE, "a level has no '%s'", key);
		error_hint("it has within=, clock= and focus=%s%s", suggestion ? "; the nearest is " : "",
			   suggestion ? suggestion : "");
	} else if (!equals[1]) {
		node_drop(level, key);
	} else if (!strcmp(key, "within") && !span_parse(&span, equals + 1)) {
		rc = error_set(ERR_INVALID, "level %s: within is '%s', not a duration such as 4h, 1d or 1d4h30m", name,
			       equals + 1);
	} else {
		node_set_text(&form->pool, level, key, equals + 1);
	}
	free(key);
	return rc;
}

static int change_level(struct form *form, const char *name, bool drop, int argc, char **argv)
{
	struct node *levels = node_get(form->is, "levels");
	struct node *level = node_get(levels, name);
	int rc = 0;

	if (drop) {
		if (!node_drop(levels, name))
			return error_set(ERR_NOTFOUND, "there is no level '%s'", name);
		if (node_get_text(form->is, "default") && !strcmp(node_get_text(form->is, "default"), name))
			return error_set(ERR_FAILED, "'%s' is the default; set another first: policy set default=…", name);
		return 0;
	}
	if (!argc)
		return form_wants(&cmd_policy, "level", "a name, and within=, clock= or focus=");
	level = level ? node_copy(&form->pool, level) : node_new(&form->pool, NODE_MAP);
	for (int i = 0; i < argc && rc == 0; i++)
		rc = set_part(form, level, name, argv[i]);
	if (rc == 0 && !node_get(level, "within"))
		rc = error_set(ERR_USAGE, "level '%s' needs within=<duration>", name);
	if (rc == 0)
		node_set(&form->pool, levels, name, level);
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
	else if (!strcmp(argv[0], "level") && argc > 1)
		rc = change_level(&form, argv[1], drop, argc - 2, argv + 2);
	else if (!strcmp(argv[0], "level"))
		rc = form_wants(&cmd_policy, "level", "a name, and within=, clock= or focus=");
	else if (!strcmp(argv[0], "set") && argc == 1)
		rc = form_wants(&cmd_policy, "set", "settings");
	else if (!strcmp(argv[0], "set"))
		for (int i = 1; i < argc && rc == 0; i++)
			rc = form_take(&form, argv[i]);
	else
		rc = form_unknown(&cmd_policy, argv[0]);
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
		OPT_FLAG(0, "drop", &drop, "with 'level': there is no such level any more"),
		OPT_DRY_RUN(&dry),
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
		 "set [-n] <key>=<value>…",
	.summary = "show or change what the team has agreed on: levels, hours, holidays",
	.needs = CMD_LOG | CMD_LOOK,
	.run = run,
};
