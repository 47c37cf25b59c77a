#!/bin/sh
test_description='opening: the same answer, however the refs are stored and the settings are written'
. "${0%/*}/lib.sh"

# looks_the_same: as it was at first, by each look that the index can answer.
looks_the_same () {
	async -C log list >actual && test_cmp list actual &&
	async -C log log >actual && test_cmp log.out actual &&
	at "2026-03-06 09:00" async -C log overdue --for ben >actual && test_cmp overdue actual
}

test_expect_success 'setup: a log, and what is seen of it' '
	create_log ana ben &&
	async -C log post --to ben --within 2h "ship it?" >/dev/null &&
	async -C log list >list && test_grep "ship it" list &&
	async -C log log >log.out && at "2026-03-06 09:00" async -C log overdue --for ben >overdue &&
	test_grep "late" overdue
'

test_expect_success 'refs that are packed' '
	git -C log pack-refs --all && test_path_is_missing log/.git/refs/heads/async &&
	looks_the_same
'

test_expect_success 'a loose ref counts, not the packed one' '
	git -C log rev-parse async >tip &&
	git -C log update-ref refs/heads/async async~1 && git -C log pack-refs --all &&
	cp tip log/.git/refs/heads/async &&
	looks_the_same
'

test_expect_success 'many packed refs, and one whose name ends as the branch does' '
	git -C log pack-refs --all &&
	sed "s,refs/heads/async\$,refs/heads/other/refs/heads/async," log/.git/packed-refs >more &&
	grep other more >>log/.git/packed-refs && sort -k2 log/.git/packed-refs | grep -v "^#" >sorted &&
	awk "{ print } END { for (i = 0; i < 20000; i++) printf \"%s refs/tags/t%05d\n\", \$1, i }" sorted >log/.git/packed-refs &&
	test "$(wc -c <log/.git/packed-refs)" -gt 1048576 &&
	looks_the_same &&
	cp sorted log/.git/packed-refs &&
	looks_the_same
'

test_expect_success 'a ref that is none is an error, not an empty log' '
	cp log/.git/packed-refs packed &&
	>log/.git/refs/heads/async &&
	test_expect_code 128 async -C log list 2>err && test_grep "refs/heads/async" err &&
	echo "ref: refs/heads/main" >log/.git/refs/heads/async &&
	test_expect_code 128 async -C log list 2>err && test_grep "symbolic ref" err &&
	cp tip log/.git/refs/heads/async &&
	looks_the_same
'

test_expect_success 'settings in an included file, of the repository or the user' '
	git -C log config include.path ../settings &&
	git config -f log/settings async.branch elsewhere &&
	test_expect_code 128 async -C log list 2>err && test_grep "no branch .elsewhere" err &&
	git -C log branch elsewhere async &&
	looks_the_same &&
	git -C log config --unset include.path && git -C log branch -D elsewhere &&
	git config --global includeIf."gitdir:$PWD/log/".path "$PWD/log/settings" &&
	test_expect_code 128 async -C log list 2>err && test_grep "no branch .elsewhere" err &&
	git config --global --unset includeIf."gitdir:$PWD/log/".path && rm log/settings &&
	looks_the_same
'

test_expect_success 'settings written in unusual ways' '
	cp log/.git/config config &&
	printf "[Async] BRANCH=\\\\\n\"as\"ync\n" >>log/.git/config && looks_the_same &&
	cp config log/.git/config &&
	printf "[async]\r\n\tbranch = async\r\n" >>log/.git/config && looks_the_same &&
	cp config log/.git/config &&
	printf "[async] branch = other ; [async]\nbranch = \"async\" # and so\n" >>log/.git/config && looks_the_same &&
	cp config log/.git/config &&
	printf "[async\n" >>log/.git/config &&
	test_expect_code 128 async -C log list 2>err && test_grep "config" err &&
	cp config log/.git/config &&
	looks_the_same
'

test_expect_success 'repositories of which only libgit2 can tell' '
	git -C log config core.worktree "$PWD/log" && looks_the_same &&
	git -C log config --unset core.worktree &&
	git -C log config core.repositoryformatversion 1 && looks_the_same &&
	git -C log config extensions.preciousObjects true && looks_the_same &&
	git -C log config extensions.unheardOf true &&
	test_expect_code 128 async -C log list 2>err && test_grep "unheardof" err &&
	cp config log/.git/config &&
	git -C log config core.bare perhaps &&
	test_expect_code 128 async -C log list 2>err && test_grep -i "bare\|perhaps" err &&
	cp config log/.git/config &&
	looks_the_same
'

test_expect_success 'a branch of an unusual name, and of one that git does not allow' '
	git -C log branch "größe/ä" async &&
	async -C log -c "async.branch=größe/ä" list >actual && test_cmp list actual &&
	for name in "a..b" "a.lock" "-a" "a//b" "a/" "/a" "a b"
	do
		test_expect_code 128 async -C log -c "async.branch=$name" list 2>err &&
		test_grep "is not a valid branch name" err || return 1
	done
'

test_expect_success 'a branch that is no log is refused, also when an index of another is there' '
	git -C log checkout -q --orphan code && echo x >log/x && git -C log add x && git -C log commit -q -m code &&
	git -C log rev-parse async >tip &&
	git -C log update-ref refs/heads/async code &&
	for look in list log overdue status "show :/ship"
	do
		test_expect_code 128 async -C log $look 2>err &&
		test_grep "the branch .async. is not a log" err || return 1
	done &&
	test_expect_code 128 async -C log --at 2026-03-05 list 2>err && test_grep "is not a log" err &&
	test_expect_code 128 async -C log post --to ben x 2>err && test_grep "is not a log" err &&
	git -C log update-ref refs/heads/async "$(cat tip)" &&
	looks_the_same
'

test_done
