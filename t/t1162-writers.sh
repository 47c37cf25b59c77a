#!/bin/sh
test_description='many writers and readers beside git at its housekeeping: all there, none twice, and every answer right'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-load.sh"

WRITERS=$(long_or 32 12) EACH=$(long_or 100 8)
ALL=$((WRITERS * EACH))

# What git may do by itself or at somebody's wish at any time. Not gc --prune=now, of which git's own
# manual says that it must not run beside a writer.
housekeeping () {
	while test ! -e finished
	do
		git -C log gc -q && git -C log pack-refs --all --prune && git -C log repack -adq &&
		git -C log -c gc.auto=20 maintenance run --auto --quiet && git -C log prune --expire=2.weeks.ago && echo round || return 1
	done
}

# Acks of Ana's posts by Ben, and posts of both; what is said to a writer goes to a file of its own.
writer () {
	for i in $(seq "$EACH")
	do
		case $(($1 + i)) in
		*[02468]) timed "time.$1" as ana async -C log post -q --to ben "post $i of $1" >>"said.$1" ;;
		*) timed "time.$1" as ben async -C log ack -q -m "seen by $1" \
			"$(sed -n "$(((EACH * ($1 - 1) + i + 1) / 2))p" asked)" >>"said.$1" ;;
		esac || echo "failed: $i of $1"
	done >&2
}

# reader <repository> <command>...: whatever moves meanwhile, an answer is the right one, and what was there
# stays. From a folder of its own.
reader () {
	seed=7 drawn=0 been=0 in=../$1 && shift
	while test ! -e ../finished
	do
		draw 120 && nr=$((drawn + 1)) && id=$(sed -n "${nr}p" ../asked) &&
		async -C "$in" show --format="%(subject)" "$id" >shown && test "$(head -n 1 shown)" = "question $nr" &&
		async -C "$in" cat-record "$id" >record && test "$(git hash-object --no-filters record)" = "$id" &&
		async -C "$in" log --json >list && test "$(wc -l <list)" -ge "$been" && been=$(wc -l <list) &&
		async -C "$in" "$@" >whole && echo round || return 1
	done
}

test_expect_success 'setup: Ana has asked Ben many things; a clone borrows the objects' '
	create_log ana ben && git -C log config async.durable "$(long_or true false)" && records_of log >before &&
	i=0 && while test $((i += 1)) -le $((ALL / 2 + 120))
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ana\ndate: 2026-02-02T09:00:00Z\ntype: ask\n" &&
		printf "subject: question %s\nto: [ben]\nwithin: 1d\n" $i || return 1
	done >stream &&
	async -C log write-record --batch - <stream >asked && records_of log >before &&
	git -C log rev-parse async >begin && git clone -q -n --shared log borrower 2>err && async -C borrower list >list
'

test_expect_success 'processes that post and ack, and some that read, beside gc, pack-refs, repack, maintenance and prune' '
	{ housekeeping >house 2>&1 & } && keepers=$! &&
	for reading in "log verify --full -q" "log status" "borrower reindex -q"
	do
		mkdir "read $reading" && { (cd "read $reading" && reader $reading) >"reads $reading" 2>&1 & } &&
		keepers="$keepers $!" || return 1
	done &&
	writers= && for w in $(seq $WRITERS)
	do
		{ writer $w 2>err.$w & } && writers="$writers $!" || return 1
	done &&
	wait $writers && >finished && wait $keepers &&
	cat err.* >err && test_must_be_empty err &&
	test_figure "$WRITERS writers of $EACH; $(longest time.*); $(cat house | wc -l) rounds of housekeeping, $(cat reads* | grep -c round) of reading" &&
	{ test_grep ! -v -e "^round" -e "^error: cannot lock ref" house && cat reads* >all && test_grep ! -v "^round" all; }
'

test_expect_success 'each was one commit on one line, which says what it brought' '
	test "$(git -C log rev-list --count "$(cat begin)..async")" = $ALL && test "$(git -C log rev-list --merges --count async)" = 0 &&
	git -C log log --format="%(trailers:key=Async-Id,valueonly)" "$(cat begin)..async" | grep . >told && nothing_is_lost_or_added log before told &&
	git -C log log --format=%s "$(cat begin)..async" | grep -c "^ack " >acks && echo $((ALL / 2)) >expect && test_cmp expect acks
'

test_expect_success 'these are the ids that were printed' '
	cat said.* | sort >said && sort told >expect && test_cmp expect said
'

test_expect_success 'the index that all of them kept says what one made anew says' '
	index_is_right log log stats
'

# A record put there by git alone, until its compare-and-swap succeeds, as git is to be used by scripts.
by_git () {
	printf "async: 1\nkind: post\nfrom: ben\ndate: 2026-03-01T09:00:00Z\ntype: note\nsubject: by git %s\n" "$1" >by-git &&
	blob=$(git -C log hash-object -w --stdin <by-git) && tries=0 || return 1
	while test $((tries += 1)) -le 100
	do
		tip=$(git -C log rev-parse async) &&
		GIT_INDEX_FILE=$PWD/by-git-index git -C log read-tree "$tip" &&
		GIT_INDEX_FILE=$PWD/by-git-index git -C log update-index --add \
			--cacheinfo "100644,$blob,log/2026/03/01/$blob.yaml" &&
		tree=$(GIT_INDEX_FILE=$PWD/by-git-index git -C log write-tree) &&
		commit=$(git -C log commit-tree -p "$tip" -m "by git" "$tree") || return 1
		git -C log update-ref refs/heads/async "$commit" "$tip" 2>/dev/null && return 0
	done
	return 1
}

test_expect_success 'posts beside a foreign git that puts records on the branch: all of both are there' '
	{
		for w in 1 2 3 4
		do
			for i in 1 2 3 4 5
			do
				async -C log post -q "beside git $w $i" || echo failed
			done >"beside-$w" 2>&1 &
		done
	} &&
	for i in 1 2 3 4 5 6 7 8
	do
		by_git $i || return 1
	done &&
	wait && cat beside-* >all && test_grep ! -e failed -e async: all && test_line_count = 20 all &&
	async -C log list --json >list &&
	test "$(grep -c "beside git" list)" = 20 && test "$(grep -c "by git" list)" = 8
'

test_done
