/*
 * Which of the log a look command shows: operands in the query grammar of async-query(7), and
 * options that say the same ("--from ana" is "from:ana").
 *
 *	struct filter filter = FILTER_INIT;
 *	const struct opt opts[] = { OPT_FILTER(&filter), OPT_END };
 *
 *	rc = opts_parse(wl, &cmd_list, opts, &argc, &argv, 0, -1);
 *	if (rc == 0)
 *		rc = filter_read(&filter, wl, argc, argv);
 *	if (rc == 0)
 *		rc = worklog_posts(wl, &filter.query, …);
 *	filter_release(&filter);
 */
#ifndef FILTER_H
#define FILTER_H

#include "async/buf.h"
#include "async/query.h"
#include "async/worklog.h"
#include "opts.h"

/* The options as they were given, and what they and the operands come to. */
struct filter {
	struct query query; /* complete after filter_read() */
	const char *from, *to, *tag, *level;
	int state, type, need; /* as listed in the words of OPT_FILTER(); -1: not given */
	struct when due_before, due_after, since, until;
	struct pool pool;   /* of what the query points to */
};

#define FILTER_INIT { .state = -1, .type = -1, .need = -1 }

/* For what lists posts or records; those of one person's parts (inbox) say themselves whose. */
#define OPT_FILTER(f)                                                                                             \
	OPT_TEXT(0, "from", &(f)->from, "who", "only what this person wrote"),                                  \
	OPT_TEXT(0, "to", &(f)->to, "who", "only what asks this person"),                                       \
	OPT_WORD(0, "state", &(f)->state, query_states, "state", "open, overdue, acked, met, withdrawn, none, all"), \
	OPT_FILTER_BOTH(f)
#define OPT_FILTER_PARTS(f)                                                                                       \
	OPT_TEXT(0, "from", &(f)->from, "who", "only what this person asked"),                                  \
	OPT_FILTER_BOTH(f)
#define OPT_FILTER_BOTH(f)                                                                                        \
	OPT_LEVEL('l', "level", &(f)->level, "only of this level"),                                             \
	OPT_TEXT('t', "tag", &(f)->tag, "tag", "only with this tag"),                                           \
	OPT_WORD(0, "type", &(f)->type, post_type_words, "type", "only of this type"),                              \
	OPT_WORD(0, "need", &(f)->need, need_words, "need", "only what needs this answer"),                    \
	OPT_WHEN(0, "due-before", &(f)->due_before, "only what is due before then"),                            \
	OPT_WHEN(0, "due-after", &(f)->due_after, "only what is due after then"),                               \
	OPT_SINCE(0, "since", &(f)->since, "only what was written from then on"),                               \
	OPT_SINCE(0, "until", &(f)->until, "only what was written before then")

/*
 * Read the operands (each a term such as "from:ana", "due<:fri", "-tag:x", or words to be found)
 * together with the options; people become keys, times instants, in the reader's zone. What the
 * caller has set in `filter->query` before stays and restricts too. ERR_USAGE names the term and
 * says what would be accepted; ERR_NOTFOUND for an unknown person, with a suggestion. The command
 * is CMD_QUERY.
 */
int filter_read(struct filter *filter, struct worklog *wl, int argc, char **argv);
void filter_release(struct filter *filter);

#endif
