#!/bin/sh
test_description='many processes write durably at once: nothing is lost'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-load.sh"

WRITERS=$(long_or 32 16) POSTS=$(long_or 100 5)
ALL=$((WRITERS * POSTS))

# writer <n>: takes down each id that it was told.
writer () {
	for post in $(seq "$POSTS")
	do
		timed "time.$1" as ana async -C log post -q --to ben "post $post of $1" >>"said.$1" || echo "failed: $post of $1"
	done >&2
}

test_expect_success 'setup' '
	create_log ana ben && git -C log config async.durable true && records_of log >before && git -C log rev-parse async >begin
'

test_expect_success 'all of many processes succeed, and say nothing but ids' '
	read -r from _ </proc/uptime &&
	for w in $(seq $WRITERS)
	do
		writer $w 2>err.$w &
	done &&
	wait && read -r to _ </proc/uptime &&
	cat err.* >err && test_must_be_empty err && cat said.* >said && test_line_count = $ALL said &&
	test_figure "$WRITERS writers of $POSTS durable posts: $((${to%.*} - ${from%.*})) s; $(longest time.*)"
'

test_expect_success 'each is there, once, under its id, and nothing else is' '
	nothing_is_lost_or_added log before said
'

test_expect_success 'each is one commit of one line of history' '
	git -C log rev-list --count --merges async >actual && echo 0 >expect && test_cmp expect actual &&
	git -C log log --format="%(trailers:key=Async-Id,valueonly)" "$(cat begin)..async" | grep . | sort >actual &&
	sort said >expect && test_cmp expect actual
'

test_expect_success 'and in the index, which many refreshed at once' '
	as ben async -C log inbox --json >actual && test_line_count = $ALL actual && index_is_right log log stats
'

test_expect_success 'the same post by many at once is as many posts' '
	for i in 1 2 3 4 5 6 7 8
	do
		as ana async -C log post -q "All at once" >"same-$i" &
	done &&
	wait && cat same-* | sort -u >actual && test_line_count = 8 actual
'

test_done
