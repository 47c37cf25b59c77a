/* Declarative options: one argument list to typed values. */
#include "opts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/clock.h"
#include "async/nearest.h"
#include "async/query.h"
#include "print.h"

static const char *color_arg;

const struct opt look_opts[] = {
	OPT_GROUP("Output for programs"),
	OPT_FLAG(0, "json", &globals.json, "one JSON object a line (async-json(5))"),
	OPT_TEXT(0, "format", &globals.format, "template", "each row as %(field) in the template says"),
	OPT_FLAG('z', NULL, &globals.nul, "end rows with NUL instead of a line end"),
	{ .type = OPT_TYPE_TEXT, .name = "at", .value = &globals.at, .arg = "time", .hidden = true },
	{ .type = OPT_TYPE_TEXT, .name = "color", .value = &color_arg, .arg = "when", .hidden = true },
	{ .type = OPT_TYPE_FLAG, .name = "no-pager", .value = &globals.no_pager, .hidden = true },
	OPT_END
};

/* What is being parsed: handed from one step to the next. */
struct parse {
	struct worklog *wl;
	const struct cmd *cmd;
	const struct opt *opts;
	char **argv; /* what is left to read */
	int argc;
};

/* How an option was written, for messages: "--name" or "-x". */
static const char *written(const struct opt *opt, bool by_letter)
{
	static char text[64];

	if (by_letter)
		snprintf(text, sizeof(text), "-%c", opt->letter);
	else
		snprintf(text, sizeof(text), "--%s", opt->name);
	return text;
}

static int set_number(long *out, const char *value, const char *name)
{
	char *end;

	errno = 0;
	*out = strtol(value, &end, 10);
	if (value[0] < '0' || value[0] > '9' || *end || errno)
		return error_set(ERR_USAGE, "%s wants a number, not '%s'", name, value);
	return 0;
}

static int set_span(struct span *out, const char *value, const char *name)
{
	if (span_parse(out, value))
		return 0;
	error_set(ERR_USAGE, "%s wants a duration, not '%s'", name, value);
	error_hint("write it as 30m, 4h, 1h30m, 1d or 1d4h: days first, no fractions");
	return ERR_USAGE;
}

static int set_when(struct when *out, const struct parse *parse, const struct opt *opt, const char *value,
		    const char *name)
{
	char zone_text[256];
	struct zone *own = NULL;
	time_t now;
	int rc;

	if (parse->wl) {
		now = worklog_now(parse->wl);
	} else {
		zone_system_name(zone_text, sizeof(zone_text));
		rc = clock_now(&now);
		if (!rc)
			rc = zone_load(&own, zone_text);
		if (rc < 0)
			return rc;
	}
	rc = when_parse(out, value, now, own ? own : worklog_zone(parse->wl), opt->past);
	zone_free(own);
	return rc < 0 ? error_prefix(ERR_USAGE, "%s", name) : 0;
}

int level_check(struct worklog *wl, const char *level, const char *name)
{
	struct buf known = BUF_INIT;
	struct expectation expect;
	struct team *team;
	int rc;

	rc = worklog_team(&team, wl);
	if (rc < 0 || team_level(team, level, &expect))
		return rc;
	NODE_EACH(entry, node_get(team_policy(team), "levels"))
		buf_addf(&known, "%s%s", known.len ? ", " : "", entry->key);
	error_set(ERR_USAGE, "%s: no level '%s' in the policy", name, level);
	error_hint("levels: %s", known.ptr);
	buf_release(&known);
	return ERR_USAGE;
}

static int set_level(const char **out, const struct parse *parse, const char *value, const char *name)
{
	*out = value;
	if (!parse->wl)
		return error_set(ERR_USAGE, "%s needs a log: levels are its policy", name);
	return level_check(parse->wl, value, name);
}

