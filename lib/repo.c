/* The git store: opening and closing it. */
#include "repo.h"

#include <ctype.h>
#include <malloc.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"
#include "repo-store.h"

static int translate(int code)
{
	switch (code) {
	case GIT_ENOTFOUND:
		return ERR_NOTFOUND;
	case GIT_ELOCKED:
	case GIT_EMODIFIED:
	case GIT_EEXISTS:
		return ERR_CONFLICT;
	default:
		return ERR_FAILED;
	}
}

int error_git(int code, const char *fmt, ...)
{
	const git_error *why = git_error_last();
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(&text, fmt, ap);
	va_end(ap);
	if (why && why->klass != GIT_ERROR_NONE)
		buf_addf(&text, ": %s", why->message);
	buf_rtrim(&text); /* libgit2 leaves room for a cause that it does not always know */
	if (text.len && text.ptr[text.len - 1] == ':')
		buf_setlen(&text, text.len - 1);
	error_set(translate(code), "%s", text.ptr);
	buf_release(&text);
	return translate(code);
}

int repo_check_plain(const char *path, size_t limit)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return 0;
	if (!S_ISREG(st.st_mode))
		return error_set(ERR_FAILED, "'%s' is not a regular file", path);
	if ((unsigned long long)st.st_size > limit)
		return error_set(ERR_FAILED, "'%s' is larger than %zu bytes", path, limit);
	return 0;
}

/* Settings of libgit2 for the whole program, which is also how long it stays: ending it gains nothing. */
int repo_start_git(void)
{
	static const char *extensions[] = { "worktreeconfig", "preciousobjects", "relativeworktrees", "partialclone" };
	int rc = git_libgit2_init();

	if (rc < 0)
		return error_git(rc, "cannot start libgit2");
	git_error_clear(); /* it misses the certificates that offline.c does not give it */
	if (rc > 1)
		return 0; /* somebody did all this before */

	/* Every object that libgit2 stores takes 268 kB for a moment; keep them instead of giving them back. */
	mallopt(M_MMAP_THRESHOLD, 4 << 20);
	mallopt(M_TRIM_THRESHOLD, 16 << 20);
	mallopt(M_TOP_PAD, 1 << 20);

	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0); /* repo-discover.c does it */
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, sizeof(extensions) / sizeof(extensions[0]));
	git_libgit2_opts(GIT_OPT_ENABLE_CACHING, 0); /* we read each object once */
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_SIZE, (size_t)8 << 20);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_MAPPED_LIMIT, (size_t)64 << 20);
	/* Which files of the user's and system's count is for repo-config.c to say, which opens them. */
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "");
	return 0;
}

static void hint_own_repository(void)
{
	error_hint("keep the log in a repository of its own: 'git init --bare ~/worklog.git' and\n"
		   "'git config async.repo ~/worklog.git'; or name it in the environment, as ASYNC_DIR");
}

/* Say in one sentence why libgit2 would not open it. */
static int explain_refusal(struct repo *repo)
{
	const struct settings *files = &repo->files;
	char *format = settings_get(&repo->settings, files, "extensions.objectformat");
	char *refs = settings_get(&repo->settings, files, "extensions.refstorage");
	char *version = settings_get(&repo->settings, files, "core.repositoryformatversion");
	int rc = ERR_FAILED;

	if (format && strcmp(format, "sha1") != 0)
		error_set(rc, "cannot read a %s repository: '%s'", format, repo->place.git_dir);
	else if (refs && strcmp(refs, "files") != 0)
		error_set(rc, "cannot read refs stored as %s: '%s'", refs, repo->place.git_dir);
	else if (version && strtol(version, NULL, 10) > 1)
		error_set(rc, "cannot read a repository of format version %s: '%s'", version,
			  repo->place.git_dir);
	else
		error_set(rc, "cannot open '%s': %s", repo->place.git_dir, repo->refusal);
	if (version && strtol(version, NULL, 10) > 0) /* not a fault of the disk */
		hint_own_repository();
	free(format);
	free(refs);
	free(version);
	return rc;
}

static void close_place(struct repo *repo)
{
	settings_release(&repo->files);
	settings_release(&repo->user_files);
	git_odb_free(repo->odb);
	git_repository_free(repo->git);
	store_free(repo->objects);
	free(repo->refusal);
	repo->has_user_files = false;
	repo->objects = NULL;
	repo->odb = NULL;
	repo->git = NULL;
	repo->refusal = NULL;
}

