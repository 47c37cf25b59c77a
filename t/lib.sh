# The test library, with the names and habits of git's own (t/README tells how to use it).
#
# shellcheck shell=sh

# ---- options and places

test_verbose='' test_immediate='' test_only=''
for test_arg
do
	case $test_arg in
	-v | --verbose) test_verbose=t ;;
	-i | --immediate) test_immediate=t ;;
	--run=*) test_only=,${test_arg#--run=}, ;;
	*) echo "usage: $0 [-v] [-i] [--run=<number>[,<number>...]]" >&2; exit 129 ;;
	esac
done

TEST_DIR=$(cd "${0%/*}" && pwd) || exit 1
TEST_NAME=${0##*/} TEST_NAME=${TEST_NAME%.sh}
SOURCE_DIR=${TEST_DIR%/*}
# The space is meant: whoever forgets to quote is found out.
TRASH=${TEST_TMP:-$TEST_DIR/tmp}/"trash $TEST_NAME"
: "${ASYNC_BIN_DIR:=$SOURCE_DIR}"
test -x "$ASYNC_BIN_DIR/async" || { echo "Bail out! no $ASYNC_BIN_DIR/async: run make"; exit 1; }

# ---- short in `make check`, long in `make soak`

test_long=${ASYNC_TEST_LONG:-}

# long_or <long> <short>: the figure that applies: how many writers, faults, trials ...
long_or () {
	if test -n "$test_long"; then echo "$1"; else echo "$2"; fi
}

# ---- the same surroundings everywhere

for test_var in $(env | sed -n 's/^\(GIT_[A-Za-z0-9_]*\|ASYNC_[A-Za-z0-9_]*\|XDG_[A-Z_]*\)=.*/\1/p')
do
	test "$test_var" = ASYNC_BIN_DIR || unset "$test_var"
done
unset NO_COLOR COLUMNS EMAIL VISUAL MANPATH LESS CDPATH
umask 022
TEST_HOME=$TRASH/home
PATH=$ASYNC_BIN_DIR:$PATH
HOME=$TEST_HOME TZ=UTC LC_ALL=C.UTF-8 LANG=C.UTF-8 TERM=dumb PAGER=cat EDITOR=false
GIT_CONFIG_NOSYSTEM=1 GIT_CEILING_DIRECTORIES=$TRASH
ASYNC_NOW=2026-03-02T09:00:00Z # a Monday
export PATH HOME TZ LC_ALL LANG TERM PAGER EDITOR GIT_CONFIG_NOSYSTEM GIT_CEILING_DIRECTORIES ASYNC_NOW
export ASYNC_BIN_DIR SOURCE_DIR

rm -rf "$TRASH" && mkdir -p "$TRASH/work" "$TEST_HOME" && cd "$TRASH/work" || exit 1
cat >"$TEST_HOME/.gitconfig" <<\EOF || exit 1
[user]
	name = ana
	email = ana@example.com
[init]
	defaultBranch = main
[gc]
	auto = 0
[maintenance]
	auto = false
EOF

# ---- who and when

# as <name> <command>...: as that person, with a home of their own.
as () {
	(
		GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=$1@example.com HOME=$TRASH/home-$1
		export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL HOME
		# Several may do this at once: none must see half a file.
		mkdir -p "$HOME" && { cmp -s "$TEST_HOME/.gitconfig" "$HOME/.gitconfig" || {
			test_new=$(mktemp "$HOME/gitconfig.XXXXXX") &&
			cat "$TEST_HOME/.gitconfig" >"$test_new" && mv "$test_new" "$HOME/.gitconfig"
		}; } || exit 1
		shift && "$@"
	)
}

# at "2026-03-06 16:00" <command>...: at that time, in $TZ (UTC unless set).
at () {
	(
		ASYNC_NOW=$(date -u -d "TZ=\"$TZ\" $1" +%Y-%m-%dT%H:%M:%SZ) || exit 1
		shift && "$@"
	)
}

# test_tick [<minutes>]: let time go by, a minute.
test_tick () {
	ASYNC_NOW=$(date -u -d "$ASYNC_NOW + ${1:-1} minutes" +%Y-%m-%dT%H:%M:%SZ)
}

# create_log <name>[:<zone>]...: a repository `log` with a log in it, begun in January by the
# first, who is also the one that acts there when nobody is named.
create_log () {
	test_founder=${1%%:*} &&
	git init -q log &&
	git -C log config user.name "$test_founder" &&
	git -C log config user.email "$test_founder@example.com" &&
	at "2026-01-05 08:00" as "$test_founder" async -C log init >/dev/null || return 1
	for test_who
	do
		test_zone=UTC
		case $test_who in *:*) test_zone=${test_who#*:} ;; esac
		test_who=${test_who%%:*}
		at "2026-01-05 08:01" as "$test_founder" async -C log team add "$test_who" "$test_who" \
			"$test_who@example.com" "zone=$test_zone" >/dev/null || return 1
	done
}

# plant <repository> <file>: put a record on its log by git alone, unchecked, as a hostile clone
# would; prints its id.
plant () {
	(
		plant_id=$(git -C "$1" hash-object -w --stdin <"$2") &&
		plant_day=$(sed -n 's|^date: \(....\)-\(..\)-\(..\)T.*|\1/\2/\3|p' "$2") &&
		GIT_INDEX_FILE=$TRASH/index && export GIT_INDEX_FILE &&
		git -C "$1" read-tree async &&
		git -C "$1" update-index --add --cacheinfo "100644,$plant_id,log/$plant_day/$plant_id.yaml" &&
		plant_tree=$(git -C "$1" write-tree) &&
		plant_commit=$(git -C "$1" commit-tree -p async -m planted "$plant_tree") &&
		git -C "$1" update-ref refs/heads/async "$plant_commit" &&
		echo "$plant_id"
	)
}

# records_of <repository>: the ids of all its records, by git alone, sorted.
records_of () {
	git -C "$1" ls-tree -r --name-only async log | sed "s,.*/,,; s,\.yaml$,," | sort
}

# index_is_right <repository> <look>...: by the index as it grew, these commands and `list` say what they say by one made
# from nothing, which it then is.
index_is_right () {
	index_of=$1
	shift
	for index_is in grown anew
	do
		for index_look in "list --state=all" "$@"
		do
			async -C "$index_of" $index_look --json || return 1
		done >"index-$index_is"
		test $index_is = anew || rm -f "$(git -C "$index_of" rev-parse --absolute-git-dir)"/async/index.db* || return 1
	done
	test_cmp index-grown index-anew
}

# look_commands: those that look, a line each: their usage ends with what they print for programs.
# Not those that say in rows what they wrote, nor what looks at the repository and not at the log.
look_commands () {
	async --complete "" | grep -v "^sync	\|^merge-logs	\|^hook	" | while read -r test_name _
	do
		! async "$test_name" -h | grep -q "^Output for programs" || echo "$test_name"
	done
}

# last_record: what stands in the record that was written last.
last_record () {
	git -C log cat-file blob "$(git -C log log -1 --format="%(trailers:key=Async-Id,valueonly)" async)"
}

# ---- what tests say

test_must_fail () {
	"$@"
	test_code=$?
	case $test_code in
	1 | 3 | 128 | 129) return 0 ;;
	0) echo "succeeded, which it must not: $*" >&2 ;;
	*) echo "died ($test_code) instead of failing: $*" >&2 ;;
	esac
	return 1
}

