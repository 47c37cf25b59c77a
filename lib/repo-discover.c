/*
 * Which repository: found as git finds it, and refused where git refuses it.
 *
 * libgit2 can search too, but it knows neither `safe.directory=*` nor all of git's
 * variables, and its FROM_ENV takes over GIT_INDEX_FILE and GIT_OBJECT_DIRECTORY from
 * a calling hook. So the search is ours, and libgit2 is told the answer.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

#define LINK_FILE_LIMIT ((size_t)64 << 10)

void place_release(struct place *place)
{
	free(place->git_dir);
	free(place->common_dir);
	free(place->work_tree);
	*place = (struct place)PLACE_INIT;
}

static char *join(const char *dir, const char *name)
{
	return xstrfmt("%s%s%s", strcmp(dir, "/") == 0 ? "" : dir, *name ? "/" : "", name);
}

/*
 * These questions are answered by 1 and 0, and by ERR_FAILED where that cannot be told. A
 * repository that cannot be looked at is not passed over: the one above it is another.
 */
static int cannot_look(const char *path)
{
	return error_set(ERR_FAILED, "cannot look at '%s': %s", path, strerror(errno));
}

static int is_folder(const char *dir, const char *name)
{
	char *path = join(dir, name);
	struct stat st;
	int rc;

	if (stat(path, &st) == 0)
		rc = S_ISDIR(st.st_mode);
	else
		rc = errno == ENOENT || errno == ENOTDIR ? 0 : cannot_look(path);
	free(path);
	return rc;
}

/* HEAD is a link or a file that names a ref or a commit: git's test for a git directory. */
static int has_head(const char *dir)
{
	char *path = join(dir, "HEAD");
	struct buf text = BUF_INIT;
	char target[PATH_MAX];
	ssize_t len = readlink(path, target, sizeof(target) - 1);
	struct id id;
	int rc;

	if (len > 0) {
		target[len] = '\0';
		rc = strncmp(target, "refs/", 5) == 0;
	} else {
		rc = buf_read_file(&text, path, LINK_FILE_LIMIT);
		buf_rtrim(&text);
		if (rc < 0)
			rc = rc == ERR_FAILED ? rc : 0;
		else if (strncmp(text.ptr, "ref:", 4) == 0)
			rc = strncmp(text.ptr + 4 + strspn(text.ptr + 4, " \t"), "refs/", 5) == 0;
		else
			rc = text.len >= ID_HEX && id_parse(&id, text.ptr, ID_HEX);
	}
	buf_release(&text);
	free(path);
	return rc;
}

/* The first line of a small file, or NULL. */
static char *read_line(const char *dir, const char *name)
{
	char *path = join(dir, name);
	struct buf text = BUF_INIT;
	int rc = buf_read_file(&text, path, LINK_FILE_LIMIT);

	free(path);
	buf_rtrim(&text);
	if (rc < 0 || !text.len) {
		buf_release(&text);
		return NULL;
	}
	return buf_detach(&text);
}

static char *absolute(const char *path, const char *base)
{
	char *whole = path[0] == '/' ? xstrdup(path) : join(base, path);
	char *real = realpath(whole, NULL);

	if (!real)
		return whole;
	free(whole);
	return real;
}

/* Where the refs and objects of a git directory are: there, or where `commondir` says. */
static char *common_dir_of(const char *git_dir)
{
	const char *env = getenv("GIT_COMMON_DIR");
	char *line = NULL, *dir;

	if (env && *env && getenv("GIT_DIR")) {
		char *cwd = getcwd(NULL, 0);

		dir = absolute(env, cwd ? cwd : "/");
		free(cwd);
		return dir;
	}
	line = read_line(git_dir, "commondir");
	dir = line ? absolute(line, git_dir) : xstrdup(git_dir);
	free(line);
	return dir;
}

/* Fill `out` if `path` is a git directory. */
static int take_git_dir(struct place *out, const char *path)
{
	char *common = NULL;
	int rc = has_head(path);

	if (rc <= 0)
		return rc;
	common = common_dir_of(path);
	rc = is_folder(common, "objects");
	if (rc > 0)
		rc = is_folder(common, "refs");
	if (rc <= 0) {
		free(common);
		return rc;
	}
	free(out->git_dir);
	out->git_dir = absolute(path, "/");
	free(out->common_dir);
	out->common_dir = common;
	return 1;
}

