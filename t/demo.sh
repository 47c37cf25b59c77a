#!/bin/sh
# The main job: three people in three time zones ask, acknowledge and go overdue, in a real git
# repository in a scratch folder. `make demo` runs it; the times are made up, all else is real.
set -e

PATH=${ASYNC_BIN_DIR:?run me by make demo}:$PATH
place=$(mktemp -d "${TMPDIR:-/tmp}/async-demo.XXXXXX")
trap 'rm -rf "$place"' EXIT
export HOME="$place/home" GIT_CONFIG_NOSYSTEM=1 PAGER=cat TZ=UTC
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE ASYNC_DIR XDG_STATE_HOME XDG_CONFIG_HOME
mkdir "$HOME" "$place/shop"
cd "$place/shop"

# it_is <name> <time> <what it is about>: who acts from here on, and when (UTC).
it_is () {
	GIT_COMMITTER_NAME=$1 GIT_COMMITTER_EMAIL=$1@example.com HOME=$place/$1
	ASYNC_NOW=$(date -u -d "$2" +%Y-%m-%dT%H:%M:%SZ)
	export GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL HOME ASYNC_NOW
	mkdir -p "$HOME"
	printf '\n# %s, %s UTC: %s\n' "$1" "$(date -u -d "$2" '+%a %H:%M')" "$3"
}

run () {
	printf '$'
	for word
	do
		case $word in
		*[!A-Za-z0-9_./:=@,-]*) printf " '%s'" "$word" ;;
		*) printf ' %s' "$word" ;;
		esac
	done
	printf '\n'
	"$@"
}

it_is ana '2026-03-05 08:00' 'a log begins in the repository of the code, and its people are named'
run git init -q
run async init
run async team add ana 'Ana Ruiz' ana@example.com zone=Europe/Berlin 'hours=mon-fri 09:00-17:00'
run async team add ben 'Ben Okoro' ben@example.com zone=Africa/Lagos 'hours=mon-fri 08:00-16:00'
run async team add chi 'Chi Sato' chi@example.com zone=Asia/Tokyo 'hours=mon-fri 10:00-18:00'

it_is ana '2026-03-05 14:00' 'she asks Ben and Chi; each has a due time by their own working hours'
run async post --to ben,chi --within 4h -t release 'Can we ship 2.4 on Tuesday?' -m 'The changelog is ready.'

it_is ben '2026-03-05 14:50' 'Ben sees it at the end of his day, and promises an answer'
run async inbox
run async ack :/ship --by 'fri 12:00' -m 'After the on-call handover.'

it_is ben '2026-03-06 10:40' 'he keeps his promise'
run async reply :/ship 'Yes: staging is green since yesterday.'

it_is chi '2026-03-06 12:00' 'Chi has not answered; in Tokyo it is Friday night, and time is up'
run async status

it_is ana '2026-03-09 08:30' 'on Monday: who is late, and why exactly then'
run async overdue
run async show :/ship
run async why :/ship

it_is chi '2026-03-09 08:45' 'Chi answers; nothing is open any more'
run async reply :/ship 'Go. I watch the dashboards.'
run async status

it_is ana '2026-03-09 09:00' 'it is all in git: one commit an act, plain YAML, nothing else'
run async log
run git log --oneline async
run git ls-tree -r --name-only async
