#!/bin/sh
test_description='sync killed at any call, or the git that it runs: the next one goes on, and nothing is lost'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# In a soak whatever async calls; of git what changes a file, a lock or a process. Else some of that.
CALLS=$(long_or 'openat|write|pwrite64|rename|unlink|link|mkdir|flock|ftruncate|fcntl|execve|clone3|vfork|wait4|exit_group' \
	'write|rename|link|unlink|exit_group')

# A git that stands before the real one: the $STRIKE_VICTIM-th that runs does so as $STRIKE_HOW says.
test_expect_success 'setup: clones of one log, and a git that can be struck' '
	git init -q --bare hub.git && create_log ana && git -C log remote add origin "$PWD/hub.git" && async -C log sync -q &&
	for bare in one other
	do
		git clone -q --bare hub.git $bare && git -C $bare remote remove origin &&
		git -C $bare remote add origin "$PWD/hub.git" && git -C $bare config user.name $bare &&
		git -C $bare config user.email $bare@example.com || return 1
	done &&
	mkdir bin && cat >bin/git <<-EOF &&
	#!/bin/sh
	read -r nr <"$PWD/nr"
	echo \$((nr + 1)) >"$PWD/nr"
	test \$((nr + 1)) = "\$STRIKE_VICTIM" || exec "$(command -v git)" "\$@"
	exec strace -qqq -o "$PWD/trace" \$STRIKE_HOW "$(command -v git)" "\$@"
	EOF
	chmod +x bin/git && >printed && syncs=0
'

# struck <how> <victim>: a sync of `one`, of which async itself (0) or the n-th git it runs is traced; not what these run.
struck () {
	case $2 in
	0) strace -qqq -o trace $1 async -C one sync -q ;;
	*) echo 0 >nr && STRIKE_HOW=$1 STRIKE_VICTIM=$2 PATH=$PWD/bin:$PATH async -C one sync -q ;;
	esac
}

# Something to take in and something to send.
news () {
	as other async -C other post -q "there $points" >>printed && as other async -C other sync -q &&
	async -C one post -q "here $points" >>printed
}

# Both have the same and all of it, and what the index says is true. (Five syncs: of the news, two that were killed, these.)
next_sync_works () {
	async -C one sync -q && as other async -C other sync -q && syncs=$((syncs + 5)) &&
	test "$(git -C one rev-parse async)" = "$(git -C other rev-parse async)" &&
	nothing_is_lost one && index_is_right one team
}

all_is_sound () {
	for each in hub.git one other
	do
		git -C $each fsck --strict --no-dangling || return 1
	done &&
	log_is_sound one && git -C one rev-list --merges async >merges && test "$(wc -l <merges)" -le "$syncs"
}

# killed_anywhere <most> <calls> <victim> <what it is>
killed_anywhere () {
	points=0 hits=0 &&
	news && struck "-e trace=/^($2)$" "$3" && sed "s/^/1 /" trace | points_of "$(long_or 1000000 "$1")" >strikes && test -s strikes &&
	while read -r call n
	do
		points=$((points + 1)) && news || return 1
		for again in $(long_or "1 2" 1) # the second while it clears up after the first
		do
			struck "-e trace=$call -e inject=$call:signal=KILL:when=$n" "$3" >out 2>err </dev/null
			code=$?
		done
		grep -q "killed by SIGKILL" trace && hits=$((hits + 1))
		case $3.$code in 0.137 | *.0 | [12].128) next_sync_works ;; *) false ;; esac ||
			{ echo "killed at $call $n: $code"; cat err; return 1; }
	done <strikes 2>why || { cat why; return 1; }
	test_figure "sync, $4: killed at $hits of $points calls; 0 lost, 0 corrupt, 0 repaired by hand" &&
	test $((2 * hits)) -ge $points && all_is_sound
}

test_expect_success STRACE 'async is killed; the git that it runs goes on alone' '
	killed_anywhere 1 "$(long_or ".*" "$CALLS|flock|vfork|ftruncate")" 0 "async itself"
'

test_expect_success STRACE 'the git that fetches is killed' '
	killed_anywhere 1 "$CALLS" 1 "its git fetch"
'

test_expect_success STRACE 'the git that pushes is killed' '
	killed_anywhere 1 "$CALLS" 2 "its git push"
'

test_expect_success STRACE 'killed where the branch is checked out: nothing is staged for deletion' '
	rm -rf one && git clone -q -b async hub.git one &&
	git -C one config user.name one && git -C one config user.email one@example.com &&
	killed_anywhere 1 "$(long_or ".*" "rename|unlink|link")" 0 "async itself, branch checked out" &&
	git -C one status --porcelain >status && test_grep ! "^ *D" status
'

test_done
