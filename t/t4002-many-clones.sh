#!/bin/sh
test_description='many clones sync at once, some by plain git: nothing is lost, and few merges come of it'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-load.sh"

CLONES=$(long_or 16 5) WRITES=$(long_or 20 2)

clones () {
	seq "$CLONES"
}

# Its commits have the date of our records.
GIT_AUTHOR_DATE=$ASYNC_NOW GIT_COMMITTER_DATE=$ASYNC_NOW
export GIT_AUTHOR_DATE GIT_COMMITTER_DATE

# Plain git, as somebody without async would: until nobody else was first.
sync_by_git () {
	for try in $(seq 200)
	do
		git -C "$1" pull -q --no-rebase --no-edit && git -C "$1" push -q origin async && echo "$try" && return 0
	done
	return 1
}

sync_by_async () {
	async -C "$1" sync --json >"sync.$1" && sed "s/.*\"tries\":\([0-9]*\).*/\1/" "sync.$1"
}

# live <clone> <how>: after each post it syncs.
live () {
	for n in $(seq "$WRITES")
	do
		async -C "$1" post -q "$1 says $n" >>"said.$1" && timed "time.$2.$1" "sync_by_$2" "$1" >>"tries.$2.$1" || return 1
	done
}

# live_together <n> <words>: of n clones one goes by async, the others by plain git.
live_together () {
	rm -f time.* tries.* said.* && read -r from _ </proc/uptime &&
	for clone in $(clones)
	do
		how=async && test $((clone % $1)) = 0 || how=git
		{ live $clone $how >"out.$clone" 2>&1; echo $? >"code.$clone"; } &
	done &&
	wait && read -r to _ </proc/uptime && echo 0 >expect &&
	for clone in $(clones)
	do
		test_cmp expect "code.$clone" || { cat "out.$clone"; return 1; }
	done &&
	test_figure "$CLONES clones of $WRITES writes, $2: $((${to%.*} - ${from%.*})) s" &&
	for how in async git
	do
		! ls time.$how.* >list 2>&1 || test_figure "by $how: $(longest time.$how.*), $(cat tries.$how.* | sort -n |
			awk "{ v[NR] = \$1 } END { print \"at most \" v[NR] \" tries, median \" v[int((NR + 1) / 2)] }")" || return 1
	done
}

# all_have_all <merges before>: after two rounds of syncs every clone has the tree of the remote, with all that was
# printed; and of each sync, merges by git not counted, came one merge at most.
all_have_all () {
	for clone in $(clones) $(clones)
	do
		sync_by_async $clone >>tries.async.0 || return 1
	done &&
	cat said.* >said && test_line_count = $((CLONES * WRITES)) said && nothing_is_lost_or_added hub.git before said &&
	git -C hub.git rev-parse "async^{tree}" >expect &&
	for clone in $(clones)
	do
		git -C "$clone" rev-parse "async^{tree}" >actual && test_cmp expect actual && git -C $clone status --porcelain >status &&
		test_must_be_empty status || return 1
	done &&
	merges=$(($(git -C hub.git rev-list --count --merges --grep="^merge [0-9]* record" async) - $1)) && syncs=$(cat tries.async.* | wc -l) &&
	test_figure "$merges merges, $syncs syncs" && test "$merges" -le "$syncs" && records_of hub.git >before
}

test_expect_success 'setup: clones of one log, where the branch is checked out' '
	git init -q --bare hub.git && create_log ana && git -C log remote add origin "$PWD/hub.git" && async -C log sync -q &&
	for clone in $(clones)
	do
		git clone -q hub.git "$clone" 2>err && git -C "$clone" config user.email "$clone@example.com" &&
		git -C "$clone" config user.name "$clone" && git -C "$clone" checkout -q async && async -C $clone post -q "I am $clone" 2>err &&
		async -C $clone sync -q || return 1
	done &&
	records_of hub.git >before
'

test_expect_success 'they write and sync at once' 'live_together 1 "all by async"'
test_expect_success 'after a last sync of each, all have everything' 'all_have_all 0'

test_expect_success 'the same where half of them have plain git' '
	git -C hub.git rev-list --count --merges --grep="^merge [0-9]* record" async >merges && live_together 2 "half by plain git"
'
test_expect_success 'and again all have everything' 'all_have_all "$(cat merges)"'

test_expect_success 'and verify finds nothing wrong with it' '
	async -C 1 verify
'

test_done