static int set_word(int *out, const struct opt *opt, const char *value, const char *name)
{
	struct buf known = BUF_INIT;

	for (*out = 0; opt->words[*out]; (*out)++)
		if (!strcmp(opt->words[*out], value))
			return 0;
	for (const char *const *word = opt->words; *word; word++)
		buf_addf(&known, "%s%s", known.len ? ", " : "", *word);
	error_set(ERR_USAGE, "%s: '%s' is not one of %s", name, value, known.ptr);
	buf_release(&known);
	return ERR_USAGE;
}

/* Values live as long as the program: they are argv, or parts of it that are kept here. */
static struct pool kept;

static void add_text(struct texts *out, const char *text)
{
	if (out->nr == out->alloc) {
		const char **v;

		out->alloc = out->alloc ? 2 * out->alloc : 8;
		v = pool_alloc(&kept, out->alloc * sizeof(*v));
		for (size_t i = 0; i < out->nr; i++)
			v[i] = out->v[i];
		out->v = v;
	}
	out->v[out->nr++] = text;
}

/* "--link a --title b": what a text goes with stands before it, and has none yet. */
static int set_beside(struct texts *out, const struct opt *opt, const char *value, const char *name)
{
	if (!opt->beside->nr || out->nr >= opt->beside->nr)
		return error_set(ERR_USAGE, "%s '%s': there is nothing before it that it goes with", name, value);
	while (out->nr + 1 < opt->beside->nr)
		add_text(out, NULL);
	add_text(out, value);
	return 0;
}

static int set_texts(struct texts *out, const struct opt *opt, const char *value, const char *name)
{
	char *copy, *part;

	if (opt->beside)
		return set_beside(out, opt, value, name);
	if (!opt->split) {
		add_text(out, value);
		return 0;
	}
	copy = pool_strdup(&kept, value);
	while ((part = strsep(&copy, ","))) {
		if (!*part)
			return error_set(ERR_USAGE, "%s: an empty name in '%s'", name, value);
		add_text(out, part);
	}
	return 0;
}

static int set_person(struct person **out, const struct parse *parse, const char *value, const char *name)
{
	if (!parse->wl)
		return error_set(ERR_USAGE, "%s needs a log: it names a person", name);
	return worklog_find_person(out, parse->wl, value);
}

/* Text becomes a value here, once. */
static int set_value(const struct parse *parse, const struct opt *opt, const char *value, const char *name)
{
	switch (opt->type) {
	case OPT_TYPE_FLAG:
		*(bool *)opt->value = true;
		return 0;
	case OPT_TYPE_TEXT:
		*(const char **)opt->value = value;
		return 0;
	case OPT_TYPE_TEXTS:
		return set_texts(opt->value, opt, value, name);
	case OPT_TYPE_NUMBER:
		return set_number(opt->value, value, name);
	case OPT_TYPE_SPAN:
		return set_span(opt->value, value, name);
	case OPT_TYPE_WHEN:
		return set_when(opt->value, parse, opt, value, name);
	case OPT_TYPE_PERSON:
		return set_person(opt->value, parse, value, name);
	case OPT_TYPE_LEVEL:
		return set_level(opt->value, parse, value, name);
	case OPT_TYPE_WORD:
		return set_word(opt->value, opt, value, name);
	case OPT_TYPE_END:
	case OPT_TYPE_GROUP:
		break;
	}
	BUG("option of type %d", (int)opt->type);
}

/* --no-NAME: as if it had not been given. A number and a word have no such value. */
static int unset_value(const struct opt *opt)
{
	switch (opt->type) {
	case OPT_TYPE_FLAG:
		*(bool *)opt->value = false;
		return 0;
	case OPT_TYPE_TEXT:
	case OPT_TYPE_LEVEL:
		*(const char **)opt->value = NULL;
		return 0;
	case OPT_TYPE_TEXTS:
		((struct texts *)opt->value)->nr = 0;
		return 0;
	case OPT_TYPE_SPAN:
		*(struct span *)opt->value = (struct span){ 0 };
		return 0;
	case OPT_TYPE_WHEN:
		*(struct when *)opt->value = (struct when){ 0 };
		return 0;
	case OPT_TYPE_PERSON:
		*(struct person **)opt->value = NULL;
		return 0;
	default:
		return error_set(ERR_USAGE, "there is no --no-%s", opt->name);
	}
}

