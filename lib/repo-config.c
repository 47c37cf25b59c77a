/*
 * git's configuration, by scope: system, user, repository, work tree, environment and -c.
 *
 * libgit2 reads files but knows none of the GIT_CONFIG_* variables, so which files are
 * read is decided here, and what the environment sets is kept beside them. Plain files we
 * read ourselves (repo-config-plain.c), so that libgit2 need not be started for a look.
 */
#include <ctype.h>
#include <errno.h>
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

void settings_add(struct settings *settings, const char *name, size_t len, const char *value)
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

/* ---- files */

/* The files that count, lowest scope first. */
struct config_files {
	struct config_file {
		char *path;
		git_config_level_t level;
	} v[5];
	size_t nr;
};

/* Whoever opens it will see; for git, too, one that may not be looked at is none. */
static bool may_be_there(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 || (errno != ENOENT && errno != ENOTDIR && errno != EACCES);
}

/* A file that is not there is an empty one; so is /dev/null, a usual way to say "none". */
static void add_file(struct config_files *files, char *path, git_config_level_t level)
{
	if (*path && strcmp(path, "/dev/null") != 0 && may_be_there(path))
		files->v[files->nr++] = (struct config_file){ path, level };
	else
		free(path);
}

static void add_user_files(struct config_files *files)
{
	const char *global = getenv("GIT_CONFIG_GLOBAL");
	const char *home = getenv("HOME"), *xdg = getenv("XDG_CONFIG_HOME");

	if (global) {
		add_file(files, xstrdup(global), GIT_CONFIG_LEVEL_GLOBAL);
		return;
	}
	if (xdg && *xdg)
		add_file(files, xstrfmt("%s/git/config", xdg), GIT_CONFIG_LEVEL_XDG);
	else if (home && *home)
		add_file(files, xstrfmt("%s/.config/git/config", home), GIT_CONFIG_LEVEL_XDG);
	if (home && *home)
		add_file(files, xstrfmt("%s/.gitconfig", home), GIT_CONFIG_LEVEL_GLOBAL);
}

/* All but the work tree's own, which the repository's must allow. */
static void find_files(struct config_files *out, const char *common_dir)
{
	const char *system = getenv("GIT_CONFIG_SYSTEM");

	out->nr = 0;
	if (!settings_is_true(getenv("GIT_CONFIG_NOSYSTEM"), false))
		add_file(out, xstrdup(system ? system : "/etc/gitconfig"), GIT_CONFIG_LEVEL_SYSTEM);
	add_user_files(out);
	if (common_dir)
		add_file(out, xstrfmt("%s/config", common_dir), GIT_CONFIG_LEVEL_LOCAL);
}

/* libgit2 has no scope of its own for a work tree's configuration; "app" comes right after. */
static void find_work_tree_file(struct config_files *out, const char *git_dir)
{
	add_file(out, xstrfmt("%s/config.worktree", git_dir), GIT_CONFIG_LEVEL_APP);
}

static void release_files(struct config_files *files)
{
	for (size_t i = 0; i < files->nr; i++)
		free(files->v[i].path);
}

static int open_with_git(git_config *config, const struct config_file *file, git_repository *git)
{
	int rc = repo_check_plain(file->path, CONFIG_FILE_LIMIT);

	if (rc < 0)
		return rc;
	rc = git_config_add_file_ondisk(config, file->path, file->level, git, 0);
	return rc < 0 ? error_git(rc, "cannot read the configuration '%s'", file->path) : 0;
}

int repo_config_files(git_config **out, git_repository *git, const char *common_dir, const char *git_dir)
{
	struct config_files files;
	git_config *config = NULL;
	int per_worktree = 0;
	int rc = git_config_new(&config);

	*out = NULL;
	if (rc < 0)
		return error_git(rc, "cannot read git's configuration");
	find_files(&files, common_dir);
	for (size_t i = 0; i < files.nr && rc == 0; i++) {
		rc = open_with_git(config, &files.v[i], git);
		if (rc == 0 && files.v[i].level == GIT_CONFIG_LEVEL_LOCAL &&
		    git_config_get_bool(&per_worktree, config, "extensions.worktreeconfig") == 0 && per_worktree)
			find_work_tree_file(&files, git_dir);
	}
	release_files(&files);
	if (rc < 0)
		git_config_free(config);
	else
		*out = config;
	return rc;
}

static int take_entry(const git_config_entry *entry, void *data)
{
	settings_add(data, entry->name, strlen(entry->name), entry->value ? entry->value : "true");
	return 0;
}

/* Opening the repository opens its files, and these whatever they include. */
static int check_includes(const char *common_dir, const char *git_dir)
{
	struct config_files files;
	int rc = 0;

	find_files(&files, common_dir);
	if (git_dir)
		find_work_tree_file(&files, git_dir);
	for (size_t i = 0; i < files.nr && rc == 0; i++)
		rc = repo_check_includes(files.v[i].path);
	release_files(&files);
	return rc;
}

