/*
 * git's configuration, by scope: system, user, repository, work tree, environment and -c.
 *
 * libgit2 reads files but knows none of the GIT_CONFIG_* variables, so which files are
 * read is decided here, and what the environment sets is kept beside them.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define CONFIG_FILE_LIMIT ((size_t)1 << 20)

/* Section and variable without regard to case, what is between them exactly. */
static bool same_name(const char *a, const char *b)
{
	const char *a_last = strrchr(a, '.'), *b_last = strrchr(b, '.');
	size_t section = strcspn(a, ".");

	if (!a_last || !b_last || a_last - a != b_last - b || strcasecmp(a_last, b_last) != 0)
		return false;
	return section == strcspn(b, ".") && strncasecmp(a, b, section) == 0 &&
	       strncmp(a + section, b + section, (size_t)(a_last - a) - section) == 0;
}

static void settings_add(struct settings *settings, const char *name, size_t len, const char *value)
{
	GROW(settings->v, settings->nr, settings->alloc);
	settings->v[settings->nr].name = xstrndup(name, len);
	settings->v[settings->nr++].value = xstrdup(value);
}

/* "name=value"; "name" alone is true, as in git. */
static int add_pair(struct settings *settings, const char *text)
{
	size_t len = strcspn(text, "=");

	if (!memchr(text, '.', len) || text[0] == '.' || text[len - 1] == '.')
		return error_set(ERR_USAGE, "GIT_CONFIG_PARAMETERS: no name of a setting: '%s'", text);
	settings_add(settings, text, len, text[len] ? text + len + 1 : "true");
	return 0;
}

static int add_numbered(struct settings *settings)
{
	const char *count = getenv("GIT_CONFIG_COUNT");
	char *end;
	long nr;

	if (!count || !*count)
		return 0;
	nr = strtol(count, &end, 10);
	if (*end || nr < 0 || nr > 100000)
		return error_set(ERR_FAILED, "bogus count in GIT_CONFIG_COUNT: '%s'", count);
	for (long i = 0; i < nr; i++) {
		char name[64];
		const char *key, *value;

		snprintf(name, sizeof(name), "GIT_CONFIG_KEY_%ld", i);
		key = getenv(name);
		snprintf(name, sizeof(name), "GIT_CONFIG_VALUE_%ld", i);
		value = getenv(name);
		if (!key || !value || !strchr(key, '.'))
			return error_set(ERR_FAILED, "GIT_CONFIG_COUNT is %ld, but %s is missing or no setting", nr,
					 key && value ? key : value ? "a key" : name);
		settings_add(settings, key, strlen(key), value);
	}
	return 0;
}

/* One 'quoted' word as git writes it, appended to `out`; NULL if it is not one. */
static const char *unquote(struct buf *out, const char *p)
{
	if (*p++ != '\'')
		return NULL;
	for (;;) {
		const char *end = strchr(p, '\'');

		if (!end)
			return NULL;
		buf_add(out, p, (size_t)(end - p));
		p = end + 1;
		if (p[0] != '\\' || !(p[1] == '\'' || p[1] == '!') || p[2] != '\'')
			return p;
		buf_putc(out, p[1]);
		p += 3;
	}
}

/* What `git -c` leaves to the programs it starts: 'name'='value' or 'name=value', between spaces. */
static int add_parameters(struct settings *settings)
{
	const char *p = getenv("GIT_CONFIG_PARAMETERS");
	struct buf word = BUF_INIT;
	int rc = 0;

	while (p && rc == 0) {
		p += strspn(p, " ");
		if (!*p)
			break;
		buf_reset(&word);
		p = unquote(&word, p);
		if (p && *p == '=') {
			buf_putc(&word, '=');
			p = p[1] == '\'' ? unquote(&word, p + 1) : p + 1;
		}
		if (!p || (*p && *p != ' '))
			rc = error_set(ERR_FAILED, "bogus format in GIT_CONFIG_PARAMETERS");
		else
			rc = add_pair(settings, word.ptr);
	}
	buf_release(&word);
	return rc;
}

int settings_read(struct settings *out)
{
	int rc = add_numbered(out);

	return rc == 0 ? add_parameters(out) : rc;
}

void settings_release(struct settings *settings)
{
	for (size_t i = 0; i < settings->nr; i++) {
		free(settings->v[i].name);
		free(settings->v[i].value);
	}
	free(settings->v);
	*settings = (struct settings){ 0 };
}

/* A file that is not there is an empty one; so is /dev/null, a usual way to say "none". */
static int add_file(git_config *config, const char *path, git_config_level_t level, git_repository *git)
{
	struct stat st;
	int rc;

	if (!path || !*path || stat(path, &st) < 0 || strcmp(path, "/dev/null") == 0)
		return 0;
	rc = repo_check_plain(path, CONFIG_FILE_LIMIT);
	if (rc < 0)
		return rc;
	rc = git_config_add_file_ondisk(config, path, level, git, 0);
	return rc < 0 ? error_git(rc, "cannot read the configuration '%s'", path) : 0;
}

static int add_home_file(git_config *config, const char *dir, const char *name, git_config_level_t level,
			 git_repository *git)
{
	char *path = xstrfmt("%s/%s", dir, name);
	int rc = add_file(config, path, level, git);

	free(path);
	return rc;
}

static int add_user_files(git_config *config, git_repository *git)
{
	const char *global = getenv("GIT_CONFIG_GLOBAL");
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");
	int rc = 0;

	if (global)
		return add_file(config, global, GIT_CONFIG_LEVEL_GLOBAL, git);
	if (xdg && *xdg)
		rc = add_home_file(config, xdg, "git/config", GIT_CONFIG_LEVEL_XDG, git);
	else if (home && *home)
		rc = add_home_file(config, home, ".config/git/config", GIT_CONFIG_LEVEL_XDG, git);
	if (rc == 0 && home && *home)
		rc = add_home_file(config, home, ".gitconfig", GIT_CONFIG_LEVEL_GLOBAL, git);
	return rc;
}

