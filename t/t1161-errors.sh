#!/bin/sh
test_description='a call that fails: it is done all the same, or one message says what failed and why'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# The words for each, as the C library has them.
words () {
	case $1 in
	ENOSPC) echo "No space left on device" ;;
	EIO) echo "Input/output error" ;;
	EACCES) echo "Permission denied" ;;
	EMFILE) echo "Too many open files" ;;
	EROFS) echo "Read-only file system" ;;
	esac
}

# One message (and perhaps hints) that names something and the cause, where libgit2 tells it.
message_is_clear () {
	case "$call $n" in write\ *+) return 0 ;; esac && # it cannot say anything
	sed -n 1p err | grep -Eq "^async: .*('|object |standard output).*$(words "$error")" ||
		grep -Eq "(could not find repository from|failed to load object database in|failed to stat) '" err ||
		grep -E "object [0-9a-f]{40} is missing" err && # a pack that cannot be read
	test "$(grep -c "^async: " err)" = 1
}

# A write is done, or it says that it is not (or that it could not print what it did).
write_is_sound () {
	case $code in
	0) test "$(git -C log rev-parse async^)" = "$old" ;;
	*) message_is_clear ;;
	esac &&
	async -C log post -q "after $error $call $n" >next && test -s next && rm next
}

# A read says what it always says, or why not.
read_is_sound () {
	case $code in
	0) test_cmp expect out ;;
	*) message_is_clear ;;
	esac
}

# failing_anywhere <most> <calls> "<error>…" <before> <sound> <command>: chosen calls fail, each once, and each
# from then on for ever.
failing_anywhere () {
	count=0
	eval "$4" && eval "strike_points $1 '$2' $6" >points && test -s points && sed "s/\$/+/" points >forever || return 1
	for error in $3
	do
		cat points forever >all && while read -r call n
		do
			eval "$4" && old=$(git -C log rev-parse async) &&
			{ eval "strike error=$error $call $n $6" >out 2>err </dev/null; code=$?; } || return 1
			count=$((count + 1))
			# The loader's, or the sanitizer's that could not read its options: we have not begun.
			{ test $code = 127 || grep -q "LeakSanitizer does not work under ptrace" err; } && continue
			case $code in 0 | 3 | 128) $5 ;; *) false ;; esac ||
				{ echo "$error of $call $n: $code"; cat err; return 1; }
		done <all
	done
	echo "$count faults" && git -C log fsck --strict --no-dangling && git -C log gc -q
}

test_expect_success STRACE 'setup: a log of Ana and Ben' '
	create_log ana ben && as ben async -C log post --to ana "first" &&
	git -C log config core.filesRefLockTimeout 200 # libgit2 calls it locked what may not be opened
'

test_expect_success STRACE 'post, on a disk that is full, broken or read-only' '
	failing_anywhere 3 "openat|write|pwrite64|rename|link|mkdir|fsync|ftruncate|close|flock" "ENOSPC EIO EROFS" : \
		write_is_sound "async -C log post -q --to ben fault"
'

test_expect_success STRACE 'post, of files that we may not open, or of too many' '
	failing_anywhere 12 "openat" "EACCES EMFILE" : \
		write_is_sound "async -C log post -q --to ben fault"
'

test_expect_success STRACE 'list, with and without an index' '
	async -C log list >expect &&
	failing_anywhere 5 "openat|read|pread64|newfstatat|fcntl|flock" "EIO EMFILE" \
		: read_is_sound "async -C log list" &&
	failing_anywhere 5 "openat|read|pwrite64|rename|mkdir|newfstatat" "EACCES ENOSPC" \
		"rm -rf log/.git/async" read_is_sound "async -C log list"
'

test_done
