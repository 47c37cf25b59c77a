#!/bin/sh
test_description='surroundings that fail: full, read-only, closed or missing ones are told, and nothing is lost'
. "${0%/*}/lib.sh"

first='' mine='' # posts

# A file system of our own, where one may be mounted; the last test of all takes it away.
mkdir -p small && mount -t tmpfs -o size=1m none small 2>/dev/null && umount small && test_set_prereq MOUNT
setpriv --reuid 1001 --clear-groups test -x "$TRASH/work" 2>/dev/null && test_set_prereq REACHABLE

# in_small <options> <log>: mount it, with a copy of the log in it; whatever comes, it goes again.
in_small () {
	mount -t tmpfs -o "$1" none small && test_when_finished "umount -l '$PWD/small'" && cp -r "$2" small/log
}

# says <words> <command>...: it fails with one message that has these words.
says () {
	says_words=$1 && shift && test_expect_code 128 "$@" >out 2>err &&
	grep "^async: " err >messages && test_line_count = 1 messages && test_grep "$says_words" messages
}

looks_work () {
	for command in list status inbox "search first" "show $first"
	do
		async -C "$1" $command >actual && test -s actual || return 1
	done
}

test_expect_success 'setup' '
	create_log ana ben && first=$(as ben async -C log post -q --to ana first) && async -C log list >expect
'

# Until it is full; then what was printed is there, and with room again it goes on.
fill () {
	while async -C small/log post -q "until it is full" >out 2>err
	do
		cat out >>printed
		test "$(wc -l <printed)" -lt 2000 || return 1
	done
	test_grep "No space left on device\|standard output" err && test_grep "^async: " err
}

for kind in "blocks:size=2m" "inodes:nr_inodes=300"
do
	test_expect_success MOUNT "a disk without ${kind%%:*} left" '
		>printed && in_small "${kind#*:}" log && fill && cat err && test -s printed &&
		git -C small/log fsck --strict --no-dangling && looks_work small/log &&
		async -C small/log list --json >with && test "$(grep -c until with)" = "$(wc -l <printed)" &&
		for id in $(cat printed); do test_grep "$id" with >/dev/null || return 1; done &&
		mount -o remount,size=8m,nr_inodes=2000 small && async -C small/log post -q "there is room again" &&
		rm -rf small/log/.git/async && async -C small/log list --json >without && test_grep "room again" without &&
		test "$(wc -l <without)" = $(($(wc -l <with) + 1))
	'
done

test_expect_success MOUNT 'a disk that is read-only: what looks works, what writes says so' '
	in_small size=8m log && mount -o remount,ro small && looks_work small/log &&
	says "small/log/.*Read-only file system" async -C small/log post -q no &&
	says "small/log/.*Read-only file system" async -C small/log ack "$first" &&
	async -C small/log list >actual && test_cmp expect actual
'

test_expect_success REACHABLE 'a folder that we may not write to: the same' '
	cp -r log theirs && chmod -R go-w theirs && mkdir -p home-1001 && cp "$TEST_HOME/.gitconfig" home-1001 && chown -R 1001 home-1001 &&
	foreign () {
		HOME=$PWD/home-1001 setpriv --reuid 1001 --clear-groups async -c safe.directory="*" -C theirs "$@"
	} &&
	foreign list >actual && test_cmp expect actual &&
	says "theirs/.*Permission denied" foreign post -q no &&
	says "dubious ownership" env HOME="$PWD/home-1001" setpriv --reuid 1001 --clear-groups async -C theirs list &&
	test_grep "^hint: .*git config --global --add safe.directory" err
'

# ---- home

homeless () {
	(unset HOME && GIT_CONFIG_GLOBAL=$TEST_HOME/.gitconfig && export GIT_CONFIG_GLOBAL && "$@")
}

test_expect_success 'no home: what must remember something says so before it does anything' '
	says "HOME is not set" homeless async -C log snooze "$first" fri && test_grep "^hint: set HOME, or XDG_STATE_HOME" err &&
	says "HOME is not set" homeless async -C log digest --since-last && test_must_be_empty out &&
	test_grep "^hint: set HOME, or XDG_STATE_HOME" err && homeless async -C log digest >actual && test -s actual
'

test_expect_success 'a home that cannot be written to: the same' '
	>file && says "file/.local" env HOME="$PWD/file" GIT_CONFIG_GLOBAL="$TEST_HOME/.gitconfig" async -C log snooze "$first" fri &&
	test_grep "^hint: .*XDG_STATE_HOME" err &&
	says "file/.local" env HOME="$PWD/file" GIT_CONFIG_GLOBAL="$TEST_HOME/.gitconfig" async -C log digest --since-last &&
	test_must_be_empty out
