#!/bin/sh
test_description='trailers of my commits act on the log, once; those of others are only told'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-strace.sh"

# ask <subject> [<option>...]: Ben asks Ana; the id is in $id.
ask () {
	test_tick &&
	id=$(as ben async -C log post -q --to ana "$@") && short=$(echo "$id" | cut -c1-7)
}

# commit <trailer>... : Ana commits something with these trailers; what is said is in err.
commit () {
	test_tick &&
	echo "$ASYNC_NOW $*" >>log/file && git -C log add file &&
	{ echo "a change" && echo && printf "%s\n" "$@"; } >message &&
	GIT_AUTHOR_DATE=$ASYNC_NOW git -C log commit -q -F ../message 2>err
}

# marks <id>: verbs and people of the marks on it.
marks () {
	async -C log show --json "$1" |
		python3 -c "import json,sys; print(*[e['what'] + ' ' + e['from'] for e in json.load(sys.stdin)['events'] if e['kind'] == 'mark'], sep='\n', end='')"
}

test_expect_success 'setup' '
	create_log ana ben &&
	git -C log commit -q --allow-empty -m root &&
	async -C log hook install >out 2>&1 &&
	test_grep "post-commit: installed" out && test_grep "post-rewrite: installed" out
'

test_expect_success 'acks, and the mark links the commit; amending does not act again' '
	ask "Look at it" &&
	commit "Async-Acks: $short" &&
	echo "$short acked" >expect && test_cmp expect err &&
	test "$(marks $id)" = "ack ana" &&
	last_record >last &&
	test_grep "$(git -C log rev-parse HEAD)" last &&
	async -C log show "$id" >shown && test_grep "commit $(git -C log rev-parse HEAD)" shown &&
	git -C log rev-parse async >before &&
	git -C log commit -q --amend -m "another word

Async-Acks: $short" 2>err &&
	test_must_be_empty err &&
	git -C log rev-parse async >after && test_cmp before after
'

test_expect_success 'closes; also reopened since, an amended or rebased commit does not close it again' '
	ask "Mend it" --need done &&
	commit "async-closes: $short" &&
	echo "$short done" >expect && test_cmp expect err &&
	test_tick && as ben async -C log reopen "$id" &&
	git -C log commit -q --amend --no-edit 2>err && test_must_be_empty err &&
	test "$(marks $id | tr "\n" ,)" = "done ana,reopen ben" &&
	git -C log checkout -q -b side HEAD~1 2>/dev/null && test_tick &&
	git -C log commit -q --allow-empty -m other && git -C log checkout -q main 2>/dev/null &&
	git -C log rebase -q side 2>err && test_grep ! done err &&
	test "$(marks $id | tr "\n" ,)" = "done ana,reopen ben" &&
	commit "Async-Closes: $short" &&
	test "$(marks $id | tr "\n" ,)" = "done ana,reopen ben,done ana"
'

test_expect_success 'refers: a link that changes no state, once' '
	ask "About what?" &&
	commit "Async-Refs: $short" &&
	echo "$short linked" >expect && test_cmp expect err &&
	test "$(marks $id)" = "link ana" &&
	async -C log list --state open --format="%(id)" >open && test_grep "$id" open &&
	async -C log show "$id" >shown && test_grep "linked it" shown &&
	git -C log commit -q --amend --no-edit 2>err && test_must_be_empty err
'

test_expect_success 'several, in one value and in several lines; a trailer is only what git takes for one' '
	ask one && one=$id && ask two && two=$id && ask three && three=$id && ask four && four=$id &&
	commit "Async-Acks: $one, $two" "ASYNC-ACKS: $three" "Signed-off-by: Ana <ana@example.com>" &&
	for i in $one $two $three; do test "$(marks $i)" = "ack ana" || return 1; done &&
	commit "Async-Acks: $four" "" "no longer the last paragraph" &&
	test_must_be_empty err && test -z "$(marks $four)"
'

test_expect_success 'what git takes for a trailer, async does' '
	cat >message <<-EOF &&
	title

	words before
	Async-Acks: $four
	  and more
	Signed-off-by: Ana <ana@example.com>
	EOF
	git interpret-trailers --parse --no-divider message >theirs && test_grep "Async-Acks" theirs &&
	git -C log commit -q --allow-empty -F ../message 2>err &&
	test "$(marks $four)" = "ack ana"
'

test_expect_success 'a slip is a line, and the commit stands' '
	commit "Async-Acks: 0123456" && test_grep "^async: post-commit: Async-Acks 0123456: no record" err &&
	test_line_count = 1 err &&
	commit "Async-Closes: the-login" && test_grep "^async: post-commit: Async-Closes the-login: it is not an id" err &&
	test_tick && mine=$(async -C log post -q --to ben "for Ben") &&
	commit "Async-Acks: $mine" && test_grep "^async: post-commit: Async-Acks $mine: " err && test_line_count = 1 err &&
	test -z "$(marks $mine)" &&
	git -C log log -1 --format=%B | grep "Async-Acks: $mine"
'

test_expect_success 'async.hookStrict, as git reads yes and no: a slip is a failure' '
	for yes in true yes 1
	do
		test_expect_code 1 async -C log -c async.hookStrict=$yes hook run post-commit 2>err || return 1
	done &&
	test_grep "^async: post-commit: Async-Acks $mine: " err &&
	async -C log -c async.hookStrict=off hook run post-commit
'

