#!/bin/sh
test_description='a call that fails: it is done all the same, or one message says what failed and why'
. "${0%/*}/lib.sh"
. "$TEST_DIR/lib-faults.sh"

# A sanitizer ends the program when memory runs out; it reserves more than this.
memory=ENOMEM
sh -c "ulimit -v 524288 && exec async version" >/dev/null 2>&1 || memory=

# What can befall which calls; the words are the C library's. (brk tells a failure in a way that strace cannot.)
faults () {
	sed '/^ /d' <<-EOF
	ENOSPC openat|write|pwrite64|mkdir|link|rename|ftruncate|fallocate|fsync|fdatasync	No space left on device
	EDQUOT openat|write|pwrite64|mkdir|link|rename|ftruncate|fsync	Disk quota exceeded
	EROFS openat|mkdir|link|rename|unlink|ftruncate|fchmod|fchown|utimensat	Read-only file system
	EACCES openat|mkdir|link|rename|unlink|newfstatat|access|readlink|chdir	Permission denied
	EMFILE openat|pipe2|fcntl	Too many open files
	EIO openat|read|pread64|write|pwrite64|close|newfstatat|access|getdents64|readlink|rename|link|unlink|mkdir|ftruncate|lseek|flock|fcntl|fsync|getcwd	Input/output error
	$memory mmap|mremap|openat|vfork|clone3	[Oo]ut of memory|Cannot allocate memory
	EINTR openat|read|write|pread64|pwrite64|flock|fcntl|close|poll|wait4|fsync	Interrupted system call
	EOF
}

# One message that names something and the cause, where libgit2 tells it; hints may follow.
message_is_clear () {
	test "$call" = write && ! test -s err && return 0 # it cannot say anything
	test "$(grep -c "^async: " err)" = 1 || return 1
	grep -Eq "^hint: '.*$words" err || grep -Eq "^async: .*('|object |standard output|current working directory).*($words)|^async: out of memory" err ||
		grep -Eq "(could not find repository from|failed to load object database in|failed to stat) '" err ||
		grep -E "object [0-9a-f]{40} is missing|target OID for the reference doesn.t exist" err # which git could not look at
}

# A write is done, or it says that it is not (or that it could not print what it did).
write_is_sound () {
	now=$(git -C log rev-parse async) &&
	case $code in
	0) test "$(git -C log rev-parse async^)" = "$old" && test -s out && cat out >>printed ;;
	*) message_is_clear && { test "$now" = "$old" || test "$call" = write || grep -q "itself was done" err; } ;;
	esac &&
	async -C log post -q "after $error $call $n" >next && test -s next && cat next >>printed && nothing_is_lost log
}

# As many as there are, or none.
batch_is_sound () {
	now=$(git -C log rev-parse async) &&
	case $code in
	0) test "$(wc -l <out)" = 3 && grep -oE "^[0-9a-f]{40}" out >>printed ;;
	*) message_is_clear && { test "$now" = "$old" || test "$call" = write || grep -q "itself was done" err; } ;;
	esac && nothing_is_lost log
}

# A read says what it always says, or why not; and what it says later is right. (What could not be read while the
# index was made, and looked like damage, stays named as that: no answer without a warning.)
read_is_sound () {
	case $code in
	0) test_cmp expect out ;;
	*) message_is_clear ;;
	esac &&
	if ! async -C log list >later 2>warned
	then
		case $error in EIO | EACCES) ;; *) false ;; esac && test_grep "could not be read; see" warned &&
		async -C log reindex && async -C log list >later
	fi && test_cmp later-expect later
}

# failing_anywhere <before> <sound> <command>: calls fail, each once, and each from then on for ever: in a soak
# every call with each error that it can have, else some evenly chosen. Our own first call looks at standard input;
# those before it are the loader's.
failing_anywhere () {
	eval "$1" && eval "strace -f -qqq -o '$TRASH/calls' $3" >trial || return 1
	faults | tr "\t" "|" | while IFS=" |" read -r error calls
	do
		points_of 1000000 "newfstatat\\(0, " <"$TRASH/calls" | while read -r call n
		do
			case "|$calls|" in *"|$call|"*) echo "$error $call $n"; test $error = EINTR || echo "$error $call $n+" ;; esac
		done
	done >all && test -s all &&
	awk -v nr="$(wc -l <all)" -v most="$(long_or 1000000 20)" \
		'nr <= most || int(NR * most / nr) > int((NR - 1) * most / nr)' all >some &&
	count=0 failed=0 unsound=0 && while read -r error call n
	do
		eval "$1" && old=$(git -C log rev-parse async) &&
		words=$(faults | sed -n "s/^$error .*	//p") &&
		{ eval "strike error=$error $call $n $3" >out 2>err </dev/null; code=$?; } || return 1
		count=$((count + 1))
		test $code = 0 || failed=$((failed + 1))
		case $code in 0 | 3 | 128) $2 ;; *) false ;; esac >why 2>&1 && continue
		unsound=$((unsound + 1)) && echo "$3: $error of $call $n: $code" && cat err why
	done <some
	test_figure "$3: $count faults, $failed times it failed; $unsound wrongly, 0 lost" &&
	test $unsound = 0 && git -C log fsck --strict --no-dangling && git -C log gc -q
}

test_expect_success STRACE 'setup: a log of Ana and Ben' '
	create_log ana ben && >printed && as ben async -C log post -q --to ana "first" >asked && cat asked >>printed &&
	git -C log config core.filesRefLockTimeout 200 # libgit2 calls it locked what may not be opened
'

test_expect_success STRACE 'post' '
	failing_anywhere : write_is_sound "async -C log post -q --to ben fault"
'

test_expect_success STRACE 'ack' '
	failing_anywhere "asked=\$(as ben async -C log post -q --to ana ask)" write_is_sound "async -C log ack \$asked"
'

test_expect_success STRACE 'redact' '
	failing_anywhere "asked=\$(async -C log post -q slip)" write_is_sound "async -C log redact \$asked -m slip"
'

batch () {
	nr=$((${nr:-0} + 1))
	for subject in one two three
	do
		printf -- "---\nasync: 1\nkind: post\nfrom: ana\ndate: %s\ntype: note\nsubject: %s\n" \
			"$ASYNC_NOW" "$subject $nr" || return 1
	done >stream
}

test_expect_success STRACE 'write-record --batch' '
	failing_anywhere batch batch_is_sound "async -C log write-record --batch ../stream"
'

# looks <before> <command>
looks () {
	async -C log list >later-expect && async -C log $2 >trial && async -C log $2 >expect && failing_anywhere "$1" read_is_sound "async -C log $2"
}

test_expect_success STRACE 'list, with and without an index' '
	looks : list && looks "rm -rf log/.git/async" list
'

test_expect_success STRACE 'status, show, search' '
	looks : status && looks : "show $(cat asked)" && looks : "search first"
'

test_expect_success STRACE 'reindex and verify' '
	looks : reindex && looks : "verify --full"
'

test_done
