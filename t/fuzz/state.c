/*
 * Any bytes as each file of private state, of a log with one person: what is read from them is something or
 * nothing, and to look does not fail; what is written after them is read again as it was written.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/seen.h"
#include "async/snooze.h"
#include "async/verify.h"
#include "sync-internal.h"
#include "worklog-internal.h"

static struct id root;

static void make_log(void)
{
	struct id readme, tree, commit;
	struct buf text = BUF_INIT, path = BUF_INIT;
	char hex[ID_HEX + 1];

	fuzz_git_dir();
	fuzz_readme(&readme);
	fuzz_entry(&text, "100644", "README.md", &readme);
	fuzz_object(&tree, "tree", text.ptr, text.len);
	fuzz_put_commit(&commit, &tree, NULL);
	id_hex(hex, &commit);
	fuzz_file(&path, "repo/refs/heads/async", hex, ID_HEX);
	buf_release(&text);
	buf_release(&path);
}

static struct worklog *open_log(void)
{
	const struct worklog_options options = { .git_dir = fuzz_git_dir() };
	struct worklog *wl;

	if (worklog_open(&wl, &options) < 0 || worklog_root(wl, &root) < 0)
		BUG("%s", error_last());
	return wl;
}

/* In the place of every file that is read. */
static void put_state(struct worklog *wl, const char *data, size_t len)
{
	static const char *const names[] = { "seen", "looked", "snooze", "last-post", "keys", "signatures" };
	char *of_clone[] = { worklog_place(wl, "verified"), worklog_place(wl, "heard") }, hex[ID_HEX + 1];
	size_t nr = sizeof(names) / sizeof(*names);
	struct buf path = BUF_INIT;

	id_hex(hex, &root);
	for (size_t i = 0; i < nr + 2; i++) {
		char *name = xstrfmt("async/%s/%s", hex, i < nr ? names[i] : of_clone[i - nr]);

		fuzz_file(&path, name, data, len);
		free(name);
	}
	free(of_clone[0]);
	free(of_clone[1]);
	buf_release(&path);
}

static void check_snooze(struct worklog *wl)
{
	struct snooze mine = { .until = worklog_now(wl) + 3600 };
	struct snoozes snoozes;

	memset(&mine.root, 7, sizeof(mine.root));
	snoozes_load(&snoozes, wl);
	snoozes_release(&snoozes);
	if (worklog_snooze(wl, &mine, 1) < 0)
		BUG("%s", error_last());
	snoozes_load(&snoozes, wl);
	if (snoozes_until(&snoozes, &mine.root, 0, worklog_now(wl)) != mine.until)
		BUG("what was put off comes at once");
	snoozes_release(&snoozes);
}

static void check_seen(struct worklog *wl)
{
	struct arrival arrival;
	struct seen seen;

	seen_load(&seen, wl);
	if (seen_is_new(&seen, wl, &root))
		BUG("what is not there is new");
	seen_release(&seen);
	if (worklog_last_look(&arrival, wl))
		worklog_look(wl, &arrival);
	error_clear();
}

static void check_verify(struct worklog *wl)
{
	const struct verify_options options = { 0 };
	struct verify found = VERIFY_INIT;

	for (int i = 0; i < 2; i++) { /* by what was there, and by what the first one wrote */
		if (verify_run(&found, wl, &options) < 0)
			BUG("%s", error_last());
		verify_release(&found);
	}
}

FUZZER(state)
{
	struct worklog *wl;
	struct pin pin;

	if (id_is_zero(&root))
		make_log();
	wl = open_log();
	put_state(wl, data, len);
	check_snooze(wl);
	check_seen(wl);
	check_verify(wl);
	pin_read(&pin, wl, "origin");
	worklog_close(wl);
}