test_expect_success 'the author withdraws by closing' '
	commit "Async-Closes: $mine" &&
	test "$(marks $mine)" = "done ana"
'

test_expect_success 'picked commits of somebody else write nothing; merged ones are told' '
	ask "For Ana" && before=$(git -C log rev-parse async) &&
	git -C log checkout -q -b theirs 2>/dev/null && test_tick &&
	git -C log -c core.hooksPath=/nonexistent commit -q --allow-empty --author="Ben <ben@example.com>" -m "by Ben

Async-Closes: $short" && theirs=$(git -C log rev-parse --short=7 HEAD) &&
	git -C log checkout -q main 2>/dev/null &&
	git -C log cherry-pick --allow-empty theirs >out 2>err && test_grep ! "$short" err &&
	git -C log reset -q --hard HEAD~1 &&
	git -C log merge -q --no-edit theirs 2>err &&
	test_grep "^async: $theirs by ben closes $short$" err &&
	test "$(git -C log rev-parse async)" = "$before"
'

test_expect_success 'merged commits of mine act, if no hook was there when they were made' '
	git -C log checkout -q -b elsewhere 2>/dev/null && test_tick &&
	git -C log -c core.hooksPath=/nonexistent commit -q --allow-empty -m "mine

Async-Acks: $short" && git -C log checkout -q main 2>/dev/null &&
	test -z "$(marks $id)" &&
	git -C log merge -q --no-edit elsewhere 2>err && test_grep "^$short acked$" err &&
	test "$(marks $id)" = "ack ana"
'

test_expect_success 'a rebase of several acts at its end, for each once' '
	ask five && five=$id && ask six && six=$id &&
	git -C log checkout -q -b base main 2>/dev/null && git -C log commit -q --allow-empty -m base &&
	git -C log checkout -q -b work main 2>/dev/null &&
	for i in $five $six; do
		test_tick && echo "$i" >"log/$i" && git -C log add "$i" &&
		GIT_AUTHOR_DATE=$ASYNC_NOW git -C log -c core.hooksPath=/nonexistent commit -qm "work

Async-Acks: $i" || return 1
	done &&
	git -C log rebase -q base 2>err &&
	test "$(marks $five)" = "ack ana" && test "$(marks $six)" = "ack ana" &&
	git -C log commit -q --amend --no-edit 2>err && test_must_be_empty err &&
	git -C log reset -q --soft HEAD~1 && git -C log commit -q --amend -m "squashed

Async-Acks: $five
Async-Acks: $six" 2>err && test_must_be_empty err
'

test_expect_success 'also where the log branch is checked out, and where the caller says where git is' '
	git -C log worktree add -q ../branch async 2>/dev/null &&
	ask seven && commit "Async-Acks: $short" && test "$(marks $id)" = "ack ana" &&
	git -C branch status --porcelain >out && test_must_be_empty out &&
	git -C log worktree add -q ../linked -b linked 2>/dev/null &&
	ask eight && GIT_AUTHOR_NAME=X git -C linked commit -q --allow-empty -m "in a linked worktree

Async-Acks: $short" 2>err && test "$(marks $id)" = "ack ana" &&
	ask nine && mkdir elsewhere-too &&
	(cd elsewhere-too && GIT_DIR=../log/.git GIT_WORK_TREE=../log git commit -q --allow-empty -m "named

Async-Acks: $short" 2>err) && test "$(marks $id)" = "ack ana"
'

test_expect_success 'the log may be in another repository' '
	git init -q code && git -C code config async.repo ../log && async -C code hook install >/dev/null &&
	ask ten && git -C code commit -q --allow-empty -m "elsewhere

Async-Acks: $short" 2>err && test "$(marks $id)" = "ack ana"
'

test_expect_success 'also by a relative path from a linked worktree, whose hooks are told of no work tree' '
	git -C code worktree add -q deep/er/tree -b aside 2>err && ask eleven &&
	git -C code/deep/er/tree commit -q --allow-empty -m "aside

Async-Acks: $short" 2>err && test "$(marks $id)" = "ack ana" &&
	git init -q --bare bare.git && git -C bare.git fetch -q ../code HEAD:refs/heads/main &&
	git -C bare.git config async.repo ../log && git -C bare.git worktree add -q ../of/bare main 2>err &&
	(cd of/bare && async hook install post-commit >/dev/null) && ask twelve &&
	git -C of/bare commit -q --allow-empty -m "of a bare one

Async-Acks: $short" 2>err && test "$(marks $id)" = "ack ana" &&
	(cd of/bare && async list) >here && async -C log list >there && test_cmp there here
'

test_expect_success 'async.hookStrict is that of the repository with the code, whatever is wrong with the log' '
	git init -q --object-format=sha256 sha256 && test_when_finished "git -C code config async.repo ../log" &&
	git -C code config async.repo ../sha256 && async -C code hook run post-checkout a b 1 2>err &&
	git -C code config async.hookStrict on &&
	test_expect_code 1 async -C code hook run post-checkout a b 1 2>err && test_grep "^async: post-checkout: " err
'

test_expect_success STRACE 'a commit without such a trailer starts git once and nothing else' '
	started trace git -C log commit -q --allow-empty -m "plain" 2>err &&
	grep -c "execve(.*\[\"git\", \"--git-dir=.*\"rev-list\".* = 0" trace >count &&
	echo 1 >expect && test_cmp expect count
'

test_done
