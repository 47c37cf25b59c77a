#!/bin/sh
test_description='another program that holds the index: reads and writes go on, and answers are right'
. "${0%/*}/lib.sh"

if python3 -c "import sqlite3" 2>/dev/null
then
	test_set_prereq PYTHON
fi

# hold <statement>: another process, `holder`, opens the index with SQLite itself, runs that, and ends
# when it is told to by `let_go`.
hold () {
	rm -f ready go && mkfifo ready go || return 1
	python3 -c "
import sqlite3, sys
db = sqlite3.connect('log/.git/async/index.db', isolation_level=None)
for statement in sys.argv[1].split(';'): db.execute(statement)
open('ready', 'w').write('held\n')
for statement in open('go').read().split(';'): db.execute(statement)
db.close()" "$1" &
	holder=$!
	read -r _ <ready
}

let_go () { # <statement>
	echo "$1" >go && wait $holder
}

# goes_on <subject>: in time, whatever is held.
goes_on () {
	timeout 20 async -C log list >out 2>err && test_cmp whole out && test_must_be_empty err &&
	timeout 20 async -C log post -q "$1" >id 2>err && test_must_be_empty err &&
	timeout 20 async -C log list >whole 2>err && test_grep "$1" whole && test_must_be_empty err
}

is_right () {
	async -C log list >out 2>err && test_cmp whole out && test_must_be_empty err &&
	rm -f log/.git/async/index.db* && async -C log list >out && test_cmp whole out
}

test_expect_success 'setup' '
	create_log ana && async -C log post -q "before all" && async -C log list >whole
'

n=0
for held in "BEGIN IMMEDIATE" "BEGIN EXCLUSIVE" "BEGIN IMMEDIATE; DELETE FROM record" \
	"PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; UPDATE post SET subject = 'forged'" \
	"BEGIN; SELECT count(*) FROM record"
do
	for end in ROLLBACK COMMIT
	do
		n=$((n + 1))
		test_expect_success PYTHON "$held, and $end" '
			async -C log post -q "so that there is a log" && async -C log list >whole &&
			hold "$held" && goes_on "post $n" && let_go "$end" && goes_on "after $n" && is_right
		'
	done
done

test_expect_success PYTHON 'a holder that is killed leaves no obstacle' '
	async -C log post -q "so that there is a log" && async -C log list >whole &&
	hold "BEGIN EXCLUSIVE; DELETE FROM post" && goes_on "held" && kill -9 $holder &&
	{ wait $holder || :; } && goes_on "killed" && is_right
'

# stand_still: another process, `holder`, has our own lock on the index and never ends.
stand_still () {
	rm -f ready && mkfifo ready || return 1
	{ flock -x 9 && echo held >ready && exec sleep 100; } 9>>log/.git/async/index.lock &
	holder=$!
	read -r _ <ready
}

test_expect_success 'our own lock, held by one that stands still: after a time it is done without the file' '
	stand_still && test_when_finished "kill $holder" &&
	git config --global core.filesRefLockTimeout 1 &&
	test_when_finished "git config --global --unset core.filesRefLockTimeout" &&
	goes_on "one" && goes_on "two"
'

test_expect_success 'and with the file again when that has ended' '
	goes_on "three" && is_right
'

test_done