static int take_value(struct parse *parse, const struct opt *opt, const char *glued, bool by_letter)
{
	const char *name = written(opt, by_letter);

	if (opt->type == OPT_TYPE_FLAG) {
		if (glued)
			return error_set(ERR_USAGE, "%s takes no value", name);
	} else if (!glued && opt->otherwise) {
		glued = opt->otherwise;
	} else if (!glued) {
		if (!parse->argc)
			return error_set(ERR_USAGE, "%s wants a value: <%s>", name, opt->arg);
		glued = *parse->argv++;
		parse->argc--;
	}
	return set_value(parse, opt, glued, name);
}

/* Own options first, then those of every look command. */
const struct opt *opts_next(const struct cmd *cmd, const struct opt *opts, const struct opt *opt)
{
	opt = opt ? opt + 1 : opts;
	if (opt->type == OPT_TYPE_END && (cmd->needs & CMD_LOOK) && !(opt >= look_opts && opt < look_opts + NR(look_opts)))
		opt = look_opts;
	return opt->type == OPT_TYPE_END ? NULL : opt;
}

#define OPT_EACH(opt, cmd, opts) \
	for (const struct opt *opt = opts_next(cmd, opts, NULL); opt; opt = opts_next(cmd, opts, opt))

static int unknown_option(const struct parse *parse, const char *name, size_t len)
{
	struct buf word = BUF_INIT;
	const char **names = NULL, *suggestion;
	size_t nr = 0, alloc = 0;

	OPT_EACH(opt, parse->cmd, parse->opts) {
		GROW(names, nr, alloc);
		if (opt->name)
			names[nr++] = opt->name;
	}
	GROW(names, nr, alloc);
	names[nr] = NULL;
	buf_add(&word, name, len);
	suggestion = nearest(word.ptr, names);
	error_set(ERR_USAGE, "'%s' has no option --%s", parse->cmd->name, word.ptr);
	if (suggestion)
		error_hint("the nearest is --%s; 'async %s -h' lists all", suggestion, parse->cmd->name);
	else
		error_hint("'async %s -h' lists its options", parse->cmd->name);
	free(names);
	buf_release(&word);
	return ERR_USAGE;
}

const struct opt *opts_find_long(const struct cmd *cmd, const struct opt *opts, const char *name, size_t len,
				 const struct opt **other)
{
	const struct opt *found = NULL;

	*other = NULL;
	OPT_EACH(opt, cmd, opts) {
		if (!opt->name || strncmp(opt->name, name, len) != 0)
			continue;
		if (!opt->name[len]) {
			*other = NULL;
			return opt;
		}
		if (found)
			*other = opt;
		else
			found = opt;
	}
	return found;
}

static int take_long(struct parse *parse, const char *arg)
{
	const char *name = arg + 2, *equals = strchr(name, '=');
	size_t len = equals ? (size_t)(equals - name) : strlen(name);
	const struct opt *opt, *other;
	bool negated = false;

	opt = opts_find_long(parse->cmd, parse->opts, name, len, &other);
	if (!opt && len > 3 && !strncmp(name, "no-", 3)) {
		opt = opts_find_long(parse->cmd, parse->opts, name + 3, len - 3, &other);
		negated = true;
	}
	if (!opt)
		return unknown_option(parse, name, len);
	if (other)
		return error_set(ERR_USAGE, "%.*s could be --%s or --%s", (int)len + 2, arg, opt->name,
				 other->name);
	if (!negated)
		return take_value(parse, opt, equals ? equals + 1 : NULL, false);
	if (equals)
		return error_set(ERR_USAGE, "--no-%s takes no value", opt->name);
	return unset_value(opt);
}

const struct opt *opts_find_letter(const struct cmd *cmd, const struct opt *opts, char letter)
{
	OPT_EACH(opt, cmd, opts)
		if (opt->letter == letter)
			return opt;
	return NULL;
}

