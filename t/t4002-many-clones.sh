#!/bin/sh
test_description='many clones sync at once, some by plain git: nothing is lost, and few merges come of it'
. "${0%/*}/lib.sh"

CLONES=$(long_or 32 5) WRITES=$(long_or 50 4)

clones () {
	seq "$CLONES"
}

# Plain git, as somebody without async would: until nobody else was first.
sync_by_git () {
	for try in $(seq 50)
	do
		git pull -q --no-rebase --no-edit && git push -q origin async && return 0
	done
	return 1
}

# One clone: posts, and after each it may sync. Every third is used by plain git.
live () {
	for n in $(seq "$WRITES")
	do
		async -C "$1" post -q "$1 says $n" >>"said.$1" || return 1
		test $(((n + $1) % 3)) != 0 || continue
		if test $(($1 % 3)) = 0
		then (cd "$1" && sync_by_git)
		else async -C "$1" sync -q && echo sync >>"synced.$1"
		fi || { echo "$1 could not sync" >&2; return 1; }
	done
}

# Every id that was ever printed is in the log, which every clone has, and git finds nothing wrong.
nothing_is_lost () {
	cat said.* | sort -u >said && git -C hub.git ls-tree -r --name-only async log | sed "s,.*/,,; s,\.yaml$,," | sort >there &&
	comm -23 said there >lost && test_must_be_empty lost && git -C hub.git fsck --strict --no-dangling &&
	git -C hub.git rev-parse "async^{tree}" >expect &&
	for clone in $(clones)
	do
		git -C "$clone" rev-parse "async^{tree}" >actual && test_cmp expect actual || return 1
	done
}

test_expect_success 'setup: clones of one log' '
	git init -q --bare hub.git && create_log ana && git -C log remote add origin "$PWD/hub.git" && async -C log sync -q &&
	for clone in $(clones)
	do
		git clone -q hub.git "$clone" 2>err && git -C "$clone" config user.email "$clone@example.com" &&
		git -C "$clone" config user.name "$clone" && git -C "$clone" checkout -q async || return 1
	done
'

test_expect_success 'they write and sync at once' '
	for clone in $(clones)
	do
		(live "$clone" >"out.$clone" 2>&1; echo $? >"code.$clone") &
	done &&
	wait &&
	echo 0 >expect &&
	for clone in $(clones)
	do
		test_cmp expect "code.$clone" || { cat "out.$clone"; return 1; }
	done
'

test_expect_success 'after a last sync of each, all have everything' '
	for round in 1 2
	do
		for clone in $(clones)
		do
			async -C "$clone" sync -q && echo sync >>"synced.$clone" || return 1
		done
	done &&
	cat said.* >said && test_line_count = $((CLONES * WRITES)) said &&
	nothing_is_lost
'

test_expect_success 'at most one merge for each sync (git makes one for each pull), and work trees are as the log is' '
	git -C hub.git rev-list --merges --grep="^merge [0-9]* record" async >merges && test -s merges && cat synced.* >syncs &&
	echo "$(wc -l <merges) merges, $(wc -l <syncs) syncs" && test "$(wc -l <merges)" -le "$(wc -l <syncs)" &&
	for clone in $(clones)
	do
		git -C "$clone" status --porcelain >status && test_must_be_empty status || return 1
	done
'

test_done
