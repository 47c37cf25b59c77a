/* Records that could not be read: never passed over in silence. */
#include <string.h>

#include "cmd.h"
#include "print.h"

struct naming {
	size_t left;  /* to be named */
	bool records; /* all of them are */
};

static int name_one(const char *path, const char *reason, void *data)
{
	struct naming *naming = data;

	naming->records &= path_is_record(path);
	if (!naming->left)
		return 0;
	naming->left--;
	if (!strncmp(reason, path, strlen(path))) /* with the line, where there is one */
		print_warning("%s", reason);
	else
		print_warning("%s: %s", path, reason);
	return 0;
}

int unreadable_tell(struct worklog *wl, size_t named, int status)
{
	struct naming naming = { named, true };
	size_t nr = worklog_unreadable(wl);
	int rc;

	if (!nr)
		return status;
	rc = worklog_each_unreadable(wl, name_one, &naming);
	if (rc < 0)
		return rc;
	if (!naming.records)
		print_warning("%zu part%s of the log could not be read; see 'async verify'", nr, nr == 1 ? "" : "s");
	else if (nr == 1)
		print_warning("1 record could not be read and counts for nothing; see 'async verify'");
	else
		print_warning("%zu records could not be read and count for nothing; see 'async verify'", nr);
	return status == EXIT_YES ? EXIT_UNREADABLE : status;
}
