# Faults put into system calls, by strace: for scripts that source lib.sh first.
#
# shellcheck shell=sh

. "$TEST_DIR/lib-strace.sh"

# Under ptrace the sanitizer cannot look for leaks.
ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
export ASAN_OPTIONS

# strike_points <most of a name> <calls, by |> <command>...: where to strike, as "<call> <n>" lines: the
# first and the last time that one process makes each call, and evenly between (or once, in the middle); in a
# soak, every time. The command is run for that.
strike_points () {
	strike_most=$(long_or 1000000 "$1") strike_calls=$2
	shift 2
	strace -f --seccomp-bpf -qqq -o "$TRASH/calls" -e trace="/^($strike_calls)$" "$@" >/dev/null &&
	points_of "$strike_most" <"$TRASH/calls"
}

# points_of <most of a name> [<pattern>]: the same of a trace, in which strace counts the calls of each process by
# themselves; only after the first line that matches.
points_of () {
	awk -v most="$1" -v from="${2:-.}" '
		$0 ~ from { begun = 1 }
		$2 ~ /^[a-z0-9_]+\(/ {
			sub(/\(.*/, "", $2)
			n = ++count[$1 " " $2]
			if (!begun) before[$2] = n
			else if (n > times[$2]) times[$2] = n
		}
		END {
			for (call in times) {
				all = times[call] - before[call]
				nr = all < most ? all : most
				for (i = 0; i < nr; i++)
					print call, before[call] + 1 + int(nr == 1 ? (all - 1) / 2 : i * (all - 1) / (nr - 1))
			}
		}' | sort -k 1,1 -k 2n
}

# strike <signal=…|error=…> <call> <n> <command>...: that befalls the n-th such call that a process makes.
strike () {
	strike_fault=$1 strike_call=$2 strike_when=$3
	shift 3
	timeout -s KILL 60 strace -f -qqq -o /dev/null -e trace="$strike_call" \
		-e inject="$strike_call:$strike_fault:when=$strike_when" "$@"
}

# ---- what must be true after each

# nothing_is_lost <repository>: every id in `printed` is in its log.
nothing_is_lost () {
	records_of "$1" >there &&
	grep -hE "^[0-9a-f]{40}$" printed | sort -u >ids &&
	comm -23 ids there >lost &&
	test_must_be_empty lost
}

# log_is_sound <repository>: git finds nothing wrong, nor who reads every object; no temporary file stays.
log_is_sound () {
	git -C "$1" fsck --strict --no-dangling && async -C "$1" verify &&
	git -C "$1" gc -q --prune=now && git -C "$1" fsck --strict --no-dangling &&
	find "$(git -C "$1" rev-parse --absolute-git-dir)" -name "*.lock" ! -name index.lock >left && test_must_be_empty left
}