/* Nothing is said of it that libgit2 may have to refuse or to interpret. */
static bool is_plain_repository(const struct repo *repo)
{
	char *version = settings_get(&repo->files, NULL, "core.repositoryformatversion");
	char *bare = settings_get(&repo->files, NULL, "core.bare");
	char *work_tree = settings_get(&repo->files, NULL, "core.worktree");
	bool plain = (!version || !strcmp(version, "0")) && !work_tree &&
		     (!bare || settings_is_true(bare, true) == settings_is_true(bare, false));

	for (size_t i = 0; i < repo->files.nr && plain; i++)
		plain = strncasecmp(repo->files.v[i].name, "extensions.", strlen("extensions.")) != 0;
	free(version);
	free(bare);
	free(work_tree);
	return plain;
}

/* `repo->refusal` is the reason if it cannot. */
static int open_git(struct repo *repo)
{
	int rc = repo_start_git();

	if (rc < 0)
		return rc;
	if (git_repository_open_ext(&repo->git, repo->place.git_dir, REPO_OPEN_FLAGS, NULL) < 0)
		repo->refusal = xstrdup(git_error_last() ? git_error_last()->message : "no reason is known");
	return 0;
}

/*
 * Open what `place` found. Should libgit2 have to be asked and refuse, the configuration is
 * there all the same: it may say that the log is elsewhere.
 */
static int open_place(struct repo *repo)
{
	char *config = xstrfmt("%s/config", repo->place.common_dir);
	int rc = repo_check_plain(config, (size_t)4 << 20);

	free(config);
	if (rc == 0)
		rc = settings_read_files(&repo->files, repo->place.common_dir, repo->place.git_dir);
	if (rc == 0 && !is_plain_repository(repo))
		rc = open_git(repo);
	return rc;
}

/* It is given our choice of files, and as they are now: every look at a setting would stat them all again. */
static int give_config(struct repo *repo)
{
	git_config *files = NULL, *frozen = NULL;
	int rc = repo_config_files(&files, repo->git, repo->place.common_dir, repo->place.git_dir);

	if (rc == 0 && git_config_snapshot(&frozen, files) < 0)
		rc = error_git(-1, "cannot read git's configuration");
	if (rc == 0)
		git_repository_set_config(repo->git, frozen);
	git_config_free(frozen);
	git_config_free(files);
	return rc;
}

static int open_objects(struct repo *repo)
{
	char *dir = xstrfmt("%s/objects", repo->place.common_dir);
	int rc = repo_make_odb(&repo->odb, repo_objects(repo), dir);

	if (rc == 0 && git_repository_set_odb(repo->git, repo->odb) < 0)
		rc = error_git(-1, "cannot open '%s'", dir);
	free(dir);
	return rc;
}

int repo_need_git(struct repo *repo)
{
	int rc = 0;

	if (repo->odb)
		return 0;
	if (!repo->git && !repo->refusal)
		rc = open_git(repo);
	if (rc == 0 && repo->refusal)
		rc = explain_refusal(repo);
	if (rc == 0)
		rc = give_config(repo);
	if (rc == 0)
		rc = open_objects(repo);
	if (rc == 0)
		git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, (int)repo_is_durable(repo));
	return rc;
}

static char *named_setting(struct repo *repo, const char *log, const char *what)
{
	char *name = xstrfmt("async.log.%s.%s", log, what);
	char *value = repo_config(repo, name);

	free(name);
	return value;
}

/*
 * Where a relative path in the configuration begins. Linked worktrees share that, and hooks in them
 * are told of a git directory only, so it is the main work tree for all of them; the git directory
 * of a bare repository. The caller frees.
 */
static char *base_of(const struct repo *repo)
{
	const struct place *place = &repo->place;
	size_t len = place->common_dir ? strlen(place->common_dir) : 0, name = strlen("/.git");
	char *named = NULL;

	if (!len) /* outside of any repository */
		return NULL;
	if (len > name && !strcmp(place->common_dir + len - name, "/.git"))
		return xstrndup(place->common_dir, len - name);
	if (settings_have(&repo->settings, &repo->files, "core.bare"))
		return xstrdup(place->common_dir);
	if (!place->work_tree && getenv("GIT_DIR"))
		named = place_named_work_tree(place, &repo->settings, &repo->files);
	return named ? named : xstrdup(place->work_tree ? place->work_tree : place->git_dir);
}

/* Where else the log is, if the configuration says so: the caller frees; NULL: here. */
static char *elsewhere(struct repo *repo, const char *log)
{
	char *base = base_of(repo);
	char *value = log ? named_setting(repo, log, "repo") : repo_config(repo, "async.repo");
	char *path;

	path = value && *value ? repo_expand_path(value, base) : NULL;
	free(value);
	free(base);
	return path;
}

