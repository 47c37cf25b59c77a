#!/bin/sh
test_description='killed at any call: the log is as before or as after, and the next command works'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# What changes a file, a lock or a process, and so what stands between two such calls; in a soak, whatever there is.
CALLS=$(long_or '.*' 'openat|write|pwrite64|rename|unlink|link|mkdir|flock|ftruncate|fcntl|exit_group')

steps=0 # how many commits it may be on

# The branch is where it was, or one commit on (a batch: some); nothing but files came with it.
tip_is_old_or_new () {
	tip=$(git -C log rev-parse -q --verify async) || test -z "$old" || return 1
	test "$tip" = "$old" || test -z "$old" || {
		git -C log merge-base --is-ancestor "$old" "$tip" &&
		test "$(git -C log rev-list --count "$old..$tip")" -le "$steps" &&
		git -C log diff-tree -r --no-renames --diff-filter=a --name-only "$old" "$tip" >changed && test_must_be_empty changed
	}
}

# Async goes on; after it git; and the index says what the log says.
next_command_works () {
	if test -z "$old"; then async -C log init -q || return 1; fi &&
	as ben async -C log post -q --to ana@example.com "after $call $n" >next 2>err &&
	cat next >>printed &&
	git -C log update-ref refs/heads/async "$(GIT_AUTHOR_DATE=$ASYNC_NOW GIT_COMMITTER_DATE=$ASYNC_NOW \
		git -C log commit-tree -p async -m git "async^{tree}")" &&
	index_is_right log team
}

# Where the branch is checked out: a crash may leave additions staged, never deletions.
nothing_is_staged_for_deletion () {
	test ! -d tree || ! git -C tree status --porcelain | grep "^ *D"
}

# killed_anywhere <most> <before> <command>: the command, killed as it enters each of the chosen calls in turn,
# in one repository that survives them all; `before` is done before each.
killed_anywhere () {
	hits=0 points=0
	eval "$2" && eval "strike_points $1 '$CALLS' $3" >points && test -s points || return 1
	while read -r call n
	do
		eval "$2" || return 1
		old=$(git -C log rev-parse -q --verify async)
		eval "strike signal=KILL $call $n $3" >out 2>err </dev/null
		code=$?
		cat out >>printed
		points=$((points + 1))
		test $code = 137 && hits=$((hits + 1))
		{ test $code = 137 || test $code = 0; } && tip_is_old_or_new &&
		nothing_is_staged_for_deletion && next_command_works && nothing_is_lost log ||
			{ echo "killed at $call $n: $code"; cat err; return 1; }
	done <points 2>why
	test $? = 0 || { cat why; return 1; }
	test_figure "$3: killed at $hits of $points calls; 0 lost, 0 corrupt, 0 repaired by hand" &&
	test $((2 * hits)) -ge $points && log_is_sound log
}

test_expect_success STRACE 'init' '
	killed_anywhere 1 "rm -rf log && git init -q log && >printed" "async -C log init"
'

test_expect_success STRACE 'setup: a log of Ana and Ben' '
	rm -rf log && create_log ana ben && >printed && steps=1
'

test_expect_success STRACE 'post' '
	killed_anywhere 2 : "async -C log post -q --to ben killed"
'

test_expect_success STRACE 'post, synced to the disk' '
	git -C log config async.durable true && killed_anywhere 1 : "async -C log post -q --to ben killed" &&
	git -C log config --unset async.durable
'

ask () {
	asked=$(as ben async -C log post -q --to ana ask) && echo "$asked" >>printed
}

test_expect_success STRACE 'ack' '
	killed_anywhere 1 ask "async -C log ack \$asked"
'

# What she redacts is her own; the next look hides it, or not yet.
mine () {
	asked=$(async -C log post -q secret) && echo "$asked" >>printed
}

test_expect_success STRACE 'redact' '
	killed_anywhere 1 mine "async -C log redact \$asked -m slip"
'

# As many records as points, so that each batch is a new one.
batch () {
	for subject in one two three
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ana\ndate: %s\ntype: note\nsubject: %s\n" \
			"$ASYNC_NOW" "$subject $points" || return 1
	done >stream
}

test_expect_success STRACE 'write-record --batch' '
	killed_anywhere 1 batch "async -C log write-record --batch ../stream" &&
	find log/.git/objects/pack -name "*.idx" | sed "s/idx$/pack/" | while read -r pack
	do
		test -f "$pack" || return 1
	done
'

test_expect_success STRACE 'reindex' '
	killed_anywhere 1 : "async -C log reindex"
'

# What others wrote came in by git: the index is behind.
fetched () {
	git -C other fetch -q "$PWD/log" async:async &&
	as ben async -C other post -q "from afar $points" >>printed &&
	git -C log fetch -q "$PWD/other" async:async
}

test_expect_success STRACE 'the first read after others wrote' '
	git clone -q --bare log other && async -C log list >before &&
	killed_anywhere 1 fetched "async -C log list"
'

test_expect_success STRACE 'the first read of all' '
	killed_anywhere 1 "rm -rf log/.git/async" "async -C log list"
'

test_expect_success STRACE 'verify' '
	killed_anywhere 1 ask "async -C log verify"
'

# ---- killed while clearing up after one that was killed

# Somebody was killed with git's lock on the branch in his hand, which is renamed where the branch has a file of its own.
left_behind () {
	for try in 1 2
	do
		strike signal=KILL rename 1 async -C log post -q "left behind" >out 2>err
		cat out >>printed
		test ! -e log/.git/refs/heads/async.lock || return 0
	done
	return 1
}

test_expect_success STRACE 'post, clearing away the lock of one that was killed' '
	killed_anywhere 1 left_behind "async -C log post -q killed" && test_path_is_missing log/.git/refs/heads/async.lock
'

half_an_index () {
	rm -rf log/.git/async && { strike signal=KILL pwrite64 5 async -C log list >out 2>err; test $? = 137; }
}

test_expect_success STRACE 'the first read of all, after one that was killed' '
	killed_anywhere 1 half_an_index "async -C log list"
'

test_expect_success STRACE 'post where the branch is checked out' '
	git -C log worktree add -q ../tree async &&
	killed_anywhere 1 "git -C tree reset -q --hard" "async -C log post -q killed"
'

test_done