/* ".git" of a linked worktree or submodule is a file: "gitdir: <path>". Returns 1, or an ERR_*. */
static int take_git_file(struct place *out, const char *dir, const char *name)
{
	char *line = read_line(dir, name), *target = NULL, *file = join(dir, name);
	int rc = 1;

	if (!line || strncmp(line, "gitdir: ", 8) != 0) {
		rc = error_set(ERR_FAILED, "invalid gitfile format: %s", file);
	} else {
		target = absolute(line + 8, dir);
		rc = take_git_dir(out, target);
		if (rc == 0)
			rc = error_set(ERR_NOTFOUND, "not a git repository: %s", target);
	}
	free(file);
	free(target);
	free(line);
	return rc;
}

/* A work tree's top with `.git` in it, or a git directory itself. 1: found, 0: no, or (`denied`, to free) who knows. */
static int look_in(struct place *out, char **denied, const char *dir)
{
	char *dot_git = join(dir, ".git");
	struct stat st;
	int rc = 0;

	if (stat(dot_git, &st) == 0) {
		if (S_ISREG(st.st_mode))
			rc = take_git_file(out, dir, ".git");
		else if (S_ISDIR(st.st_mode))
			rc = take_git_dir(out, dot_git);
	} else if (errno == EACCES && !*denied) {
		*denied = xstrdup(dot_git);
	} else if (errno != ENOENT && errno != ENOTDIR && errno != EACCES && errno != ELOOP) {
		rc = cannot_look(dot_git);
	}
	if (rc == 1)
		out->work_tree = xstrdup(dir);
	else if (rc == 0)
		rc = take_git_dir(out, dir) > 0; /* a folder may have anything by the name of HEAD */
	free(dot_git);
	return rc;
}

/* Who we are for ownership: under sudo, root may also use what belongs to who called it. */
static int is_ours(const char *path)
{
	const char *sudo = getenv("SUDO_UID");
	struct stat st;
	char *end;

	if (!path)
		return 1;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : cannot_look(path);
	if (st.st_uid == geteuid())
		return 1;
	if (geteuid() != 0 || !sudo || !*sudo)
		return 0;
	return (unsigned long)st.st_uid == strtoul(sudo, &end, 10) && !*end;
}

struct safe {
	const char *path;
	bool yes;
};

/* An empty value forgets those before it; "*" is every repository, "<dir>" + "/" + "*" all below one. */
static int match_safe(const char *value, void *data)
{
	struct safe *safe = data;
	size_t len = strlen(value);
	char *path;

	if (!len) {
		safe->yes = false;
		return 0;
	}
	path = repo_expand_path(value, NULL);
	len = strlen(path);
	if (strcmp(path, "*") == 0 || strcmp(path, safe->path) == 0)
		safe->yes = true;
	else if (len > 2 && strcmp(path + len - 2, "/*") == 0 && strncmp(path, safe->path, len - 1) == 0)
		safe->yes = true;
	free(path);
	return 0;
}

/* git's rule (CVE-2022-24765): somebody else's repository is only used if the user said so. */
static int check_owner(const struct place *place, const struct settings *settings)
{
	struct safe safe = { place->work_tree ? place->work_tree : place->git_dir, false };
	struct settings files = { 0 };
	char *dot_git = NULL;
	int rc;

	if (place->work_tree)
		dot_git = join(place->work_tree, ".git");
	rc = is_ours(place->work_tree);
	if (rc > 0)
		rc = is_ours(dot_git);
	if (rc > 0)
		rc = is_ours(place->git_dir);
	free(dot_git);
	if (rc != 0)
		return rc < 0 ? rc : 0;
	rc = settings_read_files(&files, NULL, NULL);
	if (rc < 0)
		return rc;
	settings_each(settings, &files, "safe.directory", match_safe, &safe);
	settings_release(&files);
	if (safe.yes)
		return 0;
	error_set(ERR_FAILED, "detected dubious ownership in repository at '%s'", safe.path);
	error_hint("if you trust it: 'git config --global --add safe.directory %s'",
		   safe.path);
	return ERR_FAILED;
}

/* safe.bareRepository=explicit: a bare repository that was only found, not named, is not used. */
static int check_bare(const struct place *place, const struct settings *settings)
{
	const char *slash = strrchr(place->git_dir, '/');
	struct settings files = { 0 };
	char *value;
	int rc;

	if (place->work_tree || strcmp(slash, "/.git") == 0)
		return 0;
	rc = settings_read_files(&files, NULL, NULL);
	if (rc < 0)
		return rc;
	value = settings_get(settings, &files, "safe.barerepository");
	if (value && strcmp(value, "explicit") == 0)
		rc = error_set(ERR_FAILED, "cannot use bare repository '%s' (safe.bareRepository is 'explicit')",
			       place->git_dir);
	free(value);
	settings_release(&files);
	return rc;
}

