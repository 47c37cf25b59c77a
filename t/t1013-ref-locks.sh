#!/bin/sh
test_description='locks on the branch: what a killed writer left is cleared, what is git'\''s is waited for'
. "${0%/*}/lib.sh"

post () {
	async -C repo post --to ben@example.com "$@" >/dev/null
}

lock=repo/.git/refs/heads/async.lock

test_expect_success 'setup' '
	git init -q repo &&
	async -C repo init -q &&
	post one &&
	git -C repo rev-parse async >tip
'

test_expect_success 'no marker and no lock is left by a writer that ends well' '
	test_must_be_empty repo/.git/async/lock &&
	test_path_is_missing $lock
'

test_expect_success 'a lock with the id that a dead writer was publishing is cleared' '
	cp tip $lock &&
	echo "$(cat tip) refs/heads/async" >repo/.git/async/lock &&
	post two &&
	test_path_is_missing $lock &&
	test_must_be_empty repo/.git/async/lock
'

test_expect_success 'so is an empty one beside its marker' '
	>$lock &&
	echo "$(cat tip) refs/heads/async" >repo/.git/async/lock &&
	post three &&
	test_path_is_missing $lock
'

test_expect_success 'and one on another ref that it was about to move' '
	mkdir -p repo/.git/refs/remotes/origin &&
	cp tip repo/.git/refs/remotes/origin/async.lock &&
	echo "$(cat tip) refs/remotes/origin/async" >repo/.git/async/lock &&
	post more &&
	test_path_is_missing repo/.git/refs/remotes/origin/async.lock
'

test_expect_success 'a lock with another id is somebody else'\''s: left alone, and named after a time' '
	git -C repo rev-parse async >before &&
	echo "$(cat tip) refs/heads/async" >repo/.git/async/lock &&
	echo 0123456789012345678901234567890123456789 >$lock && touch -d "2026-03-02T06:00:00Z" $lock &&
	test_expect_code 128 async -C repo -c core.filesRefLockTimeout=200 post --to ben@example.com four 2>actual &&
	test_grep "refs/heads/async.lock" actual &&
	test_grep "if none is running, remove that file" actual &&
	test_grep "async.lock. has been there for 3 h$" actual &&
	test -s $lock &&
	git -C repo rev-parse async >after &&
	test_cmp before after &&
	rm $lock
'

# hold_file <file> <command>...: another process, `holder`, has a file open and never ends.
hold_file () {
	mkfifo ready || return 1
	{ exec 9>>"$1" && shift && "$@" && echo held >ready && exec sleep 100; } &
	holder=$!
	read -r _ <ready
	rm ready
}

test_expect_success 'an empty one that another process has open: it is named, and the file left alone' '
	hold_file $lock true &&
	test_when_finished "kill $holder; rm $lock" &&
	touch -d "2026-02-20T09:00:00Z" $lock && git -C repo rev-parse async >before &&
	test_expect_code 128 async -C repo -c core.filesRefLockTimeout=200 post --to ben@example.com four 2>actual &&
	test_grep "async.lock. has been there for 10 days$" actual &&
	test_grep "^hint: process $holder has it open: wait for it, or end it$" actual &&
	test -e $lock && git -C repo rev-parse async >after && test_cmp before after
'

test_expect_success 'locks of git on other files: an error that names the file, or no obstacle' '
	git -C repo rev-parse async >before &&
	>repo/.git/packed-refs.lock && >repo/.git/HEAD.lock && echo "1 here" >repo/.git/gc.pid &&
	post "beside them" &&
	test -e repo/.git/packed-refs.lock && test -e repo/.git/HEAD.lock &&
	rm repo/.git/packed-refs.lock repo/.git/HEAD.lock repo/.git/gc.pid
'

test_expect_success 'our own lock, held by one that stands still: named with its holder after a time' '
	git -C repo rev-parse async >before &&
	hold_file repo/.git/async/lock flock -x 9 &&
	test_when_finished "kill $holder" &&
	async -C repo list >list &&
	test_expect_code 128 async -C repo -c core.filesRefLockTimeout=1 post --to ben@example.com held 2>actual &&
	test_grep "async/lock.: process [0-9]* has held it for 1 s" actual &&
	test_grep "^hint: .*end it" actual &&
	test_expect_code 128 timeout 30 async -C repo -c core.filesRefLockTimeout=0 post --to ben@example.com held 2>actual &&
	test_grep "has held it for 1 s" actual &&
	git -C repo rev-parse async >after &&
	test_cmp before after
'

test_expect_success 'once that has ended, nothing needs repair' '
	post "after it"
'

test_expect_success 'a damaged marker is no obstacle' '
	echo nonsense >repo/.git/async/lock &&
	post five &&
	test_must_be_empty repo/.git/async/lock
'

test_expect_success 'the private folder must be a folder of ours, and its lock a plain file' '
	mkdir away &&
	rm -rf repo/.git/async &&
	ln -s "$PWD/away" repo/.git/async &&
	test_expect_code 128 async -C repo post --to ben@example.com x 2>actual &&
	test_grep "cannot write to .*/.git/async" actual &&
	test_path_is_missing away/lock &&
	rm repo/.git/async &&
	mkdir repo/.git/async &&
	echo precious >target &&
	ln target repo/.git/async/lock &&
	test_expect_code 128 async -C repo post --to ben@example.com x &&
	echo precious >expect &&
	test_cmp expect target &&
	rm repo/.git/async/lock &&
	post six
'

# What a foreign git may do to the branch at any time; losing a race is its own affair.
git_at_work () {
	for i in 1 2 3 4 5 6 7 8
	do
		git -C repo pack-refs --all --prune || return 1
		old=$(git -C repo rev-parse async) &&
		new=$(git -C repo commit-tree -p "$old" -m "by git" "$old^{tree}") || return 1
		git -C repo update-ref refs/heads/async "$new" "$old" 2>/dev/null
	done
}

posts () {
	for i in 1 2 3 4 5 6 7 8
	do
		post "beside git $i" || return 1
	done
}

test_expect_success 'beside git, which packs refs and moves the branch meanwhile, nothing is lost' '
	{ git_at_work & } &&
	posts &&
	wait &&
	async -C repo list --json >list &&
	grep -c "beside git" list >actual &&
	echo 8 >expect &&
	test_cmp expect actual
'

test_done