test_expect_code () {
	test_want=$1
	shift
	"$@"
	test_code=$?
	test $test_code = "$test_want" && return 0
	echo "exit status $test_code, not $test_want: $*" >&2
	return 1
}

# test_unchanged <exit status> <command>...: it ends so, and the branch in `log` is where it was;
# what it printed is in out and err.
test_unchanged () {
	git -C log rev-parse async >before &&
	test_expect_code "$@" >out 2>err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_cmp () {
	diff -u "$1" "$2"
}

test_must_be_empty () {
	test -f "$1" && ! test -s "$1" && return 0
	echo "'$1' is not an empty file:" >&2
	cat "$1" >&2
	return 1
}

# test_grep [!] [<option>] <pattern> <file>
test_grep () {
	if test "$1" = !
	then
		shift
		! grep "$@" || { echo "found, which must not be there: $*" >&2; return 1; }
	else
		grep "$@" || { echo "not found: $*" >&2; for test_arg; do :; done; cat "$test_arg" >&2; return 1; }
	fi
}

# test_line_count = 3 <file>
test_line_count () {
	test "$(wc -l <"$3")" "$1" "$2" && return 0
	echo "lines of '$3' are not $1 $2:" >&2
	cat "$3" >&2
	return 1
}

test_path_is_missing () {
	test ! -e "$1" || { echo "'$1' is there" >&2; return 1; }
}

# Run on a terminal of 80 (or $TEST_COLUMNS) columns; what it prints comes without CR.
test_terminal () {
	test_line="stty cols ${TEST_COLUMNS:-80} rows 24; exec"
	for test_arg
	do
		test_line="$test_line '$(printf '%s' "$test_arg" | sed "s/'/'\\\\''/g")'"
	done
	TERM=xterm script -qec "$test_line" /dev/null >"$TRASH/terminal"
	test_code=$?
	tr -d '\r' <"$TRASH/terminal"
	return $test_code
}

# Undo at the end of this test, whatever its outcome.
test_when_finished () {
	test_cleanup="{ $*
	}; $test_cleanup"
}

