#!/bin/sh
test_description='many writers beside git at its housekeeping: all there, none twice, whole'
. "${0%/*}/lib.sh"

# What git may do by itself or at somebody's wish at any time. Not gc --prune=now, of which git's own
# manual says that it must not run beside a writer.
housekeeping () {
	while test ! -e finished
	do
		git -C log gc -q && git -C log pack-refs --all --prune && git -C log repack -adq || return 1
	done
}

# Acks of Ana's posts by Ben, and posts of both; each id that was promised goes to a file of the writer's own.
writer () {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13
	do
		case $(($1 + i)) in
		*[02468]) as ana async -C log post -q --to ben "post $i of $1" ;;
		*) as ben async -C log ack -m "seen by $1" "$(sed -n "$(((13 * $1 + i) / 2))p" asked)" ;;
		esac || echo failed
	done >"done-$1" 2>&1
}

test_expect_success 'setup: Ana has asked Ben a hundred and twenty things' '
	create_log ana ben &&
	i=0 && while test $((i += 1)) -le 120
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ana\ndate: 2026-02-02T09:00:00Z\ntype: ask\n" &&
		printf "subject: question %s\nto: [ben]\nwithin: 1d\n" $i || return 1
	done >stream &&
	async -C log write-record --batch - <stream >asked &&
	git -C log rev-list --count async >before
'

test_expect_success 'sixteen processes of thirteen posts and acks each, beside gc, pack-refs and repack' '
	{ housekeeping >house 2>&1 & } && keeper=$! &&
	writers= && for w in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16
	do
		{ writer $w & } && writers="$writers $!"
	done &&
	wait $writers && >finished && wait $keeper &&
	cat done-* >all && test_grep ! -e failed -e async: all &&
	test_line_count = 208 all
'

test_expect_success 'each was one commit on one line, which says what it brought' '
	git -C log rev-list --count --first-parent "async~208" >actual && test_cmp before actual &&
	git -C log log -208 --format="%(trailers:key=Async-Id,valueonly)" async | grep . | sort >told &&
	sort -u told >once && test_line_count = 208 once && test_cmp once told &&
	git -C log ls-tree -r --name-only async log | sed "s,.*/,,; s,\.yaml$,," | sort >there &&
	comm -23 told there >lost && test_must_be_empty lost
'

test_expect_success 'every id that was printed is among them' '
	grep -hE "^[0-9a-f]{40}$" done-* | sort >posts && test_line_count = 104 posts &&
	comm -23 posts told >lost && test_must_be_empty lost &&
	git -C log log -208 --format=%s async | grep -c "^ack " >acks && echo 104 >expect && test_cmp expect acks
'

test_expect_success 'the index that all of them kept says what one made anew says' '
	async -C log list --json >kept && rm -rf log/.git/async && async -C log list --json >anew &&
	test_cmp kept anew && test_line_count = 224 kept
'

test_expect_success 'a clone by git has the same' '
	git clone -q --bare log clone.git && git -C clone.git rev-parse "async^{tree}" >actual &&
	git -C log rev-parse "async^{tree}" >expect && test_cmp expect actual
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
