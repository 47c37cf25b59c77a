#!/bin/sh
test_description='hook run: a line where a branch is checked out or merged, if something waits on me'
. "${0%/*}/lib.sh"

# hooked <name>: a hook in `log` that does what git gives it to do.
hooked () {
	printf '#!/bin/sh\nexec async hook run %s "$@"\n' "$1" >"log/.git/hooks/$1" &&
	chmod +x "log/.git/hooks/$1"
}

test_expect_success 'setup: a repository with code and a log' '
	create_log ana ben &&
	git -C log commit -q --allow-empty -m code &&
	git -C log branch side &&
	hooked post-checkout && hooked post-merge
'

test_expect_success 'nothing waits on me: nothing is said' '
	git -C log checkout -q side >out 2>err &&
	test_must_be_empty out &&
	test_must_be_empty err
'

test_expect_success 'something waits on me: one line, on standard error' '
	as ben async -C log post -q --to ana --within 1h "ship it?" >id &&
	git -C log checkout -q main >out 2>err &&
	test_must_be_empty out &&
	echo "async: 1 due today: '\''async inbox'\''" >expect &&
	test_cmp expect err &&
	at "2026-03-03 09:00" git -C log checkout -q side 2>err &&
	echo "async: 1 overdue: '\''async inbox'\''" >expect &&
	test_cmp expect err
'

test_expect_success 'it does not wait on others' '
	as ben git -C log -c user.email=ben@example.com checkout -q main 2>err &&
	test_must_be_empty err
'

test_expect_success 'files checked out are no branch' '
	echo text >log/file && git -C log add file && git -C log commit -qm file &&
	git -C log checkout -q HEAD -- file 2>err &&
	test_must_be_empty err
'

test_expect_success 'a merge tells it, too' '
	git -C log checkout -q side 2>/dev/null &&
	git -C log merge -q main >out 2>err &&
	test_grep "^async: 1 due today" err
'

test_expect_success 'not inside another async, not while a commit is picked' '
	git -C log checkout -q main 2>/dev/null &&
	ASYNC_NESTED=1 git -C log checkout -q side 2>err &&
	test_must_be_empty err &&
	>log/.git/CHERRY_PICK_HEAD && test_when_finished "rm -f log/.git/CHERRY_PICK_HEAD" &&
	(cd log && async hook run post-checkout 0 0 1) 2>err &&
	test_must_be_empty err
'

test_expect_success 'no log, no repository, no identity: nothing is said, nothing fails' '
	git init -q plain &&
	(cd plain && async hook run post-checkout 0 0 1 && cd / && async hook run post-checkout 0 0 1) >out 2>&1 &&
	test_must_be_empty out &&
	(cd log && git config --unset user.email && git config --unset user.name &&
	 HOME=/nonexistent async -c user.useConfigOnly=true hook run post-checkout 0 0 1) >out 2>&1 &&
	test_must_be_empty out
'

test_expect_success 'what goes wrong is a line, and fails only where that is wanted' '
	cp log/.git/config whole && test_when_finished "cp whole log/.git/config" &&
	echo "[broken" >>log/.git/config &&
	(cd log && async hook run post-checkout 0 0 1) >out 2>err &&
	test_must_be_empty out &&
	test_line_count = 1 err &&
	test_grep "^async: post-checkout: " err
'

test_expect_success 'a hook that there is not is wrong usage' '
	test_expect_code 129 async hook run post-chekout 2>err &&
	test_grep "hint: the nearest is .post-checkout." err &&
	test_expect_code 129 async hook run 2>err &&
	test_grep "the name of a hook" err
'

test_done
