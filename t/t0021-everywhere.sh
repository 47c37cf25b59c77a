#!/bin/sh
test_description='every look, post and ack in every kind of place and surroundings: the same answers'
. "${0%/*}/lib.sh"

# Can another user get to where we are?
setpriv --reuid 1001 --clear-groups test -x "$TRASH/work" 2>/dev/null && test_set_prereq REACHABLE

asked= # the id of what Ana asked

# All that can be asked about the log, for programs; "$@" are words between `async` and the command.
look () {
	for command in status inbox "inbox --for=ben" overdue "overdue --soon=2d" "list --state=all" log team calendar \
		policy me away snooze "show $asked" "why $asked" "search Ship OR then" "digest --since=2026-02-01" who "who --week" \
		"who --overlap ana,ben" stats remind verify "due --within 4h --for ben"
	do
		echo "== $command" && async "$@" $command --json || return 1
	done
}

# The same for people; what depends on the zone or width of who looks may differ.
look_text () {
	for command in status inbox overdue "list --state=all" log team calendar policy me away "show $asked" "why $asked" \
		"search Ship OR then" "digest --since=2026-02-01" who "who --week" "who --overlap ana,ben" stats "due --within 4h --for ben" "cat-record $asked"
	do
		echo "== $command" && async "$@" $command || return 1
	done
}

# same_in <words>...: from there, everything is as it was in the first place.
same_in () {
	look "$@" >actual && test_cmp "$TRASH/work/expect" actual &&
	look_text "$@" >actual-text && test_cmp "$TRASH/work/expect-text" actual-text
}

# writes_in <words>...: a post and an ack from there are in the log that is seen there.
writes_in () {
	id=$(async "$@" post -q --to ben "from $*") && async "$@" show "$id" --format="%(id)" | grep -q "^$id" &&
	id=$(as ben async "$@" post -q --to ana "back from $*") && async "$@" ack -m "seen" "$id" >/dev/null &&
	async "$@" show "$id" | grep -q "seen" && async "$@" list --to ana --state acked --format="%(id)" | grep -q "^$id"
}

test_expect_success 'setup: a log beside code, with a little of everything' '
	create_log ana ben:Asia/Kathmandu chi:America/St_Johns &&
	git -C log commit -q --allow-empty -m code &&
	asked=$(at "2026-02-26 09:00" as ana async -C log post -q --to ben,chi -t release "Ship it? ☂") &&
	at "2026-02-26 10:00" as ben async -C log ack -m "soon" $asked &&
	at "2026-02-26 10:30" as ana async -C log reply $asked "good" && # so she has seen that wherever she looks
	at "2026-02-26 11:00" as ben async -C log away 2026-03-05..2026-03-06 &&
	at "2026-02-26 12:00" as ana async -C log calendar add de 2026-04-03 "Karfreitag" &&
	as chi async -C log post -q --to ana "And then?" &&
	look -C log >expect && look_text -C log >expect-text && test_grep Karfreitag expect
'

test_expect_success 'nothing that looks is left out, but watch, which waits' '
	look_commands >all && test_grep "^status$" all &&
	for command in $(grep -v -x watch all)
	do
		test_grep "^== $command" expect || return 1
	done
'

test_expect_success 'a folder in the work tree, the git directory, a linked worktree' '
	mkdir -p log/a/b && git -C log worktree add -q ../linked &&
	same_in -C log/a/b && same_in -C log/.git && same_in -C linked &&
	(cd log/a && same_in)
'

test_expect_success 'a bare clone, a clone with the remote-tracking branch alone, a shallow one, a submodule' '
	git clone -q --bare log bare.git && same_in -C bare.git &&
	git clone -q log clone && same_in -C clone &&
	git clone -q --depth 1 --no-single-branch "file://$PWD/log" shallow &&
	look -C shallow >actual && test_grep "\"authorship\":null,\"committer\":null" actual && # its history ends before
	unsure="s/\"authorship\":[^,]*,\"committer\":[^,]*//g" && sed "$unsure" actual >actual-rest &&
	sed "$unsure" expect >expect-rest && test_cmp expect-rest actual-rest &&
	git init -q super && git -C super -c protocol.file.allow=always submodule --quiet add "$PWD/log" sub &&
	same_in -C super/sub
'

test_expect_success 'a worktree that has the log checked out' '
	git -C log worktree add -q ../out async && same_in -C out
'

test_expect_success 'GIT_DIR and --git-dir, also with GIT_WORK_TREE' '
	GIT_DIR=$PWD/log/.git same_in && same_in --git-dir=log/.git &&
	GIT_DIR=$PWD/log/.git GIT_WORK_TREE=$PWD/log/a same_in
'

# $1 is what the hook of a commit runs; it has GIT_DIR, GIT_INDEX_FILE, GIT_PREFIX … of that commit.
in_hook () {
	mkdir -p log/.git/hooks && printf "#!/bin/sh\n%s\n" "$1" >log/.git/hooks/pre-commit && chmod +x log/.git/hooks/pre-commit &&
	echo "$id" >>log/file && git -C log add file && git -C log commit -q -m "with a hook" &&
	rm log/.git/hooks/pre-commit
}

test_expect_success 'in a hook of git' '
	in_hook "async list --state=all --json >../hook-list && async status --json >../hook-status" &&
	async -C log list --state=all --json >list && test_cmp list hook-list &&
	async -C log status --json >status && test_cmp status hook-status
'

test_expect_success 'a clone of one branch is told what to do' '
	git clone -q --single-branch "file://$PWD/log" single &&
	test_expect_code 128 async -C single status 2>err && test_grep "^hint: .*if .origin. has one, .async sync. takes it up$" err
'

