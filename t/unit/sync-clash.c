/* Which changes on two sides clash. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "async/buf.h"
#include "sync-internal.h"

#define MOST 4

static const struct story {
	const char *title;
	struct said {
		bool ours;
		const char *about, *text; /* the record, without its first line and its date */
	} said[MOST];                     /* in their order */
	const char *clashes;              /* "about key by o|t[=], …": whose is later, by the same */
} stories[] = {
	{ "one side only", { { true, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: UTC\n" } }, "" },
	{ "other keys",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: UTC\n" },
	    { false, "ana", "kind: person\nfrom: ben\nperson: ana\nname: Ana\n" } },
	  "" },
	{ "other people",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: UTC\n" },
	    { false, "ben", "kind: person\nfrom: ben\nperson: ben\nzone: Asia/Tokyo\n" } },
	  "" },
	{ "the same to the same end",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: UTC\n" },
	    { false, "ana", "kind: person\nfrom: ben\nperson: ana\nzone: UTC\n" } },
	  "" },
	{ "theirs is later",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: UTC\n" },
	    { false, "ana", "kind: person\nfrom: ben\nperson: ana\nzone: Asia/Tokyo\n" } },
	  "ana zone ben t" },
	{ "ours is later, and by the same person",
	  { { false, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: UTC\n" },
	    { true, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: Asia/Tokyo\n" } },
	  "ana zone ana o=" },
	{ "the last of each side decides",
	  { { false, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: UTC\n" },
	    { true, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: Asia/Tokyo\n" },
	    { false, "ana", "kind: person\nfrom: ana\nperson: ana\nzone: Asia/Tokyo\n" } },
	  "" },
	{ "sets grow without a clash",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\ngroups: {add: [web]}\n" },
	    { false, "ana", "kind: person\nfrom: ben\nperson: ana\ngroups: {add: [backend, web]}\n" } },
	  "" },
	{ "one adds what the other drops",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\ngroups: {add: [web, x]}\n" },
	    { false, "ana", "kind: person\nfrom: ben\nperson: ana\ngroups: {drop: [web, x]}\n" } },
	  "ana groups ben t" },
	{ "levels are set one by one",
	  { { true, "", "kind: policy\nfrom: ana\nlevels:\n  low: {within: 3d}\n" },
	    { false, "", "kind: policy\nfrom: ben\nlevels:\n  urgent: {within: 2h}\n" } },
	  "" },
	{ "one level, two spans",
	  { { true, "", "kind: policy\nfrom: ana\nlevels:\n  low: {within: 3d}\n" },
	    { false, "", "kind: policy\nfrom: ben\nlevels:\n  low: {within: 2d}\n" } },
	  " levels ben t" },
	{ "a person and a calendar of one name",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\nholidays: {add: [\"2026-01-01\"]}\n" },
	    { false, "ana", "kind: calendar\nfrom: ben\ncalendar: ana\nholidays: {add: [\"2026-01-02\"]}\n" } },
	  "" },
	{ "two keys at once",
	  { { true, "ana", "kind: person\nfrom: ana\nperson: ana\nname: A\nzone: UTC\n" },
	    { false, "ana", "kind: person\nfrom: ben\nperson: ana\nname: B\nzone: Asia/Tokyo\n" } },
	  "ana name ben t, ana zone ben t" },
};

static void put_clashes(struct buf *out, const struct sync *sync)
{
	for (size_t i = 0; i < sync->nr_clashes; i++)
		buf_addf(out, "%s%s %s %s %s%s", i ? ", " : "", sync->clashes[i].about, sync->clashes[i].key,
			 sync->clashes[i].by, sync->clashes[i].ours ? "o" : "t", sync->clashes[i].by_same ? "=" : "");
}

static void finds_clashes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(stories) / sizeof(*stories); i++) {
		const struct story *story = &stories[i];
		struct record recs[MOST] = { RECORD_INIT };
		struct clash_side sides[MOST];
		struct sync sync = SYNC_INIT;
		struct buf found = BUF_INIT;
		size_t nr = 0;

		for (; nr < MOST && story->said[nr].text; nr++) {
			const struct said *said = &story->said[nr];
			struct buf text = BUF_INIT;

			buf_addf(&text, "async: 1\ndate: 2026-03-02T09:00:0%zuZ\n%s", nr, said->text);
			if (record_parse(&recs[nr], text.ptr, text.len, story->title) < 0)
				fail_msg("%s: the %zu. cannot be read", story->title, nr + 1);
			sides[nr] = (struct clash_side){ said->about, &recs[nr], said->ours };
			buf_release(&text);
		}
		clashes_find(&sync, sides, nr);
		put_clashes(&found, &sync);
		if (strcmp(found.ptr, story->clashes) != 0)
			fail_msg("%s: '%s', not '%s'", story->title, found.ptr, story->clashes);
		while (nr)
			record_release(&recs[--nr]);
		buf_release(&found);
		sync_release(&sync);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(finds_clashes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
