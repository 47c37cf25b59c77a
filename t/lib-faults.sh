# Faults put into system calls, by strace: for scripts that source lib.sh first.
#
# shellcheck shell=sh

# Where strace is missing or not permitted (some containers), its tests are skipped.
if strace -qqq -o /dev/null -e trace=execve true 2>/dev/null
then
	test_set_prereq STRACE
fi

# Under ptrace the sanitizer cannot look for leaks.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

# strike_points <most of a name> <calls, by |> <command>...: where to strike, as "<call> <n>" lines: the
# first and the last time that it makes each call, and evenly between; in a soak, every time. The command is
# run for that.
strike_points () {
	strike_most=$(long_or 1000000 "$1") strike_calls=$2
	shift 2
	strace -f -qqq -o "$TRASH/calls" -e trace="/^($strike_calls)$" "$@" >/dev/null &&
	sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' "$TRASH/calls" | sort | uniq -c |
	while read -r count call
	do
		most=$strike_most
		test "$most" -lt "$count" || most=$count
		i=0
		while test $i -lt "$most"
		do
			echo "$call $((most == 1 ? 1 : 1 + i * (count - 1) / (most - 1)))"
			i=$((i + 1))
		done
	done
}

# strike <signal=…|error=…> <call> <n> <command>...: that befalls the n-th such call it makes.
strike () {
	strike_fault=$1 strike_call=$2 strike_when=$3
	shift 3
	strace -f -qqq -o /dev/null -e trace="$strike_call" \
		-e inject="$strike_call:$strike_fault:when=$strike_when" "$@"
}