# Surroundings that change no answer.
test_expect_success 'zones, locales, colours: for programs all the same' '
	for set in TZ=Asia/Kathmandu TZ=America/St_Johns TZ=Pacific/Chatham TZ=Nowhere/AtAll LC_ALL=C LC_ALL=POSIX LANG= \
		LC_ALL=de_DE.UTF-8 NO_COLOR=1 TERM=xterm COLUMNS=20 COLUMNS=nonsense
	do
		(export "$set" && look -C log >actual) && test_cmp expect actual || { echo "$set"; return 1; }
	done
'

test_expect_success 'no home, no place for state and cache, standard input closed, few files' '
	>file &&
	(unset HOME && GIT_CONFIG_GLOBAL=$TEST_HOME/.gitconfig && export GIT_CONFIG_GLOBAL && same_in -C log) &&
	HOME=/nonexistent GIT_CONFIG_GLOBAL=$TEST_HOME/.gitconfig same_in -C log &&
	XDG_STATE_HOME=$PWD/file XDG_CACHE_HOME=$PWD/file XDG_CONFIG_HOME=$PWD/file same_in -C log &&
	(exec <&- && same_in -C log) &&
	(ulimit -n 32 && same_in -C log)
'

test_expect_success 'the private folder cannot be written: from memory' '
	cp -r log readonly && rm -rf readonly/.git/async && >readonly/.git/async && same_in -C readonly
'

test_expect_success 'a reader that has enough ends it quietly' '
	for command in status inbox overdue list log team "show $asked" "why $asked" "search ship" "digest --since=2026-02-01" who stats
	do
		{ async -C log $command; echo $? >code; } 2>err | head -n 1 >/dev/null &&
		test_must_be_empty err || return 1
	done
'

test_expect_success 'standard output closed or full is an error, of reads and of writes' '
	for command in $(grep -v -x -e show -e why -e search -e snooze -e watch -e digest -e remind all) "search ship" "show $asked" "why $asked" \
		"digest --since=2026-02-01" "list --board" "who --week" "post -q x"
	do
		test_expect_code 128 async -C log $command >/dev/full 2>err &&
		test_grep "standard output" err || return 1
	done
'

# Writing, in each of these places.

must_be_clean () {
	git -C "$1" status --porcelain >status && test_must_be_empty status
}

test_expect_success 'post and ack, and what is checked out keeps in step' '
	for place in log log/a/b log/.git linked bare.git clone shallow super/sub out
	do
		writes_in -C $place && must_be_clean out || { echo "in $place"; return 1; }
	done &&
	git -C out diff --quiet async && test -f "$(find out/log -name "$id.yaml")"
'

test_expect_success 'post and ack with GIT_DIR, in a hook, without a home or input' '
	GIT_DIR=$PWD/log/.git writes_in &&
	in_hook "async post -q --to ben hooked >../hook-id && async done -m hooked $id >/dev/null" &&
	async -C log show "$(cat hook-id)" && async -C log show "$id" >actual && test_grep hooked actual &&
	git -C log show --stat --format= HEAD >actual && test_grep ! yaml actual &&
	(unset HOME && GIT_CONFIG_GLOBAL=$TEST_HOME/.gitconfig && export GIT_CONFIG_GLOBAL && async -C log post -q homeless) &&
	(exec <&- && async -C log post -q "no input") &&
	(ulimit -n 32 && async -C log post -q "few files") &&
	must_be_clean out
'

test_expect_success 'umask: what is written is as readable as git would make it' '
	for mask in 077:600 002:664
	do
		git init -q "mask-$mask" && (umask ${mask%:*} && async -C "mask-$mask" init -q && async -C "mask-$mask" post -q x) &&
		stat -c %a "mask-$mask/.git/refs/heads/async" >actual && echo ${mask#*:} >expect-mode &&
		test_cmp expect-mode actual || return 1
	done
'

test_expect_success 'core.sharedRepository=group: what is shared is for the group, whatever the umask' '
	git init -q --shared=group shared &&
	(umask 077 && async -C shared init -q && async -C shared post -q x && async -C shared list >/dev/null) &&
	find shared/.git/refs shared/.git/objects shared/.git/async -type d ! -perm -g+rwxs >actual &&
	find shared/.git/objects -type f ! -perm -g+r >>actual &&
	find shared/.git/refs shared/.git/logs shared/.git/async/lock -type f ! -perm -g+rw >>actual &&
	test_must_be_empty actual
'

# as_user <uid> <command>...: somebody else of the same group.
as_user () {
	uid=$1 && shift && mkdir -p "home-$uid" && cp "$TEST_HOME/.gitconfig" "home-$uid" && chown -R "$uid:54321" "home-$uid" &&
	HOME=$PWD/home-$uid GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0="*" \
		setpriv --reuid "$uid" --regid 54321 --clear-groups "$@"
}

test_expect_success REACHABLE 'and two of the group work on it in turn, each with an index of their own' '
	mkdir -m 2770 group && chgrp 54321 group && git init -q --bare --shared=group group/log.git &&
	chgrp -R 54321 group && chown -R 1001 group/log.git &&
	as_user 1001 async -C group/log.git init -q &&
	for turn in 1 2 3
	do
		as_user 1001 async -C group/log.git post -q "first $turn" && as_user 1002 async -C group/log.git list &&
		as_user 1002 async -C group/log.git post -q "second $turn" && as_user 1001 async -C group/log.git list ||
			return 1
	done >printed 2>err && test_grep ! "^async:" err && test -d home-1002/.cache/async &&
	as_user 1001 async -C group/log.git list --json >one && as_user 1002 async -C group/log.git list --json >two &&
	test_cmp one two && test_line_count = 6 one
'

test_done
