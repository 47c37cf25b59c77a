/*
 * Any bytes as a file of git's configuration: what our quick reader takes, libgit2 takes for the very
 * same.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

struct compared {
	const struct settings *ours;
	size_t nr;
};

static int compare(const git_config_entry *entry, void *data)
{
	struct compared *compared = data;
	const struct setting *setting;

	if (compared->nr == compared->ours->nr)
		BUG("libgit2 finds '%s' besides", entry->name);
	setting = &compared->ours->v[compared->nr++];
	/* A name alone is true; libgit2 has no value then. */
	if (strcmp(setting->name, entry->name) != 0 || strcmp(setting->value, entry->value ? entry->value : "true") != 0)
		BUG("%s=%s, for libgit2 %s=%s", setting->name, setting->value, entry->name,
		    entry->value ? entry->value : "(none)");
	return 0;
}

FUZZER(config)
{
	struct settings settings = { 0 };
	struct compared compared = { .ours = &settings };
	struct buf path = BUF_INIT;
	git_config *config = NULL;

	/* libgit2 takes the quote in \\" for an escaped one, and what follows it for a comment or not; git does not. */
	if (!settings_read_plain(&settings, data, len) || memmem(data, len, "\\\\\"", 3))
		goto done;
	repo_start_git();
	fuzz_file(&path, "config", data, len);
	if (git_config_open_ondisk(&config, path.ptr) < 0)
		BUG("libgit2 does not take it: %s", git_error_last()->message);
	git_config_foreach(config, compare, &compared);
	if (compared.nr != settings.nr)
		BUG("only the quick reader finds '%s'", settings.v[compared.nr].name);
done:
	git_config_free(config);
	settings_release(&settings);
	buf_release(&path);
}
