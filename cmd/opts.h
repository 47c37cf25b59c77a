/*
 * Declarative options: a table of typed places to fill. It parses, prints -h, and
 * feeds completion, so an option is described once.
 *
 *	const char *message = NULL;
 *	struct span within = { 0 };
 *	const struct opt opts[] = {
 *		OPT_TEXT('m', "message", &message, "text", "say it here instead of in the editor"),
 *		OPT_SPAN(0, "within", &within, "how long they have, in their working time"),
 *		OPT_END
 *	};
 *
 *	rc = opts_parse(wl, &cmd_ack, opts, &argc, &argv, 1, -1);
 *	if (rc)
 *		return rc;
 */
#ifndef OPTS_H
#define OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "async/worklog.h"
#include "async/worktime.h"
#include "cmd.h"

enum opt_type {
	OPT_TYPE_END,
	OPT_TYPE_FLAG,   /* bool */
	OPT_TYPE_TEXT,   /* const char * */
	OPT_TYPE_TEXTS,  /* struct texts: may be given again; commas separate where `split` */
	OPT_TYPE_NUMBER, /* long, 0 or more */
	OPT_TYPE_SPAN,   /* struct span */
	OPT_TYPE_WHEN,   /* struct when: an instant or a date, in my zone (without a log: the system's) */
	OPT_TYPE_PERSON, /* struct person * (needs the log); "me" is me */
	OPT_TYPE_LEVEL,  /* const char *, checked against the policy */
	OPT_TYPE_WORD,   /* int: index in `words` */
	OPT_TYPE_GROUP,  /* a heading in -h */
};

/* Texts of an option that may be given again. */
struct texts {
	const char **v;
	size_t nr, alloc;
};

/* A moment as people type it: an instant, or a date alone. */
struct when {
	bool given;
	bool is_day;  /* a date alone: `day`; `at` is then its first instant in the zone it was read in */
	int32_t day;
	time_t at;
};

struct opt {
	enum opt_type type;
	char letter;       /* 0: none */
	const char *name;  /* NULL: none */
	void *value;
	const char *arg;   /* what the argument is called in -h, by which completion knows what it is; or NULL */
	const char *help;
	const char *otherwise; /* the value where none is glued to it ("--week", "--week=fri"); NULL: it wants one */
	const char *const *words; /* of OPT_TYPE_WORD, ends with NULL */
	bool split;        /* of OPT_TYPE_TEXTS: "a,b" is two */
	const struct texts *beside; /* of OPT_TYPE_TEXTS: it goes with the last of these, at the same place; the others are NULL */
	bool past;         /* of OPT_TYPE_WHEN: the last such moment, not the next */
	bool hidden;       /* not in -h: it is a global option, or for our own scripts */
};

#define OPT_END { .type = OPT_TYPE_END }
#define OPT_FLAG(l, n, v, h) { .type = OPT_TYPE_FLAG, .letter = (l), .name = (n), .value = (v), .help = (h) }
#define OPT_TEXT(l, n, v, a, h) \
	{ .type = OPT_TYPE_TEXT, .letter = (l), .name = (n), .value = (v), .arg = (a), .help = (h) }
#define OPT_MAYBE_TEXT(l, n, v, a, o, h) \
	{ .type = OPT_TYPE_TEXT, .letter = (l), .name = (n), .value = (v), .arg = (a), .help = (h), .otherwise = (o) }
#define OPT_TEXTS(l, n, v, a, h) \
	{ .type = OPT_TYPE_TEXTS, .letter = (l), .name = (n), .value = (v), .arg = (a), .help = (h) }
#define OPT_BESIDE(l, n, v, of, a, h) \
	{ .type = OPT_TYPE_TEXTS, .letter = (l), .name = (n), .value = (v), .beside = (of), .arg = (a), .help = (h) }
#define OPT_LIST(l, n, v, a, h) \
	{ .type = OPT_TYPE_TEXTS, .letter = (l), .name = (n), .value = (v), .arg = (a), .help = (h), .split = true }
#define OPT_NUMBER(l, n, v, a, h) \
	{ .type = OPT_TYPE_NUMBER, .letter = (l), .name = (n), .value = (v), .arg = (a), .help = (h) }
#define OPT_SPAN(l, n, v, h) \
	{ .type = OPT_TYPE_SPAN, .letter = (l), .name = (n), .value = (v), .arg = "duration", .help = (h) }