/* Go to the repository at `path` instead. */
static int move_to(struct repo *repo, const char *path, const char *who_said_so)
{
	int rc;

	close_place(repo);
	place_release(&repo->place);
	rc = place_at(&repo->place, path, &repo->settings);
	if (rc == ERR_NOTFOUND)
		return error_prefix(rc, "%s", who_said_so);
	return rc < 0 ? rc : open_place(repo);
}

/* The user may keep the log in one place for all that they do, also outside of any repository. */
static int find_outside(struct repo *repo, const char *log)
{
	char *message = xstrdup(error_last()), *hint = xstrdup(error_last_hint());
	char *path = NULL;
	int rc = settings_read_files(&repo->files, NULL, NULL);

	if (rc == 0) {
		path = elsewhere(repo, log);
		if (path) {
			rc = move_to(repo, path, "async.repo");
		} else {
			rc = error_set(ERR_NOTFOUND, "%s", message);
			if (*hint)
				error_hint("%s", hint);
		}
	}
	free(path);
	free(hint);
	free(message);
	return rc;
}

/* The repository around us, or the one that its configuration or the user's leads to. */
static int find_around(bool *moved, char **branch, struct repo *repo, const struct repo_options *options)
{
	char *path = NULL;
	int rc = place_discover(&repo->place, options->git_dir, &repo->settings);

	*moved = rc == ERR_NOTFOUND && !options->git_dir && !options->receiving && !getenv("GIT_DIR");
	if (*moved)
		return find_outside(repo, options->log);
	if (rc == 0)
		rc = open_place(repo);
	if (rc < 0)
		return rc;
	if (options->log)
		*branch = named_setting(repo, options->log, "branch");
	path = options->receiving ? NULL : elsewhere(repo, options->log);
	*moved = path;
	if (path)
		rc = move_to(repo, path, "async.repo");
	free(path);
	return rc;
}

/*
 * Find and open the repository with the log. `*branch` is what async.log.<name>.branch says
 * where we are, NULL if it says nothing; `*moved`: the log is in another repository.
 */
static int find(bool *moved, char **branch, struct repo *repo, const struct repo_options *options)
{
	const char *dir = getenv("ASYNC_DIR");
	int rc;

	*moved = dir && *dir && !options->git_dir && !options->receiving;
	if (*moved)
		rc = move_to(repo, dir, "ASYNC_DIR");
	else
		rc = find_around(moved, branch, repo, options);
	if (rc == 0 && repo->refusal)
		rc = explain_refusal(repo);
	return rc;
}

/* git's rules, which names of letters, digits, dashes and slashes do not come near to. */
bool repo_ref_is_valid(const char *name)
{
	int valid = 0;

	for (const char *p = name; isalnum((unsigned char)*p) || strchr("-_/", *p); p++) {
		if (!*p)
			return p[-1] != '/';
		if (*p == '/' && p[1] == '/')
			break;
	}
	return repo_start_git() == 0 && git_reference_name_is_valid(&valid, name) == 0 && valid;
}

/* Which branch holds the log: the one that was named, or what this repository says. */
static int choose_branch(struct repo *repo, const char *log, bool moved, char *named)
{
	repo->branch = named;
	if (!repo->branch && log)
		repo->branch = named_setting(repo, log, "branch");
	if (!repo->branch && log && !moved) {
		error_set(ERR_NOTFOUND, "no log is named '%s'", log);
		error_hint("name one with 'git config async.log.%s.branch <branch>'", log);
		return ERR_NOTFOUND;
	}
	if (!repo->branch)
		repo->branch = repo_config(repo, "async.branch");
	if (!repo->branch)
		repo->branch = xstrdup("async");
	repo->ref = xstrfmt("refs/heads/%s", repo->branch);
	if (!repo_ref_is_valid(repo->ref) || repo->branch[0] == '-')
		return error_set(ERR_INVALID, "async.branch: '%s' is not a valid branch name", repo->branch);
	return 0;
}

struct mapping {
	const char *ref;
	char *target;
};

