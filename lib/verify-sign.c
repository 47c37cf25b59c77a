/*
 * Signatures that were found to be good: a commit's id stands for its text, its signature and the
 * key in that, so ssh-keygen is asked once about each.
 */
#include <string.h>

#include "async/error.h"
#include "state.h"
#include "verify-internal.h"

#define KNOWN_GOOD "signatures"
#define MAX_KNOWN ((size_t)900 << 10)

static void note_good(struct verifier *verifier, const char *hex)
{
	table_set(&verifier->good, pool_strdup(&verifier->pool, hex), verifier);
}

void signatures_load(struct verifier *verifier)
{
	struct buf stored = BUF_INIT;
	char *text, *line;
	struct id root, id;

	if (worklog_root(verifier->wl, &root) < 0 || state_read(&stored, &root, KNOWN_GOOD) < 0)
		error_clear();
	text = stored.ptr;
	while ((line = strsep(&text, "\n")))
		if (id_parse(&id, line, strlen(line)))
			note_good(verifier, line);
	buf_release(&stored);
}

/* Of too many the older half goes: about these ssh-keygen is asked again. */
static int add_good(struct buf *out, const char *before, void *data)
{
	const struct verifier *verifier = data;
	size_t len = strlen(before);

	if (len + verifier->good_now.len > MAX_KNOWN) {
		before += len / 2;
		before += strcspn(before, "\n");
		before += *before == '\n';
	}
	buf_puts(out, before);
	if (verifier->good_now.len <= MAX_KNOWN / 2)
		buf_puts(out, verifier->good_now.ptr);
	return 0;
}

void signatures_save(struct verifier *verifier)
{
	struct id root;

	if (verifier->good_now.len && (worklog_root(verifier->wl, &root) < 0 ||
				       state_change(&root, KNOWN_GOOD, add_good, verifier) < 0))
		error_clear(); /* they are asked about again */
}

int signature_check(bool *good, struct verifier *verifier, const struct repo_step *step, const char *key)
{
	char hex[ID_HEX + 1];
	int rc;

	id_hex(hex, &step->id);
	*good = table_get(&verifier->good, hex);
	if (*good)
		return 0;
	rc = signature_is_by(good, step->text, key);
	if (rc == 0 && *good) {
		note_good(verifier, hex);
		buf_addf(&verifier->good_now, "%s\n", hex);
	}
	return rc;
}
