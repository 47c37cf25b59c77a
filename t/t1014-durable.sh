#!/bin/sh
test_description='async.durable: what is acknowledged is on the disk'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

test_expect_success STRACE 'without async.durable nothing is synced, with it objects and ref are' '
	create_log ana &&
	strace -f -y -o trace -e trace=fsync,fdatasync async -C log post "fast" &&
	test_grep ! "/log/.git/[or]" trace &&
	git -C log config async.durable true &&
	strace -f -y -o trace -e trace=fsync,fdatasync async -C log post "durable" &&
	grep -c "tmp_object_git2" trace >objects &&
	echo 7 >expect &&
	test_cmp expect objects &&
	test_grep "refs/heads/async.lock" trace &&
	test_grep "/objects>" trace
'

test_done