#define OPT_WHEN(l, n, v, h) \
	{ .type = OPT_TYPE_WHEN, .letter = (l), .name = (n), .value = (v), .arg = "when", .help = (h) }
#define OPT_WHEN_OR(l, n, v, o, h) \
	{ .type = OPT_TYPE_WHEN, .letter = (l), .name = (n), .value = (v), .arg = "when", .otherwise = (o), .help = (h) }
#define OPT_SINCE(l, n, v, h) \
	{ .type = OPT_TYPE_WHEN, .letter = (l), .name = (n), .value = (v), .arg = "when", .help = (h), .past = true }
#define OPT_PERSON(l, n, v, h) \
	{ .type = OPT_TYPE_PERSON, .letter = (l), .name = (n), .value = (v), .arg = "who", .help = (h) }
#define OPT_LEVEL(l, n, v, h) \
	{ .type = OPT_TYPE_LEVEL, .letter = (l), .name = (n), .value = (v), .arg = "level", .help = (h) }
#define OPT_WORD(l, n, v, w, a, h) \
	{ .type = OPT_TYPE_WORD, .letter = (l), .name = (n), .value = (v), .words = (w), .arg = (a), .help = (h) }
#define OPT_GROUP(h) { .type = OPT_TYPE_GROUP, .help = (h) }

/* opts_parse() has printed usage (-h) or the options (completion): nothing is left to do. */
#define OPTS_SHOWN 256

/* Completion (complete.h): "async --complete <word>…", which gives this and the words to the command they name. */
#define OPTS_COMPLETE "--complete"
int complete(int argc, char **argv);

/* Print what the last of a command's words can become; the others are finished. */
void opts_complete(const struct cmd *cmd, const struct opt *opts, int argc, char **argv);

/*
 * Parse argv[0..argc) (the command's name is not in it) by `opts`, and leave the operands:
 * `*argc` of them, at least `min`, at most `max` (-1: any). "--" ends options; -abc,
 * --name=value, --name value, --no-name (unset again) and unique prefixes work as in git.
 * `look_opts` are taken too where the command is CMD_LOOK; "-tag:x" is an operand where it is
 * CMD_QUERY. ERR_USAGE with the nearest name
 * suggested; OPTS_SHOWN for -h, when `wl` may be NULL.
 */
int opts_parse(struct worklog *wl, const struct cmd *cmd, const struct opt *opts, int *argc, char ***argv,
	       int min, int max);

/*
 * For a command of several forms, which are told apart by their first word: ERR_USAGE that says
 * what the form `word` wants, with its usage; ERR_USAGE that there is no form `word`, with the
 * nearest that there is.
 */
int form_wants(const struct cmd *cmd, const char *word, const char *wants);
int form_unknown(const struct cmd *cmd, const char *word);

/* Is this level in the policy? ERR_USAGE, which begins with `name` and lists those that are. */
int level_check(struct worklog *wl, const char *level, const char *name);

/* The options of CMD_LOOK commands; ends with OPT_END. */
extern const struct opt look_opts[];

/* The option after `opt` (NULL: the first), those of every look command behind the command's own; NULL at the end. */
const struct opt *opts_next(const struct cmd *cmd, const struct opt *opts, const struct opt *opt);

/* The option that `name` means: itself, or the only one that begins so. NULL: none; `*other`: two do. */
const struct opt *opts_find_long(const struct cmd *cmd, const struct opt *opts, const char *name, size_t len,
				 const struct opt **other);
const struct opt *opts_find_letter(const struct cmd *cmd, const struct opt *opts, char letter);

/* Usage and options, as -h prints them. */
void opts_usage(struct buf *out, const struct cmd *cmd, const struct opt *opts);


/*
 * Read a moment in `zone` as people type it: `17:00`, `fri`, `fri 17:00`, `tomorrow`,
 * `2026-12-01`, `2026-12-01 09:00 Asia/Tokyo`, `in 2h`, `3 days ago`, ISO. The next such moment
 * after `now`, or (`past`) the last one before it; a date and what has its own direction may be
 * on either side of `now`. ERR_INVALID; message and hint say what would be accepted.
 */
int when_parse(struct when *out, const char *text, time_t now, const struct zone *zone, bool past);

#endif
