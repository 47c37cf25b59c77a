/* The scripts that git runs as hooks, as files. */
#include "async/hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"

/* A script is a page or two; what is larger is a program. */
#define SCRIPT_LIMIT ((size_t)1 << 20)

/* -- the folder ------------------------------------------------------------------------------- */

static bool is_below(const char *path, const char *dir)
{
	size_t len = dir ? strlen(dir) : 0;

	return len && !strncmp(path, dir, len) && (path[len] == '/' || !path[len]);
}

static bool has_file(const char *dir, const char *name)
{
	char *path = xstrfmt("%s/%s", dir, name);
	bool is = access(path, F_OK) == 0;

	free(path);
	return is;
}

/* Without "/." at its end and doubled slashes, which core.hooksPath may have. */
static void tidy(char *path)
{
	size_t len = strlen(path);

	while (len > 1 && (path[len - 1] == '/' || (path[len - 1] == '.' && path[len - 2] == '/')))
		path[--len] = '\0';
}

/* git is led to husky's own folder "_", which it makes anew at times; the team's scripts are beside it. */
static void take_husky(struct hook_folder *folder)
{
	char *slash = strrchr(folder->path, '/');

	if (!slash || strcmp(slash, "/_") != 0)
		return;
	if (!has_file(folder->path, "h") && !has_file(folder->path, "husky.sh"))
		return;
	*slash = '\0';
	folder->managed = true;
}

int hook_folder_find(struct hook_folder *out, const struct code *code)
{
	struct stat st;

	*out = (struct hook_folder){ .path = xstrdup(code->hooks) };
	tidy(out->path);
	if (stat(out->path, &st) == 0 && !S_ISDIR(st.st_mode)) {
		error_set(ERR_FAILED, "'%s', where git looks for hooks, is not a folder", out->path);
		if (code->hooks_path)
			error_hint("core.hooksPath is set to '%s': 'git config --show-origin core.hooksPath'\n"
				   "says where", code->hooks_path);
		hook_folder_release(out);
		return ERR_FAILED;
	}
	take_husky(out);
	if (!is_below(out->path, code->git_dir) && !is_below(out->path, code->common_dir)) {
		out->in_work_tree = is_below(out->path, code->work_tree);
		out->elsewhere = !out->in_work_tree;
	}
	return 0;
}

void hook_folder_release(struct hook_folder *folder)
{
	free(folder->path);
	*folder = (struct hook_folder){ 0 };
}

/* -- a file ----------------------------------------------------------------------------------- */

static enum hook_state state_of(const struct hook_file *file, bool managed)
{
	size_t begin, end;
	bool installed;

	if (!hook_text_is_shell(file->text.ptr, file->text.len))
		return HOOK_PROGRAM;
	installed = hook_text_find(&begin, &end, file->text.ptr, file->text.len);
	if (installed && !end)
		return HOOK_BROKEN;
	if (!(file->mode & S_IXUSR) && !managed)
		return HOOK_OFF;
	return installed ? HOOK_INSTALLED : HOOK_FOREIGN;
}

static int read_script(struct hook_file *file, bool managed)
{
	int fd = open(file->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	int rc = fd < 0 || fstat(fd, &st) < 0 ? -1 : 0;

	if (rc == 0 && !S_ISREG(st.st_mode))
		file->state = HOOK_ODD;
	else if (rc == 0 && (unsigned long long)st.st_size > SCRIPT_LIMIT)
		file->state = HOOK_PROGRAM;
	else if (rc == 0)
		rc = buf_read(&file->text, fd, SCRIPT_LIMIT);
	if (rc < 0)
		rc = error_set(ERR_FAILED, "cannot read '%s': %s", file->path, strerror(errno));
	else if (file->state == HOOK_NONE)
		file->state = state_of(file, managed);
	if (fd >= 0)
		close(fd);
	return rc;
}

int hook_file_look(struct hook_file *out, const struct hook_folder *folder, const char *name)
{
	struct stat st;

	*out = (struct hook_file){ .path = xstrfmt("%s/%s", folder->path, name), .text = BUF_INIT };
	if (lstat(out->path, &st) < 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return 0;
		return error_set(ERR_FAILED, "cannot look at '%s': %s", out->path, strerror(errno));
	}
	out->mode = st.st_mode & 07777;
	if (S_ISLNK(st.st_mode))
		out->state = HOOK_LINK;
	else if (!S_ISREG(st.st_mode))
		out->state = HOOK_ODD;
	else
		return read_script(out, folder->managed);
	return 0;
}

void hook_file_release(struct hook_file *file)
{
	free(file->path);
	buf_release(&file->text);
	*file = (struct hook_file)HOOK_FILE_INIT;
}

/* -- writing ---------------------------------------------------------------------------------- */

static int make_folder(const char *path)
{
	char *dir = xstrndup(path, (size_t)(strrchr(path, '/') - path));
	int rc = mkdir(dir, 0777) == 0 || errno == EEXIST ? 0 :
			 error_set(ERR_FAILED, "cannot make the folder '%s': %s", dir, strerror(errno));

	free(dir);
	return rc;
}

static mode_t mode_of_new(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0777 & ~mask;
}

/* A new file takes the place of the old one, so git finds a whole script at any time. */
static int replace(const char *path, const struct buf *text, mode_t mode)
{
	if (buf_replace_file(path, text, mode))
		return 0;
	return error_set(ERR_FAILED, "cannot write '%s': %s", path, strerror(errno));
}

int hook_file_install(bool *changed, const struct hook_file *file, const char *name, unsigned how)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	hook_text_add(&text, file->state == HOOK_NONE ? NULL : file->text.ptr, file->text.len, name, how);
	*changed = text.len != file->text.len || memcmp(text.ptr, file->text.ptr, text.len) != 0;
	if (file->state == HOOK_NONE)
		rc = make_folder(file->path);
	if (*changed && rc == 0)
		rc = replace(file->path, &text, file->state == HOOK_NONE ? mode_of_new() : file->mode);
	buf_release(&text);
	return rc;
}

int hook_file_uninstall(bool *removed, const struct hook_file *file)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	*removed = !hook_text_remove(&text, file->text.ptr, file->text.len);
	if (!*removed)
		rc = replace(file->path, &text, file->mode);
	else if (unlink(file->path) < 0)
		rc = error_set(ERR_FAILED, "cannot remove '%s': %s", file->path, strerror(errno));
	buf_release(&text);
	return rc;
}