# This repository is damaged on purpose: leave it out of the last check.
test_is_damaged () {
	test_damaged="$test_damaged$(cd "$1" && pwd):"
}

# test_figure <words>...: what was counted, for the reader of a soak.
test_figure () {
	echo "$*"
	test -z "$test_long" || echo "# $TEST_NAME: $*" >&6
}

# ---- the machinery

test_count=0 test_failed=0 test_damaged=: test_prereqs=' '

test_set_prereq () { test_prereqs="$test_prereqs$1 "; }
test_have_prereq () { case $test_prereqs in *" $1 "*) return 0 ;; esac; return 1; }
if test "$(id -u)" = 0; then test_set_prereq ROOT; else test_set_prereq NOT_ROOT; fi

test_skip () { # <prerequisite or nothing>
	case $test_only in '' | *",$test_count,"*) ;; *) return 0 ;; esac
	test -n "$1" && ! test_have_prereq "$1"
}

# A body may leave by `return 1`, in a loop.
test_eval () {
	eval "$1"
}

# Run a body: it must be one chain of &&, proved by a first link that fails with 117.
test_run () {
	test_eval "(exit 117) && $1"
	test $? = 117 || { echo "broken && chain"; return 1; }
	test_cleanup=:
	test_eval "$1"
	test_body_code=$?
	eval "$test_cleanup"
	cd "$TRASH/work" || exit 1
	return $test_body_code
}

test_report () { # <outcome> <title> <body>
	echo "$1 $test_count - $2" >&5
	test "$1" = ok && test -z "$test_verbose" && return
	{ test "$1" = ok || printf '%s\n' "$3"; cat "$TRASH/output"; } | sed 's/^/# /' >&6
}

test_case () { # <want: success or failure> [<prerequisite>] <title> <body>
	test_expected=$1
	test_prereq=
	test $# = 4 && test_prereq=$2 && shift
	test_count=$((test_count + 1))
	if test_skip "$test_prereq"
	then
		echo "ok $test_count - $2 # skip ${test_prereq:-not asked for}" >&5
	elif test_run "$3" >"$TRASH/output" 2>&1 </dev/null
	then
		test "$test_expected" = success || set -- "$1" "$2 # TODO known breakage vanished" "$3"
		test_report ok "$2" "$3"
	elif test "$test_expected" = failure
	then
		test_report 'not ok' "$2 # TODO known breakage" "$3"
	else
		test_failed=$((test_failed + 1))
		test_report 'not ok' "$2" "$3"
		test -z "$test_immediate" || exit 1
	fi
}

test_expect_success () { test_case success "$@"; }
test_expect_failure () { test_case failure "$@"; }

test_fsck () {
	find "$TRASH" -type d -name objects -prune | while IFS= read -r test_dir
	do
		test_dir=${test_dir%/objects}
		test -f "$test_dir/HEAD" || continue
		case $test_damaged in *":$test_dir:"* | *":${test_dir%/.git}:"*) continue ;; esac
		git --git-dir="$test_dir" fsck --strict --no-dangling || exit 1
	done
}

test_done () {
	test_only=
	test_expect_success 'git fsck --strict finds nothing wrong in any repository' 'test_fsck'
	echo "1..$test_count" >&5
	trap - EXIT
	test $test_failed = 0 || exit 1
	cd / && chmod -R u+rwx "$TRASH" && rm -rf "$TRASH"
	exit 0
}

exec 5>&1 6>&2
trap 'echo "Bail out! $TEST_NAME ended before test_done" >&5' EXIT
