#!/bin/sh
test_description='a writer killed at any moment, or refused by the disk, leaves the old tip or the new one'
. "${0%/*}/lib.sh"

# The leak checker cannot work in a traced process.
ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
export ASAN_OPTIONS

strace -o /dev/null true 2>/dev/null && test_set_prereq STRACE

# inject <fault> <call> <nr>: post with a fault at the nr-th such call.
inject () {
	strace -f -o /dev/null -e trace=none -e "inject=$2:$1:when=$3" \
		async -C repo post --to ben@example.com "$1 at $2 $3" >out 2>err
	echo $? >code
}

# Afterwards: whole, and the next post works at once.
must_be_whole () {
	git -C repo fsck --strict >fsck 2>&1 || { cat fsck; return 1; }
	async -C repo post --to ben@example.com "after $1" >out 2>err || { cat err; return 1; }
	test ! -e repo/.git/refs/heads/async.lock
}

test_expect_success 'setup' '
	git init -q repo &&
	async -C repo init -q &&
	async -C repo post --to ben@example.com "first" >/dev/null
'

for call in openat write pwrite64 link unlink rename ftruncate flock
do
	test_expect_success STRACE "killed at $call" '
		for nr in 1 2 3 5 8 12 17 26 41 60
		do
			inject signal=KILL $call $nr &&
			must_be_whole "$call $nr" || { echo "killed at $call $nr"; return 1; }
			test "$(cat code)" != 0 || break
		done
	'
done

# What was told to have failed may be there or not; what was told to be done is there.
for fault in ENOSPC EIO
do
	test_expect_success STRACE "$fault while writing" '
		for call in openat write pwrite64 link rename fchmod mkdir
		do
			for nr in 1 2 4 8 16 32
			do
				inject error=$fault $call $nr &&
				case $(cat code) in 0 | 3 | 128) : ;; *) echo "$call $nr: $(cat code)"; false ;; esac &&
				if test "$(cat code)" = 0
				then
					git -C repo log -1 --format=%s async >subject &&
					test_grep "error=$fault at $call $nr" subject
				else
					test -s err
				fi &&
				must_be_whole "$call $nr" || { echo "$fault at $call $nr"; return 1; }
			done
		done
	'
done

test_expect_success STRACE 'without async.durable nothing is synced, with it objects and ref are' '
	strace -f -y -o trace -e trace=fsync,fdatasync async -C repo post --to ben@example.com "fast" &&
	test_grep ! "/repo/.git/[or]" trace &&
	git -C repo config async.durable true &&
	strace -f -y -o trace -e trace=fsync,fdatasync async -C repo post --to ben@example.com "durable" &&
	grep -c "tmp_object_git2" trace >objects &&
	echo 7 >expect &&
	test_cmp expect objects &&
	test_grep "refs/heads/async.lock" trace &&
	test_grep "/objects>" trace
'

test_done
