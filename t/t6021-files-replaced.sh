#!/bin/sh
test_description='a link, FIFO or folder in the place of each file that is read or written: no hang, and its target untouched'
. "${0%/*}/lib.sh"

# What is there instead of the file, made at "$1".
a_link () { ln -s "$TRASH/work/target" "$1"; }
a_link_to_nowhere () { ln -s "$TRASH/work/nowhere" "$1"; }
a_hard_link () { ln "$TRASH/work/target" "$1"; }
a_fifo () { mkfifo "$1"; }
a_folder () { mkdir "$1"; }
a_link_to_a_device () { ln -s /dev/zero "$1"; }
a_link_to_a_folder () { ln -s "$TRASH/work/elsewhere" "$1"; }
all_kinds='a_link a_link_to_nowhere a_hard_link a_fifo a_folder a_link_to_a_device a_link_to_a_folder'
kinds='' id='' # those to be tried; a post

# run <command>...: it ends, by itself, with an answer or an error; a terminal obeys none of it.
run () {
	timeout -s KILL 30 async -C log "$@" >>out 2>>err </dev/null
	case $? in 0 | 1 | 3 | 128) ;; *) echo "async $*"; cat err; return 1 ;; esac
}

# What is run for each.
look () { run status; }
write () { test_tick && run post -q "And now?"; }
look_and_write () { look && write; }

# untouched: what a link led to is as it was, and nothing came to be where there was nothing.
untouched () {
	echo kept | cmp - target && test_path_is_missing nowhere && test -z "$(ls elsewhere)"
}

# in_place_of <path>: each kind there, in turn.
in_place_of () {
	for kind in $kinds
	do
		rm -rf "$1" target elsewhere out err && mkdir elsewhere && echo kept >target &&
		$kind "$1" && $act && untouched || { echo "$kind in the place of $1"; return 1; }
	done
}

# replaced <act> <path>...: each of them by each kind; what was there is put back after.
replaced () {
	act=$1
	shift
	for path
	do
		rm -rf aside && if test -e "$path"; then mv "$path" aside; fi && mkdir -p "${path%/*}" && in_place_of "$path"
		replaced_code=$?
		rm -rf "$path" nowhere && if test -e aside; then mv aside "$path"; fi && test $replaced_code = 0 || return 1
	done
}

test_expect_success 'setup: a log, a remote, and all the private files there are' '
	create_log ana ben && id=$(as ben async -C log post -q --to ana "Can we ship?") &&
	git clone -q --bare log hub.git && git -C log remote add origin "$PWD/hub.git" && mkdir elsewhere && echo kept >target &&
	git -C log config async.syncTimeout 20 && git -C log config async.autoSync never &&
	write && run sync && run show "$id" && run snooze "$id" tomorrow && run inbox && run verify && run digest --since-last && cat err &&
	state=$(echo "$HOME"/.local/state/async/*) && test -d "$state" && ls "$state" >files && cat files && ls log/.git/async
'

test_expect_success 'the index' '
	kinds=$all_kinds && replaced look log/.git/async/index.db log/.git/async/index.db-wal log/.git/async/index.db-journal \
		log/.git/async/index.db-shm log/.git/async/index.lock log/.git/async/index.read
'

renew () { rm -f log/.git/async/index.db && look; }
test_expect_success 'and what a new one is made of' '
	replaced renew log/.git/async/index.new log/.git/async/index.new-wal log/.git/async/index.new-journal log/.git/async/root
'

test_expect_success 'the locks and the queue of those who write' '
	replaced write log/.git/async/lock log/.git/async/queue
'

sync () { run sync; }
test_expect_success 'what a sync leaves behind' '
	replaced sync log/.git/async/wire log/.git/async/synced.async log/.git/async/next log/.git/async/turn &&
	replaced sync log/.git/async/trouble
'

test_expect_success 'the folder .git/async itself' '
	replaced look_and_write log/.git/async && replaced sync log/.git/async
'

for_all_of_it () { run inbox && run snooze "$id" tomorrow && run digest --since-last && run verify && run post -q "$kind" && run tag @ urgent; }
test_expect_success 'private state: what was seen, put off, verified' '
	while read -r file
	do
		replaced for_all_of_it "$state/$file" || return 1
	done <files
'
test_expect_success 'and the folder of it' '
	kinds="a_link a_link_to_nowhere a_fifo a_folder" && replaced for_all_of_it "$state" && replaced write "${state%/*}"
'

test_expect_success 'refs: the branch, those of ours, packed ones, the journal of the branch' '
	git -C log config async.syncTimeout 120 &&
	replaced look_and_write log/.git/refs/heads/async log/.git/packed-refs log/.git/refs/remotes/origin/async \
		log/.git/logs/refs/heads/async log/.git/refs/async log/.git/refs/async/incoming/origin
'

test_expect_success 'before git is started they are looked at, too' '
	kinds="a_fifo a_folder a_link_to_a_device" && replaced sync log/.git/packed-refs log/.git/refs/heads/async \
		log/.git/refs/remotes/origin/async log/.git/refs/async/incoming/origin log/.git/logs/refs/heads/async
'

test_expect_success 'git waits for any other ref that is a FIFO, until its time is over' '
	git -C log config async.syncTimeout 1 && mkfifo log/.git/refs/tags/pipe && test_when_finished "rm log/.git/refs/tags/pipe" &&
	test_expect_code 128 timeout -s KILL 30 async -C log sync 2>err && test_grep "took too long" err &&
	test_expect_code 128 timeout -s KILL 30 async -C log verify --since pipe 2>err && test_grep "pipe.* is not a regular file" err
'

test_expect_success 'the configuration, and where HEAD is' '
	kinds="a_link a_fifo a_folder a_link_to_a_device" && replaced look_and_write log/.git/config log/.git/HEAD
'

test_expect_success 'an attached file is saved to a new file, or not at all' '
	rm -rf target elsewhere && echo text >notes.txt && with=$(async -C log post -q --attach "$PWD/notes.txt" "with a file") &&
	mkdir elsewhere && echo kept >target &&
	for kind in a_link a_link_to_nowhere a_hard_link a_fifo a_folder a_link_to_a_device
	do
		rm -rf saved && $kind saved && test_expect_code 128 timeout -s KILL 30 async -C log show "$with" --save=notes.txt -o "$PWD/saved" 2>err &&
		untouched || { echo $kind; return 1; }
	done
'

test_expect_success ROOT 'a folder of somebody else is not for the index' '
	rm -rf log/.git/async && mkdir log/.git/async && chown 65534 log/.git/async && look && write &&
	test_path_is_missing log/.git/async/index.db
'

test_done