/* "+refs/heads/ *:refs/remotes/origin/ *", the way a fetch maps our branch. */
static int map_refspec(const char *spec, void *data)
{
	struct mapping *map = data;
	const char *from = spec + (*spec == '+'), *colon = strchr(from, ':'), *star, *to_star;
	size_t len = strlen(map->ref), before, after;

	if (*spec == '^' || !colon)
		return 0;
	star = memchr(from, '*', (size_t)(colon - from));
	to_star = strchr(colon, '*');
	if (!star) {
		if (len != (size_t)(colon - from) || strncmp(from, map->ref, len) != 0)
			return 0;
		map->target = xstrdup(colon + 1);
		return 1;
	}
	before = (size_t)(star - from);
	after = (size_t)(colon - star) - 1;
	if (!to_star || len < before + after || strncmp(from, map->ref, before) != 0 ||
	    strncmp(star + 1, map->ref + len - after, after) != 0)
		return 0;
	map->target = xstrfmt("%.*s%.*s%s", (int)(to_star - colon - 1), colon + 1, (int)(len - before - after),
			      map->ref + before, to_star + 1);
	return 1;
}

bool repo_has_remote(struct repo *repo, const char *name)
{
	char *key = xstrfmt("remote.%s.url", name);
	char *url = repo_config(repo, key);

	free(key);
	free(url);
	return url && name[0] != '-';
}

char *repo_tracking_of(struct repo *repo, const char *remote)
{
	struct mapping map = { repo->ref, NULL };
	char *key = xstrfmt("remote.%s.fetch", remote);

	settings_each(&repo->settings, &repo->files, key, map_refspec, &map);
	free(key);
	if (map.target && repo_ref_is_valid(map.target) && strcmp(map.target, repo->ref) != 0) /* a mirror maps it to itself */
		return map.target;
	free(map.target);
	return NULL;
}

/* The remote whose records are read along, and under which ref a fetch puts them. */
static void choose_remote(struct repo *repo)
{
	char *name = repo_config(repo, "async.remote");

	if (!name)
		name = xstrdup("origin");
	if (!repo_has_remote(repo, name)) {
		free(name);
		return;
	}
	repo->remote = name;
	repo->tracking = repo_tracking_of(repo, name);
}

/* libgit2 ignores core.sharedRepository; what git does with it, a umask does as well. */
static void share(struct repo *repo)
{
	char *value = repo_config(repo, "core.sharedrepository");
	mode_t mask = umask(0);
	char *end;
	long mode;

	if (value && (strcmp(value, "group") == 0 || settings_is_true(value, false)))
		mask &= ~(mode_t)0070;
	else if (value && (strcmp(value, "all") == 0 || strcmp(value, "world") == 0 || strcmp(value, "everybody") == 0))
		mask &= ~(mode_t)0075;
	else if (value && *value == '0' && (mode = strtol(value, &end, 8)) >= 0600 && mode <= 0777 && !*end)
		mask = 0777 & ~((mode_t)mode | ((mode_t)mode & 0444) >> 2);
	umask(mask);
	free(value);
}

int repo_open(struct repo **out, const struct repo_options *options)
{
	struct repo *repo = xcalloc(1, sizeof(*repo));
	char *branch = NULL;
	bool moved = false;
	int rc;

	*out = NULL;
	repo->lock_fd = repo->queue_fd = repo->wire_fd = -1;
	rc = settings_read(&repo->settings);
	if (rc == 0)
		rc = find(&moved, &branch, repo, options);
	if (rc == 0)
		rc = choose_branch(repo, options->log, moved, branch);
	else
		free(branch);
	if (rc < 0) {
		repo_close(repo);
		return rc;
	}
	choose_remote(repo);
	share(repo);
	if (options->receiving && getenv("GIT_QUARANTINE_PATH"))
		repo->sent_dir = xstrdup(getenv("GIT_QUARANTINE_PATH"));
	*out = repo;
	return 0;
}

void repo_close(struct repo *repo)
{
	if (!repo)
		return;
	repo_wire_close(repo);
	repo_unlock(repo);
	close_place(repo);
	place_release(&repo->place);
	settings_release(&repo->settings);
	free(repo->branch);
	free(repo->ref);
	free(repo->remote);
	free(repo->tracking);
	free(repo->sent_dir);
	free(repo);
}

const char *repo_common_dir(const struct repo *repo)
{
	return repo->place.common_dir;
}

const char *repo_git_dir(const struct repo *repo)
{
	return repo->place.git_dir;
}

const char *repo_branch(const struct repo *repo)
{
	return repo->branch;
}

const char *repo_remote(const struct repo *repo)
{
	return repo->remote;
}

const char *repo_ref(const struct repo *repo)
{
	return repo->ref;
}

const char *repo_tracking(const struct repo *repo)
{
	return repo->tracking;
}
