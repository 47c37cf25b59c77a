/* Who commits, as git would have it. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "async/alloc.h"
#include "async/error.h"
#include "repo-git.h"

static int no_identity(const char *what)
{
	error_set(ERR_FAILED, "committer identity unknown: no %s is set", what);
	error_hint("tell git who you are: 'git config --global user.email you@example.com' and\n"
		   "'git config --global user.name \"Your Name\"'; without --global for this repository only");
	return ERR_FAILED;
}

/* What git strips from the ends of a name or address, and what can be nowhere in one. */
static char *clean_identity(const char *text)
{
	size_t len = strlen(text), at = 0;
	char *clean;

	while (len && (strchr(".,:;<>\"\\'", text[0]) || (unsigned char)text[0] <= ' '))
		text++, len--;
	while (len && (strchr(".,:;<>\"\\'", text[len - 1]) || (unsigned char)text[len - 1] <= ' '))
		len--;
	clean = xstrndup(text, len);
	for (size_t i = 0; i < len; i++)
		if (!strchr("\n<>", clean[i]))
			clean[at++] = clean[i];
	clean[at] = '\0';
	return clean;
}

/* The first of: the variable, committer.<key>, user.<key>. The caller frees; NULL: none. */
static char *identity_part(struct repo *repo, const char *variable, const char *key)
{
	const char *env = getenv(variable);
	char *value, *name, *clean;

	if (env && *env)
		return clean_identity(env);
	name = xstrfmt("committer.%s", key);
	value = repo_config(repo, name);
	free(name);
	if (!value) {
		name = xstrfmt("user.%s", key);
		value = repo_config(repo, name);
		free(name);
	}
	if (!value)
		return NULL;
	clean = clean_identity(value);
	free(value);
	return clean;
}

/* The name in the system's list of users, up to the first comma. */
static char *system_name(void)
{
	const struct passwd *user = getpwuid(geteuid());

	return user && user->pw_gecos ? xstrndup(user->pw_gecos, strcspn(user->pw_gecos, ",")) : NULL;
}

int repo_identity(struct repo *repo, char **name, char **address)
{
	bool only = repo_config_is_true(repo, "user.useconfigonly", false);
	const char *env = getenv("EMAIL");
	int rc = 0;

	*name = identity_part(repo, "GIT_COMMITTER_NAME", "name");
	*address = identity_part(repo, "GIT_COMMITTER_EMAIL", "email");
	if (!*address && !only && env && *env)
		*address = clean_identity(env);
	if (!*name && !only)
		*name = system_name();
	/* git would make up user@host here; a log needs an address that means somebody. */
	if (!*address || !**address)
		rc = no_identity("email address");
	else if (!*name || !**name)
		rc = no_identity("name");
	if (rc < 0) {
		free(*name);
		free(*address);
		*name = *address = NULL;
	}
	return rc;
}
