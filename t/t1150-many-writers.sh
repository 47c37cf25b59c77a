#!/bin/sh
test_description='sixteen processes write at once: nothing is lost'
. "${0%/*}/lib.sh"

test_expect_success 'setup' '
	create_log ana ben &&
	git -C log ls-tree -r --name-only async log | wc -l >before
'

test_expect_success 'sixteen processes of thirteen posts each all succeed' '
	writer=1 &&
	while test $writer -le 16
	do
		(
			post=1
			while test $post -le 13
			do
				as ana async -C log post -q --to ben "post $post of $writer" || echo failed
				post=$((post + 1))
			done >"ids-$writer" 2>&1
		) &
		writer=$((writer + 1))
	done &&
	wait &&
	cat ids-* >ids && test_line_count = 208 ids && test_grep ! failed ids
'

test_expect_success 'each is there, once, under its id' '
	sort -u ids >expect && test_line_count = 208 expect &&
	git -C log ls-tree -r --name-only async log/2026/03 | sed "s,.*/,,; s,\.yaml$,," | sort >actual &&
	test_cmp expect actual
'

test_expect_success 'each is one commit of one line of history' '
	git -C log rev-list --count --merges async >actual && echo 0 >expect && test_cmp expect actual &&
	git -C log log --format="%(trailers:key=Async-Id,valueonly)" async | grep . | sort >all &&
	comm -12 all expect >actual && sort -u ids >expect && comm -12 expect all >actual && test_cmp expect actual
'

test_expect_success 'and in the index, which many refreshed at once' '
	as ben async -C log inbox --json >actual && test_line_count = 208 actual &&
	rm -rf log/.git/async && as ben async -C log inbox --json >again && test_cmp actual again
'

test_expect_success 'the same post by many at once is as many posts' '
	for i in 1 2 3 4 5 6 7 8
	do
		as ana async -C log post -q "All at once" >"same-$i" &
	done &&
	wait && cat same-* | sort -u >actual && test_line_count = 8 actual
'

test_done