static int unknown_letter(const struct parse *parse, const char *letters)
{
	const char *name = parse->cmd->name;

	error_set(ERR_USAGE, "'%s' has no option -%.1s", name, letters);
	if (parse->cmd->needs & CMD_QUERY)
		error_hint("'async %s -h' lists its options; to leave out what has a word, put the query in quotes:\n"
			   "async %s 'release -draft' (async-query(7))", name, name);
	else
		error_hint("'async %s -h' lists its options", name);
	return ERR_USAGE;
}

/* "-abc": flags, of which the last may take the rest of the word, or the next one, as its value. */
static int take_letters(struct parse *parse, const char *letters)
{
	int rc = 0;

	for (; !rc && *letters; letters++) {
		const struct opt *opt = opts_find_letter(parse->cmd, parse->opts, *letters);

		if (!opt)
			return unknown_letter(parse, letters);
		if (opt->type != OPT_TYPE_FLAG)
			return take_value(parse, opt, letters[1] ? letters + 1 : NULL, true);
		rc = take_value(parse, opt, NULL, true);
	}
	return rc;
}

/* -h, --help and completion: answered at once. */
static int show(const struct parse *parse, const char *arg)
{
	struct buf out = BUF_INIT;

	if (!strcmp(arg, "--help"))
		return help_manual(parse->cmd->name);
	if (!strcmp(arg, OPTS_COMPLETE)) {
		opts_complete(parse->cmd, parse->opts, parse->argc, parse->argv);
		return OPTS_SHOWN;
	}
	if (strcmp(arg, "-h") != 0)
		return 0;
	opts_usage(&out, parse->cmd, parse->opts);
	print_bytes(out.ptr, out.len);
	buf_release(&out);
	return OPTS_SHOWN;
}

static int take_option(struct parse *parse, const char *arg)
{
	int rc = show(parse, arg);

	if (rc)
		return rc;
	return arg[1] == '-' ? take_long(parse, arg) : take_letters(parse, arg + 1);
}

static int check_count(const struct cmd *cmd, char **operands, int nr, int min, int max)
{
	const char *usage = cmd->usage;

	if (nr < min)
		error_set(ERR_USAGE, "'%s' wants %s", cmd->name, nr ? "more arguments" : "an argument");
	else if (max >= 0 && nr > max)
		error_set(ERR_USAGE, "'%s' does not take '%s'", cmd->name, operands[max]);
	else
		return 0;
	error_hint("usage: async %s%s%.*s", cmd->name, *usage ? " " : "", (int)strcspn(usage, "\n"), usage);
	return ERR_USAGE;
}

/* --at and --color of a look command stand for the global ones. */
static int apply_globals(struct worklog *wl, const char *at_before)
{
	int rc = 0;

	if (globals.json && globals.format)
		return error_set(ERR_USAGE, "--json and --format cannot be used together");
	if (color_arg)
		rc = globals_set_color(color_arg);
	if (!rc && wl && globals.at && globals.at != at_before)
		rc = globals_apply_at(wl);
	return rc;
}

int opts_parse(struct worklog *wl, const struct cmd *cmd, const struct opt *opts, int *argc, char ***argv,
	       int min, int max)
{
	struct parse parse = { .wl = wl, .cmd = cmd, .opts = opts, .argv = *argv, .argc = *argc };
	const char *at_before = globals.at;
	char **operands = *argv;
	int rc = 0, nr = 0;

	while (!rc && parse.argc) {
		char *arg = *parse.argv++;

		parse.argc--;
		if (!strcmp(arg, "--"))
			break;
		if (arg[0] == '-' && arg[1] && !((cmd->needs & CMD_QUERY) && query_is_negated_field(arg)))
			rc = take_option(&parse, arg);
		else
			operands[nr++] = arg;
	}
	while (!rc && parse.argc--)
		operands[nr++] = *parse.argv++;
	if (!rc)
		operands[nr] = NULL;
	if (!rc)
		rc = check_count(cmd, operands, nr, min, max);
	*argc = nr;
	return rc ? rc : apply_globals(wl, at_before);
}
