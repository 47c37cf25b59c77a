#!/bin/sh
test_description='async away: time off, and what it moves'
. "${0%/*}/lib.sh"

test_expect_success 'setup: Ana in Berlin, Ben in Lagos, Chi in Tokyo' '
	create_log ana:Europe/Berlin ben:Africa/Lagos chi:Asia/Tokyo
'

test_expect_success 'nobody is away' '
	async -C log away >actual &&
	test_must_be_empty actual
'

last_record () {
	git -C log diff-tree -r --diff-filter=A --name-only --no-commit-id async >path &&
	test_line_count = 1 path &&
	git -C log show "async:$(cat path)"
}

test_expect_success 'from a date to a date, which is included' '
	as ben async -C log away 2026-08-03..2026-08-14 -m "Summer" >actual &&
	test_grep "^[0-9a-f]\{7\}  ben is away from 2026-08-03 to 2026-08-14 (Africa/Lagos), working time off: 80h$" actual &&
	cat >expect <<-\EOF &&
	async: 1
	kind: away
	from: ben
	date: 2026-03-02T09:00:00Z
	person: ben
	away:
	  - {from: "2026-08-03", to: "2026-08-14"}
	note: Summer
	EOF
	last_record >actual &&
	test_cmp expect actual
'

test_expect_success 'one date' '
	as ben async -C log away tomorrow >actual &&
	test_grep "ben is away on 2026-03-03 (Africa/Lagos), working time off: 8h" actual
'

test_expect_success 'weekdays: the end comes after the beginning' '
	as chi async -C log away thu..tue >actual &&
	test_grep "chi is away from 2026-03-05 to 2026-03-10 (Asia/Tokyo), working time off: 32h" actual
'

test_expect_success 'times are mine, and kept as theirs' '
	as ana async -C log away "fri 12:00..fri 14:00" --for ben >actual &&
	test_grep "ben is away from 2026-03-06T12:00 to 2026-03-06T14:00 (Africa/Lagos), working time off: 2h" actual &&
	as ana async -C log away "fri 04:00..05:00" --for chi >actual &&
	test_grep "chi is away from 2026-03-06T12:00 to 2026-03-06T13:00 (Asia/Tokyo)" actual
'

test_expect_success 'the list: what is not over, in its order' '
	as ana async -C log away --for ben --format="%(person) %(from) %(to) %(note) %(state)" >actual &&
	cat >expect <<-\EOF &&
	ben 2026-08-03 2026-08-14 Summer ahead
	ben 2026-03-03 2026-03-03  ahead
	ben 2026-03-06T12:00 2026-03-06T14:00  ahead
	EOF
	test_cmp expect actual &&
	at "2026-03-03 12:00" as ana async -C log away --for ben --format="%(from) %(state)" >actual &&
	test_grep "^2026-03-03 now" actual &&
	at "2026-03-04 00:00" as ana async -C log away --for ben --format="%(from) %(state)" >actual &&
	test_grep ! "^2026-03-03" actual &&
	at "2026-03-04 00:00" as ana async -C log away --for ben --all --format="%(from) %(state)" >actual &&
	test_grep "^2026-03-03 over" actual
'

test_expect_success 'it shows where people are' '
	at "2026-03-03 12:00" async -C log team ben >actual &&
	test_grep "^now: .*away until tomorrow 09:00" actual
'

test_expect_success 'open asks move, and that is told' '
	at "2026-03-11 15:00" as ana async -C log post -q --to ben -l standard "Which way?" >id &&
	at "2026-03-11 15:10" as ben async -C log away thu..fri >actual &&
	test_grep "due Mon 16:00, was tomorrow 16:00  Which way?" actual
'

test_expect_success 'cancelled: from then on' '
	at "2026-03-12 09:00" as ben async -C log away --format="%(id) %(from)" >list &&
	id=$(sed -n "s/ 2026-03-12$//p" list) &&
	test -n "$id" &&
	at "2026-03-12 09:00" as ben async -C log away --cancel "$id" >actual &&
	test_grep "due tomorrow 10:00, was Mon 16:00  Which way?" actual &&
	test_grep "^cancelled: ben is there again$" actual &&
	at "2026-03-12 09:00" async -C log away --all --format="%(from) %(state)" >actual &&
	test_grep "^2026-03-12 cancelled" actual &&
	at "2026-03-12 09:00" async -C log away --format="%(from)" >actual &&
	test_grep ! "^2026-03-12" actual
'

test_expect_success 'the deputy may, others not' '
	as ben async -C log me deputy=chi >/dev/null &&
	as chi async -C log away --for ben 2026-04-01 >actual &&
	test_grep "ben is away on 2026-04-01" actual &&
	git -C log rev-parse async >before &&
	test_expect_code 128 as ben async -C log away --for chi 2026-04-01 2>err &&
	test_grep "would not count: only chi, their deputy and @maintainers" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
'

test_expect_success 'somebody new is added before, so that it counts' '
	as dee async -C log away tomorrow >actual 2>err &&
	test_grep "dee@example.com is away on 2026-03-03 (UTC)" actual &&
	test_grep "added you" err &&
	async -C log away --for dee >actual &&
	test_line_count = 1 actual
'

refused () { # <code> <message> <argument>...
	git -C log rev-parse async >before &&
	refused_code=$1 refused_text=$2 && shift 2 &&
	test_expect_code "$refused_code" as ben async -C log away "$@" 2>err &&
	test_grep "$refused_text" err &&
	git -C log rev-parse async >after &&
	test_cmp before after
}

test_expect_success 'what makes no sense is refused' '
	refused 128 "is not after" 2026-08-14..2026-08-03 &&
	refused 128 "is not a time" soonish &&
	refused 128 "is not a time" 2026-08-14..whenever &&
	refused 129 "till when" "fri 17:00" &&
	refused 129 "takes no time" --cancel abcdef0 fri &&
	refused 128 "nobody here is called" --for nobody fri &&
	refused 128 "is not time off" --cancel "$(cat id)" &&
	refused 128 "no record" --cancel 0123456
'

test_expect_success '-n writes nothing' '
	git -C log rev-parse async >before &&
	as ben async -C log away -n 2026-09-01 >actual &&
	test_grep "^  - {from: \"2026-09-01\"}" actual &&
	git -C log rev-parse async >after &&
	test_cmp before after
'

test_done