/* Whatever they are. */
static int read_with_git(struct settings *out, const char *common_dir, const char *git_dir)
{
	git_repository *git = NULL;
	git_config *config = NULL;
	int rc = check_includes(common_dir, git_dir);

	if (rc == 0)
		rc = repo_start_git();

	/* Which files are included may depend on the repository; what cannot be opened is told elsewhere. */
	if (rc == 0 && git_dir && git_repository_open_ext(&git, git_dir, REPO_OPEN_FLAGS, NULL) < 0)
		git = NULL;
	if (rc == 0)
		rc = repo_config_files(&config, git, common_dir, git_dir);
	if (rc == 0 && git_config_foreach(config, take_entry, out) < 0)
		rc = error_git(-1, "cannot read git's configuration");
	git_config_free(config);
	git_repository_free(git);
	return rc;
}

/* False if one of them is more than a plain one, or cannot be read. */
static bool read_plain(struct settings *out, const char *common_dir, const char *git_dir)
{
	struct config_files files;
	struct buf text = BUF_INIT;
	bool good = true;

	find_files(&files, common_dir);
	for (size_t i = 0; i < files.nr && good; i++) {
		buf_reset(&text);
		good = buf_read_file(&text, files.v[i].path, CONFIG_FILE_LIMIT) == 0 &&
		       settings_read_plain(out, text.ptr, text.len);
		if (good && files.v[i].level == GIT_CONFIG_LEVEL_LOCAL) {
			char *value = settings_get(out, NULL, "extensions.worktreeconfig");

			if (settings_is_true(value, false))
				find_work_tree_file(&files, git_dir);
			free(value);
		}
	}
	buf_release(&text);
	release_files(&files);
	return good;
}

int settings_read_files(struct settings *out, const char *common_dir, const char *git_dir)
{
	if (read_plain(out, common_dir, git_dir))
		return 0;
	error_clear();
	settings_release(out);
	return read_with_git(out, common_dir, git_dir);
}

/* ---- values */

static const char *find_setting(const struct settings *settings, const char *name)
{
	for (size_t i = settings ? settings->nr : 0; i--;)
		if (same_name(settings->v[i].name, name))
			return settings->v[i].value;
	return NULL;
}

char *settings_get(const struct settings *settings, const struct settings *files, const char *name)
{
	const char *value = find_setting(settings, name);

	if (!value)
		value = find_setting(files, name);
	return value ? xstrdup(value) : NULL;
}

int settings_each(const struct settings *settings, const struct settings *files, const char *name,
		  int (*each)(const char *value, void *data), void *data)
{
	const struct settings *const scopes[] = { files, settings };
	int rc = 0;

	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < scopes[s]->nr && rc == 0; i++)
			if (same_name(scopes[s]->v[i].name, name))
				rc = each(scopes[s]->v[i].value, data);
	return rc;
}

bool config_number(int64_t *out, const char *text)
{
	static const char units[] = "kmg";
	const char *unit;
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 0);
	if (errno || end == text)
		return false;
	unit = *end ? strchr(units, tolower((unsigned char)*end)) : NULL;
	if (unit)
		end++;
	return !*end && !__builtin_mul_overflow(*out, unit ? INT64_C(1) << 10 * (unit - units + 1) : 1, out);
}

int64_t settings_number(const char *value, int64_t fallback)
{
	int64_t number;

	return value && config_number(&number, value) ? number : fallback;
}

bool settings_is_true(const char *value, bool fallback)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on" };
	int64_t number;

	if (!value)
		return fallback;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcasecmp(value, words[i]))
			return i % 2 != 0;
	if (!*value)
		return false;
	if (!config_number(&number, value) || number < INT32_MIN || number > INT32_MAX)
		return fallback;
	return number != 0;
}

bool settings_have(const struct settings *settings, const struct settings *files, const char *name)
{
	char *value = settings_get(settings, files, name);
	bool yes = settings_is_true(value, false);

	free(value);
	return yes;
}

char *repo_config(struct repo *repo, const char *name)
{
	return settings_get(&repo->settings, &repo->files, name);
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
	if (!repo->has_user_files && settings_read_files(&repo->user_files, NULL, NULL) < 0)
		return NULL;
	repo->has_user_files = true;
	return settings_get(&repo->settings, &repo->user_files, name);
}

/* The user's and the system's settings without a repository. The caller releases both, also on failure. */
static int read_user(struct settings *settings, struct settings *files)
{
	int rc = settings_read(settings);

	return rc == 0 ? settings_read_files(files, NULL, NULL) : rc;
}

char *config_user(const char *name)
{
	struct settings settings = { 0 }, files = { 0 };
	char *value = NULL;

	if (read_user(&settings, &files) == 0)
		value = settings_get(&settings, &files, name);
	settings_release(&files);
	settings_release(&settings);
	return value;
}

int config_each_user(const char *prefix, int (*each)(const char *name, const char *value, void *data), void *data)
{
	struct settings settings = { 0 }, files = { 0 };
	const struct settings *const scopes[] = { &files, &settings };
	int rc = read_user(&settings, &files);

	for (size_t s = 0; s < 2; s++)
		for (size_t i = 0; i < scopes[s]->nr && rc == 0; i++)
			if (!strncasecmp(scopes[s]->v[i].name, prefix, strlen(prefix)))
				rc = each(scopes[s]->v[i].name, scopes[s]->v[i].value, data);
	settings_release(&files);
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
