/*
 * Aliases: async.alias.<name>, "status --short" or "!command of the shell". Only the user's and
 * the system's configuration, the environment and -c can set one: an alias starts programs.
 */
#ifndef ALIAS_H
#define ALIAS_H

#include <stdbool.h>
#include <stddef.h>

#include "async/alloc.h"

/* The aliases that one command line has gone through, and the words that they stood for. */
struct alias_chain {
	const char **names;
	size_t nr, alloc;
	struct pool pool;
};
void alias_chain_release(struct alias_chain *chain);

/* What `name` stands for, which the caller frees; NULL: it is no alias. */
char *alias_get(const char *name);

/*
 * Put what argv[0] stands for in its place: 1; 0: it is no alias. The new argv belongs to the
 * chain. A command of the shell replaces this process. ERR_USAGE: its quotes do not match, it is
 * empty, or it leads back to itself.
 */
int alias_expand(struct alias_chain *chain, int *argc, char ***argv);

/* Call `each` for all, in the order of their names. */
void alias_each(void (*each)(const char *name, const char *meaning, void *data), void *data);

/* Does (only) the configuration of the repository here have one of this name, which is not used? */
bool alias_is_of_repository(const char *name);

#endif