'

test_expect_success 'no place for temporary files is needed' '
	for tmp in "$PWD/file" /nonexistent /proc ""
	do
		(TMPDIR=$tmp && export TMPDIR && looks_work log && async -C log post -q temporary && async -C log verify) >actual ||
			return 1
	done
'

# ---- standard streams

# What opens a file must not get 0, 1 or 2: what is printed would be written into it.
test_expect_success 'standard streams closed: nothing is ever written into another file' '
	cp -r log closed &&
	for close in "<&-" ">&-" "2>&-" "<&- >&-" "<&- 2>&-" ">&- 2>&-" "<&- >&- 2>&-"
	do
		for command in list "post -q closed" "ack $first" reindex verify
		do
			sh -c "exec async -C closed $command $close" >out 2>err
			code=$?
			case $close in *" >&-"* | ">&-"*) test $code = 128 ;; *) test $code = 0 ;; esac ||
				{ echo "$close $command: $code"; return 1; }
		done
	done &&
	git -C closed fsck --strict --no-dangling && async -C closed verify && looks_work closed &&
	async -C closed list --state=all --json >with && rm -rf closed/.git/async &&
	async -C closed list --state=all --json >without && test_cmp with without
'

# All that writes and prints; each in a log of its own.
printers () {
	cat <<-EOF
	init
	me zone=UTC
	team add chi chi chi@example.com
	policy level urgent within=2h
	calendar add de 2026-04-03 Karfreitag
	away 2026-03-05
	post x
	reply $first x
	ack $first
	done $first
	approve $first
	reject $first -m no
	assign $first --to ben
	tag $first +x
	snooze $first fri
	write-record --batch ../records
	redact $mine -m slip
	retract $mine
	sync
	reindex
	help
	version
	EOF
}

test_expect_success 'standard output full: what writes and prints says that it was done, or does nothing' '
	mine=$(async -C log post -q mine) && git init -q --bare hub.git && git -C log remote add origin "$PWD/hub.git" &&
	printf -- "---\nasync: 1\nkind: post\nfrom: ana\ndate: $ASYNC_NOW\ntype: note\nsubject: x\n" >records &&
	git -C log rev-parse async >before &&
	printers | while read -r command
	do
		rm -rf copy && cp -r log copy && async -C copy $command >told 2>err || { cat err; echo "$command"; return 1; }
		test -s told || continue
		rm -rf copy && cp -r log copy && test_expect_code 128 async -C copy $command >/dev/full 2>err &&
		test_grep "^async: .*standard output" err || { echo "$command"; return 1; }
		git -C copy rev-parse async | cmp -s - before || test_grep "^hint: .*was done" err || { echo "$command"; return 1; }
	done
'

# ---- limits

# What a sanitizer reserves alone is more than that.
sh -c "ulimit -v 524288 && exec async version" >/dev/null 2>&1 && test_set_prereq LITTLE_MEMORY

test_expect_success 'sixteen open files' '
	cp -r log limited && (ulimit -n 16 && looks_work limited && async -C limited post -q "few files" && async -C limited verify) >actual
'

test_expect_success 'no new byte in any file' '
	git -C limited rev-parse async >before && async -C limited list >expect &&
	said=$(ulimit -f 0 && test_expect_code 128 async -C limited post -q no 2>&1) && echo "$said" >err &&
	test_grep "^async: .*File too large" err && git -C limited rev-parse async >after && test_cmp before after &&
	rm -rf limited/.git/async && (ulimit -f 0 && async -C limited list 2>&1 | cat) | cat >actual && test_cmp expect actual &&
	git -C limited fsck --strict --no-dangling
'

test_expect_success LITTLE_MEMORY 'half a gigabyte of memory' '
	(ulimit -v 524288 && looks_work limited && async -C limited post -q "little memory" && async -C limited verify) >actual
'

test_expect_success LITTLE_MEMORY 'no memory at all is said, not died of' '
	for kilobytes in 6000 8000 $(seq 9000 "$(long_or 20 500)" 16000)
	do
		for command in list "post -q memory" "search first" verify
		do
			(ulimit -v $kilobytes && exec async -C limited $command) >out 2>err
			code=$?
			case $code in
			0 | 127) ;;
			128) test_grep "^async: " err ;;
			*) false ;;
			esac || { echo "$kilobytes $command: $code"; cat err; return 1; }
		done
	done
'

test_done
