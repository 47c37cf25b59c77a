/*
 * What a server reads before it takes in a push. The input is what git tells of a ref and then, behind a
 * line "--", a record that is pushed: it is in the tree of one commit, where its date belongs, behind the one that
 * began the log. Whether it is taken or refused, with what words: the same when asked again.
 */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "async/alloc.h"
#include "async/error.h"
#include "async/receive.h"

#define MAX_RECORD ((size_t)64 << 10)
#define FOLDERS 4 /* "log", a year, a month, a day */

/* ---- the line */

static void check_line(const char *line, size_t len)
{
	char old[ID_HEX + 1], new[ID_HEX + 1];
	struct receive_update update;
	struct buf form = BUF_INIT;

	if (receive_parse(&update, line, len) < 0) {
		if (!*error_last())
			BUG("refused without a word");
		error_clear();
		return;
	}
	id_hex(old, &update.old);
	id_hex(new, &update.new);
	buf_addf(&form, "%s %s %.*s", old, new, (int)update.ref_len, update.ref);
	if (form.len != len || strncasecmp(form.ptr, line, len) != 0)
		BUG("'%.*s' reads as '%s'", (int)len, line, form.ptr);
	buf_release(&form);
}

/* ---- the push */

struct push {
	struct id blob, trees[FOLDERS], top, commit;
};

/* The day that the record says, "2026", "03" and "02" where it says none. */
static void find_day(char day[11], const char *text, size_t len)
{
	const char *date = memmem(text, len, "\ndate: ", 7);
	size_t digits = 0;

	memcpy(day, "2026-03-02", 11);
	if (date && date + 7 + 10 <= text + len) {
		while (digits < 10 && strchr("0123456789-", date[7 + digits]) && date[7 + digits])
			digits++;
		if (digits == 10)
			memcpy(day, date + 7, 10);
	}
	day[4] = day[7] = '\0';
}

static void make_push(struct push *push, const struct id *base, const struct id *readme, const char *text, size_t len)
{
	char hex[ID_HEX + 1], day[11], *name;
	const char *names[] = { day + 8, day + 5, day, "log" };
	struct buf tree = BUF_INIT;

	find_day(day, text, len);
	fuzz_object(&push->blob, "blob", text, len);
	id_hex(hex, &push->blob);
	name = xstrfmt("%s.yaml", hex);
	fuzz_entry(&tree, "100644", name, &push->blob);
	for (int i = 0; i < FOLDERS; i++) {
		fuzz_object(&push->trees[i], "tree", tree.ptr, tree.len);
		buf_reset(&tree);
		if (i == FOLDERS - 1)
			fuzz_entry(&tree, "100644", "README.md", readme);
		fuzz_entry(&tree, "40000", names[i], &push->trees[i]);
	}
	fuzz_object(&push->top, "tree", tree.ptr, tree.len);
	fuzz_put_commit(&push->commit, &push->top, base);
	free(name);
	buf_release(&tree);
}

static void forget_push(const struct push *push)
{
	fuzz_forget(&push->blob);
	for (int i = 0; i < FOLDERS; i++)
		fuzz_forget(&push->trees[i]);
	fuzz_forget(&push->top);
	fuzz_forget(&push->commit);
}

/* ---- the answer */

static void ask(struct buf *out, const struct id *old, const struct id *new)
{
	static const char ref[] = "refs/heads/async";
	const struct worklog_options options = { .git_dir = fuzz_git_dir(), .no_log = true, .receiving = true };
	const struct receive_update update = { *old, *new, ref, strlen(ref) };
	struct verify found = VERIFY_INIT;
	struct worklog *wl;

	if (worklog_open(&wl, &options) < 0)
		BUG("%s", error_last());
	if (receive_check(&found, wl, &update) < 0) {
		if (!*error_last())
			BUG("refused without a word");
		buf_puts(out, error_last());
		error_clear();
	}
	for (size_t i = 0; i < found.nr; i++)
		buf_addf(out, "%s: %s\n", finding_word(found.v[i].what), found.v[i].text);
	verify_release(&found);
	worklog_close(wl);
}

static void check_push(const char *text, size_t len)
{
	static struct id readme, top, base, none;
	struct buf tree = BUF_INIT, answer = BUF_INIT, again = BUF_INIT;
	struct push push;

	if (id_is_zero(&base)) {
		fuzz_git_dir();
		fuzz_readme(&readme);
		fuzz_entry(&tree, "100644", "README.md", &readme);
		fuzz_object(&top, "tree", tree.ptr, tree.len);
		fuzz_put_commit(&base, &top, NULL);
	}
	make_push(&push, &base, &readme, text, len < MAX_RECORD ? len : MAX_RECORD);
	ask(&answer, &base, &push.commit);
	ask(&again, &base, &push.commit);
	if (strcmp(answer.ptr, again.ptr) != 0)
		BUG("first '%s', then '%s'", answer.ptr, again.ptr);
	ask(&answer, &none, &push.commit);
	forget_push(&push);
	buf_release(&answer);
	buf_release(&again);
	buf_release(&tree);
}

FUZZER(receive)
{
	const char *end = memmem(data, len, "\n--\n", 4);

	check_line(data, end ? (size_t)(end - data) : len);
	if (end)
		check_push(end + 4, len - (size_t)(end + 4 - data));
}
