/* Records that could not be read: never passed over in silence. */
#include <string.h>

#include "cmd.h"
#include "print.h"

static int name_one(const char *path, const char *reason, void *data)
{
	size_t *left = data;

	if (!(*left)--)
		return 1;
	if (!strncmp(reason, path, strlen(path))) /* with the line, where there is one */
		print_warning("%s", reason);
	else
		print_warning("%s: %s", path, reason);
	return 0;
}

int unreadable_tell(struct worklog *wl, size_t named, int status)
{
	size_t nr = worklog_unreadable(wl);
	int rc;

	if (!nr)
		return status;
	rc = worklog_each_unreadable(wl, name_one, &named);
	if (rc < 0)
		return rc;
	if (nr == 1)
		print_warning("1 record could not be read and counts for nothing; see 'async verify'");
	else
		print_warning("%zu records could not be read and count for nothing; see 'async verify'", nr);
	return status == EXIT_YES ? EXIT_UNREADABLE : status;
}