static int add_repository_files(git_config *config, git_repository *git, const char *common_dir,
				const char *git_dir)
{
	int per_worktree = 0;
	int rc = add_home_file(config, common_dir, "config", GIT_CONFIG_LEVEL_LOCAL, git);

	/* libgit2 has no scope of its own for a work tree's configuration; "app" comes right after. */
	if (rc == 0 && git_config_get_bool(&per_worktree, config, "extensions.worktreeconfig") == 0 && per_worktree)
		rc = add_home_file(config, git_dir, "config.worktree", GIT_CONFIG_LEVEL_APP, git);
	return rc;
}

int repo_config_files(git_config **out, git_repository *git, const char *common_dir, const char *git_dir)
{
	const char *system = getenv("GIT_CONFIG_SYSTEM");
	git_config *config = NULL;
	int rc = git_config_new(&config);

	if (rc < 0)
		return error_git(rc, "cannot read git's configuration");
	if (!settings_is_true(getenv("GIT_CONFIG_NOSYSTEM"), false))
		rc = add_file(config, system ? system : "/etc/gitconfig", GIT_CONFIG_LEVEL_SYSTEM, git);
	if (rc == 0)
		rc = add_user_files(config, git);
	if (rc == 0 && git_dir)
		rc = add_repository_files(config, git, common_dir, git_dir);
	if (rc < 0) {
		git_config_free(config);
		config = NULL;
	}
	*out = config;
	return rc;
}

char *settings_get(const struct settings *settings, git_config *files, const char *name)
{
	git_config_entry *entry = NULL;
	char *value = NULL;

	for (size_t i = settings->nr; i--;)
		if (same_name(settings->v[i].name, name))
			return xstrdup(settings->v[i].value);
	if (files && git_config_get_entry(&entry, files, name) == 0)
		value = xstrdup(entry->value ? entry->value : "true");
	git_config_entry_free(entry);
	return value;
}

struct each_value {
	int (*each)(const char *value, void *data);
	void *data;
};

static int each_entry(const git_config_entry *entry, void *data)
{
	struct each_value *each = data;

	return each->each(entry->value ? entry->value : "true", each->data);
}

int settings_each(const struct settings *settings, git_config *files, const char *name,
		  int (*each)(const char *value, void *data), void *data)
{
	struct each_value walk = { each, data };
	int rc = 0;

	if (files)
		rc = git_config_get_multivar_foreach(files, name, NULL, each_entry, &walk);
	if (rc == GIT_ENOTFOUND)
		rc = 0;
	for (size_t i = 0; i < settings->nr && rc == 0; i++)
		if (same_name(settings->v[i].name, name))
			rc = each(settings->v[i].value, data);
	return rc;
}

bool settings_is_true(const char *value, bool fallback)
{
	int yes;

	if (!value || git_config_parse_bool(&yes, value) < 0)
		return fallback;
	return yes;
}

char *repo_config(struct repo *repo, const char *name)
{
	return settings_get(&repo->settings, repo->files, name);
}

bool repo_config_is_true(struct repo *repo, const char *name, bool fallback)
{
	char *value = repo_config(repo, name);
	bool yes = settings_is_true(value, fallback);

	free(value);
	return yes;
}

char *repo_config_user(struct repo *repo, const char *name)
{
	/* An unreadable file of the user's was an error when the repository was opened. */
	if (!repo->user_files && repo_config_files(&repo->user_files, repo->git, NULL, NULL) < 0)
		return NULL;
	return settings_get(&repo->settings, repo->user_files, name);
}

/* The user's and the system's settings without a repository. The caller releases both, also on failure. */
static int read_user(struct settings *settings, git_config **files)
{
	int rc = repo_start_git();

	if (rc == 0)
		rc = settings_read(settings);
	return rc == 0 ? repo_config_files(files, NULL, NULL, NULL) : rc;
}

char *config_user(const char *name)
{
	struct settings settings = { 0 };
	git_config *files = NULL;
	char *value = NULL;

	if (read_user(&settings, &files) == 0)
		value = settings_get(&settings, files, name);
	git_config_free(files);
	settings_release(&settings);
	return value;
}

struct each_setting {
	const char *prefix;
	int (*each)(const char *name, const char *value, void *data);
	void *data;
};

static int call_each(const char *name, const char *value, const struct each_setting *walk)
{
	if (strncasecmp(name, walk->prefix, strlen(walk->prefix)) != 0)
		return 0;
	return walk->each(name, value ? value : "true", walk->data);
}

static int each_in_file(const git_config_entry *entry, void *data)
{
	return call_each(entry->name, entry->value, data);
}

int config_each_user(const char *prefix, int (*each)(const char *name, const char *value, void *data), void *data)
{
	struct each_setting walk = { prefix, each, data };
	struct settings settings = { 0 };
	git_config *files = NULL;
	int rc = read_user(&settings, &files);

	if (rc == 0)
		rc = git_config_foreach(files, each_in_file, &walk);
	for (size_t i = 0; i < settings.nr && rc == 0; i++)
		rc = call_each(settings.v[i].name, settings.v[i].value, &walk);
	git_config_free(files);
	settings_release(&settings);
	return rc;
}

char *repo_expand_path(const char *path, const char *base)
{
	const char *home = getenv("HOME");

	if (path[0] == '~' && (path[1] == '/' || !path[1]) && home)
		return xstrfmt("%s%s", home, path + 1);
	if (path[0] == '/' || !base)
		return xstrdup(path);
	return xstrfmt("%s/%s", base, path);
}
