#!/bin/sh
test_description='async snooze: hide what waits on me for a while'
. "${0%/*}/lib.sh"

test_expect_success 'setup: on Monday Ana asks Ben twice, and Chi' '
	create_log ana ben:Europe/Berlin chi &&
	at "2026-03-02 08:00" as ana async -C log post -q --to ben --within 4h "Today" >today &&
	at "2026-03-02 08:01" as ana async -C log post -q --to ben --within 5d "Later" >later &&
	at "2026-03-02 08:02" as ana async -C log post -q --to chi "Not his" >other &&
	git -C log rev-parse async >tip
'

# snooze <when>...: as Ben, at ten.
snooze () {
	at "2026-03-02 10:00" as ben async -C log snooze "$@"
}

# inbox <time>: what Ben sees then.
inbox () {
	at "$1" as ben async -C log inbox --format="%(subject)"
}

test_expect_success 'until a time in my zone, of several words' '
	snooze "$(cat later)" tue 9:30 >actual &&
	echo "$(cut -c1-7 later) snoozed until Tue 2026-03-03 09:30 CET: Later" >expect && test_cmp expect actual &&
	inbox "2026-03-03 08:29" >actual && echo Today >expect && test_cmp expect actual &&
	inbox "2026-03-03 08:30" >actual && test_line_count = 2 actual
'

test_expect_success 'a date is its first moment; a duration is real time; again replaces' '
	snooze "$(cat later)" wed >actual && test_grep "until Wed 2026-03-04 00:00 CET: Later" actual &&
	snooze "$(cat later)" 1d2h >actual && test_grep "until Tue 2026-03-03 13:00 CET: Later" actual &&
	snooze "$(cat later)" in 3h >actual && test_grep "until Mon 2026-03-02 14:00 CET: Later" actual &&
	snooze --list >actual && test_line_count = 1 actual
'

test_expect_success 'never for longer than a day after it is due, and that is said' '
	snooze "$(cat today)" fri >actual &&
	echo "$(cut -c1-7 today) snoozed until Tue 2026-03-03 13:00 CET, a day after it is due: Today" >expect &&
	test_cmp expect actual &&
	inbox "2026-03-03 11:59" >actual && echo Later >expect && test_cmp expect actual &&
	inbox "2026-03-03 12:00" >actual && test_line_count = 2 actual
'

test_expect_success 'not even when the file says so, or the due time moves to the front' '
	snooze "$(cat later)" 2026-03-09 >/dev/null && inbox "2026-03-06 10:00" >actual && echo Today >expect && test_cmp expect actual &&
	as ben async -C log snooze --list --format="%(subject) %(until:iso)" >actual && test_grep "^Today 2026-03-03T12:00:00Z" actual &&
	at "2026-03-02 11:00" as ben async -C log ack --by "mon 15:00" "$(cat later)" &&
	inbox "2026-03-03 14:00" >actual && test_line_count = 2 actual
'

test_expect_success 'several at once, from standard input too' '
	snooze --clear && printf "%s x\n\n%s\n" "$(cat today)" "$(cat later)" >ids &&
	snooze --stdin 2h <ids >actual && test_line_count = 2 actual &&
	inbox "2026-03-02 11:00" >actual && test_must_be_empty actual &&
	echo "$(cut -c1-7 today) is not snoozed any more: Today" >expect && snooze --clear "$(cat today)" >actual &&
	test_cmp expect actual && inbox "2026-03-02 11:00" >actual && echo Today >expect && test_cmp expect actual &&
	snooze "$(cat today)" "$(cat later)" 1h >actual && test_line_count = 2 actual &&
	echo "nothing is snoozed any more" >expect && snooze --clear >actual && test_cmp expect actual &&
	snooze --list >actual && test_must_be_empty actual && inbox "2026-03-02 11:00" >actual && test_line_count = 2 actual
'

