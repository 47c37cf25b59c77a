/* The repository with the code: where it is, where its hooks are, and what git is at there. */
#include "async/code.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

/* A relative core.hooksPath begins where git runs the hooks. */
static void find_hooks(struct code *code, const struct settings *settings, const struct settings *files)
{
	const char *base = code->work_tree ? code->work_tree : code->git_dir;
	char *value = settings_get(settings, files, "core.hookspath");

	if (value && *value) {
		code->hooks_path = value;
		code->hooks = repo_expand_path(value, base);
	} else {
		free(value);
		code->hooks = xstrfmt("%s/hooks", code->common_dir);
	}
}

int code_find(struct code *out, const char *git_dir)
{
	struct settings settings = { 0 }, files = { 0 };
	struct place place = PLACE_INIT;
	int rc;

	*out = (struct code)CODE_INIT;
	rc = settings_read(&settings);
	if (rc == 0)
		rc = place_discover(&place, git_dir, &settings);
	if (rc == 0)
		rc = settings_read_files(&files, place.common_dir, place.git_dir);
	if (rc < 0)
		goto done;
	if (place.work_tree)
		out->work_tree = xstrdup(place.work_tree);
	else if (git_dir || getenv("GIT_DIR"))
		out->work_tree = place_named_work_tree(&place, &settings, &files);
	out->git_dir = xstrdup(place.git_dir);
	out->common_dir = xstrdup(place.common_dir);
	find_hooks(out, &settings, &files);
	out->hook_strict = settings_have(&settings, &files, "async.hookstrict");
done:
	settings_release(&files);
	settings_release(&settings);
	place_release(&place);
	return rc;
}

void code_release(struct code *code)
{
	free(code->git_dir);
	free(code->common_dir);
	free(code->work_tree);
	free(code->hooks_path);
	free(code->hooks);
	*code = (struct code)CODE_INIT;
}

bool code_is_in_between(const struct code *code)
{
	static const char *const signs[] = {
		"rebase-merge", "rebase-apply", "sequencer", "CHERRY_PICK_HEAD", "REVERT_HEAD", "BISECT_START", NULL,
	};
	bool any = false;

	for (const char *const *sign = signs; *sign && !any; sign++) {
		char *path = xstrfmt("%s/%s", code->git_dir, *sign);

		any = access(path, F_OK) == 0;
		free(path);
	}
	return any;
}
