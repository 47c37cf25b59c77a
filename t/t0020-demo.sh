#!/bin/sh
test_description='make demo tells its story to the end'
. "${0%/*}/lib.sh"

test_expect_success 'it runs' '
	sh "$TEST_DIR/demo.sh" >out 2>err &&
	test_grep ! "^async: " out
'

test_expect_success 'three people in three zones: one late, by so much, and why' '
	test_grep "asked ben: due Fri 2026-03-06 11:00 WAT" out &&
	test_grep "asked chi: due Fri 2026-03-06 14:00 JST" out &&
	test_grep "^[0-9a-f]\{7\}  chi  Can we ship 2.4 on Tuesday?  .*late" out &&
	test_grep "^Nothing waits on you" out
'

test_expect_success 'it leaves nothing behind' '
	mkdir scratch &&
	TMPDIR=$PWD/scratch sh "$TEST_DIR/demo.sh" >again 2>err &&
	test_cmp out again &&
	rmdir scratch
'

test_done