/* How long the path is that the search must not go above or into: the longest ceiling over `dir`. */
static size_t ceiling_of(const char *dir)
{
	const char *p = getenv("GIT_CEILING_DIRECTORIES");
	bool resolve = true;
	size_t longest = 0;

	while (p && *p) {
		size_t len = strcspn(p, ":");
		char *given = xstrndup(p, len), *path;

		p += len + (p[len] == ':');
		if (!len) {
			resolve = false; /* what follows an empty entry is taken as it is */
			free(given);
			continue;
		}
		path = resolve ? absolute(given, "/") : xstrdup(given);
		len = strlen(path);
		while (len > 1 && path[len - 1] == '/')
			len--;
		if (path[0] == '/' && strncmp(dir, path, len) == 0 && (dir[len] == '/' || len == 1) && len > longest &&
		    strlen(dir) > len)
			longest = len;
		free(path);
		free(given);
	}
	return longest;
}

static int not_found(const char *denied)
{
	error_set(ERR_NOTFOUND, "not a git repository (or any of the parent directories): .git");
	if (denied)
		error_hint("'%s' may not be looked at: %s", denied, strerror(EACCES));
	else
		error_hint("'git init' makes one; 'async -C <path>' goes to another");
	return ERR_NOTFOUND;
}

/* From the current folder upward. */
static int search(struct place *out)
{
	char *dir = getcwd(NULL, 0), *denied = NULL;
	bool across = settings_is_true(getenv("GIT_DISCOVERY_ACROSS_FILESYSTEM"), false);
	struct stat start, st;
	size_t ceiling;
	int rc;

	if (!dir)
		return error_set(ERR_FAILED, "unable to read current working directory: %s", strerror(errno));
	ceiling = ceiling_of(dir);
	if (stat(dir, &start) < 0)
		start.st_dev = 0;
	for (;;) {
		char *slash = strrchr(dir, '/');

		rc = look_in(out, &denied, dir);
		if (rc != 0)
			break;
		if (strcmp(dir, "/") == 0 || (ceiling && (size_t)(slash - dir) <= (ceiling == 1 ? 0 : ceiling))) {
			rc = not_found(denied);
			break;
		}
		slash[slash == dir] = '\0';
		if (!across && stat(dir, &st) == 0 && st.st_dev != start.st_dev) {
			rc = error_set(ERR_NOTFOUND, "not a git repository (or any parent up to mount point %s)", dir);
			error_hint("the search stops where another file system begins, unless GIT_DISCOVERY_ACROSS_FILESYSTEM is set");
			break;
		}
	}
	free(denied);
	free(dir);
	return rc < 0 ? rc : 0;
}

/* A repository that was named: nothing is searched, and like git we trust who named it. */
static int take_named(struct place *out, const char *path)
{
	char *cwd = getcwd(NULL, 0);
	char *whole = absolute(path, cwd ? cwd : "/");
	struct stat st;
	int rc = 0;

	if (stat(whole, &st) == 0 && S_ISREG(st.st_mode))
		rc = take_git_file(out, "/", whole + 1);
	else
		rc = take_git_dir(out, whole);
	if (rc == 0)
		rc = error_set(ERR_NOTFOUND, "not a git repository: '%s'", path);
	free(whole);
	free(cwd);
	return rc < 0 ? rc : 0;
}

int place_discover(struct place *out, const char *git_dir, const struct settings *settings)
{
	int rc;

	if (!git_dir)
		git_dir = getenv("GIT_DIR");
	if (git_dir && *git_dir)
		return take_named(out, git_dir);
	rc = search(out);
	if (rc == 0)
		rc = check_owner(out, settings);
	if (rc == 0)
		rc = check_bare(out, settings);
	return rc;
}

int place_at(struct place *out, const char *path, const struct settings *settings)
{
	char *cwd = getcwd(NULL, 0);
	char *whole = absolute(path, cwd ? cwd : "/"), *denied = NULL;
	int rc = look_in(out, &denied, whole);

	if (rc == 0)
		rc = error_set(ERR_NOTFOUND, "not a git repository: '%s'%s%s", path, denied ? ": " : "",
			       denied ? strerror(EACCES) : "");
	else if (rc > 0)
		rc = check_owner(out, settings);
	free(denied);
	free(whole);
	free(cwd);
	return rc;
}

char *place_named_work_tree(const struct place *place, const struct settings *settings, const struct settings *files)
{
	const char *env = getenv("GIT_WORK_TREE");
	char *cwd, *value, *tree;

	if (settings_have(settings, files, "core.bare"))
		return NULL;
	cwd = getcwd(NULL, 0);
	if (env && *env) {
		tree = repo_expand_path(env, cwd);
		free(cwd);
		return tree;
	}
	value = settings_get(settings, files, "core.worktree");
	if (!value)
		return cwd;
	tree = repo_expand_path(value, place->git_dir);
	free(value);
	free(cwd);
	return tree;
}
