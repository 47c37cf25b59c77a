#!/bin/sh
test_description='clones of a large log that sync when they like: all have all, one merge a sync at most'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-load.sh"

RECORDS=$(long_or 100000 3000) WRITES=$(long_or 50 5)
# A clone each, of people whom the generator puts there.
FEW="ada ben chi dan eve fay"
CLONES=$(long_or "$FEW gus hal ida jon kim lea max nia oli pam quy rob sam tea uma vic wes xia yan zoe amy bob cem dot eli flo" "$FEW")

# live <clone>: writes, and after a third of them it syncs.
live () {
	drawn=0 seed=$(echo "$1" | cksum | cut -d" " -f1)
	for n in $(seq "$WRITES")
	do
		timed "time-post.$1" as "$1" async -C "$1" post -q "$1 says $n" >>"said.$1" || return 1
		draw 3 && test "$drawn" = 0 || continue
		timed "time-sync.$1" as "$1" async -C "$1" sync --json >>"synced.$1" || return 1
	done
}

test_expect_success 'setup: a log by the generator, a bare remote that has it, and clones that borrow its objects' '
	git init -q log && as ada async -C log init -q &&
	"$TEST_DIR/perf/generate" $RECORDS 100 >stream && ASYNC_NOW=2026-11-20T00:00:00Z &&
	as ada async -C log write-record --batch - <stream | sort >before && test_line_count = $RECORDS before && rm stream &&
	git clone -q --bare log hub.git && git clone -q -n --shared hub.git first && async -C first list >list &&
	for clone in $CLONES
	do
		git clone -q -n --shared hub.git $clone && cp -r first/.git/async $clone/.git/ || return 1
	done
'

test_expect_success 'they write and sync at once' '
	read -r from _ </proc/uptime &&
	for clone in $CLONES
	do
		{ live $clone 2>"err.$clone"; echo $? >"code.$clone"; } &
	done &&
	wait && read -r to _ </proc/uptime && sed "/too many to look at now/d" err.* >err && test_must_be_empty err && cat code.* | sort -u >codes && echo 0 >expect && test_cmp expect codes &&
	cat synced.* >synced &&
	test_figure "$(echo $CLONES | wc -w) clones of $WRITES writes on $RECORDS records: $((${to%.*} - ${from%.*})) s" &&
	test_figure "posts: $(longest time-post.*)" && test_figure "syncs: $(wc -l <synced), $(longest time-sync.*)" &&
	test_figure "tries: $(sed "s/.*\"tries\":\([0-9]*\).*/\1/" synced | sort -n |
		awk "{ v[NR] = \$1; sum += \$1 } END { print sum \" in all, at most \" v[NR] \", median \" v[int((NR + 1) / 2)] }")"
'

test_expect_success 'after a last sync of each, in turns, every clone has all that was printed' '
	for round in 1 2
	do
		for clone in $CLONES
		do
			as $clone async -C $clone sync --json >>synced || return 1
		done
	done &&
	cat said.* >said && test_line_count = $(($(echo $CLONES | wc -w) * WRITES)) said && nothing_is_lost_or_added hub.git before said &&
	git -C hub.git rev-parse "async^{tree}" >expect &&
	for clone in $CLONES
	do
		git -C $clone rev-parse "async^{tree}" >actual && test_cmp expect actual || return 1
	done
'

test_expect_success 'there is no more than one merge for each sync' '
	git -C hub.git rev-list --count --merges async >merges && grep -c "\"merged\":true" synced >told &&
	test_figure "$(cat merges) merges by $(wc -l <synced) syncs, $(cat told) told of" && test_cmp told merges
'

test_expect_success 'and what they read is right' '
	index_is_right ada log stats
'

test_done