test_expect_success 'status is silent about it as well, also for a prompt; overdue is not' '
	snooze "$(cat today)" tue 12:00 && snooze "$(cat later)" tue 12:00 &&
	at "2026-03-03 10:00" as ben async -C log status >actual && test_grep ! "Today" actual && test_grep "^Nothing waits on you" actual &&
	at "2026-03-03 10:00" as ben async -C log status --short >actual && test_must_be_empty actual &&
	at "2026-03-03 10:00" as ben async -C log overdue >actual && test_grep "Today" actual &&
	at "2026-03-03 10:00" as ana async -C log status >actual && test_grep "Today" actual && snooze --clear
'

test_expect_success 'the list: columns, JSON, templates' '
	snooze "$(cat later)" tue 9:00 &&
	snooze >actual && echo "$(cut -c1-7 later)  tomorrow 09:00  ana  Later" >expect && test_cmp expect actual &&
	snooze -l --format="%(id:short) %(from) %(due:iso)" >actual &&
	echo "$(cut -c1-7 later) ana 2026-03-02T14:00:00Z" >expect && test_cmp expect actual
'

test_expect_success 'what is settled is told, and exits 0' '
	at "2026-03-02 11:30" as ben async -C log done "$(cat later)" &&
	snooze "$(cat later)" fri >actual && echo "$(cut -c1-7 later) is met already" >expect && test_cmp expect actual &&
	snooze --list >actual && test_must_be_empty actual
'

test_expect_success 'what does not wait on me, and what is a day late, is refused; then nothing is done' '
	test_expect_code 128 snooze "$(cat today)" "$(cat other)" fri 2>err >actual && test_must_be_empty actual &&
	test_grep "^async: $(cut -c1-7 other) does not wait on you$" err && test_grep "^hint: .async inbox." err &&
	snooze --list >actual && test_must_be_empty actual &&
	test_expect_code 128 at "2026-03-04 12:00" as ben async -C log snooze "$(cat today)" 2h 2>err &&
	test_grep "was due Mon 2026-03-02 13:00 CET: what is a day late cannot be snoozed" err && test_grep "ack --by" err
'

test_expect_success 'wrong times, wrong ids, wrong usage' '
	test_expect_code 128 snooze "$(cat today)" yesterday 2>err && test_grep "is past" err &&
	test_expect_code 128 snooze "$(cat today)" today 2>err && test_grep "is past" err &&
	test_expect_code 128 snooze "$(cat today)" some day 2>err && test_grep "hint: write it as" err &&
	test_expect_code 128 snooze 0000000 fri 2>err && test_grep "no record" err &&
	test_expect_code 128 snooze Friday 2>err && test_grep "is not the id of a record" err &&
	test_expect_code 129 snooze "$(cat today)" 2>err && test_grep "until when" err && test_grep "hint: usage" err &&
	test_expect_code 129 snooze --stdin </dev/null 2>err && test_grep "until when" err &&
	test_expect_code 129 snooze --list "$(cat today)" 2>err &&
	test_expect_code 129 as ben async -C log --at yesterday snooze "$(cat today)" fri 2>err && test_grep "looks at the past" err &&
	snooze --list >actual && test_must_be_empty actual
'

test_expect_success 'a state folder that cannot be written is an error here, and no reason for a look to fail' '
	>file && (export XDG_STATE_HOME=$PWD/file && test_expect_code 128 snooze "$(cat today)" fri 2>err >actual &&
		test_must_be_empty actual && test_grep "cannot" err && snooze --list && inbox "2026-03-02 11:00")
'

test_expect_success 'garbage in the file is passed over' '
	snooze "$(cat today)" 2h >/dev/null && snoozed=$(find "$TRASH/home-ben/.local/state" -name snooze) && cp "$snoozed" kept &&
	{ head -c 2000 /dev/urandom; echo; cat kept; echo "$(cat later)"; echo "$(cat later) soon"; } >"$snoozed" &&
	snooze --list >actual && test_line_count = 1 actual &&
	echo "$(cat today) 2099-01-01T00:00:00Z" >"$snoozed" && inbox "2026-03-03 12:01" >actual && test_line_count = 1 actual
'

test_expect_success 'the log knows nothing of it' '
	git -C log log --format=%s "$(cat tip)"..async >subjects && test_grep ! snooze subjects && test_line_count = 2 subjects
'

test_done
