# What a command asks of the system, by strace: for scripts that source lib.sh first.
#
# shellcheck shell=sh

# Where strace is missing or not permitted (some containers), its tests are skipped.
if strace -qqq -o /dev/null -e trace=execve true 2>/dev/null
then
	test_set_prereq STRACE
fi

# started <file> <command>...: which programs that starts, a line each. (Under ptrace the sanitizer cannot look for leaks.)
started () {
	started_file=$1
	shift
	ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0 strace -f -qqq -o "$started_file" -e trace=execve "$@"
}
